#include "eval/store/attempts.h"
#include "eval/store/lookups.h"
#include "eval/store/texts.h"

static void call_bind_start(sqlite3_stmt *statement, const struct call_row *row, long long request)
{
	bind_uid(statement, 1, &row->uid);
	sqlite3_bind_int64(statement, 2, row->run);
	sqlite3_bind_int64(statement, 3, row->attempt.variant_version);
	sqlite3_bind_int64(statement, 4, row->attempt.input);
	sqlite3_bind_int(statement, 5, row->attempt.repeat);
	bind_string(statement, 6, row->purpose);
	sqlite3_bind_int(statement, 7, row->try);
	bind_string(statement, 8, row->source);
	bind_string(statement, 9, row->model);
	bind_hash(statement, 10, &row->key);
	bind_string(statement, 11, row->method_url);
	bind_row(statement, 12, request);
	sqlite3_bind_int64(statement, 13, row->started_at);
	bind_row(statement, 14, row->batch);
}

bool call_start(struct store *store, struct call_row *row, struct error *error)
{
	static const char sql[] = "INSERT INTO call (uid, run_id, variant_version_id, input_id, repeat, purpose, try, state, "
				  "source, class, model, key, "
				  "method_url, request_id, started_at, batch_id) "
				  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'started', ?8, '', ?9, ?10, ?11, ?12, ?13, ?14)";
	long long request;
	if (!text_put(store, row->request, &request, error))
		return false;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	call_bind_start(statement, row, request);
	return row_insert(store, statement, &row->id, error) && lookup_add(store, LOOKUP_CALL, &row->key, row->id, error);
}

bool call_end(struct store *store, const struct call_row *row, struct error *error)
{
	static const char sql[] =
		"UPDATE call SET state = ?2, class = ?3, message = ?4, response_id = ?5, status = ?6, server_request = ?7, "
		"returned_model = ?8, fingerprint = ?9, input_tokens = ?10, cached_tokens = ?11, reasoning_tokens = ?12, "
		"output_tokens = ?13, cost = ?14, latency = ?15, first_byte = ?16, written_tokens = ?17 WHERE id = ?1";
	CLEANUP(buffer_release) struct buffer message = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer server = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer model = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer fingerprint = BUFFER_EMPTY;
	long long response;
	if (!text_put(store, row->response, &response, error))
		return false;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, row->id);
	bind_string(statement, 2, row->state);
	bind_string(statement, 3, row->class);
	bind_text_column(statement, 4, text_of(row->message), &message);
	bind_row(statement, 5, response);
	bind_row(statement, 6, row->status);
	bind_text_column(statement, 7, text_of(row->server_request), &server);
	bind_text_column(statement, 8, text_of(row->returned_model), &model);
	bind_text_column(statement, 9, text_of(row->fingerprint), &fingerprint);
	bind_known(statement, 10, row->usage.input);
	bind_known(statement, 11, row->usage.cached);
	bind_known(statement, 12, row->usage.reasoning);
	bind_known(statement, 13, row->usage.output);
	bind_known(statement, 14, row->usage.cost);
	bind_known(statement, 15, row->latency);
	bind_known(statement, 16, row->first_byte);
	bind_known(statement, 17, row->usage.written);
	return statement_run(store, statement, error);
}

bool call_put(struct store *store, struct call_row *row, struct error *error)
{
	return call_start(store, row, error) && call_end(store, row, error);
}

#define CALL_COLUMNS                                                                                                               \
	"SELECT id, uid, run_id, variant_version_id, input_id, repeat, purpose, try, state, source, class, message, model, key, "  \
	"method_url, "                                                                                                             \
	"request_id, response_id, status, server_request, returned_model, fingerprint, input_tokens, cached_tokens, "              \
	"reasoning_tokens, "                                                                                                       \
	"output_tokens, cost, started_at, latency, first_byte, written_tokens FROM call "

/* Answers that may be used again. */
#define ANSWERED "state = 'answered' AND source IN ('network', 'command', 'cassette', 'batch')"

static void call_read(sqlite3_stmt *statement, struct arena *arena, struct call_row *row, long long texts[2])
{
	*row = (struct call_row){
		.id = sqlite3_column_int64(statement, 0),
		.run = sqlite3_column_int64(statement, 2),
		.attempt = {sqlite3_column_int64(statement, 3), sqlite3_column_int64(statement, 4),
			sqlite3_column_int(statement, 5)},
		.purpose = column_string(statement, 6, arena),
		.try = sqlite3_column_int(statement, 7),
		.state = column_string(statement, 8, arena),
		.source = column_string(statement, 9, arena),
		.class = column_string(statement, 10, arena),
		.message = column_string(statement, 11, arena),
		.model = column_string(statement, 12, arena),
		.key = column_hash(statement, 13),
		.method_url = column_string(statement, 14, arena),
		.status = sqlite3_column_int(statement, 17),
		.server_request = column_string(statement, 18, arena),
		.returned_model = column_string(statement, 19, arena),
		.fingerprint = column_string(statement, 20, arena),
		.usage = {column_known(statement, 21), column_known(statement, 22), column_known(statement, 23),
			column_known(statement, 24), column_known(statement, 25), column_known(statement, 29)},
		.started_at = sqlite3_column_int64(statement, 26),
		.latency = column_known(statement, 27),
		.first_byte = column_known(statement, 28),
	};
	if (sqlite3_column_bytes(statement, 1) == (int)sizeof row->uid.bytes)
		memcpy(row->uid.bytes, sqlite3_column_blob(statement, 1), sizeof row->uid.bytes);
	texts[0] = sqlite3_column_int64(statement, 15);
	texts[1] = sqlite3_column_int64(statement, 16);
}

