#include "eval/base/utf8.h"
#include "eval/retrieve/retrieve_private.h"
#include <utf8proc.h>

void code_add_lower(uint32_t code, struct buffer *out)
{
	char bytes[4];
	uint32_t lower = code < 0x80 ? (code >= 'A' && code <= 'Z' ? code | 0x20 : code)
				     : (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
	int length = utf8_encode(lower, bytes);
	buffer_add(out, bytes, (size_t)length);
}

static void text_skip(struct text *text, size_t length)
{
	text->data += length;
	text->length -= length;
}

/* Decodes the code point in front; an invalid byte is one of no kind. */
static size_t code_front(struct text text, uint32_t *code)
{
	int length = utf8_decode(text.data, text.length, code);
	if (length > 0)
		return (size_t)length;
	*code = 0;
	return 1;
}

/* The offset of the next unspaced letter when only marks stand between; -1 when the run is over. */
static long unspaced_next(struct text text, uint32_t *code)
{
	for (size_t at = 0; at < text.length;) {
		size_t length = code_front(text_make(text.data + at, text.length - at), code);
		if (code_is_word(*code))
			return code_is_unspaced(*code) ? (long)at : -1;
		if (!code_is_mark(*code))
			return -1;
		at += length;
	}
	return -1;
}

/* True when a pair, or a letter that stands alone, was written. */
static bool unspaced_read(struct word_reader *reader, uint32_t code, struct buffer *word)
{
	uint32_t second;
	long next = unspaced_next(reader->rest, &second);
	bool paired = reader->paired;
	reader->paired = next >= 0;
	if (next < 0 && paired)
		return false;
	code_add_lower(code, word);
	if (next >= 0) {
		text_skip(&reader->rest, (size_t)next);
		buffer_add_byte(word, ' ');
		code_add_lower(second, word);
	}
	return true;
}

static void spaced_read(struct word_reader *reader, uint32_t code, struct buffer *word)
{
	code_add_lower(code, word);
	while (reader->rest.length) {
		size_t length = code_front(reader->rest, &code);
		if (!code_is_mark(code) && (!code_is_word(code) || code_is_unspaced(code)))
			return;
		text_skip(&reader->rest, length);
		if (word->length + 4 <= WORD_LIMIT)
			code_add_lower(code, word);
	}
}

bool word_next(struct word_reader *reader, struct buffer *word)
{
	buffer_clear(word);
	while (reader->rest.length) {
		uint32_t code;
		text_skip(&reader->rest, code_front(reader->rest, &code));
		if (!code_is_word(code))
			continue;
		if (code_is_unspaced(code)) {
			if (unspaced_read(reader, code, word))
				return true;
			continue;
		}
		spaced_read(reader, code, word);
		return true;
	}
	return false;
}
