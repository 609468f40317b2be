#include "eval/store/attempts.h"
#include "eval/store/store_private.h"
#include "eval/store/texts.h"

static const char *const state_names[] = {"open", "answered", "refused", "filtered"};

const char *attempt_state_name(enum attempt_state state)
{
	return state_names[state];
}

static enum attempt_state state_of(const unsigned char *name)
{
	for (size_t i = 0; name && i < COUNT(state_names); i++)
		if (strcmp(state_names[i], (const char *)name) == 0)
			return (enum attempt_state)i;
	return ATTEMPT_OPEN;
}

static bool attempt_texts_put(struct store *store, const struct attempt_row *row, long long ids[4], struct error *error)
{
	const struct text texts[4] = {row->prompt, row->output, row->reasoning, row->extracted};
	for (int i = 0; i < 4; i++)
		if (!text_put(store, texts[i], &ids[i], error))
			return false;
	return true;
}

static void attempt_bind(sqlite3_stmt *statement, const struct attempt_row *row, const long long ids[4], struct buffer *message)
{
	sqlite3_bind_int64(statement, 1, row->key.variant_version);
	sqlite3_bind_int64(statement, 2, row->key.input);
	sqlite3_bind_int(statement, 3, row->key.repeat);
	bind_string(statement, 4, attempt_state_name(row->state));
	bind_string(statement, 5, row->class);
	bind_text_column(statement, 6, text_of(row->message), message);
	bind_string(statement, 7, row->finish);
	bind_string(statement, 8, row->routed_to);
	for (int i = 0; i < 4; i++)
		bind_row(statement, 9 + i, ids[i]);
	sqlite3_bind_int(statement, 13, row->call_count);
	bind_known(statement, 14, row->usage.input);
	bind_known(statement, 15, row->usage.cached);
	bind_known(statement, 16, row->usage.reasoning);
	bind_known(statement, 17, row->usage.output);
	bind_known(statement, 18, row->usage.cost);
	bind_known(statement, 19, row->latency);
	bind_string(statement, 20, row->stratum);
	if (row->stratum)
		sqlite3_bind_double(statement, 21, row->probability);
	sqlite3_bind_int64(statement, 22, row->run);
	sqlite3_bind_int64(statement, 23, row->ended_at);
	bind_known(statement, 24, row->usage.written);
	bind_row(statement, 25, row->state == ATTEMPT_OPEN ? row->anew_after : 0);
}

/* The attempt was tried before: its open row is filled in; a final one stays as it is. */
static bool attempt_mend(struct store *store, struct attempt_row *row, const long long ids[4], struct error *error)
{
	static const char sql[] =
		"UPDATE attempt SET state = ?4, class = ?5, message = ?6, finish = ?7, routed_to = ?8, prompt_id = ?9, "
		"output_id = ?10, reasoning_id = ?11, extracted_id = ?12, call_count = ?13, input_tokens = ?14, "
		"cached_tokens = ?15, reasoning_tokens = ?16, output_tokens = ?17, cost = ?18, latency = ?19, run_id = ?22, "
		"ended_at = ?23, written_tokens = ?24, anew_after = ?25 WHERE variant_version_id = ?1 AND input_id = ?2 AND repeat = ?3 AND state = "
		"'open' RETURNING id";
	bool returned;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	CLEANUP(buffer_release) struct buffer message = BUFFER_EMPTY;
	attempt_bind(statement, row, ids, &message);
	if (!statement_step(store, statement, &returned, error))
		return false;
	if (!returned)
		return error_set(error, ERROR_STORAGE, "a final attempt would have been overwritten");
	row->id = sqlite3_column_int64(statement, 0);
	return statement_run(store, statement, error);
}

/* The common case is a plain insert: measured, RETURNING alone (a table in memory, a savepoint) cost more than the row. */
bool attempt_put(struct store *store, struct attempt_row *row, struct error *error)
{
	static const char sql[] =
		"INSERT INTO attempt (variant_version_id, input_id, repeat, state, class, message, finish, routed_to, prompt_id, "
		"output_id, reasoning_id, extracted_id, call_count, input_tokens, cached_tokens, reasoning_tokens, output_tokens, "
		"cost, latency, stratum, probability, run_id, ended_at, written_tokens, anew_after) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
		"?9, ?10, ?11, ?12, "
		"?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25) ON CONFLICT (variant_version_id, input_id, repeat) DO "
		"NOTHING";
	long long ids[4];
	if (!attempt_texts_put(store, row, ids, error))
		return false;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	CLEANUP(buffer_release) struct buffer message = BUFFER_EMPTY;
	attempt_bind(statement, row, ids, &message);
	if (!statement_run(store, statement, error))
		return false;
	if (sqlite3_changes(store->database) == 0)
		return attempt_mend(store, row, ids, error);
	row->id = sqlite3_last_insert_rowid(store->database);
	return true;
}

#define ATTEMPT_COLUMNS                                                                                                            \
	"SELECT id, variant_version_id, input_id, repeat, state, class, message, finish, routed_to, prompt_id, output_id, "        \
	"reasoning_id, extracted_id, "                                                                                             \
	"call_count, input_tokens, cached_tokens, reasoning_tokens, output_tokens, cost, latency, stratum, probability, run_id, "  \
	"ended_at, written_tokens FROM attempt "

