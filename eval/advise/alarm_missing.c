#include "eval/advise/alarm.h"
#include <math.h>

/* Outputs that are not there: not run yet, not recorded, or without an answer. Their cases count as failed without having been. */
static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	const struct evidence_arm *base = &evidence->arms[evidence->base];
	for (size_t i = 0; i < evidence->case_count; i++)
		if (isnan(base->rate[i]) || base->open[i])
			alarm_case(ret, evidence->cases[i].id, input->arena);
	*raised = ret->case_count > 0;
	ret->blocking = 10 * ret->case_count > evidence->case_count;
	ret->message = arena_format(input->arena, "%zu of %zu cases of %s have no output: `lever run` tries them again",
		ret->case_count, evidence->case_count, base->arm.name);
	return true;
}

const struct alarm_type alarm_missing = {
	.name = "missing-outputs",
	.summary = "cases of the base without an output",
	.help = "What was not run, not recorded, or never answered. More than a tenth of the cases: no advice before they are "
		"there.",
	.look = look,
};
