#include "eval/run/gate.h"
#include "eval/stats/power.h"
#include <math.h>

static bool judge(const struct gate *gate, const struct gate_arm *arm, const struct gate_arm *other, struct arena *arena,
	struct gate_result *ret)
{
	size_t count = arm->cost_count;
	double error = standard_error(arm->costs, count);
	if (!count || arm->unknown_costs) {
		ret->message = "the cost of some cases is not known: give the model a `price:`";
		return true;
	}

	ret->value = mean_of(arm->costs, count);
	error = isnan(error) ? 0 : error;
	ret->interval = (struct interval){ret->value - 1.96 * error, ret->value + 1.96 * error, true};
	ret->answer = ret->interval.high <= gate->limit ? GATE_PASS
		      : ret->interval.low > gate->limit ? GATE_FAIL
							: GATE_INCONCLUSIVE;
	ret->message = arena_format(arena, "$%.6f a case, 95%% $%.6f to $%.6f; at most $%g is allowed", ret->value,
		ret->interval.low, ret->interval.high, gate->limit);
	return true;
}
const struct gate_type gate_cost_at_most = {
	.name = "cost_at_most",
	.summary = "a mean cost of a case of at most so many USD",
	.help = "Passes when the upper bound of the mean is within the limit; unknown prices are inconclusive. Example: {variant: "
		"rag, cost_at_most: 0.002}",
	.compares = false,
	.judge = judge,
};
