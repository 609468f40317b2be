#include "eval/advise/alarm.h"
#include "eval/stats/agreement.h"
#include "eval/store/labels.h"
#include <math.h>

/* People labelled F1 ("the expected answer is wrong"): the scorer fails what people find right. More than a fifth of a person's
 * labels so: the scorer is the problem. */
static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	size_t people = 0;
	for (size_t i = 0; i < evidence->case_count; i++) {
		const struct evidence_case *row = &evidence->cases[i];
		bool person = case_fails(evidence, i) && row->source && row->mode && strcmp(row->source, "person") == 0;
		people += person;
		if (person && strcmp(row->mode, "F1") == 0)
			alarm_case(ret, row->id, input->arena);
	}
	*raised = people >= 5 && 5 * ret->case_count > people;
	ret->blocking = people >= 10 && 2 * ret->case_count > people;
	ret->message = arena_format(input->arena,
		"people say of %zu of %zu failures that they labelled that the expected answer is wrong: scores and people "
		"contradict each other",
		ret->case_count, people);
	return true;
}

const struct alarm_type alarm_verdicts = {
	.name = "scorer-against-people",
	.summary = "the scorer fails what people find right",
	.help = "More than a fifth of a person's labels are F1: mend the expected answers or the scorer first; a ranking of "
		"variants by it is worth "
		"little.",
	.look = look,
};
