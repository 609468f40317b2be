/* Quality against cost as a field of letters. */
#ifndef LEVER_TUI_COST_PLOT_H
#define LEVER_TUI_COST_PLOT_H

#include "eval/advise/advice.h"
#include "tui/widgets/pager.h"

/* The letter of the point at `index`: a capital on the front, so that it is told without colours; '?' beyond the alphabet. */
char cost_letter(const struct front_point *point, size_t index);
/* Nothing where the document is too narrow. Where points fall together, a + stands for them. */
void cost_plot_add(struct document *document, const struct front_point *points, size_t count, size_t chosen);

#endif
