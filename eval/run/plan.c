#include "eval/base/clock.h"
#include "eval/base/nearest.h"
#include "eval/run/plan_private.h"
#include "eval/store/batches.h"
#include <stdlib.h>

static struct plan_variant *planned_find(struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->variant_count; i++)
		if (strcmp(plan->variants[i].variant->name, name) == 0)
			return &plan->variants[i];
	return NULL;
}

static bool select_variants(struct plan *plan, struct error_list *errors)
{
	const struct run_options *options = &plan->options;
	bool good = true;
	for (size_t i = 0; i < plan->variant_count; i++)
		plan->variants[i].selected = options->variant_count == 0;
	for (size_t i = 0; i < options->variant_count; i++) {
		struct plan_variant *planned = planned_find(plan, options->variants[i]);
		if (planned) {
			planned->selected = true;
			continue;
		}
		const char **names = arena_take(plan->arena, plan->variant_count * sizeof *names);
		for (size_t v = 0; v < plan->variant_count; v++)
			names[v] = plan->variants[v].variant->name;
		good = error_list_at(errors, ERROR_USAGE, NULL, 0, 0, "--variant: there is no variant `%s`%s", options->variants[i],
			nearest_hint(plan->arena, options->variants[i], names, plan->variant_count));
	}
	return good;
}

/* After the variants are selected. */
static bool refresh_variants(struct plan *plan, struct error_list *errors)
{
	bool good = true;
	for (size_t i = 0; i < plan->variant_count; i++)
		plan->variants[i].refresh = plan->options.no_cache && plan->variants[i].selected;
	for (size_t i = 0; i < plan->options.refresh_count; i++) {
		const char *name = plan->options.refresh[i];
		struct plan_variant *planned = planned_find(plan, name);
		if (planned && planned->selected)
			planned->refresh = true;
		else
			good = error_list_at(errors, ERROR_USAGE, NULL, 0, 0,
				planned ? "--refresh: variant `%s` is left out by --variant" : "--refresh: there is no variant `%s`", name);
	}
	if ((plan->options.no_cache || plan->options.refresh_count) && plan->options.rescore)
		good = error_list_at(errors, ERROR_USAGE, NULL, 0, 0, "--rescore makes no call: leave --refresh and --no-cache out");
	return good;
}

static bool variant_refresh(struct plan *plan, struct plan_variant *planned, struct error *error)
{
	if (!call_last(plan->store, &planned->anew_after, error))
		return false;
	if (!plan->sampled)
		return attempts_reopen(plan->store, plan->test_set, planned->version, 0, error);
	for (size_t i = 0; i < plan->sample_count; i++)
		if (!attempts_reopen(plan->store, plan->test_set, planned->version, plan->sample[i], error))
			return false;
	return true;
}

/* What is to be asked anew is open again, and what an earlier run was to ask anew and did not is counted; the tallies follow. */
static bool attempts_refresh(struct plan *plan, struct error *error)
{
	bool any = false;
	for (size_t i = 0; i < plan->variant_count; i++) {
		struct plan_variant *planned = &plan->variants[i];
		long long count = 0;
		if (planned->refresh && !variant_refresh(plan, planned, error))
			return false;
		if (planned->selected && !attempts_anew_count(plan->store, plan->test_set, planned->version, &count, error))
			return false;
		plan->anew += count;
		any |= planned->refresh;
	}
	plan->settled &= !any;
	return !any ||
	       (tally_count(plan->store, plan->run, error) && run_set_state(plan->store, plan->run, "incomplete", 0, error));
}

static bool read_filter(struct plan *plan, struct error_list *errors)
{
	struct error error;
	if (!plan->options.filter || !*plan->options.filter)
		return true;
	plan->filter = filter_parse(plan->arena, plan->options.filter, &error);
	if (!plan->filter) {
		error_prefix(&error, "--filter");
		error_list_add(errors, &error);
		return false;
	}
	return !filter_needs_attempt(plan->filter) ||
	       error_list_at(errors, ERROR_USAGE, NULL, 0, 0,
		       "--filter chooses cases before they are run: tag:, id:, cluster: and words");
}

