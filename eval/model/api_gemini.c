#include "eval/base/tool_calls.h"
#include "eval/model/answer.h"
#include "eval/model/request.h"

/* Formats: Gemini generateContent, v1beta; names on the wire are camelCase. */

static const struct param_name names[] = {{"temperature", "generationConfig.temperature"}, {"top_p", "generationConfig.topP"},
	{"top_k", "generationConfig.topK"}, {"max_tokens", "generationConfig.maxOutputTokens"},
	{"max_completion_tokens", "generationConfig.maxOutputTokens"}, {"seed", "generationConfig.seed"},
	{"stop", "generationConfig.stopSequences"}, {"logprobs", "generationConfig.responseLogprobs"},
	{"top_logprobs", "generationConfig.logprobs"}, {"frequency_penalty", "generationConfig.frequencyPenalty"},
	{"presence_penalty", "generationConfig.presencePenalty"},
	{"reasoning_effort", "generationConfig.thinkingConfig.thinkingLevel"},
	{"tools", "tools"}, {"tool_choice", "tool_choice"}, {"response_format", "response_format"},
	{"safetySettings", "safetySettings"}, {"toolConfig", "toolConfig"}, {"cachedContent", "cachedContent"}, {"labels", "labels"},
	{"parallel_tool_calls", NULL, "generateContent cannot switch parallel calls off"},
	{"logit_bias", NULL, "generateContent takes none"}, {"user", NULL, "generateContent takes none"},
	{"metadata", NULL, "generateContent takes none; `labels` on Vertex"}, {"store", NULL, "generateContent stores nothing"},
	{"verbosity", NULL, "say in the prompt how long an answer may be"}, {"service_tier", NULL, "generateContent has none"},
	{"safety_identifier", NULL, "generateContent takes none"}, {"prompt_cache_key", NULL, "generateContent takes `cachedContent`"}, {0}};
static const char *const efforts[] = {"none", "minimal", "low", "medium", "high", NULL};

static json_t *text_part(const json_t *content)
{
	return json_pack("{s:O}", "text", (json_t *)content);
}

/* The id is named again only where the model gave one. */
static json_t *response_part(const json_t *message, const json_t *calls)
{
	json_t *response = json_pack("{s:s, s:{s:O*}}", "name", json_string_or(message, "name", "tool"), "response", "result",
		json_object_get(message, "content"));
	const char *id = json_string_or(message, "tool_call_id", "");
	json_t *part;
	size_t i;
	json_array_foreach((json_t *)calls, i, part) if (*id &&
		strcmp(json_string_or(json_object_get(part, "functionCall"), "id", ""), id) == 0)
		json_object_set_new(response, "id", json_string(id));
	return json_pack("{s:o}", "functionResponse", response);
}

static json_t *parts_of(const json_t *message)
{
	json_t *parts = json_array(), *call, *native = json_object_get(message, "native");
	const json_t *content = json_object_get(message, "content");
	size_t i;
	if (json_is_array(native)) {
		json_array_extend(parts, native);
		return parts;
	}
	if (json_is_string(content))
		json_array_append_new(parts, text_part(content));
	json_array_foreach(json_object_get(message, "tool_calls"), i, call) json_array_append_new(parts,
		json_pack("{s:{s:s, s:o}}", "functionCall", "name", tool_call_name(call), "args", tool_call_object(call)));
	return parts;
}

/* The results of one turn's calls are one turn of the user. */
static void result_add(json_t *list, const json_t *message, bool follows)
{
	size_t count = json_array_size(list);
	const json_t *calls = json_object_get(json_array_get(list, count - (follows ? 2 : 1)), "parts");
	json_t *part = response_part(message, calls);
	if (follows)
		json_array_append_new(json_object_get(json_array_get(list, count - 1), "parts"), part);
	else
		json_array_append_new(list, json_pack("{s:s, s:[o]}", "role", "user", "parts", part));
}

static json_t *contents_list(const json_t *messages)
{
	json_t *list = json_array(), *message;
	bool results = false;
	size_t i;
	json_array_foreach((json_t *)messages, i, message)
	{
		const char *role = json_string_or(message, "role", "");
		bool tool = strcmp(role, "tool") == 0;
		if (message_is_system(message))
			continue;
		if (tool)
			result_add(list, message, results);
		else
			json_array_append_new(list, json_pack("{s:s, s:o}", "role",
							    strcmp(role, "assistant") == 0 ? "model" : "user", "parts",
							    parts_of(message)));
		results = tool;
	}
	return list;
}

