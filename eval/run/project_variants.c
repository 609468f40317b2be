#include "eval/base/file.h"
#include "eval/run/project_private.h"

/* Variants: each says which lever it pulls against which parent, and takes over from the parent what it does not say itself. */

struct variant_settings {
	const char *lever, *parent, *model, *probe, *hypothesis, *description;
	long long samples;
	const struct yaml *prompt, *examples, *retrieve, *extract, *schema, *tools, *route, *training, *scorers;
};

const struct field variant_fields[] = {
	{"lever", FIELD_STRING, offsetof(struct variant_settings, lever),
		"what it pulls against its parent: see `lever show levers`"},
	{"parent", FIELD_STRING, offsetof(struct variant_settings, parent), "the variant it is compared with, and starts from"},
	{"model", FIELD_STRING, offsetof(struct variant_settings, model), "name of a model"},
	{"probe", FIELD_STRING, offsetof(struct variant_settings, probe),
		"this is a probe of its parent, evidence and no lever: see `lever show probes`"},
	{"prompt", FIELD_JSON, offsetof(struct variant_settings, prompt), "a file, or the text itself"},
	{"examples", FIELD_JSON, offsetof(struct variant_settings, examples),
		"few-shot examples: {from: NAME, select: nearest, k: 4}"},
	{"retrieve", FIELD_JSON, offsetof(struct variant_settings, retrieve), "passages for the prompt: {from: CORPUS, k: 4}"},
	{"extract", FIELD_JSON, offsetof(struct variant_settings, extract),
		"takes the answer out of the output: see `lever show extractors`"},
	{"schema", FIELD_JSON, offsetof(struct variant_settings, schema),
		"JSON Schema the output is held to: a file or the schema itself"},
	{"samples", FIELD_INTEGER, offsetof(struct variant_settings, samples), "answers of which the majority counts", .max = 101},
	{"tools", FIELD_JSON, offsetof(struct variant_settings, tools),
		"tools it may call, in 4 turns at most: [{name, parameters, answer}]; in more: {rounds: 8, list: [{name, …}]}"},
	{"route", FIELD_JSON, offsetof(struct variant_settings, route),
		"sends each case to a variant: {rules: [{when: \"tag:x\", variant: a}], default: b}"},
	{"training", FIELD_JSON, offsetof(struct variant_settings, training),
		"what a tuned model was trained on: a file, or a map of notes: {file: all.csv, where: {split: train}}, in JSON also `at`; "
		"test cases are looked for in it"},
	{"scorers", FIELD_JSON, offsetof(struct variant_settings, scorers), "scorers for this variant beside the project's"},
	{"hypothesis", FIELD_STRING, offsetof(struct variant_settings, hypothesis), "what the lever is expected to do, in words"},
	{"description", FIELD_STRING, offsetof(struct variant_settings, description), "one line"},
	{NULL},
};

struct pending {
	struct variant *variant;
	const struct yaml *key, *node;
	enum { UNREAD, READING, READ } state;
};
struct pending_list {
	struct pending *items;
	size_t count;
	const char **names;
};

static const char *variant_hint(struct project_reader *reader, const char *word)
{
	struct project *project = reader->project;
	const char **names = arena_take(project->arena, (project->variant_count + 1) * sizeof *names);
	for (size_t i = 0; i < project->variant_count; i++)
		names[i] = project->variants[i]->name;
	return project_hint(reader, word, names, project->variant_count);
}

/* ---- the parts of a variant ------------------------------------------------------------------------------------------------ */

static bool is_file_name(struct text text)
{
	if (text.length == 0 || text.length > 1000 || memchr(text.data, '\n', text.length) || text_find(text, TEXT("{{"), 0) >= 0)
		return false;
	return !memchr(text.data, ' ', text.length);
}

