#include "datasets/where.h"
#include "eval/base/file.h"
#include "eval/model/price_book.h"
#include "eval/model/recorded.h"
#include "eval/run/project_private.h"
#include "eval/run/tools.h"
#include <math.h>
#include <stdlib.h>

/* What every model takes; an API adds its own fields. */
struct model_settings {
	const char *extends, *api, *base_url, *model, *key, *reasoning_effort, *identity;
	const struct yaml *params, *lora, *price, *headers;
	int64_t timeout, connect_timeout;
	long long retries, max_response, concurrency;
	bool stream;
};

const struct field model_fields[] = {
	{"extends", FIELD_STRING, offsetof(struct model_settings, extends), "another model whose settings this one starts from"},
	{"api", FIELD_STRING, offsetof(struct model_settings, api), "how it is asked: see `lever show apis`", .required = true},
	{"base_url", FIELD_STRING, offsetof(struct model_settings, base_url),
		"address of the API: up to and with /v1 for those of the OpenAI kind; `lever show apis` says what is put behind it"},
	{"model", FIELD_STRING, offsetof(struct model_settings, model),
		"the model's id on the server; a tuned model or adapter by name where the server has them"},
	{"key", FIELD_STRING, offsetof(struct model_settings, key),
		"name of the environment variable that holds the key, of 4 characters or more"},
	{"params", FIELD_JSON, offsetof(struct model_settings, params),
		"sent with every request: temperature, max_tokens, seed, …"},
	{"reasoning_effort", FIELD_STRING, offsetof(struct model_settings, reasoning_effort),
		"how long a reasoning model may think: none, minimal, low, medium, high, xhigh, max, as far as the API has it"},
	{"stream", FIELD_BOOL, offsetof(struct model_settings, stream),
		"take the answer piece by piece (every HTTP API; `http` with `delta`): the time to its first token is measured", .fallback = "false"},
	{"lora", FIELD_JSON, offsetof(struct model_settings, lora),
		"adapters of a llama.cpp server: [{id: 0, scale: 1.0}]; off for a model that says nothing where others switch them"},
	{"price", FIELD_JSON, offsetof(struct model_settings, price),
		"USD per million tokens: {input: 0.4, cached: 0.1, output: 1.6}; unknown where absent"},
	{"headers", FIELD_JSON, offsetof(struct model_settings, headers), "further headers; a secret one as {secret: NAME}"},
	{"identity", FIELD_STRING, offsetof(struct model_settings, identity),
		"words on which weights are served: change them when the weights change"},
	{"timeout", FIELD_DURATION, offsetof(struct model_settings, timeout), "for one try", .min = 0.001, .max = 86400,
		.fallback = "10m"},
	{"connect_timeout", FIELD_DURATION, offsetof(struct model_settings, connect_timeout), "for the connection", .min = 0.001,
		.max = 600, .fallback = "10s"},
	{"retries", FIELD_INTEGER, offsetof(struct model_settings, retries), "further tries after a failure that may pass",
		.min = 0, .max = 100, .fallback = "5"},
	{"max_response", FIELD_INTEGER, offsetof(struct model_settings, max_response), "bytes of an answer at most", .min = 1,
		.max = 1073741824, .fallback = "16777216"},
	{"concurrency", FIELD_INTEGER, offsetof(struct model_settings, concurrency),
		"calls in flight to this model at most; 0: as the run", .min = 0, .max = 4096, .fallback = "0"},
	{NULL},
};

struct price_settings {
	double input, cached, output, written;
	const char *as_of;
	bool has_cached, has_written;
};

static const struct field price_fields[] = {
	{"input", FIELD_NUMBER, offsetof(struct price_settings, input), "USD per million input tokens", .min = 0, .max = 1e9,
		.required = true},
	{"cached", FIELD_NUMBER, offsetof(struct price_settings, cached),
		"USD per million input tokens served from the provider's cache; as input where absent", .min = 0, .max = 1e9,
		.present = offsetof(struct price_settings, has_cached)},
	{"cache_written", FIELD_NUMBER, offsetof(struct price_settings, written),
		"USD per million input tokens written to the provider's cache; as input where absent", .min = 0, .max = 1e9,
		.present = offsetof(struct price_settings, has_written)},
	{"output", FIELD_NUMBER, offsetof(struct price_settings, output), "USD per million output tokens", .min = 0, .max = 1e9,
		.required = true},
	{"as_of", FIELD_STRING, offsetof(struct price_settings, as_of), "date of the price"},
	{NULL},
};

