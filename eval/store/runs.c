#include "eval/store/runs.h"
#include "eval/base/clock.h"
#include "eval/store/store_private.h"

static bool run_variant_put(
	struct store *store, long long run, int position, const struct run_variant *variant, struct error *error)
{
	static const char sql[] = "INSERT INTO run_variant (run_id, position, variant_version_id, lever, parent, model, generated, probe) "
				  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
	static const char tally[] = "INSERT INTO tally (run_id, variant_version_id, cost) VALUES (?1, ?2, 0)";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, run);
	sqlite3_bind_int(statement, 2, position);
	sqlite3_bind_int64(statement, 3, variant->version);
	bind_string(statement, 4, variant->lever);
	bind_string(statement, 5, variant->parent);
	bind_string(statement, 6, variant->model);
	sqlite3_bind_int(statement, 7, variant->generated);
	bind_string(statement, 8, variant->probe);
	if (!statement_run(store, statement, error))
		return false;
	statement = statement_of(store, tally, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, run);
	sqlite3_bind_int64(statement, 2, variant->version);
	return statement_run(store, statement, error);
}

bool run_put(struct store *store, struct run_row *row, struct error *error)
{
	static const char sql[] = "INSERT INTO run (uid, manifest, test_set_id, grading_id, repeats, seed, state, project, "
				  "program, settings, started_at, worked_at) "
				  "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0)";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_uid(statement, 1, &row->uid);
	bind_hash(statement, 2, &row->manifest);
	sqlite3_bind_int64(statement, 3, row->test_set);
	sqlite3_bind_int64(statement, 4, row->grading);
	sqlite3_bind_int(statement, 5, row->repeats);
	sqlite3_bind_int64(statement, 6, row->seed);
	bind_string(statement, 7, row->state);
	bind_string(statement, 8, row->project);
	bind_string(statement, 9, row->program);
	bind_string(statement, 10, row->settings);
	sqlite3_bind_int64(statement, 11, row->started_at);
	if (!statement_run(store, statement, error))
		return false;
	row->id = sqlite3_last_insert_rowid(store->database);
	for (size_t i = 0; i < row->variant_count; i++)
		if (!run_variant_put(store, row->id, (int)i + 1, &row->variants[i], error))
			return false;
	return run_touch(store, row->id, error);
}

bool run_join(struct store *store, long long run, const struct run_variant *variant, bool *new, struct error *error)
{
	static const char sql[] = "SELECT max(position), coalesce(sum(variant_version_id = ?2), 0) FROM run_variant WHERE run_id = ?1";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	bool row;
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, run);
	sqlite3_bind_int64(statement, 2, variant->version);
	if (!statement_step(store, statement, &row, error))
		return false;
	int last = sqlite3_column_int(statement, 0);
	*new = sqlite3_column_int(statement, 1) == 0;
	sqlite3_reset(statement);
	return !*new || run_variant_put(store, run, last + 1, variant, error);
}

bool run_variant_describe(struct store *store, long long run, const struct run_variant *variant, struct error *error)
{
	static const char sql[] = "UPDATE run_variant SET lever = ?3, parent = ?4, model = ?5 WHERE run_id = ?1 AND variant_version_id = ?2 "
				  "AND (lever <> ?3 OR parent IS NOT ?4 OR model IS NOT ?5)";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, run);
	sqlite3_bind_int64(statement, 2, variant->version);
	bind_string(statement, 3, variant->lever);
	bind_string(statement, 4, variant->parent);
	bind_string(statement, 5, variant->model);
	return statement_run(store, statement, error);
}

/* Later than every other, whatever the clock says. */
bool run_touch(struct store *store, long long run, struct error *error)
{
	static const char sql[] = "UPDATE run SET worked_at = max(?2, (SELECT max(worked_at) + 1 FROM run)) WHERE id = ?1";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, run);
	sqlite3_bind_int64(statement, 2, clock_wall());
	return statement_run(store, statement, error);
}

bool run_set_grading(struct store *store, long long run, long long grading, struct error *error)
{
	static const char sql[] = "UPDATE run SET grading_id = ?2 WHERE id = ?1";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, run);
	sqlite3_bind_int64(statement, 2, grading);
	return statement_run(store, statement, error);
}

