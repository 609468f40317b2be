/* Shared by screen_modes.c and screen_mode_cases.c, which opens on a cell of it. */
#ifndef LEVER_TUI_MODES_H
#define LEVER_TUI_MODES_H

#include "eval/advise/advice.h"
#include "tui/widgets/list.h"

struct flow {
	size_t fixed, asked; /* of the passing cases: lost, asked */
};
struct mode_row {
	const char *code, *name; /* code "": unexplained */
	size_t count;
	struct flow *flows; /* by column */
};
struct modes {
	struct arena *arena;
	struct evidence *evidence;
	struct mode_row *rows;
	size_t row_count, room;
	const struct evidence_arm **columns;
	size_t column_count;
	struct flow *broken; /* by column: passing cases asked, and lost */
	struct list list;    /* the rows, and behind them the passing cases that are lost */
	size_t column;	     /* selected: 0 the failures, else a variant */
	size_t left, seen;   /* the first variant shown, and how many; as last drawn */
	bool probes;	     /* probes beside variants */
	long long run;
};

/* NULL: the passing cases that are lost. */
const struct mode_row *modes_row_selected(const struct modes *modes);
/* NULL: the failures themselves. */
const struct evidence_arm *modes_arm_selected(const struct modes *modes);
const char *mode_of_case(const struct evidence *evidence, size_t at); /* "" unexplained; of a failed case */

#endif
