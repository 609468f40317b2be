#include "datasets/dataset.h"
#include "datasets/input.h"
#include <stdlib.h>

struct jsonl {
	struct input input;
	struct buffer line;
};

static bool jsonl_open(struct dataset_reader *reader, struct error *error)
{
	struct jsonl *state = memory_take(sizeof *state);
	reader->state = state;
	state->input.file = -1;
	if (reader->options.at && *reader->options.at && strcmp(reader->options.at, ".") != 0)
		return error_at(error, ERROR_DATA, reader->name, 0, 0,
			"`at` has no meaning for jsonl, whose every line is a row: use it in the mapping's paths, or say `format: "
			"json`");
	return input_open(&state->input, reader->file, reader->name, error);
}

/* The next line that is not blank, in state->line; false at the end. */
static bool line_take(struct jsonl *state, struct place *from)
{
	while (input_peek(&state->input) >= 0) {
		*from = state->input.place;
		row_bytes_clear(&state->line);
		input_run(&state->input, "\n", &state->line);
		input_take(&state->input);
		if (state->line.overflow || text_trim(buffer_text(&state->line)).length)
			return true;
	}
	return false;
}

/* A file that begins like pretty-printed JSON deserves a better word than "end of file expected". */
static void whole_document_hint(const struct jsonl *state, struct place from, struct error *error)
{
	struct text line = text_trim(buffer_text(&state->line));
	if (from.line == 1 && line.length == 1 && (line.data[0] == '[' || line.data[0] == '{'))
		error_at(error, ERROR_DATA, state->input.name, 1, 1,
			"`%c` alone is no row: one JSON value on every line was expected; is the file one JSON document (`format: "
			"json`)?",
			line.data[0]);
}

static int jsonl_next(struct dataset_reader *reader, struct dataset_row *row, struct error *error)
{
	struct jsonl *state = reader->state;
	struct place from;
	if (!line_take(state, &from))
		return input_whole(&state->input, error) ? 0 : -2;
	if (state->line.overflow) {
		error_at(error, ERROR_DATA, reader->name, from.line, 1, "the line is longer than %zu MiB, the most a row may be",
			DATASET_ROW_LIMIT >> 20);
		return -1;
	}
	row->line = from.line;
	row->value = row_json(buffer_text(&state->line), from, reader->name, error);
	if (row->value)
		return 1;
	whole_document_hint(state, from, error);
	return -1;
}

static void jsonl_close(struct dataset_reader *reader)
{
	struct jsonl *state = reader->state;
	input_close(&state->input);
	buffer_release(&state->line);
	free(state);
}

static const char *const suffixes[] = {"jsonl", "ndjson", "jl", NULL};

const struct dataset_format format_jsonl = {
	.name = "jsonl",
	.summary = "JSON Lines: one JSON value on every line",
	.help = "Every line is one row, usually an object. Blank lines, CRLF line ends and a UTF-8 mark at the start are passed "
		"over. "
		"A line that is no valid JSON is a bad row; reading goes on with the next line. A line may hold 64 MiB.",
	.suffixes = suffixes,
	.open = jsonl_open,
	.next = jsonl_next,
	.close = jsonl_close,
};
