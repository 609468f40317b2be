#include "eval/score/json_schema.h"
#include "eval/base/utf8.h"
#include "eval/score/json_compare.h"
#include "eval/score/pattern.h"
#include "eval/score/reason.h"
#include <math.h>

#define DEPTH_LIMIT 50

struct json_schema {
	json_t *source; /* owned by the root */
	bool root;
	struct pattern *pattern;
	struct json_schema *items, *additional; /* NULL: anything */
	struct json_schema **properties;	/* in the order of the source's `properties` */
	size_t property_count;
};

/* ---- reading ---- */

enum shape {
	SHAPE_ANY,
	SHAPE_SCHEMA,
	SHAPE_SCHEMAS,
	SHAPE_STRINGS,
	SHAPE_LIST,
	SHAPE_NUMBER,
	SHAPE_COUNT,
	SHAPE_PATTERN,
	SHAPE_TYPE
};
static const struct {
	const char *name;
	enum shape shape;
} keywords[] = {{"type", SHAPE_TYPE}, {"enum", SHAPE_LIST}, {"const", SHAPE_ANY}, {"properties", SHAPE_SCHEMAS},
	{"required", SHAPE_STRINGS}, {"additionalProperties", SHAPE_SCHEMA}, {"items", SHAPE_SCHEMA}, {"minItems", SHAPE_COUNT},
	{"maxItems", SHAPE_COUNT}, {"minimum", SHAPE_NUMBER}, {"maximum", SHAPE_NUMBER}, {"exclusiveMinimum", SHAPE_NUMBER},
	{"exclusiveMaximum", SHAPE_NUMBER}, {"minLength", SHAPE_COUNT}, {"maxLength", SHAPE_COUNT}, {"pattern", SHAPE_PATTERN},
	{"title", SHAPE_ANY}, {"description", SHAPE_ANY}, {"default", SHAPE_ANY}, {"examples", SHAPE_ANY},
	{"deprecated", SHAPE_ANY}, {"$comment", SHAPE_ANY}, {"$schema", SHAPE_ANY}, {"$id", SHAPE_ANY}};

static const char *const types[] = {"object", "array", "string", "number", "integer", "boolean", "null"};

static bool is_type(const json_t *name)
{
	for (size_t i = 0; i < COUNT(types); i++)
		if (text_equal(json_text(name), text_of(types[i])))
			return true;
	return false;
}

static bool all_of(const json_t *list, bool (*test)(const json_t *item))
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!test(json_array_get(list, i)))
			return false;
	return json_is_array(list);
}

static bool is_string(const json_t *value)
{
	return json_is_string(value);
}

static bool shape_holds(enum shape shape, const json_t *value)
{
	switch (shape) {
	case SHAPE_SCHEMA:
		return json_is_object(value) || json_is_boolean(value);
	case SHAPE_SCHEMAS:
		return json_is_object(value);
	case SHAPE_STRINGS:
		return all_of(value, is_string);
	case SHAPE_LIST:
		return json_array_size(value) > 0;
	case SHAPE_NUMBER:
		return json_is_number(value);
	case SHAPE_COUNT:
		return json_is_number(value) && json_number_value(value) >= 0 &&
		       floor(json_number_value(value)) == json_number_value(value);
	case SHAPE_PATTERN:
		return json_is_string(value);
	case SHAPE_TYPE:
		return is_type(value) || (json_array_size(value) > 0 && all_of(value, is_type));
	default:
		return true;
	}
}

static bool keyword_check(const char *name, const json_t *value, const char *pointer, struct error *error)
{
	for (size_t i = 0; i < COUNT(keywords); i++) {
		if (strcmp(keywords[i].name, name) != 0)
			continue;
		if (shape_holds(keywords[i].shape, value))
			return true;
		return error_set(
			error, ERROR_CONFIG, "schema: the value of `%s/%s` is not what JSON Schema has there", pointer, name);
	}
	return error_set(error, ERROR_CONFIG, "schema: the keyword `%s/%.60s` is not supported", pointer, name);
}

static bool keywords_check(const json_t *source, const char *pointer, struct error *error)
{
	const char *name;
	json_t *value;
	if (!json_is_object(source) && !json_is_boolean(source))
		return error_set(error, ERROR_CONFIG, "schema: `%s` must be an object", pointer[0] ? pointer : "the schema");
	json_object_foreach((json_t *)source, name, value) if (!keyword_check(name, value, pointer, error)) return false;
	return true;
}

static bool schema_fill(struct json_schema *schema, struct arena *arena, const char *pointer, int depth, struct error *error);

static bool part_make(
	struct json_schema **ret, struct arena *arena, json_t *source, const char *pointer, int depth, struct error *error)
{
	*ret = 0;
	if (!source)
		return true;
	*ret = arena_take(arena, sizeof(**ret));
	(*ret)->source = source;
	return schema_fill(*ret, arena, pointer, depth + 1, error);
}

