/* The workbench without the command line: makes fixture databases and opens screens on them, with a runner that only pretends.
 *   workbench_driver make FILE CASES VARIANTS REPEATS [bare]
 *   workbench_driver open FILE [SCREEN [SCRIPT]]      LEVER_PRETEND=1: runs can be started */
#include "tests/unit/workbench_fixture.h"
#include "tui/app.h"

struct pretence {
	struct loop *loop;
	runner_function *progress;
	void *data;
	struct run_progress state;
	struct progress_variant variants[3];
	struct loop_timer *timer;
};

static void pretend_answer(struct pretence *pretence)
{
	struct run_progress *state = &pretence->state;
	struct progress_variant *variant = &pretence->variants[state->done % 3];
	state->done++;
	variant->done++;
	*(state->done % 4 ? &variant->passed : &variant->failed) += 1;
	*(state->done % 4 ? &state->passed : &state->failed) += 1;
	state->calls++;
}

/* Never done by itself, however long a test takes to look: it stays at half until it is stopped. */
static void pretend(void *data)
{
	struct pretence *pretence = data;
	struct run_progress *state = &pretence->state;
	pretence->timer = NULL;
	if (state->done < state->planned / 2)
		pretend_answer(pretence);
	state->elapsed += 100000;
	state->eta = (state->planned - state->done) * 100000;
	state->finished = state->stopping;
	if (!state->finished)
		pretence->timer = loop_after(pretence->loop, 20000, pretend, pretence);
	pretence->progress(pretence->data, state);
}

static bool pretend_start(
	void *data, const char *variant, struct loop *loop, runner_function *progress, void *progress_data, struct error *error)
{
	struct pretence *pretence = data;
	*pretence = (struct pretence){.loop = loop, .progress = progress, .data = progress_data};
	pretence->state = (struct run_progress){
		.run = 1, .planned = 60, .in_flight = 4, .rate = 10, .eta = -1, .variants = pretence->variants, .variant_count = 3};
	for (int i = 0; i < 3; i++)
		pretence->variants[i] = (struct progress_variant){.name = bench_variants[i].name, .planned = 20};
	pretence->timer = loop_after(loop, 0, pretend, pretence);
	return true;
}

static void pretend_stop(void *data, bool now)
{
	struct pretence *pretence = data;
	pretence->state.stopping = true;
}

static bool pretend_finish(void *data, struct error *error)
{
	struct pretence *pretence = data;
	loop_cancel(pretence->timer);
	pretence->timer = NULL;
	return true;
}

static const char *pretend_question(void *data, const char *variant, struct arena *arena, struct error_list *errors)
{
	return "make 60 calls, at most $0.12";
}

static int workbench_run(int count, char **words)
{
	struct error error = {0};
	struct pretence pretence = {0};
	const struct workbench_runner runner = {.data = &pretence,
		.question = pretend_question,
		.start = pretend_start,
		.stop = pretend_stop,
		.finish = pretend_finish};
	struct workbench_options options = {.database = words[2],
		.screen = count > 3 ? words[3] : NULL,
		.script = count > 4 ? words[4] : NULL,
		.runner = getenv("LEVER_PRETEND") ? &runner : NULL};
	int status = workbench_open(&options, &error);
	if (status)
		fprintf(stderr, "workbench: %s\n", error.message);
	return status;
}

int main(int count, char **words)
{
	if (count > 5 && !strcmp(words[1], "make")) {
		struct bench_shape shape = {(int)strtol(words[3], NULL, 10), (int)strtol(words[4], NULL, 10),
			(int)strtol(words[5], NULL, 10), count > 6};
		bench_build(words[2], shape);
		return 0;
	}
	if (count > 2 && !strcmp(words[1], "open"))
		return workbench_run(count, words);
	fprintf(stderr, "usage: workbench_driver make FILE CASES VARIANTS REPEATS [bare] | open FILE [SCREEN [SCRIPT]]\n");
	return 2;
}
