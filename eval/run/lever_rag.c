#include "eval/run/project.h"

static bool lever_check(const struct variant *variant, struct error *error)
{
	if (!variant->retrieve)
		return error_set(error, ERROR_CONFIG, "the lever `rag` needs `retrieve: {from: …}`");
	if (variant->prompt && !variant->prompt->mentions_passages)
		return error_set(error, ERROR_CONFIG,
			"its prompt %s shows no `passages` (nor `context`): what is retrieved would never be seen",
			variant->prompt->path);
	return true;
}

const struct lever_type lever_rag = {
	.name = "rag",
	.summary = "retrieved passages in the prompt, with citations",
	.help = "For facts the model cannot know. Passages are numbered in the prompt; citations in the answer are read and "
		"checked.\n"
		"Needs `retrieve:` and a prompt that shows `passages` (or `context`).",
	.order = 7,
	.check = lever_check,
};
