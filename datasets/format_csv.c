/* RFC 4180, as people write it: a record's bytes are taken first (quotes tell where it ends), then cut into cells. Quotes inside an
 * unquoted cell are plain characters. */
#include "datasets/dataset.h"
#include "datasets/input.h"
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define COLUMNS_LIMIT 4096
#define NAMES_SHOWN 8

struct csv {
	struct input input;
	char delimiter, stops[4]; /* `stops`: what ends an unquoted cell */
	bool quotes;
	bool begun;
	char *names[COLUMNS_LIMIT];
	size_t name_count;
	struct buffer record, cell;
	struct place from; /* of the record */
};

static bool csv_open(struct dataset_reader *reader, struct error *error)
{
	struct csv *state = memory_take(sizeof *state);
	const struct dataset_options *options = &reader->options;
	bool tabs = strcasecmp(reader->word, "tsv") == 0 || strcasecmp(reader->word, "tab") == 0;
	reader->state = state;
	state->input.file = -1;
	state->delimiter = options->delimiter ? options->delimiter : tabs ? '\t' : ',';
	state->quotes = !options->plain_quotes;
	snprintf(state->stops, sizeof state->stops, "%c\n", state->delimiter);
	if (strchr("\"\r\n", state->delimiter))
		return error_at(error, ERROR_DATA, reader->name, 0, 0,
			"a quote or a line end cannot separate columns: `delimiter` is one other character");
	if (options->at && *options->at && strcmp(options->at, ".") != 0)
		return error_at(error, ERROR_DATA, reader->name, 0, 0, "`at` has no meaning for csv, whose every record is a row");
	return input_open(&state->input, reader->file, reader->name, error);
}

/* The rest of a quoted cell whose quote comes next, with its quotes. */
static bool quoted_pass(struct csv *state, struct error *error)
{
	struct input *input = &state->input;
	struct place quote = input->place;
	buffer_add_byte(&state->record, (char)input_take(input));
	for (;;) {
		input_run(input, "\"\n", &state->record);
		int byte = input_peek(input);
		if (byte < 0 || state->record.overflow)
			return error_at(error, ERROR_DATA, input->name, quote.line, quote.column,
				"the quote that opens here is not closed before %s: close it, or double it (\"\") if it is part of "
				"the text",
				byte < 0 ? "the file ends" : "the row passes 64 MiB");
		buffer_add_byte(&state->record, (char)input_take(input));
		if (byte != '"')
			continue;
		if (input_peek(input) != '"')
			return true;
		buffer_add_byte(&state->record, (char)input_take(input));
	}
}

/* Takes one record without its line end. 1; 0 at the end; -2 when a quote is left open. */
static int record_take(struct csv *state, struct error *error)
{
	struct input *input = &state->input;
	row_bytes_clear(&state->record);
	state->from = input->place;
	if (input_peek(input) < 0)
		return input_whole(input, error) ? 0 : -2;
	int byte;
	do {
		if (state->quotes && input_peek(input) == '"' && !quoted_pass(state, error))
			return -2;
		input_run(input, state->stops, &state->record);
		byte = input_take(input);
		if (byte == state->delimiter)
			buffer_add_byte(&state->record, (char)byte);
	} while (byte == state->delimiter);
	if (state->record.length && state->record.data[state->record.length - 1] == '\r')
		state->record.data[--state->record.length] = '\0';
	return byte >= 0 || input_whole(input, error) ? 1 : -2;
}

/* Checks what holds for a whole record, whatever its cells. */
static bool record_check(struct csv *state, struct error *error)
{
	const char *name = state->input.name;
	struct text bytes = buffer_text(&state->record);
	if (state->record.overflow)
		return error_at(error, ERROR_DATA, name, state->from.line, 1, "the row is longer than %zu MiB, the most it may be",
			DATASET_ROW_LIMIT >> 20);
	if (memchr(bytes.data, 0, bytes.length))
		return error_at(error, ERROR_DATA, name, state->from.line, 1,
			"the row holds a NUL byte: text was expected (is the file UTF-16 or binary?)");
	return row_bytes_check(bytes, state->from, name, error);
}

