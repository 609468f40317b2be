/* The page a manager reads in a minute. */
#include "reports/md.h"
#include <math.h>

/* A variant without any answer has no rate to speak of. */
static bool rated(const struct arm_summary *arm)
{
	return arm->done > 0 && !isnan(arm->pass_rate.rate);
}

/* Is there an attempt of any variant that got no answer? */
static bool errors_any(const struct report_data *data)
{
	for (size_t i = 0; i < data->arm_count; i++)
		if (data->arms[i].errors)
			return true;
	return false;
}

static void compared_write(const struct report_data *data, struct report_sink *sink)
{
	struct arena *arena = data->arena;
	const char *did = !errors_any(data) ? "answered" : data->arm_count == 1 ? "was asked" : "were asked";
	sink_format(sink, "%s %s the same %s, ", md_plural(arena, (long long)data->arm_count, "variant", "variants"), did,
		md_plural(arena, data->run.case_count, "case", "cases"));
	if (data->run.repeats == 1)
		sink_string(sink, "once each: ");
	else
		sink_format(sink, "%d times each: ", data->run.repeats);
	for (size_t i = 0; i < data->arm_count; i++) {
		sink_string(sink, i ? ", " : "");
		md_string(sink, data->arms[i].arm.name);
	}
	sink_string(sink, ".\n\n");
}

static const struct arm_summary *best_of(const struct report_data *data)
{
	const struct arm_summary *best = NULL;
	for (size_t i = 0; i < data->arm_count; i++)
		if (rated(&data->arms[i]) && (!best || data->arms[i].pass_rate.rate > best->pass_rate.rate))
			best = &data->arms[i];
	return best;
}

/* "81.2% of cases pass (65 of 80, 95% interval 71.3% to 88.3%)" */
static void rate_write(const struct report_data *data, struct report_sink *sink, const struct arm_summary *arm)
{
	struct arena *arena = data->arena;
	sink_format(sink, "%s of cases pass (", percent_format(arena, arm->pass_rate.rate));
	if (arm->unstable == 0)
		sink_format(
			sink, "%s of %s, ", count_format(arena, arm->pass_rate.count), count_format(arena, arm->pass_rate.total));
	else
		sink_format(sink, "%s, ", md_plural(arena, arm->measured, "case", "cases"));
	sink_format(sink, "95%% interval %s)", percent_interval_format(arena, arm->pass_rate.interval));
}

static void lead_write(const struct report_data *data, struct report_sink *sink)
{
	const struct pair_summary *lead = &data->lead;
	if (lead->paired == 0)
		return;
	sink_string(sink, " Against the runner-up, ");
	md_string(sink, lead->a.name);
	sink_string(sink, ": ");
	md_string(sink, pair_sentence(lead, data->arena));
	sink_string(sink, pair_verdict_of(lead) == PAIR_BETTER ? "; not adjusted for choosing the best afterwards." : ".");
}

static void best_write(const struct report_data *data, struct report_sink *sink)
{
	const struct arm_summary *best = best_of(data);
	if (!best) {
		sink_string(sink, errors_any(data) ? "- Nothing was answered: there is no pass rate to speak of.\n"
						   : "- Nothing has been measured yet.\n");
		return;
	}
	sink_string(sink, "- **Highest pass rate: ");
	md_string(sink, best->arm.name);
	sink_string(sink, "**. ");
	rate_write(data, sink, best);
	sink_string(sink, ".");
	lead_write(data, sink);
	sink_string(sink, "\n");
}

/* What it costs and how slow it is, against the parent. */
static void price_write(const struct report_data *data, struct report_sink *sink, const struct pair_summary *pair)
{
	struct arena *arena = data->arena;
	bool no_cost = isnan(pair->cost_a) && isnan(pair->cost_b), no_time = isnan(pair->latency_a) && isnan(pair->latency_b);
	if (no_cost && no_time) {
		sink_string(sink, " Cost and time unknown.");
		return;
	}
	sink_string(sink, " Cost per answer");
	if (no_cost)
		sink_string(sink, " unknown");
	else
		sink_format(sink, ": %s, parent %s", money_format(arena, pair->cost_b), money_format(arena, pair->cost_a));
	if (!isnan(pair->cost_ratio))
		sink_format(sink, " (%s)", ratio_format(arena, pair->cost_ratio));
	if (no_time)
		sink_string(sink, "; median time unknown.");
	else
		sink_format(sink, "; median time %s, parent %s.", duration_format(arena, pair->latency_b),
			duration_format(arena, pair->latency_a));
}

static void lever_write(const struct report_data *data, struct report_sink *sink, const struct pair_summary *pair)
{
	sink_string(sink, "  - **");
	md_string(sink, pair->b.name);
	sink_string(sink, "** (");
	md_string(sink, pair->b.lever);
	sink_string(sink, ") against ");
	md_string(sink, pair->a.name);
	sink_string(sink, ": ");
	md_string(sink, pair_sentence(pair, data->arena));
	sink_string(sink, ".");
	if (pair->paired > 0 && !pair->silent_a && !pair->silent_b) {
		sink_format(sink, " %s won, %s lost.", md_plural(data->arena, pair->wins, "case", "cases"),
			count_format(data->arena, pair->losses));
		price_write(data, sink, pair);
	}
	sink_string(sink, "\n");
}

