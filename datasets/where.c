#include "datasets/where.h"
#include "datasets/path.h"

#define SEEN_MOST 300 /* bytes of the values that a message names */

static bool is_scalar(const struct yaml *node)
{
	return node->kind != YAML_MAP && node->kind != YAML_LIST;
}

static bool values_good(const struct yaml *value)
{
	bool good = is_scalar(value) || (value->kind == YAML_LIST && value->count);
	for (size_t i = 0; value->kind == YAML_LIST && i < value->count; i++)
		good &= is_scalar(value->items[i]);
	return good;
}

bool where_check(const struct field_reader *reader, const struct yaml *where)
{
	bool good = true;
	if (!where)
		return true;
	if (where->kind != YAML_MAP || !where->count)
		return error_list_at(reader->errors, ERROR_CONFIG, reader->file, where->line, where->column,
			"%s: `where` says which rows are meant, as {system: rag}; this is %s", reader->what, yaml_kind_name(where));
	for (size_t i = 0; i < where->count; i++)
		if (!values_good(where->items[i]))
			good = error_list_at(reader->errors, ERROR_CONFIG, reader->file, where->items[i]->line, where->items[i]->column,
				"%s: `where` wants a value or a list of values for `%.*s`", reader->what,
				(int)where->keys[i]->text.length, where->keys[i]->text.data);
	return good;
}

static bool value_is(const json_t *value, const struct yaml *wanted)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	if (wanted->kind == YAML_NULL)
		return !value || json_is_null(value) || (json_is_string(value) && !json_string_length(value));
	if (!value)
		return false;
	json_write_plain(value, &text);
	return text_equal(text_trim(buffer_text(&text)), text_trim(wanted->text));
}

static json_t *member_of(const struct yaml *where, size_t at, const json_t *row)
{
	CLEANUP(buffer_release) struct buffer path = BUFFER_EMPTY;
	buffer_add_text(&path, where->keys[at]->text);
	json_t *whole = json_object_get(row, buffer_string(&path));
	return whole ? json_incref(whole) : path_value(row, buffer_string(&path));
}

bool where_holds(const struct yaml *where, const json_t *row)
{
	for (size_t i = 0; where && i < where->count; i++) {
		const struct yaml *wanted = where->items[i];
		JSON_OWNED *value = member_of(where, i, row);
		bool any = is_scalar(wanted) && value_is(value, wanted);
		for (size_t k = 0; !is_scalar(wanted) && k < wanted->count; k++)
			any |= value_is(value, wanted->items[k]);
		if (!any)
			return false;
	}
	return true;
}

void where_write(const struct yaml *where, struct hasher *hasher)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	if (!where)
		return;
	JSON_OWNED *value = yaml_json(where);
	json_canonical(value, &text);
	hasher_add_string(hasher, "where");
	hasher_add_part(hasher, buffer_text(&text));
}

void where_note(const struct yaml *where, const json_t *row, struct buffer *seen)
{
	CLEANUP(buffer_release) struct buffer one = BUFFER_EMPTY;
	JSON_OWNED *value = member_of(where, 0, row);
	buffer_add_byte(&one, '`');
	json_write_plain(value, &one);
	buffer_add_byte(&one, '`');
	if (!value || seen->length + one.length > SEEN_MOST || strstr(buffer_string(seen), buffer_string(&one)))
		return;
	buffer_format(seen, "%s%s", seen->length ? ", " : "", buffer_string(&one));
}

const char *where_words(const struct yaml *where, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	for (size_t i = 0; i < where->count; i++) {
		JSON_OWNED *value = yaml_json(where->items[i]);
		buffer_format(&text, "%s%.*s: ", i ? ", " : "", (int)where->keys[i]->text.length, where->keys[i]->text.data);
		json_write_plain(value, &text);
	}
	return arena_string(arena, buffer_string(&text));
}
