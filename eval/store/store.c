#include "eval/base/clock.h"
#include "eval/base/file.h"
#include "eval/store/lookups.h"
#include "eval/store/schema.h"
#include "eval/store/store_private.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int schema_newest(void)
{
	int version = 0;
	while (schema_steps[version])
		version++;
	return version;
}

static bool pragma_integer(struct store *store, const char *sql, long long *value, struct error *error)
{
	bool row;
	sqlite3_stmt *statement = statement_compose(store, sql, error);
	if (!statement)
		return false;
	bool good = statement_step(store, statement, &row, error);
	if (good)
		*value = row ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_finalize(statement);
	return good;
}

/* ---- migration -------------------------------------------------------------------------------------------------------- */

static bool version_set(struct store *store, int version, struct error *error)
{
	char sql[96];
	snprintf(sql, sizeof sql, "PRAGMA user_version = %d; PRAGMA application_id = %d", version, STORE_APPLICATION_ID);
	return store_execute(store, sql, error);
}

/* The old file is kept beside the new one before the first step that changes it. */
static bool backup_make(struct store *store, long long version, struct error *error)
{
	CLEANUP(memory_release) char *path = string_format("%s.v%lld", store->path, version);
	return file_exists(path) || store_snapshot(store, path, error);
}

static bool references_check(struct store *store, struct error *error)
{
	bool row;
	sqlite3_stmt *statement = statement_compose(store, "PRAGMA foreign_key_check", error);
	if (!statement)
		return false;
	bool good = statement_step(store, statement, &row, error);
	if (good && row)
		good = error_at(error, ERROR_STORAGE, store->path, 0, 0,
			"rows refer to others that are not there (table %s); go back to a snapshot",
			(const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	return good;
}

/* Steps make tables anew that others refer to: what refers to them is checked before it is kept (SQLite's own advice on ALTER TABLE). */
static bool schema_migrate(struct store *store, long long version, struct error *error)
{
	if (version > 0 && store->mode != STORE_COPY && !backup_make(store, version, error))
		return error_prefix(error, "copy before migration");
	if (!store_execute(store, "PRAGMA foreign_keys = OFF", error))
		return false;
	for (; schema_steps[version]; version++) {
		if (!store_execute(store, "BEGIN IMMEDIATE", error))
			return false;
		if (!store_execute(store, schema_steps[version], error) || !version_set(store, (int)version + 1, error) ||
			!references_check(store, error) || !store_execute(store, "COMMIT", error)) {
			sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
			return error_prefix(error, "migration %lld", version + 1);
		}
	}
	return store_execute(store, "PRAGMA foreign_keys = ON", error);
}

static bool schema_check(struct store *store, struct error *error)
{
	long long version, application, tables;
	if (!pragma_integer(store, "PRAGMA user_version", &version, error) ||
		!pragma_integer(store, "PRAGMA application_id", &application, error) ||
		!pragma_integer(store, "SELECT count(*) FROM sqlite_schema", &tables, error))
		return false;
	if (tables && application != STORE_APPLICATION_ID)
		return error_at(error, ERROR_STORAGE, store->path, 0, 0,
			"is a SQLite file, but not one of lever; name another with `database:`");
	if (version > schema_newest())
		return error_at(error, ERROR_STORAGE, store->path, 0, 0,
			"was written by a newer lever (file version %lld, this program knows %d); use that program", version,
			schema_newest());
	if (version == schema_newest())
		return true;
	if (store->mode == STORE_READ)
		return error_at(error, ERROR_STORAGE, store->path, 0, 0,
			"has file version %lld, this program reads %d; `lever run` brings it up to date", version, schema_newest());
	return schema_migrate(store, version, error);
}

/* ---- opening ------------------------------------------------------------------------------------------------------------- */

static int progress_check(void *data)
{
	struct store *store = data;
	return store->time_limit && clock_monotonic() - store->query_began > store->time_limit;
}

void store_limit_time(struct store *store, int64_t microseconds)
{
	store->time_limit = microseconds;
	sqlite3_progress_handler(store->database, microseconds ? 2000 : 0, microseconds ? progress_check : NULL, store);
}

static bool connection_try(struct store *store, const char *address, int flags)
{
	if (sqlite3_open_v2(address, &store->database, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
		    NULL) == SQLITE_OK) {
		sqlite3_busy_timeout(store->database, 10000);
		if (sqlite3_exec(store->database, "SELECT 1 FROM sqlite_schema LIMIT 1", NULL, NULL, NULL) == SQLITE_OK)
			return true;
	}
	return false;
}

/* A URI with every byte that could mean something escaped. */
static char *address_of(const char *path, const char *query)
{
	CLEANUP(buffer_release) struct buffer address = BUFFER_EMPTY;
	buffer_add_string(&address, "file:");
	for (const unsigned char *at = (const unsigned char *)path; *at; at++) {
		bool plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9') ||
			     strchr("/._-", *at);
		buffer_format(&address, plain ? "%c" : "%%%02X", *at);
	}
	buffer_add_string(&address, query);
	return string_copy(buffer_string(&address));
}

/* Readers want no file written. In a folder where the write-ahead index cannot be made SQLite needs to be told that nobody writes.
 */
static bool connection_read(struct store *store, struct error *error)
{
	CLEANUP(memory_release) char *plain = address_of(store->path, "?mode=ro");
	CLEANUP(memory_release) char *fixed = address_of(store->path, "?mode=ro&immutable=1");
	CLEANUP(memory_release) char *log = string_format("%s-wal", store->path);
	struct stat status;
	if (connection_try(store, plain, SQLITE_OPEN_READONLY))
		return true;
	int code = sqlite3_errcode(store->database) & 0xff;
	bool unwritable = code == SQLITE_CANTOPEN || code == SQLITE_READONLY;
	if (unwritable && file_exists(store->path) && (stat(log, &status) != 0 || status.st_size == 0)) {
		sqlite3_close(store->database);
		if (connection_try(store, fixed, SQLITE_OPEN_READONLY))
			return true;
	}
	return store_error(store, "opening the database", error);
}

static bool connection_write(struct store *store, struct error *error)
{
	CLEANUP(memory_release) char *address = address_of(store->path, "");
	mode_t mask = umask(0077);
	bool good = connection_try(store, address, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	umask(mask);
	if (!good)
		return store_error(store, "opening the database", error);
	/* A small cache stays in the processor's own: measured, 4 MB take a tenth less time than 16. Pages of 8 KB (in a new file) are written
	 * with a third fewer system calls than those of 4. */
	return store_execute(store,
		"PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; "
		"PRAGMA cache_size = -4000",
		error);
}

/* The connection becomes a copy in memory of what the file holds, empty where there is none. */
static bool connection_copy(struct store *store, bool exists, struct error *error)
{
	if (exists && !connection_read(store, error))
		return false;
	sqlite3 *file = store->database;
	store->database = NULL;
	bool good = sqlite3_open_v2(":memory:", &store->database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
			    NULL) == SQLITE_OK;
	if (good && file) {
		sqlite3_backup *copying = sqlite3_backup_init(store->database, "main", file, "main");
		good = copying && sqlite3_backup_step(copying, -1) == SQLITE_DONE;
		good = sqlite3_backup_finish(copying) == SQLITE_OK && good;
	}
	sqlite3_close(file);
	return good ? store_execute(store, "PRAGMA foreign_keys = ON", error) : store_error(store, "copying the database", error);
}

static bool connection_make(struct store *store, bool exists, struct error *error)
{
	return store->mode == STORE_READ   ? connection_read(store, error)
	       : store->mode == STORE_COPY ? connection_copy(store, exists, error)
					   : connection_write(store, error);
}

static void store_free(struct store *store)
{
	for (size_t i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(store->statements[i].statement);
	sqlite3_close(store->database);
	lookups_forget(store);
	if (store->lease >= 0)
		close(store->lease);
	free(store->path);
	free(store);
}

/* One thread, one connection at a time in each call: SQLite's own locks and its memory counters cost a few per cent. Once. */
static void library_begin(void)
{
	static bool begun;
	if (!begun) {
		sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
		sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	}
	begun = true;
}

bool store_open(const char *path, enum store_mode mode, struct store **ret, struct error *error)
{
	library_begin();
	struct store *store = memory_take(sizeof *store);
	store->path = string_copy(path);
	store->mode = mode;
	store->lease = -1;
	bool exists = file_exists(path);
	bool good = mode != STORE_READ || exists ||
		    error_at(error, ERROR_STORAGE, path, 0, 0, "there is no database yet; `lever run` makes it");
	good = good && (exists || lease_free(store, error));
	good = good && connection_make(store, exists, error);
	if (!good || !schema_check(store, error) || (mode != STORE_COPY && !place_note(store, error))) {
		store_free(store);
		return false;
	}
	*ret = store;
	return true;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	store_rollback(store);
	store_free(store);
}

void store_wait_at_most(struct store *store, int milliseconds)
{
	sqlite3_busy_timeout(store->database, milliseconds);
}

void store_checkpoint_after(struct store *store, int pages)
{
	sqlite3_wal_autocheckpoint(store->database, pages);
}

const char *store_path(const struct store *store)
{
	return store->path;
}

int store_schema_version(const struct store *store)
{
	struct error ignored;
	long long version = 0;
	return pragma_integer((struct store *)store, "PRAGMA user_version", &version, &ignored) ? (int)version : -1;
}

/* ---- transactions ------------------------------------------------------------------------------------------------------------ */

static bool statement_once(struct store *store, const char *sql, struct error *error)
{
	sqlite3_stmt *statement = statement_of(store, sql, error);
	return statement && statement_run(store, statement, error);
}

bool store_begin(struct store *store, struct error *error)
{
	if (store->open_transaction)
		BUG("nested transaction");
	store->open_transaction = statement_once(store, "BEGIN IMMEDIATE", error);
	return store->open_transaction;
}

bool store_commit(struct store *store, struct error *error)
{
	if (!store->open_transaction)
		BUG("commit without transaction");
	if (!statement_once(store, "COMMIT", error)) {
		store_rollback(store);
		return false;
	}
	store->open_transaction = false;
	return true;
}

void store_rollback(struct store *store)
{
	if (!store->open_transaction)
		return;
	store->open_transaction = false;
	lookups_forget(store);
	sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
}

long long store_data_version(struct store *store)
{
	struct error ignored;
	bool row;
	sqlite3_stmt *statement = statement_of(store, "PRAGMA data_version", &ignored);
	if (!statement || !statement_step(store, statement, &row, &ignored) || !row)
		return -1;
	long long version = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return version;
}

bool store_snapshot(struct store *store, const char *path, struct error *error)
{
	struct stat status;
	if (lstat(path, &status) == 0)
		return error_at(error, ERROR_STORAGE, path, 0, 0, "exists already; name a new file");
	sqlite3_stmt *statement = statement_compose(store, "VACUUM INTO ?1", error);
	if (!statement)
		return false;
	bind_string(statement, 1, path);
	mode_t mask = umask(0077);
	bool good = statement_run(store, statement, error);
	umask(mask);
	sqlite3_finalize(statement);
	if (!good)
		unlink(path);
	return good;
}
