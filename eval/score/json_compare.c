#include "eval/score/json_compare.h"

/* The way down to a value; made into a pointer only where a difference is found. */
struct place {
	const struct place *parent;
	const char *root; /* of the first */
	const char *key;  /* NULL: an index */
	size_t index;
};

struct compare {
	const struct json_rules *rules;
	struct arena *arena;
	struct json_difference *difference;
};

const char *pointer_join(struct arena *arena, const char *pointer, const char *key)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	buffer_add_string(&out, pointer);
	buffer_add_byte(&out, '/');
	for (; *key; key++)
		if (*key == '~' || *key == '/')
			buffer_add_string(&out, *key == '~' ? "~0" : "~1");
		else
			buffer_add_byte(&out, *key);
	return arena_string(arena, buffer_string(&out));
}

static const char *place_pointer(struct arena *arena, const struct place *place)
{
	if (!place->parent)
		return place->root;
	const char *parent = place_pointer(arena, place->parent);
	return place->key ? pointer_join(arena, parent, place->key) : arena_format(arena, "%s/%zu", parent, place->index);
}

static bool differ(struct compare *compare, const struct place *place, const json_t *expected, const json_t *got)
{
	if (!compare->difference->pointer)
		*compare->difference = (struct json_difference){place_pointer(compare->arena, place), expected, got};
	return false;
}

static bool same_at(struct compare *compare, const struct place *place, const json_t *expected, const json_t *got);

static bool extra_at(struct compare *compare, const struct place *place, const json_t *expected, const json_t *got)
{
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)got, key, value)
	{
		const struct place child = {.parent = place, .key = key};
		if (!json_object_get(expected, key))
			return !differ(compare, &child, 0, value);
	}
	return false;
}

static bool objects_at(struct compare *compare, const struct place *place, const json_t *expected, const json_t *got)
{
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)expected, key, value)
	{
		const struct place child = {.parent = place, .key = key};
		if (!same_at(compare, &child, value, json_object_get(got, key)))
			return false;
	}
	return !compare->rules->deny_extra || !extra_at(compare, place, expected, got);
}

static bool lists_at(struct compare *compare, const struct place *place, const json_t *expected, const json_t *got)
{
	size_t count = json_array_size(expected);
	for (size_t i = 0; i < count || i < json_array_size(got); i++) {
		const struct place child = {.parent = place, .index = i};
		json_t *value = json_array_get(expected, i);
		if (i >= count)
			return differ(compare, &child, 0, json_array_get(got, i));
		if (!same_at(compare, &child, value, json_array_get(got, i)))
			return false;
	}
	return true;
}

static bool numbers_same(const json_t *expected, const json_t *got)
{
	if (json_is_integer(expected) && json_is_integer(got))
		return json_integer_value(expected) == json_integer_value(got);
	return json_number_value(expected) == json_number_value(got);
}

static bool strings_same(struct compare *compare, const json_t *expected, const json_t *got)
{
	if (!compare->rules->ignore_case)
		return text_equal(json_text(expected), json_text(got));
	return text_equal(text_fold(compare->arena, json_text(expected)), text_fold(compare->arena, json_text(got)));
}

static bool same_at(struct compare *compare, const struct place *place, const json_t *expected, const json_t *got)
{
	if (!got)
		return differ(compare, place, expected, got);
	if (json_is_object(expected) && json_is_object(got))
		return objects_at(compare, place, expected, got);
	if (json_is_array(expected) && json_is_array(got))
		return lists_at(compare, place, expected, got);
	bool same = json_is_number(expected) && json_is_number(got)   ? numbers_same(expected, got)
		    : json_is_string(expected) && json_is_string(got) ? strings_same(compare, expected, got)
								      : json_typeof(expected) == json_typeof(got);
	return same || differ(compare, place, expected, got);
}

bool json_same(const struct json_rules *rules, struct arena *arena, const json_t *expected, const json_t *got, const char *pointer,
	struct json_difference *difference)
{
	struct compare compare = {rules, arena, difference};
	const struct place root = {.root = pointer};
	return same_at(&compare, &root, expected, got);
}
