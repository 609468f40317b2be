#include "eval/run/gate.h"
#include "eval/stats/power.h"
#include <math.h>

static bool judge(const struct gate *gate, const struct gate_arm *arm, const struct gate_arm *other, struct arena *arena,
	struct gate_result *ret)
{
	double discordance;
	size_t paired;
	double limit = gate->margin;
	if (!gate_difference(arm, other, arena, &ret->value, &ret->interval, &discordance, &paired, &ret->message))
		return false;
	ret->answer = gate_bound(ret->interval, limit);
	double cases = power_mcnemar(fmin(1, fmax(discordance, fabs(ret->value - limit) + .01)), ret->value - limit, .05, .8);
	if (ret->answer == GATE_INCONCLUSIVE && cases > (double)paired)
		ret->more = (long long)ceil(cases - (double)paired);
	ret->message = arena_format(arena, "%+.1f points over %zu cases, 95%% %+.1f to %+.1f%s; %+.1f are asked for",
		100 * ret->value, paired, 100 * ret->interval.low, 100 * ret->interval.high,
		arm->measured < arm->count ? " (anytime-valid: the sample still grows)" : "", 100 * limit);
	return true;
}

const struct gate_type gate_better_than = {
	.name = "better_than",
	.summary = "better than a variant or a baseline, by a margin",
	.help = "Passes when the lower bound of the paired difference reaches `by` (default 0). Example: {variant: rag, "
		"better_than: prompt, by: 0.05}; a file name ends in .json",
	.compares = true,
	.judge = judge,
};
