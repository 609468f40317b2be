/* Word-level difference between two texts.
 * Tokens are runs of word characters (letters, digits, _ and everything beyond ASCII), runs of blanks, or one other byte.
 * Source: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986) 251-266, the greedy form, after
 * the common beginning and end were taken off. Blanks that two texts share between changed words count as changed, so that a
 * rewritten sentence is one change and not twenty. */
#ifndef LEVER_TUI_DIFFERENCE_H
#define LEVER_TUI_DIFFERENCE_H

#include "eval/base/text.h"

enum difference_kind { DIFFERENCE_SAME, DIFFERENCE_REMOVED, DIFFERENCE_ADDED };
struct difference_part {
	enum difference_kind kind;
	struct text text; /* borrowed from `before` (removed) or `after` (same, added) */
};
/* In order; within a change what was removed stands before what was added. Same and removed parts joined give `before`, same and
 * added parts give `after`, byte for byte. */
struct difference {
	struct difference_part *parts;
	size_t count;
	double distance; /* changed bytes / all bytes of both, 0 (equal) to 1; above 0.6 highlighting words helps nobody */
};

#define DIFFERENCE_DEPTH 1024	      /* more edits than this: everything between the common ends counts as changed */
#define DIFFERENCE_BYTES (256 * 1024) /* longer texts are not compared by words: one removed part, one added part */

/* Parts in the arena. */
struct difference difference_of(struct arena *arena, struct text before, struct text after);

#endif
