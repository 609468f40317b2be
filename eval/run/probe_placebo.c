#include "eval/run/project.h"

static bool probe_make(const struct probe_request *request, struct variant *variant, struct error *error)
{
	variant->change.sample = 1;
	return true;
}

const struct probe_type probe_placebo = {
	.name = "placebo",
	.summary = "the very same asked once more",
	.isolates = "noise: what flips here flips by itself",
	.help = "Failed cases that are asked again pass sometimes. That share is taken off every other probe: net flip = (flip - "
		"placebo) / (1 - placebo).",
	.order = 1,
	.calls = true,
	.derive = probe_make,
};
