/* Streamed Chat Completions put together: the raw stream becomes the body that the same answer would have had without streaming.
 * Source: the WHATWG rules of server-sent events (line ends \n, \r\n, \r; comments; several data lines; a missing last blank line).
 */
#ifndef LEVER_MODEL_SSE_H
#define LEVER_MODEL_SSE_H

#include "eval/base/json.h"

/* Does the body look like a stream? Whatever its content type says. */
bool sse_is_stream(struct text body);
/* New reference: {choices, usage, model, …}, or {error} where the stream told one; *ended false when it broke off: neither [DONE]
 * nor a finish reason came. NULL: no event could be read. */
json_t *sse_join(struct text body, bool *ended);
/* Did the first token of an answer come with the last `length` bytes of the body? It may lie across two pieces. */
bool sse_token_came(struct text body, size_t length);

#endif
