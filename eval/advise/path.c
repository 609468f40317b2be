/* Where the project stands on the pragmatic path, and what follows from all of it. */
#include "eval/advise/advice_private.h"
#include "eval/advise/triage.h"
#include "eval/model/api.h"
#include "eval/stats/power.h"
#include <math.h>

static bool lever_measured(const struct advice *advice, const char *name)
{
	const struct evidence *evidence = advice->evidence;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		if (!arm->probe && !arm->hidden && arm->measured && arm->arm.lever && strcmp(arm->arm.lever, name) == 0)
			return true;
	}
	return false;
}

static bool stack_measured(const struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		bool stacked = arm->steps > 1 || (arm->arm.lever && strcmp(arm->arm.lever, "stack") == 0);
		if (stacked && !arm->probe && !arm->hidden && arm->measured)
			return true;
	}
	return false;
}

static size_t modes_share(const struct advice *advice, const char *codes)
{
	size_t count = 0;
	for (size_t i = 0; i < advice->mode_count; i++)
		if (*advice->modes[i].code && modes_have(codes, advice->modes[i].code))
			count += advice->modes[i].count;
	return count;
}

static struct path_step *step_add(struct advice *advice, const char *name, bool done, const char *state)
{
	struct path_step *step = &advice->path[advice->path_count++];
	*step = (struct path_step){name, state, done};
	return step;
}

/* The first variant that pulls nothing but its prompt. */
static const char *prompt_words(const struct evidence *evidence, struct arena *arena)
{
	const struct evidence_arm *arm = &evidence->arms[evidence->base];
	for (size_t i = evidence->arm_count; i-- > 0;) {
		const struct evidence_arm *other = &evidence->arms[i];
		bool plain = !other->probe && !other->hidden && other->measured && other->arm.lever && strcmp(other->arm.lever, "prompt") == 0;
		arm = plain && strcmp(evidence->arms[evidence->base].arm.lever, "prompt") != 0 ? other : arm;
	}
	return arena_format(arena, "measured: %s passes %.1f%%", arm->arm.name, tenths_of(arm_pass_rate(evidence, arm)));
}

static bool any_probe(const struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->arm_count; i++)
		if (evidence->arms[i].steps == 1 && evidence->arms[i].probe && evidence->arms[i].measured)
			return true;
	return false;
}

/* How many failures are labelled, by whom, and whether looking at more of them would teach a new mode. */
static const char *labels_words(const struct advice *advice, struct arena *arena)
{
	const char *words = arena_format(arena, "%zu of %zu failures have a mode", advice->labelled, advice->evidence->failing);
	if (!advice->labelled)
		return words;
	if (!advice->by_people)
		return arena_format(arena, "%s, none by a person: `lever triage`", words);
	const struct rater_progress *most = advice->labeller;
	if (!most) /* by an import under another name */
		return arena_format(arena, "%s, %zu by people", words, advice->by_people);
	return arena_format(arena, "%s, %zu by people; %s: %s, %zu new code%s in the last %zu", words, advice->by_people, most->rater,
		rater_saturated(most) ? "saturated" : "not saturated", most->recent_new, most->recent_new == 1 ? "" : "s", most->recent);
}

/* The largest of the gaps, if it is large. */
static const char *gap_words(
	size_t failing, size_t labelled, size_t knowledge, size_t behaviour, size_t reasoning, struct arena *arena)
{
	size_t most = knowledge > behaviour ? knowledge : behaviour;
	most = reasoning > most ? reasoning : most;
	const char *explained = 2 * labelled >= failing ? "failures explained" : "most failures are not explained yet",
		   *gap = most == knowledge ? "lack knowledge" : most == behaviour ? "are behaviour" : "are reasoning or capability";
	if (2 * most > failing)
		return arena_format(arena, "%s; most %s", explained, gap);
	return 4 * most >= failing && most ? arena_format(arena, "%s; no gap has most of them: %zu of %zu %s", explained, most, failing, gap)
					    : arena_format(arena, "%s; no single gap stands out", explained);
}

static const char *failures_words(size_t count, struct arena *arena)
{
	return arena_format(arena, "%zu failure%s", count, count == 1 ? "" : "s");
}

