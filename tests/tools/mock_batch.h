/* The batch APIs of mock_server: OpenAI (files, batches) and Anthropic (message batches), in the memory of one worker. The script
 * decides what each request in a batch gets, as if it had come alone; results come in reverse order, one of them twice, with a
 * broken line and one of a stranger among them. A rule for one of these paths with a fault changes the state and loses the answer;
 * one with a status or a raw body answers in its place. */
#ifndef LEVER_TESTS_MOCK_BATCH_H
#define LEVER_TESTS_MOCK_BATCH_H

#include "tests/tools/mock_answer.h"

enum { BATCHES = 64 };
struct mock_batch {
	bool anthropic;
	json_t *lines, *metadata; /* lines: list of {custom_id, body} */
	long polls;
};
static struct mock_batch batches[BATCHES];
static json_t *files[BATCHES]; /* their lines; NULL once deleted */
static json_t *file_names[BATCHES];
static int batch_count, file_count;
static long batch_polls = 1; /* answered with "in progress" */

static bool path_has(const struct request *request, const char *part)
{
	return text_find(request->path, text_of(part), 0) >= 0;
}

static bool is_batch_path(const struct request *request)
{
	return path_has(request, "/batches") || path_has(request, "/files");
}

/* The number behind a prefix in the path; 0: none. */
static int number_in(const struct request *request, const char *prefix, int count)
{
	long at = text_find(request->path, text_of(prefix), 0);
	long number = at < 0 ? 0 : strtol(request->path.data + at + strlen(prefix), NULL, 10);
	return number > 0 && number <= count ? (int)number : 0;
}

static const struct rule *line_rule(const json_t *body, struct buffer *raw, struct text *content)
{
	json_compact(body, raw);
	struct request request = {TEXT("POST"), TEXT(""), TEXT(""), buffer_text(raw)};
	*content = user_content(request.body);
	return rule_find(&request, *content, true, 0);
}

static bool any_expired(const struct mock_batch *batch)
{
	size_t i;
	json_t *line;
	bool any = false;
	json_array_foreach(batch->lines, i, line)
	{
		CLEANUP(buffer_release) struct buffer raw = BUFFER_EMPTY;
		struct text content;
		const struct rule *rule = line_rule(json_object_get(line, "body"), &raw, &content);
		any |= rule && rule->expire;
	}
	return any;
}

static json_t *batch_show(int number)
{
	struct mock_batch *batch = &batches[number - 1];
	bool ended = batch->polls > batch_polls;
	json_int_t total = (json_int_t)json_array_size(batch->lines);
	if (batch->anthropic)
		return json_pack("{s:o, s:s, s:s, s:{s:I, s:I}, s:s}", "id", json_sprintf("msgbatch_%d", number), "type",
			"message_batch", "processing_status", ended ? "ended" : "in_progress", "request_counts", "processing",
			ended ? 0 : total, "succeeded", ended ? total : 0, "created_at", "2099-01-01T10:00:00Z");
	return json_pack("{s:o, s:s, s:s, s:{s:I, s:I, s:I}, s:O, s:o, s:o}", "id", json_sprintf("batch_%d", number), "object",
		"batch", "status",
		!ended		     ? "in_progress"
		: any_expired(batch) ? "expired"
				     : "completed",
		"request_counts", "total", total, "completed", ended ? total : 0, "failed", (json_int_t)0, "metadata",
		batch->metadata, "output_file_id", ended ? json_sprintf("out-%d", number) : json_null(), "error_file_id",
		ended ? json_sprintf("err-%d", number) : json_null());
}

static json_t *message_of(const json_t *completion)
{
	const json_t *usage = json_object_get(completion, "usage");
	return json_pack("{s:s, s:s, s:s, s:[{s:s, s:O}], s:s, s:{s:I, s:I}}", "id", "msg_mock", "type", "message", "role",
		"assistant", "content", "type", "text", "text", json_at(completion, "choices.0.message.content"), "stop_reason",
		"end_turn", "usage", "input_tokens", (json_int_t)json_integer_or(usage, "prompt_tokens", 0), "output_tokens",
		(json_int_t)json_integer_or(usage, "completion_tokens", 0));
}

static json_t *result_of(const struct mock_batch *batch, const json_t *line, const struct rule *rule, const struct request *request,
	struct text content)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	struct error ignored;
	json_t *id = json_object_get(line, "custom_id");
	if (rule && rule->expire)
		return batch->anthropic ? json_pack("{s:O, s:{s:s}}", "custom_id", id, "result", "type", "expired")
					: json_pack("{s:O, s:n, s:{s:s, s:s}}", "custom_id", id, "response", "error", "code",
						  "batch_expired", "message", "the window was over");
	if (rule && rule->status >= 400) {
		json_t *error = json_pack("{s:s, s:s}", "type", "invalid_request_error", "message", "scripted failure");
		return batch->anthropic ? json_pack("{s:O, s:{s:s, s:{s:s, s:o}}}", "custom_id", id, "result", "type", "errored",
						  "error", "type", "error", "error", error)
					: json_pack("{s:O, s:{s:i, s:s, s:{s:o}}, s:n}", "custom_id", id, "response", "status_code",
						  (int)rule->status, "request_id", "req_mock", "body", "error", error, "error");
	}
	completion_write(rule, request, content, &text);
	json_t *completion = json_parse_reply(buffer_text(&text), &ignored);
	if (!batch->anthropic)
		return json_pack("{s:O, s:{s:i, s:s, s:o}, s:n}", "custom_id", id, "response", "status_code", 200, "request_id",
			"req_mock", "body", completion, "error");
	json_t *message = message_of(completion);
	json_decref(completion);
	return json_pack("{s:O, s:{s:s, s:o}}", "custom_id", id, "result", "type", "succeeded", "message", message);
}

