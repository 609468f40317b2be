#include "eval/run/project.h"

static bool lever_check(const struct variant *variant, struct error *error)
{
	return (!variant->parent || variant->model != variant->parent->model) ||
	       error_set(error, ERROR_CONFIG, "the lever `distil` needs a trained student; this variant has its parent's model");
}

const struct lever_type lever_distil = {
	.name = "distil",
	.summary = "a small model trained on a frontier model's accepted outputs",
	.help = "When quality is there and the price is not. The student is a model of the project; `training:` notes its teacher.",
	.order = 10,
	.check = lever_check,
};
