#include "eval/model/clean.h"

struct text body_clean(struct arena *arena, struct text body, enum secret_view view)
{
	CLEANUP(buffer_release) struct buffer clean = BUFFER_EMPTY;
	return secret_redact_as(body.data, body.length, view, &clean) ? text_copy(arena, buffer_text(&clean)) : body;
}

static bool string_clean(struct arena *arena, const char **string)
{
	CLEANUP(buffer_release) struct buffer clean = BUFFER_EMPTY;
	if (!*string || !secret_redact(*string, strlen(*string), &clean))
		return false;
	*string = text_copy(arena, buffer_text(&clean)).data;
	return true;
}

bool reply_clean(struct arena *arena, struct reply *reply)
{
	struct text *const texts[] = {&reply->output, &reply->reasoning, &reply->refusal, &reply->tool_calls};
	const char **const strings[] = {
		&reply->message, &reply->finish, &reply->returned_model, &reply->fingerprint, &reply->server_request};
	bool any = false;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct text clean = body_clean(arena, *texts[i], SECRET_TEXT);
		any |= clean.data != texts[i]->data;
		*texts[i] = clean;
	}
	for (size_t i = 0; i < COUNT(strings); i++)
		any |= string_clean(arena, strings[i]);
	return any;
}
