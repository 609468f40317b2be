#include "eval/compare/compare.h"
#include <math.h>
#include <stdio.h>

static double p_of(const struct pair_summary *pair)
{
	return isnan(pair->p_holm) ? pair->p : pair->p_holm;
}

enum pair_verdict pair_verdict_of(const struct pair_summary *pair)
{
	if (pair->paired == 0 || !pair->has_p || pair->silent_a || pair->silent_b)
		return PAIR_NOTHING;
	if (!(p_of(pair) < 0.05))
		return PAIR_UNSETTLED;
	return pair->difference > 0 ? PAIR_BETTER : PAIR_WORSE;
}

/* One comparison alone has nothing to be adjusted for. */
static const char *p_words(const struct pair_summary *pair, struct arena *arena)
{
	double p = p_of(pair);
	const char *after = isnan(pair->p_holm) || pair->family < 2 ? "" : " after Holm";
	if (p < 0.0001)
		return arena_format(arena, "p < 0.0001%s", after);
	return arena_format(arena, p < 0.01 ? "p = %.4f%s" : "p = %.3f%s", p, after);
}

/* Rounded first, so that a hair below zero is not "-0.0". */
static double points_of(double proportion)
{
	double points = round(proportion * 1000) / 10;
	return points == 0 ? 0 : points;
}

static const char *numbers_words(const struct pair_summary *pair, struct arena *arena)
{
	const char *interval = "no interval";
	if (pair->interval.defined)
		interval =
			arena_format(arena, "95%% %+.1f to %+.1f", points_of(pair->interval.low), points_of(pair->interval.high));
	return arena_format(arena, "%+.1f points, %s, %s", points_of(pair->difference), interval, p_words(pair, arena));
}

const char *pair_sentence(const struct pair_summary *pair, struct arena *arena)
{
	enum pair_verdict verdict = pair_verdict_of(pair);
	if (pair->silent_a && pair->silent_b)
		return "nothing to compare: neither has an answer";
	if (pair->silent_a || pair->silent_b)
		return arena_format(arena, "nothing to compare: %s has no answer", pair->silent_a ? pair->a.label : pair->b.label);
	if (verdict == PAIR_NOTHING)
		return arena_string(arena, pair->why.kind == ERROR_NONE ? "not comparable" : pair->why.message);
	if (pair->wins + pair->losses == 0)
		return pair->paired == 1 ? "no difference: the one case comes out alike"
					 : arena_format(arena, "no difference: all %lld cases come out alike", pair->paired);
	const char *words = verdict == PAIR_BETTER ? "better" : verdict == PAIR_WORSE ? "worse" : "no difference shown";
	return arena_format(arena, "%s (%s)", words, numbers_words(pair, arena));
}
