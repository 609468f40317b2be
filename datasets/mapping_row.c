#include "datasets/mapping_private.h"
#include "datasets/path.h"
#include "eval/base/nearest.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define KEYS_LIMIT 200 /* of a row, that hints look at */
#define KEYS_SHOWN 8
#define LABELS_LIMIT 1000 /* in one list: comparing each with each must stay cheap */

bool row_error(const struct mapped_row *row, const char *name, const char *format, ...)
{
	char words[900];
	va_list list;
	va_start(list, format);
	vsnprintf(words, sizeof words, format, list);
	va_end(list);
	return error_at(row->error, ERROR_DATA, row->file, row->row->line, 0, "`%s`: %s", name, words);
}

static const char *kind_words(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "a list";
	case JSON_STRING:
		return "text";
	case JSON_INTEGER:
	case JSON_REAL:
		return "a number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "true or false";
	case JSON_NULL:
		break;
	}
	return "null";
}

/* ---- absent members ---- */

struct keys {
	const char *names[KEYS_LIMIT];
	size_t count;
};

/* The keys of an object, and those one level below as "outer.inner". */
static void keys_collect(const struct mapped_row *row, const json_t *object, const char *outer, struct keys *keys)
{
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)object, key, value)
	{
		if (keys->count == KEYS_LIMIT)
			return;
		const char *name = outer ? arena_format(row->arena, "%s.%s", outer, key) : arena_string(row->arena, key);
		keys->names[keys->count++] = name;
		if (!outer && json_is_object(value))
			keys_collect(row, value, name, keys);
	}
}

static bool row_without_members(const struct mapped_row *row, const char *name)
{
	const char *words = kind_words(row->row->value);
	if (json_is_array(row->row->value) && row->row->key)
		return row_error(row, name,
			"the row `%.100s` is %s, an object was expected; if the rows stand inside it, say `at: %.100s`",
			row->row->key, words, row->row->key);
	return row_error(row, name, "the row is %s, an object was expected; %s", words,
		json_is_array(row->row->value) ? "map its items by position (`0`, `1`, …)" : "map the row itself as `.`");
}

static bool path_absent(const struct mapped_row *row, const char *name, const char *path)
{
	if (!json_is_object(row->row->value))
		return row_without_members(row, name);
	struct keys keys = {.count = 0};
	const char *shown = "";
	keys_collect(row, row->row->value, NULL, &keys);
	for (size_t i = 0; i < keys.count && i < KEYS_SHOWN; i++)
		shown = arena_format(row->arena, "%s%s%.60s", shown, i ? ", " : "", keys.names[i]);
	return row_error(row, name, "the row has no `%.200s`%s%s; it has %s%s (write `%.100s?` where it may be absent)", path,
		nearest_hint(row->arena, path, keys.names, keys.count), "", *shown ? shown : "no member at all",
		keys.count > KEYS_SHOWN ? ", …" : "", path);
}

/* ---- members ---- */

/* The value at a path; *optional tells a path with `?`. */
static json_t *mapped_value(const struct mapped_row *row, const char *path, bool *optional)
{
	size_t length = strlen(path);
	json_t *value = path_value(row->row->value, path);
	*optional = !value && length > 1 && path[length - 1] == '?';
	if (*optional)
		value = path_value(row->row->value, arena_copy(row->arena, path, length - 1));
	return value;
}

static bool is_none(const struct mapped_row *row, const json_t *value, bool keep_empty)
{
	return json_is_null(value) || (row->row->cells && !keep_empty && json_is_string(value) && json_string_length(value) == 0);
}

bool row_member(const struct mapped_row *row, const char *name, const char *path, bool keep_empty, json_t **value)
{
	bool optional = false;
	*value = NULL;
	if (path && strcmp(path, MAPPING_NEVER) == 0)
		return true;
	json_t *found = path ? mapped_value(row, path, &optional) : json_incref(json_object_get(row->row->value, name));
	if (!found && path && !optional)
		return path_absent(row, name, path);
	if (found && is_none(row, found, keep_empty))
		json_release(&found);
	*value = found;
	return true;
}

