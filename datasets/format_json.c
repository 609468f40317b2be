/* One JSON document of any size: a stack of the open containers leads to the rows, which are scanned one by one. Everything beside
 * the way is passed over, but to its end, so that a file that was cut off is noticed. */
#include "datasets/dataset.h"
#include "datasets/json_scan.h"
#include "datasets/path.h"
#include "eval/base/nearest.h"
#include <stdio.h>
#include <stdlib.h>

#define FRAMES_LIMIT 64
#define GO_ON 2 /* no row yet; the other answers are those of dataset_format.next */

/* An open list or object: one that holds the rows, or one on the way to them. */
struct frame {
	bool object, rows;
	bool comma, found;
	struct place place;
	const char *path; /* from here to the rows */
	const char *rest; /* behind `step` */
	struct path_step step;
	long seen;     /* items or members begun */
	char near[64]; /* a member that is called nearly like the step */
};

struct json_document {
	struct json_scan scan;
	struct frame frames[FRAMES_LIMIT];
	size_t depth;
	bool begun;
	struct buffer bytes; /* of a row, or of a member's name */
	json_t *key;	     /* the member that is being read; NULL in lists */
};

static bool json_open(struct dataset_reader *reader, struct error *error)
{
	struct json_document *state = memory_take(sizeof *state);
	reader->state = state;
	state->scan.input.file = -1;
	return input_open(&state->scan.input, reader->file, reader->name, error);
}

/* What a wrong shape costs: only this part of the document below a `*`, else the whole. */
static int shape_failure(const struct json_document *state)
{
	for (size_t i = 0; i < state->depth; i++)
		if (!state->frames[i].rows && state->frames[i].step.every)
			return -1;
	return -2;
}

static int frame_push(struct json_document *state, const char *path, struct error *error)
{
	struct input *input = &state->scan.input;
	if (state->depth == FRAMES_LIMIT) {
		error_at(error, ERROR_DATA, input->name, 0, 0, "`at` has more than %d steps", FRAMES_LIMIT);
		return -2;
	}
	struct frame *frame = &state->frames[state->depth++];
	*frame = (struct frame){.rows = path_ends(path), .place = input->place, .path = path, .rest = path};
	frame->object = input_take(input) == '{';
	if (!frame->rows)
		path_next(&frame->rest, &frame->step);
	return GO_ON;
}

/* Steps into the value that comes next, which leads to the rows by `path` or holds them. */
static int value_enter(struct json_document *state, const char *path, struct error *error)
{
	int byte = json_scan_peek(&state->scan);
	if (byte == '[' || byte == '{')
		return frame_push(state, path, error);
	struct place place = state->scan.input.place;
	if (!json_scan_value(&state->scan, NULL, error))
		return -2;
	if (path_ends(path))
		error_at(error, ERROR_DATA, state->scan.input.name, place.line, place.column,
			"a list of rows, or an object whose members are rows, was expected here: does `at` lead to the right "
			"place?");
	else
		error_at(error, ERROR_DATA, state->scan.input.name, place.line, place.column,
			"a list or an object was expected here, with `%s` inside, as `at` says", path);
	return shape_failure(state);
}

static int frame_missing(struct json_document *state, const struct frame *frame, struct error *error)
{
	const char *name = state->scan.input.name;
	if (!frame->object && frame->step.index < 0)
		error_at(error, ERROR_DATA, name, frame->place.line, frame->place.column,
			"`at` says `%s`, but here is a list: say which item (from 0), or * for all", frame->step.name);
	else if (!frame->object)
		error_at(error, ERROR_DATA, name, frame->place.line, frame->place.column,
			"`at` says item %ld (from 0), but the list that begins here has %ld", frame->step.index, frame->seen);
	else
		error_at(error, ERROR_DATA, name, frame->place.line, frame->place.column,
			"`at` says `%s`, but the object that begins here has no such member%s%s%s", frame->step.name,
			*frame->near ? ", did you mean `" : "", frame->near, *frame->near ? "`?" : "");
	return shape_failure(state);
}

static int frame_leave(struct json_document *state, struct error *error)
{
	struct frame *frame = &state->frames[state->depth - 1];
	struct place at = state->scan.input.place;
	input_take(&state->scan.input);
	bool missing = !frame->rows && !frame->step.every && !frame->found;
	int result = missing ? frame_missing(state, frame, error) : GO_ON;
	if (!missing && frame->comma) {
		error_at(error, ERROR_DATA, state->scan.input.name, at.line, at.column,
			"a comma stands before this `%c`, but no value between them: delete the comma", frame->object ? '}' : ']');
		result = -1;
	}
	state->depth--;
	return result;
}

/* Reads `"name":` into state->key. A name that is no valid text answers -1 after passing the member's value. */
static int key_take(struct json_document *state, struct error *error)
{
	struct json_scan *scan = &state->scan;
	json_release(&state->key);
	row_bytes_clear(&state->bytes);
	if (json_scan_peek(scan) != '"') {
		json_scan_unexpected(scan, "a member's name in double quotes", error);
		return -2;
	}
	struct place from = scan->input.place;
	if (!json_scan_value(scan, &state->bytes, error))
		return -2;
	if (json_scan_peek(scan) != ':') {
		json_scan_unexpected(scan, "a `:` behind the member's name", error);
		return -2;
	}
	input_take(&scan->input);
	state->key = state->bytes.overflow ? NULL : row_json(buffer_text(&state->bytes), from, scan->input.name, error);
	if (state->key)
		return GO_ON;
	if (state->bytes.overflow)
		error_at(error, ERROR_DATA, scan->input.name, from.line, from.column, "a member's name of more than %zu MiB",
			DATASET_ROW_LIMIT >> 20);
	struct error unclosed;
	if (json_scan_value(scan, NULL, &unclosed))
		return -1;
	*error = unclosed;
	return -2;
}

