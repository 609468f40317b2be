/* From the evidence of one case to the cascade, and from its finding to a label. */
#include "eval/advise/evidence_private.h"
#include <math.h>

bool arm_repeats(const struct evidence_arm *arm)
{
	return arm->probe && (strcmp(arm->probe, "placebo") == 0 || strcmp(arm->probe, "repeats") == 0);
}

static bool arm_counts(const struct evidence *evidence, size_t i)
{
	const struct evidence_arm *arm = &evidence->arms[i];
	bool same = arm->probe && strcmp(arm->probe, "lenient") == 0; /* the base's own answers, scored otherwise */
	return i != evidence->base && arm->steps == 1 && !arm->hidden && !same;
}

/* The base's own repeats, the placebo and the repeats of the probe. */
static void samples_count(const struct evidence *evidence, size_t at, struct classify_evidence *ret)
{
	double own = evidence->arms[evidence->base].rate[at];
	if (evidence->run.repeats > 1 && !isnan(own)) {
		ret->samples += evidence->run.repeats - 1;
		ret->right += (int)lround(own * evidence->run.repeats);
	}
	for (size_t i = 0; i < evidence->arm_count; i++)
		if (arm_counts(evidence, i) && arm_repeats(&evidence->arms[i]) && !isnan(evidence->arms[i].rate[at])) {
			ret->samples++;
			ret->right += evidence->arms[i].rate[at] >= 1;
		}
}

/* Whatever asks otherwise, and the base's question asked once more: asked again and again it is no further way of answering. */
static bool is_way(const struct evidence *evidence, size_t i, size_t at)
{
	if (!arm_counts(evidence, i) || isnan(evidence->arms[i].rate[at]))
		return false;
	for (size_t k = 0; k < i && arm_repeats(&evidence->arms[i]); k++)
		if (arm_counts(evidence, k) && arm_repeats(&evidence->arms[k]) && !isnan(evidence->arms[k].rate[at]))
			return false;
	return true;
}

static bool gives(const struct evidence *evidence, size_t i, size_t at, struct text form)
{
	const struct evidence_arm *arm = &evidence->arms[i];
	return is_way(evidence, i, at) && arm->rate[at] < 1 && arm->refused[at] == KNOWN_NO && text_equal(arm->form[at], form);
}

#define LOOKED_AT 400 /* cases at most that tell how common an answer is */
#define BY_CHANCE .05

/* How often an arm gives this answer where another one is expected: a yes that it says to everything tells of no case. Where it is
 * right, its answer is taken to be the expected one. */
static double commonness(const struct evidence *evidence, const struct evidence_arm *arm, size_t at, struct text form)
{
	size_t known = 0, alike = 0, step = evidence->case_count / LOOKED_AT + 1;
	for (size_t k = 0; k < evidence->case_count; k += step) {
		struct text other = evidence->cases[k].accepted, said = arm->rate[k] >= 1 ? other : arm->form[k];
		if (text_equal(other, evidence->cases[at].accepted) || !said.length || isnan(arm->rate[k]))
			continue;
		known++;
		alike += text_equal(said, form);
	}
	return known ? (double)alike / (double)known : 0;
}

/* Would the ways that agree give that answer just as well to some other question? */
static bool is_coincidence(const struct evidence *evidence, size_t at, struct text form)
{
	double chance = 1;
	for (size_t i = 0; i < evidence->arm_count; i++)
		if (gives(evidence, i, at, form))
			chance *= commonness(evidence, &evidence->arms[i], at, form);
	return chance > BY_CHANCE;
}

/* How many ways of answering there are, how many are right, how many give one and the same wrong answer. */
static void agreement_count(const struct evidence *evidence, size_t at, struct classify_evidence *ret)
{
	struct text most = {0};
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		if (!arm_counts(evidence, i) || isnan(arm->rate[at]))
			continue;
		ret->ways += is_way(evidence, i, at);
		ret->ways_right += arm->rate[at] >= 1;
		int same = 0;
		for (size_t k = 0; arm->form[at].length && k < evidence->arm_count; k++)
			same += gives(evidence, k, at, arm->form[at]);
		if (same > ret->agreed) {
			ret->agreed = same;
			most = arm->form[at];
		}
	}
	if (ret->agreed >= 3 && is_coincidence(evidence, at, most))
		ret->agreed = 0;
}

