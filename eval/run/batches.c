#include "eval/run/batches.h"
#include "eval/base/clock.h"
#include "eval/base/random.h"
#include "eval/model/batch.h"
#include "eval/model/client.h"
#include "eval/model/request.h"
#include "eval/run/budget.h"
#include "eval/store/batches.h"

#define TRIES 4
#define FOUND_AGAIN "found again on the server"
#define PAGES 50			    /* of a list that is searched */
#define LOST (48 * 3600 * INT64_C(1000000)) /* a batch nobody knows any more after so long has ended */

struct exchange {
	struct project *project;
	struct store *store;
	struct loop *loop;
	struct client *client;
	struct arena *arena;
	struct batch_row *row;
	const struct model *model;
	struct reply reply;
	struct batch_news news;
	batch_news_function *function;
	void *data;
	struct error *error; /* of the store */
};

/* ---- one request to the server --------------------------------------------------------------------------------------- */

static void answered(void *data, struct reply *reply)
{
	struct exchange *exchange = data;
	exchange->reply = *reply;
	loop_stop(exchange->loop);
}

static void waited(void *data)
{
	loop_stop(((struct exchange *)data)->loop);
}

static void request_once(struct exchange *exchange, const struct request *request)
{
	struct prompt prompt = {.case_id = "", .repeat = 1, .variant = ""};
	enum call_class class = CALL_REQUEST;
	struct error error = {0};
	exchange->reply = (struct reply){.usage = USAGE_UNKNOWN};
	if (client_send(exchange->client, exchange->model, request, &prompt, exchange->arena, answered, exchange, &class, &error))
		loop_run(exchange->loop);
	else
		exchange->reply = (struct reply){.class = class, .message = arena_string(exchange->arena, error.message)};
	batch_refused(exchange->arena, &exchange->reply);
}

/* True when the server took it. Tried again where that is harmless: what creates a batch only after "too many requests". */
static bool ask(struct exchange *exchange, const char *method, const char *suffix, struct text body, const char *type)
{
	struct request request = {0};
	struct error error = {0};
	bool creates = *method == 'P' && !type;
	if (!request_url(exchange->model, suffix, exchange->arena, &request, &error)) {
		exchange->reply = (struct reply){.class = CALL_REQUEST, .message = arena_string(exchange->arena, error.message)};
		return false;
	}
	if (creates) { /* on a connection of its own: libcurl sends again by itself where one that was used before breaks */
		client_free(exchange->client);
		exchange->client = client_create(exchange->loop);
	}
	request.method = method;
	request.body = body;
	request.raw = true;
	if (type) {
		const char *const *headers = headers_with(request.headers, NULL, exchange->arena);
		((const char **)headers)[0] = type;
		request.headers = headers;
	}
	for (int try = 1;; try++) {
		request_once(exchange, &request);
		enum call_class class = exchange->reply.class;
		if (class == CALL_OK || try == TRIES || !(creates ? class == CALL_RATE_LIMIT : call_classes[class].retry) ||
			exchange->reply.retry_after > RETRY_AFTER_LIMIT)
			return class == CALL_OK;
		loop_after(exchange->loop, retry_delay(try, exchange->reply.retry_after, .5), waited, exchange);
		loop_run(exchange->loop);
	}
}

static const char *failure_words(const struct exchange *exchange)
{
	const struct reply *reply = &exchange->reply;
	return reply->message ? reply->message : call_classes[reply->class].meaning;
}

/* ---- news and the store ---------------------------------------------------------------------------------------------- */

static void tell(struct exchange *exchange, const char *words)
{
	struct batch_news *news = &exchange->news;
	*news = (struct batch_news){.batch = exchange->row->id,
		.requests = exchange->row->requests,
		.model = exchange->row->model,
		.remote = exchange->row->remote,
		.state = exchange->row->state,
		.words = words,
		.answered = news->answered,
		.failed = news->failed,
		.cost = news->cost};
	exchange->function(exchange->data, news);
}

