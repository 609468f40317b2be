#include "eval/run/project.h"

static bool lever_check(const struct variant *variant, struct error *error)
{
	return (variant->extract) ||
	       error_set(error, ERROR_CONFIG, "the lever `cot` needs `extract:`, which takes the answer out of the reasoning");
}

const struct lever_type lever_cot = {
	.name = "cot",
	.summary = "reasoning first, the answer taken out by rule",
	.help = "The prompt asks for reasoning before the answer; `extract:` takes the answer out of it. Helps where steps are "
		"needed,\n"
		"often costs accuracy where they are not.",
	.order = 4,
	.check = lever_check,
};
