/* Text: a borrowed run of bytes, not NUL-terminated unless said so. Content (prompts, answers, vars) is `struct text`
 * because it may hold NUL bytes; names and identifiers are C strings. */
#ifndef LEVER_BASE_TEXT_H
#define LEVER_BASE_TEXT_H

#include "eval/base/memory.h"
#include <string.h>

struct text {
	const char *data; /* NULL means "no text", which is not the empty text */
	size_t length;	  /* bytes */
};

#define TEXT(literal) ((struct text){(literal), sizeof(literal) - 1})

static inline struct text text_make(const char *data, size_t length)
{
	return (struct text){data, length};
}
static inline struct text text_of(const char *string)
{
	return (struct text){string, string ? strlen(string) : 0};
}
static inline bool text_equal(struct text a, struct text b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}
/* ASCII white space, whatever the locale. */
static inline bool byte_is_space(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}
/* A copy in the arena with a NUL behind it; "no text" stays "no text". */
struct text text_copy(struct arena *arena, struct text text);
/* Without ASCII white space at both ends. */
struct text text_trim(struct text text);
/* Offset of `part` in `text` at or after `from`; -1 when it is not there. The empty part is found at `from`. */
long text_find(struct text text, struct text part, size_t from);
bool text_starts(struct text text, struct text prefix);
/* The next line without its end (\n or \r\n); false at the end. `rest` moves on. */
bool text_next_line(struct text *rest, struct text *line);
/* Unicode case folding (utf8proc) after replacing invalid bytes; in the arena. */
struct text text_fold(struct arena *arena, struct text text);

#endif
