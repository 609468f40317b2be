/* The sign-flip distribution exactly, where all differences are multiples of one unit: means over a few repeats are. */
#include "eval/base/memory.h"
#include "eval/stats/stats_private.h"
#include <math.h>
#include <stdlib.h>

#define UNIT_LIMIT 60	       /* finest unit: 1/60 serves up to 6 repeats in any mixture */
#define STEPS_LIMIT 20000000.0 /* additions; beyond that, Monte Carlo is cheaper */
#define MASS_LEAST 1e-19

static long long steps_of(double value, int unit)
{
	double scaled = fabs(value) * unit, whole = round(scaled);
	return fabs(scaled - whole) < 1e-9 && whole < 1e6 ? (long long)whole : -1;
}

static int unit_find(const double *values, size_t count)
{
	for (int unit = 1; unit <= UNIT_LIMIT; unit++) {
		size_t at = 0;
		while (at < count && steps_of(values[at], unit) > 0)
			at++;
		if (at == count)
			return unit;
	}
	return 0;
}

static int step_order(const void *a, const void *b)
{
	long long left = *(const long long *)a, right = *(const long long *)b;
	return (left > right) - (left < right);
}

/* How many of `count` equal steps point up: fair binomial, terms too small to matter left out. */
struct binomial {
	double *terms;
	long long first, last;
};

static struct binomial binomial_make(long long count)
{
	struct binomial ret = {.terms = memory_grow(NULL, (size_t)count + 1, sizeof(double)), .first = count};
	double n = (double)count;
	for (long long k = 0; k <= count; k++) {
		ret.terms[k] = exp(lgamma(n + 1) - lgamma((double)k + 1) - lgamma(n - (double)k + 1) - n * log(2));
		if (ret.terms[k] < MASS_LEAST)
			continue;
		ret.first = k < ret.first ? k : ret.first;
		ret.last = k;
	}
	return ret;
}

/* The distribution of sums grows by `count` steps of one size; answers the new array. */
static double *sums_spread(double *sums, size_t *reach, long long step, long long count)
{
	struct binomial binomial = binomial_make(count);
	size_t wide = *reach + (size_t)(step * count);
	double *spread = memory_take((wide + 1) * sizeof *spread);
	for (long long k = binomial.first; k <= binomial.last; k++)
		for (size_t i = 0; i <= *reach; i++)
			spread[i + (size_t)(k * step)] += sums[i] * binomial.terms[k];
	free(binomial.terms);
	free(sums);
	*reach = wide;
	return spread;
}

static double tail_sum(const double *sums, size_t reach, long long seen)
{
	double p = 0;
	for (size_t i = 0; i <= reach; i++)
		if (llabs(2 * (long long)i - (long long)reach) >= seen)
			p += sums[i];
	return p;
}

bool signflip_lattice(const double *values, size_t count, double *p)
{
	int unit = unit_find(values, count);
	if (unit == 0)
		return false;
	CLEANUP(memory_release) long long *steps = memory_grow(NULL, count + 1, sizeof *steps);
	long long seen = 0, total = 0;
	for (size_t i = 0; i < count; i++) {
		steps[i] = steps_of(values[i], unit);
		total += steps[i];
		seen += values[i] > 0 ? steps[i] : -steps[i];
	}
	if ((double)total * 20 * sqrt((double)count) > STEPS_LIMIT)
		return false;
	qsort(steps, count, sizeof *steps, step_order);
	size_t reach = 0;
	double *sums = memory_take(sizeof *sums);
	sums[0] = 1;
	for (size_t i = 0, next; i < count; i = next) {
		for (next = i; next < count && steps[next] == steps[i];)
			next++;
		sums = sums_spread(sums, &reach, steps[i], (long long)(next - i));
	}
	/* Not less than the two patterns that are most extreme, whatever was left out. */
	*p = fmin(1, fmax(tail_sum(sums, reach, llabs(seen)), ldexp(1, 1 - (int)count)));
	free(sums);
	return true;
}
