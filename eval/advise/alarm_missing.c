#include "eval/advise/alarm.h"
#include <math.h>

static size_t unanswered(const struct evidence *evidence, const struct evidence_arm *arm)
{
	size_t count = 0;
	for (size_t i = 0; i < evidence->case_count; i++)
		count += arm->open[i];
	return count;
}

/* "rag 100, prompt+cot 40": what else has no answer. NULL: nothing. */
static const char *others_words(const struct evidence *evidence, struct arena *arena)
{
	const char *words = NULL;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		size_t count = i == evidence->base || arm->hidden || !arm->steps ? 0 : unanswered(evidence, arm);
		if (count)
			words = arena_format(arena, "%s%s%s %zu", words ? words : "", words ? ", " : "", arm->arm.name, count);
	}
	return words;
}

/* Outputs that are not there: not run yet, not recorded, or without an answer. Cases of a variant count as failed without having
 * been, those of a probe as not asked. */
static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	const struct evidence_arm *base = &evidence->arms[evidence->base];
	const char *others = others_words(evidence, input->arena), *tail = "`lever run` or `lever probe` tries them again";
	for (size_t i = 0; i < evidence->case_count; i++)
		if (isnan(base->rate[i]) || base->open[i])
			alarm_case(ret, evidence->cases[i].id, input->arena);
	*raised = ret->case_count > 0 || others;
	ret->blocking = 10 * ret->case_count > evidence->case_count;
	ret->message = arena_format(input->arena, "%zu of %zu cases of %s have no output: `lever run` tries them again",
		ret->case_count, evidence->case_count, base->arm.name);
	if (others)
		ret->message = ret->case_count ? arena_format(input->arena, "%s; nor have cases of %s", ret->message, others)
					       : arena_format(input->arena, "cases without an answer: %s; %s", others, tail);
	return true;
}

const struct alarm_type alarm_missing = {
	.name = "missing-outputs",
	.summary = "cases without an output",
	.help = "What was not run, not recorded, or never answered, of the base and of all that is held against it. More than a "
		"tenth of the base's cases: no advice before they are there.",
	.look = look,
};
