/* What each lever would gain: one candidate for every row of the table and every arm that bears on it. */
#include "eval/advise/advice_private.h"
#include "eval/stats/correction.h"
#include "eval/stats/joint.h"
#include <math.h>
#include <stdlib.h>

/* Of "some lever gains". Held against repeats of the base, and by signs where there are none: so that pure noise is called a gain in less
 * than 5 % of worlds (make bench-advice). */
#define FAMILY_ALPHA .011
#define FAMILY_ALPHA_SIGNS .02
#define ALPHA .05 /* of "this lever gains", whatever the others do: wins against losses */
#define CLEAN_WINS 6 /* fewer cannot reach 5 % (exact McNemar: 6 wins to none is .031) */
#define UNSTABLE_WEIGHT .4
#define FLIPS 20000
#define SEED 20240607

bool modes_have(const char *list, const char *code)
{
	size_t length = strlen(code);
	for (const char *at = list; (at = strstr(at, code)); at += length)
		if ((at == list || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
			return true;
	return false;
}

static bool is_sample(const struct evidence *evidence, size_t i)
{
	const struct evidence_arm *arm = &evidence->arms[i];
	return i == evidence->base ||
	       (arm->steps == 1 && !arm->hidden && arm->probe && (!strcmp(arm->probe, "placebo") || !strcmp(arm->probe, "repeats")));
}

int base_answers(const struct evidence *evidence, size_t at, double *right)
{
	int answers = 0;
	*right = 0;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		double rate = evidence->arms[i].rate[at];
		if (!is_sample(evidence, i) || isnan(rate))
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
	return isnan(evidence->arms[evidence->base].rate[at]) || !answers ? NAN : right / answers;
}

/* ---- one candidate
 * ----------------------------------------------------------------------------------------------------------------- */

/* Over the cases that have a difference, each weighted by how it was drawn. */
static void gain_measure(struct candidate *candidate, const struct evidence *evidence, const double *d, struct arena *arena)
{
	double *values = arena_take(arena, (evidence->case_count + 1) * sizeof *values);
	double *chances = arena_take(arena, (evidence->case_count + 1) * sizeof *chances);
	size_t count = 0;
	for (size_t i = 0; i < evidence->case_count; i++)
		if (!isnan(d[i])) {
			double p = candidate->arm ? candidate->arm->probability[i] : 1;
			values[count] = d[i];
			chances[count++] = p > 0 ? p : 1;
		}
	struct weighted found = weighted_difference(values, chances, count, .95);
	if (!count)
		return;
	candidate->has_gain = true;
	candidate->gain = found.estimate;
	candidate->error = found.error;
	candidate->interval = found.interval;
	for (size_t i = 0; i < count; i++) {
		candidate->wins += values[i] > 0.1 ? 1 / chances[i] : 0;
		candidate->losses += values[i] < -0.1 ? 1 / chances[i] : 0;
	}
	candidate->breaks = found.losses / (double)evidence->case_count; /* weighted by how much */
}

static void cases_take(struct candidate *candidate, const struct evidence *evidence, struct arena *arena)
{
	candidate->cases = arena_take(arena, (evidence->case_count + 1) * sizeof *candidate->cases);
	for (size_t i = 0; i < evidence->case_count; i++)
		if (case_fails(evidence, i) && evidence->cases[i].mode &&
			modes_have(candidate->modes, evidence->cases[i].mode))
			candidate->cases[candidate->case_count++] = i;
	candidate->share = evidence->failing ? (double)candidate->case_count / (double)evidence->failing : 0;
}

struct making {
	struct advice *advice;
	const struct project *project;
	struct arena *arena;
	double *differences; /* candidates × cases */
	size_t room;
};

static struct candidate *candidate_add(struct making *making, const struct advice_rule *rule)
{
	struct advice *advice = making->advice;
	const struct evidence *evidence = advice->evidence;
	size_t cases = evidence->case_count;
	struct candidate *candidate = LIST_MORE(making->arena, advice->candidates, advice->candidate_count, making->room);
	making->differences = arena_grow(making->arena, making->differences, (advice->candidate_count - 1) * cases * sizeof(double),
		advice->candidate_count * cases * sizeof(double) + sizeof(double));
	*candidate = (struct candidate){.rule = rule,
		.lever = rule->name,
		.modes = rule->modes,
		.p = NAN,
		.p_alone = NAN,
		.cost = NAN,
		.latency = NAN,
		.break_even = NAN,
		.base_cost = evidence->arms[evidence->base].cost,
		.gain = NAN,
		.error = NAN,
		.shrunk = NAN,
		.breaks = NAN};
	for (size_t i = 0; i < cases; i++)
		making->differences[(advice->candidate_count - 1) * cases + i] = NAN;
	return candidate;
}

static double *differences_of(struct making *making)
{
	return &making->differences[(making->advice->candidate_count - 1) * making->advice->evidence->case_count];
}

static void candidate_estimate(
	struct making *making, struct candidate *candidate, const struct evidence_arm *arm, const char *evidence_name)
{
	const struct evidence *evidence = making->advice->evidence;
	double *d = differences_of(making);
	candidate->arm = arm;
	candidate->evidence = evidence_name;
	candidate->cost = arm ? arm->cost : NAN;
	candidate->latency = arm ? arm->latency : NAN;
	bool (*estimate)(const struct evidence *, const struct evidence_arm *, double *) = candidate->rule->estimate;
	if (candidate->measured) {
		for (size_t i = 0; i < evidence->case_count; i++)
			d[i] = arm->rate[i] - base_mean(evidence, i);
		gain_measure(candidate, evidence, d, making->arena);
	} else if (estimate && estimate(evidence, arm, d))
		gain_measure(candidate, evidence, d, making->arena);
}

static const struct evidence_arm *gold_arm(const struct evidence *evidence)
{
	const struct evidence_arm *among = evidence_probe(evidence, "oracle-distractors");
	return among ? among : evidence_probe(evidence, "oracle-context");
}

/* A rule without arms of its own is computed from several, or from what is stored. */
static void rule_candidates(struct making *making, const struct advice_rule *rule)
{
	const struct evidence *evidence = making->advice->evidence;
	bool any = false;
	for (const char *const *probe = rule->probes; probe && *probe; probe++) {
		const struct evidence_arm *arm = evidence_probe(evidence, *probe);
		if (!arm)
			continue;
		any = true;
		candidate_estimate(making, candidate_add(making, rule), arm, *probe);
	}
	if (any)
		return;
	struct candidate *candidate = candidate_add(making, rule);
	if (!rule->probes && rule->estimate) {
		bool gold = !strcmp(rule->name, "rag") || !strcmp(rule->name, "retrieval");
		candidate_estimate(making, candidate, gold ? gold_arm(evidence) : NULL,
			gold			      ? "oracle-distractors"
			: !strcmp(rule->name, "vote") ? "repeats"
						      : "lenient");
		if (!candidate->has_gain)
			candidate->evidence = NULL;
		candidate->bound = candidate->has_gain && gold && (!evidence->searched || !strcmp(rule->name, "retrieval"));
		candidate->cost = !strcmp(rule->name, "vote") ? 5 * candidate->base_cost : candidate->cost;
		candidate->cost = !strcmp(rule->name, "format") ? candidate->base_cost : candidate->cost;
	}
}

/* A variant of a variant pulls two levers: a stack, unless both are the same. */
static const struct advice_rule *rule_of(const struct evidence *evidence, const struct evidence_arm *arm)
{
	const char *lever = arm->arm.lever;
	const struct evidence_arm *above = arm;
	for (int step = 1; lever && step < arm->steps; step++) {
		above = arm_parent(evidence, above);
		if (!above->arm.lever || strcmp(above->arm.lever, lever) != 0)
			lever = "stack";
	}
	return lever ? advice_rule_find(lever) : NULL;
}

static const char *modes_join(const char *modes, const char *more, struct arena *arena)
{
	for (size_t length; *more; more += length + (more[length] == ' ')) {
		length = strcspn(more, " ");
		const char *code = arena_copy(arena, more, length);
		if (!modes_have(modes, code))
			modes = arena_format(arena, "%s%s%s", modes, *modes ? " " : "", code);
	}
	return modes;
}

/* A stack answers to what its parts answer to. */
static const char *modes_of(const struct candidate *candidate, struct arena *arena)
{
	const char *modes = candidate->rule->modes;
	for (size_t i = 0; i < candidate->arm->part_count; i++) {
		const char *lever = candidate->arm->parts[i]->arm.lever;
		const struct advice_rule *rule = lever ? advice_rule_find(lever) : NULL;
		modes = rule ? modes_join(modes, rule->modes, arena) : modes;
	}
	return modes;
}

static void measured_candidates(struct making *making)
{
	const struct evidence *evidence = making->advice->evidence;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		const struct advice_rule *rule = arm->steps && !arm->probe ? rule_of(evidence, arm) : NULL;
		if (arm->hidden || !arm->measured || !rule)
			continue;
		struct candidate *candidate = candidate_add(making, rule);
		candidate->measured = true;
		candidate_estimate(making, candidate, arm, arm->arm.name);
		candidate->modes = modes_of(candidate, making->arena);
	}
}

const char *parts_words(const struct evidence *evidence, const struct evidence_arm *arm, struct arena *arena)
{
	const char *words = NULL;
	for (size_t i = 0; arm && i < arm->part_count; i++) {
		const struct evidence_arm *part = arm->parts[i];
		double gain = arm_gain(evidence, part, &evidence->arms[evidence->base]);
		if (part->hidden && !arm->hidden)
			continue;
		const char *told = isnan(gain) ? "not measured" : arena_format(arena, "%+.1f points", 100 * gain);
		words = words ? arena_format(arena, "%s, %s %s", words, part->arm.name, told)
			      : arena_format(arena, "%s %s", part->arm.name, told);
	}
	return words;
}

/* A case whose answers differ when asked the very same tells little: it counts less in the test, never in the estimate. */
static double test_weight(const struct evidence *evidence, size_t at)
{
	double right;
	int answers = base_answers(evidence, at, &right);
	return answers < 3 || right <= 0 || right >= answers ? 1 : UNSTABLE_WEIGHT;
}

/* A probe's or variant's answer is held against all that the base said to the same question: that chance makes a case right which the
 * base never got right is rare, and the more often the base was asked the surer that is known. What is computed from several answers
 * has a sign only. */
static struct joint_cell cell_of(const struct evidence *evidence, const struct candidate *candidate, size_t at, double difference)
{
	double right, weight = test_weight(evidence, at), answer = difference + base_mean(evidence, at);
	int answers = base_answers(evidence, at, &right);
	bool plain = fabs(answer) < 1e-9 || fabs(answer - 1) < 1e-9;
	if (isnan(difference) || !candidate->arm || !plain || answers < 2)
		return joint_flip(difference * weight);
	return joint_exchange(right, answers, answer > .5, weight);
}

static bool base_repeated(const struct evidence *evidence)
{
	double right;
	for (size_t i = 0; i < evidence->case_count; i++)
		if (base_answers(evidence, i, &right) > 1)
			return true;
	return false;
}

static void family_test(struct making *making)
{
	struct advice *advice = making->advice;
	const struct evidence *evidence = advice->evidence;
	size_t cases = evidence->case_count, count = 0;
	struct joint_cell *cells = arena_take(making->arena, (advice->candidate_count * cases + 1) * sizeof *cells);
	double *own = arena_take(making->arena, (cases + 1) * sizeof *own);
	double *p = arena_take(making->arena, (advice->candidate_count + 1) * sizeof *p);
	for (size_t i = 0; i < advice->candidate_count; i++) {
		struct candidate *candidate = &advice->candidates[i];
		if (!candidate->has_gain)
			continue;
		for (size_t at = 0; at < cases; at++) {
			double difference = making->differences[i * cases + at];
			cells[count * cases + at] = cell_of(evidence, candidate, at, difference);
			own[at] = difference * test_weight(evidence, at);
		}
		joint_signflip(own, 1, cases, FLIPS / 4, SEED, &candidate->p_alone);
		count++;
	}
	joint_test(cells, count, cases, FLIPS, SEED, p);
	count = 0;
	for (size_t i = 0; i < advice->candidate_count; i++)
		if (advice->candidates[i].has_gain)
			advice->candidates[i].p = p[count++];
}

void candidates_make(struct advice *advice, const struct project *project, struct arena *arena)
{
	struct making making = {.advice = advice, .project = project, .arena = arena};
	measured_candidates(&making);
	for (const struct advice_rule *rule = advice_rules; rule->name; rule++)
		rule_candidates(&making, rule);
	for (size_t i = 0; i < advice->candidate_count; i++)
		cases_take(&advice->candidates[i], advice->evidence, arena);
	family_test(&making);
}

/* ---- ranking
 * ------------------------------------------------------------------------------------------------------------------------ */

/* Is the same lever there as a measured variant? Then the probe's word is history. */
static bool is_superseded(const struct advice *advice, const struct candidate *candidate)
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
		if (advice->candidates[i].p <= level && advice->candidates[i].wins >= CLEAN_WINS)
			return true;
	return false;
}

