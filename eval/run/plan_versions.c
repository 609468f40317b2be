#include "eval/model/client.h"
#include "eval/model/recorded.h"
#include "eval/run/plan_private.h"
#include <stdlib.h>

/* A variant's version: everything that decides an output, as JSON that people can read and hash. */

static void set_hash(json_t *object, const char *key, const struct hash *hash)
{
	char hex[HASH_HEX];
	hash_hex(hash, hex);
	json_object_set_new(object, key, json_string(hex));
}

static json_t *lora_definition(const struct model *model)
{
	json_t *list = json_array();
	for (size_t i = 0; i < model->lora_count; i++)
		json_array_append_new(list, json_pack("{s:i, s:f}", "id", model->lora[i].id, "scale", model->lora[i].scale));
	return list;
}

/* For a command the program itself counts: its path and hash stand in the request. */
static json_t *command_definition(const struct model *model, struct arena *arena)
{
	struct request request = {0};
	struct error ignored;
	JSON_OWNED *messages = json_array();
	struct prompt prompt = {.messages = messages, .case_id = "", .repeat = 1, .variant = ""};
	return model_request(model, &prompt, arena, &request, &ignored) && request.path ? json_string(request.path) : json_null();
}

/* What the API's own keys say: an adapter's name, a body of the project's making. */
static void config_add(const struct model *model, json_t *object)
{
	for (const struct field *field = model->api->fields; field && field->name; field++) {
		const char *at = (const char *)model->config + field->offset;
		if (field->kind == FIELD_STRING && *(const char *const *)at)
			json_object_set_new(object, field->name, json_string(*(const char *const *)at));
		if (field->kind == FIELD_CHOICE && *(const int *)at) /* the first is what was so before there was a choice */
			json_object_set_new(object, field->name, json_string(field->choices[*(const int *)at]));
		if (field->kind == FIELD_JSON && *(const struct yaml *const *)at)
			json_object_set_new(object, field->name, yaml_json(*(const struct yaml *const *)at));
	}
}

static json_t *model_definition(const struct model *model, struct arena *arena)
{
	json_t *object = json_pack("{s:s, s:s, s:s*, s:s*, s:s*, s:s*}", "name", model->name, "api", model->api->name, "base_url",
		model_base_url(model), "model", model->model, "identity", model->identity, "reasoning_effort",
		model->reasoning_effort);
	if (model->params)
		json_object_set(object, "params", model->params);
	if (model->has_lora)
		json_object_set_new(object, "lora", lora_definition(model));
	if (model->api->kind == API_HTTP)
		config_add(model, object);
	if (model->api->kind == API_COMMAND)
		json_object_set_new(object, "program", command_definition(model, arena));
	if (model->api->kind == API_RECORDED)
		set_hash(object, "outputs", &((struct recorded_config *)model->config)->hash);
	return object;
}

static json_t *retrieval_definition(const struct retrieval_use *use, const struct corpus_row *corpus)
{
	json_t *object = json_pack("{s:s, s:I, s:s*, s:s*, s:I}", "from", use->corpus->name, "k", (json_int_t)use->k, "query",
		use->query_text, "when", use->when_text, "max_tokens", (json_int_t)use->max_tokens);
	set_hash(object, "corpus_version", &corpus->version);
	return object;
}


static json_t *route_definition(struct store *store, struct arena *arena, const struct route *route, struct error *error)
{
	JSON_OWNED *object = json_object();
	JSON_OWNED *rules = json_array();
	json_t *part;
	for (size_t i = 0; i < route->count; i++) {
		const struct route_rule *rule = &route->rules[i];
		if (!(part = version_definition(store, arena, rule->variant, error)))
			return NULL;
		json_array_append_new(
			rules, json_pack("{s:s*, s:s*, s:o}", "when", rule->when_text, "answer", rule->answer, "variant", part));
	}
	json_object_set(object, "rules", rules);
	if (!(part = version_definition(store, arena, route->otherwise, error)))
		return NULL;
	json_object_set_new(object, "default", part);
	if (route->router) {
		if (!(part = version_definition(store, arena, route->router, error)))
			return NULL;
		json_object_set_new(object, "router", part);
	}
	return json_incref(object);
}

static bool retrieval_add(
	struct store *store, struct arena *arena, json_t *object, const struct retrieval_use *use, struct error *error)
{
	struct corpus_row corpus;
	bool found;
	if (!corpus_find(store, use->corpus->name, arena, &corpus, &found, error))
		return false;
	if (!found)
		return error_set(error, ERROR_DATA, "corpus %s was not indexed", use->corpus->name);
	json_object_set_new(object, "retrieve", retrieval_definition(use, &corpus));
	return true;
}

static json_t *tools_definition(const struct tool_use *use)
{
	json_t *sources = json_array();
	for (size_t i = 0; i < use->count; i++)
		json_array_append_new(sources, json_pack("{s:s*, s:s*}", "answer", use->items[i].answer_text, "model", use->items[i].model_name));
	return json_pack("{s:O, s:o, s:I}", "declared", use->declaration, "sources", sources, "rounds", (json_int_t)use->rounds);
}

static json_t *probe_definition(const struct variant *variant)
{
	const struct probe_change *change = &variant->change;
	return json_pack("{s:s, s:i, s:i, s:b, s:s*}", "probe", variant->probe->name, "context", (int)change->context, "sample",
		change->sample, "reversed", change->reversed, "words", change->words);
}

