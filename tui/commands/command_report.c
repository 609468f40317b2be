#include "reports/report.h"
#include "tui/commands/project_open.h"
#include <stdlib.h>

static const struct command_option options[] = {
	{"run", 'r', "N", "a run's number; the latest by default"},
	{"format", 'f', "NAME", "where the file's suffix does not tell: md, json, csv, junit"},
	{"failures", 0, "N", "failures shown side by side (default 20)"},
	{NULL},
};

static const struct report_format *format_choose(const struct command_line *line, const char *path, struct error *error)
{
	const char *name = option_value(line, "format");
	const struct report_format *format = report_find(name ? name : strcmp(path, "-") == 0 ? "md" : path);
	if (!format)
		error_set(error, ERROR_USAGE, "no report is written as `%s`; `lever show reports` lists the formats",
			name ? name : path);
	return format;
}

static int run(const struct command_line *line)
{
	CLEANUP(project_close) struct opened opened = {0};
	struct report_data data = {0};
	struct error error = {0};
	long long number = 0, failures = 20;
	int status;
	const char *path = line->argument_count ? line->arguments[0] : "-";
	if (line->argument_count > 1)
		error_set(&error, ERROR_USAGE, "`report` takes one file");
	const struct report_format *format = error.kind ? NULL : format_choose(line, path, &error);
	if (!format || !option_integer(line, "run", 1, INT64_MAX, &number, &error) ||
		!option_integer(line, "failures", 0, 1000000, &failures, &error))
		return command_fail(line, &error);
	if (!project_open(line, STORE_READ, &opened, &status))
		return status;
	if (!report_collect(opened.store, number, line->arena, &data, &error))
		return command_fail(line, &error);
	data.settings = opened.project;
	data.description = opened.project->description;
	data.failure_limit = (size_t)failures;
	if (!report_write(&data, format, path, &error))
		return command_fail(line, &error);
	if (line->json && strcmp(path, "-") != 0)
		say_json(json_pack("{s:s, s:s, s:s, s:I}", "type", "report", "file", path, "format", format->name, "run",
			(json_int_t)data.run.id));
	else if (strcmp(path, "-") != 0)
		say(stdout, "wrote %s (run %lld)\n", path, data.run.id);
	return 0;
}

const struct command command_report = {
	.name = "report",
	.usage = "[FILE]",
	.summary = "write the report of a run: markdown, JSON, CSV or JUnit, by suffix",
	.help = "  lever report report.md\n  lever report results.json --run 3\n  lever report -                     markdown on "
		"stdout\n\n"
		"The same data gives the same bytes.",
	.options = options,
	.order = 20,
	.run = run,
};
