#include "eval/base/clock.h"
#include "eval/store/runs.h"
#include "eval/store/store_private.h"

bool variant_version_put(
	struct store *store, const struct hash *hash, const char *name, struct text definition, long long *id, struct error *error)
{
	static const char find[] = "SELECT id FROM variant_version WHERE hash = ?1";
	static const char sql[] = "INSERT INTO variant_version (hash, name, definition, created_at) VALUES (?1, ?2, ?3, ?4)";
	if (!row_by_hash(store, find, hash, id, error) || *id)
		return *id != 0;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_hash(statement, 1, hash);
	bind_string(statement, 2, name);
	bind_text(statement, 3, definition);
	sqlite3_bind_int64(statement, 4, clock_wall());
	return row_insert(store, statement, id, error);
}

bool grading_put(struct store *store, const struct hash *hash, struct text definition, long long *id, struct error *error)
{
	static const char find[] = "SELECT id FROM grading WHERE hash = ?1";
	static const char sql[] = "INSERT INTO grading (hash, definition, created_at) VALUES (?1, ?2, ?3)";
	if (!row_by_hash(store, find, hash, id, error) || *id)
		return *id != 0;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_hash(statement, 1, hash);
	bind_text(statement, 2, definition);
	sqlite3_bind_int64(statement, 3, clock_wall());
	return row_insert(store, statement, id, error);
}

bool scorer_put(struct store *store, const struct hash *hash, const char *name, const char *type, struct text definition,
	long long *id, struct error *error)
{
	static const char find[] = "SELECT id FROM scorer WHERE hash = ?1";
	static const char sql[] = "INSERT INTO scorer (hash, name, type, definition) VALUES (?1, ?2, ?3, ?4)";
	if (!row_by_hash(store, find, hash, id, error) || *id)
		return *id != 0;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_hash(statement, 1, hash);
	bind_string(statement, 2, name);
	bind_string(statement, 3, type);
	bind_text(statement, 4, definition);
	return row_insert(store, statement, id, error);
}

bool grading_scorer_put(struct store *store, long long grading, long long scorer, const char *name, struct error *error)
{
	static const char sql[] =
		"INSERT INTO grading_scorer (grading_id, scorer_id, name) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, grading);
	sqlite3_bind_int64(statement, 2, scorer);
	bind_string(statement, 3, name);
	return statement_run(store, statement, error);
}

static bool definition_get(
	struct store *store, const char *sql, long long id, struct arena *arena, struct text *ret, struct error *error)
{
	bool row;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, id);
	if (!statement_step(store, statement, &row, error))
		return false;
	*ret = row ? column_text(statement, 0, arena) : text_make(NULL, 0);
	sqlite3_reset(statement);
	return true;
}

bool variant_definition(struct store *store, long long version, struct arena *arena, struct text *ret, struct error *error)
{
	static const char sql[] = "SELECT definition FROM variant_version WHERE id = ?1";
	return definition_get(store, sql, version, arena, ret, error);
}

bool grading_definition(struct store *store, long long grading, struct arena *arena, struct text *ret, struct error *error)
{
	static const char sql[] = "SELECT definition FROM grading WHERE id = ?1";
	return definition_get(store, sql, grading, arena, ret, error);
}
