#include "eval/store/outcomes.h"
#include "eval/store/store_private.h"

static const char outcome_sql[] =
	"WITH RECURSIVE times (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM times WHERE n < (SELECT repeats FROM run WHERE id = "
	"?1)) "
	"SELECT c.position, i.case_id, c.cluster, c.tags, c.input_id, c.gold_id, t.n, a.id, a.state, a.class, v.passed, v.value, "
	"a.input_tokens, a.cached_tokens, a.reasoning_tokens, a.output_tokens, a.cost, a.latency, a.call_count, a.routed_to, "
	"a.probability, a.written_tokens "
	"FROM run r CROSS JOIN test_case c ON c.test_set_id = r.test_set_id CROSS JOIN times t "
	"JOIN case_input i ON i.id = c.input_id "
	"LEFT JOIN attempt a ON a.variant_version_id = ?2 AND a.input_id = c.input_id AND a.repeat = t.n "
	"LEFT JOIN verdict v ON v.attempt_id = a.id AND v.grading_id = r.grading_id AND v.gold_id = c.gold_id "
	"WHERE r.id = ?1 ORDER BY c.position, t.n";

static const char *column_name(sqlite3_stmt *statement, int at)
{
	return (const char *)sqlite3_column_text(statement, at);
}

static enum attempt_state column_state(sqlite3_stmt *statement, int at)
{
	const char *name = column_name(statement, at);
	for (enum attempt_state state = ATTEMPT_OPEN; name && state <= ATTEMPT_FILTERED; state++)
		if (!strcmp(name, attempt_state_name(state)))
			return state;
	return ATTEMPT_OPEN;
}

static struct usage column_usage(sqlite3_stmt *statement, int at, int written)
{
	return (struct usage){.input = column_known(statement, at),
		.cached = column_known(statement, at + 1),
		.reasoning = column_known(statement, at + 2),
		.output = column_known(statement, at + 3),
		.cost = column_known(statement, at + 4),
		.written = column_known(statement, written)};
}

static struct outcome column_outcome(sqlite3_stmt *statement, long long version)
{
	bool there = sqlite3_column_type(statement, 7) != SQLITE_NULL;
	return (struct outcome){.position = sqlite3_column_int64(statement, 0),
		.case_id = column_name(statement, 1),
		.cluster = column_name(statement, 2),
		.tags = column_name(statement, 3),
		.input = sqlite3_column_int64(statement, 4),
		.gold = sqlite3_column_int64(statement, 5),
		.version = version,
		.repeat = sqlite3_column_int(statement, 6),
		.attempt = sqlite3_column_int64(statement, 7),
		.state = column_state(statement, 8),
		.class = there ? column_name(statement, 9) : "planned",
		.graded = sqlite3_column_type(statement, 10) != SQLITE_NULL,
		.passed = sqlite3_column_int(statement, 10) != 0,
		.value = sqlite3_column_double(statement, 11),
		.usage = column_usage(statement, 12, 21),
		.latency = column_known(statement, 17),
		.call_count = sqlite3_column_int(statement, 18),
		.routed_to = column_name(statement, 19),
		.probability = sqlite3_column_type(statement, 20) == SQLITE_NULL ? 1 : sqlite3_column_double(statement, 20)};
}

bool outcome_each(struct store *store, long long run, long long version, outcome_function *each, void *data, struct error *error)
{
	bool row = true, good = true;
	sqlite3_stmt *statement = statement_compose(store, outcome_sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, run);
	sqlite3_bind_int64(statement, 2, version);
	while ((good = statement_step(store, statement, &row, error)) && row) {
		struct outcome outcome = column_outcome(statement, version);
		if (!each(data, &outcome))
			break;
	}
	sqlite3_finalize(statement);
	return good;
}

bool outcome_mark(struct store *store, struct arena *arena, const char **ret, struct error *error)
{
	static const char sql[] = "SELECT (SELECT coalesce(max(id), 0) FROM attempt) || ' ' || "
				  "(SELECT coalesce(max(id), 0) FROM call) || ' ' || (SELECT count(*) || ' ' || "
				  "coalesce(max(worked_at), 0) || ' ' || coalesce(max(ended_at), 0) || ' ' || coalesce(sum(grading_id), 0) "
				  "FROM run) || ' ' || (SELECT coalesce(sum(passed), 0) || ' ' || coalesce(sum(failed), 0) || ' ' || "
				  "coalesce(sum(errors), 0) || ' ' || coalesce(sum(output_tokens), 0) FROM tally) || ' ' || "
				  "(SELECT coalesce(max(indexed_at), 0) FROM corpus)";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	bool row;
	if (!statement || !statement_step(store, statement, &row, error))
		return false;
	*ret = row ? column_string(statement, 0, arena) : "";
	sqlite3_reset(statement);
	return true;
}

