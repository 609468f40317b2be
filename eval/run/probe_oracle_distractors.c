#include "eval/run/derive.h"

static bool probe_make(const struct probe_request *request, struct variant *variant, struct error *error)
{
	variant->change.context = CONTEXT_GOLD_AMONG;
	return probe_needs_corpus(request, variant, error);
}

const struct probe_type probe_oracle_distractors = {
	.name = "oracle-distractors",
	.summary = "the gold passages among retrieved others",
	.isolates = "reading under noise: right alone and wrong among others is a distraction",
	.help = "What a retriever that finds the gold would really give: the gold stands first, in the middle or last by turns.",
	.order = 3,
	.calls = true,
	.derive = probe_make,
};
