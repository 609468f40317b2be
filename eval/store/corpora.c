#include "eval/base/clock.h"
#include "eval/store/corpora_private.h"
#include <stdlib.h>

/* ---- corpora ---------------------------------------------------------------------------------------------------------- */

bool corpus_find(
	struct store *store, const char *name, struct arena *arena, struct corpus_row *ret, bool *found, struct error *error)
{
	static const char sql[] =
		"SELECT id, name, settings, version, document_count, passage_count, indexed_at FROM corpus WHERE name = ?1";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_string(statement, 1, name);
	if (!statement_step(store, statement, found, error))
		return false;
	if (*found) {
		*ret = (struct corpus_row){.id = sqlite3_column_int64(statement, 0),
			.name = column_string(statement, 1, arena),
			.settings = column_string(statement, 2, arena),
			.version = column_hash(statement, 3),
			.documents = sqlite3_column_int64(statement, 4),
			.passages = sqlite3_column_int64(statement, 5),
			.indexed_at = sqlite3_column_int64(statement, 6)};
		sqlite3_reset(statement);
	}
	return true;
}

bool corpus_list(struct store *store, struct arena *arena, const char ***names, size_t *count, struct error *error)
{
	sqlite3_stmt *statement = statement_of(store, "SELECT name FROM corpus ORDER BY name", error);
	size_t room = 0;
	*names = NULL;
	*count = 0;
	if (!statement)
		return false;
	for (bool row;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			return true;
		*LIST_MORE(arena, *names, *count, room) = column_string(statement, 0, arena);
	}
}

static bool corpus_create(struct store *store, const char *name, const char *settings, long long *id, struct error *error)
{
	static const char sql[] =
		"INSERT INTO corpus (name, settings, version, document_count, passage_count, word_count, indexed_at) "
		"VALUES (?1, ?2, ?3, 0, 0, 0, ?4)";
	struct hash none = {{0}};
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_string(statement, 1, name);
	bind_string(statement, 2, settings);
	bind_hash(statement, 3, &none);
	sqlite3_bind_int64(statement, 4, clock_wall());
	if (!statement_run(store, statement, error))
		return false;
	*id = sqlite3_last_insert_rowid(store->database);
	return true;
}

static bool corpus_change_settings(struct store *store, long long corpus, const char *settings, struct error *error)
{
	static const char sql[] = "UPDATE corpus SET settings = ?2 WHERE id = ?1";
	long long dropped;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, corpus);
	bind_string(statement, 2, settings);
	return statement_run(store, statement, error) && document_drop_others(store, corpus, NULL, 0, &dropped, error);
}

bool corpus_open(struct store *store, const char *name, const char *settings, long long *id, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct corpus_row row;
	bool found;
	if (!corpus_find(store, name, arena, &row, &found, error))
		return false;
	if (!found)
		return corpus_create(store, name, settings, id, error);
	*id = row.id;
	return strcmp(row.settings, settings) == 0 || corpus_change_settings(store, row.id, settings, error);
}

/* ---- documents -------------------------------------------------------------------------------------------------------- */

static bool document_find(
	struct store *store, long long corpus, const char *path, long long *id, struct hash *hash, bool *found, struct error *error)
{
	static const char sql[] = "SELECT id, hash FROM document WHERE corpus_id = ?1 AND path = ?2";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, corpus);
	bind_string(statement, 2, path);
	if (!statement_step(store, statement, found, error))
		return false;
	if (*found) {
		*id = sqlite3_column_int64(statement, 0);
		*hash = column_hash(statement, 1);
		sqlite3_reset(statement);
	}
	return true;
}

bool document_hash(struct store *store, long long corpus, const char *path, struct hash *ret, bool *found, struct error *error)
{
	long long id;
	return document_find(store, corpus, path, &id, ret, found, error);
}

bool document_drop(struct store *store, long long document, struct error *error)
{
	static const char sql[] = "DELETE FROM document WHERE id = ?1";
	if (!passages_drop(store, document, error))
		return false;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, document);
	return statement_run(store, statement, error);
}

