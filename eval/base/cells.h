/* Cells: text made safe for a terminal. The only way from stored bytes to a screen, a terminal stream or a log:
 * C0/DEL show as ^[, C1, bidi controls, zero-width, tag, unassigned and private characters as <U+202E>, invalid bytes as <FF>,
 * tabs expand, \r shows as ^M; at most 8 combining marks a base; ZWJ, VS16 and skin tones stay only inside an emoji
 * grapheme, and not where columns count, because terminals do not agree on the width of what they make.
 * What is cut from a tower of combining marks shows as <+92>. Widths are those of wcwidth(3), which ncurses moves by; in a
 * locale that is not UTF-8 those of utf8proc. A type of its own, so that the compiler keeps it apart from char *. */
#ifndef LEVER_BASE_CELLS_H
#define LEVER_BASE_CELLS_H

#include "eval/base/buffer.h"
#include <stdint.h>

struct cells {
	const char *utf8; /* NUL-terminated, no control characters */
	size_t bytes;
	int width;   /* terminal columns */
	bool hidden; /* the source had characters that had to be shown as codes */
};

enum cells_mode {
	CELLS_LINE, /* one line: \n shows as a return mark */
};

/* One line, whole. In the arena. */
struct cells cells_of(struct arena *arena, struct text text);
struct cells cells_of_string(struct arena *arena, const char *string);
/* At most `width` columns; a cut line ends in an ellipsis. */
struct cells cells_cut(struct arena *arena, struct text text, int width);
/* Exactly `width` columns: cut, or filled with spaces behind (or before, when `right`). */
struct cells cells_pad(struct arena *arena, struct text text, int width, bool right);
/* Text broken into lines of at most `width` columns at white space where it can be (words longer than a line are split);
 * \n ends a line. Answers an array in the arena and its length. Empty text gives one empty line. */
struct cells *cells_wrap(struct arena *arena, struct text text, int width, size_t *count);
/* Appends the text cleaned, but with \n and joined emoji kept: for terminal streams and logs. Answers whether something hidden was shown. */
bool cells_write(struct text text, struct buffer *out);
/* Columns that a character takes; 0: a mark on the one before, -1: it cannot be shown. */
int code_width(uint32_t code);
/* True when the text holds characters that cells_of would show as codes (other than \n and \t). */
bool cells_hidden(struct text text);

#endif
