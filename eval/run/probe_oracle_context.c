#include "eval/run/derive.h"

static bool probe_make(const struct probe_request *request, struct variant *variant, struct error *error)
{
	variant->change.context = CONTEXT_GOLD;
	return probe_needs_corpus(request, variant, error);
}

const struct probe_type probe_oracle_context = {
	.name = "oracle-context",
	.summary = "the gold passages alone in the prompt",
	.isolates = "knowledge and retrieval: everything before reading",
	.help = "The upper bound of any work on retrieval. Needs cases with gold passages and a corpus that holds them.",
	.order = 2,
	.calls = true,
	.derive = probe_make,
};
