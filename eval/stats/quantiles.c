#include "eval/stats/stats.h"
#include <math.h>
#include <stdlib.h>

static int value_order(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

double quantile(double *values, size_t count, double q)
{
	if (count == 0 || !(q >= 0 && q <= 1))
		return NAN;
	for (size_t i = 0; i < count; i++)
		if (isnan(values[i]))
			return NAN;
	qsort(values, count, sizeof *values, value_order);
	double at = q * (double)(count - 1);
	size_t below = (size_t)floor(at);
	if (below + 1 >= count)
		return values[count - 1];
	if (at == (double)below || values[below] == values[below + 1])
		return values[below]; /* infinite ones too */
	return values[below] + (at - (double)below) * (values[below + 1] - values[below]);
}
