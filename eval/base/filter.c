#define PCRE2_CODE_UNIT_WIDTH 8
#include "eval/base/filter.h"
#include "eval/base/field.h"
#include "eval/base/nearest.h"
#include "eval/base/utf8.h"
#include <math.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#define LENGTH_LIMIT 4096
#define TERMS_LIMIT 64

const struct filter_key filter_keys[] = {
	{"word", "a word anywhere in the case or its id, or \"several words\"", false, true},
	{"regex", "a regular expression found in the case: /refunds?/i", false, true},
	{"id", "the case's id", false, true},
	{"tag", "one of the case's tags", false, true},
	{"cluster", "the case's cluster", false, true},
	{"variant", "the variant's name", false, false},
	{"verdict", "pass, fail, error or unscored", false, false},
	{"class", "how the attempt ended: answered, refused, timeout, …", false, false},
	{"label", "a failure mode put on the attempt: F9", false, false},
	{"score", "the score, or that of one scorer: score.f1<0.5", true, false},
	{"latency", "the time to the answer: latency>2s", true, false},
	{"cost", "dollars of the attempt: cost>0.01", true, false},
	{NULL},
};
enum { KEY_WORD, KEY_REGEX };

struct reader {
	struct arena *arena;
	struct text text;
	size_t at;
	struct filter *filter;
	struct error *error;
};

static bool fail_at(struct reader *reader, size_t at, const char *words)
{
	long line, column;
	utf8_place(reader->text, at, &line, &column);
	return error_at(reader->error, ERROR_USAGE, NULL, line, column, "filter, column %ld: %s", column, words);
}

static char byte_at(const struct reader *reader, size_t at)
{
	return at < reader->text.length ? reader->text.data[at] : '\0';
}

