#include "eval/store/runs.h"
#include "eval/store/store_private.h"

bool tally_list(struct store *store, long long run, struct arena *arena, struct tally **rows, size_t *count, struct error *error)
{
	static const char sql[] = "SELECT t.variant_version_id, t.planned, t.passed, t.failed, t.errors, t.input_tokens, "
				  "t.output_tokens, t.cost FROM tally t "
				  "JOIN run_variant v ON v.run_id = t.run_id AND v.variant_version_id = t.variant_version_id "
				  "WHERE t.run_id = ?1 ORDER BY v.position";
	struct tally *list = NULL;
	size_t n = 0, room = 0;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, run);
	for (bool row;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			break;
		*LIST_MORE(arena, list, n, room) = (struct tally){sqlite3_column_int64(statement, 0),
			sqlite3_column_int64(statement, 1), sqlite3_column_int64(statement, 2), sqlite3_column_int64(statement, 3),
			sqlite3_column_int64(statement, 4), sqlite3_column_int64(statement, 5), sqlite3_column_int64(statement, 6),
			column_known(statement, 7)};
	}
	*rows = list;
	*count = n;
	return true;
}

bool tally_add(struct store *store, long long run, const struct tally *delta, struct error *error)
{
	static const char sql[] =
		"UPDATE tally SET planned = ?3, passed = passed + ?4, failed = failed + ?5, errors = errors + ?6, "
		"input_tokens = input_tokens + ?7, output_tokens = output_tokens + ?8, cost = cost + ?9 "
		"WHERE run_id = ?1 AND variant_version_id = ?2";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, run);
	sqlite3_bind_int64(statement, 2, delta->version);
	sqlite3_bind_int64(statement, 3, delta->planned);
	sqlite3_bind_int64(statement, 4, delta->passed);
	sqlite3_bind_int64(statement, 5, delta->failed);
	sqlite3_bind_int64(statement, 6, delta->errors);
	sqlite3_bind_int64(statement, 7, delta->input_tokens);
	sqlite3_bind_int64(statement, 8, delta->output_tokens);
	bind_known(statement, 9, delta->cost); /* unknown makes the sum NULL */
	return statement_run(store, statement, error);
}

bool tally_count(struct store *store, long long run, struct error *error)
{
	static const char sql[] =
		"UPDATE tally SET planned = c.planned, passed = c.passed, failed = c.failed, errors = c.errors, input_tokens = "
		"c.input, "
		"output_tokens = c.output, cost = c.cost FROM (SELECT v.variant_version_id AS version, count(*) * r.repeats AS "
		"planned, "
		"sum(coalesce(a.passed, 0)) AS passed, sum(coalesce(a.failed, 0)) AS failed, sum(coalesce(a.errors, 0)) AS errors, "
		"sum(coalesce(a.input, 0)) AS input, sum(coalesce(a.output, 0)) AS output, "
		"CASE WHEN sum(coalesce(a.unknown, 0)) THEN NULL ELSE sum(coalesce(a.cost, 0)) END AS cost "
		"FROM run r JOIN run_variant v ON v.run_id = r.id JOIN test_case t ON t.test_set_id = r.test_set_id LEFT JOIN ("
		"SELECT a.variant_version_id, a.input_id, d.gold_id, sum(a.state <> 'open' AND coalesce(d.passed, 0)) AS passed, "
		"sum(a.state <> 'open' AND NOT coalesce(d.passed, 0)) AS failed, sum(a.state = 'open') AS errors, "
		"sum(a.input_tokens) AS input, "
		"sum(a.output_tokens) AS output, sum(a.cost) AS cost, sum(a.cost IS NULL AND a.state <> 'open') AS unknown "
		"FROM run r JOIN run_variant v ON v.run_id = r.id JOIN test_case t ON t.test_set_id = r.test_set_id "
		"JOIN attempt a ON a.variant_version_id = v.variant_version_id AND a.input_id = t.input_id AND a.repeat <= "
		"r.repeats "
		"LEFT JOIN verdict d ON d.attempt_id = a.id AND d.grading_id = r.grading_id AND d.gold_id = t.gold_id "
		"WHERE r.id = ?1 GROUP BY a.variant_version_id, a.input_id) a "
		"ON a.variant_version_id = v.variant_version_id AND a.input_id = t.input_id WHERE r.id = ?1 GROUP BY "
		"v.variant_version_id) c "
		"WHERE tally.run_id = ?1 AND tally.variant_version_id = c.version";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, run);
	return statement_run(store, statement, error);
}
