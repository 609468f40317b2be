#include "eval/run/project.h"
#include "eval/base/file.h"
#include "eval/base/nearest.h"
#include "eval/run/gate.h"
#include "eval/run/project_private.h"
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

bool project_error(struct project_reader *reader, const struct yaml *node, const char *format, ...)
{
	struct error error;
	va_list list;
	va_start(list, format);
	vsnprintf(error.message, sizeof error.message, format, list);
	va_end(list);
	return error_list_at(reader->errors, ERROR_CONFIG, reader->fields.file, node ? node->line : 0, node ? node->column : 0,
		"%s", error.message);
}

bool project_error_of(struct project_reader *reader, const struct yaml *node, struct error *error)
{
	if (error->file[0])
		error_list_add(reader->errors, error);
	else
		project_error(reader, node, "%s", error->message);
	return false;
}

static bool name_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_' ||
	       byte == '-' || byte == '.';
}

bool project_name_check(struct project_reader *reader, const struct yaml *key, const char *what)
{
	bool good = key->text.length > 0 && key->text.length <= 100;
	for (size_t i = 0; good && i < key->text.length; i++)
		good = name_byte(key->text.data[i]);
	return good || project_error(reader, key, "the name of a %s has letters, digits, `-`, `_` and `.`, at most 100", what);
}

const char *project_hint(struct project_reader *reader, const char *word, const char *const *names, size_t count)
{
	return nearest_hint(reader->fields.arena, word, names, count);
}

const char *project_path(const struct project *project, const char *path)
{
	return path_join(project->arena, project->directory, path);
}

const char *node_string(struct project_reader *reader, const struct yaml *node)
{
	if (!node || node->kind == YAML_LIST || node->kind == YAML_MAP || node->kind == YAML_NULL)
		return NULL;
	return text_copy(reader->fields.arena, node->text).data;
}

/* ---- merging maps ------------------------------------------------------------------------------------------------------- */

static bool merges_deep(const struct yaml *key)
{
	return text_equal(key->text, TEXT("params")) || text_equal(key->text, TEXT("headers"));
}

static void map_set(struct yaml *map, struct yaml *key, struct yaml *value, struct arena *arena)
{
	for (size_t i = 0; i < map->count; i++)
		if (text_equal(map->keys[i]->text, key->text)) {
			bool both = map->items[i]->kind == YAML_MAP && value->kind == YAML_MAP && merges_deep(key);
			map->items[i] = both ? node_merge(arena, map->items[i], value) : value;
			return;
		}
	map->keys[map->count] = key;
	map->items[map->count++] = value;
}

struct yaml *node_merge(struct arena *arena, const struct yaml *parent, const struct yaml *child)
{
	struct yaml *merged = arena_take(arena, sizeof *merged);
	*merged = *child;
	size_t room = parent->count + child->count + 1;
	merged->keys = arena_take(arena, room * sizeof *merged->keys);
	merged->items = arena_take(arena, room * sizeof *merged->items);
	merged->count = 0;
	for (size_t i = 0; i < parent->count; i++)
		map_set(merged, parent->keys[i], parent->items[i], arena);
	for (size_t i = 0; i < child->count; i++)
		map_set(merged, child->keys[i], child->items[i], arena);
	return merged;
}

/* ---- the top level -------------------------------------------------------------------------------------------------------- */

struct top {
	const char *name, *description, *database, *cassette;
	long long concurrency, repeats, seed;
	double threshold, budget;
	bool any; /* no member may stand at offset 0 for `present` */
	bool has_threshold;
};

const struct field project_fields[] = {
	{"name", FIELD_STRING, offsetof(struct top, name), "name of the project, shown in reports; the folder's name by default"},
	{"description", FIELD_STRING, offsetof(struct top, description), "one line on what is evaluated"},
	{"database", FIELD_STRING, offsetof(struct top, database), "SQLite file that everything is recorded in",
		.fallback = "lever.db"},
	{"cassette", FIELD_STRING, offsetof(struct top, cassette),
		"recorded exchanges that `lever run` replays instead of calling (`--live` calls)"},
	{"concurrency", FIELD_INTEGER, offsetof(struct top, concurrency),
		"calls in flight at most; where it is not given the pace finds it, from 8 up to 64", .min = 1,
		.max = 4096,
		.fallback = "64"},
	{"budget", FIELD_NUMBER, offsetof(struct top, budget), "USD that one `lever run` or `lever probe` may spend at most; `--budget` beats it",
		.min = 0, .max = 1e6},
	{"repeats", FIELD_INTEGER, offsetof(struct top, repeats), "how often each case is asked", .min = 1, .max = 1000,
		.fallback = "1"},
	{"seed", FIELD_INTEGER, offsetof(struct top, seed), "seed of samples", .fallback = "1"},
	{"threshold", FIELD_NUMBER, offsetof(struct top, threshold),
		"a case passes when its weighted mean score reaches this; without it every scorer must pass", .min = 0, .max = 1,
		.present = offsetof(struct top, has_threshold)},
	{NULL},
};

