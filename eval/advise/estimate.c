/* What the answers to some cases say of all: the gain of one lever with its interval, and whether chance explains it. */
#include "eval/advise/advice_private.h"
#include "eval/advise/evidence_private.h"
#include "eval/stats/correction.h"
#include "eval/stats/joint.h"
#include <math.h>

#define UNSTABLE_WEIGHT .4
#define LIKELY .8 /* of two sides: the interval that a gain has to be in before passing cases that nobody asked are asked, too */
#define FLIPS 20000
#define SEED 20240607

/* ---- the base's own answers -------------------------------------------------------------------------------------------------- */

static bool is_sample(const struct evidence *evidence, size_t i)
{
	const struct evidence_arm *arm = &evidence->arms[i];
	return i == evidence->base || (arm->steps == 1 && !arm->hidden && arm_repeats(arm));
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

static bool base_counts(const struct evidence *evidence, const struct evidence_arm *arm, size_t at)
{
	const struct evidence_arm *base = &evidence->arms[evidence->base];
	return !isnan(base->rate[at]) && !(base->open[at] && !(arm && !arm->probe));
}

double base_mean(const struct evidence *evidence, const struct evidence_arm *arm, size_t at)
{
	double right;
	int answers = base_answers(evidence, at, &right);
	if (!base_counts(evidence, arm, at))
		return NAN;
	return arm && arm->alike && answers ? right / answers : evidence->arms[evidence->base].rate[at];
}

void arms_alike(struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->arm_count; i++) {
		struct evidence_arm *arm = &evidence->arms[i];
		int answers = 0;
		arm->alike = true;
		for (size_t at = 0; at < evidence->case_count; at++) {
			double right;
			if (isnan(arm->rate[at]) || !base_counts(evidence, arm, at))
				continue;
			int asked = base_answers(evidence, at, &right);
			arm->alike &= !answers || asked == answers;
			answers = asked;
		}
	}
}

/* ---- the cases asked stand for all ------------------------------------------------------------------------------------------- */

/* The base's failing cases and its passing ones: how many there are, and for how many those asked stand by the chances of their
 * draw. */
struct stratum {
	double cases, drawn;
};
/* Failing or passing, and whether what the lever does there is known without asking. */
enum { PASSING, FAILING, SURE = 2, STRATA = 4 };

static int stratum_of(const struct evidence *evidence, const struct candidate *candidate, size_t at)
{
	bool sure = candidate->rule->sure && !candidate->measured && candidate->rule->sure(evidence, at);
	return (case_fails(evidence, at) ? FAILING : PASSING) + (sure ? SURE : 0);
}

static double chance_of(const struct candidate *candidate, int stratum, size_t at)
{
	double p = candidate->drawn && stratum < SURE ? candidate->drawn->probability[at] : 1;
	return p > 0 ? p : 1;
}

static void strata_count(const struct evidence *evidence, const struct candidate *candidate, struct stratum strata[STRATA])
{
	for (size_t i = 0; i < evidence->case_count; i++) {
		if (isnan(base_mean(evidence, candidate->drawn, i)))
			continue;
		int at = stratum_of(evidence, candidate, i);
		strata[at].cases++;
		if (!isnan(candidate->differences[i]))
			strata[at].drawn += 1 / chance_of(candidate, at, i);
	}
}

/* The cases that have a difference, each with the chance that makes those asked stand for all of their stratum. Where no passing
 * case was asked, none is taken to be lost: the gain is one at most. */
struct weighed {
	double *values, *chances;
	long long *groups;
	size_t count;
};

static struct weighed cases_weigh(
	const struct evidence *evidence, struct candidate *candidate, const struct stratum strata[STRATA], struct arena *arena)
{
	size_t room = evidence->case_count + 1;
	struct weighed ret = {arena_take(arena, room * sizeof(double)), arena_take(arena, room * sizeof(double)),
		arena_take(arena, room * sizeof(long long)), 0};
	for (size_t i = 0; i < evidence->case_count; i++) {
		double d = candidate->differences[i];
		int at = stratum_of(evidence, candidate, i);
		bool asked = !isnan(d),
		     taken = !(strata[PASSING].drawn > 0) && at == PASSING && !isnan(base_mean(evidence, candidate->drawn, i));
		candidate->weights[i] = NAN;
		if (!asked && !taken)
			continue;
		double chance = asked ? chance_of(candidate, at, i) * strata[at].drawn / strata[at].cases : 1;
		candidate->weights[i] = asked ? 1 / chance : NAN;
		ret.chances[ret.count] = chance;
		ret.groups[ret.count] = evidence->groups ? evidence->groups[i] : 0;
		ret.values[ret.count++] = asked ? d : 0;
	}
	return ret;
}

/* Of passing cases a few were asked: how many of all are lost is known no better than Wilson's interval of those few. Put together
 * with the interval of what is gained as Newcombe does (1998, method 10: square and add), so that the side where losses may hide is
 * the wide one; how many cases the base fails is itself a sample. */