static enum known probe_right(const struct evidence *evidence, const char *probe, size_t at)
{
	return arm_right(evidence_probe(evidence, probe), at);
}

/* A probe that lever made had no gold passages to show where the case names none, or the corpus lacks them. */
static bool is_gold_shown(const struct evidence *evidence, const struct evidence_arm *arm, size_t at)
{
	const struct evidence_case *row = &evidence->cases[at];
	return !strchr(arm->arm.name, '+') || (json_array_size(row->gold_passages) && row->gold_indexed != KNOWN_NO);
}

static enum known gold_right(const struct evidence *evidence, const char *probe, size_t at)
{
	const struct evidence_arm *arm = evidence_probe(evidence, probe);
	return arm && is_gold_shown(evidence, arm, at) ? arm_right(arm, at) : NOT_KNOWN;
}

/* Does the answer under the oracle refuse too, although the gold passages were there? */
static enum known gold_refused(const struct evidence *evidence, size_t at)
{
	const struct evidence_arm *oracle = evidence_probe(evidence, "oracle-context");
	return oracle && is_gold_shown(evidence, oracle, at) ? oracle->refused[at] : NOT_KNOWN;
}

/* No answer, and not for want of asking: what was never recorded, was stopped or waits in a batch shows nothing. */
static bool infrastructure(const struct evidence_case *row)
{
	static const char *const others[] = {"not-recorded", "cancelled", "batched", "expired"};
	for (size_t i = 0; row->unanswered && i < COUNT(others); i++)
		if (strcmp(row->unanswered, others[i]) == 0)
			return false;
	return row->unanswered != NULL;
}

/* No scorer of answers failed it, another one did. Where the answer is the expected one to the letter, a second scorer of answers is
 * one that asks for more; that somebody else gave a verdict against it shows nothing. */
static enum known only_constraint(const struct evidence_case *row)
{
	bool failed = row->broken || row->long_or_short;
	return (failed && row->judged != KNOWN_NO) || (row->exact && !row->told_wrong) ? KNOWN_YES : NOT_KNOWN;
}

static struct classify_evidence evidence_of(const struct evidence *evidence, size_t at)
{
	const struct evidence_arm *base = &evidence->arms[evidence->base];
	const struct evidence_case *row = &evidence->cases[at];
	struct classify_evidence ret = {.trace = {.state = ATTEMPT_ANSWERED, .output = TEXT("an answer")},
		.lenient = row->judged == KNOWN_YES ? KNOWN_NO : base->lenient[at],
		.constraint_only = only_constraint(row),
		.length_only = row->long_or_short && !row->broken,
		.slipped = row->slipped,
		.tools = row->tools,
		.partial = row->partial,
		.stale = row->stale,
		.refused = base->refused[at],
		.unanswerable = row->unanswerable ? KNOWN_YES
				: row->expected	  ? KNOWN_NO
						  : NOT_KNOWN,
		.retrieves = row->retrieved || (evidence->retrieves && !evidence->listed),
		.gold_indexed = row->gold_indexed,
		.gold_found = row->gold_found,
		.gold_shown = row->gold_shown,
		.no_context = probe_right(evidence, "no-context", at),
		.oracle = gold_right(evidence, "oracle-context", at),
		.distractors = gold_right(evidence, "oracle-distractors", at),
		.irrelevant = probe_right(evidence, "irrelevant-only", at),
		.order = probe_right(evidence, "order", at),
		.shot_static = probe_right(evidence, "few-shot-static", at),
		.shot_nearest = probe_right(evidence, "few-shot-nearest", at),
		.cot = probe_right(evidence, "cot", at),
		.reasoning = probe_right(evidence, "reasoning", at),
		.bigger = probe_right(evidence, "bigger-model", at),
		.oracle_refused = gold_refused(evidence, at)};
	if (infrastructure(row))
		ret.trace.state = ATTEMPT_OPEN;
	samples_count(evidence, at, &ret);
	agreement_count(evidence, at, &ret);
	return ret;
}

