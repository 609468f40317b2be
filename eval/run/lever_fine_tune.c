#include "eval/run/project.h"

static bool lever_check(const struct variant *variant, struct error *error)
{
	return (!variant->parent || variant->model != variant->parent->model) ||
	       error_set(error, ERROR_CONFIG, "the lever `fine-tune` needs a tuned model; this one has its parent's");
}

const struct lever_type lever_fine_tune = {
	.name = "fine-tune",
	.summary = "a tuned model, or a LoRA adapter on a served base",
	.help = "Teaches behaviour: conventions, formats, tone; not facts that change. The tuned model or adapter is a model of "
		"the\n"
		"project (`lora:` per request, or a model id of its own); `training:` notes what it was trained on.",
	.order = 9,
	.check = lever_check,
};
