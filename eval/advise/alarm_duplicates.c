#include "eval/advise/alarm.h"
#include <stdlib.h>

static int by_input(const void *left, const void *right)
{
	const struct evidence_case *const *a = left, *const *b = right;
	return (*a)->hash < (*b)->hash ? -1 : (*a)->hash > (*b)->hash;
}

/* The same question under several ids; one id twice is refused when the test set is read. */
static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	const struct evidence_case **sorted = arena_take(input->arena, (evidence->case_count + 1) * sizeof *sorted);
	for (size_t i = 0; i < evidence->case_count; i++)
		sorted[i] = &evidence->cases[i];
	qsort(sorted, evidence->case_count, sizeof *sorted, by_input);
	for (size_t i = 1; i < evidence->case_count; i++)
		if (sorted[i]->hash == sorted[i - 1]->hash)
			alarm_case(ret, sorted[i]->id, input->arena);
	*raised = ret->case_count > 0;
	ret->blocking = 10 * ret->case_count > evidence->case_count;
	ret->message =
		arena_format(input->arena, "%zu case%s what another one asks: they count twice, and intervals are too narrow",
			ret->case_count, ret->case_count == 1 ? " asks" : "s ask");
	return true;
}

const struct alarm_type alarm_duplicates = {
	.name = "duplicates",
	.summary = "the same question under several ids",
	.help = "Cases with equal vars count as independent without being so. Two cases of one id are refused when the test set is "
		"read.",
	.look = look,
};