/* What `parameters` takes of JSON Schema (the Schema of OpenAPI 3.0): anything else makes the whole request a bad one. */
static bool schema_is_plain(const json_t *schema)
{
	static const char *const plain[] = {"type", "format", "title", "description", "nullable", "enum", "items", "maxItems", "minItems",
		"properties", "required", "minProperties", "maxProperties", "minLength", "maxLength", "pattern", "example", "anyOf",
		"propertyOrdering", "default", "minimum", "maximum"};
	const char *name;
	json_t *value, *part;
	size_t i;
	bool good = json_is_object(schema) && (!json_object_get(schema, "type") || json_is_string(json_object_get(schema, "type")));
	json_object_foreach((json_t *)schema, name, value)
	{
		bool known = false;
		for (i = 0; i < COUNT(plain); i++)
			known |= strcmp(name, plain[i]) == 0;
		good &= known && (strcmp(name, "items") != 0 || schema_is_plain(value));
	}
	json_object_foreach(json_object_get(schema, "properties"), name, part) good &= schema_is_plain(part);
	json_array_foreach(json_object_get(schema, "anyOf"), i, part) good &= schema_is_plain(part);
	json_array_foreach(json_object_get(schema, "enum"), i, part) good &= json_is_string(part);
	return good;
}

/* A function without parameters has none here; those that only JSON Schema can say have a place of their own. */
static json_t *function_declared(const json_t *function)
{
	json_t *declared = json_copy((json_t *)function), *parameters = json_object_get(declared, "parameters"),
	       *properties = json_object_get(parameters, "properties");
	if (properties && !json_object_size(properties))
		json_object_del(declared, "parameters");
	else if (parameters && !schema_is_plain(parameters)) {
		json_object_set(declared, "parametersJsonSchema", parameters);
		json_object_del(declared, "parameters");
	}
	json_object_del(declared, "strict");
	return declared;
}

/* Tools of the API's own, such as its search, stay as they are. */
static void tools_translate(json_t *body)
{
	json_t *tools = json_object_get(body, "tools"), *tool, *list = json_array();
	JSON_OWNED *choice = body_take(body, "tool_choice");
	const char *mode = json_string_value(choice), *name = choice_name(choice);
	size_t i;
	json_t *kept = json_array();
	json_array_foreach(tools, i, tool)
	{
		json_t *function = json_object_get(tool, "function");
		if (json_is_object(function))
			json_array_append_new(list, function_declared(function));
		else
			json_array_append(kept, tool);
	}
	if (json_array_size(list))
		json_array_append_new(kept, json_pack("{s:O}", "functionDeclarations", list));
	if (tools)
		json_object_set(body, "tools", kept);
	json_decref(kept);
	json_decref(list);
	if (json_array_size(json_object_get(body, "tools")) && (mode || name))
		body_set(body, "toolConfig.functionCallingConfig",
			json_pack("{s:s, s:o*}", "mode",
				name || !strcmp(mode, "required") ? "ANY"
				: !strcmp(mode, "none")		  ? "NONE"
								  : "AUTO",
				"allowedFunctionNames", name ? json_pack("[s]", name) : NULL));
}

/* response_format; the schema of the variant goes before it. */
static void format_place(json_t *body, const json_t *schema)
{
	JSON_OWNED *given = body_take(body, "response_format");
	const json_t *own = NULL;
	const char *kind = format_kind(given, &own);
	if (schema || (kind && strcmp(kind, "text") != 0))
		body_set(body, "generationConfig.responseMimeType", json_string("application/json"));
	if (schema || own)
		body_set(body, "generationConfig.responseJsonSchema", json_incref((json_t *)(schema ? schema : own)));
}

/* "/models/NAME", "/tunedModels/NAME". */
static const char *resource_of(const struct model *model, struct arena *arena)
{
	const char *name = model->model ? model->model : "";
	return arena_format(arena, "%s%s", strchr(name, '/') ? "/" : "/models/", url_escape(arena, text_of(name), "/@"));
}

