#include "tui/widgets/table.h"

static int wanted(const struct table_column *columns, size_t count)
{
	int sum = -1;
	for (size_t i = 0; i < count; i++)
		sum += columns[i].shown ? columns[i].shown + 1 : 0;
	return sum;
}

static struct table_column *least_important(struct table_column *columns, size_t count)
{
	struct table_column *least = NULL;
	for (size_t i = 0; i < count; i++)
		if (columns[i].shown && columns[i].rank > 0 && (!least || columns[i].rank >= least->rank))
			least = &columns[i];
	return least;
}

static void give_rest(struct table_column *columns, size_t count, int rest)
{
	for (size_t i = 0; i < count; i++)
		if (columns[i].grow && columns[i].shown) {
			int shown = columns[i].shown + rest;
			if (columns[i].most && shown > columns[i].most)
				shown = columns[i].most;
			columns[i].shown = shown > 1 ? shown : 1;
			return;
		}
}

void table_layout(struct table_column *columns, size_t count, int width)
{
	struct table_column *least;
	int at = 0;
	for (size_t i = 0; i < count; i++)
		columns[i].shown = columns[i].width;
	while (wanted(columns, count) > width && (least = least_important(columns, count)))
		least->shown = 0;
	give_rest(columns, count, width - wanted(columns, count));
	for (size_t i = 0; i < count; i++) {
		columns[i].at = at;
		at += columns[i].shown ? columns[i].shown + 1 : 0;
	}
}

void table_cell(const struct table_column *column, const struct canvas *canvas, int row, const char *text, unsigned style)
{
	if (column->shown)
		canvas_field(canvas, row, column->at, column->shown, text_of(text ? text : ""), column->right, style);
}

void table_head(const struct table_column *columns, size_t count, const struct canvas *canvas, int row)
{
	for (size_t i = 0; i < count; i++)
		table_cell(&columns[i], canvas, row, columns[i].head, STYLE_HEAD);
}
