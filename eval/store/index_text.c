#include "eval/base/utf8.h"
#include "eval/store/corpora.h"
#include <utf8proc.h>

struct range {
	uint32_t first, last;
};

/* Scripts that are written without spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han. Source: Unicode blocks. */
static const struct range unspaced[] = {{0x0E00, 0x0EFF}, {0x1000, 0x109F}, {0x1780, 0x17FF}, {0x3041, 0x30FF}, {0x31F0, 0x31FF},
	{0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xF900, 0xFAFF}, {0x20000, 0x3FFFF}};

bool code_is_unspaced(uint32_t code)
{
	if (code < 0x0E00)
		return false;
	for (size_t i = 0; i < COUNT(unspaced); i++)
		if (code >= unspaced[i].first && code <= unspaced[i].last)
			return true;
	return false;
}

/* As FTS5's unicode61: categories L, N and Co. */
bool code_is_word(uint32_t code)
{
	if (code < 0x80)
		return (code >= '0' && code <= '9') || ((code | 0x20) >= 'a' && (code | 0x20) <= 'z');
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
	return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
	       (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO) || category == UTF8PROC_CATEGORY_CO;
}

bool code_is_mark(uint32_t code)
{
	if (code < 0x300)
		return false;
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
	return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

size_t index_text_add(struct text text, struct buffer *out)
{
	size_t words = 0;
	bool inside = false;
	for (size_t at = 0; at < text.length;) {
		uint32_t code;
		int length = utf8_decode(text.data + at, text.length - at, &code);
		bool readable = length > 0 && code != 0;
		bool apart = readable && code_is_unspaced(code);
		bool word = readable && code_is_word(code);
		words += word && (apart || !inside);
		inside = (word && !apart) || (inside && readable && code_is_mark(code));
		if (apart && word)
			buffer_add_byte(out, ' ');
		if (readable)
			buffer_add(out, text.data + at, (size_t)length);
		if (!readable || (apart && word))
			buffer_add_byte(out, ' ');
		at += length > 0 ? (size_t)length : 1;
	}
	return words;
}
