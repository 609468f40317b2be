#include "eval/run/project.h"

static bool lever_check(const struct variant *variant, struct error *error)
{
	return (!variant->parent || variant->model != variant->parent->model) ||
	       error_set(error, ERROR_CONFIG, "the lever `model` needs another model than its parent's");
}

const struct lever_type lever_model = {
	.name = "model",
	.summary = "another, usually bigger, model with the same prompt",
	.help = "Says what the ceiling is: if no model answers, neither will the same prompt on a small one.\n"
		"Needs a model that differs from the parent's.",
	.order = 6,
	.check = lever_check,
};
