/* What a variant mends of the failures of the base, and what it loses of what the base passes. */
#include "eval/advise/advice.h"
#include <math.h>

size_t flow_mended(const struct evidence *evidence, const struct evidence_arm *arm, const char *code, size_t *asked)
{
	size_t mended = 0;
	*asked = 0;
	for (size_t i = 0; i < evidence->case_count; i++) {
		const char *mode = evidence->cases[i].mode ? evidence->cases[i].mode : "";
		enum known right = case_fails(evidence, i) && !strcmp(mode, code) ? arm_right(arm, i) : NOT_KNOWN;
		*asked += right != NOT_KNOWN;
		mended += right == KNOWN_YES;
	}
	return mended;
}

size_t flow_lost(const struct evidence *evidence, const struct evidence_arm *arm, size_t *asked)
{
	size_t lost = 0;
	*asked = 0;
	for (size_t i = 0; i < evidence->case_count; i++) {
		bool passes = evidence->arms[evidence->base].rate[i] >= 1;
		enum known right = passes ? arm_right(arm, i) : NOT_KNOWN;
		*asked += right != NOT_KNOWN;
		lost += right == KNOWN_NO;
	}
	return lost;
}

size_t flow_arms(const struct evidence *evidence, struct arena *arena, const struct evidence_arm ***arms)
{
	size_t count = 0;
	*arms = arena_take(arena, (evidence->arm_count + 1) * sizeof **arms);
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		if (i != evidence->base && !arm->probe && !arm->hidden && arm->measured)
			(*arms)[count++] = arm;
	}
	return count;
}
