#include "eval/model/client.h"
#include "eval/base/secret.h"
#include "eval/model/clean.h"
#include "eval/model/command.h"
#include "eval/model/http.h"
#include "eval/model/http_parts.h"
#include "eval/model/http_proxy.h"
#include <stdlib.h>
#include <string.h>

#define SECOND INT64_C(1000000)
#define TIMEOUT_DEFAULT (600 * SECOND)
#define CONNECT_DEFAULT (10 * SECOND)
#define RESPONSE_DEFAULT ((size_t)16 << 20)
#define RESPONSE_RAW ((size_t)512 << 20) /* the answers of a whole batch */
#define LINES_READ_LATER ((size_t)1 << 20) /* such a file is cleaned again line by line (batch_result) */

/* What a model needs to be asked: found out once. */
struct client_model {
	const struct model *model;
	char **secrets; /* header lines with keys, NULL-terminated */
	size_t secret_count;
	bool loopback;
	struct command_pool *pool;
	struct client_model *next;
};

struct client {
	struct loop *loop;
	struct http *http; /* created with the first HTTP call */
	struct client_model *models;
	int in_flight;
};

struct client_call {
	struct client *client;
	const struct model *model;
	struct arena *arena;
	bool raw;
	client_function *function;
	void *data;
	struct http_call *http;
	struct command_call *command;
};

struct client *client_create(struct loop *loop)
{
	struct client *client = memory_take(sizeof *client);
	client->loop = loop;
	return client;
}

static void client_model_free(struct client_model *entry)
{
	for (size_t i = 0; i < entry->secret_count; i++) {
		explicit_bzero(entry->secrets[i], strlen(entry->secrets[i]));
		free(entry->secrets[i]);
	}
	free(entry->secrets);
	command_pool_free(entry->pool);
	free(entry);
}

void client_free(struct client *client)
{
	if (!client)
		return;
	http_free(client->http);
	while (client->models) {
		struct client_model *entry = client->models;
		client->models = entry->next;
		client_model_free(entry);
	}
	free(client);
}

int client_in_flight(const struct client *client)
{
	return client->in_flight;
}

/* ---- what a model needs --------------------------------------------------------------------------------------------- */

static bool secret_add(
	struct client_model *entry, const char *header, const char *prefix, const char *variable, struct error *error)
{
	const char *value = secret_read(variable);
	if (!value)
		return error_set(error, ERROR_CONFIG, "the environment variable %s, which holds a key of model %s, is not set",
			variable, entry->model->name);
	if (text_trim(text_of(value)).length < SECRET_LEAST)
		return error_set(error, ERROR_CONFIG,
			"the key in %s is shorter than %d characters: it could not be kept out of what is stored without taking answers "
			"apart; a server that takes any key takes a longer one",
			variable, SECRET_LEAST);
	for (const char *at = value; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 127)
			return error_set(error, ERROR_CONFIG, "the key in %s holds a line break or control character", variable);
	entry->secrets[entry->secret_count++] = string_format("%s: %s%s", header, prefix, value);
	return true;
}

static bool secrets_read(struct client_model *entry, struct error *error)
{
	const struct model *model = entry->model;
	const char *name, *variable = model_key_env(model);
	json_t *value;
	entry->secrets = memory_take((json_object_size(model->headers) + 2) * sizeof *entry->secrets);
	if (variable && !secret_add(entry, model->api->key_header, model->api->key_prefix, variable, error))
		return false;
	json_object_foreach((json_t *)model->headers, name, value)
	{
		const char *secret = json_string_value(json_object_get(value, "secret"));
		if (secret && !secret_add(entry, name, "", secret, error))
			return false;
	}
	return true;
}

static bool http_prepare(struct client_model *entry, enum call_class *class, struct error *error)
{
	struct url url;
	const char *base = model_base_url(entry->model);
	*class = CALL_REQUEST;
	if (!base)
		return error_set(error, ERROR_CONFIG, "model %s has no base_url", entry->model->name);
	if (!url_read(base, &url, error))
		return false;
	if (!url.loopback)
		proxies_hide();
	*class = CALL_AUTH;
	if (!secrets_read(entry, error))
		return false;
	if (entry->secret_count && !url.secure && !url.loopback)
		return error_set(error, ERROR_CONFIG, "a key is never sent over plain http to another machine: use https");
	entry->loopback = url.loopback;
	return true;
}

