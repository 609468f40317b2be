#include "datasets/dataset.h"
#include "datasets/where.h"
#include "eval/base/file.h"
#include "eval/base/nearest.h"
#include <strings.h>

#define WORDS_LIMIT 32

const struct dataset_format *dataset_format_find(const char *word, const char **spelled)
{
	for (const struct dataset_format *const *format = dataset_formats; *format; format++) {
		*spelled = (*format)->name;
		if (strcasecmp(word, (*format)->name) == 0)
			return *format;
	}
	for (const struct dataset_format *const *format = dataset_formats; *format; format++)
		for (const char *const *suffix = (*format)->suffixes; *suffix; suffix++) {
			*spelled = *suffix;
			if (strcasecmp(word, *suffix) == 0)
				return *format;
		}
	return NULL;
}

static bool format_unknown(const char *name, const char *word, bool by_suffix, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	const char *words[WORDS_LIMIT], *list = "";
	size_t count = 0;
	for (const struct dataset_format *const *format = dataset_formats; *format; format++) {
		list = arena_format(arena, "%s%s%s", list, *list ? ", " : "", (*format)->name);
		for (const char *const *suffix = (*format)->suffixes; *suffix && count < WORDS_LIMIT; suffix++)
			words[count++] = *suffix;
	}
	const char *hint = nearest_hint(arena, word, words, count);
	if (by_suffix)
		return error_at(error, ERROR_DATA, name, 0, 0, "the suffix `%s` names no format%s: say `format:`, one of %s", word,
			hint, list);
	return error_at(error, ERROR_DATA, name, 0, 0, "unknown format `%s`%s: one of %s was expected", word, hint, list);
}

bool dataset_open(struct dataset_reader *reader, const char *file, const char *format, const struct dataset_options *options,
	struct error *error)
{
	*reader = (struct dataset_reader){.file = file};
	if (options)
		reader->options = *options;
	reader->name = reader->options.path ? reader->options.path : file;
	const char *word = format ? format : path_suffix(file);
	reader->format = dataset_format_find(word, &reader->word);
	if (!reader->format)
		return format_unknown(reader->name, word, !format, error);
	if (reader->format->open(reader, error))
		return true;
	dataset_close(reader);
	return false;
}

static void value_drop(struct dataset_reader *reader)
{
	json_decref(reader->value);
	reader->value = NULL;
}

/* The next row that is meant. */
static int row_find(struct dataset_reader *reader, struct dataset_row *next, struct error *error)
{
	for (;;) {
		*next = (struct dataset_row){0};
		int result = reader->format->next(reader, next, error);
		reader->rows += result != 0;
		bool meant = result != 1 || where_holds(reader->options.where, next->value);
		reader->meant += meant && result != 0;
		if (meant)
			return result;
		where_note(reader->options.where, next->value, &reader->others);
		json_decref(next->value);
	}
}

static int none_tell(const struct dataset_reader *reader, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	const struct yaml *where = reader->options.where;
	if (!reader->rows)
		error_at(error, ERROR_DATA, reader->name, 1, 0, "has no row: at least one was expected");
	else if (reader->others.length)
		error_at(error, ERROR_DATA, reader->name, 0, 0, "no row has %s: `%.*s` is %s", where_words(where, arena),
			(int)where->keys[0]->text.length, where->keys[0]->text.data, buffer_string((struct buffer *)&reader->others));
	else
		error_at(error, ERROR_DATA, reader->name, 0, 0, "no row has `%.*s`, which `where` names",
			(int)where->keys[0]->text.length, where->keys[0]->text.data);
	return -2;
}

int dataset_next(struct dataset_reader *reader, struct dataset_row *row, struct error *error)
{
	value_drop(reader);
	if (reader->ended || !reader->state)
		return 0;
	struct dataset_row next;
	int result = row_find(reader, &next, error);
	if (result == 0 && reader->meant == 0)
		result = none_tell(reader, error);
	reader->ended = result == 0 || result == -2;
	if (result == 1) {
		reader->value = next.value;
		*row = next;
	}
	return result;
}

void dataset_close(struct dataset_reader *reader)
{
	value_drop(reader);
	if (reader->format && reader->state)
		reader->format->close(reader);
	buffer_release(&reader->others);
	reader->state = NULL;
}