static bool properties_make(struct json_schema *schema, struct arena *arena, const char *pointer, int depth, struct error *error)
{
	json_t *properties = json_object_get(schema->source, "properties"), *value;
	const char *name;
	schema->properties = arena_take(arena, json_object_size(properties) * sizeof(*schema->properties));
	json_object_foreach(properties, name, value)
	{
		const char *place = pointer_join(arena, arena_format(arena, "%s/properties", pointer), name);
		if (!part_make(&schema->properties[schema->property_count++], arena, value, place, depth, error))
			return false;
	}
	return true;
}

static bool pattern_make(struct json_schema *schema, const char *pointer, struct error *error)
{
	struct text source = json_text(json_object_get(schema->source, "pattern"));
	if (source.data)
		schema->pattern = pattern_compile(source, 0, error);
	return !source.data || schema->pattern || error_prefix(error, "schema: `%s/pattern`", pointer);
}

static bool schema_fill(struct json_schema *schema, struct arena *arena, const char *pointer, int depth, struct error *error)
{
	json_t *source = schema->source;
	if (depth > DEPTH_LIMIT)
		return error_set(error, ERROR_CONFIG, "schema: nested more than %d deep", DEPTH_LIMIT);
	return keywords_check(source, pointer, error) && pattern_make(schema, pointer, error) &&
	       properties_make(schema, arena, pointer, depth, error) &&
	       part_make(&schema->items, arena, json_object_get(source, "items"), arena_format(arena, "%s/items", pointer), depth,
		       error) &&
	       part_make(&schema->additional, arena, json_object_get(source, "additionalProperties"),
		       arena_format(arena, "%s/additionalProperties", pointer), depth, error);
}

struct json_schema *json_schema_compile(struct arena *arena, json_t *source, struct error *error)
{
	struct json_schema *schema = arena_take(arena, sizeof(*schema));
	schema->source = json_incref(source);
	schema->root = true;
	if (schema_fill(schema, arena, "", 0, error))
		return schema;
	json_schema_done(schema);
	return 0;
}

void json_schema_done(struct json_schema *schema)
{
	if (!schema)
		return;
	pattern_free(schema->pattern);
	json_schema_done(schema->items);
	json_schema_done(schema->additional);
	for (size_t i = 0; i < schema->property_count; i++)
		json_schema_done(schema->properties[i]);
	if (schema->root)
		json_decref(schema->source);
	*schema = (struct json_schema){0};
}

/* ---- checking: each answers NULL or the breach ---- */

static const char *breach(struct arena *arena, const char *pointer, const json_t *value, const char *words)
{
	CLEANUP(buffer_release) struct buffer compact = BUFFER_EMPTY;
	json_compact(value, &compact);
	return arena_format(
		arena, "%s is %s, %s", pointer[0] ? pointer : "the value", reason_quote(arena, buffer_text(&compact)), words);
}

static bool type_holds(const char *type, const json_t *value)
{
	bool whole = json_is_integer(value) || (json_is_real(value) && floor(json_real_value(value)) == json_real_value(value));
	return strcmp(type, "integer") == 0  ? whole
	       : strcmp(type, "number") == 0 ? json_is_number(value)
	       : strcmp(type, "object") == 0 ? json_is_object(value)
	       : strcmp(type, "array") == 0  ? json_is_array(value)
	       : strcmp(type, "string") == 0 ? json_is_string(value)
	       : strcmp(type, "null") == 0   ? json_is_null(value)
					     : json_is_boolean(value);
}

static const char *type_breach(const json_t *source, struct arena *arena, const char *pointer, const json_t *value)
{
	const json_t *type = json_object_get(source, "type");
	if (json_is_string(type))
		return type_holds(json_string_value(type), value)
			       ? 0
			       : breach(arena, pointer, value, arena_format(arena, "not of type %s", json_string_value(type)));
	for (size_t i = 0; i < json_array_size(type); i++)
		if (type_holds(json_string_value(json_array_get(type, i)), value))
			return 0;
	return type ? breach(arena, pointer, value, "of none of the types there may be") : 0;
}

static bool value_equal(struct arena *arena, const json_t *expected, const json_t *value)
{
	const struct json_rules rules = {.deny_extra = true};
	struct json_difference ignored = {0};
	return json_same(&rules, arena, expected, value, "", &ignored);
}

static const char *constant_breach(const json_t *source, struct arena *arena, const char *pointer, const json_t *value)
{
	const json_t *constant = json_object_get(source, "const"), *list = json_object_get(source, "enum");
	if (constant && !value_equal(arena, constant, value))
		return breach(arena, pointer, value, "not the one value it must be");
	for (size_t i = 0; i < json_array_size(list); i++)
		if (value_equal(arena, json_array_get(list, i), value))
			return 0;
	return list ? breach(arena, pointer, value, "none of the values there are") : 0;
}

