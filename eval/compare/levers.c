/* Every lever against its parent: one family of tests. */
#include "eval/compare/compare_private.h"
#include <math.h>
#include <stdlib.h>

struct tables {
	struct arm_table *items;
	bool *loaded;
	size_t count;
};

static void tables_release(struct tables *tables)
{
	for (size_t i = 0; i < tables->count; i++)
		if (tables->loaded[i])
			arm_table_release(&tables->items[i]);
	free(tables->items);
	free(tables->loaded);
}

static bool table_need(struct store *store, struct tables *tables, const struct arm *arms, size_t at, struct error *error)
{
	if (tables->loaded[at])
		return true;
	tables->loaded[at] = arm_table_load(store, &arms[at], &tables->items[at], error);
	return tables->loaded[at];
}

static bool parent_index(const struct arm *arms, size_t count, const struct arm *arm, size_t *ret)
{
	for (size_t i = 0; arm->parent && i < count; i++)
		if (!strcmp(arms[i].name, arm->parent)) {
			*ret = i;
			return true;
		}
	return false;
}

bool lever_pairs(struct store *store, long long run, struct arena *arena, struct pair_summary **pairs, size_t *count, struct error *error)
{
	struct arm *arms;
	size_t arm_count, found = 0, parent;
	if (!arm_list(store, run, arena, &arms, &arm_count, error))
		return false;
	CLEANUP(tables_release)
	struct tables tables = {memory_take(arm_count * sizeof *tables.items + 1), memory_take(arm_count + 1), arm_count};
	struct pair_summary *list = arena_take(arena, (arm_count + 1) * sizeof *list);
	for (size_t i = 0; i < arm_count; i++) {
		if (!parent_index(arms, arm_count, &arms[i], &parent))
			continue;
		if (!table_need(store, &tables, arms, i, error) || !table_need(store, &tables, arms, parent, error))
			return false;
		pair_of_tables(&tables.items[parent], &tables.items[i], arena, &list[found++]);
	}
	holm_adjust(list, found);
	*pairs = list;
	*count = found;
	return true;
}

void holm_adjust(struct pair_summary *pairs, size_t count)
{
	CLEANUP(memory_release) double *p = memory_take((count + 1) * sizeof *p);
	CLEANUP(memory_release) double *adjusted = memory_take((count + 1) * sizeof *adjusted);
	for (size_t i = 0; i < count; i++)
		p[i] = pairs[i].has_p ? pairs[i].p : NAN;
	holm(p, adjusted, count);
	for (size_t i = 0; i < count; i++)
		pairs[i].p_holm = adjusted[i];
}
