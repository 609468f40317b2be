#include "eval/run/derive.h"

static bool probe_make(const struct probe_request *request, struct variant *variant, struct error *error)
{
	return probe_examples(request, variant, EXAMPLES_NEAREST, error);
}

const struct probe_type probe_few_shot_nearest = {
	.name = "few-shot-nearest",
	.summary = "the examples nearest to the case in the prompt",
	.isolates = "conventions: the best proxy of what fine-tuning would teach",
	.help = "Takes the examples of `probes: {examples: NAME}`, or the only set there is.",
	.order = 4,
	.calls = true,
	.derive = probe_make,
};
