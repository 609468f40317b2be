/* What the answers to some cases say of all: the gain of one lever with its interval, and whether chance explains it. */
#include "eval/advise/advice_private.h"
#include "eval/stats/correction.h"
#include "eval/stats/joint.h"
#include <math.h>

#define UNSTABLE_WEIGHT .4
#define FLIPS 20000
#define SEED 20240607

/* ---- the base's own answers -------------------------------------------------------------------------------------------------- */

static bool is_sample(const struct evidence *evidence, size_t i)
{
	const struct evidence_arm *arm = &evidence->arms[i];
	return i == evidence->base || (arm->steps == 1 && !arm->hidden && arm->probe &&
					      (!strcmp(arm->probe, "placebo") || !strcmp(arm->probe, "repeats")));
}

int base_answers(const struct evidence *evidence, size_t at, double *right)
{
	int answers = 0;
	*right = 0;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		double rate = evidence->arms[i].rate[at];
		if (!is_sample(evidence, i) || isnan(rate) || evidence->arms[i].open[at])
			continue;
		int repeats = i == evidence->base ? evidence->run.repeats : 1;
		answers += repeats;
		*right += rate * repeats;
	}
	return answers;
}

double base_mean(const struct evidence *evidence, size_t at)
{
	double right;
	int answers = base_answers(evidence, at, &right);
	return isnan(evidence->arms[evidence->base].rate[at]) || evidence->arms[evidence->base].open[at] || !answers
		       ? NAN
		       : right / answers;
}

/* ---- the cases asked stand for all ------------------------------------------------------------------------------------------- */

/* The base's failing cases and its passing ones: how many there are, and for how many those asked stand by the chances of their
 * draw. */
struct stratum {
	double cases, drawn;
};

static double chance_of(const struct candidate *candidate, size_t at)
{
	double p = candidate->drawn ? candidate->drawn->probability[at] : 1;
	return p > 0 ? p : 1;
}

static void strata_count(const struct evidence *evidence, const struct candidate *candidate, struct stratum strata[2])
{
	for (size_t i = 0; i < evidence->case_count; i++) {
		if (isnan(base_mean(evidence, i)))
			continue;
		struct stratum *stratum = &strata[case_fails(evidence, i)];
		stratum->cases++;
		if (!isnan(candidate->differences[i]))
			stratum->drawn += 1 / chance_of(candidate, i);
	}
}

/* Each case that has a difference, with the chance that makes those asked stand for all of their stratum. Where no passing case was
 * asked, none is taken to be lost: the gain is one at most. */
static size_t cases_weigh(const struct evidence *evidence, struct candidate *candidate, const struct stratum strata[2],
	double *values, double *chances, long long *groups)
{
	size_t count = 0;
	for (size_t i = 0; i < evidence->case_count; i++) {
		double d = candidate->differences[i];
		bool fails = case_fails(evidence, i), asked = !isnan(d),
		     taken = candidate->blind && !fails && !isnan(base_mean(evidence, i));
		if (!asked && !taken)
			continue;
		chances[count] = asked ? chance_of(candidate, i) * strata[fails].drawn / strata[fails].cases : 1;
		candidate->weights[i] = asked ? 1 / chances[count] : NAN;
		groups[count] = evidence->groups ? evidence->groups[i] : 0;
		values[count++] = asked ? d : 0;
	}
	return count;
}

/* Over all cases of the base, as a sample of them tells. Nothing where no failing case was asked. */
void gain_measure(struct candidate *candidate, const struct evidence *evidence, struct arena *arena)
{
	size_t room = evidence->case_count + 1;
	double *values = arena_take(arena, room * sizeof *values), *chances = arena_take(arena, room * sizeof *chances);
	long long *groups = arena_take(arena, room * sizeof *groups);
	struct stratum strata[2] = {0};
	candidate->weights = arena_take(arena, room * sizeof *candidate->weights);
	strata_count(evidence, candidate, strata);
	bool any = strata[0].drawn > 0 || strata[1].drawn > 0;
	if (!any || (strata[1].cases > 0 && !(strata[1].drawn > 0)))
		return;
	candidate->blind = strata[0].cases > 0 && !(strata[0].drawn > 0);
	size_t count = cases_weigh(evidence, candidate, strata, values, chances, groups);
	struct weighted found = weighted_difference(values, chances, evidence->groups ? groups : NULL, count, .95);
	candidate->has_gain = true;
	candidate->bound = candidate->blind;
	candidate->gain = found.estimate;
	candidate->error = isnan(found.error) ? 1 : found.error;
	candidate->interval = found.interval.defined ? found.interval : (struct interval){-1, 1, true};
	for (size_t i = 0; i < count; i++) {
		candidate->wins += values[i] > 0.1 ? 1 / chances[i] : 0;
		candidate->losses += values[i] < -0.1 ? 1 / chances[i] : 0;
		candidate->won += values[i] > 0.1;
	}
	candidate->breaks = candidate->blind ? NAN : found.losses / (strata[0].cases + strata[1].cases); /* weighted by how much */
}

