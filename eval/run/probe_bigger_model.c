#include "eval/run/derive.h"

static bool probe_make(const struct probe_request *request, struct variant *variant, struct error *error)
{
	return probe_model(request, variant, "bigger", request->project->probes.bigger, error);
}

const struct probe_type probe_bigger_model = {
	.name = "bigger-model",
	.summary = "a bigger model with the same prompt",
	.isolates = "capability: only a bigger model gets it right",
	.help = "Needs `probes: {bigger: MODEL}`.",
	.order = 12,
	.calls = true,
	.derive = probe_make,
};
