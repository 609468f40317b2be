#include "eval/run/gate.h"
#include "eval/stats/sequential.h"
#include "eval/stats/stats.h"
#include <math.h>

#define LEAST_CASES LOOK_CASES
#define LEAST_GROWING 30 /* the variance is estimated: eval/stats/sequential.h */
#define MOST_CASES 1e7

/* The mixture of the anytime-valid bound, as a share of the variance: narrowest after some tens of cases. */
static double growing_width(double n, double variance, double alpha)
{
	return variance > 0 ? msprt_half_width(n, variance, variance / 25, alpha) : 0;
}

/* What is known of the costs of cases; cases of a group count together. */
struct costs {
	double *values;
	const long long *groups; /* NULL: none hang together */
	size_t count, units;	 /* units: groups, or cases */
	double variance;	 /* of one case, as far as the error of the mean tells: with groups it holds how they hang together */
};

static double half_width(const struct costs *costs, const struct settle_design *design)
{
	double n = (double)costs->count;
	return design->grows ? growing_width(n, costs->variance, design->alpha)
		     : t_quantile(.975, (double)costs->units - 1) * sqrt(costs->variance / n);
}

static long long more_cases(double distance, double variance, size_t have, double alpha)
{
	double least = LEAST_GROWING, n = fmax((double)have + 1, least);
	while (n < MOST_CASES && growing_width(n, variance, alpha) + normal_quantile(.8) * sqrt(variance / n) > distance)
		n = ceil(n * 1.01);
	return n < MOST_CASES ? (long long)n - (long long)have : 0;
}

static const char *unknown_words(const struct gate_arm *arm, struct arena *arena)
{
	if (arm->unpriced)
		return arena_format(arena, "the cost of %zu answer%s is not known: give the model a `price:`", arm->unpriced,
			arm->unpriced == 1 ? "" : "s");
	if (arm->untold)
		return arena_format(arena, "the cost of %zu answer%s is not known: no usage was told with %s", arm->untold,
			arm->untold == 1 ? "" : "s", arm->untold == 1 ? "it" : "them");
	return "no cost is known: there is no answer yet";
}

static struct costs costs_take(const struct gate_arm *arm, struct arena *arena)
{
	struct costs ret = {.values = arena_take(arena, (arm->count + 1) * sizeof *ret.values)};
	const struct gate_case **cases = arena_take(arena, (arm->count + 1) * sizeof *cases);
	for (size_t i = 0; i < arm->count; i++)
		if (!isnan(arm->cases[i].cost)) {
			cases[ret.count] = &arm->cases[i];
			ret.values[ret.count++] = arm->cases[i].cost;
		}
	ret.groups = gate_groups(cases, ret.count, arena);
	ret.units = ret.groups ? 0 : ret.count;
	for (size_t i = 0; ret.groups && i < ret.count; i++)
		ret.units = (size_t)ret.groups[i] > ret.units ? (size_t)ret.groups[i] : ret.units;
	double error = ret.groups ? clustered_error(ret.values, ret.groups, ret.count, true) : standard_error(ret.values, ret.count);
	ret.variance = error * error * (double)ret.count;
	return ret;
}

static bool too_few(const struct costs *costs, size_t least, const char *left_out, struct arena *arena, struct gate_result *ret)
{
	if (costs->count < least) {
		ret->more = (long long)(least - costs->count);
		ret->further = arena_format(arena, "%lld more case%s an interval", ret->more, ret->more == 1 ? " gives" : "s give");
		ret->message = arena_format(
			arena, "$%.6f a case over %zu; an interval needs %zu%s", ret->value, costs->count, least, left_out);
		return true;
	}
	if (costs->units > 1)
		return false;
	ret->further = "cases of a second group give an interval";
	ret->message = arena_format(arena, "$%.6f a case over %zu of one group; an interval needs 2 groups%s", ret->value, costs->count, left_out);
	return true;
}

static bool judge(const struct gate *gate, const struct gate_arm *arm, const struct gate_arm *other, struct arena *arena,
	struct gate_result *ret)
{
	struct costs costs = costs_take(arm, arena);
	struct gate_arm once = *arm; /* versions share nothing here: a prompt is not picked for its cost */
	once.history.tried = once.history.number = 1;
	struct settle_design design = gate_design(&once, 0, arm->measured), next = gate_design_next(&once, 0);
	(void)other;
	if (!costs.count || arm->unpriced || arm->untold) {
		ret->message = unknown_words(arm, arena);
		return true;
	}
	ret->value = mean_of(costs.values, costs.count);
	size_t least = design.grows ? LEAST_GROWING : LEAST_CASES;
	const char *left_out = arm->unanswered ? arena_format(arena, " (%zu attempt%s without an answer %s left out)", arm->unanswered,
							 arm->unanswered == 1 ? "" : "s", arm->unanswered == 1 ? "is" : "are")
					       : "";
	if (too_few(&costs, least, left_out, arena, ret))
		return true;
	double half = half_width(&costs, &design);
	ret->interval = (struct interval){fmax(0, ret->value - half), ret->value + half, true};
	ret->answer = ret->interval.high <= gate->limit ? GATE_PASS
		      : ret->interval.low > gate->limit ? GATE_FAIL
							: GATE_INCONCLUSIVE;
	gate_further(ret, more_cases(fabs(ret->value - gate->limit), costs.variance, costs.count, next.alpha),
		"no number of cases would decide it: what was measured stands at what is allowed", arena);
	ret->message = arena_format(arena, "$%.6f a case, %s $%.6f to $%.6f; at most $%g is allowed%s%s%s", ret->value, gate_level(&once, arena),
		ret->interval.low, ret->interval.high, gate->limit,
		costs.groups ? arena_format(arena, " (clustered: %zu groups)", costs.units) : "", design.grows ? " (anytime-valid)" : "", left_out);
	return true;
}

const struct gate_type gate_cost_at_most = {
	.name = "cost_at_most",
	.summary = "a mean cost of a case of at most so many USD",
	.help = "Passes when the upper bound of the mean over cases is within the limit; unknown prices, and fewer than 6 cases, "
		"are "
		"inconclusive. Example: {variant: rag, cost_at_most: 0.002}",
	.least = 0,
	.most = 1e9,
	.judge = judge,
};
