#include "eval/base/tool_calls.h"

const char *tool_call_name(const json_t *call)
{
	return json_string_or(json_object_get(call, "function"), "name", "");
}

struct text tool_call_text(const json_t *call)
{
	struct text text = json_text(json_object_get(json_object_get(call, "function"), "arguments"));
	return text_trim(text).length ? text : TEXT("{}");
}

json_t *tool_call_arguments(const json_t *call)
{
	struct error ignored;
	json_t *value = json_parse_reply(tool_call_text(call), &ignored);
	if (json_is_object(value))
		return value;
	json_decref(value);
	return NULL;
}

json_t *tool_call_object(const json_t *call)
{
	json_t *value = tool_call_arguments(call);
	return value ? value : json_pack("{s:o}", "INVALID_JSON", json_from_text(tool_call_text(call)));
}

json_t *tool_call_make(const char *id, const char *name, struct text arguments)
{
	return json_pack("{s:s, s:s, s:{s:s, s:o}}", "id", id, "type", "function", "function", "name", name, "arguments",
		json_from_text(text_trim(arguments).length ? arguments : TEXT("{}")));
}

static json_t *arguments_text(const json_t *given)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	if (json_is_string(given) && text_trim(json_text(given)).length)
		return json_incref((json_t *)given);
	if (!given || json_is_null(given) || json_is_string(given))
		return json_string("{}");
	json_compact(given, &out);
	return json_from_text(buffer_text(&out));
}

static json_t *call_normal(const json_t *given, size_t place)
{
	json_t *call = json_copy((json_t *)given), *function = json_object_get(given, "function"), *id = json_object_get(given, "id");
	if (json_is_integer(id))
		json_object_set_new(call, "id", json_sprintf("%" JSON_INTEGER_FORMAT, json_integer_value(id)));
	else if (!*json_string_or(call, "id", ""))
		json_object_set_new(call, "id", json_sprintf("call_%zu", place));
	json_object_del(call, "index");
	if (json_is_object(function)) {
		function = json_copy(function);
		json_object_set_new(function, "arguments", arguments_text(json_object_get(function, "arguments")));
		json_object_set_new(call, "function", function);
	}
	return call;
}

json_t *tool_calls_normal(const json_t *calls)
{
	json_t *list = json_array(), *call;
	size_t i;
	json_array_foreach((json_t *)calls, i, call) if (json_is_object(call)) json_array_append_new(list, call_normal(call, i));
	return list;
}
