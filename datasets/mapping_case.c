#include "datasets/mapping_private.h"
#include "datasets/path.h"
#include "eval/base/nearest.h"

static const char *const member_names[] = {
	"id", "vars", "expected", "tags", "cluster", "gold", "messages", "user", "groups", "metadata", "scorers"};

/* ---- one function for each kind of member; `value` is never NULL ---- */

static bool list_fill(const struct mapped_row *row, json_t *value, const char *openings, struct text *ret)
{
	JSON_OWNED *list = json_incref(value);
	row_cell_json(row, openings, &list);
	if (!json_is_array(list)) {
		json_t *one = json_array();
		json_array_append_new(one, list);
		list = one;
	}
	if (json_array_size(list))
		*ret = canonical_text(row->arena, list);
	return true;
}

static bool expected_fill(const struct mapped_row *row, json_t *value, struct case_row *ret)
{
	bool good = list_fill(row, value, "[", &ret->expected);
	if (good && !ret->expected.data) /* a list of nothing says so: no call of a tool is right, say */
		ret->expected = text_copy(row->arena, TEXT("[]"));
	return good;
}

static bool scorers_fill(const struct mapped_row *row, json_t *value, struct case_row *ret)
{
	return list_fill(row, value, "[{", &ret->scorers);
}

static bool metadata_fill(const struct mapped_row *row, json_t *value, struct case_row *ret)
{
	JSON_OWNED *metadata = json_incref(value);
	row_cell_json(row, "{[", &metadata);
	ret->metadata = canonical_text(row->arena, metadata);
	return true;
}

static bool id_fill(const struct mapped_row *row, json_t *value, struct case_row *ret)
{
	ret->id = row_label(row, "id", value, true);
	return ret->id != NULL;
}

static bool cluster_fill(const struct mapped_row *row, json_t *value, struct case_row *ret)
{
	ret->cluster = row_label(row, "cluster", value, false);
	return ret->cluster != NULL;
}

static bool user_fill(const struct mapped_row *row, json_t *value, struct case_row *ret)
{
	ret->user = row_label(row, "user", value, false);
	return ret->user != NULL;
}

static bool gold_fill(const struct mapped_row *row, json_t *value, struct case_row *ret)
{
	JSON_OWNED *list = row_labels(row, "gold", value, true, false);
	if (json_array_size(list))
		ret->gold = canonical_text(row->arena, list);
	return list != NULL;
}

static bool groups_fill(const struct mapped_row *row, json_t *value, struct case_row *ret)
{
	JSON_OWNED *list = row_labels(row, "groups", value, false, true);
	if (json_array_size(list))
		ret->groups = canonical_text(row->arena, list);
	return list != NULL;
}

static bool turn_check(const struct mapped_row *row, size_t at, const json_t *turn)
{
	static const char *const roles[] = {"system", "user", "assistant", "tool", "developer"};
	const char *role = json_string_value(json_object_get(turn, "role"));
	if (!json_is_object(turn) || !role)
		return row_error(row, "messages", "turn %zu: an object with `role` and `content` was expected", at + 1);
	bool known = false;
	for (size_t i = 0; i < COUNT(roles); i++)
		known = known || strcmp(role, roles[i]) == 0;
	if (!known)
		return row_error(row, "messages",
			"turn %zu: unknown role `%.60s`%s: one of system, user, assistant, tool, developer was expected", at + 1,
			role, nearest_hint(row->arena, role, roles, COUNT(roles)));
	if (!json_is_string(json_object_get(turn, "content")))
		return row_error(row, "messages", "turn %zu: `content` must be text", at + 1);
	return true;
}

