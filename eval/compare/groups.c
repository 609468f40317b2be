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
