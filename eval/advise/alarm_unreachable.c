#include "eval/advise/alarm.h"
#include <math.h>

/* Of at least three arms none is right, and at least two give the same other answer. */
static bool is_suspicious(const struct evidence *evidence, size_t at)
{
	size_t seen = 0;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		if (evidence->arms[i].hidden || isnan(evidence->arms[i].rate[at]))
			continue;
		if (evidence->arms[i].rate[at] > 0)
			return false;
		seen++;
	}
	return seen >= 3 && evidence->cases[at].finding.mode && strcmp(evidence->cases[at].finding.mode->code, "F1") == 0;
}

static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	for (size_t i = 0; i < evidence->case_count; i++)
		if (case_fails(evidence, i) && is_suspicious(evidence, i))
			alarm_case(ret, evidence->cases[i].id, input->arena);
	*raised = ret->case_count > 0;
	ret->message =
		arena_format(input->arena, "%zu case%s that no arm gets right and most answer alike: look at the expected answer%s",
			ret->case_count, ret->case_count == 1 ? "" : "s", ret->case_count == 1 ? "" : "s");
	return true;
}

const struct alarm_type alarm_unreachable = {
	.name = "unreachable-gold",
	.summary = "expected answers that nothing ever reaches",
	.help = "No variant and no probe is right, and most give the same other answer: the expected answer is under suspicion "
		"(F1).",
	.look = look,
};
