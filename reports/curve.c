#include "reports/curve.h"
#include "reports/format.h"
#include <math.h>

const char *curve_words(const struct cost_curve *curve, struct arena *arena)
{
	const char *cross = isfinite(curve->cross) ? arena_format(arena, "the lines cross at %s calls a month; ",
							     count_format(arena, (long long)ceil(curve->cross)))
						   : "";
	const char *valued = curve->valued ? ", avoided errors counted, which the lines above leave out" : "";
	const char *even = isfinite(curve->even) ? arena_format(arena, "earned back after %s calls%s",
							   count_format(arena, (long long)ceil(curve->even)), valued)
			   : isinf(curve->even) && curve->valued
				   ? "it is never earned back, neither by what a call costs nor by what avoided errors are worth"
			   : isinf(curve->even) ? "it is never earned back by what a call costs: it has to pay by quality"
						: "when it is earned back depends on `calls_per_month` of `costs:`";
	return arena_format(arena, "one-time %s, monthly %s; %s%s", money_format(arena, curve->fixed),
		money_format(arena, curve->monthly), cross, even);
}
