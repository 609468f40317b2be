#include "eval/base/cells.h"
#include "tui/commands/command.h"
#include <stdarg.h>
#include <stdlib.h>

/* The only ways from the program to a terminal stream: what goes out is cleaned. */

void say_text(FILE *stream, struct text text)
{
	CLEANUP(buffer_release) struct buffer clean = BUFFER_EMPTY;
	cells_write(text, &clean);
	fwrite(buffer_string(&clean), 1, clean.length, stream);
}

void say(FILE *stream, const char *format, ...)
{
	CLEANUP(buffer_release) struct buffer words = BUFFER_EMPTY;
	va_list list;
	va_start(list, format);
	buffer_format_list(&words, format, list);
	va_end(list);
	say_text(stream, buffer_text(&words));
}

void say_json(json_t *record)
{
	CLEANUP(buffer_release) struct buffer line = BUFFER_EMPTY;
	json_compact(record, &line);
	buffer_add_byte(&line, '\n');
	fwrite(buffer_string(&line), 1, line.length, stdout);
	json_decref(record);
}

/* ---- errors -------------------------------------------------------------------------------------------------------------- */

static json_t *error_record(const struct error *error)
{
	json_t *place = error->line ? json_integer(error->line) : NULL,
	       *column = error->column ? json_integer(error->column) : NULL;
	json_t *file = error->file[0] ? json_from_text(text_of(error->file)) : NULL;
	return json_pack("{s:{s:o, s:o*, s:o*, s:o*}}", "error", "message", json_from_text(text_of(error->message)), "file", file,
		"line", place, "column", column);
}

static void error_say(const struct command_line *line, const struct error *error)
{
	say(stderr, "lever: %s\n", error_line(line->arena, error));
	if (line->json)
		say_json(error_record(error));
}

int command_fail(const struct command_line *line, const struct error *error)
{
	fflush(stdout);
	error_say(line, error);
	return error_exit_status(error);
}

int command_fail_all(const struct command_line *line, const struct error_list *errors)
{
	fflush(stdout);
	for (size_t i = 0; i < errors->count; i++)
		error_say(line, &errors->items[i]);
	if (errors->found > errors->count)
		say(stderr, "lever: and %zu more\n", errors->found - errors->count);
	return errors->count ? error_exit_status(&errors->items[0]) : 2;
}

/* ---- tables --------------------------------------------------------------------------------------------------------------- */

struct say_table {
	struct arena *arena;
	size_t columns, count, room;
	const char *const *heads;
	const bool *right;
	const char **cells; /* rows × columns */
};

struct say_table *say_table_create(struct arena *arena, const char *const *heads, const bool *right, size_t columns)
{
	struct say_table *table = arena_take(arena, sizeof *table);
	*table = (struct say_table){.arena = arena, .columns = columns, .heads = heads, .right = right};
	return table;
}

void say_table_row(struct say_table *table, const char *const *cells)
{
	size_t size = table->columns * sizeof *table->cells;
	if (table->count == table->room) {
		size_t room = table->room ? 2 * table->room : 16;
		table->cells = arena_grow(table->arena, table->cells, table->count * size, room * size);
		table->room = room;
	}
	for (size_t i = 0; i < table->columns; i++)
		table->cells[table->count * table->columns + i] = cells[i] ? arena_string(table->arena, cells[i]) : "";
	table->count++;
}

static void row_print(const struct say_table *table, const char *const *cells, const int *widths, FILE *stream)
{
	CLEANUP(buffer_release) struct buffer line = BUFFER_EMPTY;
	for (size_t i = 0; i < table->columns; i++) {
		bool last = i + 1 == table->columns && !table->right[i];
		struct cells shown = last ? cells_cut(table->arena, text_of(cells[i]), widths[i])
					  : cells_pad(table->arena, text_of(cells[i]), widths[i], table->right[i]);
		if (i)
			buffer_add_string(&line, "  ");
		buffer_add(&line, shown.utf8, shown.bytes);
	}
	buffer_add_byte(&line, '\n');
	fwrite(buffer_string(&line), 1, line.length, stream);
}

static void widths_find(const struct say_table *table, int *widths)
{
	for (size_t i = 0; i < table->columns; i++) {
		widths[i] = cells_of_string(table->arena, table->heads[i]).width;
		for (size_t r = 0; r < table->count; r++) {
			int width = cells_of_string(table->arena, table->cells[r * table->columns + i]).width;
			widths[i] = width > widths[i] ? width : widths[i];
		}
	}
}

/* Columns of text give way, the widest first, until the row fits; numbers are never cut. */
static void widths_fit(const struct say_table *table, int *widths, int width)
{
	int total = 2 * ((int)table->columns - 1);
	for (size_t i = 0; i < table->columns; i++)
		total += widths[i];
	while (width > 0 && total > width) {
		size_t widest = table->columns;
		for (size_t i = 0; i < table->columns; i++)
			if (!table->right[i] && widths[i] > 8 && (widest == table->columns || widths[i] > widths[widest]))
				widest = i;
		if (widest == table->columns)
			return;
		widths[widest]--;
		total--;
	}
}

void say_table_print(struct say_table *table, FILE *stream, int width)
{
	int *widths = arena_take(table->arena, table->columns * sizeof *widths);
	widths_find(table, widths);
	widths_fit(table, widths, width);
	row_print(table, table->heads, widths, stream);
	for (size_t r = 0; r < table->count; r++)
		row_print(table, table->cells + r * table->columns, widths, stream);
}
