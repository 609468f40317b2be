#include "eval/advise/alarm.h"
#include <math.h>

/* Do answers match the expected ones of the case so many places further? One that does so far more often than its own is an index
 * that slipped when outputs were joined to cases. */
static size_t matches(const struct evidence *evidence, const struct text *golds, long shift)
{
	const struct evidence_arm *base = &evidence->arms[evidence->base];
	size_t count = 0;
	for (size_t i = 0; i < evidence->case_count; i++) {
		long at = (long)i + shift;
		if (at >= 0 && at < (long)evidence->case_count && base->form[i].length && golds[at].length)
			count += text_equal(base->form[i], golds[at]);
	}
	return count;
}

static size_t distinct_enough(const struct text *golds, size_t count)
{
	size_t repeated = 0;
	for (size_t i = 1; i < count; i++)
		repeated += golds[i].length && text_equal(golds[i], golds[i - 1]);
	return 2 * repeated < count;
}

static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	size_t failing = evidence->failing, best = 0;
	long found = 0;
	struct text *golds = arena_take(input->arena, (evidence->case_count + 1) * sizeof *golds);
	for (size_t i = 0; i < evidence->case_count; i++) {
		struct text gold = json_text(json_array_get(evidence->cases[i].expected, 0));
		golds[i] = gold.data ? lenient_form(input->arena, gold) : (struct text){0};
	}
	for (long shift = -10; shift <= 10 && distinct_enough(golds, evidence->case_count); shift++) {
		size_t count = shift ? matches(evidence, golds, shift) : 0;
		if (count > best) {
			best = count;
			found = shift;
		}
	}
	*raised = failing >= 10 && 2 * best > failing;
	ret->blocking = true;
	ret->message = arena_format(input->arena,
		"%zu of %zu failed answers are the expected answer of the case %ld places %s: outputs and cases are joined wrongly",
		best, failing, labs(found), found > 0 ? "further" : "before");
	return true;
}

const struct alarm_type alarm_shift = {
	.name = "index-shift",
	.summary = "answers that belong to the neighbour",
	.help = "Most failed answers match the expected answer a constant number of cases away: ids or lines slipped when outputs "
		"were joined.",
	.look = look,
};
