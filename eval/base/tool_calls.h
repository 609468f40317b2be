/* Calls of tools as Chat Completions has them: the one form that replies, the trace of an exchange and scorers share. */
#ifndef LEVER_BASE_TOOL_CALLS_H
#define LEVER_BASE_TOOL_CALLS_H

#include "eval/base/json.h"

/* The calls of a turn whatever the server made of them: each has an id and its arguments as text (objects are written out, none is
 * `{}`); what is no object is left out. New reference: a list. */
json_t *tool_calls_normal(const json_t *calls);
json_t *tool_call_make(const char *id, const char *name, struct text arguments); /* new reference */
const char *tool_call_name(const json_t *call);
struct text tool_call_text(const json_t *call); /* its arguments as they came */
/* Its arguments, an object; NULL where the text is none. New reference. */
json_t *tool_call_arguments(const json_t *call);
/* The same for an API that wants an object: one around the text where that is broken. New reference. */
json_t *tool_call_object(const json_t *call);

#endif