void path_describe(struct advice *advice, const struct project *project, struct arena *arena)
{
	const struct evidence *evidence = advice->evidence;
	advice->path = arena_take(arena, 12 * sizeof *advice->path);
	size_t knowledge = modes_share(advice, "F6 F7 F8 F9 F10 F11 F12"), behaviour = modes_share(advice, "F2 F3 F4 F5 F14"),
	       reasoning = modes_share(advice, "F15 F16 F17 F18");
	bool prompt = lever_measured(advice, "prompt"),
	     bigger = lever_measured(advice, "model") || evidence_probe(evidence, "bigger-model");
	step_add(advice, "prompts only", prompt,
		prompt ? prompt_words(evidence, arena)
		       : "no variant of lever `prompt` was measured");
	step_add(advice, "on the best model", bigger,
		bigger ? "a bigger model was measured or probed" : "no bigger model was tried: the ceiling is unknown");
	step_add(advice, "failure modes", evidence->failing && 2 * advice->labelled >= evidence->failing,
		labels_words(advice, arena));
	step_add(advice, "missing knowledge: rag", lever_measured(advice, "rag"), failures_words(knowledge, arena));
	step_add(advice, "behaviour: few-shot", lever_measured(advice, "few-shot"), failures_words(behaviour, arena));
	step_add(advice, "steps: cot, then a reasoning model", lever_measured(advice, "cot") || lever_measured(advice, "reasoning"),
		failures_words(reasoning, arena));
	step_add(advice, "too costly: distil", lever_measured(advice, "distil"), "once the quality is met");
	step_add(advice, "still capped: fine-tune", lever_measured(advice, "fine-tune"), "for the specific gap");
	step_add(advice, "stack", stack_measured(evidence), "of levers that were measured");
	advice->stage = !prompt		     ? "no prompt-only variant is measured yet"
			: !evidence->failing ? "nothing fails"
			: !any_probe(evidence) && 2 * advice->labelled < evidence->failing
				? "measured; the failures are not explained yet"
			: gap_words(evidence->failing, advice->labelled, knowledge, behaviour, reasoning, arena);
}

/* ---- the verdict --------------------------------------------------------------------------------------------------- */

static size_t levers_looked_at(const struct advice *advice)
{
	size_t count = 0;
	for (size_t i = 0; i < advice->candidate_count; i++)
		count += advice->candidates[i].has_gain;
	return count ? count : 1;
}

static bool any_variant(const struct evidence *evidence)
{
	for (size_t i = 0; i < evidence->arm_count; i++)
		if (evidence->arms[i].steps && !evidence->arms[i].probe && !evidence->arms[i].hidden && evidence->arms[i].measured)
			return true;
	return false;
}

static const char *nothing_probed(const struct evidence *evidence, const struct project *project, struct arena *arena)
{
	const char *base = evidence->arms[evidence->base].arm.name;
	const struct variant *variant = project ? project_variant(project, base) : NULL;
	if (any_probe(evidence) || any_variant(evidence))
		return "no lever that was measured or probed gains anything";
	if (variant && variant->model && variant->model->api->kind == API_RECORDED)
		return arena_format(arena,
			"no lever was measured or probed, and %s is recorded: bring outputs of a variant of it, or of a probe "
			"(`probe: "
			"oracle-context`)",
			base);
	return arena_format(arena, "no lever was probed: `lever probe --variant %s` asks the cheapest questions", base);
}

static const char *ask_more(
	const struct advice *advice, const struct candidate *candidate, const struct project *project, struct arena *arena)
{
	const struct evidence *evidence = advice->evidence;
	const char *base = evidence_name(advice);
	const struct variant *variant = project ? project_variant(project, base) : NULL;
	bool gold = !candidate->rule->probes && candidate->arm;
	if (variant && variant->model && variant->model->api->kind == API_RECORDED)
		return "bring its outputs for the other ones as well";
	const char *probe = gold ? "oracle-distractors,irrelevant-only" : candidate->evidence;
	return arena_format(arena, "`%s` asks the others", probe_more(evidence, base, probe, arena));
}

/* How many cases would settle the most promising lever at the discordance that was seen. */
static const char *more_needed(const struct advice *advice, const struct project *project, struct arena *arena)
{
	const struct evidence *evidence = advice->evidence;
	const struct candidate *best = NULL;
	for (size_t i = 0; i < advice->candidate_count; i++)
		if (advice->candidates[i].has_gain && !advice->candidates[i].disqualified && advice->candidates[i].gain > 0 &&
			(!best || advice->candidates[i].gain > best->gain))
			best = &advice->candidates[i];
	if (!best)
		return nothing_probed(evidence, project, arena);
	double discordance = (best->wins + best->losses) / (double)evidence->case_count;
	double level = .05 / (double)levers_looked_at(advice);
	double cases = power_mcnemar(fmin(1, fmax(discordance, best->gain + .01)), best->gain, level, .8);
	if (best->few_asked)
		return arena_format(arena, "%s looks best (%+.1f points), but too few passing cases were asked to know what it breaks: %s",
			best->lever, tenths_of(best->gain), ask_more(advice, best, project, arena));
	if (best->blind)
		return arena_format(arena, "%s looks best, with %s", best->lever, best->why);
	if (evidence->groups || isnan(cases) || cases <= (double)evidence->case_count)
		return arena_format(
			arena, "%s looks best (%+.1f points) and is not settled: %s", best->lever, tenths_of(best->gain), best->why);
	return arena_format(arena,
		"%s looks best (%+.1f points) and is not settled: about %.0f cases would settle a gain of that size, %zu are there",
		best->lever, tenths_of(best->gain), ceil(cases), evidence->case_count);
}

