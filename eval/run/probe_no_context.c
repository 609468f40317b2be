#include "eval/run/project.h"

static bool probe_make(const struct probe_request *request, struct variant *variant, struct error *error)
{
	if (!request->base->retrieve)
		return error_set(error, ERROR_USAGE, "%s retrieves nothing that could be taken away", request->base->name);
	variant->change.context = CONTEXT_NONE;
	return true;
}

const struct probe_type probe_no_context = {
	.name = "no-context",
	.summary = "the retrieved passages taken away",
	.isolates = "what the model knows by itself; where it was right without them, passages misled it",
	.help = "The floor of retrieval: needs a base that retrieves.",
	.order = 6,
	.calls = true,
	.derive = probe_make,
};
