#include "eval/compare/compare_private.h"
#include <math.h>
#include <stdlib.h>

#define PERMUTATION_ROUNDS 10000
#define PERMUTATION_SEED 20270
/* Below either of these the normal approximation of a difference of paired proportions is poor. */
#define SMALL_SAMPLE 200
#define SMALL_DISCORDANCE 20

/* The paired cases, side by side. */
struct matched {
	const struct table_case **a, **b;
	double *differences;
	const char **clusters;
	long long *groups;
	size_t count, group_count;
	bool clustered;
};

static void matched_release(struct matched *matched)
{
	free(matched->a);
	free(matched->b);
	free(matched->differences);
	free(matched->clusters);
	free(matched->groups);
}

static struct matched matched_make(size_t room)
{
	return (struct matched){.a = memory_grow(NULL, room + 1, sizeof(void *)),
		.b = memory_grow(NULL, room + 1, sizeof(void *)),
		.differences = memory_grow(NULL, room + 1, sizeof(double)),
		.clusters = memory_grow(NULL, room + 1, sizeof(char *)),
		.groups = memory_grow(NULL, room + 1, sizeof(long long))};
}

static void case_match(struct matched *matched, const struct table_case *a, const struct table_case *b, struct pair_summary *ret)
{
	if (a->input != b->input) {
		ret->changed_input++;
		return;
	}
	if (isnan(a->rate) || isnan(b->rate)) {
		ret->missing++;
		return;
	}
	ret->changed_gold += a->gold != b->gold;
	matched->a[matched->count] = a;
	matched->b[matched->count] = b;
	matched->differences[matched->count] = b->rate - a->rate;
	matched->clusters[matched->count] = b->cluster;
	matched->count++;
}

/* Merges both by case id, so that other orders and other test sets pair as well. */
static struct matched tables_match(const struct arm_table *a, const struct arm_table *b, struct pair_summary *ret)
{
	CLEANUP(memory_release) const struct table_case **left = arm_table_by_id(a);
	CLEANUP(memory_release) const struct table_case **right = arm_table_by_id(b);
	struct matched matched = matched_make(a->count < b->count ? a->count : b->count);
	size_t i = 0, j = 0;
	while (i < a->count && j < b->count) {
		int order = strcmp(left[i]->id, right[j]->id);
		ret->only_a += order < 0;
		ret->only_b += order > 0;
		if (order == 0)
			case_match(&matched, left[i], right[j], ret);
		i += order <= 0;
		j += order >= 0;
	}
	ret->only_a += (long long)(a->count - i);
	ret->only_b += (long long)(b->count - j);
	matched.group_count = groups_number(matched.clusters, matched.count, matched.groups);
	matched.clustered = matched.group_count > 0 && matched.group_count < matched.count;
	return matched;
}

static void outcomes_count(const struct matched *matched, struct pair_summary *ret)
{
	double sum_a = 0, sum_b = 0;
	ret->silent_a = ret->silent_b = matched->count > 0;
	for (size_t i = 0; i < matched->count; i++) {
		const struct table_case *a = matched->a[i], *b = matched->b[i];
		sum_a += a->rate;
		sum_b += b->rate;
		ret->wins += b->rate > a->rate;
		ret->losses += b->rate < a->rate;
		ret->both_passed += a->rate == 1 && b->rate == 1;
		ret->both_failed += a->rate == 0 && b->rate == 0;
		ret->errors_a += a->errors;
		ret->errors_b += b->errors;
		ret->silent_a &= !(a->passed + a->failed + a->ungraded);
		ret->silent_b &= !(b->passed + b->failed + b->ungraded);
		ret->refused_a += a->refused;
		ret->refused_b += b->refused;
	}
	ret->rate_a = sum_a / (double)matched->count;
	ret->rate_b = sum_b / (double)matched->count;
	ret->difference = ret->rate_b - ret->rate_a;
}

/* One repeat gives 0 or 1 a case; with several, means. */
static bool matched_is_binary(const struct matched *matched)
{
	for (size_t i = 0; i < matched->count; i++)
		if ((matched->a[i]->rate > 0 && matched->a[i]->rate < 1) || (matched->b[i]->rate > 0 && matched->b[i]->rate < 1))
			return false;
	return true;
}

static void interval_set(const struct matched *matched, struct arena *arena, struct pair_summary *ret)
{
	if (matched->clustered) {
		double error = clustered_error(matched->differences, matched->groups, matched->count, true);
		double wide = t_quantile(0.975, (double)matched->group_count - 1);
		ret->interval = error > 0 ? interval_around(ret->difference, error, wide, -1, 1)
					  : alike_interval(ret->difference, matched->group_count, -1, 1, 0.95);
		ret->interval_method = arena_format(arena, "clustered by case group (%zu group%s)", matched->group_count,
			matched->group_count == 1 ? "" : "s");
		return;
	}
	if (!matched_is_binary(matched)) {
		ret->interval = bounded_interval(matched->differences, NULL, matched->count, -1, 1, 0.95);
		ret->interval_method = "paired over cases, ends guarded";
		return;
	}
	if (matched->count < SMALL_SAMPLE || ret->wins + ret->losses < SMALL_DISCORDANCE) {
		ret->interval = agresti_min(ret->wins, ret->losses, ret->paired, 0.95);
		ret->interval_method = "Agresti-Min";
		return;
	}
	double error = standard_error(matched->differences, matched->count);
	ret->interval = interval_around(ret->difference, error, normal_quantile(0.975), -1, 1);
	ret->interval_method = "paired";
}