static const char *claim_refuse(const struct candidate *candidate, bool protected, double level, struct arena *arena)
{
	double p = protected ? candidate->p_alone : candidate->p;
	if (!candidate->has_gain)
		return "no evidence: it was neither measured nor probed";
	if (candidate->wins < CLEAN_WINS)
		return arena_format(
			arena, "%.0f cases won: fewer than %d cannot tell a gain from chance", candidate->wins, CLEAN_WINS);
	bool even = !(candidate->p_alone <= ALPHA);
	if (p <= (protected ? ALPHA : level) && !even)
		return NULL;
	if (!(candidate->gain > 0))
		return arena_format(arena, "no gain: %+.1f points", 100 * candidate->gain);
	return arena_format(arena, "a gain of %+.1f points is not settled (p = %.2g %s)", 100 * candidate->gain,
		even ? candidate->p_alone : candidate->p, even ? "for its gains against its losses" : "over all levers looked at");
}

static const char *settled_why(const struct candidate *candidate, struct arena *arena)
{
	return candidate->interval.low > 0 || isnan(candidate->p)
		       ? "a gain that chance does not explain"
		       : arena_format(arena,
				 "a gain that chance does not explain: asked again, the base hardly ever gets these cases right (p = %.2g); the "
				 "interval does not use that and touches 0",
				 candidate->p);
}

