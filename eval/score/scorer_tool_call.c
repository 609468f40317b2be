#include "eval/base/tool_calls.h"
#include "eval/score/json_compare.h"
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

/* A call that was written down: as Chat Completions has it, or {name, arguments}. New reference; NULL: it is no call. */
static json_t *call_written(const json_t *given)
{
	if (json_is_object(json_object_get(given, "function")))
		return json_incref((json_t *)given);
	if (!json_is_string(json_object_get(given, "name")) || !json_object_get(given, "arguments"))
		return NULL;
	return json_pack("{s:O}", "function", (json_t *)given);
}

/* The calls in an answer that came without an exchange, a recorded one say: a list of them, or one; anything else is none. New
 * reference. */
static json_t *calls_written(struct text output)
{
	struct error ignored;
	JSON_OWNED *read = json_parse_reply(output, &ignored);
	JSON_OWNED *given = json_is_object(read) ? json_pack("[O]", read) : json_incref(read);
	JSON_OWNED *list = json_array();
	json_t *item;
	size_t i;
	json_array_foreach(given, i, item)
	{
		json_t *call = call_written(item);
		if (!call)
			return json_array();
		json_array_append_new(list, call);
	}
	return tool_calls_normal(list);
}

/* All calls of the exchange in their order. */
static json_t *calls_made(const struct scored *scored)
{
	struct error ignored;
	if (!scored->prompt.data)
		return calls_written(scored->output);
	JSON_OWNED *messages = json_parse_reply(scored->prompt, &ignored);
	json_t *list = json_array(), *message;
	size_t i;
	json_array_foreach(messages, i, message) if (strcmp(json_string_or(message, "role", ""), "assistant") == 0 &&
						     json_is_array(json_object_get(message, "tool_calls")))
		json_array_extend(list, json_object_get(message, "tool_calls"));
	return list;
}

/* {name, arguments} of a call made: arguments are text there, and stay text where they are no object. */
static json_t *call_plain(const json_t *call)
{
	json_t *arguments = tool_call_arguments(call);
	return json_pack("{s:s, s:o}", "name", tool_call_name(call), "arguments",
		arguments ? arguments : json_from_text(tool_call_text(call)));
}

static bool call_equal(const json_t *wanted, const json_t *made, bool extra, struct arena *arena)
{
	static const struct json_rules rules = {.deny_extra = true};
	const json_t *arguments = json_object_get(wanted, "arguments"), *given = json_object_get(made, "arguments");
	struct json_difference difference = {0};
	const char *key;
	json_t *value;
	if (strcmp(json_string_or(wanted, "name", ""), json_string_or(made, "name", "")) != 0 || !json_is_object(given))
		return false;
	json_object_foreach((json_t *)arguments, key, value) if (!json_same(
		&rules, arena, value, json_object_get(given, key), "", &difference)) return false;
	return extra || !arguments || json_object_size(arguments) == json_object_size(given);
}

/* ---- which call is which: as many pairs as there can be ---- */

struct matching {
	size_t wanted, made;
	const bool *equal; /* [w * made + m] */
	size_t *owner;	   /* of a call made: 1 + the wanted one, 0 none */
	bool *seen;
};

static bool place_find(struct matching *matching, size_t w)
{
	for (size_t m = 0; m < matching->made; m++) {
		if (!matching->equal[w * matching->made + m] || matching->seen[m])
			continue;
		matching->seen[m] = true;
		if (!matching->owner[m] || place_find(matching, matching->owner[m] - 1)) {
			matching->owner[m] = w + 1;
			return true;
		}
	}
	return false;
}

static bool match_any(struct matching *matching)
{
	for (size_t w = 0; w < matching->wanted; w++) {
		memset(matching->seen, 0, matching->made * sizeof *matching->seen);
		if (!place_find(matching, w))
			return false;
	}
	return true;
}

