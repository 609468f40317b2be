/* Rates that a fallible judge measured, corrected by what people said; shrinkage; and estimates from cases drawn with known chances. */
#ifndef LEVER_STATS_CORRECTION_H
#define LEVER_STATS_CORRECTION_H

#include "eval/stats/stats.h"

struct estimate {
	double value, error; /* error: standard error; NAN: undefined */
	bool clamped;	     /* the formula left [0,1] and was held there: say so */
};
/* True rate behind a judge's rate q with sensitivity and specificity: (q + sp - 1) / (se + sp - 1) (Rogan and Gladen 1978); undefined when
 * se + sp <= 1. The error by the delta method, n: cases judged, n1 and n0: labelled right and wrong ones (0: unknown, no error). */
struct estimate rogan_gladen(double q, double sensitivity, double specificity, double n, double n1, double n0);
/* Prediction-powered mean (Angelopoulos et al. 2023, arXiv 2301.09633): judge on all `unlabelled`, people (y) and judge (f) on the
 * labelled. lambda 1: as published; NAN: the power-tuned lambda of PPI++ (arXiv 2311.01453), which is answered in *used. */
struct estimate ppi_mean(const double *unlabelled, size_t count, const double *y, const double *f, size_t labelled, double lambda,
	double *used);

/* A measured difference drawn towards the mean of others: D t2 / (t2 + SE^2), the posterior mean under a normal prior of mean 0 and variance
 * t2 (Efron and Morris 1975). It ranks; it is never shown as the result. */
double shrink(double difference, double error, double t2);

/* Mean difference over all cases where each was drawn with a known chance (1: all of them were): the Hajek estimate, and an interval that adds
 * half a win and half a loss as Agresti and Min do, so that none of either is no certainty. `groups` (NULL: every case is its own): numbers
 * from 0 of what hangs together; the error is clustered and the quantile Student's then, undefined with fewer than two groups; groups
 * that all come out alike are no certainty (alike_interval). Differences lie in [-1, 1]. */
struct weighted {
	double estimate, error; /* NAN for no cases */
	struct interval interval;
	double wins, losses; /* weighted sums of gains and of losses */
};
struct weighted weighted_difference(
	const double *differences, const double *probabilities, const long long *groups, size_t count, double level);

#endif
