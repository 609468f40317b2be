#include "eval/run/lever.h"

const struct lever_type lever_reasoning = {
	.name = "reasoning",
	.summary = "a reasoning model or a higher effort",
	.help = "A model that thinks before it answers; reasoning tokens are counted and paid.\n"
		"Set `reasoning_effort` on the model, or name another model.",
	.order = 5,
};
