#include "eval/score/reason.h"
#include "eval/score/value.h"

struct tool_call {
	const struct yaml *node;
	bool ordered, extra, none;
	struct value *calls;
};

static const struct field fields[] = {
	{"calls", FIELD_JSON, offsetof(struct tool_call, node),
		"the calls that are right: [{name: add, arguments: {a: 2}}]; by default the expected answers",
		.fallback = VALUE_FALLBACK},
	{"ordered", FIELD_BOOL, offsetof(struct tool_call, ordered), "in this order", .fallback = "false"},
	{"extra", FIELD_BOOL, offsetof(struct tool_call, extra), "further calls, and further arguments, do no harm",
		.fallback = "false"},
	{"none", FIELD_BOOL, offsetof(struct tool_call, none), "right is to call nothing", .fallback = "false"},
	{0},
};

static bool prepare(void *config, const struct field_reader *reader, const struct yaml *node)
{
	struct tool_call *tool = config;
	tool->calls = tool->node ? value_read(reader, tool->node) : NULL;
	return !tool->node || tool->calls;
}

static void done(void *config)
{
	struct tool_call *tool = config;
	value_done(tool->calls);
}

/* All calls of the exchange in their order, and those that the answer itself is. */
static json_t *calls_made(const struct scored *scored)
{
	struct error ignored;
	JSON_OWNED *messages = scored->prompt.data ? json_parse(scored->prompt, &ignored) : NULL;
	JSON_OWNED *last = json_parse_reply(scored->output, &ignored);
	json_t *list = json_array(), *message;
	size_t i;
	json_array_foreach(messages, i, message) if (strcmp(json_string_or(message, "role", ""), "assistant") == 0 &&
						     json_is_array(json_object_get(message, "tool_calls")))
		json_array_extend(list, json_object_get(message, "tool_calls"));
	if (json_is_array(last) && json_object_get(json_array_get(last, 0), "function"))
		json_array_extend(list, last);
	return list;
}

/* {name, arguments} of a call made: arguments are text there. */
static json_t *call_plain(const json_t *call)
{
	struct error ignored;
	const json_t *function = json_object_get(call, "function");
	json_t *arguments = json_parse_reply(text_of(json_string_or(function, "arguments", "{}")), &ignored);
	return json_pack(
		"{s:s, s:o}", "name", json_string_or(function, "name", ""), "arguments", arguments ? arguments : json_object());
}

/* Whole numbers equal reals of their value, as JSON knows one kind of number. */
static bool values_equal(const json_t *a, const json_t *b)
{
	if (json_is_number(a) && json_is_number(b))
		return json_number_value(a) == json_number_value(b);
	return json_equal(a, b);
}

static bool call_equal(const json_t *wanted, const json_t *made, bool extra)
{
	const json_t *arguments = json_object_get(wanted, "arguments"), *given = json_object_get(made, "arguments");
	const char *key;
	json_t *value;
	if (strcmp(json_string_or(wanted, "name", ""), json_string_or(made, "name", "")) != 0)
		return false;
	json_object_foreach((json_t *)arguments, key, value) if (!values_equal(value, json_object_get(given, key))) return false;
	return extra || !arguments || json_object_size(arguments) == json_object_size(given);
}

static bool calls_match(const struct tool_call *tool, const json_t *wanted, const json_t *made)
{
	size_t count = json_array_size(made), used = 0, next = 0;
	bool taken[256] = {false};
	for (size_t w = 0; w < json_array_size(wanted); w++) {
		bool found = false;
		for (size_t m = tool->ordered ? next : 0; m < count && m < 256 && !found; m++)
			if (!taken[m] && call_equal(json_array_get(wanted, w), json_array_get(made, m), tool->extra)) {
				found = taken[m] = true;
				next = m + 1;
				used++;
			}
		if (!found)
			return false;
	}
	return tool->extra || used == count;
}

static const char *calls_quote(const json_t *calls, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	json_compact(calls, &out);
	return json_array_size(calls) ? reason_quote(arena, text_copy(arena, buffer_text(&out))) : "nothing";
}

static bool score(
	const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret, struct error *error)
{
	const struct tool_call *tool = config;
	JSON_OWNED *raw = calls_made(scored);
	JSON_OWNED *made = json_array();
	json_t *call;
	size_t i;
	json_array_foreach(raw, i, call) json_array_append_new(made, call_plain(call));
	JSON_OWNED *wanted = tool->none ? json_array() : value_list(tool->calls, scored, error);
	if (!wanted)
		return false;
	ret->passed = calls_match(tool, wanted, made);
	ret->value = ret->passed;
	ret->extracted = text_of(calls_quote(made, arena));
	ret->reason = reason_make(arena, "called %s%s%s", calls_quote(made, arena), ret->passed ? "" : ", expected ",
		ret->passed ? "" : calls_quote(wanted, arena));
	return true;
}

const struct scorer_type scorer_tool_call = {
	.name = "tool-call",
	.summary = "the right tools were called, with the right arguments",
	.help = "Compares the calls of the whole exchange with those expected: names exactly, every expected argument by value; "
		"further calls or arguments "
		"fail unless `extra: true`; `ordered: true` asks for their order, `none: true` for no call at all. Example: - "
		"tool-call: [{name: add, "
		"arguments: {a: 2, b: 2}}]",
	.version = 1,
	.fields = fields,
	.main_field = "calls",
	.config_size = sizeof(struct tool_call),
	.prepare = prepare,
	.score = score,
	.done = done,
};
