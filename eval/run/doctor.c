#include "eval/run/doctor.h"
#include "eval/base/clock.h"
#include "eval/base/file.h"
#include "eval/base/secret.h"
#include "eval/model/client.h"
#include "eval/model/http_proxy.h"
#include "eval/model/request.h"
#include <locale.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define SKEW_LIMIT 120 /* seconds: signed requests and reset times go wrong beyond */

struct examination {
	struct arena *arena;
	struct project *project;
	struct doctor_finding *findings;
	size_t count, room;
};

static void find(
	struct examination *exam, const char *what, const char *check, enum doctor_state state, const char *words, const char *mend)
{
	*LIST_MORE(exam->arena, exam->findings, exam->count, exam->room) = (struct doctor_finding){what, check, state, words, mend};
}

/* ---- this machine -------------------------------------------------------------------------------------------------- */

static void disk_examine(struct examination *exam)
{
	const char *folder = path_directory(exam->arena, exam->project->database);
	struct statvfs disk;
	if (access(folder, W_OK) != 0)
		find(exam, "database", "folder", DOCTOR_BAD, arena_format(exam->arena, "%s cannot be written to", folder),
			"name another file with `database:` or LEVER_DATABASE");
	else if (statvfs(folder, &disk) == 0 && (double)disk.f_bavail * (double)disk.f_frsize < 200e6)
		find(exam, "database", "disk", DOCTOR_WARNING,
			arena_format(exam->arena, "only %.0f MB are free", (double)disk.f_bavail * (double)disk.f_frsize / 1e6),
			"30,000 short answers take about 60 MB: make room, or `lever prune`");
	else
		find(exam, "database", "folder", DOCTOR_GOOD, "can be written to, with room", NULL);
}

static void locale_examine(struct examination *exam)
{
	bool utf8 = MB_CUR_MAX > 1;
	find(exam, "terminal", "locale", utf8 ? DOCTOR_GOOD : DOCTOR_WARNING, utf8 ? "UTF-8" : "no UTF-8: signs are drawn in ASCII",
		utf8 ? NULL : "export LC_ALL=C.UTF-8");
}

static void keys_examine(struct examination *exam)
{
	const char *variable;
	if (getenv("SSLKEYLOGFILE"))
		find(exam, "environment", "TLS", DOCTOR_WARNING, "SSLKEYLOGFILE is set, and ignored by lever",
			"unset it: whoever reads that file could read keys on their way");
	for (size_t i = 0; (variable = secret_short(i)); i++)
		find(exam, "environment", variable, DOCTOR_WARNING,
			arena_format(exam->arena, "the key has fewer than %d characters: wherever they stand in an answer, [redacted:%s] stands "
						  "instead",
				SECRET_SAFE, variable),
			"use a longer one; a server that does not look at keys takes any");
}

/* ---- endpoints ----------------------------------------------------------------------------------------------------- */

struct asking {
	struct loop *loop;
	struct reply reply;
	bool answered;
};

static void asked(void *data, struct reply *reply)
{
	struct asking *asking = data;
	asking->reply = *reply;
	asking->answered = true;
	loop_stop(asking->loop);
}

/* One GET at the model's server, with its key. False: it could not even be sent, `error` and `class` say why. */
static bool ask(struct examination *exam, const struct model *model, const char *suffix, struct reply *ret, enum call_class *class,
	struct error *error)
{
	struct asking asking = {.loop = loop_create()};
	struct client *client = client_create(asking.loop);
	struct request request = {0};
	struct prompt prompt = {.case_id = "", .repeat = 1, .variant = ""};
	struct model quick = *model;
	quick.timeout = quick.timeout && quick.timeout < 10000000 ? quick.timeout : 10000000;
	bool good = request_url(&quick, suffix, exam->arena, &request, error);
	*class = CALL_REQUEST;
	request.method = "GET";
	request.body = TEXT("");
	good = good && client_send(client, &quick, &request, &prompt, exam->arena, asked, &asking, class, error);
	if (good)
		loop_run(asking.loop);
	*ret = asking.reply;
	json_decref(ret->owner);
	ret->owner = NULL;
	client_free(client);
	loop_free(asking.loop);
	return good && asking.answered;
}

static const char *name_of(struct examination *exam, const struct model *model)
{
	return arena_format(exam->arena, "model %s", model->name);
}

static void clock_examine(struct examination *exam, const struct model *model, const struct reply *reply)
{
	int64_t skew = reply->date ? reply->date - clock_wall() / 1000000 : 0;
	if (!reply->date)
		return;
	if (llabs(skew) > SKEW_LIMIT)
		find(exam, name_of(exam, model), "clock", DOCTOR_WARNING,
			arena_format(exam->arena, "this machine's clock and the server's are %lld s apart", (long long)llabs(skew)),
			"set the clock (timedatectl): waits that servers ask for by date go wrong");
	else
		find(exam, name_of(exam, model), "clock", DOCTOR_GOOD, "agrees with the server's", NULL);
}

