/* Several paired comparisons with one base, tested together. */
#ifndef LEVER_STATS_JOINT_H
#define LEVER_STATS_JOINT_H

#include <stddef.h>

/* Adjusted one-sided p ("it gains") by Westfall and Young 1993, step-down max-T: the signs of a case's differences are flipped
 * together over all hypotheses, which keeps how they hang together, and each sum / sqrt(sum of squares) is held against the largest
 * of those not larger than it. Holds the family-wise error, with more power than Holm where arms share a base. `differences`:
 * hypotheses × cases, row-major; NAN counts as none. p: (hits + 1) / (rounds + 1); NAN where nothing differs. */
void joint_signflip(
	const double *differences, size_t hypotheses, size_t cases, long long rounds, unsigned long long seed, double *p);

#endif