/* ---- is it chance? -------------------------------------------------------------------------------------------------------------
 */

/* A case whose answers differ when asked the very same tells little: it counts less in the test, never in the estimate. */
static double test_weight(const struct evidence *evidence, size_t at)
{
	double right;
	int answers = base_answers(evidence, at, &right);
	return answers < 3 || right <= 0 || right >= answers ? 1 : UNSTABLE_WEIGHT;
}

/* A probe's or variant's answer is held against all that the base said to the same question: that chance makes a case right which
 * the base never got right is rare, and the more often the base was asked the surer that is known. What is computed from several
 * answers has a sign only. */
static struct joint_cell cell_of(const struct evidence *evidence, const struct candidate *candidate, size_t at)
{
	double difference = candidate->differences[at];
	double right, weight = test_weight(evidence, at) * candidate->weights[at], answer = difference + base_mean(evidence, at);
	int answers = base_answers(evidence, at, &right);
	bool plain = fabs(answer) < 1e-9 || fabs(answer - 1) < 1e-9;
	if (isnan(difference))
		return (struct joint_cell){NAN, NAN, 0, true};
	if (!candidate->arm || !plain || answers < 2)
		return joint_flip(difference * weight);
	return joint_exchange(right, answers, answer > .5, weight);
}

bool base_repeated(const struct evidence *evidence)
{
	double right;
	for (size_t i = 0; i < evidence->case_count; i++)
		if (base_answers(evidence, i, &right) > 1)
			return true;
	return false;
}

/* Where cases hang together in groups, a group is the unit: its sum has a sign, under the null as likely this as that. */
static void groups_gather(const struct evidence *evidence, const double *own, struct joint_cell *cells, double *sums)
{
	for (size_t at = 0; at < evidence->case_count; at++) {
		sums[at] = NAN;
		cells[at] = joint_flip(NAN);
	}
	for (size_t at = 0; at < evidence->case_count; at++) {
		double *sum = &sums[evidence->groups[at] - 1];
		if (!isnan(own[at]))
			*sum = (isnan(*sum) ? 0 : *sum) + own[at];
	}
	for (size_t at = 0; at < evidence->group_count; at++)
		cells[at] = joint_flip(sums[at]);
}

static void candidate_test(
	const struct evidence *evidence, struct candidate *candidate, struct joint_cell *cells, double *own, double *sums)
{
	size_t cases = evidence->case_count;
	for (size_t at = 0; at < cases; at++) {
		own[at] = candidate->differences[at] * test_weight(evidence, at) * candidate->weights[at];
		cells[at] = cell_of(evidence, candidate, at);
	}
	if (evidence->groups)
		groups_gather(evidence, own, cells, sums);
	joint_signflip(evidence->groups ? sums : own, 1, cases, FLIPS / 4, SEED, &candidate->p_alone);
}

double signs_test(const struct evidence *evidence, const double *differences, struct arena *arena)
{
	size_t cases = evidence->case_count;
	double *sums = arena_take(arena, (cases + 1) * sizeof *sums), p;
	struct joint_cell *cells = arena_take(arena, (cases + 1) * sizeof *cells);
	if (evidence->groups)
		groups_gather(evidence, differences, cells, sums);
	joint_signflip(evidence->groups ? sums : differences, 1, cases, FLIPS / 4, SEED, &p);
	return p;
}

void family_test(struct advice *advice, struct arena *arena)
{
	const struct evidence *evidence = advice->evidence;
	size_t cases = evidence->case_count, count = 0;
	struct joint_cell *cells = arena_take(arena, (advice->candidate_count * cases + 1) * sizeof *cells);
	double *own = arena_take(arena, (cases + 1) * sizeof *own), *sums = arena_take(arena, (cases + 1) * sizeof *sums);
	double *p = arena_take(arena, (advice->candidate_count + 1) * sizeof *p);
	for (size_t i = 0; i < advice->candidate_count; i++)
		if (advice->candidates[i].has_gain)
			candidate_test(evidence, &advice->candidates[i], &cells[count++ * cases], own, sums);
	joint_test(cells, count, cases, FLIPS, SEED, p);
	count = 0;
	for (size_t i = 0; i < advice->candidate_count; i++)
		if (advice->candidates[i].has_gain)
			advice->candidates[i].p = p[count++];
}