static const char *const top_sections[] = {"models", "cases", "corpus", "examples", "variants", "scorers", "gates",
	"probes", "advice", "costs", "modes", NULL};

static void read_top(struct project_reader *reader, const struct yaml *root)
{
	struct project *project = reader->project;
	struct top top = {0};
	reader->fields.what = "the project";
	fields_read(&reader->fields, project_fields, root, top_sections, &top);
	char full[PATH_MAX];
	const char *folder = realpath(project->directory, full) ? path_base(full) : "project";
	project->name = top.name ? top.name : arena_string(project->arena, folder);
	project->description = top.description;
	const char *database = getenv("LEVER_DATABASE");
	project->database = database && *database ? arena_string(project->arena, database) : project_path(project, top.database);
	project->cassette = top.cassette ? project_path(project, top.cassette) : NULL;
	project->concurrency = top.concurrency;
	project->repeats = top.repeats;
	project->budget = top.budget;
	project->seed = top.seed;
	project->verdict = (struct verdict_rule){top.has_threshold, top.threshold};
}

static void read_sections(struct project_reader *reader, const struct yaml *root)
{
	struct project *project = reader->project;
	read_top(reader, root);
	project_read_models(reader, yaml_get(root, "models"));
	project_read_cases(reader, yaml_get(root, "cases"));
	project_read_corpora(reader, yaml_get(root, "corpus"));
	project_read_examples(reader, yaml_get(root, "examples"));
	project_read_probes(reader, yaml_get(root, "probes"));
	project_read_modes(reader, yaml_get(root, "modes"));
	project_read_advice(reader, yaml_get(root, "advice"), yaml_get(root, "costs"));
	project_read_variants(reader, yaml_get(root, "variants"));
	reader->fields.what = "scorers";
	if (yaml_get(root, "scorers"))
		scorers_read(&reader->fields, yaml_get(root, "scorers"), &project->scorers);
	project_read_verdicts(reader);
	project_read_gates(project, yaml_get(root, "gates"), reader->errors);
}

/* Mistakes in the order in which a person meets them in the project file, those of other files behind. */
static bool stands_behind(const struct error *error, const struct error *other, const char *file)
{
	bool own = strcmp(error->file, file) == 0, others = strcmp(other->file, file) == 0;
	int files = strcmp(error->file, other->file);
	if (own != others)
		return others;
	if (files || error->line != other->line)
		return files ? files > 0 : error->line > other->line;
	return error->column > other->column;
}

static void errors_sort(struct error_list *errors, size_t from, const char *file)
{
	for (size_t i = from + 1; i < errors->count; i++) {
		struct error error = errors->items[i];
		size_t at = i;
		for (; at > from && stands_behind(&errors->items[at - 1], &error, file); at--)
			errors->items[at] = errors->items[at - 1];
		errors->items[at] = error;
	}
}

/* ---- finding and reading ---------------------------------------------------------------------------------------------------- */

static const char *const file_names[] = {"lever.yaml", "lever.yml"};

static const char *file_in(struct arena *arena, const char *directory)
{
	for (size_t i = 0; i < COUNT(file_names); i++) {
		const char *file = path_join(arena, directory, file_names[i]);
		if (file_exists(file))
			return file;
	}
	return NULL;
}

/* The file in the folder, or, where none was named, in the nearest parent: as a relative path, which is what people want to read in
 * messages. */
static const char *file_find(struct arena *arena, const char *directory)
{
	if (directory)
		return file_in(arena, directory);
	const char *upwards = "";
	for (int depth = 0; depth < 64; depth++) {
		const char *file = file_in(arena, upwards);
		if (file)
			return file;
		upwards = arena_format(arena, "%s../", upwards);
		char full[PATH_MAX];
		if (realpath(upwards, full) && strcmp(full, "/") == 0)
			return file_in(arena, upwards);
	}
	return NULL;
}

