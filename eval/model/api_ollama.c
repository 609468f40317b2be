#include "eval/base/tool_calls.h"
#include "eval/model/answer.h"
#include "eval/model/request.h"

/* Formats: Ollama's own /api/chat. */

static const struct param_name names[] = {{"temperature", "options.temperature"}, {"top_p", "options.top_p"},
	{"max_tokens", "options.num_predict"}, {"max_completion_tokens", "options.num_predict"}, {"seed", "options.seed"},
	{"stop", "options.stop"}, {"logprobs", "logprobs"}, {"top_logprobs", "top_logprobs"}, {"reasoning_effort", "think"},
	{"think", "think"}, {"keep_alive", "keep_alive"}, {"tools", "tools"}, {"format", "format"}, {"truncate", "truncate"},
	{"shift", "shift"}, {"response_format", "response_format"},
	{"tool_choice", NULL, "Ollama takes none; say in the prompt when to call"},
	{"parallel_tool_calls", NULL, "Ollama takes none"}, {"logit_bias", NULL, "Ollama takes none"}, {"user", NULL, "Ollama takes none"},
	{"metadata", NULL, "Ollama takes none"}, {"store", NULL, "Ollama keeps nothing"}, {"service_tier", NULL, "Ollama has none"},
	{"verbosity", NULL, "say in the prompt how long an answer may be"}, {"safety_identifier", NULL, "Ollama takes none"},
	{"prompt_cache_key", NULL, "Ollama takes none"}, {0}};
static const char *const efforts[] = {"none", "low", "medium", "high", "max", NULL};

/* Arguments of tool calls are objects here, and a result names its tool. */
static json_t *messages_list(const json_t *messages)
{
	json_t *list = json_array(), *message, *call;
	size_t i, k;
	json_array_foreach((json_t *)messages, i, message)
	{
		json_t *native = json_object_get(message, "native"), *copy;
		if (native) {
			json_array_append(list, native);
			continue;
		}
		copy = json_deep_copy(message);
		if (strcmp(json_string_or(copy, "role", ""), "tool") == 0 && json_object_get(copy, "name")) {
			json_object_set(copy, "tool_name", json_object_get(copy, "name"));
			json_object_del(copy, "name");
		}
		if (strcmp(json_string_or(copy, "role", ""), "developer") == 0)
			json_object_set_new(copy, "role", json_string("system"));
		json_array_foreach(json_object_get(copy, "tool_calls"), k, call)
		{
			json_t *arguments = tool_call_object(call);
			json_object_set_new(json_object_get(call, "function"), "arguments", arguments);
		}
		json_array_append_new(list, copy);
	}
	return list;
}

static bool build(
	const struct model *model, const struct prompt *prompt, struct arena *arena, struct request *ret, struct error *error)
{
	JSON_OWNED *body =
		json_pack("{s:s, s:o, s:b}", "model", model->model, "messages", messages_list(prompt->messages), "stream", model->stream);
	params_place(model, names, "options", body);
	if (prompt->tools)
		json_object_set(body, "tools", (json_t *)prompt->tools);
	if (model_thinks_not(model))
		json_object_set_new(body, "think", json_false());
	else if (model->reasoning_effort)
		json_object_set_new(body, "think", json_string(model->reasoning_effort));
	body_list(json_object_get(body, "options"), "stop");
	JSON_OWNED *format = body_take(body, "response_format");
	const json_t *schema = NULL;
	const char *kind = format_kind(format, &schema);
	if (prompt->schema || schema)
		json_object_set(body, "format", (json_t *)(prompt->schema ? prompt->schema : schema));
	else if (kind && strcmp(kind, "json_object") == 0)
		json_object_set_new(body, "format", json_string("json"));
	return request_json(model, "/api/chat", body, arena, ret, error);
}

