#include "eval/score/reason.h"
#include "eval/score/scorer.h"

#define PASS 0.5 /* of numbers, where no threshold is set */

static const struct field fields[] = {{0}};

static bool verdict_score(
	const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret, struct error *error)
{
	const json_t *verdict = json_object_get(scored->recorded, "verdict");
	if (!verdict || json_is_null(verdict))
		return error_set(error, ERROR_DATA, "no verdict was recorded");
	if (json_is_string(verdict)) {
		ret->extracted = text_copy(arena, json_text(verdict));
		ret->reason = reason_make(arena, "recorded as %s", reason_quote(arena, ret->extracted));
		return true;
	}
	if (json_is_boolean(verdict)) {
		ret->passed = json_is_true(verdict);
		ret->value = ret->passed ? 1 : 0;
		ret->reason = reason_make(arena, "recorded as %s", ret->passed ? "passed" : "failed");
		return true;
	}
	if (!json_is_number(verdict))
		return error_set(error, ERROR_DATA, "the recorded verdict is neither true or false nor a number");
	ret->value = json_number_value(verdict);
	ret->passed = ret->value >= PASS;
	ret->reason = reason_make(arena, "recorded as %.4g", ret->value);
	return true;
}

const struct scorer_type scorer_verdict = {
	.name = "verdict",
	.summary = "the verdict that came with a recorded output",
	.help = "Takes over the verdict of recorded outputs: true or false, or a number in [0, 1], which passes from 0.5 on where "
		"no threshold is set. Recorded outputs whose `map` names a verdict are judged by it without being told where the "
		"project names no scorer at all. "
		"Example: - verdict",
	.version = 1,
	.needs = NEEDS_VERDICT,
	.fields = fields,
	.score = verdict_score,
};
