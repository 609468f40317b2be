#include "eval/base/utf8.h"

#define REPLACEMENT "\xEF\xBF\xBD"

static bool is_continuation(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

/* Bytes that the first byte asks for and the smallest code point such a sequence may hold; 0 for a byte that starts none. */
static int lead_length(unsigned char lead, uint32_t *smallest)
{
	if (lead < 0x80)
		return *smallest = 0, 1;
	if (lead >= 0xC2 && lead <= 0xDF)
		return *smallest = 0x80, 2;
	if (lead >= 0xE0 && lead <= 0xEF)
		return *smallest = 0x800, 3;
	if (lead >= 0xF0 && lead <= 0xF4)
		return *smallest = 0x10000, 4;
	return 0;
}

static bool is_scalar_value(uint32_t code)
{
	return code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

int utf8_decode(const char *data, size_t length, uint32_t *code)
{
	const unsigned char *bytes = (const unsigned char *)data;
	uint32_t smallest = 0;
	int wanted = length > 0 ? lead_length(bytes[0], &smallest) : 0;
	if (wanted == 0 || (size_t)wanted > length)
		return 0;
	uint32_t value = wanted == 1 ? bytes[0] : bytes[0] & (0x7Fu >> wanted);
	for (int i = 1; i < wanted; i++) {
		if (!is_continuation(bytes[i]))
			return 0;
		value = value << 6 | (bytes[i] & 0x3Fu);
	}
	if (value < smallest || !is_scalar_value(value))
		return 0;
	*code = value;
	return wanted;
}

int utf8_encode(uint32_t code, char out[4])
{
	if (!is_scalar_value(code))
		return 0;
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	int length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	for (int i = length - 1; i > 0; i--, code >>= 6)
		out[i] = (char)(0x80 | (code & 0x3F));
	out[0] = (char)((0xF00u >> length & 0xF0) | code);
	return length;
}

/* The first byte from `at` on that is not plain ASCII, which is nearly everything: eight are looked at together. */
static size_t ascii_end(struct text text, size_t at)
{
	uint64_t eight;
	for (; at + sizeof eight <= text.length; at += sizeof eight) {
		memcpy(&eight, text.data + at, sizeof eight);
		if (eight & 0x8080808080808080u)
			break;
	}
	while (at < text.length && (unsigned char)text.data[at] < 0x80)
		at++;
	return at;
}

/* Length of the valid run at `from`. */
static size_t valid_run(struct text text, size_t from)
{
	size_t at = from;
	while ((at = ascii_end(text, at)) < text.length) {
		uint32_t code;
		int taken = utf8_decode(text.data + at, text.length - at, &code);
		if (taken == 0)
			break;
		at += (size_t)taken;
	}
	return at - from;
}

long utf8_invalid_at(struct text text)
{
	size_t valid = valid_run(text, 0);
	return valid == text.length ? -1 : (long)valid;
}

void utf8_repair(struct text text, struct buffer *out)
{
	size_t at = 0;
	while (at < text.length) {
		size_t valid = valid_run(text, at);
		if (valid > 0 && !buffer_add(out, text.data + at, valid))
			return;
		at += valid;
		if (at < text.length && !buffer_add(out, REPLACEMENT, sizeof(REPLACEMENT) - 1))
			return;
		at++;
	}
}

size_t utf8_count(struct text text)
{
	size_t count = 0;
	for (size_t at = 0; at < text.length; count++) {
		uint32_t code;
		int taken = utf8_decode(text.data + at, text.length - at, &code);
		at += taken > 0 ? (size_t)taken : 1;
	}
	return count;
}

void utf8_place(struct text text, size_t offset, long *line, long *column)
{
	size_t start = 0, end = offset < text.length ? offset : text.length;
	*line = 1;
	for (size_t i = 0; i < end; i++)
		if (text.data[i] == '\n') {
			++*line;
			start = i + 1;
		}
	*column = 1 + (long)utf8_count(text_make(text.data + start, end - start));
}
