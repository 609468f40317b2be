/* A table: columns that share a width. Columns that find no room are left out, the least important first. */
#ifndef LEVER_TUI_TABLE_H
#define LEVER_TUI_TABLE_H

#include "tui/canvas.h"

struct table_column {
	const char *head;
	int width; /* wanted */
	bool right;
	bool grow;     /* takes what is left, or gives what lacks */
	int most;      /* up to so much; 0: all of it */
	int rank;      /* 0: always shown; the highest goes first */
	int at, shown; /* set by table_layout: where, and how wide; shown 0: left out */
};

/* One blank stands between columns. */
void table_layout(struct table_column *columns, size_t count, int width);
void table_head(const struct table_column *columns, size_t count, const struct canvas *canvas, int row);
/* A cell, padded. `selected` is 0 or STYLE_SELECTED. */
void table_cell(const struct table_column *column, const struct canvas *canvas, int row, const char *text, unsigned style);

#endif
