/* How many cases a comparison needs, and what gain a number of cases can show. Undefined: NAN. */
#ifndef LEVER_STATS_POWER_H
#define LEVER_STATS_POWER_H

/* Cases for a paired difference `delta`: (z_{alpha/2} + z_power)^2 (omega2 + sigma2_a/k_a + sigma2_b/k_b) / delta^2. omega2: variance of
 * the true differences between cases; sigma2: variance of a case's answers; k: repeats (Miller 2024, arXiv 2411.00640, section 5). */
struct paired_design {
	double omega2, sigma2_a, sigma2_b;
	int repeats_a, repeats_b;
	double alpha, power; /* 0.05 and 0.8 as a rule */
};
double power_cases(const struct paired_design *design, double delta);
double minimum_difference(const struct paired_design *design, double cases);
/* Cases for McNemar's test where `discordance` of them change and the gain is `delta` (Connor 1987). */
double power_mcnemar(double discordance, double delta, double alpha, double power);
/* The smallest gain that McNemar's test of `cases` would show at this discordance: the inverse of power_mcnemar, by bisection. */
double minimum_mcnemar(double discordance, double cases, double alpha, double power);

/* Chance that at least one of k answers drawn from n, of which c are right, is right (pass_at_k; Chen et al. 2021, arXiv 2107.03374), and
 * that all are (pass_hat_k; Yao et al. 2024, arXiv 2406.12045). k over n is undefined. */
double pass_at_k(long long n, long long c, long long k);
double pass_hat_k(long long n, long long c, long long k);
/* Condorcet 1785: chance that the majority of `samples` (odd) independent answers is right where each is with `rate`. */
double majority_rate(double rate, int samples);

#endif
