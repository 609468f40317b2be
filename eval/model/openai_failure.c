/* Failures: what the server says in whichever shape, and the class of it. */
#include "eval/model/answer.h"
#include <stdlib.h>
#include <strings.h>

struct failure {
	const char *message, *type, *code; /* "" where absent */
	int status;
	bool daily, soon; /* Google's details: a quota of a day is used up; one of a shorter time, or it says when to come back */
	int64_t delay;	  /* microseconds until then; 0 */
};

/* ---- what it says --------------------------------------------------------------------------------------------------- */

static const char *plain(const json_t *value, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	if (!value || json_is_null(value))
		return "";
	json_write_plain(value, &out);
	return body_excerpt(buffer_text(&out), arena);
}

static const char *cut(const char *message, struct arena *arena)
{
	return strlen(message) > 900 ? arena_format(arena, "%.900s…", message) : arena_string(arena, message);
}

/* The title of an HTML page says more than its first bytes. */
static const char *page_title(struct text body, struct arena *arena)
{
	struct text start = text_make(body.data, body.length < 4096 ? body.length : 4096);
	long open = text_find(start, TEXT("<title>"), 0);
	long close = open < 0 ? -1 : text_find(start, TEXT("</title>"), (size_t)open);
	if (close < 0)
		return body_excerpt(body, arena);
	return arena_format(
		arena, "a web page: %s", body_excerpt(text_make(body.data + open + 7, (size_t)(close - open) - 7), arena));
}

/* Google says in `details` which quota is used up and when to come back; the message is the same for all of them. */
static void details_read(const json_t *details, struct failure *failure)
{
	const json_t *detail, *violation;
	size_t i, k;
	json_array_foreach((json_t *)details, i, detail)
	{
		double delay = strtod(json_string_or(detail, "retryDelay", "0"), NULL);
		if (delay > 0 && delay < 1e6)
			failure->delay = (int64_t)(delay * 1e6);
		json_array_foreach(json_object_get(detail, "violations"), k, violation)
		{
			const char *quota = json_string_or(violation, "quotaId", json_string_or(violation, "quotaMetric", ""));
			failure->daily |= strcasestr(quota, "PerDay") != NULL;
			failure->soon |= strcasestr(quota, "PerMinute") != NULL || strcasestr(quota, "PerSecond") != NULL;
		}
	}
	failure->soon |= failure->delay > 0;
}

/* A router's own message says little: what the provider behind it said stands in `metadata`. */
static const char *provider_add(const char *message, const json_t *metadata, struct arena *arena)
{
	const char *raw = plain(json_object_get(metadata, "raw"), arena), *name = json_string_or(metadata, "provider_name", "provider");
	return *raw ? arena_format(arena, "%s (%.80s: %s)", message, name, raw) : message;
}

static struct failure failure_read(const json_t *body, struct arena *arena, const struct reply *reply)
{
	if (json_is_array(body)) /* Gemini's, of a stream that was no stream */
		body = json_array_get(body, 0);
	const json_t *error = json_object_get(body, "error");
	struct failure failure = {.message = "", .type = "", .code = "", .status = reply->status};
	if (json_is_object(error)) {
		const char *message = json_string_or(error, "message", NULL);
		failure.message = message ? cut(message, arena) : plain(error, arena);
		failure.message = provider_add(failure.message, json_object_get(error, "metadata"), arena);
		failure.type = plain(
			json_object_get(error, json_object_get(error, "type") ? "type" : "status"), arena); /* Google: status */
		failure.code = plain(json_object_get(error, "code"), arena);
		details_read(json_object_get(error, "details"), &failure);
	} else if (json_is_object(body)) {
		static const char *const names[] = {"error", "message", "detail"};
		for (size_t i = 0; i < COUNT(names) && !*failure.message; i++)
			failure.message = plain(json_object_get(body, names[i]), arena);
	}
	if (!*failure.message)
		failure.message = page_title(reply->raw, arena);
	long code = strtol(failure.code, NULL, 10);
	if (failure.status < 400 && code >= 400 && code < 600)
		failure.status = (int)code;
	return failure;
}

/* ---- its class ------------------------------------------------------------------------------------------------------ */

