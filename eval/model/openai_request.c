#include "eval/model/answer.h"
#include "eval/model/request.h"
#include "eval/model/url.h"

/* Chat Completions as all servers of the family take it. */

static void member_add(struct buffer *body, const char *name, const json_t *value)
{
	buffer_add(body, ",\"", 2);
	buffer_add_string(body, name);
	buffer_add(body, "\":", 2);
	json_compact(value, body);
}

/* Those that this request sets itself, or has no use for. */
static bool param_left_out(const struct model *model, const struct prompt *prompt, const char *name)
{
	bool tools = prompt->tools || json_array_size(json_object_get(model->params, "tools"));
	return (prompt->schema && strcmp(name, "response_format") == 0) || (prompt->tools && strcmp(name, "tools") == 0) ||
	       (!tools && param_is_of_tools(name));
}

/* OpenAI's own models that reason refuse max_tokens, and all of them take its successor. */
static const char *param_sent(const struct model *model, const char *name)
{
	bool limit = strcmp(name, "max_tokens") == 0 && strcmp(model->api->name, "openai") == 0 && model_at_maker(model);
	return limit && !json_object_get(model->params, "max_completion_tokens") ? "max_completion_tokens" : name;
}

/* Parameters as given. */
static void params_add(const struct model *model, const struct prompt *prompt, struct buffer *body)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)model->params, name, value)
	{
		if (param_left_out(model, prompt, name))
			continue;
		buffer_add_byte(body, ',');
		json_write_string(text_of(param_sent(model, name)), body);
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

/* A call that came as function_call goes back as one, and its result as that of a function. New reference. */
static json_t *messages_sent(const json_t *messages)
{
	json_t *list = json_array(), *message;
	bool old = false;
	size_t i;
	json_array_foreach((json_t *)messages, i, message)
	{
		bool result = strcmp(json_string_or(message, "role", ""), "tool") == 0;
		json_t *sent = json_copy(message);
		old = result ? old : json_object_get(message, "function_call") && json_object_get(message, "tool_calls");
		if (old && result)
			json_object_set_new(sent, "role", json_string("function"));
		if (old)
			json_object_del(sent, result ? "tool_call_id" : "tool_calls");
		json_array_append_new(list, sent);
	}
	return list;
}

static void messages_add(const json_t *messages, struct buffer *body)
{
	const json_t *message;
	bool old = false;
	size_t i;
	json_array_foreach((json_t *)messages, i, message) old |= json_object_get(message, "function_call") != NULL;
	JSON_OWNED *sent = old ? messages_sent(messages) : json_incref((json_t *)messages);
	member_add(body, "messages", sent);
}

static void body_write(const struct model *model, const struct prompt *prompt, const char *name, struct buffer *body)
{
	buffer_add_string(body, "{\"model\":");
	json_write_string(text_of(name), body);
	messages_add(prompt->messages, body);
	params_add(model, prompt, body);
	if (model->reasoning_effort) {
		buffer_add_string(body, ",\"reasoning_effort\":");
		json_write_string(text_of(model->reasoning_effort), body);
	}
	if (prompt->tools)
		member_add(body, "tools", prompt->tools);
	if (prompt->schema)
		schema_add(prompt->schema, body);
	if (model->has_lora)
		lora_add(model, body);
	buffer_add_string(
		body, model->stream ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}" : ",\"stream\":false}");
}

/* Fixed headers and those of the project that hold no secret. */
const char *const *request_headers(const struct model *model, struct arena *arena)
{
	static const char *const whole[] = {"Content-Type: application/json", "Accept: application/json", NULL},
				 *const pieces[] = {"Content-Type: application/json", "Accept: text/event-stream, application/json", NULL};
	const char *const *fixed = model->stream && !model->api->stream->lines ? pieces : whole;
	size_t count = json_object_size(model->headers) + (model->api->header != NULL), at = 2;
	const char *name;
	json_t *value;
	if (count == 0)
		return fixed;
	const char **headers = arena_take(arena, (count + 3) * sizeof *headers);
	headers[0] = fixed[0];
	headers[1] = fixed[1];
	if (model->api->header)
		headers[at++] = model->api->header;
	json_object_foreach((json_t *)model->headers, name, value) if (json_is_string(value)) headers[at++] =
		arena_format(arena, "%s: %s", name, json_string_value(value));
	return headers;
}

bool request_url(const struct model *model, const char *suffix, struct arena *arena, struct request *ret, struct error *error)
{
	struct url url;
	const char *base = model_base_url(model);
	if (!base || !url_read(base, &url, error))
		return base ? false : error_set(error, ERROR_CONFIG, "model %s has no base_url", model->name);
	size_t trailing = base[strlen(base) - 1] == '/';
	ret->method = "POST";
	ret->url = arena_format(arena, "%.*s%s", (int)(strlen(base) - trailing), base, suffix);
	ret->path = ret->url + (url.path.data - base);
	ret->headers = request_headers(model, arena);
	return true;
}

bool openai_request(const struct model *model, const struct prompt *prompt, const char *suffix, const char *name,
	struct arena *arena, struct request *ret, struct error *error)
{
	CLEANUP(buffer_release) struct buffer body = BUFFER_EMPTY;
	body_write(model, prompt, name, &body);
	if (body.overflow)
		return error_set(error, ERROR_DATA, "the request is larger than 1 GiB");
	ret->body = text_copy(arena, buffer_text(&body));
	return request_url(model, suffix, arena, ret, error);
}

bool openai_build(
	const struct model *model, const struct prompt *prompt, struct arena *arena, struct request *ret, struct error *error)
{
	return openai_request(model, prompt, "/chat/completions", model->model, arena, ret, error);
}
