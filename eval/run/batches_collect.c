#include "eval/base/clock.h"
#include "eval/run/batches_private.h"

#define LOST (48 * 3600 * INT64_C(1000000)) /* a batch nobody knows any more after so long has ended */

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
	return batch_rest_fail(exchange, rest_class(status->end), message) && store_commit(exchange->store, exchange->error);
}

static bool ended_collect(struct exchange *exchange, const struct batch_status *status)
{
	struct text results[COUNT(status->results)] = {{0}};
	for (size_t i = 0; i < COUNT(status->results); i++) {
		if (!status->results[i])
			continue;
		if (!batch_ask(exchange, "GET", status->results[i], TEXT(""), NULL)) {
			batch_tell(exchange, arena_format(exchange->arena, "has ended, but its results cannot be fetched: %s",
						     batch_failure_words(exchange)));
			return true;
		}
		results[i] = exchange->reply.raw;
	}
	if (!ended_store(exchange, status, results))
		return false;
	batch_tell(exchange,
		arena_format(exchange->arena, "%s: %lld answered, %lld failed%s%s", status->words, exchange->news.answered,
			exchange->news.failed, status->message ? ": " : "", status->message ? status->message : ""));
	return true;
}

static bool lost(const struct exchange *exchange)
{
	return exchange->reply.class == CALL_NOT_FOUND && exchange->reply.status == 404 &&
	       clock_wall() - exchange->row->sent_at > LOST;
}

bool batch_collect_one(struct exchange *exchange)
{
	const struct batch_type *type = exchange->model->api->batch;
	struct batch_status status;
	if (strcmp(exchange->row->state, "waiting") != 0)
		return true;
	if (!batch_ask(
		    exchange, "GET", arena_format(exchange->arena, "%s/%s", type->path, exchange->row->remote), TEXT(""), NULL)) {
		if (lost(exchange))
			return batch_all_fail(exchange, CALL_EXPIRED, "the server knows the batch no more");
		batch_tell(exchange, arena_format(exchange->arena, "cannot be asked for: %s", batch_failure_words(exchange)));
		return true;
	}
	JSON_OWNED *answer = batch_answer(exchange->arena, &exchange->reply);
	if (!answer || !type->status(answer, exchange->arena, &status)) {
		batch_tell(exchange, "cannot be asked for: the server's answer names no batch");
		return true;
	}
	exchange->row->status = status.words;
	if (status.end != BATCH_OPEN)
		return ended_collect(exchange, &status);
	batch_tell(exchange,
		arena_format(exchange->arena, "%s, %lld of %lld done", status.words, status.done, exchange->row->requests));
	return batch_keep(exchange);
}
