/* What a lever costs and when that is earned back, in words. */
#ifndef LEVER_REPORTS_EARNING_H
#define LEVER_REPORTS_EARNING_H

#include "eval/advise/advice.h"

/* "$0.0010 a case against $0.010, $1,010.00 once and $20.00 a month; earned back after 112,223 calls, in 1.1 months", and that it rests on
 * defaults where it does. The cost of its calls has to be known. In the arena. */
const char *earning_words(const struct candidate *candidate, struct arena *arena);

#endif
