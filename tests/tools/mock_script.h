/* The script of mock_server: rules read from a file, one a line, the first whose conditions all hold decides.
 *
 *   CONDITION… : ACTION…          words; "quoted words" know \n \t \r \" \\ ; # begins a comment line
 *
 * Conditions        *                     always
 *                   has "text"            the last user message contains it
 *                   is "text"             the last user message is it
 *                   body "text"           the raw body contains it, say "\"scale\":1.0"
 *                   path "/v1/models"     the path is it (without: only POST …/chat/completions is matched)
 *                   nth N                 the N-th chat request, from 1
 *                   every N               each N-th chat request
 *                   times N               the rule serves at most N requests
 * Answers           answer "text"         this content (default: "mock " and 16 hex digits made from the last user message)
 *                   echo                  the last user message
 *                   fill BYTES            content of so many letters
 *                   finish "length"       finish_reason; null: none
 *                   reasoning "text"      reasoning_content
 *                   refusal "text"        refusal, content null
 *                   null                  content null
 *                   empty                 content ""
 *                   nousage               no usage
 * Other bodies      status N              with an error body, unless `raw` is given
 *                   header "Name: value"  one more header; may be repeated
 *                   raw "text"            this body
 *                   html                  an HTML page
 *                   badjson               JSON with a mistake in it
 *                   error "message"       status 200 with an error object
 *                   redirect "URL"        307 to it
 * Faults            delay MS              waits before answering
 *                   reset                 connection reset before any header
 *                   resetmid              headers and half of the body, then reset
 *                   close                 headers and half of the body, then an orderly end
 *                   stall                 never answers
 *                   stallmid              headers and half of the body, then nothing
 *                   drip MS               one byte each so many milliseconds
 *                   chunked               chunked transfer
 *                   lastuse               closes the connection after the answer
 * In a batch        expire                the request expires
 *                   drop                  its line is missing from the results
 */
#ifndef LEVER_TESTS_MOCK_SCRIPT_H
#define LEVER_TESTS_MOCK_SCRIPT_H

#include "eval/base/buffer.h"
#include "eval/base/file.h"
#include <stdio.h>
#include <stdlib.h>

enum { RULES = 256, CONDITIONS = 8 };
enum condition_kind { WHEN_ALWAYS, WHEN_HAS, WHEN_IS, WHEN_BODY, WHEN_PATH, WHEN_NTH, WHEN_EVERY, WHEN_TIMES };
enum fault { FAULT_NONE, FAULT_RESET, FAULT_RESET_MID, FAULT_CLOSE, FAULT_STALL, FAULT_STALL_MID };
enum body_kind { BODY_ANSWER, BODY_RAW, BODY_HTML, BODY_BAD, BODY_ERROR };

struct condition {
	enum condition_kind kind;
	struct text text;
	long number;
};
struct rule {
	struct condition conditions[CONDITIONS];
	int condition_count;
	bool any_path;
	enum body_kind body;
	struct text text; /* of the answer or the raw body; no text: by default */
	bool echo, null_content, no_usage, chunked, last_use, expire, drop;
	long fill, delay, drip, status;
	const char *finish, *reasoning, *refusal;
	struct buffer headers;
	enum fault fault;
	long served;
};
struct script {
	struct rule rules[RULES];
	int count;
};

static bool script_word(const char **at, struct buffer *word)
{
	const char *p = *at + strspn(*at, " \t\r");
	bool quoted = *p == '"';
	buffer_clear(word);
	if (!*p)
		return false;
	for (p += quoted; *p && (quoted ? *p != '"' : !strchr(" \t\r", *p)); p++) {
		const char *escape = quoted && *p == '\\' && p[1] ? strchr("n\nt\tr\r", p[1]) : NULL;
		if (quoted && *p == '\\' && p[1])
			p++;
		buffer_add_byte(word, escape ? escape[1] : *p);
	}
	*at = p + (quoted && *p == '"');
	return true;
}

static const char *word_keep(const struct buffer *word)
{
	char *copy = memory_take(word->length + 1);
	memcpy(copy, buffer_string(word), word->length);
	return copy;
}

static bool condition_read(struct rule *rule, const char *name, const char **at, struct buffer *word)
{
	static const char *const names[] = {"*", "has", "is", "body", "path", "nth", "every", "times"};
	struct condition *condition = &rule->conditions[rule->condition_count];
	for (int kind = 0; kind < (int)COUNT(names) && rule->condition_count < CONDITIONS; kind++) {
		if (strcmp(name, names[kind]) != 0)
			continue;
		rule->condition_count++;
		rule->any_path |= kind == WHEN_PATH;
		condition->kind = (enum condition_kind)kind;
		if (kind == WHEN_ALWAYS)
			return true;
		if (!script_word(at, word))
			return false;
		condition->number = strtol(buffer_string(word), NULL, 10);
		condition->text = text_make(word_keep(word), word->length);
		return true;
	}
	return false;
}

