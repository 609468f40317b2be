#include "eval/base/field.h"
#include "eval/base/nearest.h"
#include <ctype.h>
#include <stdlib.h>

#define NAMES_LIMIT 200		       /* keys of one table and its `also` list that hints look at */
#define DURATION_LIMIT 3.2e9	       /* seconds: a century */
#define EXACT_LIMIT 9007199254740992.0 /* whole numbers a double holds exactly */

/* ---- durations ---- */

static const struct {
	const char *name;
	double seconds;
} units[] = {{"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}, {"d", 86400}};

static double unit_seconds(const char *name, size_t length)
{
	for (size_t i = 0; i < COUNT(units); i++)
		if (strlen(units[i].name) == length && memcmp(units[i].name, name, length) == 0)
			return units[i].seconds;
	return 0;
}

/* One "90s" of "1m90s"; a number without a unit may only stand alone. */
static bool duration_part(const char **at, bool alone, double *seconds)
{
	if (!isdigit((unsigned char)**at) && **at != '.')
		return false;
	if ((*at)[0] == '0' && ((*at)[1] == 'x' || (*at)[1] == 'X'))
		return false;
	char *end;
	double number = strtod(*at, &end);
	if (end == *at)
		return false;
	size_t length = 0;
	while (isalpha((unsigned char)end[length]))
		length++;
	double unit = length == 0 && alone && !*end ? 1 : unit_seconds(end, length);
	*at = end + length;
	*seconds += number * unit;
	return unit > 0;
}

bool duration_parse(const char *text, int64_t *microseconds)
{
	double seconds = 0;
	const char *at = text;
	do {
		if (!duration_part(&at, at == text, &seconds))
			return false;
	} while (*at);
	if (!(seconds <= DURATION_LIMIT))
		return false;
	*microseconds = (int64_t)(seconds * 1e6 + 0.5);
	return true;
}

/* ---- messages ---- */

static bool fail_at(const struct field_reader *reader, const struct yaml *at, const char *name, const char *words)
{
	return error_list_at(reader->errors, ERROR_CONFIG, reader->file, at ? at->line : 0, at ? at->column : 0, "%s: `%s` %s",
		reader->what, name, words);
}

static const char *found_words(const struct field_reader *reader, const struct yaml *value)
{
	bool scalar = value->kind == YAML_STRING || value->kind == YAML_NUMBER || value->kind == YAML_BOOL;
	if (!scalar)
		return yaml_kind_name(value);
	int shown = value->text.length > 40 ? 40 : (int)value->text.length;
	return arena_format(reader->arena, "%s`%.*s`%s", value->kind == YAML_STRING ? "the text " : "", shown, value->text.data,
		value->text.length > 40 ? "…" : "");
}

static bool expected(const struct field_reader *reader, const struct field *field, const struct yaml *value, const char *what)
{
	const char *words = arena_format(reader->arena, "must be %s, not %s", what, found_words(reader, value));
	return fail_at(reader, value, field->name, words);
}

const char *field_kind_name(const struct field *field)
{
	static const char *const names[] = {
		[FIELD_STRING] = "text",
		[FIELD_TEXT] = "text",
		[FIELD_INTEGER] = "whole number",
		[FIELD_NUMBER] = "number",
		[FIELD_BOOL] = "true or false",
		[FIELD_CHOICE] = "choice",
		[FIELD_STRINGS] = "list of texts",
		[FIELD_JSON] = "any value",
		[FIELD_DURATION] = "duration",
	};
	return names[field->kind];
}

/* ---- one reader for each kind: `into` points at the member ---- */

static bool is_scalar(const struct yaml *value)
{
	return value->kind != YAML_LIST && value->kind != YAML_MAP && value->kind != YAML_NULL;
}

static bool range_check(const struct field_reader *reader, const struct field *field, const struct yaml *value, double number)
{
	if (!(field->min < field->max) || (number >= field->min && number <= field->max))
		return true;
	const char *unit = field->kind == FIELD_DURATION ? "s" : "";
	const char *bounds = field->max >= 1e300    ? arena_format(reader->arena, "at least %.10g%s", field->min, unit)
			     : field->min <= -1e300 ? arena_format(reader->arena, "at most %.10g%s", field->max, unit)
						    : arena_format(reader->arena, "between %.10g%s and %.10g%s", field->min, unit,
							      field->max, unit);
	return expected(reader, field, value, bounds);
}

static bool text_read(const struct field_reader *reader, const struct field *field, const struct yaml *value, void *into)
{
	if (!is_scalar(value))
		return expected(reader, field, value, "text");
	*(struct text *)into = text_copy(reader->arena, value->text);
	return true;
}

static bool string_of(const struct field_reader *reader, const struct field *field, const struct yaml *value, const char **into)
{
	struct text text;
	if (!text_read(reader, field, value, &text))
		return false;
	if (memchr(text.data, 0, text.length))
		return fail_at(reader, value, field->name, "may not hold a NUL character");
	*into = text.data;
	return true;
}

static bool string_read(const struct field_reader *reader, const struct field *field, const struct yaml *value, void *into)
{
	return string_of(reader, field, value, into);
}

static bool integer_read(const struct field_reader *reader, const struct field *field, const struct yaml *value, void *into)
{
	double number = value->number;
	if (value->kind != YAML_NUMBER || !(number >= -EXACT_LIMIT && number <= EXACT_LIMIT) || number != (double)(long long)number)
		return expected(reader, field, value, "a whole number");
	if (!range_check(reader, field, value, number))
		return false;
	*(long long *)into = (long long)number;
	return true;
}

static bool number_read(const struct field_reader *reader, const struct field *field, const struct yaml *value, void *into)
{
	if (value->kind != YAML_NUMBER)
		return expected(reader, field, value, "a number");
	if (!range_check(reader, field, value, value->number))
		return false;
	*(double *)into = value->number;
	return true;
}

static bool bool_read(const struct field_reader *reader, const struct field *field, const struct yaml *value, void *into)
{
	if (value->kind != YAML_BOOL)
		return expected(reader, field, value, "true or false");
	*(bool *)into = value->truth;
	return true;
}

static const char *choice_words(const struct field_reader *reader, const struct field *field)
{
	const char *words = "one of";
	for (size_t i = 0; field->choices[i]; i++)
		words = arena_format(reader->arena, "%s%s %s", words, i ? "," : "", field->choices[i]);
	return words;
}

static bool choice_read(const struct field_reader *reader, const struct field *field, const struct yaml *value, void *into)
{
	int count = 0;
	for (; field->choices[count]; count++)
		if (is_scalar(value) && text_equal(value->text, text_of(field->choices[count]))) {
			*(int *)into = count;
			return true;
		}
	const char *hint = is_scalar(value) ? nearest_hint(reader->arena, value->text.data, field->choices, (size_t)count) : "";
	const char *words =
		arena_format(reader->arena, "must be %s, not %s%s", choice_words(reader, field), found_words(reader, value), hint);
	return fail_at(reader, value, field->name, words);
}

static bool strings_read(const struct field_reader *reader, const struct field *field, const struct yaml *value, void *into)
{
	struct yaml *single = (struct yaml *)value;
	struct yaml **items = value->kind == YAML_LIST ? value->items : &single;
	size_t count = value->kind == YAML_LIST ? value->count : 1;
	if (value->kind == YAML_MAP)
		return expected(reader, field, value, "a list of texts");
	struct field_strings strings = {arena_take(reader->arena, count * sizeof(*strings.items)), count};
	bool good = true;
	for (size_t i = 0; i < count; i++)
		good = string_of(reader, field, items[i], &strings.items[i]) && good;
	if (good)
		*(struct field_strings *)into = strings;
	return good;
}

static bool json_read(const struct field_reader *reader, const struct field *field, const struct yaml *value, void *into)
{
	*(const struct yaml **)into = value;
	return true;
}

static bool duration_read(const struct field_reader *reader, const struct field *field, const struct yaml *value, void *into)
{
	int64_t microseconds;
	bool plain = value->kind == YAML_NUMBER || value->kind == YAML_STRING;
	if (!plain || memchr(value->text.data, 0, value->text.length) || !duration_parse(value->text.data, &microseconds))
		return expected(reader, field, value, "a duration such as 30s, 250ms or 2m");
	if (!range_check(reader, field, value, (double)microseconds / 1e6))
		return false;
	*(int64_t *)into = microseconds;
	return true;
}

typedef bool read_function(const struct field_reader *reader, const struct field *field, const struct yaml *value, void *into);
static read_function *const readers[] = {
	[FIELD_STRING] = string_read,
	[FIELD_TEXT] = text_read,
	[FIELD_INTEGER] = integer_read,
	[FIELD_NUMBER] = number_read,
	[FIELD_BOOL] = bool_read,
	[FIELD_CHOICE] = choice_read,
	[FIELD_STRINGS] = strings_read,
	[FIELD_JSON] = json_read,
	[FIELD_DURATION] = duration_read,
};

/* ---- tables ---- */

/* Texts are taken literally; everything else is written as it would stand in the project file. */
static struct yaml *fallback_value(const struct field_reader *reader, const struct field *field, struct error_list *errors)
{
	if (field->kind != FIELD_STRING && field->kind != FIELD_TEXT)
		return yaml_parse(reader->arena, text_of(field->fallback), "default", errors);
	struct yaml *value = arena_take(reader->arena, sizeof(*value));
	*value = (struct yaml){.kind = YAML_STRING, .text = text_of(field->fallback)};
	return value;
}

/* A default is ours, so one that does not read is a broken invariant. Bounds do not hold for it: 0 may stand for "none". */
static void fallback_read(const struct field_reader *reader, const struct field *field, void *into)
{
	struct error_list errors = ERROR_LIST_EMPTY;
	struct field_reader quiet = *reader;
	quiet.errors = &errors;
	struct field unbounded = *field;
	unbounded.min = unbounded.max = 0;
	const struct yaml *value = fallback_value(reader, field, &errors);
	if (!value || !readers[field->kind](&quiet, &unbounded, value, into))
		BUG("the default of `%s` does not read: %s", field->name, errors.count ? errors.items[0].message : field->fallback);
	error_list_release(&errors);
}

static size_t names_collect(const struct field *fields, const char *const *also, const char *names[NAMES_LIMIT])
{
	size_t count = 0;
	for (; fields->name && count < NAMES_LIMIT; fields++)
		names[count++] = fields->name;
	for (; also && *also && count < NAMES_LIMIT; also++)
		names[count++] = *also;
	return count;
}

static bool name_known(const char *const *names, size_t count, struct text name)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal(text_of(names[i]), name))
			return true;
	return false;
}

