#include "eval/base/file.h"
#include "eval/score/json_compare.h"
#include "eval/score/json_find.h"
#include "eval/score/json_schema.h"
#include "eval/score/reason.h"
#include "eval/score/value.h"

enum extra { EXTRA_ALLOW, EXTRA_DENY };
static const char *const extra_choices[] = {"allow", "deny", 0};

struct json_config {
	const struct yaml *node, *schema_node;
	struct field_strings only;
	int extra;
	bool ignore_case, lenient;
	json_t *schema_source; /* NULL: no schema */
	struct json_schema *schema;
	struct value *equals; /* NULL: the expected answer where it is an object or a list */
};

static const struct field fields[] = {
	{"equals", FIELD_JSON, offsetof(struct json_config, node),
		"value to compare with; by default the expected answer where it is an object or a list"},
	{"fields", FIELD_STRINGS, offsetof(struct json_config, only),
		"compare only these members (names, dotted paths or JSON pointers)"},
	{"extra", FIELD_CHOICE, offsetof(struct json_config, extra), "members that are not expected: allow or deny",
		.choices = extra_choices, .fallback = "allow"},
	{"ignore_case", FIELD_BOOL, offsetof(struct json_config, ignore_case), "compare strings case folded", .fallback = "false"},
	{"lenient", FIELD_BOOL, offsetof(struct json_config, lenient), "find JSON inside a fenced block or other text",
		.fallback = "false"},
	{"schema", FIELD_JSON, offsetof(struct json_config, schema_node),
		"JSON Schema the answer must hold to: a map, or a file beside the project file; keywords that are not supported "
		"are errors"},
	{0},
};

/* ---- the schema ---- */

static json_t *schema_load(const struct field_reader *reader, const struct yaml *node, struct error *error)
{
	CLEANUP(buffer_release) struct buffer content = BUFFER_EMPTY;
	if (node->kind != YAML_STRING)
		return yaml_json(node);
	const char *directory = path_directory(reader->arena, reader->file ? reader->file : "");
	bool there = file_read(path_join(reader->arena, directory, node->text.data), 0, &content, error);
	json_t *source = there ? json_parse(buffer_text(&content), error) : 0;
	if (!source)
		error_prefix(error, "schema %s", node->text.data);
	return source;
}

static bool schema_read(struct json_config *json, const struct field_reader *reader)
{
	struct error error = {0};
	const struct yaml *node = json->schema_node;
	if (!node || node->kind == YAML_NULL)
		return true;
	json->schema_source = schema_load(reader, node, &error);
	if (json->schema_source)
		json->schema = json_schema_compile(reader->arena, json->schema_source, &error);
	return json->schema || error_list_at(reader->errors, ERROR_CONFIG, reader->file, node->line, node->column, "%s: %s",
				       reader->what, error.message);
}

static bool json_prepare(void *config, const struct field_reader *reader, const struct yaml *node)
{
	struct json_config *json = config;
	bool good = schema_read(json, reader);
	if (json->node)
		json->equals = value_read(reader, json->node);
	return good && (json->equals || !json->node);
}

static void json_done(void *config)
{
	struct json_config *json = config;
	value_done(json->equals);
	json_schema_done(json->schema);
	json_decref(json->schema_source);
	json->equals = 0;
	json->schema = 0;
	json->schema_source = 0;
}

/* The schema as it was read. */
static json_t *json_material(const void *config)
{
	const struct json_config *json = config;
	return json_incref(json->schema_source);
}

/* ---- what is wanted ---- */

/* Objects and lists, also where they are written as a string; NULL for anything else. New reference. */
static json_t *container_of(json_t *value)
{
	if (json_is_object(value) || json_is_array(value))
		return json_incref(value);
	struct text text = text_trim(json_text(value));
	struct error ignored = {0};
	if (!text.data || text.length == 0 || (text.data[0] != '{' && text.data[0] != '['))
		return 0;
	return json_parse(text, &ignored);
}

/* The values of which any will do, none when only validity is asked for. New reference; NULL fills error. */
static json_t *wanted_make(const struct json_config *json, const struct scored *scored, struct error *error)
{
	json_t *list = json_array();
	if (json->equals) {
		json_t *value = value_json(json->equals, scored, error);
		json_t *parsed = value ? container_of(value) : 0;
		json_array_append(list, parsed ? parsed : value);
		json_decref(parsed);
		json_decref(value);
		if (value)
			return list;
		json_decref(list);
		return 0;
	}
	for (size_t i = 0; i < json_array_size(scored->expected); i++) {
		json_t *parsed = container_of(json_array_get(scored->expected, i));
		if (parsed)
			json_array_append_new(list, parsed);
	}
	if (json_array_size(list) > 0 || json->only.count == 0)
		return list;
	json_decref(list);
	error_set(error, ERROR_DATA, "the case has no expected object to take fields from");
	return 0;
}

/* ---- comparing: the share of equal fields ---- */

struct tally {
	size_t equal, all;
	struct json_difference difference;
	bool denied; /* a member that was not expected */
};

