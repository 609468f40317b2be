#include "eval/base/text.h"
#include "eval/base/buffer.h"
#include "eval/base/utf8.h"
#include <stdlib.h>
#include <utf8proc.h>

struct text text_copy(struct arena *arena, struct text text)
{
	if (!text.data)
		return text;
	return text_make(arena_copy(arena, text.data, text.length), text.length);
}

struct text text_trim(struct text text)
{
	while (text.length && byte_is_space(text.data[0])) {
		text.data++;
		text.length--;
	}
	while (text.length && byte_is_space(text.data[text.length - 1]))
		text.length--;
	return text;
}

long text_find(struct text text, struct text part, size_t from)
{
	if (from > text.length || part.length > text.length - from)
		return -1;
	if (part.length == 0)
		return (long)from;
	const char *found = memmem(text.data + from, text.length - from, part.data, part.length);
	return found ? found - text.data : -1;
}

bool text_starts(struct text text, struct text prefix)
{
	return text.length >= prefix.length && (prefix.length == 0 || memcmp(text.data, prefix.data, prefix.length) == 0);
}

bool text_next_line(struct text *rest, struct text *line)
{
	if (rest->length == 0)
		return false;
	const char *end = memchr(rest->data, '\n', rest->length);
	size_t length = end ? (size_t)(end - rest->data) : rest->length;
	*line = text_make(rest->data, length);
	if (length && line->data[length - 1] == '\r')
		line->length--;
	size_t taken = end ? length + 1 : length;
	*rest = text_make(rest->data + taken, rest->length - taken);
	return true;
}

static struct text fold_ascii(struct arena *arena, struct text text)
{
	char *copy = arena_copy(arena, text.data, text.length);
	for (size_t i = 0; i < text.length; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] += 'a' - 'A';
	return text_make(copy, text.length);
}

static bool text_is_ascii(struct text text)
{
	for (size_t i = 0; i < text.length; i++)
		if ((unsigned char)text.data[i] >= 0x80)
			return false;
	return true;
}

struct text text_fold(struct arena *arena, struct text text)
{
	if (!text.data || text_is_ascii(text))
		return text.data ? fold_ascii(arena, text) : text;
	CLEANUP(buffer_release) struct buffer valid = BUFFER_EMPTY;
	utf8_repair(text, &valid);
	utf8proc_uint8_t *folded = NULL;
	utf8proc_ssize_t length = utf8proc_map((const utf8proc_uint8_t *)valid.data, (utf8proc_ssize_t)valid.length, &folded,
		UTF8PROC_CASEFOLD | UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	struct text result =
		length < 0 ? text_copy(arena, buffer_text(&valid)) : text_copy(arena, text_make((char *)folded, (size_t)length));
	free(folded);
	return result;
}
