/* A pager: a document of styled lines, wrapped to a width, with scrolling and search.
 * Documents are built from hostile text; every span is cells. Everything lives in the arena given. */
#ifndef LEVER_TUI_PAGER_H
#define LEVER_TUI_PAGER_H

#include "tui/screens/screen.h"

struct span {
	struct cells cells;
	unsigned style;
};
struct line {
	struct span *spans;
	size_t count, room;
	int width; /* columns used */
};
struct document {
	struct arena *arena;
	int width; /* lines are at most so wide */
	struct line *lines;
	size_t count, room;
};

struct document document_make(struct arena *arena, int width);
/* An unwrapped line of its own, cut at the width. */
void document_line(struct document *document, unsigned style, struct text text);
void document_print(struct document *document, unsigned style, const char *format, ...) PRINTF(3, 4);
/* More spans on the last line. */
void document_more(struct document *document, unsigned style, const char *format, ...) PRINTF(3, 4);
void document_blank(struct document *document);
/* Text that flows: wrapped at blanks, styles changing in between. A flow begins on a new line, indented. More than DOCUMENT_BYTES
 * are cut, and it is said. */
struct segment {
	struct text text;
	unsigned style;
};
#define DOCUMENT_BYTES (512 * 1024)
void document_flow(struct document *document, const struct segment *segments, size_t count, int indent);
/* Text that goes on behind what the last line has and hangs there where it wraps; where little room is left, it hangs at `indent`. */
void document_hang(struct document *document, unsigned style, const char *text, int indent);
void document_text(struct document *document, unsigned style, struct text text, int indent);

struct pager {
	long top;
	int height;
	char words[128]; /* searched for; "" nothing */
	long match;	 /* line of the current match; -1 */
};
void pager_draw(struct pager *pager, const struct document *document, const struct canvas *canvas);
/* The same without settling: for panes that scroll with a longer one. */
void pager_draw_at(const struct pager *pager, const struct document *document, const struct canvas *canvas);
bool pager_move(struct pager *pager, const struct document *document, enum motion motion, long long count);
/* Goes to the next line (direction 1 or -1) that has the words, ASCII case ignored, from the top of the view on; false when there
 * is none. */
bool pager_search(struct pager *pager, const struct document *document, int direction);
/* The same for a key of a screen, which is told what is not found; and the first search, for words just typed. */
unsigned pager_next_match(struct pager *pager, const struct document *document, struct screen *screen, int direction);
void pager_begin_search(struct pager *pager, const struct document *document, struct screen *screen, const char *words);
/* "12-34 of 56", in the arena; "" when all is seen. */
const char *pager_position(const struct pager *pager, const struct document *document, struct arena *arena);

#endif
