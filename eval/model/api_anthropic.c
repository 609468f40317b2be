#include "eval/base/tool_calls.h"
#include "eval/model/answer.h"
#include "eval/model/batch.h"
#include "eval/model/request.h"
#include <math.h>

/* Formats: Anthropic Messages, version 2023-06-01. */

#define THINKING_LEAST 1024 /* tokens of a budget of thinking */
#define MAX_TOKENS 4096 /* the API wants a number; so many where the project says none */

static const struct param_name names[] = {{"stop", "stop_sequences"}, {"reasoning_effort", "output_config.effort"},
	{"max_completion_tokens", "max_tokens"}, {"seed", NULL, "Messages take none: answers cannot be pinned, use `repeats`"},
	{"logprobs", NULL, "Messages give none"}, {"top_logprobs", NULL, "Messages give none"},
	{"frequency_penalty", NULL, "Messages take none"}, {"presence_penalty", NULL, "Messages take none"},
	{"logit_bias", NULL, "Messages take none"}, {"user", "metadata.user_id"}, {"safety_identifier", "metadata.user_id"},
	{"verbosity", NULL, "say in the prompt how long an answer may be"}, {"store", NULL, "Messages are not stored"},
	{"prompt_cache_key", NULL, "Messages take `cache_control`"}, {0}};
static const char *const efforts[] = {"none", "low", "medium", "high", "xhigh", "max", NULL};

/* {type: auto | any | none}, {type: tool, name}, with whether several calls may come at once. New reference; NULL: nothing to say. */
static json_t *choice_translate(const json_t *choice, const json_t *parallel)
{
	const char *word = json_string_value(choice), *name = choice_name(choice);
	json_t *made = word   ? json_pack("{s:s}", "type", strcmp(word, "required") == 0 ? "any" : word)
		       : name ? json_pack("{s:s, s:s}", "type", "tool", "name", name)
			      : json_copy((json_t *)choice);
	if (!json_is_boolean(parallel))
		return made;
	if (!made && json_is_false(parallel))
		made = json_pack("{s:s}", "type", "auto");
	if (made && strcmp(json_string_or(made, "type", ""), "none") != 0)
		json_object_set_new(made, "disable_parallel_tool_use", json_boolean(json_is_false(parallel)));
	return made;
}

static bool thinking_check(const struct model *model, struct error *error)
{
	const json_t *thinking = json_object_get(model->params, "thinking");
	double most = json_number_or(model->params, "max_completion_tokens", json_number_or(model->params, "max_tokens", MAX_TOKENS)),
	       budget = json_number_or(thinking, "budget_tokens", THINKING_LEAST);
	return !json_object_get(thinking, "budget_tokens") || (budget >= THINKING_LEAST && budget < most) ||
	       error_set(error, ERROR_CONFIG, "params: `thinking`: budget_tokens is %d or more and less than max_tokens, which is %.0f",
		       THINKING_LEAST, most);
}

static bool check_param(const struct model *model, const char *name, struct error *error)
{
	const json_t *schema;
	const char *kind = strcmp(name, "response_format") == 0 ? format_kind(json_object_get(model->params, name), &schema) : NULL;
	if (kind && strcmp(kind, "json_object") == 0)
		return error_set(error, ERROR_CONFIG,
			"params: Messages have no `response_format` json_object: give a schema (json_schema)");
	return strcmp(name, "thinking") != 0 || thinking_check(model, error);
}

static json_t *block_text(const json_t *content)
{
	return json_pack("{s:s, s:O}", "type", "text", "text", (json_t *)content);
}

/* What one message of ours is in blocks: text, calls, a result. */
static json_t *blocks_of(const json_t *message)
{
	json_t *blocks = json_array(), *call, *native = json_object_get(message, "native");
	const json_t *content = json_object_get(message, "content");
	size_t i;
	if (json_is_array(native)) {
		json_array_extend(blocks, native);
		return blocks;
	}
	if (strcmp(json_string_or(message, "role", ""), "tool") == 0) {
		json_array_append_new(blocks, json_pack("{s:s, s:s, s:O*}", "type", "tool_result", "tool_use_id",
						      json_string_or(message, "tool_call_id", ""), "content", (json_t *)content));
		return blocks;
	}
	if (json_is_string(content) && json_string_length(content))
		json_array_append_new(blocks, block_text(content));
	json_array_foreach(json_object_get(message, "tool_calls"), i, call) json_array_append_new(
		blocks, json_pack("{s:s, s:s, s:s, s:o}", "type", "tool_use", "id", json_string_or(call, "id", ""), "name",
				tool_call_name(call), "input", tool_call_object(call)));
	return blocks;
}

