#include "eval/store/batches.h"
#include "eval/store/store_private.h"
#include "eval/store/texts.h"

bool batch_add(struct store *store, struct batch_row *row, struct error *error)
{
	static const char sql[] = "INSERT INTO batch (uid, model, base_url, state, created_at) VALUES (?1, ?2, ?3, 'queued', ?4)";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_uid(statement, 1, &row->uid);
	bind_string(statement, 2, row->model);
	bind_string(statement, 3, row->base_url);
	sqlite3_bind_int64(statement, 4, row->created_at);
	return row_insert(store, statement, &row->id, error);
}

bool batch_save(struct store *store, const struct batch_row *row, struct error *error)
{
	static const char sql[] =
		"UPDATE batch SET state = ?2, file_id = ?3, remote_id = ?4, status = ?5, message = ?6, sent_at = ?7, "
		"ended_at = ?8, guessed = ?9 WHERE id = ?1";
	CLEANUP(buffer_release) struct buffer status = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer message = BUFFER_EMPTY;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, row->id);
	bind_string(statement, 2, row->state);
	bind_string(statement, 3, row->file);
	bind_string(statement, 4, row->remote);
	bind_text_column(statement, 5, text_of(row->status), &status);
	bind_text_column(statement, 6, text_of(row->message), &message);
	bind_row(statement, 7, row->sent_at);
	bind_row(statement, 8, row->ended_at);
	sqlite3_bind_int(statement, 9, row->guessed);
	return statement_run(store, statement, error);
}

bool batch_open_list(struct store *store, struct arena *arena, struct batch_row **rows, size_t *count, struct error *error)
{
	static const char sql[] =
		"SELECT b.id, b.uid, b.model, b.base_url, b.state, b.file_id, b.remote_id, b.status, b.message, b.created_at, "
		"b.sent_at, "
		"(SELECT count(*) FROM call c WHERE c.batch_id = b.id), b.guessed FROM batch b WHERE b.state <> 'ended' ORDER BY b.id";
	struct batch_row *list = NULL;
	size_t n = 0, room = 0;
	bool row;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	for (;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			break;
		struct batch_row *batch = LIST_MORE(arena, list, n, room);
		*batch = (struct batch_row){.id = sqlite3_column_int64(statement, 0),
			.model = column_string(statement, 2, arena),
			.base_url = column_string(statement, 3, arena),
			.state = column_string(statement, 4, arena),
			.file = column_string(statement, 5, arena),
			.remote = column_string(statement, 6, arena),
			.status = column_string(statement, 7, arena),
			.message = column_string(statement, 8, arena),
			.created_at = sqlite3_column_int64(statement, 9),
			.sent_at = sqlite3_column_int64(statement, 10),
			.requests = sqlite3_column_int64(statement, 11),
			.guessed = sqlite3_column_int(statement, 12)};
		if (sqlite3_column_bytes(statement, 1) == (int)sizeof batch->uid.bytes)
			memcpy(batch->uid.bytes, sqlite3_column_blob(statement, 1), sizeof batch->uid.bytes);
	}
	*rows = list;
	*count = n;
	return true;
}

static bool answer_bool(struct store *store, sqlite3_stmt *statement, bool *ret, struct error *error)
{
	bool row;
	if (!statement_step(store, statement, &row, error))
		return false;
	*ret = row && sqlite3_column_int(statement, 0);
	sqlite3_reset(statement);
	return true;
}

bool batch_any(struct store *store, int64_t since, bool *any, struct error *error)
{
	static const char sql[] = "SELECT EXISTS (SELECT 1 FROM batch WHERE state <> 'ended' OR ended_at >= ?1)";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, since);
	return answer_bool(store, statement, any, error);
}

bool batch_owner(struct store *store, long long batch, const char *remote, enum batch_owner *ret, struct error *error)
{
	static const char sql[] = "SELECT max(CASE WHEN guessed AND state = 'waiting' THEN 1 ELSE 2 END) FROM batch WHERE remote_id = ?1 "
				  "AND id <> ?2 UNION ALL SELECT 2 FROM batch_stranger WHERE remote_id = ?1 AND batch_id = ?2 ORDER BY 1 DESC";
	bool row;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_string(statement, 1, remote);
	sqlite3_bind_int64(statement, 2, batch);
	if (!statement_step(store, statement, &row, error))
		return false;
	*ret = row ? (enum batch_owner)sqlite3_column_int(statement, 0) : BATCH_FREE; /* NULL reads as 0 */
	sqlite3_reset(statement);
	return true;
}

