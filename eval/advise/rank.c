/* Which of the levers are recommended, in which order, and why the others are not. */
#include "eval/advise/advice_private.h"
#include "eval/stats/correction.h"
#include <math.h>
#include <stdlib.h>

#define EVEN .1	    /* one-sided: of gains against losses, beside the family level; as an interval of 80 % */
#define FURTHER_LEVER .05 /* of a further lever over all of them, once one is settled: Westfall and Young step down to it */

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

/* ---- a cheaper lever ---------------------------------------------------------------------------------------------------------- */

#define CHEAPER .9 /* of what a call costs, at most */
#define MOST (2. / 3)

/* Most of the cases that the one mends the other mends too. What was never asked of both is not known. */
static bool mends_same(const struct evidence *evidence, const struct candidate *dear, const struct candidate *other)
{
	double won = 0, both = 0;
	for (size_t i = 0; i < evidence->case_count; i++)
		if (dear->differences[i] > .1 && !isnan(other->differences[i])) {
			won++;
			both += other->differences[i] > .1;
		}
	return won > 0 && both >= MOST * won;
}

/* It costs little beside its calls. */
static bool is_light(const struct candidate *candidate)
{
	return strcmp(candidate->lever, "fine-tune") != 0 && strcmp(candidate->lever, "distil") != 0 && strcmp(candidate->lever, "stack") != 0;
}

/* Does the dearer one gain more than the other for certain? Over the cases that both know of. */
static bool gains_more(const struct evidence *evidence, const struct candidate *dear, const struct candidate *other, struct arena *arena)
{
	double *d = arena_take(arena, (evidence->case_count + 1) * sizeof *d), sum = 0;
	for (size_t i = 0; i < evidence->case_count; i++) {
		d[i] = (dear->differences[i] - other->differences[i]) * fmax(dear->weights[i], other->weights[i]);
		sum += isnan(d[i]) ? 0 : d[i];
	}
	return sum > 0 && signs_test(evidence, d, arena) <= FURTHER;
}

/* What costs more a call has to show that it gains more: of two that mend as much the cheaper one comes first. */
static void dear_refuse(struct advice *advice, struct arena *arena)
{
	for (size_t i = 0; i < advice->candidate_count; i++) {
		struct candidate *dear = &advice->candidates[i];
		const struct candidate *found = NULL;
		for (size_t k = 0; dear->recommended && !dear->rule->remedy && k < advice->candidate_count; k++) {
			const struct candidate *other = &advice->candidates[k];
			bool cheaper = other->recommended && !other->rule->remedy && other->rule != dear->rule && is_light(other) &&
				       other->cost <= CHEAPER * dear->cost && (!found || other->cost < found->cost);
			if (cheaper && mends_same(advice->evidence, dear, other) && !gains_more(advice->evidence, dear, other, arena))
				found = other;
		}
		if (!found)
			continue;
		dear->recommended = false;
		dear->disqualified = arena_format(arena,
			"%s mends most of the same cases, and a call of it costs %.3g times less: what this one gains beyond that (%+.1f points) "
			"is not settled",
			found->lever, dear->cost / found->cost, tenths_of(dear->gain - found->gain));
	}
}

static const char *no_gain(const struct evidence *evidence, const struct candidate *candidate, struct arena *arena)
{
	size_t unanswered = 0;
	for (size_t i = 0; candidate->measured && i < evidence->case_count; i++)
		unanswered += candidate->arm->open[i];
	const char *words =
		fabs(candidate->gain) < .0005 ? "no gain" : arena_format(arena, "no gain: %+.1f points", tenths_of(candidate->gain));
	if (candidate->won >= CLEAN_WINS && candidate->measured)
		words = arena_format(arena, "%s, as it mends %.0f cases and breaks %.0f: what tells them apart could route them", words,
			candidate->wins, candidate->losses);
	return unanswered ? arena_format(arena,
				    "%s; %zu of its cases have no answer and count as not passed: `lever run` tries them again",
				    words, unanswered)
			  : words;
}

/* Once one lever is settled, a further one is held to the step-down level. */
static const char *claim_refuse(
	const struct evidence *evidence, struct candidate *candidate, bool settled, double level, struct arena *arena)
{
	if (!candidate->has_gain)
		return "no evidence: it was neither measured nor probed";
	if (candidate->blind)
		return arena_format(arena, "at most %+.1f points: no case that passes was asked, so what it breaks is not known",
			tenths_of(candidate->gain));
	if (!(candidate->gain > 0))
		return no_gain(evidence, candidate, arena);
	if (candidate->won < CLEAN_WINS)
		return arena_format(arena, "%d case%s won: fewer than %d cannot tell a gain from chance", candidate->won,
			candidate->won == 1 ? "" : "s", CLEAN_WINS);
	bool even = !(candidate->p_alone <= EVEN);
	bool certain = candidate->p <= (settled ? FURTHER_LEVER : level) && !even;
	candidate->few_asked = certain && candidate->sampled && candidate->likely_low <= 0;
	if (certain)
		return candidate->few_asked
			       ? arena_format(arena,
					 "a gain of %+.1f points, but too few passing cases were asked to know what it breaks: a "
					 "larger `lever probe --sample` tells",
					 tenths_of(candidate->gain))
			       : NULL;
	return arena_format(arena, "a gain of %+.1f points is not settled (p = %.2g %s, one-sided; %.3g or less would settle it)",
		tenths_of(candidate->gain), even ? candidate->p_alone : candidate->p,
		even ? "for its gains against its losses" : "over all levers looked at", even ? EVEN : settled ? FURTHER_LEVER : level);
}

