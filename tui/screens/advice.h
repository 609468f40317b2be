/* Private to the advice screen: its part on costs. */
#ifndef LEVER_TUI_ADVICE_H
#define LEVER_TUI_ADVICE_H

#include "eval/advise/advice.h"
#include "tui/widgets/pager.h"

/* Quality against cost of what was measured; nothing where no cost is known. */
void costs_add(struct document *document, const struct advice *advice);
/* The first year by volume, of the lever that is recommended first and of the base: where the lines cross. */
void curve_add(struct document *document, const struct advice *advice, const struct project *project);

#endif