static const char *bound_breach(const json_t *source, struct arena *arena, const char *pointer, const json_t *value, double number,
	const char *low, const char *high, const char *what)
{
	const json_t *least = json_object_get(source, low), *most = json_object_get(source, high);
	if (least && number < json_number_value(least))
		return breach(
			arena, pointer, value, arena_format(arena, "%sbelow the minimum %.10g", what, json_number_value(least)));
	if (most && number > json_number_value(most))
		return breach(
			arena, pointer, value, arena_format(arena, "%sabove the maximum %.10g", what, json_number_value(most)));
	return 0;
}

static const char *number_breach(const json_t *source, struct arena *arena, const char *pointer, const json_t *value)
{
	const json_t *above = json_object_get(source, "exclusiveMinimum"), *below = json_object_get(source, "exclusiveMaximum");
	double number = json_number_value(value);
	if (above && number <= json_number_value(above))
		return breach(arena, pointer, value, arena_format(arena, "not above %.10g", json_number_value(above)));
	if (below && number >= json_number_value(below))
		return breach(arena, pointer, value, arena_format(arena, "not below %.10g", json_number_value(below)));
	return bound_breach(source, arena, pointer, value, number, "minimum", "maximum", "");
}

static const char *string_breach(const struct json_schema *schema, struct arena *arena, const char *pointer, const json_t *value)
{
	struct text text = json_text(value), found = {0};
	struct error error = {0};
	const char *length = bound_breach(
		schema->source, arena, pointer, value, (double)utf8_count(text), "minLength", "maxLength", "its length ");
	if (length || !schema->pattern)
		return length;
	if (!pattern_search(schema->pattern, arena, text, 0, false, &found, &error))
		return breach(arena, pointer, value, error.message);
	const char *source = json_string_value(json_object_get(schema->source, "pattern"));
	return found.data ? 0 : breach(arena, pointer, value, arena_format(arena, "not of the pattern %s", source));
}

static const char *value_breach(const struct json_schema *schema, struct arena *arena, const char *pointer, const json_t *value);

static const char *list_breach(const struct json_schema *schema, struct arena *arena, const char *pointer, const json_t *value)
{
	const char *found = bound_breach(
		schema->source, arena, pointer, value, (double)json_array_size(value), "minItems", "maxItems", "its length ");
	for (size_t i = 0; schema->items && !found && i < json_array_size(value); i++)
		found = value_breach(schema->items, arena, arena_format(arena, "%s/%zu", pointer, i), json_array_get(value, i));
	return found;
}

static const char *required_breach(const json_t *source, struct arena *arena, const char *pointer, const json_t *value)
{
	const json_t *required = json_object_get(source, "required");
	for (size_t i = 0; i < json_array_size(required); i++) {
		const char *name = json_string_value(json_array_get(required, i));
		if (!json_object_get(value, name))
			return arena_format(arena, "%s is missing", pointer_join(arena, pointer, name));
	}
	return 0;
}

static const struct json_schema *member_schema(const struct json_schema *schema, const char *key)
{
	json_t *properties = json_object_get(schema->source, "properties"), *value;
	const char *name;
	size_t at = 0;
	json_object_foreach(properties, name, value)
	{
		if (strcmp(name, key) == 0)
			return schema->properties[at];
		at++;
	}
	return schema->additional;
}

static const char *object_breach(const struct json_schema *schema, struct arena *arena, const char *pointer, const json_t *value)
{
	const char *found = required_breach(schema->source, arena, pointer, value), *key;
	json_t *member;
	json_object_foreach((json_t *)value, key, member)
	{
		const struct json_schema *inner = member_schema(schema, key);
		if (!found && inner)
			found = value_breach(inner, arena, pointer_join(arena, pointer, key), member);
	}
	return found;
}

static const char *value_breach(const struct json_schema *schema, struct arena *arena, const char *pointer, const json_t *value)
{
	if (json_is_boolean(schema->source))
		return json_is_true(schema->source) ? 0 : breach(arena, pointer, value, "but nothing may stand there");
	const char *found = type_breach(schema->source, arena, pointer, value);
	found = found ? found : constant_breach(schema->source, arena, pointer, value);
	if (found)
		return found;
	return json_is_number(value)   ? number_breach(schema->source, arena, pointer, value)
	       : json_is_string(value) ? string_breach(schema, arena, pointer, value)
	       : json_is_array(value)  ? list_breach(schema, arena, pointer, value)
	       : json_is_object(value) ? object_breach(schema, arena, pointer, value)
				       : 0;
}

const char *json_schema_breach(const struct json_schema *schema, struct arena *arena, const json_t *value)
{
	return value_breach(schema, arena, "", value);
}
