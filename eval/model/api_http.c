#include "eval/base/template.h"
#include "eval/base/yaml.h"
#include "eval/model/answer.h"
#include "eval/model/request.h"
#include <ctype.h>

/* Any endpoint that takes and gives JSON: where the words go and where the answer stands is said in the project. */

struct http_api {
	int method;
	const char *path, *answer, *reasoning, *error, *finish, *input_tokens, *output_tokens, *cached_tokens, *written_tokens, *reasoning_tokens;
	const struct yaml *body, *query;
	bool retry;
	const char *delta, *end; /* of a stream */
	char token[80];
	const char *tokens[2]; /* of `delta`, for the time to the first */
};
static const char *const methods[] = {"POST", "GET", "PUT", "PATCH", "DELETE", NULL};

/* The text of the last message of the user. */
static const json_t *last_user(const json_t *messages)
{
	for (size_t i = json_array_size(messages); i-- > 0;) {
		const json_t *message = json_array_get(messages, i);
		if (strcmp(json_string_or(message, "role", ""), "user") == 0)
			return json_object_get(message, "content");
	}
	return NULL;
}

static json_t *vars_make(const struct model *model, const struct prompt *prompt, struct arena *arena)
{
	struct text system = messages_system(prompt->messages, arena);
	json_t *vars = json_pack("{s:O, s:s, s:o}", "messages", (json_t *)prompt->messages, "model",
		model->model ? model->model : "", "system", json_from_text(system.data ? system : TEXT("")));
	const json_t *user = last_user(prompt->messages);
	json_object_set_new(vars, "prompt", user ? json_incref((json_t *)user) : json_string(""));
	json_object_set_new(vars, "params", model->params ? json_incref(model->params) : json_object());
	json_object_set_new(vars, "vars", prompt->vars ? json_incref((json_t *)prompt->vars) : json_object());
	json_object_set_new(
		vars, "reasoning_effort", model->reasoning_effort ? json_string(model->reasoning_effort) : json_null());
	json_object_set_new(vars, "schema", prompt->schema ? json_incref((json_t *)prompt->schema) : json_null());
	json_object_set_new(vars, "case", json_string(prompt->case_id ? prompt->case_id : ""));
	return vars;
}

/* Every text of the template is filled in; one that is a single {{ expression }} keeps its type. NULL fills error. */
static json_t *filled(const json_t *value, const json_t *vars, struct arena *arena, struct error *error)
{
	const char *key;
	json_t *member;
	size_t i;
	if (json_is_string(value)) {
		struct template *template = template_parse(arena, json_text(value), "body", 1, error);
		return template ? template_value(template, vars, error) : NULL;
	}
	JSON_OWNED *made = json_is_object(value)  ? json_object()
			   : json_is_array(value) ? json_array()
						  : json_incref((json_t *)value);
	json_object_foreach((json_t *)value, key, member)
	{
		json_t *part = filled(member, vars, arena, error);
		if (!part)
			return NULL;
		json_object_set_new(made, key, part);
	}
	json_array_foreach((json_t *)value, i, member)
	{
		json_t *part = filled(member, vars, arena, error);
		if (!part)
			return NULL;
		json_array_append_new(made, part);
	}
	return json_incref(made);
}

/* "?name=value&…", filled in and escaped; "" where there is none; NULL fills error. */
static const char *query_make(const struct http_api *http, const json_t *vars, struct arena *arena, struct error *error)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	JSON_OWNED *wanted = http->query ? yaml_json(http->query) : json_object();
	JSON_OWNED *query = filled(wanted, vars, arena, error);
	const char *name;
	json_t *value;
	if (!query)
		return NULL;
	json_object_foreach(query, name, value)
	{
		CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
		json_write_plain(value, &text);
		buffer_add_byte(&out, out.length || (http->path && strchr(http->path, '?')) ? '&' : '?');
		buffer_add_string(&out, url_escape(arena, text_of(name), ""));
		buffer_add_byte(&out, '=');
		buffer_add_string(&out, url_escape(arena, buffer_text(&text), ""));
	}
	return arena_string(arena, buffer_string(&out));
}

