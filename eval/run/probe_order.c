#include "eval/run/project.h"

static bool probe_make(const struct probe_request *request, struct variant *variant, struct error *error)
{
	if (!request->base->retrieve || request->base->retrieve->k < 2)
		return error_set(error, ERROR_USAGE, "%s has no passages whose order could change", request->base->name);
	variant->change.reversed = true;
	return true;
}

const struct probe_type probe_order = {
	.name = "order",
	.summary = "the passages in reverse order",
	.isolates = "position: an order that costs nothing",
	.help = "The cheapest lever of all where it helps: the same words in another order. Needs a base that retrieves more than "
		"one passage.",
	.order = 9,
	.calls = true,
	.derive = probe_make,
};
