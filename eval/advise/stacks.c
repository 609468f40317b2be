/* Two levers together: what a measured stack adds to its parts, and what one that nobody measured would gain. */
#include "eval/advise/advice_private.h"
#include <math.h>

/* ---- what two levers have in common -------------------------------------------------------------------------------------------- */

/* The best of what a stack was put together from; NULL where none is measured. */
static const struct evidence_arm *best_part(const struct evidence *evidence, const struct evidence_arm *arm)
{
	const struct evidence_arm *best = NULL, *base = &evidence->arms[evidence->base];
	for (size_t i = 0; i < arm->part_count; i++)
		if (arm->parts[i]->measured && !arm->parts[i]->hidden &&
			(!best || arm_gain(evidence, arm->parts[i], base) > arm_gain(evidence, best, base)))
			best = arm->parts[i];
	const struct evidence_arm *parent = arm->steps > 1 ? arm_parent(evidence, arm) : NULL;
	bool better = parent && parent->measured && !parent->hidden &&
		      (!best || arm_gain(evidence, parent, base) > arm_gain(evidence, best, base));
	return better ? parent : best;
}

#define ADDS_LEAST .01 /* beyond the better of the two */
#define TRY_ALONE .15 /* one-sided, of a lever that a stack is tried with */
#define ADDED .05	/* one-sided, of what a measured stack adds to its best part: one question, which its parts spoke for */

/* By how much stacks differ from what their parts did apart, as standard deviations: of what both gain a share is lost where one lever
 * undoes the other; of what neither mends a share passes in the stack alone, as it wants both. No outcome of the parts tells more.
 * Published stacks lie from 13 points below to 12 above: science.md 2.3 (Ovadia 2023: a sixth of the gain lost; Soudani 2024), 7.3 (GSM8K);
 * the shipped helpdesk project (a fifth of what neither mends won). */
#define UNDONE .1
#define BOTH_WANTED .25

bool holds_both(const struct evidence_arm *arm, const struct evidence_arm *first, const struct evidence_arm *second)
{
	int found = 0;
	bool one_known = arm->part_count == 1 && arm->arm.lever && strcmp(arm->arm.lever, "stack") == 0;
	for (size_t i = 0; i < arm->part_count; i++)
		found += arm->parts[i] == first || arm->parts[i] == second;
	return found == 2 || (one_known && found == 1);
}

/* What both mend (or both break) on a case: it is counted once, not twice. The base's answer to the case and its answers when asked again
 * are taken apart, so that chance alone comes to nothing: a case that is right now and then is right in both by luck. */
static double shared(const struct evidence *evidence, double first, double second, size_t at)
{
	const struct evidence_arm *base = &evidence->arms[evidence->base];
	double right, own = base->rate[at];
	int again = base->open[at] ? 0 : base_answers(evidence, at, &right) - evidence->run.repeats;
	double other = again > 0 ? (right - own * evidence->run.repeats) / again : own;
	return (1 - 2 * own) * ((first - other) * (second - own) + (second - other) * (first - own)) / 2;
}

#define LUCKLESS .5	  /* of what both mend, where the base was never asked again: how much of it is no luck is not known */
#define CONTRADICTED .05 /* one-sided */

/* ---- does a measured one add to its best part? ------------------------------------------------------------------------------- */

/* The other part of a stack of two; NULL where it is not known or was not measured. */
static const struct evidence_arm *other_part(const struct evidence_arm *arm, const struct evidence_arm *best)
{
	const struct evidence_arm *other = NULL;
	for (size_t i = 0; i < arm->part_count; i++)
		if (arm->parts[i] != best)
			other = other ? best : arm->parts[i];
	return other && other != best && other->measured && !other->hidden ? other : NULL;
}

/* What a stack adds to its best part, by case. */
struct addition {
	double *d;	    /* NAN where it was not asked */
	double gain, alone; /* as measured; by what the other part did without the best one, NAN: not known, or not believed */
	int won;
};

/* By what the other part mended alone and the best one did not. */
static double further_of(
	const struct evidence *evidence, const struct evidence_arm *best, const struct evidence_arm *other, size_t at)
{
	double part = base_repeated(evidence) ? 1 : LUCKLESS;
	return other->rate[at] - base_mean(evidence, other, at) - part * shared(evidence, best->rate[at], other->rate[at], at);
}

/* Known twice where the other part was measured, too: as the stack came out, and by what that part mended alone. The mean of both is held
 * to the level, as long as the stack did not clearly less than its parts say. */
