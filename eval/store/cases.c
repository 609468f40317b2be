#include "eval/store/cases.h"
#include "eval/base/clock.h"
#include "eval/store/store_private.h"
#include <stdlib.h>

void case_hash(struct case_row *row)
{
	struct hasher hasher;
	hasher_start(&hasher);
	hasher_add_part(&hasher, row->vars);
	hasher_add_part(&hasher, row->messages);
	row->input_hash = hasher_end(&hasher);
	hasher_start(&hasher);
	hasher_add_part(&hasher, row->expected);
	hasher_add_part(&hasher, row->gold);
	hasher_add_part(&hasher, row->scorers);
	row->gold_hash = hasher_end(&hasher);
}

/* ---- writing a set --------------------------------------------------------------------------------------------------------- */

struct case_writer {
	struct store *store;
	long long test_set, count, skipped;
	struct hasher hasher;
};

bool case_writer_begin(struct store *store, const struct hash *source_hash, struct case_writer **ret, struct error *error)
{
	static const char sql[] =
		"INSERT INTO test_set (hash, source_hash, case_count, skipped_count, created_at) VALUES (?1, ?2, 0, 0, ?3)";
	static const char seen[] =
		"CREATE TEMP TABLE IF NOT EXISTS case_seen (case_id TEXT PRIMARY KEY, source TEXT, line INTEGER, "
		"input BLOB) WITHOUT ROWID; "
		"DELETE FROM case_seen";
	struct uid unfinished[2] = {uid_make(), uid_make()}; /* a hash of its own until the true one is known */
	sqlite3_stmt *statement = store_execute(store, seen, error) ? statement_of(store, sql, error) : NULL;
	if (!statement)
		return false;
	sqlite3_bind_blob(statement, 1, unfinished, sizeof unfinished, SQLITE_STATIC);
	bind_hash(statement, 2, source_hash);
	sqlite3_bind_int64(statement, 3, clock_wall());
	if (!statement_run(store, statement, error))
		return false;
	struct case_writer *writer = memory_take(sizeof *writer);
	writer->store = store;
	writer->test_set = sqlite3_last_insert_rowid(store->database);
	hasher_start(&writer->hasher);
	*ret = writer;
	return true;
}

static bool duplicate_tell(struct case_writer *writer, const struct case_row *row, struct error *error)
{
	static const char sql[] = "SELECT source, line FROM case_seen WHERE case_id = ?1";
	bool found;
	sqlite3_stmt *statement = statement_of(writer->store, sql, error);
	if (!statement)
		return false;
	bind_string(statement, 1, row->id);
	if (!statement_step(writer->store, statement, &found, error))
		return false;
	const char *source = found ? (const char *)sqlite3_column_text(statement, 0) : NULL;
	char hex[HASH_HEX];
	hash_hex(&row->input_hash, hex);
	bool own = strncmp(row->id, "c-", 2) != 0 || strncmp(row->id + 2, hex, 12) != 0;
	const char *where = source ? source : "this test set";
	long long line = found ? sqlite3_column_int64(statement, 1) : 0;
	if (own)
		error_at(error, ERROR_DATA, row->source, row->line, 0,
			"case id `%s` was used before, in %s line %lld: give each case an id of its own", row->id, where, line);
	else
		error_at(error, ERROR_DATA, row->source, row->line, 0,
			"the row has no id and the same content as %s line %lld: leave one out, or give each an id", where, line);
	sqlite3_reset(statement);
	return false;
}

static bool seen_put(struct case_writer *writer, const struct case_row *row, struct error *error)
{
	static const char sql[] = "INSERT INTO case_seen (case_id, source, line, input) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
	sqlite3_stmt *statement = statement_of(writer->store, sql, error);
	if (!statement)
		return false;
	bind_string(statement, 1, row->id);
	bind_string(statement, 2, row->source);
	sqlite3_bind_int64(statement, 3, row->line);
	bind_hash(statement, 4, &row->input_hash);
	if (!statement_run(writer->store, statement, error))
		return false;
	return sqlite3_changes(writer->store->database) == 1 || duplicate_tell(writer, row, error);
}

