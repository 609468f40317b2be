/* Which of the levers are recommended, in which order, and why the others are not. */
#include "eval/advise/advice_private.h"
#include "eval/stats/correction.h"
#include <math.h>
#include <stdlib.h>

/* Of "some lever gains". Held against repeats of the base, and by signs where there are none: so that pure noise is called a gain
 * in less than 5 % of worlds (make bench-advice). */
#define FAMILY_ALPHA .011
#define FAMILY_ALPHA_SIGNS .02
#define FURTHER                                                                                                                    \
	.025	 /* one-sided, as 5 % of two sides in compare: of a further lever once one is settled (step-down), of what a stack \
		    adds */
#define EVEN .05 /* one-sided: of gains against losses, beside the family level */
#define CLEAN_WINS 6 /* fewer cannot reach 5 % (exact McNemar: 6 wins to none is .031) */

bool is_superseded(const struct advice *advice, const struct candidate *candidate)
{
	for (size_t i = 0; i < advice->candidate_count; i++)
		if (!candidate->measured && advice->candidates[i].measured && advice->candidates[i].rule == candidate->rule)
			return true;
	return false;
}

/* Some lever gains for certain: the family-wise test says so. Then those that a test of their own shows may lead as well. */
static bool any_settled(const struct advice *advice, double level)
{
	for (size_t i = 0; i < advice->candidate_count; i++)
		if (advice->candidates[i].p <= level && advice->candidates[i].won >= CLEAN_WINS && advice->candidates[i].gain > 0)
			return true;
	return false;
}

static const char *no_gain(const struct evidence *evidence, const struct candidate *candidate, struct arena *arena)
{
	size_t unanswered = 0;
	for (size_t i = 0; candidate->measured && i < evidence->case_count; i++)
		unanswered += candidate->arm->open[i];
	const char *words =
		fabs(candidate->gain) < .0005 ? "no gain" : arena_format(arena, "no gain: %+.1f points", 100 * candidate->gain);
	return unanswered ? arena_format(arena,
				    "%s; %zu of its cases have no answer and count as not passed: `lever run` tries them again",
				    words, unanswered)
			  : words;
}

/* Once one lever is settled, a further one is held to the step-down level of 5 %. */
static const char *claim_refuse(
	const struct evidence *evidence, const struct candidate *candidate, bool settled, double level, struct arena *arena)
{
	if (!candidate->has_gain)
		return "no evidence: it was neither measured nor probed";
	if (candidate->blind)
		return arena_format(arena, "at most %+.1f points: no case that passes was asked, so what it breaks is not known",
			100 * candidate->gain);
	if (!(candidate->gain > 0))
		return no_gain(evidence, candidate, arena);
	if (candidate->won < CLEAN_WINS)
		return arena_format(arena, "%d case%s won: fewer than %d cannot tell a gain from chance", candidate->won,
			candidate->won == 1 ? "" : "s", CLEAN_WINS);
	bool even = !(candidate->p_alone <= EVEN);
	if (candidate->p <= (settled ? FURTHER : level) && !even)
		return candidate->sampled && candidate->interval.low <= 0
			       ? arena_format(arena,
					 "a gain of %+.1f points, but too few passing cases were asked to know what it breaks: a "
					 "larger `lever probe --sample` tells",
					 100 * candidate->gain)
			       : NULL;
	return arena_format(arena, "a gain of %+.1f points is not settled (p = %.2g %s)", 100 * candidate->gain,
		even ? candidate->p_alone : candidate->p, even ? "for its gains against its losses" : "over all levers looked at");
}

static const char *settled_why(const struct candidate *candidate, struct arena *arena)
{
	return candidate->interval.low > 0 || isnan(candidate->p) || !candidate->arm || !candidate->arm->alike
		       ? "a gain that chance does not explain"
		       : arena_format(arena,
				 "a gain that chance does not explain: asked again, the base hardly ever gets these cases right (p "
				 "= %.2g); the "
				 "interval does not use that and touches 0",
				 candidate->p);
}

static int by_rank(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;
	if (a->recommended != b->recommended)
		return a->recommended ? -1 : 1;
	if (a->proposal != b->proposal)
		return a->proposal ? 1 : -1;
	if (a->has_gain != b->has_gain)
		return a->has_gain ? -1 : 1;
	if (a->has_gain && a->shrunk != b->shrunk)
		return a->shrunk > b->shrunk ? -1 : 1;
	return a->rule < b->rule ? -1 : a->rule > b->rule;
}

static void one_per_lever(struct advice *advice)
{
	int rank = 0;
	for (size_t i = 0; i < advice->candidate_count; i++) {
		struct candidate *candidate = &advice->candidates[i];
		for (size_t k = 0; k < i && candidate->recommended; k++)
			if (advice->candidates[k].recommended && advice->candidates[k].rule == candidate->rule) {
				candidate->recommended = false;
				candidate->why = "another way of pulling the same lever ranks higher";
			}
		candidate->rank = candidate->recommended && !candidate->rule->remedy ? ++rank : 0;
	}
}

/* ---- remedies: failures that no lever mends
 * -------------------------------------------------------------------------------------- */

#define REMEDY_SHARE .25 /* of the failures at least, and CLEAN_WINS of them */

static void remedy_judge(const struct evidence *evidence, struct candidate *candidate, struct arena *arena)
{
	size_t count = candidate->case_count;
	candidate->recommended = count >= CLEAN_WINS && candidate->share >= REMEDY_SHARE;
	candidate->why =
		count == 0
			? arena_format(arena, "no failure has the mode %s", candidate->modes)
			: arena_format(arena, "%zu of %zu failures have the mode %s: %.1f points of all cases at most, by no lever",
				  count, evidence->failing, candidate->modes, 100 * (double)count / (double)evidence->case_count);
}