bool plan_corpora(struct plan *plan, struct error_list *errors)
{
	struct project *project = plan->project;
	struct error error;
	for (size_t i = 0; i < project->corpus_count; i++) {
		const struct corpus_source *corpus = &project->corpora[i];
		struct index_report report;
		/* one that no variant retrieves from yet too: the advice looks whether it holds the gold passages */
		if (!corpus_index(plan->store, corpus->name, corpus->folder, &corpus->passages, &report, &error)) {
			error_list_add(errors, &error);
			return false;
		}
	}
	return true;
}

static bool plan_examples(struct plan *plan, struct error_list *errors)
{
	bool good = true;
	for (size_t i = 0; i < plan->variant_count; i++)
		if (plan->variants[i].variant->examples)
			good &= examples_load(plan->project, plan->variants[i].variant->examples->set, errors);
	return good;
}

static bool open_cassettes(struct plan *plan, struct error_list *errors)
{
	const struct run_options *options = &plan->options;
	const char *replay = options->replay ? options->replay : options->live || options->record ? NULL : plan->project->cassette;
	const char *note = NULL;
	struct error error;
	bool good = (!replay || cassette_open(replay, &plan->replay, &note, &error)) &&
		    (!options->record || cassette_record(options->record, &plan->record, &error));
	if (!good)
		error_list_add(errors, &error);
	return good;
}

/* ---- the run ---------------------------------------------------------------------------------------------------------------- */

static bool manifest_make(struct plan *plan, struct hash *ret, struct error *error)
{
	struct hasher hasher;
	struct hash cases;
	if (!test_set_hash(plan->store, plan->test_set, &cases, error))
		return false;
	hasher_start(&hasher);
	hasher_add_string(&hasher, "run");
	hasher_add(&hasher, cases.bytes, HASH_SIZE);
	for (size_t i = 0; i < plan->variant_count; i++)
		if (!plan->variants[i].variant->probe) /* evidence may join a run at any time */
			hasher_add(&hasher, plan->variants[i].hash.bytes, HASH_SIZE);
	hasher_add(&hasher, &plan->repeats, sizeof plan->repeats);
	hasher_add(&hasher, &plan->seed, sizeof plan->seed);
	*ret = hasher_end(&hasher);
	return true;
}

static struct run_variant run_variant_of(const struct plan_variant *planned)
{
	const struct variant *variant = planned->variant;
	return (struct run_variant){.version = planned->version,
		.name = variant->name,
		.lever = variant->lever->name,
		.parent = variant->parent_name,
		.model = variant->model && !variant->route ? variant->model->name : NULL,
		.generated = variant->probe != NULL,
		.probe = variant->probe ? variant->probe->name : NULL};
}

/* Probes that were not there when the run began join it; a lever or a parent that was named otherwise then is as it is named now. */
static bool variants_renew(struct plan *plan, struct error *error)
{
	bool joined = false;
	for (size_t i = 0; i < plan->variant_count; i++) {
		struct run_variant row = run_variant_of(&plan->variants[i]);
		bool new = false;
		if (row.generated && !run_join(plan->store, plan->run, &row, &new, error))
			return false;
		if (!run_variant_describe(plan->store, plan->run, &row, error))
			return false;
		joined |= new;
	}
	return !joined ||
	       (tally_count(plan->store, plan->run, error) && run_set_state(plan->store, plan->run, "incomplete", 0, error));
}

static bool run_open_new(struct plan *plan, const struct hash *manifest, struct error *error)
{
	struct run_row run = {.uid = uid_make(),
		.manifest = *manifest,
		.test_set = plan->test_set,
		.grading = plan->grading,
		.repeats = plan->repeats,
		.seed = plan->seed,
		.state = "running",
		.project = plan->project->name,
		.program = LEVER_VERSION,
		.started_at = clock_wall()};
	run.variants = arena_take(plan->arena, plan->variant_count * sizeof *run.variants);
	for (size_t i = 0; i < plan->variant_count; i++)
		run.variants[run.variant_count++] = run_variant_of(&plan->variants[i]);
	plan->new_run = true;
	if (!run_put(plan->store, &run, error))
		return false;
	plan->run = run.id;
	return true;
}

static bool run_open_again(struct plan *plan, struct error *error)
{
	struct run_row run;
	bool found;
	if (!run_get(plan->store, plan->run, plan->arena, &run, &found, error))
		return false;
	if (!run_touch(plan->store, plan->run, error))
		return false;
	plan->skipped = run.skipped_count;
	plan->settled = run.grading == plan->grading && strcmp(run.state, "complete") == 0 && !plan->options.draw_count;
	if (run.grading == plan->grading)
		return true;
	return run_set_grading(plan->store, plan->run, plan->grading, error) &&
	       run_set_state(plan->store, plan->run, "incomplete", 0, error) && tally_count(plan->store, plan->run, error);
}

