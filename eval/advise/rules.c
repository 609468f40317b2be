/* The table: what each lever is for, what its gain is computed from, and what speaks against it. */
#include "eval/advise/advice_private.h"
#include <math.h>

#define VOTE_LEAST .02 /* of the gain's lower bound */

/* ---- estimators: the difference to the base, case by case ----------------------------------------------------------------------
 */

static bool from_arm(const struct evidence *evidence, const struct evidence_arm *arm, double *d)
{
	for (size_t i = 0; i < evidence->case_count; i++)
		d[i] = arm->rate[i] - base_mean(evidence, arm, i);
	return arm->measured > 0;
}

/* The base's own answer scored with patience against the same answer scored as it is. */
static bool from_lenient(const struct evidence *evidence, const struct evidence_arm *arm, double *d)
{
	const struct evidence_arm *base = &evidence->arms[evidence->base];
	bool any = false;
	for (size_t i = 0; i < evidence->case_count; i++) {
		d[i] = isnan(base->rate[i]) || base->open[i] ? NAN : base->lenient[i] == KNOWN_YES ? 1 - base->rate[i] : 0;
		any |= base->lenient[i] != NOT_KNOWN;
	}
	return any;
}

static double rate_of(const struct evidence_arm *arm, size_t at)
{
	return arm ? arm->rate[at] : NAN;
}

/* With the gold among others where there is such an arm, else with the gold alone. */
static double gold_rate(const struct evidence *evidence, size_t at)
{
	double among = rate_of(evidence_probe(evidence, "oracle-distractors"), at);
	return isnan(among) ? rate_of(evidence_probe(evidence, "oracle-context"), at) : among;
}

/* Outputs of other people's systems need not say what their gold passages were: an oracle arm speaks for every case then. */
static bool gold_told(const struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->case_count; i++)
		if (json_array_size(evidence->cases[i].gold_passages))
			return true;
	return false;
}

/* hit: as with the gold among others; miss: as with others only. Which of them, a search of the corpus says (science.md 2.2, by
 * case). What was not asked stays unknown: a miss that nobody asked leaves the answer as it is, where the case was asked at all. */
static bool from_search(const struct evidence *evidence, const struct evidence_arm *arm, double *d)
{
	const struct evidence_arm *others = evidence_probe(evidence, "irrelevant-only");
	bool any = false, told = gold_told(evidence);
	if (evidence->retrieves || !arm)
		return false;
	for (size_t i = 0; i < evidence->case_count; i++) {
		double base = base_mean(evidence, arm, i), miss = rate_of(others, i), hit = gold_rate(evidence, i);
		bool found = evidence->cases[i].gold_search == KNOWN_YES || !evidence->searched;
		bool gold = !told || json_array_size(evidence->cases[i].gold_passages) > 0;
		if (isnan(hit) && isnan(miss))
			d[i] = NAN;
		else
			d[i] = gold && found ? hit - base : isnan(miss) ? base - base : miss - base;
		any |= !isnan(hit);
	}
	return any;
}

/* The present retriever finds what there is to find: another one changes nothing. Where nobody knows what it finds, as of other
 * people's systems, every case may be a miss. */
static bool is_found(const struct evidence *evidence, size_t at)
{
	return evidence->traced && evidence->cases[at].gold_found != KNOWN_NO;
}

/* A retriever that finds what the present one misses. */
static bool from_misses(const struct evidence *evidence, const struct evidence_arm *arm, double *d)
{
	bool any = false;
	if (!evidence->retrieves || !arm)
		return false;
	for (size_t i = 0; i < evidence->case_count; i++) {
		double base = base_mean(evidence, arm, i), hit = gold_rate(evidence, i);
		d[i] = is_found(evidence, i) ? base - base : hit - base;
		any |= !isnan(hit);
	}
	return any;
}

/* Answers without the passages that the base retrieves. */
static bool from_plain(const struct evidence *evidence, const struct evidence_arm *arm, double *d)
{
	return evidence->retrieves && from_arm(evidence, arm, d);
}

/* Examples in the prompt stand in for what training would teach (science.md 2.1, P7). */
static bool from_shots(const struct evidence *evidence, const struct evidence_arm *arm, double *d)
{
	return arm && from_arm(evidence, arm, d);
}

/* Majority of the answers to the very same question against their mean. */
static bool from_samples(const struct evidence *evidence, const struct evidence_arm *arm, double *d)
{
	bool any = false;
	for (size_t i = 0; i < evidence->case_count; i++) {
		double right;
		int answers = base_answers(evidence, i, &right);
		d[i] = answers < 3 || evidence->arms[evidence->base].open[i]
			       ? NAN
			       : (2 * right > answers) + (2 * right == answers) * .5 - right / answers;
		any |= answers >= 3;
	}
	return any;
}

