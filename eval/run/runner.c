#include "eval/run/runner.h"
#include "eval/base/clock.h"
#include "eval/run/runner_private.h"
#include <stdlib.h>

/* The turn, taken before every wait of the loop: in one short transaction what has been answered is scored and stored, and what is
 * to be asked is written down; then, after the commit, it is sent (runner_send.c). So no call goes out that is not on disk. */

#define SLICE 4000     /* microseconds */
#define LOG_PAGES 4000 /* of the write-ahead log, where nobody waits for a key */

static void runner_break(struct runner *runner, const struct error *error)
{
	if (runner->error.kind == ERROR_NONE)
		runner->error = *error;
	runner_stop(runner, true);
}

/* ---- ending an attempt ---------------------------------------------------------------------------------------------------------
 */

static bool fatal_for_model(enum call_class class, const struct model_state *state)
{
	if (class == CALL_QUOTA || class == CALL_AUTH)
		return true;
	return state->answered == 0 &&
	       (class == CALL_NETWORK || class == CALL_NOT_FOUND || class == CALL_TLS || class == CALL_REDIRECT);
}

static void model_learn(struct runner *runner, const struct attempt *attempt)
{
	struct model_state *state = model_state_of(runner, attempt_model(attempt));
	if (!state)
		return;
	if (attempt->state != ATTEMPT_OPEN)
		state->answered++;
	else if (!runner->stopping && !state->down && fatal_for_model(attempt->class, state))
		state->down = arena_format(runner->arena, "model %s is not asked any more in this run: %s: %s", state->model->name,
			call_classes[attempt->class].name, attempt->message ? attempt->message : call_classes[attempt->class].meaning);
}

static void attempt_end(struct runner *runner, struct attempt *attempt)
{
	struct model_state *state = model_state_of(runner, attempt->planned->variant->model);
	if (attempt->parent) {
		errand_end(runner, attempt);
		return;
	}
	if (!attempt->score_only)
		attempt_tally(attempt, &runner->deltas[attempt->variant_index]);
	model_learn(runner, attempt);
	progress_count(runner, attempt);
	if (state)
		state->active--;
	if (state && state->endpoint)
		state->endpoint->active--;
	active_remove(runner, attempt);
	arena_spare(runner, attempt_recycle(attempt));
}

/* Attempts that waited for this one's answer look for it in the cache. */
static void followers_release(struct runner *runner, struct attempt *leader)
{
	for (size_t i = 0; i < runner->active_count; i++) {
		struct attempt *attempt = runner->active[i];
		if (attempt->leader != leader)
			continue;
		attempt->leader = NULL;
		attempt->at = AT_RECALL;
		queue_add(&runner->ready, attempt);
	}
}

static void attempt_step(struct runner *runner, struct attempt *attempt)
{
	bool had_reply = attempt->replied;
	attempt->no_retry = runner->stopping;
	enum step step = attempt_advance(attempt);
	progress_call(runner, attempt);
	if (had_reply && !attempt->retry_wait)
		followers_release(runner, attempt);
	switch (step) {
	case STEP_BROKEN:
		runner_break(runner, &attempt->error);
		break;
	case STEP_WAIT:
		if (attempt->retry_wait && attempt->at == AT_CALL) {
			attempt_rest(runner, attempt);
		} else if (attempt->waits_for_budget) {
			queue_add(&runner->purse, attempt);
		} else if (attempt->tool_results) {
			errands_run(runner, attempt);
		} else if (!attempt->leader)
			queue_add(&runner->outbox, attempt);
		break;
	default:
		attempt_end(runner, attempt);
	}
}

/* ---- beginning attempts -------------------------------------------------------------------------------------------- */

static bool model_full(const struct runner *runner, const struct model_state *state)
{
	if (!state)
		return false;
	if (state->model->concurrency && state->active >= state->model->concurrency)
		return true;
	struct endpoint *endpoint = state->endpoint;
	return endpoint && !endpoint->closed && !pace_open(&endpoint->pace, endpoint->active - calls_ahead(runner, endpoint), clock_monotonic());
}

static void attempt_begin(struct runner *runner, struct attempt *attempt)
{
	struct model_state *state = model_state_of(runner, attempt->planned->variant->model);
	attempt->runner = runner;
	if (state)
		state->active++;
	if (state && state->endpoint)
		state->endpoint->active++;
	active_add(runner, attempt);
	attempt_step(runner, attempt);
}

