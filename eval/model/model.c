#include "eval/base/secret.h"
#include "eval/model/clean.h"
#include "eval/model/client.h"
#include "eval/model/request.h"
#include "eval/model/url.h"
#include <math.h>
#include <strings.h>

const struct api_type *api_find(const char *name)
{
	for (const struct api_type *const *api = api_types; *api; api++)
		if (strcmp((*api)->name, name) == 0)
			return *api;
	return NULL;
}

const char *model_base_url(const struct model *model)
{
	return model->base_url ? model->base_url : model->api->default_base_url;
}

bool model_at_maker(const struct model *model)
{
	const char *own = model->api ? model->api->default_base_url : NULL;
	return own && strncmp(own, "https://", 8) == 0 && strcmp(model_base_url(model), own) == 0;
}

const char *model_key_env(const struct model *model)
{
	const char *own = model->api->default_base_url;
	if (model->key_env)
		return model->key_env;
	return own && strcmp(model_base_url(model), own) == 0 ? model->api->default_key_env : NULL;
}

const char *model_key_missing(const struct model *model)
{
	const char *name, *variable = model_key_env(model);
	json_t *value;
	if (variable && !secret_read(variable))
		return variable;
	json_object_foreach((json_t *)model->headers, name, value)
	{
		variable = json_string_value(json_object_get(value, "secret"));
		if (variable && !secret_read(variable))
			return variable;
	}
	return NULL;
}

bool model_request(
	const struct model *model, const struct prompt *prompt, struct arena *arena, struct request *ret, struct error *error)
{
	if (!model_labels_filled(model))
		return model->api->build(model, prompt, arena, ret, error);
	struct model filled = *model;
	JSON_OWNED *params = model_params_filled(model, prompt, arena, error);
	filled.params = params;
	return params && model->api->build(&filled, prompt, arena, ret, error);
}

/* Read again with the parts of its texts joined where a key shows only then; what shows one even so is not kept. */
static void reply_parse_clean(const struct model *model, struct arena *arena, struct reply *reply)
{
	const struct reply received = *reply;
	for (int view = SECRET_BODY; view <= SECRET_JOINED; view++) {
		json_decref(reply->owner != received.owner ? reply->owner : NULL);
		struct text raw = body_clean(arena, reply->raw, (enum secret_view)view);
		*reply = received;
		reply->raw = raw;
		model->api->parse(model, arena, reply);
		if (!reply_clean(arena, reply))
			return;
	}
	reply->raw = TEXT("");
	if (reply->class != CALL_OK && reply->class != CALL_EMPTY && reply->class != CALL_FILTERED)
		return;
	reply->class = CALL_MALFORMED;
	reply->message = "a key stood in the answer, in pieces that cannot be taken out: nothing of it is kept";
}

void model_parse(const struct model *model, struct arena *arena, struct reply *reply)
{
	reply->usage = USAGE_UNKNOWN;
	reply_parse_clean(model, arena, reply);
	if (reply->usage.cost < 0)
		reply->usage.cost = price_of(&model->price, &reply->usage);
}

bool model_takes(const struct model *model, const char *what)
{
	if (model->api->kind == API_COMMAND)
		return strcmp(what, "tools") != 0;
	return !model->api->takes || model->api->takes(model, what);
}

static double adapter_scale(const struct model *model, int id)
{
	for (size_t i = 0; i < model->lora_count; i++)
		if (model->lora[i].id == id)
			return model->lora[i].scale;
	return 0;
}

static bool adapters_within(const struct model *a, const struct model *b)
{
	for (size_t i = 0; i < a->lora_count; i++)
		if (adapter_scale(b, a->lora[i].id) != a->lora[i].scale)
			return false;
	return true;
}

bool model_same_adapters(const struct model *a, const struct model *b)
{
	return a->has_lora == b->has_lora && !a->lora_count == !b->lora_count && adapters_within(a, b) && adapters_within(b, a);
}

/* ---- checks --------------------------------------------------------------------------------------------------------- */

static bool variable_name_ok(const char *name)
{
	if (!*name || (*name >= '0' && *name <= '9'))
		return false;
	for (; *name; name++)
		if (!(*name == '_' || (*name >= '0' && *name <= '9') || ((*name | 32) >= 'a' && (*name | 32) <= 'z')))
			return false;
	return true;
}

static bool header_name_ok(const char *name)
{
	if (!*name)
		return false;
	for (; *name; name++)
		if (*name <= ' ' || *name > '~' || strchr("()<>@,;:\\\"/[]?={}", *name))
			return false;
	return true;
}

static bool one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcasecmp(name, *names) == 0)
			return true;
	return false;
}

static bool header_value_check(const char *name, const json_t *value, struct error *error)
{
	static const char *const secret[] = {
		"Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key", "Api-Key", "X-Goog-Api-Key", NULL};
	const char *variable = json_string_value(json_object_get(value, "secret"));
	if (json_is_object(value))
		return (variable && json_object_size(value) == 1 && variable_name_ok(variable)) ||
		       error_set(error, ERROR_CONFIG, "header %s: expected {secret: NAME} with the name of an environment variable",
			       name);
	struct text text = json_text(value);
	if (!text.data)
		return error_set(error, ERROR_CONFIG, "header %s: expected text or {secret: NAME}", name);
	if (one_of(name, secret))
		return error_set(
			error, ERROR_CONFIG, "header %s holds a key: write {secret: NAME} with the name of its variable", name);
	for (size_t i = 0; i < text.length; i++)
		if ((unsigned char)text.data[i] < ' ' || text.data[i] == 127)
			return error_set(error, ERROR_CONFIG, "header %s: a value has no line breaks or control characters", name);
	return true;
}

