#define PCRE2_CODE_UNIT_WIDTH 8
#include "eval/base/filter.h"
#include "eval/base/utf8.h"
#include <pcre2.h>

#define MATCH_LIMIT 100000 /* steps of one search: a pattern that needs more does not match */

static char lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte;
}

/* The bytes of the character at `at`, which is not the end. */
static size_t character_length(struct text text, size_t at)
{
	uint32_t code;
	int taken = utf8_decode(text.data + at, text.length - at, &code);
	return taken > 0 ? (size_t)taken : 1;
}

/* Only the last * is ever tried again: the ones before it have matched as little as they could. */
static bool wildcard_text(struct text pattern, struct text text)
{
	size_t p = 0, t = 0, star = 0, retry = 0;
	bool starred = false;
	while (t < text.length) {
		char wanted = p < pattern.length ? pattern.data[p] : '\0';
		if (p < pattern.length && wanted == '*') {
			starred = true;
			star = ++p;
			retry = t;
		} else if (p < pattern.length && (wanted == '?' || lower(wanted) == lower(text.data[t]))) {
			t += wanted == '?' ? character_length(text, t) : 1;
			p++;
		} else if (starred) {
			t = retry += character_length(text, retry);
			p = star;
		} else
			return false;
	}
	while (p < pattern.length && pattern.data[p] == '*')
		p++;
	return p == pattern.length;
}

bool wildcard_match(const char *pattern, const char *text)
{
	return wildcard_text(text_of(pattern), text_of(text));
}

static bool word_matches(struct arena *arena, const char *word, struct text words)
{
	if (!words.data)
		return false;
	struct text wanted = text_fold(arena, text_of(word)), text = text_fold(arena, words);
	if (!strpbrk(word, "*?"))
		return text_find(text, wanted, 0) >= 0;
	const char *pattern = arena_format(arena, "*%s*", wanted.data);
	return wildcard_text(text_of(pattern), text);
}

static bool regex_matches(const void *regex, struct text words)
{
	if (!words.data)
		return false;
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	pcre2_set_match_limit(context, MATCH_LIMIT);
	pcre2_set_depth_limit(context, MATCH_LIMIT);
	pcre2_set_heap_limit(context, 20000);
	int found = pcre2_match(regex, (PCRE2_SPTR)words.data, words.length, 0, 0, data, context);
	pcre2_match_data_free(data);
	pcre2_match_context_free(context);
	return found >= 0;
}

static bool tags_match(const char *pattern, const struct filter_case *subject)
{
	for (size_t i = 0; i < subject->tag_count; i++)
		if (wildcard_match(pattern, subject->tags[i]))
			return true;
	return false;
}

static bool term_holds(struct arena *arena, const struct filter_term *term, const struct filter_case *subject)
{
	const char *name = term->key->name;
	if (strcmp(name, "tag") == 0)
		return tags_match(term->value, subject);
	if (strcmp(name, "id") == 0)
		return subject->id && wildcard_match(term->value, subject->id);
	if (strcmp(name, "cluster") == 0)
		return subject->cluster && wildcard_match(term->value, subject->cluster);
	if (strcmp(name, "regex") == 0)
		return regex_matches(term->regex, subject->words);
	return word_matches(arena, term->value, subject->words);
}

bool filter_matches_case(const struct filter *filter, const struct filter_case *subject)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	for (size_t i = 0; filter && i < filter->count; i++) {
		const struct filter_term *term = &filter->terms[i];
		if (term->key->of_case && term_holds(arena, term, subject) == term->negated)
			return false;
	}
	return true;
}

bool filter_needs_attempt(const struct filter *filter)
{
	for (size_t i = 0; filter && i < filter->count; i++)
		if (!filter->terms[i].key->of_case)
			return true;
	return false;
}
