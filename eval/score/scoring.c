#include "eval/score/reason.h"
#include "eval/score/scorer.h"
#include <math.h>

#define SAME 1e-9 /* a mean of floats that should be the threshold is the threshold */

bool scorer_applies(const struct scorer *scorer, const struct filter_case *subject)
{
	return !scorer->when || filter_matches_case(scorer->when, subject);
}

static void judge_failed(struct arena *arena, const char *words, struct score_result *ret)
{
	*ret = (struct score_result){.reason = reason_make(arena, "%s", words)};
}

static double value_bound(double value)
{
	return value > 0 ? fmin(value, 1) : 0; /* NaN is 0 */
}

static void threshold_apply(const struct scorer *scorer, struct arena *arena, struct score_result *ret)
{
	bool reached = ret->value >= scorer->threshold - SAME;
	if (reached != ret->passed)
		ret->reason = reason_make(arena, "%.3g %s the threshold %.3g: %.*s", ret->value, reached ? "reaches" : "is below",
			scorer->threshold, (int)ret->reason.length, ret->reason.data);
	ret->passed = reached;
}

static void frame_apply(const struct scorer *scorer, struct arena *arena, struct score_result *ret)
{
	ret->value = value_bound(ret->value);
	if (!ret->reason.data)
		ret->reason = TEXT("");
	if (scorer->has_threshold)
		threshold_apply(scorer, arena, ret);
	if (scorer->negate) {
		ret->value = 1 - ret->value;
		ret->passed = !ret->passed;
	}
}

/* False, with the reason in *ret, when there is no answer to score. */
static bool answer_take(const struct scorer *scorer, struct arena *arena, struct scored *seen, struct score_result *ret)
{
	if (scorer->extract) {
		seen->answer = extractor_apply(scorer->extract, arena, seen->output);
		if (!seen->answer.data) {
			ret->reason = reason_make(arena, "the extractor found no answer in %s", reason_quote(arena, seen->output));
			return false;
		}
	}
	if (!seen->answer.data)
		seen->answer = TEXT("");
	if (!seen->output.data)
		seen->output = TEXT("");
	return true;
}

void scorer_run(const struct scorer *scorer, const struct scored *scored, struct arena *arena, struct score_result *ret)
{
	struct scored seen = *scored;
	struct error error = {0};
	*ret = (struct score_result){0};
	if (!answer_take(scorer, arena, &seen, ret))
		return;
	if (scorer->type->score(scorer->config, &seen, arena, ret, &error))
		frame_apply(scorer, arena, ret);
	else
		judge_failed(arena, error.message, ret);
}

struct verdict_sum verdict_of(
	const struct verdict_rule *rule, const struct score_result *results, const double *weights, size_t count)
{
	double sum = 0, weight = 0;
	bool all = true;
	for (size_t i = 0; i < count; i++) {
		if (!(weights[i] > 0))
			continue;
		sum += weights[i] * value_bound(results[i].value);
		weight += weights[i];
		all = all && results[i].passed;
	}
	struct verdict_sum verdict = {.any = weight > 0};
	if (!verdict.any)
		return verdict;
	verdict.value = sum / weight;
	verdict.passed = rule->has_threshold ? verdict.value >= rule->threshold - SAME : all;
	return verdict;
}
