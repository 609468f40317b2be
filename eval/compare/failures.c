#include "eval/compare/compare_private.h"
#include <math.h>
#include <stdlib.h>

/* Arms of other runs may have their cases in another order: looked up by id. */
struct lookups {
	const struct arm_set *set;
	const struct table_case ***sorted; /* by arm */
};

static void lookups_release(struct lookups *lookups)
{
	for (size_t i = 0; i < lookups->set->count; i++)
		free(lookups->sorted[i]);
	free(lookups->sorted);
}

static struct lookups lookups_make(const struct arm_set *set)
{
	struct lookups ret = {.set = set, .sorted = memory_take((set->count + 1) * sizeof *ret.sorted)};
	for (size_t i = 0; i < set->count; i++)
		ret.sorted[i] = arm_table_by_id(&set->tables[i]);
	return ret;
}

/* The case of the first arm in another one; NULL when it has none with the same input. */
static const struct table_case *case_in(const struct lookups *lookups, size_t arm, size_t at, const struct table_case *wanted)
{
	const struct arm_table *table = &lookups->set->tables[arm];
	const struct table_case *found = at < table->count ? &table->cases[at] : NULL;
	if (!found || strcmp(found->id, wanted->id) != 0)
		found = table_case_find(lookups->sorted[arm], table->count, wanted->id);
	return found && found->input == wanted->input ? found : NULL;
}

static bool case_fails(const struct table_case *row)
{
	return row && row->rate < 1; /* false for NAN: not measured */
}

static signed char verdict_of_case(const struct table_case *row)
{
	if (!row || isnan(row->rate))
		return row && row->ungraded ? -2 : -1;
	if (row->rate == 1)
		return 1;
	return row->failed > 0 ? 0 : -1;
}

static bool fails_somewhere(const struct lookups *lookups, size_t at)
{
	const struct table_case *first = &lookups->set->tables[0].cases[at];
	for (size_t i = 0; i < lookups->set->count; i++)
		if (case_fails(case_in(lookups, i, at, first)))
			return true;
	return false;
}

static struct failure_row row_make(const struct lookups *lookups, size_t at, struct arena *arena)
{
	const struct table_case *first = &lookups->set->tables[0].cases[at];
	struct failure_row ret = {.position = first->position,
		.case_id = arena_string(arena, first->id),
		.attempts = arena_take(arena, lookups->set->count * sizeof *ret.attempts),
		.verdicts = arena_take(arena, lookups->set->count)};
	for (size_t i = 0; i < lookups->set->count; i++) {
		const struct table_case *row = case_in(lookups, i, at, first);
		ret.attempts[i] = row ? row->shown : 0;
		ret.verdicts[i] = verdict_of_case(row);
	}
	return ret;
}

void set_failures(
	const struct arm_set *set, size_t limit, struct arena *arena, struct failure_row **ret, size_t *count, long long *total)
{
	CLEANUP(lookups_release) struct lookups lookups = lookups_make(set);
	size_t cases = set->count ? set->tables[0].count : 0, room = 0, found = 0;
	struct failure_row *rows = NULL;
	*total = 0;
	for (size_t i = 0; i < cases; i++) {
		if (!fails_somewhere(&lookups, i))
			continue;
		++*total;
		if (found == limit)
			continue;
		if (found == room) {
			room = room ? 2 * room : 32;
			rows = arena_grow(arena, rows, found * sizeof *rows, room * sizeof *rows);
		}
		rows[found++] = row_make(&lookups, i, arena);
	}
	*ret = rows;
	*count = found;
}

bool failure_rows(struct store *store, const struct arm *arms, size_t arm_count, size_t limit, struct arena *arena,
	struct failure_row **ret, size_t *count, long long *total, struct error *error)
{
	CLEANUP(arm_set_release) struct arm_set *set = NULL;
	if (!arm_set_load(store, arms, arm_count, &set, error))
		return false;
	set_failures(set, limit, arena, ret, count, total);
	return true;
}