static void attempt_read(sqlite3_stmt *statement, struct arena *arena, struct attempt_row *row, long long ids[4])
{
	*row = (struct attempt_row){
		.id = sqlite3_column_int64(statement, 0),
		.key = {sqlite3_column_int64(statement, 1), sqlite3_column_int64(statement, 2), sqlite3_column_int(statement, 3)},
		.state = state_of(sqlite3_column_text(statement, 4)),
		.class = column_string(statement, 5, arena),
		.message = column_string(statement, 6, arena),
		.finish = column_string(statement, 7, arena),
		.routed_to = column_string(statement, 8, arena),
		.call_count = sqlite3_column_int(statement, 13),
		.usage = {column_known(statement, 14), column_known(statement, 15), column_known(statement, 16),
			column_known(statement, 17), column_known(statement, 18), column_known(statement, 24)},
		.latency = column_known(statement, 19),
		.stratum = column_string(statement, 20, arena),
		.probability = sqlite3_column_double(statement, 21),
		.run = sqlite3_column_int64(statement, 22),
		.ended_at = sqlite3_column_int64(statement, 23),
	};
	for (int i = 0; i < 4; i++)
		ids[i] = sqlite3_column_int64(statement, 9 + i);
}

static bool attempt_one(struct store *store, sqlite3_stmt *statement, struct arena *arena, struct attempt_row *ret, bool *found,
	struct error *error)
{
	long long ids[4];
	if (!statement_step(store, statement, found, error))
		return false;
	if (!*found)
		return true;
	attempt_read(statement, arena, ret, ids);
	sqlite3_reset(statement);
	return text_get(store, ids[0], arena, &ret->prompt, error) && text_get(store, ids[1], arena, &ret->output, error) &&
	       text_get(store, ids[2], arena, &ret->reasoning, error) && text_get(store, ids[3], arena, &ret->extracted, error);
}

bool attempt_get(struct store *store, long long id, struct arena *arena, struct attempt_row *ret, bool *found, struct error *error)
{
	static const char sql[] = ATTEMPT_COLUMNS "WHERE id = ?1";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, id);
	return attempt_one(store, statement, arena, ret, found, error);
}

bool attempt_find(
	struct store *store, struct attempt_key key, struct arena *arena, struct attempt_row *ret, bool *found, struct error *error)
{
	static const char sql[] = ATTEMPT_COLUMNS "WHERE variant_version_id = ?1 AND input_id = ?2 AND repeat = ?3";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, key.variant_version);
	sqlite3_bind_int64(statement, 2, key.input);
	sqlite3_bind_int(statement, 3, key.repeat);
	return attempt_one(store, statement, arena, ret, found, error);
}

bool attempt_marks(struct store *store, long long test_set, long long version, long long grading, long long from, long long to,
	struct arena *arena, struct attempt_mark **marks, size_t *count, struct error *error)
{
	static const char sql[] = "SELECT t.position, a.id, a.repeat, a.state = 'open', d.attempt_id IS NOT NULL, a.anew_after FROM "
				  "test_case t "
				  "JOIN attempt a ON a.variant_version_id = ?2 AND a.input_id = t.input_id "
				  "LEFT JOIN verdict d ON d.attempt_id = a.id AND d.grading_id = ?3 AND d.gold_id = t.gold_id "
				  "WHERE t.test_set_id = ?1 AND t.position BETWEEN ?4 AND ?5 ORDER BY t.position, a.repeat";
	struct attempt_mark *list = NULL;
	size_t n = 0, room = 0;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, test_set);
	sqlite3_bind_int64(statement, 2, version);
	sqlite3_bind_int64(statement, 3, grading);
	sqlite3_bind_int64(statement, 4, from);
	sqlite3_bind_int64(statement, 5, to);
	for (bool row;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			break;
		*LIST_MORE(arena, list, n, room) = (struct attempt_mark){sqlite3_column_int64(statement, 0),
			sqlite3_column_int64(statement, 1), sqlite3_column_int(statement, 2), sqlite3_column_int(statement, 3),
			sqlite3_column_int(statement, 4), sqlite3_column_int64(statement, 5)};
	}
	*marks = list;
	*count = n;
	return true;
}

bool attempts_reopen(struct store *store, long long test_set, long long version, long long position, struct error *error)
{
#define OF_SET                                                                                                                     \
	"(SELECT a.id FROM attempt a JOIN test_case c ON c.input_id = a.input_id AND c.test_set_id = ?1 WHERE "                    \
	"a.variant_version_id = ?2 AND (?3 = 0 OR c.position = ?3))"
	static const char *const steps[] = {"DELETE FROM score WHERE attempt_id IN " OF_SET,
		"DELETE FROM verdict WHERE attempt_id IN " OF_SET, "DELETE FROM retrieved WHERE attempt_id IN " OF_SET,
		"DELETE FROM retrieval WHERE attempt_id IN " OF_SET,
		"UPDATE attempt SET state = 'open', class = 'cancelled', message = 'to be asked anew', anew_after = "
		"(SELECT max(id) FROM call) WHERE id IN " OF_SET};
	for (size_t i = 0; i < COUNT(steps); i++) {
		sqlite3_stmt *statement = statement_of(store, steps[i], error);
		if (!statement)
			return false;
		sqlite3_bind_int64(statement, 1, test_set);
		sqlite3_bind_int64(statement, 2, version);
		sqlite3_bind_int64(statement, 3, position);
		if (!statement_run(store, statement, error))
			return false;
	}
	return true;
}

bool attempts_anew_count(struct store *store, long long test_set, long long version, long long *count, struct error *error)
{
	static const char sql[] = "SELECT count(*) FROM attempt a JOIN test_case c ON c.input_id = a.input_id AND c.test_set_id = ?1 WHERE "
				  "a.variant_version_id = ?2 AND a.state = 'open' AND a.anew_after IS NOT NULL";
	bool row;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, test_set);
	sqlite3_bind_int64(statement, 2, version);
	if (!statement_step(store, statement, &row, error))
		return false;
	*count = row ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_reset(statement);
	return true;
}
