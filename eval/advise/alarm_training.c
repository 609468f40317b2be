#include "eval/advise/alarm.h"

/* What cannot be read was not searched: no leak was found in it, which is not that there is none. */
static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	const char *unread = input->project ? training_unread(input->project, input->arena) : NULL;
	(void)error;
	*raised = unread != NULL;
	if (unread)
		ret->message = arena_format(input->arena,
			"%s cannot be read, or not to its end: no test case was looked for in what is missing; `training:` takes JSON Lines, "
			"JSON, CSV, TSV, YAML or text in UTF-8",
			unread);
	return true;
}

const struct alarm_type alarm_training = {
	.name = "training-unread",
	.summary = "a training file in which test cases cannot be looked for",
	.help = "A file that `training:` names is in a form that is not read here (Parquet, an archive, another encoding), broken, or holds "
		"no row where `at` or `where` point.",
	.look = look,
};