static void read_prompt(struct project_reader *reader, struct variant *variant, const struct yaml *node)
{
	struct project *project = reader->project;
	const struct yaml *file = node->kind == YAML_MAP ? yaml_get(node, "file") : NULL,
			  *text = node->kind == YAML_MAP ? yaml_get(node, "text") : NULL;
	if (node->kind == YAML_MAP && ((!file && !text) || node->count != 1)) {
		static const char *const keys[] = {"file", "text"};
		const char *word = node->count ? text_copy(project->arena, node->keys[0]->text).data : "";
		project_error(reader, node, "`prompt` is a file name, a text, {file: …} or {text: …}%s",
			node->count == 1 ? project_hint(reader, word, keys, COUNT(keys)) : "");
		return;
	}
	if (node->kind == YAML_LIST) {
		project_error(reader, node, "`prompt` is a file name or a text; put messages into a file of their own");
		return;
	}
	const struct yaml *value = file ? file : text ? text : node;
	if (text || (!file && !is_file_name(value->text))) {
		variant->prompt = prompt_read_text(project->arena, value, reader->source, project->file, reader->errors);
		return;
	}
	const char *path = node_string(reader, value);
	if (!file_exists(project_path(project, path)))
		project_error(reader, value, "there is no file %s (a prompt that is a text of one word goes into {text: …})", path);
	else
		variant->prompt = prompt_read_file(project->arena, path, project_path(project, path), reader->errors);
}

struct examples_settings {
	const char *from;
	long long k;
	int select;
};

static const char *const select_names[] = {"static", "nearest", NULL};
const struct field examples_use_fields[] = {
	{"from", FIELD_STRING, offsetof(struct examples_settings, from), "name of a set of examples", .required = true},
	{"k", FIELD_INTEGER, offsetof(struct examples_settings, k), "how many", .min = 1, .max = 1000, .fallback = "4"},
	{"select", FIELD_CHOICE, offsetof(struct examples_settings, select), "the first k, or those nearest to the case (BM25)",
		.choices = select_names, .fallback = "static"},
	{NULL},
};

static struct example_set *example_set_find(const struct project *project, const char *name)
{
	for (size_t i = 0; i < project->example_count; i++)
		if (strcmp(project->examples[i].name, name) == 0)
			return &project->examples[i];
	return NULL;
}

static void read_examples(struct project_reader *reader, struct variant *variant, const struct yaml *node)
{
	struct project *project = reader->project;
	struct examples_settings settings = {.k = 4};
	if (node->kind == YAML_STRING)
		settings.from = node_string(reader, node);
	else if (!fields_read(&reader->fields, examples_use_fields, node, NULL, &settings))
		return;
	struct example_set *set = example_set_find(project, settings.from);
	if (!set) {
		const char **names = arena_take(project->arena, (project->example_count + 1) * sizeof *names);
		for (size_t i = 0; i < project->example_count; i++)
			names[i] = project->examples[i].name;
		const struct yaml *from = yaml_get(node, "from");
		project_error(reader, from ? from : node, "there are no examples `%s`%s", settings.from,
			project_hint(reader, settings.from, names, project->example_count));
		return;
	}
	struct example_use *use = arena_take(project->arena, sizeof *use);
	*use = (struct example_use){.set = set, .select = settings.select, .k = settings.k};
	variant->examples = use;
}

struct retrieve_settings {
	const char *from, *query, *when;
	long long k, max_tokens;
};

const struct field retrieve_fields[] = {
	{"from", FIELD_STRING, offsetof(struct retrieve_settings, from), "name of a corpus", .required = true},
	{"k", FIELD_INTEGER, offsetof(struct retrieve_settings, k), "passages at most", .min = 1, .max = 1000, .fallback = "4"},
	{"query", FIELD_STRING, offsetof(struct retrieve_settings, query),
		"template of the question; all vars one after the other by default"},
	{"when", FIELD_STRING, offsetof(struct retrieve_settings, when), "only for cases that match, as \"tag:knowledge\""},
	{"max_tokens", FIELD_INTEGER, offsetof(struct retrieve_settings, max_tokens),
		"passages stop before this many tokens (estimated); 0: no limit", .min = 0, .max = 10000000, .fallback = "0"},
	{NULL},
};

