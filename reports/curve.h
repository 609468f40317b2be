/* The cost curve of the advice in words. */
#ifndef LEVER_REPORTS_CURVE_H
#define LEVER_REPORTS_CURVE_H

#include "eval/advise/advice.h"

/* "one-time $1,500, monthly $20; the lines cross at 12,000 calls a month; earned back after 144,000 calls", in the arena. */
const char *curve_words(const struct cost_curve *curve, struct arena *arena);

#endif
