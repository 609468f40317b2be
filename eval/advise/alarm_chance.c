#include "eval/advise/alarm.h"
#include "eval/score/value.h"
#include <math.h>
#include <stdlib.h>

#define CASES_LEAST 30

static int by_text(const void *left, const void *right)
{
	const struct text *a = left, *b = right;
	size_t common = a->length < b->length ? a->length : b->length;
	int order = common ? memcmp(a->data, b->data, common) : 0;
	return order ? order : (a->length > b->length) - (a->length < b->length);
}

/* Few distinct expected answers, each many times: choices. */
struct choices {
	size_t distinct, most, cases; /* most: cases that expect the commonest answer */
};

static bool choices_find(const struct alarm_input *input, struct choices *ret)
{
	const struct evidence *evidence = input->advice->evidence;
	struct text *golds = arena_take(input->arena, (evidence->case_count + 1) * sizeof *golds);
	size_t count = 0, run = 0;
	for (size_t i = 0; i < evidence->case_count; i++) {
		const json_t *expected = evidence->cases[i].expected;
		if (json_array_size(expected) == 1)
			golds[count++] = text_of_json(input->arena, json_array_get(expected, 0));
	}
	qsort(golds, count, sizeof *golds, by_text);
	*ret = (struct choices){.cases = count};
	for (size_t i = 0; i < count; i++) {
		bool new = i == 0 || !text_equal(golds[i], golds[i - 1]);
		run = new ? 1 : run + 1;
		ret->distinct += new;
		ret->most = run > ret->most ? run : ret->most;
	}
	return ret->distinct >= 2 && ret->distinct <= 20 && count >= CASES_LEAST && count == evidence->case_count;
}

/* Of what it answered: a call that failed is no wrong choice. */
static struct proportion answered_rate(const struct alarm_input *input, const struct evidence_arm *arm)
{
	const struct evidence *evidence = input->advice->evidence;
	long long count = 0;
	double sum = 0;
	bool all = true;
	for (size_t i = 0; i < evidence->case_count; i++) {
		bool answered = !isnan(arm->rate[i]) && !arm->open[i];
		count += answered;
		sum += answered ? arm->rate[i] : 0;
		all &= isnan(arm->rate[i]) || answered;
	}
	return count < CASES_LEAST ? proportion_of(0, 0)
	       : all		   ? arm_proportion(evidence, arm, input->arena)
				   : proportion_of((long long)(sum + .5), count);
}

static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	CLEANUP(buffer_release) struct buffer words = BUFFER_EMPTY;
	const struct evidence *evidence = input->advice->evidence;
	struct choices choices;
	if (!choices_find(input, &choices))
		return true;
	double chance = 1 / (double)choices.distinct;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		struct proportion rate = arm->probe || arm->hidden ? proportion_of(0, 0) : answered_rate(input, arm);
		if (rate.interval.defined && rate.interval.high < chance)
			buffer_format(&words, "%s%s is right in %.1f%%", words.length ? ", " : "", arm->arm.name, 100 * rate.rate);
	}
	*raised = words.length > 0;
	ret->message = arena_format(input->arena,
		"%s, which is below chance: %zu different answers are expected, so guessing gives %.1f%% (the commonest alone %.1f%%)",
		buffer_string(&words), choices.distinct, 100 * chance, 100 * (double)choices.most / (double)choices.cases);
	return true;
}

const struct alarm_type alarm_chance = {
	.name = "below-chance",
	.summary = "fewer right than guessing among the choices",
	.help = "The expected answers are a few choices, and a variant is right less often than one of them drawn blindly: the "
		"scorer, the format or the "
		"join is wrong, not the model.",
	.look = look,
};
