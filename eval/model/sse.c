#include "eval/model/sse.h"
#include <string.h>

#define OVERLAP ((size_t)64)

bool sse_is_stream(struct text body)
{
	struct text start = text_trim(text_make(body.data, body.length < 64 ? body.length : 64));
	return text_starts(start, TEXT("data:")) || text_starts(start, TEXT(":")) || text_starts(start, TEXT("event:")) ||
	       text_starts(start, TEXT("\xEF\xBB\xBF"
				       "data:"));
}

bool sse_token_came(struct text body, size_t length)
{
	static const char *const members[] = {"\"content\":", "\"reasoning_content\":", "\"reasoning\":", "\"arguments\":"};
	size_t seen = body.length - length < OVERLAP ? body.length : length + OVERLAP;
	for (size_t i = 0; i < COUNT(members); i++) {
		size_t size = strlen(members[i]);
		const char *end = body.data + body.length, *at = end - seen;
		while ((at = memmem(at, (size_t)(end - at), members[i], size))) {
			at += size;
			while (at < end && *at == ' ')
				at++;
			if (at + 1 < end && *at == '"' && at[1] != '"')
				return true;
		}
	}
	return false;
}

/* ---- putting it together ---- */

struct joining {
	struct buffer content, reasoning, refusal;
	json_t *calls, *body;
	const char *finish;
	char finish_kept[64];
	bool done, any;
};

static void call_add(json_t *calls, const json_t *delta)
{
	size_t index = (size_t)json_integer_or(delta, "index", 0);
	const json_t *function = json_object_get(delta, "function");
	if (index > 255)
		return;
	while (json_array_size(calls) <= index)
		json_array_append_new(calls, json_pack("{s:s, s:s, s:{s:s, s:s}}", "id", "", "type", "function", "function", "name",
						     "", "arguments", ""));
	json_t *call = json_array_get(calls, index), *inner = json_object_get(call, "function");
	if (*json_string_or(delta, "id", ""))
		json_object_set(call, "id", json_object_get(delta, "id"));
	if (*json_string_or(function, "name", ""))
		json_object_set(inner, "name", json_object_get(function, "name"));
	CLEANUP(buffer_release) struct buffer arguments = BUFFER_EMPTY;
	buffer_add_string(&arguments, json_string_or(inner, "arguments", ""));
	buffer_add_string(&arguments, json_string_or(function, "arguments", ""));
	json_object_set_new(inner, "arguments", json_from_text(buffer_text(&arguments)));
}

static void choice_add(struct joining *joining, const json_t *choice)
{
	const json_t *delta = json_object_get(choice, "delta"), *finish = json_object_get(choice, "finish_reason");
	json_t *call;
	size_t i;
	buffer_add_text(&joining->content, json_text(json_object_get(delta, "content")));
	buffer_add_text(&joining->refusal, json_text(json_object_get(delta, "refusal")));
	buffer_add_text(&joining->reasoning, json_text(json_object_get(delta, "reasoning_content")));
	buffer_add_text(&joining->reasoning, json_text(json_object_get(delta, "reasoning")));
	json_array_foreach(json_object_get(delta, "tool_calls"), i, call) call_add(joining->calls, call);
	if (json_is_string(finish)) {
		snprintf(joining->finish_kept, sizeof joining->finish_kept, "%s", json_string_value(finish));
		joining->finish = joining->finish_kept;
	}
}

static void event_take(struct joining *joining, struct text data)
{
	static const char *const kept[] = {"usage", "model", "system_fingerprint", "id", "timings", "x_groq"};
	struct error ignored;
	if (text_starts(text_trim(data), TEXT("[DONE]"))) {
		joining->done = true;
		return;
	}
	JSON_OWNED *event = json_parse_reply(data, &ignored);
	if (!json_is_object(event))
		return;
	joining->any = true;
	if (json_object_get(event, "error") && !json_is_null(json_object_get(event, "error")))
		json_object_set(joining->body, "error", json_object_get(event, "error"));
	for (size_t i = 0; i < COUNT(kept); i++)
		if (json_object_get(event, kept[i]) && !json_is_null(json_object_get(event, kept[i])))
			json_object_set(joining->body, kept[i], json_object_get(event, kept[i]));
	const json_t *choice = json_array_get(json_object_get(event, "choices"), 0);
	if (choice)
		choice_add(joining, choice);
}

/* One line, ended by \n, \r\n or \r. */
static bool line_next(struct text *rest, struct text *line)
{
	size_t at = 0;
	if (!rest->length)
		return false;
	while (at < rest->length && rest->data[at] != '\n' && rest->data[at] != '\r')
		at++;
	*line = text_make(rest->data, at);
	size_t skip = at < rest->length ? 1 : 0;
	if (at + 1 < rest->length && rest->data[at] == '\r' && rest->data[at + 1] == '\n')
		skip = 2;
	*rest = text_make(rest->data + at + skip, rest->length - at - skip);
	return true;
}

static void events_read(struct joining *joining, struct text body)
{
	CLEANUP(buffer_release) struct buffer data = BUFFER_EMPTY;
	struct text line;
	if (text_starts(body, TEXT("\xEF\xBB\xBF")))
		body = text_make(body.data + 3, body.length - 3);
	while (line_next(&body, &line)) {
		if (text_starts(line, TEXT("data:"))) {
			struct text value = text_make(line.data + 5, line.length - 5);
			if (value.length && value.data[0] == ' ')
				value = text_make(value.data + 1, value.length - 1);
			if (data.length)
				buffer_add_byte(&data, '\n');
			buffer_add_text(&data, value);
		} else if (!line.length && data.length) {
			event_take(joining, buffer_text(&data));
			buffer_clear(&data);
		}
	}
	if (data.length) /* several servers leave the last blank line out */
		event_take(joining, buffer_text(&data));
}

static json_t *message_make(const struct joining *joining)
{
	json_t *message = json_pack("{s:s, s:o}", "role", "assistant", "content",
		json_from_text(joining->content.length ? buffer_text(&joining->content) : TEXT("")));
	if (joining->reasoning.length)
		json_object_set_new(message, "reasoning_content", json_from_text(buffer_text(&joining->reasoning)));
	if (joining->refusal.length)
		json_object_set_new(message, "refusal", json_from_text(buffer_text(&joining->refusal)));
	if (json_array_size(joining->calls))
		json_object_set(message, "tool_calls", joining->calls);
	return message;
}

json_t *sse_join(struct text body, bool *ended)
{
	struct joining joining = {.content = BUFFER_EMPTY,
		.reasoning = BUFFER_EMPTY,
		.refusal = BUFFER_EMPTY,
		.calls = json_array(),
		.body = json_object()};
	events_read(&joining, body);
	*ended = joining.done || joining.finish || json_object_get(joining.body, "error");
	json_object_set_new(joining.body, "choices",
		json_pack("[{s:o, s:s*}]", "message", message_make(&joining), "finish_reason", joining.finish));
	buffer_release(&joining.content);
	buffer_release(&joining.reasoning);
	buffer_release(&joining.refusal);
	json_decref(joining.calls);
	if (joining.any)
		return joining.body;
	json_decref(joining.body);
	return NULL;
}
