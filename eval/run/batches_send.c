#include "eval/base/clock.h"
#include "eval/run/batches_private.h"

static bool taken(struct exchange *exchange, const struct batch_status *status, const char *how)
{
	exchange->row->state = "waiting";
	exchange->row->remote = status->remote;
	exchange->row->status = status->words;
	if (!batch_keep(exchange))
		return false;
	batch_tell(exchange, how);
	return true;
}

/* What the list of a server says of a batch that may have reached it. */
struct search {
	struct batch_status status;
	bool there;
	bool unproved;	  /* one that it may be is held by another of ours, not proved yet */
	const char *last; /* id to go on behind; NULL: the end */
};

static bool page_search(struct exchange *exchange, const json_t *page, struct search *search)
{
	const struct batch_type *type = exchange->model->api->batch;
	const json_t *list = json_object_get(page, "data"), *listed;
	char uid[BATCH_ID];
	size_t i;
	batch_id(&exchange->row->uid, uid);
	search->last = NULL;
	json_array_foreach((json_t *)list, i, listed)
	{
		enum batch_owner owner;
		search->last = arena_string(exchange->arena, json_string_or(listed, "id", NULL));
		if (!type->is_ours(listed, uid, exchange->row->sent_at, exchange->row->requests) ||
			!type->status(listed, exchange->arena, &search->status))
			continue;
		if (!batch_owner(exchange->store, exchange->row->id, search->status.remote, &owner, exchange->error))
			return false;
		search->unproved |= owner == BATCH_GUESSED;
		if ((search->there = owner == BATCH_FREE))
			return true;
	}
	if (!json_is_true(json_object_get(page, "has_more")) || !batch_id_safe(search->last))
		search->last = NULL;
	return true;
}

/* A batch that may have reached the server; *sure: the whole list could be read. */
static bool look(struct exchange *exchange, struct search *search, bool *sure)
{
	const struct batch_type *type = exchange->model->api->batch;
	*search = (struct search){0};
	*sure = false;
	for (int page = 0; page < BATCH_PAGES && !*sure; page++) {
		const char *suffix = search->last
					     ? arena_format(exchange->arena, "%s?limit=100&%s=%s", type->path, type->after, search->last)
					     : arena_format(exchange->arena, "%s?limit=100", type->path);
		JSON_OWNED *answer =
			batch_ask(exchange, "GET", suffix, TEXT(""), NULL) ? batch_answer(exchange->arena, &exchange->reply) : NULL;
		if (!answer)
			return true;
		if (!page_search(exchange, answer, search))
			return false;
		*sure = search->there || !search->last;
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
		return batch_all_fail(exchange, exchange->reply.class, batch_failure_words(exchange));
	batch_tell(exchange, arena_format(exchange->arena, "could not be handed in: %s; the next run tries again",
				     batch_failure_words(exchange)));
	return true;
}

static bool hand_in(struct exchange *exchange)
{
	const struct batch_type *type = exchange->model->api->batch;
	CLEANUP(buffer_release) struct buffer lines = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer body = BUFFER_EMPTY;
	struct adding adding = {type, &lines};
	struct batch_status status;
	char uid[BATCH_ID];
	bool again = strcmp(exchange->row->state, "sending") == 0;
	batch_id(&exchange->row->uid, uid);
	exchange->row->state = "sending";
	exchange->row->sent_at = clock_wall();
	if (!batch_calls_each(exchange->store, exchange->row->id, line_add, &adding, exchange->error) || !batch_keep(exchange))
		return false;
	if (type->upload && !exchange->row->file) {
		if (!batch_file_upload(exchange, uid, buffer_text(&lines), again))
			return not_taken(exchange);
		if (!batch_keep(exchange))
			return false;
	}
	type->create(type, uid, exchange->row->file, buffer_text(&lines), &body);
	if (!batch_ask(exchange, "POST", type->path, buffer_text(&body), NULL))
		return not_taken(exchange);
	JSON_OWNED *answer = batch_answer(exchange->arena, &exchange->reply);
	if (!answer || !type->status(answer, exchange->arena, &status)) {
		exchange->reply = (struct reply){.class = CALL_MALFORMED, .message = "the server's answer names no batch"};
		return not_taken(exchange);
	}
	return taken(exchange, &status, arena_format(exchange->arena, "handed in: %lld requests", exchange->row->requests));
}

bool batch_send_one(struct exchange *exchange)
{
	struct search search;
	bool sure;
	if (strcmp(exchange->row->state, "queued") == 0)
		return hand_in(exchange);
	if (strcmp(exchange->row->state, "sending") != 0)
		return true;
	if (!look(exchange, &search, &sure))
		return false;
	if (search.there) {
		exchange->row->guessed = !exchange->model->api->batch->upload; /* by its size; where there is a file, by our own word */
		return taken(exchange, &search.status, "was handed in by a run that ended early: found again on the server");
	}
	if (sure && !search.unproved)
		return hand_in(exchange);
	if (sure) {
		batch_tell(exchange, "may be the same as another one that was found by its size; seen when that is collected");
		return true;
	}
	batch_tell(exchange, arena_format(exchange->arena, "may have been handed in, and the server cannot be asked: %s",
				     batch_failure_words(exchange)));
	return true;
}