static void calls_read(const json_t *message, struct arena *arena, struct reply *reply)
{
	JSON_OWNED *calls = json_array();
	json_t *call;
	size_t i;
	json_array_foreach(json_object_get(message, "tool_calls"), i, call)
	{
		const json_t *function = json_object_get(call, "function");
		json_array_append_new(calls, json_pack("{s:O*, s:s, s:{s:s, s:O*}}", "id", json_object_get(call, "id"), "type",
						     "function", "function", "name", json_string_or(function, "name", ""),
						     "arguments", json_object_get(function, "arguments")));
	}
	reply_tools(reply, calls, message, arena);
}

/* ---- the stream: one object a line, the message in pieces, the counts in the last ---- */

static void event_add(struct stream *stream, const json_t *event)
{
	const json_t *given = json_object_get(event, "message");
	json_t *message = json_object_get(stream->body, "message"), *calls = json_object_get(given, "tool_calls"), *value;
	const char *name;
	if (given && !message) {
		json_object_set_new(stream->body, "message", json_pack("{s:s, s:[]}", "role", "assistant", "tool_calls"));
		message = json_object_get(stream->body, "message");
	}
	stream_append(stream, message, "content", json_text(json_object_get(given, "content")));
	stream_append(stream, message, "thinking", json_text(json_object_get(given, "thinking")));
	if (json_is_array(calls))
		json_array_extend(json_object_get(message, "tool_calls"), calls);
	json_object_foreach((json_t *)event, name, value) if (strcmp(name, "message") != 0) stream_keep(stream, event, name);
	stream->ended |= json_is_true(json_object_get(event, "done"));
}

static const char *const tokens[] = {"\"content\":", "\"thinking\":", "\"name\":", NULL};
static const struct stream_type stream = {.lines = true, .tokens = tokens, .add = event_add};

static void parse(const struct model *model, struct arena *arena, struct reply *reply)
{
	JSON_OWNED *body = reply_body(model, arena, reply);
	if (!body)
		return;
	const json_t *message = json_object_get(body, "message");
	const char *reason = json_string_or(body, "done_reason", "");
	if (!json_is_object(message)) {
		reply_malformed(arena, reply, "no `message` in the answer");
		return;
	}
	reply->usage.input = tokens_at(body, "prompt_eval_count");
	reply->usage.output = tokens_at(body, "eval_count");
	struct text output = json_text(json_object_get(message, "content")),
		    thinking = json_text(json_object_get(message, "thinking"));
	reply->output = output.length ? text_copy(arena, output) : text_make(NULL, 0);
	reply->reasoning = thinking.length ? text_copy(arena, thinking) : text_make(NULL, 0);
	calls_read(message, arena, reply);
	reply->finish = reply->tool_calls.data				       ? "tool"
			: !strcmp(reason, "stop") || !strcmp(reason, "length") ? arena_string(arena, reason)
			: *reason					       ? arena_format(arena, "other:%.60s", reason)
									       : NULL;
	reply->returned_model = arena_string(arena, json_string_or(body, "model", NULL));
	reply_settle(reply);
}

static const struct field none[] = {{0}};
static const char *const path_begins[] = {"/api", NULL};

const struct api_type api_ollama = {
	.name = "ollama",
	.summary = "Ollama's own chat API",
	.help = "POST {base_url}/api/chat. Parameters go into `options` (max_tokens num_predict); give num_ctx, whose default is "
		"small and cuts long\n"
		"prompts silently. A schema (or response_format) is sent as `format`, reasoning_effort as `think` (none: false).\n"
		"Its /v1 is served by api: openai as well.",
	.kind = API_HTTP,
	.fields = none,
	.default_base_url = "http://127.0.0.1:11434",
	.path_begins = path_begins,
	.models_path = "/api/tags",
	.build = build,
	.key_header = "Authorization",
	.key_prefix = "Bearer ",
	.parse = parse,
	.params = names,
	.efforts = efforts,
	.stream = &stream,
};
