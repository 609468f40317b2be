#include "eval/stats/stats.h"
#include <math.h>

static double clamp_unit(double value)
{
	return value < 0 ? 0 : value > 1 ? 1 : value;
}

struct interval wilson_interval(long long count, long long total, double level)
{
	if (total <= 0 || count < 0 || count > total || !(level > 0 && level < 1))
		return (struct interval){NAN, NAN, false};
	double n = (double)total, p = (double)count / n;
	double z = normal_quantile(0.5 + level / 2), z2 = z * z;
	double center = (p + z2 / (2 * n)) / (1 + z2 / n);
	double half = z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
	/* At the ends the formula gives 0 and 1 but for rounding. */
	double low = count == 0 ? 0 : clamp_unit(center - half);
	double high = count == total ? 1 : clamp_unit(center + half);
	return (struct interval){low, high, true};
}

struct proportion proportion_of(long long count, long long total)
{
	struct proportion ret = {.count = count, .total = total, .rate = NAN, .interval = wilson_interval(count, total, 0.95)};
	if (total > 0)
		ret.rate = (double)count / (double)total;
	return ret;
}
