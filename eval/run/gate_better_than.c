#include "eval/run/gate.h"

static bool judge(const struct gate *gate, const struct gate_arm *arm, const struct gate_arm *other, struct arena *arena,
	struct gate_result *ret)
{
	return gate_difference(arm, other, gate->margin, arena, ret);
}

const struct gate_type gate_better_than = {
	.name = "better_than",
	.summary = "better than a variant or a baseline, by a margin",
	.help = "Passes when the interval of the paired difference reaches `by` (default 0) and the exact test agrees that there "
		"is a difference. "
		"Example: {variant: rag, better_than: prompt, by: 0.05}; a file name ends in .json",
	.compares = true,
	.scored = true,
	.judge = judge,
};