static struct place place_in_record(const struct csv *state, size_t offset)
{
	struct place place = state->from;
	for (size_t i = 0; i < offset; i++) {
		place.column++;
		if (state->record.data[i] == '\n')
			place = (struct place){place.line + 1, 1};
	}
	return place;
}

static bool quoted_cell(struct csv *state, size_t *at, struct error *error)
{
	struct text record = buffer_text(&state->record);
	size_t i = *at + 1;
	for (;;) {
		const char *quote = memchr(record.data + i, '"', record.length - i);
		if (!quote)
			BUG("a record with an open quote");
		size_t end = (size_t)(quote - record.data);
		buffer_add(&state->cell, record.data + i, end - i);
		i = end + 1;
		if (i == record.length || record.data[i] != '"')
			break;
		buffer_add_byte(&state->cell, '"');
		i++;
	}
	*at = i;
	if (i == record.length || record.data[i] == state->delimiter)
		return true;
	struct place place = place_in_record(state, i);
	return error_at(error, ERROR_DATA, state->input.name, place.line, place.column,
		"text behind a closing quote: a column separator or the line end was expected (a quote inside a quoted cell is "
		"doubled: \"\")");
}

/* Cuts the cell at *at out into state->cell and moves behind its separator; past the record's end behind the last cell. */
static bool cell_take(struct csv *state, size_t *at, struct error *error)
{
	struct text record = buffer_text(&state->record);
	buffer_clear(&state->cell);
	state->cell.limit = DATASET_ROW_LIMIT;
	if (state->quotes && *at < record.length && record.data[*at] == '"') {
		if (!quoted_cell(state, at, error))
			return false;
	} else {
		const char *end = *at < record.length ? memchr(record.data + *at, state->delimiter, record.length - *at) : NULL;
		size_t length = end ? (size_t)(end - record.data) - *at : record.length - *at;
		buffer_add(&state->cell, record.data + *at, length);
		*at += length;
	}
	(*at)++;
	return true;
}

/* ---- the header ---- */

static bool name_add(struct csv *state, struct text name, struct error *error)
{
	name = text_trim(name);
	size_t count = state->name_count;
	if (count == COLUMNS_LIMIT)
		return error_at(error, ERROR_DATA, state->input.name, state->from.line, 1, "more than %d columns", COLUMNS_LIMIT);
	char *copy = name.length ? string_format("%.*s", (int)name.length, name.data) : string_format("column%zu", count + 1);
	state->names[state->name_count++] = copy;
	for (size_t i = 0; i < count; i++)
		if (strcmp(state->names[i], copy) == 0)
			return error_at(error, ERROR_DATA, state->input.name, state->from.line, 1,
				"the columns %zu and %zu are both called `%s`: every column needs a name of its own", i + 1,
				count + 1, copy);
	return true;
}

/* One column whose name holds another usual separator: most likely the wrong one was taken. */
static bool header_lonely(const struct csv *state, struct error *error)
{
	static const struct {
		char byte;
		const char *written;
	} others[] = {{',', ","}, {';', ";"}, {'\t', "\\t"}, {'|', "|"}};
	for (size_t i = 0; state->name_count == 1 && i < COUNT(others); i++)
		if (others[i].byte != state->delimiter && strchr(state->names[0], others[i].byte))
			return error_at(error, ERROR_DATA, state->input.name, state->from.line, 1,
				"the header has one column, `%.100s`: if `%s` separates the columns, say `delimiter: \"%s\"`",
				state->names[0], others[i].written, others[i].written);
	return true;
}

static bool names_cut(struct csv *state, struct error *error)
{
	size_t at = 0;
	while (at <= state->record.length)
		if (!cell_take(state, &at, error) || !name_add(state, buffer_text(&state->cell), error))
			return false;
	return true;
}

