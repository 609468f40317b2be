#include "eval/advise/alarm.h"
#include <math.h>

/* How many arms answered, each in a way of its own, and is none of them right? */
static bool is_unreached(const struct evidence *evidence, size_t at, size_t *seen)
{
	*seen = 0;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		if (evidence->arms[i].hidden || isnan(evidence->arms[i].rate[at]))
			continue;
		if (evidence->arms[i].rate[at] > 0)
			return false;
		*seen += !arm_repeats(&evidence->arms[i]);
	}
	return true;
}

#define ARMS_LEAST 4	/* where their answers differ */
#define REACHED_MOST .9 /* of all cases by some arm: then the few that none reaches are remarkable by themselves */

static bool is_label(const struct evidence_case *row)
{
	return row->finding.mode && strcmp(row->finding.mode->code, "F1") == 0;
}

/* At least three arms, of which most give the same other answer; or one of the few that none of many arms reaches. */
static bool is_suspicious(const struct evidence *evidence, size_t at, bool few)
{
	size_t seen;
	if (!case_fails(evidence, at) || evidence->cases[at].cut || !is_unreached(evidence, at, &seen))
		return false;
	return (seen >= 3 && is_label(&evidence->cases[at])) || (few && seen >= ARMS_LEAST);
}

static bool unreached_are_few(const struct evidence *evidence)
{
	size_t count = 0, seen;
	for (size_t i = 0; i < evidence->case_count; i++)
		count += is_unreached(evidence, i, &seen);
	return count && (double)count <= (1 - REACHED_MOST) * (double)evidence->case_count;
}

static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	bool few = unreached_are_few(evidence), alike = true;
	for (size_t i = 0; i < evidence->case_count; i++)
		if (is_suspicious(evidence, i, few)) {
			alarm_case(ret, evidence->cases[i].id, input->arena);
			alike &= is_label(&evidence->cases[i]);
		}
	*raised = ret->case_count > 0;
	ret->message = arena_format(input->arena, "%zu case%s that no arm gets right%s: look at the expected answer%s", ret->case_count,
		ret->case_count == 1 ? "" : "s", alike ? " and most answer alike" : ", though some arm gets all others",
		ret->case_count == 1 ? "" : "s");
	return true;
}

const struct alarm_type alarm_unreachable = {
	.name = "unreachable-gold",
	.summary = "expected answers that nothing ever reaches",
	.help = "No variant and no probe is right, and most give the same other answer: the expected answer is under suspicion "
		"(F1). Where some arm is right on nine tenths of the cases or more, the others are named whatever was answered, from four "
		"arms on.",
	.look = look,
};
