#include "eval/run/derive.h"

bool probe_needs_corpus(const struct probe_request *request, struct variant *variant, struct error *error)
{
	struct project *project = request->project;
	if (variant->retrieve)
		return true;
	if (project->corpus_count != 1)
		return error_set(error, ERROR_USAGE,
			project->corpus_count
				? "the project has several corpora, and %s names none: give it `retrieve:` in a variant of its own"
				: "the project has no corpus that %s could take passages from",
			request->base->name);
	struct retrieval_use *use = arena_take(project->arena, sizeof *use);
	*use = (struct retrieval_use){.corpus = &project->corpora[0], .k = 4};
	variant->retrieve = use;
	return true;
}

bool probe_examples(const struct probe_request *request, struct variant *variant, enum example_select select, struct error *error)
{
	struct project *project = request->project;
	struct example_set *set = project->example_count == 1 ? &project->examples[0] : NULL;
	for (size_t i = 0; project->probes.examples && i < project->example_count; i++)
		if (strcmp(project->examples[i].name, project->probes.examples) == 0)
			set = &project->examples[i];
	if (!set)
		return error_set(error, ERROR_USAGE,
			project->example_count ? "which examples? `probes: {examples: NAME}` says it"
					       : "the project has no `examples:` to show");
	struct example_use *use = arena_take(project->arena, sizeof *use);
	*use = (struct example_use){.set = set, .select = (int)select, .k = project->probes.k};
	variant->examples = use;
	return true;
}

bool probe_model(
	const struct probe_request *request, struct variant *variant, const char *what, const char *name, struct error *error)
{
	if (!name)
		return error_set(error, ERROR_USAGE, "which model? `probes: {%s: MODEL}` in lever.yaml names it", what);
	variant->model = project_model(request->project, name);
	if (!variant->model)
		return error_set(error, ERROR_USAGE, "there is no model `%s`, which `probes: {%s: …}` names", name, what);
	if (variant->model == request->base->model)
		return error_set(error, ERROR_USAGE, "%s uses the model %s already", request->base->name, name);
	return true;
}

bool probe_extract_answer(const struct probe_request *request, struct variant *variant, struct error *error)
{
	struct error_list errors = ERROR_LIST_EMPTY;
	struct field_reader reader = {request->project->arena, "probe", &errors, "probe"};
	JSON_OWNED *node = json_pack("{s:s, s:b}", "after", "Answer:", "ignore_case", 1);
	variant->extract = extractor_read(&reader, yaml_from_json(request->project->arena, node, 0));
	if (!variant->extract)
		*error = errors.items[0];
	error_list_release(&errors);
	return variant->extract != NULL;
}

bool probe_room(const struct probe_request *request, struct variant *variant, struct error *error)
{
	const json_t *limit = json_object_get(variant->model->params, "max_tokens");
	if (!json_is_integer(limit))
		return true;
	struct model *model = arena_take(request->project->arena, sizeof *model);
	*model = *variant->model;
	model->params = json_deep_copy(model->params);
	json_int_t wanted = 4 * json_integer_value(limit);
	json_object_set_new(model->params, "max_tokens", json_integer(wanted > 512 ? wanted : 512));
	variant->model = project_keep_model(request->project, model);
	return true;
}