/* Plain text stays a string; results of tools join the turn of the user. */
static json_t *messages_list(const json_t *messages)
{
	json_t *list = json_array(), *message;
	size_t i;
	json_array_foreach((json_t *)messages, i, message)
	{
		const char *role = json_string_or(message, "role", "user");
		bool tool = strcmp(role, "tool") == 0;
		json_t *last = json_array_get(list, json_array_size(list) - 1);
		if (message_is_system(message))
			continue;
		if (!tool && !json_object_get(message, "tool_calls")) {
			json_array_append_new(
				list, json_pack("{s:s, s:O}", "role", role, "content", json_object_get(message, "content")));
			continue;
		}
		json_t *blocks = blocks_of(message);
		bool joins = tool && last && json_is_array(json_object_get(last, "content")) &&
			     strcmp(json_string_or(last, "role", ""), "user") == 0;
		if (joins) {
			json_array_extend(json_object_get(last, "content"), blocks);
			json_decref(blocks);
		} else
			json_array_append_new(list, json_pack("{s:s, s:o}", "role", tool ? "user" : role, "content", blocks));
	}
	return list;
}

static json_t *function_declared(const json_t *function)
{
	return json_pack("{s:O*, s:O*, s:O*, s:O*}", "name", json_object_get(function, "name"), "description",
		json_object_get(function, "description"), "strict", json_object_get(function, "strict"), "input_schema",
		json_object_get(function, "parameters"));
}

/* Tools of the API's own, such as its search, stay as they are. */
static void tools_translate(json_t *body)
{
	json_t *tools = json_object_get(body, "tools"), *tool, *list = json_array();
	JSON_OWNED *choice = body_take(body, "tool_choice");
	JSON_OWNED *parallel = body_take(body, "parallel_tool_calls");
	size_t i;
	json_array_foreach(tools, i, tool)
	{
		json_t *function = json_object_get(tool, "function");
		json_array_append_new(list, json_is_object(function) ? function_declared(function) : json_incref(tool));
	}
	if (json_array_size(list))
		json_object_set(body, "tools", list);
	json_decref(list);
	json_t *made = json_array_size(json_object_get(body, "tools")) ? choice_translate(choice, parallel) : NULL;
	if (made)
		json_object_set_new(body, "tool_choice", made);
}

static void thinking_off(json_t *body)
{
	json_t *config = json_object_get(body, "output_config");
	json_object_del(config, "effort");
	if (!json_object_size(config))
		json_object_del(body, "output_config");
	body_set(body, "thinking", json_pack("{s:s}", "type", "disabled"));
}

static bool build(
	const struct model *model, const struct prompt *prompt, struct arena *arena, struct request *ret, struct error *error)
{
	struct text system = messages_system(prompt->messages, arena);
	JSON_OWNED *body = json_pack(
		"{s:s, s:i, s:o}", "model", model->model, "max_tokens", MAX_TOKENS, "messages", messages_list(prompt->messages));
	if (system.data)
		json_object_set_new(body, "system", json_from_text(system));
	if (model->stream)
		json_object_set_new(body, "stream", json_true());
	params_place(model, names, "", body);
	if (prompt->tools)
		json_object_set(body, "tools", (json_t *)prompt->tools);
	body_list(body, "stop_sequences");
	JSON_OWNED *format = body_take(body, "response_format");
	const json_t *schema = NULL;
	(void)format_kind(format, &schema);
	if (prompt->schema)
		schema = prompt->schema;
	if (model->reasoning_effort)
		body_set(body, "output_config.effort", json_string(model->reasoning_effort));
	if (model_thinks_not(model))
		thinking_off(body);
	if (schema)
		body_set(body, "output_config.format", json_pack("{s:s, s:O}", "type", "json_schema", "schema", (json_t *)schema));
	tools_translate(body);
	return request_json(model, "/v1/messages", body, arena, ret, error);
}

/* ---- the reply: input_tokens leaves out what the cache served or took ---- */

static long long part(long long tokens)
{
	return tokens >= 0 ? tokens : 0;
}

/* Null says that there was none; a server that leaves it out says nothing. */
static long long cache_count(const json_t *given, const char *name)
{
	return json_is_null(json_object_get(given, name)) ? 0 : tokens_at(given, name);
}