static bool flag_read(struct rule *rule, const char *name)
{
	static const struct {
		const char *name;
		enum fault fault;
	} faults[] = {{"reset", FAULT_RESET}, {"resetmid", FAULT_RESET_MID}, {"close", FAULT_CLOSE}, {"stall", FAULT_STALL},
		{"stallmid", FAULT_STALL_MID}};
	for (size_t i = 0; i < COUNT(faults); i++)
		if (strcmp(name, faults[i].name) == 0) {
			rule->fault = faults[i].fault;
			return true;
		}
	struct {
		const char *name;
		bool *flag;
	} flags[] = {{"echo", &rule->echo}, {"null", &rule->null_content}, {"nousage", &rule->no_usage},
		{"chunked", &rule->chunked}, {"lastuse", &rule->last_use},
		{"expire", &rule->expire}, {"drop", &rule->drop}};
	for (size_t i = 0; i < COUNT(flags); i++)
		if (strcmp(name, flags[i].name) == 0)
			return *flags[i].flag = true;
	if (strcmp(name, "empty") == 0)
		rule->text = TEXT("");
	else if (strcmp(name, "html") == 0)
		rule->body = BODY_HTML;
	else if (strcmp(name, "badjson") == 0)
		rule->body = BODY_BAD;
	else
		return false;
	return true;
}

static bool value_set(struct rule *rule, const char *name, const struct buffer *word)
{
	struct {
		const char *name;
		long *number;
	} numbers[] = {{"fill", &rule->fill}, {"delay", &rule->delay}, {"drip", &rule->drip}, {"status", &rule->status}};
	struct {
		const char *name;
		const char **string;
	} strings[] = {{"finish", &rule->finish}, {"reasoning", &rule->reasoning}, {"refusal", &rule->refusal}};
	static const struct {
		const char *name;
		enum body_kind kind;
	} bodies[] = {{"answer", BODY_ANSWER}, {"raw", BODY_RAW}, {"error", BODY_ERROR}};
	for (size_t i = 0; i < COUNT(numbers); i++)
		if (strcmp(name, numbers[i].name) == 0)
			*numbers[i].number = strtol(buffer_string(word), NULL, 10);
	for (size_t i = 0; i < COUNT(strings); i++)
		if (strcmp(name, strings[i].name) == 0)
			*strings[i].string = word_keep(word);
	for (size_t i = 0; i < COUNT(bodies); i++)
		if (strcmp(name, bodies[i].name) == 0) {
			rule->body = bodies[i].kind;
			rule->text = text_make(word_keep(word), word->length);
		}
	if (strcmp(name, "header") == 0)
		buffer_format(&rule->headers, "%s\r\n", buffer_string(word));
	if (strcmp(name, "redirect") == 0) {
		rule->status = 307;
		buffer_format(&rule->headers, "Location: %s\r\n", buffer_string(word));
	}
	return true;
}

static bool action_read(struct rule *rule, const char *name, const char **at, struct buffer *word)
{
	static const char *const valued[] = {"answer", "fill", "finish", "reasoning", "refusal", "status", "header", "raw", "error",
		"redirect", "delay", "drip"};
	if (flag_read(rule, name))
		return true;
	for (size_t i = 0; i < COUNT(valued); i++)
		if (strcmp(name, valued[i]) == 0)
			return script_word(at, word) && value_set(rule, name, word);
	return false;
}

static bool rule_read(struct rule *rule, const char *line)
{
	CLEANUP(buffer_release) struct buffer word = BUFFER_EMPTY;
	bool acting = false;
	while (script_word(&line, &word)) {
		char name[32];
		snprintf(name, sizeof name, "%s", buffer_string(&word));
		if (strcmp(name, ":") == 0)
			acting = true;
		else if (!(acting ? action_read : condition_read)(rule, name, &line, &word))
			return false;
	}
	return acting && rule->condition_count;
}

/* False with a message on stderr. */
static bool script_read(struct script *script, const char *path)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	struct error error;
	struct text rest, line;
	long number = 0;
	if (!file_read(path, 0, &text, &error)) {
		fprintf(stderr, "mock_server: %s: %s\n", path, error.message);
		return false;
	}
	for (rest = buffer_text(&text); text_next_line(&rest, &line);) {
		number++;
		line = text_trim(line);
		if (!line.length || *line.data == '#')
			continue;
		char *copy = memory_take(line.length + 1);
		memcpy(copy, line.data, line.length);
		bool good = script->count < RULES && rule_read(&script->rules[script->count++], copy);
		free(copy);
		if (!good) {
			fprintf(stderr, "mock_server: %s:%ld: not a rule\n", path, number);
			return false;
		}
	}
	return true;
}

#endif
