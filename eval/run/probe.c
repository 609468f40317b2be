#include "eval/run/probe.h"
#include "eval/run/project.h"

const struct probe_type *probe_find(const char *name)
{
	for (const struct probe_type *const *type = probe_types; *type; type++)
		if (strcmp((*type)->name, name) == 0)
			return *type;
	return NULL;
}

int probe_copies(const struct project *project, const struct probe_type *type)
{
	/* base and placebo are samples too */
	return strcmp(type->name, "repeats") == 0 ? (int)project->probes.samples - 2 : 1;
}

static void variant_append(struct project *project, struct variant *variant)
{
	project->variants = arena_grow(project->arena, project->variants, project->variant_count * sizeof *project->variants,
		(project->variant_count + 1) * sizeof *project->variants);
	project->variants[project->variant_count++] = variant;
}

struct variant *probe_derive(
	struct project *project, const struct variant *base, const struct probe_type *type, int copy, struct error *error)
{
	struct variant *variant = arena_take(project->arena, sizeof *variant);
	*variant = *base;
	variant->name = copy ? arena_format(project->arena, "%s+%s-%d", base->name, type->name, copy + 1)
			     : arena_format(project->arena, "%s+%s", base->name, type->name);
	variant->parent = (struct variant *)base;
	variant->parent_name = base->name;
	variant->hypothesis = NULL;
	variant->description = type->summary;
	variant->probe = type;
	variant->scorers = (struct scorers){0}; /* those of the base apply: see variant_scorers */
	json_incref(variant->training);
	if (base->route)
		error_set(error, ERROR_USAGE, "a stack is probed through the variants it sends cases to");
	else if (!base->model || base->model->api->kind == API_RECORDED)
		error_set(error, ERROR_USAGE, "the outputs of %s are recorded: nothing can be asked again", base->name);
	else if (type->derive && type->derive(&(struct probe_request){project, base, copy}, variant, error)) {
		variant_append(project, variant);
		return variant;
	}
	return NULL;
}
