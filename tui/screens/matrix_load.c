#include "tui/screens/matrix.h"
#include "tui/workbench.h"

int matrix_heads(int height)
{
	return height >= 6 ? 2 : 1;
}
int matrix_details(int height)
{
	return height >= 14 ? 3 : height >= 9 ? 1 : 0;
}
int matrix_feet(int height)
{
	return matrix_details(height) + (height >= 10);
}

const struct matrix_row *matrix_selected(const struct matrix *matrix)
{
	long long at = matrix->list.selected - matrix->page_top;
	if (at < 0 || at >= (long long)matrix->row_count || matrix->rows[at].position != matrix->selected)
		return NULL;
	return &matrix->rows[at];
}

static bool run_find(struct matrix *matrix, struct store *store, struct arena *arena, struct error *error)
{
	struct run_row *rows;
	size_t count;
	if (matrix->wanted_run == 0) {
		if (!run_list(store, 0, 1, arena, &rows, &count, error))
			return false;
		matrix->wanted_run = count ? rows[0].id : 0;
	}
	matrix->found = false;
	return matrix->wanted_run == 0 || run_get(store, matrix->wanted_run, arena, &matrix->run, &matrix->found, error);
}

static void variants_take(struct matrix *matrix, struct arena *arena, const struct tally *tallies, size_t count)
{
	const struct run_row *run = &matrix->run;
	long long *versions = arena_take(arena, (run->variant_count + 1) * sizeof *versions);
	matrix->variants = arena_take(arena, (run->variant_count + 1) * sizeof *matrix->variants);
	matrix->tallies = arena_take(arena, (run->variant_count + 1) * sizeof *matrix->tallies);
	matrix->variant_count = 0;
	for (size_t i = 0; i < run->variant_count; i++) {
		if (run->variants[i].generated)
			continue;
		size_t at = matrix->variant_count++;
		versions[at] = run->variants[i].version;
		matrix->variants[at] = run->variants[i];
		for (size_t j = 0; j < count; j++)
			if (tallies[j].version == versions[at])
				matrix->tallies[at] = tallies[j];
		if (versions[at] == matrix->wanted_version)
			matrix->column = at;
	}
	matrix->wanted_version = 0;
	matrix->query = (struct matrix_query){run->id, run->test_set, run->grading, run->repeats, versions, matrix->variant_count};
}

/* Everything but the rows: when the screen opens and when the database changed. */
static bool run_load(struct matrix *matrix, struct store *store, struct error *error)
{
	struct arena *arena = arena_create();
	struct tally *tallies = NULL;
	size_t count = 0;
	bool good = run_find(matrix, store, arena, error) &&
		    (!matrix->found || (tally_list(store, matrix->run.id, arena, &tallies, &count, error) &&
					       matrix_last(store, matrix->run.test_set, &matrix->last, error)));
	if (good && matrix->found)
		variants_take(matrix, arena, tallies, count);
	/* On failure the old run may point into the old arena, or the new one: both stay until the next success. */
	if (good) {
		arena_free(matrix->arena);
		matrix->arena = arena;
	} else {
		matrix->found = false;
		arena_free(arena);
	}
	if (matrix->column >= matrix->variant_count)
		matrix->column = 0;
	return good;
}

/* Neighbouring positions are fetched together: without a filter that is one query for the page. */
static long long stretch_end(const struct matrix *matrix, long long row, long long end)
{
	while (row + 1 < end && index_position(matrix, row + 1) == index_position(matrix, row) + 1)
		row++;
	return row;
}

static bool page_load(struct matrix *matrix, struct store *store, struct error *error)
{
	struct arena *arena = arena_create();
	long long top = matrix->list.top, end = top + matrix->list.height;
	struct matrix_row *rows = arena_take(arena, (size_t)(matrix->list.height + 1) * sizeof *rows), *some;
	size_t count = 0, found;
	end = end < matrix->list.count ? end : matrix->list.count;
	for (long long row = top; row < end;) {
		long long last = stretch_end(matrix, row, end);
		if (!matrix_rows(store, &matrix->query, index_position(matrix, row), index_position(matrix, last), arena, &some,
			    &found, error)) {
			arena_free(arena);
			return false;
		}
		for (size_t i = 0; i < found && count < (size_t)(end - top); i++)
			rows[count++] = some[i];
		row = last + 1;
	}
	arena_free(matrix->page_arena);
	matrix->page_arena = arena;
	matrix->rows = rows;
	matrix->row_count = count;
	matrix->page_top = top;
	return true;
}

static bool texts_load(struct matrix *matrix, struct store *store, struct error *error)
{
	const struct matrix_row *row = matrix_selected(matrix);
	matrix->texts = (struct outcome_texts){0};
	arena_reset(matrix->texts_arena);
	if (!row || matrix->variant_count == 0)
		return true;
	return outcome_texts(store, matrix->run.id, row->position, row->cells[matrix->column].attempt, matrix->texts_arena,
		&matrix->texts, error);
}

static bool page_seen(const struct matrix *matrix)
{
	long long end = matrix->list.top + matrix->list.height;
	end = end < matrix->list.count ? end : matrix->list.count;
	return matrix->page_arena && matrix->page_top == matrix->list.top && (long long)matrix->row_count >= end - matrix->list.top;
}

static void selection_restore(struct matrix *matrix, int height)
{
	int rows = height - matrix_heads(height) - matrix_feet(height);
	if (matrix->selected == 0)
		matrix->selected = index_position(matrix, 0);
	list_set_height(&matrix->list, rows > 1 ? rows : 1);
	list_set_count(&matrix->list, index_count(matrix));
	list_select(&matrix->list, index_row(matrix, matrix->selected));
	if (!matrix->building || matrix->shown.complete)
		matrix->selected = index_position(matrix, matrix->list.selected);
}

bool matrix_load(struct screen *screen, struct error *error)
{
	struct matrix *matrix = screen->state;
	struct store *store = screen_store(screen);
	bool whole = !matrix->page_only || !matrix->found || matrix->data_version != screen->bench->data_version;
	matrix->page_only = false;
	if (whole) {
		if (!run_load(matrix, store, error))
			return false;
		matrix->data_version = screen->bench->data_version;
		/* What a filter on attempts matched may have changed; without one only the number of cases can have. */
		if (!matrix->building)
			index_restart(matrix, !matrix->shown.complete);
		else
			matrix->index_stale = true;
	}
	if (!matrix->found)
		return true;
	selection_restore(matrix, screen->height);
	if ((whole || !page_seen(matrix)) && !page_load(matrix, store, error))
		return false;
	return texts_load(matrix, store, error);
}
