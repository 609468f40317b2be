/* The whole comparison as one JSON document, in full precision; null is unknown or undefined. */
#include "eval/base/json.h"
#include "eval/store/cases.h"
#include "reports/report.h"
#include <math.h>

static json_t *number_json(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *known_json(long long value)
{
	return value == UNKNOWN ? json_null() : json_integer(value);
}

static json_t *dollars_json(long long picodollars)
{
	return picodollars == UNKNOWN ? json_null() : json_real((double)picodollars / 1e12);
}

static json_t *string_json(const char *string)
{
	return string ? json_from_text(text_of(string)) : json_null();
}

static json_t *hash_json(const struct hash *hash)
{
	char hex[HASH_HEX];
	hash_hex(hash, hex);
	return json_string(hex);
}

static json_t *interval_json(struct interval interval)
{
	if (!interval.defined)
		return json_null();
	json_t *pair = json_array();
	json_array_append_new(pair, number_json(interval.low));
	json_array_append_new(pair, number_json(interval.high));
	return pair;
}

static json_t *usage_json(const struct usage *usage)
{
	json_t *object = json_object();
	json_object_set_new(object, "input_tokens", known_json(usage->input));
	json_object_set_new(object, "cached_tokens", known_json(usage->cached));
	if (usage->written >= 0)
		json_object_set_new(object, "cache_written_tokens", known_json(usage->written));
	json_object_set_new(object, "reasoning_tokens", known_json(usage->reasoning));
	json_object_set_new(object, "output_tokens", known_json(usage->output));
	json_object_set_new(object, "cost_usd", dollars_json(usage->cost));
	return object;
}

static json_t *proportion_json(const struct proportion *proportion)
{
	json_t *object = json_object();
	json_object_set_new(object, "count", json_integer(proportion->count));
	json_object_set_new(object, "total", json_integer(proportion->total));
	json_object_set_new(object, "rate", number_json(proportion->rate));
	json_object_set_new(object, "interval95", interval_json(proportion->interval));
	return object;
}

static json_t *classes_json(const struct arm_summary *arm)
{
	json_t *object = json_object();
	for (size_t i = 0; i < arm->class_count; i++)
		json_object_set_new(object, arm->classes[i].name, json_integer(arm->classes[i].count));
	return object;
}

static void attempts_json(const struct arm_summary *arm, json_t *object)
{
	json_object_set_new(object, "cases", json_integer(arm->cases));
	json_object_set_new(object, "measured_cases", json_integer(arm->measured));
	json_object_set_new(object, "planned", json_integer(arm->planned));
	json_object_set_new(object, "done", json_integer(arm->done));
	json_object_set_new(object, "passed", json_integer(arm->passed));
	json_object_set_new(object, "failed", json_integer(arm->failed));
	json_object_set_new(object, "ungraded", json_integer(arm->ungraded));
	json_object_set_new(object, "errors", json_integer(arm->errors));
	json_object_set_new(object, "missing", json_integer(arm->missing));
	json_object_set_new(object, "refused", json_integer(arm->refused));
	json_object_set_new(object, "filtered", json_integer(arm->filtered));
	json_object_set_new(object, "incomplete", json_boolean(arm->incomplete));
	json_object_set_new(object, "errors_by_class", classes_json(arm));
}

static json_t *arm_json(const struct report_data *data, const struct arm_summary *arm, struct error *error)
{
	struct hash hash;
	if (!version_hash(data->store, arm->arm.version, &hash, error))
		return NULL;
	json_t *object = json_object();
	json_object_set_new(object, "name", string_json(arm->arm.name));
	json_object_set_new(object, "lever", string_json(arm->arm.lever));
	json_object_set_new(object, "parent", string_json(arm->arm.parent));
	json_object_set_new(object, "model", string_json(arm->arm.model));
	json_object_set_new(object, "version", hash_json(&hash));
	attempts_json(arm, object);
	json_object_set_new(object, "pass_rate", proportion_json(&arm->pass_rate));
	json_object_set_new(object, "interval_method", string_json(arm->interval_method));
	json_object_set_new(object, "unstable_cases", json_integer(arm->unstable));
	json_object_set_new(object, "mean_score", number_json(arm->mean_score));
	json_object_set_new(object, "usage", usage_json(&arm->usage));
	json_object_set_new(object, "known_usage", usage_json(&arm->known));
	json_object_set_new(object, "attempts_of_unknown_usage", json_integer(arm->unknown_usage));
	json_object_set_new(object, "attempts_of_unknown_cost", json_integer(arm->unknown_cost));
	json_object_set_new(object, "calls", json_integer(arm->calls));
	json_object_set_new(object, "latency_p50_seconds", number_json(arm->latency_p50));
	json_object_set_new(object, "latency_p95_seconds", number_json(arm->latency_p95));
	return object;
}

static void pair_counts_json(const struct pair_summary *pair, json_t *object)
{
	json_object_set_new(object, "paired_cases", json_integer(pair->paired));
	json_object_set_new(object, "missing_cases", json_integer(pair->missing));
	json_object_set_new(object, "only_in_parent", json_integer(pair->only_a));
	json_object_set_new(object, "only_in_variant", json_integer(pair->only_b));
	json_object_set_new(object, "changed_input", json_integer(pair->changed_input));
	json_object_set_new(object, "changed_gold", json_integer(pair->changed_gold));
	json_object_set_new(object, "same_grading", json_boolean(pair->same_grading));
	json_object_set_new(object, "won", json_integer(pair->wins));
	json_object_set_new(object, "lost", json_integer(pair->losses));
	json_object_set_new(object, "both_passed", json_integer(pair->both_passed));
	json_object_set_new(object, "both_failed", json_integer(pair->both_failed));
	json_object_set_new(object, "errors", json_integer(pair->errors_b));
	json_object_set_new(object, "errors_parent", json_integer(pair->errors_a));
}

static json_t *pair_json(const struct report_data *data, const struct pair_summary *pair)
{
	json_t *object = json_object();
	json_object_set_new(object, "variant", string_json(pair->b.label));
	json_object_set_new(object, "parent", string_json(pair->a.label));
	json_object_set_new(object, "lever", string_json(pair->b.lever));
	json_object_set_new(object, "sentence", string_json(pair_sentence(pair, data->arena)));
	pair_counts_json(pair, object);
	json_object_set_new(object, "rate", number_json(pair->rate_b));
	json_object_set_new(object, "rate_parent", number_json(pair->rate_a));
	json_object_set_new(object, "difference", number_json(pair->difference));
	json_object_set_new(object, "interval95", interval_json(pair->interval));
	json_object_set_new(object, "interval_method", string_json(pair->interval_method));
	json_object_set_new(object, "p", number_json(pair->p));
	json_object_set_new(object, "p_method", string_json(pair->p_method));
	json_object_set_new(object, "p_holm", number_json(pair->p_holm));
	json_object_set_new(object, "cost_per_answer_usd", number_json(pair->cost_b));
	json_object_set_new(object, "cost_per_answer_parent_usd", number_json(pair->cost_a));
	json_object_set_new(object, "cost_ratio", number_json(pair->cost_ratio));
	json_object_set_new(object, "latency_median_seconds", number_json(pair->latency_b));
	json_object_set_new(object, "latency_median_parent_seconds", number_json(pair->latency_a));
	json_object_set_new(object, "latency_ratio", number_json(pair->latency_ratio));
	return object;
}

static json_t *tag_json(const struct report_data *data, const struct tag_rate *tag)
{
	json_t *object = json_object(), *rates = json_object();
	for (size_t i = 0; i < data->arm_count; i++)
		json_object_set_new(rates, data->arms[i].arm.name, proportion_json(&tag->rates[i]));
	json_object_set_new(object, "tag", string_json(tag->tag));
	json_object_set_new(object, "cases", json_integer(tag->cases));
	json_object_set_new(object, "pass_rates", rates);
	return object;
}

static json_t *confusion_json(const struct arm *arm, const struct confusion *confusion)
{
	json_t *object = json_object(), *labels = json_array(), *cells = json_array();
	for (size_t i = 0; i < confusion->count; i++) {
		json_t *row = json_array();
		for (size_t j = 0; j < confusion->count; j++)
			json_array_append_new(row, json_integer(confusion->cells[i * confusion->count + j]));
		json_array_append_new(cells, row);
		json_array_append_new(labels, string_json(confusion->labels[i]));
	}
	json_object_set_new(object, "variant", string_json(arm->name));
	json_object_set_new(object, "scorer", string_json(confusion->scorer));
	json_object_set_new(object, "labels", labels);
	json_object_set_new(object, "rows_expected_columns_answered", cells);
	return object;
}

static bool confusions_json(const struct report_data *data, json_t *list, struct error *error)
{
	for (size_t i = 0; i < data->arm_count; i++) {
		struct confusion *confusions;
		size_t count;
		if (!confusion_of(data->store, &data->arms[i].arm, data->arena, &confusions, &count, error))
			return false;
		for (size_t j = 0; j < count; j++)
			json_array_append_new(list, confusion_json(&data->arms[i].arm, &confusions[j]));
	}
	return true;
}

static const char *verdict_word(const struct failure_row *row, size_t arm)
{
	if (row->attempts[arm] == 0)
		return "missing";
	if (row->verdicts[arm] == -2)
		return "ungraded";
	return row->verdicts[arm] == 1 ? "pass" : row->verdicts[arm] == 0 ? "fail" : "error";
}

static json_t *failure_json(const struct report_data *data, const struct failure_row *row)
{
	json_t *object = json_object(), *verdicts = json_object();
	for (size_t i = 0; i < data->arm_count; i++) {
		json_object_set_new(verdicts, data->arms[i].arm.name, json_string(verdict_word(row, i)));
	}
	json_object_set_new(object, "case", string_json(row->case_id));
	json_object_set_new(object, "verdicts", verdicts);
	return object;
}

static bool run_json(const struct report_data *data, json_t *object, struct error *error)
{
	struct hash set;
	if (!test_set_hash(data->store, data->run.test_set, &set, error))
		return false;
	json_object_set_new(object, "number", json_integer(data->run.id));
	json_object_set_new(object, "state", string_json(data->run.state));
	json_object_set_new(object, "program", string_json(data->run.program));
	json_object_set_new(object, "manifest", hash_json(&data->run.manifest));
	json_object_set_new(object, "test_set", hash_json(&set));
	json_object_set_new(object, "cases", json_integer(data->run.case_count));
	json_object_set_new(object, "rows_left_out", json_integer(data->run.skipped_count));
	json_object_set_new(object, "repeats", json_integer(data->run.repeats));
	json_object_set_new(object, "seed", json_integer(data->run.seed));
	return true;
}

/* A new list under `name`, borrowed. */
static json_t *list_in(json_t *object, const char *name)
{
	json_t *list = json_array();
	json_object_set_new(object, name, list);
	return list;
}

static bool document_json(const struct report_data *data, json_t *document, struct error *error)
{
	json_t *run = json_object();
	json_object_set_new(document, "project", string_json(data->project));
	json_object_set_new(document, "description", string_json(data->description));
	json_object_set_new(document, "run", run);
	json_t *variants = list_in(document, "variants"), *levers = list_in(document, "levers"), *tags = list_in(document, "tags");
	if (!run_json(data, run, error))
		return false;
	for (size_t i = 0; i < data->arm_count; i++) {
		json_t *arm = arm_json(data, &data->arms[i], error);
		if (!arm)
			return false;
		json_array_append_new(variants, arm);
	}
	for (size_t i = 0; i < data->pair_count; i++)
		json_array_append_new(levers, pair_json(data, &data->pairs[i]));
	for (size_t i = 0; i < data->tag_count; i++)
		json_array_append_new(tags, tag_json(data, &data->tags[i]));
	if (!confusions_json(data, list_in(document, "confusion"), error))
		return false;
	json_t *failures = list_in(document, "failures");
	for (size_t i = 0; i < data->failure_count; i++)
		json_array_append_new(failures, failure_json(data, &data->failures[i]));
	return true;
}

static bool json_write(const struct report_data *data, struct report_sink *sink, struct error *error)
{
	JSON_OWNED *document = json_object();
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	if (!document_json(data, document, error))
		return false;
	json_pretty(document, &out);
	sink_text(sink, buffer_text(&out));
	sink_string(sink, "\n");
	return true;
}

const struct report_format report_json = {
	.name = "json",
	.summary = "one JSON document: variants, levers, tags, confusion, failing cases, in full precision",
	.help = "Everything the markdown report is made of, as numbers. Unknown and undefined values are null, never 0. Money is "
		"in dollars, "
		"durations in seconds, rates in [0,1].",
	.suffix = "json",
	.write = json_write,
};