/* The last good answer among the rows of late; 0: none. */
static bool call_find_late(struct store *store, const struct hash *key, long long *id, struct error *error)
{
	static const char sql[] = "SELECT 1 FROM call WHERE id = ?1 AND " ANSWERED;
	size_t place = LOOKUP_BEGIN;
	*id = 0;
	if (!lookup_ready(store, LOOKUP_CALL, error))
		return false;
	for (long long late; lookup_late(store, LOOKUP_CALL, key, &place, &late);) {
		bool row;
		sqlite3_stmt *statement = statement_of(store, sql, error);
		if (!statement)
			return false;
		sqlite3_bind_int64(statement, 1, late);
		if (!statement_step(store, statement, &row, error))
			return false;
		sqlite3_reset(statement);
		if (row && late > *id)
			*id = late;
	}
	return true;
}

static bool call_find(struct store *store, const struct hash *key, long long *id, struct error *error)
{
	static const char sql[] = "SELECT c.id FROM call_lookup l JOIN call c ON c.id = l.id WHERE l.prefix = ?1 AND c.key = ?2 AND "
				  ANSWERED " ORDER BY l.id DESC LIMIT 1";
	return call_find_late(store, key, id, error) && (*id || lookup_row(store, sql, key, id, error));
}

bool call_by_key(
	struct store *store, const struct hash *key, struct arena *arena, struct call_row *ret, bool *found, struct error *error)
{
	static const char sql[] = CALL_COLUMNS "WHERE id = ?1";
	long long texts[2], id;
	*found = false;
	if (!call_find(store, key, &id, error))
		return false;
	if (!id)
		return true;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, id);
	if (!statement_step(store, statement, found, error))
		return false;
	if (!*found)
		return true;
	call_read(statement, arena, ret, texts);
	sqlite3_reset(statement);
	return text_get(store, texts[0], arena, &ret->request, error) && text_get(store, texts[1], arena, &ret->response, error);
}

bool call_last(struct store *store, long long *id, struct error *error)
{
	bool row;
	sqlite3_stmt *statement = statement_of(store, "SELECT coalesce(max(id), 0) FROM call", error);
	if (!statement || !statement_step(store, statement, &row, error))
		return false;
	*id = row ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_reset(statement);
	return true;
}

struct text_pair {
	long long ids[2];
};

bool call_list(struct store *store, struct attempt_key attempt, struct arena *arena, struct call_row **rows, size_t *count,
	struct error *error)
{
	static const char sql[] = CALL_COLUMNS "WHERE variant_version_id = ?1 AND input_id = ?2 AND repeat = ?3 ORDER BY id";
	struct call_row *list = NULL;
	struct text_pair *texts = NULL;
	size_t n = 0, room = 0, text_count = 0, text_room = 0;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, attempt.variant_version);
	sqlite3_bind_int64(statement, 2, attempt.input);
	sqlite3_bind_int(statement, 3, attempt.repeat);
	for (bool row;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			break;
		struct call_row *call = LIST_MORE(arena, list, n, room);
		call_read(statement, arena, call, LIST_MORE(arena, texts, text_count, text_room)->ids);
	}
	for (size_t i = 0; i < n; i++)
		if (!text_get(store, texts[i].ids[0], arena, &list[i].request, error) ||
			!text_get(store, texts[i].ids[1], arena, &list[i].response, error))
			return false;
	*rows = list;
	*count = n;
	return true;
}

bool call_sizes_list(
	struct store *store, long long most, struct arena *arena, struct call_sizes **rows, size_t *count, struct error *error)
{
	static const char sql[] =
		"SELECT c.model, v.name, count(*), sum(length(CAST(t.body AS BLOB))), sum(c.input_tokens), sum(c.output_tokens), "
		"count(DISTINCT c.input_id || ' ' || c.repeat) FROM "
		"(SELECT * FROM call ORDER BY id DESC LIMIT ?1) c JOIN text t ON t.id = c.request_id JOIN variant_version v ON "
		"v.id = c.variant_version_id WHERE c.state = 'answered' AND c.class = 'ok' AND c.source IN ('network', 'cassette', 'batch') "
		"AND c.input_tokens IS NOT NULL AND c.output_tokens IS NOT NULL GROUP BY c.model, v.name ORDER BY 1, 2";
	struct call_sizes *list = NULL;
	size_t n = 0, room = 0;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, most);
	for (bool row;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			break;
		*LIST_MORE(arena, list, n, room) = (struct call_sizes){column_string(statement, 0, arena),
			column_string(statement, 1, arena), sqlite3_column_int64(statement, 2), sqlite3_column_int64(statement, 3),
			sqlite3_column_int64(statement, 4), sqlite3_column_int64(statement, 5), sqlite3_column_int64(statement, 6)};
	}
	*rows = list;
	*count = n;
	return true;
}
