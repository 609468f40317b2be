/* The canvas: a region of the screen on which only cells (cleaned text) can be drawn. Everything is clipped; nothing wraps.
 * Rows and columns count from 0 inside the region. Drawing outside of it is allowed and shows nothing. */
#ifndef LEVER_TUI_CANVAS_H
#define LEVER_TUI_CANVAS_H

#include "eval/base/cells.h"

enum style {
	STYLE_PLAIN,
	STYLE_DIM,
	STYLE_STRONG,
	STYLE_TITLE, /* the line at the top */
	STYLE_HEAD,  /* heads of columns, headings in text */
	STYLE_PASS,
	STYLE_FAIL,
	STYLE_ERROR,
	STYLE_WAITING,
	STYLE_ADDED,
	STYLE_REMOVED,
	STYLE_KEY,    /* keys in the footer */
	STYLE_NOTICE, /* messages, questions */
	STYLE_MATCH,  /* found by a search */
	STYLE_COUNT,
	STYLE_SELECTED = 64, /* added to another style: the selected row */
	STYLE_CURSOR = 128,  /* added to another style: the selected cell of the selected row */
};

struct canvas {
	int top, left, height, width; /* on the screen */
	struct arena *arena;	      /* of the frame */
};

/* Everything that has a meaning has a sign as well; plain ASCII where the terminal's character set is not UTF-8. */
enum sign {
	SIGN_PASS,
	SIGN_FAIL,
	SIGN_ERROR,
	SIGN_NONE,
	SIGN_MIXED,
	SIGN_UNSCORED,
	SIGN_LEFT,
	SIGN_RIGHT,
	SIGN_BAR,
	SIGN_HALF_BAR,
	SIGN_RULE,
	SIGN_SEPARATOR,
	SIGN_WRAP,
	SIGN_POINTER
};
const char *sign_of(enum sign sign);
enum style style_of_sign(enum sign sign);
/* Called once the locale is known. */
void canvas_use_utf8(bool utf8);
bool canvas_is_utf8(void);
/* Pairs of colours; without, styles are made of bold, dim, underline and reverse alone. Called after the terminal was opened. */
void canvas_use_colours(bool colours);

struct canvas canvas_part(const struct canvas *canvas, int top, int left, int height, int width);
/* Answers the column behind what was drawn. */
int canvas_put(const struct canvas *canvas, int row, int column, struct cells cells, unsigned style);
/* Text cleaned and cut to the room there is. */
int canvas_text(const struct canvas *canvas, int row, int column, struct text text, unsigned style);
/* Formatted, then cleaned, then cut. */
int canvas_print(const struct canvas *canvas, int row, int column, unsigned style, const char *format, ...) PRINTF(5, 6);
/* Exactly `width` columns of cleaned text, so that nothing of what was there before is left. */
int canvas_field(const struct canvas *canvas, int row, int column, int width, struct text text, bool right, unsigned style);
/* A row filled with blanks of this style. */
void canvas_fill(const struct canvas *canvas, int row, unsigned style);
/* A cell of a bar: `share` in [0,1] of `width` columns. */
void canvas_bar(const struct canvas *canvas, int row, int column, int width, double share, unsigned style);
void canvas_clear(const struct canvas *canvas);
/* The cursor of an input line; hidden in every frame that does not ask for it. */
void canvas_cursor(const struct canvas *canvas, int row, int column);
/* Was it asked for since the last call, and where on the screen? */
bool canvas_cursor_wanted(int *row, int *column);
/* All that is on the screen as plain text, one line a row, trailing blanks left out. */
void canvas_dump(struct buffer *out);
bool canvas_shows(const char *words);

#endif
