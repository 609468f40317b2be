#include "eval/store/runs.h"
#include "tui/workbench.h"

const char *run_blocked(const struct workbench *bench)
{
	const struct workbench_runner *runner = bench->options->runner;
	if (bench->running)
		return "a run is going on already";
	if (!runner)
		return "only `lever ui` in a project folder can start runs";
	return runner->blocked ? runner->blocked(runner->data) : NULL;
}

/* Called from inside the runner: only notes. */
static void run_progressed(void *data, const struct run_progress *progress)
{
	struct workbench *bench = data;
	bench->progress = progress;
	bench->run_ended = progress->finished;
	workbench_dirty(bench);
	if (progress->finished)
		loop_wake(bench->loop);
}

static long long latest_run(struct workbench *bench)
{
	struct run_row *rows;
	size_t count = 0;
	struct error error = {0};
	CLEANUP(arena_release) struct arena *arena = arena_create();
	return bench->store && run_list(bench->store, 0, 1, arena, &rows, &count, &error) && count ? rows[0].id : 0;
}

/* Mended cases or a changed prompt make a new run: who looked at the latest one looks at it. */
static void latest_follow(struct workbench *bench)
{
	long long latest = latest_run(bench);
	for (struct screen *screen = bench->top; screen && latest && latest != bench->latest_run; screen = screen->below)
		if (screen->type->follow)
			screen->type->follow(screen, bench->latest_run, latest);
}

static void errors_say(struct workbench *bench, const struct error_list *errors)
{
	CLEANUP(buffer_release) struct buffer words = BUFFER_EMPTY;
	CLEANUP(arena_release) struct arena *arena = arena_create();
	for (size_t i = 0; i < errors->count; i++)
		buffer_format(&words, "%s%s", i ? "\n" : "", error_line(arena, &errors->items[i]));
	workbench_say(bench, true, "%s", buffer_string(&words));
}

bool run_refresh(struct workbench *bench)
{
	const struct workbench_runner *runner = bench->options->runner;
	struct error_list errors = ERROR_LIST_EMPTY;
	if (!runner || !runner->refresh || runner->refresh(runner->data, &errors))
		return true;
	errors_say(bench, &errors);
	error_list_release(&errors);
	return false;
}

const char *run_question(struct workbench *bench, const char *variant, struct arena *arena)
{
	const struct workbench_runner *runner = bench->options->runner;
	struct error_list errors = ERROR_LIST_EMPTY;
	if (!runner->question)
		return "run what is missing";
	const char *question = runner->question(runner->data, variant, arena, &errors);
	if (!question)
		errors_say(bench, &errors);
	error_list_release(&errors);
	return question;
}

bool run_start(struct workbench *bench, const char *variant, struct error *error)
{
	const struct workbench_runner *runner = bench->options->runner;
	bench->progress = NULL;
	bench->latest_run = latest_run(bench);
	bench->run_ended = bench->stop_asked = false;
	bench->running = true;
	if (runner->start(runner->data, variant, bench->loop, run_progressed, bench, error))
		return true;
	bench->running = false;
	return false;
}

void run_stop(struct workbench *bench, bool now)
{
	const struct workbench_runner *runner = bench->options->runner;
	if (!bench->running)
		return;
	bench->stop_asked = true;
	runner->stop(runner->data, now);
}

/* The runner goes, and what it counted with it. */
static void ended_keep(struct workbench *bench)
{
	const struct run_progress *progress = bench->progress;
	arena_free(bench->ended_arena);
	struct arena *arena = bench->ended_arena = arena_create();
	struct run_progress *ended = bench->ended = arena_take(arena, sizeof *ended);
	*ended = *progress;
	ended->variants = arena_take(arena, (progress->variant_count + 1) * sizeof *ended->variants);
	for (size_t i = 0; i < progress->variant_count; i++) {
		ended->variants[i] = progress->variants[i];
		ended->variants[i].name = arena_string(arena, progress->variants[i].name);
	}
	ended->last_error = arena_string(arena, progress->last_error);
	ended->closed = arena_string(arena, progress->closed);
	ended->pause_why = NULL;
	ended->paused_until = 0;
}

void run_reap(struct workbench *bench)
{
	const struct workbench_runner *runner = bench->options->runner;
	struct error error = {0};
	if (!bench->running || !bench->run_ended)
		return;
	bench->running = false;
	long long errors = bench->progress->errors, done = bench->progress->done;
	bool stopped = bench->progress->stopping;
	ended_keep(bench);
	bench->progress = NULL;
	if (!runner->finish(runner->data, &error))
		workbench_say(bench, true, "the run broke off: %s", error.message);
	else
		workbench_say(bench, errors > 0, "the run %s: %lld attempts made, %lld without an answer",
			stopped ? "was stopped" : "is done", done, errors);
	latest_follow(bench);
	workbench_stale(bench);
	if (bench->quitting)
		loop_stop(bench->loop);
}

/* ---- actions of several screens -------------------------------------------------------------------------------------------------
 */

const char *run_action_blocked(const struct screen *screen, const struct action *action)
{
	return run_blocked(screen->bench);
}

const char *run_action_question(struct screen *screen, struct arena *arena)
{
	return run_question(screen->bench, NULL, arena);
}

unsigned run_action_watch(struct screen *screen, const struct action *action)
{
	return screen_open(screen, "live", &(struct target){.from = screen});
}

unsigned run_begin(struct screen *screen, const char *variant)
{
	struct error error = {0};
	if (!run_start(screen->bench, variant, &error)) {
		CLEANUP(arena_release) struct arena *arena = arena_create();
		workbench_say(screen->bench, true, "%s", error_line(arena, &error));
		return EFFECT_REDRAW;
	}
	return strcmp(screen->type->name, "live") ? run_action_watch(screen, NULL) : EFFECT_REDRAW;
}

unsigned run_action_start(struct screen *screen, const struct action *action)
{
	return run_begin(screen, NULL);
}