static bool headers_check(const struct model *model, struct error *error)
{
	static const char *const reserved[] = {
		"Host", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Expect", NULL};
	const char *name;
	json_t *value;
	if (model->headers && !json_is_object(model->headers))
		return error_set(error, ERROR_CONFIG, "headers: expected a map of names to values");
	json_object_foreach((json_t *)model->headers, name, value)
	{
		if (!header_name_ok(name) || one_of(name, reserved))
			return error_set(error, ERROR_CONFIG, "header `%.80s` may not be set", name);
		if (!header_value_check(name, value, error))
			return false;
	}
	return true;
}

static bool params_check(const struct model *model, struct error *error)
{
	const char *name;
	json_t *value;
	if (model->params && !json_is_object(model->params))
		return error_set(error, ERROR_CONFIG, "params: expected a map");
	json_object_foreach((json_t *)model->params, name, value) if (!model_param_check(model, name, error)) return false;
	return model_effort_check(model, error);
}

static bool stream_check(const struct model *model, struct error *error)
{
	return !model->stream || model->api->stream ||
	       error_set(error, ERROR_CONFIG, "stream: answers of api %s are not read piece by piece; leave it out", model->api->name);
}

/* Servers that serve one model do not ask for its name; a maker does. */
static bool name_check(const struct model *model, struct error *error)
{
	const struct api_type *api = model->api;
	const char *name = api->asked ? api->asked(model) : model->model, *base = model_base_url(model);
	bool maker = api->default_key_env && base && strcmp(base, api->default_base_url) == 0;
	return name || api->kind != API_HTTP || (api->nameless && !maker) ||
	       error_set(error, ERROR_CONFIG, "no `model` is given: api %s wants its id on the server, as `model: NAME`", api->name);
}

static bool lora_check(const struct model *model, struct error *error)
{
	if (!model->has_lora)
		return true;
	if (!model->api->lora)
		return error_set(error, ERROR_CONFIG, "lora: api %s takes no adapters: llamacpp does, and openai for servers that speak it",
			model->api->name);
	if (json_is_true(json_object_get(model->params, "cache_prompt")))
		return error_set(error, ERROR_CONFIG,
			"cache_prompt may not be on where adapters are switched: the server would mix prompt states of different "
			"adapters");
	for (size_t i = 0; i < model->lora_count; i++) {
		if (model->lora[i].id < 0 || !isfinite(model->lora[i].scale))
			return error_set(error, ERROR_CONFIG, "lora: an id is 0 or more, a scale is a number");
		for (size_t j = 0; j < i; j++)
			if (model->lora[i].id == model->lora[j].id)
				return error_set(error, ERROR_CONFIG, "lora: adapter %d is named twice", model->lora[i].id);
	}
	return true;
}

static bool has_secret_header(const struct model *model)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)model->headers, name, value) if (json_is_object(value)) return true;
	return false;
}

/* An address that was copied whole, with what an API puts behind it. */
static bool ending_check(const char *base, struct error *error)
{
	static const char *const endings[] = {"/v1/chat/completions", "/v1/responses", "/v1/messages", "/api/chat", ":generateContent"};
	size_t length = strlen(base);
	for (size_t i = 0; i < COUNT(endings); i++)
		if (length > strlen(endings[i]) && strcmp(base + length - strlen(endings[i]), endings[i]) == 0)
			return error_set(error, ERROR_CONFIG, "base_url: `%s` is put behind it: leave that out",
				endings[i] + (strncmp(endings[i], "/v1", 3) == 0 ? 3 : 0));
	return true;
}

static bool url_check(const struct model *model, struct error *error)
{
	struct url url;
	const char *base = model_base_url(model);
	if (model->api->kind != API_HTTP)
		return model->base_url ? error_set(error, ERROR_CONFIG, "base_url: api %s has no address", model->api->name) : true;
	if (!base)
		return error_set(error, ERROR_CONFIG, "base_url is needed for api %s", model->api->name);
	if (!url_read(base, &url, error) || (!model->api->takes && !ending_check(base, error)))
		return false;
	if (!url.secure && !url.loopback && (model_key_env(model) || has_secret_header(model)))
		return error_set(error, ERROR_CONFIG, "a key is never sent over plain http to another machine: use https");
	return true;
}

static bool limits_check(const struct model *model, struct error *error)
{
	const struct price *price = &model->price;
	if (price->known && !(price->input >= 0 && price->output >= 0 && (isnan(price->cached) || price->cached >= 0)))
		return error_set(error, ERROR_CONFIG, "price: input, cached and output are numbers of 0 or more");
	if (model->timeout < 0 || model->connect_timeout < 0)
		return error_set(error, ERROR_CONFIG, "timeout: expected a positive duration");
	if (model->max_retries < 0 || model->max_retries > 100)
		return error_set(error, ERROR_CONFIG, "retries: expected 0 to 100");
	if (model->concurrency < 0)
		return error_set(error, ERROR_CONFIG, "concurrency: expected 1 or more");
	return true;
}

bool model_check(const struct model *model, struct error *error)
{
	if (model->key_env && !variable_name_ok(model->key_env))
		return error_set(error, ERROR_CONFIG, "key: the name of an environment variable was expected, not a key");
	return url_check(model, error) && name_check(model, error) && headers_check(model, error) && params_check(model, error) &&
	       stream_check(model, error) && lora_check(model, error) && limits_check(model, error) &&
	       (!model->api->check || model->api->check(model, error));
}