static int by_rank(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;
	if (a->recommended != b->recommended)
		return a->recommended ? -1 : 1;
	if (a->has_gain != b->has_gain)
		return a->has_gain ? -1 : 1;
	if (a->has_gain && a->shrunk != b->shrunk)
		return a->shrunk > b->shrunk ? -1 : 1;
	return a->rule < b->rule ? -1 : a->rule > b->rule;
}

static const char *command_of(const struct candidate *candidate, const struct advice *advice, struct arena *arena)
{
	const char *base = advice->evidence->arms[advice->evidence->base].arm.name;
	if (candidate->measured)
		return arena_format(arena, "lever compare %s %s", base, candidate->evidence);
	if (candidate->rule->remedy)
		return arena_format(arena, "lever triage --variant %s", base);
	if (!candidate->has_gain && candidate->rule->probes)
		return arena_format(arena, "lever probe --variant %s --only %s", base, candidate->rule->probes[0]);
	return arena_format(arena, "lever run --variant %s   # add: %s: {lever: %s, parent: %s, …}", candidate->lever,
		candidate->lever, candidate->lever, base);
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
		candidate->rank = candidate->recommended ? ++rank : 0;
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
		candidate->shrunk = candidate->has_gain ? shrink(candidate->gain, candidate->error, advice->prior) : NAN;
		candidate->why = claim_refuse(candidate, settled, level, arena);
		if (is_superseded(advice, candidate))
			candidate->disqualified = "it was measured as a variant: see there";
		else if (rule->objection && (!candidate->measured || candidate->arm->steps > 1))
			candidate->disqualified = rule->objection(advice->evidence, project, candidate, arena);
		candidate->recommended = !candidate->why && !candidate->disqualified && !rule->remedy;
		if (candidate->recommended)
			candidate->why = settled_why(candidate, arena);
		candidate_costs(candidate, project, trained, arena);
		candidate->command = command_of(candidate, advice, arena);
		candidate->change_mind = candidate->measured
						 ? "a fresh sample on which the gain is gone"
						 : "the lever itself, measured as a variant: a probe bounds what it can do";
	}
	qsort(advice->candidates, advice->candidate_count, sizeof *advice->candidates, by_rank);
	one_per_lever(advice);
}
