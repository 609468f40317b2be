#include "eval/base/nearest.h"
#include "tui/commands/project_open.h"

enum { COLUMNS = 5 };
static const char *const heads[COLUMNS] = {"rank", "score", "id", "title", "excerpt"};
static const bool right[COLUMNS] = {true, true, false, false, false};
#define EXCERPT_BYTES 160

struct search {
	const struct command_line *line;
	struct project *project;
	struct store *store;
	const struct corpus_source *corpus;
	long long id;
	const char *question;
	long long k;
};

static const char *corpus_names(const struct search *search, const char ***names)
{
	const char *list = "";
	*names = arena_take(search->line->arena, (search->project->corpus_count + 1) * sizeof **names);
	for (size_t i = 0; i < search->project->corpus_count; i++) {
		(*names)[i] = search->project->corpora[i].name;
		list = arena_format(search->line->arena, "%s%s%s", list, i ? ", " : "", (*names)[i]);
	}
	return list;
}

/* The first argument names the corpus where it can; it may be left out where there is only one. */
static bool arguments_read(struct search *search, struct error *error)
{
	const struct command_line *line = search->line;
	const struct project *project = search->project;
	const char **names, *list = corpus_names(search, &names);
	size_t from = 0;
	if (!project->corpus_count)
		return error_at(error, ERROR_CONFIG, project->file, 0, 0, "has no corpus; add `corpus: {handbook: {path: docs/}}`");
	if (!line->argument_count)
		return error_set(error, ERROR_USAGE, "a question is missing: lever search [CORPUS] QUESTION");
	if (line->argument_count > 1)
		search->corpus = project_corpus(project, line->arguments[0]);
	if (search->corpus)
		from = 1;
	else if (project->corpus_count == 1)
		search->corpus = &project->corpora[0];
	else
		return error_set(error, ERROR_USAGE, "name the corpus to search first (%s)%s", list,
			nearest_hint(line->arena, line->arguments[0], names, project->corpus_count));
	search->question = "";
	for (size_t i = from; i < line->argument_count; i++)
		search->question = arena_format(line->arena, "%s%s%s", search->question, i > from ? " " : "", line->arguments[i]);
	search->k = 10;
	return option_integer(line, "k", 1, 1000, &search->k, error);
}

/* Indexes what was never indexed; of changes since it only tells, so that a search shows what the runs saw. */
static bool corpus_ready(struct search *search, struct error *error)
{
	const struct corpus_source *corpus = search->corpus;
	struct corpus_row row;
	struct index_report report;
	enum corpus_age age;
	bool found;
	if (!corpus_outdated(search->store, corpus->name, corpus->folder, &corpus->passages, &age, error))
		return false;
	if (age == CORPUS_MISSING) {
		if (!corpus_index(search->store, corpus->name, corpus->folder, &corpus->passages, &report, error))
			return false;
		if (!search->line->quiet)
			say(stderr, "%s: indexed %lld documents, %lld passages\n", corpus->name, report.documents, report.passages);
	} else if (age == CORPUS_CHANGED) {
		say(stderr, "%s: its files or settings changed since it was indexed; `lever index %s` brings it up to date\n",
			corpus->name, corpus->name);
	}
	if (!corpus_find(search->store, corpus->name, search->line->arena, &row, &found, error))
		return false;
	search->id = row.id;
	return true;
}

static void row_json(const struct search *search, size_t rank, const struct passage_row *row)
{
	say_json(json_pack("{s:s, s:s, s:I, s:f, s:s, s:s, s:o}", "record", "passage", "corpus", search->corpus->name, "rank",
		(json_int_t)rank, "score", row->score, "id", row->key, "title", row->title, "text", json_from_text(row->body)));
}

static void row_table(const struct search *search, struct say_table *table, size_t rank, const struct passage_row *row)
{
	struct arena *arena = search->line->arena;
	const char *cells[COLUMNS] = {arena_format(arena, "%zu", rank), arena_format(arena, "%.2f", row->score), row->key,
		row->title, passage_excerpt(row->body, text_of(search->question), EXCERPT_BYTES, arena).data};
	say_table_row(table, cells);
}

static bool search_print(struct search *search, struct error *error)
{
	struct say_table *table = say_table_create(search->line->arena, heads, right, COLUMNS);
	struct passage_row *rows;
	size_t count;
	if (!corpus_search(search->store, search->id, text_of(search->question), (int)search->k, search->line->arena, &rows, &count,
		    error))
		return false;
	for (size_t i = 0; i < count; i++)
		if (search->line->json)
			row_json(search, i + 1, &rows[i]);
		else
			row_table(search, table, i + 1, &rows[i]);
	if (!search->line->json && count)
		say_table_print(table, stdout, stdout_width());
	if (!count && !search->line->quiet)
		say(stderr, "%s: no passage has a word of this question\n", search->corpus->name);
	return true;
}

static int search_run(const struct command_line *line)
{
	CLEANUP(project_close) struct opened opened = {NULL, NULL};
	struct error error;
	int status = 0;
	if (!project_open(line, STORE_WRITE, &opened, &status))
		return status;
	struct search search = {.line = line, .project = opened.project, .store = opened.store};
	if (!arguments_read(&search, &error) || !corpus_ready(&search, &error) || !search_print(&search, &error))
		return command_fail(line, &error);
	return 0;
}

static const struct command_option options[] = {
	{.name = "k", .letter = 'k', .argument = "N", .help = "how many passages to show (1 to 1000; 10)"},
	{.name = NULL},
};

const struct command command_search = {
	.name = "search",
	.usage = "[CORPUS] QUESTION...",
	.summary = "try the retriever: the passages a question finds",
	.help = "Searches a corpus as a variant with `retrieve` does: BM25 over stemmed words, stop words left out, the best "
		"first. The first "
		"argument names the corpus; it may be left out where the project has only one. A corpus that was never indexed is "
		"indexed "
		"first.\n\n"
		"  lever search How many days may I carry over\n"
		"  lever search handbook \"sick leave\" -k 3\n"
		"  lever search handbook \"sick leave\" --json | jq -r .id",
	.options = options,
	.order = 61,
	.run = search_run,
};
