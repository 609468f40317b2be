#include "eval/base/nearest.h"
#include "eval/base/template_private.h"
#include <stdint.h>
#include <stdlib.h>

/* A value may be missing without being an error: `is defined` and `default` ask for it. */
enum found { FOUND, MISSING, FAILED };

static enum found value_find(struct run *run, const struct expression *expression, json_t **value);

static enum found found_if(json_t *value, json_t **out)
{
	*out = value;
	return value ? FOUND : FAILED;
}

/* ---- messages about what is missing ---- */

#define HINTS 200 /* names that a hint looks at */

static size_t keys_collect(const json_t *object, const char **names, size_t count)
{
	for (void *at = json_object_iter((json_t *)object); at && count < HINTS; at = json_object_iter_next((json_t *)object, at))
		names[count++] = json_object_iter_key(at);
	return count;
}

static const char *names_hint(struct arena *arena, const char *word, const char *const *names, size_t count, const char *words)
{
	const char *hint = nearest_hint(arena, word, names, count);
	if (*hint || count == 0)
		return hint;
	hint = words;
	for (size_t i = 0; i < count && strlen(hint) < 200; i++)
		hint = arena_format(arena, "%s%s %.40s", hint, i ? "," : "", names[i]);
	return hint;
}

static bool variable_missing(struct run *run, const struct expression *name)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	const char *names[HINTS];
	size_t count = 0;
	for (size_t i = run->binding_count; i > 0 && count < HINTS / 2; i--)
		names[count++] = run->bindings[i - 1].name;
	count = keys_collect(run->vars, names, count);
	return render_fail(run, name->at, "undefined variable `%s`%s", name->name,
		names_hint(arena, name->name, names, count, "; variables are"));
}

static struct text expression_text(const struct run *run, const struct expression *expression)
{
	size_t length = expression->end - expression->at;
	return text_make(run->template->source.data + expression->at, length > 60 ? 60 : length);
}

static bool member_missing(struct run *run, const struct expression *member, const json_t *owner, const char *name)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	const char *names[HINTS];
	size_t count = keys_collect(owner, names, 0);
	struct text text = expression_text(run, member->left);
	if (!json_is_object(owner))
		return render_fail(run, member->at, "`%.*s` is %s and has no member `%.60s`", (int)text.length, text.data,
			value_kind(owner), name);
	return render_fail(run, member->at, "`%.*s` has no member `%.60s`%s", (int)text.length, text.data, name,
		names_hint(arena, name, names, count, "; it has"));
}

static bool index_missing(struct run *run, const struct expression *index, const json_t *owner)
{
	json_t *key = expression_value(run, index->right);
	struct text text = expression_text(run, index->left);
	if (!key)
		return false;
	if (json_is_integer(key) && json_is_array(owner))
		render_fail(run, index->at, "`%.*s` has no item %lld: it has %zu", (int)text.length, text.data,
			(long long)json_integer_value(key), json_array_size(owner));
	else if (json_is_string(key))
		member_missing(run, index, owner, json_string_value(key));
	else
		render_fail(run, index->at, "`%.*s` is %s and cannot be indexed by %s", (int)text.length, text.data,
			value_kind(owner), value_kind(key));
	json_decref(key);
	return false;
}

/* Says which part of a path is the one that is not there. */
static bool missing_fail(struct run *run, const struct expression *expression)
{
	struct text text = expression_text(run, expression);
	if (expression->kind == EXPRESSION_NAME)
		return variable_missing(run, expression);
	json_t *owner;
	enum found found = value_find(run, expression->left, &owner);
	if (found != FOUND)
		return found == MISSING && missing_fail(run, expression->left);
	if (expression->kind == EXPRESSION_MEMBER)
		member_missing(run, expression, owner, expression->name);
	else if (expression->kind == EXPRESSION_INDEX)
		index_missing(run, expression, owner);
	else
		render_fail(run, expression->at, "`%.*s` has no value: there is nothing in it", (int)text.length, text.data);
	json_decref(owner);
	return false;
}

json_t *expression_value(struct run *run, const struct expression *expression)
{
	json_t *value = NULL;
	enum found found = value_find(run, expression, &value);
	if (found == MISSING)
		missing_fail(run, expression);
	return found == FOUND ? value : NULL;
}

/* ---- paths ---- */

static enum found name_find(struct run *run, const struct expression *name, json_t **value)
{
	for (size_t i = run->binding_count; i > 0; i--)
		if (strcmp(run->bindings[i - 1].name, name->name) == 0)
			return found_if(json_incref(run->bindings[i - 1].value), value);
	json_t *found = json_object_get(run->vars, name->name);
	*value = json_incref(found);
	return found ? FOUND : MISSING;
}

/* Borrowed. A negative index counts from the end. */
static json_t *item_at(const json_t *list, long long index)
{
	long long size = (long long)json_array_size(list);
	long long at = index < 0 ? index + size : index;
	return at >= 0 && at < size ? json_array_get(list, (size_t)at) : NULL;
}