/* Rules that look at traces and scores alone; the others rest on probes. */
static const char *source_of(const char *rule)
{
	static const char *const plain[] = {
		"trace", "lenient", "constraint", "length", "tools", "calculation", "answerability", "index", "rank", "prompt", "refusal",
		"formerly", "parts"};
	for (size_t i = 0; i < COUNT(plain); i++)
		if (strcmp(rule, plain[i]) == 0)
			return "rule";
	return "probe";
}

/* The stored label stands against what is found now, as label_standing_each ranks sources. */
static bool outranks(const struct evidence_case *row)
{
	if (!row->source)
		return false;
	bool probed = row->finding.mode && strcmp(source_of(row->finding.rule), "probe") == 0;
	return strcmp(row->source, "person") == 0 || strcmp(row->source, "import") == 0 || (strcmp(row->source, "judge") == 0 && !probed);
}

/* Scorers find much wrong with an answer that was cut off or empty, and all arms are cut off alike: that is why. Where one of them is
 * right under the same limit, it has another cause. */
static bool is_symptom(const struct evidence_case *row)
{
	const struct classify_finding *finding = &row->finding;
	return row->cut && finding->mode && strcmp(finding->mode->code, "F0") != 0 &&
	       (!strcmp(source_of(finding->rule), "rule") || !strcmp(finding->rule, "agreement"));
}

static void case_attribute(struct evidence *evidence, size_t at)
{
	struct evidence_case *row = &evidence->cases[at];
	struct classify_evidence known = evidence_of(evidence, at);
	row->finding = classify_cascade(&known);
	if (is_symptom(row))
		row->finding = (struct classify_finding){0};
	if (outranks(row))
		return;
	bool found = row->finding.mode, cut = !found && row->cut;
	row->mode = found ? row->finding.mode->code : cut ? "F0" : NULL;
	row->source = found ? source_of(row->finding.rule) : cut ? "rule" : NULL;
	row->author = found ? row->finding.rule : row->cut;
	row->note = found ? row->finding.evidence : row->cut_because;
}

void evidence_attribute(struct evidence *evidence)
{
	for (size_t at = 0; at < evidence->case_count; at++)
		if (case_fails(evidence, at) && evidence->arms[evidence->base].attempt[at])
			case_attribute(evidence, at);
}

/* ---- labels --------------------------------------------------------------------------------------------------------------------
 */

static bool former_withdraw(
	struct store *store, long long attempt, const struct classify_finding *finding, struct arena *scratch, struct error *error)
{
	struct label_row *rows;
	size_t count;
	if (!label_list(store, attempt, scratch, &rows, &count, error))
		return false;
	for (size_t i = 0; i < count; i++) {
		bool ours = strcmp(rows[i].source, "rule") == 0 || strcmp(rows[i].source, "probe") == 0;
		bool same = finding->mode && strcmp(rows[i].mode, finding->mode->code) == 0 &&
			    strcmp(rows[i].author, finding->rule) == 0;
		if (!ours || same || strcmp(rows[i].act, "put") != 0 || strcmp(rows[i].mode, "F0") == 0)
			continue;
		rows[i].act = "withdrawn";
		rows[i].note = rows[i].evidence = NULL;
		rows[i].created_at = 0;
		if (!label_put(store, &rows[i], error))
			return false;
	}
	return true;
}

bool evidence_label(struct evidence *evidence, struct store *store, struct error *error)
{
	CLEANUP(arena_release) struct arena *scratch = arena_create();
	const struct evidence_arm *base = &evidence->arms[evidence->base];
	for (size_t at = 0; at < evidence->case_count; at++) {
		const struct classify_finding *finding = &evidence->cases[at].finding;
		if (!case_fails(evidence, at) || !base->attempt[at])
			continue;
		arena_reset(scratch);
		if (!former_withdraw(store, base->attempt[at], finding, scratch, error))
			return false;
		if (!finding->mode)
			continue;
		struct label_row row = {.attempt = base->attempt[at],
			.mode = finding->mode->code,
			.act = "put",
			.source = source_of(finding->rule),
			.author = finding->rule,
			.evidence = finding->evidence};
		if (!label_put(store, &row, error))
			return false;
	}
	return true;
}