static void losses_widen(struct candidate *candidate, const struct evidence *evidence, const struct stratum strata[STRATA],
	const struct weighed *all)
{
	double asked = 0, lost = 0, total = 0, few = strata[PASSING].cases;
	CLEANUP(memory_release) double *values = memory_take((all->count + 1) * sizeof *values);
	CLEANUP(memory_release) double *chances = memory_take((all->count + 1) * sizeof *chances);
	size_t others = 0, next = 0;
	for (size_t i = 0; i < STRATA; i++)
		total += strata[i].cases;
	for (size_t i = 0; i < evidence->case_count; i++)
		if (!isnan(candidate->weights[i])) {
			bool passing = stratum_of(evidence, candidate, i) == PASSING;
			asked += passing;
			lost -= passing ? candidate->differences[i] : 0;
			values[others] = all->values[next];
			chances[others] = all->chances[next++];
			others += !passing;
		}
	candidate->sampled = asked < few;
	if (!candidate->sampled || !asked || evidence->groups)
		return;
	if (!others)
		return;
	struct weighted gain = weighted_difference(values, chances, NULL, others, .95);
	struct interval loss = wilson_interval((long long)ceil(fmax(0, lost)), (long long)asked, .95);
	double rate = fmax(0, lost) / asked, share = few / total,
	       mixed = normal_quantile(.975) * sqrt(share * (1 - share) / total) * (gain.estimate + rate);
	double up = hypot((1 - share) * (gain.interval.high - gain.estimate), mixed),
	       down = hypot((1 - share) * (gain.estimate - gain.interval.low), mixed);
	struct interval likely = wilson_interval((long long)ceil(fmax(0, lost)), (long long)asked, LIKELY);
	double more = share * fmax(0, loss.high - rate), fewer = share * fmax(0, rate - loss.low);
	double near = down * normal_quantile(.5 + LIKELY / 2) / normal_quantile(.975), some = share * fmax(0, likely.high - rate);
	candidate->likely_low = candidate->gain - sqrt(near * near + some * some);
	candidate->interval.low = fmax(-1, candidate->gain - sqrt(down * down + more * more));
	candidate->interval.high = fmin(1, candidate->gain + sqrt(up * up + fewer * fewer));
}

/* Of most passing cases it is known that nothing changes, and the others were not asked: all of these may be lost. */
static void losses_assume(struct candidate *candidate, double share)
{
	candidate->sampled = true;
	candidate->interval.low = fmax(-1, candidate->interval.low - share);
	candidate->likely_low -= share;
}

static void wins_count(struct candidate *candidate, const struct weighed *all)
{
	for (size_t i = 0; i < all->count; i++) {
		candidate->wins += all->values[i] > 0.1 ? 1 / all->chances[i] : 0;
		candidate->losses += all->values[i] < -0.1 ? 1 / all->chances[i] : 0;
		candidate->won += all->values[i] > 0.1;
	}
}

/* Over all cases of the base, as a sample of them tells. Nothing where no failing case was asked. */
void gain_measure(struct candidate *candidate, const struct evidence *evidence, struct arena *arena)
{
	struct stratum strata[STRATA] = {0};
	double drawn = 0, cases = 0;
	candidate->weights = arena_take(arena, (evidence->case_count + 1) * sizeof *candidate->weights);
	strata_count(evidence, candidate, strata);
	for (size_t i = 0; i < STRATA; i++) {
		drawn += strata[i].drawn;
		cases += strata[i].cases;
	}
	if (!(drawn > 0) || (strata[FAILING].cases > 0 && !(strata[FAILING].drawn > 0)))
		return;
	bool unseen = strata[PASSING].cases > 0 && !(strata[PASSING].drawn > 0);
	candidate->blind = unseen && !(strata[PASSING + SURE].cases > 0);
	struct weighed all = cases_weigh(evidence, candidate, strata, arena);
	struct weighted found = weighted_difference(all.values, all.chances, evidence->groups ? all.groups : NULL, all.count, .95);
	candidate->has_gain = true;
	candidate->bound = candidate->blind;
	candidate->gain = found.estimate;
	candidate->error = isnan(found.error) ? 1 : found.error;
	candidate->interval = found.interval.defined ? found.interval : (struct interval){-1, 1, true};
	candidate->likely_low = candidate->interval.low;
	losses_widen(candidate, evidence, strata, &all);
	if (unseen && !candidate->blind)
		losses_assume(candidate, strata[PASSING].cases / cases);
	wins_count(candidate, &all);
	candidate->breaks = candidate->blind ? NAN : found.losses / cases; /* weighted by how much */
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
	double right, weight = test_weight(evidence, at) * candidate->weights[at],
		      answer = difference + base_mean(evidence, candidate->arm, at);
	int answers = base_answers(evidence, at, &right);
	bool plain = fabs(answer) < 1e-9 || fabs(answer - 1) < 1e-9;
	if (isnan(difference))
		return (struct joint_cell){NAN, NAN, 0, true};
	if (!candidate->arm || !candidate->arm->alike || !plain || answers < 2)
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
