#include "eval/store/labels.h"
#include "eval/base/clock.h"
#include "eval/store/store_private.h"

bool label_put(struct store *store, const struct label_row *row, struct error *error)
{
	static const char sql[] =
		"INSERT INTO label (uid, attempt_id, output_id, mode, act, source, author, note, evidence, created_at) "
		"SELECT ?1, ?2, a.output_id, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM attempt a WHERE a.id = ?2 AND coalesce((SELECT l.act "
		"FROM label l "
		"WHERE l.attempt_id = ?2 AND l.mode = ?3 AND l.source = ?5 AND l.author = ?6 AND l.output_id IS a.output_id ORDER "
		"BY l.id DESC LIMIT 1), "
		"'withdrawn') <> ?4";
	struct uid uid = uid_make();
	CLEANUP(buffer_release) struct buffer note = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer evidence = BUFFER_EMPTY;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_uid(statement, 1, &uid);
	sqlite3_bind_int64(statement, 2, row->attempt);
	bind_string(statement, 3, row->mode);
	bind_string(statement, 4, row->act);
	bind_string(statement, 5, row->source);
	bind_string(statement, 6, row->author);
	bind_text_column(statement, 7, text_of(row->note), &note);
	bind_text_column(statement, 8, text_of(row->evidence), &evidence);
	sqlite3_bind_int64(statement, 9, row->created_at ? row->created_at : clock_wall());
	return statement_run(store, statement, error);
}

bool label_list(
	struct store *store, long long attempt, struct arena *arena, struct label_row **rows, size_t *count, struct error *error)
{
	static const char sql[] =
		"SELECT mode, act, source, author, note, evidence, created_at FROM label WHERE attempt_id = ?1 ORDER BY id";
	struct label_row *list = NULL;
	size_t n = 0, room = 0;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, attempt);
	for (bool row;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			break;
		*LIST_MORE(arena, list, n, room) = (struct label_row){attempt, column_string(statement, 0, arena),
			column_string(statement, 1, arena), column_string(statement, 2, arena), column_string(statement, 3, arena),
			column_string(statement, 4, arena), column_string(statement, 5, arena), sqlite3_column_int64(statement, 6)};
	}
	*rows = list;
	*count = n;
	return true;
}
