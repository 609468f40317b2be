#include "eval/base/memory.h"
#include "eval/stats/stats.h"
#include <math.h>

static double clamp_unit(double value)
{
	return value < 0 ? 0 : value > 1 ? 1 : value;
}

struct interval wilson_interval(long long count, long long total, double level)
{
	if (total <= 0 || count < 0 || count > total || !(level > 0 && level < 1))
		return (struct interval){NAN, NAN, false};
	double n = (double)total, p = (double)count / n;
	double z = normal_quantile(0.5 + level / 2), z2 = z * z;
	double center = (p + z2 / (2 * n)) / (1 + z2 / n);
	double half = z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
	/* At the ends the formula gives 0 and 1 but for rounding. */
	double low = count == 0 ? 0 : clamp_unit(center - half);
	double high = count == total ? 1 : clamp_unit(center + half);
	return (struct interval){low, high, true};
}

struct proportion proportion_of(long long count, long long total)
{
	struct proportion ret = {.count = count, .total = total, .rate = NAN, .interval = wilson_interval(count, total, 0.95)};
	if (ret.interval.defined)
		ret.rate = (double)count / (double)total;
	return ret;
}

/* ---- means within bounds ---- */

/* What is drawn: a case, or the cases of a group together. */
struct drawn {
	double sum, size;
};

static struct drawn *drawn_make(const double *values, const long long *groups, size_t count, size_t *ret)
{
	size_t most = groups ? 0 : count;
	for (size_t i = 0; groups && i < count; i++)
		most = (size_t)groups[i] > most ? (size_t)groups[i] : most;
	struct drawn *drawn = memory_take((most + 1) * sizeof *drawn);
	for (size_t i = 0; i < count; i++) {
		struct drawn *one = &drawn[groups ? (size_t)groups[i] - 1 : i];
		one->sum += values[i];
		one->size++;
	}
	*ret = most;
	return drawn;
}

/* The bound towards `end`: of the sample with `more` further ones of the mean size that lie there wholly. */
static double bound_towards(const struct drawn *drawn, size_t units, double more, double end, double wide)
{
	double size = 0, sum = 0, squares = 0;
	for (size_t i = 0; i < units; i++) {
		size += drawn[i].size;
		sum += drawn[i].sum;
	}
	double each = size / (double)units, all = size + more * each, mean = (sum + more * each * end) / all;
	for (size_t i = 0; i < units; i++)
		squares += (drawn[i].sum - drawn[i].size * mean) * (drawn[i].sum - drawn[i].size * mean);
	squares += more * each * each * (end - mean) * (end - mean);
	return mean + (end > mean ? 1 : -1) * wide * sqrt(squares) / all;
}

struct interval bounded_interval(
	const double *values, const long long *groups, size_t count, double low, double high, double level)
{
	const struct interval none = {NAN, NAN, false};
	if (count == 0 || !(low < high) || !(level > 0 && level < 1))
		return none;
	for (size_t i = 0; i < count; i++)
		if (!(values[i] >= low && values[i] <= high))
			return none;
	size_t units;
	CLEANUP(memory_release) struct drawn *drawn = drawn_make(values, groups, count, &units);
	if (groups && units < 2)
		return none;
	double golden = (sqrt(5) - 1) / 2, z = normal_quantile(.5 + level / 2), more = z * golden * z * golden, n = (double)units;
	double wide = groups ? t_quantile(.5 + level / 2, n - 1) * sqrt(n / (n - 1)) : z;
	return (struct interval){fmax(low, bound_towards(drawn, units, more, low, wide)),
		fmin(high, bound_towards(drawn, units, more, high, wide)), true};
}

struct interval alike_interval(double mean, size_t units, double low, double high, double level)
{
	CLEANUP(memory_release) double *values = memory_grow(NULL, units + 1, sizeof *values);
	for (size_t i = 0; i < units; i++)
		values[i] = mean;
	return bounded_interval(values, NULL, units < 2 ? 0 : units, low, high, level);
}
