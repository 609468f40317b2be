#include "eval/base/json.h"
#include "eval/model/cassette_private.h"
#include "eval/model/span.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CHUNK ((size_t)1 << 18)

static size_t place_start(const struct cassette *cassette, const struct hash *key)
{
	uint64_t number;
	memcpy(&number, key->bytes, sizeof number);
	return (size_t)number & (cassette->room - 1);
}

struct cassette_place *place_find(const struct cassette *cassette, const struct hash *key)
{
	if (!cassette->room)
		return NULL;
	for (size_t at = place_start(cassette, key);; at = (at + 1) & (cassette->room - 1)) {
		struct cassette_place *place = &cassette->places[at];
		if (!place->length)
			return NULL;
		if (hash_equal(&place->key, key))
			return place;
	}
}

static void places_grow(struct cassette *cassette)
{
	struct cassette_place *old = cassette->places;
	size_t room = cassette->room;
	cassette->room = room ? 2 * room : 256;
	cassette->places = memory_take(cassette->room * sizeof *cassette->places);
	cassette->count = 0;
	for (size_t i = 0; i < room; i++)
		if (old[i].length)
			place_add(cassette, &old[i]);
	free(old);
}

void place_add(struct cassette *cassette, const struct cassette_place *place)
{
	if (2 * (cassette->count + 1) > cassette->room)
		places_grow(cassette);
	size_t at = place_start(cassette, &place->key);
	while (cassette->places[at].length) {
		if (hash_equal(&cassette->places[at].key, &place->key))
			return; /* the first recording of a key stays */
		at = (at + 1) & (cassette->room - 1);
	}
	cassette->places[at] = *place;
	cassette->count++;
}

/* ---- reading the file ----------------------------------------------------------------------------------------------- */

static bool line_key(struct text line, struct hash *key)
{
	struct text hex = span_plain_string(span_get(line, "key"));
	return span_is_object(line) && hex.data && hash_from_hex(hex, key);
}

static bool line_index(struct cassette *cassette, struct text line, off_t offset, long number, struct error *error)
{
	struct cassette_place place = {.offset = offset, .length = line.length};
	if (text_trim(line).length == 0)
		return true;
	struct text version = span_get(line, "v");
	if (version.data && !text_equal(version, TEXT("1")))
		return error_at(error, ERROR_DATA, cassette->path, number, 0,
			"a cassette of version %.*s: this program reads version 1",
			(int)(version.length < 20 ? version.length : 20), version.data);
	if (!line_key(line, &place.key))
		return error_at(error, ERROR_DATA, cassette->path, number, 0,
			"not a recorded exchange: expected a JSON object with a `key`");
	place_add(cassette, &place);
	return true;
}

/* The last line has no end: whole, or cut by a recorder that was killed. */
static void tail_index(struct cassette *cassette, struct text tail, long number)
{
	struct error ignored;
	if (tail.length == 0)
		return;
	if (line_index(cassette, tail, cassette->end, number, &ignored)) {
		cassette->end += (off_t)tail.length;
		cassette->missing_newline = true;
		return;
	}
	snprintf(cassette->note, sizeof cassette->note, "line %ld is cut off (%zu bytes) and left out", number, tail.length);
}

static bool lines_index(struct cassette *cassette, struct buffer *pending, long *number, struct error *error)
{
	size_t from = 0;
	const char *end;
	while ((end = memchr(pending->data + from, '\n', pending->length - from))) {
		struct text line = text_make(pending->data + from, (size_t)(end - pending->data) - from);
		if (!line_index(cassette, line, cassette->end, ++*number, error))
			return false;
		from += line.length + 1;
		cassette->end += (off_t)line.length + 1;
	}
	buffer_remove_front(pending, from);
	return pending->length <= CASSETTE_LINE_LIMIT ||
	       error_at(error, ERROR_DATA, cassette->path, *number + 1, 0, "a line is longer than %zu bytes", CASSETTE_LINE_LIMIT);
}

bool cassette_index(struct cassette *cassette, struct error *error)
{
	CLEANUP(buffer_release) struct buffer pending = BUFFER_EMPTY;
	long number = 0;
	off_t at = 0;
	for (;;) {
		size_t step =
			pending.length > CHUNK ? pending.length : CHUNK; /* doubling: a long line is searched a few times only */
		char *room = buffer_reserve(&pending, step);
		ssize_t got = pread(cassette->fd, room, step, at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_at(error, ERROR_DATA, cassette->path, 0, 0, "cannot be read: %s", strerror(errno));
		if (got == 0)
			break;
		pending.length += (size_t)got;
		at += got;
		if (!lines_index(cassette, &pending, &number, error))
			return false;
	}
	tail_index(cassette, buffer_text(&pending), number + 1);
	return true;
}

bool place_read(const struct cassette *cassette, const struct cassette_place *place, struct arena *arena, struct text *line,
	struct error *error)
{
	char *data = arena_take(arena, place->length + 1);
	size_t have = 0;
	while (have < place->length) {
		ssize_t got = pread(cassette->fd, data + have, place->length - have, place->offset + (off_t)have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return error_at(error, ERROR_DATA, cassette->path, 0, 0, "cannot be read: %s",
				got ? strerror(errno) : "it became shorter");
		have += (size_t)got;
	}
	*line = text_make(data, place->length);
	return true;
}
