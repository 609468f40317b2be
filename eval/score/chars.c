#include "eval/score/chars.h"
#include "eval/base/utf8.h"
#include <ctype.h>
#include <utf8proc.h>

#define REPLACEMENT 0xFFFD

bool char_is_word(uint32_t code)
{
	if (code < 0x80)
		return isalnum((int)code) || code == '_';
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
	return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
	       (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

bool char_is_space(uint32_t code)
{
	if (code < 0x80)
		return code == ' ' || (code >= '\t' && code <= '\r') || (code >= 0x1C && code <= 0x1F);
	return code == 0x85 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
	       code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

bool char_is_punctuation(uint32_t code)
{
	if (code < 0x80)
		return ispunct((int)code);
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
	return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}

bool char_next(struct text text, size_t *at, uint32_t *code)
{
	if (*at >= text.length)
		return false;
	int length = utf8_decode(text.data + *at, text.length - *at, code);
	if (length == 0)
		*code = REPLACEMENT;
	*at += length ? (size_t)length : 1;
	return true;
}

uint32_t char_before(struct text text, size_t at)
{
	uint32_t code;
	for (size_t back = 1; back <= 4 && back <= at; back++)
		if (utf8_decode(text.data + at - back, back, &code) == (int)back)
			return code;
	return REPLACEMENT;
}

static bool word_starts_at(struct text text, size_t at)
{
	uint32_t code = 0;
	return char_next(text, &at, &code) && char_is_word(code);
}

static bool word_ends_at(struct text text, size_t at)
{
	return at > 0 && char_is_word(char_before(text, at));
}

static bool is_inside_word(struct text text, size_t at)
{
	return word_ends_at(text, at) && word_starts_at(text, at);
}

static size_t word_end(struct text text, size_t at)
{
	size_t next = at;
	uint32_t code;
	while (char_next(text, &next, &code) && char_is_word(code))
		at = next;
	return at;
}

long word_find(struct text text, struct text part, size_t from)
{
	if (part.length == 0)
		return -1;
	for (long at = text_find(text, part, from); at >= 0; at = text_find(text, part, from)) {
		size_t start = (size_t)at;
		if (is_inside_word(text, start))
			from = word_end(text, start); /* no occurrence can begin in the rest of this word */
		else if (is_inside_word(text, start + part.length))
			from = start + 1;
		else
			return at;
	}
	return -1;
}

static size_t words_count_ascii(struct text text)
{
	size_t count = 0;
	bool inside = false;
	for (size_t i = 0; i < text.length; i++) {
		bool space = char_is_space((unsigned char)text.data[i]);
		count += !space && !inside;
		inside = !space;
	}
	return count;
}

static bool is_ascii(struct text text)
{
	for (size_t i = 0; i < text.length; i++)
		if ((unsigned char)text.data[i] >= 0x80)
			return false;
	return true;
}

size_t words_count(struct text text)
{
	if (is_ascii(text))
		return words_count_ascii(text);
	size_t count = 0, at = 0;
	bool inside = false;
	for (uint32_t code; char_next(text, &at, &code);) {
		bool space = char_is_space(code);
		count += !space && !inside;
		inside = !space;
	}
	return count;
}

static struct text ends_trim(struct text text)
{
	size_t start = 0, next = 0;
	for (uint32_t code; char_next(text, &next, &code) && (char_is_space(code) || char_is_punctuation(code));)
		start = next;
	text = text_make(text.data + start, text.length - start);
	while (text.length > 0) {
		uint32_t code = char_before(text, text.length);
		char bytes[4];
		int length = utf8_encode(code, bytes);
		if (!char_is_space(code) && !char_is_punctuation(code))
			break;
		text.length -= (size_t)length;
	}
	return text;
}

struct text words_normal(struct arena *arena, struct text text)
{
	struct text folded = text_fold(arena, text);
	if (!folded.data)
		return TEXT("");
	char *out = arena_take(arena, folded.length + 1);
	size_t length = 0, at = 0, start = 0;
	for (uint32_t code; char_next(folded, &at, &code); start = at) {
		bool joint = char_is_space(code) || code == '-' || code == '_';
		if (joint && (length == 0 || out[length - 1] == ' '))
			continue;
		if (joint)
			out[length++] = ' ';
		else {
			memcpy(out + length, folded.data + start, at - start);
			length += at - start;
		}
	}
	return ends_trim(text_make(out, length));
}

struct text punctuation_drop(struct arena *arena, struct text text)
{
	char *out = arena_take(arena, text.length + 1);
	size_t length = 0, at = 0, start = 0;
	for (uint32_t code; char_next(text, &at, &code); start = at)
		if (!char_is_punctuation(code)) {
			memcpy(out + length, text.data + start, at - start);
			length += at - start;
		}
	return text_make(out, length);
}
