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

static bool strings_equal(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

bool label_renew(struct store *store, const struct label_row *row, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct label_row *rows, former = *row;
	const struct label_row *last = NULL;
	size_t count;
	if (!label_list(store, row->attempt, arena, &rows, &count, error))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!strcmp(rows[i].source, row->source) && !strcmp(rows[i].author, row->author))
			last = &rows[i];
	bool same = last && !strcmp(last->act, "put") && !strcmp(last->mode, row->mode) && strings_equal(last->note, row->note);
	former.act = "withdrawn";
	former.note = NULL;
	return same || (label_put(store, &former, error) && label_put(store, row, error));
}

/* All labels of failed (?5) attempts that were not withdrawn, by the weight of their source. */
#define STANDING                                                                                                                   \
	"WITH looked AS (SELECT a.id AS attempt, c.position, a.repeat, a.output_id, a.input_id FROM run r "                        \
	"JOIN test_case c ON c.test_set_id = r.test_set_id "                                                                       \
	"JOIN attempt a ON a.variant_version_id = ?2 AND a.input_id = c.input_id "                                                 \
	"LEFT JOIN verdict v ON v.attempt_id = a.id AND v.grading_id = r.grading_id AND v.gold_id = c.gold_id "                    \
	"WHERE r.id = ?1 AND coalesce(v.passed, 0) = ?5), "                                                                        \
	"events AS (SELECT f.attempt, f.position, f.repeat, l.mode, l.act, l.source, l.author, l.note, l.evidence, l.created_at, " \
	"l.id, CASE l.source WHEN 'person' THEN 0 WHEN 'import' THEN 1 WHEN 'probe' THEN 2 WHEN 'judge' THEN 3 ELSE 4 END AS rank, " \
	"row_number() OVER (PARTITION BY f.attempt, l.mode, l.source, l.author ORDER BY l.id DESC) AS latest "                     \
	"FROM looked f JOIN attempt o ON o.input_id = f.input_id AND (o.id = f.attempt OR o.output_id = f.output_id) "             \
	"JOIN label l ON l.attempt_id = o.id AND l.output_id IS o.output_id "                                                      \
	"AND (o.id = f.attempt OR l.source NOT IN ('rule', 'probe')) "                                                             \
	"WHERE (?3 IS NULL OR l.author = ?3) AND (?4 IS NULL OR l.source = ?4) "                                                   \
	"AND (?6 IS NULL OR l.source <> 'person' OR l.author = ?6)), "                                                 \
	"ranked AS (SELECT *, row_number() OVER (PARTITION BY attempt ORDER BY rank, id DESC) AS place, "                          \
	"min(rank) OVER (PARTITION BY attempt) AS first, "                                                                         \
	"row_number() OVER (PARTITION BY attempt, source, author ORDER BY id DESC) AS last "                                       \
	"FROM events WHERE latest = 1 AND act = 'put') "                                                                           \
	"SELECT attempt, position, repeat, mode, source, author, note, evidence, created_at, place FROM ranked "

static const char standing_sql[] = STANDING "WHERE place = 1 ORDER BY position, repeat";
/* What came with an output is a list; of a person or a judge the last word counts. */
static const char beside_sql[] = STANDING "WHERE rank = first AND (last = 1 OR source = 'import') ORDER BY position, repeat, place";

bool label_standing_each(struct store *store, long long run, long long version, const char *author, label_standing_function *each,
	void *data, struct error *error)
{
	return label_wanted_each(store, run, version, &(struct label_wanted){.author = author}, each, data, error);
}

static bool labels_walk(struct store *store, const char *sql, long long run, long long version, const struct label_wanted *wanted,
	label_standing_function *each, void *data, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	sqlite3_stmt *statement = statement_compose(store, sql, error);
	bool row = true, good = true;
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, run);
	sqlite3_bind_int64(statement, 2, version);
	bind_string(statement, 3, wanted->author);
	bind_string(statement, 4, wanted->source);
	sqlite3_bind_int(statement, 5, wanted->passing);
	bind_string(statement, 6, wanted->blind);
	while ((good = statement_step(store, statement, &row, error)) && row) {
		struct label_standing label = {.attempt = sqlite3_column_int64(statement, 0),
			.position = sqlite3_column_int64(statement, 1),
			.repeat = sqlite3_column_int(statement, 2),
			.mode = column_string(statement, 3, arena),
			.source = column_string(statement, 4, arena),
			.author = column_string(statement, 5, arena),
			.note = column_string(statement, 6, arena),
			.evidence = column_string(statement, 7, arena),
			.created_at = sqlite3_column_int64(statement, 8),
			.place = sqlite3_column_int(statement, 9)};
		if (!each(data, &label))
			break;
		arena_reset(arena);
	}
	sqlite3_finalize(statement);
	return good;
}

bool label_wanted_each(struct store *store, long long run, long long version, const struct label_wanted *wanted,
	label_standing_function *each, void *data, struct error *error)
{
	return labels_walk(store, standing_sql, run, version, wanted, each, data, error);
}

bool label_beside_each(
	struct store *store, long long run, long long version, label_standing_function *each, void *data, struct error *error)
{
	return labels_walk(store, beside_sql, run, version, &(struct label_wanted){0}, each, data, error);
}

bool label_raters(struct store *store, long long version, struct arena *arena, const char ***raters, size_t *count,
	struct error *error)
{
	static const char sql[] = "SELECT DISTINCT l.author FROM label l JOIN attempt a ON a.id = l.attempt_id "
				  "WHERE l.source = 'person' AND a.variant_version_id = ?1 ORDER BY 1";
	size_t room = 0;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	*raters = NULL;
	*count = 0;
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, version);
	for (bool row;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			return true;
		*LIST_MORE(arena, *raters, *count, room) = column_string(statement, 0, arena);
	}
}

bool label_undo(struct store *store, long long attempt, const char *source, const char *author, struct arena *arena, const char **mode,
	struct error *error)
{
	struct label_row *rows;
	size_t count;
	const struct label_row *last = NULL;
	*mode = NULL;
	if (!label_list(store, attempt, arena, &rows, &count, error))
		return false;
	for (size_t i = count; i-- > 0 && !last;) {
		if (strcmp(rows[i].source, source) != 0 || strcmp(rows[i].author, author) != 0)
			continue;
		bool later = false; /* withdrawn behind it? */
		for (size_t k = i + 1; k < count; k++)
			later |= strcmp(rows[k].mode, rows[i].mode) == 0 && strcmp(rows[k].source, source) == 0 &&
				strcmp(rows[k].author, author) == 0 && strcmp(rows[k].act, "withdrawn") == 0;
		if (strcmp(rows[i].act, "put") == 0 && !later)
			last = &rows[i];
	}
	if (!last)
		return true;
	struct label_row row = {.attempt = attempt, .mode = last->mode, .act = "withdrawn", .source = source, .author = author};
	*mode = last->mode;
	return label_put(store, &row, error);
}
