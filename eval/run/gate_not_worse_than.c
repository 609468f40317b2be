#include "eval/run/gate.h"

static bool judge(const struct gate *gate, const struct gate_arm *arm, const struct gate_arm *other, struct arena *arena,
	struct gate_result *ret)
{
	return gate_difference(arm, other, 0 - gate->margin, arena, ret);
}

const struct gate_type gate_not_worse_than = {
	.name = "not_worse_than",
	.summary = "not worse than a variant or a baseline by more than a margin",
	.help = "Passes when the interval of the paired difference stays above minus `by` (default 0). Example: {variant: "
		"prompt, not_worse_than: baseline.json, by: 0.02}",
	.compares = true,
	.scored = true,
	.judge = judge,
};
