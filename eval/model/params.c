#include "eval/base/template.h"
#include "eval/model/api.h"
#include "eval/model/request.h"
#include <strings.h>

/* Parameters that an API has no place for are told before any call, each by itself. */

static bool listed(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (strcasecmp(name, *names) == 0)
			return true;
	return false;
}

/* ---- how long a model may think ------------------------------------------------------------------------------------- */

static const char *words_join(const char *const *words, char *out, size_t size)
{
	size_t length = 0;
	for (*out = '\0'; *words && length < size; words++)
		length += (size_t)snprintf(out + length, size - length, "%s%s", length ? ", " : "", *words);
	return out;
}

/* Words that none of us has heard of yet are passed on: models bring new ones. */
static bool effort_check(const struct model *model, const char *word, struct error *error)
{
	static const char *const known[] = {"none", "minimal", "low", "medium", "high", "xhigh", "max", NULL};
	const char *const *own = model->api->efforts;
	char words[96];
	return !own || !word || !listed(known, word) || listed(own, word) ||
	       error_set(error, ERROR_CONFIG, "reasoning_effort: api %s has no `%s`: it takes %s", model->api->name, word,
		       words_join(own, words, sizeof words));
}

const char *model_effort(const struct model *model)
{
	return model->reasoning_effort ? model->reasoning_effort : json_string_value(json_object_get(model->params, "reasoning_effort"));
}

bool model_thinks_not(const struct model *model)
{
	const char *word = model_effort(model);
	return word && model->api->efforts && strcasecmp(word, "none") == 0;
}

bool model_effort_check(const struct model *model, struct error *error)
{
	if (model->reasoning_effort && json_object_get(model->params, "reasoning_effort"))
		return error_set(error, ERROR_CONFIG, "reasoning_effort stands in the model and in its params");
	for (const struct param_name *known = model->api->params; model->reasoning_effort && known && known->common; known++)
		if (!known->path && strcmp(known->common, "reasoning_effort") == 0)
			return error_set(error, ERROR_CONFIG, "reasoning_effort: api %s has none: %s", model->api->name, known->refuse);
	return effort_check(model, model->reasoning_effort, error);
}

/* ---- who asks ------------------------------------------------------------------------------------------------------- */

static const char *const labels[] = {"metadata", "prompt_cache_key", "safety_identifier", "user", NULL};

static bool has_template(const json_t *value)
{
	const char *key, *text = json_string_value(value);
	json_t *member;
	bool found = text && strstr(text, "{{");
	json_object_foreach((json_t *)value, key, member) found |= has_template(member);
	return found;
}

bool model_labels_filled(const struct model *model)
{
	bool found = false;
	for (size_t i = 0; model->params && labels[i]; i++)
		found |= has_template(json_object_get(model->params, labels[i]));
	return found && model->api->kind == API_HTTP && !model->api->transport_members;
}

/* Always text: the APIs take nothing else here. NULL fills error. */
static json_t *label_filled(const json_t *given, const json_t *vars, struct arena *arena, struct error *error)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	const char *key;
	json_t *member;
	if (json_is_string(given)) {
		const struct template *template = template_parse(arena, json_text(given), "params", 1, error);
		return template && template_render(template, vars, &out, error) ? json_from_text(buffer_text(&out)) : NULL;
	}
	JSON_OWNED *made = json_copy((json_t *)given);
	json_object_foreach((json_t *)given, key, member)
	{
		json_t *part = label_filled(member, vars, arena, error);
		if (!part)
			return NULL;
		json_object_set_new(made, key, part);
	}
	return json_incref(made);
}

json_t *model_params_filled(const struct model *model, const struct prompt *prompt, struct arena *arena, struct error *error)
{
	JSON_OWNED *params = json_copy(model->params);
	JSON_OWNED *vars = prompt->vars ? json_copy((json_t *)prompt->vars) : json_object();
	if (!json_object_get(vars, "case"))
		json_object_set_new(vars, "case", json_string(prompt->case_id ? prompt->case_id : ""));
	for (size_t i = 0; labels[i]; i++) {
		const json_t *given = json_object_get(params, labels[i]);
		json_t *made = given ? label_filled(given, vars, arena, error) : NULL;
		if (given && !made) {
			error_prefix(error, "params, %s", labels[i]);
			return NULL;
		}
		if (made)
			json_object_set_new(params, labels[i], made);
	}
	return json_incref(params);
}

static bool label_check(const json_t *value, struct arena *arena, struct error *error)
{
	const char *key;
	json_t *member;
	if (json_is_string(value) && !template_parse(arena, json_text(value), "", 0, error)) {
		error->file[0] = '\0';
		error->line = error->column = 0;
		return false;
	}
	json_object_foreach((json_t *)value, key, member) if (!label_check(member, arena, error)) return false;
	return true;
}

static bool labels_check(const struct model *model, const char *name, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	return !model_labels_filled(model) || !listed(labels, name) || label_check(json_object_get(model->params, name), arena, error) ||
	       error_prefix(error, "params: `%s`", name);
}

/* ---- one parameter -------------------------------------------------------------------------------------------------- */

static bool format_check(const struct model *model, struct error *error)
{
	const json_t *schema, *format = json_object_get(model->params, "response_format");
	return !model->api->params || format_kind(format, &schema) ||
	       error_set(error, ERROR_CONFIG,
		       "params: `response_format` is {type: json_object} or {type: json_schema, json_schema: {schema: …}}");
}

static bool place_check(const struct model *model, const char *name, struct error *error)
{
	static const char *const taken[] = {"model", "messages", "stream", "stream_options", "lora", NULL};
	static const char *const several[] = {"n", "candidateCount", "candidate_count", NULL}; /* answers to one call */
	if (listed(taken, name))
		return error_set(error, ERROR_CONFIG, "params: `%s` is set by lever itself", name);
	if (listed(several, name) && json_number_or(model->params, name, 1) != 1)
		return error_set(error, ERROR_CONFIG, "params: `%s` is not taken: only one answer is read; use `repeats`", name);
	for (const struct param_name *known = model->api->params; known && known->common; known++)
		if (!known->path && strcmp(known->common, name) == 0)
			return error_set(error, ERROR_CONFIG, "params: api %s has no `%s`: %s", model->api->name, name, known->refuse);
	return true;
}

bool model_param_check(const struct model *model, const char *name, struct error *error)
{
	if (json_is_null(json_object_get(model->params, name))) /* taken back */
		return true;
	if (model->api->kind == API_HTTP && !place_check(model, name, error))
		return false;
	if (strcmp(name, "response_format") == 0 && !format_check(model, error))
		return false;
	if (strcmp(name, "reasoning_effort") == 0 && !effort_check(model, json_string_value(json_object_get(model->params, name)), error))
		return false;
	return labels_check(model, name, error) && (!model->api->check_param || model->api->check_param(model, name, error));
}
