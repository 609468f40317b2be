#include "eval/store/predictions.h"
#include "eval/base/clock.h"
#include "eval/store/store_private.h"

bool prediction_put(struct store *store, const struct prediction_row *row, struct error *error)
{
	static const char sql[] =
		"INSERT INTO prediction (uid, run_id, base_version_id, base, lever, evidence, gain, low, high, error, "
		"recommended, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "
		"ON CONFLICT (base_version_id, lever, evidence) DO UPDATE SET run_id = excluded.run_id, gain = excluded.gain, "
		"low = excluded.low, high = excluded.high, error = excluded.error, recommended = excluded.recommended, "
		"created_at = excluded.created_at "
		"WHERE (gain, low, high, recommended) IS NOT (excluded.gain, excluded.low, excluded.high, excluded.recommended)";
	struct uid uid = uid_make();
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_uid(statement, 1, &uid);
	sqlite3_bind_int64(statement, 2, row->run);
	sqlite3_bind_int64(statement, 3, row->base_version);
	bind_string(statement, 4, row->base);
	bind_string(statement, 5, row->lever);
	bind_string(statement, 6, row->evidence);
	sqlite3_bind_double(statement, 7, row->gain);
	sqlite3_bind_double(statement, 8, row->low);
	sqlite3_bind_double(statement, 9, row->high);
	sqlite3_bind_double(statement, 10, row->error);
	sqlite3_bind_int(statement, 11, row->recommended);
	sqlite3_bind_int64(statement, 12, clock_wall());
	return statement_run(store, statement, error);
}

bool prediction_each(struct store *store, prediction_function *each, void *data, struct error *error)
{
	static const char sql[] =
		"SELECT run_id, base_version_id, base, lever, evidence, gain, low, high, error, recommended, created_at "
		"FROM prediction ORDER BY id";
	sqlite3_stmt *statement = statement_compose(store, sql, error);
	bool row = true, good = true;
	if (!statement)
		return false;
	while ((good = statement_step(store, statement, &row, error)) && row) {
		struct prediction_row found = {.run = sqlite3_column_int64(statement, 0),
			.base_version = sqlite3_column_int64(statement, 1),
			.base = (const char *)sqlite3_column_text(statement, 2),
			.lever = (const char *)sqlite3_column_text(statement, 3),
			.evidence = (const char *)sqlite3_column_text(statement, 4),
			.gain = sqlite3_column_double(statement, 5),
			.low = sqlite3_column_double(statement, 6),
			.high = sqlite3_column_double(statement, 7),
			.error = sqlite3_column_double(statement, 8),
			.recommended = sqlite3_column_int(statement, 9) != 0,
			.created_at = sqlite3_column_int64(statement, 10)};
		if (!each(data, &found))
			break;
	}
	sqlite3_finalize(statement);
	return good;
}