static bool build(
	const struct model *model, const struct prompt *prompt, struct arena *arena, struct request *ret, struct error *error)
{
	const struct http_api *http = model->config;
	JSON_OWNED *vars = vars_make(model, prompt, arena);
	JSON_OWNED *wanted = http->body ? yaml_json(http->body) : json_null();
	JSON_OWNED *body = filled(wanted, vars, arena, error);
	const char *query = body ? query_make(http, vars, arena, error) : NULL;
	if (!query)
		return false;
	const char *suffix = arena_format(arena, "%s%s", http->path ? http->path : "", query);
	ret->body = TEXT("");
	if (http->body ? !request_json(model, suffix, body, arena, ret, error) : !request_url(model, suffix, arena, ret, error))
		return false;
	ret->method = methods[http->method];
	if (http->method) /* the same address asked otherwise is another question */
		ret->path = arena_format(arena, "%s %s", ret->method, ret->path);
	return true;
}

static struct text text_at(const json_t *body, const char *path, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	const json_t *value = path ? json_at(body, path) : NULL;
	if (!value || json_is_null(value))
		return text_make(NULL, 0);
	json_write_plain(value, &out);
	return text_copy(arena, buffer_text(&out));
}

static long long count_at(const json_t *body, const char *path)
{
	const json_t *value = path ? json_at(body, path) : NULL;
	return json_is_number(value) && json_number_value(value) >= 0 ? (long long)json_number_value(value) : UNKNOWN;
}

/* Words of common servers; another one stays as it is. */
static const char *finish_of(struct text raw, struct arena *arena)
{
	static const char *const words[][2] = {{"eos_token", "stop"}, {"stop_sequence", "stop"}, {"end_turn", "stop"}, {"eos", "stop"},
		{"max_tokens", "length"}, {"MAX_TOKENS", "length"}, {"STOP", "stop"}, {"content_filter", "filter"}, {"SAFETY", "filter"},
		{"stop", "stop"}, {"length", "length"}, {"filter", "filter"}};
	for (size_t i = 0; i < COUNT(words); i++)
		if (text_equal(raw, text_of(words[i][0])))
			return words[i][1];
	return raw.length ? arena_format(arena, "other:%.60s", raw.data) : NULL;
}

/* ---- the stream: pieces of the answer at `delta`; of all else that stands at the top what came last counts ---- */

static void event_add(struct stream *stream, const json_t *event)
{
	const struct http_api *http = stream->config;
	json_t *value;
	const char *name;
	stream_append(stream, stream->body, "", json_text(json_at(event, http->delta)));
	json_object_foreach((json_t *)event, name, value) if (*name) stream_keep(stream, event, name);
	stream->ended |= !http->end || json_truth(json_at(event, http->end));
}

static const char *const *stream_tokens(const void *config)
{
	return ((const struct http_api *)config)->tokens;
}

static const struct stream_type stream = {.either = true, .tokens_of = stream_tokens, .add = event_add};

static void parse(const struct model *model, struct arena *arena, struct reply *reply)
{
	const struct http_api *http = model->config;
	JSON_OWNED *body = reply_value(model, http->error ? http->error : "error", arena, reply);
	/* What an unknown server means by a failure under a good status is not known: it is tried again only where the project says so. */
	if (!body && reply->class == CALL_SERVER && reply->status < 400 && !http->retry)
		reply->class = CALL_REQUEST;
	if (!body)
		return;
	bool pieces = model->stream && json_object_get(body, "");
	const char *answer = pieces ? "/" : http->answer ? http->answer : http->delta; /* "/": the member without a name */
	if (!json_at(body, answer)) {
		reply_malformed(arena, reply, arena_format(arena, "there is nothing at `%s`", answer));
		return;
	}
	reply->output = text_at(body, answer, arena);
	reply->reasoning = text_at(body, http->reasoning, arena);
	reply->finish = finish_of(text_at(body, http->finish, arena), arena);
	reply->usage.input = count_at(body, http->input_tokens);
	reply->usage.output = count_at(body, http->output_tokens);
	reply->usage.cached = count_at(body, http->cached_tokens);
	reply->usage.written = count_at(body, http->written_tokens);
	reply->usage.reasoning = count_at(body, http->reasoning_tokens);
	reply_settle(reply);
}