static void field_compare(const struct json_rules *rules, struct arena *arena, const json_t *expected, const json_t *got,
	const char *pointer, struct tally *tally)
{
	tally->all++;
	tally->equal += json_same(rules, arena, expected, got, pointer, &tally->difference);
}

static bool only_compare(const struct json_config *json, const struct json_rules *rules, struct arena *arena,
	const json_t *expected, const json_t *got, struct tally *tally, struct error *error)
{
	for (size_t i = 0; i < json->only.count; i++) {
		const char *name = json->only.items[i];
		const json_t *wanted = json_at(expected, name);
		if (!wanted)
			return error_set(error, ERROR_DATA, "the expected answer has no field `%.80s`", name);
		field_compare(
			rules, arena, wanted, json_at(got, name), name[0] == '/' ? name : pointer_join(arena, "", name), tally);
	}
	return true;
}

static void members_compare(
	const struct json_rules *rules, struct arena *arena, const json_t *expected, const json_t *got, struct tally *tally)
{
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)expected, key, value)
		field_compare(rules, arena, value, json_object_get(got, key), pointer_join(arena, "", key), tally);
	if (!rules->deny_extra)
		return;
	json_object_foreach((json_t *)got, key, value)
	{
		if (json_object_get(expected, key))
			continue;
		tally->all++;
		if (!tally->difference.pointer)
			tally->difference = (struct json_difference){pointer_join(arena, "", key), 0, value};
	}
}

static bool value_compare(const struct json_config *json, struct arena *arena, const json_t *expected, const json_t *got,
	struct tally *tally, struct error *error)
{
	const struct json_rules rules = {json->ignore_case, json->extra == EXTRA_DENY};
	if (json->only.count > 0)
		return only_compare(json, &rules, arena, expected, got, tally, error);
	if (json_is_object(expected) && json_is_object(got) && json_object_size(expected) + json_object_size(got) > 0)
		members_compare(&rules, arena, expected, got, tally);
	else
		field_compare(&rules, arena, expected, got, "", tally);
	if (tally->all == 0)
		tally->equal = tally->all = 1; /* an empty object asks for nothing */
	return true;
}

static const char *value_quote(struct arena *arena, const json_t *value)
{
	if (!value)
		return "nothing";
	CLEANUP(buffer_release) struct buffer compact = BUFFER_EMPTY;
	json_compact(value, &compact);
	return reason_quote(arena, buffer_text(&compact));
}

static void tally_tell(const struct tally *tally, struct arena *arena, struct score_result *ret)
{
	const struct json_difference *difference = &tally->difference;
	ret->value = (double)tally->equal / (double)tally->all;
	ret->passed = tally->equal == tally->all;
	if (ret->passed)
		ret->reason = reason_make(arena, tally->all == 1 ? "equal" : "all %zu fields are equal", tally->all);
	else
		ret->reason = reason_make(arena, "%s is %s, expected %s (%zu of %zu fields are equal)",
			difference->pointer[0] ? reason_quote(arena, text_of(difference->pointer)) : "the value",
			value_quote(arena, difference->got), value_quote(arena, difference->expected), tally->equal, tally->all);
}

static bool best_find(const struct json_config *json, struct arena *arena, const json_t *wanted, const json_t *got,
	struct score_result *ret, struct error *error)
{
	for (size_t i = 0; i < json_array_size(wanted); i++) {
		struct tally tally = {0};
		struct score_result result = {0};
		if (!value_compare(json, arena, json_array_get(wanted, i), got, &tally, error))
			return false;
		tally_tell(&tally, arena, &result);
		if (i == 0 || result.value > ret->value)
			*ret = result;
	}
	return true;
}

static bool json_score(
	const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret, struct error *error)
{
	const struct json_config *json = config;
	struct error wrong = {0};
	JSON_OWNED *wanted = wanted_make(json, scored, error);
	if (!wanted)
		return false;
	JSON_OWNED *got = json->lenient ? json_find(scored->answer) : json_whole(scored->answer, &wrong);
	if (!got) {
		ret->reason = json->lenient
				      ? reason_make(arena, "no JSON in %s", reason_quote(arena, scored->answer))
				      : reason_make(arena, "%s is no JSON: %s", reason_quote(arena, scored->answer), wrong.message);
		return true;
	}
	const char *breach = json->schema ? json_schema_breach(json->schema, arena, got) : 0;
	if (breach) {
		ret->reason = reason_make(arena, "breaks the schema: %s", breach);
		return true;
	}
	*ret = (struct score_result){1, true, TEXT("valid JSON"), {0}};
	return best_find(json, arena, wanted, got, ret, error);
}

const struct scorer_type scorer_json = {
	.name = "json",
	.summary = "the answer is JSON, and has the expected fields",
	.help = "Passes when the answer is valid JSON and every field of the expected answer (where that is an object or a list) "
		"is equal: 1 equals "
		"1.0, strings to the letter, lists in order. The value is the share of equal fields, 0 where a schema is given "
		"and broken. Example: - json: {fields: [total, date], "
		"lenient: true}",
	.version = 1,
	.fields = fields,
	.config_size = sizeof(struct json_config),
	.prepare = json_prepare,
	.material = json_material,
	.score = json_score,
	.done = json_done,
};