bool case_writer_has(struct case_writer *writer, struct case_row *row, bool *ret, struct error *error)
{
	static const char sql[] = "SELECT 1 FROM case_seen WHERE case_id = ?1 AND input = ?2";
	sqlite3_stmt *statement = statement_of(writer->store, sql, error);
	if (!statement)
		return false;
	case_hash(row);
	bind_string(statement, 1, row->id);
	bind_hash(statement, 2, &row->input_hash);
	if (!statement_step(writer->store, statement, ret, error))
		return false;
	sqlite3_reset(statement);
	return true;
}

static bool input_put(struct store *store, struct case_row *row, struct error *error)
{
	static const char find[] = "SELECT id FROM case_input WHERE case_id = ?1 AND hash = ?2";
	static const char sql[] = "INSERT INTO case_input (case_id, hash, vars, messages) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
	bool found;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_string(statement, 1, row->id);
	bind_hash(statement, 2, &row->input_hash);
	bind_text(statement, 3, row->vars);
	bind_text(statement, 4, row->messages);
	if (!row_insert(store, statement, &row->input_id, error))
		return false;
	if (sqlite3_changes(store->database) == 1)
		return true;
	statement = statement_of(store, find, error);
	if (!statement)
		return false;
	bind_string(statement, 1, row->id);
	bind_hash(statement, 2, &row->input_hash);
	if (!statement_step(store, statement, &found, error))
		return false;
	row->input_id = found ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_reset(statement);
	return found;
}

static bool gold_put(struct store *store, struct case_row *row, struct error *error)
{
	static const char find[] = "SELECT id FROM case_gold WHERE hash = ?1";
	static const char sql[] = "INSERT INTO case_gold (hash, expected, passages, scorers) VALUES (?1, ?2, ?3, ?4)";
	if (!row_by_hash(store, find, &row->gold_hash, &row->gold_id, error) || row->gold_id)
		return row->gold_id != 0;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_hash(statement, 1, &row->gold_hash);
	bind_text(statement, 2, row->expected);
	bind_text(statement, 3, row->gold);
	bind_text(statement, 4, row->scorers);
	return row_insert(store, statement, &row->gold_id, error);
}

static void set_hash_add(struct hasher *hasher, const struct case_row *row)
{
	hasher_add_string(hasher, row->id);
	hasher_add(hasher, row->input_hash.bytes, HASH_SIZE);
	hasher_add(hasher, row->gold_hash.bytes, HASH_SIZE);
	hasher_add_part(hasher, row->tags);
	hasher_add_string(hasher, row->cluster);
	hasher_add_string(hasher, row->user);
	hasher_add_part(hasher, row->groups);
	hasher_add_part(hasher, row->metadata);
}

bool case_writer_add(struct case_writer *writer, struct case_row *row, struct error *error)
{
	static const char sql[] = "INSERT INTO test_case (test_set_id, position, input_id, gold_id, tags, cluster, user, groups, "
				  "metadata, source, line) "
				  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
	struct store *store = writer->store;
	case_hash(row);
	if (!seen_put(writer, row, error) || !input_put(store, row, error) || !gold_put(store, row, error))
		return false;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	row->position = ++writer->count;
	sqlite3_bind_int64(statement, 1, writer->test_set);
	sqlite3_bind_int64(statement, 2, row->position);
	sqlite3_bind_int64(statement, 3, row->input_id);
	sqlite3_bind_int64(statement, 4, row->gold_id);
	bind_text(statement, 5, row->tags);
	bind_string(statement, 6, row->cluster);
	bind_string(statement, 7, row->user);
	bind_text(statement, 8, row->groups);
	bind_text(statement, 9, row->metadata);
	bind_string(statement, 10, row->source);
	sqlite3_bind_int64(statement, 11, row->line);
	set_hash_add(&writer->hasher, row);
	return statement_run(store, statement, error);
}

