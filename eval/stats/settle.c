#include "eval/stats/settle.h"
#include "eval/base/memory.h"
#include "eval/stats/sequential.h"
#include <math.h>
#include <stdlib.h>

#define PERMUTATION_ROUNDS 10000
#define PERMUTATION_SEED 20270 /* as eval/compare has it: both answer the same p */

static size_t group_count(const struct settle_sample *sample)
{
	long long most = 0;
	for (size_t i = 0; sample->groups && i < sample->count; i++)
		most = sample->groups[i] > most ? sample->groups[i] : most;
	return sample->groups ? (size_t)most : sample->count;
}

static bool values_whole(const struct settle_sample *sample)
{
	for (size_t i = 0; i < sample->count; i++)
		if (sample->values[i] != round(sample->values[i]))
			return false;
	return true;
}

/* Values and level that a rate or a difference of rates can have. */
static bool asked_well(const struct settle_sample *sample, const struct settle_design *design)
{
	for (size_t i = 0; i < sample->count; i++)
		if (!(sample->values[i] >= (sample->paired ? -1 : 0) && sample->values[i] <= 1))
			return false;
	return sample->count > 0 && !isnan(design->limit) && design->alpha > 0 && design->alpha < 1;
}

static long long values_equal(const struct settle_sample *sample, double value)
{
	long long count = 0;
	for (size_t i = 0; i < sample->count; i++)
		count += sample->values[i] == value;
	return count;
}

/* ---- a sample that is looked at once ------------------------------------------------------------------------------------------
 */

/* Where nothing differs Tango's interval is as wide as the exact one without a correction. */
static struct interval paired_interval(long long up, long long down, long long n, double level)
{
	return tango_interval(up, down, n, level, up + down ? .5 : 0);
}

/* Of `count` independent units, all values whole: wins and losses, or passes. */
static struct interval counted_interval(const struct settle_sample *sample, double level)
{
	long long up = values_equal(sample, 1), down = values_equal(sample, -1), n = (long long)sample->count;
	return sample->paired ? paired_interval(up, down, n, level) : wilson_interval(up, n, level);
}

/* No spread between groups is no certainty: where all cases are alike each group counts as one. */
static struct interval same_interval(const struct settle_sample *sample, double level)
{
	double value = sample->values[0];
	if (value != round(value) || values_equal(sample, value) < (long long)sample->count)
		return (struct interval){NAN, NAN, false};
	struct settle_sample one = {&value, NULL, 1, sample->paired};
	long long n = (long long)group_count(sample), up = n * values_equal(&one, 1), down = n * values_equal(&one, -1);
	return sample->paired ? paired_interval(up, down, n, level) : wilson_interval(up, n, level);
}

static struct interval fixed_interval(const struct settle_sample *sample, double level)
{
	if (!sample->groups && values_whole(sample))
		return counted_interval(sample, level);
	struct interval alike = sample->groups ? same_interval(sample, level) : (struct interval){NAN, NAN, false};
	return alike.defined ? alike
			     : bounded_interval(sample->values, sample->groups, sample->count, sample->paired ? -1 : 0, 1, level);
}

static double flip_test(const struct settle_sample *sample)
{
	size_t groups = group_count(sample);
	CLEANUP(memory_release) double *sums = memory_take((groups + 1) * sizeof *sums);
	for (size_t i = 0; i < sample->count; i++)
		sums[sample->groups ? (size_t)sample->groups[i] - 1 : i] += sample->values[i];
	return signflip_test(sums, groups, PERMUTATION_ROUNDS, PERMUTATION_SEED);
}

static double exact_test(const struct settle_sample *sample, double limit)
{
	if (sample->paired && (sample->groups || !values_whole(sample)))
		return flip_test(sample);
	if (sample->paired)
		return mcnemar_exact(values_equal(sample, 1), values_equal(sample, -1));
	if (sample->groups || !values_whole(sample))
		return NAN;
	return binomial_exact(values_equal(sample, 1), (long long)sample->count, limit);
}

static void fixed_settle(const struct settle_sample *sample, const struct settle_design *design, struct settled *ret)
{
	ret->interval = fixed_interval(sample, 1 - design->alpha);
	if (!ret->interval.defined)
		return;
	double lowest = sample->paired ? -1 : 0;
	if ((design->limit >= 1 && ret->estimate < 1) || (design->limit <= lowest && ret->estimate > lowest)) {
		ret->side = design->limit >= 1 ? SETTLED_BELOW : SETTLED_ABOVE; /* one case is enough against a limit at the end */
		return;
	}
	enum settled_side side = ret->interval.low >= design->limit   ? SETTLED_ABOVE
				 : ret->interval.high < design->limit ? SETTLED_BELOW
								      : SETTLED_NEITHER;
	if (sample->count < SETTLE_LEAST)
		side = SETTLED_NEITHER;
	bool differs = !sample->paired || (side == SETTLED_ABOVE ? design->limit >= 0 : design->limit <= 0);
	if (side != SETTLED_NEITHER && differs)
		ret->p = exact_test(sample, design->limit);
	ret->side = isnan(ret->p) || ret->p < design->alpha ? side : SETTLED_NEITHER;
}

