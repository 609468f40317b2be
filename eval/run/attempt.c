#include "eval/run/attempt.h"
#include "eval/base/tool_calls.h"
#include <stdarg.h>
#include <stdlib.h>

static const struct {
	const char *name;
	enum step (*take)(struct attempt *attempt);
} steps[AT_END] = {
	[AT_ROUTE] = {"route", attempt_route},
	[AT_RETRIEVE] = {"retrieve", attempt_retrieve},
	[AT_EXAMPLES] = {"examples", attempt_examples},
	[AT_RENDER] = {"render", attempt_render},
	[AT_REQUEST] = {"request", attempt_request},
	[AT_RECALL] = {"recall", attempt_recall},
	[AT_CALL] = {"call", attempt_call},
	[AT_PARSE] = {"parse", attempt_parse},
	[AT_SCORE] = {"score", attempt_score},
	[AT_CLASSIFY] = {"classify", attempt_classify},
	[AT_STORE] = {"store", attempt_store},
};

const char *attempt_step_name(enum attempt_at at)
{
	return at < AT_END ? steps[at].name : "end";
}

enum step attempt_advance(struct attempt *attempt)
{
	while (attempt->at < AT_END) {
		switch (steps[attempt->at].take(attempt)) {
		case STEP_NEXT:
			attempt->at++;
			break;
		case STEP_AGAIN:
			break;
		case STEP_FAILED:
			attempt->at = AT_CLASSIFY;
			break;
		case STEP_WAIT:
			return STEP_WAIT;
		case STEP_BROKEN:
			return STEP_BROKEN;
		}
	}
	return STEP_NEXT;
}

enum step attempt_fail(struct attempt *attempt, enum call_class class, const char *format, ...)
{
	char message[1024];
	va_list list;
	va_start(list, format);
	vsnprintf(message, sizeof message, format, list);
	va_end(list);
	attempt->state = class == CALL_FILTERED ? ATTEMPT_FILTERED : ATTEMPT_OPEN;
	attempt->class = class;
	attempt->message = arena_string(attempt->arena, message);
	return STEP_FAILED;
}

static struct case_row row_keep(struct arena *arena, const struct case_row *row)
{
	struct case_row kept = *row;
	kept.id = arena_string(arena, row->id);
	kept.vars = text_copy(arena, row->vars);
	kept.messages = text_copy(arena, row->messages);
	kept.expected = text_copy(arena, row->expected);
	kept.gold = text_copy(arena, row->gold);
	kept.scorers = text_copy(arena, row->scorers);
	kept.tags = text_copy(arena, row->tags);
	kept.cluster = arena_string(arena, row->cluster);
	kept.user = arena_string(arena, row->user);
	kept.groups = text_copy(arena, row->groups);
	kept.metadata = text_copy(arena, row->metadata);
	kept.source = arena_string(arena, row->source);
	return kept;
}

static json_t *stored_json(struct text text)
{
	struct error ignored;
	return text.data ? json_parse(text, &ignored) : NULL;
}

struct attempt *attempt_create(struct plan *plan, const struct cursor_unit *unit)
{
	return attempt_create_in(arena_create(), plan, unit);
}

struct attempt *attempt_create_in(struct arena *arena, struct plan *plan, const struct cursor_unit *unit)
{
	struct attempt *attempt = arena_take(arena, sizeof *attempt);
	*attempt = (struct attempt){.arena = arena,
		.plan = plan,
		.planned = unit->variant,
		.variant_index = unit->variant_index,
		.variant = unit->variant->variant,
		.row = row_keep(arena, unit->row),
		.repeat = unit->repeat,
		.was_open = unit->was_open,
		.score_only = unit->score_only,
		.anew_after = unit->anew_after,
		.usage = {0, 0, 0, 0, 0},
		.at = unit->score_only ? AT_SCORE : AT_ROUTE};
	attempt->vars = stored_json(attempt->row.vars);
	if (!attempt->vars)
		attempt->vars = json_object();
	attempt->turns = stored_json(attempt->row.messages);
	attempt->tags = stored_json(attempt->row.tags);
	return attempt;
}

struct attempt *attempt_errand(struct attempt *parent, struct arena *arena)
{
	const json_t *call = json_array_get(parent->tool_calls, parent->tool_at);
	struct attempt *errand = arena_take(arena, sizeof *errand);
	*errand = (struct attempt){.arena = arena,
		.plan = parent->plan,
		.planned = parent->planned,
		.variant_index = parent->variant_index,
		.variant = parent->variant,
		.routing = parent->routing,
		.row = row_keep(arena, &parent->row),
		.repeat = parent->repeat,
		.ballot_count = parent->ballot_count,
		.anew_after = parent->anew_after,
		.vars = json_incref(parent->vars),
		.tool_calls = json_incref(parent->tool_calls),
		.tool_at = parent->tool_at++,
		.parent = parent,
		.tool = tool_find(parent->variant->tools, tool_call_name(call)),
		.at = AT_REQUEST};
	return errand;
}

static void attempt_release(struct attempt *attempt)
{
	json_decref(attempt->vars);
	json_decref(attempt->turns);
	json_decref(attempt->tags);
	json_decref(attempt->shots);
	json_decref(attempt->messages);
	json_decref(attempt->tool_calls);
	json_decref(attempt->tool_results);
	json_decref(attempt->reply.owner);
	loop_cancel(attempt->timer);
}

void attempt_free(struct attempt *attempt)
{
	if (!attempt)
		return;
	attempt_release(attempt);
	arena_free(attempt->arena);
}

struct arena *attempt_recycle(struct attempt *attempt)
{
	struct arena *arena = attempt->arena;
	attempt_release(attempt);
	arena_reset(arena);
	return arena;
}

static long long at_least_zero(long long value)
{
	return value == UNKNOWN ? 0 : value;
}

void attempt_tally(const struct attempt *attempt, struct tally *delta)
{
	bool final = attempt->state != ATTEMPT_OPEN;
	delta->passed += final && attempt->passed;
	delta->failed += final && !attempt->passed;
	delta->errors += !final - attempt->was_open;
	if (!final)
		return;
	delta->input_tokens += at_least_zero(attempt->usage.input);
	delta->output_tokens += at_least_zero(attempt->usage.output);
	delta->cost = delta->cost == UNKNOWN || attempt->usage.cost == UNKNOWN ? UNKNOWN : delta->cost + attempt->usage.cost;
}
