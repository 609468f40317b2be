/* What each lever would gain: one candidate for every row of the table and every arm that bears on it. */
#include "eval/advise/advice_private.h"
#include <math.h>

bool modes_have(const char *list, const char *code)
{
	size_t length = strlen(code);
	for (const char *at = list; (at = strstr(at, code)); at += length)
		if ((at == list || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
			return true;
	return false;
}

void candidate_cases(struct candidate *candidate, const struct evidence *evidence, struct arena *arena)
{
	candidate->cases = arena_take(arena, (evidence->case_count + 1) * sizeof *candidate->cases);
	for (size_t i = 0; i < evidence->case_count; i++)
		if (case_fails(evidence, i) && evidence->cases[i].mode && modes_have(candidate->modes, evidence->cases[i].mode))
			candidate->cases[candidate->case_count++] = i;
	candidate->share = evidence->failing ? (double)candidate->case_count / (double)evidence->failing : 0;
}

struct making {
	struct advice *advice;
	const struct project *project;
	struct arena *arena;
	size_t room;
};

static struct candidate *candidate_add(struct making *making, const struct advice_rule *rule)
{
	struct advice *advice = making->advice;
	const struct evidence *evidence = advice->evidence;
	size_t cases = evidence->case_count;
	struct candidate *candidate = LIST_MORE(making->arena, advice->candidates, advice->candidate_count, making->room);
	double *differences = arena_take(making->arena, (cases + 1) * sizeof *differences);
	*candidate = (struct candidate){.rule = rule,
		.lever = rule->name,
		.differences = differences,
		.modes = rule->modes,
		.p = NAN,
		.p_alone = NAN,
		.cost = NAN,
		.latency = NAN,
		.break_even = NAN,
		.one_time = NAN,
		.monthly = NAN,
		.payback = NAN,
		.worth = NAN,
		.worth_first = NAN,
		.base_cost = evidence->arms[evidence->base].cost,
		.gain = NAN,
		.error = NAN,
		.shrunk = NAN,
		.breaks = NAN};
	for (size_t i = 0; i < cases; i++)
		differences[i] = NAN;
	return candidate;
}

static void candidate_estimate(
	struct making *making, struct candidate *candidate, const struct evidence_arm *arm, const char *evidence_name)
{
	const struct evidence *evidence = making->advice->evidence;
	double *d = candidate->differences;
	candidate->arm = arm;
	candidate->evidence = evidence_name;
	candidate->cost = arm ? arm->cost : NAN;
	candidate->search_cost = arm ? arm->search_cost : 0;
	candidate->latency = arm ? arm->latency : NAN;
	bool (*estimate)(const struct evidence *, const struct evidence_arm *, double *) = candidate->rule->estimate;
	if (candidate->measured) {
		for (size_t i = 0; i < evidence->case_count; i++)
			d[i] = arm->rate[i] - base_mean(evidence, arm, i);
		gain_measure(candidate, evidence, making->arena);
	} else if (estimate && estimate(evidence, arm, d))
		gain_measure(candidate, evidence, making->arena);
}

static const struct evidence_arm *gold_arm(const struct evidence *evidence)
{
	const struct evidence_arm *among = evidence_probe(evidence, "oracle-distractors");
	return among ? among : evidence_probe(evidence, "oracle-context");
}

/* Examples near the case, else the same for all, else the lever itself as it was measured. */
static const struct evidence_arm *shots_arm(const struct evidence *evidence)
{
	const struct evidence_arm *near = evidence_probe(evidence, "few-shot-nearest"),
				  *same = evidence_probe(evidence, "few-shot-static");
	for (size_t i = 0; !near && !same && i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		if (arm->steps == 1 && !arm->probe && !arm->hidden && arm->measured && arm->arm.lever &&
			!strcmp(arm->arm.lever, "few-shot"))
			return arm;
	}
	return near ? near : same;
}

/* Training may do all that examples do, and mend whatever fails for no lack of knowledge. */
static void tuned_widen(const struct evidence *evidence, struct candidate *candidate)
{
	size_t left = 0;
	for (size_t i = 0; i < evidence->case_count; i++) {
		const char *mode = evidence->cases[i].mode;
		left += case_fails(evidence, i) && !(mode && modes_have("F1 F6 F7 F8 F9", mode));
	}
	candidate->interval.high = fmax(candidate->interval.high, (double)left / (double)evidence->case_count);
	candidate->cost = candidate->base_cost;
	candidate->search_cost = 0;
}

/* A rule without arms of its own is computed from several, or from what is stored. */
static void computed_candidate(struct making *making, const struct advice_rule *rule)
{
	const struct evidence *evidence = making->advice->evidence;
	const char *lever = rule->name;
	struct candidate *candidate = candidate_add(making, rule);
	bool gold = lever_is(lever, "rag") || lever_is(lever, "retrieval");
	bool tuned = lever_is(lever, "fine-tune");
	const struct evidence_arm *arm = gold ? gold_arm(evidence) : tuned ? shots_arm(evidence) : NULL;
	if (rule->probes || !rule->estimate)
		return;
	candidate->drawn = gold || tuned ? arm : lever_is(lever, "vote") ? evidence_probe(evidence, "repeats") : NULL;
	candidate_estimate(making, candidate, arm,
		arm		   ? arm->probe ? arm->probe : arm->arm.name
		: lever_is(lever, "vote") ? "repeats"
				   : "lenient");
	if (!candidate->has_gain)
		candidate->evidence = NULL;
	candidate->bound |= candidate->has_gain && (lever_is(lever, "format") || lever_is(lever, "retrieval") || (gold && !evidence->searched));
	if (tuned && candidate->has_gain)
		tuned_widen(evidence, candidate);
	candidate->cost = lever_is(lever, "vote") ? 5 * candidate->base_cost : lever_is(lever, "format") ? candidate->base_cost : candidate->cost;
}

static void rule_candidates(struct making *making, const struct advice_rule *rule)
{
	const struct evidence *evidence = making->advice->evidence;
	bool any = false;
	for (const char *const *probe = rule->probes; probe && *probe; probe++) {
		const struct evidence_arm *arm = evidence_probe(evidence, *probe);
		if (!arm)
			continue;
		any = true;
		struct candidate *candidate = candidate_add(making, rule);
		candidate->drawn = arm;
		candidate_estimate(making, candidate, arm, *probe);
	}
	if (!any)
		computed_candidate(making, rule);
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

const char *modes_join(const char *modes, const char *more, struct arena *arena)
{
	for (size_t length; *more; more += length + (more[length] == ' ')) {
		length = strcspn(more, " ");
		const char *code = arena_copy(arena, more, length);
		if (!modes_have(modes, code))
			modes = arena_format(arena, "%s%s%s", modes, *modes ? " " : "", code);
	}
	return modes;
}

static const char *modes_add(const char *modes, const char *lever, struct arena *arena)
{
	const struct advice_rule *rule = lever ? advice_rule_find(lever) : NULL;
	return rule ? modes_join(modes, rule->modes, arena) : modes;
}

/* A stack answers to what its levers answer to. */
static const char *modes_of(const struct candidate *candidate, struct arena *arena)
{
	const struct evidence_arm *arm = candidate->arm;
	const char *modes = candidate->rule->modes;
	for (size_t i = 0; i < arm->part_count; i++)
		modes = modes_add(modes, arm->parts[i]->arm.lever, arena);
	for (size_t i = 0; i < arm->beside_count; i++)
		modes = modes_add(modes, arm->beside[i], arena);
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
		candidate->drawn = arm;
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
		const char *told = isnan(gain) ? "not measured" : arena_format(arena, "%+.1f points", tenths_of(gain));
		words = words ? arena_format(arena, "%s, %s %s", words, part->arm.name, told)
			      : arena_format(arena, "%s %s", part->arm.name, told);
	}
	for (size_t i = 0; words && i < arm->beside_count; i++)
		words = arena_format(arena, "%s, %s not measured alone", words, arm->beside[i]);
	return words;
}

void candidates_make(struct advice *advice, const struct project *project, struct arena *arena)
{
	struct making making = {.advice = advice, .project = project, .arena = arena};
	measured_candidates(&making);
	for (const struct advice_rule *rule = advice_rules; rule->name; rule++)
		rule_candidates(&making, rule);
	for (size_t i = 0; i < advice->candidate_count; i++)
		candidate_cases(&advice->candidates[i], advice->evidence, arena);
	family_test(advice, arena);
}
