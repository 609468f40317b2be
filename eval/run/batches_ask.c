#include "eval/base/clock.h"
#include "eval/model/request.h"
#include "eval/run/batches_private.h"

#define TRIES 4
#define DELETE_TIMEOUT INT64_C(10000000)

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

bool batch_ask(struct exchange *exchange, const char *method, const char *suffix, struct text body, const char *type)
{
	struct request request = {0};
	struct error error = {0};
	bool creates = *method == 'P' && !type;
	if (!request_url(exchange->model, suffix, exchange->arena, &request, &error)) {
		exchange->reply = (struct reply){.class = CALL_REQUEST, .message = arena_string(exchange->arena, error.message)};
		return false;
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
		exchange->tries = try;
		request_once(exchange, &request);
		enum call_class class = exchange->reply.class;
		if (class == CALL_OK || try == TRIES || !(creates ? class == CALL_RATE_LIMIT : call_classes[class].retry) ||
			exchange->reply.retry_after > RETRY_AFTER_LIMIT)
			return class == CALL_OK;
		loop_after(exchange->loop, retry_delay(try, exchange->reply.retry_after, .5), waited, exchange);
		loop_run(exchange->loop);
	}
}

bool batch_file_delete(struct exchange *exchange, const char *place)
{
	struct request request = {0};
	struct error ignored;
	if (!place || !request_url(exchange->model, place, exchange->arena, &request, &ignored))
		return true;
	request.method = "DELETE";
	request.raw = true;
	request.timeout = DELETE_TIMEOUT;
	request_once(exchange, &request);
	return exchange->reply.status != 0;
}

bool batch_input_delete(struct exchange *exchange)
{
	const char *upload = exchange->model->api->batch->upload, *file = exchange->row->file;
	return !upload || !file || batch_file_delete(exchange, arena_format(exchange->arena, "%s/%s", upload, file));
}

const char *batch_failure_words(const struct exchange *exchange)
{
	const struct reply *reply = &exchange->reply;
	return reply->message ? reply->message : call_classes[reply->class].meaning;
}

/* ---- news and the store ---------------------------------------------------------------------------------------------- */

void batch_tell(struct exchange *exchange, const char *words)
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

bool batch_keep(struct exchange *exchange)
{
	return store_begin(exchange->store, exchange->error) && batch_save(exchange->store, exchange->row, exchange->error) &&
	       store_commit(exchange->store, exchange->error);
}

bool batch_rest_fail(struct exchange *exchange, enum call_class class, const char *message)
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

bool batch_all_fail(struct exchange *exchange, enum call_class class, const char *message)
{
	exchange->row->message = message;
	if (!store_begin(exchange->store, exchange->error) || !batch_rest_fail(exchange, class, message) ||
		!store_commit(exchange->store, exchange->error))
		return false;
	batch_tell(exchange, arena_format(exchange->arena, "ended without answers: %s", message));
	batch_input_delete(exchange);
	return true;
}
