#include "eval/compare/compare_private.h"
#include <math.h>
#include <stdlib.h>

static void attempts_count(const struct arm_table *table, struct arm_summary *ret)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct table_case *row = &table->cases[i];
		ret->passed += row->passed;
		ret->failed += row->failed;
		ret->errors += row->errors;
		ret->missing += row->missing;
		ret->ungraded += row->ungraded;
		ret->measured += !isnan(row->rate);
		ret->unstable += row->rate > 0 && row->rate < 1;
	}
	ret->done = ret->passed + ret->failed + ret->ungraded;
	ret->planned = ret->done + ret->errors + ret->missing;
	ret->incomplete = ret->errors > 0 || ret->missing > 0;
}

static void rate_set(const struct arm_table *table, struct arena *arena, struct arm_summary *ret)
{
	CLEANUP(memory_release) double *rates = memory_grow(NULL, table->count + 1, sizeof *rates);
	CLEANUP(memory_release) const char **clusters = memory_grow(NULL, table->count + 1, sizeof *clusters);
	size_t count = 0;
	for (size_t i = 0; i < table->count; i++)
		if (!isnan(table->cases[i].rate)) {
			clusters[count] = table->cases[i].cluster;
			rates[count++] = table->cases[i].rate;
		}
	ret->pass_rate = pass_rate_of(rates, clusters, count, arena, &ret->interval_method);
}

static void score_set(const struct arm_table *table, struct arm_summary *ret)
{
	double sum = 0;
	long long graded = 0;
	for (size_t i = 0; i < table->count; i++)
		if (!isnan(table->cases[i].value)) {
			sum += table->cases[i].value;
			graded++;
		}
	ret->mean_score = graded ? sum / (double)graded : NAN;
}

static int class_order(const void *a, const void *b)
{
	const struct class_count *left = a, *right = b;
	if (left->count != right->count)
		return left->count > right->count ? -1 : 1;
	return strcmp(left->name, right->name);
}

static void classes_set(const struct arm_table *table, struct arena *arena, struct arm_summary *ret)
{
	ret->class_count = table->class_count;
	ret->classes = arena_take(arena, (table->class_count + 1) * sizeof *ret->classes);
	for (size_t i = 0; i < table->class_count; i++)
		ret->classes[i] = (struct class_count){arena_string(arena, table->classes[i].name), table->classes[i].count};
	qsort(ret->classes, ret->class_count, sizeof *ret->classes, class_order);
}

/* On a copy: the cases know their latencies by place. */
static void latencies_set(const struct arm_table *table, struct arm_summary *ret)
{
	CLEANUP(memory_release) double *sorted = memory_grow(NULL, table->latency_count + 1, sizeof *sorted);
	if (table->latency_count)
		memcpy(sorted, table->latencies, table->latency_count * sizeof *sorted);
	ret->latency_p50 = quantile(sorted, table->latency_count, 0.5);
	ret->latency_p95 = quantile(sorted, table->latency_count, 0.95);
}

void set_summarise(const struct arm_set *set, size_t arm, struct arena *arena, struct arm_summary *ret)
{
	const struct arm_table *table = &set->tables[arm];
	*ret = (struct arm_summary){.arm = table->arm,
		.repeats = table->repeats,
		.cases = (long long)table->count,
		.usage = table->usage,
		.known = table->known,
		.unknown_usage = table->unknown_usage,
		.unknown_cost = table->unknown_cost,
		.calls = table->calls,
		.refused = table->refused,
		.filtered = table->filtered};
	attempts_count(table, ret);
	if (ret->done + ret->errors == 0)
		ret->usage = USAGE_UNKNOWN;
	rate_set(table, arena, ret);
	score_set(table, ret);
	classes_set(table, arena, ret);
	latencies_set(table, ret);
}