bool run_set_state(struct store *store, long long run, const char *state, int64_t ended_at, struct error *error)
{
	static const char sql[] = "UPDATE run SET state = ?2, ended_at = ?3 WHERE id = ?1";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, run);
	bind_string(statement, 2, state);
	bind_row(statement, 3, ended_at);
	return statement_run(store, statement, error);
}

bool run_of_manifest(struct store *store, const struct hash *manifest, long long *id, struct error *error)
{
	static const char sql[] = "SELECT max(id) FROM run WHERE manifest = ?1";
	return row_by_hash(store, sql, manifest, id, error);
}

static bool run_variants_get(struct store *store, struct run_row *run, struct arena *arena, struct error *error)
{
	static const char sql[] = "SELECT r.variant_version_id, v.name, r.lever, r.parent, r.model, r.generated, r.probe FROM run_variant r "
				  "JOIN variant_version v ON v.id = r.variant_version_id WHERE r.run_id = ?1 ORDER BY r.position";
	size_t room = 0;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, run->id);
	for (bool row;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			return true;
		struct run_variant *variant = LIST_MORE(arena, run->variants, run->variant_count, room);
		*variant = (struct run_variant){
			.version = sqlite3_column_int64(statement, 0),
			.name = column_string(statement, 1, arena),
			.lever = column_string(statement, 2, arena),
			.parent = column_string(statement, 3, arena),
			.model = column_string(statement, 4, arena),
			.generated = sqlite3_column_int(statement, 5),
			.probe = column_string(statement, 6, arena),
		};
	}
}

#define RUN_COLUMNS                                                                                                                \
	"SELECT r.id, r.uid, r.manifest, r.test_set_id, r.grading_id, r.repeats, r.seed, r.state, r.project, r.program, "          \
	"r.settings, r.started_at, "                                                                                               \
	"r.ended_at, t.case_count, t.skipped_count FROM run r JOIN test_set t ON t.id = r.test_set_id "

static void run_read(sqlite3_stmt *statement, struct arena *arena, struct run_row *row)
{
	*row = (struct run_row){
		.id = sqlite3_column_int64(statement, 0),
		.manifest = column_hash(statement, 2),
		.test_set = sqlite3_column_int64(statement, 3),
		.grading = sqlite3_column_int64(statement, 4),
		.repeats = sqlite3_column_int(statement, 5),
		.seed = sqlite3_column_int64(statement, 6),
		.state = column_string(statement, 7, arena),
		.project = column_string(statement, 8, arena),
		.program = column_string(statement, 9, arena),
		.settings = column_string(statement, 10, arena),
		.started_at = sqlite3_column_int64(statement, 11),
		.ended_at = sqlite3_column_int64(statement, 12),
		.case_count = sqlite3_column_int64(statement, 13),
		.skipped_count = sqlite3_column_int64(statement, 14),
	};
	if (sqlite3_column_bytes(statement, 1) == (int)sizeof row->uid.bytes)
		memcpy(row->uid.bytes, sqlite3_column_blob(statement, 1), sizeof row->uid.bytes);
}

bool run_get(struct store *store, long long id, struct arena *arena, struct run_row *ret, bool *found, struct error *error)
{
	static const char sql[] = RUN_COLUMNS "WHERE r.id = ?1";
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, id);
	if (!statement_step(store, statement, found, error))
		return false;
	if (!*found)
		return true;
	run_read(statement, arena, ret);
	sqlite3_reset(statement);
	return run_variants_get(store, ret, arena, error);
}

bool run_list(struct store *store, long long before, int limit, struct arena *arena, struct run_row **rows, size_t *count,
	struct error *error)
{
	static const char sql[] = RUN_COLUMNS "WHERE ?1 = 0 OR r.worked_at < (SELECT worked_at FROM run WHERE id = ?1) "
					      "ORDER BY r.worked_at DESC LIMIT ?2";
	struct run_row *list = NULL;
	size_t n = 0, room = 0;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, before);
	sqlite3_bind_int(statement, 2, limit);
	for (bool row;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			break;
		run_read(statement, arena, LIST_MORE(arena, list, n, room));
	}
	for (size_t i = 0; i < n; i++)
		if (!run_variants_get(store, &list[i], arena, error))
			return false;
	*rows = list;
	*count = n;
	return true;
}
