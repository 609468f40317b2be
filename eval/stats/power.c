#include "eval/stats/power.h"
#include "eval/stats/stats.h"
#include <math.h>

static double z_sum(double alpha, double power)
{
	if (!(alpha > 0 && alpha < 1 && power > 0 && power < 1))
		return NAN;
	double sum = normal_quantile(1 - alpha / 2) + normal_quantile(power);
	return sum > 0 ? sum : NAN; /* a chance below that of a test that sees nothing */
}

static double design_variance(const struct paired_design *design)
{
	if (design->repeats_a < 1 || design->repeats_b < 1 || !(design->omega2 >= 0 && design->sigma2_a >= 0 && design->sigma2_b >= 0))
		return NAN;
	return design->omega2 + design->sigma2_a / design->repeats_a + design->sigma2_b / design->repeats_b;
}

double power_cases(const struct paired_design *design, double delta)
{
	double z = z_sum(design->alpha, design->power), variance = design_variance(design);
	return delta != 0 && isfinite(delta) && isfinite(variance) ? z * z * variance / (delta * delta) : NAN;
}

double minimum_difference(const struct paired_design *design, double cases)
{
	double variance = design_variance(design);
	return cases > 0 && isfinite(cases) && isfinite(variance) ? z_sum(design->alpha, design->power) * sqrt(variance / cases) : NAN;
}

double power_mcnemar(double discordance, double delta, double alpha, double power)
{
	if (!(delta != 0 && fabs(delta) <= discordance && discordance <= 1) || isnan(z_sum(alpha, power)))
		return NAN;
	double sum = normal_quantile(1 - alpha / 2) * sqrt(discordance) +
		normal_quantile(power) * sqrt(discordance - delta * delta);
	return sum * sum / (delta * delta);
}

double minimum_mcnemar(double discordance, double cases, double alpha, double power)
{
	if (!(discordance > 0 && discordance <= 1 && isfinite(cases) && power_mcnemar(discordance, discordance, alpha, power) <= cases))
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

#define FACTORS_MOST 100000

/* C(n-c, k) / C(n, k), which is the same for c and k exchanged, factor by factor: a chance of one in a billion is not lost to rounding. */
double pass_at_k(long long n, long long c, long long k)
{
	if (!draw_defined(n, c, k))
		return NAN;
	long long few = c < k ? c : k, many = c < k ? k : c;
	double none = 0;
	if (n - c < k)
		return 1;
	for (long long i = 0; few <= FACTORS_MOST && i < few; i++)
		none += log1p(-(double)many / (double)(n - i));
	return few <= FACTORS_MOST ? 0 - expm1(none) : 1 - exp(log_choose((double)(n - c), (double)k) - log_choose((double)n, (double)k));
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
	return 1 - binomial_up_to(samples / 2, samples, rate);
}
