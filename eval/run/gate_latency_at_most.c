#include "eval/run/gate.h"
#include "eval/stats/power.h"
#include <math.h>

static bool judge(const struct gate *gate, const struct gate_arm *arm, const struct gate_arm *other, struct arena *arena,
	struct gate_result *ret)
{
	size_t count = arm->latency_count;
	if (!count) {
		ret->message = "no latency is known";
		return true;
	}

	double half = 1.96 * sqrt(.95 * .05 / (double)count);
	ret->value = quantile(arm->latencies, count, .95);
	ret->interval = (struct interval){
		quantile(arm->latencies, count, fmax(0, .95 - half)), quantile(arm->latencies, count, fmin(1, .95 + half)), true};
	ret->answer = ret->interval.high <= gate->limit ? GATE_PASS
		      : ret->interval.low > gate->limit ? GATE_FAIL
							: GATE_INCONCLUSIVE;
	ret->message = arena_format(arena, "95th percentile %.2f s, 95%% %.2f to %.2f s; at most %g s are allowed", ret->value,
		ret->interval.low, ret->interval.high, gate->limit);
	return true;
}
const struct gate_type gate_latency_at_most = {
	.name = "latency_at_most",
	.summary = "a 95th percentile of latency of at most so many seconds",
	.help = "The percentile with the order-statistic interval of its rank. Example: {variant: rag, latency_at_most: 2.5}",
	.compares = false,
	.judge = judge,
};