static bool messages_fill(const struct mapped_row *row, json_t *value, struct case_row *ret)
{
	JSON_OWNED *messages = json_incref(value);
	row_cell_json(row, "[", &messages);
	if (!json_is_array(messages))
		return row_error(row, "messages", "a list of turns ({\"role\", \"content\"}) was expected");
	for (size_t i = 0; i < json_array_size(messages); i++)
		if (!turn_check(row, i, json_array_get(messages, i)))
			return false;
	if (json_array_size(messages))
		ret->messages = canonical_text(row->arena, messages);
	return true;
}

/* ---- tags: of the row or constant, and those of the source ---- */

static bool tags_add(const struct mapped_row *row, json_t *value, bool split, json_t *tags)
{
	JSON_OWNED *more = row_labels(row, "tags", value, false, split);
	if (more)
		json_array_extend(tags, more);
	return more != NULL;
}

/* The texts of {value: x}, as written. */
static json_t *constant_tags(const struct yaml *node)
{
	json_t *tags = json_array();
	if (node->kind != YAML_LIST)
		json_array_append_new(tags, json_from_text(node->text));
	for (size_t i = 0; node->kind == YAML_LIST && i < node->count; i++)
		json_array_append_new(tags, json_from_text(node->items[i]->text));
	return tags;
}

static bool tags_fill(const struct mapped_row *row, const struct case_mapping *mapping, struct case_row *ret)
{
	JSON_OWNED *all = json_array();
	JSON_OWNED *own = NULL;
	if (mapping->tags_value)
		own = constant_tags(mapping->tags_value);
	else if (!row_member(row, "tags", mapping->tags, false, &own))
		return false;
	if (own && !tags_add(row, own, !mapping->tags_value, all))
		return false;
	for (const char *const *tag = mapping->tag_list; tag && *tag; tag++)
		json_array_append_new(all, json_string(*tag));
	JSON_OWNED *tags = json_array_size(all) ? row_labels(row, "tags", all, false, false) : NULL;
	if (tags)
		ret->tags = canonical_text(row->arena, tags);
	return tags || !json_array_size(all);
}

/* ---- vars by the default rule: every member that is nothing else ---- */

/* True when a path of the mapping leads into the member: its value is spoken for, and may be the answer. */
static bool path_takes(const char *path, const char *key)
{
	size_t length = strlen(key);
	if (!path || path_ends(path))
		return false;
	if (strcmp(path, key) == 0 || (strncmp(path, key, length) == 0 && strcmp(path + length, "?") == 0))
		return true;
	struct path_step step;
	path_next(&path, &step);
	size_t last = strlen(step.name);
	if (!*path && last > 1 && step.name[last - 1] == '?')
		step.name[last - 1] = '\0';
	return step.every || strcmp(step.name, key) == 0;
}

static bool is_taken(const struct case_mapping *mapping, const char *key)
{
	const char *const paths[] = {mapping->id, mapping->expected, mapping->tags, mapping->cluster, mapping->gold,
		mapping->messages, mapping->user, mapping->groups, mapping->metadata, mapping->scorers};
	for (size_t i = 0; i < COUNT(member_names); i++)
		if (strcmp(member_names[i], key) == 0)
			return true;
	for (size_t i = 0; i < COUNT(paths); i++)
		if (path_takes(paths[i], key))
			return true;
	return false;
}

/* The member `vars` of the row, or an empty object. New reference; NULL fills the error. */
static json_t *vars_member(const struct mapped_row *row)
{
	json_t *vars = NULL;
	if (!row_member(row, "vars", NULL, false, &vars) || !vars)
		return json_object();
	row_cell_json(row, "{", &vars);
	if (json_is_object(vars)) {
		json_t *copy = json_copy(vars);
		json_decref(vars);
		return copy;
	}
	json_decref(vars);
	row_error(row, "vars", "an object was expected; if it is a var itself, say `vars: [vars]` in the map");
	return NULL;
}

