/* Whether a sample settles on which side of a limit the truth lies: the rule of gates, and of their "how many more cases".
 * Undefined: NAN, an interval that is not defined, and no side. The first look at a sample that grows later is one as at a sample
 * that does not, at the level alpha; it is for who asks to hold later looks to half of it. So over all looks together the error of both sides was
 * 5 % at most in simulations over 45 designs (with the whole level at later looks 5.8 %). Looks at fewer than SETTLE_LEAST cases are not
 * remembered, and settle nothing.
 *
 * A sample that is looked at once: the interval (rates: Wilson; paired differences: Tango with a correction for continuity;
 * bounded_interval over cases that are means of repeats, and over groups where cases hang together) has to leave the limit outside, and what an
 * exact test can say has to be settled as well: rates by the binomial test at the limit, differences by McNemar's or the sign-flip
 * test wherever the answer implies that there is a difference at all. A sample that grows and is looked at again: the confidence
 * sequence of log_evalue_mean, which may be read at every look. */
#ifndef LEVER_STATS_SETTLE_H
#define LEVER_STATS_SETTLE_H

#include "eval/stats/stats.h"

#define SETTLE_LEAST 6 /* six clean wins are the least that exact McNemar finds at 5 % */

struct settle_sample {
	const double *values;	 /* rates of cases in [0,1], or differences of such in [-1,1] */
	const long long *groups; /* numbers from 1 of what hangs together; NULL: every case is its own */
	size_t count;
	bool paired; /* differences */
};
struct settle_design {
	double limit;
	double alpha; /* both sides together: .05, or its part where several versions were tried */
	bool grows;   /* looked at before with fewer cases, or to be looked at with more */
};
enum settled_side { SETTLED_NEITHER, SETTLED_ABOVE, SETTLED_BELOW };
struct settled {
	double estimate;
	struct interval interval; /* at level 1 - alpha */
	double p;		  /* of the exact test that had to agree; NAN: none had to */
	enum settled_side side;
};
struct settled settle(const struct settle_sample *sample, const struct settle_design *design);
/* The side alone, for a sample that grows: no interval is sought. */
enum settled_side settle_growing(const struct settle_sample *sample, const struct settle_design *design);

/* How many cases beside those of the sample would settle it with a chance of 80 % if the truth is what was measured: solved from
 * the rule of a sample that grows, as that is what it then is. The sample at the unlucky fifth of outcomes is the measured one,
 * tilted (Cramer) to the mean that lies .84 standard errors nearer to the limit. 0: no number below ten millions does, as where the
 * measured value is the limit itself. */
long long settle_more(const struct settle_sample *sample, const struct settle_design *design);

/* The q-quantile of sorted values between order statistics: exact binomial ranks, or where the sample grows those that
 * log_evalue_mean leaves (David and Nagaraja 2003, Order Statistics, section 7.1). Bounds that so few values do not give are
 * -INFINITY and INFINITY. */
struct interval quantile_interval(const double *sorted, size_t count, double q, const struct settle_design *design);

#endif