static void read_price(struct project_reader *reader, const struct yaml *node, struct model *model)
{
	struct price_settings price = {0};
	if (!node)
		return;
	reader->fields.what = arena_format(reader->fields.arena, "model %s, price", model->name);
	bool good = fields_read(&reader->fields, price_fields, node, NULL, &price);
	reader->fields.what = arena_format(reader->fields.arena, "model %s", model->name);
	if (!good)
		return;
	model->price = (struct price){.known = true,
		.input = price.input,
		.cached = price.has_cached ? price.cached : NAN,
		.written = price.has_written ? price.written : NAN,
		.output = price.output,
		.as_of = price.as_of};
}

struct lora_settings {
	long long id;
	double scale;
};

static const struct field lora_fields[] = {
	{"id", FIELD_INTEGER, offsetof(struct lora_settings, id),
		"number of the adapter in the order in which the server loaded them", .min = 0, .max = 1000, .required = true},
	{"scale", FIELD_NUMBER, offsetof(struct lora_settings, scale), "0 is off", .min = -100, .max = 100, .fallback = "1"},
	{NULL},
};

static void read_lora(struct project_reader *reader, const struct yaml *node, struct model *model)
{
	if (!node)
		return;
	if (node->kind != YAML_LIST) {
		project_error(reader, node, "`lora` is a list such as [{id: 0, scale: 1.0}], this is %s", yaml_kind_name(node));
		return;
	}
	model->has_lora = true;
	model->lora_count = node->count;
	model->lora = arena_take(reader->fields.arena, node->count * sizeof *model->lora);
	for (size_t i = 0; i < node->count; i++) {
		struct lora_settings lora = {0};
		fields_read(&reader->fields, lora_fields, node->items[i], NULL, &lora);
		model->lora[i] = (struct lora){(int)lora.id, lora.scale};
	}
}

static json_t *read_object(struct project_reader *reader, const struct yaml *node, const char *name)
{
	if (!node || node->kind == YAML_NULL)
		return NULL;
	if (node->kind == YAML_MAP)
		return yaml_json(node);
	project_error(reader, node, "`%s` is a map, this is %s", name, yaml_kind_name(node));
	return NULL;
}

static const struct api_type *read_api(struct project_reader *reader, const struct yaml *node, const char *name)
{
	const char *names[64];
	size_t count = 0;
	const struct api_type *api = name ? api_find(name) : NULL;
	if (api || !name)
		return api;
	for (; api_types[count] && count < COUNT(names); count++)
		names[count] = api_types[count]->name;
	project_error(reader, yaml_get(node, "api"), "there is no API `%s`%s (`lever show apis` lists them)", name,
		project_hint(reader, name, names, count));
	return NULL;
}

static const char *const *other_keys(struct arena *arena, const struct field *fields)
{
	size_t count = 0;
	while (fields && fields[count].name)
		count++;
	const char **keys = arena_take(arena, (count + 1) * sizeof *keys);
	for (size_t i = 0; i < count; i++)
		keys[i] = fields[i].name;
	return keys;
}

static void model_fill(struct model *model, const struct model_settings *settings)
{
	size_t length = settings->base_url ? strlen(settings->base_url) : 0;
	while (length && settings->base_url[length - 1] == '/')
		((char *)settings->base_url)[--length] = '\0';
	for (const char *const *part = model->api->path_begins; part && *part; part++) {
		size_t size = strlen(*part);
		if (length > size && strcmp(settings->base_url + length - size, *part) == 0)
			((char *)settings->base_url)[length -= size] = '\0';
	}
	model->base_url = settings->base_url;
	model->model = settings->model;
	model->key_env = settings->key;
	model->reasoning_effort = settings->reasoning_effort;
	model->stream = settings->stream;
	model->identity = settings->identity;
	model->timeout = settings->timeout;
	model->connect_timeout = settings->connect_timeout;
	model->max_retries = (int)settings->retries;
	model->max_response = (size_t)settings->max_response;
	model->concurrency = (int)settings->concurrency;
}