static json_t *vars_by_default(const struct mapped_row *row, const struct case_mapping *mapping)
{
	JSON_OWNED *vars = vars_member(row);
	const char *key;
	json_t *value;
	if (!vars)
		return NULL;
	json_object_foreach(row->row->value, key, value)
	{
		if (is_taken(mapping, key))
			continue;
		if (json_object_get(vars, key)) {
			row_error(row, key, "stands in `vars` and beside it: one of the two must go");
			return NULL;
		}
		json_object_set(vars, key, value);
	}
	return json_incref(vars);
}

static bool no_vars(const struct mapped_row *row)
{
	if (json_is_object(row->row->value))
		return row_error(row, "vars",
			"the row has no var: a member that is neither id nor answer was expected, or a map with `vars:`");
	JSON_OWNED *never = NULL;
	return row_member(row, "vars", "vars", false, &never); /* fails: names what the row is instead */
}

static bool vars_fill(const struct mapped_row *row, const struct case_mapping *mapping, struct case_row *ret)
{
	JSON_OWNED *vars = mapping->var_list ? row_vars(row, mapping->var_list, mapping->var_count) : vars_by_default(row, mapping);
	if (!vars)
		return false;
	if (!json_object_size(vars) && !ret->messages.data)
		return no_vars(row);
	ret->vars = canonical_text(row->arena, vars);
	return true;
}

/* ---- the whole ---- */

static bool constants_fill(const struct mapped_row *row, const struct case_mapping *mapping, struct case_row *ret)
{
	if (mapping->cluster_value)
		ret->cluster = text_copy(row->arena, mapping->cluster_value->text).data;
	if (mapping->user_value)
		ret->user = text_copy(row->arena, mapping->user_value->text).data;
	return true;
}

static bool members_fill(const struct mapped_row *row, const struct case_mapping *mapping, struct case_row *ret)
{
	const struct {
		const char *name, *path;
		bool (*fill)(const struct mapped_row *row, json_t *value, struct case_row *ret);
		bool constant;
	} members[] = {
		{"id", mapping->id, id_fill, false},
		{"expected", mapping->expected, expected_fill, false},
		{"cluster", mapping->cluster, cluster_fill, mapping->cluster_value != NULL},
		{"gold", mapping->gold, gold_fill, false},
		{"messages", mapping->messages, messages_fill, false},
		{"user", mapping->user, user_fill, mapping->user_value != NULL},
		{"groups", mapping->groups, groups_fill, false},
		{"metadata", mapping->metadata, metadata_fill, false},
		{"scorers", mapping->scorers, scorers_fill, false},
	};
	for (size_t i = 0; i < COUNT(members); i++) {
		JSON_OWNED *value = NULL;
		if (members[i].constant)
			continue;
		if (!row_member(row, members[i].name, members[i].path, members[i].fill == id_fill, &value))
			return false;
		if (value && !members[i].fill(row, value, ret))
			return false;
	}
	return true;
}

/* What stands for an id where the row names none: its key, else its content. */
static bool id_make(const struct mapped_row *row, const struct case_mapping *mapping, struct case_row *ret)
{
	if (ret->id)
		return true;
	if (!row->row->key || (mapping->id && strcmp(mapping->id, MAPPING_NEVER) == 0)) {
		ret->id = content_id(row->arena, &ret->input_hash);
		return true;
	}
	JSON_OWNED *key = json_string(row->row->key);
	return id_fill(row, key, ret);
}

bool case_from_row(const struct case_mapping *mapping, const struct dataset_row *row, const char *file, struct arena *arena,
	struct case_row *ret, struct error *error)
{
	const struct mapped_row mapped = {.row = row, .file = file, .arena = arena, .error = error};
	struct case_row made = {.source = arena_string(arena, file), .line = row->line};
	if (!members_fill(&mapped, mapping, &made) || !constants_fill(&mapped, mapping, &made) ||
		!tags_fill(&mapped, mapping, &made) || !vars_fill(&mapped, mapping, &made))
		return false;
	case_hash(&made);
	if (!id_make(&mapped, mapping, &made))
		return false;
	*ret = made;
	return true;
}
