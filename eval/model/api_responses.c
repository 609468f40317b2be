#include "eval/base/tool_calls.h"
#include "eval/model/answer.h"
#include "eval/model/batch.h"
#include "eval/model/request.h"

/* Formats: OpenAI Responses, openai-openapi spec 2.3.0. */

#define LIMIT_LEAST 16 /* of tokens */

static const struct param_name names[] = {{"max_tokens", "max_output_tokens"}, {"max_completion_tokens", "max_output_tokens"},
	{"reasoning_effort", "reasoning.effort"}, {"verbosity", "text.verbosity"},
	{"seed", NULL, "Responses take none; use api: openai (Chat Completions) where it matters"},
	{"stop", NULL, "Responses take none; cut the answer with `extract:`, or use api: openai"},
	{"logit_bias", NULL, "Responses take none; use api: openai"},
	{"frequency_penalty", NULL, "Responses take none; use api: openai"},
	{"presence_penalty", NULL, "Responses take none; use api: openai"},
	{"background", NULL, "answers are waited for; `lever run --batch` leaves requests and collects later"}, {0}};

/* The turn as it came, reasoning with what only the server can read included. Where the server stores nothing, reasoning that it
 * did not hand over cannot be named again, nor the items that belong to it by their ids. */
static void native_add(json_t *list, const json_t *items, bool stored)
{
	json_t *item;
	bool lost = false;
	size_t i;
	json_array_foreach((json_t *)items, i, item) lost |= !stored && strcmp(json_string_or(item, "type", ""), "reasoning") == 0 &&
		!json_is_string(json_object_get(item, "encrypted_content"));
	json_array_foreach((json_t *)items, i, item)
	{
		json_t *sent = json_copy(item);
		if (lost)
			json_object_del(sent, "id");
		if (!lost || strcmp(json_string_or(item, "type", ""), "reasoning") != 0)
			json_array_append(list, sent);
		json_decref(sent);
	}
}

static json_t *input_list(const json_t *messages, bool stored)
{
	json_t *list = json_array(), *message;
	size_t i, k;
	json_array_foreach((json_t *)messages, i, message)
	{
		json_t *calls = json_object_get(message, "tool_calls"), *call;
		if (message_is_system(message))
			continue;
		if (json_object_get(message, "native")) {
			native_add(list, json_object_get(message, "native"), stored);
			continue;
		}
		if (strcmp(json_string_or(message, "role", ""), "tool") == 0) {
			json_array_append_new(list, json_pack("{s:s, s:s, s:O*}", "type", "function_call_output", "call_id",
							    json_string_or(message, "tool_call_id", ""), "output",
							    json_object_get(message, "content")));
			continue;
		}
		if (json_object_get(message, "content") && !json_is_null(json_object_get(message, "content")))
			json_array_append_new(list, json_pack("{s:O, s:O}", "role", json_object_get(message, "role"), "content",
							    json_object_get(message, "content")));
		json_array_foreach(calls, k, call) json_array_append_new(
			list, json_pack("{s:s, s:s, s:s, s:o}", "type", "function_call", "call_id", json_string_or(call, "id", ""),
				      "name", tool_call_name(call), "arguments", json_from_text(tool_call_text(call))));
	}
	return list;
}

/* Function tools stand flat here; tools of the API's own stay as they are. */
static void tools_flatten(json_t *body)
{
	json_t *tools = json_object_get(body, "tools"), *tool, *flat = json_array();
	size_t i;
	json_array_foreach(tools, i, tool)
	{
		json_t *function = json_object_get(tool, "function"),
		       *one = json_is_object(function) ? json_copy(function) : json_copy(tool);
		if (json_is_object(function))
			json_object_set_new(one, "type", json_string("function"));
		json_array_append_new(flat, one);
	}
	if (json_array_size(flat))
		json_object_set(body, "tools", flat);
	else
		tool_params_drop(body);
	json_decref(flat);
	const char *name = choice_name(json_object_get(body, "tool_choice"));
	if (name)
		json_object_set_new(body, "tool_choice", json_pack("{s:s, s:s}", "type", "function", "name", name));
}

/* response_format, flat; the schema of the variant goes before it. */
static void format_place(json_t *body, const json_t *schema)
{
	JSON_OWNED *given = body_take(body, "response_format");
	const json_t *own;
	const char *kind = format_kind(given, &own);
	if (schema) {
		body_set(body, "text.format",
			json_pack("{s:s, s:s, s:b, s:O}", "type", "json_schema", "name", "answer", "strict", 1, "schema",
				(json_t *)schema));
	} else if (kind) {
		json_t *inner = json_object_get(given, "json_schema");
		json_t *format = inner ? json_copy(inner) : own ? json_pack("{s:O}", "schema", (json_t *)own) : json_object();
		json_object_set_new(format, "type", json_string(kind));
		if (own && !json_object_get(format, "name"))
			json_object_set_new(format, "name", json_string("answer"));
		body_set(body, "text.format", format);
	}
}

