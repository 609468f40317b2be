#include "datasets/where.h"
#include "eval/base/file.h"
#include "eval/run/project_private.h"

/* Where rows come from: cases, examples; and the corpora. */

struct source_settings {
	const char *file, *format, *at, *delimiter;
	const struct yaml *map, *where;
	struct field_strings tags, columns;
	bool quotes, once;
};

const struct field case_source_fields[] = {
	{"file", FIELD_STRING, offsetof(struct source_settings, file), "JSONL, JSON, CSV, TSV or YAML, by suffix",
		.required = true},
	{"format", FIELD_STRING, offsetof(struct source_settings, format),
		"where the suffix does not tell: see `lever show formats`"},
	{"at", FIELD_STRING, offsetof(struct source_settings, at), "dotted path to the rows inside a JSON or YAML file"},
	{"delimiter", FIELD_STRING, offsetof(struct source_settings, delimiter), "of CSV cells; a comma by default"},
	{"columns", FIELD_STRINGS, offsetof(struct source_settings, columns),
		"names of the columns of a CSV file without a header row"},
	{"quotes", FIELD_BOOL, offsetof(struct source_settings, quotes), "false: quotes in CSV cells are plain characters",
		.fallback = "true"},
	{"where", FIELD_JSON, offsetof(struct source_settings, where),
		"which rows are meant, where a file holds more: {split: test}; several values as a list"},
	{"once", FIELD_BOOL, offsetof(struct source_settings, once),
		"true: further rows of a case that is there already, asking the same, are left out", .fallback = "false"},
	{"map", FIELD_JSON, offsetof(struct source_settings, map),
		"which member of a row is what: {id: qid, vars: {question: q.text}, expected: answer}"},
	{"tags", FIELD_STRINGS, offsetof(struct source_settings, tags), "tags that every row of this file gets"},
	{NULL},
};

void format_error(struct project_reader *reader, const struct yaml *node, const char *word)
{
	const char *names[32], *list = "";
	size_t count = 0;
	for (; dataset_formats[count] && count < COUNT(names); count++) {
		names[count] = dataset_formats[count]->name;
		list = arena_format(reader->fields.arena, "%s%s%s", list, count ? ", " : "", names[count]);
	}
	project_error(reader, node, "%s: unknown format `%s`%s: one of %s was expected", reader->fields.what, word,
		project_hint(reader, word, names, count), list);
}

/* What can be told of a source before it is opened. `node` is the source, or its map of settings. */
static void source_check(struct project_reader *reader, const struct yaml *node, const struct source_settings *settings)
{
	const char *spelled, *suffix = path_suffix(settings->file);
	const struct yaml *file = node->kind == YAML_MAP ? yaml_get(node, "file") : node;
	if (!file_exists(project_path(reader->project, settings->file)))
		project_error(reader, file, "there is no file %s (paths start at the folder of lever.yaml)", settings->file);
	if (settings->format && !dataset_format_find(settings->format, &spelled))
		format_error(reader, yaml_get(node, "format"), settings->format);
	else if (!settings->format && !dataset_format_find(suffix, &spelled))
		project_error(reader, file,
			"the suffix of %s names no format: say `{file: %s, format: jsonl}`, or another of `lever show formats`",
			settings->file, settings->file);
	if (settings->delimiter && strlen(settings->delimiter) != 1)
		project_error(reader, yaml_get(node, "delimiter"), "%s: `delimiter` is one character, such as \";\" or \"\\t\"",
			reader->fields.what);
}

bool case_source_read(struct project_reader *reader, const struct yaml *node, struct case_source *ret)
{
	struct source_settings settings = {.quotes = true};
	size_t before = reader->errors->found;
	*ret = (struct case_source){0};
	if (node->kind == YAML_STRING)
		settings.file = node_string(reader, node);
	else
		(void)fields_read(&reader->fields, case_source_fields, node, NULL, &settings);
	if (settings.file) {
		source_check(reader, node, &settings);
		*ret = (struct case_source){
			.path = settings.file, .file = project_path(reader->project, settings.file), .format = settings.format};
	}
	ret->options = (struct dataset_options){.path = settings.file,
		.at = settings.at,
		.delimiter = settings.delimiter ? settings.delimiter[0] : '\0',
		.columns = field_strings_list(reader->fields.arena, &settings.columns),
		.plain_quotes = !settings.quotes,
		.where = settings.where};
	ret->once = settings.once;
	(void)where_check(&reader->fields, settings.where);
	(void)case_mapping_read(&reader->fields, settings.map, &ret->mapping);
	ret->mapping.tag_list = field_strings_list(reader->fields.arena, &settings.tags);
	return reader->errors->found == before;
}

