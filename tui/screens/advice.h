/* The advice screen: what it shows, which of its levers is chosen, and its part on costs, which the cost screen has too. */
#ifndef LEVER_TUI_ADVICE_H
#define LEVER_TUI_ADVICE_H

#include "tui/screens/advice_view.h"

struct advice_screen {
	struct advice_page page;
	size_t chosen; /* of the recommended levers, in their order */
};
/* NULL: none is recommended. */
const struct candidate *advice_chosen(const struct advice_screen *state);

/* Quality against cost of what was measured; nothing where no cost is known. */
void costs_add(struct document *document, const struct advice *advice);
/* The first year by volume, of a lever and of the base: where the lines cross. NULL: of none. */
void curve_add(
	struct document *document, const struct advice *advice, const struct candidate *candidate, const struct project *project);

#endif
