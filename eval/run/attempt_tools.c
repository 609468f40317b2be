#include "eval/base/tool_calls.h"
#include "eval/run/attempt.h"
#include <stdlib.h>

/* The loop of tools: the calls of a turn are answered, those that a model answers side by side (errands, runner_errands.c); their
 * results go back in the order of the calls, then the model goes on. */

const struct model *attempt_model(const struct attempt *attempt)
{
	return attempt->tool ? attempt->tool->model : attempt->variant->model;
}

static json_t *calls_of(const struct reply *reply)
{
	struct error ignored;
	return reply->tool_calls.data ? json_parse_reply(reply->tool_calls, &ignored) : NULL;
}

/* From the template; a mistake in it is told to the model as a failed tool would be. New reference. */
static json_t *table_answer(struct attempt *attempt, const struct tool *tool, const json_t *call)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct error error;
	JSON_OWNED *vars = json_copy(attempt->vars);
	json_object_set_new(vars, "arguments", tool_call_arguments(call));
	if (template_render(tool->answer, vars, &out, &error))
		return json_from_text(buffer_text(&out));
	return json_from_text(text_of(arena_format(attempt->arena, "error: %.200s", error.message)));
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

/* What is known without asking anybody: new reference, null where a model has to answer. */
static json_t *result_known(struct attempt *attempt, const json_t *call)
{
	const struct tool *tool = tool_find(attempt->variant->tools, tool_call_name(call));
	const char *mistake = call_mistake(attempt, call, tool);
	return mistake ? json_from_text(text_of(mistake)) : tool->answer ? table_answer(attempt, tool, call) : json_null();
}

static void turn_release(struct attempt *attempt)
{
	json_decref(attempt->tool_calls);
	json_decref(attempt->tool_results);
	attempt->tool_calls = attempt->tool_results = NULL;
}

/* All of the turn are answered: the results in the order of the calls, however they came. */
static enum step results_add(struct attempt *attempt)
{
	json_t *call;
	size_t i;
	json_array_foreach(attempt->tool_calls, i, call) json_array_append_new(attempt->messages,
		json_pack("{s:s, s:s, s:s, s:O}", "role", "tool", "tool_call_id", json_string_or(call, "id", ""), "name",
			tool_call_name(call), "content", json_array_get(attempt->tool_results, i)));
	attempt->latency = usage_sum(attempt->latency, attempt->tool_latency);
	turn_release(attempt);
	attempt->at = AT_REQUEST;
	return STEP_AGAIN;
}

static enum step turn_begin(struct attempt *attempt, json_t *calls)
{
	json_t *call;
	size_t i;
	bool asks = false;
	attempt->tool_calls = json_incref(calls);
	attempt->tool_results = json_array();
	attempt->tool_at = 0;
	attempt->tool_latency = 0;
	json_array_foreach(calls, i, call)
	{
		json_array_append_new(attempt->tool_results, result_known(attempt, call));
		asks |= json_is_null(json_array_get(attempt->tool_results, i));
	}
	return asks ? STEP_WAIT : results_add(attempt);
}

bool attempt_errand_waits(struct attempt *attempt)
{
	while (attempt->tool_at < json_array_size(attempt->tool_calls) &&
		!json_is_null(json_array_get(attempt->tool_results, attempt->tool_at)))
		attempt->tool_at++;
	return !attempt->tool && attempt->tool_at < json_array_size(attempt->tool_calls);
}

/* What of an errand counts in the attempt: one after the other or side by side, a turn takes as long as its longest. */
void attempt_errand_end(const struct attempt *errand)
{
	struct attempt *attempt = errand->parent;
	bool known = attempt->tool_latency != UNKNOWN && errand->latency != UNKNOWN;
	attempt->call_count += errand->call_count;
	attempt->usage.cost = usage_sum(attempt->usage.cost, errand->usage.cost);
	if (errand->state == ATTEMPT_ANSWERED) {
		json_array_set_new(attempt->tool_results, errand->tool_at,
			errand->reply.output.data ? json_from_text(errand->reply.output) : json_string(""));
		attempt->tool_latency = !known					   ? UNKNOWN
					: errand->latency > attempt->tool_latency ? errand->latency
										   : attempt->tool_latency;
	} else if (!attempt->tool) {
		attempt->tool = errand->tool;
		attempt->class = errand->class;
		attempt->message = arena_string(attempt->arena, errand->message);
	}
}

enum step attempt_tools_resume(struct attempt *attempt)
{
	bool failed = attempt->tool, all = !attempt_errand_waits(attempt);
	if (!failed && all)
		return results_add(attempt);
	turn_release(attempt);
	return failed ? attempt_fail(attempt, attempt->class, "%s", attempt->message)
		      : attempt_fail(attempt, CALL_CANCELLED, "stopped before a tool was asked");
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
	if (attempt->parent) { /* a tool's own answer */
		attempt->state = ATTEMPT_ANSWERED;
		attempt->at = AT_END;
		return STEP_AGAIN;
	}
	JSON_OWNED *calls = use && attempt->tool_rounds < use->rounds ? calls_of(reply) : NULL;
	if (!json_array_size(calls))
		return STEP_NEXT;
	if (!attempt->tool_rounds++)
		attempt->asked = json_array_size(attempt->messages);
	turn_add(attempt, reply, calls);
	return turn_begin(attempt, calls);
}
