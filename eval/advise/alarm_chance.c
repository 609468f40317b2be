#include "eval/advise/alarm.h"
#include "eval/score/value.h"
#include <math.h>
#include <stdlib.h>

static int by_text(const void *left, const void *right)
{
	const struct text *a = left, *b = right;
	size_t common = a->length < b->length ? a->length : b->length;
	int order = common ? memcmp(a->data, b->data, common) : 0;
	return order ? order : (a->length > b->length) - (a->length < b->length);
}

/* Few distinct expected answers, each many times: choices. The most frequent one, given always, is chance's best. */
static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	struct text *golds = arena_take(input->arena, (evidence->case_count + 1) * sizeof *golds);
	size_t count = 0, distinct = 0, most = 0, run = 0;
	for (size_t i = 0; i < evidence->case_count; i++) {
		const json_t *expected = evidence->cases[i].expected;
		if (json_array_size(expected) == 1)
			golds[count++] = text_of_json(input->arena, json_array_get(expected, 0));
	}
	qsort(golds, count, sizeof *golds, by_text);
	for (size_t i = 0; i < count; i++) {
		bool new = i == 0 || !text_equal(golds[i], golds[i - 1]);
		run = new ? 1 : run + 1;
		distinct += new;
		most = run > most ? run : most;
	}
	bool choices = distinct >= 2 && distinct <= 20 && count >= 30 && count == evidence->case_count;
	const struct proportion *rate = &input->advice->base_rate;
	double chance = choices ? 1 / (double)distinct : 0;
	*raised = choices && rate->interval.defined && rate->interval.high < chance;
	ret->blocking = false;
	ret->message = arena_format(input->arena,
		"%.1f%% right is below chance: %zu different answers are expected, so guessing gives %.1f%% (the commonest alone "
		"%.1f%%)",
		100 * rate->rate, distinct, 100 * chance, count ? 100 * (double)most / (double)count : 0.0);
	return true;
}

const struct alarm_type alarm_chance = {
	.name = "below-chance",
	.summary = "fewer right than guessing among the choices",
	.help = "The expected answers are a few choices, and the base is right less often than one of them drawn blindly: the "
		"scorer, the format or the "
		"join is wrong, not the model.",
	.look = look,
};
