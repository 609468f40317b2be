#include "eval/base/file.h"
#include "eval/model/recorded.h"
#include "eval/run/plan_private.h"
#include "eval/store/recorded.h"

/* Recorded outputs go into the store once, found again by the hash of their bytes and mapping. */

struct recorded_reading {
	struct plan *plan;
	const struct recorded_mapping *mapping;
	const char *path;
	struct arena *arena;
	struct bad_rows bad;
	long long file, rows;
};

static bool recorded_take(void *data, struct dataset_row *row, struct error *error)
{
	struct recorded_reading *reading = data;
	const char *case_id;
	struct text body;
	int repeat;
	arena_reset(reading->arena);
	if (!recorded_key_from_row(reading->mapping, row, reading->path, reading->arena, &case_id, &repeat, error) ||
		!recorded_from_row(reading->mapping, row, reading->path, reading->arena, &body, error))
		return false;
	bool good = recorded_output_put(reading->plan->store, reading->file, case_id, repeat, row->line, body, error);
	reading->rows += good;
	reading->bad.good += good;
	return good;
}

static bool recorded_bad(void *data, const struct error *problem, struct error *fatal)
{
	struct recorded_reading *reading = data;
	if (reading->plan->options.skip_bad)
		reading->plan->skipped_outputs++;
	else
		bad_rows_add(&reading->bad, problem);
	return true;
}

/* Rows without an id are found by the content of the same vars as the cases, where nothing else is said. */
static void mapping_complete(const struct project *project, struct recorded_mapping *mapping)
{
	if (mapping->id || mapping->var_list || !project->case_source_count)
		return;
	mapping->var_list = project->cases[0].mapping.var_list;
	mapping->var_count = project->cases[0].mapping.var_count;
	mapping->inherited = true;
}

/* The file of a model's outputs as a source of rows. */
static struct case_source outputs_source(const struct project *project, const struct recorded_config *config, struct arena *arena)
{
	return (struct case_source){.path = config->file,
		.file = path_join(arena, project->directory, config->file),
		.format = config->format,
		.options = {.path = config->file,
			.at = config->at,
			.delimiter = config->delimiter ? config->delimiter[0] : '\0',
			.columns = field_strings_list(arena, &config->columns),
			.plain_quotes = !config->quotes,
			.where = config->where}};
}

static bool outputs_hash(const struct case_source *source, const struct recorded_mapping *mapping, bool skip_bad, struct hash *ret,
	struct error *error)
{
	struct hasher hasher;
	hasher_start(&hasher);
	recorded_mapping_write(mapping, &hasher);
	hasher_add_string(&hasher, skip_bad ? "skip" : "all");
	bool good = source_hash_add(source, &hasher, error);
	*ret = hasher_end(&hasher);
	return good;
}

static bool outputs_mapping(const struct project *project, const struct model *model, struct arena *arena, struct error_list *errors,
	struct recorded_mapping *ret)
{
	const struct recorded_config *config = model->config;
	struct field_reader fields = {arena, project->file, errors, arena_format(arena, "model %s", model->name)};
	if (!recorded_mapping_read(&fields, config->map, ret))
		return false;
	ret->verdicts = config->verdicts;
	mapping_complete(project, ret);
	return true;
}

bool recorded_hash_now(struct store *store, const struct project *project, const struct model *model, struct arena *arena,
	struct hash *hash, long long *row)
{
	struct case_source source = outputs_source(project, model->config, arena);
	struct recorded_mapping mapping;
	CLEANUP(error_list_release) struct error_list ignored = ERROR_LIST_EMPTY;
	struct error unread;
	*row = 0;
	if (!outputs_mapping(project, model, arena, &ignored, &mapping))
		return false;
	for (int all = 0; all < 2 && !*row; all++) /* read with --skip-bad, or else without */
		if (!outputs_hash(&source, &mapping, !all, hash, &unread) || !recorded_file_find(store, hash, row, &unread))
			return false;
	return true;
}

static bool recorded_read(struct plan *plan, const struct model *model, struct error_list *errors)
{
	struct recorded_config *config = model->config;
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct recorded_mapping mapping;
	struct error error = {0};
	struct case_source source = outputs_source(plan->project, config, plan->arena);
	struct recorded_reading reading = {plan, &mapping, config->file, arena, bad_rows_begin(errors, config->file), 0, 0};
	size_t before = errors->found;
	if (!outputs_mapping(plan->project, model, plan->arena, errors, &mapping))
		return false;
	bool good = outputs_hash(&source, &mapping, plan->options.skip_bad, &config->hash, &error);
	config->hashed = true;
	good = good && recorded_file_find(plan->store, &config->hash, &config->row, &error);
	if (good && !config->row)
		good = recorded_file_begin(plan->store, &config->hash, config->file, &reading.file, &error) &&
		       source_walk(&source, recorded_take, recorded_bad, &reading, &error) &&
		       recorded_file_end(plan->store, reading.file, reading.rows, &error);
	bad_rows_end(&reading.bad, true);
	if (!good)
		error_list_add(errors, &error);
	config->row = config->row ? config->row : reading.file;
	return good && errors->found == before;
}

bool plan_recorded(struct plan *plan, struct error_list *errors)
{
	bool good = true;
	for (size_t i = 0; i < plan->project->model_count; i++) {
		const struct model *model = plan->project->models[i];
		bool used = false;
		for (size_t v = 0; v < plan->project->variant_count; v++)
			used |= plan->project->variants[v]->model == model;
		if (used && model->api->kind == API_RECORDED)
			good &= recorded_read(plan, model, errors);
	}
	return good;
}