static bool save(struct exchange *exchange)
{
	return store_begin(exchange->store, exchange->error) && batch_save(exchange->store, exchange->row, exchange->error) &&
	       store_commit(exchange->store, exchange->error);
}

/* No call of it will be answered any more: all that wait failed. Inside a transaction. */
static bool rest_fail(struct exchange *exchange, enum call_class class, const char *message)
{
	long long count;
	exchange->row->state = "ended";
	exchange->row->ended_at = clock_wall();
	if (!batch_calls_fail(exchange->store, exchange->row->id, call_classes[class].name, message, &count, exchange->error) ||
		!batch_save(exchange->store, exchange->row, exchange->error))
		return false;
	exchange->news.failed += count;
	return true;
}

static bool all_fail(struct exchange *exchange, enum call_class class, const char *message)
{
	exchange->row->message = message;
	if (!store_begin(exchange->store, exchange->error) || !rest_fail(exchange, class, message) ||
		!store_commit(exchange->store, exchange->error))
		return false;
	tell(exchange, arena_format(exchange->arena, "ended without answers: %s", message));
	return true;
}

/* ---- collecting ------------------------------------------------------------------------------------------------------ */

static bool result_store(struct exchange *exchange, struct text line, struct arena *scratch, long long *known)
{
	struct uid uid;
	struct reply reply;
	long long call;
	if (!batch_result(exchange->model, line, scratch, &uid, &reply))
		return true;
	if (!batch_call_find(exchange->store, exchange->row->id, &uid, &call, exchange->error))
		return false;
	if (!call)
		return true; /* told twice, or not ours */
	bool good = reply.class == CALL_OK || reply.class == CALL_EMPTY || reply.class == CALL_FILTERED;
	struct call_row row = {.id = call,
		.state = good ? "answered" : "failed",
		.class = call_classes[reply.class].name,
		.message = reply.message,
		.response = reply.raw,
		.status = reply.status,
		.server_request = reply.server_request,
		.returned_model = reply.returned_model,
		.fingerprint = reply.fingerprint,
		.usage = reply.usage,
		.latency = UNKNOWN,
		.first_byte = UNKNOWN};
	long long *cost = &exchange->news.cost;
	++*known;
	exchange->news.answered += good;
	exchange->news.failed += !good;
	if (good)
		*cost = *cost == UNKNOWN || reply.usage.cost == UNKNOWN ? UNKNOWN : *cost + reply.usage.cost;
	json_decref(reply.owner);
	return call_end(exchange->store, &row, exchange->error);
}

static bool results_store(struct exchange *exchange, struct text rest, long long *known)
{
	CLEANUP(arena_release) struct arena *scratch = arena_create();
	struct text line;
	while (text_next_line(&rest, &line)) {
		if (text_trim(line).length && !result_store(exchange, line, scratch, known))
			return false;
		arena_reset(scratch);
	}
	return true;
}

static enum call_class rest_class(enum batch_end end)
{
	return end == BATCH_CANCELLED ? CALL_CANCELLED : end == BATCH_REFUSED ? CALL_REQUEST : CALL_EXPIRED;
}

/* Everything of an ended batch in one transaction, so that it is collected whole or not at all. */
static bool ended_store(struct exchange *exchange, const struct batch_status *status, const struct text *results)
{
	long long known = 0;
	const char *message = status->message ? status->message : call_classes[rest_class(status->end)].meaning;
	if (!store_begin(exchange->store, exchange->error))
		return false;
	for (size_t i = 0; i < COUNT(status->results); i++)
		if (results[i].length && !results_store(exchange, results[i], &known))
			return false;
	bool guessed = exchange->row->message && strcmp(exchange->row->message, FOUND_AGAIN) == 0;
	if (!known && status->done && guessed &&
		!exchange->model->api->batch->upload) { /* taken for ours by its size, and it is not */
		exchange->row->state = "queued";
		exchange->row->remote = exchange->row->status = exchange->row->message = NULL;
		return batch_save(exchange->store, exchange->row, exchange->error) &&
		       store_commit(exchange->store, exchange->error);
	}
	return rest_fail(exchange, rest_class(status->end), message) && store_commit(exchange->store, exchange->error);
}