static const struct filter *read_when(struct project_reader *reader, const struct yaml *node, const char *text)
{
	struct error error;
	if (!text)
		return NULL;
	const struct filter *filter = filter_parse(reader->fields.arena, text, &error);
	if (!filter)
		project_error(reader, node, "`when`: %s", error.message);
	else if (filter_needs_attempt(filter))
		project_error(reader, node, "`when` looks at the case alone: tag:, id:, cluster: and words");
	return filter;
}

static const struct corpus_source *corpus_named(struct project_reader *reader, const struct yaml *node, const char *name)
{
	struct project *project = reader->project;
	const struct corpus_source *corpus = project_corpus(project, name);
	const struct yaml *from = yaml_get(node, "from");
	if (corpus)
		return corpus;
	const char **names = arena_take(project->arena, (project->corpus_count + 1) * sizeof *names);
	for (size_t i = 0; i < project->corpus_count; i++)
		names[i] = project->corpora[i].name;
	project_error(reader, from ? from : node, "there is no corpus `%s`%s", name,
		project_hint(reader, name, names, project->corpus_count));
	return NULL;
}

static void read_retrieve(struct project_reader *reader, struct variant *variant, const struct yaml *node)
{
	struct project *project = reader->project;
	struct retrieve_settings settings = {.k = 4};
	struct error error;
	if (node->kind == YAML_STRING)
		settings.from = node_string(reader, node);
	else if (!fields_read(&reader->fields, retrieve_fields, node, NULL, &settings))
		return;
	struct retrieval_use *use = arena_take(project->arena, sizeof *use);
	*use = (struct retrieval_use){.corpus = corpus_named(reader, node, settings.from),
		.k = settings.k,
		.query_text = settings.query,
		.when_text = settings.when,
		.max_tokens = settings.max_tokens};
	use->when = read_when(reader, yaml_get(node, "when"), settings.when);
	const struct yaml *query = yaml_get(node, "query");
	struct text_place place = query ? scalar_place(reader->source, query) : (struct text_place){0};
	use->query_place = place;
	if (settings.query &&
		!(use->query = template_parse(project->arena, text_of(settings.query), project->file, place.line, &error))) {
		text_place_apply(&place, &error);
		error_list_add(reader->errors, &error);
	}
	variant->retrieve = use;
}

static void read_schema(struct project_reader *reader, struct variant *variant, const struct yaml *node)
{
	CLEANUP(buffer_release) struct buffer source = BUFFER_EMPTY;
	struct error error;
	variant->schema_node = node;
	if (node->kind == YAML_MAP) {
		variant->schema = yaml_json(node);
		return;
	}
	const char *path = node_string(reader, node);
	if (!path) {
		project_error(reader, node, "`schema` is a file or a JSON Schema, this is %s", yaml_kind_name(node));
		return;
	}
	if (!file_exists(project_path(reader->project, path))) {
		project_error(reader, node, "there is no file %s", path);
		return;
	}
	if (!file_read(project_path(reader->project, path), 4 << 20, &source, &error)) {
		project_error(reader, node, "%s %s", path, error.message);
		return;
	}
	variant->schema = json_parse(buffer_text(&source), &error);
	if (!variant->schema)
		error_list_at(reader->errors, ERROR_CONFIG, path, error.line, error.column, "%s", error.message);
}

static void read_training(struct project_reader *reader, struct variant *variant, const struct yaml *node)
{
	const char *path = node_string(reader, node);
	struct hash hash;
	char hex[HASH_HEX];
	if (!path) {
		variant->training = yaml_json(node);
		return;
	}
	if (!hash_of_file(project_path(reader->project, path), &hash)) {
		project_error(reader, node, "there is no file %s", path);
		return;
	}
	hash_hex(&hash, hex);
	variant->training = json_pack("{s:s, s:s}", "file", path, "sha256", hex);
}