static const char *names_words(struct arena *arena, const char *const *names, size_t count)
{
	const char *words = count ? "; known keys: " : "; it takes no keys";
	for (size_t i = 0; i < count && strlen(words) < 400; i++)
		words = arena_format(arena, "%s%s%s", words, i ? ", " : "", names[i]);
	return words;
}

static void unknown_report(const struct field_reader *reader, const struct yaml *key, const char *const *names, size_t count)
{
	const char *hint = nearest_hint(reader->arena, key->text.data, names, count);
	if (!*hint)
		hint = names_words(reader->arena, names, count);
	int shown = key->text.length > 60 ? 60 : (int)key->text.length;
	error_list_at(reader->errors, ERROR_CONFIG, reader->file, key->line, key->column, "%s: unknown key `%.*s`%s", reader->what,
		shown, key->text.data, hint);
}

static bool keys_check(
	const struct field_reader *reader, const struct field *fields, const struct yaml *map, const char *const *also)
{
	const char *names[NAMES_LIMIT];
	size_t count = names_collect(fields, also, names);
	bool good = true;
	for (size_t i = 0; i < map->count; i++)
		if (!name_known(names, count, map->keys[i]->text)) {
			unknown_report(reader, map->keys[i], names, count);
			good = false;
		}
	return good;
}

