/* Every lever against its parent: one family of tests. */
#include "eval/compare/compare_private.h"
#include <math.h>

static bool parent_index(const struct arm_set *set, const struct arm *arm, size_t *ret)
{
	for (size_t i = 0; arm->parent && i < set->count; i++)
		if (!strcmp(set->tables[i].arm.name, arm->parent) && set->tables[i].arm.run == arm->run) {
			*ret = i;
			return true;
		}
	return false;
}

void set_levers(const struct arm_set *set, struct arena *arena, struct pair_summary **pairs, size_t *count)
{
	struct pair_summary *list = arena_take(arena, (set->count + 1) * sizeof *list);
	size_t found = 0, parent;
	for (size_t i = 0; i < set->count; i++)
		if (parent_index(set, &set->tables[i].arm, &parent))
			set_pair(set, parent, i, arena, &list[found++]);
	holm_adjust(list, found);
	*pairs = list;
	*count = found;
}

void holm_adjust(struct pair_summary *pairs, size_t count)
{
	CLEANUP(memory_release) double *p = memory_take((count + 1) * sizeof *p);
	CLEANUP(memory_release) double *adjusted = memory_take((count + 1) * sizeof *adjusted);
	for (size_t i = 0; i < count; i++)
		p[i] = pairs[i].has_p ? pairs[i].p : NAN;
	holm(p, adjusted, count);
	for (size_t i = 0; i < count; i++) {
		pairs[i].p_holm = adjusted[i];
		pairs[i].family = count;
	}
}