/* ---- one variant ---- */

static void variant_inherit(struct variant *variant, const struct variant *parent)
{
	variant->model = parent->model;
	variant->prompt = parent->prompt;
	variant->examples = parent->examples;
	variant->retrieve = parent->retrieve;
	variant->extract = parent->extract;
	variant->schema = parent->schema;
	variant->schema_node = parent->schema_node;
	variant->tools = parent->tools;
}

static const struct lever_type *read_lever(struct project_reader *reader, const struct yaml *node, const char *name)
{
	const char *names[64];
	size_t count = 0;
	const struct lever_type *lever = lever_find(name);
	if (lever)
		return lever;
	for (; lever_types[count] && count < COUNT(names); count++)
		names[count] = lever_types[count]->name;
	project_error(reader, node, "there is no lever `%s`%s (`lever show levers` lists them)", name,
		project_hint(reader, name, names, count));
	return NULL;
}

/* `key: ~` takes away what the parent has. */
static bool is_given(const struct yaml *node, const char *key, const struct yaml **value)
{
	*value = yaml_get(node, key);
	return *value && (*value)->kind != YAML_NULL;
}

static void read_parts(struct project_reader *reader, struct variant *variant, const struct yaml *node)
{
	const struct yaml *value;
	if (is_given(node, "prompt", &value))
		read_prompt(reader, variant, value);
	if (is_given(node, "examples", &value))
		read_examples(reader, variant, value);
	else if (value)
		variant->examples = NULL;
	if (is_given(node, "retrieve", &value))
		read_retrieve(reader, variant, value);
	else if (value)
		variant->retrieve = NULL;
	if (is_given(node, "extract", &value))
		variant->extract = extractor_read(&reader->fields, value);
	else if (value)
		variant->extract = NULL;
	if (is_given(node, "schema", &value))
		read_schema(reader, variant, value);
	else if (value)
		variant->schema = NULL;
	if (is_given(node, "tools", &value))
		project_read_tools(reader, variant, value);
	else if (value)
		variant->tools = NULL;
	if (is_given(node, "training", &value))
		read_training(reader, variant, value);
	if (is_given(node, "scorers", &value))
		scorers_read(&reader->fields, value, &variant->scorers);
}

static void check_whole(struct project_reader *reader, struct variant *variant, const struct pending *pending)
{
	struct error error;
	bool recorded = variant->model && variant->model->api && variant->model->api->kind == API_RECORDED;
	if (variant->route)
		return;
	if (!variant->model)
		project_error(reader, pending->key, "variant %s has no model: name one with `model:`, or a parent that has one",
			variant->name);
	else if (variant->model->api && !recorded && !variant->prompt)
		project_error(reader, pending->key,
			"variant %s has no prompt: name a file with `prompt:`, or a parent that has one", variant->name);
	else if (!recorded && !variant->probe && variant->lever && variant->lever->check && !variant->lever->check(variant, &error))
		project_error(reader, pending->key, "variant %s: %s", variant->name, error.message);
	else if (!recorded && variant->model->api && variant->tools && !model_takes(variant->model, "tools"))
		project_error(reader, pending->key, "variant %s has tools, which its model cannot call: a reply of api %s has no place for calls",
			variant->name, variant->model->api->name);
	else if (!recorded && variant->model->api && variant->schema && !model_takes(variant->model, "schema"))
		project_error(reader, pending->key, "variant %s has a schema, which the `body` of model %s does not use: write {{ schema }} in it",
			variant->name, variant->model->name);
}

static void variant_read(struct project_reader *reader, struct pending_list *list, struct pending *pending);

static struct pending *pending_find(struct pending_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].variant->name, name) == 0)
			return &list->items[i];
	return NULL;
}

