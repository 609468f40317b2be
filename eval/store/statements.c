#include "eval/base/clock.h"
#include "eval/base/utf8.h"
#include "eval/store/store_private.h"
#include <stdlib.h>

bool store_error(struct store *store, const char *doing, struct error *error)
{
	int code = sqlite3_extended_errcode(store->database);
	const char *hint = "";
	if ((code & 0xff) == SQLITE_FULL)
		hint = "; make room on the disk and run the same command again: what was stored is kept";
	else if ((code & 0xff) == SQLITE_BUSY)
		hint = ": another process is writing to it; try again";
	else if ((code & 0xff) == SQLITE_READONLY)
		hint = "; is the file or its folder write-protected?";
	else if ((code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB)
		hint = "; the file is damaged: go back to a snapshot";
	return error_at(error, ERROR_STORAGE, store->path, 0, 0, "%s: %s%s", doing, sqlite3_errmsg(store->database), hint);
}

sqlite3_stmt *statement_compose(struct store *store, const char *sql, struct error *error)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v3(store->database, sql, -1, 0, &statement, NULL) != SQLITE_OK)
		store_error(store, "database query", error);
	return statement;
}

sqlite3_stmt *statement_of(struct store *store, const char *sql, struct error *error)
{
	size_t place = ((uintptr_t)sql >> 3) * 0x9E3779B97F4A7C15u >> 40;
	for (size_t i = 0; i < STATEMENTS; i++, place++) {
		place &= STATEMENTS - 1;
		if (store->statements[place].sql == sql) {
			sqlite3_reset(store->statements[place].statement);
			sqlite3_clear_bindings(store->statements[place].statement);
			return store->statements[place].statement;
		}
		if (!store->statements[place].sql)
			break;
	}
	if (store->statements[place].sql)
		BUG("more than %d statements", STATEMENTS);
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v3(store->database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) {
		store_error(store, "database query", error);
		return NULL;
	}
	store->statements[place].sql = sql;
	store->statements[place].statement = statement;
	return statement;
}

bool statement_step(struct store *store, sqlite3_stmt *statement, bool *row, struct error *error)
{
	if (store->time_limit && !sqlite3_stmt_busy(statement))
		store->query_began = clock_monotonic();
	int result = sqlite3_step(statement);
	*row = result == SQLITE_ROW;
	if (*row)
		return true;
	if (result != SQLITE_DONE)
		store_error(store, "database", error);
	sqlite3_reset(statement);
	return result == SQLITE_DONE;
}

bool statement_run(struct store *store, sqlite3_stmt *statement, struct error *error)
{
	bool row = true;
	while (row)
		if (!statement_step(store, statement, &row, error))
			return false;
	return true;
}

bool row_by_hash(struct store *store, const char *sql, const struct hash *hash, long long *id, struct error *error)
{
	bool row;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_hash(statement, 1, hash);
	if (!statement_step(store, statement, &row, error))
		return false;
	*id = row ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_reset(statement);
	return true;
}

bool row_insert(struct store *store, sqlite3_stmt *statement, long long *id, struct error *error)
{
	if (!statement_run(store, statement, error))
		return false;
	*id = sqlite3_last_insert_rowid(store->database);
	return true;
}

bool store_execute(struct store *store, const char *sql, struct error *error)
{
	return sqlite3_exec(store->database, sql, NULL, NULL, NULL) == SQLITE_OK || store_error(store, "database", error);
}

void bind_text(sqlite3_stmt *statement, int at, struct text text)
{
	if (!text.data)
		sqlite3_bind_null(statement, at);
	else if (memchr(text.data, '\0', text.length) || utf8_invalid_at(text) >= 0)
		sqlite3_bind_blob64(statement, at, text.data, text.length, SQLITE_STATIC);
	else
		sqlite3_bind_text64(statement, at, text.data, text.length, SQLITE_STATIC, SQLITE_UTF8);
}

void bind_text_column(sqlite3_stmt *statement, int at, struct text text, struct buffer *mended)
{
	if (text.data && (memchr(text.data, '\0', text.length) || utf8_invalid_at(text) >= 0)) {
		utf8_repair(text, mended);
		for (size_t i = 0; i < mended->length; i++)
			if (mended->data[i] == '\0')
				mended->data[i] = ' ';
		text = buffer_text(mended);
	}
	bind_text(statement, at, text);
}

void bind_string(sqlite3_stmt *statement, int at, const char *string)
{
	if (string)
		sqlite3_bind_text(statement, at, string, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, at);
}

void bind_known(sqlite3_stmt *statement, int at, long long value)
{
	if (value == UNKNOWN)
		sqlite3_bind_null(statement, at);
	else
		sqlite3_bind_int64(statement, at, value);
}

void bind_row(sqlite3_stmt *statement, int at, long long id)
{
	if (id)
		sqlite3_bind_int64(statement, at, id);
	else
		sqlite3_bind_null(statement, at);
}

void bind_hash(sqlite3_stmt *statement, int at, const struct hash *hash)
{
	sqlite3_bind_blob(statement, at, hash->bytes, HASH_SIZE, SQLITE_STATIC);
}

void bind_uid(sqlite3_stmt *statement, int at, const struct uid *uid)
{
	sqlite3_bind_blob(statement, at, uid->bytes, sizeof uid->bytes, SQLITE_STATIC);
}

struct text column_borrow(sqlite3_stmt *statement, int at)
{
	if (sqlite3_column_type(statement, at) == SQLITE_NULL)
		return text_make(NULL, 0);
	const char *data = sqlite3_column_type(statement, at) == SQLITE_BLOB ? sqlite3_column_blob(statement, at)
									     : (const char *)sqlite3_column_text(statement, at);
	return text_make(data ? data : "", (size_t)sqlite3_column_bytes(statement, at));
}

struct text column_text(sqlite3_stmt *statement, int at, struct arena *arena)
{
	return text_copy(arena, column_borrow(statement, at));
}

const char *column_string(sqlite3_stmt *statement, int at, struct arena *arena)
{
	return column_text(statement, at, arena).data;
}

long long column_known(sqlite3_stmt *statement, int at)
{
	return sqlite3_column_type(statement, at) == SQLITE_NULL ? UNKNOWN : sqlite3_column_int64(statement, at);
}

struct hash column_hash(sqlite3_stmt *statement, int at)
{
	struct hash hash = {{0}};
	if (sqlite3_column_bytes(statement, at) == HASH_SIZE)
		memcpy(hash.bytes, sqlite3_column_blob(statement, at), HASH_SIZE);
	return hash;
}