/* ---- what speaks against ------------------------------------------------------------------------------------------- */

static const char *rag_objection(
	const struct evidence *evidence, const struct project *project, const struct candidate *candidate, struct arena *arena)
{
	size_t gaps = 0, known = 0;
	if (candidate->measured)
		return NULL;
	for (size_t i = 0; i < evidence->case_count; i++) {
		known += case_fails(evidence, i) && evidence->cases[i].gold_indexed != NOT_KNOWN;
		gaps += case_fails(evidence, i) && evidence->cases[i].gold_indexed == KNOWN_NO;
	}
	if (known && 2 * gaps > known)
		return arena_format(arena, "the gold passages of %zu of %zu failed cases are not in the corpus: ingest them first",
			gaps, known);
	return NULL;
}

static const char *tune_objection(
	const struct evidence *evidence, const struct project *project, const struct candidate *candidate, struct arena *arena)
{
	size_t knowledge = 0, failures = 0, left = 0;
	if (project && project->advice.facts_change)
		return "the facts change often (`advice: {facts_change: true}`): what is tuned in goes stale";
	if (candidate->measured)
		return NULL;
	for (size_t i = 0; i < evidence->case_count; i++) {
		const char *mode = case_fails(evidence, i) ? evidence->cases[i].mode : NULL;
		failures += mode != NULL;
		left += case_fails(evidence, i) && !(mode && modes_have("F1 F6 F7 F8 F9", mode));
		knowledge += mode && modes_have("F6 F7 F8 F9", mode);
	}
	if (failures && 2 * knowledge > failures)
		return 2 * knowledge > evidence->failing
			       ? "most failures lack knowledge, which tuning hardly adds: retrieval first"
			       : arena_format(arena,
					 "most failures whose mode is known (%zu of %zu) lack knowledge, which tuning hardly adds: retrieval first",
					 knowledge, failures);
	if (left)
		return arena_format(arena,
			"%s: at most the %.1f points of failures that lack no knowledge; a pilot on 50 to 200 rows, measured as a "
			"variant, tells",
			candidate->has_gain ? "few-shot first, which stands in for it and costs less; training may bring more"
					    : "no probe shows what training adds",
			tenths_of((double)left / (double)evidence->case_count));
	return NULL;
}

/* Nearly every model gains a point or so by a vote; each call is then paid several times over. */
static const char *vote_objection(
	const struct evidence *evidence, const struct project *project, const struct candidate *candidate, struct arena *arena)
{
	return !candidate->measured && candidate->has_gain && candidate->interval.low < VOTE_LEAST
		       ? arena_format(
				 arena, "the gain may be below %.0f points, and every answer then costs several", 100 * VOTE_LEAST)
		       : NULL;
}

static double base_pass_low(const struct evidence *evidence)
{
	long long passed = 0, measured = 0;
	for (size_t i = 0; i < evidence->case_count; i++) {
		double rate = evidence->arms[evidence->base].rate[i];
		measured += !isnan(rate);
		passed += rate >= 1;
	}
	struct interval interval = wilson_interval(passed, measured, .95);
	return interval.defined ? interval.low : 0;
}

static const char *distil_objection(
	const struct evidence *evidence, const struct project *project, const struct candidate *candidate, struct arena *arena)
{
	bool met =
		candidate->measured || (project && !isnan(project->advice.bar) && base_pass_low(evidence) >= project->advice.bar);
	return met ? NULL : "it buys cost, not quality: when the quality is met (`advice: {bar: …}`) and the bill is too high";
}

static const char *stack_objection(
	const struct evidence *evidence, const struct project *project, const struct candidate *candidate, struct arena *arena)
{
	size_t measured = 0;
	const struct evidence_arm *parent = candidate->measured ? arm_parent(evidence, candidate->arm) : NULL;
	if (candidate->measured && candidate->arm->steps < 2)
		return NULL;
	if (parent)
		return parent->measured && !parent->hidden
			       ? NULL
			       : arena_format(arena, "its parent `%s` was not measured: what the stack adds to it is not known",
					 parent->arm.name);
	for (size_t i = 0; i < evidence->arm_count; i++)
		measured += evidence->arms[i].steps == 1 && !evidence->arms[i].probe && !evidence->arms[i].hidden &&
			    evidence->arms[i].measured;
	return measured < 2 ? "both parents have to be measured first: a stack is its own variant, not a sum" : NULL;
}

static const char *const of_static[] = {"few-shot-nearest", "few-shot-static", NULL}, *const of_cot[] = {"cot", NULL},
			 *const of_reasoning[] = {"reasoning", NULL}, *const of_bigger[] = {"bigger-model", NULL},
			 *const of_order[] = {"order", NULL}, *const of_plain[] = {"no-context", NULL};