/* The next record that is not an empty line. */
static int record_next(struct csv *state, struct error *error)
{
	int result;
	do
		result = record_take(state, error);
	while (result == 1 && state->record.length == 0 && !state->record.overflow);
	return result;
}

/* Names the columns, from the options or the first record. 1, 0 at the end, -2. */
static int header_take(struct dataset_reader *reader, struct error *error)
{
	struct csv *state = reader->state;
	const char *const *columns = reader->options.columns;
	if (columns) {
		for (; *columns; columns++)
			if (!name_add(state, text_of(*columns), error))
				return -2;
		return 1;
	}
	int result = record_next(state, error);
	if (result != 1)
		return result;
	return record_check(state, error) && names_cut(state, error) && header_lonely(state, error) ? 1 : -2;
}

/* ---- rows ---- */

static bool row_ragged(const struct csv *state, size_t count, struct error *error)
{
	char names[200] = "";
	size_t length = 0;
	for (size_t i = 0; i < state->name_count && i < NAMES_SHOWN && length < sizeof names; i++)
		length += (size_t)snprintf(names + length, sizeof names - length, "%s%.40s", i ? ", " : "", state->names[i]);
	const char *mend = count > state->name_count ? "put a cell that holds the separator in quotes"
						     : "fill in what is missing, or leave it empty between separators";
	return error_at(error, ERROR_DATA, state->input.name, state->from.line, 1,
		"the row has %zu column%s, but the header has %zu (%s%s): %s", count, count == 1 ? "" : "s", state->name_count,
		names, state->name_count > NAMES_SHOWN ? ", …" : "", mend);
}

static bool cells_cut(struct csv *state, json_t *row, struct error *error)
{
	size_t count = 0, at = 0;
	for (; at <= state->record.length; count++) {
		if (!cell_take(state, &at, error))
			return false;
		if (count < state->name_count)
			json_object_set_new_nocheck(
				row, state->names[count], json_stringn_nocheck(buffer_string(&state->cell), state->cell.length));
	}
	return count == state->name_count || row_ragged(state, count, error);
}

static int csv_next(struct dataset_reader *reader, struct dataset_row *row, struct error *error)
{
	struct csv *state = reader->state;
	int result = state->begun ? 1 : header_take(reader, error);
	state->begun = true;
	if (result == 1)
		result = record_next(state, error);
	if (result != 1)
		return result;
	json_t *value = json_object();
	if (!record_check(state, error) || !cells_cut(state, value, error)) {
		json_decref(value);
		return -1;
	}
	*row = (struct dataset_row){.value = value, .line = state->from.line, .cells = true};
	return 1;
}

static void csv_close(struct dataset_reader *reader)
{
	struct csv *state = reader->state;
	input_close(&state->input);
	buffer_release(&state->record);
	buffer_release(&state->cell);
	for (size_t i = 0; i < state->name_count; i++)
		free(state->names[i]);
	free(state);
}

static const char *const suffixes[] = {"csv", "tsv", "tab", NULL};

const struct dataset_format format_csv = {
	.name = "csv",
	.summary = "comma-separated values (RFC 4180) with a header row; tab-separated by the suffix tsv",
	.help = "The first row names the columns (a column without a name is called column1, column2, … by its place); `columns:` "
		"names them "
		"for a file without a header. Cells in double quotes may hold separators, line breaks and doubled quotes. A UTF-8 "
		"mark at the "
		"start, CRLF line ends and empty lines are passed over. Every cell is text: 007 stays 007. A row with more or "
		"fewer cells than "
		"the header is a bad row; a quote that is never closed ends the reading. `delimiter:` names another separator, "
		"`quotes: false` "
		"takes quotes as plain characters.",
	.suffixes = suffixes,
	.open = csv_open,
	.next = csv_next,
	.close = csv_close,
};
