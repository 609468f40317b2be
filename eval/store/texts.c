#include "eval/store/texts.h"
#include "eval/store/store_private.h"

bool text_put(struct store *store, struct text body, long long *id, struct error *error)
{
	static const char sql[] = "INSERT INTO text (hash, body) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING";
	static const char find[] = "SELECT id FROM text WHERE hash = ?1";
	*id = 0;
	if (!body.data)
		return true;
	struct hash hash = hash_of(body);
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_hash(statement, 1, &hash);
	bind_text(statement, 2, body);
	if (!statement_run(store, statement, error))
		return false;
	if (sqlite3_changes(store->database) == 1) {
		*id = sqlite3_last_insert_rowid(store->database);
		return true;
	}
	return row_by_hash(store, find, &hash, id, error);
}

bool text_get(struct store *store, long long id, struct arena *arena, struct text *ret, struct error *error)
{
	static const char sql[] = "SELECT body FROM text WHERE id = ?1";
	bool row = false;
	*ret = text_make(NULL, 0);
	if (!id)
		return true;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, id);
	if (!statement_step(store, statement, &row, error))
		return false;
	if (row)
		*ret = column_text(statement, 0, arena);
	sqlite3_reset(statement);
	return true;
}