bool batch_stranger_add(struct store *store, long long batch, const char *remote, struct error *error)
{
	static const char sql[] = "INSERT OR IGNORE INTO batch_stranger (batch_id, remote_id) VALUES (?1, ?2)";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, batch);
	bind_string(statement, 2, remote);
	return statement_run(store, statement, error);
}

bool batch_calls_each(struct store *store, long long batch, batch_call_function *each, void *data, struct error *error)
{
	static const char sql[] = "SELECT c.uid, t.body FROM call c JOIN text t ON t.id = c.request_id "
				  "WHERE c.batch_id = ?1 AND c.state = 'started' ORDER BY c.id";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	bool row;
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, batch);
	for (;;) {
		struct uid uid;
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			return true;
		if (sqlite3_column_bytes(statement, 0) != (int)sizeof uid.bytes)
			continue;
		memcpy(uid.bytes, sqlite3_column_blob(statement, 0), sizeof uid.bytes);
		if (!each(data, &uid, column_borrow(statement, 1)))
			break;
	}
	sqlite3_reset(statement);
	return true;
}

bool batch_call_find(struct store *store, long long batch, const struct uid *uid, long long *call, struct error *error)
{
	static const char sql[] = "SELECT id FROM call WHERE uid = ?1 AND batch_id = ?2 AND state = 'started'";
	bool row;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_uid(statement, 1, uid);
	sqlite3_bind_int64(statement, 2, batch);
	if (!statement_step(store, statement, &row, error))
		return false;
	*call = row ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_reset(statement);
	return true;
}

/* An UPDATE whose parameters are the batch, a class and a message. */
static bool failure_put(
	struct store *store, const char *sql, long long batch, const char *class, const char *message, struct error *error)
{
	CLEANUP(buffer_release) struct buffer mended = BUFFER_EMPTY;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, batch);
	bind_string(statement, 2, class);
	bind_text_column(statement, 3, text_of(message), &mended);
	return statement_run(store, statement, error);
}

/* Attempts that wait for an answer of the batch wait no more then: their rows say why. */
bool batch_calls_fail(
	struct store *store, long long batch, const char *class, const char *message, long long *count, struct error *error)
{
	static const char calls[] = "UPDATE call SET state = 'failed', class = ?2, message = ?3 WHERE batch_id = ?1 AND state = 'started'";
	static const char attempts[] =
		"UPDATE attempt SET class = ?2, message = ?3 WHERE state = 'open' AND class = 'batched' AND id IN (SELECT a.id FROM call c JOIN "
		"attempt a ON a.variant_version_id = c.variant_version_id AND a.input_id = c.input_id AND a.repeat = c.repeat WHERE c.batch_id = "
		"?1 AND c.state = 'failed')";
	if (!failure_put(store, calls, batch, class, message, error))
		return false;
	*count = sqlite3_changes(store->database);
	return failure_put(store, attempts, batch, class, message, error);
}

bool batch_call_by_key(
	struct store *store, const struct hash *key, struct arena *arena, struct batch_call *ret, bool *found, struct error *error)
{
	static const char sql[] = "SELECT b.id, c.state, c.class, c.message, b.state, b.remote_id, b.ended_at, c.id FROM call c JOIN "
				  "batch b ON b.id = c.batch_id "
				  "WHERE c.key = ?1 AND c.batch_id IS NOT NULL ORDER BY c.id DESC LIMIT 1";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_hash(statement, 1, key);
	if (!statement_step(store, statement, found, error))
		return false;
	if (*found)
		*ret = (struct batch_call){sqlite3_column_int64(statement, 0), column_string(statement, 1, arena),
			column_string(statement, 2, arena), column_string(statement, 3, arena), column_string(statement, 4, arena),
			column_string(statement, 5, arena), sqlite3_column_int64(statement, 6), sqlite3_column_int64(statement, 7)};
	sqlite3_reset(statement);
	return true;
}
