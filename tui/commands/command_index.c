#include "eval/base/nearest.h"
#include "tui/commands/project_open.h"

enum { COLUMNS = 8 };
static const char *const heads[COLUMNS] = {
	"corpus", "documents", "passages", "added", "changed", "removed", "unchanged", "skipped"};
static const bool right[COLUMNS] = {false, true, true, true, true, true, true, true};

static json_t *report_json(const struct corpus_source *corpus, const struct index_report *report)
{
	json_t *record = json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "record", "corpus", "corpus", corpus->name,
		"documents", (json_int_t)report->documents, "passages", (json_int_t)report->passages, "added",
		(json_int_t)report->added, "changed", (json_int_t)report->changed, "removed", (json_int_t)report->removed,
		"unchanged", (json_int_t)report->unchanged, "skipped", (json_int_t)report->skipped);
	if (report->skipped)
		json_object_set_new(record, "first_skipped", json_from_text(text_of(report->skipped_note)));
	return record;
}

static void report_row(
	struct say_table *table, struct arena *arena, const struct corpus_source *corpus, const struct index_report *report)
{
	const char *cells[COLUMNS] = {corpus->name, arena_format(arena, "%lld", report->documents),
		arena_format(arena, "%lld", report->passages), arena_format(arena, "%lld", report->added),
		arena_format(arena, "%lld", report->changed), arena_format(arena, "%lld", report->removed),
		arena_format(arena, "%lld", report->unchanged), arena_format(arena, "%lld", report->skipped)};
	say_table_row(table, cells);
}

static void report_skipped(const struct command_line *line, const struct corpus_source *corpus, const struct index_report *report)
{
	if (report->skipped && !line->quiet)
		say(stderr, "%s: %lld %s left out, the first: %s\n", corpus->name, report->skipped,
			report->skipped == 1 ? "file was" : "files were", report->skipped_note);
}

static bool corpus_wanted(const struct command_line *line, const struct corpus_source *corpus)
{
	for (size_t i = 0; i < line->argument_count; i++)
		if (strcmp(line->arguments[i], corpus->name) == 0)
			return true;
	return line->argument_count == 0;
}

static bool names_check(const struct command_line *line, const struct project *project, struct error *error)
{
	const char **names = arena_take(line->arena, (project->corpus_count + 1) * sizeof *names);
	for (size_t i = 0; i < project->corpus_count; i++)
		names[i] = project->corpora[i].name;
	if (!project->corpus_count)
		return error_at(error, ERROR_CONFIG, project->file, 0, 0, "has no corpus; add `corpus: {handbook: {path: docs/}}`");
	for (size_t i = 0; i < line->argument_count; i++)
		if (!project_corpus(project, line->arguments[i]))
			return error_set(error, ERROR_USAGE, "there is no corpus `%s`%s", line->arguments[i],
				nearest_hint(line->arena, line->arguments[i], names, project->corpus_count));
	return true;
}

static bool corpora_index(const struct command_line *line, const struct project *project, struct store *store, struct error *error)
{
	struct say_table *table = say_table_create(line->arena, heads, right, COLUMNS);
	for (size_t i = 0; i < project->corpus_count; i++) {
		const struct corpus_source *corpus = &project->corpora[i];
		struct index_report report;
		if (!corpus_wanted(line, corpus))
			continue;
		if (!corpus_index(store, corpus->name, corpus->folder, &corpus->passages, &report, error))
			return false;
		if (line->json)
			say_json(report_json(corpus, &report));
		else
			report_row(table, line->arena, corpus, &report);
		report_skipped(line, corpus, &report);
	}
	if (!line->json && !line->quiet)
		say_table_print(table, stdout, 0);
	return true;
}

static int index_run(const struct command_line *line)
{
	CLEANUP(project_close) struct opened opened = {NULL, NULL};
	struct error error;
	int status = 0;
	if (!project_open(line, STORE_WRITE, &opened, &status))
		return status;
	if (!names_check(line, opened.project, &error) || !corpora_index(line, opened.project, opened.store, &error))
		return command_fail(line, &error);
	return 0;
}

static const struct command_option options[] = {{.name = NULL}};

const struct command command_index = {
	.name = "index",
	.usage = "[CORPUS...]",
	.summary = "cut the documents of a corpus into passages and index them",
	.help = "Reads the folders of all corpora of the project, or of those named, and brings the search index up to date: what "
		"is new or "
		"changed is cut into passages again, what is gone is dropped, the rest is left alone. `lever run` does so by "
		"itself before a "
		"variant that retrieves; this command shows what would be there.\n\n"
		"Markdown, reStructuredText and plain text (md, markdown, mdx, rst, txt, text) are read. A passage is named "
		"`path#heading`, its "
		"further pieces `path#heading~2`. Hidden files are not seen; links, files over 32 MiB and what is no UTF-8 text "
		"are left out "
		"and counted.\n\n"
		"  lever index\n"
		"  lever index handbook --json",
	.options = options,
	.order = 60,
	.run = index_run,
};
