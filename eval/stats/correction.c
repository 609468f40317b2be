#include "eval/stats/correction.h"
#include "eval/base/memory.h"
#include <math.h>

struct estimate rogan_gladen(double q, double sensitivity, double specificity, double n, double n1, double n0)
{
	double youden = sensitivity + specificity - 1;
	bool rates = q >= 0 && q <= 1 && sensitivity <= 1 && specificity <= 1;
	if (!(rates && youden > 0))
		return (struct estimate){NAN, NAN, false};
	double raw = (q + specificity - 1) / youden, t = fmin(1, fmax(0, raw));
	double error = NAN;
	if (n > 0 && n1 > 0 && n0 > 0)
		error = sqrt(q * (1 - q) / n + t * t * sensitivity * (1 - sensitivity) / n1 +
				(1 - t) * (1 - t) * specificity * (1 - specificity) / n0) /
			youden;
	return (struct estimate){t, error, t != raw};
}

static double variance_of(const double *values, size_t count)
{
	double error = standard_error(values, count);
	return error * error * (double)count;
}

static double covariance_of(const double *a, const double *b, size_t count)
{
	double mean_a = mean_of(a, count), mean_b = mean_of(b, count), sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += (a[i] - mean_a) * (b[i] - mean_b);
	return sum / (double)(count - 1);
}

struct estimate ppi_mean(
	const double *unlabelled, size_t count, const double *y, const double *f, size_t labelled, double lambda, double *used)
{
	if (count < 2 || labelled < 2 || isinf(lambda))
		return (struct estimate){NAN, NAN, false};
	double n = (double)labelled, of_all = (double)count, spread = variance_of(f, labelled),
	       together = covariance_of(y, f, labelled);
	if (isnan(lambda)) {
		double pooled = 0, mean = (mean_of(unlabelled, count) * of_all + mean_of(f, labelled) * n) / (of_all + n);
		for (size_t i = 0; i < count; i++)
			pooled += (unlabelled[i] - mean) * (unlabelled[i] - mean);
		for (size_t i = 0; i < labelled; i++)
			pooled += (f[i] - mean) * (f[i] - mean);
		pooled /= of_all + n - 1;
		lambda = pooled > 0 ? fmin(1, fmax(0, together / ((1 + n / of_all) * pooled))) : 0;
	}
	if (used)
		*used = lambda;
	double value = mean_of(y, labelled) + lambda * (mean_of(unlabelled, count) - mean_of(f, labelled));
	double rest = variance_of(y, labelled) + lambda * lambda * spread - 2 * lambda * together;
	return (struct estimate){value, sqrt(lambda * lambda * variance_of(unlabelled, count) / of_all + rest / n), false};
}

double shrink(double difference, double error, double t2)
{
	bool defined = isfinite(difference) && t2 > 0 && isfinite(t2) && error >= 0;
	return defined ? difference * t2 / (t2 + error * error) : NAN;
}

/* What drawing only some cases of a stratum adds to the variance of the total; strata are told by their probability. */
static double drawing_variance(const double *differences, const double *probabilities, size_t count, size_t first)
{
	double p = probabilities[first], sum = 0, squares = 0, n = 0;
	for (size_t i = 0; i < first; i++)
		if (probabilities[i] == p)
			return 0; /* counted with the first of its stratum */
	if (p >= 1)
		return 0;
	for (size_t i = first; i < count; i++)
		if (probabilities[i] == p) {
			sum += differences[i];
			squares += differences[i] * differences[i];
			n++;
		}
	/* half a case that changed, as where none did there may be some */
	double within = fmax(squares - sum * sum / n, 0) + .5, size = n / p;
	return size * size * (1 - p) * within / ((n + 1) * n);
}

/* The variance of the weighted total about its mean: case by case, or by the sums of groups (Miller 2024, arXiv 2411.00640, app.
 * A). */
static double grouped_squares(
	const double *differences, const double *probabilities, const long long *groups, size_t count, double mean, double *used)
{
	long long most = 0;
	double squares = 0;
	*used = 0;
	for (size_t i = 0; i < count; i++)
		most = groups[i] > most ? groups[i] : most;
	CLEANUP(memory_release) double *sums = memory_take((size_t)(most + 1) * sizeof *sums);
	CLEANUP(memory_release) bool *any = memory_take((size_t)(most + 1) * sizeof *any);
	for (size_t i = 0; i < count; i++) {
		sums[groups[i]] += (differences[i] - mean) / probabilities[i];
		any[groups[i]] = true;
	}
	for (long long g = 0; g <= most; g++) {
		squares += sums[g] * sums[g];
		*used += any[g];
	}
	return *used > 1 ? squares * *used / (*used - 1) : NAN;
}

static bool drawn_good(const double *differences, const double *probabilities, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!(isfinite(differences[i]) && probabilities[i] > 0 && probabilities[i] <= 1))
			return false;
	return true;
}

struct weighted weighted_difference(
	const double *differences, const double *probabilities, const long long *groups, size_t count, double level)
{
	struct weighted ret = {NAN, NAN, {NAN, NAN, false}, 0, 0};
	double size = 0, total = 0, squares = 0, drawing = 0, z = normal_quantile(.5 + level / 2);
	if (count == 0 || !(level > 0 && level < 1) || !drawn_good(differences, probabilities, count))
		return ret;
	for (size_t i = 0; i < count; i++) {
		double weight = 1 / probabilities[i], d = differences[i];
		size += weight;
		total += weight * d;
		squares += weight * d * d;
		*(d > 0 ? &ret.wins : &ret.losses) += weight * fabs(d);
		drawing += drawing_variance(differences, probabilities, count, i);
	}
	ret.estimate = total / size;
	if (groups) {
		double used, spread = grouped_squares(differences, probabilities, groups, count, ret.estimate, &used);
		z = used > 1 ? t_quantile(.5 + level / 2, used - 1) : NAN;
		ret.error = sqrt(spread + drawing) / size;
		if (isnan(ret.error) || isnan(z))
			return ret;
		if (ret.error * size < 1e-9) {
			ret.interval = alike_interval(ret.estimate, (size_t)used, -1, 1, level);
			ret.error = (ret.interval.high - ret.interval.low) / 2 / normal_quantile(.5 + level / 2);
			return ret;
		}
		ret.interval =
			(struct interval){fmax(-1, ret.estimate - z * ret.error), fmin(1, ret.estimate + z * ret.error), true};
		return ret;
	}
	double padded = size + 2, centre = total / padded;
	ret.error = sqrt(squares + 1 - total * total / padded + drawing) / padded;
	ret.interval = (struct interval){fmax(-1, centre - z * ret.error), fmin(1, centre + z * ret.error), true};
	return ret;
}
