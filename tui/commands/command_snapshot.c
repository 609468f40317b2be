#include "tui/commands/project_open.h"

static int run(const struct command_line *line)
{
	CLEANUP(project_close) struct opened opened = {0};
	struct error error = {0};
	int status;
	if (line->argument_count != 1) {
		error_set(&error, ERROR_USAGE, "`snapshot` takes the file to write");
		return command_fail(line, &error);
	}
	if (!project_open(line, STORE_READ, &opened, &status))
		return status;
	if (!store_snapshot(opened.store, line->arguments[0], &error))
		return command_fail(line, &error);
	if (line->json)
		say_json(json_pack("{s:s, s:s}", "type", "snapshot", "file", line->arguments[0]));
	else
		say(stdout, "wrote %s\n", line->arguments[0]);
	return 0;
}

const struct command command_snapshot = {
	.name = "snapshot",
	.usage = "FILE",
	.summary = "a safe copy of the database, also while a run goes on",
	.help = "  lever snapshot before-the-change.db\n\nAn existing file is never overwritten.",
	.order = 80,
	.run = run,
};
