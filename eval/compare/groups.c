#include "eval/compare/compare_private.h"
#include <math.h>
#include <stdlib.h>

struct named {
	const char *name;
	size_t index;
};

static int named_order(const void *a, const void *b)
{
	const struct named *left = a, *right = b;
	return strcmp(left->name, right->name);
}

size_t groups_number(const char *const *names, size_t count, long long *numbers)
{
	CLEANUP(memory_release) struct named *sorted = memory_grow(NULL, count + 1, sizeof *sorted);
	size_t named = 0, groups = 0;
	for (size_t i = 0; i < count; i++)
		if (names[i])
			sorted[named++] = (struct named){names[i], i};
	if (named == 0)
		return 0;
	qsort(sorted, named, sizeof *sorted, named_order);
	for (size_t i = 0; i < named; i++) {
		groups += i == 0 || strcmp(sorted[i].name, sorted[i - 1].name) != 0;
		numbers[sorted[i].index] = (long long)groups;
	}
	for (size_t i = 0; i < count; i++)
		if (!names[i])
			numbers[i] = (long long)++groups;
	return groups;
}

struct interval interval_around(double mean, double error, double quantile, double least, double most)
{
	if (isnan(mean) || !(error > 0) || isnan(quantile))
		return (struct interval){NAN, NAN, false};
	return (struct interval){fmax(least, mean - quantile * error), fmin(most, mean + quantile * error), true};
}

struct proportion pass_rate_of(
	const double *rates, const char *const *clusters, size_t count, struct arena *arena, const char **method)
{
	CLEANUP(memory_release) long long *groups = memory_grow(NULL, count + 1, sizeof *groups);
	size_t group_count = groups_number(clusters, count, groups);
	long long always = 0, unstable = 0;
	for (size_t i = 0; i < count; i++) {
		always += rates[i] == 1;
		unstable += rates[i] > 0 && rates[i] < 1;
	}
	struct proportion ret = proportion_of(always, (long long)count);
	const char *words = "Wilson";
	ret.rate = mean_of(rates, count);
	if (group_count > 0 && group_count < count) {
		double error = clustered_error(rates, groups, count, true), wide = t_quantile(0.975, (double)group_count - 1);
		ret.interval = error > 0 ? interval_around(ret.rate, error, wide, 0, 1) : alike_interval(ret.rate, group_count, 0, 1, 0.95);
		words = arena_format(arena, "clustered by case group (%zu group%s)", group_count, group_count == 1 ? "" : "s");
	} else if (unstable > 0) {
		ret.interval = bounded_interval(rates, NULL, count, 0, 1, 0.95);
		words = "normal over cases, ends guarded";
	}
	if (method)
		*method = words;
	return ret;
}
