#include "reports/md.h"
#include <math.h>

static const char *passed_format(const struct report_data *data, const struct arm_summary *arm)
{
	if (arm->unstable > 0)
		return md_plural(data->arena, arm->measured, "case", "cases");
	return arena_format(data->arena, "%s of %s", count_format(data->arena, arm->pass_rate.count),
		count_format(data->arena, arm->pass_rate.total));
}

static void quality_write(const struct report_data *data, struct report_sink *sink)
{
	struct arena *arena = data->arena;
	MD_HEAD(sink, 4, "variant", "lever", "parent", "model", "pass rate", "passed", "95% interval", "mean score", "errors",
		"refused", "not run");
	for (size_t i = 0; i < data->arm_count; i++) {
		const struct arm_summary *arm = &data->arms[i];
		MD_ROW(sink, arm->arm.name, arm->arm.lever, arm->arm.parent, arm->arm.model,
			percent_format(arena, arm->pass_rate.rate), passed_format(data, arm),
			percent_interval_format(arena, arm->pass_rate.interval), score_format(arena, arm->mean_score),
			count_format(arena, arm->errors), count_format(arena, arm->refused + arm->filtered),
			count_format(arena, arm->missing));
	}
	sink_string(sink, "\n");
}

/* "unknown", with what is known of it. */
static const char *partly_format(struct arena *arena, const char *known, bool whole, bool any)
{
	return whole ? known : any ? arena_format(arena, "unknown (at least %s)", known) : "unknown";
}

static const char *tokens_format(struct arena *arena, long long sum, long long known)
{
	return partly_format(arena, count_format(arena, known), sum != UNKNOWN, known > 0);
}

static const char *total_cost_format(struct arena *arena, const struct arm_summary *arm)
{
	return partly_format(arena, cost_format(arena, arm->known.cost), arm->usage.cost != UNKNOWN, arm->known.cost > 0);
}

static const char *answer_cost_format(struct arena *arena, const struct arm_summary *arm)
{
	long long attempts = arm->done + arm->errors;
	if (arm->usage.cost == UNKNOWN || attempts == 0)
		return "unknown";
	return money_format(arena, (double)arm->usage.cost / (double)attempts / 1e12);
}

static void price_write(const struct report_data *data, struct report_sink *sink)
{
	struct arena *arena = data->arena;
	MD_HEAD(sink, 1, "variant", "tokens in", "tokens out", "cost", "cost per answer", "latency p50", "latency p95", "attempts",
		"calls");
	for (size_t i = 0; i < data->arm_count; i++) {
		const struct arm_summary *arm = &data->arms[i];
		MD_ROW(sink, arm->arm.name, tokens_format(arena, arm->usage.input, arm->known.input),
			tokens_format(arena, arm->usage.output, arm->known.output), total_cost_format(arena, arm),
			answer_cost_format(arena, arm), duration_format(arena, arm->latency_p50),
			duration_format(arena, arm->latency_p95), count_format(arena, arm->done + arm->errors),
			count_format(arena, arm->calls));
	}
	sink_string(sink, "\n");
}

static void classes_write(const struct report_data *data, struct report_sink *sink)
{
	bool any = false;
	for (size_t i = 0; i < data->arm_count; i++)
		any |= data->arms[i].class_count > 0;
	if (!any)
		return;
	MD_HEAD(sink, 2, "variant", "error", "attempts");
	for (size_t i = 0; i < data->arm_count; i++)
		for (size_t j = 0; j < data->arms[i].class_count; j++)
			MD_ROW(sink, data->arms[i].arm.name, data->arms[i].classes[j].name,
				count_format(data->arena, data->arms[i].classes[j].count));
	sink_string(sink, "\n");
}

bool md_variants(const struct report_data *data, struct report_sink *sink, struct error *error)
{
	(void)error;
	sink_string(sink, "## Variants\n\n");
	quality_write(data, sink);
	sink_string(sink, "The unit is the case: repeats are averaged within it. Errors and refusals count as not passed; what has "
			  "not been run "
			  "counts neither way.");
	if (data->arm_count > 0) {
		sink_string(sink, " Interval: ");
		md_string(sink, data->arms[0].interval_method);
		sink_string(sink, ".");
	}
	sink_string(sink, "\n\n");
	price_write(data, sink);
	sink_string(sink, "Cost and latency are those of the calls that made the answers, also where they came from the cache or a "
			  "recording.\n\n");
	classes_write(data, sink);
	return true;
}
