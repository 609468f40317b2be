#include "eval/base/tool_calls.h"
#include "eval/model/answer.h"
#include "eval/model/stream.h"
#include <math.h>

const char *body_excerpt(struct text body, struct arena *arena)
{
	body = text_trim(body);
	size_t length = body.length < 200 ? body.length : 200;
	if (length == 0)
		return "(an empty body)";
	char *excerpt = arena_copy(arena, body.data, length);
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)excerpt[i] < ' ')
			excerpt[i] = ' ';
	return length < body.length ? arena_format(arena, "%s…", excerpt) : excerpt;
}

/* ---- usage ---------------------------------------------------------------------------------------------------------- */

long long tokens_at(const json_t *object, const char *name)
{
	double count = json_number_or(object, name, UNKNOWN);
	return count >= 0 && count < 1e15 ? (long long)count : UNKNOWN;
}

static long long first_known(long long a, long long b)
{
	return a >= 0 ? a : b;
}

void openai_usage_read(const json_t *body, struct usage *usage)
{
	const json_t *given = json_object_get(body, "usage");
	if (!json_is_object(given))
		given = json_object_get(json_object_get(body, "x_groq"), "usage");
	usage->input = tokens_at(given, "prompt_tokens");
	usage->output = tokens_at(given, "completion_tokens");
	usage->cached = tokens_at(json_object_get(given, "prompt_tokens_details"), "cached_tokens");
	usage->cached = first_known(usage->cached, tokens_at(given, "prompt_cache_hit_tokens"));
	usage->cached = first_known(usage->cached, tokens_at(json_object_get(body, "timings"), "cache_n"));
	usage->written = tokens_at(json_object_get(given, "prompt_tokens_details"), "cache_write_tokens");
	usage->reasoning = tokens_at(json_object_get(given, "completion_tokens_details"), "reasoning_tokens");
	double dollars = json_number_or(given, "cost", -1);
	if (dollars >= 0 && json_is_true(json_object_get(given, "is_byok"))) /* OpenRouter with a key of one's own: the maker's bill beside */
		dollars += json_number_or(json_object_get(given, "cost_details"), "upstream_inference_cost", 0);
	if (dollars >= 0 && dollars < 9e6)
		usage->cost = llround(dollars * 1e12);
}

/* ---- the choice ----------------------------------------------------------------------------------------------------- */

static const char *finish_normal(const char *raw, struct arena *arena)
{
	static const char *const names[][2] = {{"stop", "stop"}, {"length", "length"}, {"tool_calls", "tool"},
		{"function_call", "tool"}, {"content_filter", "filter"}};
	for (size_t i = 0; raw && i < COUNT(names); i++)
		if (strcmp(raw, names[i][0]) == 0)
			return names[i][1];
	return raw && *raw ? arena_format(arena, "other:%.60s", raw) : NULL;
}

static struct text member_text(const json_t *object, const char *name, struct arena *arena)
{
	return text_copy(arena, json_text(json_object_get(object, name)));
}

/* Content is a string, null, or a list of parts of which the texts count. */
static struct text content_read(const json_t *content, const char *member, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer joined = BUFFER_EMPTY;
	size_t index, parts = 0;
	json_t *part;
	if (!json_is_array(content))
		return text_copy(arena, json_text(content));
	json_array_foreach(content, index, part)
	{
		struct text piece = json_text(json_object_get(part, member));
		parts += piece.data != NULL;
		buffer_add_text(&joined, piece);
	}
	return parts ? text_copy(arena, buffer_text(&joined)) : text_make(NULL, 0);
}

/* Parts of the content may be what was thought, in parts again (Mistral). */
static struct text thought_read(const json_t *content, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer joined = BUFFER_EMPTY;
	const json_t *part;
	size_t i;
	json_array_foreach((json_t *)content, i, part)
		buffer_add_text(&joined, content_read(json_object_get(part, "thinking"), "text", arena));
	return joined.length ? text_copy(arena, buffer_text(&joined)) : text_make(NULL, 0);
}

static struct text compact_text(const json_t *value, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	json_compact(value, &out);
	return text_copy(arena, buffer_text(&out));
}

