#include "eval/run/project.h"

static bool lever_check(const struct variant *variant, struct error *error)
{
	return variant->samples > 1 || error_set(error, ERROR_CONFIG, "the lever `vote` needs `samples:`, an odd number such as 5");
}

const struct lever_type lever_vote = {
	.name = "vote",
	.summary = "several answers to the same question, the majority counts",
	.help = "Asks `samples` times and takes the answer that most give: answers are the same when they are after case, punctuation and\n"
		"white space; of equally frequent ones the first. Give the model a temperature above 0, and `extract:` where answers come\n"
		"with reasoning. A sample that calls tools does so for itself; `--batch` hands all samples in together.",
	.order = 10,
	.check = lever_check,
};
