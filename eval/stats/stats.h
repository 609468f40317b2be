/* Statistics: pure functions. Every formula names its source; what is undefined answers false or NAN, never a wrong number. Tested
 * against vectors. */
#ifndef LEVER_STATS_STATS_H
#define LEVER_STATS_STATS_H

#include <stdbool.h>
#include <stddef.h>

struct interval {
	double low, high;
	bool defined;
};
struct proportion {
	long long count, total;
	double rate; /* NAN when total is 0 */
	struct interval interval;
};

/* Wilson 1927, without continuity correction, z of the two-sided `level`. */
struct interval wilson_interval(long long count, long long total, double level);
struct proportion proportion_of(long long count, long long total); /* 95 % */
/* Of the mean of values that lie within [low, high], as means over repeats do: the normal interval, each bound of it with (z / 1.618)^2
 * further values at its own end. So a sample without any spread gives about z^2 / n as Wilson and Tango do, where the spread seen in few
 * values would promise certainty (after Agresti and Coull 1998, who add both ends to both bounds). `groups`: numbers from 1 without a gap
 * of what hangs together (NULL: each value is its own): sums of groups are drawn then (Miller 2024, arXiv 2411.00640, app. A), and the
 * quantile is Student's. In simulations at the limit each bound was wrong in at most 2 % of samples of 3 to 60 cases. */
struct interval bounded_interval(
	const double *values, const long long *groups, size_t count, double low, double high, double level);
/* The same of `units` that all have this mean, as groups that come out alike: each counts as one. */
struct interval alike_interval(double mean, size_t units, double low, double high, double level);
/* P(X <= count) of a binomial, by the incomplete beta function (Abramowitz and Stegun 1964, 26.5.24); the exact two-sided p of a
 * rate: twice the smaller tail. */
double binomial_up_to(double count, double total, double rate);
double binomial_exact(long long count, long long total, double rate);
double normal_quantile(double p);				   /* Wichura 1988, AS 241 */

/* In hundredths, to one decimal: 51.2 is said of a rate wherever it stands. Rounded first, so that a hair below zero is not "-0.0". */
double tenths_of(double proportion);

double mean_of(const double *values, size_t count);	   /* NAN for none */
double standard_error(const double *values, size_t count); /* of the mean, n-1 (Miller 2024, section 2); NAN below 2 */
/* Cluster-robust error of the mean (Miller 2024, arXiv 2411.00640, app. A); finite: times sqrt(C/(C-1)). NAN for fewer than 2
 * clusters. */
double clustered_error(const double *values, const long long *clusters, size_t count, bool finite);
double paired_error(const double *a, const double *b, size_t count); /* sd of b-a / sqrt n (Miller 2024, section 4.2) */
/* Agresti and Min 2005: +0.5 on the discordant counts, n+2. */
struct interval agresti_min(long long wins, long long losses, long long total, double level);
/* Tango 1998, Statistics in Medicine 17, 891: the differences that the score test of matched pairs does not refuse, by bisection. Holds
 * its level at margins and where nothing differs, (0, 0, n) giving z^2 / (n + z^2), where Agresti and Min are too narrow.
 * `correction`: 0 as published, .5 for continuity (wins minus losses moves in whole steps), which keeps the error of few cases at a
 * margin below the level. */
struct interval tango_interval(long long wins, long long losses, long long total, double level, double correction);
double mcnemar_exact(long long wins, long long losses); /* McNemar 1947 by the binomial, two-sided; 1 for none */
/* Twice the one-sided mid-p (Fagerland, Lydersen and Laake 2013, BMC Medical Research Methodology 13:91): less cautious, never for gates. */
double mcnemar_mid(long long wins, long long losses);
/* Two-sided sign-flip permutation on the mean of differences (Fisher 1935, The Design of Experiments, section 21): exact up to 20
 * nonzero differences, where all are of one size (that is exact McNemar) and where all are multiples of one unit (means over
 * repeats), else Monte Carlo with `rounds` and `seed`, (hits+1)/(rounds+1) (Phipson and Smyth 2010). */
double signflip_test(const double *differences, size_t count, long long rounds, unsigned long long seed);
void holm(const double *p, double *adjusted, size_t count); /* Holm 1979; entries outside [0,1] are left out */
/* Percentile bootstrap (Efron 1979) of the mean by item or by cluster (clusters NULL: items). */
struct interval bootstrap_mean(
	const double *values, const long long *clusters, size_t count, long long rounds, unsigned long long seed, double level);
/* Standard deviation of the bootstrapped means. */
double bootstrap_error(const double *values, const long long *clusters, size_t count, long long rounds, unsigned long long seed);
double quantile(double *values, size_t count, double q); /* sorts; type 7 of Hyndman and Fan 1996; NAN for none */
double t_quantile(double p, double degrees);		 /* Student 1908, by bisection of the incomplete beta function */

#endif
