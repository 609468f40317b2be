/* What a year costs by volume, with a lever and without it. */
#include "eval/advise/advice.h"
#include <math.h>

double curve_base(const struct cost_curve *curve, double volume)
{
	return 12 * volume * curve->base_cost;
}

double curve_lever(const struct cost_curve *curve, double volume)
{
	return curve->fixed + 12 * (curve->monthly + volume * curve->lever_cost);
}

/* Calls a month at which a year costs the same with the lever and without; NAN where there is no such volume. */
static double crossing(const struct cost_curve *curve)
{
	double saved = curve->base_cost - curve->lever_cost, cross = (curve->fixed / 12 + curve->monthly) / saved;
	return saved > 0 && cross > 0 && cross < 1e15 ? cross : NAN;
}

bool candidate_curve(const struct candidate *candidate, const struct project *project, struct cost_curve *ret)
{
	if (!project || isnan(candidate->cost) || isnan(candidate->base_cost))
		return false;
	*ret = (struct cost_curve){.lever = candidate->lever,
		.base_cost = candidate->base_cost,
		.lever_cost = candidate->cost,
		.fixed = candidate_one_time(&project->costs, candidate),
		.monthly = candidate_monthly(&project->costs, candidate),
		.even = candidate->break_even,
		.valued = candidate->valued,
		.default_costs = !project->costs.given};
	ret->cross = crossing(ret);
	double middle = isfinite(ret->cross) ? pow(10, fmin(14, fmax(2, floor(log10(ret->cross))))) : 1e5;
	for (int i = 0; i < CURVE_POINTS; i++)
		ret->volumes[i] = middle * pow(10, i - CURVE_POINTS / 2);
	return true;
}

bool advice_curve(const struct advice *advice, const struct project *project, struct cost_curve *ret)
{
	return advice->first && candidate_curve(advice->first, project, ret);
}
