#include "datasets/mapping_private.h"
#include <stddef.h>

/* The values of a map by key, before they are understood. */
struct case_map_nodes {
	const struct yaml *id, *vars, *expected, *tags, *cluster, *gold, *messages, *user, *groups, *metadata, *scorers;
};

#define MAP_FIELD(member, words)                                                                                                   \
	{                                                                                                                          \
		.name = #member, .kind = FIELD_JSON, .offset = offsetof(struct case_map_nodes, member), .help = words              \
	}

const struct field case_mapping_fields[] = {
	MAP_FIELD(id, "the case's id: text or a whole number; made from the content where there is none"),
	MAP_FIELD(vars, "what prompts may use: {question: q.text} or a list of names; else every member that is nothing else"),
	MAP_FIELD(expected, "the accepted answer, or a list of them"),
	MAP_FIELD(tags, "a tag or a list of tags; {value: x} gives every row the tag x"),
	MAP_FIELD(cluster, "cases that belong together (one document, one conversation); {value: x}"),
	MAP_FIELD(gold, "ids of the passages or documents that hold the answer"),
	MAP_FIELD(messages, "earlier turns: a list of {role, content}"),
	MAP_FIELD(user, "who asks, for access filters; {value: x}"),
	MAP_FIELD(groups, "the groups of who asks"),
	MAP_FIELD(metadata, "anything to keep beside the case; {formerly: …}: answers that were right once"),
	MAP_FIELD(scorers, "scorers for this case alone"),
	{0},
};

static bool map_fault(const struct field_reader *reader, const char *name, const struct yaml *at, const char *words)
{
	return error_list_at(reader->errors, ERROR_CONFIG, reader->file, at->line, at->column, "%s: `%s` %s, not %s", reader->what,
		name, words, yaml_kind_name(at));
}

static bool is_scalar(const struct yaml *node)
{
	return node->kind != YAML_LIST && node->kind != YAML_MAP && !memchr(node->text.data, 0, node->text.length);
}

bool map_path_read(
	const struct field_reader *reader, const char *name, const struct yaml *node, const char **path, const struct yaml **value)
{
	if (!node)
		return true;
	if (node->kind == YAML_NULL) {
		*path = MAPPING_NEVER;
		return true;
	}
	if (value && node->kind == YAML_MAP && node->count == 1 && yaml_get(node, "value")) {
		*value = yaml_get(node, "value");
		return true;
	}
	if (!is_scalar(node) || !node->text.length)
		return map_fault(
			reader, name, node, value ? "must be a path into the row, or {value: x}" : "must be a path into the row");
	*path = node->text.data;
	return true;
}

/* A constant is text; for tags also a list of texts. */
static bool constant_check(const struct field_reader *reader, const char *name, const struct yaml *value, bool list)
{
	if (!value)
		return true;
	bool text = is_scalar(value) && value->kind != YAML_NULL && value->text.length;
	if (value->kind == YAML_LIST && list) {
		text = true;
		for (size_t i = 0; i < value->count; i++)
			text = text && is_scalar(value->items[i]) && value->items[i]->text.length;
	}
	return text || map_fault(reader, name, value,
			       list ? "must have a text or a list of texts as its value" : "must have a text as its value");
}

/* ---- vars ---- */

/* "context?" -> "context": the name of a var in a list of names. */
static const char *optional_name(struct arena *arena, const char *path)
{
	size_t length = strlen(path);
	return length > 1 && path[length - 1] == '?' ? arena_copy(arena, path, length - 1) : path;
}

static bool var_named(const struct field_reader *reader, const struct yaml *node, struct mapped_var *var)
{
	if (node->kind == YAML_NULL || !is_scalar(node) || !node->text.length)
		return map_fault(reader, "vars", node, "must list names of members");
	var->path = node->text.data;
	var->name = optional_name(reader->arena, var->path);
	return true;
}

static bool var_mapped(const struct field_reader *reader, const struct yaml *key, const struct yaml *node, struct mapped_var *var)
{
	var->name = key->text.data;
	if (node->kind == YAML_NULL)
		return map_fault(reader, var->name, node, "must be a path into the row, or {value: x}");
	return map_path_read(reader, var->name, node, &var->path, &var->value);
}

