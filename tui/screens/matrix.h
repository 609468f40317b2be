/* Private to the matrix screen: screen_matrix.c (actions), matrix_index.c (which cases, in which order), matrix_load.c (a page of
 * them), matrix_draw.c. */
#ifndef LEVER_TUI_MATRIX_H
#define LEVER_TUI_MATRIX_H

#include "eval/store/outcomes.h"
#include "eval/store/screens.h"
#include "tui/widgets/list.h"

/* Which cases are rows, in which order. Without filter and sorting that is every position, and nothing is held. */
struct matrix_index {
	bool every;	      /* row N is position N + 1 */
	long long *positions; /* else */
	int *failing;	      /* variants that do not pass, where sorted by it */
	size_t count, room;
	long long scanned; /* up to here */
	bool complete;
};

struct matrix {
	long long wanted_run, wanted_version; /* as asked for when opened */
	/* The run. */
	struct arena *arena;
	bool found;
	struct run_row run;
	struct run_variant *variants; /* those shown: not the generated ones */
	struct tally *tallies;	      /* one for each */
	size_t variant_count;
	struct matrix_query query;
	long long last; /* greatest position */
	long long data_version;
	bool page_only; /* only the window moved */
	/* Which cases. */
	struct arena *filter_arena;
	const char *filter_text; /* "" */
	struct filter *filter;	 /* NULL: none */
	bool failing_first;
	struct matrix_index shown, built;
	bool building, index_stale;
	long long window; /* positions a piece of background work looks at */
	/* The view. */
	struct list list;
	long long selected;	     /* position of the selected case */
	size_t column, first_column; /* selected variant; the first that is drawn */
	int id_width;
	struct arena *page_arena, *texts_arena;
	struct matrix_row *rows;
	size_t row_count;
	long long page_top;	    /* row of the list that rows[0] is */
	struct outcome_texts texts; /* of the selected cell */
	/* Looking for the next failing case. */
	int search;	     /* direction; 0: not looking */
	long long search_at; /* row or position where it goes on */
};

/* matrix_index.c */
void index_release(struct matrix_index *index);
const struct matrix_index *index_current(const struct matrix *matrix);
long long index_count(const struct matrix *matrix);
long long index_position(const struct matrix *matrix, long long row);
/* The row of a position, or of the nearest one behind it. */
long long index_row(const struct matrix *matrix, long long position);
/* Begins anew after another filter or order (at once), or after the data changed (the old one stays until the new one is whole). */
void index_restart(struct matrix *matrix, bool at_once);
/* A few milliseconds of work; true while there is more. */
bool index_work(struct matrix *matrix, struct store *store);
void search_start(struct matrix *matrix, int direction);
/* True while there is more. Where it ends: *found says whether, and the selection is there. */
bool search_work(struct matrix *matrix, struct store *store, bool *ended, bool *found);

/* matrix_load.c */
bool matrix_load(struct screen *screen, struct error *error);
/* The selected row of the page; NULL when it is not there. */
const struct matrix_row *matrix_selected(const struct matrix *matrix);
int matrix_heads(int height); /* lines above the rows */
int matrix_feet(int height);  /* below: totals and details */
int matrix_details(int height);

/* matrix_draw.c */
void matrix_draw(struct screen *screen, const struct canvas *canvas);
void matrix_title(struct screen *screen, struct arena *arena, const char **left, const char **right);
/* The sign of a cell. */
enum sign cell_sign(const struct matrix_cell *cell, int repeats);
/* Brings the selected variant into view. */
void matrix_columns_settle(struct matrix *matrix, int width);
/* The variant drawn at this column of the screen; -1. */
long matrix_column_at(const struct matrix *matrix, int width, int column);

#endif
