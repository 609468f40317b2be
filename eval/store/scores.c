#include "eval/store/attempts.h"
#include "eval/store/store_private.h"
#include "eval/store/texts.h"

bool score_put(struct store *store, const struct score_row *row, struct error *error)
{
	static const char sql[] =
		"INSERT INTO score (attempt_id, scorer_id, gold_id, value, passed, weight, reason, extracted) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (attempt_id, gold_id, scorer_id) DO UPDATE SET "
		"value = excluded.value, passed = excluded.passed, weight = excluded.weight, reason = excluded.reason, "
		"extracted = excluded.extracted";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, row->attempt);
	sqlite3_bind_int64(statement, 2, row->scorer);
	sqlite3_bind_int64(statement, 3, row->gold);
	sqlite3_bind_double(statement, 4, row->value);
	sqlite3_bind_int(statement, 5, row->passed);
	sqlite3_bind_double(statement, 6, row->weight);
	CLEANUP(buffer_release) struct buffer reason = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer extracted = BUFFER_EMPTY;
	bind_text_column(statement, 7, row->reason, &reason);
	bind_text_column(statement, 8, row->extracted, &extracted);
	return statement_run(store, statement, error);
}

bool score_list(struct store *store, long long attempt, long long grading, long long gold, struct arena *arena,
	struct score_row **rows, size_t *count, struct error *error)
{
	static const char sql[] =
		"SELECT s.scorer_id, s.value, s.passed, s.weight, m.name, c.type, s.reason, s.extracted FROM score s "
		"JOIN grading_scorer m ON m.grading_id = ?3 AND m.scorer_id = s.scorer_id JOIN scorer c ON c.id = s.scorer_id "
		"WHERE s.attempt_id = ?1 AND s.gold_id = ?2 ORDER BY s.scorer_id";
	struct score_row *list = NULL;
	size_t n = 0, room = 0;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, attempt);
	sqlite3_bind_int64(statement, 2, gold);
	sqlite3_bind_int64(statement, 3, grading);
	for (bool row;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			break;
		struct score_row *score = LIST_MORE(arena, list, n, room);
		*score = (struct score_row){
			.attempt = attempt,
			.gold = gold,
			.scorer = sqlite3_column_int64(statement, 0),
			.value = sqlite3_column_double(statement, 1),
			.passed = sqlite3_column_int(statement, 2),
			.weight = sqlite3_column_double(statement, 3),
			.name = column_string(statement, 4, arena),
			.type = column_string(statement, 5, arena),
			.reason = column_text(statement, 6, arena),
			.extracted = column_text(statement, 7, arena),
		};
	}
	*rows = list;
	*count = n;
	return true;
}

bool verdict_put(struct store *store, const struct verdict_row *row, struct error *error)
{
	static const char sql[] =
		"INSERT INTO verdict (attempt_id, grading_id, gold_id, passed, value) VALUES (?1, ?2, ?3, ?4, ?5) "
		"ON CONFLICT (attempt_id, grading_id, gold_id) DO UPDATE SET passed = excluded.passed, value = excluded.value";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, row->attempt);
	sqlite3_bind_int64(statement, 2, row->grading);
	sqlite3_bind_int64(statement, 3, row->gold);
	sqlite3_bind_int(statement, 4, row->passed);
	sqlite3_bind_double(statement, 5, row->value);
	return statement_run(store, statement, error);
}