/* ---- stacks
 * ---------------------------------------------------------------------------------------------------------------------- */

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

/* A stack has to beat its best part, not only the base. */
static const char *stack_refuse(const struct evidence *evidence, const struct candidate *candidate, struct arena *arena)
{
	bool stacked = candidate->measured && (candidate->arm->part_count || candidate->arm->steps > 1);
	const struct evidence_arm *part = stacked ? best_part(evidence, candidate->arm) : NULL;
	int won = 0;
	double *d = arena_take(arena, (evidence->case_count + 1) * sizeof *d);
	if (!part)
		return NULL;
	for (size_t i = 0; i < evidence->case_count; i++) {
		d[i] = candidate->arm->rate[i] - part->rate[i];
		won += d[i] > .1;
	}
	double p = signs_test(evidence, d, arena), gain = arm_gain(evidence, candidate->arm, part);
	if (gain > 0 && p <= FURTHER && won >= CLEAN_WINS)
		return NULL;
	return gain > 0 ? arena_format(arena, "what it adds to %s (%+.1f points) is not settled (p = %.2g)", part->arm.name,
				  100 * gain, p)
			: arena_format(arena, "it adds nothing to %s (%+.1f points)", part->arm.name, 100 * gain + 0.0);
}

static bool holds_both(const struct evidence_arm *arm, const struct evidence_arm *first, const struct evidence_arm *second)
{
	int found = 0;
	for (size_t i = 0; i < arm->part_count; i++)
		found += arm->parts[i] == first || arm->parts[i] == second;
	return found == 2;
}

#define ADDS_LEAST .01 /* beyond the better of the two: what both together could reach at most */

/* Two measured levers that are both recommended, and no variant of both yet: right wherever one of them is, at most. */
static void stack_propose(struct advice *advice, const struct project *project, struct arena *arena)
{
	const struct evidence *evidence = advice->evidence;
	const struct candidate *first = NULL, *second = NULL;
	struct candidate *stack = NULL;
	for (size_t i = 0; i < advice->candidate_count; i++) {
		struct candidate *candidate = &advice->candidates[i];
		bool alone = candidate->rank && candidate->measured && candidate->arm->steps == 1 && !candidate->arm->part_count;
		if (alone)
			*(first ? &second : &first) = first && second ? second : candidate;
		if (!candidate->measured && strcmp(candidate->lever, "stack") == 0)
			stack = candidate;
	}
	for (size_t i = 0; second && i < evidence->arm_count; i++)
		if (evidence->arms[i].measured && !evidence->arms[i].hidden &&
			holds_both(&evidence->arms[i], first->arm, second->arm))
			return;
	if (!stack || !second)
		return;
	for (size_t i = 0; i < evidence->case_count; i++)
		stack->differences[i] =
			fmax(first->differences[i], second->differences[i]) + 0 * first->differences[i] * second->differences[i];
	gain_measure(stack, evidence, arena);
	if (!(stack->gain > fmax(first->gain, second->gain) + ADDS_LEAST)) {
		stack->has_gain = false;
		return;
	}
	stack->bound = stack->proposal = stack->recommended = stack->has_gain;
	stack->evidence = arena_format(arena, "%s and %s", first->arm->arm.name, second->arm->arm.name);
	stack->disqualified = NULL;
	stack->why = "both are measured and settled; what they do together is not a sum: measure it as its own variant";
	stack_confirm(stack, first->arm, second->arm, advice, project, arena);
}

void candidates_rank(struct advice *advice, const struct project *project, struct arena *arena)
{
	double level = base_repeated(advice->evidence) ? FAMILY_ALPHA : FAMILY_ALPHA_SIGNS;
	bool settled = any_settled(advice, level);
	long long trained = training_rows(project);
	for (size_t i = 0; i < advice->candidate_count; i++) {
		struct candidate *candidate = &advice->candidates[i];
		const struct advice_rule *rule = candidate->rule;
		candidate->shrunk = candidate->has_gain ? shrink(candidate->gain, candidate->error, advice->prior) : NAN;
		candidate->why = claim_refuse(advice->evidence, candidate, settled, level, arena);
		if (!candidate->why)
			candidate->why = stack_refuse(advice->evidence, candidate, arena);
		if (is_superseded(advice, candidate))
			candidate->disqualified = "it was measured as a variant: see there";
		else if (rule->objection)
			candidate->disqualified = rule->objection(advice->evidence, project, candidate, arena);
		candidate->recommended = !candidate->why && !candidate->disqualified && !rule->remedy;
		if (candidate->recommended)
			candidate->why = settled_why(candidate, arena);
		if (rule->remedy)
			remedy_judge(advice->evidence, candidate, arena);
		candidate_costs(candidate, project, trained, arena);
		candidate_confirm(candidate, advice, project, arena);
		candidate->change_mind = candidate->measured
						 ? "a fresh sample on which the gain is gone"
						 : "the lever itself, measured as a variant: a probe bounds what it can do";
	}
	qsort(advice->candidates, advice->candidate_count, sizeof *advice->candidates, by_rank);
	one_per_lever(advice);
	stack_propose(advice, project, arena);
	qsort(advice->candidates, advice->candidate_count, sizeof *advice->candidates, by_rank);
	one_per_lever(advice);
}