const struct advice_rule advice_rules[] = {
	{"raise-limit", true, "F0", "finish reasons and failure classes of calls", "answers that arrive", "cost", "none",
		"Infrastructure first: what was cut off or filtered says nothing about the model.", NULL, NULL, NULL, NULL},
	{"mend-gold", true, "F1", "cases that no arm gets right and most answer alike", "agreement with people",
		"the rate of the others", "a person has to look", "Wrong expected answers set a ceiling that no lever can lift.",
		NULL, NULL, NULL, NULL},
	{"ingest", true, "F8", "gold passages that the corpus does not hold", "gold passages in the corpus",
		"precision of retrieval", "none",
		"What is not in the corpus cannot be retrieved: ingest first, abstain until then.", NULL, NULL, NULL, NULL},
	{"prompt", false, "F3 F4 F12 F13 F14", "labels; where passages mislead, the probe no-context", "the constraint's own check",
		"the pass rate elsewhere", "it is told already",
		"Build with prompts only, on the best model, before anything else.", of_plain, from_plain, NULL, NULL},
	{"format", false, "F2 F3", "stored outputs scored with patience", "outputs that can be read", "the rate of right answers",
		"the content is wrong as well", "A forced shape mends form at no token's cost; measure what it does to content.",
		NULL, from_lenient, NULL, NULL},
	{"few-shot", false, "F5 F4 F2 F3", "the probes few-shot-nearest and few-shot-static", "the confused labels",
		"cost per call", "examples must not come from the test set",
		"Behaviour is shown before it is trained: examples, then steps, then a reasoning model.", of_static, from_arm, NULL,
		NULL},
	{"cot", false, "F16 F15 F17", "the probe cot", "cases that need steps", "format, latency",
		"no step is needed, or a schema leaves no room",
		"Reasoning before the answer where the facts were there and the conclusion was wrong.", of_cot, from_arm, NULL,
		NULL},
	{"reasoning", false, "F16 F17", "the probe reasoning", "cases that need steps", "cost and latency",
		"a cheaper lever mends the same cases", "A reasoning model where steps in the prompt are not enough.", of_reasoning, from_arm,
		NULL, NULL},
	{"retrieval", false, "F9 F10 F11 F12", "the gold among others, where the present retriever misses it", "recall at k",
		"precision, cost", "the gold is found already", "Retrieval misses: mend the retriever before the generator.", NULL,
		from_misses, is_found, NULL},
	{"order", false, "F10", "the probe order", "the pass rate", "none", "fewer than two passages",
		"The order of the prompt's parts costs nothing and can be the biggest lever.", of_order, from_arm, NULL, NULL},
	{"rag", false, "F6 F7", "the gold among others where a search finds it, others alone where not", "knowledge failures",
		"cases known by heart", "gold not in the corpus", "Missing or changing knowledge: retrieve it.", NULL, from_search,
		NULL, rag_objection},
	{"vote", false, "F19", "repeats: majority against mean", "stability", "cost, times the samples",
		"answers do not vary, or the gain may be below what the samples cost",
		"Unstable answers: several samples and their majority.", NULL, from_samples, NULL, vote_objection},
	{"tools", false, "F17 F20", "labels", "right calls and results", "latency", "no calculation and no action is asked for",
		"Calculations and actions belong to tools.", NULL, NULL, NULL, NULL},
	{"model", false, "F18", "the probe bigger-model", "capability", "cost per call", "a cheaper lever mends the same cases",
		"A bigger model shows the ceiling; what it teaches can be distilled.", of_bigger, from_arm, NULL, NULL},
	{"fine-tune", false, "F2 F3 F4 F5 F14", "the few-shot probes or variant, as the least of it", "the specific gap",
		"everything else", "facts that change, knowledge gaps, too little data",
		"Quality still capped: fine-tune for the specific gap.", NULL, from_shots, NULL, tune_objection},
	{"distil", false, "", "cost of the best model", "cost per call", "the pass rate", "quality is not met yet",
		"Too costly: distil what the big model does into a small one.", NULL, NULL, NULL, distil_objection},
	{"stack", false, "", "both parents, measured", "the pass rate", "the better parent", "a parent was not measured",
		"Levers stack, and a stack is measured as its own variant.", NULL, NULL, NULL, stack_objection},
	{0},
};

const struct advice_rule *advice_rule_find(const char *name)
{
	for (const struct advice_rule *rule = advice_rules; rule->name; rule++)
		if (strcmp(rule->name, name) == 0)
			return rule;
	return NULL;
}
