#include "eval/stats/agreement.h"
#include "eval/base/memory.h"
#include <math.h>
#include <stdlib.h>

static long long row_sum(const long long *table, size_t size, size_t row)
{
	long long sum = 0;
	for (size_t column = 0; column < size; column++)
		sum += table[row * size + column];
	return sum;
}

static long long column_sum(const long long *table, size_t size, size_t column)
{
	long long sum = 0;
	for (size_t row = 0; row < size; row++)
		sum += table[row * size + column];
	return sum;
}

static bool counts_good(const long long *table, size_t size)
{
	for (size_t i = 0; i < size * size; i++)
		if (table[i] < 0)
			return false;
	return true;
}

struct kappa cohen_kappa(const long long *table, size_t size)
{
	double total = 0, same = 0, chance = 0;
	if (!counts_good(table, size))
		return (struct kappa){NAN, NAN, NAN};
	for (size_t i = 0; i < size; i++) {
		double row = (double)row_sum(table, size, i);
		total += row;
		same += (double)table[i * size + i];
		chance += row * (double)column_sum(table, size, i);
	}
	if (total <= 0)
		return (struct kappa){NAN, NAN, NAN};
	struct kappa ret = {NAN, same / total, chance / (total * total)};
	if (chance < total * total)
		ret.kappa = (ret.observed - ret.expected) / (1 - ret.expected);
	return ret;
}

double class_agreement(const long long *table, size_t size, size_t index)
{
	long long given = row_sum(table, size, index) + column_sum(table, size, index);
	return given > 0 && counts_good(table, size) ? 2.0 * (double)table[index * size + index] / (double)given : NAN;
}

/* ---- Krippendorff ---- */
struct coincidences {
	double *values, *pairs, *margins; /* values ascending; pairs count × count */
	size_t count;
	double total;
};

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static size_t value_index(const struct coincidences *table, double value)
{
	const double *found = bsearch(&value, table->values, table->count, sizeof *table->values, compare_doubles);
	return (size_t)(found - table->values);
}

static size_t distinct_values(const double *values, size_t count, double *ret)
{
	size_t given = 0, kept = 0;
	for (size_t i = 0; i < count; i++)
		if (!isnan(values[i]))
			ret[given++] = values[i];
	qsort(ret, given, sizeof *ret, compare_doubles);
	for (size_t i = 0; i < given; i++)
		if (kept == 0 || ret[kept - 1] != ret[i])
			ret[kept++] = ret[i];
	return kept;
}

static void item_count(struct coincidences *table, const double *values, size_t raters, size_t items, size_t item)
{
	size_t given = 0;
	for (size_t r = 0; r < raters; r++)
		given += !isnan(values[r * items + item]);
	for (size_t a = 0; given > 1 && a < raters; a++)
		for (size_t b = 0; b < raters; b++) {
			double x = values[a * items + item], y = values[b * items + item];
			if (a != b && !isnan(x) && !isnan(y))
				table->pairs[value_index(table, x) * table->count + value_index(table, y)] += 1 / (double)(given - 1);
		}
}

/* Squared distance of two values at the level of measurement. */
static double distance(const struct coincidences *table, size_t a, size_t b, enum level level)
{
	double x = table->values[a], y = table->values[b], between = 0;
	switch (level) {
	case LEVEL_NOMINAL: return a != b;
	case LEVEL_INTERVAL: return (x - y) * (x - y);
	case LEVEL_RATIO: return x + y == 0 ? 0 : (x - y) / (x + y) * ((x - y) / (x + y));
	default: break;
	}
	for (size_t i = a < b ? a : b; i <= (a < b ? b : a); i++)
		between += table->margins[i];
	between -= (table->margins[a] + table->margins[b]) / 2;
	return a == b ? 0 : between * between;
}

double krippendorff_alpha(const double *values, size_t raters, size_t items, enum level level)
{
	size_t room = raters * items + 1;
	CLEANUP(memory_release) double *distinct = memory_take(room * sizeof *distinct);
	struct coincidences table = {.values = distinct, .count = distinct_values(values, raters * items, distinct)};
	CLEANUP(memory_release) double *pairs = memory_take((table.count * table.count + 1) * sizeof *pairs);
	CLEANUP(memory_release) double *margins = memory_take((table.count + 1) * sizeof *margins);
	table.pairs = pairs;
	table.margins = margins;
	for (size_t item = 0; item < items; item++)
		item_count(&table, values, raters, items, item);
	for (size_t a = 0; a < table.count; a++)
		for (size_t b = 0; b < table.count; b++)
			margins[a] += pairs[a * table.count + b];
	for (size_t a = 0; a < table.count; a++)
		table.total += margins[a];
	double observed = 0, expected = 0;
	for (size_t a = 0; a < table.count; a++)
		for (size_t b = 0; b < table.count; b++) {
			double far = distance(&table, a, b, level);
			observed += pairs[a * table.count + b] * far;
			expected += margins[a] * margins[b] * far;
		}
	return expected > 0 ? 1 - (table.total - 1) * observed / expected : NAN;
}
