#include "eval/run/derive.h"

static bool probe_make(const struct probe_request *request, struct variant *variant, struct error *error)
{
	variant->change.context = CONTEXT_OTHERS;
	return probe_needs_corpus(request, variant, error);
}

const struct probe_type probe_irrelevant_only = {
	.name = "irrelevant-only",
	.summary = "retrieved passages without the gold",
	.isolates = "distraction and missing refusals",
	.help = "What happens on a miss: the floor of a RAG.",
	.order = 8,
	.calls = true,
	.derive = probe_make,
};
