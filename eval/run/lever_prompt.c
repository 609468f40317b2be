#include "eval/run/lever.h"

const struct lever_type lever_prompt = {
	.name = "prompt",
	.summary = "one templated call: the baseline, or another wording",
	.help = "The starting point: instructions only. Write the best prompt you can on the best model you may use before "
		"anything dearer.\n"
		"Needs a model and a prompt.",
	.order = 1,
};
