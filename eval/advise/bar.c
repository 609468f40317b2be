/* The bar: what is good enough, which variant reaches it, and what passes more beside the levers of the base. */
#include "eval/advise/advice_private.h"
#include <math.h>

bool bar_met_by(const struct advice *advice, const struct evidence_arm *arm)
{
	long long passed = 0;
	for (size_t at = 0; at < advice->evidence->case_count; at++)
		passed += arm->rate[at] >= 1;
	return proportion_of(passed, arm->measured).interval.low >= advice->bar;
}

/* The cheapest measured variant that meets the bar; where costs are not known, the first. */
static const struct evidence_arm *bar_reached(const struct advice *advice)
{
	const struct evidence *evidence = advice->evidence;
	const struct evidence_arm *best = NULL;
	for (size_t i = 0; i < evidence->arm_count && !isnan(advice->bar); i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		if (!arm->probe && !arm->hidden && arm->measured && bar_met_by(advice, arm) && (!best || arm->cost < best->cost))
			best = arm;
	}
	return best;
}

static const char *reached_words(const struct advice *advice, const struct evidence_arm *reached, struct arena *arena)
{
	const char *name = advice->first && advice->first->measured && advice->first->arm == reached ? "it" : reached->arm.name;
	return arena_format(arena, "%s meets the bar of %.1f%%%s", name, tenths_of(advice->bar), isnan(reached->cost) ? "" : " at the least cost");
}

void bar_mention(struct advice *advice, struct arena *arena)
{
	const struct proportion *rate = &advice->base_rate;
	const struct evidence_arm *reached = bar_reached(advice);
	if (isnan(advice->bar) || !rate->interval.defined || !advice->evidence->failing)
		return;
	if (reached)
		advice->reason = arena_format(arena, "%s; %s", advice->reason, reached_words(advice, reached, arena));
	else if (rate->interval.high >= advice->bar)
		advice->reason = arena_format(arena, "%s; whether %s meets the bar of %.1f%% is open: between %.1f%% and %.1f%% pass", advice->reason,
			evidence_name(advice), tenths_of(advice->bar), tenths_of(rate->interval.low), tenths_of(rate->interval.high));
	else
		advice->reason = arena_format(arena, "%s; the bar is %.1f%%", advice->reason, tenths_of(advice->bar));
}

void bar_first(struct advice *advice)
{
	const struct evidence_arm *reached = bar_reached(advice);
	size_t at = 0;
	while (at < advice->candidate_count && !(advice->candidates[at].recommended && advice->candidates[at].measured &&
						       advice->candidates[at].arm == reached))
		at++;
	if (!reached || isnan(reached->cost) || at == advice->candidate_count)
		return;
	struct candidate first = advice->candidates[at];
	memmove(&advice->candidates[1], &advice->candidates[0], at * sizeof first);
	advice->candidates[0] = first;
	int rank = 0;
	for (size_t i = 0; i < advice->candidate_count; i++)
		if (advice->candidates[i].rank)
			advice->candidates[i].rank = ++rank;
}

/* ---- beside the levers of the base -------------------------------------------------------------------------------------------- */

void better_mention(struct advice *advice, struct arena *arena)
{
	const struct evidence *evidence = advice->evidence;
	const struct evidence_arm *base = &evidence->arms[evidence->base], *best = NULL;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		bool beside = arm != base && !arm->steps && !arm->probe && !arm->hidden && arm->measured;
		if (beside && arm_leads(evidence, arm, base, arena) &&
			(!best || arm_gain(evidence, arm, base) > arm_gain(evidence, best, base)))
			best = arm;
	}
	if (best)
		advice->reason = arena_format(arena, "%s; %s, which does not start from %s, passes more (%+.1f points): `lever next --base %s`",
			advice->reason, best->arm.name, base->arm.name, tenths_of(arm_gain(evidence, best, base)), best->arm.name);
}
