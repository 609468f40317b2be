/* Shared by the files of cells.h only. */
#ifndef LEVER_BASE_CELLS_PRIVATE_H
#define LEVER_BASE_CELLS_PRIVATE_H

#include "eval/base/cells.h"

#define ELLIPSIS "\xE2\x80\xA6"

/* Reads text piece by piece; a piece is a character with all that hangs on it, or the code that stands for a hidden one. */
struct cells_reader {
	struct text text;
	size_t at;
	int column; /* where the next piece begins: for tabs */
	bool hidden;
	bool joined; /* columns do not count: what joins, styles and tones emoji stays */
};

/* Appends the next piece; answers its columns. There must be one. */
int cells_piece(struct cells_reader *reader, struct buffer *out);
struct cells cells_make(struct arena *arena, struct text text, int width, bool hidden);

#endif
