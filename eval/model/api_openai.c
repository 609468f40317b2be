#include "eval/model/answer.h"
#include "eval/model/url.h"
#include <stdlib.h>

/* ---- the request ---------------------------------------------------------------------------------------------------- */

static void member_add(struct buffer *body, const char *name, const json_t *value)
{
	buffer_add(body, ",\"", 2);
	buffer_add_string(body, name);
	buffer_add(body, "\":", 2);
	json_compact(value, body);
}

/* Parameters as given, but for those that this request sets itself. */
static void params_add(const struct model *model, const struct prompt *prompt, struct buffer *body)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)model->params, name, value)
	{
		if (prompt->schema && strcmp(name, "response_format") == 0)
			continue;
		buffer_add_byte(body, ',');
		json_write_string(text_of(name), body);
		buffer_add_byte(body, ':');
		json_compact(value, body);
	}
}

static void schema_add(const json_t *schema, struct buffer *body)
{
	buffer_add_string(body,
		",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"strict\":true,\"schema\":");
	json_compact(schema, body);
	buffer_add_string(body, "}}");
}

/* Servers that switch adapters must not reuse prompt states computed under another setting: cache_prompt goes off with them. */
static void lora_add(const struct model *model, struct buffer *body)
{
	buffer_add_string(body, ",\"lora\":[");
	for (size_t i = 0; i < model->lora_count; i++) {
		json_t *scale = json_real(model->lora[i].scale);
		buffer_format(body, "%s{\"id\":%d,\"scale\":", i ? "," : "", model->lora[i].id);
		json_compact(scale, body);
		buffer_add_byte(body, '}');
		json_decref(scale);
	}
	buffer_add_byte(body, ']');
	if (!json_object_get(model->params, "cache_prompt"))
		buffer_add_string(body, ",\"cache_prompt\":false");
}

static void body_write(const struct model *model, const struct prompt *prompt, struct buffer *body)
{
	buffer_add_string(body, "{\"model\":");
	json_write_string(text_of(model->model), body);
	member_add(body, "messages", prompt->messages);
	params_add(model, prompt, body);
	if (model->reasoning_effort) {
		buffer_add_string(body, ",\"reasoning_effort\":");
		json_write_string(text_of(model->reasoning_effort), body);
	}
	if (prompt->schema)
		schema_add(prompt->schema, body);
	if (model->has_lora)
		lora_add(model, body);
	buffer_add_string(body, ",\"stream\":false}");
}

/* Fixed headers and those of the project that hold no secret. */
static const char *const *headers_make(const struct model *model, struct arena *arena)
{
	static const char *const fixed[] = {"Content-Type: application/json", "Accept: application/json", NULL};
	size_t count = json_object_size(model->headers), at = 2;
	const char *name;
	json_t *value;
	if (count == 0)
		return fixed;
	const char **headers = arena_take(arena, (count + 3) * sizeof *headers);
	headers[0] = fixed[0];
	headers[1] = fixed[1];
	json_object_foreach((json_t *)model->headers, name, value) if (json_is_string(value)) headers[at++] =
		arena_format(arena, "%s: %s", name, json_string_value(value));
	return headers;
}

static bool openai_build(
	const struct model *model, const struct prompt *prompt, struct arena *arena, struct request *ret, struct error *error)
{
	CLEANUP(buffer_release) struct buffer body = BUFFER_EMPTY;
	struct url url;
	const char *base = model_base_url(model);
	if (!base || !url_read(base, &url, error))
		return base ? false : error_set(error, ERROR_CONFIG, "model %s has no base_url", model->name);
	body_write(model, prompt, &body);
	if (body.overflow)
		return error_set(error, ERROR_DATA, "the request is larger than 1 GiB");
	size_t trailing = base[strlen(base) - 1] == '/';
	ret->method = "POST";
	ret->url = arena_format(arena, "%.*s/chat/completions", (int)(strlen(base) - trailing), base);
	ret->path = ret->url + (url.path.data - base);
	ret->body = text_copy(arena, buffer_text(&body));
	ret->headers = headers_make(model, arena);
	return true;
}

/* ---- the reply ------------------------------------------------------------------------------------------------------ */

static void malformed(struct arena *arena, struct reply *reply, const char *why)
{
	reply->class = CALL_MALFORMED;
	reply->message = arena_format(arena, "%s: %s", why, body_excerpt(reply->raw, arena));
}

static void openai_parse(const struct model *model, struct arena *arena, struct reply *reply)
{
	struct error error;
	JSON_OWNED *body = json_parse_reply(reply->raw, &error);
	const json_t *failure = json_object_get(body, "error");
	if (reply->status >= 400 || (failure && !json_is_null(failure))) {
		openai_failure_read(body, arena, reply);
		return;
	}
	if (reply->status < 200 || reply->status >= 300) {
		reply->class = reply->status >= 300 ? CALL_REDIRECT : CALL_MALFORMED;
		reply->message = arena_format(arena, "HTTP status %d", reply->status);
		return;
	}
	if (!body) {
		malformed(arena, reply, error.message);
		return;
	}
	if (!json_is_array(json_object_get(body, "choices")) || json_array_size(json_object_get(body, "choices")) == 0) {
		malformed(arena, reply, "no `choices` in the answer");
		return;
	}
	openai_usage_read(body, &reply->usage);
	openai_choice_read(body, arena, reply);
	reply->returned_model = arena_string(arena, json_string_or(body, "model", NULL));
	reply->fingerprint = arena_string(arena, json_string_or(body, "system_fingerprint", NULL));
	if (!reply->server_request)
		reply->server_request = arena_string(arena, json_string_or(body, "id", NULL));
}

static const struct field openai_fields[] = {{0}};

const struct api_type api_openai = {
	.name = "openai",
	.summary = "OpenAI Chat Completions and every server that speaks it",
	.help = "POST {base_url}/chat/completions. llama.cpp's llama-server, vLLM, Ollama (/v1), OpenRouter, Together, Groq and "
		"others speak it.\n"
		"`params` are sent as they stand, at the top level: temperature, max_tokens, seed, stop, top_k, "
		"chat_template_kwargs, …\n"
		"A schema is sent as response_format json_schema; `reasoning_effort` as it stands.\n"
		"`lora: [{id, scale}]` switches adapters of llama-server for each request; cache_prompt then goes off, because its "
		"prompt cache\n"
		"mixes the states of different adapters. Scale 0 turns an adapter off by name: newer servers take an empty list "
		"for their default.\n"
		"With vLLM an adapter is a model name of its own.\n"
		"The key is read from `key_env` (OPENAI_API_KEY for the default address) and sent as a bearer token.",
	.kind = API_HTTP,
	.fields = openai_fields,
	.default_base_url = "https://api.openai.com/v1",
	.default_key_env = "OPENAI_API_KEY",
	.build = openai_build,
	.key_header = "Authorization",
	.key_prefix = "Bearer ",
	.parse = openai_parse,
};
