#include "reports/format.h"
#include "tui/app.h"
#include "tui/commands/project_open.h"
#include <stdlib.h>

static const struct command_option options[] = {
	{"screen", 's', "NAME", "the first screen: runs, matrix, …"},
	{"run", 'r', "N", "the run it shows; the latest by default"},
	{"script", 0, "FILE", "take steps from a file instead of keys (tests, pictures)"},
	{"size", 0, "COLUMNSxROWS", "instead of the terminal's size"},
	{"no-colour", 0, NULL, "no colours (as NO_COLOR)", "NO_COLOR"},
	{"no-mouse", 0, NULL, "leave the mouse to the terminal"},
	{"database", 0, "FILE", "a database without its project, to look at"},
	{NULL},
};

/* A run that goes on inside the workbench: with a connection of its own that writes, while screens read through theirs. */
struct hosted {
	const char *directory;
	struct workbench_options *workbench; /* screens look at its project */
	struct project *project;
	struct project **earlier; /* screens may still show what they say */
	size_t earlier_count;
	struct store *store;
	struct plan *plan;
	struct runner *runner;
};

static const char *hosted_blocked(void *data)
{
	const struct hosted *hosted = data;
	return hosted->project ? NULL : "there is no lever.yaml here";
}

static bool hosted_refresh(void *data, struct error_list *errors)
{
	struct hosted *hosted = data;
	if (!hosted->project)
		return true;
	struct project *project = project_read(hosted->directory, errors);
	if (!project)
		return false;
	if (strcmp(project->database, hosted->project->database) != 0) {
		error_list_at(errors, ERROR_CONFIG, project->file, 0, 0, "`database:` names another file now; open the workbench anew");
		project_free(project);
		return false;
	}
	hosted->earlier = memory_grow(hosted->earlier, hosted->earlier_count + 1, sizeof *hosted->earlier);
	hosted->earlier[hosted->earlier_count++] = hosted->project;
	hosted->project = project;
	hosted->workbench->project = project;
	return true;
}

static void projects_free(struct hosted *hosted)
{
	for (size_t i = 0; i < hosted->earlier_count; i++)
		project_free(hosted->earlier[i]);
	free(hosted->earlier);
	project_free(hosted->project);
}

static void hosted_release(struct hosted *hosted)
{
	runner_free(hosted->runner);
	plan_free(hosted->plan);
	store_close(hosted->store);
	hosted->runner = NULL;
	hosted->plan = NULL;
	hosted->store = NULL;
}

/* `error` tells what the file is in the way of, `errors` what is wrong with the plan. */
static bool hosted_plan(
	struct hosted *hosted, const struct run_options *run_options, struct error_list *errors, struct error *error)
{
	if (!store_open(hosted->project->database, STORE_WRITE, &hosted->store, error))
		return false;
	if (!store_lease(hosted->store, error)) {
		hosted_release(hosted);
		return false;
	}
	hosted->plan = plan_make(hosted->project, hosted->store, run_options, errors);
	if (!hosted->plan) {
		*error = errors->items[0];
		hosted_release(hosted);
	}
	return hosted->plan != NULL;
}

static const char *hosted_question(void *data, const char *variant, struct arena *arena, struct error_list *errors)
{
	struct hosted *hosted = data;
	struct run_options run_options = {.dry = true, .variants = &variant, .variant_count = variant != NULL};
	struct plan_estimate estimate;
	struct error error = {0};
	const char *words = "start the run";
	if (!hosted_plan(hosted, &run_options, errors, &error))
		return errors->count ? NULL : arena_format(arena, "%s. Try it all the same", error_line(arena, &error));
	if (plan_estimate(hosted->plan, arena, &estimate, &error))
		words = !estimate.calls		   ? arena_format(arena, "make %lld attempts without a call", estimate.attempts)
			: estimate.cost == UNKNOWN ? arena_format(arena, "make %lld attempts with %lld calls, at a price unknown",
							     estimate.attempts, estimate.calls)
						   : arena_format(arena, "make %lld attempts with %lld calls, at most %s",
							     estimate.attempts, estimate.calls, cost_format(arena, estimate.cost));
	hosted_release(hosted);
	return words;
}

static bool hosted_start(
	void *data, const char *variant, struct loop *loop, runner_function *progress, void *progress_data, struct error *error)
{
	struct hosted *hosted = data;
	struct error_list errors = ERROR_LIST_EMPTY;
	const char **variants = arena_take(hosted->project->arena, sizeof *variants); /* the plan keeps it */
	struct run_options run_options = {.variants = variants, .variant_count = variant != NULL};
	*variants = arena_string(hosted->project->arena, variant);
	bool planned = hosted_plan(hosted, &run_options, &errors, error);
	error_list_release(&errors);
	if (!planned)
		return false;
	hosted->runner = runner_start(loop, hosted->plan, progress, progress_data, error);
	if (!hosted->runner)
		hosted_release(hosted);
	return hosted->runner != NULL;
}

static void hosted_stop(void *data, bool now)
{
	struct hosted *hosted = data;
	if (hosted->runner)
		runner_stop(hosted->runner, now);
}

static bool hosted_finish(void *data, struct error *error)
{
	struct hosted *hosted = data;
	*error = *runner_error(hosted->runner);
	hosted_release(hosted);
	return error->kind == ERROR_NONE;
}

static bool size_read(const char *text, struct workbench_options *workbench, struct error *error)
{
	char after;
	if (!text)
		return true;
	if (sscanf(text, "%dx%d%c", &workbench->columns, &workbench->rows, &after) == 2 && workbench->columns > 0 &&
		workbench->rows > 0 && workbench->columns <= 1000 && workbench->rows <= 1000)
		return true;
	return error_set(error, ERROR_USAGE, "--size: COLUMNSxROWS was expected, as 80x24, not `%s`", text);
}

static int run(const struct command_line *line)
{
	struct hosted hosted = {0};
	struct error_list errors = ERROR_LIST_EMPTY;
	struct error error = {0};
	const struct workbench_runner runner = {
		&hosted, hosted_blocked, hosted_refresh, hosted_question, hosted_start, hosted_stop, hosted_finish};
	struct workbench_options workbench = {.database = option_value(line, "database"),
		.screen = option_value(line, "screen"),
		.script = option_value(line, "script"),
		.no_colours = option_given(line, "no-colour"),
		.no_mouse = option_given(line, "no-mouse"),
		.runner = &runner};
	if (!option_integer(line, "run", 1, INT64_MAX, &workbench.run, &error) ||
		!size_read(option_value(line, "size"), &workbench, &error))
		return command_fail(line, &error);
	if (!workbench.database) {
		hosted.project = project_read(line->directory, &errors);
		if (!hosted.project) {
			int status = command_fail_all(line, &errors);
			error_list_release(&errors);
			return status;
		}
		workbench.database = hosted.project->database;
		workbench.project = hosted.project;
	}
	hosted.directory = line->directory;
	hosted.workbench = &workbench;
	int status = workbench_open(&workbench, &error);
	hosted_release(&hosted);
	projects_free(&hosted);
	return error.kind ? command_fail(line, &error) : status;
}

const struct command command_ui = {
	.name = "ui",
	.usage = "",
	.summary = "the workbench: runs, matrix, cases, live run (also `lever` alone)",
	.help = "Keys: arrows or hjkl move, Enter opens, Esc or q goes back, / filters, : finds any action, ? shows all keys.",
	.options = options,
	.order = 1,
	.run = run,
};
