#include "tui/screens/cost_plot.h"
#include "reports/format.h"
#include <ctype.h>
#include <math.h>

#define FIELD_ROWS 10
#define FIELD_COLUMNS 100
#define AXIS_WIDTH 10 /* "100.0% | " */

struct scale {
	double low, high;
	bool logarithmic;
};

struct cost_field {
	char cells[FIELD_ROWS][FIELD_COLUMNS];
	unsigned styles[FIELD_ROWS][FIELD_COLUMNS];
	int columns;
	struct scale cost, quality;
};

char cost_letter(const struct front_point *point, size_t index)
{
	if (index >= 26)
		return '?';
	return (char)((point->mark.on_front ? 'A' : 'a') + (int)index);
}

/* 0 to 1; the middle where all values are one. */
static double scale_part(const struct scale *scale, double value)
{
	double low = scale->low, high = scale->high;
	if (scale->logarithmic) {
		low = log(low);
		high = log(high);
		value = log(value);
	}
	return high > low ? (value - low) / (high - low) : .5;
}

/* Costs that lie far apart are told apart by their logarithms. */
static void scales_find(struct cost_field *field, const struct front_point *points, size_t count)
{
	struct scale cost = {INFINITY, 0, false}, quality = {1, 0, false};
	for (size_t i = 0; i < count; i++) {
		cost.low = fmin(cost.low, points[i].mark.cost);
		cost.high = fmax(cost.high, points[i].mark.cost);
		quality.low = fmin(quality.low, points[i].mark.quality);
		quality.high = fmax(quality.high, points[i].mark.quality);
	}
	cost.logarithmic = cost.low > 0 && cost.high > 20 * cost.low;
	quality.low = floor(quality.low * 10) / 10;
	quality.high = fmin(1, fmax(quality.low + .1, ceil(quality.high * 10) / 10));
	field->cost = cost;
	field->quality = quality;
}

static void point_mark(struct cost_field *field, const struct front_point *point, char letter, unsigned style)
{
	int row = (int)lround((1 - scale_part(&field->quality, point->mark.quality)) * (FIELD_ROWS - 1)),
	    column = (int)lround(scale_part(&field->cost, point->mark.cost) * (field->columns - 1));
	char *cell = &field->cells[row][column];
	*cell = *cell == ' ' ? letter : '+';
	field->styles[row][column] |= style;
}

static void row_add(struct document *document, const struct cost_field *field, int row)
{
	bool told = row == 0 || row == FIELD_ROWS - 1;
	document_print(document, STYLE_DIM, " %6s | ",
		told ? percent_format(document->arena, row ? field->quality.low : field->quality.high) : "");
	for (int from = 0, to; from < field->columns; from = to) {
		for (to = from + 1; to < field->columns && field->styles[row][to] == field->styles[row][from];)
			to++;
		document_more(document, field->styles[row][from], "%.*s", to - from, &field->cells[row][from]);
	}
}

static void axis_add(struct document *document, const struct cost_field *field)
{
	const char *low = money_format(document->arena, field->cost.low), *high = money_format(document->arena, field->cost.high);
	bool one = field->cost.low >= field->cost.high;
	document_print(document, STYLE_DIM, " %6s   %*s%s", "", one ? field->columns / 2 : 0, "", low);
	if (!one)
		document_more(document, STYLE_DIM, "%*s", field->columns - (int)strlen(low), high);
	document_print(document, STYLE_DIM, " %6s   dollars a case%s; capitals: on the front; + several", "",
		field->cost.logarithmic ? ", logarithmic" : "");
}

void cost_plot_add(struct document *document, const struct front_point *points, size_t count, size_t chosen)
{
	int room = document->width - AXIS_WIDTH - 1;
	struct cost_field field = {.columns = room < FIELD_COLUMNS ? room : FIELD_COLUMNS};
	if (!count || field.columns < 25)
		return;
	memset(field.cells, ' ', sizeof field.cells);
	scales_find(&field, points, count);
	for (size_t i = 0; i < count; i++)
		point_mark(&field, &points[i], cost_letter(&points[i], i),
			(points[i].mark.on_front ? STYLE_PASS : STYLE_DIM) | (i == chosen ? STYLE_SELECTED : 0u));
	for (int row = 0; row < FIELD_ROWS; row++)
		row_add(document, &field, row);
	axis_add(document, &field);
	document_blank(document);
}
