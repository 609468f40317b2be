#include "reports/format.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define UNKNOWN_WORD "unknown"

/* Digits in groups of three. */
static const char *digits_group(struct arena *arena, const char *digits)
{
	size_t length = strlen(digits), room = length + length / 3 + 1, at = 0;
	char *out = arena_take(arena, room + 1);
	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	return out;
}

const char *count_format(struct arena *arena, long long count)
{
	if (count < 0)
		return UNKNOWN_WORD;
	return digits_group(arena, arena_format(arena, "%lld", count));
}

const char *percent_format(struct arena *arena, double proportion)
{
	return isnan(proportion) ? UNKNOWN_WORD : arena_format(arena, "%.1f%%", tenths_of(proportion));
}

const char *percent_interval_format(struct arena *arena, struct interval interval)
{
	if (!interval.defined)
		return "undefined";
	return arena_format(arena, "%.1f%% to %.1f%%", tenths_of(interval.low), tenths_of(interval.high));
}

const char *points_format(struct arena *arena, double difference)
{
	return isnan(difference) ? UNKNOWN_WORD : arena_format(arena, "%+.1f points", tenths_of(difference));
}

const char *points_interval_format(struct arena *arena, struct interval interval)
{
	if (!interval.defined)
		return "undefined";
	return arena_format(arena, "%+.1f to %+.1f", tenths_of(interval.low), tenths_of(interval.high));
}

const char *score_format(struct arena *arena, double value)
{
	return isnan(value) ? UNKNOWN_WORD : arena_format(arena, "%.3f", value);
}

/* Below a dollar two significant digits, at least cents. */
static int money_decimals(double dollars)
{
	if (!(dollars > 0) || dollars >= 0.1)
		return 2;
	int decimals = 1 - (int)floor(log10(dollars) + 1e-9);
	return decimals > 12 ? 12 : decimals;
}

const char *money_format(struct arena *arena, double dollars)
{
	if (isnan(dollars) || dollars < 0)
		return UNKNOWN_WORD;
	if (dollars > 1e15)
		return arena_format(arena, "$%.3g", dollars);
	char *plain = arena_format(arena, "%.*f", money_decimals(dollars), dollars);
	char *point = strchr(plain, '.');
	if (!point)
		return arena_format(arena, "$%s", plain);
	*point = '\0';
	return arena_format(arena, "$%s.%s", digits_group(arena, plain), point + 1);
}

const char *cost_format(struct arena *arena, long long picodollars)
{
	return picodollars == UNKNOWN ? UNKNOWN_WORD : money_format(arena, (double)picodollars / 1e12);
}

const char *duration_format(struct arena *arena, double seconds)
{
	if (isnan(seconds) || seconds < 0)
		return UNKNOWN_WORD;
	if (seconds < 0.00095)
		return arena_format(arena, "%.2f ms", seconds * 1000);
	if (seconds < 0.0095)
		return arena_format(arena, "%.1f ms", seconds * 1000);
	if (seconds < 0.9995)
		return arena_format(arena, "%.0f ms", seconds * 1000);
	if (seconds < 59.95)
		return arena_format(arena, "%.1f s", seconds);
	if (seconds > 1e15)
		return arena_format(arena, "%.3g s", seconds);
	long long whole = llround(seconds);
	if (whole < 3600)
		return arena_format(arena, "%lld min %lld s", whole / 60, whole % 60);
	return arena_format(arena, "%s h %lld min", count_format(arena, whole / 3600), whole % 3600 / 60);
}

const char *p_format(struct arena *arena, double p)
{
	if (isnan(p))
		return "none";
	if (p < 0.0001)
		return "< 0.0001";
	return arena_format(arena, p < 0.01 ? "%.4f" : "%.3f", p);
}

const char *ratio_format(struct arena *arena, double ratio)
{
	if (isnan(ratio) || ratio < 0)
		return UNKNOWN_WORD;
	return arena_format(arena, ratio < 9.95 ? "%.1f times" : "%.0f times", ratio);
}
