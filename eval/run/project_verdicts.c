#include "eval/model/recorded.h"
#include "eval/run/project_private.h"

/* Verdicts that come with recorded outputs: they count where nobody names a scorer, and it is told where nothing uses them. */

static bool verdicts_mapped(const struct variant *variant)
{
	const struct model *model = variant->model;
	if (!model || !model->api || model->api->kind != API_RECORDED)
		return false;
	const struct recorded_config *config = model->config;
	return config->map && config->map->kind == YAML_MAP && yaml_get(config->map, "verdict");
}

static bool verdicts_used(const struct scorers *scorers)
{
	for (size_t i = 0; i < scorers->count; i++)
		if (scorers->items[i]->type->needs & NEEDS_VERDICT)
			return true;
	return false;
}

void project_read_verdicts(struct project_reader *reader)
{
	struct project *project = reader->project;
	JSON_OWNED *list = json_pack("[s]", "verdict");
	for (size_t i = 0; i < project->variant_count; i++) {
		struct variant *variant = project->variants[i];
		if (!project->scorers.count && !variant_scorers(variant)->count && verdicts_mapped(variant) &&
			!scorers_read(&reader->fields, yaml_from_json(project->arena, list, variant->line), &variant->scorers))
			return;
	}
}

const struct variant *project_verdicts_unused(const struct project *project)
{
	for (size_t i = 0; i < project->variant_count; i++) {
		const struct variant *variant = project->variants[i];
		if (verdicts_mapped(variant) && !verdicts_used(&project->scorers) && !verdicts_used(variant_scorers(variant)))
			return variant;
	}
	return NULL;
}