/* ---- checks ---- */

static bool templates_check(const json_t *value, struct arena *arena, struct error *error)
{
	const char *key;
	json_t *member;
	size_t i;
	if (json_is_string(value))
		return template_parse(arena, json_text(value), "body", 1, error) != NULL;
	json_object_foreach((json_t *)value, key, member) if (!templates_check(member, arena, error)) return false;
	json_array_foreach((json_t *)value, i, member) if (!templates_check(member, arena, error)) return false;
	return true;
}

static bool template_uses(const json_t *value, const char *what, struct arena *arena)
{
	struct error ignored;
	const char *key;
	json_t *member;
	size_t i;
	bool found = false;
	if (json_is_string(value)) {
		const struct template *template = template_parse(arena, json_text(value), "body", 1, &ignored);
		return template && template_mentions(template, what);
	}
	json_object_foreach((json_t *)value, key, member) found |= template_uses(member, what, arena);
	json_array_foreach((json_t *)value, i, member) found |= template_uses(member, what, arena);
	return found;
}

/* Is the member of params written out by its name, or are they used as a whole? */
static bool param_used(const json_t *value, const char *name)
{
	const char *key;
	json_t *member;
	size_t i;
	bool found = false;
	for (const char *at = json_string_value(value); at && (at = strstr(at, "params"));) {
		at += strlen("params");
		size_t length = strspn(at, ".['\"");
		const char *end = at + length + strlen(name);
		found |= !length || (strncmp(at + length, name, strlen(name)) == 0 && !(isalnum((unsigned char)*end) || *end == '_'));
	}
	json_object_foreach((json_t *)value, key, member) found |= param_used(member, name);
	json_array_foreach((json_t *)value, i, member) found |= param_used(member, name);
	return found;
}

static bool check_param(const struct model *model, const char *name, struct error *error)
{
	const struct http_api *http = model->config;
	JSON_OWNED *parts = json_pack("[o*, o*]", http->body ? yaml_json(http->body) : NULL, http->query ? yaml_json(http->query) : NULL);
	return param_used(parts, name) ||
	       error_set(error, ERROR_CONFIG, "params: the body does not use `%s`: write {{ params }} or {{ params.%s }} in it", name, name);
}

/* Replies have no place for calls of tools. */
static bool takes(const struct model *model, const char *what)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	const struct http_api *http = model->config;
	JSON_OWNED *parts = json_pack("[o*, o*]", http->body ? yaml_json(http->body) : NULL, http->query ? yaml_json(http->query) : NULL);
	return strcmp(what, "tools") != 0 && template_uses(parts, what, arena);
}

static bool body_check(const struct http_api *http, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	JSON_OWNED *body = http->body ? yaml_json(http->body) : NULL;
	JSON_OWNED *query = http->query ? yaml_json(http->query) : NULL;
	const char *method = methods[http->method];
	if (strcmp(method, "GET") == 0 && body)
		return error_set(error, ERROR_CONFIG, "body: a GET has none; give `query: {q: \"{{ prompt }}\"}`");
	if ((body || *method == 'P') && !json_is_object(body) && !json_is_array(body))
		return error_set(error, ERROR_CONFIG, "body: a map was expected, such as {input: \"{{ prompt }}\"}");
	if (query && !json_is_object(query))
		return error_set(error, ERROR_CONFIG, "query: a map was expected, such as {q: \"{{ prompt }}\"}");
	return templates_check(body, arena, error) && templates_check(query, arena, error);
}

static bool check(const struct model *model, struct error *error)
{
	struct http_api *http = model->config;
	if (http->path && http->path[0] != '/')
		return error_set(error, ERROR_CONFIG, "path: begins with `/`");
	if (!body_check(http, error))
		return false;
	if (!http->answer && !http->delta)
		return error_set(error, ERROR_CONFIG, "answer: where does it stand in the reply? A JSON pointer such as /output/0/text");
	const char *last = http->delta ? strrchr(http->delta, *http->delta == '/' ? '/' : '.') : NULL;
	snprintf(http->token, sizeof http->token, "\"%s\":", last ? last + 1 : http->delta ? http->delta : "");
	http->tokens[0] = http->token;
	if (model->stream != (http->delta != NULL))
		return error_set(error, ERROR_CONFIG,
			"stream: of api http it takes both, `stream: true` and in `delta` where an event has its piece of the answer");
	return !model->reasoning_effort || takes(model, "reasoning_effort") ||
	       error_set(error, ERROR_CONFIG, "reasoning_effort: the body does not use it: write {{ reasoning_effort }} in it");
}

