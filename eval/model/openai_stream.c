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

/* One answer is read, where a server sends several side by side: that of index 0, or the one that began. */
const json_t *stream_choice(const json_t *list, json_int_t index)
{
	const json_t *choice;
	size_t i;
	json_array_foreach((json_t *)list, i, choice) if (json_integer_or(choice, "index", index) == index) return choice;
	return NULL;
}

json_int_t stream_choice_first(const json_t *list)
{
	return stream_choice(list, 0) ? 0 : json_integer_or(json_array_get(list, 0), "index", 0);
}

static json_t *choice_of(struct stream *stream, const json_t *given)
{
	json_t *choices = member_of(stream->body, "choices", json_array());
	if (!json_array_size(choices))
		json_array_append_new(choices, json_pack("{s:{s:s, s:s}}", "message", "role", "assistant", "content", ""));
	json_t *choice = json_array_get(choices, 0);
	if (json_array_size(given) && !json_object_get(choice, "index"))
		json_object_set_new(choice, "index", json_integer(stream_choice_first(given)));
	return choice;
}

/* The last call that agrees in id or index, whichever is given; what has neither goes on with the last. */
static json_t *call_find(const json_t *calls, const json_t *delta)
{
	const char *id = json_string_or(delta, "id", "");
	const json_t *index = json_object_get(delta, "index");
	bool numbered = json_is_integer(index), named = *json_string_or(json_object_get(delta, "function"), "name", "");
	for (size_t i = json_array_size(calls); i-- > 0;) {
		json_t *call = json_array_get(calls, i);
		const char *known = json_string_or(call, "id", "");
		bool same_place = numbered && json_equal(json_object_get(call, "index"), index);
		if (*id ? strcmp(known, id) == 0 || (!*known && same_place) : numbered ? same_place : !named)
			return call;
	}
	return NULL;
}

static json_t *call_of(json_t *calls, const json_t *delta)
{
	json_t *call = call_find(calls, delta);
	if (call || json_array_size(calls) >= CALLS_MOST)
		return call;
	json_array_append_new(calls, json_pack("{s:s, s:s, s:{s:s, s:s}, s:O*}", "id", "", "type", "function", "function", "name", "",
					     "arguments", "", "index", json_object_get(delta, "index")));
	return json_array_get(calls, json_array_size(calls) - 1);
}

static void arguments_add(struct stream *stream, json_t *function, const json_t *piece)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	if (json_is_object(piece))
		json_compact(piece, &text);
	stream_append(stream, function, "arguments", json_is_object(piece) ? buffer_text(&text) : json_text(piece));
}

static void call_add(struct stream *stream, json_t *message, const json_t *delta)
{
	static const char *const own[] = {"id", "index", "type", "function"};
	const json_t *function = json_object_get(delta, "function");
	json_t *call = call_of(member_of(message, "tool_calls", json_array()), delta), *inner = json_object_get(call, "function"), *value;
	const char *name;
	if (!call)
		return;
	if (*json_string_or(delta, "id", ""))
		json_object_set(call, "id", json_object_get(delta, "id"));
	if (*json_string_or(function, "name", ""))
		json_object_set(inner, "name", json_object_get(function, "name"));
	json_object_foreach((json_t *)delta, name, value)
	{
		bool further = true;
		for (size_t i = 0; i < COUNT(own); i++)
			further = further && strcmp(name, own[i]) != 0;
		if (further)
			json_object_set(call, name, value);
	}
	arguments_add(stream, inner, json_object_get(function, "arguments"));
}

/* The one call of the days before tools, without index and id. */
static void function_add(struct stream *stream, json_t *message, const json_t *delta)
{
	if (!json_is_object(delta))
		return;
	json_t *call = member_of(message, "function_call", json_pack("{s:s, s:s}", "name", "", "arguments", ""));
	if (*json_string_or(delta, "name", ""))
		json_object_set(call, "name", json_object_get(delta, "name"));
	arguments_add(stream, call, json_object_get(delta, "arguments"));
}

/* A text, or a list of parts with texts. */
static void text_add(struct stream *stream, json_t *message, const char *member, const json_t *given)
{
	json_t *part;
	size_t i;
	stream_append(stream, message, member, json_text(given));
	json_array_foreach((json_t *)given, i, part)
	{
		const json_t *thought = json_object_get(part, "thinking");
		stream_append(stream, message, member, json_text(json_object_get(part, "text")));
		if (thought)
			text_add(stream, message, "reasoning_content", thought);
	}
}

static void delta_add(struct stream *stream, json_t *message, const json_t *delta)
{
	static const char *const texts[] = {"content", "refusal", "reasoning_content", "reasoning"};
	json_t *call, *details = json_object_get(delta, "reasoning_details");
	size_t i;
	for (i = 0; i < COUNT(texts); i++)
		text_add(stream, message, texts[i], json_object_get(delta, texts[i]));
	if (json_is_array(details)) /* OpenRouter: wanted back with the results of tools */
		json_array_extend(member_of(message, "reasoning_details", json_array()), details);
	json_array_foreach(json_object_get(delta, "tool_calls"), i, call) call_add(stream, message, call);
	function_add(stream, message, json_object_get(delta, "function_call"));
}

static void add(struct stream *stream, const json_t *event)
{
	static const char *const kept[] = {"usage", "model", "system_fingerprint", "id", "timings", "x_groq"};
	const json_t *choices = json_object_get(event, "choices");
	json_t *choice = choice_of(stream, choices);
	const json_t *given = stream_choice(choices, json_integer_or(choice, "index", 0));
	json_t *finish = json_object_get(given, "finish_reason");
	for (size_t i = 0; i < COUNT(kept); i++)
		stream_keep(stream, event, kept[i]);
	const json_t *delta = json_object_get(given, "delta");
	delta_add(stream, json_object_get(choice, "message"), delta ? delta : json_object_get(given, "message"));
	if (json_truth(json_object_get(given, "error")))
		json_object_set(choice, "error", json_object_get(given, "error"));
	if (json_string_length(finish)) {
		json_object_set(choice, "finish_reason", finish);
		stream->ended = true;
	}
}

static const char *const tokens[] = {
	"\"content\":", "\"text\":", "\"reasoning_content\":", "\"reasoning\":", "\"arguments\":", "\"refusal\":", NULL};
const struct stream_type stream_openai = {.tokens = tokens, .add = add};
