#include "eval/run/derive.h"

static const char words[] =
	"Think it through step by step first. Then write the final answer alone on the last line, behind \"Answer:\".";
static const char words_kept[] = "Think it through step by step first. Then give the final answer exactly as asked above.";

static bool probe_make(const struct probe_request *request, struct variant *variant, struct error *error)
{
	const char *own = request->project->probes.cot;
	if (request->base->schema)
		return error_set(error, ERROR_USAGE, "the output of %s is held to a schema, which leaves no room for steps",
			request->base->name);
	variant->change.words = own ? own : request->base->extract ? words_kept : words;
	return (request->base->extract || probe_extract_answer(request, variant, error)) && probe_room(request, variant, error);
}

const struct probe_type probe_cot = {
	.name = "cot",
	.summary = "reasoning before the answer",
	.isolates = "reasoning: the facts were there, the steps were not",
	.help = "Asks for steps and for the answer behind \"Answer:\"; where the base has `extract:` of its own that one stays. "
		"`probes: {cot: WORDS}` says it in your words.",
	.order = 5,
	.calls = true,
	.derive = probe_make,
};
