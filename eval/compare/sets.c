#include "eval/compare/compare_private.h"
#include <stdlib.h>

bool arm_set_load(struct store *store, const struct arm *arms, size_t count, struct arm_set **ret, struct error *error)
{
	CLEANUP(arm_set_release) struct arm_set *set = memory_take(sizeof *set);
	set->tables = memory_take((count + 1) * sizeof *set->tables);
	for (; set->count < count; set->count++)
		if (!arm_table_load(store, &arms[set->count], &set->tables[set->count], error))
			return false;
	*ret = set;
	set = NULL;
	return true;
}

void arm_set_free(struct arm_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->count; i++)
		arm_table_release(&set->tables[i]);
	free(set->tables);
	free(set);
}

void arm_set_release(struct arm_set **set)
{
	arm_set_free(*set);
}