static void include_add(json_t *body, const char *what)
{
	json_t *list = json_object_get(body, "include"), *word;
	JSON_OWNED *whole = json_is_array(list) ? json_copy(list) : json_array();
	size_t i;
	json_array_foreach(whole, i, word) if (strcmp(json_string_value(word) ? json_string_value(word) : "", what) == 0) return;
	json_array_append_new(whole, json_string(what));
	json_object_set(body, "include", whole);
}

/* The families that do not think refuse to be asked for their reasoning. */
static bool reasons(const struct model *model)
{
	static const char *const plain[] = {"gpt-3", "gpt-4", "chatgpt", "ft:gpt-3", "ft:gpt-4"};
	bool known = false;
	for (size_t i = 0; i < COUNT(plain); i++)
		known |= strncmp(model->model, plain[i], strlen(plain[i])) == 0;
	return !known || model->reasoning_effort || json_object_get(model->params, "reasoning");
}

static bool check_param(const struct model *model, const char *name, struct error *error)
{
	static const char *const limits[] = {"max_tokens", "max_completion_tokens", "max_output_tokens"};
	for (size_t i = 0; i < COUNT(limits); i++)
		if (strcmp(name, limits[i]) == 0 && json_number_or(model->params, name, LIMIT_LEAST) < LIMIT_LEAST)
			return error_set(error, ERROR_CONFIG, "params: `%s` is %d or more for api responses", name, LIMIT_LEAST);
	return true;
}

static bool build(
	const struct model *model, const struct prompt *prompt, struct arena *arena, struct request *ret, struct error *error)
{
	struct text system = messages_system(prompt->messages, arena);
	bool stored = json_is_true(json_object_get(model->params, "store"));
	JSON_OWNED *body = json_pack("{s:s, s:o}", "model", model->model, "input", input_list(prompt->messages, stored));
	if (system.data)
		json_object_set_new(body, "instructions", json_from_text(system));
	if (model->stream)
		json_object_set_new(body, "stream", json_true());
	params_place(model, names, "", body);
	if (prompt->tools)
		json_object_set(body, "tools", (json_t *)prompt->tools);
	if (model->reasoning_effort)
		body_set(body, "reasoning.effort", json_string(model->reasoning_effort));
	format_place(body, prompt->schema);
	tools_flatten(body);
	if (prompt->tools && !stored && !json_object_get(body, "include") && reasons(model))
		include_add(body, "reasoning.encrypted_content");
	JSON_OWNED *logprobs = body_take(body, "logprobs");
	if (json_truth(logprobs) || json_is_integer(json_object_get(body, "top_logprobs")))
		include_add(body, "message.output_text.logprobs");
	if (!json_object_get(body, "store"))
		json_object_set_new(body, "store", json_false());
	return request_json(model, "/responses", body, arena, ret, error);
}

/* ---- the reply ---- */

static void usage_read(const json_t *body, struct usage *usage)
{
	const json_t *given = json_object_get(body, "usage"), *input = json_object_get(given, "input_tokens_details");
	usage->input = tokens_at(given, "input_tokens");
	usage->output = tokens_at(given, "output_tokens");
	usage->cached = tokens_at(input, "cached_tokens");
	usage->written = tokens_at(input, "cache_write_tokens");
	usage->reasoning = tokens_at(json_object_get(given, "output_tokens_details"), "reasoning_tokens");
}

struct pieces {
	struct buffer text, refusal, reasoning;
	json_t *calls;
};

static void parts_add(struct buffer *out, const json_t *parts, const char *member)
{
	json_t *part;
	size_t i;
	json_array_foreach((json_t *)parts, i, part) buffer_add_text(out, json_text(json_object_get(part, member)));
}

static void item_read(struct pieces *pieces, const json_t *item)
{
	const char *type = json_string_or(item, "type", "");
	if (strcmp(type, "message") == 0) {
		parts_add(&pieces->text, json_object_get(item, "content"), "text");
		parts_add(&pieces->refusal, json_object_get(item, "content"), "refusal");
	} else if (strcmp(type, "reasoning") == 0) { /* servers of open models hand over the whole instead of a summary */
		bool summed = json_array_size(json_object_get(item, "summary"));
		parts_add(&pieces->reasoning, json_object_get(item, summed ? "summary" : "content"), "text");
	} else if (strcmp(type, "function_call") == 0)
		json_array_append_new(
			pieces->calls, json_pack("{s:s, s:s, s:{s:s, s:O*}}", "id", json_string_or(item, "call_id", ""), "type",
					       "function", "function", "name", json_string_or(item, "name", ""), "arguments",
					       json_object_get(item, "arguments")));
}

static struct text kept(struct arena *arena, const struct buffer *buffer)
{
	return buffer->length ? text_copy(arena, buffer_text(buffer)) : text_make(NULL, 0);
}