static bool ended_collect(struct exchange *exchange, const struct batch_status *status)
{
	struct text results[COUNT(status->results)] = {{0}};
	for (size_t i = 0; i < COUNT(status->results); i++) {
		if (!status->results[i])
			continue;
		if (!ask(exchange, "GET", status->results[i], TEXT(""), NULL)) {
			tell(exchange, arena_format(exchange->arena, "has ended, but its results cannot be fetched: %s",
					       failure_words(exchange)));
			return true;
		}
		results[i] = exchange->reply.raw;
	}
	if (!ended_store(exchange, status, results))
		return false;
	tell(exchange, arena_format(exchange->arena, "%s: %lld answered, %lld failed%s%s", status->words, exchange->news.answered,
			       exchange->news.failed, status->message ? ": " : "", status->message ? status->message : ""));
	return true;
}

static bool lost(const struct exchange *exchange)
{
	return exchange->reply.class == CALL_NOT_FOUND && exchange->reply.status == 404 &&
	       clock_wall() - exchange->row->sent_at > LOST;
}

static bool collect_one(struct exchange *exchange)
{
	const struct batch_type *type = exchange->model->api->batch;
	struct batch_status status;
	if (strcmp(exchange->row->state, "waiting") != 0)
		return true;
	if (!ask(exchange, "GET", arena_format(exchange->arena, "%s/%s", type->path, exchange->row->remote), TEXT(""), NULL)) {
		if (lost(exchange))
			return all_fail(exchange, CALL_EXPIRED, "the server knows the batch no more");
		tell(exchange, arena_format(exchange->arena, "cannot be asked for: %s", failure_words(exchange)));
		return true;
	}
	JSON_OWNED *answer = batch_answer(exchange->arena, &exchange->reply);
	if (!answer || !type->status(answer, exchange->arena, &status)) {
		tell(exchange, "cannot be asked for: the server's answer names no batch");
		return true;
	}
	exchange->row->status = status.words;
	if (status.end != BATCH_OPEN)
		return ended_collect(exchange, &status);
	tell(exchange, arena_format(exchange->arena, "%s, %lld of %lld done", status.words, status.done, exchange->row->requests));
	return save(exchange);
}

/* ---- handing in ------------------------------------------------------------------------------------------------------ */

static bool taken(struct exchange *exchange, const struct batch_status *status, const char *how)
{
	exchange->row->state = "waiting";
	exchange->row->remote = status->remote;
	exchange->row->status = status->words;
	if (!save(exchange))
		return false;
	tell(exchange, how);
	return true;
}

/* On one page of the list; *last becomes the id to go on behind, NULL at the end. */
static bool page_search(struct exchange *exchange, const json_t *page, struct batch_status *ret, bool *found, const char **last)
{
	const struct batch_type *type = exchange->model->api->batch;
	const json_t *list = json_object_get(page, "data"), *listed;
	char uid[BATCH_ID];
	size_t i;
	batch_id(&exchange->row->uid, uid);
	*last = NULL;
	json_array_foreach((json_t *)list, i, listed)
	{
		bool known = true;
		*last = arena_string(exchange->arena, json_string_or(listed, "id", NULL));
		if (!type->is_ours(listed, uid, exchange->row->sent_at, exchange->row->requests) ||
			!type->status(listed, exchange->arena, ret))
			continue;
		if (!batch_has_remote(exchange->store, ret->remote, &known, exchange->error))
			return false;
		if ((*found = !known))
			return true;
	}
	if (!json_is_true(json_object_get(page, "has_more")) || !batch_id_safe(*last))
		*last = NULL;
	return true;
}

