#include "eval/run/project.h"

static bool lever_check(const struct variant *variant, struct error *error)
{
	return (variant->examples) || error_set(error, ERROR_CONFIG, "the lever `few-shot` needs `examples: {from: …}`");
}

const struct lever_type lever_few_shot = {
	.name = "few-shot",
	.summary = "worked examples in the prompt, static or nearest to the case",
	.help = "Examples show what words do not tell: formats, tone, conventions. Nearest examples (BM25) follow the case at "
		"hand.\n"
		"Needs `examples:`. Never take examples from the test set.",
	.order = 3,
	.check = lever_check,
};
