#include "eval/base/error.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void error_fill(struct error *error, enum error_kind kind, const char *file, long line, long column)
{
	error->kind = kind;
	error->line = line;
	error->column = column;
	size_t length = file ? strlen(file) : 0;
	const char *tail = length >= sizeof error->file ? file + length - sizeof error->file + 1 : file;
	snprintf(error->file, sizeof error->file, "%s", tail ? tail : "");
}

bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	error_fill(error, kind, NULL, 0, 0);
	vsnprintf(error->message, sizeof error->message, format, list);
	va_end(list);
	return false;
}

bool error_at(struct error *error, enum error_kind kind, const char *file, long line, long column, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	error_fill(error, kind, file, line, column);
	vsnprintf(error->message, sizeof error->message, format, list);
	va_end(list);
	return false;
}

bool error_prefix(struct error *error, const char *format, ...)
{
	char prefix[512];
	va_list list;
	va_start(list, format);
	vsnprintf(prefix, sizeof prefix - 2, format, list);
	va_end(list);
	size_t length = strlen(prefix), room = sizeof error->message;
	memcpy(prefix + length, ": ", 2);
	length += 2;
	memmove(error->message + length, error->message, room - length);
	memcpy(error->message, prefix, length);
	error->message[room - 1] = '\0';
	return false;
}

int error_exit_status(const struct error *error)
{
	switch (error->kind) {
	case ERROR_NONE:
		return 0;
	case ERROR_USAGE:
	case ERROR_CONFIG:
	case ERROR_DATA:
		return 2;
	case ERROR_INCOMPLETE:
		return 3;
	case ERROR_NOT_COMPARABLE:
		return 4;
	case ERROR_STORAGE:
		return 5;
	case ERROR_INTERRUPTED:
		return 130;
	}
	return 2;
}

const char *error_line(struct arena *arena, const struct error *error)
{
	if (!error->file[0])
		return arena_string(arena, error->message);
	if (!error->line)
		return arena_format(arena, "%s: %s", error->file, error->message);
	if (!error->column)
		return arena_format(arena, "%s:%ld: %s", error->file, error->line, error->message);
	return arena_format(arena, "%s:%ld:%ld: %s", error->file, error->line, error->column, error->message);
}

void error_list_add(struct error_list *list, const struct error *error)
{
	list->found++;
	if (list->count >= ERROR_LIST_LIMIT)
		return;
	if ((list->count & (list->count - 1)) == 0)
		list->items = memory_grow(list->items, list->count ? 2 * list->count : 1, sizeof *list->items);
	list->items[list->count++] = *error;
}

bool error_list_at(struct error_list *list, enum error_kind kind, const char *file, long line, long column, const char *format, ...)
{
	struct error error;
	va_list list_of_arguments;
	va_start(list_of_arguments, format);
	error_fill(&error, kind, file, line, column);
	vsnprintf(error.message, sizeof error.message, format, list_of_arguments);
	va_end(list_of_arguments);
	error_list_add(list, &error);
	return false;
}

void error_list_release(struct error_list *list)
{
	free(list->items);
	*list = (struct error_list)ERROR_LIST_EMPTY;
}
