#include "eval/run/project.h"

static bool lever_check(const struct variant *variant, struct error *error)
{
	return (variant->schema) || error_set(error, ERROR_CONFIG, "the lever `format` needs a `schema:`");
}

const struct lever_type lever_format = {
	.name = "format",
	.summary = "the output is forced or checked to a shape",
	.help = "A JSON Schema goes with the request where the API can hold the model to it. Measure what it does to the answers "
		"too:\n"
		"a forced shape can cost accuracy. Needs `schema:`.",
	.order = 2,
	.check = lever_check,
};
