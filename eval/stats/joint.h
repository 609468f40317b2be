/* Several paired comparisons with one base, tested together. */
#ifndef LEVER_STATS_JOINT_H
#define LEVER_STATS_JOINT_H

#include <stdbool.h>
#include <stddef.h>

/* What the null says of one difference: it came out as observed with this chance, else as `other`; of mean zero. */
struct joint_cell {
	double observed, other; /* NAN: none */
	double chance;
	bool tied; /* to the other tied cells of its case: they come out otherwise together (chance .5 then) */
};
/* A difference whose sign means nothing under the null. */
struct joint_cell joint_flip(double difference);
/* One right or wrong answer against the base's `answers`, `right` of them right: under the null the lever's answer is any of the
 * answers + 1, so a lever that is right where the base never was is a chance of 1 in answers + 1 (permutation; with one answer of the
 * base it is the sign flip). The difference is the lever's answer less the base's mean, times the weight. */
struct joint_cell joint_exchange(double right, double answers, bool lever_right, double weight);
/* Adjusted one-sided p ("it gains") by Westfall and Young 1993, step-down max-T over cells (hypotheses × cases, row-major): each sum in
 * units of its deviation under the null is held against the largest of those not larger than it. p: (hits + 1) / (rounds + 1); NAN
 * where nothing can differ. Fewer rounds, 2,000 at least, where cells × rounds would pass 4e8. */
void joint_test(
	const struct joint_cell *cells, size_t hypotheses, size_t cases, long long rounds, unsigned long long seed, double *p);
/* The same with sign flips alone: the signs of a case's differences are flipped
 * together over all hypotheses, which keeps how they hang together, and each sum / sqrt(sum of squares) is held against the largest
 * of those not larger than it. Holds the family-wise error, with more power than Holm where arms share a base. `differences`:
 * hypotheses × cases, row-major; what is not finite counts as none. p: (hits + 1) / (rounds + 1); NAN where nothing differs. */
void joint_signflip(
	const double *differences, size_t hypotheses, size_t cases, long long rounds, unsigned long long seed, double *p);

#endif
