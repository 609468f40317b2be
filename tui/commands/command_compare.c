#include "eval/compare/compare.h"
#include "reports/format.h"
#include "tui/commands/project_open.h"
#include "tui/run_show.h"

static const struct command_option options[] = {
	{"run", 'r', "N", "the run that names without @ mean; the latest by default"},
	{NULL},
};

static void left_out_say(const struct pair_summary *pair)
{
	if (pair->only_a || pair->only_b)
		say(stdout, "left out: %lld cases only in %s, %lld only in %s\n", pair->only_a, pair->a.label, pair->only_b,
			pair->b.label);
	if (pair->missing)
		say(stdout, "left out: %lld cases that one of the two has not run or scored yet\n", pair->missing);
	if (pair->changed_input)
		say(stdout, "left out: %lld cases whose input changed between the two\n", pair->changed_input);
	if (pair->changed_gold)
		say(stdout, "left out: %lld cases whose expected answer changed between the two\n", pair->changed_gold);
	if (!pair->same_grading)
		say(stdout, "careful: the two were scored by different scorers; `lever run` scores the project's variants anew\n");
}

static void pair_say(const struct command_line *line, const struct pair_summary *pair)
{
	struct arena *arena = line->arena;
	say(stdout, "%s against %s, %s cases paired\n\n", pair->b.label, pair->a.label, count_format(arena, pair->paired));
	say(stdout, "  %-16s %s\n  %-16s %s\n", pair->a.label, percent_format(arena, pair->rate_a), pair->b.label,
		percent_format(arena, pair->rate_b));
	say(stdout, "  difference       %s, 95%% interval %s (%s)\n", points_format(arena, pair->difference),
		points_interval_format(arena, pair->interval), pair->interval_method ? pair->interval_method : "undefined");
	say(stdout, "  wins, losses     %s, %s (both pass %s, both fail %s)\n", count_format(arena, pair->wins),
		count_format(arena, pair->losses), count_format(arena, pair->both_passed), count_format(arena, pair->both_failed));
	if (pair->has_p)
		say(stdout, "  p                %s (%s)\n", p_format(arena, pair->p), pair->p_method);
	if (pair->errors_a || pair->errors_b)
		say(stdout, "  without answer   %lld, %lld (counted as not passed)\n", pair->errors_a, pair->errors_b);
	say(stdout, "\n");
	left_out_say(pair);
	say(stdout, "%s\n", pair_sentence(pair, arena));
}

static int compare_two(const struct command_line *line, struct store *store, long long run)
{
	struct arm arms[2];
	struct pair_summary pair;
	struct error error = {0};
	for (int i = 0; i < 2; i++)
		if (!arm_find(store, line->arguments[i], run, line->arena, &arms[i], &error))
			return command_fail(line, &error);
	if (!pair_summarise(store, &arms[0], &arms[1], line->arena, &pair, &error))
		return command_fail(line, &error);
	if (pair.why.kind)
		return command_fail(line, &pair.why);
	holm_adjust(&pair, 1);
	if (line->json)
		pair_record(&pair);
	else
		pair_say(line, &pair);
	return 0;
}

static int run(const struct command_line *line)
{
	CLEANUP(project_close) struct opened opened = {0};
	struct error error = {0};
	long long number = 0;
	int status;
	if (line->argument_count != 0 && line->argument_count != 2)
		error_set(&error, ERROR_USAGE, "`compare` takes two variants, or none for every lever against its parent");
	if (error.kind || !option_integer(line, "run", 1, INT64_MAX, &number, &error))
		return command_fail(line, &error);
	if (!project_open(line, STORE_READ, &opened, &status))
		return status;
	if (line->argument_count == 2)
		return compare_two(line, opened.store, number);
	return comparison_say(line, opened.store, number, &error) ? 0 : command_fail(line, &error);
}

const struct command command_compare = {
	.name = "compare",
	.usage = "[VARIANT VARIANT]",
	.summary = "compare two variants, or every lever with its parent, case by case",
	.help = "  lever compare                      every lever against its parent, p adjusted after Holm\n"
		"  lever compare prompt rag           rag against prompt\n"
		"  lever compare prompt@previous prompt   yesterday's prompt against today's\n"
		"  lever compare rag@2 rag@5          the same variant in two runs\n\n"
		"Pairs are cases that both answered; what is left out is told.",
	.options = options,
	.order = 30,
	.run = run,
};