static const char *settled_why(const struct candidate *candidate, struct arena *arena)
{
	if (candidate->sampled && candidate->interval.low <= 0)
		return "a gain that chance does not explain in the cases asked; the interval touches 0 as only some of the passing cases were "
		       "asked: what it breaks among the others has to be seen before it is adopted";
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

/* ---- what ranks -------------------------------------------------------------------------------------------------------------- */

static bool answers_anew(const struct candidate *candidate)
{
	return candidate->has_gain && candidate->arm && !candidate->blind && !isnan(candidate->breaks);
}

/* How much a lever breaks is seen in few cases: half of what tells it from the others is taken for chance. The gain drawn towards what was
 * measured before (science.md 2.2) with that ranks; nothing else rests on it. */
static double rank_value(const struct advice *advice, const struct candidate *candidate)
{
	double sum = 0, levers = 0, gain = candidate->gain;
	for (size_t i = 0; i < advice->candidate_count; i++)
		if (answers_anew(&advice->candidates[i])) {
			sum += advice->candidates[i].breaks;
			levers++;
		}
	if (answers_anew(candidate))
		gain += (candidate->breaks - sum / levers) / 2;
	return candidate->has_gain ? shrink(gain, candidate->error, advice->prior) : NAN;
}

/* ---- remedies: of failures that are no lever's ------------------------------------------------------------------------ */

#define REMEDY_SHARE .25 /* of the failures at least, and CLEAN_WINS of them */

/* "; tuned passes 28 of them": what a variant or a probe gets right all the same, the one that does most; "" where none does. */
static const char *passed_words(const struct evidence *evidence, const struct candidate *candidate, struct arena *arena)
{
	size_t most = 0;
	const char *name = NULL;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		size_t passed = 0;
		for (size_t k = 0; k < candidate->case_count && i != evidence->base && !arm->hidden; k++)
			passed += arm_right(arm, candidate->cases[k]) == KNOWN_YES;
		if (passed > most) {
			most = passed;
			name = arm->arm.name;
		}
	}
	return name ? arena_format(arena, "; %s passes %zu of them", name, most) : "";
}

static void remedy_judge(const struct evidence *evidence, struct candidate *candidate, struct arena *arena)
{
	size_t count = candidate->case_count;
	candidate->recommended = count >= CLEAN_WINS && candidate->share >= REMEDY_SHARE;
	candidate->why = count == 0
		? arena_format(arena, "no failure has the mode %s", candidate->modes)
		: arena_format(arena, "%zu of %zu failures have the mode %s: %.1f points of all cases at most%s", count, evidence->failing,
			  candidate->modes, tenths_of((double)count / (double)evidence->case_count),
			  passed_words(evidence, candidate, arena));
}

#define ASK_ALONE .25 /* one-sided, of a gain that is likely enough to ask more passing cases about */

/* Of two ways or levers that may be the best one, those of which few passing cases were asked are asked further: that costs less than new
 * cases, and what is not settled may be afterwards. */
static void more_ask(struct advice *advice, struct arena *arena)
{
	double best = 0;
	for (size_t i = 0; i < advice->candidate_count; i++)
		if (advice->candidates[i].rank == 1)
			best = advice->candidates[i].gain;
	for (size_t i = 0; i < advice->candidate_count; i++) {
		struct candidate *candidate = &advice->candidates[i];
		bool open = candidate->has_gain && candidate->sampled && !candidate->blind && !candidate->recommended &&
			    !candidate->disqualified && !candidate->rule->remedy && !candidate->few_asked;
		if (!open || !(candidate->gain > 0) || candidate->won < CLEAN_WINS || !(candidate->p_alone <= ASK_ALONE) ||
			!(candidate->interval.high > best))
			continue;
		candidate->few_asked = true;
		candidate->why = arena_format(arena, "%s, and too few passing cases were asked to tell: a larger `lever probe --sample` does",
			candidate->why);
	}
}

void candidates_rank(struct advice *advice, const struct project *project, struct arena *arena)
{
	double level = base_repeated(advice->evidence) ? FAMILY_ALPHA : FAMILY_ALPHA_SIGNS;
	bool settled = any_settled(advice, level);
	long long trained = training_rows(project);
	for (size_t i = 0; i < advice->candidate_count; i++) {
		struct candidate *candidate = &advice->candidates[i];
		const struct advice_rule *rule = candidate->rule;
		candidate->shrunk = rank_value(advice, candidate);
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
	dear_refuse(advice, arena);
	qsort(advice->candidates, advice->candidate_count, sizeof *advice->candidates, by_rank);
	one_per_lever(advice);
	stack_propose(advice, project, arena);
	qsort(advice->candidates, advice->candidate_count, sizeof *advice->candidates, by_rank);
	one_per_lever(advice);
	more_ask(advice, arena);
}
