#include "datasets/input.h"
#include "datasets/dataset.h"
#include "eval/base/utf8.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROW_MEMORY_KEPT ((size_t)1 << 20)
#define RUN_WINDOW ((size_t)512) /* a run is sought piece by piece: a stop that is rare must not cost a whole chunk each time */

/* Reads on until `wanted` bytes are at hand or the file ends. */
static void input_fill(struct input *input, size_t wanted)
{
	if (input->at) {
		memmove(input->chunk, input->chunk + input->at, input->end - input->at);
		input->end -= input->at;
		input->at = 0;
	}
	while (!input->ended && input->end < wanted) {
		ssize_t got = read(input->file, input->chunk + input->end, INPUT_CHUNK - input->end);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			input->failure = errno;
		if (got <= 0)
			input->ended = true;
		else
			input->end += (size_t)got;
	}
}

static bool mark_skip(struct input *input, struct error *error)
{
	input_fill(input, 3);
	const unsigned char *first = (const unsigned char *)input->chunk;
	if (input->end >= 3 && memcmp(first, "\xEF\xBB\xBF", 3) == 0)
		input->at = 3;
	bool wide = input->end >= 2 && ((first[0] == 0xFF && first[1] == 0xFE) || (first[0] == 0xFE && first[1] == 0xFF));
	if (wide)
		return error_at(error, ERROR_DATA, input->name, 1, 1,
			"is UTF-16, UTF-8 was expected: convert it with iconv -f UTF-16 -t UTF-8");
	return true;
}

bool input_open(struct input *input, const char *file, const char *name, struct error *error)
{
	struct stat status;
	input->name = name;
	input->place = (struct place){1, 1};
	input->at = input->end = 0;
	input->ended = false;
	input->failure = 0;
	input->file = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (input->file < 0)
		return error_at(error, ERROR_DATA, name, 0, 0, "cannot be opened: %s", strerror(errno));
	if (fstat(input->file, &status) == 0 && S_ISDIR(status.st_mode))
		error_at(error, ERROR_DATA, name, 0, 0, "is a folder, a file was expected");
	else if (mark_skip(input, error))
		return true;
	input_close(input);
	return false;
}

void input_close(struct input *input)
{
	if (input->file >= 0)
		close(input->file);
	input->file = -1;
	input->ended = true;
	input->at = input->end = 0;
}

int input_peek(struct input *input)
{
	if (input->at == input->end)
		input_fill(input, 1);
	return input->at < input->end ? (unsigned char)input->chunk[input->at] : -1;
}

int input_take(struct input *input)
{
	int byte = input_peek(input);
	if (byte < 0)
		return -1;
	input->at++;
	input->place.column++;
	if (byte == '\n')
		input->place = (struct place){input->place.line + 1, 1};
	return byte;
}

static size_t run_length(const char *data, size_t length, const char *stops, size_t stop_count)
{
	size_t run = length;
	for (size_t i = 0; i < stop_count && run; i++) {
		const char *found = memchr(data, stops[i], run);
		if (found)
			run = (size_t)(found - data);
	}
	return run;
}

void input_run(struct input *input, const char *stops, struct buffer *out)
{
	size_t stop_count = strlen(stops);
	while (input_peek(input) >= 0) {
		size_t left = input->end - input->at;
		left = left < RUN_WINDOW ? left : RUN_WINDOW;
		size_t run = run_length(input->chunk + input->at, left, stops, stop_count);
		if (out)
			buffer_add(out, input->chunk + input->at, run);
		input->at += run;
		input->place.column += (long)run;
		if (run < left)
			return;
	}
}

bool input_whole(const struct input *input, struct error *error)
{
	if (!input->failure)
		return true;
	return error_at(error, ERROR_DATA, input->name, input->place.line, 0, "cannot be read: %s", strerror(input->failure));
}

void row_bytes_clear(struct buffer *bytes)
{
	if (bytes->capacity > ROW_MEMORY_KEPT)
		buffer_release(bytes);
	else
		buffer_clear(bytes);
	bytes->limit = DATASET_ROW_LIMIT;
}

static struct place place_behind(struct text bytes, struct place place)
{
	for (size_t i = 0; i < bytes.length; i++) {
		place.column++;
		if (bytes.data[i] == '\n')
			place = (struct place){place.line + 1, 1};
	}
	return place;
}

bool row_bytes_check(struct text bytes, struct place from, const char *name, struct error *error)
{
	long invalid = utf8_invalid_at(bytes);
	if (invalid < 0)
		return true;
	struct place at = place_behind(text_make(bytes.data, (size_t)invalid), from);
	return error_at(error, ERROR_DATA, name, at.line, at.column,
		"byte 0x%02X is no valid UTF-8: save the file as UTF-8 (iconv -f LATIN1 -t UTF-8, if it is Latin-1)",
		(unsigned char)bytes.data[invalid]);
}

json_t *row_json(struct text bytes, struct place from, const char *name, struct error *error)
{
	if (!row_bytes_check(bytes, from, name, error))
		return NULL;
	struct error inside = {0};
	json_t *value = json_parse(bytes, &inside);
	if (value)
		return value;
	long line = inside.line > 0 ? inside.line : 1, column = inside.column > 0 ? inside.column : 1;
	error_at(
		error, ERROR_DATA, name, from.line + line - 1, line == 1 ? from.column + column - 1 : column, "%s", inside.message);
	return NULL;
}
