#include "eval/stats/power.h"
#include "eval/stats/stats.h"
#include <math.h>

static double z_sum(double alpha, double power)
{
	return normal_quantile(1 - alpha / 2) + normal_quantile(power);
}

static double design_variance(const struct paired_design *design)
{
	if (design->repeats_a < 1 || design->repeats_b < 1)
		return NAN;
	return design->omega2 + design->sigma2_a / design->repeats_a + design->sigma2_b / design->repeats_b;
}

double power_cases(const struct paired_design *design, double delta)
{
	double z = z_sum(design->alpha, design->power), variance = design_variance(design);
	return delta != 0 && variance >= 0 ? z * z * variance / (delta * delta) : NAN;
}

double minimum_difference(const struct paired_design *design, double cases)
{
	double variance = design_variance(design);
	return cases > 0 && variance >= 0 ? z_sum(design->alpha, design->power) * sqrt(variance / cases) : NAN;
}

double power_mcnemar(double discordance, double delta, double alpha, double power)
{
	if (!(delta != 0 && fabs(delta) <= discordance && discordance <= 1))
		return NAN;
	double sum = normal_quantile(1 - alpha / 2) * sqrt(discordance) +
		normal_quantile(power) * sqrt(discordance - delta * delta);
	return sum * sum / (delta * delta);
}

double minimum_mcnemar(double discordance, double cases, double alpha, double power)
{
	if (!(discordance > 0 && discordance <= 1) || power_mcnemar(discordance, discordance, alpha, power) > cases)
		return NAN;
	double low = 0, high = discordance;
	for (int i = 0; i < 100; i++) {
		double middle = (low + high) / 2;
		if (power_mcnemar(discordance, middle, alpha, power) > cases)
			low = middle;
		else
			high = middle;
	}
	return high;
}

static double log_choose(double n, double k)
{
	return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

static bool draw_defined(long long n, long long c, long long k)
{
	return k >= 1 && k <= n && c >= 0 && c <= n;
}

double pass_at_k(long long n, long long c, long long k)
{
	if (!draw_defined(n, c, k))
		return NAN;
	return n - c < k ? 1 : 1 - exp(log_choose((double)(n - c), (double)k) - log_choose((double)n, (double)k));
}

double pass_hat_k(long long n, long long c, long long k)
{
	if (!draw_defined(n, c, k))
		return NAN;
	return c < k ? 0 : exp(log_choose((double)c, (double)k) - log_choose((double)n, (double)k));
}

double majority_rate(double rate, int samples)
{
	if (!(rate >= 0 && rate <= 1) || samples < 1 || samples % 2 == 0)
		return NAN;
	double sum = 0;
	for (int k = samples / 2 + 1; k <= samples; k++)
		sum += exp(log_choose(samples, k)) * pow(rate, k) * pow(1 - rate, samples - k);
	return sum;
}
