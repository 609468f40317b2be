/* A byte buffer that grows up to a limit. Invariants: data is never NULL after the first add, a NUL stands at
 * data[length], length <= limit. An add that would pass the limit adds nothing, sets `overflow` and answers false. */
#ifndef LEVER_BASE_BUFFER_H
#define LEVER_BASE_BUFFER_H

#include "eval/base/text.h"
#include <stdarg.h>

struct buffer {
	char *data;
	size_t length, capacity;
	size_t limit; /* bytes; 0 means BUFFER_LIMIT */
	bool overflow;
};

#define BUFFER_LIMIT ((size_t)1 << 30)
#define BUFFER_EMPTY                                                                                                               \
	{                                                                                                                          \
		0                                                                                                                  \
	}

bool buffer_add(struct buffer *buffer, const void *data, size_t length);
bool buffer_add_text(struct buffer *buffer, struct text text);
bool buffer_add_string(struct buffer *buffer, const char *string);
bool buffer_add_byte(struct buffer *buffer, char byte);
bool buffer_format(struct buffer *buffer, const char *format, ...) PRINTF(2, 3);
bool buffer_format_list(struct buffer *buffer, const char *format, va_list list);
/* Room for `more` bytes behind data[length]; the caller then adds to length itself. NULL past the limit. */
char *buffer_reserve(struct buffer *buffer, size_t more);
void buffer_remove_front(struct buffer *buffer, size_t length);
void buffer_clear(struct buffer *buffer);   /* keeps the memory */
void buffer_release(struct buffer *buffer); /* for CLEANUP */
/* Borrowed until the next change; data is never NULL. */
struct text buffer_text(const struct buffer *buffer);
const char *buffer_string(const struct buffer *buffer);

#endif