/* The model of this name on a list of models: of OpenAI and its like, Gemini, Ollama; NULL: it is not there. */
static const json_t *listed(const json_t *list, const char *name)
{
	static const char *const members[] = {"id", "name", "model"};
	const json_t *models = json_object_get(list, json_object_get(list, "data") ? "data" : "models"), *model;
	size_t i, length = strlen(name);
	json_array_foreach((json_t *)models, i, model)
	{
		for (size_t k = 0; k < COUNT(members); k++) {
			const char *told = json_string_or(model, members[k], "");
			told += strncmp(told, "models/", 7) == 0 ? 7 : 0;
			if (strncmp(told, name, length) == 0 && (!told[length] || strcmp(told + length, ":latest") == 0))
				return model;
		}
	}
	return NULL;
}

/* Some servers (Together) give the list alone. Takes over the reference. */
static json_t *list_normal(json_t *list)
{
	return json_is_array(list) && (!json_array_size(list) || json_is_object(json_array_get(list, 0)))
		       ? json_pack("{s:o}", "data", list)
		       : list;
}

/* llama-server has one model and answers to any name; Azure lists models, and is asked by the names of deployments. */
static bool any_name(const struct model *model, const json_t *list)
{
	const char *owner = json_string_or(json_array_get(json_object_get(list, "data"), 0), "owned_by", "");
	return strcmp(model->api->name, "llamacpp") == 0 || strcmp(model->api->name, "azure") == 0 || strcmp(owner, "llamacpp") == 0;
}

static void model_examine(struct examination *exam, const struct model *model, const json_t *list)
{
	const char *name = model->model && strncmp(model->model, "models/", 7) == 0 ? model->model + 7 : model->model,
		   *asked = model->api->asked ? model->api->asked(model) : model->model, *what = name_of(exam, model);
	if (!name)
		return;
	const json_t *found = listed(list, name);
	const char *end = json_string_or(found, "shutdown_date", NULL);
	if (end)
		find(exam, what, "model", DOCTOR_WARNING,
			arena_format(exam->arena, "the server knows %s, and switches it off on %.40s", name, end),
			"measure its successor as a variant before then");
	else if (found)
		find(exam, what, "model", DOCTOR_GOOD, arena_format(exam->arena, "the server knows %s", name), NULL);
	else if (!any_name(model, list))
		find(exam, what, "model", DOCTOR_WARNING, arena_format(exam->arena, "the server does not list %s", name),
			"check `model`; some servers answer to any name");
	if (asked && asked != model->model && !listed(list, asked))
		find(exam, what, "adapters", DOCTOR_BAD, arena_format(exam->arena, "the server does not list the adapter %s", asked),
			arena_format(exam->arena, "start it with --enable-lora --lora-modules %s=FOLDER", asked));
	else if (asked && asked != model->model)
		find(exam, what, "adapters", DOCTOR_GOOD, arena_format(exam->arena, "the server has %s", asked), NULL);
}

/* What the project names against what the server told: {id, scale} each. */
static void adapters_compare(struct examination *exam, const struct model *model, const json_t *told)
{
	bool good = true;
	for (size_t i = 0; i < model->lora_count; i++) {
		bool there = false;
		for (size_t k = 0; k < json_array_size(told); k++)
			there |= json_integer_or(json_array_get(told, k), "id", -1) == model->lora[i].id;
		good &= there;
		if (!there)
			find(exam, name_of(exam, model), "adapters", DOCTOR_BAD,
				arena_format(exam->arena, "the server has no adapter %d", model->lora[i].id),
				"start it with --lora FILE");
	}
	for (size_t k = 0; k < json_array_size(told); k++)
		if (json_number_or(json_array_get(told, k), "scale", 0) != 0) {
			long long id = json_integer_or(json_array_get(told, k), "id", -1);
			good = false;
			find(exam, name_of(exam, model), "adapters", DOCTOR_WARNING,
				arena_format(exam->arena,
					model->has_lora ? "adapter %lld is on for every request that says nothing"
							: "adapter %lld is on for this model: its requests say nothing of adapters",
					id),
				arena_format(exam->arena,
					"start the server with --lora-scaled FILE:0, or write `lora: [{id: %lld, scale: 0}]` (1 where it is meant)", id));
		}
	if (good && (model->has_lora || json_array_size(told)))
		find(exam, name_of(exam, model), "adapters", DOCTOR_GOOD,
			arena_format(exam->arena, "the server has %zu, off where nothing is said", json_array_size(told)), NULL);
}

static void adapters_examine(struct examination *exam, const struct model *model)
{
	struct reply reply;
	struct error error;
	enum call_class class;
	struct model root = *model;
	const char *base = model_base_url(model), *v1 = strstr(base, "/v1");
	if (!model->has_lora && strcmp(model->api->name, "llamacpp") != 0)
		return;
	root.base_url = v1 ? arena_copy(exam->arena, base, (size_t)(v1 - base)) : base;
	if (!ask(exam, &root, "/lora-adapters", &reply, &class, &error) || reply.status != 200) {
		if (model->has_lora)
			find(exam, name_of(exam, model), "adapters", DOCTOR_WARNING, "the server does not tell its adapters",
				"llama-server tells them at /lora-adapters");
		return;
	}
	JSON_OWNED *list = json_parse_reply(reply.raw, &error);
	adapters_compare(exam, model, list);
}

