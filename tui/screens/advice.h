/* The advice screen: what it shows, its part on costs, and which of its levers is chosen. */
#ifndef LEVER_TUI_ADVICE_H
#define LEVER_TUI_ADVICE_H

#include "eval/advise/advice.h"
#include "tui/widgets/pager.h"

struct advice_screen {
	struct arena *arena, *page;
	struct evidence *evidence;
	struct advice *advice;
	struct document document;
	struct pager pager;
	long long run;
	size_t chosen; /* of the recommended levers, in their order */
	long chosen_line; /* where it stands on the page */
	bool reveal; /* it was chosen just now */
};
/* NULL: none is recommended. */
const struct candidate *advice_chosen(const struct advice_screen *state);

/* Quality against cost of what was measured; nothing where no cost is known. */
void costs_add(struct document *document, const struct advice *advice);
/* The first year by volume, of the lever that is recommended first and of the base: where the lines cross. */
void curve_add(struct document *document, const struct advice *advice, const struct project *project);

#endif