/* What a recorded model names is looked at now, so that its mistakes are told together with all others. */
static void recorded_check(struct project_reader *reader, const struct model *model, const struct yaml *node)
{
	const struct recorded_config *config = model->config;
	struct recorded_mapping mapping;
	const char *spelled;
	const struct yaml *format = yaml_get(node, "format");
	if (config->file && !file_exists(project_path(reader->project, config->file)))
		project_error(reader, yaml_get(node, "file"), "there is no file %s (paths start at the folder of lever.yaml)",
			config->file);
	if (config->format && !dataset_format_find(config->format, &spelled))
		format_error(reader, format, config->format);
	if (config->delimiter && strlen(config->delimiter) != 1)
		project_error(reader, yaml_get(node, "delimiter"), "%s: `delimiter` is one character, such as \";\" or \"\\t\"",
			reader->fields.what);
	(void)recorded_mapping_read(&reader->fields, config->map, &mapping);
	(void)where_check(&reader->fields, config->where);
	(void)recorded_verdicts_check(&reader->fields, config->verdicts);
}

/* Numbers of the one spelling of parameters, whatever an API calls them. */
static void numbers_check(struct project_reader *reader, const struct yaml *params)
{
	static const char *const numbers[] = {"temperature", "max_tokens", "max_completion_tokens", "max_output_tokens", "top_p", "top_k", "min_p",
		"seed", "n", "top_logprobs", "presence_penalty", "frequency_penalty", "repeat_penalty", "num_ctx", "num_predict"};
	for (size_t i = 0; params && i < COUNT(numbers); i++) {
		const struct yaml *value = yaml_get(params, numbers[i]);
		if (value && value->kind != YAML_NUMBER && value->kind != YAML_NULL)
			project_error(reader, value, "%s: params: `%s` is a number, this is %s", reader->fields.what, numbers[i],
				yaml_kind_name(value));
	}
}

/* A parameter without a value is none: so a model takes back what the one it extends has. A program, and a body of the project's
 * making, get them as they stand. */
static void nulls_drop(json_t *params)
{
	const char *name;
	json_t *value;
	void *next;
	json_object_foreach_safe(params, next, name, value) if (json_is_null(value)) json_object_del(params, name);
}

/* All that the API has no place for, each where it stands. */
static void params_check(struct project_reader *reader, const struct model *model, const struct yaml *params)
{
	struct error error = {0};
	const char *name;
	json_t *value;
	json_object_foreach(model->params, name, value)
	{
		if (model_param_check(model, name, &error))
			continue;
		error_prefix(&error, "model %s", model->name);
		project_error_of(reader, yaml_get(params, name), &error);
		error = (struct error){0};
	}
}

/* The value that a message on a model is about, by the key that it begins with; the model where it names none. */
static const struct yaml *blamed(const struct yaml *node, const struct error *error)
{
	for (size_t i = 0; i < node->count; i++) {
		struct text key = node->keys[i]->text, message = text_of(error->message);
		if (text_starts(message, key) && (message.data[key.length] == ':' || message.data[key.length] == ' '))
			return node->items[i];
	}
	const struct yaml *address = yaml_get(node, "base_url");
	return address && text_starts(text_of(error->message), TEXT("a base_url")) ? address : node;
}

/* What is there: of the two tables of keys the first has told which of them nobody knows. */
static const char *const *given_keys(struct arena *arena, const struct yaml *node)
{
	const char **names = arena_take(arena, (node->count + 1) * sizeof *names);
	for (size_t i = 0; i < node->count; i++)
		names[i] = node->keys[i]->text.data;
	return names;
}

static void read_model(struct project_reader *reader, struct model *model, const struct yaml *node)
{
	struct arena *arena = reader->fields.arena;
	struct model_settings settings = {0};
	struct error error = {0};
	size_t before = reader->errors->found;
	reader->fields.what = arena_format(arena, "model %s", model->name);
	const char *name = node_string(reader, yaml_get(node, "api"));
	model->api = read_api(reader, node, name);
	if (name && !model->api)
		return;
	fields_read(&reader->fields, model_fields, node, model->api ? other_keys(arena, model->api->fields) : NULL, &settings);
	if (!model->api)
		return;
	model_fill(model, &settings);
	model->directory = reader->project->directory;
	model->params = read_object(reader, settings.params, "params");
	if (model->api->kind == API_HTTP && !model->api->takes) {
		nulls_drop(model->params);
		numbers_check(reader, settings.params);
	}
	model->headers = read_object(reader, settings.headers, "headers");
	read_price(reader, settings.price, model);
	price_book_apply(model);
	read_lora(reader, settings.lora, model);
	model->config = arena_take(arena, model->api->config_size);
	if (model->api->fields)
		fields_read(&reader->fields, model->api->fields, node, given_keys(arena, node), model->config);
	if (model->api->kind == API_RECORDED)
		recorded_check(reader, model, node);
	if (!model->api->takes || reader->errors->found == before)
		params_check(reader, model, settings.params);
	if (reader->errors->found == before && !model_check(model, &error)) {
		const struct yaml *place = blamed(node, &error);
		error_prefix(&error, "model %s", model->name);
		project_error_of(reader, place, &error);
	}
}

