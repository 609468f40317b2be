/* For tests of scorers: from YAML and JSON to a result. */
#ifndef LEVER_TESTS_SCORING_H
#define LEVER_TESTS_SCORING_H

#include "eval/score/scorer.h"
#include "tests/unit/unit.h"

struct scoring {
	struct arena *arena;
	struct error_list errors;
	struct scorers scorers;
	json_t *vars, *expected, *gold, *recorded;
	struct scored scored;
};

static inline json_t *scoring_json(const char *source)
{
	struct error error = {0};
	json_t *value = source ? json_parse(text_of(source), &error) : 0;
	if (source && !value)
		fail_msg("the test's own JSON is wrong: %s in %s", error.message, source);
	return value;
}

static inline void scoring_start(struct scoring *scoring)
{
	*scoring = (struct scoring){.arena = arena_create()};
	scoring->scored = (struct scored){.state = ATTEMPT_ANSWERED, .usage = USAGE_UNKNOWN, .latency = UNKNOWN};
}

static inline void scoring_end(struct scoring *scoring)
{
	scorers_done(&scoring->scorers);
	error_list_release(&scoring->errors);
	json_decref(scoring->vars);
	json_decref(scoring->expected);
	json_decref(scoring->gold);
	json_decref(scoring->recorded);
	arena_free(scoring->arena);
}

/* A list as in a project file. */
static inline bool scoring_read(struct scoring *scoring, const char *yaml)
{
	struct field_reader reader = {scoring->arena, "lever.yaml", &scoring->errors, "scorers"};
	const struct yaml *list =
		yaml_parse(scoring->arena, text_of(arena_string(scoring->arena, yaml)), "lever.yaml", &scoring->errors);
	if (!list)
		fail_msg("the test's own YAML is wrong: %s in %s", scoring->errors.items[0].message, yaml);
	return scorers_read(&reader, list, &scoring->scorers);
}

static inline void scoring_read_good(struct scoring *scoring, const char *yaml)
{
	if (!scoring_read(scoring, yaml))
		fail_msg("%s: %s", yaml, scoring->errors.items[0].message);
}

/* `vars` and `expected` (a list) are JSON or NULL. */
static inline void scoring_case(struct scoring *scoring, const char *vars, const char *expected)
{
	json_decref(scoring->vars);
	json_decref(scoring->expected);
	scoring->scored.vars = scoring->vars = scoring_json(vars ? vars : "{}");
	scoring->scored.expected = scoring->expected = scoring_json(expected);
}

static inline struct score_result scoring_run(struct scoring *scoring, size_t at, struct text answer)
{
	struct score_result result;
	scoring->scored.output = scoring->scored.answer = answer;
	scorer_run(scoring->scorers.items[at], &scoring->scored, scoring->arena, &result);
	assert_true(result.value >= 0 && result.value <= 1);
	assert_non_null(result.reason.data);
	assert_true(result.reason.length <= 300);
	return result;
}

/* One line of a table: a scorer, what is expected, an answer, and what must come out. */
struct scoring_row {
	const char *scorer, *expected, *answer;
	double value;
	bool passed;
	const char *reason, *extracted; /* part of the reason, the whole extracted text; NULL: not looked at */
	const char *vars;
};

static inline void scoring_row_check(const struct scoring_row *row)
{
	struct scoring scoring;
	scoring_start(&scoring);
	scoring_read_good(&scoring, arena_format(scoring.arena, "- %s\n", row->scorer));
	scoring_case(&scoring, row->vars, row->expected);
	struct score_result result = scoring_run(&scoring, 0, text_of(row->answer));
	const char *reason = arena_format(scoring.arena, "%.*s", (int)result.reason.length, result.reason.data);
	if (fabs(result.value - row->value) > 1e-9 || result.passed != row->passed || (row->reason && !strstr(reason, row->reason)))
		fail_msg("%s | %s | %s: value %g passed %d reason \"%s\"; wanted %g %d \"%s\"", row->scorer,
			row->expected ? row->expected : "-", row->answer, result.value, result.passed, reason, row->value,
			row->passed, row->reason ? row->reason : "");
	if (row->extracted)
		assert_text(result.extracted, row->extracted);
	scoring_end(&scoring);
}

#endif