void row_cell_json(const struct mapped_row *row, const char *openings, json_t **value)
{
	struct text text = text_trim(json_text(*value));
	if (!row->row->cells || !text.length || !strchr(openings, text.data[0]))
		return;
	struct error error;
	json_t *inside = json_parse(text, &error);
	if (!inside)
		return;
	json_decref(*value);
	*value = inside;
}

/* ---- labels ---- */

const char *row_label(const struct mapped_row *row, const char *name, const json_t *value, bool numbers)
{
	if (numbers && json_is_integer(value))
		return arena_format(row->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	struct text text = json_text(value);
	if (json_is_number(value))
		row_error(row, name, "a number where text is expected: quote it (\"%s\")", canonical_text(row->arena, value).data);
	else if (!text.data)
		row_error(row, name, "%s where text is expected", kind_words(value));
	else if (!text.length)
		row_error(row, name, "the empty text where a name is expected: fill it in, or leave it out");
	else if (text.length > MAPPING_LABEL_LIMIT)
		row_error(row, name, "%zu bytes of text, at most %d are allowed", text.length, MAPPING_LABEL_LIMIT);
	else if (memchr(text.data, 0, text.length))
		row_error(row, name, "the text holds a NUL character");
	else
		return text_copy(row->arena, text).data;
	return NULL;
}

static bool label_add(const struct mapped_row *row, const char *name, const json_t *value, bool numbers, json_t *list)
{
	const char *label = row_label(row, name, value, numbers);
	if (!label)
		return false;
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)), label) == 0)
			return true;
	return json_array_append_new(list, json_string(label)) == 0;
}

/* "a; b" or "a, b" -> a list of texts. */
static json_t *cell_split(struct text cell)
{
	char separator = memchr(cell.data, ';', cell.length) ? ';' : ',';
	json_t *parts = json_array();
	while (cell.data) {
		const char *end = memchr(cell.data, separator, cell.length);
		size_t length = end ? (size_t)(end - cell.data) : cell.length;
		struct text part = text_trim(text_make(cell.data, length));
		if (part.length)
			json_array_append_new(parts, json_from_text(part));
		cell = end ? text_make(end + 1, cell.length - length - 1) : text_make(NULL, 0);
	}
	return parts;
}

json_t *row_labels(const struct mapped_row *row, const char *name, json_t *value, bool numbers, bool split)
{
	JSON_OWNED *labels = json_incref(value);
	json_t *list = json_array();
	row_cell_json(row, "[", &labels);
	if (split && row->row->cells && json_is_string(labels)) {
		json_t *parts = cell_split(json_text(labels));
		json_decref(labels);
		labels = parts;
	}
	bool done = json_array_size(labels) <= LABELS_LIMIT ||
		    row_error(row, name, "a list of %zu, at most %d are allowed", json_array_size(labels), LABELS_LIMIT);
	if (!json_is_array(labels))
		done = label_add(row, name, labels, numbers, list);
	for (size_t i = 0; done && i < json_array_size(labels); i++)
		done = label_add(row, name, json_array_get(labels, i), numbers, list);
	if (!done)
		json_release(&list);
	return list;
}

/* ---- vars ---- */

json_t *row_vars(const struct mapped_row *row, const struct mapped_var *list, size_t count)
{
	json_t *vars = json_object();
	for (size_t i = 0; i < count; i++) {
		json_t *value = NULL;
		if (list[i].value) {
			value = yaml_json(list[i].value);
		} else if (!row_member(row, list[i].name, list[i].path, true, &value)) {
			json_decref(vars);
			return NULL;
		}
		json_object_set_new(vars, list[i].name, value ? value : json_null());
	}
	return vars;
}

struct text canonical_text(struct arena *arena, const json_t *value)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	json_canonical(value, &text);
	return text_copy(arena, buffer_text(&text));
}

const char *content_id(struct arena *arena, const struct hash *input_hash)
{
	char hex[HASH_HEX];
	hash_hex(input_hash, hex);
	return arena_format(arena, "c-%.12s", hex);
}
