#include "reports/md.h"
#include <math.h>

static const char *verdict_words(const struct pair_summary *pair)
{
	switch (pair_verdict_of(pair)) {
	case PAIR_BETTER:
		return "better";
	case PAIR_WORSE:
		return "worse";
	case PAIR_UNSETTLED:
		return "no difference shown";
	case PAIR_NOTHING:
		break;
	}
	return "not comparable";
}

static void pair_row(const struct report_data *data, struct report_sink *sink, const struct pair_summary *pair)
{
	struct arena *arena = data->arena;
	MD_ROW(sink, arena_format(arena, "%s vs %s", pair->b.name, pair->a.name), pair->b.lever, verdict_words(pair),
		count_format(arena, pair->paired), points_format(arena, pair->difference),
		points_interval_format(arena, pair->interval), count_format(arena, pair->wins), count_format(arena, pair->losses),
		count_format(arena, pair->both_passed), count_format(arena, pair->both_failed), p_format(arena, pair->p),
		p_format(arena, pair->p_holm), ratio_format(arena, pair->cost_ratio), ratio_format(arena, pair->latency_ratio));
}

/* Each method once, in the order in which it appears. */
static void methods_write(const struct report_data *data, struct report_sink *sink)
{
	for (size_t i = 0; i < data->pair_count; i++) {
		const struct pair_summary *pair = &data->pairs[i];
		bool said = pair->paired == 0;
		for (size_t j = 0; j < i && !said; j++)
			said = data->pairs[j].paired > 0 && !strcmp(data->pairs[j].interval_method, pair->interval_method) &&
			       !strcmp(data->pairs[j].p_method, pair->p_method);
		if (said)
			continue;
		sink_string(sink, " Interval: ");
		md_string(sink, pair->interval_method);
		sink_string(sink, "; p: ");
		md_string(sink, pair->p_method);
		sink_string(sink, ".");
	}
}

/* What was left out of a comparison is told. */
static void omissions_write(const struct report_data *data, struct report_sink *sink, const struct pair_summary *pair)
{
	struct arena *arena = data->arena;
	if (pair->missing + pair->only_a + pair->only_b + pair->changed_input == 0)
		return;
	sink_string(sink, "- ");
	md_string(sink, pair->b.name);
	sink_string(sink, " vs ");
	md_string(sink, pair->a.name);
	sink_format(sink, " leaves out %s not run or not scored with both", md_plural(arena, pair->missing, "case", "cases"));
	if (pair->only_a + pair->only_b > 0)
		sink_format(sink, ", %s only one of them has", md_plural(arena, pair->only_a + pair->only_b, "case", "cases"));
	if (pair->changed_input > 0)
		sink_format(sink, ", %s whose input changed", md_plural(arena, pair->changed_input, "case", "cases"));
	sink_string(sink, ".\n");
}

bool md_levers(const struct report_data *data, struct report_sink *sink, struct error *error)
{
	(void)error;
	if (data->pair_count == 0)
		return true;
	sink_string(sink, "## Levers against their parents\n\n");
	MD_HEAD(sink, 3, "comparison", "lever", "verdict", "cases", "difference", "95% interval", "won", "lost", "both pass",
		"both fail", "p", "p (Holm)", "cost", "latency");
	for (size_t i = 0; i < data->pair_count; i++)
		pair_row(data, sink, &data->pairs[i]);
	sink_format(sink, "\nThe same cases, paired. The verdict is at the 5%% level after Holm's correction for %s.",
		md_plural(data->arena, (long long)data->pair_count, "comparison", "comparisons"));
	methods_write(data, sink);
	sink_string(sink, "\n");
	for (size_t i = 0; i < data->pair_count; i++)
		omissions_write(data, sink, &data->pairs[i]);
	sink_string(sink, "\n");
	return true;
}
