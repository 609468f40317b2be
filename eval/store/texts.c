#include "eval/store/texts.h"
#include "eval/store/lookups.h"

static bool text_known(struct store *store, const struct hash *hash, long long *id, struct error *error)
{
	static const char sql[] = "SELECT t.id FROM text_lookup l JOIN text t ON t.id = l.id WHERE l.prefix = ?1 AND t.hash = ?2";
	size_t place = LOOKUP_BEGIN;
	if (!lookup_ready(store, LOOKUP_TEXT, error))
		return false;
	if (lookup_late(store, LOOKUP_TEXT, hash, &place, id) || !lookup_possible(store, LOOKUP_TEXT, hash))
		return true;
	return lookup_row(store, sql, hash, id, error);
}

bool text_put(struct store *store, struct text body, long long *id, struct error *error)
{
	static const char sql[] = "INSERT INTO text (hash, body) VALUES (?1, ?2)";
	*id = 0;
	if (!body.data)
		return true;
	struct hash hash = hash_of_body(body);
	if (!text_known(store, &hash, id, error))
		return false;
	if (*id)
		return true;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_hash(statement, 1, &hash);
	bind_text(statement, 2, body);
	return row_insert(store, statement, id, error) && lookup_add(store, LOOKUP_TEXT, &hash, *id, error);
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
