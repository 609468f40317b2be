#include "eval/base/template.h"
#include "eval/base/yaml.h"
#include "eval/model/answer.h"
#include "eval/model/request.h"

/* Any endpoint that takes and gives JSON: where the words go and where the answer stands is said in the project. */

struct http_api {
	const char *path, *answer, *reasoning, *error, *finish, *input_tokens, *output_tokens, *cached_tokens;
	const struct yaml *body;
};

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

static bool build(
	const struct model *model, const struct prompt *prompt, struct arena *arena, struct request *ret, struct error *error)
{
	const struct http_api *http = model->config;
	JSON_OWNED *vars = vars_make(model, prompt, arena);
	JSON_OWNED *wanted = yaml_json(http->body);
	JSON_OWNED *body = filled(wanted, vars, arena, error);
	return body && request_json(model, http->path ? http->path : "", body, arena, ret, error);
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

static void parse(const struct model *model, struct arena *arena, struct reply *reply)
{
	const struct http_api *http = model->config;
	JSON_OWNED *body = reply_body(model, arena, reply);
	if (!body)
		return;
	struct text failure = text_at(body, http->error, arena);
	if (failure.length) {
		reply->class = CALL_SERVER;
		reply->message = arena_format(arena, "%.400s", failure.data);
		return;
	}
	if (!json_at(body, http->answer)) {
		reply_malformed(arena, reply, arena_format(arena, "there is nothing at `%s`", http->answer));
		return;
	}
	reply->output = text_at(body, http->answer, arena);
	reply->reasoning = text_at(body, http->reasoning, arena);
	struct text finish = text_at(body, http->finish, arena);
	reply->finish = finish.data ? finish.data : NULL;
	reply->usage.input = count_at(body, http->input_tokens);
	reply->usage.output = count_at(body, http->output_tokens);
	reply->usage.cached = count_at(body, http->cached_tokens);
	reply_settle(reply);
}

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

static bool check(const struct model *model, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	const struct http_api *http = model->config;
	JSON_OWNED *body = http->body ? yaml_json(http->body) : NULL;
	if (!json_is_object(body))
		return error_set(error, ERROR_CONFIG, "body: a map was expected, such as {input: \"{{ prompt }}\"}");
	if (http->path && http->path[0] != '/')
		return error_set(error, ERROR_CONFIG, "path: begins with `/`");
	return templates_check(body, arena, error);
}

static const char *const no_transport[] = {NULL}; /* the body is the user's own: all of it may decide an answer */

static const struct field fields[] = {{"path", FIELD_STRING, offsetof(struct http_api, path), "behind base_url, as /generate"},
	{"body", FIELD_JSON, offsetof(struct http_api, body),
		"the JSON that is sent; its texts are templates over messages, prompt, system, model, params, schema, case and "
		"vars",
		.required = true},
	{"answer", FIELD_STRING, offsetof(struct http_api, answer),
		"where the answer stands in the reply: a JSON pointer or dotted path", .required = true},
	{"reasoning", FIELD_STRING, offsetof(struct http_api, reasoning), "where its reasoning stands"},
	{"error", FIELD_STRING, offsetof(struct http_api, error), "where a failure is told in a reply of a good status"},
	{"finish", FIELD_STRING, offsetof(struct http_api, finish), "where it says why it ended: stop, length, filter"},
	{"input_tokens", FIELD_STRING, offsetof(struct http_api, input_tokens), "where the tokens of the prompt stand"},
	{"cached_tokens", FIELD_STRING, offsetof(struct http_api, cached_tokens), "where those served from a cache stand"},
	{"output_tokens", FIELD_STRING, offsetof(struct http_api, output_tokens), "where the tokens of the answer stand"}, {0}};

const struct api_type api_http = {
	.name = "http",
	.summary = "any endpoint that takes and gives JSON",
	.help = "POST {base_url}{path} with a body of your own making: `body: {inputs: \"{{ prompt }}\", max_new: 64}`. A text "
		"that is one\n"
		"{{ expression }} keeps its type: \"{{ messages }}\" is the list. `answer: /output/0/text` says where the answer "
		"stands; error, finish,\n"
		"input_tokens, output_tokens likewise. The key is read from `key` and sent as a bearer token; other headers by "
		"`headers`.",
	.kind = API_HTTP,
	.fields = fields,
	.config_size = sizeof(struct http_api),
	.check = check,
	.models_path = "",
	.transport_members = no_transport,
	.build = build,
	.key_header = "Authorization",
	.key_prefix = "Bearer ",
	.parse = parse,
};
