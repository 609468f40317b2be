#include "eval/model/batch.h"
#include "eval/model/answer.h"
#include "eval/model/client.h"
#include "eval/model/clean.h"
#include "eval/model/http_parts.h"
#include <math.h>
#include <sodium.h>

void batch_id(const struct uid *uid, char id[BATCH_ID])
{
	sodium_bin2hex(id, BATCH_ID, uid->bytes, sizeof uid->bytes);
}

bool batch_id_read(const char *id, struct uid *uid)
{
	size_t length = 0;
	return id && strlen(id) == BATCH_ID - 1 &&
	       sodium_hex2bin(uid->bytes, sizeof uid->bytes, id, BATCH_ID - 1, NULL, &length, NULL) == 0 &&
	       length == sizeof uid->bytes;
}

bool batch_line(const struct batch_type *type, const struct uid *uid, struct text request, struct buffer *out)
{
	struct error ignored;
	char id[BATCH_ID];
	JSON_OWNED *body = json_parse_reply(request, &ignored);
	if (!json_is_object(body))
		return false;
	json_object_del(body, "stream");
	json_object_del(body, "stream_options");
	batch_id(uid, id);
	type->line(type, id, body, out);
	return true;
}

const char *batch_file_name(const char *uid, struct arena *arena)
{
	return arena_format(arena, "lever-%s.jsonl", uid);
}

const char *batch_upload(const char *uid, struct text lines, struct arena *arena, struct buffer *out)
{
	buffer_format(out,
		"--lever-%s\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
		"--lever-%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n"
		"Content-Type: application/jsonl\r\n\r\n",
		uid, uid, batch_file_name(uid, arena));
	buffer_add_text(out, lines);
	buffer_format(out, "\r\n--lever-%s--\r\n", uid);
	return arena_format(arena, "Content-Type: multipart/form-data; boundary=lever-%s", uid);
}

bool batch_id_safe(const char *id)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	return id && *id && strlen(id) < 200 && id[strspn(id, letters)] == 0;
}

bool batch_refused(struct arena *arena, struct reply *reply)
{
	struct error ignored;
	if (reply->class != CALL_OK || reply->status < 400)
		return reply->class != CALL_OK;
	JSON_OWNED *body = json_parse_reply(reply->raw, &ignored);
	openai_failure_read(body, arena, reply);
	reply->message = string_redacted(arena, reply->message);
	return true;
}

json_t *batch_answer(struct arena *arena, struct reply *reply)
{
	return batch_refused(arena, reply) ? NULL : reply_body(NULL, arena, reply);
}

bool batch_results_cut(struct text results)
{
	struct error ignored;
	size_t at = results.length;
	while (at && results.data[at - 1] != '\n')
		at--;
	struct text last = text_trim(text_make(results.data + at, results.length - at));
	JSON_OWNED *value = last.length ? json_parse_reply(last, &ignored) : NULL;
	return last.length && !json_is_object(value);
}

bool batch_result(const struct model *model, struct text line, struct arena *arena, struct uid *uid, struct reply *ret)
{
	struct error ignored;
	const char *id = NULL;
	JSON_OWNED *value = json_parse_reply(body_clean(arena, line, SECRET_BODY), &ignored);
	*ret = (struct reply){.usage = USAGE_UNKNOWN, .latency = UNKNOWN, .first_byte = UNKNOWN};
	if (!json_is_object(value) || !model->api->batch->result(value, arena, &id, ret) || !batch_id_read(id, uid))
		return false;
	if (ret->class != CALL_OK)
		return true;
	model_parse(model, arena, ret);
	if (ret->usage.cost > 0)
		ret->usage.cost = llround((double)ret->usage.cost * BATCH_PRICE);
	return true;
}
