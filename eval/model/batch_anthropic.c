#include "eval/model/batch.h"
#include <stdio.h>
#include <time.h>

/* Formats: Anthropic Message Batches. */

#define CLOCK_SLACK (300 * INT64_C(1000000)) /* the two clocks may differ by so much */

static void line(const struct batch_type *type, const char *id, const json_t *body, struct buffer *out)
{
	(void)type;
	buffer_format(out, "%s{\"custom_id\":\"%s\",\"params\":", out->length ? "," : "", id);
	json_compact(body, out);
	buffer_add_byte(out, '}');
}

static void create(const struct batch_type *type, const char *uid, const char *file, struct text lines, struct buffer *out)
{
	(void)type;
	(void)uid;
	(void)file;
	buffer_add_string(out, "{\"requests\":[");
	buffer_add_text(out, lines);
	buffer_add_string(out, "]}");
}

static long long count_of(const json_t *answer, bool all)
{
	static const char *const names[] = {"succeeded", "errored", "canceled", "expired", "processing"};
	const json_t *counts = json_object_get(answer, "request_counts");
	long long sum = 0;
	for (size_t i = 0; i < COUNT(names) - !all; i++)
		sum += json_integer_or(counts, names[i], 0);
	return sum;
}

static bool status(const json_t *answer, struct arena *arena, struct batch_status *ret)
{
	const char *words = json_string_or(answer, "processing_status", NULL), *id = json_string_or(answer, "id", NULL);
	if (!words || !batch_id_safe(id))
		return false;
	*ret = (struct batch_status){
		.remote = arena_string(arena, id), .words = arena_string(arena, words), .done = count_of(answer, false)};
	if (strcmp(words, "ended") == 0)
		ret->end = BATCH_DONE;
	ret->results[0] = arena_format(arena, "/v1/messages/batches/%s/results", id);
	return true;
}

static int64_t moment(const char *words)
{
	struct tm tm = {0};
	if (!strptime(words, "%Y-%m-%dT%H:%M:%S", &tm))
		return 0;
	return (int64_t)timegm(&tm) * 1000000;
}

/* The server keeps no words of ours: made since then, with as many requests. What is in it is seen when it is collected. */
static bool is_ours(const json_t *listed, const char *uid, int64_t sent_at, long long requests)
{
	(void)uid;
	return moment(json_string_or(listed, "created_at", "")) >= sent_at - CLOCK_SLACK && count_of(listed, true) == requests;
}

/* The status that the same error has as an answer of its own. */
static int status_of(const json_t *error)
{
	static const struct {
		const char *type;
		int status;
	} known[] = {{"invalid_request_error", 400}, {"authentication_error", 401}, {"billing_error", 402},
		{"permission_error", 403}, {"not_found_error", 404}, {"request_too_large", 413}, {"rate_limit_error", 429},
		{"overloaded_error", 529}};
	const char *type = json_string_or(json_object_get(error, "error"), "type", "");
	for (size_t i = 0; i < COUNT(known); i++)
		if (strcmp(type, known[i].type) == 0)
			return known[i].status;
	return 500;
}

static bool unanswered(const char *type, struct arena *arena, struct reply *ret)
{
	ret->class = strcmp(type, "canceled") == 0  ? CALL_CANCELLED
		     : strcmp(type, "expired") == 0 ? CALL_EXPIRED
						    : CALL_MALFORMED;
	ret->message = call_classes[ret->class].meaning;
	if (ret->class == CALL_MALFORMED)
		ret->message = arena_format(arena, "a result of another kind: %.80s", type);
	return *type != 0;
}

static bool result(const json_t *row, struct arena *arena, const char **id, struct reply *ret)
{
	CLEANUP(buffer_release) struct buffer raw = BUFFER_EMPTY;
	const json_t *result = json_object_get(row, "result"), *message = json_object_get(result, "message"),
		     *error = json_object_get(result, "error");
	const char *type = json_string_or(result, "type", "");
	*id = arena_string(arena, json_string_or(row, "custom_id", NULL));
	if (strcmp(type, "succeeded") != 0 && strcmp(type, "errored") != 0)
		return unanswered(type, arena, ret);
	json_compact(error ? error : message, &raw);
	ret->raw = text_copy(arena, buffer_text(&raw));
	ret->status = error ? status_of(error) : 200;
	ret->server_request = arena_string(arena, json_string_or(error, "request_id", NULL));
	return true;
}

/* The server takes 100,000 requests and 256 MB; smaller batches end sooner. */
const struct batch_type batch_anthropic = {.path = "/v1/messages/batches",
	.after = "after_id",
	.max_requests = 10000,
	.max_bytes = (size_t)64 << 20,
	.line = line,
	.create = create,
	.status = status,
	.is_ours = is_ours,
	.result = result};
