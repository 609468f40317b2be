#include "eval/score/spec.h"
#include "eval/base/nearest.h"

#define NEGATION TEXT("not-")

static bool fail_at(const struct field_reader *reader, const struct yaml *at, const char *words)
{
	return error_list_at(reader->errors, ERROR_CONFIG, reader->file, at->line, at->column, "%s", words);
}

static bool name_find(const struct spec_names *names, struct text word, struct spec *ret)
{
	bool negated = names->negatable && text_starts(word, NEGATION);
	if (negated)
		word = text_make(word.data + NEGATION.length, word.length - NEGATION.length);
	for (size_t i = 0; i < names->count; i++)
		if (text_equal(word, text_of(names->items[i].name))) {
			ret->index = i;
			ret->negated = negated;
			return true;
		}
	return false;
}

static bool unknown_report(const struct field_reader *reader, const struct yaml *at, const struct spec_names *names)
{
	size_t count = names->count * (names->negatable ? 2 : 1);
	const char **words = arena_take(reader->arena, count * sizeof(*words));
	for (size_t i = 0; i < count; i++)
		words[i] = i < names->count ? names->items[i].name
					    : arena_format(reader->arena, "not-%s", names->items[i - names->count].name);
	const char *hint = nearest_hint(reader->arena, at->text.data, words, count);
	if (!*hint) {
		hint = "; there are";
		for (size_t i = 0; i < names->count; i++)
			hint = arena_format(reader->arena, "%s%s %s", hint, i ? "," : "", words[i]);
	}
	int shown = at->text.length > 60 ? 60 : (int)at->text.length;
	return fail_at(reader, at, arena_format(reader->arena, "unknown %s `%.*s`%s", names->what, shown, at->text.data, hint));
}

/* ---- maps ---- */

static struct yaml *map_make(struct arena *arena, const struct yaml *place, size_t capacity)
{
	struct yaml *map = arena_take(arena, sizeof(*map));
	*map = (struct yaml){.kind = YAML_MAP, .line = place->line, .column = place->column};
	map->items = arena_take(arena, capacity * sizeof(*map->items));
	map->keys = arena_take(arena, capacity * sizeof(*map->keys));
	return map;
}

static void map_put(struct yaml *map, struct yaml *key, struct yaml *item)
{
	map->keys[map->count] = key;
	map->items[map->count++] = item;
}

static void map_put_others(struct yaml *map, const struct yaml *source, size_t without)
{
	for (size_t i = 0; i < source->count; i++)
		if (i != without)
			map_put(map, source->keys[i], source->items[i]);
}

static struct yaml *key_make(struct arena *arena, const char *name, const struct yaml *place)
{
	struct yaml *key = arena_take(arena, sizeof(*key));
	*key = (struct yaml){.kind = YAML_STRING, .text = text_of(name), .line = place->line, .column = place->column};
	return key;
}

/* ---- forms ---- */

static bool type_read(
	const struct field_reader *reader, const struct yaml *node, size_t at, const struct spec_names *names, struct spec *ret)
{
	const struct yaml *type = node->items[at];
	if (type->kind != YAML_STRING)
		return fail_at(reader, type,
			arena_format(reader->arena, "`type` must be the name of a%s %s, not %s", names->what[0] == 'e' ? "n" : "",
				names->what, yaml_kind_name(type)));
	if (!name_find(names, type->text, ret))
		return unknown_report(reader, type, names);
	struct yaml *map = map_make(reader->arena, node, node->count);
	map_put_others(map, node, at);
	ret->map = map;
	return true;
}

/* {NAME: value, …}: the value is the main one, or (a map) further keys. */
static bool named_read(
	const struct field_reader *reader, const struct yaml *node, size_t at, const struct spec_names *names, struct spec *ret)
{
	struct yaml *value = node->items[at];
	const struct spec_name *name = &names->items[ret->index];
	bool keys = value->kind == YAML_MAP;
	struct yaml *map = map_make(reader->arena, node, node->count + (keys ? value->count : 0));
	if (keys)
		map_put_others(map, value, value->count);
	else if (value->kind != YAML_NULL && !name->main_field)
		return fail_at(reader, value,
			arena_format(
				reader->arena, "%s %s takes no value, only keys: `%s: {…}`", names->what, name->name, name->name));
	else if (value->kind != YAML_NULL)
		map_put(map, key_make(reader->arena, name->main_field, value), value);
	map_put_others(map, node, at);
	ret->map = map;
	return true;
}

static bool map_read(const struct field_reader *reader, const struct yaml *node, const struct spec_names *names, struct spec *ret)
{
	size_t found = node->count;
	for (size_t i = 0; i < node->count; i++)
		if (text_equal(node->keys[i]->text, TEXT("type")))
			return type_read(reader, node, i, names, ret);
	for (size_t i = 0; i < node->count; i++) {
		struct spec ignored;
		if (!name_find(names, node->keys[i]->text, &ignored))
			continue;
		if (found < node->count)
			return fail_at(reader, node->keys[i],
				arena_format(reader->arena,
					"two %ss in one item, `%s` and `%s`: put a dash in front of each, or say which with "
					"`type:`",
					names->what, node->keys[found]->text.data, node->keys[i]->text.data));
		found = i;
	}
	if (found < node->count)
		return name_find(names, node->keys[found]->text, ret) && named_read(reader, node, found, names, ret);
	return node->count ? unknown_report(reader, node->keys[0], names)
			   : fail_at(reader, node, arena_format(reader->arena, "expected the name of a %s", names->what));
}

bool spec_read(const struct field_reader *reader, const struct yaml *node, const struct spec_names *names, struct spec *ret)
{
	if (node->kind == YAML_MAP)
		return map_read(reader, node, names, ret);
	if (node->kind == YAML_STRING) {
		ret->map = map_make(reader->arena, node, 1);
		return name_find(names, node->text, ret) || unknown_report(reader, node, names);
	}
	return fail_at(reader, node,
		arena_format(reader->arena, "expected the name of a%s %s or a map, not %s", names->what[0] == 'e' ? "n" : "",
			names->what, yaml_kind_name(node)));
}