/* A tool call without text is an answer too: its JSON. */
void reply_tools(struct reply *reply, const json_t *calls, const json_t *native, struct arena *arena)
{
	JSON_OWNED *list = tool_calls_normal(calls);
	if (!json_array_size(list))
		return;
	reply->tool_calls = compact_text(list, arena);
	if (!reply->output.length)
		reply->output = reply->tool_calls;
	if (native) {
		JSON_OWNED *turn = json_pack("{s:O}", "native", (json_t *)native);
		reply->turn = compact_text(turn, arena);
	}
}

/* Before there were tools a model called one function, without an id. New reference. */
static json_t *calls_given(const json_t *message)
{
	json_t *calls = json_object_get(message, "tool_calls"), *call = json_object_get(message, "function_call");
	bool old = !json_array_size(calls) && *json_string_or(call, "name", "");
	return old ? json_pack("[{s:s, s:O}]", "type", "function", "function", call) : json_incref(calls);
}

/* Members of the message beside those of every message, such as reasoning_content: servers that send them want them back, and a
 * function_call, where it is the call, in its own shape. */
static struct text turn_text(const json_t *message, struct arena *arena)
{
	static const char *const plain[] = {"role", "tool_calls", "refusal", "annotations", "audio", "function_call"};
	size_t count = COUNT(plain) - !json_array_size(json_object_get(message, "tool_calls"));
	JSON_OWNED *turn = json_object();
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)message, name, value)
	{
		bool kept = !json_is_null(value) && (strcmp(name, "content") != 0 || json_is_array(value));
		for (size_t i = 0; i < count; i++)
			kept = kept && strcmp(name, plain[i]) != 0;
		if (kept)
			json_object_set(turn, name, value);
	}
	return json_object_size(turn) ? compact_text(turn, arena) : text_make(NULL, 0);
}

static void message_read(const json_t *message, struct arena *arena, struct reply *reply)
{
	const json_t *content = json_object_get(message, "content");
	JSON_OWNED *calls = calls_given(message);
	reply->output = content_read(content, "text", arena);
	reply->refusal = member_text(message, "refusal", arena);
	if (!reply->refusal.length && json_is_array(content))
		reply->refusal = content_read(content, "refusal", arena);
	if (!reply->refusal.length)
		reply->refusal = text_make(NULL, 0);
	reply->reasoning = member_text(message, "reasoning_content", arena);
	if (!reply->reasoning.length)
		reply->reasoning = member_text(message, "reasoning", arena);
	if (!reply->reasoning.length)
		reply->reasoning = thought_read(content, arena);
	reply_tools(reply, calls, NULL, arena);
	if (reply->tool_calls.data)
		reply->turn = turn_text(message, arena);
}

void reply_settle(struct reply *reply)
{
	reply->class = CALL_OK;
	if (reply->finish && strcmp(reply->finish, "filter") == 0) {
		reply->class = CALL_FILTERED;
		reply->message = "the server's content filter held the answer back";
	} else if (!reply->output.length && !reply->refusal.length) {
		bool cut = reply->finish && strcmp(reply->finish, "length") == 0;
		reply->class = CALL_EMPTY;
		reply->message =
			cut ? "the token limit was reached before the answer began" : "the model answered without any text";
	}
}

void openai_choice_read(const json_t *body, struct arena *arena, struct reply *reply)
{
	const json_t *choice = json_array_get(json_object_get(body, "choices"), 0), *message = json_object_get(choice, "message");
	if (!json_is_object(message)) {
		reply->class = CALL_MALFORMED;
		reply->message = "no `message` in the first of `choices`";
		return;
	}
	const json_t *content = json_object_get(message, "content");
	if (content && !json_is_string(content) && !json_is_array(content) && !json_is_null(content)) {
		reply_malformed(arena, reply, "`content` of the message is no text");
		return;
	}
	message_read(message, arena, reply);
	reply->finish = finish_normal(json_string_or(choice, "finish_reason", NULL), arena);
	reply_settle(reply);
}

/* ---- the reply ------------------------------------------------------------------------------------------------------ */

void reply_malformed(struct arena *arena, struct reply *reply, const char *why)
{
	reply->class = CALL_MALFORMED;
	reply->message = arena_format(arena, "%s: %s", why, body_excerpt(reply->raw, arena));
}

static void reply_cut(struct reply *reply, const char *why)
{
	reply->class = CALL_TRUNCATED;
	reply->message = why;
}