static bool is_name(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

/* ---- values ---- */

/* "quoted, with \" inside" or everything up to white space. NULL after an error. */
static const char *value_read(struct reader *reader)
{
	CLEANUP(buffer_release) struct buffer value = BUFFER_EMPTY;
	size_t start = reader->at;
	bool quoted = byte_at(reader, start) == '"';
	reader->at += quoted;
	for (;; reader->at++) {
		char byte = byte_at(reader, reader->at);
		if (!byte || (quoted ? byte == '"' : byte_is_space(byte)))
			break;
		char next = byte_at(reader, reader->at + 1);
		if (quoted && byte == '\\' && (next == '"' || next == '\\'))
			reader->at++;
		buffer_add_byte(&value, byte_at(reader, reader->at));
	}
	if (quoted && byte_at(reader, reader->at) != '"') {
		fail_at(reader, start, "this quote is never closed");
		return NULL;
	}
	reader->at += quoted;
	if (byte_at(reader, reader->at) && !byte_is_space(byte_at(reader, reader->at))) {
		fail_at(reader, reader->at, "expected a space after the quoted value");
		return NULL;
	}
	return arena_copy(reader->arena, buffer_string(&value), value.length);
}

/* ---- regular expressions: compiled into the arena, so that a filter needs no release ---- */

static void *arena_malloc(size_t size, void *arena)
{
	return arena_take(arena, size);
}
static void arena_keep(void *memory, void *arena) {}

static bool regex_compile(struct reader *reader, struct filter_term *term, size_t start)
{
	int code;
	PCRE2_SIZE offset;
	PCRE2_UCHAR reason[120];
	pcre2_general_context *general = pcre2_general_context_create(arena_malloc, arena_keep, reader->arena);
	pcre2_compile_context *context = pcre2_compile_context_create(general);
	pcre2_set_parens_nest_limit(context, 50);
	term->regex = pcre2_compile((PCRE2_SPTR)term->value, strlen(term->value), PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF,
		&code, &offset, context);
	if (term->regex)
		return true;
	pcre2_get_error_message(code, reason, sizeof reason);
	return fail_at(reader, start, arena_format(reader->arena, "not a regular expression: %s", (const char *)reason));
}

/* /regex/ with \/ for a slash; a bracket does not hide a slash. */
static bool regex_read(struct reader *reader, struct filter_term *term)
{
	CLEANUP(buffer_release) struct buffer value = BUFFER_EMPTY;
	size_t start = reader->at++;
	for (; byte_at(reader, reader->at) && byte_at(reader, reader->at) != '/'; reader->at++) {
		char byte = byte_at(reader, reader->at), next = byte_at(reader, reader->at + 1);
		if (byte == '\\' && next == '/')
			byte = byte_at(reader, ++reader->at);
		else if (byte == '\\' && next)
			buffer_add_byte(&value, byte_at(reader, reader->at++));
		buffer_add_byte(&value, byte_at(reader, reader->at));
	}
	if (!byte_at(reader, reader->at))
		return fail_at(reader, start, "a / that opens here is never closed; put quotes around a word that starts with one");
	reader->at++;
	bool folded = byte_at(reader, reader->at) == 'i';
	reader->at += folded;
	if (byte_at(reader, reader->at) && !byte_is_space(byte_at(reader, reader->at)))
		return fail_at(reader, reader->at, "expected a space after the regular expression");
	if (value.length == 0)
		return fail_at(reader, start, "the regular expression is empty");
	term->key = &filter_keys[KEY_REGEX];
	term->value = arena_format(reader->arena, "%s%s", folded ? "(?i)" : "", buffer_string(&value));
	return regex_compile(reader, term, start);
}

/* ---- keys ---- */

static const struct filter_key *key_find(struct text name)
{
	for (const struct filter_key *key = filter_keys + KEY_REGEX + 1; key->name; key++)
		if (text_equal(text_of(key->name), name))
			return key;
	return NULL;
}

static bool key_unknown(struct reader *reader, size_t at, struct text name)
{
	const char *names[32];
	size_t count = 0;
	for (const struct filter_key *key = filter_keys + KEY_REGEX + 1; key->name && count < COUNT(names); key++)
		names[count++] = key->name;
	const char *word = arena_copy(reader->arena, name.data, name.length > 40 ? 40 : name.length);
	const char *hint = nearest_hint(reader->arena, word, names, count);
	return fail_at(reader, at,
		arena_format(reader->arena, "unknown key `%s`%s", word, *hint ? hint : "; put quotes around a plain word"));
}

static bool operator_read(struct reader *reader, enum filter_operator *found)
{
	char byte = byte_at(reader, reader->at);
	bool equal = byte_at(reader, reader->at + 1) == '=';
	if (byte != '<' && byte != '>')
		return false;
	*found = byte == '<' ? (equal ? FILTER_AT_MOST : FILTER_LESS) : (equal ? FILTER_AT_LEAST : FILTER_MORE);
	reader->at += equal ? 2 : 1;
	return true;
}

static bool is_key(const struct filter_term *term, const char *name)
{
	return strcmp(term->key->name, name) == 0;
}

/* A latency takes the units of durations, a cost a dollar sign. */
static bool number_parse(const struct filter_term *term, const char *value, double *number)
{
	int64_t microseconds;
	char *end;
	if (is_key(term, "latency")) {
		bool good = duration_parse(value, &microseconds);
		*number = good ? (double)microseconds / 1e6 : 0;
		return good;
	}
	value += is_key(term, "cost") && *value == '$';
	if (!*value || strlen(value) > 60 || value[strspn(value, "+-.0123456789eE")])
		return false;
	*number = strtod(value, &end);
	return !*end && isfinite(*number);
}

static bool number_read(struct reader *reader, struct filter_term *term, size_t start)
{
	if (!operator_read(reader, &term->operator))
		return fail_at(
			reader, reader->at, arena_format(reader->arena, "`%s` is compared with <, <=, > or >=", term->key->name));
	size_t at = reader->at;
	term->value = value_read(reader);
	if (!term->value)
		return false;
	return number_parse(term, term->value, &term->number) ||
	       fail_at(reader, at,
		       arena_format(reader->arena, "expected %s after `%.*s`, found `%.40s`",
			       is_key(term, "latency") ? "a duration such as 2s or 300ms" : "a number",
			       (int)(at - start > 40 ? 40 : at - start), reader->text.data + start, term->value));
}

static bool pattern_read(struct reader *reader, struct filter_term *term)
{
	if (byte_at(reader, reader->at) != ':')
		return fail_at(reader, reader->at,
			arena_format(reader->arena, "`%s` takes a value: %s:…", term->key->name, term->key->name));
	size_t at = ++reader->at;
	term->value = value_read(reader);
	if (!term->value)
		return false;
	return *term->value || fail_at(reader, at, arena_format(reader->arena, "expected a value after `%s:`", term->key->name));
}

/* The length of `key` or `key.member` before `:`, `<` or `>`; 0 for a plain word. */
static size_t key_length(const struct reader *reader, size_t *name_length)
{
	size_t at = reader->at;
	while (is_name(byte_at(reader, at)))
		at++;
	*name_length = at - reader->at;
	if (byte_at(reader, at) == '.')
		while (byte_at(reader, at) && !byte_is_space(byte_at(reader, at)) && !strchr(":<>\"", byte_at(reader, at)))
			at++;
	char byte = byte_at(reader, at);
	return *name_length > 0 && (byte == ':' || byte == '<' || byte == '>') ? at - reader->at : 0;
}

static bool keyed_read(struct reader *reader, struct filter_term *term, size_t name_length, size_t length)
{
	size_t start = reader->at;
	struct text name = text_make(reader->text.data + start, name_length);
	term->key = key_find(name);
	if (!term->key)
		return key_unknown(reader, start, name);
	reader->at += length;
	if (length > name_length + 1)
		term->member = arena_copy(reader->arena, name.data + name_length + 1, length - name_length - 1);
	if (length > name_length && (!term->member || !is_key(term, "score")))
		return fail_at(reader, start + name_length, "only `score` has members, as in score.f1<0.5");
	return term->key->numeric ? number_read(reader, term, start) : pattern_read(reader, term);
}

static bool word_read(struct reader *reader, struct filter_term *term)
{
	size_t start = reader->at;
	term->key = &filter_keys[KEY_WORD];
	term->value = value_read(reader);
	return term->value && (*term->value || fail_at(reader, start, "expected a word between the quotes"));
}

/* ---- the whole ---- */

static bool term_read(struct reader *reader, struct filter_term *term)
{
	size_t name_length;
	char next = byte_at(reader, reader->at + 1);
	term->negated = byte_at(reader, reader->at) == '-' && next && !byte_is_space(next);
	reader->at += term->negated;
	if (byte_at(reader, reader->at) == '/')
		return regex_read(reader, term);
	size_t length = key_length(reader, &name_length);
	return length ? keyed_read(reader, term, name_length, length) : word_read(reader, term);
}

static bool terms_read(struct reader *reader)
{
	struct filter *filter = reader->filter;
	for (;;) {
		while (byte_is_space(byte_at(reader, reader->at)))
			reader->at++;
		if (reader->at >= reader->text.length)
			return true;
		if (filter->count == TERMS_LIMIT)
			return fail_at(reader, reader->at, "more than 64 terms");
		if (!term_read(reader, &filter->terms[filter->count]))
			return false;
		filter->count++;
	}
}

struct filter *filter_parse(struct arena *arena, const char *text, struct error *error)
{
	struct reader reader = {.arena = arena, .text = text_of(text ? text : ""), .error = error};
	reader.filter = arena_take(arena, sizeof *reader.filter);
	reader.filter->terms = arena_take(arena, TERMS_LIMIT * sizeof *reader.filter->terms);
	if (reader.text.length > LENGTH_LIMIT) {
		fail_at(&reader, LENGTH_LIMIT, "longer than 4096 bytes");
		return NULL;
	}
	return terms_read(&reader) ? reader.filter : NULL;
}
