#include "eval/run/attempt.h"
#include <stdlib.h>

/* The loop of tools: calls of a turn are answered one after the other, then the model goes on. */

const struct model *attempt_model(const struct attempt *attempt)
{
	return attempt->tool ? attempt->tool->model : attempt->variant->model;
}

static json_t *calls_of(const struct reply *reply)
{
	struct error ignored;
	return reply->tool_calls.data ? json_parse(reply->tool_calls, &ignored) : NULL;
}

static void result_add(struct attempt *attempt, const json_t *call, struct text result)
{
	json_array_append_new(attempt->messages,
		json_pack("{s:s, s:s, s:s, s:o}", "role", "tool", "tool_call_id", json_string_or(call, "id", ""), "name",
			json_string_or(json_object_get(call, "function"), "name", ""), "content", json_from_text(result)));
}

static json_t *arguments_of(const json_t *call)
{
	struct error ignored;
	json_t *value = json_parse_reply(text_of(json_string_or(json_object_get(call, "function"), "arguments", "{}")), &ignored);
	return value ? value : json_object();
}

/* From the template; a mistake in it is told to the model as a failed tool would be. */
static void table_answer(struct attempt *attempt, const struct tool *tool, const json_t *call)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct error error;
	JSON_OWNED *vars = json_copy(attempt->vars);
	json_object_set_new(vars, "arguments", arguments_of(call));
	if (template_render(tool->answer, vars, &out, &error))
		result_add(attempt, call, buffer_text(&out));
	else
		result_add(attempt, call, text_of(arena_format(attempt->arena, "error: %.200s", error.message)));
}

/* The next call that a model has to answer becomes the request; STEP_NEXT when all of the turn are answered. */
static enum step tools_advance(struct attempt *attempt)
{
	for (; attempt->tool_at < json_array_size(attempt->tool_calls); attempt->tool_at++) {
		const json_t *call = json_array_get(attempt->tool_calls, attempt->tool_at);
		const char *name = json_string_or(json_object_get(call, "function"), "name", "");
		const struct tool *tool = tool_find(attempt->variant->tools, name);
		if (!tool) {
			result_add(attempt, call, text_of(arena_format(attempt->arena, "error: there is no tool `%.80s`", name)));
		} else if (tool->answer) {
			table_answer(attempt, tool, call);
		} else {
			attempt->tool = tool;
			attempt->at = AT_REQUEST;
			return STEP_AGAIN;
		}
	}
	json_decref(attempt->tool_calls);
	attempt->tool_calls = NULL;
	attempt->at = AT_REQUEST;
	return STEP_AGAIN;
}

/* What a tool's model is asked. Owned by the caller. */
json_t *attempt_tool_messages(const struct attempt *attempt)
{
	const json_t *call = json_array_get(attempt->tool_calls, attempt->tool_at);
	return json_pack(
		"[{s:s, s:s}]", "role", "user", "content", json_string_or(json_object_get(call, "function"), "arguments", "{}"));
}

json_t *attempt_tool_vars(const struct attempt *attempt)
{
	const json_t *call = json_array_get(attempt->tool_calls, attempt->tool_at);
	json_t *vars = json_copy(attempt->vars);
	json_object_set_new(vars, "arguments", arguments_of(call));
	json_object_set_new(vars, "tool", json_string(attempt->tool->name));
	return vars;
}

enum step attempt_tools(struct attempt *attempt)
{
	const struct tool_use *use = attempt->variant->tools;
	const struct reply *reply = &attempt->reply;
	if (attempt->tool) { /* a tool's own answer */
		result_add(attempt, json_array_get(attempt->tool_calls, attempt->tool_at++),
			reply->output.data ? reply->output : TEXT(""));
		attempt->tool = NULL;
		return tools_advance(attempt);
	}
	if (!use || !reply->tool_calls.data || attempt->tool_rounds >= use->rounds)
		return STEP_NEXT;
	attempt->tool_rounds++;
	attempt->tool_calls = calls_of(reply);
	attempt->tool_at = 0;
	bool said = !text_equal(reply->output, reply->tool_calls);
	json_array_append_new(attempt->messages, json_pack("{s:s, s:o, s:O}", "role", "assistant", "content",
							 said && reply->output.data ? json_from_text(reply->output) : json_null(),
							 "tool_calls", attempt->tool_calls));
	return tools_advance(attempt);
}
