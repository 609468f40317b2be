#include "eval/classify/classify.h"

static bool was_unanswered(const struct classify_input *input)
{
	return input->state == ATTEMPT_OPEN;
}

static bool was_filtered(const struct classify_input *input)
{
	return input->state == ATTEMPT_FILTERED;
}

static bool was_cut_off(const struct classify_input *input)
{
	return input->finish && strcmp(input->finish, "length") == 0;
}

static bool was_empty(const struct classify_input *input)
{
	return input->state == ATTEMPT_ANSWERED && text_trim(input->output).length == 0;
}

/* Tried in order: the first that holds names the mode. */
static const struct {
	const char *rule, *code, *evidence;
	bool (*holds)(const struct classify_input *input);
} rules[] = {
	{"unanswered", "F0", "no answer came", was_unanswered},
	{"filtered", "F0", "the answer was held back by a content filter", was_filtered},
	{"cut-off", "F0", "the answer ended at the token limit", was_cut_off},
	{"empty", "F0", "the answer is empty", was_empty},
};

bool classify_trace(const struct classify_input *input, struct classify_finding *ret)
{
	for (size_t i = 0; i < COUNT(rules); i++)
		if (rules[i].holds(input)) {
			*ret = (struct classify_finding){failure_mode_find(rules[i].code), rules[i].rule, rules[i].evidence};
			return true;
		}
	return false;
}
