/* Tests and intervals by resampling. */
#include "eval/base/memory.h"
#include "eval/base/random.h"
#include "eval/stats/stats_private.h"
#include <math.h>
#include <stdlib.h>

#define EXACT_LIMIT 20

/* Sums as large as the one seen count as hits, though they were added in another order. */
static double tie_margin(const double *values, size_t count)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += fabs(values[i]);
	return sum * 1e-10;
}

static bool equal_sizes(const double *values, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (fabs(fabs(values[i]) - fabs(values[0])) > 1e-12 * fabs(values[0]))
			return false;
	return true;
}

static double flip_equal(const double *values, size_t count)
{
	long long up = 0;
	for (size_t i = 0; i < count; i++)
		up += values[i] > 0;
	return mcnemar_exact(up, (long long)count - up);
}

/* All sign patterns in Gray order: one value changes its sign at each step. */
static double flip_all(const double *values, size_t count, double seen)
{
	double signs[EXACT_LIMIT], sum = 0;
	for (size_t i = 0; i < count; i++) {
		signs[i] = fabs(values[i]);
		sum += signs[i];
	}
	unsigned long patterns = 1ul << count, hits = 0;
	for (unsigned long i = 1;; i++) {
		hits += fabs(sum) >= seen;
		if (i == patterns)
			return (double)hits / (double)patterns;
		int bit = __builtin_ctzl(i);
		sum -= 2 * signs[bit];
		signs[bit] = -signs[bit];
	}
}

static double flip_sum(struct random *random, const double *values, size_t count)
{
	double sum = 0;
	uint64_t bits = 0;
	for (size_t i = 0; i < count; i++, bits >>= 1) {
		if (i % 64 == 0)
			bits = random_next(random);
		sum += bits & 1 ? values[i] : -values[i];
	}
	return sum;
}

static double flip_some(const double *values, size_t count, double seen, long long rounds, unsigned long long seed)
{
	struct random random;
	random_seed(&random, seed);
	long long hits = 0;
	for (long long i = 0; i < rounds; i++)
		hits += fabs(flip_sum(&random, values, count)) >= seen;
	return (double)(hits + 1) / (double)(rounds + 1);
}

double signflip_test(const double *differences, size_t count, long long rounds, unsigned long long seed)
{
	CLEANUP(memory_release) double *values = memory_grow(NULL, count + 1, sizeof *values);
	size_t kept = 0;
	double sum = 0;
	for (size_t i = 0; i < count; i++) {
		if (!isfinite(differences[i]))
			return NAN;
		if (differences[i] != 0)
			values[kept++] = differences[i];
		sum += differences[i];
	}
	if (kept == 0)
		return 1;
	if (!isfinite(tie_margin(values, kept)))
		return NAN; /* the sums pass what a double holds */
	double seen = fabs(sum) - tie_margin(values, kept);
	if (equal_sizes(values, kept))
		return flip_equal(values, kept);
	double p;
	if (kept <= EXACT_LIMIT)
		return flip_all(values, kept, seen);
	if (signflip_lattice(values, kept, &p))
		return p;
	return rounds < 1 ? NAN : flip_some(values, kept, seen, rounds, seed);
}

/* What is drawn: an item, or the items of a cluster together. */
struct unit {
	long long cluster;
	double sum;
	size_t count;
};

static int unit_order(const void *a, const void *b)
{
	const struct unit *left = a, *right = b;
	return (left->cluster > right->cluster) - (left->cluster < right->cluster);
}

static struct unit *units_of(const double *values, const long long *clusters, size_t count, size_t *ret)
{
	struct unit *units = memory_grow(NULL, count, sizeof *units);
	for (size_t i = 0; i < count; i++)
		units[i] = (struct unit){clusters ? clusters[i] : (long long)i, values[i], 1};
	qsort(units, count, sizeof *units, unit_order);
	size_t last = 0;
	for (size_t i = 1; i < count; i++) {
		if (units[i].cluster != units[last].cluster) {
			units[++last] = units[i];
			continue;
		}
		units[last].sum += units[i].sum;
		units[last].count++;
	}
	*ret = last + 1;
	return units;
}

/* NULL where there is nothing to draw from: a value that is none, or fewer than two units. */
static double *bootstrap_means(
	const double *values, const long long *clusters, size_t count, long long rounds, unsigned long long seed)
{
	size_t unit_count;
	for (size_t i = 0; i < count; i++)
		if (!isfinite(values[i]))
			return NULL;
	CLEANUP(memory_release) struct unit *units = units_of(values, clusters, count, &unit_count);
	if (unit_count < 2)
		return NULL;
	double *means = memory_grow(NULL, (size_t)rounds, sizeof *means);
	struct random random;
	random_seed(&random, seed);
	for (long long i = 0; i < rounds; i++) {
		double sum = 0;
		size_t items = 0;
		for (size_t j = 0; j < unit_count; j++) {
			const struct unit *unit = &units[random_below(&random, unit_count)];
			sum += unit->sum;
			items += unit->count;
		}
		means[i] = sum / (double)items;
	}
	return means;
}

struct interval bootstrap_mean(
	const double *values, const long long *clusters, size_t count, long long rounds, unsigned long long seed, double level)
{
	if (count < 2 || rounds < 1 || !(level > 0 && level < 1))
		return (struct interval){NAN, NAN, false};
	CLEANUP(memory_release) double *means = bootstrap_means(values, clusters, count, rounds, seed);
	if (!means)
		return (struct interval){NAN, NAN, false};
	double low = quantile(means, (size_t)rounds, (1 - level) / 2);
	double high = quantile(means, (size_t)rounds, (1 + level) / 2);
	return (struct interval){low, high, true};
}

double bootstrap_error(const double *values, const long long *clusters, size_t count, long long rounds, unsigned long long seed)
{
	if (count < 2 || rounds < 2)
		return NAN;
	CLEANUP(memory_release) double *means = bootstrap_means(values, clusters, count, rounds, seed);
	return !means ? NAN : standard_error(means, (size_t)rounds) * sqrt((double)rounds);
}
