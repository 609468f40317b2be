#include "eval/run/gate.h"
#include "tui/commands/gate_files.h"
#include "tui/commands/project_open.h"
#include <math.h>

static const struct command_option options[] = {
	{"run", 'r', "N", "the run to judge; the latest by default"},
	{"junit", 0, "FILE", "write the answers as JUnit XML"},
	{"summary", 0, "FILE", "add a markdown table to this file, as $GITHUB_STEP_SUMMARY", "GITHUB_STEP_SUMMARY"},
	{"write-baseline", 0, "FILE",
		"write what --variant measured as a baseline (.json) that gates compare with; judges nothing"},
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
	say_json(json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "type", "gate", "gate", result->gate->words, "variant",
		result->gate->variant, "answer", gate_answer_name(result->answer), "value", real_or_null(result->value), "low",
		defined ? json_real(result->interval.low) : json_null(), "high",
		defined ? json_real(result->interval.high) : json_null(), "more_cases",
		result->more ? json_integer(result->more) : json_null(), "message",
		json_from_text(text_of(result->message ? result->message : ""))));
}

static void result_say(const struct gate_result *result)
{
	say(stdout, "%-14s %s\n               %s\n", gate_answer_name(result->answer), result->gate->words,
		result->message ? result->message : "");
	if (result->more)
		say(stdout, "               about %lld more cases would decide it\n", result->more);
}

/* A failed gate outweighs one that could not be judged. */
static int status_of(const struct gate_result *results, size_t count)
{
	bool open = false;
	for (size_t i = 0; i < count; i++) {
		if (results[i].answer == GATE_FAIL)
			return 1;
		open |= results[i].answer != GATE_PASS;
	}
	return open ? 4 : 0;
}

static int baseline_make(const struct command_line *line, struct store *store, long long number)
{
	struct error error = {0};
	if (!option_value(line, "variant"))
		error_set(&error, ERROR_USAGE, "--write-baseline needs --variant NAME");
	if (error.kind ||
		!baseline_write(store, option_value(line, "variant"), number, option_value(line, "write-baseline"), &error))
		return command_fail(line, &error);
	say(stderr, "lever: %s written; commit it and name it in a gate: {variant: %s, not_worse_than: %s, by: 0.02}\n",
		option_value(line, "write-baseline"), option_value(line, "variant"), option_value(line, "write-baseline"));
	return 0;
}

static int judge(const struct command_line *line, struct opened *opened, long long number)
{
	struct error_list errors = ERROR_LIST_EMPTY;
	struct error error = {0};
	struct gate_result *results;
	size_t count;
	struct gate *gates = gates_read(opened->project, &count, &errors);
	if (errors.count) {
		int status = command_fail_all(line, &errors);
		error_list_release(&errors);
		return status;
	}
	if (!count)
		error_set(&error, ERROR_CONFIG,
			"the project has no gates: `gates:` lists them, as {variant: rag, better_than: prompt}");
	if (error.kind || !gates_judge(opened->store, opened->project, gates, count, number, line->arena, &results, &error))
		return command_fail(line, &error);
	for (size_t i = 0; i < count; i++)
		if (line->json)
			result_record(&results[i]);
		else
			result_say(&results[i]);
	const char *junit = option_value(line, "junit"), *summary = option_value(line, "summary");
	if ((junit && !gate_junit_write(results, count, junit, line->arena, &error)) ||
		(summary && *summary && !gate_summary_write(results, count, summary, &error)))
		return command_fail(line, &error);
	return status_of(results, count);
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
	return option_value(line, "write-baseline") ? baseline_make(line, opened.store, number) : judge(line, &opened, number);
}

const struct command command_gate = {
	.name = "gate",
	.usage = "",
	.summary = "judge the project's gates: pass, fail, inconclusive or not comparable",
	.help = "Each gate passes when its 95% interval reaches what is asked, fails when it misses it, and is inconclusive "
		"between, with how many\n"
		"more cases would decide it. Scorers or cases that changed since a baseline make it not comparable, and are "
		"named.\n\n"
		"  lever gate                         all gates of lever.yaml\n"
		"  lever gate --junit gates.xml       for a pipeline\n"
		"  lever gate --write-baseline base.json --variant prompt\n\n"
		"Exit status: 0 all pass, 1 one fails, 4 inconclusive or not comparable. `lever show gates` lists what can be "
		"asked.",
	.options = options,
	.order = 34,
	.run = run,
};