static bool read_file(struct project_reader *reader, const char *directory, struct buffer *source)
{
	struct project *project = reader->project;
	struct error error;
	project->file = file_find(project->arena, directory);
	if (!project->file)
		return error_list_at(reader->errors, ERROR_CONFIG, NULL, 0, 0,
			"there is no lever.yaml in %s; `lever init` makes a project, `-C DIR` names one",
			directory ? directory : "this folder or a parent");
	project->directory = path_directory(project->arena, project->file);
	if (file_read(project->file, 16 << 20, source, &error))
		return true;
	error.kind = ERROR_CONFIG;
	error_list_add(reader->errors, &error);
	return false;
}

static void read_source(struct project_reader *reader, struct text source)
{
	struct project *project = reader->project;
	reader->fields.source = reader->source = text_copy(project->arena, source);
	struct yaml *root = yaml_parse(project->arena, reader->source, project->file, reader->errors);
	if (!root)
		return;
	project->root = root;
	if (root->kind != YAML_MAP) {
		project_error(
			reader, root, "a map was expected (`models:`, `cases:`, `variants:` …), this is %s", yaml_kind_name(root));
		return;
	}
	project_fill_environment(reader, root);
	read_sections(reader, root);
}

struct project *project_read(const char *directory, struct error_list *errors)
{
	struct project *project = memory_take(sizeof *project);
	project->arena = arena_create();
	struct project_reader reader = {.project = project, .errors = errors};
	CLEANUP(buffer_release) struct buffer source = BUFFER_EMPTY;
	size_t before = errors->found;
	if (read_file(&reader, directory, &source)) {
		reader.fields = (struct field_reader){project->arena, project->file, errors, "the project", .templates = &project->templates};
		size_t first = errors->count;
		read_source(&reader, buffer_text(&source));
		errors_sort(errors, first, project->file);
	}
	if (errors->found == before)
		return project;
	project_free(project);
	return NULL;
}

void project_free(struct project *project)
{
	if (!project)
		return;
	for (size_t i = 0; i < project->variant_count; i++) {
		struct variant *variant = project->variants[i];
		bool inherited = variant->parent && variant->parent->extract == variant->extract;
		if (!inherited)
			extractor_done((struct extractor *)variant->extract);
		if (!variant->parent || variant->parent->schema != variant->schema)
			json_decref(variant->schema);
		if (variant->tools && (!variant->parent || variant->parent->tools != variant->tools))
			json_decref(variant->tools->declaration);
		json_decref(variant->training);
		scorers_done(&variant->scorers);
	}
	for (size_t i = 0; i < project->model_count; i++) {
		json_decref(project->models[i]->params);
		json_decref((json_t *)project->models[i]->headers);
	}
	for (size_t i = 0; i < project->example_count; i++)
		if (project->examples[i].index)
			example_index_free(project->examples[i].index);
	scorers_done(&project->scorers);
	arena_free(project->arena);
	free(project);
}

struct variant *project_variant(const struct project *project, const char *name)
{
	for (size_t i = 0; i < project->variant_count; i++)
		if (strcmp(project->variants[i]->name, name) == 0)
			return project->variants[i];
	return NULL;
}

const struct model *project_model(const struct project *project, const char *name)
{
	for (size_t i = 0; i < project->model_count; i++)
		if (strcmp(project->models[i]->name, name) == 0)
			return project->models[i];
	return NULL;
}

const struct model *project_keep_model(struct project *project, struct model *model)
{
	json_incref((json_t *)model->headers);
	project->models = arena_grow(project->arena, project->models, project->model_count * sizeof *project->models,
		(project->model_count + 1) * sizeof *project->models);
	project->models[project->model_count++] = model;
	return model;
}

const struct scorers *variant_scorers(const struct variant *variant)
{
	return variant->probe && variant->parent && !variant->scorers.count ? &variant->parent->scorers : &variant->scorers;
}

const struct corpus_source *project_corpus(const struct project *project, const char *name)
{
	for (size_t i = 0; i < project->corpus_count; i++)
		if (strcmp(project->corpora[i].name, name) == 0)
			return &project->corpora[i];
	return NULL;
}
