/* The advice as JSON records. */
#include "tui/commands/advice_say.h"
#include "eval/advise/triage.h"
#include <math.h>

static json_t *real_or_null(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}
static json_t *string_or_null(const char *value)
{
	return value ? json_from_text(text_of(value)) : json_null();
}

static json_t *words_list(const char *words)
{
	json_t *list = json_array();
	for (const char *at = words; *at;) {
		size_t length = strcspn(at, " ");
		json_array_append_new(list, json_stringn(at, length));
		at += length + (at[length] == ' ');
	}
	return list;
}

static void project_record(const struct advice *advice)
{
	const struct evidence *evidence = advice->evidence;
	const struct interval *interval = &advice->base_rate.interval;
	json_t *record = json_pack("{s:s, s:o, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "type", "project", "name",
		string_or_null(evidence->run.project), "run", (json_int_t)evidence->run.id, "cases",
		(json_int_t)evidence->case_count, "failing", (json_int_t)evidence->failing, "base",
		string_or_null(evidence->arms[evidence->base].arm.name), "rate", real_or_null(advice->base_rate.rate), "bar",
		real_or_null(advice->bar), "stage", string_or_null(advice->stage));
	json_object_set_new(record, "rate_low", real_or_null(interval->defined ? interval->low : NAN));
	json_object_set_new(record, "rate_high", real_or_null(interval->defined ? interval->high : NAN));
	json_object_set_new(record, "labelled", json_integer((json_int_t)advice->labelled));
	json_object_set_new(record, "by_people", json_integer((json_int_t)advice->by_people));
	json_object_set_new(record, "again_pass", real_or_null(advice->placebo));
	say_json(record);
}

static void path_records(const struct advice *advice)
{
	for (size_t i = 0; i < advice->path_count; i++)
		say_json(json_pack("{s:s, s:s, s:b, s:o}", "type", "path", "step", advice->path[i].name, "done", advice->path[i].done, "state",
			string_or_null(advice->path[i].state)));
}

static void mode_records(const struct advice *advice)
{
	for (size_t i = 0; i < advice->mode_count; i++) {
		const struct mode_share *share = &advice->modes[i];
		say_json(json_pack("{s:s, s:o, s:o, s:o, s:I}", "type", "mode", "mode", string_or_null(*share->code ? share->code : NULL), "name",
			string_or_null(share->name), "levers", string_or_null(share->levers), "cases",
			(json_int_t)share->count));
	}
}

static void people_records(const struct advice *advice)
{
	for (size_t i = 0; i < advice->rater_count; i++) {
		const struct rater_progress *row = &advice->raters[i];
		say_json(json_pack("{s:s, s:o, s:I, s:I, s:I, s:b}", "type", "rater", "rater", string_or_null(row->rater), "labelled",
			(json_int_t)row->labelled, "recent", (json_int_t)row->recent, "recent_new", (json_int_t)row->recent_new,
			"saturated", rater_saturated(row)));
	}
	for (size_t i = 0; i < advice->agreed_count; i++) {
		const struct rater_pair *pair = &advice->agreed[i];
		say_json(json_pack("{s:s, s:[o, o], s:I, s:o, s:o}", "type", "agreement", "raters", string_or_null(pair->first),
			string_or_null(pair->second), "both", (json_int_t)pair->both, "kappa", real_or_null(pair->kappa), "observed",
			real_or_null(pair->observed)));
	}
}

static void alarm_record(const struct advice_alarm *alarm)
{
	json_t *cases = json_array();
	for (size_t i = 0; i < alarm->case_count; i++)
		json_array_append_new(cases, string_or_null(alarm->cases[i]));
	say_json(json_pack("{s:s, s:s, s:s, s:o, s:o}", "type", "alarm", "alarm", alarm->name, "severity",
		alarm->blocking ? "blocking" : "warning", "message", string_or_null(alarm->message), "cases", cases));
}

static void attribution_records(const struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->case_count; i++) {
		const struct evidence_case *row = &evidence->cases[i];
		if (case_fails(evidence, i))
			say_json(json_pack("{s:s, s:o, s:I, s:o, s:o, s:o}", "type", "attribution", "case", string_or_null(row->id),
				"attempt", (json_int_t)evidence->arms[evidence->base].attempt[i], "mode", string_or_null(row->mode),
				"source", row->mode ? string_or_null(row->source) : json_string("none"), "evidence",
				string_or_null(row->note)));
	}
}

/* Of a stack: the variants that it was, or would be, put together from. */
static json_t *parts_list(const struct candidate *candidate)
{
	json_t *list = json_array();
	for (size_t i = 0; candidate->proposal && i < 2; i++)
		json_array_append_new(list, string_or_null(candidate->both[i]->arm.name));
	for (size_t i = 0; candidate->measured && i < candidate->arm->part_count; i++)
		json_array_append_new(list, string_or_null(candidate->arm->parts[i]->arm.name));
	return list;
}

