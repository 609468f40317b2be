#include "eval/base/memory.h"
#include "eval/stats/stats.h"
#include <math.h>
#include <stdlib.h>

double tenths_of(double proportion)
{
	double points = round(proportion * 1000) / 10;
	return points == 0 ? 0 : points;
}

double mean_of(const double *values, size_t count)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return count > 0 ? sum / (double)count : NAN;
}

double standard_error(const double *values, size_t count)
{
	if (count < 2)
		return NAN;
	double mean = mean_of(values, count), squares = 0;
	for (size_t i = 0; i < count; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	return sqrt(squares / (double)(count - 1) / (double)count);
}

struct residual {
	long long cluster;
	double value;
};

static int residual_order(const void *a, const void *b)
{
	const struct residual *left = a, *right = b;
	return (left->cluster > right->cluster) - (left->cluster < right->cluster);
}

double clustered_error(const double *values, const long long *clusters, size_t count, bool finite)
{
	if (count == 0)
		return NAN;
	CLEANUP(memory_release) struct residual *residuals = memory_grow(NULL, count, sizeof *residuals);
	double mean = mean_of(values, count), squares = 0;
	for (size_t i = 0; i < count; i++)
		residuals[i] = (struct residual){clusters[i], values[i] - mean};
	qsort(residuals, count, sizeof *residuals, residual_order);
	size_t found = 0;
	for (size_t i = 0; i < count; found++) {
		double sum = 0;
		long long cluster = residuals[i].cluster;
		for (; i < count && residuals[i].cluster == cluster; i++)
			sum += residuals[i].value;
		squares += sum * sum;
	}
	if (found < 2)
		return NAN;
	double error = sqrt(squares) / (double)count;
	return finite ? error * sqrt((double)found / (double)(found - 1)) : error;
}

double paired_error(const double *a, const double *b, size_t count)
{
	if (count < 2)
		return NAN;
	CLEANUP(memory_release) double *differences = memory_grow(NULL, count, sizeof *differences);
	for (size_t i = 0; i < count; i++)
		differences[i] = b[i] - a[i];
	return standard_error(differences, count);
}
