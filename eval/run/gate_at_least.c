#include "eval/run/gate.h"

static double pass_of(const struct gate_case *row, const struct gate *gate)
{
	(void)gate;
	return row->rate;
}

static bool judge(const struct gate *gate, const struct gate_arm *arm, const struct gate_arm *other, struct arena *arena,
	struct gate_result *ret)
{
	const char *notes;
	(void)other;
	struct settled settled = gate_rate(gate, arm, pass_of, &notes, arena, ret);
	ret->answer = settled.side == SETTLED_ABOVE ? GATE_PASS : settled.side == SETTLED_BELOW ? GATE_FAIL : GATE_INCONCLUSIVE;
	const char *interval = settled.interval.defined ? arena_format(arena, "%s %.1f%% to %.1f%%", gate_level(arm, arena),
								  100 * settled.interval.low, 100 * settled.interval.high)
							: "no interval from so few";
	ret->message = arena_format(arena, "%.1f%% of %zu cases pass, %s; %.1f%% are asked for%s%s", 100 * ret->value, arm->measured,
		interval, 100 * gate->limit, notes, gate_silent(arm->silent, arm->name, arena));
	return true;
}

const struct gate_type gate_at_least = {
	.name = "at_least",
	.summary = "a pass rate of at least so much",
	.help = "Passes when the interval of the pass rate reaches the floor from above and the exact binomial test agrees, fails "
		"when "
		"both stay below it. Example: {variant: rag, at_least: 0.8, tag: billing}",
	.scored = true,
	.least = 0,
	.most = 1,
	.judge = judge,
};