static bool run_was_complete(struct plan *plan, struct error *error)
{
	struct run_row run;
	bool found;
	if (!run_get(plan->store, plan->run, plan->arena, &run, &found, error))
		return false;
	plan->was_complete = found && strcmp(run.state, "complete") == 0;
	return true;
}

static bool run_open(struct plan *plan, struct error *error)
{
	struct hash manifest;
	if (!manifest_make(plan, &manifest, error) || !run_of_manifest(plan->store, &manifest, &plan->run, error))
		return false;
	if (plan->options.within && plan->run != plan->options.within)
		return error_set(error, ERROR_USAGE,
			"the project changed since run %lld (prompts, models, examples or cases): `lever run` first, then what it fails can be "
			"probed",
			plan->options.within);
	if (plan->run)
		return run_was_complete(plan, error) && variants_renew(plan, error) && run_open_again(plan, error);
	return run_open_new(plan, &manifest, error) && tally_count(plan->store, plan->run, error) && run_open_again(plan, error);
}

static bool count_taken_over(struct plan *plan, struct error *error)
{
	struct tally *tallies;
	size_t count;
	if (!tally_list(plan->store, plan->run, plan->arena, &tallies, &count, error))
		return false;
	for (size_t i = 0; i < count; i++)
		plan->taken_over += tallies[i].passed + tallies[i].failed;
	return true;
}

static bool batches_look(struct plan *plan, struct error *error)
{
	int64_t since = plan->options.began ? plan->options.began : INT64_MAX;
	if (!batch_any(plan->store, since, &plan->batches, error))
		return false;
	plan->batches |= plan->options.batch;
	return true;
}

static bool plan_store(struct plan *plan, struct error_list *errors)
{
	struct error error = {0};
	size_t before = errors->found;
	if (!store_begin(plan->store, &error)) {
		error_list_add(errors, &error);
		return false;
	}
	/* All three are read whatever the others say, so that every mistake is told in one pass. */
	bool cases = plan_cases(plan, errors), examples = plan_examples(plan, errors), recorded = plan_recorded(plan, errors);
	bool good = cases && plan_templates(plan, errors) && examples && recorded;
	good = good && plan_versions(plan, &error) && plan_grading(plan, &error) && run_open(plan, &error) &&
	       plan_sample(plan, &error) && attempts_refresh(plan, &error) && count_taken_over(plan, &error) &&
	       batches_look(plan, &error) && (plan->options.dry || store_commit(plan->store, &error));
	if (good)
		return true;
	store_rollback(plan->store);
	if (errors->found == before)
		error_list_add(errors, &error);
	return false;
}

static void variants_list(struct plan *plan)
{
	struct project *project = plan->project;
	plan->variant_count = project->variant_count;
	plan->variants = arena_take(plan->arena, plan->variant_count * sizeof *plan->variants);
	for (size_t i = 0; i < plan->variant_count; i++)
		plan->variants[i].variant = project->variants[i];
}

struct plan *plan_make(struct project *project, struct store *store, const struct run_options *options, struct error_list *errors)
{
	struct plan *plan = memory_take(sizeof *plan);
	plan->project = project;
	plan->store = store;
	plan->options = *options;
	plan->arena = arena_create();
	plan->repeats = (int)(options->repeats ? options->repeats : project->repeats);
	plan->seed = project->seed;
	variants_list(plan);
	bool variants = select_variants(plan, errors) && refresh_variants(plan, errors), filter = read_filter(plan, errors);
	bool good = variants && filter;
	good = good && open_cassettes(plan, errors) && plan_corpora(plan, errors) && plan_store(plan, errors);
	if (good)
		return plan;
	plan_free(plan);
	return NULL;
}

bool plan_probes_only(const struct plan *plan)
{
	for (size_t i = 0; i < plan->variant_count; i++)
		if (plan->variants[i].selected && !plan->variants[i].variant->probe)
			return false;
	return true;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	if (plan->options.dry)
		store_rollback(plan->store);
	if (plan->replay)
		cassette_close(plan->replay);
	if (plan->record)
		cassette_close(plan->record);
	arena_free(plan->arena);
	free(plan);
}