bool case_writer_skip(struct case_writer *writer, const char *source, long line, const char *message, struct error *error)
{
	static const char sql[] = "INSERT INTO skipped_row (test_set_id, source, line, message) VALUES (?1, ?2, ?3, ?4)";
	sqlite3_stmt *statement = statement_of(writer->store, sql, error);
	if (!statement)
		return false;
	writer->skipped++;
	sqlite3_bind_int64(statement, 1, writer->test_set);
	bind_string(statement, 2, source);
	sqlite3_bind_int64(statement, 3, line);
	bind_text(statement, 4, text_of(message));
	return statement_run(writer->store, statement, error);
}

void case_writer_drop(struct case_writer *writer)
{
	free(writer);
}

static bool set_finish(struct case_writer *writer, const struct hash *hash, struct error *error)
{
	static const char sql[] = "UPDATE test_set SET hash = ?1, case_count = ?2, skipped_count = ?3 WHERE id = ?4";
	sqlite3_stmt *statement = statement_of(writer->store, sql, error);
	if (!statement)
		return false;
	bind_hash(statement, 1, hash);
	sqlite3_bind_int64(statement, 2, writer->count);
	sqlite3_bind_int64(statement, 3, writer->skipped);
	sqlite3_bind_int64(statement, 4, writer->test_set);
	return statement_run(writer->store, statement, error);
}

/* The same cases were stored before, from other bytes: the old set is the set, and remembers the new source. */
static bool set_merge(struct case_writer *writer, const struct hash *hash, long long *test_set, struct error *error)
{
	static const char find[] = "SELECT id FROM test_set WHERE hash = ?1";
	static const char source[] =
		"UPDATE test_set SET source_hash = (SELECT source_hash FROM test_set WHERE id = ?1) WHERE id = ?2";
	static const char cases[] = "DELETE FROM test_case WHERE test_set_id = ?1", drop[] = "DELETE FROM test_set WHERE id = ?1";
	struct store *store = writer->store;
	if (!row_by_hash(store, find, hash, test_set, error))
		return false;
	if (!*test_set)
		return true;
	sqlite3_stmt *statement = statement_of(store, source, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, writer->test_set);
	sqlite3_bind_int64(statement, 2, *test_set);
	if (!statement_run(store, statement, error))
		return false;
	for (int i = 0; i < 2; i++) {
		statement = statement_of(store, i ? drop : cases, error);
		if (!statement)
			return false;
		sqlite3_bind_int64(statement, 1, writer->test_set);
		if (!statement_run(store, statement, error))
			return false;
	}
	return true;
}

bool case_writer_end(struct case_writer *writer, long long *test_set, long long *count, struct error *error)
{
	struct hash hash = hasher_end(&writer->hasher);
	long long before = 0;
	/* A set with skipped rows is its own: it tells what was left out. */
	bool good = writer->skipped || set_merge(writer, &hash, &before, error);
	if (writer->skipped) {
		struct hasher own;
		hasher_start(&own);
		hasher_add(&own, hash.bytes, HASH_SIZE);
		hasher_add(&own, &writer->test_set, sizeof writer->test_set);
		hash = hasher_end(&own);
	}
	good = good && (before || set_finish(writer, &hash, error));
	if (good) {
		*test_set = before ? before : writer->test_set;
		*count = writer->count;
	}
	free(writer);
	return good;
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------
 */

bool test_set_of_source(
	struct store *store, const struct hash *source_hash, long long *test_set, long long *count, struct error *error)
{
	static const char sql[] = "SELECT id, case_count FROM test_set WHERE source_hash = ?1 ORDER BY id DESC LIMIT 1";
	bool row;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_hash(statement, 1, source_hash);
	if (!statement_step(store, statement, &row, error))
		return false;
	*test_set = row ? sqlite3_column_int64(statement, 0) : 0;
	*count = row ? sqlite3_column_int64(statement, 1) : 0;
	sqlite3_reset(statement);
	return true;
}

bool test_set_hash(struct store *store, long long test_set, struct hash *ret, struct error *error)
{
	static const char sql[] = "SELECT hash FROM test_set WHERE id = ?1";
	bool row;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, test_set);
	if (!statement_step(store, statement, &row, error))
		return false;
	if (!row)
		return error_set(error, ERROR_STORAGE, "there is no test set %lld", test_set);
	*ret = column_hash(statement, 0);
	sqlite3_reset(statement);
	return true;
}