/* The one held back, unless nobody is left to ask. */
static struct attempt *held_take(struct runner *runner)
{
	struct attempt *attempt = runner->held_attempt;
	runner->held_attempt = NULL;
	if (!attempt || !model_gone(model_state_of(runner, attempt->planned->variant->model)))
		return attempt;
	runner->progress.left++;
	arena_spare(runner, attempt_recycle(attempt));
	return NULL;
}

/* The next attempt to begin: the one held back, or a new one. NULL: none now. */
static struct attempt *attempt_draw(struct runner *runner)
{
	struct attempt *attempt = held_take(runner);
	while (!attempt && !runner->exhausted) {
		struct cursor_unit unit;
		bool more = true;
		if (!cursor_next(runner->cursor, &unit, &more, &runner->error)) {
			runner_stop(runner, true);
			return NULL;
		}
		runner->exhausted = !more;
		if (!more)
			return NULL;
		if (!unit.score_only && model_gone(model_state_of(runner, unit.variant->variant->model)))
			runner->progress.left++;
		else
			attempt = attempt_create_in(arena_draw(runner), runner->plan, &unit);
	}
	if (attempt && !attempt->score_only && model_full(runner, model_state_of(runner, attempt->planned->variant->model))) {
		runner->held_attempt = attempt;
		return NULL;
	}
	return attempt;
}

static bool place_free(const struct runner *runner)
{
	return !runner->stopping && runner->active_count < runner->concurrency + (size_t)calls_ahead(runner, NULL);
}

static void attempts_begin(struct runner *runner, int64_t until)
{
	while (place_free(runner) && clock_monotonic() < until) {
		struct attempt *attempt = attempt_draw(runner);
		if (!attempt)
			return;
		attempt_begin(runner, attempt);
	}
}

/* ---- the turn ------------------------------------------------------------------------------------------------------ */

static bool deltas_store(struct runner *runner)
{
	struct plan *plan = runner->plan;
	for (size_t i = 0; i < plan->variant_count; i++) {
		struct tally *delta = &runner->deltas[i];
		bool any = delta->passed || delta->failed || delta->errors;
		if (any && !tally_add(plan->store, plan->run, delta, &runner->error))
			return false;
		*delta = (struct tally){.version = plan->variants[i].version, .planned = plan->case_count * plan->repeats};
	}
	return true;
}

static bool work_waits(struct runner *runner)
{
	const struct attempt *held = runner->held_attempt;
	bool next = held ? !model_full(runner, model_state_of(runner, held->planned->variant->model)) : !runner->exhausted;
	bool room = place_free(runner) && next;
	return runner->ready.first || room || (runner->active_count == 0 && !(held && !runner->stopping && !next));
}

static bool state_store(struct runner *runner)
{
	struct plan *plan = runner->plan;
	bool narrowed = plan->sampled || plan->options.variant_count;
	if (narrowed && plan_probes_only(plan) && plan->was_complete && !runner->progress.rescored)
		return run_set_state(plan->store, plan->run, "complete", clock_wall(), &runner->error);
	bool whole = runner->exhausted && !narrowed && !runner->progress.errors && !runner->progress.left && !plan->options.rescore;
	if (runner->progress.rescored && !tally_count(plan->store, plan->run, &runner->error))
		return false;
	return run_set_state(plan->store, plan->run, whole ? "complete" : "incomplete", clock_wall(), &runner->error);
}

static bool runner_work(struct runner *runner)
{
	struct store *store = runner->plan->store;
	struct attempt *attempt;
	int64_t until = clock_monotonic() + (runner->plan->options.slice ? runner->plan->options.slice : SLICE);
	if (runner->error.kind != ERROR_NONE || !store_in_place(store, false, &runner->error) ||
		!store_begin(store, &runner->error))
		return false;
	while (clock_monotonic() < until && (attempt = queue_take(&runner->ready)))
		attempt_step(runner, attempt);
	attempts_begin(runner, until);
	if (runner->budget_reached && !runner->stopping)
		runner_stop(runner, false);
	bool all = runner->active_count == 0 && (runner->exhausted || runner->stopping) && !runner->held_attempt;
	if (runner->error.kind != ERROR_NONE || !deltas_store(runner) || (all && !state_store(runner)) ||
		!store_commit(store, &runner->error) || (all && !store_in_place(store, true, &runner->error))) {
		store_rollback(store);
		return false;
	}
	runner->finished = all;
	return true;
}

