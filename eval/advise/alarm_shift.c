#include "eval/advise/alarm.h"
#include "eval/score/value.h"
#include <math.h>
#include <stdlib.h>

/* Do an arm's answers match the expected ones of the case so many places further? One that does so far more often than its own is
 * an index that slipped when outputs were joined to cases. */
struct slip {
	const struct evidence_arm *arm;
	size_t count, failing; /* wrong answers that match, of how many */
	size_t here, there;    /* all answers that match where they stand, and where they may belong */
	long shift;
};

static size_t matches(const struct evidence *evidence, const struct evidence_arm *arm, const struct text *golds, long shift)
{
	size_t count = 0;
	for (size_t i = 0; i < evidence->case_count; i++) {
		long at = (long)i + shift;
		if (at >= 0 && at < (long)evidence->case_count && arm->rate[i] < 1 && arm->form[i].length && golds[at].length)
			count += text_equal(arm->form[i], golds[at]);
	}
	return count;
}

/* How many of an arm's wrong answers match an expected answer drawn at random: what any shift reaches by chance. */
static double by_chance(const struct evidence *evidence, const struct evidence_arm *arm, const struct text *golds)
{
	double sum = 0;
	size_t known = 0;
	for (size_t i = 0; i < evidence->case_count; i++)
		known += golds[i].length > 0;
	for (size_t i = 0; i < evidence->case_count; i++) {
		size_t same = 0;
		for (size_t k = 0; arm->rate[i] < 1 && arm->form[i].length && k < evidence->case_count; k++)
			same += golds[k].length && text_equal(arm->form[i], golds[k]);
		sum += known ? (double)same / (double)known : 0;
	}
	return sum;
}

/* What passes gave the expected answer: does the neighbour expect the same? */
static void passing_count(const struct evidence *evidence, const struct text *golds, struct slip *slip)
{
	slip->there = slip->count;
	for (size_t i = 0; i < evidence->case_count; i++) {
		long at = (long)i + slip->shift;
		if (slip->arm->rate[i] < 1 || isnan(slip->arm->rate[i]))
			continue;
		slip->here++;
		slip->there += at >= 0 && at < (long)evidence->case_count && golds[i].length && text_equal(golds[i], golds[at]);
	}
}

/* Far more than chance, in far more than half of what failed. Of a few choices chance alone reaches that: there all answers together
 * have to fit the neighbour far better than their own case (4 standard errors, as 20 shifts were tried). */
static bool is_slip(const struct evidence *evidence, const struct slip *slip, const struct text *golds)
{
	if (slip->failing < 10 || slip->count < 10 || 2 * slip->count <= slip->failing)
		return false;
	if ((double)slip->count > 3 * by_chance(evidence, slip->arm, golds))
		return true;
	double more = (double)slip->there - (double)slip->here;
	return 3 * slip->count >= 2 * slip->failing && more > 4 * sqrt((double)(slip->there + slip->here));
}

static struct slip slip_of(const struct evidence *evidence, const struct evidence_arm *arm, const struct text *golds)
{
	struct slip ret = {.arm = arm};
	for (size_t i = 0; i < evidence->case_count; i++)
		ret.failing += arm->rate[i] < 1;
	for (long shift = -10; shift <= 10; shift++) {
		size_t count = shift ? matches(evidence, arm, golds, shift) : 0;
		if (count > ret.count) {
			ret.count = count;
			ret.shift = shift;
		}
	}
	if (ret.shift)
		passing_count(evidence, golds, &ret);
	return ret;
}

static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	struct text *golds = arena_take(input->arena, (evidence->case_count + 1) * sizeof *golds);
	for (size_t i = 0; i < evidence->case_count; i++) {
		const json_t *gold = json_array_get(evidence->cases[i].expected, 0);
		golds[i] = gold ? lenient_form(input->arena, text_of_json(input->arena, gold)) : (struct text){0};
	}
	for (size_t i = 0; i < evidence->arm_count && !*raised; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		struct slip slip = slip_of(evidence, arm, golds);
		if (arm->hidden || !is_slip(evidence, &slip, golds))
			continue;
		*raised = ret->blocking = true;
		ret->message = arena_format(input->arena,
			"%zu of %zu failed answers of %s are the expected answer of the case %ld place%s %s: outputs and cases are "
			"joined wrongly",
			slip.count, slip.failing, arm->arm.name, labs(slip.shift), labs(slip.shift) == 1 ? "" : "s",
			slip.shift > 0 ? "further" : "before");
	}
	return true;
}

const struct alarm_type alarm_shift = {
	.name = "index-shift",
	.summary = "answers that belong to the neighbour",
	.help = "Most failed answers of a variant match the expected answer a constant number of cases away: ids or lines slipped "
		"when "
		"outputs were joined.",
	.look = look,
};
