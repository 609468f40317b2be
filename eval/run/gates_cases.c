/* The cases as the files have them now, beside those of a run: a gate on answers to other questions would judge the past. */
#include "eval/run/gate.h"
#include "eval/run/plan_private.h"
#include "eval/store/cases.h"
#include <stdlib.h>

#define PAGE 500

struct case_list {
	struct gate_arm *arm;
	struct arena *arena, *scratch;
	const struct case_source *source;
	size_t room;
};

static void case_put(struct case_list *list, struct case_row *row)
{
	case_hash(row);
	*LIST_MORE(list->arena, list->arm->cases, list->arm->count, list->room) =
		(struct gate_case){.id = arena_string(list->arena, row->id), .input = row->input_hash, .gold = row->gold_hash};
}

static bool row_take(void *data, struct dataset_row *row, struct error *error)
{
	struct case_list *list = data;
	struct case_row one;
	arena_reset(list->scratch);
	if (!case_from_row(&list->source->mapping, row, list->source->path, list->scratch, &one, error))
		return false;
	case_put(list, &one);
	return true;
}

/* Bad rows are no cases, as with --skip-bad; `lever run` tells of them. */
static bool row_bad(void *data, const struct error *problem, struct error *fatal)
{
	(void)data;
	(void)problem;
	(void)fatal;
	return true;
}

static int id_order(const void *a, const void *b)
{
	return strcmp(((const struct gate_case *)a)->id, ((const struct gate_case *)b)->id);
}

/* What `once` leaves out, and ids that are there twice, which no run has. */
static void again_drop(struct gate_arm *arm)
{
	size_t kept = 0;
	if (arm->count)
		qsort(arm->cases, arm->count, sizeof *arm->cases, id_order);
	for (size_t i = 0; i < arm->count; i++)
		if (!kept || id_order(&arm->cases[kept - 1], &arm->cases[i]) != 0)
			arm->cases[kept++] = arm->cases[i];
	arm->count = kept;
}

static bool now_read(const struct project *project, struct case_list *list)
{
	struct error ignored;
	for (size_t i = 0; i < project->case_source_count; i++) {
		list->source = &project->cases[i];
		if (!source_walk(list->source, row_take, row_bad, list, &ignored))
			return false;
	}
	again_drop(list->arm);
	return true;
}

static bool then_read(struct store *store, long long test_set, struct case_list *list, struct error *error)
{
	struct case_row *rows;
	size_t count;
	long long after = 0;
	do {
		arena_reset(list->scratch);
		if (!case_page(store, test_set, after, PAGE, list->scratch, &rows, &count, error))
			return false;
		for (size_t i = 0; i < count; i++) {
			after = rows[i].position;
			case_put(list, &rows[i]);
		}
	} while (count);
	return true;
}

static bool sources_same(
	struct store *store, const struct project *project, const struct run_row *run, bool *same, struct error *error)
{
	*same = false;
	for (int skip_bad = 0; skip_bad < 2 && !*same; skip_bad++) {
		struct hash hash;
		struct error unreadable;
		long long test_set, count;
		if (!cases_hash(project, skip_bad, &hash, &unreadable)) {
			*same = true; /* nothing is known of it */
			return true;
		}
		if (!test_set_of_source(store, &hash, &test_set, &count, error))
			return false;
		*same = test_set == run->test_set;
	}
	return true;
}

bool gate_cases_changed(struct store *store, const struct project *project, const struct run_row *run, struct arena *arena,
	const char **ret, struct error *error)
{
	CLEANUP(arena_release) struct arena *scratch = arena_create();
	struct gate_arm now = {0}, then = {.name = arena_format(arena, "run %lld", run->id)};
	struct case_list now_list = {.arm = &now, .arena = arena, .scratch = scratch},
			 then_list = {.arm = &then, .arena = arena, .scratch = scratch};
	bool same;
	*ret = NULL;
	if (!sources_same(store, project, run, &same, error))
		return false;
	if (same || !now_read(project, &now_list))
		return true;
	if (!then_read(store, run->test_set, &then_list, error))
		return false;
	*ret = gate_cases_differ(&now, &then, arena);
	return true;
}