static struct addition addition_of(
	const struct evidence *evidence, const struct evidence_arm *arm, const struct evidence_arm *best, struct arena *arena)
{
	const struct evidence_arm *other = other_part(arm, best);
	size_t count = evidence->case_count;
	struct addition ret = {arena_take(arena, (count + 1) * sizeof *ret.d), arm_gain(evidence, arm, best), NAN, 0};
	double *further = arena_take(arena, (count + 1) * sizeof *further), *less = arena_take(arena, (count + 1) * sizeof *less);
	double alone = 0, cases = 0;
	for (size_t i = 0; i < count; i++) {
		ret.d[i] = arm->rate[i] - best->rate[i];
		further[i] = other ? further_of(evidence, best, other, i) : NAN;
		less[i] = further[i] - ret.d[i];
		alone += isnan(less[i]) ? 0 : further[i];
		cases += !isnan(less[i]);
	}
	bool believed = cases > 0 && !(alone > cases * ret.gain && signs_test(evidence, less, arena) <= CONTRADICTED);
	ret.alone = believed ? alone / cases : NAN;
	for (size_t i = 0; i < count; i++) {
		ret.d[i] += believed && !isnan(less[i]) ? less[i] / 2 : 0;
		ret.won += ret.d[i] > .1;
	}
	return ret;
}

/* A stack has to beat its best part, not only the base. */
const char *stack_refuse(const struct evidence *evidence, const struct candidate *candidate, struct arena *arena)
{
	bool stacked = candidate->measured && (candidate->arm->part_count || candidate->arm->steps > 1);
	const struct evidence_arm *part = stacked ? best_part(evidence, candidate->arm) : NULL;
	if (!part)
		return NULL;
	struct addition adds = addition_of(evidence, candidate->arm, part, arena);
	double p = signs_test(evidence, adds.d, arena);
	if (!(adds.gain > 0))
		return arena_format(arena, "it adds nothing to %s (%+.1f points)", part->arm.name, tenths_of(adds.gain));
	if (p <= ADDED && adds.won >= CLEAN_WINS)
		return NULL;
	const char *alone = isnan(adds.alone) ? ""
					      : arena_format(arena, "; %+.1f by what its other part mends alone", tenths_of(adds.alone));
	return arena_format(arena,
		"what it adds to %s (%+.1f points%s) is not settled (p = %.2g, one-sided; %.3g or less would settle it)",
		part->arm.name,
		tenths_of(adds.gain), alone, p, ADDED);
}

/* ---- two that nobody measured together ---------------------------------------------------------------------------------------- */

/* What no case says of both together: how much of what both mend is luck, and how many cases neither mends. Shares of all cases. */
struct unknowns {
	double doubt, left;
};

/* Each mends and breaks as it did alone; a case that both mend is mended once. Where the base was never asked again, how much of what both
 * did is luck is not known: half of it is taken for that, and the doubt is the other half. */
static struct unknowns stack_differences(
	const struct evidence *evidence, const struct candidate *first, const struct candidate *second, double *d)
{
	double twice = 0, left = 0, cases = 0, part = base_repeated(evidence) ? 1 : LUCKLESS;
	for (size_t i = 0; i < evidence->case_count; i++) {
		double one = first->arm->rate[i], other = second->arm->rate[i], both = shared(evidence, one, other, i);
		d[i] = first->differences[i] + second->differences[i] - part * both;
		if (isnan(d[i]))
			continue;
		twice += both;
		left += 1 - fmax(fmax(one, other), evidence->arms[evidence->base].rate[i]);
		cases++;
	}
	return cases > 0 ? (struct unknowns){fabs((1 - part) * twice / cases), left / cases} : (struct unknowns){0};
}

/* The interval of what was measured, what both may have shared by luck, and what they may do together: squared and added. */
static void stack_widen(struct candidate *stack, const struct evidence *evidence, struct unknowns unknown)
{
	double z = normal_quantile(.975), rate = arm_pass_rate(evidence, &evidence->arms[evidence->base]);
	double down = stack->gain - stack->interval.low, up = stack->interval.high - stack->gain;
	double undone = UNDONE * fmax(0, stack->gain), wanted = BOTH_WANTED * unknown.left;
	stack->gain = fmin(1 - rate, fmax(-rate, stack->gain));
	stack->interval.low = fmax(-rate, stack->gain - hypot(hypot(down, unknown.doubt), z * undone));
	stack->interval.high = fmin(1 - rate, stack->gain + hypot(hypot(up, unknown.doubt), z * wanted));
	stack->error = hypot(stack->error, (undone + wanted) / 2);
}