#define CASE_COLUMNS                                                                                                               \
	"SELECT t.position, i.case_id, i.vars, i.messages, g.expected, g.passages, g.scorers, t.tags, t.cluster, t.user, "         \
	"t.groups, t.metadata, "                                                                                                   \
	"t.source, t.line, i.id, g.id, i.hash, g.hash FROM test_case t JOIN case_input i ON i.id = t.input_id JOIN case_gold g "   \
	"ON g.id = t.gold_id "

static void case_read(sqlite3_stmt *statement, struct arena *arena, struct case_row *row)
{
	*row = (struct case_row){
		.position = sqlite3_column_int64(statement, 0),
		.id = column_string(statement, 1, arena),
		.vars = column_text(statement, 2, arena),
		.messages = column_text(statement, 3, arena),
		.expected = column_text(statement, 4, arena),
		.gold = column_text(statement, 5, arena),
		.scorers = column_text(statement, 6, arena),
		.tags = column_text(statement, 7, arena),
		.cluster = column_string(statement, 8, arena),
		.user = column_string(statement, 9, arena),
		.groups = column_text(statement, 10, arena),
		.metadata = column_text(statement, 11, arena),
		.source = column_string(statement, 12, arena),
		.line = (long)sqlite3_column_int64(statement, 13),
		.input_id = sqlite3_column_int64(statement, 14),
		.gold_id = sqlite3_column_int64(statement, 15),
		.input_hash = column_hash(statement, 16),
		.gold_hash = column_hash(statement, 17),
	};
}

bool case_page(struct store *store, long long test_set, long long after, int limit, struct arena *arena, struct case_row **rows,
	size_t *count, struct error *error)
{
	static const char sql[] = CASE_COLUMNS "WHERE t.test_set_id = ?1 AND t.position > ?2 ORDER BY t.position LIMIT ?3";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	struct case_row *list = NULL;
	size_t n = 0, room = 0;
	bool row;
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, test_set);
	sqlite3_bind_int64(statement, 2, after);
	sqlite3_bind_int(statement, 3, limit);
	for (;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			break;
		case_read(statement, arena, LIST_MORE(arena, list, n, room));
	}
	*rows = list;
	*count = n;
	return true;
}

static bool case_one(
	struct store *store, sqlite3_stmt *statement, struct arena *arena, struct case_row *ret, bool *found, struct error *error)
{
	if (!statement_step(store, statement, found, error))
		return false;
	if (*found)
		case_read(statement, arena, ret);
	sqlite3_reset(statement);
	return true;
}

bool case_at(struct store *store, long long test_set, long long position, struct arena *arena, struct case_row *ret, bool *found,
	struct error *error)
{
	static const char sql[] = CASE_COLUMNS "WHERE t.test_set_id = ?1 AND t.position = ?2";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, test_set);
	sqlite3_bind_int64(statement, 2, position);
	return case_one(store, statement, arena, ret, found, error);
}

bool case_by_id(struct store *store, long long test_set, const char *id, struct arena *arena, struct case_row *ret, bool *found,
	struct error *error)
{
	static const char sql[] = CASE_COLUMNS "WHERE t.test_set_id = ?1 AND i.case_id = ?2";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, test_set);
	bind_string(statement, 2, id);
	return case_one(store, statement, arena, ret, found, error);
}

bool case_by_input(struct store *store, long long test_set, long long input, struct arena *arena, struct case_row *ret, bool *found,
	struct error *error)
{
	static const char sql[] = CASE_COLUMNS "WHERE t.test_set_id = ?1 AND t.input_id = ?2";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, test_set);
	sqlite3_bind_int64(statement, 2, input);
	return case_one(store, statement, arena, ret, found, error);
}
