#include "eval/model/stream.h"

/* Chunks of Chat Completions: one choice, its message in deltas, tool calls by their index; the usage stands in the last. */

#define CALLS_MOST ((size_t)256)

static json_t *member_of(json_t *object, const char *name, json_t *fresh)
{
	json_t *value = json_object_get(object, name);
	if (!value)
		json_object_set(object, name, fresh);
	value = json_object_get(object, name);
	json_decref(fresh);
	return value;
}

static json_t *choice_of(struct stream *stream)
{
	json_t *choices = member_of(stream->body, "choices", json_array());
	if (!json_array_size(choices))
		json_array_append_new(choices, json_pack("{s:{s:s, s:s}}", "message", "role", "assistant", "content", ""));
	return json_array_get(choices, 0);
}

static void call_add(struct stream *stream, json_t *message, const json_t *delta)
{
	size_t index = (size_t)json_integer_or(delta, "index", 0);
	const json_t *function = json_object_get(delta, "function");
	if (index >= CALLS_MOST)
		return;
	json_t *calls = member_of(message, "tool_calls", json_array());
	while (json_array_size(calls) <= index)
		json_array_append_new(calls, json_pack("{s:s, s:s, s:{s:s, s:s}}", "id", "", "type", "function", "function", "name",
						     "", "arguments", ""));
	json_t *call = json_array_get(calls, index), *inner = json_object_get(call, "function");
	if (*json_string_or(delta, "id", ""))
		json_object_set(call, "id", json_object_get(delta, "id"));
	if (*json_string_or(function, "name", ""))
		json_object_set(inner, "name", json_object_get(function, "name"));
	stream_append(stream, inner, "arguments", json_text(json_object_get(function, "arguments")));
}

static void delta_add(struct stream *stream, json_t *message, const json_t *delta)
{
	static const char *const texts[][2] = {{"content", "content"}, {"refusal", "refusal"},
		{"reasoning_content", "reasoning_content"}, {"reasoning", "reasoning_content"}};
	json_t *call;
	size_t i;
	for (i = 0; i < COUNT(texts); i++)
		stream_append(stream, message, texts[i][1], json_text(json_object_get(delta, texts[i][0])));
	json_array_foreach(json_object_get(delta, "tool_calls"), i, call) call_add(stream, message, call);
}

static void add(struct stream *stream, const json_t *event)
{
	static const char *const kept[] = {"usage", "model", "system_fingerprint", "id", "timings", "x_groq"};
	const json_t *given = json_array_get(json_object_get(event, "choices"), 0);
	json_t *choice = choice_of(stream), *finish = json_object_get(given, "finish_reason");
	for (size_t i = 0; i < COUNT(kept); i++)
		stream_keep(stream, event, kept[i]);
	delta_add(stream, json_object_get(choice, "message"), json_object_get(given, "delta"));
	if (json_is_string(finish)) {
		json_object_set(choice, "finish_reason", finish);
		stream->ended = true;
	}
}

static const char *const tokens[] = {"\"content\":", "\"reasoning_content\":", "\"reasoning\":", "\"arguments\":", NULL};
const struct stream_type stream_openai = {.tokens = tokens, .add = add};
