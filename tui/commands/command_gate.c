#include "eval/base/file.h"
#include "eval/run/gate.h"
#include "tui/commands/gate_files.h"
#include "tui/commands/project_open.h"
#include <math.h>
#include <stdlib.h>

static const struct command_option options[] = {
	{"run", 'r', "N", "the run to judge; the latest by default"},
	{"junit", 0, "FILE", "write the answers as JUnit XML"},
	{"summary", 0, "FILE", "add a markdown table to this file, as $GITHUB_STEP_SUMMARY", "GITHUB_STEP_SUMMARY"},
	{"write-baseline", 0, "FILE",
		"write what --variant measured as a baseline (.json) that gates compare with; judges nothing. The path starts at the "
		"current folder, a gate names it from the folder of lever.yaml on"},
	{"variant", 'v', "NAME", "the variant of --write-baseline"},
	{NULL},
};

static json_t *real_or_null(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static void result_record(const struct gate_result *result)
{
	bool defined = result->interval.defined;
	say_json(json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "type", "gate", "gate", result->gate->words, "variant",
		result->gate->variant, "answer", gate_answer_name(result->answer), "value", real_or_null(result->value), "low",
		defined ? real_or_null(result->interval.low) : json_null(), "high",
		defined ? real_or_null(result->interval.high) : json_null(), "more_cases",
		result->more ? json_integer(result->more) : json_null(), "message",
		json_from_text(text_of(result->message ? result->message : "")), "further",
		result->further ? json_from_text(text_of(result->further)) : json_null()));
}

static void result_say(const struct gate_result *result)
{
	say(stdout, "%-14s %s\n               %s\n", gate_answer_name(result->answer), result->gate->words,
		result->message ? result->message : "");
	if (result->further)
		say(stdout, "               %s\n", result->further);
}

/* A failed gate outweighs one whose baseline cannot be used, and that one what could not be judged. */
static int status_of(const struct gate_result *results, size_t count)
{
	bool open = false, broken = false;
	for (size_t i = 0; i < count; i++) {
		if (results[i].answer == GATE_FAIL)
			return 1;
		open |= results[i].answer != GATE_PASS;
		broken |= results[i].broken;
	}
	return broken ? 2 : open ? 4 : 0;
}

/* A path given to the command as a gate has to name it: from the project's folder on, or in full where the file is outside. */
static const char *path_for_gate(struct arena *arena, const struct project *project, const char *path)
{
	CLEANUP(memory_release) char *file = realpath(path, NULL);
	CLEANUP(memory_release) char *folder = realpath(*project->directory ? project->directory : ".", NULL);
	size_t length = folder ? strlen(folder) : 0;
	if (!file || !folder)
		return path;
	bool inside = strncmp(file, folder, length) == 0 && file[length] == '/';
	return arena_string(arena, inside ? file + length + 1 : file);
}

static bool baseline_asked(const struct command_line *line, struct error *error)
{
	if (!option_value(line, "variant"))
		return error_set(error, ERROR_USAGE, "--write-baseline needs --variant NAME");
	return !strcmp(path_suffix(option_value(line, "write-baseline")), "json") ||
	       error_set(error, ERROR_USAGE, "--write-baseline: the name of a baseline ends in .json, by which gates know it, not `%s`",
		       option_value(line, "write-baseline"));
}

static int baseline_make(const struct command_line *line, const struct opened *opened, long long number)
{
	struct error error = {0};
	size_t missing = 0, silent = 0;
	if (!baseline_asked(line, &error) || !baseline_write(opened->store, option_value(line, "variant"), number,
						     option_value(line, "write-baseline"), &missing, &silent, &error))
		return command_fail(line, &error);
	if (missing)
		say(stderr, "lever: %zu cases have no outcome yet and are not in the baseline: gates compare without them until `lever "
			    "run` is through, and not at all after it\n",
			missing);
	if (silent)
		say(stderr, "lever: %zu attempts have no answer and count as not passed in the baseline: `lever run` tries them again\n", silent);
	say(stderr, "lever: %s written; commit it and name it in a gate: {variant: %s, not_worse_than: %s, by: 0.02}\n",
		option_value(line, "write-baseline"), option_value(line, "variant"),
		path_for_gate(line->arena, opened->project, option_value(line, "write-baseline")));
	return 0;
}

/* A database that cannot be written to is judged all the same. */
static void looks_write(const char *database, const struct gate_result *results, size_t count)
{
	struct store *store = NULL;
	struct error error;
	if (!store_open(database, STORE_WRITE, &store, &error) || !gates_remember(store, results, count, &error))
		say(stderr, "lever: that these cases were looked at could not be written down (%s): a gate on more of them will not know\n",
			error.message);
	store_close(store);
}

static bool files_write(const struct command_line *line, const struct gate_result *results, size_t count, struct error *error)
{
	const char *junit = option_value(line, "junit"), *summary = option_value(line, "summary");
	return (!junit || gate_junit_write(results, count, junit, line->arena, error)) &&
	       (!summary || !*summary || gate_summary_write(results, count, summary, line->arena, error));
}

static int judge(const struct command_line *line, struct opened *opened, long long number)
{
	struct error error = {0};
	struct gate_result *results;
	size_t count = opened->project->gate_count;
	if (!count)
		error_set(&error, ERROR_CONFIG,
			"the project has no gates: `gates:` lists them, as {variant: rag, better_than: prompt}");
	if (error.kind || !gates_judge(opened->store, opened->project, number, line->arena, &results, &error))
		return command_fail(line, &error);
	for (size_t i = 0; i < count; i++)
		if (line->json)
			result_record(&results[i]);
		else
			result_say(&results[i]);
	looks_write(opened->project->database, results, count);
	return files_write(line, results, count, &error) ? status_of(results, count) : command_fail(line, &error);
}

static int run(const struct command_line *line)
{
	CLEANUP(project_close) struct opened opened = {0};
	struct error error = {0};
	long long number = 0;
	int status;
	if (line->argument_count)
		error_set(&error, ERROR_USAGE, "`gate` takes no arguments");
	if (error.kind || !option_integer(line, "run", 1, INT64_MAX, &number, &error))
		return command_fail(line, &error);
	if (!project_open(line, STORE_READ, &opened, &status))
		return status;
	return option_value(line, "write-baseline") ? baseline_make(line, &opened, number) : judge(line, &opened, number);
}

const struct command command_gate = {
	.name = "gate",
	.usage = "",
	.summary = "judge the project's gates: pass, fail, inconclusive or not comparable",
	.help = "Each gate passes when its 95% interval reaches what is asked, fails when it misses it, and is inconclusive "
		"between, with how many "
		"more cases would decide it. Exact tests have to agree, cases of a cluster count together. A version that was looked at "
		"before with fewer "
		"cases is held to a test that is valid at every look, and versions of a variant tried on the same cases share the 5%; both "
		"are kept in "
		"the database and said with the answer. Scorers or cases that changed since a baseline, or in the files since the run, make a gate "
		"not comparable, and are named; so does a variant whose prompt, model, parameters, examples, documents or recorded outputs were "
		"edited since the run. --run N judges a run as it was.\n\n"
		"  lever gate                         all gates of lever.yaml\n"
		"  lever gate --junit gates.xml       for a pipeline\n"
		"  lever gate --write-baseline base.json --variant prompt\n\n"
		"Exit status: 0 all pass, 1 one fails, 2 a baseline cannot be used, 4 inconclusive or not comparable. `lever show gates` "
		"lists what can be asked.",
	.options = options,
	.order = 34,
	.run = run,
};
