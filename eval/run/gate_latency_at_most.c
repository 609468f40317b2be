#include "eval/run/gate.h"
#include "eval/stats/stats.h"
#include <math.h>

#define QUANTILE .95

/* The share of values over the limit stands for the percentile: it is over when more than 5 % are. */
static void further_say(const struct gate *gate, const struct gate_arm *arm, struct arena *arena, struct gate_result *ret)
{
	double *over = arena_take(arena, arm->latency_count * sizeof *over);
	for (size_t i = 0; i < arm->latency_count; i++)
		over[i] = arm->latencies[i] > gate->limit;
	struct settle_sample sample = {over, NULL, arm->latency_count, false};
	struct settle_design design = gate_design_next(arm, 1 - QUANTILE);
	gate_further(
		ret, settle_more(&sample, &design), "no number of cases would decide it: one in twenty is over the limit", arena);
}

/* What has no answer may take any time: nothing passes because of it, and nothing fails. */
static struct interval interval_of(const struct gate_arm *arm, const struct settle_design *design, struct arena *arena)
{
	size_t count = arm->latency_count, all = count + arm->silent;
	double *longest = arena_take(arena, all * sizeof *longest);
	for (size_t i = 0; i < all; i++)
		longest[i] = i < count ? arm->latencies[i] : INFINITY;
	return (struct interval){quantile_interval(arm->latencies, count, QUANTILE, design).low,
		quantile_interval(longest, all, QUANTILE, design).high, true};
}

static const char *silent_words(const struct gate_arm *arm, struct arena *arena)
{
	return arm->silent ? arena_format(arena, " (%zu attempt%s without an answer may take any time)", arm->silent, arm->silent == 1 ? "" : "s")
			   : "";
}

static const char *seconds(double value, struct arena *arena)
{
	return isinf(value) ? "no bound" : arena_format(arena, "%.2f", value);
}

static bool judge(const struct gate *gate, const struct gate_arm *arm, const struct gate_arm *other, struct arena *arena,
	struct gate_result *ret)
{
	size_t count = arm->latency_count;
	(void)other;
	if (!count) {
		ret->message = arena_format(arena, "no latency is known%s", silent_words(arm, arena));
		return true;
	}
	struct gate_arm once = *arm; /* versions share nothing here: a prompt is not picked for its latency */
	once.history.tried = once.history.number = 1;
	struct settle_design design = gate_design(&once, gate->limit, arm->measured);
	ret->value = quantile(arm->latencies, count, QUANTILE);
	ret->interval = interval_of(arm, &design, arena);
	ret->answer = ret->interval.high <= gate->limit ? GATE_PASS
		      : ret->interval.low > gate->limit ? GATE_FAIL
							: GATE_INCONCLUSIVE;
	if (quantile_interval(arm->latencies, count, QUANTILE, &design).high <= gate->limit)
		gate_further(ret, 0, "`lever run` tries again what has no answer", arena);
	else
		further_say(gate, &once, arena, ret);
	ret->message = arena_format(arena, "95th percentile %.2f s of %zu, %s %s to %s; at most %g s are allowed%s%s", ret->value,
		count, gate_level(&once, arena), seconds(ret->interval.low, arena), seconds(ret->interval.high, arena), gate->limit,
		gate_notes(&once, NULL, arm->measured, NAN, arena), silent_words(arm, arena));
	return true;
}
const struct gate_type gate_latency_at_most = {
	.name = "latency_at_most",
	.summary = "a 95th percentile of latency of at most so many seconds",
	.help = "The percentile with the exact interval of its rank; fewer than 72 answers give it no upper bound, and nothing "
		"passes; what has no answer may take any time. "
		"Example: {variant: rag, latency_at_most: 2.5}",
	.least = 0,
	.most = 1e9,
	.judge = judge,
};
