#include "reports/format.h"
#include "tui/commands/project_open.h"

static const struct command_option options[] = {
	{"keep", 'k', "N", "runs to keep, the latest ones (default 10)"},
	{"dry-run", 0, NULL, "say what would go"},
	{NULL},
};

static int run(const struct command_line *line)
{
	CLEANUP(project_close) struct opened opened = {0};
	struct store_pruned pruned;
	struct error error = {0};
	long long keep = 10;
	int status;
	bool dry = option_given(line, "dry-run");
	if (!option_integer(line, "keep", 1, 1000000, &keep, &error))
		return command_fail(line, &error);
	if (!project_open(line, STORE_WRITE, &opened, &status))
		return status;
	if (!store_lease(opened.store, &error) || !store_prune(opened.store, (int)keep, dry, &pruned, &error))
		return command_fail(line, &error);
	if (line->json) {
		say_json(json_pack("{s:s, s:b, s:I, s:I, s:I, s:I}", "type", "pruned", "dry", dry, "runs", (json_int_t)pruned.runs,
			"attempts", (json_int_t)pruned.attempts, "texts", (json_int_t)pruned.texts, "bytes",
			(json_int_t)pruned.bytes));
		return 0;
	}
	say(stdout, "%s %s runs, %s attempts that no kept run shows, %s texts", dry ? "would drop" : "dropped",
		count_format(line->arena, pruned.runs), count_format(line->arena, pruned.attempts),
		count_format(line->arena, pruned.texts));
	if (!dry)
		say(stdout, "; the file is %s bytes smaller", count_format(line->arena, pruned.bytes));
	say(stdout, "\n");
	return 0;
}

const struct command command_prune = {
	.name = "prune",
	.usage = "",
	.summary = "drop old runs and reclaim their space",
	.help = "Drops all runs but the latest, then every attempt, label and text that no kept run shows. Calls that wait in a\n"
		"batch stay.\n\n"
		"  lever prune --keep 5 --dry-run\n  lever prune --keep 5",
	.options = options,
	.order = 81,
	.run = run,
};