static void usage_read(const json_t *body, struct usage *usage)
{
	const json_t *given = json_object_get(body, "usage");
	long long fresh = tokens_at(given, "input_tokens");
	usage->cached = cache_count(given, "cache_read_input_tokens");
	usage->written = cache_count(given, "cache_creation_input_tokens");
	usage->input = fresh >= 0 ? fresh + part(usage->cached) + part(usage->written) : UNKNOWN;
	usage->output = tokens_at(given, "output_tokens");
	usage->reasoning = tokens_at(json_object_get(given, "output_tokens_details"), "thinking_tokens");
}

/* What is kept for an hour costs twice the input; the price of writes is that of five minutes. */
static void cost_read(const json_t *body, const struct price *price, struct usage *usage)
{
	const json_t *writes = json_object_get(json_object_get(body, "usage"), "cache_creation");
	long long hour = tokens_at(writes, "ephemeral_1h_input_tokens"), plain = price_of(price, usage);
	if (hour > 0 && plain >= 0 && !isnan(price->written))
		usage->cost = plain + llround((double)hour * (2 * price->input - price->written) * 1e6);
}

static const char *finish_of(const char *raw, struct arena *arena)
{
	static const char *const known[][2] = {{"end_turn", "stop"}, {"stop_sequence", "stop"}, {"max_tokens", "length"},
		{"model_context_window_exceeded", "length"}, {"tool_use", "tool"}, {"refusal", "stop"}};
	for (size_t i = 0; i < COUNT(known); i++)
		if (strcmp(raw, known[i][0]) == 0)
			return known[i][1];
	return *raw ? arena_format(arena, "other:%.60s", raw) : NULL;
}

/* A block as it goes back with the results: unchanged, thinking with its signature above all. The arguments that a stream brought
 * are text, and an empty text is refused: NULL. New reference. */
static json_t *block_sent(const json_t *block, const json_t *call)
{
	const char *type = json_string_or(block, "type", "");
	if (!*type || (strcmp(type, "text") == 0 && !json_text(json_object_get(block, "text")).length))
		return NULL;
	json_t *sent = json_copy((json_t *)block);
	if (strcmp(type, "tool_use") == 0 && json_is_string(json_object_get(block, "input")))
		json_object_set_new(sent, "input", tool_call_object(call));
	return sent;
}

static void content_read(const json_t *content, struct arena *arena, struct reply *reply)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer thinking = BUFFER_EMPTY;
	JSON_OWNED *calls = json_array();
	JSON_OWNED *native = json_array();
	json_t *block;
	size_t i;
	json_array_foreach((json_t *)content, i, block)
	{
		const char *type = json_string_or(block, "type", "");
		buffer_add_text(&text, strcmp(type, "text") == 0 ? json_text(json_object_get(block, "text")) : TEXT(""));
		buffer_add_text(
			&thinking, strcmp(type, "thinking") == 0 ? json_text(json_object_get(block, "thinking")) : TEXT(""));
		if (strcmp(type, "tool_use") == 0)
			json_array_append_new(
				calls, json_pack("{s:s, s:s, s:{s:s, s:O*}}", "id", json_string_or(block, "id", ""), "type",
					       "function", "function", "name", json_string_or(block, "name", ""), "arguments",
					       json_object_get(block, "input")));
		json_t *sent = block_sent(block, json_array_get(calls, json_array_size(calls) - 1));
		if (sent)
			json_array_append_new(native, sent);
	}
	reply->output = text.length ? text_copy(arena, buffer_text(&text)) : text_make(NULL, 0);
	reply->reasoning = thinking.length ? text_copy(arena, buffer_text(&thinking)) : text_make(NULL, 0);
	reply_tools(reply, calls, native, arena);
}

/* ---- the stream: a message without content, its blocks begun and continued by their index, the end of the message ---- */

#define BLOCKS_MOST ((size_t)1024)

static json_t *block_at(struct stream *stream, const json_t *event)
{
	size_t index = (size_t)json_integer_or(event, "index", 0);
	json_t *content = json_object_get(stream->body, "content");
	if (index >= BLOCKS_MOST)
		return NULL;
	if (!json_is_array(content)) {
		json_object_set_new(stream->body, "content", json_array());
		content = json_object_get(stream->body, "content");
	}
	while (json_array_size(content) <= index)
		json_array_append_new(content, json_object());
	return json_array_get(content, index);
}

static void delta_add(struct stream *stream, json_t *block, const json_t *delta)
{
	static const char *const texts[][2] = {
		{"text", "text"}, {"thinking", "thinking"}, {"signature", "signature"}, {"partial_json", "input"}};
	for (size_t i = 0; i < COUNT(texts); i++)
		stream_append(stream, block, texts[i][1], json_text(json_object_get(delta, texts[i][0])));
}

