#include "eval/stats/cost.h"
#include <math.h>

double call_cost(
	const struct call_price *price, double input_tokens, double cached_tokens, double written_tokens, double output_tokens)
{
	double plain = input_tokens - cached_tokens - written_tokens;
	double input = plain + price->cached_ratio * cached_tokens + price->write_ratio * written_tokens;
	return price->batch * (price->input * input + price->output * output_tokens) / 1e6 + price->extra;
}

double break_even(double fixed_a, double cost_a, double fixed_b, double cost_b)
{
	if (!isfinite(fixed_a + cost_a + fixed_b + cost_b))
		return NAN;
	if (fixed_b <= fixed_a && cost_b <= cost_a)
		return 0;
	return cost_a > cost_b ? (fixed_b - fixed_a) / (cost_a - cost_b) : INFINITY;
}

/* 0 where nothing is to be earned and nothing is lost. */
static double earned_back(double fixed, double earned)
{
	if (!isfinite(fixed + earned))
		return NAN;
	if (fixed <= 0 && earned >= 0)
		return 0;
	return earned > 0 ? fixed / earned : INFINITY;
}

double payback_months(double fixed, double saved_per_call, double volume, double monthly)
{
	return earned_back(fixed, volume * saved_per_call - monthly);
}

double break_even_value(double fixed, double gain, double error_value, double extra_per_call)
{
	return earned_back(fixed, gain * error_value - extra_per_call);
}

double justifying_value(double gain, double extra_per_call)
{
	if (!isfinite(gain + extra_per_call))
		return NAN;
	return gain > 0 ? fmax(0, extra_per_call) / gain : INFINITY;
}

static bool dominates(const struct cost_point *a, const struct cost_point *b)
{
	return a->cost <= b->cost && a->quality >= b->quality && (a->cost < b->cost || a->quality > b->quality);
}

/* The dearest on the front that is cheaper than the point. */
static const struct cost_point *cheaper_of(const struct cost_point *points, size_t count, const struct cost_point *point)
{
	const struct cost_point *best = NULL;
	for (size_t i = 0; i < count; i++)
		if (points[i].on_front && points[i].cost < point->cost && (!best || points[i].cost > best->cost))
			best = &points[i];
	return best;
}

static double slope(const struct cost_point *from, const struct cost_point *to)
{
	return (to->quality - from->quality) / (to->cost - from->cost);
}

static bool below_line(const struct cost_point *points, size_t count, const struct cost_point *point)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			if (points[i].on_front && points[k].on_front && points[i].cost < point->cost && point->cost < points[k].cost &&
				slope(&points[i], point) < slope(&points[i], &points[k]) * (1 - 1e-9))
				return true;
	return false;
}

void pareto_mark(struct cost_point *points, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		points[i].on_front = isfinite(points[i].cost) && isfinite(points[i].quality);
		for (size_t k = 0; k < count; k++)
			points[i].on_front &= !dominates(&points[k], &points[i]);
	}
	for (size_t i = 0; i < count; i++) {
		const struct cost_point *below = points[i].on_front ? cheaper_of(points, count, &points[i]) : NULL;
		points[i].incremental = below ? (points[i].cost - below->cost) / (points[i].quality - below->quality) : NAN;
	}
	for (size_t i = 0; i < count; i++)
		points[i].extended = points[i].on_front && below_line(points, count, &points[i]);
}
