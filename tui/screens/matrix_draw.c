#include "reports/excerpt.h"
#include "tui/format.h"
#include "tui/screens/matrix.h"
#include <wchar.h>

#define COLUMN_LEAST 9
#define COLUMN_MOST 16
#define ID_MOST 30

/* ---- where the columns stand --------------------------------------------------------------------------------------- */

static int number_width(const struct matrix *matrix)
{
	int width = 2;
	for (long long rest = matrix->last; rest >= 100; rest /= 10)
		width++;
	return width;
}

static int column_width(const struct matrix *matrix, size_t column)
{
	int width = (int)strlen(matrix->variants[column].name);
	return width < COLUMN_LEAST ? COLUMN_LEAST : width > COLUMN_MOST ? COLUMN_MOST : width;
}

/* Where the first variant stands: behind the number (left out where it is narrow) and the id. */
static int cells_left(const struct matrix *matrix, int width)
{
	int number = width >= 60 ? number_width(matrix) + 1 : 0, most = width / 4, id = matrix->id_width;
	most = most < 8 ? 8 : most;
	return 1 + number + (id < most ? id : most) + 1;
}

static size_t columns_fitting(const struct matrix *matrix, int width, size_t first)
{
	int room = width - 1 - cells_left(matrix, width);
	size_t count = 0;
	while (first + count < matrix->variant_count && room >= column_width(matrix, first + count)) {
		room -= column_width(matrix, first + count) + 1;
		count++;
	}
	return count ? count : 1;
}

void matrix_columns_settle(struct matrix *matrix, int width)
{
	if (matrix->column < matrix->first_column)
		matrix->first_column = matrix->column;
	while (matrix->first_column < matrix->column &&
		matrix->column >= matrix->first_column + columns_fitting(matrix, width, matrix->first_column))
		matrix->first_column++;
	while (matrix->first_column > 0 &&
		matrix->first_column - 1 + columns_fitting(matrix, width, matrix->first_column - 1) >= matrix->variant_count)
		matrix->first_column--;
}

long matrix_column_at(const struct matrix *matrix, int width, int column)
{
	int at = cells_left(matrix, width);
	size_t end = matrix->first_column + columns_fitting(matrix, width, matrix->first_column);
	for (size_t i = matrix->first_column; i < end && i < matrix->variant_count; i++) {
		if (column >= at && column < at + column_width(matrix, i))
			return (long)i;
		at += column_width(matrix, i) + 1;
	}
	return -1;
}

static void id_width_learn(struct matrix *matrix, struct arena *arena)
{
	for (size_t i = 0; i < matrix->row_count; i++) {
		int width = cells_of_string(arena, matrix->rows[i].case_id).width;
		matrix->id_width = width > matrix->id_width ? width : matrix->id_width;
	}
	matrix->id_width = matrix->id_width > ID_MOST ? ID_MOST : matrix->id_width < 4 ? 4 : matrix->id_width;
}

/* ---- cells --------------------------------------------------------------------------------------------------------- */

enum sign cell_sign(const struct matrix_cell *cell, int repeats)
{
	if (!cell->attempt)
		return SIGN_NONE;
	if (cell->errors && !cell->done)
		return SIGN_ERROR;
	if (cell->done && !cell->graded)
		return SIGN_UNSCORED;
	if (cell->passed == cell->graded && !cell->errors && cell->done == cell->graded)
		return SIGN_PASS;
	return cell->passed ? SIGN_MIXED : cell->errors ? SIGN_ERROR : SIGN_FAIL;
}

static const char *cell_words(const struct matrix_cell *cell, int repeats, struct arena *arena)
{
	switch (cell_sign(cell, repeats)) {
	case SIGN_NONE:
		return sign_of(SIGN_NONE);
	case SIGN_ERROR:
		return arena_format(arena, "%s %s", sign_of(SIGN_ERROR), cell->class);
	case SIGN_UNSCORED:
		return arena_format(arena, "%s", sign_of(SIGN_UNSCORED));
	default:
		break;
	}
	if (!cell->passed && strcmp(cell->class, "ok"))
		return arena_format(arena, "%s %s", sign_of(cell_sign(cell, repeats)), cell->class);
	if (repeats > 1)
		return arena_format(arena, "%s %d/%d", sign_of(cell_sign(cell, repeats)), cell->passed, repeats);
	return arena_format(arena, "%s %.2f", sign_of(cell_sign(cell, repeats)), cell->value);
}