/* The counts of the end are those of the whole message; what it leaves out stood at the start. */
static void usage_update(struct stream *stream, const json_t *event)
{
	json_t *before = json_object_get(stream->body, "usage"), *value;
	const char *name;
	if (!json_is_object(before)) {
		stream_keep(stream, event, "usage");
		return;
	}
	json_object_foreach(json_object_get(event, "usage"), name, value)
	{
		if (!json_is_null(value))
			json_object_set(before, name, value);
	}
}

static void event_add(struct stream *stream, const json_t *event)
{
	const char *type = json_string_or(event, "type", "");
	json_t *delta = json_object_get(event, "delta");
	if (strcmp(type, "message_start") == 0)
		json_object_update(stream->body, json_object_get(event, "message"));
	else if (strcmp(type, "content_block_start") == 0)
		json_object_update(block_at(stream, event), json_object_get(event, "content_block"));
	else if (strcmp(type, "content_block_delta") == 0)
		delta_add(stream, block_at(stream, event), delta);
	else if (strcmp(type, "message_delta") == 0) {
		stream_keep(stream, delta, "stop_reason");
		stream_keep(stream, delta, "stop_details");
		usage_update(stream, event);
	}
	stream->ended |= strcmp(type, "message_stop") == 0 || json_is_string(json_object_get(stream->body, "stop_reason"));
}

static const char *const tokens[] = {"\"text\":", "\"thinking\":", "\"partial_json\":", NULL};
static const struct stream_type stream = {.tokens = tokens, .add = event_add};

/* A limit that ends says when; one of money does not. */
static void failure_settle(struct reply *reply)
{
	if (reply->class == CALL_RATE_LIMIT && reply->status == 429 && !reply->retry_after && !reply->pause && !reply->retry)
		reply->retry = -1;
}

static void parse(const struct model *model, struct arena *arena, struct reply *reply)
{
	JSON_OWNED *body = reply_body(model, arena, reply);
	if (!body) {
		failure_settle(reply);
		return;
	}
	const char *reason = json_string_or(body, "stop_reason", "");
	if (!json_is_array(json_object_get(body, "content"))) {
		reply_malformed(arena, reply, "no `content` in the answer");
		return;
	}
	usage_read(body, &reply->usage);
	cost_read(body, &model->price, &reply->usage);
	content_read(json_object_get(body, "content"), arena, reply);
	if (strcmp(reason, "refusal") == 0) {
		const char *why = json_string_or(json_object_get(body, "stop_details"), "explanation", "the model refused");
		reply->refusal = reply->output.length ? reply->output : text_of(arena_string(arena, why));
	}
	reply->finish = finish_of(reason, arena);
	reply->returned_model = arena_string(arena, json_string_or(body, "model", NULL));
	if (!reply->server_request)
		reply->server_request = arena_string(arena, json_string_or(body, "id", NULL));
	reply_settle(reply);
	if (reply->class == CALL_EMPTY && strcmp(reason, "model_context_window_exceeded") == 0) {
		reply->class = CALL_TOO_LONG;
		reply->message = "the prompt left no room for an answer in the model's context";
	}
}

static const struct field none[] = {{0}};
static const char *const path_begins[] = {"/v1", NULL};

const struct api_type api_anthropic = {
	.name = "anthropic",
	.summary = "Anthropic Messages",
	.help = "POST {base_url}/v1/messages with anthropic-version 2023-06-01; base_url may end in /v1 too. System messages become "
		"`system`, stop\n"
		"stop_sequences, a schema (or response_format json_schema) output_config.format, reasoning_effort "
		"output_config.effort\n(none: thinking disabled), user metadata.user_id; "
		"parallel_tool_calls stands in tool_choice; max_tokens is 4096 where params give none, as the API wants one.\n"
		"It has no seed and no log probabilities: those are told as mistakes. Tokens read from and written to its cache "
		"count as input.\n"
		"The key is read from `key` (ANTHROPIC_API_KEY for the default address) and sent as x-api-key.",
	.kind = API_HTTP,
	.fields = none,
	.default_base_url = "https://api.anthropic.com",
	.default_key_env = "ANTHROPIC_API_KEY",
	.header = "anthropic-version: 2023-06-01",
	.batch = &batch_anthropic,
	.stream = &stream,
	.path_begins = path_begins,
	.models_path = "/v1/models?limit=1000",
	.check_param = check_param,
	.efforts = efforts,
	.build = build,
	.key_header = "x-api-key",
	.key_prefix = "",
	.parse = parse,
	.params = names,
};