/* Told as an error, whatever the status: there are servers that put it into an answer like any other. */
static bool is_failure(const struct reply *reply, const json_t *list)
{
	const json_t *error = json_object_get(list, "error");
	bool listed = json_object_get(list, "data") || json_object_get(list, "models");
	return reply->status >= 400 || (!listed && (json_is_object(error) || json_is_string(error)));
}

static bool key_refused(const struct reply *reply, const json_t *list)
{
	return reply->status == 401 || reply->status == 403 || (is_failure(reply, list) && reply->class == CALL_AUTH);
}

/* What stands in the way of asking more; NULL: nothing does. */
static const char *answer_trouble(struct examination *exam, const struct model *model, const struct reply *reply, const json_t *list,
	enum call_class *class)
{
	bool own = model->api->models_path && !*model->api->models_path; /* no list of models: any answer of a web server will do */
	bool failed = is_failure(reply, list), final = reply->status < 400 || reply->status >= 500 || reply->class == CALL_QUOTA;
	*class = reply->class;
	if (key_refused(reply, list))
		return NULL;
	if (!reply->status || reply->class == CALL_REDIRECT || (failed && final))
		return reply->message ? reply->message : call_classes[reply->class].meaning;
	*class = reply->status == 404 ? CALL_NOT_FOUND : CALL_MALFORMED;
	if (own || reply->status == 429)
		return NULL;
	if (reply->status >= 400)
		return arena_format(exam->arena, "answers, but not with a list of models (HTTP %d)", reply->status);
	return json_is_object(list) ? NULL : "answers, but not with a list of models: is it another server, or a page to log in?";
}

static void key_examine(struct examination *exam, const struct model *model, const struct reply *reply, const json_t *list)
{
	const char *what = name_of(exam, model);
	if (key_refused(reply, list))
		find(exam, what, "key", DOCTOR_BAD,
			arena_format(exam->arena, "the server does not take the key: %s", reply->message ? reply->message : "no words"),
			call_classes[CALL_AUTH].mend);
	else if (model_key_env(model) && reply->status == 200)
		find(exam, what, "key", DOCTOR_GOOD, "taken", NULL);
	else if (model_key_env(model))
		find(exam, what, "key", DOCTOR_WARNING, arena_format(exam->arena, "HTTP status %d: it could not be tried", reply->status),
			NULL);
}

/* A proxy in between is what mostly fails where there is one. */
static const char *mend_of(struct examination *exam, const struct model *model, const struct reply *reply, enum call_class class)
{
	struct url url;
	struct error ignored;
	const char *base = model_base_url(model);
	bool way = !reply->status && (class == CALL_NETWORK || class == CALL_TIMEOUT);
	const char *proxy = way && base && url_read(base, &url, &ignored) ? proxy_between(&url, exam->arena) : NULL;
	return proxy ? arena_format(exam->arena, "the calls go through the proxy that %s names: check it, or list the server in no_proxy", proxy)
		     : call_classes[class].mend;
}

static void endpoint_examine(struct examination *exam, const struct model *model)
{
	struct reply reply = {0};
	struct error error = {0};
	enum call_class class;
	const char *suffix = model->api->models_path ? model->api->models_path : "/models", *what = name_of(exam, model);
	if (!ask(exam, model, suffix, &reply, &class, &error)) {
		find(exam, what, class == CALL_AUTH ? "key" : "reachable", DOCTOR_BAD, arena_string(exam->arena, error.message),
			call_classes[class].mend);
		return;
	}
	JSON_OWNED *list = reply.status == 200 ? list_normal(json_parse_reply(reply.raw, &error)) : NULL;
	const char *trouble = answer_trouble(exam, model, &reply, list, &class);
	if (trouble) {
		bool no_list = reply.status >= 400 && reply.status < 500 && class != CALL_QUOTA; /* some servers that work have none */
		find(exam, what, "reachable", no_list ? DOCTOR_WARNING : DOCTOR_BAD, trouble, mend_of(exam, model, &reply, class));
		if (reply.status)
			clock_examine(exam, model, &reply);
		return;
	}
	find(exam, what, "reachable", DOCTOR_GOOD, arena_format(exam->arena, "%s answers", model_base_url(model)), NULL);
	key_examine(exam, model, &reply, list);
	if (list && suffix[0] && !key_refused(&reply, list))
		model_examine(exam, model, list);
	adapters_examine(exam, model);
	clock_examine(exam, model, &reply);
}

void doctor_examine(struct project *project, struct arena *arena, struct doctor_finding **ret, size_t *count)
{
	struct examination exam = {.arena = arena, .project = project};
	disk_examine(&exam);
	locale_examine(&exam);
	keys_examine(&exam);
	for (size_t i = 0; i < project->model_count; i++)
		if (project->models[i]->api->kind == API_HTTP)
			endpoint_examine(&exam, project->models[i]);
	*ret = exam.findings;
	*count = exam.count;
}
