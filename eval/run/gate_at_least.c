#include "eval/run/gate.h"
#include "eval/stats/power.h"
#include <math.h>

/* Cases for which a Wilson interval around the present rate would leave the limit outside: normal approximation. */
static long long more_cases(double rate, double limit, size_t have)
{
	double distance = rate - limit, wanted = 3.8415 * rate * (1 - rate) / (distance * distance);
	return distance == 0 || !(wanted > (double)have) ? 0 : (long long)ceil(wanted - (double)have);
}

static bool judge(const struct gate *gate, const struct gate_arm *arm, const struct gate_arm *other, struct arena *arena,
	struct gate_result *ret)
{
	double sum = 0;
	for (size_t i = 0; i < arm->count; i++)
		sum += isnan(arm->cases[i].rate) ? 0 : arm->cases[i].rate;
	ret->value = sum / (double)arm->measured;
	ret->interval = wilson_interval((long long)lround(sum), (long long)arm->measured, .95);
	ret->answer = gate_bound(ret->interval, gate->limit);
	ret->more = ret->answer == GATE_INCONCLUSIVE ? more_cases(ret->value, gate->limit, arm->measured) : 0;
	ret->message = arena_format(arena, "%.1f%% of %zu cases pass, 95%% %.1f%% to %.1f%%; %.1f%% are asked for",
		100 * ret->value, arm->measured, 100 * ret->interval.low, 100 * ret->interval.high, 100 * gate->limit);
	return true;
}

const struct gate_type gate_at_least = {
	.name = "at_least",
	.summary = "a pass rate of at least so much",
	.help = "Passes when the lower bound of the Wilson interval reaches the floor, fails when the upper one misses it. "
		"Example: {variant: rag, at_least: 0.8, tag: billing}",
	.compares = false,
	.judge = judge,
};
