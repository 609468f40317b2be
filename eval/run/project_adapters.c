#include "eval/run/project_private.h"

/* A server with adapters mixes the prompt states of different settings, and may have one on for who says nothing. So a model that says
 * nothing, where others of the project switch the adapters of the same model, says that all of them are off. */

static bool same_server(struct arena *arena, const struct model *a, const struct model *b)
{
	const char *one = url_origin(arena, model_base_url(a)), *other = url_origin(arena, model_base_url(b));
	return one && other && strcmp(one, other) == 0 && (!a->model || !b->model || strcmp(a->model, b->model) == 0);
}

static void adapter_off(struct model *model, int id, struct arena *arena)
{
	for (size_t i = 0; i < model->lora_count; i++)
		if (model->lora[i].id == id)
			return;
	model->lora = arena_grow(
		arena, model->lora, model->lora_count * sizeof *model->lora, (model->lora_count + 1) * sizeof *model->lora);
	model->lora[model->lora_count++] = (struct lora){.id = id, .scale = 0};
	model->has_lora = true;
}

static void adapters_off(struct model *model, const struct model *other, struct arena *arena)
{
	for (size_t i = 0; i < other->lora_count; i++)
		adapter_off(model, other->lora[i].id, arena);
}

void project_settle_adapters(struct project_reader *reader, const struct yaml *models)
{
	const struct project *project = reader->project;
	bool *said = arena_take(reader->fields.arena, (project->model_count + 1) * sizeof *said);
	for (size_t i = 0; i < project->model_count; i++)
		said[i] = project->models[i]->has_lora;
	for (size_t i = 0; i < project->model_count; i++) {
		struct model *model = project->models[i];
		struct error error = {0};
		for (size_t k = 0; k < project->model_count && model->api && model->api->lora && !said[i]; k++)
			if (said[k] && same_server(project->arena, model, project->models[k]))
				adapters_off(model, project->models[k], project->arena);
		if (model->has_lora && !said[i] && !model_check(model, &error)) {
			error_prefix(&error, "model %s", model->name);
			project_error_of(reader, yaml_get(models, model->name), &error);
		}
	}
}