static void runner_drop_all(struct runner *runner)
{
	while (runner->active_count) {
		struct attempt *attempt = runner->active[--runner->active_count];
		if (attempt->under_way)
			client_cancel(attempt->under_way);
		attempt_free(attempt);
	}
	attempt_free(runner->held_attempt);
	runner->held_attempt = NULL;
	runner->ready = runner->outbox = runner->standby = runner->purse = (struct attempt_queue){0};
	memset(runner->asking, 0, sizeof runner->asking);
}

static void runner_turn(void *data)
{
	struct runner *runner = data;
	if (runner->finished)
		return;
	standby_send(runner);
	if (runner->error.kind == ERROR_NONE && !work_waits(runner))
		return;
	if (runner_work(runner)) {
		if (!runner->ready.first)
			outbox_send(runner);
	} else {
		runner_drop_all(runner);
		runner->finished = true;
	}
	if (runner->ready.first || (!runner->finished && work_waits(runner)))
		loop_wake(runner->loop);
	progress_refresh(runner);
	runner->function(runner->data, &runner->progress);
}

/* ---- from outside -------------------------------------------------------------------------------------------------- */

static void models_list(struct runner *runner)
{
	struct project *project = runner->plan->project;
	runner->models = memory_take((project->model_count + 1) * sizeof *runner->models);
	bool known = runner->plan->options.concurrency || yaml_get(project->root, "concurrency");
	runner->arena = arena_create();
	runner->endpoints = memory_take((project->model_count + 1) * sizeof *runner->endpoints);
	for (size_t i = 0; i < project->model_count; i++) {
		struct model_state *state = &runner->models[runner->model_count++];
		state->model = project->models[i];
		state->endpoint = endpoint_of(runner, state->model, (int)runner->concurrency, known);
	}
}

struct runner *runner_start(struct loop *loop, struct plan *plan, runner_function *function, void *data, struct error *error)
{
	struct runner *runner = memory_take(sizeof *runner);
	runner->loop = loop;
	runner->plan = plan;
	runner->function = function;
	runner->data = data;
	runner->client = client_create(loop);
	runner->cursor = cursor_create(plan);
	runner->exhausted = plan->settled;
	long long concurrency = plan->options.concurrency ? plan->options.concurrency : plan->project->concurrency;
	runner->concurrency = (size_t)concurrency;
	runner->budget = plan->options.budget;
	runner->deltas = memory_take((plan->variant_count + 1) * sizeof *runner->deltas);
	for (size_t i = 0; i < plan->variant_count; i++)
		runner->deltas[i] =
			(struct tally){.version = plan->variants[i].version, .planned = plan->case_count * plan->repeats};
	if (plan->options.slice)
		store_checkpoint_after(plan->store, LOG_PAGES);
	models_list(runner);
	progress_begin(runner);
	loop_before_wait(loop, runner_turn, runner);
	loop_wake(loop);
	return runner;
}

const struct run_progress *runner_progress(const struct runner *runner)
{
	return &runner->progress;
}

const char *runner_pace(const struct runner *runner, size_t at, struct arena *arena)
{
	if (at >= runner->endpoint_count)
		return NULL;
	const char *words = pace_words(&runner->endpoints[at].pace, arena);
	return words ? arena_format(arena, "%s: %s", runner->endpoints[at].origin, words) : "";
}

const char *runner_closed(const struct runner *runner, size_t at)
{
	if (at >= runner->endpoint_count)
		return NULL;
	return runner->endpoints[at].closed ? runner->endpoints[at].closed : "";
}

const char *runner_down(const struct runner *runner, size_t at)
{
	if (at >= runner->model_count)
		return NULL;
	return runner->models[at].down ? runner->models[at].down : "";
}

const struct error *runner_error(const struct runner *runner)
{
	return &runner->error;
}

void runner_stop(struct runner *runner, bool now)
{
	runner->stopping = true;
	attempt_free(runner->held_attempt);
	runner->held_attempt = NULL;
	standby_refuse(runner);
	purse_refuse(runner);
	for (size_t i = 0; i < runner->active_count; i++)
		attempt_stop(runner, runner->active[i], now);
	loop_wake(runner->loop);
}

void runner_free(struct runner *runner)
{
	if (!runner)
		return;
	loop_remove_before_wait(runner->loop, runner_turn, runner);
	runner_drop_all(runner);
	client_free(runner->client);
	cursor_free(runner->cursor);
	free(runner->active);
	arenas_free(runner);
	free(runner->models);
	free(runner->endpoints);
	arena_free(runner->arena);
	loop_cancel(runner->pause_timer);
	free(runner->deltas);
	free(runner);
}