/* Signs flip together within a group: its cases are not independent. */
static double group_test(const struct matched *matched)
{
	CLEANUP(memory_release) double *sums = memory_take(matched->group_count * sizeof *sums);
	for (size_t i = 0; i < matched->count; i++)
		sums[matched->groups[i] - 1] += matched->differences[i];
	return signflip_test(sums, matched->group_count, PERMUTATION_ROUNDS, PERMUTATION_SEED);
}

static void test_set(const struct matched *matched, struct pair_summary *ret)
{
	if (matched->clustered) {
		ret->p = group_test(matched);
		ret->p_method = "sign-flip permutation by case group";
	} else if (matched_is_binary(matched)) {
		ret->p = mcnemar_exact(ret->wins, ret->losses);
		ret->p_method = "exact McNemar";
	} else {
		ret->p = signflip_test(matched->differences, matched->count, PERMUTATION_ROUNDS, PERMUTATION_SEED);
		ret->p_method = "sign-flip permutation";
	}
	ret->has_p = true;
}

/* Dollars an attempt; NAN as soon as one is unknown. */
static double cost_mean(const struct table_case *const *cases, size_t count)
{
	long long attempts = 0, sum = 0;
	for (size_t i = 0; i < count; i++) {
		if (cases[i]->cost == UNKNOWN)
			return NAN;
		sum += cases[i]->cost;
		attempts += cases[i]->passed + cases[i]->failed + cases[i]->errors + cases[i]->ungraded;
	}
	return attempts ? (double)sum / (double)attempts / 1e12 : NAN;
}

static double latency_median(const struct arm_table *table, const struct table_case *const *cases, size_t count)
{
	CLEANUP(memory_release) double *values = memory_grow(NULL, table->latency_count + 1, sizeof *values);
	size_t found = 0;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < cases[i]->latency_count; j++)
			values[found++] = table->latencies[cases[i]->latency_from + j];
	return quantile(values, found, 0.5);
}

static double ratio_of(double b, double a)
{
	return a > 0 ? b / a : NAN;
}

static void price_set(const struct matched *matched, const struct arm_table *a, const struct arm_table *b, struct pair_summary *ret)
{
	ret->cost_a = cost_mean(matched->a, matched->count);
	ret->cost_b = cost_mean(matched->b, matched->count);
	ret->latency_a = latency_median(a, matched->a, matched->count);
	ret->latency_b = latency_median(b, matched->b, matched->count);
	ret->cost_ratio = ratio_of(ret->cost_b, ret->cost_a);
	ret->latency_ratio = ratio_of(ret->latency_b, ret->latency_a);
}

static const struct pair_summary pair_empty = {.rate_a = NAN,
	.rate_b = NAN,
	.difference = NAN,
	.interval = {NAN, NAN, false},
	.interval_method = "none",
	.p = NAN,
	.p_method = "none",
	.p_holm = NAN,
	.cost_a = NAN,
	.cost_b = NAN,
	.latency_a = NAN,
	.latency_b = NAN,
	.cost_ratio = NAN,
	.latency_ratio = NAN};

static void incomparable_set(struct pair_summary *ret)
{
	const char *why = "they have no case in common";
	if (ret->missing)
		why = "no case has been run and scored with both";
	else if (ret->changed_input)
		why = "every case they share has another input";
	error_set(&ret->why, ERROR_NOT_COMPARABLE, "%s and %s cannot be compared: %s", ret->b.label, ret->a.label, why);
}

void set_pair(const struct arm_set *set, size_t at_a, size_t at_b, struct arena *arena, struct pair_summary *ret)
{
	const struct arm_table *a = &set->tables[at_a], *b = &set->tables[at_b];
	*ret = pair_empty;
	ret->a = a->arm;
	ret->b = b->arm;
	ret->repeats = a->repeats > b->repeats ? a->repeats : b->repeats;
	ret->same_grading = a->grading == b->grading;
	CLEANUP(matched_release) struct matched matched = tables_match(a, b, ret);
	ret->paired = (long long)matched.count;
	if (matched.count == 0) {
		incomparable_set(ret);
		return;
	}
	outcomes_count(&matched, ret);
	interval_set(&matched, arena, ret);
	test_set(&matched, ret);
	price_set(&matched, a, b, ret);
}

bool pair_summarise(struct store *store, const struct arm *a, const struct arm *b, struct arena *arena, struct pair_summary *ret,
	struct error *error)
{
	const struct arm arms[] = {*a, *b};
	CLEANUP(arm_set_release) struct arm_set *set = NULL;
	if (!arm_set_load(store, arms, COUNT(arms), &set, error))
		return false;
	set_pair(set, 0, 1, arena, ret);
	return true;
}