static void row_draw(const struct matrix *matrix, const struct canvas *canvas, int line, const struct matrix_row *row, size_t end)
{
	bool chosen = row->position == matrix->selected;
	unsigned selected = chosen ? STYLE_SELECTED : 0;
	int at = cells_left(matrix, canvas->width), column = 1;
	canvas_fill(canvas, line, STYLE_PLAIN | selected);
	if (canvas->width >= 60)
		column = canvas_field(canvas, line, 1, number_width(matrix),
				 text_of(arena_format(canvas->arena, "%lld", row->position)), true, STYLE_DIM | selected) +
			 1;
	canvas_field(canvas, line, column, at - column - 1, text_of(row->case_id), false, selected);
	for (size_t i = matrix->first_column; i < end; i++) {
		const struct matrix_cell *cell = &row->cells[i];
		unsigned style = (unsigned)style_of_sign(cell_sign(cell, matrix->run.repeats)) | selected;
		if (chosen && i == matrix->column)
			style |= STYLE_CURSOR;
		canvas_field(canvas, line, at, column_width(matrix, i),
			text_of(cell_words(cell, matrix->run.repeats, canvas->arena)), false, style);
		at += column_width(matrix, i) + 1;
	}
}

/* ---- heads and totals ---------------------------------------------------------------------------------------------- */

static void heads_draw(const struct matrix *matrix, const struct canvas *canvas, size_t end)
{
	int at = cells_left(matrix, canvas->width), heads = matrix_heads(canvas->height);
	canvas_text(canvas, 0, 1, TEXT("case"), STYLE_HEAD);
	if (heads > 1)
		canvas_text(canvas, 1, 1, TEXT("passed"), STYLE_DIM);
	for (size_t i = matrix->first_column; i < end; i++) {
		const struct tally *tally = &matrix->tallies[i];
		int width = column_width(matrix, i);
		canvas_field(canvas, 0, at, width, text_of(matrix->variants[i].name), false,
			i == matrix->column ? STYLE_MATCH : STYLE_HEAD);
		if (heads > 1)
			canvas_field(canvas, 1, at, width, text_of(format_rate(canvas->arena, tally)), false, STYLE_STRONG);
		at += width + 1;
	}
	if (matrix->first_column > 0)
		canvas_text(canvas, 0, cells_left(matrix, canvas->width) - 1, text_of(sign_of(SIGN_LEFT)), STYLE_KEY);
	if (end < matrix->variant_count)
		canvas_text(canvas, 0, canvas->width - 1, text_of(sign_of(SIGN_RIGHT)), STYLE_KEY);
}

static const char *total_words(struct arena *arena, enum sign sign, long long count)
{
	return count ? arena_format(arena, "%s%s", sign_of(sign), format_short(arena, count)) : "";
}

static int total_part(const struct canvas *canvas, int column, enum sign sign, const char *words)
{
	return *words ? canvas_text(canvas, 0, column, text_of(words), style_of_sign(sign)) + 1 : column;
}

static int total_width(struct arena *arena, const char *words)
{
	return *words ? cells_of_string(arena, words).width + 1 : 0;
}

/* Where not all counts fit, those that need looking at stay: the pass rate stands above anyway. */
static void totals_draw(const struct matrix *matrix, const struct canvas *canvas, int row, size_t end)
{
	int at = cells_left(matrix, canvas->width);
	canvas_text(canvas, row, 1, TEXT("total"), STYLE_DIM);
	for (size_t i = matrix->first_column; i < end; i++) {
		const struct tally *tally = &matrix->tallies[i];
		int width = column_width(matrix, i), column = 0;
		struct arena *arena = canvas->arena;
		struct canvas cell = canvas_part(canvas, row, at, 1, width);
		const char *passed = total_words(arena, SIGN_PASS, tally->passed),
			   *failed = total_words(arena, SIGN_FAIL, tally->failed),
			   *errors = total_words(arena, SIGN_ERROR, tally->errors);
		if (total_width(arena, passed) + total_width(arena, failed) + total_width(arena, errors) - 1 <= width)
			column = total_part(&cell, column, SIGN_PASS, passed);
		column = total_part(&cell, column, SIGN_FAIL, failed);
		total_part(&cell, column, SIGN_ERROR, errors);
		at += width + 1;
	}
}

/* ---- the selected case, in words ----------------------------------------------------------------------------------- */

