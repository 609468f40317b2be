#include "eval/base/buffer.h"
#include <stdio.h>
#include <stdlib.h>

static size_t buffer_limit(const struct buffer *buffer)
{
	return buffer->limit ? buffer->limit : BUFFER_LIMIT;
}

char *buffer_reserve(struct buffer *buffer, size_t more)
{
	size_t limit = buffer_limit(buffer);
	if (more > limit - buffer->length) {
		buffer->overflow = true;
		return NULL;
	}
	size_t needed = buffer->length + more + 1;
	if (needed > buffer->capacity) {
		size_t capacity = buffer->capacity ? buffer->capacity : 64;
		while (capacity < needed)
			capacity += capacity / 2 + 16;
		if (capacity > limit + 1)
			capacity = limit + 1;
		buffer->data = memory_resize(buffer->data, capacity);
		buffer->capacity = capacity;
	}
	buffer->data[buffer->length] = '\0';
	return buffer->data + buffer->length;
}

bool buffer_add(struct buffer *buffer, const void *data, size_t length)
{
	char *end = buffer_reserve(buffer, length);
	if (!end)
		return false;
	if (length)
		memcpy(end, data, length);
	buffer->length += length;
	buffer->data[buffer->length] = '\0';
	return true;
}

bool buffer_add_text(struct buffer *buffer, struct text text)
{
	return buffer_add(buffer, text.data, text.length);
}

bool buffer_add_string(struct buffer *buffer, const char *string)
{
	return buffer_add(buffer, string, strlen(string));
}

bool buffer_add_byte(struct buffer *buffer, char byte)
{
	return buffer_add(buffer, &byte, 1);
}

bool buffer_format_list(struct buffer *buffer, const char *format, va_list list)
{
	va_list again;
	va_copy(again, list);
	char few[128]; /* most fit, and are formatted once */
	int length = vsnprintf(few, sizeof few, format, again);
	va_end(again);
	if (length < 0)
		BUG("format \"%s\"", format);
	char *end = buffer_reserve(buffer, (size_t)length);
	if (!end)
		return false;
	if ((size_t)length < sizeof few)
		memcpy(end, few, (size_t)length + 1);
	else
		vsnprintf(end, (size_t)length + 1, format, list);
	buffer->length += (size_t)length;
	return true;
}

bool buffer_format(struct buffer *buffer, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	bool fits = buffer_format_list(buffer, format, list);
	va_end(list);
	return fits;
}

void buffer_remove_front(struct buffer *buffer, size_t length)
{
	if (length > buffer->length)
		BUG("removing %zu of %zu bytes", length, buffer->length);
	if (!length)
		return;
	memmove(buffer->data, buffer->data + length, buffer->length - length + 1);
	buffer->length -= length;
}

void buffer_clear(struct buffer *buffer)
{
	buffer->length = 0;
	buffer->overflow = false;
	if (buffer->data)
		buffer->data[0] = '\0';
}

void buffer_release(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){.limit = buffer->limit};
}

struct text buffer_text(const struct buffer *buffer)
{
	return text_make(buffer->data ? buffer->data : "", buffer->length);
}

const char *buffer_string(const struct buffer *buffer)
{
	return buffer->data ? buffer->data : "";
}
