/* The runner: makes the attempts of a plan in the caller's loop. The workbench and `lever run` use the same. */
#ifndef LEVER_RUN_RUNNER_H
#define LEVER_RUN_RUNNER_H

#include "eval/base/loop.h"
#include "eval/run/plan.h"

struct run_progress {
	long long run;	    /* number of the run; 0 before it is stored */
	long long planned;  /* attempts of this invocation's selection */
	long long stored;   /* of them, final before it began, as far as seen: nothing to do */
	long long left;	    /* of them, not begun because their model cannot be reached, or the run was stopped */
	long long rescored; /* answered before, scored anew */
	long long done, passed, failed, errors; /* since it began */
	long long in_flight, waiting;		/* waiting: for a retry */
	long long calls, retries, cached, replayed;
	long long cancelled; /* of `errors`: not asked because of the budget or an interrupt, or broken off by it */
	long long batched, waits; /* put into batches now; of `errors`: those that wait in one */
	long long input_tokens, output_tokens;
	long long cost, unknown_cost; /* spent now, picodollars; calls of unknown price */
	long long lost;		      /* calls whose answer never came */
	long long unknown_at_most;    /* what they and those of `unknown_cost` may have cost beside `cost`; UNKNOWN: no price or no limit */
	long long guessed, guessed_unknown, guessed_measured; /* what the calls of `calls` were estimated at before they were made;
								 calls without such an estimate; calls whose answers were judged by
								 those measured before */
	int64_t started_at, elapsed;  /* microseconds; elapsed is monotonic */
	double rate;		      /* attempts per second of late */
	int64_t eta;		      /* microseconds; -1 unknown */
	int64_t paused_until;	      /* a server asked for a pause; monotonic microseconds; 0 */
	const char *pause_why;	      /* class of what it said */
	const char *closed;	      /* an address that takes no more calls in this run, in words; NULL */
	bool stopping, finished;
	struct progress_variant {
		const char *name;
		long long planned, stored, done, passed, failed, errors;
	} * variants;
	size_t variant_count;
	const char *last_error; /* message of the latest failure, or NULL */
};

struct runner;
/* Called after every commit and when all is done (progress->finished). */
typedef void runner_function(void *data, const struct run_progress *progress);

/* Begins; the loop does the rest. The plan, project and store must outlive the runner. */
struct runner *runner_start(
	struct loop *loop, struct plan *plan, runner_function *function, void *data, struct error *error) MUST_CHECK;
const struct run_progress *runner_progress(const struct runner *runner);
/* First: finishes what is in flight and starts nothing more. `now`: cancels what is in flight (those attempts stay open). */
void runner_stop(struct runner *runner, bool now);
/* What the pace at the `at`-th address came to and why, in the arena; "": nothing worth saying; NULL: no such address. */
const char *runner_pace(const struct runner *runner, size_t at, struct arena *arena);
/* The `at`-th address takes no calls for longer than is waited for: until when, in words; "": it does; NULL: no such address. */
const char *runner_closed(const struct runner *runner, size_t at);
/* Why a model is not asked any more in this run: no money, no key, not to be reached. By its place from 0; "": it is asked; NULL: no
 * such place. */
const char *runner_down(const struct runner *runner, size_t at);
/* Did it stop because the next call might have passed the budget? *next: picodollars that one can cost at its worst; 0: not known. */
bool runner_budget_reached(const struct runner *runner, long long *next);
/* What went wrong with the run itself (disk full, …): kind ERROR_NONE when nothing did. */
const struct error *runner_error(const struct runner *runner);
void runner_free(struct runner *runner);

#endif
