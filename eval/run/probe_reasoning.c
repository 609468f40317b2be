#include "eval/run/derive.h"

static bool probe_make(const struct probe_request *request, struct variant *variant, struct error *error)
{
	return probe_model(request, variant, "reasoning", request->project->probes.reasoning, error);
}

const struct probe_type probe_reasoning = {
	.name = "reasoning",
	.summary = "a reasoning model with the same prompt",
	.isolates = "reasoning that needs a model made for it",
	.help = "Needs `probes: {reasoning: MODEL}`.",
	.order = 11,
	.calls = true,
	.derive = probe_make,
};