/* ---- a sample that grows ------------------------------------------------------------------------------------------------------
 */

/* Independent units and how often each was seen: a case, or a group with the sum of its cases; both as shares of the largest. */
struct unit {
	double value, weight, count;
};
struct units {
	struct unit *rows;
	size_t count;
	double total, low, high, estimate;
};

static void units_release(struct units *units)
{
	memory_release(&units->rows);
}

static void units_fill(const struct settle_sample *sample, struct unit *rows)
{
	for (size_t i = 0; i < sample->count; i++) {
		struct unit *row = &rows[sample->groups ? (size_t)sample->groups[i] - 1 : i];
		row->value += sample->values[i];
		row->weight++;
		row->count = 1;
	}
}

static int unit_order(const void *a, const void *b)
{
	const struct unit *left = a, *right = b;
	int weight = (left->weight > right->weight) - (left->weight < right->weight);
	return weight ? weight : (left->value > right->value) - (left->value < right->value);
}

static size_t units_merge(struct unit *rows, size_t count)
{
	size_t kept = 0;
	qsort(rows, count, sizeof *rows, unit_order);
	for (size_t i = 0; i < count; i++)
		if (kept && unit_order(&rows[kept - 1], &rows[i]) == 0)
			rows[kept - 1].count += rows[i].count;
		else
			rows[kept++] = rows[i];
	return kept;
}

static struct units units_make(const struct settle_sample *sample)
{
	struct units ret = {.total = (double)group_count(sample), .low = sample->paired ? -1 : 0, .high = 1};
	double most = 1;
	ret.rows = memory_take(((size_t)ret.total + 1) * sizeof *ret.rows);
	units_fill(sample, ret.rows);
	for (size_t i = 0; i < (size_t)ret.total; i++)
		most = fmax(most, ret.rows[i].weight);
	for (size_t i = 0; i < (size_t)ret.total; i++) {
		ret.rows[i].value /= most;
		ret.rows[i].weight /= most;
	}
	ret.count = units_merge(ret.rows, (size_t)ret.total);
	ret.estimate = mean_of(sample->values, sample->count);
	return ret;
}

/* log E against the mean `mean`, had the units been seen `counts` times. */
static double units_evidence(const struct units *units, const double *counts, double mean)
{
	CLEANUP(memory_release) double *rest = memory_grow(NULL, units->count, sizeof *rest);
	for (size_t i = 0; i < units->count; i++)
		rest[i] = units->rows[i].value - mean * units->rows[i].weight;
	return log_evalue_mean(rest, counts, units->count, units->low - mean, units->high - mean);
}

static double *units_counts(const struct units *units)
{
	double *counts = memory_grow(NULL, units->count, sizeof *counts);
	for (size_t i = 0; i < units->count; i++)
		counts[i] = units->rows[i].count;
	return counts;
}

static enum settled_side units_side(const struct units *units, const double *counts, const struct settle_design *design)
{
	if (units->estimate == design->limit)
		return SETTLED_NEITHER;
	enum settled_side side = units->estimate > design->limit ? SETTLED_ABOVE : SETTLED_BELOW;
	if (design->limit <= units->low || design->limit >= units->high)
		return side; /* one case is enough against a limit at the end */
	return units_evidence(units, counts, design->limit) >= -log(design->alpha) ? side : SETTLED_NEITHER;
}

enum settled_side settle_growing(const struct settle_sample *sample, const struct settle_design *design)
{
	if (!asked_well(sample, design))
		return SETTLED_NEITHER;
	CLEANUP(units_release) struct units units = units_make(sample);
	CLEANUP(memory_release) double *counts = units_counts(&units);
	return units_side(&units, counts, design);
}

static double sequence_bound(const struct units *units, const double *counts, double edge, double enough)
{
	double inside = units->estimate, outside = edge;
	for (int i = 0; i < 40; i++) {
		double middle = (inside + outside) / 2;
		bool refused = middle > units->low && middle < units->high && units_evidence(units, counts, middle) >= enough;
		*(refused ? &outside : &inside) = middle;
	}
	return fabs(inside - edge) < 1e-9 ? edge : inside;
}

static void growing_settle(const struct settle_sample *sample, const struct settle_design *design, struct settled *ret)
{
	CLEANUP(units_release) struct units units = units_make(sample);
	CLEANUP(memory_release) double *counts = units_counts(&units);
	double enough = -log(design->alpha);
	ret->side = units_side(&units, counts, design);
	ret->interval = (struct interval){
		sequence_bound(&units, counts, units.low, enough), sequence_bound(&units, counts, units.high, enough), true};
}

struct settled settle(const struct settle_sample *sample, const struct settle_design *design)
{
	struct settled ret = {NAN, {NAN, NAN, false}, NAN, SETTLED_NEITHER};
	if (!asked_well(sample, design))
		return ret;
	ret.estimate = mean_of(sample->values, sample->count);
	if (design->grows)
		growing_settle(sample, design, &ret);
	else
		fixed_settle(sample, design, &ret);
	return ret;
}

