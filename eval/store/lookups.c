#include "eval/store/lookups.h"
#include <stdlib.h>

#define LATE_MOST ((size_t)8192) /* rows of late: 0.7 MB of memory, and enough for the pages of the table to be written together   \
				  */
#define ROOM (2 * LATE_MOST)	 /* open addressing, at most half full */

/* id 0: free. Rows of one hash lie one after the other. */
struct lookup_row {
	struct hash hash;
	long long id;
};

/* Rows put by one statement: what SQLite sets up for a statement costs more than a row. */
#define TOGETHER ((size_t)64)
#define PAIRS_8 "(?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?), (?, ?)"
#define PAIRS_32 PAIRS_8 ", " PAIRS_8 ", " PAIRS_8 ", " PAIRS_8
#define PAIRS PAIRS_32 ", " PAIRS_32

static const struct lookup_type {
	const char *late, *insert, *insert_many, *moved, *clear, *prefixes; /* prefixes NULL: always looked for in the table */
} types[LOOKUP_COUNT] = {
	[LOOKUP_TEXT] = {"SELECT id, hash FROM text WHERE id > (SELECT upto FROM lookup WHERE name = 'text') ORDER BY id LIMIT ?1",
		"INSERT OR IGNORE INTO text_lookup (prefix, id) VALUES (?1, ?2)",
		"INSERT OR IGNORE INTO text_lookup (prefix, id) VALUES " PAIRS, "UPDATE lookup SET upto = ?1 WHERE name = 'text'",
		"DELETE FROM text_lookup; UPDATE lookup SET upto = 0 WHERE name = 'text'",
		"SELECT prefix FROM text_lookup LIMIT ?1"},
	[LOOKUP_CALL] = {"SELECT id, key FROM call WHERE id > (SELECT upto FROM lookup WHERE name = 'call') ORDER BY id LIMIT ?1",
		"INSERT OR IGNORE INTO call_lookup (prefix, id) VALUES (?1, ?2)",
		"INSERT OR IGNORE INTO call_lookup (prefix, id) VALUES " PAIRS, "UPDATE lookup SET upto = ?1 WHERE name = 'call'",
		"DELETE FROM call_lookup; UPDATE lookup SET upto = 0 WHERE name = 'call'"},
};

static long long prefix_of(const struct hash *hash)
{
	unsigned long long prefix = 0;
	for (int i = 0; i < 8; i++)
		prefix = prefix << 8 | hash->bytes[i];
	return (long long)prefix;
}

/* ---- what cannot be in a table: most new bodies, which then cost no search ---- */

#define SEEN_BITS ((size_t)1 << 21) /* 256 KiB */
#define SEEN_MOST 400000	    /* rows; with more nearly every bit would be set */

static size_t bit_of(long long prefix)
{
	return (size_t)prefix & (SEEN_BITS - 1);
}

static void seen_mark(struct lookup *lookup, long long prefix)
{
	if (lookup->seen)
		lookup->seen[bit_of(prefix) / 8] |= (unsigned char)(1 << bit_of(prefix) % 8);
}

bool lookup_possible(const struct store *store, enum lookup_name name, const struct hash *hash)
{
	const unsigned char *seen = store->lookups[name].seen;
	size_t bit = bit_of(prefix_of(hash));
	return !seen || seen[bit / 8] >> bit % 8 & 1;
}

static bool seen_read(struct store *store, enum lookup_name name, struct error *error)
{
	struct lookup *lookup = &store->lookups[name];
	sqlite3_stmt *statement = types[name].prefixes ? statement_of(store, types[name].prefixes, error) : NULL;
	if (!statement)
		return !types[name].prefixes;
	size_t count = 0;
	sqlite3_bind_int64(statement, 1, SEEN_MOST);
	lookup->seen = memory_take(SEEN_BITS / 8);
	for (bool row;; count++) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			break;
		seen_mark(lookup, sqlite3_column_int64(statement, 0));
	}
	if (count == SEEN_MOST) {
		free(lookup->seen);
		lookup->seen = NULL;
	}
	return true;
}

/* ---- rows of late ---- */

static size_t place_of(const struct hash *hash)
{
	size_t place;
	memcpy(&place, hash->bytes + 8, sizeof place);
	return place & (ROOM - 1);
}

static void row_remember(struct lookup *lookup, const struct hash *hash, long long id)
{
	size_t place = place_of(hash);
	if (!lookup->rows)
		lookup->rows = memory_take(ROOM * sizeof *lookup->rows);
	while (lookup->rows[place].id)
		place = (place + 1) & (ROOM - 1);
	lookup->rows[place] = (struct lookup_row){*hash, id};
	lookup->count++;
}

