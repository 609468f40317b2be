#include "reports/earning.h"
#include "reports/format.h"
#include <math.h>

static const char *beside_words(const struct candidate *candidate, struct arena *arena)
{
	const char *once = candidate->one_time > 0 ? arena_format(arena, ", %s once", money_format(arena, candidate->one_time)) : "";
	if (!(candidate->monthly > 0))
		return once;
	return arena_format(arena, "%s%s %s a month", once, *once ? " and" : ",", money_format(arena, candidate->monthly));
}

static const char *months_words(const struct candidate *candidate, struct arena *arena)
{
	if (!isfinite(candidate->payback))
		return "";
	const char *volume = count_format(arena, llround(candidate->volume));
	if (candidate->payback < 1)
		return arena_format(arena, ", in less than a month at %s a month", volume);
	return arena_format(arena, candidate->payback < 9.95 ? ", in %.1f months at %s a month" : ", in %.0f months at %s a month",
		candidate->payback, volume);
}

/* What an avoided error has to be worth: what it costs in calls alone would be told too little where the lever costs something once. */
static const char *worth_words(const struct candidate *candidate, struct arena *arena)
{
	if (isnan(candidate->worth))
		return "";
	const char *worth = money_format(arena, candidate->worth), *than = "; it pays where an avoided error is worth more than";
	if (!(candidate->one_time > 0))
		return arena_format(arena, "%s %s", than, worth);
	if (candidate->volume > 0)
		return arena_format(arena, "%s %s in the first year, %s from then on", than, money_format(arena, candidate->worth_first),
			worth);
	return arena_format(arena, "%s %s, and all of them together more than the %s", than, worth,
		money_format(arena, candidate->one_time));
}

static const char *back_words(const struct candidate *candidate, struct arena *arena)
{
	const char *worth = worth_words(candidate, arena);
	if (isinf(candidate->break_even))
		return arena_format(arena, "not earned back by what a call costs%s%s",
			candidate->valued ? " and by what avoided errors are worth" : "", worth);
	if (candidate->break_even < 1)
		return "nothing has to be earned back";
	return arena_format(arena, "earned back after %s calls%s%s", count_format(arena, (long long)ceil(candidate->break_even)),
		months_words(candidate, arena), candidate->valued ? ", avoided errors counted" : "");
}

const char *earning_words(const struct candidate *candidate, struct arena *arena)
{
	const char *search = candidate->search_cost > 0 ? arena_format(arena, " (%s of it for embedding and reranking)",
								     money_format(arena, candidate->search_cost))
							: "";
	const char *calls = arena_format(arena, "%s a case%s against %s", money_format(arena, candidate->cost), search,
		money_format(arena, candidate->base_cost));
	const char *defaults = candidate->default_costs ? " at default costs (`costs:` is not filled in)" : "";
	if (isnan(candidate->one_time))
		return calls;
	calls = arena_format(arena, "%s%s", calls, beside_words(candidate, arena));
	if (isnan(candidate->break_even))
		return candidate->volume_needed
			       ? arena_format(arena, "%s; when it is earned back depends on `calls_per_month` of `costs:`", calls)
			       : calls;
	return arena_format(arena, "%s; %s%s", calls, back_words(candidate, arena), defaults);
}