/* ---- extends ----------------------------------------------------------------------------------------------------------------- */

static const struct yaml *key_of(const struct yaml *map, struct text name, const struct yaml **value)
{
	for (size_t i = 0; i < map->count; i++)
		if (text_equal(map->keys[i]->text, name)) {
			*value = map->items[i];
			return map->keys[i];
		}
	return NULL;
}

/* The node with all that it extends merged in; NULL after an error. `depth` finds cycles: no chain is longer than the list. */
static const struct yaml *extended(struct project_reader *reader, const struct yaml *models, const struct yaml *node, size_t depth)
{
	const struct yaml *extends = yaml_get(node, "extends"), *base = NULL;
	if (!extends || extends->kind == YAML_NULL)
		return node;
	if (depth > models->count) {
		project_error(reader, extends, "`extends` goes round in a circle");
		return NULL;
	}
	if (!key_of(models, extends->text, &base) || base->kind != YAML_MAP) {
		const char **names = arena_take(reader->fields.arena, models->count * sizeof *names);
		for (size_t i = 0; i < models->count; i++)
			names[i] = models->keys[i]->text.data;
		const char *word = node_string(reader, extends);
		project_error(reader, extends, "there is no model `%s`%s", word ? word : "",
			project_hint(reader, word ? word : "", names, models->count));
		return NULL;
	}
	base = extended(reader, models, base, depth + 1);
	return base ? node_merge(reader->fields.arena, base, node) : NULL;
}

const struct model *project_model_named(struct project_reader *reader, const struct yaml *node, const char *name)
{
	const struct project *project = reader->project;
	const struct model *model = project_model(project, name);
	if (model)
		return model;
	const char **names = arena_take(project->arena, (project->model_count + 1) * sizeof *names);
	for (size_t i = 0; i < project->model_count; i++)
		names[i] = project->models[i]->name;
	project_error(reader, node, "there is no model `%s`%s", name, project_hint(reader, name, names, project->model_count));
	return NULL;
}

bool variant_asks(const struct variant *variant, const struct model *model)
{
	const struct route *route = variant->route;
	if (route) {
		bool asks = (route->router && variant_asks(route->router, model)) ||
			    (route->otherwise && variant_asks(route->otherwise, model));
		for (size_t i = 0; i < route->count && !asks; i++)
			asks = variant_asks(route->rules[i].variant, model);
		return asks;
	}
	for (size_t i = 0; variant->tools && i < variant->tools->count; i++)
		if (variant->tools->items[i].model == model)
			return true;
	return variant->model == model;
}

void project_read_models(struct project_reader *reader, const struct yaml *node)
{
	struct project *project = reader->project;
	if (!node || node->kind == YAML_NULL)
		return;
	if (node->kind != YAML_MAP) {
		project_error(reader, node, "`models` is a map from names to settings, this is %s", yaml_kind_name(node));
		return;
	}
	project->models = arena_take(project->arena, node->count * sizeof *project->models);
	for (size_t i = 0; i < node->count; i++) {
		struct model *model = arena_take(project->arena, sizeof *model);
		if (!project_name_check(reader, node->keys[i], "model"))
			continue;
		model->name = text_copy(project->arena, node->keys[i]->text).data;
		project->models[project->model_count++] = model;
		if (node->items[i]->kind != YAML_MAP) {
			project_error(reader, node->items[i],
				"model %s: a map such as {api: openai, base_url: …, model: …} was expected, this is %s",
				model->name, yaml_kind_name(node->items[i]));
			continue;
		}
		const struct yaml *whole = extended(reader, node, node->items[i], 0);
		if (whole)
			read_model(reader, model, whole);
	}
	project_settle_adapters(reader, node);
}