static void stack_describe(struct candidate *stack, const struct candidate *first, const struct candidate *second,
	const struct evidence *evidence, struct arena *arena)
{
	stack->proposal = stack->recommended = true;
	stack->both[0] = first->arm;
	stack->both[1] = second->arm;
	stack->evidence = arena_format(arena, "%s and %s", first->arm->arm.name, second->arm->arm.name);
	stack->disqualified = NULL;
	stack->modes = modes_join(modes_join("", first->modes, arena), second->modes, arena);
	stack->cost = first->cost + second->cost - stack->base_cost;
	stack->why = second->recommended
			     ? "both are measured and settled; what they do together is not a sum: measure it as its own variant"
		     : first->recommended
			     ? arena_format(arena,
				       "%s is settled, %s is likely (p = %.2g of its own) and mends other cases: measured together they have to "
				       "beat %s, and are dropped where they do not",
				       first->arm->arm.name, second->arm->arm.name, second->p_alone, first->arm->arm.name)
			     : arena_format(arena,
				       "neither is settled alone, what both mend is (p = %.2g): measured together they have to show it",
				       stack->p);
	stack->change_mind = "the stack itself, measured as a variant: its parts do not tell what they do together";
	candidate_cases(stack, evidence, arena);
}

/* Gains likely enough for an experiment: what comes of it has to beat the better of the two before it is more than that. */
static bool may_stack(const struct candidate *candidate)
{
	bool alone = candidate->measured && candidate->arm->steps == 1 && !candidate->arm->part_count;
	return alone && !candidate->disqualified && candidate->gain > 0 && candidate->won >= CLEAN_WINS && candidate->p_alone <= TRY_ALONE;
}

static bool pair_measured(const struct evidence *evidence, const struct candidate *first, const struct candidate *second)
{
	for (size_t i = 0; i < evidence->arm_count; i++)
		if (evidence->arms[i].measured && !evidence->arms[i].hidden && holds_both(&evidence->arms[i], first->arm, second->arm))
			return true;
	return false;
}

/* Is what both mend settled, where neither of them is alone? Every pair that might be put together is one more chance to be wrong. */
static bool pair_settled(struct candidate *stack, const struct evidence *evidence, size_t levers, struct arena *arena)
{
	double pairs = (double)(levers * (levers - 1)) / 2;
	stack->p = fmin(1, pairs * signs_test(evidence, stack->differences, arena));
	return stack->p <= FAMILY_ALPHA_SIGNS && stack->interval.low > 0;
}

/* The two best measured levers, and no variant of both yet. The candidates stand by rank. */
void stack_propose(struct advice *advice, const struct project *project, struct arena *arena)
{
	const struct evidence *evidence = advice->evidence;
	const struct candidate *first = NULL, *second = NULL;
	struct candidate *stack = NULL;
	size_t levers = 0;
	for (size_t i = 0; i < advice->candidate_count; i++) {
		struct candidate *candidate = &advice->candidates[i];
		levers += candidate->measured && candidate->arm->steps == 1;
		if (may_stack(candidate) && !second && !(first && first->rule == candidate->rule))
			*(first ? &second : &first) = candidate;
		if (!candidate->measured && strcmp(candidate->lever, "stack") == 0)
			stack = candidate;
	}
	if (!stack || !second || pair_measured(evidence, first, second))
		return;
	struct unknowns unknown = stack_differences(evidence, first, second, stack->differences);
	gain_measure(stack, evidence, arena);
	bool worth = stack->gain > fmax(first->gain, second->gain) + ADDS_LEAST;
	if (!worth || (!first->recommended && !second->recommended && !pair_settled(stack, evidence, levers, arena))) {
		stack->has_gain = stack->bound = false;
		stack->gain = stack->p = NAN;
		return;
	}
	stack_widen(stack, evidence, unknown);
	stack_describe(stack, first, second, evidence, arena);
	candidate_costs(stack, project, 0, arena);
	stack_confirm(stack, first->arm, second->arm, advice, project, arena);
}

const char *candidate_parts(const struct advice *advice, const struct candidate *candidate, struct arena *arena)
{
	struct evidence_arm both = {.parts = (const struct evidence_arm **)candidate->both, .part_count = 2};
	if (candidate->proposal)
		return parts_words(advice->evidence, &both, arena);
	return candidate->measured ? parts_words(advice->evidence, candidate->arm, arena) : NULL;
}

const struct candidate *predicted_for(const struct advice *advice, const struct evidence_arm *arm)
{
	bool alone = arm->steps == 1 && arm->part_count < 2;
	for (size_t i = 0; i < advice->candidate_count; i++) {
		const struct candidate *candidate = &advice->candidates[i];
		bool same = candidate->proposal ? holds_both(arm, candidate->both[0], candidate->both[1])
						: alone && arm->arm.lever && strcmp(candidate->lever, arm->arm.lever) == 0;
		if (same && !candidate->measured && candidate->has_gain)
			return candidate;
	}
	return NULL;
}