static json_t *member_at(const json_t *owner, const char *name)
{
	if (json_is_object(owner))
		return json_object_get(owner, name);
	if (!json_is_array(owner) || !*name || name[strspn(name, "0123456789")] || strlen(name) > 9)
		return NULL;
	return item_at(owner, strtoll(name, NULL, 10));
}

static enum found member_find(struct run *run, const struct expression *member, json_t **value)
{
	json_t *owner;
	enum found found = value_find(run, member->left, &owner);
	if (found != FOUND)
		return found;
	*value = json_incref(member_at(owner, member->name));
	json_decref(owner);
	return *value ? FOUND : MISSING;
}

static json_t *indexed_at(const json_t *owner, const json_t *key)
{
	if (json_is_object(owner) && json_is_string(key))
		return json_object_getn(owner, json_string_value(key), json_string_length(key));
	return json_is_array(owner) && json_is_integer(key) ? item_at(owner, json_integer_value(key)) : NULL;
}

static enum found index_find(struct run *run, const struct expression *index, json_t **value)
{
	json_t *owner;
	enum found found = value_find(run, index->left, &owner);
	if (found != FOUND)
		return found;
	json_t *key = expression_value(run, index->right);
	*value = key ? json_incref(indexed_at(owner, key)) : NULL;
	found = *value ? FOUND : key ? MISSING : FAILED;
	json_decref(key);
	json_decref(owner);
	return found;
}

/* ---- filters ---- */

static size_t value_bytes(const json_t *value)
{
	if (json_is_string(value))
		return json_string_length(value);
	return 16 * (json_is_array(value) ? json_array_size(value) : json_object_size(value));
}

static void arguments_release(json_t **arguments, int count)
{
	for (int i = 0; i < count; i++)
		json_decref(arguments[i]);
}

#define ARGUMENTS 8

static bool arguments_find(struct run *run, const struct expression *filter, json_t *arguments[ARGUMENTS])
{
	for (int i = 0; i < filter->count && i < ARGUMENTS; i++) {
		arguments[i] = filter->items[i] ? expression_value(run, filter->items[i]) : NULL;
		if (filter->items[i] && !arguments[i]) {
			arguments_release(arguments, i);
			return false;
		}
	}
	return true;
}

static enum found filter_run(struct run *run, const struct expression *expression, const json_t *input, json_t **value)
{
	json_t *arguments[ARGUMENTS];
	struct error reason = {.kind = ERROR_NONE};
	if (!render_charge(run, expression->at, value_bytes(input)) || !arguments_find(run, expression, arguments))
		return FAILED;
	*value = expression->filter->apply(input, arguments, expression->count, &reason);
	arguments_release(arguments, expression->count);
	if (!*value && reason.kind == ERROR_NONE)
		return MISSING;
	if (!*value)
		render_fail(run, expression->at, "`%s`: %s", expression->filter->name, reason.message);
	else if (!render_charge(run, expression->at, value_bytes(*value))) {
		json_decref(*value);
		return FAILED;
	}
	return *value ? FOUND : FAILED;
}

static enum found filter_find_value(struct run *run, const struct expression *expression, json_t **value)
{
	bool defaults = strcmp(expression->filter->name, "default") == 0 || strcmp(expression->filter->name, "d") == 0;
	json_t *input = NULL;
	enum found found =
		defaults ? value_find(run, expression->left, &input) : found_if(expression_value(run, expression->left), &input);
	if (found == MISSING)
		return expression->count > 0 && expression->items[0] ? found_if(expression_value(run, expression->items[0]), value)
								     : found_if(json_string(""), value);
	if (found == FAILED)
		return FAILED;
	found = filter_run(run, expression, input, value);
	json_decref(input);
	return found;
}

/* ---- lists ---- */

/* Takes the list; answers it, or NULL when it is too large. */
static json_t *list_checked(struct run *run, const struct expression *expression, json_t *list)
{
	size_t count = values_count(list);
	if (count > TEMPLATE_ITEMS)
		render_fail(run, expression->at, "this list holds more than %d values or is nested too deep", TEMPLATE_ITEMS);
	if (count <= TEMPLATE_ITEMS && render_charge(run, expression->at, count * 16))
		return list;
	json_decref(list);
	return NULL;
}

static json_t *list_value(struct run *run, const struct expression *expression)
{
	json_t *list = json_array();
	for (int i = 0; i < expression->count; i++) {
		json_t *item = expression_value(run, expression->items[i]);
		if (!item) {
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, item);
	}
	return list_checked(run, expression, list);
}

static bool range_bounds(struct run *run, const struct expression *expression, long long bounds[3])
{
	for (int i = 0; i < expression->count; i++) {
		json_t *value = expression_value(run, expression->items[i]);
		bool whole = json_is_integer(value);
		bounds[i] = json_integer_value(value);
		json_decref(value);
		if (!value)
			return false;
		if (!whole || bounds[i] > INT32_MAX || bounds[i] < INT32_MIN)
			return render_fail(run, expression->items[i]->at, "`range` takes whole numbers below 2^31");
	}
	return true;
}