/* `key:` with nothing behind it leaves the default, as leaving out the line does; a field of any value takes the null. */
static const struct yaml *value_given(const struct field *field, const struct yaml *map)
{
	const struct yaml *value = yaml_get(map, field->name);
	return value && value->kind == YAML_NULL && field->kind != FIELD_JSON ? NULL : value;
}

static bool field_read(const struct field_reader *reader, const struct field *field, const struct yaml *map, char *config)
{
	const struct yaml *value = value_given(field, map);
	if (field->fallback)
		fallback_read(reader, field, config + field->offset);
	if (!value)
		return !field->required || fail_at(reader, map, field->name, "is missing");
	if (field->present)
		*(bool *)(void *)(config + field->present) = true;
	return readers[field->kind](reader, field, value, config + field->offset);
}

/* NULL, with an error added, for what is no map; an empty value is an empty map. */
static const struct yaml *map_of(const struct field_reader *reader, const struct yaml *value)
{
	if (value->kind == YAML_MAP)
		return value;
	if (value->kind != YAML_NULL) {
		error_list_at(reader->errors, ERROR_CONFIG, reader->file, value->line, value->column,
			"%s: expected a map of keys, found %s", reader->what, found_words(reader, value));
		return NULL;
	}
	struct yaml *empty = arena_take(reader->arena, sizeof(*empty));
	*empty = (struct yaml){.kind = YAML_MAP, .line = value->line, .column = value->column};
	return empty;
}

bool fields_read(const struct field_reader *reader, const struct field *fields, const struct yaml *map, const char *const *also,
	void *config)
{
	const struct yaml *keys = map ? map_of(reader, map) : NULL;
	bool misread = map && !keys;
	bool good = !misread && (!keys || keys_check(reader, fields, keys, also));
	for (; fields->name; fields++) {
		struct field field = *fields;
		field.required = field.required && !misread;
		good = field_read(reader, &field, keys, config) && good;
	}
	return good;
}

const char *const *field_strings_list(struct arena *arena, const struct field_strings *strings)
{
	if (!strings->count)
		return NULL;
	const char **list = arena_take(arena, (strings->count + 1) * sizeof *list);
	memcpy(list, strings->items, strings->count * sizeof *list);
	return list;
}
