#include "eval/compare/compare.h"
#include "reports/format.h"
#include "tui/commands/project_open.h"
#include "tui/run_show.h"
#include <math.h>

/* The comparison on a terminal: what `lever run` ends with and `lever compare` without names shows. */

static const char *const heads[] = {
	"variant", "lever", "pass", "95% interval", "passed", "failed", "errors", "tokens", "cost", "p50", "p95"};
static const bool right[] = {false, false, true, true, true, true, true, true, true, true, true};

static long long tokens_of(const struct usage *usage)
{
	return usage->input == UNKNOWN || usage->output == UNKNOWN ? UNKNOWN : usage->input + usage->output;
}

/* Where some attempts told nothing, what is known is the least it can be. */
static const char *at_least(struct arena *arena, long long whole, long long known, const char *words)
{
	return whole == UNKNOWN && known > 0 ? arena_format(arena, ">=%s", words) : words;
}

static const char *tokens_format(struct arena *arena, const struct arm_summary *arm)
{
	long long whole = tokens_of(&arm->usage), known = tokens_of(&arm->known);
	return at_least(arena, whole, known, count_format(arena, whole == UNKNOWN ? known : whole));
}

static const char *total_cost_format(struct arena *arena, const struct arm_summary *arm)
{
	long long whole = arm->usage.cost, known = arm->known.cost;
	if (whole == UNKNOWN && known <= 0)
		return cost_format(arena, UNKNOWN);
	return at_least(arena, whole, known, cost_format(arena, whole == UNKNOWN ? known : whole));
}

static const char *latency_format(struct arena *arena, double seconds)
{
	return isnan(seconds) ? "unknown" : duration_format(arena, seconds);
}

static void arm_row(struct say_table *table, struct arena *arena, const struct arm_summary *arm)
{
	const char *cells[COUNT(heads)] = {arm->arm.label, arm->arm.lever, percent_format(arena, arm->pass_rate.rate),
		percent_interval_format(arena, arm->pass_rate.interval), count_format(arena, arm->passed),
		count_format(arena, arm->failed), count_format(arena, arm->errors), tokens_format(arena, arm),
		total_cost_format(arena, arm), latency_format(arena, arm->latency_p50), latency_format(arena, arm->latency_p95)};
	say_table_row(table, cells);
}

static json_t *number_or_null(double number)
{
	return isfinite(number) ? json_real(number) : json_null();
}

static json_t *known_or_null(long long number)
{
	return number == UNKNOWN ? json_null() : json_integer(number);
}

static json_t *dollars_or_null(long long picodollars)
{
	return picodollars == UNKNOWN ? json_null() : json_real((double)picodollars / 1e12);
}

static void arm_record(const struct arm_summary *arm, long long run)
{
	say_json(json_pack("{s:s, s:I, s:s, s:s, s:s*, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"type", "variant", "run", (json_int_t)run, "variant", arm->arm.name, "lever", arm->arm.lever, "parent",
		arm->arm.parent, "cases", (json_int_t)arm->cases, "passed", (json_int_t)arm->passed, "failed",
		(json_int_t)arm->failed, "errors", (json_int_t)arm->errors, "missing", (json_int_t)arm->missing, "pass_rate",
		number_or_null(arm->pass_rate.rate), "low", number_or_null(arm->pass_rate.interval.low), "high",
		number_or_null(arm->pass_rate.interval.high), "mean_score", number_or_null(arm->mean_score), "input_tokens",
		known_or_null(arm->usage.input), "output_tokens", known_or_null(arm->usage.output), "cost_usd",
		dollars_or_null(arm->usage.cost), "latency_p50", number_or_null(arm->latency_p50), "latency_p95",
		number_or_null(arm->latency_p95)));
}

void pair_record(const struct pair_summary *pair)
{
	say_json(json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:s*, s:s*, s:I, s:I}", "type", "comparison", "variant",
		pair->b.label, "against", pair->a.label, "paired", (json_int_t)pair->paired, "wins", (json_int_t)pair->wins,
		"losses", (json_int_t)pair->losses, "difference", number_or_null(pair->difference), "low",
		number_or_null(pair->interval.low), "high", number_or_null(pair->interval.high), "p",
		number_or_null(pair->has_p ? pair->p : NAN), "p_holm", number_or_null(pair->p_holm), "interval_method",
		pair->interval_method, "p_method", pair->p_method, "without_answer", (json_int_t)pair->errors_b, "against_without_answer",
		(json_int_t)pair->errors_a));
}

static void pairs_say(const struct command_line *line, const struct arm_set *set)
{
	struct pair_summary *pairs;
	size_t count;
	set_levers(set, line->arena, &pairs, &count);
	for (size_t i = 0; i < count && line->json; i++)
		pair_record(&pairs[i]);
	if (line->json || !count)
		return;
	say(stdout, "\n");
	for (size_t i = 0; i < count; i++)
		say(stdout, "%s against %s: %s\n", pairs[i].b.label, pairs[i].a.label, pair_sentence(&pairs[i], line->arena));
}

/* What has not been run counts neither way, so it is told apart from the table. */
static void missing_add(struct buffer *words, struct arena *arena, const struct arm_summary *arm)
{
	if (arm->missing)
		buffer_format(words, "%s %s %s of %s", words->length ? "," : "not run yet:", arm->arm.label,
			count_format(arena, arm->missing), count_format(arena, arm->planned));
}

bool comparison_say(const struct command_line *line, struct store *store, long long run, struct error *error)
{
	struct arm *arms;
	size_t count;
	CLEANUP(arm_set_release) struct arm_set *set = NULL;
	if (!arm_list(store, run, line->arena, &arms, &count, error) || !arm_set_load(store, arms, count, &set, error))
		return false;
	CLEANUP(buffer_release) struct buffer missing = BUFFER_EMPTY;
	struct say_table *table = say_table_create(line->arena, heads, right, COUNT(heads));
	for (size_t i = 0; i < count; i++) {
		struct arm_summary summary;
		set_summarise(set, i, line->arena, &summary);
		if (line->json)
			arm_record(&summary, arms[i].run);
		else
			arm_row(table, line->arena, &summary);
		missing_add(&missing, line->arena, &summary);
	}
	if (!line->json)
		say_table_print(table, stdout, stdout_width());
	if (!line->json && missing.length)
		say(stdout, "%s\n", buffer_string(&missing));
	pairs_say(line, set);
	return true;
}
