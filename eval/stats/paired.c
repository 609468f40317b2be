/* Paired tests on pass and fail. */
#include "eval/stats/stats.h"
#include <math.h>

static bool counts_fit(long long wins, long long losses, long long total)
{
	return total > 0 && wins >= 0 && losses >= 0 && losses <= total && wins <= total - losses;
}

struct interval agresti_min(long long wins, long long losses, long long total, double level)
{
	if (!counts_fit(wins, losses, total) || !(level > 0 && level < 1))
		return (struct interval){NAN, NAN, false};
	double n = (double)total + 2, b = (double)wins + 0.5, c = (double)losses + 0.5;
	double difference = (b - c) / n;
	double half = normal_quantile(0.5 + level / 2) * sqrt((b + c) / n - difference * difference) / sqrt(n);
	return (struct interval){fmax(-1, difference - half), fmin(1, difference + half), true};
}

struct pairs {
	double wins, losses, n, correction;
};

/* The score of the difference `d`, with the share of losses that is likeliest under it. */
static double tango_score(const struct pairs *pairs, double d)
{
	double wins = pairs->wins, losses = pairs->losses, n = pairs->n;
	double b = (2 * n - wins + losses) * d - wins - losses, c = -losses * d * (1 - d);
	double share = (sqrt(fmax(0, b * b - 8 * n * c)) - b) / (4 * n);
	double variance = n * (2 * share + d * (1 - d)), distance = fmax(0, fabs(wins - losses - n * d) - pairs->correction);
	return variance > 0 ? distance / sqrt(variance) : distance > 0 ? INFINITY : 0;
}

static double tango_bound(const struct pairs *pairs, double z, double edge)
{
	double inside = (pairs->wins - pairs->losses) / pairs->n, outside = edge;
	for (int i = 0; i < 60; i++) {
		double middle = (inside + outside) / 2;
		*(tango_score(pairs, middle) > z ? &outside : &inside) = middle;
	}
	return inside;
}

struct interval tango_interval(long long wins, long long losses, long long total, double level, double correction)
{
	if (!counts_fit(wins, losses, total) || !(level > 0 && level < 1) || !(correction >= 0 && isfinite(correction)))
		return (struct interval){NAN, NAN, false};
	struct pairs pairs = {(double)wins, (double)losses, (double)total, correction};
	double z = normal_quantile(0.5 + level / 2);
	return (struct interval){tango_bound(&pairs, z, -1), tango_bound(&pairs, z, 1), true};
}

/* P(X = least) and P(X <= least) of a fair binomial, in logarithms so that thousands of cases do not underflow early. */
static double fair_tail(long long wins, long long losses, double *point)
{
	long long least = wins < losses ? wins : losses;
	double n = (double)wins + (double)losses, k = (double)least;
	*point = exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) - n * log(2));
	double sum = *point, term = *point;
	for (; k > 0 && term > sum * 1e-18; k--) {
		term *= k / (n - k + 1);
		sum += term;
	}
	return sum;
}

double mcnemar_exact(long long wins, long long losses)
{
	if (wins < 0 || losses < 0)
		return NAN;
	if (wins == losses)
		return 1;
	double point;
	return fmin(1, 2 * fair_tail(wins, losses, &point));
}

double mcnemar_mid(long long wins, long long losses)
{
	if (wins < 0 || losses < 0)
		return NAN;
	if (wins == losses)
		return 1;
	double point;
	double sum = fair_tail(wins, losses, &point);
	return fmin(1, 2 * sum - point);
}
