#include "eval/base/clock.h"
#include "eval/run/batches_private.h"

#define LOST (48 * 3600 * INT64_C(1000000)) /* a batch nobody knows any more after so long has ended */
#define CUT_TRIES 3

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
	static const enum call_class classes[] = {
		[BATCH_DONE] = CALL_MISSING, [BATCH_EXPIRED] = CALL_EXPIRED, [BATCH_CANCELLED] = CALL_CANCELLED, [BATCH_REFUSED] = CALL_REQUEST};
	return classes[end];
}

/* Taken for ours by its size, and it is not: it is looked for again, without this one. */
static bool stranger_leave(struct exchange *exchange)
{
	if (!batch_stranger_add(exchange->store, exchange->row->id, exchange->row->remote, exchange->error))
		return false;
	exchange->row->state = "sending";
	exchange->row->guessed = false;
	exchange->row->remote = exchange->row->status = exchange->row->message = NULL;
	return batch_save(exchange->store, exchange->row, exchange->error) && store_commit(exchange->store, exchange->error);
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
	if (!known && status->done && exchange->row->guessed)
		return stranger_leave(exchange);
	exchange->row->guessed = false;
	exchange->whole = known == exchange->row->requests;
	return batch_rest_fail(exchange, rest_class(status->end), message) && store_commit(exchange->store, exchange->error);
}

/* What nobody needs any more is not left on the server. Results that do not tell of every request stay there, for people to look at. */
static void files_delete(struct exchange *exchange, const struct batch_status *status)
{
	bool answers = batch_input_delete(exchange);
	for (size_t i = 0; i < COUNT(status->files) && exchange->whole && answers; i++)
		answers = batch_file_delete(exchange, status->files[i]);
}

/* So long after it was handed in nothing more is hoped for. */
static bool hopeless(const struct exchange *exchange)
{
	return clock_wall() - exchange->row->sent_at > LOST;
}

/* Ended, but not all of its answers are to be had: they are paid for, so the next run asks for them again. */
static bool results_wait(struct exchange *exchange, const char *why)
{
	batch_tell(exchange,
		arena_format(exchange->arena,
			"has ended, but %s; the next run asks for them again, up to %d hours after it was handed in, then the calls are made "
			"anew (at once: `lever run --refresh VARIANT`)",
			why, (int)(LOST / 3600 / 1000000)));
	return batch_keep(exchange);
}

static bool results_ask(struct exchange *exchange, const char *suffix, struct text *ret)
{
	for (int try = 0; try < CUT_TRIES; try++) {
		if (!batch_ask(exchange, "GET", suffix, TEXT(""), NULL))
			return false;
		*ret = exchange->reply.raw;
		if (!batch_results_cut(*ret))
			return true;
	}
	return true;
}

/* Why not all are here; NULL: they are. *gone: the server has them no more, as far as one can see. */
static const char *results_fetch(struct exchange *exchange, const struct batch_status *status, struct text *results, bool *gone)
{
	*gone = true;
	if (status->untold)
		return "the server does not say where its results are";
	for (size_t i = 0; i < COUNT(status->results); i++) {
		if (!status->results[i])
			continue;
		if (!results_ask(exchange, status->results[i], &results[i])) {
			*gone = exchange->reply.status == 404 || exchange->reply.status == 410;
			return arena_format(exchange->arena, "its results cannot be fetched: %s", batch_failure_words(exchange));
		}
		if (batch_results_cut(results[i]))
			return "its results come cut off";
	}
	return NULL;
}

static bool ended_collect(struct exchange *exchange, struct batch_status *status)
{
	struct text results[COUNT(status->results)] = {{0}};
	bool gone;
	const char *why = results_fetch(exchange, status, results, &gone);
	if (why && !(gone && hopeless(exchange)))
		return results_wait(exchange, why);
	if (why)
		status->message = why;
	if (!ended_store(exchange, status, results))
		return false;
	if (strcmp(exchange->row->state, "ended") != 0) {
		batch_tell(exchange, "found by its size, is none of ours: it is looked for again");
		return true;
	}
	batch_tell(exchange,
		arena_format(exchange->arena, "%s: %lld answered, %lld failed%s%s", status->words, exchange->news.answered,
			exchange->news.failed, status->message ? ": " : "", status->message ? status->message : ""));
	files_delete(exchange, status);
	return true;
}

static bool lost(const struct exchange *exchange)
{
	return exchange->reply.class == CALL_NOT_FOUND && exchange->reply.status == 404 && hopeless(exchange);
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
			return batch_all_fail(exchange, CALL_MISSING, "the server knows the batch no more");
		batch_tell(exchange,
			arena_format(exchange->arena, "cannot be asked for: %s%s", batch_failure_words(exchange),
				exchange->reply.status == 404 ? "; given up two days after it was handed in (at once: `lever run --refresh "
								"VARIANT` asks anew)"
							      : ""));
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
