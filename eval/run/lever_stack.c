#include "eval/run/lever.h"

const struct lever_type lever_stack = {
	.name = "stack",
	.summary = "several levers at once, or a router that sends each case to a variant",
	.help = "With `route:` rules on the case (or the answer of a router) choose the variant that answers; without it, a "
		"variant that\n"
		"combines what its parents do. A stack must be measured as its own variant: levers do not add up.",
	.order = 11,
};
