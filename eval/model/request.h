/* Building requests: shared by the api_*.c files. */
#ifndef LEVER_MODEL_REQUEST_H
#define LEVER_MODEL_REQUEST_H

#include "eval/model/api.h"

/* One spelling for parameters in lever.yaml, translated by each API: `common` is that of Chat Completions. */
struct param_name {
	const char *common;
	const char *path;   /* dotted place in the body; NULL: the API has no such thing */
	const char *refuse; /* why not, and what to do; where path is NULL */
};
/* Puts the model's params into the body: those in `names` at their places, all others by their own names below `root` (dotted; ""
 * the top). Those without a place are left out: api_params_check tells of them before any call. */
void params_place(const struct model *model, const struct param_name *names, const char *root, json_t *body);
/* Of an API that has no word for it: thinking is to be switched off (reasoning_effort `none`). */
bool model_thinks_not(const struct model *model);
/* The model's params with those that say who asks filled in for the case. New reference; NULL fills error. */
json_t *model_params_filled(const struct model *model, const struct prompt *prompt, struct arena *arena, struct error *error);
/* `response_format` as Chat Completions has it: kind "text", "json_object" or "json_schema" (with its schema, which may stand beside the type too); NULL: it is none of
 * them. The schema is borrowed, NULL where there is none. */
const char *format_kind(const json_t *format, const json_t **schema);
/* The name in {type: function, function: {name}} of tool_choice; NULL: it is no such thing. */
const char *choice_name(const json_t *choice);
/* Parameters that say how tools are called: refused by the APIs where there are none, as in a variant without tools of a model that
 * has them for another. */
bool param_is_of_tools(const char *name);
void tool_params_drop(json_t *body);
/* A text becomes a list of one. */
void body_list(json_t *object, const char *member);
/* Takes a member out of an object. New reference, NULL where there is none. */
json_t *body_take(json_t *object, const char *member);
/* Percent-escaped, but for letters, digits, -._~ and those in `kept`; in the arena. */
const char *url_escape(struct arena *arena, struct text text, const char *kept);
/* Sets a value at a dotted path; steals the reference. */
void body_set(json_t *body, const char *path, json_t *value);
/* Method, URL (base and suffix), path, headers. */
bool request_url(
	const struct model *model, const char *suffix, struct arena *arena, struct request *ret, struct error *error) MUST_CHECK;
/* The same with the body; does not take over the reference. */
bool request_json(const struct model *model, const char *suffix, const json_t *body, struct arena *arena, struct request *ret,
	struct error *error) MUST_CHECK;
/* Content-Type, Accept and those of the project that hold no secret; `further` (NULL-terminated; may be NULL) as well. */
const char *const *request_headers(const struct model *model, struct arena *arena);
/* A copy in the arena with one more; NULL: as it is. */
const char *const *headers_with(const char *const *headers, const char *further, struct arena *arena);

/* Chat Completions: the suffix of the URL and the model's name differ among servers. */
bool openai_request(const struct model *model, const struct prompt *prompt, const char *suffix, const char *name,
	struct arena *arena, struct request *ret, struct error *error) MUST_CHECK;
bool openai_build(const struct model *model, const struct prompt *prompt, struct arena *arena, struct request *ret,
	struct error *error) MUST_CHECK;

/* Messages apart: the text of all system and developer messages, joined, in the arena; "no text" when there are none. */
struct text messages_system(const json_t *messages, struct arena *arena);
bool message_is_system(const json_t *message);

#endif
