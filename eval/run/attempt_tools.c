#include "eval/base/tool_calls.h"
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
	return reply->tool_calls.data ? json_parse_reply(reply->tool_calls, &ignored) : NULL;
}

static void result_add(struct attempt *attempt, const json_t *call, struct text result)
{
	json_array_append_new(attempt->messages,
		json_pack("{s:s, s:s, s:s, s:o}", "role", "tool", "tool_call_id", json_string_or(call, "id", ""), "name",
			json_string_or(json_object_get(call, "function"), "name", ""), "content", json_from_text(result)));
}

/* From the template; a mistake in it is told to the model as a failed tool would be. */
static void table_answer(struct attempt *attempt, const struct tool *tool, const json_t *call)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct error error;
	JSON_OWNED *vars = json_copy(attempt->vars);
	json_object_set_new(vars, "arguments", tool_call_arguments(call));
	if (template_render(tool->answer, vars, &out, &error))
		result_add(attempt, call, buffer_text(&out));
	else
		result_add(attempt, call, text_of(arena_format(attempt->arena, "error: %.200s", error.message)));
}

/* What is wrong with a call, for the model; NULL: nothing. */
static const char *call_mistake(struct attempt *attempt, const json_t *call, const struct tool *tool)
{
	struct text text = tool_call_text(call);
	JSON_OWNED *arguments = tool_call_arguments(call);
	if (!tool)
		return arena_format(attempt->arena, "error: there is no tool `%.80s`", tool_call_name(call));
	if (arguments)
		return NULL;
	return arena_format(attempt->arena, "error: the arguments are no JSON object: %.*s",
		(int)(text.length < 200 ? text.length : 200), text.data);
}

/* The next call that a model has to answer becomes the request; STEP_NEXT when all of the turn are answered. */
static enum step tools_advance(struct attempt *attempt)
{
	for (; attempt->tool_at < json_array_size(attempt->tool_calls); attempt->tool_at++) {
		const json_t *call = json_array_get(attempt->tool_calls, attempt->tool_at);
		const struct tool *tool = tool_find(attempt->variant->tools, tool_call_name(call));
		const char *mistake = call_mistake(attempt, call, tool);
		if (mistake) {
			result_add(attempt, call, text_of(mistake));
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
	return json_pack("[{s:s, s:o}]", "role", "user", "content", json_from_text(tool_call_text(call)));
}

json_t *attempt_tool_vars(const struct attempt *attempt)
{
	const json_t *call = json_array_get(attempt->tool_calls, attempt->tool_at);
	json_t *vars = json_copy(attempt->vars);
	json_object_set_new(vars, "arguments", tool_call_arguments(call));
	json_object_set_new(vars, "tool", json_string(attempt->tool->name));
	return vars;
}

/* The turn with its calls, and what the API wants back of it. */
static void turn_add(struct attempt *attempt, const struct reply *reply, json_t *calls)
{
	struct error ignored;
	bool said = reply->output.data && !text_equal(reply->output, reply->tool_calls);
	JSON_OWNED *further = reply->turn.data ? json_parse_reply(reply->turn, &ignored) : NULL;
	json_t *message = json_pack("{s:s, s:o, s:O}", "role", "assistant", "content",
		said ? json_from_text(reply->output) : json_null(), "tool_calls", calls);
	if (further)
		json_object_update(message, further);
	json_array_append_new(attempt->messages, message);
}

void attempt_tools_last(struct attempt *attempt)
{
	JSON_OWNED *calls = calls_of(&attempt->reply);
	if (json_array_size(calls) && attempt->messages)
		turn_add(attempt, &attempt->reply, calls);
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
	JSON_OWNED *calls = use && attempt->tool_rounds < use->rounds ? calls_of(reply) : NULL;
	if (!json_array_size(calls))
		return STEP_NEXT;
	attempt->tool_rounds++;
	attempt->tool_calls = json_incref(calls);
	attempt->tool_at = 0;
	turn_add(attempt, reply, calls);
	return tools_advance(attempt);
}
