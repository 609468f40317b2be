/* The expected answer in a row of a JSON file, or in a line of a JSON Lines file: all bytes but those of the value stay. */
#include "eval/advise/gold_private.h"
#include "eval/base/buffer.h"
#include "eval/base/file.h"

/* ---- where values stand -------------------------------------------------------------------------------------------------------- */

static size_t space_pass(struct text text, size_t at)
{
	while (at < text.length && strchr(" \t\r\n", text.data[at]))
		at++;
	return at;
}

static size_t string_pass(struct text text, size_t at)
{
	for (at++; at < text.length && text.data[at] != '"'; at++)
		at += text.data[at] == '\\';
	return at < text.length ? at + 1 : text.length;
}

/* Behind the value that begins at `at`; the text is JSON from there on. */
static size_t value_pass(struct text text, size_t at)
{
	size_t depth = 0;
	do {
		if (at >= text.length)
			return text.length;
		char byte = text.data[at];
		if (byte == '"') {
			at = string_pass(text, at);
			continue;
		}
		depth += byte == '{' || byte == '[';
		depth -= (byte == '}' || byte == ']') && depth;
		at++;
		if (!depth && !strchr("}]", byte))
			while (at < text.length && !strchr(",:{}[]\" \t\r\n", text.data[at]))
				at++;
	} while (depth);
	return at;
}

struct span {
	size_t from, to;
};

static bool key_is(struct text key, const char *name)
{
	struct error ignored;
	JSON_OWNED *string = json_parse(key, &ignored);
	return string && text_equal(json_text(string), text_of(name));
}

/* The member or item of that name in the object or list that begins at `at`; of several members the last, as those who read it do. */
static bool step_find(struct text text, size_t at, const char *name, struct span *ret)
{
	bool object = text.data[at] == '{', found = false;
	if (!object && text.data[at] != '[')
		return false;
	at = space_pass(text, at + 1);
	for (long item = 0; at < text.length && !strchr("}]", text.data[at]); item++) {
		size_t key = at;
		if (object)
			at = space_pass(text, space_pass(text, string_pass(text, at)) + 1);
		struct span value = {at, value_pass(text, at)};
		char number[24];
		snprintf(number, sizeof number, "%ld", item);
		bool named = object ? key_is(text_make(text.data + key, string_pass(text, key) - key), name) : strcmp(number, name) == 0;
		if (named) {
			*ret = value;
			found = true;
		}
		at = space_pass(text, value.to);
		if (at < text.length && text.data[at] == ',')
			at = space_pass(text, at + 1);
	}
	return found;
}

/* A path of names with dots between, where a name may hold dots itself. */
static bool path_find(struct text text, size_t at, const char *path, struct arena *arena, struct span *ret)
{
	if (step_find(text, at, path, ret))
		return true;
	for (const char *dot = strchr(path, '.'); dot; dot = strchr(dot + 1, '.')) {
		struct span inner;
		if (step_find(text, at, arena_copy(arena, path, (size_t)(dot - path)), &inner) &&
			path_find(text, inner.from, dot + 1, arena, ret))
			return true;
	}
	return false;
}

/* ---- the row ------------------------------------------------------------------------------------------------------------------- */

static json_t *value_parse(struct text text, struct span span)
{
	struct error ignored;
	return span.to <= text.length ? json_parse(text_make(text.data + span.from, span.to - span.from), &ignored) : NULL;
}

/* The id that the row which begins at `at` says; NULL: none. */
static const char *id_of(struct text text, size_t at, const char *id_path, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer id = BUFFER_EMPTY;
	struct span span;
	if (!path_find(text, at, id_path, arena, &span))
		return NULL;
	JSON_OWNED *value = value_parse(text, span);
	json_write_plain(value, &id);
	return arena_string(arena, buffer_string(&id));
}

/* Rows that begin in the line: where several stand in one, the case's id tells them apart. A brace in a text is no row. *other: the
 * first that says another id. */
static bool row_find(const struct gold_place *place, struct text text, const char *id_path, struct arena *arena, struct span *ret,
	const char **other)
{
	const char *line_end = memchr(text.data, '\n', text.length);
	size_t limit = line_end ? (size_t)(line_end - text.data) : text.length;
	bool first = true;
	*other = NULL;
	for (size_t at = 0; at < text.length && (at < limit || first); at++) {
		struct span span = {at, 0}, gold;
		if (text.data[at] != '{')
			continue;
		span.to = value_pass(text, at);
		JSON_OWNED *row = value_parse(text, span);
		const char *id = row ? id_of(text, at, id_path, arena) : NULL;
		*ret = span;
		if (row && path_find(text, at, place->key, arena, &gold) && (id ? strcmp(id, place->id) == 0 : first))
			return true;
		*other = *other || !id || strcmp(id, place->id) == 0 ? *other : id;
		first &= row == NULL;
	}
	return false;
}

bool gold_json_read(struct gold_place *place, struct text source, const char *id_path, struct arena *arena, struct error *error)
{
	struct text line = gold_from_line(source, place->line);
	struct span row, gold;
	const char *other = NULL;
	bool found = line.length && row_find(place, line, id_path, arena, &row, &other);
	if (other && !found)
		return error_set(error, ERROR_USAGE, "%s:%ld is no longer %s but %s: `lever run` first", place->file, place->line, place->id,
			other);
	if (!found)
		return error_set(error, ERROR_USAGE, "%s:%ld has no row of %s with a member `%s` (any more): `lever run` first, or mend it by hand",
			place->file, place->line, place->id, place->key);
	const char *end = memchr(line.data + row.to, '\n', line.length - row.to);
	size_t length = end ? (size_t)(end - line.data) : line.length;
	while (length > row.to && line.data[length - 1] == '\r')
		length--;
	path_find(line, row.from, place->key, arena, &gold);
	JSON_OWNED *value = value_parse(line, gold);
	if (!value)
		return error_set(error, ERROR_USAGE, "%s:%ld: `%s` cannot be read: mend it by hand", place->file, place->line, place->key);
	place->from = gold.from;
	place->to = gold.to;
	place->before = text_copy(arena, text_make(line.data, length));
	place->text = gold_text(arena, value);
	return true;
}

bool gold_json_mend(const struct gold_place *place, const char *answer, struct arena *arena, struct text *after, struct error *error)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct text before = place->before;
	JSON_OWNED *old = value_parse(before, (struct span){place->from, place->to});
	JSON_OWNED *value = gold_answer(answer, old, error);
	if (!value)
		return false;
	buffer_add(&out, before.data, place->from);
	json_compact(value, &out);
	buffer_add(&out, before.data + place->to, before.length - place->to);
	*after = text_copy(arena, buffer_text(&out));
	return true;
}
