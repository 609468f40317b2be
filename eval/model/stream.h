/* Streamed answers put together: the events of a stream become the body that the same answer would have had in one piece, so that
 * an API reads both alike. What is stored is the stream as it came, but for keys (clean.h).
 * Source: the WHATWG rules of server-sent events (line ends \n, \r\n, \r; comments; several data lines; a missing last blank line);
 * one JSON object a line for Ollama. */
#ifndef LEVER_MODEL_STREAM_H
#define LEVER_MODEL_STREAM_H

#include "eval/base/json.h"

struct stream_piece;
struct stream {
	json_t *body; /* object; what the answer would have been */
	bool ended;   /* the API's own sign of the end came */
	const void *config; /* of the model */
	/* private */
	struct stream_piece *pieces;
	size_t count;
};
/* How an API streams. */
struct stream_type {
	bool lines; /* one JSON object a line, else server-sent events */
	bool either; /* what comes tells which */
	const char *const *tokens; /* members whose first text that is not empty is the first token, as `"text":`; NULL-terminated */
	const char *const *(*tokens_of)(const void *config); /* where the project says which; NULL: `tokens` */
	void (*add)(struct stream *stream, const json_t *event); /* folds one event, an object, into the body */
};
extern const struct stream_type stream_openai; /* Chat Completions (openai_stream.c) */

/* The one with this index, or without any; NULL. And the index to stay with: 0, or else that of the first. */
const json_t *stream_choice(const json_t *list, json_int_t index);
json_int_t stream_choice_first(const json_t *list);
/* Appends to a text member of an object inside the body, whatever the number of pieces; visible once the stream is joined. */
void stream_append(struct stream *stream, json_t *object, const char *member, struct text piece);
/* Sets a member of the body unless it is absent or null in the event. */
void stream_keep(struct stream *stream, const json_t *event, const char *member);

/* Is the body a stream? Whatever is asked for now: a stored answer is read again by a project that streams no more. One line alone is
 * the beginning of a stream only where one was asked for. */
bool stream_is(const struct stream_type *type, bool asked, struct text body);
/* By its looks alone: a row of events or of objects. */
bool stream_looks(struct text body);
enum stream_end {
	STREAM_NOTHING, /* no event at all */
	STREAM_CUT,	/* it broke off before its end */
	STREAM_HOLE,	/* an event before its end cannot be read: what it said is lost */
	STREAM_WHOLE,	/* it ended, or told an error */
};
/* New reference: the body, with `error` where the stream told one. NULL: no event could be read. */
json_t *stream_join(const struct stream_type *type, const void *config, struct text body, enum stream_end *end);
/* Did the first token of an answer come with the last `length` bytes of the body? It may lie across two pieces. */
bool stream_token_came(const char *const *tokens, struct text body, size_t length);

#endif
