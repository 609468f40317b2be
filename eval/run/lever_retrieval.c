#include "eval/run/project.h"

static bool lever_check(const struct variant *variant, struct error *error)
{
	return (variant->retrieve && variant->parent && variant->parent->retrieve) ||
	       error_set(error, ERROR_CONFIG, "the lever `retrieval` needs `retrieve:` and a parent that retrieves");
}

const struct lever_type lever_retrieval = {
	.name = "retrieval",
	.summary = "the same RAG with another retriever, k, passages or rewrite",
	.help = "Fix the retriever before the generator: this lever changes only what is retrieved.\n"
		"Needs `retrieve:` and a parent that retrieves.",
	.order = 8,
	.check = lever_check,
};
