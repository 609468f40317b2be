/* Reading answers: shared by the api_*.c files and their helpers only. */
#ifndef LEVER_MODEL_ANSWER_H
#define LEVER_MODEL_ANSWER_H

#include "eval/model/api.h"

/* Class and message of a failure: HTTP status >= 400, or a body with an `error` member under any status (`body` may be NULL: no
 * JSON). Reads error as object, as text, with code as text or number; FastAPI's `detail`; plain text; HTML. */
void openai_failure_read(const json_t *body, struct arena *arena, struct reply *reply);
/* Tokens and cost; what is missing stays UNKNOWN, which is not 0. */
void openai_usage_read(const json_t *body, struct usage *usage);
/* Choices, finish, texts of a body without error. */
void openai_choice_read(const json_t *body, struct arena *arena, struct reply *reply);
/* The body of a good answer, a stream put together (model NULL: there is none), new reference; NULL where it is a failure: class and message are filled then. */
json_t *reply_body(const struct model *model, struct arena *arena, struct reply *reply);
/* The same of any JSON value, with the place where a failure is told under a good status. */
json_t *reply_value(const struct model *model, const char *error_at, struct arena *arena, struct reply *reply);
void reply_malformed(struct arena *arena, struct reply *reply, const char *why);
/* Chat Completions, whole. */
void openai_parse(const struct model *model, struct arena *arena, struct reply *reply);
/* Class, message and finish of an answer whose texts are read: filtered, empty, cut off. */
void reply_settle(struct reply *reply);
/* Keeps the calls (a list as Chat Completions has it); where there is no text beside them their JSON is the output. `native` is the
 * turn as the API has it, with what only the API can read: it goes back unchanged with the results. NULL: nothing. */
void reply_tools(struct reply *reply, const json_t *calls, const json_t *native, struct arena *arena);
/* A count of tokens; UNKNOWN where absent. */
long long tokens_at(const json_t *object, const char *name);
/* The start of a body as one line for messages, in the arena. */
const char *body_excerpt(struct text body, struct arena *arena);
/* The plain answer object of programs and recorded outputs: output, error, class, usage, cost, latency_ms or latency_us, finish,
 * reasoning, refusal. An error without a class of ours is of class `fallback`. */
void answer_read(const json_t *answer, enum call_class fallback, struct arena *arena, struct reply *reply);

#endif
