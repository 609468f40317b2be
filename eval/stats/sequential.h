/* Tests that may be looked at while the sample grows. */
#ifndef LEVER_STATS_SEQUENTIAL_H
#define LEVER_STATS_SEQUENTIAL_H

#include "eval/stats/stats.h"

/* Anytime-valid McNemar: the evidence against "wins and losses are equally likely", E = 2^n w! l! / (n+1)! with n = w + l: a beta-binomial
 * mixture with a uniform prior. By Ville's inequality E reaches 1/alpha with a chance of at most alpha however often one looks
 * (Ramdas et al. 2023, arXiv 2210.01948, section 2). */
double evalue_mcnemar(long long wins, long long losses);
/* The p that may be read at any moment: the smallest 1/E so far, at most 1, over `count` looks in their order. */
double anytime_p(const double *evalues, size_t count);

/* The same for a mean: log E against "the mean is 0" of `count` distinct values within [low, high], low < 0 < high, seen `counts` times each:
 * what a player has who stakes the share s of each value, product of (1 + s x), in the mean over stakes spread evenly over (-1/high, -1/low)
 * (Waudby-Smith and Ramdas 2024, arXiv 2010.09686, section 4). Holds at any sample size and whatever is looked at; for wins (1) and losses
 * (-1) it is evalue_mcnemar, for passes against a rate the beta-binomial. Counts need not be whole: plans use shares. */
double log_evalue_mean(const double *values, const double *counts, size_t count, double low, double high);

/* Wald's sequential test of p0 against p1 on discordant pairs: the log-likelihood ratio and its two limits (Wald 1945). */
struct sprt {
	double accept, reject; /* limits of the sum */
	double win, loss;      /* what each pair adds */
};
struct sprt sprt_of(double p0, double p1, double alpha, double beta);

/* Mixture SPRT on a mean of n differences with variance V, normal mixture of variance tau2 (Johari et al. 2015, arXiv 1512.04922). V is
 * estimated: take 30 first. */
double msprt_ratio(double n, double mean, double variance, double tau2);
double msprt_half_width(double n, double variance, double tau2, double alpha);

#endif