/* There is no JSON where an answer should stand: did it break off, or is something else speaking? */
static void body_missing(struct arena *arena, struct reply *reply, bool events, enum stream_end end, const struct error *error)
{
	if (!text_trim(reply->raw).length)
		reply_cut(reply, "the answer has no body");
	else if (json_is_cut(reply->raw))
		reply_cut(reply, "the answer ends in the middle of its JSON");
	else if (end == STREAM_NOTHING)
		reply_cut(reply, "the stream ended before its first event was whole");
	else
		reply_malformed(arena, reply, events ? "the stream holds no event that can be read" : error->message);
}

/* The body, put together where it is a stream. A stream that cannot be read may be one JSON on several lines. */
static json_t *body_read(const struct model *model, const struct reply *reply, bool *events, enum stream_end *end, struct error *error)
{
	const struct stream_type *type = model ? model->api->stream : NULL;
	bool stream = type && stream_is(type, model->stream, reply->raw);
	json_t *body = stream ? stream_join(type, model->config, reply->raw, end) : NULL;
	*events = stream && !type->lines && !type->either;
	if (body && *end == STREAM_WHOLE)
		return body;
	json_t *whole = *events ? NULL : json_parse_reply(reply->raw, error);
	if (whole)
		*end = STREAM_WHOLE;
	if (whole)
		json_decref(body);
	return whole ? whole : body;
}

static void failure_at(const json_t *body, const json_t *failure, struct arena *arena, struct reply *reply)
{
	JSON_OWNED *told = json_truth(failure) ? json_pack("{s:O}", "error", (json_t *)failure) : json_incref((json_t *)body);
	openai_failure_read(told, arena, reply);
}

json_t *reply_value(const struct model *model, const char *error_at, struct arena *arena, struct reply *reply)
{
	struct error error;
	enum stream_end end = STREAM_WHOLE;
	bool events;
	json_t *body = body_read(model, reply, &events, &end, &error);
	const json_t *failure = json_at(body, error_at);
	if (reply->status >= 400 || json_truth(failure))
		failure_at(body, failure, arena, reply);
	else if (reply->status < 200 || reply->status >= 300) {
		reply->class = reply->status >= 300 ? CALL_REDIRECT : CALL_MALFORMED;
		reply->message = arena_format(arena, "HTTP status %d", reply->status);
	} else if (!body)
		body_missing(arena, reply, events, end, &error);
	else if (end == STREAM_HOLE)
		reply_cut(reply, "an event of the stream cannot be read: what it said is lost");
	else if (end != STREAM_WHOLE)
		reply_cut(reply, "the stream ended in the middle of the answer");
	else
		return body;
	json_decref(body);
	return NULL;
}

json_t *reply_body(const struct model *model, struct arena *arena, struct reply *reply)
{
	json_t *body = reply_value(model, "error", arena, reply);
	if (!body || json_is_object(body))
		return body;
	reply_malformed(arena, reply, "the answer is no JSON object");
	json_decref(body);
	return NULL;
}

/* A router tells of a provider that failed after it had begun: finish_reason `error`, with or without the error beside it. */
static bool choice_failed(const json_t *body, struct arena *arena, struct reply *reply)
{
	const json_t *choice = json_array_get(json_object_get(body, "choices"), 0), *error = json_object_get(choice, "error");
	if (!json_truth(error) && strcmp(json_string_or(choice, "finish_reason", ""), "error") != 0)
		return false;
	JSON_OWNED *told = json_truth(error) ? json_pack("{s:O}", "error", (json_t *)error)
					     : json_pack("{s:s}", "error", "the answer ended with finish_reason `error`");
	openai_failure_read(told, arena, reply);
	return true;
}

void openai_parse(const struct model *model, struct arena *arena, struct reply *reply)
{
	JSON_OWNED *body = reply_body(model, arena, reply);
	if (!body)
		return;
	if (!json_is_array(json_object_get(body, "choices")) || json_array_size(json_object_get(body, "choices")) == 0) {
		reply_malformed(arena, reply, "no `choices` in the answer");
		return;
	}
	openai_usage_read(body, &reply->usage);
	if (choice_failed(body, arena, reply))
		return;
	openai_choice_read(body, arena, reply);
	reply->returned_model = arena_string(arena, json_string_or(body, "model", NULL));
	reply->fingerprint = arena_string(arena, json_string_or(body, "system_fingerprint", NULL));
	if (!reply->server_request)
		reply->server_request = arena_string(arena, json_string_or(body, "id", NULL));
}