static bool build(
	const struct model *model, const struct prompt *prompt, struct arena *arena, struct request *ret, struct error *error)
{
	struct text system = messages_system(prompt->messages, arena);
	JSON_OWNED *body = json_pack("{s:o}", "contents", contents_list(prompt->messages));
	if (system.data)
		json_object_set_new(body, "systemInstruction", json_pack("{s:[{s:o}]}", "parts", "text", json_from_text(system)));
	params_place(model, names, "generationConfig", body);
	if (prompt->tools)
		json_object_set(body, "tools", (json_t *)prompt->tools);
	body_list(json_object_get(body, "generationConfig"), "stopSequences");
	if (model->reasoning_effort)
		body_set(body, "generationConfig.thinkingConfig.thinkingLevel", json_string(model->reasoning_effort));
	if (model_thinks_not(model))
		body_set(body, "generationConfig.thinkingConfig", json_pack("{s:i}", "thinkingBudget", 0));
	format_place(body, prompt->schema);
	tools_translate(body);
	const char *name = resource_of(model, arena);
	if (!request_json(model, arena_format(arena, "%s:generateContent", name), body, arena, ret, error))
		return false;
	const char *path = ret->path; /* the same question, however the answer comes */
	if (model->stream && !request_url(model, arena_format(arena, "%s:streamGenerateContent?alt=sse", name), arena, ret, error))
		return false;
	ret->path = path;
	return true;
}

/* ---- the reply: candidatesTokenCount leaves out what was thought ---- */

/* Counts of 0 are left out, as Google's JSON does: what was counted at all says so by its prompt. */
static long long count_at(const json_t *given, const char *name)
{
	long long tokens = tokens_at(given, name);
	return tokens >= 0 || tokens_at(given, "promptTokenCount") < 0 ? tokens : 0;
}

static void usage_read(const json_t *body, struct usage *usage)
{
	const json_t *given = json_object_get(body, "usageMetadata");
	long long said = tokens_at(given, "candidatesTokenCount"), whole = tokens_at(given, "totalTokenCount");
	usage->input = tokens_at(given, "promptTokenCount");
	if (usage->input >= 0)
		usage->input += count_at(given, "toolUsePromptTokenCount");
	usage->cached = count_at(given, "cachedContentTokenCount");
	usage->reasoning = count_at(given, "thoughtsTokenCount");
	if (said >= 0)
		usage->output = said + (usage->reasoning > 0 ? usage->reasoning : 0);
	else
		usage->output = usage->input >= 0 && whole >= usage->input ? whole - usage->input : tokens_at(given, "thoughtsTokenCount");
}

static const char *finish_of(const char *raw, struct arena *arena)
{
	static const char *const filters[] = {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"};
	for (size_t i = 0; i < COUNT(filters); i++)
		if (strcmp(raw, filters[i]) == 0)
			return "filter";
	return strcmp(raw, "STOP") == 0		? "stop"
	       : strcmp(raw, "MAX_TOKENS") == 0 ? "length"
	       : *raw				? arena_format(arena, "other:%.60s", raw)
						: NULL;
}

static void parts_read(const json_t *parts, struct arena *arena, struct reply *reply)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer thought = BUFFER_EMPTY;
	JSON_OWNED *calls = json_array();
	json_t *part;
	size_t i;
	json_array_foreach((json_t *)parts, i, part)
	{
		const json_t *call = json_object_get(part, "functionCall");
		bool thinks = json_is_true(json_object_get(part, "thought"));
		buffer_add_text(thinks ? &thought : &text, json_text(json_object_get(part, "text")));
		if (call)
			json_array_append_new(
				calls, json_pack("{s:O*, s:s, s:{s:s, s:O*}}", "id", json_object_get(call, "id"), "type",
					       "function", "function", "name", json_string_or(call, "name", ""), "arguments",
					       json_object_get(call, "args")));
	}
	reply->output = text.length ? text_copy(arena, buffer_text(&text)) : text_make(NULL, 0);
	reply->reasoning = thought.length ? text_copy(arena, buffer_text(&thought)) : text_make(NULL, 0);
	reply_tools(reply, calls, parts, arena);
}

/* ---- the stream: each event an answer of its own that holds the next parts ---- */

static json_t *candidate_of(struct stream *stream, const json_t *given)
{
	if (!json_object_get(stream->body, "candidates"))
		json_object_set_new(
			stream->body, "candidates", json_pack("[{s:I, s:{s:[]}}]", "index", stream_choice_first(given), "content", "parts"));
	return json_array_get(json_object_get(stream->body, "candidates"), 0);
}

