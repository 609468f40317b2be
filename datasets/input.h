/* Input: the bytes of a file one chunk at a time, with the place of every byte. Shared by the formats that stream. */
#ifndef LEVER_DATASETS_INPUT_H
#define LEVER_DATASETS_INPUT_H

#include "eval/base/buffer.h"
#include "eval/base/json.h"

#define INPUT_CHUNK 65536

struct place {
	long line, column; /* from 1; columns are bytes */
};

struct input {
	const char *name; /* for messages */
	int file;
	int failure; /* errno of a read that failed: the input ends there */
	bool ended;
	struct place place; /* of the next byte */
	size_t at, end;	    /* unread part of the chunk */
	char chunk[INPUT_CHUNK];
};

/* Opens a file and skips the mark of UTF-8 at its start; a folder and UTF-16 are errors. */
bool input_open(struct input *input, const char *file, const char *name, struct error *error) MUST_CHECK;
void input_close(struct input *input); /* may be called twice */
/* The next byte (0-255), or -1 at the end; input_take moves on. */
int input_peek(struct input *input);
int input_take(struct input *input);
/* Moves on to the first byte that stands in `stops` (a set of at most 8 bytes that holds '\n'), adding what was passed to `out`
 * (NULL: dropped). */
void input_run(struct input *input, const char *stops, struct buffer *out);
/* False, with the reason, when a read failed. To be asked where the end was met. */
bool input_whole(const struct input *input, struct error *error) MUST_CHECK;

/* An empty buffer for the bytes of one row, limited to DATASET_ROW_LIMIT; gives back what an unusual row took. */
void row_bytes_clear(struct buffer *bytes);
/* Names line and column of the first byte that is no UTF-8; `from` is the place of the first byte. */
bool row_bytes_check(struct text bytes, struct place from, const char *name, struct error *error) MUST_CHECK;
/* Strict JSON that began at `from`: errors are moved to their place in the file. New reference; NULL fills `error`. */
json_t *row_json(struct text bytes, struct place from, const char *name, struct error *error) MUST_CHECK;

#endif