bool document_put(struct store *store, long long corpus, const char *path, const struct hash *hash, const char *title,
	long long *document, struct error *error)
{
	static const char sql[] = "INSERT INTO document (corpus_id, path, hash, title) VALUES (?1, ?2, ?3, ?4)";
	long long old;
	struct hash old_hash;
	bool found;
	if (!document_find(store, corpus, path, &old, &old_hash, &found, error) || (found && !document_drop(store, old, error)))
		return false;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, corpus);
	bind_string(statement, 2, path);
	bind_hash(statement, 3, hash);
	bind_string(statement, 4, title);
	if (!statement_run(store, statement, error))
		return false;
	*document = sqlite3_last_insert_rowid(store->database);
	return true;
}

static int path_order(const void *a, const void *b)
{
	return strcmp(a, *(const char *const *)b);
}

/* The ids first: the rows go while the list is walked. */
static bool documents_not_in(struct store *store, long long corpus, const char *const *kept, size_t count, struct arena *arena,
	long long **ids, size_t *id_count, struct error *error)
{
	static const char sql[] = "SELECT id, path FROM document WHERE corpus_id = ?1 ORDER BY path";
	size_t room = 0;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, corpus);
	*ids = NULL;
	*id_count = 0;
	for (bool row = true;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			return true;
		const char *path = (const char *)sqlite3_column_text(statement, 1);
		if (!count || !bsearch(path, kept, count, sizeof *kept, path_order))
			*LIST_MORE(arena, *ids, *id_count, room) = sqlite3_column_int64(statement, 0);
	}
}

bool document_drop_others(
	struct store *store, long long corpus, const char *const *kept, size_t count, long long *dropped, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	long long *ids;
	size_t id_count;
	if (!documents_not_in(store, corpus, kept, count, arena, &ids, &id_count, error))
		return false;
	for (size_t i = 0; i < id_count; i++)
		if (!document_drop(store, ids[i], error))
			return false;
	*dropped = (long long)id_count;
	return true;
}

/* ---- closing ---------------------------------------------------------------------------------------------------------- */

static bool hash_settings(struct store *store, long long corpus, struct hasher *hasher, struct error *error)
{
	static const char sql[] = "SELECT settings FROM corpus WHERE id = ?1";
	bool row;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, corpus);
	if (!statement_step(store, statement, &row, error))
		return false;
	if (!row)
		return error_at(error, ERROR_STORAGE, store->path, 0, 0, "there is no corpus %lld", corpus);
	hasher_add_part(hasher, column_borrow(statement, 0));
	sqlite3_reset(statement);
	return true;
}

static bool hash_passages(struct store *store, long long corpus, struct hasher *hasher, struct error *error)
{
	static const char sql[] = "SELECT key, title, body FROM passage WHERE corpus_id = ?1 ORDER BY key";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, corpus);
	for (bool row = true;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			return true;
		for (int column = 0; column < 3; column++)
			hasher_add_part(hasher, column_borrow(statement, column));
	}
}

bool corpus_close(struct store *store, long long corpus, struct error *error)
{
	static const char sql[] = "UPDATE corpus SET version = ?2, passage_count = ?3, word_count = ?4, indexed_at = ?5, "
				  "document_count = (SELECT count(*) FROM document WHERE corpus_id = ?1) WHERE id = ?1";
	struct hasher hasher;
	long long passages, words;
	hasher_start(&hasher);
	if (!hash_settings(store, corpus, &hasher, error) || !hash_passages(store, corpus, &hasher, error) ||
		!passages_count(store, corpus, &passages, &words, error))
		return false;
	struct hash version = hasher_end(&hasher);
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, corpus);
	bind_hash(statement, 2, &version);
	sqlite3_bind_int64(statement, 3, passages);
	sqlite3_bind_int64(statement, 4, words);
	sqlite3_bind_int64(statement, 5, clock_wall());
	return statement_run(store, statement, error);
}

bool corpus_stamp(struct store *store, long long corpus, struct error *error)
{
	static const char sql[] = "UPDATE corpus SET indexed_at = ?2 WHERE id = ?1";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, corpus);
	sqlite3_bind_int64(statement, 2, clock_wall());
	return statement_run(store, statement, error);
}
