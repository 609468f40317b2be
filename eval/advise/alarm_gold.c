#include "eval/advise/alarm.h"

/* Gold passages that the corpus does not hold: some may be missing there; where most are, they are called otherwise. */
static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	const char *named = NULL;
	size_t known = 0;
	for (size_t i = 0; i < evidence->case_count; i++) {
		const struct evidence_case *row = &evidence->cases[i];
		known += row->gold_indexed != NOT_KNOWN;
		if (row->gold_indexed != KNOWN_NO)
			continue;
		named = named ? named : json_string_value(json_array_get(row->gold_passages, 0));
		alarm_case(ret, row->id, input->arena);
	}
	*raised = named && evidence->passage && 2 * ret->case_count > known;
	if (*raised)
		ret->message = arena_format(input->arena,
			"the corpus holds no gold passage of %zu of %zu cases that name some: they are called `%s`, its own `%s`; "
			"nothing "
			"that rests on gold passages can be trusted",
			ret->case_count, known, named, evidence->passage);
	return true;
}

const struct alarm_type alarm_gold = {
	.name = "gold-not-in-corpus",
	.summary = "gold passages that the corpus does not hold",
	.help = "More than half of the cases that name gold passages name none that the corpus holds. Either the ids are written "
		"otherwise "
		"(a passage is FILE#HEADING, a document FILE, from the folder of the corpus on), or the documents are still to be "
		"ingested.",
	.look = look,
};
