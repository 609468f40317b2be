/* The plain answer object that programs write and recorded outputs are kept in. */
#include "eval/model/answer.h"
#include <math.h>

static long long answer_tokens(const json_t *usage, const char *short_name, const char *long_name)
{
	double count = json_number_or(usage, short_name, json_number_or(usage, long_name, UNKNOWN));
	return count >= 0 && count < 1e15 ? (long long)count : UNKNOWN;
}

static void usage_read(const json_t *answer, struct reply *reply)
{
	const json_t *usage = json_object_get(answer, "usage");
	double dollars = json_number_or(answer, "cost", -1);
	double microseconds = json_number_or(answer, "latency_us", json_number_or(answer, "latency_ms", -1) * 1000);
	reply->usage.input = answer_tokens(usage, "input", "input_tokens");
	reply->usage.cached = answer_tokens(usage, "cached", "cached_tokens");
	reply->usage.written = answer_tokens(usage, "written", "cache_written_tokens");
	reply->usage.output = answer_tokens(usage, "output", "output_tokens");
	reply->usage.reasoning = answer_tokens(usage, "reasoning", "reasoning_tokens");
	if (dollars >= 0 && dollars < 9e6)
		reply->usage.cost = llround(dollars * 1e12);
	if (microseconds >= 0 && microseconds < 1e15)
		reply->latency = (int64_t)microseconds;
}

static struct text plain_text(const json_t *value, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	if (!value || json_is_null(value))
		return text_make(NULL, 0);
	json_write_plain(value, &out);
	return text_copy(arena, buffer_text(&out));
}

/* {"error":"words","class":"timeout"} or {"error":{"message":…,"class":…}}. */
static void failure_read(const json_t *answer, enum call_class fallback, struct arena *arena, struct reply *reply)
{
	const json_t *error = json_object_get(answer, "error");
	const json_t *message = json_is_object(error) ? json_object_get(error, "message") : error;
	const char *class = json_string_or(error, "class", json_string_or(answer, "class", ""));
	reply->class = call_class_find(class);
	if (reply->class == CALL_COUNT || reply->class == CALL_OK)
		reply->class = fallback;
	reply->message = plain_text(message ? message : error, arena).data;
}

void answer_read(const json_t *answer, enum call_class fallback, struct arena *arena, struct reply *reply)
{
	const json_t *error = json_object_get(answer, "error");
	usage_read(answer, reply);
	reply->output = plain_text(json_object_get(answer, "output"), arena);
	reply->reasoning = plain_text(json_object_get(answer, "reasoning"), arena);
	reply->refusal = plain_text(json_object_get(answer, "refusal"), arena);
	reply->finish = arena_string(arena, json_string_or(answer, "finish", NULL));
	if (error && !json_is_null(error) && !json_is_false(error)) {
		failure_read(answer, fallback, arena, reply);
		return;
	}
	reply->class = CALL_OK;
	if (!json_object_get(answer, "output") && !reply->refusal.data) {
		reply->class = CALL_MALFORMED;
		reply->message = "neither `output` nor `error` in the answer";
	} else if (!reply->output.length && !reply->refusal.length) {
		reply->class = CALL_EMPTY;
		reply->message = "the answer is empty";
	}
}