bool map_vars_read(const struct field_reader *reader, const struct yaml *node, const struct mapped_var **list, size_t *count)
{
	if (!node || node->kind == YAML_NULL)
		return true;
	struct yaml *single = (struct yaml *)node;
	bool many = node->kind == YAML_LIST || node->kind == YAML_MAP;
	size_t total = many ? node->count : 1;
	if (total == 0)
		return map_fault(reader, "vars", node, "must name at least one var");
	struct mapped_var *vars = arena_take(reader->arena, total * sizeof(*vars));
	bool done = true;
	for (size_t i = 0; i < total; i++) {
		const struct yaml *item = many ? node->items[i] : single;
		if (node->kind == YAML_MAP)
			done = var_mapped(reader, node->keys[i], item, &vars[i]) && done;
		else
			done = var_named(reader, item, &vars[i]) && done;
	}
	*list = vars;
	*count = total;
	return done;
}

static void node_write(const struct yaml *node, struct hasher *hasher)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	JSON_OWNED *value = node ? yaml_json(node) : NULL;
	if (value)
		json_canonical(value, &text);
	hasher_add_string(hasher, value ? buffer_string(&text) : NULL);
}

void map_vars_write(const struct mapped_var *list, size_t count, struct hasher *hasher)
{
	hasher_add(hasher, &(uint64_t){list ? count + 1 : 0}, sizeof(uint64_t));
	for (size_t i = 0; list && i < count; i++) {
		hasher_add_string(hasher, list[i].name);
		hasher_add_string(hasher, list[i].path);
		node_write(list[i].value, hasher);
	}
}

/* ---- cases ---- */

static bool paths_read(const struct field_reader *reader, const struct yaml *map, struct case_mapping *ret)
{
	const struct {
		const char *name, **path;
		const struct yaml **value;
	} members[] = {
		{"id", &ret->id, NULL},
		{"expected", &ret->expected, NULL},
		{"tags", &ret->tags, &ret->tags_value},
		{"cluster", &ret->cluster, &ret->cluster_value},
		{"gold", &ret->gold, NULL},
		{"messages", &ret->messages, NULL},
		{"user", &ret->user, &ret->user_value},
		{"groups", &ret->groups, NULL},
		{"metadata", &ret->metadata, NULL},
		{"scorers", &ret->scorers, NULL},
	};
	bool done = true;
	for (size_t i = 0; i < COUNT(members); i++) {
		const struct yaml *node = yaml_get(map, members[i].name);
		done = map_path_read(reader, members[i].name, node, members[i].path, members[i].value) && done;
		if (members[i].value)
			done = constant_check(reader, members[i].name, *members[i].value, i == 2) && done;
	}
	return done;
}

bool case_mapping_read(const struct field_reader *reader, const struct yaml *map, struct case_mapping *ret)
{
	*ret = (struct case_mapping){.defaults = !map};
	if (!map)
		return true;
	struct case_map_nodes nodes = {0};
	bool done = fields_read(reader, case_mapping_fields, map, NULL, &nodes);
	if (!done && map->kind != YAML_MAP)
		return false;
	ret->vars = yaml_get(map, "vars");
	done = paths_read(reader, map, ret) && done;
	return map_vars_read(reader, ret->vars, &ret->var_list, &ret->var_count) && done;
}

void case_mapping_write(const struct case_mapping *mapping, struct hasher *hasher)
{
	const char *const paths[] = {mapping->id, mapping->expected, mapping->tags, mapping->cluster, mapping->gold,
		mapping->messages, mapping->user, mapping->groups, mapping->metadata, mapping->scorers};
	hasher_add_string(hasher, "case mapping 1");
	for (size_t i = 0; i < COUNT(paths); i++)
		hasher_add_string(hasher, paths[i]);
	node_write(mapping->tags_value, hasher);
	node_write(mapping->cluster_value, hasher);
	node_write(mapping->user_value, hasher);
	map_vars_write(mapping->var_list, mapping->var_count, hasher);
	for (const char *const *tag = mapping->tag_list; tag && *tag; tag++)
		hasher_add_string(hasher, *tag);
	hasher_add_string(hasher, NULL);
}