/* The cheapest measured variant that meets the bar as well. */
static const struct evidence_arm *cheaper_variant(const struct advice *advice)
{
	const struct evidence *evidence = advice->evidence;
	const struct evidence_arm *base = &evidence->arms[evidence->base], *best = NULL;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		if (arm->probe || arm->hidden || i == evidence->base || !(arm->cost < base->cost) ||
			(best && arm->cost >= best->cost))
			continue;
		if (bar_met_by(advice, arm))
			best = arm;
	}
	return best;
}

static const struct advice_alarm *blocking_alarm(const struct advice *advice)
{
	for (size_t i = 0; i < advice->alarm_count; i++)
		if (advice->alarms[i].blocking)
			return &advice->alarms[i];
	return NULL;
}

/* No case fails; with a bar set that many cases have to show it. */
static void nothing_fails(struct advice *advice, struct arena *arena)
{
	const struct proportion *rate = &advice->base_rate;
	bool short_of_bar = !isnan(advice->bar) && rate->interval.defined && rate->interval.low < advice->bar;
	double z = normal_quantile(.975), wanted = ceil(z * z * advice->bar / (1 - advice->bar));
	advice->verdict = short_of_bar ? VERDICT_NOT_ENOUGH : VERDICT_STOP;
	advice->reason = short_of_bar && advice->bar < 1 ? arena_format(arena,
								   "no case fails, and %lld show only that at least %.1f%% pass: "
								   "%.0f cases without a failure would show "
								   "the bar of %.1f%%",
								   rate->total, tenths_of(rate->interval.low), wanted, tenths_of(advice->bar))
			 : short_of_bar			 ? "no case fails, and no number of cases shows a bar of 100%"
							 : "good enough: no case fails";
}

static void bar_met(struct advice *advice, struct arena *arena)
{
	const struct evidence_arm *cheaper = cheaper_variant(advice);
	advice->verdict = VERDICT_STOP;
	advice->reason = arena_format(arena, "good enough: at least %.1f%% against a bar of %.1f%%",
		tenths_of(advice->base_rate.interval.low), tenths_of(advice->bar));
	if (cheaper)
		advice->reason = arena_format(arena, "%s; %s is cheaper and meets it too", advice->reason, cheaper->arm.name);
}

static void lever_first(struct advice *advice, const struct candidate *first, struct arena *arena)
{
	advice->verdict = VERDICT_PULL;
	advice->first = first;
	advice->reason = arena_format(arena, "%s %+.1f points of all cases, 95%% %+.1f to %+.1f%s%s",
		first->measured ? "measured:" : "predicted:", tenths_of(first->gain), tenths_of(first->interval.low),
		tenths_of(first->interval.high), first->bound ? ", at most" : "", first->measured ? "" : "; confirm it as a variant");
}

static const struct candidate *recommended_first(const struct advice *advice, bool remedy)
{
	for (size_t i = 0; i < advice->candidate_count; i++)
		if (advice->candidates[i].recommended && advice->candidates[i].rule->remedy == remedy)
			return &advice->candidates[i];
	return NULL;
}

static void recommended_drop(struct advice *advice)
{
	for (size_t i = 0; i < advice->candidate_count; i++) {
		struct candidate *candidate = &advice->candidates[i];
		if (candidate->recommended)
			candidate->why = "a gain, but nothing is to be pulled now";
		candidate->recommended = false;
		candidate->rank = 0;
	}
}

void verdict_reach(struct advice *advice, const struct project *project, struct arena *arena)
{
	const struct advice_alarm *alarm = blocking_alarm(advice);
	bar_first(advice);
	const struct candidate *lever = recommended_first(advice, false), *remedy = recommended_first(advice, true);
	advice->verdict = VERDICT_NOT_ENOUGH;
	if (alarm)
		advice->reason = arena_format(arena, "the data come first: %s", alarm->message);
	else if (!isnan(advice->bar) && advice->base_rate.interval.defined && advice->base_rate.interval.low >= advice->bar)
		bar_met(advice, arena);
	else if (!advice->evidence->failing)
		nothing_fails(advice, arena);
	else if (lever)
		lever_first(advice, lever, arena);
	else if (remedy) {
		advice->verdict = VERDICT_MEND;
		advice->first = remedy;
		advice->reason = any_probe(advice->evidence) ? remedy->why
							     : arena_format(arena, "%s; %s", remedy->why,
								       nothing_probed(advice->evidence, project, arena));
	} else
		advice->reason = more_needed(advice, project, arena);
	if (!alarm && advice->verdict != VERDICT_STOP) {
		bar_mention(advice, arena);
		better_mention(advice, arena);
	}
	if (!advice->first)
		recommended_drop(advice);
}
