#include "eval/base/clock.h"
#include "eval/run/guess.h"
#include "eval/run/runner_private.h"
#include <stdio.h>

void progress_begin(struct runner *runner)
{
	struct run_progress *progress = &runner->progress;
	struct plan *plan = runner->plan;
	progress->run = plan->run;
	progress->variants = arena_take(plan->arena, (plan->variant_count + 1) * sizeof *progress->variants);
	progress->variant_count = plan->variant_count;
	for (size_t i = 0; i < plan->variant_count; i++) {
		progress->variants[i].name = plan->variants[i].variant->name;
		progress->variants[i].planned = plan->variants[i].selected ? plan->selected_cases * plan->repeats : 0;
		progress->planned += progress->variants[i].planned;
		if (plan->settled)
			progress->stored += progress->variants[i].stored = progress->variants[i].planned;
	}
	progress->started_at = clock_wall();
	progress->eta = -1;
	runner->began = runner->rate_at = clock_monotonic();
}

void progress_guess(struct runner *runner, struct attempt *attempt)
{
	struct run_progress *progress = &runner->progress;
	struct guess guess;
	struct error ignored; /* an estimate only: what is wrong with the database is told by the next row */
	if (attempt->try != 1 || !guess_make(attempt, &guess, &ignored))
		return;
	progress->guessed += guess.usage.cost == UNKNOWN ? 0 : guess.usage.cost;
	progress->guessed_unknown += guess.usage.cost == UNKNOWN;
	progress->guessed_measured += guess.measured;
}

static long long known_or_zero(long long value)
{
	return value == UNKNOWN ? 0 : value;
}

void progress_call(struct runner *runner, struct attempt *attempt)
{
	struct run_progress *progress = &runner->progress;
	bool answered = attempt->spent.input || attempt->spent.output || attempt->spent.cost;
	progress->calls += attempt->calls_made;
	progress->retries += attempt->calls_made && attempt->try > 1;
	progress->cached += attempt->cached;
	progress->replayed += attempt->replayed;
	progress->batched += attempt->batched;
	progress->input_tokens += known_or_zero(attempt->spent.input);
	progress->output_tokens += known_or_zero(attempt->spent.output);
	progress->cost += known_or_zero(attempt->spent.cost);
	progress->unknown_cost += answered && attempt->spent.cost == UNKNOWN;
	attempt->calls_made = attempt->cached = attempt->replayed = attempt->batched = 0;
	attempt->spent = (struct usage){0, 0, 0, 0, 0};
	if (attempt->reply.class != CALL_OK && attempt->reply.message)
		snprintf(runner->last_error, sizeof runner->last_error, "%s: %s", call_classes[attempt->reply.class].name,
			attempt->reply.message);
}

void progress_count(struct runner *runner, const struct attempt *attempt)
{
	struct run_progress *progress = &runner->progress;
	struct progress_variant *variant = &progress->variants[attempt->variant_index];
	bool open = attempt->state == ATTEMPT_OPEN, passed = !open && attempt->passed;
	progress->done++;
	progress->rescored += attempt->score_only;
	progress->passed += passed;
	progress->failed += !open && !passed;
	progress->errors += open;
	variant->done++;
	variant->passed += passed;
	variant->failed += !open && !passed;
	variant->errors += open;
	progress->cancelled += open && attempt->class == CALL_CANCELLED;
	progress->waits += open && attempt->class == CALL_BATCHED;
	if (open && attempt->message && attempt->class != CALL_BATCHED)
		snprintf(runner->last_error, sizeof runner->last_error, "%s: %s", call_classes[attempt->class].name,
			attempt->message);
}

/* Attempts per second over windows of half a second, smoothed. */
static void rate_refresh(struct runner *runner, int64_t now)
{
	struct run_progress *progress = &runner->progress;
	int64_t window = now - runner->rate_at;
	if (window < 500000)
		return;
	double rate = (double)(progress->done - runner->rate_done) * 1e6 / (double)window;
	progress->rate = progress->rate > 0 ? 0.8 * progress->rate + 0.2 * rate : rate;
	runner->rate_at = now;
	runner->rate_done = progress->done;
	long long left = progress->planned - progress->stored - progress->done;
	progress->eta = progress->rate > 0 ? (int64_t)((double)left / progress->rate * 1e6) : -1;
}

/* The longest of the pauses that servers asked for. */
static void pause_refresh(struct runner *runner, int64_t now)
{
	struct run_progress *progress = &runner->progress;
	progress->paused_until = 0;
	for (size_t i = 0; i < runner->endpoint_count; i++) {
		const struct pace *pace = &runner->endpoints[i].pace;
		if (runner->endpoints[i].closed)
			progress->closed = runner->endpoints[i].closed;
		if (!pace_wait(pace, now) || pace->paused_until < progress->paused_until)
			continue;
		progress->paused_until = pace->paused_until;
		progress->pause_why = call_classes[pace->pause_class].name;
	}
}

void progress_refresh(struct runner *runner)
{
	struct run_progress *progress = &runner->progress;
	int64_t now = clock_monotonic();
	progress->elapsed = now - runner->began;
	progress->in_flight = client_in_flight(runner->client);
	progress->waiting = 0;
	for (size_t i = 0; i < runner->active_count; i++)
		progress->waiting += runner->active[i]->timer != NULL;
	if (!runner->plan->settled) {
		progress->stored = 0;
		for (size_t i = 0; i < progress->variant_count; i++)
			progress->stored += progress->variants[i].stored = cursor_stored(runner->cursor, i);
	}
	progress->stopping = runner->stopping;
	progress->finished = runner->finished;
	progress->last_error = runner->last_error[0] ? runner->last_error : NULL;
	pause_refresh(runner, now);
	rate_refresh(runner, now);
}