bool outcome_texts(struct store *store, long long run, long long position, long long attempt, struct arena *arena,
	struct outcome_texts *ret, struct error *error)
{
	static const char sql[] =
		"SELECT i.vars, g.expected, o.body, e.body, a.message, i.id, g.id, a.class FROM run r "
		"JOIN test_case c ON c.test_set_id = r.test_set_id AND c.position = ?2 "
		"JOIN case_input i ON i.id = c.input_id JOIN case_gold g ON g.id = c.gold_id "
		"LEFT JOIN attempt a ON a.id = ?3 "
		"LEFT JOIN text o ON o.id = a.output_id LEFT JOIN text e ON e.id = a.extracted_id WHERE r.id = ?1";
	bool row;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, run);
	sqlite3_bind_int64(statement, 2, position);
	sqlite3_bind_int64(statement, 3, attempt);
	if (!statement_step(store, statement, &row, error))
		return false;
	*ret = (struct outcome_texts){0};
	if (row)
		*ret = (struct outcome_texts){.vars = column_text(statement, 0, arena),
			.expected = column_text(statement, 1, arena),
			.output = column_text(statement, 2, arena),
			.extracted = column_text(statement, 3, arena),
			.message = column_text(statement, 4, arena),
			.input = sqlite3_column_int64(statement, 5),
			.gold = sqlite3_column_int64(statement, 6),
			.class = column_string(statement, 7, arena)};
	sqlite3_reset(statement);
	return true;
}

bool extraction_each(struct store *store, long long run, long long version, const char *scorer_type, extraction_function *each,
	void *data, struct error *error)
{
	static const char sql[] =
		"SELECT m.name, c.position, a.id, g.expected, s.extracted, s.passed FROM run r "
		"CROSS JOIN test_case c ON c.test_set_id = r.test_set_id "
		"CROSS JOIN attempt a ON a.variant_version_id = ?2 AND a.input_id = c.input_id AND a.repeat <= r.repeats AND "
		"a.state = 'answered' "
		"JOIN case_gold g ON g.id = c.gold_id "
		"JOIN verdict v ON v.attempt_id = a.id AND v.grading_id = r.grading_id AND v.gold_id = c.gold_id "
		"JOIN score s ON s.attempt_id = a.id AND s.gold_id = c.gold_id JOIN scorer k ON k.id = s.scorer_id AND k.type = ?3 "
		"JOIN grading_scorer m ON m.grading_id = r.grading_id AND m.scorer_id = s.scorer_id "
		"WHERE r.id = ?1 ORDER BY m.name, c.position, a.repeat, k.id";
	bool row = true, good = true;
	sqlite3_stmt *statement = statement_compose(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, run);
	sqlite3_bind_int64(statement, 2, version);
	bind_string(statement, 3, scorer_type);
	while ((good = statement_step(store, statement, &row, error)) && row) {
		struct extraction extraction = {.scorer = column_name(statement, 0),
			.position = sqlite3_column_int64(statement, 1),
			.attempt = sqlite3_column_int64(statement, 2),
			.expected = column_borrow(statement, 3),
			.extracted = column_borrow(statement, 4),
			.passed = sqlite3_column_int(statement, 5) != 0};
		if (!each(data, &extraction))
			break;
	}
	sqlite3_finalize(statement);
	return good;
}

bool version_hash(struct store *store, long long version, struct hash *ret, struct error *error)
{
	static const char sql[] = "SELECT hash FROM variant_version WHERE id = ?1";
	bool row;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, version);
	if (!statement_step(store, statement, &row, error))
		return false;
	if (!row)
		return error_set(error, ERROR_STORAGE, "variant version %lld is not in the database", version);
	*ret = column_hash(statement, 0);
	sqlite3_reset(statement);
	return true;
}
