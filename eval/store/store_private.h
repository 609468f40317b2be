/* Private to eval/store: the connection, its statement cache, and small helpers around binding and columns. */
#ifndef LEVER_STORE_PRIVATE_H
#define LEVER_STORE_PRIVATE_H

#include "eval/base/json.h"
#include "eval/store/attempts.h"
#include <sqlite3.h>
#include <sys/types.h>

#define STATEMENTS 256 /* power of two, more than there are statements */

struct lookup { /* lookups.h */
	struct lookup_row *rows;
	size_t count;
	unsigned char *seen; /* bits of prefixes that may be in the table; NULL: any may */
	bool ready;
};

struct store {
	sqlite3 *database;
	char *path;
	enum store_mode mode;
	int lease; /* descriptor of the lock file; -1 */
	dev_t device; /* of the file that was opened, and when the path was last seen to lead there */
	ino_t inode;
	int64_t looked_at;
	bool open_transaction;
	int64_t time_limit, query_began;
	struct lookup lookups[2]; /* by enum lookup_name */
	struct {
		const char *sql;
		sqlite3_stmt *statement;
	} statements[STATEMENTS];
};

/* lease.c: does no run hold the lock of this path? Asked before a file is made where a running one may have been removed. */
bool lease_free(struct store *store, struct error *error) MUST_CHECK;
bool place_note(struct store *store, struct error *error) MUST_CHECK; /* which file the path leads to */

/* The prepared statement of a constant (looked up by address, prepared once), reset and without bindings. NULL fills error.
 * Statements are used one at a time each: a caller that steps through rows must not reach the same statement again inside. */
sqlite3_stmt *statement_of(struct store *store, const char *sql, struct error *error) MUST_CHECK;
/* For text composed at run time: prepared anew, to be finalised by the caller. */
sqlite3_stmt *statement_compose(struct store *store, const char *sql, struct error *error) MUST_CHECK;
/* One step: *row says whether there is a row; at the end the statement is reset. */
bool statement_step(struct store *store, sqlite3_stmt *statement, bool *row, struct error *error) MUST_CHECK;
/* To the end, whatever rows it gives. */
bool statement_run(struct store *store, sqlite3_stmt *statement, struct error *error) MUST_CHECK;
/* The id in the first column of a query by hash (?1); 0 when there is no row. */
bool row_by_hash(struct store *store, const char *sql, const struct hash *hash, long long *id, struct error *error) MUST_CHECK;
/* Runs an insert; *id is the new row. */
bool row_insert(struct store *store, sqlite3_stmt *statement, long long *id, struct error *error) MUST_CHECK;
bool store_execute(struct store *store, const char *sql, struct error *error) MUST_CHECK;
bool store_error(struct store *store, const char *doing, struct error *error); /* answers false */

/* Bound data is not copied: it must live until the statement is reset. */
void bind_text(sqlite3_stmt *statement, int at, struct text text); /* TEXT; BLOB when no valid UTF-8; NULL for "no text" */
/* For TEXT columns: bytes that are no UTF-8 text are replaced, in `mended`, which must live until the statement is reset. */
void bind_text_column(sqlite3_stmt *statement, int at, struct text text, struct buffer *mended);
void bind_string(sqlite3_stmt *statement, int at, const char *string); /* NULL for NULL */
void bind_known(sqlite3_stmt *statement, int at, long long value);     /* NULL for UNKNOWN */
void bind_row(sqlite3_stmt *statement, int at, long long id);	       /* NULL for 0 */
void bind_hash(sqlite3_stmt *statement, int at, const struct hash *hash);
void bind_uid(sqlite3_stmt *statement, int at, const struct uid *uid);

struct text column_text(sqlite3_stmt *statement, int at, struct arena *arena);	 /* a copy; "no text" for NULL */
const char *column_string(sqlite3_stmt *statement, int at, struct arena *arena); /* a copy; NULL for NULL */
struct text column_borrow(sqlite3_stmt *statement, int at);			 /* until the next step */
long long column_known(sqlite3_stmt *statement, int at);			 /* UNKNOWN for NULL */
struct hash column_hash(sqlite3_stmt *statement, int at);

#endif