static void candidate_record(const struct advice *advice, const struct candidate *candidate)
{
	json_t *cases = json_array();
	for (size_t i = 0; i < candidate->case_count; i++)
		json_array_append_new(cases, string_or_null(advice->evidence->cases[candidate->cases[i]].id));
	json_t *record = json_pack("{s:s, s:s, s:b, s:o, s:b, s:b, s:o, s:f, s:o}", "type", "candidate", "lever", candidate->lever,
		"recommended", candidate->recommended, "rank", candidate->rank ? json_integer(candidate->rank) : json_null(),
		"measured", candidate->measured, "bound", candidate->bound, "modes", words_list(candidate->modes), "share",
		candidate->share, "cases", cases);
	json_object_set_new(record, "parts", parts_list(candidate));
	json_object_set_new(record, "evidence", string_or_null(candidate->evidence));
	json_object_set_new(record, "gain", real_or_null(candidate->gain));
	json_object_set_new(record, "low", real_or_null(candidate->has_gain ? candidate->interval.low : NAN));
	json_object_set_new(record, "high", real_or_null(candidate->has_gain ? candidate->interval.high : NAN));
	json_object_set_new(record, "shrunk", real_or_null(candidate->shrunk));
	json_object_set_new(record, "p", real_or_null(candidate->p));
	json_object_set_new(record, "wins", real_or_null(candidate->has_gain ? candidate->wins : NAN));
	json_object_set_new(record, "losses", real_or_null(candidate->has_gain ? candidate->losses : NAN));
	json_object_set_new(record, "breaks", real_or_null(candidate->breaks));
	json_object_set_new(record, "cost_per_call", real_or_null(candidate->cost));
	json_object_set_new(record, "search_cost_per_call", json_real(candidate->search_cost));
	json_object_set_new(record, "base_cost_per_call", real_or_null(candidate->base_cost));
	json_object_set_new(record, "break_even", real_or_null(isinf(candidate->break_even) ? NAN : candidate->break_even));
	json_object_set_new(record, "earned_back",
		isnan(candidate->break_even) ? json_null() : json_boolean(isfinite(candidate->break_even)));
	json_object_set_new(record, "one_time", real_or_null(candidate->one_time));
	json_object_set_new(record, "monthly", real_or_null(candidate->monthly));
	json_object_set_new(record, "payback_months", real_or_null(candidate->payback));
	json_object_set_new(record, "error_worth", real_or_null(candidate->worth));
	json_object_set_new(record, "error_worth_first_year", real_or_null(candidate->worth_first));
	json_object_set_new(record, "default_costs", json_boolean(candidate->default_costs));
	json_object_set_new(record, "data", string_or_null(candidate->data));
	json_object_set_new(record, "disqualified", string_or_null(candidate->disqualified));
	json_object_set_new(record, "why", string_or_null(candidate->why));
	json_object_set_new(record, "add", string_or_null(candidate->add));
	json_object_set_new(record, "add_first", string_or_null(candidate->add_first));
	json_object_set_new(record, "command", string_or_null(candidate->command));
	json_object_set_new(record, "unless", string_or_null(candidate->change_mind));
	say_json(record);
}

static void rule_record(const struct candidate *candidate)
{
	const struct advice_rule *rule = candidate->rule;
	say_json(json_pack("{s:s, s:s, s:o, s:b, s:o, s:s, s:s, s:s, s:s, s:s}", "type", "rule", "rule", rule->name, "evidence",
		string_or_null(candidate->evidence), "fired", candidate->recommended, "why",
		string_or_null(candidate->disqualified ? candidate->disqualified : candidate->why), "rests_on", rule->evidence,
		"disqualifier", rule->disqualifier, "watched", rule->watched, "guarded", rule->guarded, "sentence",
		rule->sentence));
}

static void ledger_record(const struct ledger_row *row)
{
	say_json(json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "type", "ledger", "lever",
		string_or_null(row->lever), "base", string_or_null(row->base), "evidence", string_or_null(row->evidence),
		"variant", string_or_null(row->variant),
		"hypothesis", string_or_null(row->hypothesis), "predicted", real_or_null(row->predicted), "low", real_or_null(row->low),
		"high", real_or_null(row->high), "measured", real_or_null(row->measured), "run",
		row->run ? json_integer(row->run) : json_null()));
}

static void front_records(const struct advice *advice, struct arena *arena)
{
	struct front_point *points;
	size_t count;
	advice_front(advice, arena, &points, &count);
	for (size_t i = 0; i < count; i++)
		say_json(json_pack("{s:s, s:s, s:f, s:f, s:b, s:b}", "type", "cost", "variant", points[i].mark.name, "usd_per_case",
			points[i].mark.cost, "pass_rate", points[i].mark.quality, "on_front", points[i].mark.on_front,
			"within_chance_of_it", points[i].open));
}

void advice_records(const struct advice *advice, struct arena *arena, bool explain)
{
	project_record(advice);
	path_records(advice);
	for (size_t i = 0; i < advice->alarm_count; i++)
		alarm_record(&advice->alarms[i]);
	mode_records(advice);
	people_records(advice);
	attribution_records(advice->evidence);
	for (size_t i = 0; i < advice->candidate_count; i++)
		candidate_record(advice, &advice->candidates[i]);
	for (size_t i = 0; explain && i < advice->candidate_count; i++)
		rule_record(&advice->candidates[i]);
	for (size_t i = 0; i < advice->ledger_count; i++)
		ledger_record(&advice->ledger[i]);
	front_records(advice, arena);
	say_json(json_pack("{s:s, s:s, s:o, s:o}", "type", "verdict", "verdict", advice_verdict_name(advice->verdict), "lever",
		string_or_null(advice->first ? advice->first->lever : NULL), "reason", string_or_null(advice->reason)));
}
