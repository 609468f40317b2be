#include "eval/run/runner_private.h"

/* Calls of tools that a model answers (a program, an endpoint), those of one turn side by side: each on an errand, an attempt that
 * makes the calls and has no row. The attempt that wants them waits meanwhile. */

#define ERRANDS_MOST ((size_t)8) /* of one turn under way; the run's and the endpoint's places hold them back too */

void errands_run(struct runner *runner, struct attempt *attempt)
{
	size_t most = runner->concurrency < ERRANDS_MOST ? runner->concurrency : ERRANDS_MOST;
	while (!runner->stopping && attempt->errands < most && attempt_errand_waits(attempt)) {
		struct attempt *errand = attempt_errand(attempt, arena_draw(runner));
		errand->runner = runner;
		attempt->errands++;
		active_add(runner, errand);
		queue_add(&runner->ready, errand);
	}
	if (!attempt->errands)
		queue_add(&runner->ready, attempt);
}

static void tool_learn(struct runner *runner, const struct attempt *errand)
{
	struct model_state *state = model_state_of(runner, attempt_model(errand));
	if (state && errand->state != ATTEMPT_OPEN)
		state->answered++;
}

void errand_end(struct runner *runner, struct attempt *errand)
{
	struct attempt *attempt = errand->parent;
	tool_learn(runner, errand);
	attempt_errand_end(errand);
	active_remove(runner, errand);
	arena_spare(runner, attempt_recycle(errand));
	attempt->errands--;
	errands_run(runner, attempt);
}
