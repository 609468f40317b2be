#include "eval/classify/classify.h"

/* One row a rule, tried in order; the first that holds names the mode. Two passes over what probes show: corroborated first. */

#define YES(what) (e->what == KNOWN_YES)
#define NO(what) (e->what == KNOWN_NO)

static bool is_trace(const struct classify_evidence *e)
{
	struct classify_finding ignored;
	return classify_trace(&e->trace, &ignored);
}
static bool is_format(const struct classify_evidence *e)
{
	return YES(lenient);
}
static bool is_instruction(const struct classify_evidence *e)
{
	return YES(constraint_only) && !e->length_only;
}
static bool is_style(const struct classify_evidence *e)
{
	return YES(constraint_only) && e->length_only;
}
static bool is_calculation(const struct classify_evidence *e)
{
	return e->slipped;
}
static bool is_tools(const struct classify_evidence *e)
{
	return e->tools;
}
/* At least two of four further answers are right: what flips such a case shows nothing. */
static bool is_unstable(const struct classify_evidence *e)
{
	return e->samples >= 4 && 2 * e->right >= e->samples;
}
/* No way of answering is right, most give one and the same other answer. */
static bool is_label(const struct classify_evidence *e)
{
	bool few = e->ways == 3;
	return e->ways >= 3 && e->ways_right == 0 && (few ? e->agreed == 3 : 3 * e->agreed >= 2 * e->ways);
}
static bool is_unsupported(const struct classify_evidence *e)
{
	return YES(unanswerable) && NO(refused);
}
static bool is_over_refusal(const struct classify_evidence *e)
{
	bool gold = YES(gold_shown) ? !NO(oracle_refused) : e->gold_shown == NOT_KNOWN && YES(oracle_refused);
	return YES(refused) && !YES(unanswerable) && gold;
}
/* It could answer, without any passage, as soon as examples showed that it may. */
static bool is_shy(const struct classify_evidence *e)
{
	return YES(refused) && !YES(unanswerable) && !YES(oracle) && (YES(shot_nearest) || YES(shot_static));
}
/* As it was before; where the gold passage does not help, it is not the date. */
static bool is_stale(const struct classify_evidence *e)
{
	return e->stale && !NO(oracle) && !YES(unanswerable);
}
static bool is_incomplete(const struct classify_evidence *e)
{
	return e->partial && !YES(oracle);
}
static bool is_gap(const struct classify_evidence *e)
{
	return NO(gold_indexed);
}
static bool is_miss(const struct classify_evidence *e)
{
	bool known_anyway = YES(no_context) && !YES(oracle);
	return e->retrieves && NO(gold_found) && !NO(oracle) && !known_anyway;
}
static bool is_dropped(const struct classify_evidence *e)
{
	return e->retrieves && YES(gold_found) && (NO(gold_shown) || (YES(order) && YES(oracle)));
}
static bool is_distracted(const struct classify_evidence *e)
{
	return e->retrieves && !NO(gold_shown) && YES(oracle) && NO(distractors) && !YES(no_context);
}
static bool is_misled(const struct classify_evidence *e)
{
	return e->retrieves && YES(no_context) && !YES(unanswerable);
}
static bool is_knowledge_sure(const struct classify_evidence *e)
{
	return !e->retrieves && YES(oracle) && YES(distractors);
}
static bool is_reasoning_sure(const struct classify_evidence *e)
{
	return YES(cot) && YES(reasoning);
}
static bool is_convention_sure(const struct classify_evidence *e)
{
	return YES(shot_nearest) && YES(shot_static);
}
static bool is_knowledge(const struct classify_evidence *e)
{
	return !e->retrieves && YES(oracle);
}
static bool is_unread(const struct classify_evidence *e)
{
	return e->retrieves && YES(gold_shown) && YES(oracle);
}
/* Nobody knows what it retrieved, but not what it needed, or not so that it was read: a system of somebody else. */
static bool is_miss_likely(const struct classify_evidence *e)
{
	return e->retrieves && e->gold_found == NOT_KNOWN && YES(oracle);
}
static bool is_reasoning(const struct classify_evidence *e)
{
	return YES(cot) || YES(reasoning);
}
static bool is_convention(const struct classify_evidence *e)
{
	return YES(shot_nearest) || YES(shot_static);
}
static bool is_at_times(const struct classify_evidence *e)
{
	return e->samples >= 1 && e->right > 0;
}
static bool is_capability(const struct classify_evidence *e)
{
	return YES(bigger);
}
static bool is_missed_anyway(const struct classify_evidence *e)
{
	return e->retrieves && NO(gold_found);
}

static const struct {
	const char *rule, *code, *evidence;
	bool (*holds)(const struct classify_evidence *evidence);
} rules[] = {
	{"trace", "F0", "no answer came, or it was cut off, filtered or empty", is_trace},
	{"lenient", "F2", "the right answer in a form that was not accepted", is_format},
	{"constraint", "F3", "a constraint that can be checked is broken; no check of the answer fails", is_instruction},
	{"length", "F4", "the answer passes but for its length", is_style},
	{"repeats", "F19", "right in at least half of the further answers to the very same question", is_unstable},
	{"formerly", "F7", "an answer that was right at an earlier date", is_stale},
	{"agreement", "F1", "no way of answering is right, and most agree on the same other answer", is_label},
	{"answerability", "F13", "answered where a refusal was expected", is_unsupported},
	{"tools", "F20", "the tools that were called, or their arguments, are not those expected", is_tools},
	{"calculation", "F17", "the sum that gives the expected number is written out, its result is wrong", is_calculation},
	{"index", "F8", "the gold passage is not in the corpus", is_gap},
	{"rank", "F9", "the gold passage was not retrieved", is_miss},
	{"prompt", "F10", "the gold passage was retrieved; it was not in the prompt, or another order reads it", is_dropped},
	{"oracle+distractors", "F11", "right with the gold passage alone, wrong with it among others", is_distracted},
	{"no-context", "F12", "right without any passage, wrong with those retrieved", is_misled},
	{"refusal", "F14", "refused although the gold passage was in the prompt", is_over_refusal},
	{"oracle+distractors", "F6", "right as soon as the gold passage is in the prompt, among others too", is_knowledge_sure},
	{"refusal+few-shot", "F14", "refused; right with examples, without any passage", is_shy},
	{"parts", "F15", "some of the texts that must be there are, others are missing", is_incomplete},
	{"cot+reasoning", "F16", "right with steps, and with a reasoning model", is_reasoning_sure},
	{"few-shot", "F5", "right with examples, the same ones and the nearest", is_convention_sure},
	{"oracle", "F6", "right with the gold passage in the prompt", is_knowledge},
	{"oracle", "F11", "right with the gold passage alone", is_unread},
	{"oracle", "F9", "right with the gold passage, wrong with what was retrieved", is_miss_likely},
	{"cot", "F16", "right with reasoning before the answer", is_reasoning},
	{"few-shot", "F5", "right with examples", is_convention},
	{"repeats", "F19", "right when asked again, at times", is_at_times},
	{"bigger-model", "F18", "right with a bigger model only", is_capability},
	{"rank", "F9", "the gold passage was not retrieved; with it the answer is wrong too", is_missed_anyway},
};

struct classify_finding classify_cascade(const struct classify_evidence *evidence)
{
	for (size_t i = 0; i < COUNT(rules); i++)
		if (rules[i].holds(evidence))
			return (struct classify_finding){failure_mode_find(rules[i].code), rules[i].rule, rules[i].evidence};
	return (struct classify_finding){0};
}
