#include "eval/store/attempts.h"
#include "eval/store/store_private.h"
#include "eval/store/texts.h"

static bool retrieved_put(struct store *store, long long attempt, const struct retrieved_row *row, struct error *error)
{
	static const char sql[] = "INSERT INTO retrieved (attempt_id, rank, key, title, body_id, score, number, cited) "
				  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
	long long body;
	if (!text_put(store, row->body, &body, error))
		return false;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, attempt);
	sqlite3_bind_int(statement, 2, row->rank);
	bind_string(statement, 3, row->key);
	bind_string(statement, 4, row->title);
	sqlite3_bind_int64(statement, 5, body);
	sqlite3_bind_double(statement, 6, row->score);
	bind_row(statement, 7, row->number);
	sqlite3_bind_int(statement, 8, row->cited);
	return statement_run(store, statement, error);
}

static bool retrieval_drop(struct store *store, long long attempt, struct error *error)
{
	static const char items[] = "DELETE FROM retrieved WHERE attempt_id = ?1",
			  one[] = "DELETE FROM retrieval WHERE attempt_id = ?1";
	for (int i = 0; i < 2; i++) {
		sqlite3_stmt *statement = statement_of(store, i ? one : items, error);
		if (!statement)
			return false;
		sqlite3_bind_int64(statement, 1, attempt);
		if (!statement_run(store, statement, error))
			return false;
	}
	return true;
}

bool retrieval_put(struct store *store, long long attempt, const struct retrieval_row *row, struct error *error)
{
	static const char sql[] =
		"INSERT INTO retrieval (attempt_id, corpus, corpus_version, query, duration) VALUES (?1, ?2, ?3, ?4, ?5)";
	CLEANUP(buffer_release) struct buffer query = BUFFER_EMPTY;
	if (!retrieval_drop(store, attempt, error))
		return false;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, attempt);
	bind_string(statement, 2, row->corpus);
	bind_hash(statement, 3, &row->corpus_version);
	bind_text_column(statement, 4, row->query, &query);
	sqlite3_bind_int64(statement, 5, row->duration);
	if (!statement_run(store, statement, error))
		return false;
	for (size_t i = 0; i < row->count; i++)
		if (!retrieved_put(store, attempt, &row->items[i], error))
			return false;
	return true;
}

static bool retrieved_get(
	struct store *store, long long attempt, struct arena *arena, struct retrieval_row *ret, struct error *error)
{
	static const char sql[] = "SELECT r.rank, r.key, r.title, t.body, r.score, r.number, r.cited FROM retrieved r JOIN text t "
				  "ON t.id = r.body_id "
				  "WHERE r.attempt_id = ?1 ORDER BY r.rank";
	size_t room = 0;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, attempt);
	for (bool row;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			return true;
		struct retrieved_row *item = LIST_MORE(arena, ret->items, ret->count, room);
		*item = (struct retrieved_row){sqlite3_column_int(statement, 0), column_string(statement, 1, arena),
			column_string(statement, 2, arena), column_text(statement, 3, arena), sqlite3_column_double(statement, 4),
			sqlite3_column_int(statement, 5), sqlite3_column_int(statement, 6)};
	}
}

bool retrieval_get(
	struct store *store, long long attempt, struct arena *arena, struct retrieval_row *ret, bool *found, struct error *error)
{
	static const char sql[] = "SELECT corpus, corpus_version, query, duration FROM retrieval WHERE attempt_id = ?1";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, attempt);
	if (!statement_step(store, statement, found, error))
		return false;
	if (!*found)
		return true;
	*ret = (struct retrieval_row){.corpus = column_string(statement, 0, arena),
		.corpus_version = column_hash(statement, 1),
		.query = column_text(statement, 2, arena),
		.duration = sqlite3_column_int64(statement, 3)};
	sqlite3_reset(statement);
	return retrieved_get(store, attempt, arena, ret, error);
}
