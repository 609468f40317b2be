#include "eval/stats/sequential.h"
#include <math.h>

double evalue_mcnemar(long long wins, long long losses)
{
	if (wins < 0 || losses < 0)
		return NAN;
	double w = (double)wins, l = (double)losses;
	return exp((w + l) * M_LN2 + lgamma(w + 1) + lgamma(l + 1) - lgamma(w + l + 2));
}

double anytime_p(const double *evalues, size_t count)
{
	double p = 1;
	for (size_t i = 0; i < count; i++) {
		if (!(evalues[i] >= 0))
			return NAN;
		p = fmin(p, 1 / evalues[i]);
	}
	return p;
}

/* A grid is as valid a mixture as the integral, and so fine that it differs in the fourth digit only. */
#define STAKES 256

static double log_capital(const double *values, const double *counts, size_t count, double stake)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += counts[i] * log1p(stake * values[i]);
	return sum;
}

double log_evalue_mean(const double *values, const double *counts, size_t count, double low, double high)
{
	double logs[STAKES], most = -INFINITY, sum = 0;
	if (!(low < 0 && high > 0))
		return NAN;
	for (int i = 0; i < STAKES; i++) {
		double part = (i + .5) / STAKES;
		logs[i] = log_capital(values, counts, count, -(1 - part) / high - part / low);
		most = fmax(most, logs[i]);
	}
	for (int i = 0; i < STAKES; i++)
		sum += exp(logs[i] - most);
	return most + log(sum / STAKES);
}

struct sprt sprt_of(double p0, double p1, double alpha, double beta)
{
	bool rates = p0 > 0 && p0 < 1 && p1 > 0 && p1 < 1 && p0 != p1;
	if (!(rates && alpha > 0 && beta > 0 && alpha + beta < 1))
		return (struct sprt){NAN, NAN, NAN, NAN};
	return (struct sprt){
		.accept = log((1 - beta) / alpha), .reject = log(beta / (1 - alpha)), .win = log(p1 / p0), .loss = log((1 - p1) / (1 - p0))};
}

double msprt_ratio(double n, double mean, double variance, double tau2)
{
	if (!(n > 0 && variance > 0 && tau2 > 0) || !isfinite(n + mean + variance + tau2))
		return NAN;
	double sum = variance + n * tau2;
	return sqrt(variance / sum) * exp(n * n * tau2 * mean * mean / (2 * variance * sum));
}

double msprt_half_width(double n, double variance, double tau2, double alpha)
{
	if (!(n > 0 && variance > 0 && tau2 > 0 && alpha > 0 && alpha < 1) || !isfinite(n + variance + tau2))
		return NAN;
	double sum = variance + n * tau2;
	return sqrt(2 * variance * sum / (n * n * tau2) * log(sqrt(sum / variance) / alpha));
}
