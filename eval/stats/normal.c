/* Quantiles of the normal and of Student's distribution. */
#include "eval/stats/stats_private.h"
#include <math.h>

/* Ratio of two polynomials of degree 7, coefficients from the constant upwards. */
static double ratio_of(const double *above, const double *below, double x)
{
	double a = above[7], b = below[7];
	for (int i = 6; i >= 0; i--) {
		a = a * x + above[i];
		b = b * x + below[i];
	}
	return a / b;
}

static double tail_quantile(double r)
{
	static const double near_above[8] = {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
		3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2,
		7.74545014278341407640e-4};
	static const double near_below[8] = {1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
		1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9};
	static const double far_above[8] = {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
		2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5,
		2.01033439929228813265e-7};
	static const double far_below[8] = {1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
		7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15};
	return r <= 5 ? ratio_of(near_above, near_below, r - 1.6) : ratio_of(far_above, far_below, r - 5);
}

double normal_quantile(double p)
{
	static const double above[8] = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
		1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4,
		2.5090809287301226727e3};
	static const double below[8] = {1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
		2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3};
	if (!(p > 0 && p < 1))
		return p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN;
	double q = p - 0.5;
	if (fabs(q) <= 0.425)
		return q * ratio_of(above, below, 0.180625 - q * q);
	double value = tail_quantile(sqrt(-log(q < 0 ? p : 1 - p)));
	return q < 0 ? -value : value;
}

/* The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), by Lentz's method. */
static double beta_fraction(double a, double b, double x)
{
	const double tiny = 1e-300;
	double c = 1, d = 1 - (a + b) * x / (a + 1);
	d = 1 / (fabs(d) < tiny ? tiny : d);
	double value = d;
	for (int m = 1; m <= 10000; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 + even * d;
		c = 1 + even / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		value *= d * c;
		d = 1 + odd * d;
		c = 1 + odd / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		value *= d * c;
		if (fabs(d * c - 1) < 1e-16)
			break;
	}
	return value;
}

double beta_regularised(double a, double b, double x)
{
	if (x <= 0 || x >= 1)
		return x <= 0 ? 0 : 1;
	double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(a, b, x) / a;
	return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

/* P(T > t) for t >= 0. */
static double student_tail(double t, double degrees)
{
	return 0.5 * beta_regularised(degrees / 2, 0.5, degrees / (degrees + t * t));
}

double binomial_up_to(double count, double total, double rate)
{
	if (isnan(count) || !(total >= 0 && isfinite(total) && rate >= 0 && rate <= 1))
		return NAN;
	if (count < 0 || count >= total)
		return count < 0 ? 0 : 1;
	return beta_regularised(total - count, count + 1, 1 - rate);
}

double binomial_exact(long long count, long long total, double rate)
{
	if (count < 0 || count > total || !(rate >= 0 && rate <= 1))
		return NAN;
	double up_to = binomial_up_to((double)count, (double)total, rate),
	       from = 1 - binomial_up_to((double)count - 1, (double)total, rate);
	return fmin(1, 2 * fmin(up_to, from));
}

double t_quantile(double p, double degrees)
{
	if (!(p > 0 && p < 1) || !(degrees > 0))
		return NAN;
	if (degrees > 1e7)
		return normal_quantile(p);
	if (p < 0.5)
		return -t_quantile(1 - p, degrees);
	double low = 0, high = 2;
	while (high < 1e300 && student_tail(high, degrees) > 1 - p)
		high *= 2;
	for (int i = 0; i < 200 && high - low > 1e-15 * high; i++) {
		double middle = low + (high - low) / 2;
		if (student_tail(middle, degrees) > 1 - p)
			low = middle;
		else
			high = middle;
	}
	return low + (high - low) / 2;
}
