#include "eval/run/project.h"

static bool probe_make(const struct probe_request *request, struct variant *variant, struct error *error)
{
	variant->change.sample = 2 + request->copy;
	return true;
}

const struct probe_type probe_repeats = {
	.name = "repeats",
	.summary = "the very same asked again: with base and placebo five answers",
	.isolates = "instability: right at times",
	.help = "With base and placebo these make `samples` answers a case (`probes: {samples: 5}`). Between none and all right is "
		"instability; the majority of them is what a vote would answer.",
	.order = 7,
	.calls = true,
	.derive = probe_make,
};