static void output_read(const json_t *body, struct arena *arena, struct reply *reply)
{
	struct pieces pieces = {.text = BUFFER_EMPTY, .refusal = BUFFER_EMPTY, .reasoning = BUFFER_EMPTY, .calls = json_array()};
	json_t *item;
	size_t i;
	json_array_foreach(json_object_get(body, "output"), i, item) item_read(&pieces, item);
	reply->output = kept(arena, &pieces.text);
	reply->refusal = kept(arena, &pieces.refusal);
	reply->reasoning = kept(arena, &pieces.reasoning);
	reply_tools(reply, pieces.calls, json_object_get(body, "output"), arena);
	json_decref(pieces.calls);
	buffer_release(&pieces.text);
	buffer_release(&pieces.refusal);
	buffer_release(&pieces.reasoning);
}

/* ---- the stream: items as they are done, then the whole response in the last event ---- */

static void failure_keep(struct stream *stream, const json_t *event)
{
	if (!json_is_object(json_object_get(event, "error")))
		json_object_set(stream->body, "error", (json_t *)event);
}

/* Some servers leave the items out of the last event. */
static void response_keep(struct stream *stream, const json_t *response)
{
	json_t *items = json_incref(json_object_get(stream->body, "output"));
	json_object_update(stream->body, (json_t *)response);
	if (items && !json_array_size(json_object_get(stream->body, "output")))
		json_object_set(stream->body, "output", items);
	json_decref(items);
	stream->ended = true;
}

static void event_add(struct stream *stream, const json_t *event)
{
	const char *type = json_string_or(event, "type", "");
	if (!strcmp(type, "error"))
		failure_keep(stream, event);
	else if (!strcmp(type, "response.completed") || !strcmp(type, "response.incomplete") || !strcmp(type, "response.failed") ||
		 !strcmp(type, "response.cancelled"))
		response_keep(stream, json_object_get(event, "response"));
	else if (!strcmp(type, "response.output_item.done")) {
		if (!json_object_get(stream->body, "output"))
			json_object_set_new(stream->body, "output", json_array());
		json_array_append(json_object_get(stream->body, "output"), json_object_get(event, "item"));
	}
}

static const char *const tokens[] = {"\"delta\":", NULL};
static const struct stream_type stream = {.tokens = tokens, .add = event_add};

static bool unfinished(const char *status)
{
	static const char *const statuses[] = {"failed", "cancelled", "queued", "in_progress"};
	for (size_t i = 0; i < COUNT(statuses); i++)
		if (strcmp(status, statuses[i]) == 0)
			return true;
	return false;
}

static void parse(const struct model *model, struct arena *arena, struct reply *reply)
{
	JSON_OWNED *body = reply_body(model, arena, reply);
	if (!body)
		return;
	const char *status = json_string_or(body, "status", ""),
		   *reason = json_string_or(json_object_get(body, "incomplete_details"), "reason", "");
	if (!json_is_array(json_object_get(body, "output"))) {
		reply_malformed(arena, reply, "no `output` in the answer");
		return;
	}
	if (unfinished(status)) {
		reply->class = CALL_SERVER;
		reply->message = arena_format(arena, "the response is %.40s: it has no answer", status);
		return;
	}
	usage_read(body, &reply->usage);
	output_read(body, arena, reply);
	reply->returned_model = arena_string(arena, json_string_or(body, "model", NULL));
	if (!reply->server_request)
		reply->server_request = arena_string(arena, json_string_or(body, "id", NULL));
	reply->finish = strcmp(reason, "max_output_tokens") == 0 ? "length"
			: strcmp(reason, "content_filter") == 0	 ? "filter"
			: reply->tool_calls.data		 ? "tool"
			: strcmp(status, "completed") == 0	 ? "stop"
								 : arena_format(arena, "other:%.60s", status);
	reply_settle(reply);
}

static const struct field none[] = {{0}};

const struct api_type api_responses = {
	.name = "responses",
	.summary = "OpenAI Responses",
	.help = "POST {base_url}/responses. System messages become `instructions`, a schema text.format, max_tokens "
		"max_output_tokens, "
		"reasoning_effort\nreasoning.effort. It has no seed and no stop: those are told as mistakes. `store` is off unless "
		"params say it;\n"
		"then what the model thought between calls of tools travels encrypted (params: {include: []} where a model refuses "
		"that). logprobs become `include`, response_format "
		"text.format.\n"
		"The key is read from `key` (OPENAI_API_KEY for the default address) and sent as a bearer token.",
	.kind = API_HTTP,
	.fields = none,
	.default_base_url = "https://api.openai.com/v1",
	.default_key_env = "OPENAI_API_KEY",
	.batch = &batch_openai_responses,
	.stream = &stream,
	.build = build,
	.key_header = "Authorization",
	.key_prefix = "Bearer ",
	.parse = parse,
	.params = names,
	.check_param = check_param,
};