static const char *const no_transport[] = {NULL}; /* the body is the user's own: all of it may decide an answer */

static const struct field fields[] = {{"path", FIELD_STRING, offsetof(struct http_api, path), "behind base_url, as /generate"},
	{"body", FIELD_JSON, offsetof(struct http_api, body),
		"the JSON that is sent; its texts are templates over messages, prompt, system, model, params, schema, "
		"reasoning_effort, case and vars"},
	{"method", FIELD_CHOICE, offsetof(struct http_api, method), "how the endpoint is asked; GET has no body", .choices = methods,
		.fallback = "POST"},
	{"query", FIELD_JSON, offsetof(struct http_api, query), "a map that is put behind the path as ?name=value; templates as in `body`"},
	{"answer", FIELD_STRING, offsetof(struct http_api, answer),
		"where the answer stands in the reply: a JSON pointer or dotted path"},
	{"reasoning", FIELD_STRING, offsetof(struct http_api, reasoning), "where its reasoning stands"},
	{"error", FIELD_STRING, offsetof(struct http_api, error),
		"where a failure is told (`error` where this is absent); nothing, false, 0 and empty are none"},
	{"retry", FIELD_BOOL, offsetof(struct http_api, retry), "a failure told under a good status is tried again", .fallback = "false"},
	{"delta", FIELD_STRING, offsetof(struct http_api, delta), "with `stream: true`: where an event has its piece of the answer"},
	{"end", FIELD_STRING, offsetof(struct http_api, end), "where an event says that it is the last; else the end of the body is it"},
	{"finish", FIELD_STRING, offsetof(struct http_api, finish), "where it says why it ended: stop, length, filter"},
	{"input_tokens", FIELD_STRING, offsetof(struct http_api, input_tokens), "where the tokens of the prompt stand"},
	{"cached_tokens", FIELD_STRING, offsetof(struct http_api, cached_tokens), "where those of them served from a cache stand"},
	{"cache_written_tokens", FIELD_STRING, offsetof(struct http_api, written_tokens), "where those of them written into a cache stand"},
	{"reasoning_tokens", FIELD_STRING, offsetof(struct http_api, reasoning_tokens), "where those of the answer that are reasoning stand"},
	{"output_tokens", FIELD_STRING, offsetof(struct http_api, output_tokens), "where the tokens of the answer stand"}, {0}};

const struct api_type api_http = {
	.name = "http",
	.summary = "any endpoint that takes and gives JSON",
	.help = "POST (or `method: GET`, PUT, …) {base_url}{path} with a body of your own making: `body: {inputs: \"{{ prompt }}\", "
		"max_new: 64}`; a GET\n"
		"has `query: {q: \"{{ prompt }}\"}`. A text that is one {{ expression }} keeps its type: \"{{ messages }}\" is the list. "
		"`answer:\n"
		"/output/0/text` says where the answer stands (/0/text in a list); error, finish, input_tokens, output_tokens "
		"likewise. A failure has\n"
		"the class of its HTTP status; one told under a good status is of class request, or what its words say, and not tried "
		"again unless\n"
		"`retry: true`. `stream: true` reads server-sent events or JSON lines: `delta: /token/text` is each event's piece of "
		"the answer, all\n"
		"else is read from what came last. Params, a schema and reasoning_effort are mistakes where the body does not use them, "
		"tools always.\n"
		"The key is read from `key` and sent as a bearer token; other headers by `headers`.",
	.kind = API_HTTP,
	.fields = fields,
	.config_size = sizeof(struct http_api),
	.check = check,
	.check_param = check_param,
	.nameless = true,
	.takes = takes,
	.stream = &stream,
	.models_path = "",
	.transport_members = no_transport,
	.build = build,
	.key_header = "Authorization",
	.key_prefix = "Bearer ",
	.parse = parse,
};