static void detail_line(
	const struct canvas *canvas, int row, const char *name, unsigned style, struct text text, unsigned text_style)
{
	int width = canvas->width >= 60 ? 9 : 5;
	if (row >= canvas->height)
		return;
	canvas_field(canvas, row, 1, width, text_of(name), false, style);
	canvas_text(canvas, row, width + 2, text, text_style);
}

static struct text answer_of(const struct matrix *matrix, const struct matrix_cell *cell, struct arena *arena)
{
	if (!cell->attempt)
		return TEXT("not run yet");
	if (cell->errors && !cell->done)
		return text_of(arena_format(arena, "%s: %.*s", cell->class,
			(int)(matrix->texts.message.length < 400 ? matrix->texts.message.length : 400),
			matrix->texts.message.data ? matrix->texts.message.data : ""));
	return matrix->texts.extracted.data ? matrix->texts.extracted : matrix->texts.output;
}

static void details_draw(const struct matrix *matrix, const struct canvas *canvas)
{
	const struct matrix_row *row = matrix_selected(matrix);
	if (!row || canvas->height == 0)
		return;
	const struct matrix_cell *cell = &row->cells[matrix->column];
	detail_line(canvas, 0, "input", STYLE_DIM, vars_plain(canvas->arena, matrix->texts.vars), STYLE_PLAIN);
	detail_line(canvas, 1, "expected", STYLE_DIM, format_list(canvas->arena, matrix->texts.expected), STYLE_PLAIN);
	detail_line(canvas, 2, matrix->variants[matrix->column].name, style_of_sign(cell_sign(cell, matrix->run.repeats)),
		answer_of(matrix, cell, canvas->arena), STYLE_PLAIN);
}

/* ---- the whole ----------------------------------------------------------------------------------------------------- */

static void empty_draw(const struct matrix *matrix, const struct canvas *canvas, int row)
{
	if (matrix->building)
		canvas_print(canvas, row, 1, STYLE_DIM, "looking ...");
	else if (matrix->filter)
		canvas_print(canvas, row, 1, STYLE_PLAIN, "No case matches \"%s\". / changes the filter, Esc takes it back.",
			matrix->filter_text);
	else
		canvas_print(canvas, row, 1, STYLE_PLAIN, "The test set is empty.");
}

void matrix_draw(struct screen *screen, const struct canvas *canvas)
{
	struct matrix *matrix = screen->state;
	if (!matrix->found || matrix->variant_count == 0) {
		canvas_print(canvas, 1, 1, STYLE_PLAIN, matrix->found ? "The run has no variants." : "There is no such run.");
		return;
	}
	int heads = matrix_heads(canvas->height), details = matrix_details(canvas->height), feet = matrix_feet(canvas->height);
	id_width_learn(matrix, canvas->arena);
	matrix_columns_settle(matrix, canvas->width);
	size_t end = matrix->first_column + columns_fitting(matrix, canvas->width, matrix->first_column);
	heads_draw(matrix, canvas, end);
	int rows = canvas->height - heads - feet;
	for (int i = 0; i < rows && i < (int)matrix->row_count; i++)
		row_draw(matrix, canvas, heads + i, &matrix->rows[i], end);
	if (matrix->row_count == 0)
		empty_draw(matrix, canvas, heads);
	if (feet > details)
		totals_draw(matrix, canvas, canvas->height - feet, end);
	struct canvas foot = canvas_part(canvas, canvas->height - details, 0, details, canvas->width);
	details_draw(matrix, &foot);
}

void matrix_title(struct screen *screen, struct arena *arena, const char **left, const char **right)
{
	struct matrix *matrix = screen->state;
	if (!matrix->found) {
		*left = "matrix";
		return;
	}
	const char *order = matrix->failing_first && screen->width >= 60 ? "failing first  " : "",
		   *all = count_format(arena, matrix->run.case_count);
	*left = arena_format(arena, "%s  run %lld  %s", matrix->run.project, matrix->run.id, matrix->run.state);
	if (matrix->search)
		*right = "looking for the next failing case ...";
	else if (matrix->filter)
		*right = arena_format(arena, "%s/%s  %s%s of %s", order, matrix->filter_text,
			count_format(arena, index_count(matrix)), matrix->building && !matrix->shown.complete ? "+" : "", all);
	else if (matrix->building)
		*right = arena_format(arena, "%ssorting ...  %s cases", order, all);
	else
		*right = arena_format(arena, "%s%s cases", order, all);
}