/* A batch that may have reached the server: *there, and *sure whether the whole list could be read. */
static bool look(struct exchange *exchange, struct batch_status *ret, bool *there, bool *sure)
{
	const struct batch_type *type = exchange->model->api->batch;
	const char *last = NULL;
	*there = *sure = false;
	for (int page = 0; page < PAGES; page++) {
		const char *suffix = last ? arena_format(exchange->arena, "%s?limit=100&%s=%s", type->path, type->after, last)
					  : arena_format(exchange->arena, "%s?limit=100", type->path);
		JSON_OWNED *answer =
			ask(exchange, "GET", suffix, TEXT(""), NULL) ? batch_answer(exchange->arena, &exchange->reply) : NULL;
		if (!answer)
			return true;
		if (!page_search(exchange, answer, ret, there, &last))
			return false;
		*sure = *there || !last;
		if (*sure)
			return true;
	}
	return true;
}

struct adding {
	const struct batch_type *type;
	struct buffer *lines;
};

static bool line_add(void *data, const struct uid *uid, struct text request)
{
	struct adding *adding = data;
	batch_line(adding->type, uid, request, adding->lines);
	return true;
}

/* Refused for good, or unknown: then the batch stays as it is and is looked for the next time. */
static bool not_taken(struct exchange *exchange)
{
	int status = exchange->reply.status;
	bool refused = status >= 400 && status < 500 && !call_classes[exchange->reply.class].retry &&
		       exchange->reply.class != CALL_AUTH && exchange->reply.class != CALL_QUOTA;
	if (refused)
		return all_fail(exchange, exchange->reply.class, failure_words(exchange));
	tell(exchange,
		arena_format(exchange->arena, "could not be handed in: %s; the next run tries again", failure_words(exchange)));
	return true;
}

static bool file_upload(struct exchange *exchange, const char *uid, struct text lines)
{
	CLEANUP(buffer_release) struct buffer body = BUFFER_EMPTY;
	const char *type = batch_upload(uid, lines, exchange->arena, &body);
	JSON_OWNED *answer = ask(exchange, "POST", exchange->model->api->batch->upload, buffer_text(&body), type)
				     ? batch_answer(exchange->arena, &exchange->reply)
				     : NULL;
	const char *file = json_string_or(answer, "id", NULL);
	exchange->row->file = arena_string(exchange->arena, file);
	if (answer && !batch_id_safe(file))
		exchange->reply = (struct reply){.class = CALL_MALFORMED, .message = "the server's answer names no file"};
	return batch_id_safe(file);
}

static bool hand_in(struct exchange *exchange)
{
	const struct batch_type *type = exchange->model->api->batch;
	CLEANUP(buffer_release) struct buffer lines = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer body = BUFFER_EMPTY;
	struct adding adding = {type, &lines};
	struct batch_status status;
	char uid[BATCH_ID];
	batch_id(&exchange->row->uid, uid);
	exchange->row->state = "sending";
	exchange->row->sent_at = clock_wall();
	if (!batch_calls_each(exchange->store, exchange->row->id, line_add, &adding, exchange->error) || !save(exchange))
		return false;
	if (type->upload && !exchange->row->file) {
		if (!file_upload(exchange, uid, buffer_text(&lines)))
			return not_taken(exchange);
		if (!save(exchange))
			return false;
	}
	type->create(type, uid, exchange->row->file, buffer_text(&lines), &body);
	if (!ask(exchange, "POST", type->path, buffer_text(&body), NULL))
		return not_taken(exchange);
	JSON_OWNED *answer = batch_answer(exchange->arena, &exchange->reply);
	if (!answer || !type->status(answer, exchange->arena, &status)) {
		exchange->reply = (struct reply){.class = CALL_MALFORMED, .message = "the server's answer names no batch"};
		return not_taken(exchange);
	}
	return taken(exchange, &status, arena_format(exchange->arena, "handed in: %lld requests", exchange->row->requests));
}