struct sign {
	const char *word; /* in type, code or (where `anywhere`) message; case ignored */
	bool anywhere;
	enum call_class class;
};
static const struct sign request_signs[] = {{"context_length_exceeded", false, CALL_TOO_LONG},
	{"exceed_context_size", false, CALL_TOO_LONG}, {"string_above_max_length", false, CALL_TOO_LONG},
	{"maximum context length", true, CALL_TOO_LONG}, {"available context size", true, CALL_TOO_LONG},
	{"prompt is too long", true, CALL_TOO_LONG}, {"content_filter", false, CALL_FILTERED},
	{"content_policy", false, CALL_FILTERED}, {"credit balance", true, CALL_QUOTA}, {"API key not valid", true, CALL_AUTH},
	{"maximum model length", true, CALL_TOO_LONG}, {"input token count", true, CALL_TOO_LONG},
	{"exceed context limit", true, CALL_TOO_LONG}, {"exceeds the context window", true, CALL_TOO_LONG},
	{"model_context_window", false, CALL_TOO_LONG}, {"ResponsibleAIPolicy", true, CALL_FILTERED},
	{"model_not_found", false, CALL_NOT_FOUND}, {"API usage limits", true, CALL_QUOTA}, {NULL, false, CALL_REQUEST}};
static const struct sign quota_signs[] = {{"insufficient_quota", false, CALL_QUOTA}, {"credit", false, CALL_QUOTA},
	{"billing", false, CALL_QUOTA}, {"spend", false, CALL_QUOTA}, {"exceeded your current quota", true, CALL_QUOTA},
	{"spend limit", true, CALL_QUOTA}, {"spending limit", true, CALL_QUOTA}, {"API usage limits", true, CALL_QUOTA},
	{NULL, false, CALL_RATE_LIMIT}};
/* For errors under a good status that give no number. */
static const struct sign type_signs[] = {{"insufficient_quota", false, CALL_QUOTA}, {"rate_limit", false, CALL_RATE_LIMIT},
	{"authentication", false, CALL_AUTH}, {"permission", false, CALL_AUTH}, {"not_found", false, CALL_NOT_FOUND},
	{"context_length", false, CALL_TOO_LONG}, {"exceed_context_size", false, CALL_TOO_LONG},
	{"content_filter", false, CALL_FILTERED}, {"billing", false, CALL_QUOTA}, {"invalid_prompt", false, CALL_REQUEST},
	{"invalid_request", false, CALL_REQUEST}, {NULL, false, CALL_SERVER}};
/* For 403: a moderation in front of the model is no matter of keys. */
static const struct sign forbidden_signs[] = {{"moderation", true, CALL_FILTERED}, {"flagged", true, CALL_FILTERED},
	{"content_filter", false, CALL_FILTERED}, {"content_policy", false, CALL_FILTERED}, {NULL, false, CALL_AUTH}};

static enum call_class sign_find(const struct sign *sign, const struct failure *failure)
{
	for (; sign->word; sign++)
		if (strcasestr(failure->type, sign->word) || strcasestr(failure->code, sign->word) ||
			(sign->anywhere && strcasestr(failure->message, sign->word)))
			break;
	return sign->class;
}

static enum call_class class_of(const struct failure *failure)
{
	switch (failure->status) {
	case 400:
	case 422:
		return sign_find(request_signs, failure);
	case 401:
		return CALL_AUTH;
	case 403:
		return sign_find(forbidden_signs, failure);
	case 402:
		return CALL_QUOTA;
	case 404:
		return CALL_NOT_FOUND;
	case 408:
		return CALL_TIMEOUT;
	case 409:
	case 425:
		return CALL_SERVER;
	case 413:
		return CALL_TOO_LONG;
	case 429:
		if (failure->daily || failure->soon)
			return failure->daily ? CALL_QUOTA : CALL_RATE_LIMIT;
		return sign_find(quota_signs, failure);
	case 501:
		return CALL_REQUEST;
	}
	if (failure->status < 400) {
		enum call_class class = sign_find(request_signs, failure);
		return class == CALL_REQUEST ? sign_find(type_signs, failure) : class;
	}
	return failure->status >= 500 ? CALL_SERVER : CALL_REQUEST;
}

void openai_failure_read(const json_t *body, struct arena *arena, struct reply *reply)
{
	struct failure failure = failure_read(body, arena, reply);
	reply->class = class_of(&failure);
	if (!reply->retry_after)
		reply->retry_after = failure.delay;
	reply->message = arena_format(arena, "HTTP %d: %s", reply->status, failure.message);
}
