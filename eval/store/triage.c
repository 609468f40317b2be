#include "eval/store/triage.h"
#include "eval/base/clock.h"
#include "eval/store/store_private.h"

bool triage_event_put(struct store *store, long long attempt, const char *act, const char *author, struct error *error)
{
	static const char sql[] = "INSERT INTO triage_event (attempt_id, act, author, created_at) VALUES (?1, ?2, ?3, ?4)";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, attempt);
	bind_string(statement, 2, act);
	bind_string(statement, 3, author);
	sqlite3_bind_int64(statement, 4, clock_wall());
	return statement_run(store, statement, error);
}

bool triage_deferred(
	struct store *store, const char *author, struct arena *arena, long long **attempts, size_t *count, struct error *error)
{
	static const char sql[] =
		"SELECT attempt_id FROM triage_event t WHERE author = ?1 AND act = 'deferred' AND id = (SELECT max(id) FROM "
		"triage_event l WHERE l.attempt_id = t.attempt_id AND l.author = ?1) ORDER BY attempt_id";
	size_t room = 0;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	*attempts = NULL;
	*count = 0;
	if (!statement)
		return false;
	bind_string(statement, 1, author);
	for (bool row;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			return true;
		*LIST_MORE(arena, *attempts, *count, room) = sqlite3_column_int64(statement, 0);
	}
}