/* `errors`: those that failed only; -1: all. */
static void results_write(const struct mock_batch *batch, int errors, struct buffer *out)
{
	static const char stranger[] = "{\"custom_id\":\"00000000000000000000000000000000\",\"error\":{}}\n{oops\n\n";
	for (size_t i = json_array_size(batch->lines); i-- > 0;) {
		CLEANUP(buffer_release) struct buffer raw = BUFFER_EMPTY;
		struct text content;
		const json_t *line = json_array_get(batch->lines, i), *body = json_object_get(line, "body");
		const struct rule *rule = line_rule(body, &raw, &content);
		bool failed = rule && (rule->expire || rule->status >= 400);
		if ((rule && rule->drop) || (errors >= 0 && errors != failed))
			continue;
		struct request request = {TEXT("POST"), TEXT(""), TEXT(""), buffer_text(&raw)};
		json_t *result = result_of(batch, line, rule, &request, content);
		for (int times = i == 0 ? 2 : 1; times > 0; times--) {
			json_compact(result, out);
			buffer_add_byte(out, '\n');
		}
		json_decref(result);
		if (i == json_array_size(batch->lines) / 2)
			buffer_add_string(out, stranger);
	}
}

static json_t *file_read_lines(struct text body)
{
	json_t *lines = json_array();
	struct text line;
	while (text_next_line(&body, &line)) {
		struct error ignored;
		json_t *value = *line.data == '{' ? json_parse_reply(line, &ignored) : NULL;
		if (value)
			json_array_append_new(lines, value);
	}
	return lines;
}

static json_t *file_create(const struct request *request)
{
	long at = text_find(request->body, TEXT("filename=\""), 0);
	const char *name = at < 0 ? "" : request->body.data + at + 10;
	files[file_count] = file_read_lines(request->body);
	file_names[file_count] = json_stringn(name, strcspn(name, "\"\r\n"));
	return json_pack("{s:o, s:s}", "id", json_sprintf("file-%d", ++file_count), "object", "file");
}

static json_t *file_list_show(void)
{
	json_t *list = json_array();
	json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "id", "file-other", "object", "file", "filename", "lever.jsonl"));
	for (int i = file_count; i > 0; i--)
		if (files[i - 1])
			json_array_append_new(list, json_pack("{s:o, s:s, s:O}", "id", json_sprintf("file-%d", i), "object", "file", "filename", file_names[i - 1]));
	return json_pack("{s:s, s:o, s:b}", "object", "list", "data", list, "has_more", 0);
}

static json_t *file_delete(const struct request *request)
{
	int number = number_in(request, "/files/file-", file_count);
	if (number) {
		json_decref(files[number - 1]);
		files[number - 1] = NULL;
	}
	return json_pack("{s:s, s:b}", "object", "file", "deleted", 1);
}

static json_t *batch_create(const struct request *request, bool anthropic)
{
	struct error ignored;
	JSON_OWNED *body = json_parse_reply(request->body, &ignored);
	struct mock_batch *batch = &batches[batch_count];
	json_t *line;
	size_t i;
	const char *file = json_string_or(body, "input_file_id", "file-0");
	int number = (int)strtol(file + 5, NULL, 10);
	*batch = (struct mock_batch){.anthropic = anthropic, .lines = json_array()};
	batch->metadata = json_incref(json_object_get(body, "metadata"));
	if (!anthropic && number > 0 && number <= file_count)
		json_array_extend(batch->lines, files[number - 1]);
	json_array_foreach(json_object_get(body, "requests"), i, line) json_array_append_new(batch->lines,
		json_pack("{s:O, s:O}", "custom_id", json_object_get(line, "custom_id"), "body", json_object_get(line, "params")));
	return batch_show(++batch_count);
}

static json_t *batch_list_show(bool anthropic)
{
	json_t *list = json_array();
	for (int i = batch_count; i > 0; i--)
		if (batches[i - 1].anthropic == anthropic)
			json_array_append_new(list, batch_show(i));
	return json_pack("{s:s, s:o, s:b}", "object", "list", "data", list, "has_more", 0);
}

static void batch_path_answer(struct connection *c, const struct request *request)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	bool posts = text_equal(request->method, TEXT("POST")), anthropic = path_has(request, "/messages/");
	int batch = number_in(request, anthropic ? "/msgbatch_" : "/batch_", batch_count);
	int output = number_in(request, "/files/out-", batch_count), errors = number_in(request, "/files/err-", batch_count);
	json_t *answer = NULL;
	if (posts && path_has(request, "/files")) {
		answer = file_create(request);
	} else if (text_equal(request->method, TEXT("DELETE"))) {
		answer = file_delete(request);
	} else if (path_has(request, "/files?")) {
		answer = file_list_show();
	} else if (posts) {
		answer = batch_create(request, anthropic);
	} else if (output || errors) {
		results_write(&batches[(output ? output : errors) - 1], errors != 0, &out);
	} else if (batch && path_has(request, "/results")) {
		results_write(&batches[batch - 1], -1, &out);
	} else if (batch) {
		batches[batch - 1].polls++;
		answer = batch_show(batch);
	} else {
		answer = batch_list_show(anthropic);
	}
	if (answer)
		json_compact(answer, &out);
	json_decref(answer);
	body_frame(c, 200, NULL, "application/json", buffer_text(&out));
}

#endif