static void event_add(struct stream *stream, const json_t *event)
{
	static const char *const kept[] = {"usageMetadata", "modelVersion", "responseId", "promptFeedback"};
	const json_t *candidates = json_object_get(event, "candidates");
	json_t *candidate = json_array_size(candidates) ? candidate_of(stream, candidates) : NULL;
	const json_t *given = stream_choice(candidates, json_integer_or(candidate, "index", 0));
	for (size_t i = 0; i < COUNT(kept); i++)
		stream_keep(stream, event, kept[i]);
	if (given) {
		json_t *finish = json_object_get(given, "finishReason"), *message = json_object_get(given, "finishMessage");
		if (message)
			json_object_set(candidate, "finishMessage", message);
		json_array_extend(json_object_get(json_object_get(candidate, "content"), "parts"),
			json_object_get(json_object_get(given, "content"), "parts"));
		if (json_is_string(finish))
			json_object_set(candidate, "finishReason", finish);
		stream->ended |= json_is_string(finish);
	}
	stream->ended |= json_object_get(json_object_get(stream->body, "promptFeedback"), "blockReason") != NULL;
}

static const char *const tokens[] = {"\"text\":", "\"name\":", NULL};
static const struct stream_type stream = {.tokens = tokens, .add = event_add};

static void parse(const struct model *model, struct arena *arena, struct reply *reply)
{
	JSON_OWNED *body = reply_body(model, arena, reply);
	if (!body)
		return;
	const json_t *candidate = json_array_get(json_object_get(body, "candidates"), 0);
	const char *blocked = json_string_or(json_object_get(body, "promptFeedback"), "blockReason", NULL);
	usage_read(body, &reply->usage);
	reply->returned_model = arena_string(arena, json_string_or(body, "modelVersion", NULL));
	if (!reply->server_request)
		reply->server_request = arena_string(arena, json_string_or(body, "responseId", NULL));
	if (!candidate && blocked) {
		reply->class = CALL_FILTERED;
		reply->finish = "filter";
		reply->message = arena_format(arena, "the prompt was blocked: %.80s", blocked);
		return;
	}
	if (!candidate) {
		reply_malformed(arena, reply, "no `candidates` in the answer");
		return;
	}
	if (strcmp(json_string_or(candidate, "finishReason", ""), "MALFORMED_FUNCTION_CALL") == 0) {
		reply->class = CALL_MALFORMED;
		reply->message = arena_format(arena, "the model's call of a tool could not be read: %.300s",
			json_string_or(candidate, "finishMessage", "MALFORMED_FUNCTION_CALL"));
		return;
	}
	parts_read(json_object_get(json_object_get(candidate, "content"), "parts"), arena, reply);
	reply->finish = finish_of(json_string_or(candidate, "finishReason", ""), arena);
	if (reply->tool_calls.data)
		reply->finish = "tool";
	reply_settle(reply);
}

static const struct field none[] = {{0}};

const struct api_type api_gemini = {
	.name = "gemini",
	.summary = "Google Gemini generateContent",
	.help = "POST {base_url}/models/{model}:generateContent. System messages become systemInstruction, assistant turns role "
		"model, parameters\n"
		"generationConfig (max_tokens maxOutputTokens, stop stopSequences, reasoning_effort thinkingConfig.thinkingLevel, none a "
		"thinkingBudget\n"
		"of 0), a schema (or response_format) responseJsonSchema, tool_choice toolConfig; parameters of tools that only JSON "
		"Schema can say\n"
		"become parametersJsonSchema; safetySettings, toolConfig, cachedContent and labels stand beside generationConfig.\n"
		"logprobs become responseLogprobs. Thinking counts as output and as reasoning.\n"
		"The key is read from `key` (GEMINI_API_KEY for the default address) and sent as x-goog-api-key, never in the URL.",
	.kind = API_HTTP,
	.fields = none,
	.default_base_url = "https://generativelanguage.googleapis.com/v1beta",
	.default_key_env = "GEMINI_API_KEY",
	.models_path = "/models?pageSize=1000",
	.build = build,
	.key_header = "x-goog-api-key",
	.key_prefix = "",
	.parse = parse,
	.params = names,
	.efforts = efforts,
	.stream = &stream,
};