static bool send_one(struct exchange *exchange)
{
	struct batch_status status;
	bool there, sure;
	if (strcmp(exchange->row->state, "queued") == 0)
		return hand_in(exchange);
	if (strcmp(exchange->row->state, "sending") != 0)
		return true;
	if (!look(exchange, &status, &there, &sure))
		return false;
	exchange->row->message = there ? FOUND_AGAIN : NULL;
	if (there)
		return taken(exchange, &status, "was handed in by a run that ended early: " FOUND_AGAIN);
	if (sure)
		return hand_in(exchange);
	tell(exchange, arena_format(exchange->arena, "may have been handed in, and the server cannot be asked: %s",
			       failure_words(exchange)));
	return true;
}

/* ---- from outside ---------------------------------------------------------------------------------------------------- */

/* The model of a batch as it was; NULL: `why`. */
static const struct model *model_of(struct exchange *exchange, const char **why)
{
	for (size_t i = 0; i < exchange->project->model_count; i++) {
		const struct model *model = exchange->project->models[i];
		if (strcmp(model->name, exchange->row->model) != 0)
			continue;
		const char *base = model_base_url(model);
		*why = "is left alone: its model has another address now";
		return model->api->batch && base && strcmp(base, exchange->row->base_url) == 0 ? model : NULL;
	}
	*why = "is left alone: its model is no longer in the project";
	return NULL;
}

static bool batches_each(struct exchange *exchange, bool (*work)(struct exchange *exchange))
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct batch_row *rows;
	size_t count;
	bool good = batch_open_list(exchange->store, arena, &rows, &count, exchange->error);
	if (!good || !count)
		return good;
	exchange->arena = arena_create();
	exchange->loop = loop_create();
	exchange->client = client_create(exchange->loop);
	for (size_t i = 0; good && i < count; i++) {
		const char *why;
		exchange->row = &rows[i];
		exchange->news = (struct batch_news){0};
		exchange->model = model_of(exchange, &why);
		if (exchange->model)
			good = work(exchange);
		else if (work == collect_one)
			tell(exchange, why);
		arena_reset(exchange->arena);
	}
	if (!good)
		store_rollback(exchange->store);
	client_free(exchange->client);
	loop_free(exchange->loop);
	arena_free(exchange->arena);
	return good;
}

bool batches_collect(struct project *project, struct store *store, batch_news_function *function, void *data, struct error *error)
{
	struct exchange exchange = {.project = project, .store = store, .function = function, .data = data, .error = error};
	return batches_each(&exchange, collect_one);
}

bool batches_send(struct project *project, struct store *store, batch_news_function *function, void *data, struct error *error)
{
	struct exchange exchange = {.project = project, .store = store, .function = function, .data = data, .error = error};
	return batches_each(&exchange, send_one);
}

static bool model_batched(const struct model *model, struct error *error)
{
	if (!model || model->api->kind != API_HTTP || model->api->batch)
		return true;
	return error_set(error, ERROR_CONFIG,
		"model %s cannot be asked in batches: lever knows those of the APIs openai, responses and anthropic, not of %s; "
		"leave its "
		"variants out with --variant",
		model->name, model->api->name);
}

bool batches_possible(const struct plan *plan, struct error *error)
{
	const struct run_options *options = &plan->options;
	if (options->no_cache || options->refresh_count || options->rescore)
		return error_set(error, ERROR_USAGE,
			"--batch goes without --no-cache, --refresh and --rescore: a batch is for what was never asked");
	if (plan->replay || plan->record)
		return error_set(error, ERROR_USAGE,
			"--batch goes without a cassette: take --live where the project has one; `lever run --record` writes down "
			"what was collected");
	return plan_models_check(plan, model_batched, error);
}
