#include "eval/store/recorded.h"
#include "eval/store/store_private.h"

bool recorded_file_find(struct store *store, const struct hash *hash, long long *file, struct error *error)
{
	static const char sql[] = "SELECT id FROM recorded_file WHERE hash = ?1";
	return row_by_hash(store, sql, hash, file, error);
}

bool recorded_file_begin(struct store *store, const struct hash *hash, const char *path, long long *file, struct error *error)
{
	static const char sql[] = "INSERT INTO recorded_file (hash, path, row_count) VALUES (?1, ?2, 0)";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_hash(statement, 1, hash);
	bind_string(statement, 2, path);
	return row_insert(store, statement, file, error);
}

static bool recorded_twice(struct store *store, long long file, const char *case_id, int repeat, long line, struct error *error)
{
	static const char sql[] = "SELECT o.line, f.path FROM recorded_output o JOIN recorded_file f ON f.id = o.file_id "
				  "WHERE o.file_id = ?1 AND o.case_id = ?2 AND o.repeat = ?3";
	bool row;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, file);
	bind_string(statement, 2, case_id);
	sqlite3_bind_int(statement, 3, repeat);
	if (!statement_step(store, statement, &row, error))
		return false;
	error_at(error, ERROR_DATA, row ? (const char *)sqlite3_column_text(statement, 1) : NULL, line, 0,
		"a second output for case `%s`%s: line %lld has one already; map `repeat` if these are repeats", case_id,
		repeat > 1 ? " and this repeat" : "", row ? sqlite3_column_int64(statement, 0) : 0);
	sqlite3_reset(statement);
	return false;
}

bool recorded_output_put(
	struct store *store, long long file, const char *case_id, int repeat, long line, struct text body, struct error *error)
{
	static const char sql[] = "INSERT INTO recorded_output (file_id, case_id, repeat, line, body) VALUES (?1, ?2, ?3, ?4, ?5) "
				  "ON CONFLICT DO NOTHING";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, file);
	bind_string(statement, 2, case_id);
	sqlite3_bind_int(statement, 3, repeat);
	sqlite3_bind_int64(statement, 4, line);
	bind_text(statement, 5, body);
	if (!statement_run(store, statement, error))
		return false;
	return sqlite3_changes(store->database) == 1 || recorded_twice(store, file, case_id, repeat, line, error);
}

bool recorded_file_end(struct store *store, long long file, long long rows, struct error *error)
{
	static const char sql[] = "UPDATE recorded_file SET row_count = ?2 WHERE id = ?1";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, file);
	sqlite3_bind_int64(statement, 2, rows);
	return statement_run(store, statement, error);
}

bool recorded_output_get(struct store *store, long long file, const char *case_id, int repeat, struct arena *arena,
	struct text *body, bool *found, struct error *error)
{
	static const char sql[] = "SELECT body FROM recorded_output WHERE file_id = ?1 AND case_id = ?2 AND repeat = ?3";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, file);
	bind_string(statement, 2, case_id);
	sqlite3_bind_int(statement, 3, repeat);
	if (!statement_step(store, statement, found, error))
		return false;
	if (*found)
		*body = column_text(statement, 0, arena);
	sqlite3_reset(statement);
	return true;
}

bool recorded_extra_find(struct store *store, long long file, long long test_set, struct arena *arena, struct recorded_extra *ret,
	struct error *error)
{
	static const char sql[] =
		"SELECT count(*) FILTER (WHERE k.case_id IS NULL), count(*), min(o.case_id) FILTER (WHERE k.case_id IS NULL) "
		"FROM recorded_output o LEFT JOIN (SELECT DISTINCT i.case_id FROM test_case t JOIN case_input i ON i.id = t.input_id "
		"WHERE t.test_set_id = ?2) k ON k.case_id = o.case_id WHERE o.file_id = ?1";
	bool row;
	*ret = (struct recorded_extra){0};
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, file);
	sqlite3_bind_int64(statement, 2, test_set);
	if (!statement_step(store, statement, &row, error))
		return false;
	if (row)
		*ret = (struct recorded_extra){sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1),
			column_string(statement, 2, arena)};
	sqlite3_reset(statement);
	return true;
}
