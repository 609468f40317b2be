/* Private to eval/stats. */
#ifndef LEVER_STATS_PRIVATE_H
#define LEVER_STATS_PRIVATE_H

#include "eval/stats/stats.h"

/* The exact two-sided sign-flip p of nonzero differences that are multiples of one unit (1 down to 1/60); false where they are not,
 * or are too many. */
bool signflip_lattice(const double *values, size_t count, double *p);
/* I_x(a, b), by its continued fraction. */
double beta_regularised(double a, double b, double x);

#endif
