#include "eval/store/corpora_private.h"

static void index_words(const char *title, struct text body, bool titled, struct buffer *words, size_t *count)
{
	*count = titled ? index_text_add(text_of(title), words) : 0;
	buffer_add_byte(words, '\n');
	*count += index_text_add(body, words);
}

static bool index_add(struct store *store, long long id, struct text words, struct error *error)
{
	static const char sql[] = "INSERT INTO passage_index (rowid, words) VALUES (?1, ?2)";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, id);
	bind_text(statement, 2, words);
	return statement_run(store, statement, error);
}

/* An index without content has to be told the words that it shall forget. */
static bool index_forget(struct store *store, long long id, struct text words, struct error *error)
{
	static const char sql[] = "INSERT INTO passage_index (passage_index, rowid, words) VALUES ('delete', ?1, ?2)";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, id);
	bind_text(statement, 2, words);
	return statement_run(store, statement, error);
}

static bool passage_next_id(struct store *store, long long corpus, long long *id, struct error *error)
{
	static const char sql[] = "SELECT coalesce(max(id), ?1) + 1 FROM passage WHERE id BETWEEN ?1 AND ?2";
	bool row;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, passage_first(corpus));
	sqlite3_bind_int64(statement, 2, passage_last(corpus));
	if (!statement_step(store, statement, &row, error))
		return false;
	*id = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return true;
}

static bool length_put(struct store *store, long long id, size_t words, bool titled, struct error *error)
{
	static const char sql[] = "INSERT INTO passage_length (passage_id, words, titled) VALUES (?1, ?2, ?3)";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, id);
	sqlite3_bind_int64(statement, 2, (long long)words);
	sqlite3_bind_int(statement, 3, titled);
	return statement_run(store, statement, error);
}

bool passage_put(struct store *store, long long corpus, long long document, int ordinal, const char *key, const char *title,
	struct text body, bool titled, struct error *error)
{
	static const char sql[] =
		"INSERT INTO passage (id, corpus_id, document_id, key, ordinal, title, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
	CLEANUP(buffer_release) struct buffer words = BUFFER_EMPTY;
	long long id;
	size_t count;
	if (!passage_next_id(store, corpus, &id, error))
		return false;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, id);
	sqlite3_bind_int64(statement, 2, corpus);
	sqlite3_bind_int64(statement, 3, document);
	bind_string(statement, 4, key);
	sqlite3_bind_int(statement, 5, ordinal);
	bind_string(statement, 6, title);
	sqlite3_bind_text64(statement, 7, body.length ? body.data : "", body.length, SQLITE_STATIC, SQLITE_UTF8);
	if (!statement_run(store, statement, error))
		return false;
	index_words(title, body, titled, &words, &count);
	return length_put(store, id, count, titled, error) && index_add(store, id, buffer_text(&words), error);
}

static bool passages_forget(struct store *store, long long document, struct error *error)
{
	static const char sql[] =
		"SELECT p.id, p.title, p.body, l.titled FROM passage p JOIN passage_length l ON l.passage_id = p.id "
		"WHERE p.document_id = ?1";
	CLEANUP(buffer_release) struct buffer words = BUFFER_EMPTY;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, document);
	for (bool row = true;;) {
		size_t count;
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			return true;
		buffer_clear(&words);
		index_words((const char *)sqlite3_column_text(statement, 1), column_borrow(statement, 2),
			sqlite3_column_int(statement, 3), &words, &count);
		if (!index_forget(store, sqlite3_column_int64(statement, 0), buffer_text(&words), error)) {
			sqlite3_reset(statement);
			return false;
		}
	}
}

static bool run_with(struct store *store, const char *sql, long long id, struct error *error)
{
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, id);
	return statement_run(store, statement, error);
}

bool passages_drop(struct store *store, long long document, struct error *error)
{
	static const char lengths[] =
		"DELETE FROM passage_length WHERE passage_id IN (SELECT id FROM passage WHERE document_id = ?1)";
	static const char passages[] = "DELETE FROM passage WHERE document_id = ?1";
	return passages_forget(store, document, error) && run_with(store, lengths, document, error) &&
	       run_with(store, passages, document, error);
}

bool passages_count(struct store *store, long long corpus, long long *passages, long long *words, struct error *error)
{
	static const char sql[] = "SELECT count(*), coalesce(sum(words), 0) FROM passage_length WHERE passage_id BETWEEN ?1 AND ?2";
	bool row;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, passage_first(corpus));
	sqlite3_bind_int64(statement, 2, passage_last(corpus));
	if (!statement_step(store, statement, &row, error))
		return false;
	*passages = sqlite3_column_int64(statement, 0);
	*words = sqlite3_column_int64(statement, 1);
	sqlite3_reset(statement);
	return true;
}

static struct passage_row passage_read(sqlite3_stmt *statement, struct arena *arena)
{
	return (struct passage_row){.id = sqlite3_column_int64(statement, 0),
		.key = column_string(statement, 1, arena),
		.title = column_string(statement, 2, arena),
		.body = column_text(statement, 3, arena)};
}

bool passage_list(struct store *store, long long corpus, const char *name, struct arena *arena, struct passage_row **rows,
	size_t *count, struct error *error)
{
	static const char sql[] = "SELECT p.id, p.key, p.title, p.body FROM passage p JOIN document d ON d.id = p.document_id "
				  "WHERE p.corpus_id = ?1 AND (p.key = ?2 OR d.path = ?2) ORDER BY p.document_id, p.ordinal";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	size_t room = 0;
	*rows = NULL;
	*count = 0;
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, corpus);
	bind_string(statement, 2, name);
	for (bool row;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			return true;
		*LIST_MORE(arena, *rows, *count, room) = passage_read(statement, arena);
	}
}

bool passage_any_key(struct store *store, long long corpus, struct arena *arena, const char **key, struct error *error)
{
	static const char sql[] = "SELECT key FROM passage WHERE corpus_id = ?1 ORDER BY key LIMIT 1";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	bool row;
	*key = NULL;
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, corpus);
	if (!statement_step(store, statement, &row, error))
		return false;
	if (row)
		*key = column_string(statement, 0, arena);
	sqlite3_reset(statement);
	return true;
}

bool passage_get(struct store *store, long long corpus, const char *key, struct arena *arena, struct passage_row *ret, bool *found,
	struct error *error)
{
	static const char sql[] = "SELECT id, key, title, body FROM passage WHERE corpus_id = ?1 AND key = ?2";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, corpus);
	bind_string(statement, 2, key);
	if (!statement_step(store, statement, found, error))
		return false;
	if (*found) {
		*ret = passage_read(statement, arena);
		sqlite3_reset(statement);
	}
	return true;
}
