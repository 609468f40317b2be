#include "tui/format.h"
#include "eval/base/clock.h"
#include "eval/store/runs.h"
#include "reports/excerpt.h"
#include <math.h>

const char *format_short(struct arena *arena, long long count)
{
	static const char units[] = "kMG";
	double value = (double)count;
	size_t unit = 0;
	if (count < 100000)
		return arena_format(arena, "%lld", count);
	for (value /= 1e3; value >= 1000 && unit < 2; value /= 1e3)
		unit++;
	return arena_format(arena, value < 100 ? "%.1f%c" : "%.0f%c", value, units[unit]);
}

const char *format_share(struct arena *arena, long long part, long long whole)
{
	return whole > 0 ? percent_format(arena, (double)part / (double)whole) : "-";
}

struct proportion format_rate_of(const struct tally *tally)
{
	return proportion_of(tally->passed, tally->passed + tally->failed + tally->errors);
}

const char *format_rate(struct arena *arena, const struct tally *tally)
{
	return format_share(arena, tally->passed, tally->passed + tally->failed + tally->errors);
}

const char *format_tokens(struct arena *arena, const struct tally *tally)
{
	long long tokens = tally->input_tokens + tally->output_tokens;
	if (tokens == 0)
		return tally->passed + tally->failed ? "unknown" : "-";
	return format_short(arena, tokens);
}

const char *format_time(struct arena *arena, int64_t microseconds)
{
	return duration_format(arena, microseconds < 0 ? NAN : (double)microseconds * 1e-6);
}

const char *format_moment(struct arena *arena, int64_t wall)
{
	char iso[CLOCK_ISO];
	clock_iso(wall, iso);
	iso[10] = ' ';
	return arena_copy(arena, iso, 16);
}

struct text format_list(struct arena *arena, struct text json)
{
	return list_plain(arena, json, " | ");
}