static bool entry_prepare(struct client *client, struct client_model *entry, enum call_class *class, struct error *error)
{
	*class = CALL_REQUEST;
	switch (entry->model->api->kind) {
	case API_HTTP:
		return http_prepare(entry, class, error);
	case API_COMMAND:
		*class = CALL_COMMAND;
		entry->pool = command_pool_create(client->loop, entry->model, error);
		return entry->pool != NULL;
	case API_RECORDED:
		break;
	}
	return error_set(error, ERROR_CONFIG, "model %s is recorded: there is nothing to call", entry->model->name);
}

static struct client_model *client_model_of(
	struct client *client, const struct model *model, enum call_class *class, struct error *error)
{
	struct client_model *entry = client->models;
	while (entry && entry->model != model)
		entry = entry->next;
	if (entry)
		return entry;
	entry = memory_take(sizeof *entry);
	entry->model = model;
	if (!entry_prepare(client, entry, class, error)) {
		client_model_free(entry);
		return NULL;
	}
	entry->next = client->models;
	client->models = entry;
	return entry;
}

/* ---- calls ---------------------------------------------------------------------------------------------------------- */

static void reply_hand_back(struct client_call *call, struct reply *reply)
{
	call->client->in_flight--;
	reply->message = string_redacted(call->arena, reply->message);
	call->function(call->data, reply);
}

static void http_answered(void *data, const struct http_answer *answer)
{
	struct client_call *call = data;
	struct reply reply = {.class = answer->class,
		.message = answer->message,
		.usage = USAGE_UNKNOWN,
		.status = answer->status,
		.sent = answer->sent,
		.raw = answer->body,
		.latency = answer->latency,
		.first_byte = answer->first_byte,
		.retry_after = answer->retry_after,
		.date = answer->date,
		.pause = answer->pause,
		.retry = answer->retry,
		.server_request = answer->server_request};
	if (answer->class == CALL_OK && !call->raw)
		model_parse(call->model, call->arena, &reply);
	else
		reply.raw = body_clean(call->arena, reply.raw, call->raw && reply.raw.length > LINES_READ_LATER ? SECRET_BYTES : SECRET_BODY);
	reply_hand_back(call, &reply);
}

static void command_answered(void *data, struct reply *reply)
{
	struct client_call *call = data;
	reply->usage = USAGE_UNKNOWN;
	reply->sent = reply->class != CALL_OK;
	if (reply->class == CALL_OK) {
		model_parse(call->model, call->arena, reply);
		reply->sent = reply->class == CALL_MALFORMED; /* a failure that the program told is none that got lost */
	} else {
		reply->raw = body_clean(call->arena, reply->raw, SECRET_BODY);
	}
	reply_hand_back(call, reply);
}

static const char *const *tokens_of(const struct model *model)
{
	const struct stream_type *type = model->api->stream;
	return type->tokens_of ? type->tokens_of(model->config) : type->tokens;
}

static struct http_call *http_begin(struct client *client, const struct client_model *entry, const struct request *request,
	struct client_call *call, struct error *error)
{
	const struct model *model = entry->model;
	struct http_request send = {.method = request->method,
		.url = request->url,
		.body = request->body,
		.headers = request->headers,
		.secrets = (const char *const *)entry->secrets,
		.loopback = entry->loopback,
		.tokens = model->stream && !request->raw ? tokens_of(model) : NULL,
		.timeout = request->timeout ? request->timeout : model->timeout > 0 ? model->timeout : TIMEOUT_DEFAULT,
		.connect_timeout = model->connect_timeout > 0 ? model->connect_timeout : CONNECT_DEFAULT,
		.max_response = request->raw ? RESPONSE_RAW : model->max_response ? model->max_response : RESPONSE_DEFAULT};
	if (!client->http)
		client->http = http_create(client->loop);
	return http_send(client->http, &send, call->arena, http_answered, call, error);
}

struct client_call *client_send(struct client *client, const struct model *model, const struct request *request,
	const struct prompt *prompt, struct arena *arena, client_function *function, void *data, enum call_class *class,
	struct error *error)
{
	struct client_model *entry = client_model_of(client, model, class, error);
	if (!entry)
		return NULL;
	struct client_call *call = arena_take(arena, sizeof *call);
	*call = (struct client_call){.client = client, .model = model, .arena = arena, .raw = request->raw, .function = function, .data = data};
	if (model->api->kind == API_COMMAND) {
		call->command = command_send(entry->pool, request->body, arena, command_answered, call);
	} else {
		call->http = http_begin(client, entry, request, call, error);
		if (!call->http) {
			*class = CALL_REQUEST;
			return NULL;
		}
	}
	client->in_flight++;
	return call;
}

void client_cancel(struct client_call *call)
{
	call->client->in_flight--;
	if (call->http)
		http_cancel(call->http);
	else
		command_cancel(call->command);
}
