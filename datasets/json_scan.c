#include "datasets/json_scan.h"
#include <stdio.h>

int json_scan_peek(struct json_scan *scan)
{
	int byte = input_peek(&scan->input);
	while (byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t') {
		input_take(&scan->input);
		byte = input_peek(&scan->input);
	}
	return byte;
}

bool json_scan_unexpected(struct json_scan *scan, const char *expected, struct error *error)
{
	struct place at = scan->input.place;
	int byte = input_peek(&scan->input);
	if (!input_whole(&scan->input, error))
		return false;
	if (byte < 0)
		return error_at(error, ERROR_DATA, scan->input.name, at.line, at.column,
			"the file ends where %s was expected: is it cut off?", expected);
	if (byte > ' ' && byte < 0x7F)
		return error_at(
			error, ERROR_DATA, scan->input.name, at.line, at.column, "`%c` where %s was expected", byte, expected);
	return error_at(error, ERROR_DATA, scan->input.name, at.line, at.column, "byte 0x%02X where %s was expected",
		(unsigned)byte, expected);
}

static void keep(struct buffer *out, int byte)
{
	if (out)
		buffer_add_byte(out, (char)byte);
}

/* The string whose opening quote comes next. */
static bool string_take(struct json_scan *scan, struct buffer *out, struct error *error)
{
	struct input *input = &scan->input;
	struct place from = input->place;
	keep(out, input_take(input));
	for (;;) {
		input_run(input, "\"\\\n", out);
		int byte = input_peek(input);
		if (byte < 0 && !input_whole(input, error))
			return false;
		if (byte < 0 || byte == '\n')
			return error_at(error, ERROR_DATA, input->name, from.line, from.column,
				"the string that begins here is not closed before the %s: a `\"` was expected (a line break inside "
				"is written \\n)",
				byte < 0 ? "file ends" : "line ends");
		keep(out, input_take(input));
		if (byte == '"')
			return true;
		if (byte == '\\' && input_peek(input) >= 0 && input_peek(input) != '\n')
			keep(out, input_take(input));
	}
}

static bool bracket_open(struct json_scan *scan, size_t *depth, int byte, struct error *error)
{
	if (*depth == JSON_SCAN_DEPTH)
		return error_at(error, ERROR_DATA, scan->input.name, scan->input.place.line, scan->input.place.column,
			"nested deeper than %d", JSON_SCAN_DEPTH);
	scan->brackets[(*depth)++] = (struct json_bracket){byte == '{' ? '}' : ']', scan->input.place};
	return true;
}

static bool bracket_close(struct json_scan *scan, size_t *depth, int byte, struct error *error)
{
	const struct json_bracket *bracket = &scan->brackets[*depth - 1];
	if (byte != bracket->closer) {
		char expected[80];
		snprintf(expected, sizeof expected, "`%c` (opened in line %ld, column %ld)", bracket->closer, bracket->place.line,
			bracket->place.column);
		return json_scan_unexpected(scan, expected, error);
	}
	(*depth)--;
	return true;
}

/* The list or object whose bracket comes next. */
static bool container_take(struct json_scan *scan, struct buffer *out, struct error *error)
{
	size_t depth = 0;
	do {
		input_run(&scan->input, "\"{}[]\n", out);
		int byte = input_peek(&scan->input);
		bool fits = true;
		if (byte == '"') {
			if (!string_take(scan, out, error))
				return false;
			continue;
		}
		if (byte == '{' || byte == '[')
			fits = bracket_open(scan, &depth, byte, error);
		else if (byte != '\n')
			fits = bracket_close(scan, &depth, byte, error);
		if (!fits)
			return false;
		keep(out, input_take(&scan->input));
	} while (depth);
	return true;
}

static bool ends_scalar(int byte)
{
	return byte < 0 || strchr(",:{}[]\" \t\r\n", byte) != NULL;
}

static bool scalar_take(struct json_scan *scan, struct buffer *out, struct error *error)
{
	if (ends_scalar(input_peek(&scan->input)))
		return json_scan_unexpected(scan, "a value", error);
	while (!ends_scalar(input_peek(&scan->input)))
		keep(out, input_take(&scan->input));
	return true;
}

bool json_scan_value(struct json_scan *scan, struct buffer *out, struct error *error)
{
	int byte = json_scan_peek(scan);
	if (byte == '"')
		return string_take(scan, out, error);
	if (byte == '{' || byte == '[')
		return container_take(scan, out, error);
	return scalar_take(scan, out, error);
}