static json_t *range_value(struct run *run, const struct expression *expression)
{
	long long bounds[3] = {0, 0, 1};
	if (!range_bounds(run, expression, bounds))
		return NULL;
	long long from = expression->count == 1 ? 0 : bounds[0], to = expression->count == 1 ? bounds[0] : bounds[1],
		  step = bounds[2];
	if (step == 0 || (to - from) / step > TEMPLATE_ITEMS) {
		render_fail(
			run, expression->at, step == 0 ? "the step of `range` is 0" : "`range` gives more than 1000000 numbers");
		return NULL;
	}
	if (!render_charge(run, expression->at, 16 * (size_t)((to - from) / step < 0 ? 0 : (to - from) / step)))
		return NULL;
	json_t *list = json_array();
	for (long long at = from; step > 0 ? at < to : at > to; at += step)
		json_array_append_new(list, json_integer(at));
	return list;
}

/* ---- operators that look at one side first ---- */

static json_t *either_value(struct run *run, const struct expression *expression)
{
	json_t *left = expression_value(run, expression->left);
	if (!left || json_truth(left) == (expression->kind == EXPRESSION_OR))
		return left;
	json_decref(left);
	return expression_value(run, expression->right);
}

static json_t *conditional_value(struct run *run, const struct expression *expression)
{
	json_t *condition = expression_value(run, expression->condition);
	if (!condition)
		return NULL;
	bool holds = json_truth(condition);
	json_decref(condition);
	return expression_value(run, holds ? expression->left : expression->right);
}

static json_t *not_value(struct run *run, const struct expression *expression)
{
	json_t *operand = expression_value(run, expression->left);
	json_t *result = operand ? json_boolean(!json_truth(operand)) : NULL;
	json_decref(operand);
	return result;
}

static json_t *negative_value(struct run *run, const struct expression *expression)
{
	json_t *operand = expression_value(run, expression->left), *result = NULL;
	if (json_is_real(operand))
		result = json_real(-json_real_value(operand));
	else if (json_is_integer(operand) && json_integer_value(operand) != INT64_MIN)
		result = json_integer(-json_integer_value(operand));
	else if (operand)
		render_fail(run, expression->at, "%s cannot be negative", value_kind(operand));
	json_decref(operand);
	return result;
}

static json_t *binary_value(struct run *run, const struct expression *expression)
{
	json_t *left = expression_value(run, expression->left);
	json_t *right = left ? expression_value(run, expression->right) : NULL;
	json_t *result = right ? operation_apply(run, expression, left, right) : NULL;
	json_decref(left);
	json_decref(right);
	bool list = result && json_is_array(result);
	return list ? list_checked(run, expression, result) : result;
}

static json_t *test_value(struct run *run, const struct expression *expression)
{
	json_t *operand = NULL;
	bool tolerant = expression->test->of_undefined;
	enum found found = tolerant ? value_find(run, expression->left, &operand)
				    : found_if(expression_value(run, expression->left), &operand);
	if (found == FAILED)
		return NULL;
	bool holds = expression->test->holds(found == FOUND ? operand : NULL);
	if (found == FOUND)
		json_decref(operand);
	return json_boolean(holds != expression->negated);
}

static json_t *computed_value(struct run *run, const struct expression *expression)
{
	switch (expression->kind) {
	case EXPRESSION_STRING:
		return json_from_text(expression->text);
	case EXPRESSION_INTEGER:
		return json_integer(expression->integer);
	case EXPRESSION_REAL:
		return json_real(expression->real);
	case EXPRESSION_TRUE:
		return json_true();
	case EXPRESSION_FALSE:
		return json_false();
	case EXPRESSION_NONE:
		return json_null();
	case EXPRESSION_LIST:
		return list_value(run, expression);
	case EXPRESSION_RANGE:
		return range_value(run, expression);
	case EXPRESSION_BINARY:
		return binary_value(run, expression);
	case EXPRESSION_AND:
	case EXPRESSION_OR:
		return either_value(run, expression);
	case EXPRESSION_NOT:
		return not_value(run, expression);
	case EXPRESSION_NEGATE:
		return negative_value(run, expression);
	case EXPRESSION_CONDITIONAL:
		return conditional_value(run, expression);
	case EXPRESSION_TEST:
		return test_value(run, expression);
	default:
		BUG("expression of kind %d", (int)expression->kind);
	}
}

static enum found value_find(struct run *run, const struct expression *expression, json_t **value)
{
	*value = NULL;
	if (!render_step(run, expression->at))
		return FAILED;
	switch (expression->kind) {
	case EXPRESSION_NAME:
		return name_find(run, expression, value);
	case EXPRESSION_MEMBER:
		return member_find(run, expression, value);
	case EXPRESSION_INDEX:
		return index_find(run, expression, value);
	case EXPRESSION_FILTER:
		return filter_find_value(run, expression, value);
	default:
		return found_if(computed_value(run, expression), value);
	}
}
