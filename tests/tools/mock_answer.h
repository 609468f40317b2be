/* What mock_server answers: rules chosen and bodies written. Included by mock_server.c alone. */
#ifndef LEVER_TESTS_MOCK_ANSWER_H
#define LEVER_TESTS_MOCK_ANSWER_H

#include "eval/base/json.h"
#include "eval/model/span.h"
#include "tests/tools/mock_script.h"
#include <stdatomic.h>

struct stats {
	atomic_long requests, chats, in_flight, max_in_flight, connections, open;
};
static struct stats *stats; /* shared by the workers */
static struct script script;

struct connection {
	struct connection *older, *newer; /* of all that are open */
	int fd;
	struct buffer in, out;
	size_t sent;
	int64_t due; /* when the answer, or its next byte, may go; 0: at once */
	long drip;   /* milliseconds a byte */
	enum fault fault;
	bool busy, last, writing, waiting;
	struct connection *before, *after; /* waiting, by due time */
};

struct request {
	struct text method, path, headers, body;
};

/* ---- answers -------------------------------------------------------------------------------------------------------- */

static void body_frame(struct connection *c, long status, const struct rule *rule, const char *type, struct text body)
{
	const char *extra = rule && rule->headers.length ? buffer_string(&((struct rule *)rule)->headers) : "";
	buffer_format(&c->out, "HTTP/1.1 %ld Answer\r\nContent-Type: %s\r\nx-request-id: mock-%ld\r\n%s", status, type,
		atomic_load(&stats->requests), extra);
	c->last = rule && rule->last_use;
	if (rule && rule->chunked) {
		buffer_add_string(&c->out, "Transfer-Encoding: chunked\r\n\r\n");
		for (size_t at = 0; at < body.length; at += 4096) {
			size_t part = body.length - at < 4096 ? body.length - at : 4096;
			buffer_format(&c->out, "%zx\r\n", part);
			buffer_add(&c->out, body.data + at, part);
			buffer_add_string(&c->out, "\r\n");
		}
		buffer_add_string(&c->out, "0\r\n\r\n");
		return;
	}
	buffer_format(&c->out, "Content-Length: %zu\r\n\r\n", body.length);
	buffer_add_text(&c->out, body);
}

/* The content of the last user message as it stands in the body, quotes included. */
static struct text user_content(struct text body)
{
	struct span_walk walk;
	struct span_member message;
	struct text content = text_make(NULL, 0);
	if (span_open(&walk, span_get(body, "messages")))
		while (span_next(&walk, &message))
			if (text_equal(span_get(message.value, "role"), TEXT("\"user\"")))
				content = span_get(message.value, "content");
	return content;
}

static void answer_default(struct text content, struct buffer *out)
{
	uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
	for (size_t i = 0; i < content.length; i++)
		hash = (hash ^ (unsigned char)content.data[i]) * 0x100000001b3u;
	buffer_format(out, "\"mock %016llx\"", (unsigned long long)hash);
}

static void content_write(const struct rule *rule, struct text content, struct buffer *out)
{
	if (rule && (rule->null_content || rule->refusal)) {
		buffer_add_string(out, "null");
	} else if (rule && rule->fill) {
		char *room = buffer_reserve(out, (size_t)rule->fill + 2);
		memset(room, 'x', (size_t)rule->fill + 2);
		room[0] = room[rule->fill + 1] = '"';
		out->length += (size_t)rule->fill + 2;
	} else if (rule && rule->echo && content.data) {
		buffer_add_text(out, content);
	} else if (rule && rule->text.data) {
		json_write_string(rule->text, out);
	} else {
		answer_default(content, out);
	}
}

static void member_write(struct buffer *out, const char *name, const char *value)
{
	if (!value)
		return;
	buffer_format(out, ",\"%s\":", name);
	json_write_string(text_of(value), out);
}

