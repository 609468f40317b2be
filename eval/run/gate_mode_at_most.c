#include "eval/run/gate.h"

static double mode_of(const struct gate_case *row, const struct gate *gate)
{
	return row->rate < 1 && row->mode && strcmp(row->mode, gate->mode) == 0;
}

static size_t unlabelled_count(const struct gate_arm *arm)
{
	size_t count = 0;
	for (size_t i = 0; i < arm->count; i++)
		count += arm->cases[i].rate < 1 && !arm->cases[i].mode;
	return count;
}

/* "None at all" is asked of these cases, not of those to come. */
static enum gate_answer answer_of(const struct gate *gate, const struct settled *settled, size_t unlabelled)
{
	bool none = gate->limit <= 0;
	if (none ? settled->estimate > 0 : settled->side == SETTLED_ABOVE)
		return GATE_FAIL;
	if (unlabelled)
		return GATE_INCONCLUSIVE;
	return none || settled->side == SETTLED_BELOW ? GATE_PASS : GATE_INCONCLUSIVE;
}

static bool judge(const struct gate *gate, const struct gate_arm *arm, const struct gate_arm *other, struct arena *arena,
	struct gate_result *ret)
{
	const char *notes;
	size_t unlabelled = unlabelled_count(arm);
	(void)other;
	struct settled settled = gate_rate(gate, arm, mode_of, &notes, arena, ret);
	ret->answer = answer_of(gate, &settled, unlabelled);
	if (unlabelled)
		gate_further(ret, 0, "failures without a label may be of this mode: `lever triage` labels them", arena);
	const char *interval = settled.interval.defined ? arena_format(arena, "%s %.1f%% to %.1f%%", gate_level(arm, arena),
								  100 * settled.interval.low, 100 * settled.interval.high)
							: "no interval from so few";
	ret->message =
		arena_format(arena, "%.1f%% of %zu cases fail with %s, %s; at most %g%% %s allowed%s; %zu failure%s no label",
			100 * ret->value, arm->measured, gate->mode, interval, 100 * gate->limit, gate->limit == .01 ? "is" : "are",
			gate->limit > 0 ? notes : "", unlabelled, unlabelled == 1 ? " has" : "s have");
	return true;
}

const struct gate_type gate_mode_at_most = {
	.name = "mode_at_most",
	.summary = "failures of a mode in at most so large a share of cases",
	.help = "Counts the labels in force; 0 means none at all among the cases measured. Example: {variant: rag, mode: F12, "
		"mode_at_most: 0}",
	.scored = true,
	.mode = true,
	.least = 0,
	.most = 1,
	.judge = judge,
};
