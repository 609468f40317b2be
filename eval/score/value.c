#include "eval/score/value.h"

enum value_kind { VALUE_CONSTANT, VALUE_EXPECTED, VALUE_TEMPLATE, VALUE_LIST, VALUE_MAP };

struct value {
	enum value_kind kind;
	json_t *constant;
	const struct template *template;
	bool expected, output, answer; /* mentioned */
	bool each;		       /* text around expressions: made for each accepted answer */
	struct value **items;
	const char **keys;
	size_t count;
};

/* ---- reading ---- */

static bool holds_template(const struct yaml *node)
{
	for (size_t i = 0; i < node->count; i++)
		if (holds_template(node->items[i]))
			return true;
	return node->kind == YAML_STRING &&
	       (text_find(node->text, TEXT("{{"), 0) >= 0 || text_find(node->text, TEXT("{%"), 0) >= 0);
}

/* The words between {{ and }} when the text is nothing else; "no text" otherwise. */
static struct text expression_alone(struct text text)
{
	text = text_trim(text);
	size_t length = text.length;
	if (length < 4 || !text_starts(text, TEXT("{{")) || text.data[length - 1] != '}' || text.data[length - 2] != '}')
		return (struct text){0};
	struct text inside = text_make(text.data + 2, length - 4);
	if (text_find(inside, TEXT("{{"), 0) >= 0)
		return (struct text){0};
	return text_trim(inside);
}

static void template_note(const struct field_reader *reader, const struct template *template, struct text_place place)
{
	struct template_list *list = reader->templates;
	if (!list)
		return;
	list->items = arena_grow(reader->arena, list->items, list->count * sizeof *list->items, (list->count + 1) * sizeof *list->items);
	list->items[list->count++] = (struct read_template){template, reader->what, place};
}

static bool template_read(const struct field_reader *reader, const struct yaml *node, struct value *ret)
{
	struct text alone = expression_alone(node->text);
	ret->kind = VALUE_EXPECTED;
	ret->expected = true;
	if (alone.data && text_equal(alone, TEXT("expected")))
		return true;
	struct error error = {0};
	struct text_place place = {.line = node->line};
	if (reader->source.data)
		place = scalar_place(reader->source, node);
	ret->kind = VALUE_TEMPLATE;
	ret->template = template_parse(reader->arena, node->text, reader->file, place.line, &error);
	if (!ret->template) {
		text_place_apply(&place, &error);
		error_prefix(&error, "%s", reader->what);
		error_list_add(reader->errors, &error);
		return false;
	}
	template_note(reader, ret->template, place);
	ret->expected = template_mentions(ret->template, "expected");
	ret->output = template_mentions(ret->template, "output");
	ret->answer = template_mentions(ret->template, "answer");
	ret->each = ret->expected && !alone.data && text_find(node->text, TEXT("{%"), 0) < 0;
	return true;
}

static bool parts_read(const struct field_reader *reader, const struct yaml *node, struct value *ret)
{
	bool good = true;
	ret->kind = node->kind == YAML_LIST ? VALUE_LIST : VALUE_MAP;
	ret->count = node->count;
	ret->items = arena_take(reader->arena, node->count * sizeof(*ret->items));
	ret->keys = arena_take(reader->arena, node->count * sizeof(*ret->keys));
	for (size_t i = 0; i < node->count; i++) {
		ret->items[i] = value_read(reader, node->items[i]);
		if (node->kind == YAML_MAP)
			ret->keys[i] = node->keys[i]->text.data;
		good = good && ret->items[i];
	}
	return good;
}

struct value *value_read(const struct field_reader *reader, const struct yaml *node)
{
	struct value *value = arena_take(reader->arena, sizeof(*value));
	bool good = true;
	if (!holds_template(node))
		value->constant = yaml_json(node);
	else if (node->kind == YAML_STRING)
		good = template_read(reader, node, value);
	else
		good = parts_read(reader, node, value);
	if (good)
		return value;
	value_done(value);
	return 0;
}

void value_done(struct value *value)
{
	if (!value)
		return;
	json_decref(value->constant);
	for (size_t i = 0; i < value->count; i++)
		value_done(value->items[i]);
	*value = (struct value){0};
}

bool value_is_expected(const struct value *value)
{
	return value && value->kind == VALUE_EXPECTED;
}

bool value_is_constant(const struct value *value)
{
	return value->kind == VALUE_CONSTANT;
}

/* ---- for a case ---- */

static size_t expected_count(const struct scored *scored)
{
	return json_array_size(scored->expected);
}