static void completion_write(const struct rule *rule, const struct request *request, struct text content, struct buffer *out)
{
	struct text model = span_get(request->body, "model");
	const char *finish = rule && rule->finish ? rule->finish : "stop";
	buffer_add_string(out, "{\"id\":\"chatcmpl-mock\",\"object\":\"chat.completion\",\"created\":1790000000,\"model\":");
	buffer_add_text(out, model.data ? model : TEXT("null"));
	buffer_add_string(out, ",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":");
	size_t before = out->length;
	content_write(rule, content, out);
	size_t length = out->length - before;
	member_write(out, "refusal", rule ? rule->refusal : NULL);
	member_write(out, "reasoning_content", rule ? rule->reasoning : NULL);
	buffer_add_string(out, "},\"finish_reason\":");
	buffer_format(out, strcmp(finish, "null") == 0 ? "%s}]" : "\"%s\"}]", finish);
	if (!rule || !rule->no_usage)
		buffer_format(out,
			",\"usage\":{\"prompt_tokens\":%zu,\"completion_tokens\":%zu,\"total_tokens\":%zu,"
			"\"prompt_tokens_details\":{\"cached_tokens\":0}}",
			request->body.length / 4, length / 4, request->body.length / 4 + length / 4);
	buffer_add_string(out, ",\"system_fingerprint\":\"fp_mock\"}");
}

static void chat_answer(struct connection *c, const struct rule *rule, const struct request *request, struct text content)
{
	CLEANUP(buffer_release) struct buffer body = BUFFER_EMPTY;
	const char *type = "application/json";
	long status = rule && rule->status ? rule->status : 200;
	if (rule && rule->body == BODY_RAW) {
		buffer_add_text(&body, rule->text);
	} else if (rule && rule->body == BODY_HTML) {
		buffer_add_string(&body,
			"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>nginx</h1></body></html>");
		type = "text/html";
	} else if (rule && rule->body == BODY_BAD) {
		buffer_add_string(&body, "{\"id\":\"x\",\"choices\":[,]}");
	} else if (rule && (status >= 400 || rule->body == BODY_ERROR)) {
		buffer_add_string(&body, "{\"error\":{\"message\":");
		json_write_string(rule->text.data ? rule->text : TEXT("scripted failure"), &body);
		buffer_add_string(&body, ",\"type\":\"scripted\",\"param\":null,\"code\":null}}");
	} else {
		completion_write(rule, request, content, &body);
	}
	body_frame(c, status, rule, type, buffer_text(&body));
}

/* ---- rules ---------------------------------------------------------------------------------------------------------- */

static bool condition_holds(
	const struct condition *when, const struct rule *rule, const struct request *request, struct text user, long chat)
{
	switch (when->kind) {
	case WHEN_ALWAYS:
		return true;
	case WHEN_HAS:
		return text_find(user, when->text, 0) >= 0;
	case WHEN_IS:
		return text_equal(user, when->text);
	case WHEN_BODY:
		return text_find(request->body, when->text, 0) >= 0;
	case WHEN_PATH:
		return text_equal(request->path, when->text);
	case WHEN_NTH:
		return chat == when->number;
	case WHEN_EVERY:
		return when->number > 0 && chat % when->number == 0;
	case WHEN_TIMES:
		return rule->served < when->number;
	}
	return false;
}

static struct rule *rule_find(const struct request *request, struct text content, bool is_chat, long chat)
{
	struct error ignored;
	JSON_OWNED *value = script.count && content.data ? json_parse_reply(content, &ignored) : NULL;
	struct text user = json_is_string(value) ? json_text(value) : TEXT("");
	for (int i = 0; i < script.count; i++) {
		struct rule *rule = &script.rules[i];
		bool holds = is_chat || rule->any_path;
		for (int k = 0; holds && k < rule->condition_count; k++)
			holds = condition_holds(&rule->conditions[k], rule, request, user, chat);
		if (holds) {
			rule->served++;
			return rule;
		}
	}
	return NULL;
}

static void stats_answer(struct connection *c)
{
	char body[256];
	int length = snprintf(body, sizeof body,
		"{\"requests\":%ld,\"chats\":%ld,\"in_flight\":%ld,\"max_in_flight\":%ld,\"connections\":%ld,\"open\":%ld}",
		atomic_load(&stats->requests), atomic_load(&stats->chats), atomic_load(&stats->in_flight),
		atomic_load(&stats->max_in_flight), atomic_load(&stats->connections), atomic_load(&stats->open));
	body_frame(c, 200, NULL, "application/json", text_make(body, (size_t)length));
}

static void plain_answer(struct connection *c, const struct request *request)
{
	static const struct {
		const char *path, *body;
	} pages[] = {{"/health", "{\"status\":\"ok\"}"},
		{"/v1/models", "{\"object\":\"list\",\"data\":[{\"id\":\"mock\",\"object\":\"model\",\"owned_by\":\"tests\"}]}"},
		{"/lora-adapters", "[{\"id\":0,\"path\":\"adapter.gguf\",\"scale\":0.0}]"}};
	if (text_equal(request->path, TEXT("/stats"))) {
		stats_answer(c);
		return;
	}
	for (size_t i = 0; i < COUNT(pages); i++)
		if (text_equal(request->path, text_of(pages[i].path))) {
			body_frame(c, 200, NULL, "application/json", text_of(pages[i].body));
			return;
		}
	body_frame(c, 404, NULL, "application/json",
		TEXT("{\"error\":{\"message\":\"no such page\",\"type\":\"not_found_error\",\"code\":404}}"));
}

#endif
