#include "eval/run/derive.h"

static bool probe_make(const struct probe_request *request, struct variant *variant, struct error *error)
{
	return probe_examples(request, variant, EXAMPLES_STATIC, error);
}

const struct probe_type probe_few_shot_static = {
	.name = "few-shot-static",
	.summary = "the same few examples in every prompt",
	.isolates = "format, tone and conventions that are shown, not told",
	.help = "Takes the examples of `probes: {examples: NAME}`, or the only set there is.",
	.order = 10,
	.calls = true,
	.derive = probe_make,
};
