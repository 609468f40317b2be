#include "eval/base/secret.h"
#include "eval/model/cassette_private.h"
#include "eval/model/span.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

/* ---- opening -------------------------------------------------------------------------------------------------------- */

static bool cassette_start(const char *path, int flags, struct cassette **ret, struct error *error)
{
	int fd = open(path, flags | O_CLOEXEC | O_NOCTTY, 0644);
	if (fd < 0)
		return error_at(error, ERROR_DATA, path, 0, 0, "the cassette cannot be opened: %s", strerror(errno));
	struct cassette *cassette = memory_take(sizeof *cassette);
	cassette->fd = fd;
	cassette->path = string_copy(path);
	cassette->writable = flags & O_RDWR;
	if (cassette->writable && flock(fd, LOCK_EX | LOCK_NB) != 0)
		error_at(error, ERROR_DATA, path, 0, 0, "another process is recording to this cassette");
	else if (cassette_index(cassette, error)) {
		*ret = cassette;
		return true;
	}
	cassette_close(cassette);
	return false;
}

bool cassette_open(const char *path, struct cassette **ret, const char **note, struct error *error)
{
	if (!cassette_start(path, O_RDONLY, ret, error))
		return false;
	*note = (*ret)->note[0] ? (*ret)->note : NULL;
	return true;
}

bool cassette_record(const char *path, struct cassette **ret, struct error *error)
{
	struct cassette *cassette;
	if (!cassette_start(path, O_RDWR | O_CREAT | O_APPEND, &cassette, error))
		return false;
	if (ftruncate(cassette->fd, cassette->end) != 0) {
		error_at(error, ERROR_DATA, path, 0, 0, "the cut-off last line cannot be removed: %s", strerror(errno));
		cassette_close(cassette);
		return false;
	}
	*ret = cassette;
	return true;
}

void cassette_close(struct cassette *cassette)
{
	if (!cassette)
		return;
	close(cassette->fd);
	free(cassette->path);
	free(cassette->places);
	free(cassette);
}

size_t cassette_count(const struct cassette *cassette)
{
	return cassette->count;
}

/* ---- finding -------------------------------------------------------------------------------------------------------- */

/* The body as it was sent, byte for byte; a string holds what was no JSON object. */
static struct text body_text(struct text line, const json_t *value, struct arena *arena)
{
	const json_t *request = json_object_get(value, "request");
	return text_copy(arena, json_is_string(request) ? json_text(request) : span_get(line, "request"));
}

bool entry_read(struct text line, struct arena *arena, struct cassette_entry *ret)
{
	struct error ignored;
	JSON_OWNED *value = json_parse_reply(line, &ignored);
	if (!value || !hash_from_hex(json_text(json_object_get(value, "key")), &ret->key) ||
		!json_is_string(json_object_get(value, "response")))
		return false;
	ret->case_id = arena_string(arena, json_string_or(value, "case", ""));
	ret->variant = arena_string(arena, json_string_or(value, "variant", ""));
	ret->model = arena_string(arena, json_string_or(value, "model", ""));
	ret->api = arena_string(arena, json_string_or(value, "api", ""));
	ret->path = arena_string(arena, json_string_or(value, "path", ""));
	ret->repeat = (int)json_integer_or(value, "repeat", 0);
	ret->request = body_text(line, value, arena);
	ret->status = (int)json_integer_or(value, "status", 0);
	ret->response = text_copy(arena, json_text(json_object_get(value, "response")));
	ret->latency = json_integer_or(value, "latency_us", UNKNOWN);
	ret->first_byte = json_integer_or(value, "first_byte_us", UNKNOWN);
	return true;
}