bool lookup_late(const struct store *store, enum lookup_name name, const struct hash *hash, size_t *place, long long *id)
{
	const struct lookup_row *rows = store->lookups[name].rows;
	size_t at = *place == LOOKUP_BEGIN ? place_of(hash) : (*place + 1) & (ROOM - 1);
	if (!rows)
		return false;
	while (rows[at].id && !hash_equal(&rows[at].hash, hash))
		at = (at + 1) & (ROOM - 1);
	*place = at;
	*id = rows[at].id;
	return *id != 0;
}

void lookups_forget(struct store *store)
{
	for (size_t i = 0; i < LOOKUP_COUNT; i++) {
		free(store->lookups[i].rows);
		free(store->lookups[i].seen);
		store->lookups[i] = (struct lookup){0};
	}
}

/* ---- the tables ---- */

bool lookup_row(struct store *store, const char *sql, const struct hash *hash, long long *id, struct error *error)
{
	bool row;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, prefix_of(hash));
	bind_hash(statement, 2, hash);
	if (!statement_step(store, statement, &row, error))
		return false;
	*id = row ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_reset(statement);
	return true;
}

static int by_hash(const void *a, const void *b)
{
	const struct lookup_row *one = a, *other = b;
	long long x = prefix_of(&one->hash), y = prefix_of(&other->hash);
	return x != y ? (x > y) - (x < y) : (one->id > other->id) - (one->id < other->id);
}

static bool rows_insert(struct store *store, enum lookup_name name, size_t count, struct error *error)
{
	const struct lookup_row *rows = store->lookups[name].rows;
	long long last = 0;
	for (size_t i = 0; i < count;) {
		size_t some = count - i < TOGETHER ? 1 : TOGETHER;
		sqlite3_stmt *statement = statement_of(store, some == 1 ? types[name].insert : types[name].insert_many, error);
		if (!statement)
			return false;
		for (size_t end = i + some, at = 0; i < end; i++) {
			long long prefix = prefix_of(&rows[i].hash);
			sqlite3_bind_int64(statement, (int)++at, prefix);
			sqlite3_bind_int64(statement, (int)++at, rows[i].id);
			seen_mark(&store->lookups[name], prefix);
			last = rows[i].id > last ? rows[i].id : last;
		}
		if (!statement_run(store, statement, error))
			return false;
	}
	sqlite3_stmt *statement = statement_of(store, types[name].moved, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, last);
	return statement_run(store, statement, error);
}

/* The rows of late go into their table, sorted, so that each of its pages is written once. */
static bool lookup_move(struct store *store, enum lookup_name name, struct error *error)
{
	struct lookup *lookup = &store->lookups[name];
	size_t count = 0;
	for (size_t i = 0; i < ROOM; i++)
		if (lookup->rows[i].id)
			lookup->rows[count++] = lookup->rows[i];
	qsort(lookup->rows, count, sizeof *lookup->rows, by_hash);
	bool own = !store->open_transaction;
	bool good = (!own || store_begin(store, error)) && rows_insert(store, name, count, error) &&
		    (!own || store_commit(store, error));
	if (!good && own)
		store_rollback(store);
	if (!good)
		return false;
	memset(lookup->rows, 0, ROOM * sizeof *lookup->rows);
	lookup->count = 0;
	return true;
}

/* The next rows that are not in their table. */
static bool late_read(struct store *store, enum lookup_name name, struct error *error)
{
	sqlite3_stmt *statement = statement_of(store, types[name].late, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)LATE_MOST);
	for (bool row;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			return true;
		struct hash hash = column_hash(statement, 1);
		row_remember(&store->lookups[name], &hash, sqlite3_column_int64(statement, 0));
	}
}

bool lookup_ready(struct store *store, enum lookup_name name, struct error *error)
{
	struct lookup *lookup = &store->lookups[name];
	if (!lookup->ready && !lookup->seen && !seen_read(store, name, error))
		return false;
	while (!lookup->ready) {
		if (!late_read(store, name, error))
			return false;
		lookup->ready = lookup->count < LATE_MOST;
		if (!lookup->ready && !lookup_move(store, name, error))
			return false;
	}
	return true;
}

bool lookup_add(struct store *store, enum lookup_name name, const struct hash *hash, long long id, struct error *error)
{
	struct lookup *lookup = &store->lookups[name];
	if (!lookup->ready) /* reads this row too */
		return lookup_ready(store, name, error);
	row_remember(lookup, hash, id);
	return lookup->count < LATE_MOST || lookup_move(store, name, error);
}

bool lookups_rebuild(struct store *store, struct error *error)
{
	lookups_forget(store);
	for (enum lookup_name i = 0; i < LOOKUP_COUNT; i++)
		if (!store_execute(store, types[i].clear, error) || !lookup_ready(store, i, error))
			return false;
	return true;
}