static void source_add(struct project_reader *reader, const struct yaml *node)
{
	struct project *project = reader->project;
	struct case_source source;
	if (case_source_read(reader, node, &source))
		project->cases[project->case_source_count++] = source;
}

static bool is_source(const struct yaml *node)
{
	return node->kind == YAML_STRING || (node->kind == YAML_MAP && yaml_get(node, "file"));
}

void project_read_cases(struct project_reader *reader, const struct yaml *node)
{
	struct project *project = reader->project;
	reader->fields.what = "cases";
	if (!node || node->kind == YAML_NULL) {
		project_error(reader, node ? node : project->root, "there are no cases: `cases: FILE` names the test set");
		return;
	}
	project->cases = arena_take(project->arena, (node->count + 1) * sizeof *project->cases);
	if (is_source(node)) {
		source_add(reader, node);
		return;
	}
	if (node->kind != YAML_LIST) {
		project_error(reader, node, "`cases` is a file, {file: …, map: …}, or a list of them or of rows; this is %s",
			yaml_kind_name(node));
		return;
	}
	if (node->count && is_source(node->items[0])) {
		for (size_t i = 0; i < node->count; i++)
			source_add(reader, node->items[i]);
		return;
	}
	struct case_source inside = {.path = "lever.yaml", .file = project->file, .inline_rows = node};
	case_mapping_read(&reader->fields, NULL, &inside.mapping);
	project->cases[project->case_source_count++] = inside;
}

/* ---- corpora ----------------------------------------------------------------------------------------------------------------- */

struct corpus_settings {
	const char *path;
	const struct yaml *passages;
};

const struct field corpus_fields[] = {
	{"path", FIELD_STRING, offsetof(struct corpus_settings, path), "folder of markdown and text files, or one file",
		.required = true},
	{"passages", FIELD_JSON, offsetof(struct corpus_settings, passages), "how documents are cut: {by: heading, tokens: 250}"},
	{NULL},
};

static void corpus_add(struct project_reader *reader, const struct yaml *key, const struct yaml *node)
{
	struct project *project = reader->project;
	struct corpus_settings settings = {0};
	struct corpus_source *corpus = &project->corpora[project->corpus_count];
	corpus->name = text_copy(project->arena, key->text).data;
	reader->fields.what = arena_format(project->arena, "corpus %s", corpus->name);
	/* It counts also when it is wrong: who names it must not hear that there is none. */
	project->corpus_count++;
	if (node->kind == YAML_STRING)
		settings.path = node_string(reader, node);
	else
		(void)fields_read(&reader->fields, corpus_fields, node, NULL, &settings);
	(void)fields_read(&reader->fields, passage_fields, settings.passages, NULL, &corpus->passages);
	if (!settings.path)
		return;
	corpus->path = settings.path;
	corpus->folder = project_path(project, settings.path);
	if (!file_exists(corpus->folder))
		project_error(reader, node->kind == YAML_MAP ? yaml_get(node, "path") : node,
			"there is no folder %s (paths start at the folder of lever.yaml)", settings.path);
}

void project_read_corpora(struct project_reader *reader, const struct yaml *node)
{
	struct project *project = reader->project;
	if (!node || node->kind == YAML_NULL)
		return;
	if (node->kind != YAML_MAP) {
		project_error(reader, node, "`corpus` is a map from names to folders, this is %s", yaml_kind_name(node));
		return;
	}
	project->corpora = arena_take(project->arena, node->count * sizeof *project->corpora);
	for (size_t i = 0; i < node->count; i++)
		if (project_name_check(reader, node->keys[i], "corpus"))
			corpus_add(reader, node->keys[i], node->items[i]);
}

/* ---- example sets -------------------------------------------------------------------------------------------------- */

void project_read_examples(struct project_reader *reader, const struct yaml *node)
{
	struct project *project = reader->project;
	if (!node || node->kind == YAML_NULL)
		return;
	if (node->kind != YAML_MAP) {
		project_error(reader, node, "`examples` is a map from names to files, this is %s", yaml_kind_name(node));
		return;
	}
	project->examples = arena_take(project->arena, node->count * sizeof *project->examples);
	for (size_t i = 0; i < node->count; i++) {
		struct example_set *set = &project->examples[project->example_count];
		if (!project_name_check(reader, node->keys[i], "set of examples"))
			continue;
		set->name = text_copy(project->arena, node->keys[i]->text).data;
		reader->fields.what = arena_format(project->arena, "examples %s", set->name);
		(void)case_source_read(reader, node->items[i], &set->source);
		project->example_count++;
	}
}
