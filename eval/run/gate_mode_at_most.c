#include "eval/run/gate.h"
#include "eval/stats/power.h"
#include <math.h>

static bool judge(const struct gate *gate, const struct gate_arm *arm, const struct gate_arm *other, struct arena *arena,
	struct gate_result *ret)
{
	long long count = 0, unlabelled = 0;
	if (!gate->mode) {
		ret->message = "which mode? `mode: F12` is missing";
		return true;
	}

	for (size_t i = 0; i < arm->count; i++) {
		bool failed = arm->cases[i].rate < 1;
		count += failed && arm->cases[i].mode && strcmp(arm->cases[i].mode, gate->mode) == 0;
		unlabelled += failed && !arm->cases[i].mode;
	}
	ret->value = (double)count / (double)arm->measured;
	ret->interval = wilson_interval(count, (long long)arm->measured, .95);
	bool none = gate->limit <= 0;
	ret->answer = ret->value > gate->limit && (none || ret->interval.low > gate->limit) ? GATE_FAIL
		      : unlabelled							    ? GATE_INCONCLUSIVE
		      : none || ret->interval.high <= gate->limit			    ? GATE_PASS
											    : GATE_INCONCLUSIVE;
	ret->message = arena_format(arena, "%lld of %zu cases fail with %s (%.1f%%); %lld failures have no label", count,
		arm->measured, gate->mode, 100 * ret->value, unlabelled);
	return true;
}
const struct gate_type gate_mode_at_most = {
	.name = "mode_at_most",
	.summary = "failures of a mode in at most so large a share of cases",
	.help = "Counts the labels in force; 0 means none at all. Example: {variant: rag, mode: F12, mode_at_most: 0}",
	.compares = false,
	.judge = judge,
};
