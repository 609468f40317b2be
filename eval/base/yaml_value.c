#include "eval/base/yaml_private.h"
#include <errno.h>
#include <stdlib.h>

/* ---- plain scalars ---- */

static size_t digits_at(struct text text, size_t at)
{
	size_t start = at;
	while (at < text.length && text.data[at] >= '0' && text.data[at] <= '9')
		at++;
	return at - start;
}

/* The length of a decimal exponent at `at`; 0 for none. */
static size_t exponent_at(struct text text, size_t at)
{
	if (at >= text.length || (text.data[at] != 'e' && text.data[at] != 'E'))
		return 0;
	size_t sign = at + 1 < text.length && (text.data[at + 1] == '-' || text.data[at + 1] == '+');
	size_t digits = digits_at(text, at + 1 + sign);
	return digits ? 1 + sign + digits : 0;
}

/* JSON's numbers, and `.5`. A leading zero or plus makes a text: it is a postcode or a telephone number. */
static bool is_decimal(struct text text, bool *whole)
{
	size_t at = text.length > 0 && text.data[0] == '-';
	size_t digits = digits_at(text, at);
	if (digits > 1 && text.data[at] == '0')
		return false;
	at += digits;
	size_t fraction = at < text.length && text.data[at] == '.' ? digits_at(text, at + 1) : 0;
	if (fraction)
		at += 1 + fraction;
	if (digits + fraction == 0)
		return false;
	size_t exponent = exponent_at(text, at);
	*whole = !fraction && !exponent;
	return at + exponent == text.length;
}

/* Whole numbers beyond 64 bits are identifiers: as numbers they would lose digits. */
static bool number_of(struct text text, double *number)
{
	bool whole;
	if (text.length > 400 || !is_decimal(text, &whole))
		return false;
	errno = 0;
	if (whole)
		(void)strtoll(text.data, NULL, 10);
	if (errno)
		return false;
	double value = strtod(text.data, NULL);
	if (!(value >= -1.7976931348623157e308 && value <= 1.7976931348623157e308))
		return false;
	*number = value;
	return true;
}

void yaml_scalar_type(struct yaml *node)
{
	struct text text = node->text;
	node->kind = YAML_STRING;
	if (text.length == 0 || text_equal(text, TEXT("~")) || text_equal(text, TEXT("null")))
		node->kind = YAML_NULL;
	else if (text_equal(text, TEXT("true")) || text_equal(text, TEXT("false"))) {
		node->kind = YAML_BOOL;
		node->truth = text.data[0] == 't';
	} else if (number_of(text, &node->number))
		node->kind = YAML_NUMBER;
}

/* ---- reading the tree ---- */

struct yaml *yaml_get(const struct yaml *map, const char *key)
{
	if (!map || map->kind != YAML_MAP)
		return NULL;
	struct text wanted = text_of(key);
	for (size_t i = 0; i < map->count; i++)
		if (text_equal(map->keys[i]->text, wanted))
			return map->items[i];
	return NULL;
}

const char *yaml_kind_name(const struct yaml *node)
{
	static const char *const names[] = {
		[YAML_NULL] = "nothing",
		[YAML_BOOL] = "true or false",
		[YAML_NUMBER] = "a number",
		[YAML_STRING] = "text",
		[YAML_LIST] = "a list",
		[YAML_MAP] = "a map of keys",
	};
	return node ? names[node->kind] : "nothing";
}

static json_t *list_json(const struct yaml *node)
{
	json_t *list = json_array();
	for (size_t i = 0; i < node->count; i++)
		json_array_append_new(list, yaml_json(node->items[i]));
	return list;
}

static json_t *map_json(const struct yaml *node)
{
	json_t *map = json_object();
	for (size_t i = 0; i < node->count; i++)
		json_object_setn_new(map, node->keys[i]->text.data, node->keys[i]->text.length, yaml_json(node->items[i]));
	return map;
}

static json_t *number_json(const struct yaml *node)
{
	bool whole = false;
	is_decimal(node->text, &whole);
	return whole ? json_integer(strtoll(node->text.data, NULL, 10)) : json_real(node->number);
}

json_t *yaml_json(const struct yaml *node)
{
	switch (node ? node->kind : YAML_NULL) {
	case YAML_BOOL:
		return json_boolean(node->truth);
	case YAML_NUMBER:
		return number_json(node);
	case YAML_STRING:
		return json_from_text(node->text);
	case YAML_LIST:
		return list_json(node);
	case YAML_MAP:
		return map_json(node);
	case YAML_NULL:
		break;
	}
	return json_null();
}

/* ---- a tree from JSON ---- */

static struct yaml *text_node(struct arena *arena, const char *data, size_t length, long line)
{
	struct yaml *node = arena_take(arena, sizeof(*node));
	*node = (struct yaml){.kind = YAML_STRING, .text = text_copy(arena, text_make(data, length)), .line = line};
	return node;
}

static void list_from_json(struct arena *arena, struct yaml *node, const json_t *value, long line)
{
	node->kind = YAML_LIST;
	node->count = json_array_size(value);
	node->items = arena_take(arena, node->count * sizeof(*node->items));
	for (size_t i = 0; i < node->count; i++)
		node->items[i] = yaml_from_json(arena, json_array_get(value, i), line);
}

static void map_from_json(struct arena *arena, struct yaml *node, json_t *value, long line)
{
	node->kind = YAML_MAP;
	node->items = arena_take(arena, json_object_size(value) * sizeof(*node->items));
	node->keys = arena_take(arena, json_object_size(value) * sizeof(*node->keys));
	for (void *at = json_object_iter(value); at; at = json_object_iter_next(value, at), node->count++) {
		node->keys[node->count] = text_node(arena, json_object_iter_key(at), json_object_iter_key_len(at), line);
		node->items[node->count] = yaml_from_json(arena, json_object_iter_value(at), line);
	}
}

static void scalar_from_json(struct arena *arena, struct yaml *node, const json_t *value)
{
	struct buffer plain CLEANUP(buffer_release) = BUFFER_EMPTY;
	json_write_plain(value, &plain);
	node->text = text_copy(arena, buffer_text(&plain));
	node->kind = json_is_string(value)    ? YAML_STRING
		     : json_is_boolean(value) ? YAML_BOOL
		     : json_is_number(value)  ? YAML_NUMBER
					      : YAML_NULL;
	node->truth = json_is_true(value);
	node->number = json_number_value(value);
}

struct yaml *yaml_from_json(struct arena *arena, const json_t *value, long line)
{
	struct yaml *node = arena_take(arena, sizeof(*node));
	node->line = line;
	if (json_is_array(value))
		list_from_json(arena, node, value, line);
	else if (json_is_object(value))
		map_from_json(arena, node, (json_t *)value, line);
	else
		scalar_from_json(arena, node, value);
	return node;
}