/* ---- how many more ------------------------------------------------------------------------------------------------------------
 */

#define MOST_UNITS 1e7

/* Distances from the limit, the share of each, and their mean and standard deviation. */
struct plan {
	double *distances, *shares, *tilted;
	size_t count;
	double low, high, mean, deviation;
};

static void plan_release(struct plan *plan)
{
	memory_release(&plan->distances);
	memory_release(&plan->shares);
	memory_release(&plan->tilted);
}

static struct plan plan_make(const struct units *units, double limit)
{
	struct plan plan = {.count = units->count, .low = units->low - limit, .high = units->high - limit};
	double squares = 0;
	plan.distances = memory_grow(NULL, plan.count, sizeof(double));
	plan.shares = memory_grow(NULL, plan.count, sizeof(double));
	plan.tilted = memory_grow(NULL, plan.count, sizeof(double));
	for (size_t i = 0; i < plan.count; i++) {
		plan.distances[i] = units->rows[i].value - limit * units->rows[i].weight;
		plan.shares[i] = units->rows[i].count / units->total;
		plan.mean += plan.shares[i] * plan.distances[i];
		squares += plan.shares[i] * plan.distances[i] * plan.distances[i];
	}
	plan.deviation = sqrt(fmax(0, squares - plan.mean * plan.mean));
	return plan;
}

static double plan_tilt(struct plan *plan, double tilt)
{
	double sum = 0, mean = 0;
	for (size_t i = 0; i < plan->count; i++)
		sum += plan->tilted[i] = plan->shares[i] * exp(tilt * plan->distances[i]);
	for (size_t i = 0; i < plan->count; i++) {
		plan->tilted[i] /= sum;
		mean += plan->tilted[i] * plan->distances[i];
	}
	return mean;
}

/* Would so many units settle it in four of five samples? */
static bool plan_settles(struct plan *plan, double units, double alpha)
{
	double unlucky = normal_quantile(.8) * plan->deviation / sqrt(units), way = plan->mean > 0 ? 1 : -1;
	double low = -300, high = 300, wanted = plan->mean - way * unlucky;
	if (wanted * way <= 0)
		return false;
	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;
		*(plan_tilt(plan, middle) > wanted ? &high : &low) = middle;
	}
	for (size_t i = 0; i < plan->count; i++)
		plan->tilted[i] *= units;
	return log_evalue_mean(plan->distances, plan->tilted, plan->count, plan->low, plan->high) >= -log(alpha);
}

long long settle_more(const struct settle_sample *sample, const struct settle_design *design)
{
	if (!asked_well(sample, design))
		return 0;
	CLEANUP(units_release) struct units units = units_make(sample);
	if (!(design->limit > units.low && design->limit < units.high))
		return 0;
	CLEANUP(plan_release) struct plan plan = plan_make(&units, design->limit);
	double low = units.total, high = units.total + 1;
	while (high < MOST_UNITS && !plan_settles(&plan, high, design->alpha)) {
		low = high;
		high *= 2;
	}
	if (high >= MOST_UNITS)
		return 0;
	while (high - low > 1) {
		double middle = floor((low + high) / 2);
		*(plan_settles(&plan, middle, design->alpha) ? &high : &low) = middle;
	}
	return (long long)ceil((high - units.total) * (double)sample->count / units.total);
}

/* ---- quantiles ----------------------------------------------------------------------------------------------------------------
 */

/* Do `below` of `count` values under the quantile (side -1: so few, 1: so many) speak against it? */
static bool rank_refused(size_t below, size_t count, double q, int side, const struct settle_design *design)
{
	double n = (double)count, k = (double)below;
	if (side * (k / n - q) <= 0)
		return false;
	if (!design->grows)
		return (side < 0 ? binomial_up_to(k, n, q) : 1 - binomial_up_to(k - 1, n, q)) <= design->alpha / 2;
	const double values[] = {1 - q, -q}, counts[] = {k, n - k};
	return log_evalue_mean(values, counts, 2, -q, 1 - q) >= -log(design->alpha);
}

struct interval quantile_interval(const double *sorted, size_t count, double q, const struct settle_design *design)
{
	struct interval ret = {-INFINITY, INFINITY, count > 0 && q > 0 && q < 1 && design->alpha > 0 && design->alpha < 1};
	if (!ret.defined)
		return (struct interval){NAN, NAN, false};
	size_t low = 0, high = count + 1; /* ranks from 1; 0 and count + 1: no bound */
	for (size_t inside = (size_t)((double)count * q) + 1; low < inside;) {
		size_t middle = (low + inside + 1) / 2;
		if (middle > 0 && middle <= count && rank_refused(middle - 1, count, q, -1, design))
			low = middle;
		else
			inside = middle - 1;
	}
	for (size_t inside = 0; inside + 1 < high;) {
		size_t middle = (inside + high) / 2;
		*(rank_refused(middle, count, q, 1, design) ? &high : &inside) = middle;
	}
	if (low > 0)
		ret.low = sorted[low - 1];
	if (high <= count)
		ret.high = sorted[high - 1];
	return ret;
}