static void read_parent(struct project_reader *reader, struct pending_list *list, struct variant *variant, const struct yaml *node)
{
	struct pending *parent = pending_find(list, variant->parent_name);
	if (!parent) {
		project_error(reader, node, "there is no variant `%s`%s", variant->parent_name,
			variant_hint(reader, variant->parent_name));
		return;
	}
	if (parent->state == READING) {
		project_error(
			reader, node, "`parent` goes round in a circle: %s comes back to %s", variant->name, variant->parent_name);
		return;
	}
	variant_read(reader, list, parent);
	variant->parent = parent->variant;
	variant_inherit(variant, parent->variant);
}

static void variant_read(struct project_reader *reader, struct pending_list *list, struct pending *pending)
{
	struct variant *variant = pending->variant;
	struct variant_settings settings = {0};
	if (pending->state != UNREAD)
		return;
	pending->state = READING;
	size_t before = reader->errors->found;
	const char *what = arena_format(reader->fields.arena, "variant %s", variant->name);
	reader->fields.what = what;
	if (fields_read(&reader->fields, variant_fields, pending->node, NULL, &settings) || pending->node->kind == YAML_MAP) {
		variant->parent_name = settings.parent;
		variant->samples = settings.samples;
		variant->hypothesis = settings.hypothesis;
		variant->description = settings.description;
		if (settings.parent)
			read_parent(reader, list, variant, yaml_get(pending->node, "parent"));
		reader->fields.what = what;
		const char *lever = settings.lever ? settings.lever : settings.probe && variant->parent && variant->parent->lever
			? variant->parent->lever->name : "prompt";
		variant->lever = read_lever(reader, yaml_get(pending->node, "lever"), lever);
		if (settings.probe)
			project_read_probe(reader, variant, yaml_get(pending->node, "probe"), settings.probe);
		if (settings.model)
			variant->model = project_model_named(reader, yaml_get(pending->node, "model"), settings.model);
		read_parts(reader, variant, pending->node);
	}
	pending->state = READ;
	const struct yaml *route;
	if (is_given(pending->node, "route", &route))
		variant->route = arena_take(reader->fields.arena, sizeof *variant->route);
	if (reader->errors->found == before)
		check_whole(reader, variant, pending);
}

/* Routes name variants, so they are read when all variants are there. */
static void read_all_routes(struct project_reader *reader, struct pending_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct yaml *route;
		if (list->items[i].variant->route && is_given(list->items[i].node, "route", &route)) {
			reader->fields.what = arena_format(reader->fields.arena, "variant %s", list->items[i].variant->name);
			project_read_routes(reader, list->items[i].variant, route);
		}
	}
}

void project_read_variants(struct project_reader *reader, const struct yaml *node)
{
	struct project *project = reader->project;
	if (!node || node->kind != YAML_MAP || !node->count) {
		project_error(reader, node ? node : project->root,
			"there are no variants: `variants:` is a map from names to {lever, model, prompt, …}");
		return;
	}
	struct pending_list list = {.items = arena_take(project->arena, node->count * sizeof *list.items)};
	project->variants = arena_take(project->arena, node->count * sizeof *project->variants);
	for (size_t i = 0; i < node->count; i++) {
		if (!project_name_check(reader, node->keys[i], "variant"))
			continue;
		struct variant *variant = arena_take(project->arena, sizeof *variant);
		variant->name = text_copy(project->arena, node->keys[i]->text).data;
		variant->file = project->file;
		variant->line = node->keys[i]->line;
		variant->column = node->keys[i]->column;
		list.items[list.count++] = (struct pending){variant, node->keys[i], node->items[i], UNREAD};
		project->variants[project->variant_count++] = variant;
	}
	for (size_t i = 0; i < list.count; i++)
		variant_read(reader, &list, &list.items[i]);
	read_all_routes(reader, &list);
}
