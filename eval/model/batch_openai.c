#include "eval/model/batch.h"

/* Formats: OpenAI Files (purpose batch) and Batch; the same for Chat Completions and Responses but for the endpoint. */

static void line(const struct batch_type *type, const char *id, const json_t *body, struct buffer *out)
{
	buffer_format(out, "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"%s\",\"body\":", id, type->endpoint);
	json_compact(body, out);
	buffer_add_string(out, "}\n");
}

static void create(const struct batch_type *type, const char *uid, const char *file, struct text lines, struct buffer *out)
{
	(void)lines;
	JSON_OWNED *body = json_pack("{s:s, s:s, s:s, s:{s:s}}", "input_file_id", file, "endpoint", type->endpoint,
		"completion_window", "24h", "metadata", "lever", uid);
	json_compact(body, out);
}

static void results_name(const json_t *answer, struct arena *arena, struct batch_status *ret)
{
	static const char *const names[] = {"output_file_id", "error_file_id"};
	for (size_t i = 0; i < COUNT(names); i++) {
		const char *id = json_string_or(answer, names[i], NULL);
		if (!batch_id_safe(id))
			continue;
		ret->files[i] = arena_format(arena, "/files/%s", id);
		ret->results[i] = arena_format(arena, "%s/content", ret->files[i]);
	}
}

static bool status(const json_t *answer, struct arena *arena, struct batch_status *ret)
{
	static const struct {
		const char *name;
		enum batch_end end;
	} ends[] = {
		{"completed", BATCH_DONE}, {"expired", BATCH_EXPIRED}, {"cancelled", BATCH_CANCELLED}, {"failed", BATCH_REFUSED}};
	const char *words = json_string_or(answer, "status", NULL), *id = json_string_or(answer, "id", NULL);
	const json_t *counts = json_object_get(answer, "request_counts"), *mistake;
	if (!words || !batch_id_safe(id))
		return false;
	*ret = (struct batch_status){.remote = arena_string(arena, id), .words = arena_string(arena, words)};
	for (size_t i = 0; i < COUNT(ends); i++)
		if (strcmp(words, ends[i].name) == 0)
			ret->end = ends[i].end;
	ret->done = json_integer_or(counts, "completed", 0) + json_integer_or(counts, "failed", 0);
	mistake = json_array_get(json_object_get(json_object_get(answer, "errors"), "data"), 0);
	if (mistake)
		ret->message = arena_format(arena, "%.600s (line %lld)", json_string_or(mistake, "message", "no words"),
			json_integer_or(mistake, "line", 0));
	results_name(answer, arena, ret);
	bool answered = json_integer_or(counts, "completed", 0) > 0, nothing = !ret->results[0] && !ret->results[1];
	ret->untold = !ret->results[0] && (answered || (ret->end == BATCH_DONE && nothing));
	return true;
}

static bool is_ours(const json_t *listed, const char *uid, int64_t sent_at, long long requests)
{
	(void)sent_at;
	(void)requests;
	return strcmp(json_string_or(json_object_get(listed, "metadata"), "lever", ""), uid) == 0;
}

/* A request that was not run has no response but an error. */
static void unanswered(const json_t *error, struct arena *arena, struct reply *ret)
{
	const char *code = json_string_or(error, "code", "");
	ret->class = strcmp(code, "batch_expired") == 0	    ? CALL_EXPIRED
		     : strcmp(code, "batch_cancelled") == 0 ? CALL_CANCELLED
		     : json_is_object(error)		    ? CALL_SERVER
							    : CALL_MALFORMED;
	ret->message = arena_format(arena, "%.600s", json_string_or(error, "message", call_classes[ret->class].meaning));
}

static bool result(const json_t *row, struct arena *arena, const char **id, struct reply *ret)
{
	CLEANUP(buffer_release) struct buffer raw = BUFFER_EMPTY;
	const json_t *response = json_object_get(row, "response");
	*id = arena_string(arena, json_string_or(row, "custom_id", NULL));
	if (!json_is_object(response)) {
		unanswered(json_object_get(row, "error"), arena, ret);
		return true;
	}
	json_compact(json_object_get(response, "body"), &raw);
	ret->raw = text_copy(arena, buffer_text(&raw));
	ret->status = (int)json_integer_or(response, "status_code", 200);
	ret->server_request = arena_string(arena, json_string_or(response, "request_id", NULL));
	return true;
}

/* The servers take 50,000 requests and 200 MB; smaller batches end sooner. */
#define OPENAI_BATCH(ENDPOINT)                                                                                                     \
	{                                                                                                                          \
		.path = "/batches", .after = "after", .endpoint = ENDPOINT, .upload = "/files", .max_requests = 10000,             \
		.max_bytes = (size_t)64 << 20, .line = line, .create = create, .status = status, .is_ours = is_ours,               \
		.result = result                                                                                                   \
	}
const struct batch_type batch_openai_chat = OPENAI_BATCH("/v1/chat/completions");
const struct batch_type batch_openai_responses = OPENAI_BATCH("/v1/responses");