static bool match_ordered(const struct matching *matching)
{
	size_t w = 0;
	for (size_t m = 0; m < matching->made && w < matching->wanted; m++)
		w += matching->equal[w * matching->made + m];
	return w == matching->wanted;
}

static bool calls_match(const struct tool_call *tool, const json_t *wanted, const json_t *made, struct arena *arena)
{
	size_t rows = json_array_size(wanted), columns = json_array_size(made);
	if (tool->extra ? rows > columns : rows != columns)
		return false;
	bool *equal = arena_take(arena, (rows * columns + 1) * sizeof *equal);
	for (size_t w = 0; w < rows; w++)
		for (size_t m = 0; m < columns; m++)
			equal[w * columns + m] =
				call_equal(json_array_get(wanted, w), json_array_get(made, m), tool->extra, arena);
	struct matching matching = {rows, columns, equal, arena_take(arena, (columns + 1) * sizeof(size_t)),
		arena_take(arena, (columns + 1) * sizeof(bool))};
	return tool->ordered ? match_ordered(&matching) : match_any(&matching);
}

/* An expected call: {name, arguments}, a name alone, a call as Chat Completions has it; arguments may be text. Many of them where a
 * text holds a list. */
static bool wanted_add(json_t *list, const json_t *given, struct error *error)
{
	struct error ignored;
	JSON_OWNED *read = json_is_string(given) ? json_parse_reply(json_text(given), &ignored) : NULL;
	json_t *item, *arguments;
	size_t i;
	if (json_is_array(read) || json_is_object(read))
		given = read;
	if (json_is_string(given)) {
		json_array_append_new(list, json_pack("{s:O}", "name", (json_t *)given));
		return true;
	}
	if (read && given == read && json_is_array(given)) {
		json_array_foreach(read, i, item) if (!wanted_add(list, item, error)) return false;
		return true;
	}
	if (json_object_get(given, "function"))
		return json_array_append_new(list, call_plain(given)) == 0;
	if (!json_is_string(json_object_get(given, "name")))
		return error_set(error, ERROR_DATA, "an expected call has a name: {name: add, arguments: {a: 2}}");
	arguments = json_object_get(given, "arguments");
	json_t *made = json_copy((json_t *)given);
	if (json_is_string(arguments) && (arguments = json_parse_reply(json_text(arguments), &ignored)))
		json_object_set_new(made, "arguments", arguments);
	return json_array_append_new(list, made) == 0;
}

/* No call at all is right where the scorer says `[]`, or the case `expected: []`. */
static json_t *calls_wanted(const struct tool_call *tool, const struct scored *scored, struct error *error)
{
	bool empty = tool->node && tool->node->kind == YAML_LIST && !tool->node->count;
	bool nothing = tool->none || empty || (value_is_expected(tool->calls) && scored->expected && !json_array_size(scored->expected));
	JSON_OWNED *given = nothing ? NULL : value_list(tool->calls, scored, error);
	json_t *list = nothing || given ? json_array() : NULL, *item;
	size_t i;
	json_array_foreach(given, i, item)
	{
		if (wanted_add(list, item, error))
			continue;
		json_decref(list);
		return NULL;
	}
	return list;
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
	JSON_OWNED *wanted = calls_wanted(tool, scored, error);
	if (!wanted)
		return false;
	ret->passed = calls_match(tool, wanted, made, arena);
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
		"fail unless `extra: true`; `ordered: true` asks for their order; `none: true`, an empty list, or `expected: []` of a case, for "
		"no call at all. A recorded output is a list of calls, {name, arguments} each. "
		"A call whose arguments are no JSON object is never right; a name alone is right with any "
		"arguments. Example: - tool-call: [{name: add, "
		"arguments: {a: 2, b: 2}}]",
	.version = 3,
	.judges = JUDGES_TOOLS,
	.fields = fields,
	.main_field = "calls",
	.config_size = sizeof(struct tool_call),
	.prepare = prepare,
	.score = score,
	.done = done,
};