static json_t *expected_var(const struct scored *scored)
{
	return expected_count(scored) == 1 ? json_array_get(scored->expected, 0) : (json_t *)scored->expected;
}

/* The case's vars and what the template mentions beside them; `expected` may be NULL. New reference. */
static json_t *vars_make(const struct value *value, const struct scored *scored, json_t *expected)
{
	json_t *vars = scored->vars ? json_copy((json_t *)scored->vars) : json_object();
	if (value->expected && expected)
		json_object_set(vars, "expected", expected);
	if (value->output)
		json_object_set_new(vars, "output", json_from_text(scored->output));
	if (value->answer)
		json_object_set_new(vars, "answer", json_from_text(scored->answer));
	return vars;
}

static json_t *template_json(const struct value *value, const struct scored *scored, json_t *expected, struct error *error)
{
	JSON_OWNED *vars = vars_make(value, scored, expected);
	return template_value(value->template, vars, error);
}

static json_t *template_each(const struct value *value, const struct scored *scored, struct error *error)
{
	json_t *list = json_array();
	for (size_t i = 0; i < expected_count(scored); i++) {
		json_t *made = template_json(value, scored, json_array_get(scored->expected, i), error);
		if (!made) {
			json_decref(list);
			return 0;
		}
		json_array_append_new(list, made);
	}
	return list;
}

static json_t *template_make(const struct value *value, const struct scored *scored, struct error *error)
{
	if (value->expected && expected_count(scored) == 0) {
		error_set(error, ERROR_DATA, "the case has no expected answer");
		return 0;
	}
	if (value->each && expected_count(scored) > 1)
		return template_each(value, scored, error);
	return template_json(value, scored, expected_count(scored) ? expected_var(scored) : 0, error);
}

static json_t *parts_json(const struct value *value, const struct scored *scored, struct error *error)
{
	json_t *made = value->kind == VALUE_LIST ? json_array() : json_object();
	for (size_t i = 0; i < value->count; i++) {
		json_t *item = value_json(value->items[i], scored, error);
		if (!item) {
			json_decref(made);
			return 0;
		}
		if (value->kind == VALUE_MAP)
			json_object_set_new(made, value->keys[i], item);
		else if (json_is_array(item) && value->items[i]->kind != VALUE_CONSTANT) {
			json_array_extend(made, item);
			json_decref(item);
		} else
			json_array_append_new(made, item);
	}
	return made;
}

json_t *value_json(const struct value *value, const struct scored *scored, struct error *error)
{
	switch (value->kind) {
	case VALUE_CONSTANT:
		return json_incref(value->constant);
	case VALUE_EXPECTED:
		if (expected_count(scored) > 0)
			return json_incref(expected_var(scored));
		error_set(error, ERROR_DATA, "the case has no expected answer");
		return 0;
	case VALUE_TEMPLATE:
		return template_make(value, scored, error);
	default:
		return parts_json(value, scored, error);
	}
}

json_t *value_list(const struct value *value, const struct scored *scored, struct error *error)
{
	if (value->kind == VALUE_EXPECTED && expected_count(scored) > 0)
		return json_incref((json_t *)scored->expected);
	json_t *made = value_json(value, scored, error);
	if (!made)
		return 0;
	if (!json_is_array(made) && !json_is_null(made))
		return json_pack("[o]", made);
	if (json_array_size(made) > 0)
		return made;
	json_decref(made);
	error_set(error, ERROR_DATA, "there is no value to compare with");
	return 0;
}

struct text text_of_json(struct arena *arena, const json_t *value)
{
	if (json_is_string(value))
		return text_copy(arena, json_text(value));
	CLEANUP(buffer_release) struct buffer plain = BUFFER_EMPTY;
	json_write_plain(value, &plain);
	return text_copy(arena, buffer_text(&plain));
}

bool value_texts(
	const struct value *value, const struct scored *scored, struct arena *arena, struct texts *ret, struct error *error)
{
	JSON_OWNED *list = value_list(value, scored, error);
	if (!list)
		return false;
	ret->count = json_array_size(list);
	ret->items = arena_take(arena, ret->count * sizeof(*ret->items));
	for (size_t i = 0; i < ret->count; i++)
		ret->items[i] = text_of_json(arena, json_array_get(list, i));
	return true;
}

bool value_text(const struct value *value, const struct scored *scored, struct arena *arena, struct text *ret, struct error *error)
{
	JSON_OWNED *made = value_json(value, scored, error);
	if (made)
		*ret = text_of_json(arena, made);
	return made;
}