static void levers_write(const struct report_data *data, struct report_sink *sink)
{
	if (data->pair_count == 0) {
		sink_string(sink, "- No variant names a parent, so no lever can be judged.\n");
		return;
	}
	sink_string(sink, "- **What each lever bought** (same cases, paired):\n");
	for (size_t i = 0; i < data->pair_count; i++)
		lever_write(data, sink, &data->pairs[i]);
}

/* ---- what is not settled ---------------------------------------------------------------------------------------------------- */

/* Begins an item, the heading before the first one. */
static void open_begin(struct report_sink *sink, size_t *written, const char *name)
{
	if ((*written)++ == 0)
		sink_string(sink, "- **Not settled**:\n");
	sink_string(sink, "  - ");
	md_string(sink, name);
	sink_string(sink, ": ");
}

static void errors_write(const struct report_data *data, struct report_sink *sink, const struct arm_summary *arm, size_t *written)
{
	open_begin(sink, written, arm->arm.name);
	sink_format(sink, "%s without an answer (", md_plural(data->arena, arm->errors, "attempt", "attempts"));
	for (size_t i = 0; i < arm->class_count; i++) {
		sink_string(sink, i ? ", " : "");
		md_string(sink, arm->classes[i].name);
		sink_format(sink, " %s", count_format(data->arena, arm->classes[i].count));
	}
	sink_string(sink, "): counted as not passed; `lever run` tries again.\n");
}

static void arm_open_write(const struct report_data *data, struct report_sink *sink, const struct arm_summary *arm, size_t *written)
{
	struct arena *arena = data->arena;
	if (arm->errors > 0)
		errors_write(data, sink, arm, written);
	if (arm->missing > 0) {
		open_begin(sink, written, arm->arm.name);
		sink_format(sink, "%s not run yet: counted neither way.\n", md_plural(arena, arm->missing, "attempt", "attempts"));
	}
	if (arm->ungraded > 0) {
		open_begin(sink, written, arm->arm.name);
		sink_format(
			sink, "%s no scorer judged: counted neither way.\n", md_plural(arena, arm->ungraded, "answer", "answers"));
	}
	if (arm->unstable > 0) {
		open_begin(sink, written, arm->arm.name);
		sink_format(sink, "%s at some repeats only.\n", md_plural(arena, arm->unstable, "case passes", "cases pass"));
	}
}

/* Smallest difference found with 80 % power at this much disagreement (Connor 1987, large samples): an orientation, not a promise.
 */
static double detectable_of(const struct pair_summary *pair)
{
	double n = (double)pair->paired, psi = (double)(pair->wins + pair->losses) / n;
	return (normal_quantile(0.975) + normal_quantile(0.8)) * sqrt(psi / n);
}

static void pair_open_write(
	const struct report_data *data, struct report_sink *sink, const struct pair_summary *pair, size_t *written)
{
	if (pair_verdict_of(pair) != PAIR_UNSETTLED || pair->wins + pair->losses == 0)
		return;
	open_begin(sink, written, pair->b.name);
	sink_string(sink, "the difference from ");
	md_string(sink, pair->a.name);
	double detectable = detectable_of(pair);
	sink_format(sink, " may be chance on %s", md_plural(data->arena, pair->paired, "case", "cases"));
	if (detectable < 1 && pair->repeats == 1)
		sink_format(sink, "; so many show reliably only differences of about %.0f points or more", 100 * detectable);
	sink_string(sink, ".\n");
}

/* Of all variants in one line: it is mostly the price of a model that is missing. */
static void costs_open_write(const struct report_data *data, struct report_sink *sink, size_t *written)
{
	long long unknown = 0;
	for (size_t i = 0; i < data->arm_count; i++)
		unknown += data->arms[i].unknown_cost;
	if (!unknown)
		return;
	open_begin(sink, written, "cost");
	sink_format(sink, "unknown for %s (", md_plural(data->arena, unknown, "attempt", "attempts"));
	for (size_t i = 0, named = 0; i < data->arm_count; i++) {
		if (!data->arms[i].unknown_cost)
			continue;
		sink_string(sink, named++ ? ", " : "");
		md_string(sink, data->arms[i].arm.name);
	}
	sink_string(sink, "); a price in the project file makes the cost of calls known.\n");
}

static void open_write(const struct report_data *data, struct report_sink *sink)
{
	size_t written = 0;
	for (size_t i = 0; i < data->arm_count; i++)
		arm_open_write(data, sink, &data->arms[i], &written);
	for (size_t i = 0; i < data->pair_count; i++)
		pair_open_write(data, sink, &data->pairs[i], &written);
	costs_open_write(data, sink, &written);
	if (written == 0)
		sink_string(sink,
			"- **Not settled**: nothing; every attempt is answered and judged, and every lever shows an effect.\n");
}

bool md_summary(const struct report_data *data, struct report_sink *sink, struct error *error)
{
	(void)error;
	sink_string(sink, "## Summary\n\n");
	compared_write(data, sink);
	best_write(data, sink);
	levers_write(data, sink);
	open_write(data, sink);
	sink_string(sink, "\n");
	return true;
}
