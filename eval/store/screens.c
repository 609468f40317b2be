#include "eval/store/screens.h"
#include "eval/store/store_private.h"
#include <math.h>

enum {
	COLUMN_POSITION,
	COLUMN_CASE,
	COLUMN_INPUT,
	COLUMN_GOLD,
	COLUMN_VERSION,
	COLUMN_ATTEMPT,
	COLUMN_REPEAT,
	COLUMN_OPEN,
	COLUMN_CLASS,
	COLUMN_PASSED,
	COLUMN_VALUE
};

/* CROSS JOIN fixes the order: a window of the test set, then for each case and variant one look-up in the attempts' unique index.
 */
static const char rows_sql[] =
	"SELECT c.position, i.case_id, c.input_id, c.gold_id, a.variant_version_id, a.id, a.repeat, a.state = 'open', a.class, "
	"iif(d.passed IS NULL AND a.state IN ('refused', 'filtered'), 0, d.passed), d.value "
	"FROM test_case c JOIN case_input i ON i.id = c.input_id CROSS JOIN run_variant v ON v.run_id = ?4 "
	"LEFT JOIN attempt a ON a.variant_version_id = v.variant_version_id AND a.input_id = c.input_id AND a.repeat BETWEEN 1 AND "
	"?5 "
	"LEFT JOIN verdict d ON d.attempt_id = a.id AND d.grading_id = ?6 AND d.gold_id = c.gold_id "
	"WHERE c.test_set_id = ?1 AND c.position BETWEEN ?2 AND ?3 ORDER BY c.position, v.position, a.repeat";

static struct matrix_cell *cells_make(const struct matrix_query *query, struct arena *arena)
{
	struct matrix_cell *cells = arena_take(arena, (query->version_count + 1) * sizeof *cells);
	for (size_t i = 0; i < query->version_count; i++)
		cells[i] = (struct matrix_cell){.value = NAN, .class = "planned"};
	return cells;
}

static struct matrix_cell *cell_of_version(const struct matrix_query *query, struct matrix_cell *cells, long long version)
{
	for (size_t i = 0; i < query->version_count; i++)
		if (query->versions[i] == version)
			return &cells[i];
	return NULL;
}

static void cell_count(struct matrix_cell *cell, sqlite3_stmt *statement)
{
	bool open = sqlite3_column_int(statement, COLUMN_OPEN) != 0;
	cell->errors += open;
	cell->done += !open;
	if (open || sqlite3_column_type(statement, COLUMN_PASSED) == SQLITE_NULL)
		return;
	double value = sqlite3_column_double(statement, COLUMN_VALUE), sum = cell->graded ? cell->value * cell->graded : 0;
	cell->graded++;
	cell->passed += sqlite3_column_int(statement, COLUMN_PASSED) != 0;
	cell->value = (sum + value) / cell->graded;
}

static void cell_add(struct matrix_cell *cell, sqlite3_stmt *statement, struct arena *arena)
{
	bool all_passed = cell->attempt && cell->passed == cell->done && !cell->errors;
	cell_count(cell, statement);
	bool passes = cell->passed == cell->done && !cell->errors;
	if (cell->attempt && !(all_passed && !passes))
		return;
	cell->attempt = sqlite3_column_int64(statement, COLUMN_ATTEMPT);
	cell->repeat = sqlite3_column_int(statement, COLUMN_REPEAT);
	cell->class = column_string(statement, COLUMN_CLASS, arena);
}

static struct matrix_row row_make(const struct matrix_query *query, sqlite3_stmt *statement, struct arena *arena)
{
	return (struct matrix_row){.position = sqlite3_column_int64(statement, COLUMN_POSITION),
		.input = sqlite3_column_int64(statement, COLUMN_INPUT),
		.gold = sqlite3_column_int64(statement, COLUMN_GOLD),
		.case_id = column_string(statement, COLUMN_CASE, arena),
		.cells = cells_make(query, arena)};
}

bool matrix_rows(struct store *store, const struct matrix_query *query, long long first, long long last, struct arena *arena,
	struct matrix_row **rows, size_t *count, struct error *error)
{
	struct matrix_row *items = NULL;
	size_t used = 0, room = 0;
	bool row = false;
	sqlite3_stmt *statement = statement_of(store, rows_sql, error);
	if (!statement)
		return false;
	const long long values[] = {query->test_set, first, last, query->run, query->repeats, query->grading};
	for (size_t i = 0; i < COUNT(values); i++)
		sqlite3_bind_int64(statement, (int)i + 1, values[i]);
	for (;;) {
		if (!statement_step(store, statement, &row, error))
			return false;
		if (!row)
			break;
		if (!used || items[used - 1].position != sqlite3_column_int64(statement, COLUMN_POSITION))
			*LIST_MORE(arena, items, used, room) = row_make(query, statement, arena);
		struct matrix_cell *cell =
			cell_of_version(query, items[used - 1].cells, sqlite3_column_int64(statement, COLUMN_VERSION));
		if (cell)
			cell_add(cell, statement, arena);
	}
	*rows = items;
	*count = used;
	return true;
}

bool matrix_last(struct store *store, long long test_set, long long *last, struct error *error)
{
	static const char sql[] = "SELECT max(position) FROM test_case WHERE test_set_id = ?1";
	bool row = false;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, test_set);
	if (!statement_step(store, statement, &row, error))
		return false;
	*last = row ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_reset(statement);
	return true;
}