static int row_take(struct json_document *state, long line, struct dataset_row *row, struct error *error)
{
	struct json_scan *scan = &state->scan;
	json_scan_peek(scan);
	struct place from = scan->input.place;
	row_bytes_clear(&state->bytes);
	if (!json_scan_value(scan, &state->bytes, error))
		return -2;
	if (state->bytes.overflow) {
		error_at(error, ERROR_DATA, scan->input.name, from.line, from.column,
			"the row is longer than %zu MiB, the most it may be", DATASET_ROW_LIMIT >> 20);
		return -1;
	}
	row->line = line;
	row->key = json_string_value(state->key);
	row->value = row_json(buffer_text(&state->bytes), from, scan->input.name, error);
	return row->value ? 1 : -1;
}

static bool step_matches(struct frame *frame, const char *key, bool *whole)
{
	*whole = key && strcmp(key, frame->path) == 0;
	if (*whole || frame->step.every)
		return true;
	if (!key)
		return frame->step.index == frame->seen - 1;
	if (strcmp(key, frame->step.name) == 0)
		return true;
	if (!*frame->near && nearest_match(frame->step.name, &key, 1))
		snprintf(frame->near, sizeof frame->near, "%s", key);
	return false;
}

static int way_step(struct json_document *state, struct frame *frame, struct error *error)
{
	bool whole;
	if (!step_matches(frame, json_string_value(state->key), &whole))
		return json_scan_value(&state->scan, NULL, error) ? GO_ON : -2;
	if (frame->found && !frame->step.every) {
		error_at(error, ERROR_DATA, state->scan.input.name, state->scan.input.place.line, 0,
			"the member `%s`, which `at` names, stands twice in one object", frame->step.name);
		return -2;
	}
	frame->found = true;
	return value_enter(state, whole ? "" : frame->rest, error);
}

static bool comma_take(struct json_document *state, struct frame *frame, struct error *error)
{
	if (json_scan_peek(&state->scan) != ',')
		return json_scan_unexpected(&state->scan, frame->object ? "`,` or `}`" : "`,` or `]`", error);
	input_take(&state->scan.input);
	frame->comma = true;
	return true;
}

/* One item or member of the innermost open container, or its end. */
static int frame_step(struct json_document *state, struct dataset_row *row, struct error *error)
{
	struct frame *frame = &state->frames[state->depth - 1];
	if (json_scan_peek(&state->scan) == (frame->object ? '}' : ']'))
		return frame_leave(state, error);
	if (frame->seen && !frame->comma)
		return comma_take(state, frame, error) ? GO_ON : -2;
	long line = state->scan.input.place.line;
	frame->comma = false;
	frame->seen++;
	if (frame->object) {
		int result = key_take(state, error);
		if (result != GO_ON)
			return result;
	} else {
		json_release(&state->key);
	}
	return frame->rows ? row_take(state, line, row, error) : way_step(state, frame, error);
}

static int document_end(struct json_document *state, struct error *error)
{
	struct place at = state->scan.input.place;
	if (json_scan_peek(&state->scan) < 0)
		return input_whole(&state->scan.input, error) ? 0 : -2;
	at = state->scan.input.place;
	error_at(error, ERROR_DATA, state->scan.input.name, at.line, at.column,
		"the document has ended, but more follows: one JSON document was expected (for a value on every line say `format: "
		"jsonl`)");
	return -2;
}

static int json_next(struct dataset_reader *reader, struct dataset_row *row, struct error *error)
{
	struct json_document *state = reader->state;
	int result = GO_ON;
	while (result == GO_ON) {
		bool nothing = !state->begun && json_scan_peek(&state->scan) < 0;
		if (nothing || (state->begun && state->depth == 0))
			return document_end(state, error);
		if (state->begun)
			result = frame_step(state, row, error);
		else
			result = value_enter(state, reader->options.at ? reader->options.at : "", error);
		state->begun = true;
	}
	return result;
}

static void json_close(struct dataset_reader *reader)
{
	struct json_document *state = reader->state;
	input_close(&state->scan.input);
	buffer_release(&state->bytes);
	json_release(&state->key);
	free(state);
}

static const char *const suffixes[] = {"json", NULL};

const struct dataset_format format_json = {
	.name = "json",
	.summary = "one JSON document: a list of rows, or an object whose keys are ids",
	.help = "The rows are the items of a list or the members of an object (whose names then serve as ids), at the top or where "
		"`at:` "
		"leads: `at: data.questions`, `at: data.*.paragraphs.*.qas` for all of several lists. The document is never held "
		"whole, so it "
		"may have any size; a row may have 64 MiB. A row that is no valid JSON inside its brackets is a bad row; where "
		"brackets or "
		"quotes do not match, reading ends.",
	.suffixes = suffixes,
	.open = json_open,
	.next = json_next,
	.close = json_close,
};