json_t *version_definition(struct store *store, struct arena *arena, const struct variant *variant, struct error *error)
{
	JSON_OWNED *object = json_pack("{s:s}", "name", variant->name);
	if (variant->route) {
		json_t *route = route_definition(store, arena, variant->route, error);
		if (!route)
			return NULL;
		json_object_set_new(object, "route", route);
		return json_incref(object);
	}
	json_object_set_new(object, "model", model_definition(variant->model, arena));
	bool asked = variant->model->api->kind != API_RECORDED; /* outputs that exist already came from no prompt that is inherited here */
	if (variant->prompt && asked)
		set_hash(object, "prompt", &variant->prompt->hash);
	if (variant->examples && asked) {
		json_t *use = json_pack("{s:s, s:i, s:I}", "from", variant->examples->set->name, "select",
			variant->examples->select, "k", (json_int_t)variant->examples->k);
		set_hash(use, "examples", &variant->examples->set->hash);
		json_object_set_new(object, "examples", use);
	}
	if (variant->retrieve && !retrieval_add(store, arena, object, variant->retrieve, error))
		return NULL;
	if (variant->extract)
		json_object_set_new(object, "extract", extractor_definition(variant->extract));
	if (variant->schema)
		json_object_set(object, "schema", variant->schema);
	if (variant->samples > 1)
		json_object_set_new(object, "samples", json_integer(variant->samples));
	if (variant->tools)
		json_object_set_new(object, "tools", tools_definition(variant->tools));
	if (variant->probe)
		json_object_set_new(object, "probe", probe_definition(variant));
	if (variant->training) /* stands for the weights, which a server does not name */
		json_object_set(object, "training", variant->training);
	return json_incref(object);
}

static bool version_put(struct plan *plan, struct plan_variant *planned, struct error *error)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	JSON_OWNED *definition = version_definition(plan->store, plan->arena, planned->variant, error);
	if (!definition)
		return false;
	json_canonical(definition, &text);
	planned->hash = hash_of(buffer_text(&text));
	return variant_version_put(
		plan->store, &planned->hash, planned->variant->name, buffer_text(&text), &planned->version, error);
}

bool plan_versions(struct plan *plan, struct error *error)
{
	for (size_t i = 0; i < plan->variant_count; i++)
		if (!version_put(plan, &plan->variants[i], error))
			return false;
	return true;
}

/* ---- grading ----------------------------------------------------------------------------------------------------------------- */

static json_t *scorer_line(const struct scorer *scorer)
{
	json_t *object = json_pack("{s:s, s:O, s:f, s:b, s:s*}", "name", scorer->name, "scorer", scorer->definition, "weight",
		scorer->weight, "negate", scorer->negate, "when", scorer->when_text);
	if (scorer->has_threshold)
		json_object_set_new(object, "threshold", json_real(scorer->threshold));
	return object;
}

static json_t *scorer_lines(const struct scorers *scorers)
{
	json_t *list = json_array();
	for (size_t i = 0; i < scorers->count; i++)
		json_array_append_new(list, scorer_line(scorers->items[i]));
	return list;
}

void grading_text(const struct project *project, struct buffer *ret)
{
	JSON_OWNED *definition = json_object();
	json_object_set_new(definition, "scorers", scorer_lines(&project->scorers));
	for (size_t i = 0; i < project->variant_count; i++) {
		const struct variant *variant = project->variants[i];
		if (variant->scorers.count)
			json_object_set_new(definition, arena_format(project->arena, "variant %s", variant->name),
				scorer_lines(&variant->scorers));
	}
	if (project->verdict.has_threshold)
		json_object_set_new(definition, "threshold", json_real(project->verdict.threshold));
	json_canonical(definition, ret);
}

static bool scorers_put(struct plan *plan, const struct scorers *scorers, struct error *error)
{
	for (size_t i = 0; i < scorers->count; i++) {
		struct scorer *scorer = scorers->items[i];
		CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
		json_canonical(scorer->definition, &text);
		if (!scorer_put(
			    plan->store, &scorer->hash, scorer->name, scorer->type->name, buffer_text(&text), &scorer->row, error))
			return false;
	}
	return true;
}

static bool scorers_join(struct plan *plan, const struct scorers *scorers, struct error *error)
{
	for (size_t i = 0; i < scorers->count; i++)
		if (!grading_scorer_put(plan->store, plan->grading, scorers->items[i]->row, scorers->items[i]->name, error))
			return false;
	return true;
}

bool plan_grading(struct plan *plan, struct error *error)
{
	struct project *project = plan->project;
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	if (!scorers_put(plan, &project->scorers, error))
		return false;
	for (size_t i = 0; i < project->variant_count; i++)
		if (!scorers_put(plan, &project->variants[i]->scorers, error))
			return false;
	grading_text(project, &text);
	struct hash hash = hash_of(buffer_text(&text));
	if (!grading_put(plan->store, &hash, buffer_text(&text), &plan->grading, error) ||
		!scorers_join(plan, &project->scorers, error))
		return false;
	for (size_t i = 0; i < project->variant_count; i++)
		if (!scorers_join(plan, &project->variants[i]->scorers, error))
			return false;
	return true;
}