bool cassette_find(struct cassette *cassette, const struct hash *key, struct arena *arena, struct cassette_entry *ret, bool *found,
	struct error *error)
{
	const struct cassette_place *place = place_find(cassette, key);
	struct text line;
	if (!place) {
		*found = false;
		return true;
	}
	if (!place_read(cassette, place, arena, &line, error))
		return false;
	if (!entry_read(line, arena, ret))
		return error_at(error, ERROR_DATA, cassette->path, 0, 0, "the entry at byte %lld is damaged: record it again",
			(long long)place->offset);
	*found = true;
	return true;
}

/* ---- recording ------------------------------------------------------------------------------------------------------ */

static void member_add(struct buffer *line, const char *name, struct text value)
{
	buffer_format(line, ",\"%s\":", name);
	json_write_string(value, line);
}

/* A key is taken out before escaping could hide it, and once more from the whole line. */
static void member_add_clean(struct buffer *line, const char *name, struct text value)
{
	CLEANUP(buffer_release) struct buffer clean = BUFFER_EMPTY;
	bool replaced = value.data && secret_redact_as(value.data, value.length, SECRET_BODY, &clean);
	member_add(line, name, replaced ? buffer_text(&clean) : value);
}

static void time_add(struct buffer *line, const char *name, int64_t microseconds)
{
	if (microseconds >= 0)
		buffer_format(line, ",\"%s\":%lld", name, (long long)microseconds);
}

static void entry_write(const struct cassette_entry *entry, struct buffer *line)
{
	char hex[HASH_HEX];
	hash_hex(&entry->key, hex);
	buffer_format(line, "{\"v\":1,\"key\":\"%s\"", hex);
	member_add(line, "case", text_of(entry->case_id));
	member_add(line, "variant", text_of(entry->variant));
	member_add(line, "model", text_of(entry->model));
	member_add(line, "api", text_of(entry->api));
	member_add(line, "path", text_of(entry->path));
	buffer_format(line, ",\"repeat\":%d", entry->repeat);
	if (span_is_object(entry->request) && !memchr(entry->request.data, '\n', entry->request.length)) {
		buffer_add_string(line, ",\"request\":");
		buffer_add_text(line, entry->request);
	} else {
		member_add_clean(line, "request", entry->request);
	}
	buffer_format(line, ",\"status\":%d", entry->status);
	member_add_clean(line, "response", entry->response);
	time_add(line, "latency_us", entry->latency);
	time_add(line, "first_byte_us", entry->first_byte);
	buffer_add_string(line, "}\n");
}

static bool line_append(struct cassette *cassette, struct text line, struct error *error)
{
	ssize_t put;
	do
		put = write(cassette->fd, line.data, line.length);
	while (put < 0 && errno == EINTR);
	if (put == (ssize_t)line.length)
		return true;
	error_at(error, ERROR_STORAGE, cassette->path, 0, 0, "the cassette cannot be written: %s",
		put < 0 ? strerror(errno) : "the disk is full");
	if (put > 0 && ftruncate(cassette->fd, cassette->end) != 0)
		error_prefix(error, "and a piece of a line stays behind");
	return false;
}

bool cassette_add(struct cassette *cassette, const struct cassette_entry *entry, struct error *error)
{
	CLEANUP(buffer_release) struct buffer line = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer clean = BUFFER_EMPTY;
	if (place_find(cassette, &entry->key))
		return true;
	size_t lead = cassette->missing_newline;
	if (lead)
		buffer_add_byte(&line, '\n');
	entry_write(entry, &line);
	struct text text = buffer_text(secret_redact_as(line.data, line.length, SECRET_BODY, &clean) ? &clean : &line);
	if (line.overflow || text.length > CASSETTE_LINE_LIMIT)
		return error_at(error, ERROR_STORAGE, cassette->path, 0, 0, "an exchange is too long for a cassette");
	if (!line_append(cassette, text, error))
		return false;
	struct cassette_place place = {.key = entry->key, .offset = cassette->end + (off_t)lead, .length = text.length - lead - 1};
	place_add(cassette, &place);
	cassette->end += (off_t)text.length;
	cassette->missing_newline = cassette->subjects_known = false;
	return true;
}
