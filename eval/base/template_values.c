#include "eval/base/template_private.h"
#include <math.h>

#define VALUE_DEPTH 1000

/* ---- what values are ---- */

const char *value_kind(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return "a map";
	case JSON_ARRAY:
		return "a list";
	case JSON_STRING:
		return "text";
	case JSON_INTEGER:
	case JSON_REAL:
		return "a number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "true or false";
	case JSON_NULL:
		break;
	}
	return "none";
}

bool value_comparable(const json_t *left, const json_t *right)
{
	return (json_is_number(left) && json_is_number(right)) || (json_is_string(left) && json_is_string(right));
}

int value_compare(const json_t *left, const json_t *right)
{
	if (json_is_string(left)) {
		size_t a = json_string_length(left), b = json_string_length(right);
		int order = memcmp(json_string_value(left), json_string_value(right), a < b ? a : b);
		return order ? order : (a > b) - (a < b);
	}
	if (json_is_integer(left) && json_is_integer(right))
		return (json_integer_value(left) > json_integer_value(right)) -
		       (json_integer_value(left) < json_integer_value(right));
	double a = json_number_value(left), b = json_number_value(right);
	return (a > b) - (a < b);
}

bool value_equal(const json_t *left, const json_t *right)
{
	return value_comparable(left, right) ? value_compare(left, right) == 0 : json_equal(left, right);
}

bool value_contains(const json_t *list, const json_t *value)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (value_equal(json_array_get(list, i), value))
			return true;
	return false;
}

static size_t values_within(const json_t *value, size_t limit, int depth)
{
	size_t count = 1;
	if (depth > VALUE_DEPTH)
		return limit + 1;
	if (json_is_array(value))
		for (size_t i = 0; i < json_array_size(value) && count <= limit; i++)
			count += values_within(json_array_get(value, i), limit - count, depth + 1);
	if (json_is_object(value))
		for (void *at = json_object_iter((json_t *)value); at && count <= limit;
			at = json_object_iter_next((json_t *)value, at))
			count += values_within(json_object_iter_value(at), limit - count, depth + 1);
	return count;
}

size_t values_count(const json_t *value)
{
	return values_within(value, TEMPLATE_ITEMS, 0);
}

/* ---- tests ---- */

static bool is_defined(const json_t *value)
{
	return value != NULL;
}
static bool is_undefined(const json_t *value)
{
	return value == NULL;
}
static bool is_none(const json_t *value)
{
	return json_is_null(value);
}
static bool is_string(const json_t *value)
{
	return json_is_string(value);
}
static bool is_number(const json_t *value)
{
	return json_is_number(value);
}
static bool is_integer(const json_t *value)
{
	return json_is_integer(value);
}
static bool is_real(const json_t *value)
{
	return json_is_real(value);
}
static bool is_boolean(const json_t *value)
{
	return json_is_boolean(value);
}
static bool is_true(const json_t *value)
{
	return json_is_true(value);
}
static bool is_false(const json_t *value)
{
	return json_is_false(value);
}
static bool is_mapping(const json_t *value)
{
	return json_is_object(value);
}
static bool is_list(const json_t *value)
{
	return json_is_array(value);
}
static bool is_iterable(const json_t *value)
{
	return json_is_array(value) || json_is_object(value) || json_is_string(value);
}
static bool is_odd(const json_t *value)
{
	return json_integer_value(value) % 2 != 0;
}
static bool is_even(const json_t *value)
{
	return json_is_integer(value) && !is_odd(value);
}

const struct template_test template_tests[] = {
	{"defined", is_defined, true},
	{"undefined", is_undefined, true},
	{"none", is_none},
	{"string", is_string},
	{"number", is_number},
	{"integer", is_integer},
	{"float", is_real},
	{"boolean", is_boolean},
	{"true", is_true},
	{"false", is_false},
	{"mapping", is_mapping},
	{"list", is_list},
	{"sequence", is_list},
	{"iterable", is_iterable},
	{"odd", is_odd},
	{"even", is_even},
	{NULL},
};

/* ---- operators ---- */

static const char *const words[] = {
	[OPERATION_EQUAL] = "==",
	[OPERATION_UNEQUAL] = "!=",
	[OPERATION_LESS] = "<",
	[OPERATION_AT_MOST] = "<=",
	[OPERATION_MORE] = ">",
	[OPERATION_AT_LEAST] = ">=",
	[OPERATION_IN] = "in",
	[OPERATION_NOT_IN] = "not in",
	[OPERATION_PLUS] = "+",
	[OPERATION_MINUS] = "-",
	[OPERATION_TIMES] = "*",
	[OPERATION_DIVIDE] = "/",
	[OPERATION_FLOOR] = "//",
	[OPERATION_MODULO] = "%",
	[OPERATION_JOIN] = "~",
};

static json_t *refuse(struct run *run, const struct expression *expression, const json_t *left, const json_t *right)
{
	render_fail(run, expression->at, "`%s` does not work on %s and %s", words[expression->operation], value_kind(left),
		value_kind(right));
	return NULL;
}

static json_t *order_value(struct run *run, const struct expression *expression, const json_t *left, const json_t *right)
{
	if (!value_comparable(left, right))
		return refuse(run, expression, left, right);
	int order = value_compare(left, right);
	switch (expression->operation) {
	case OPERATION_LESS:
		return json_boolean(order < 0);
	case OPERATION_AT_MOST:
		return json_boolean(order <= 0);
	case OPERATION_MORE:
		return json_boolean(order > 0);
	default:
		return json_boolean(order >= 0);
	}
}

static json_t *membership_value(struct run *run, const struct expression *expression, const json_t *left, const json_t *right)
{
	bool within;
	if (json_is_array(right))
		within = value_contains(right, left);
	else if (json_is_string(right) && json_is_string(left))
		within = text_find(json_text(right), json_text(left), 0) >= 0;
	else if (json_is_object(right) && json_is_string(left))
		within = json_object_getn(right, json_string_value(left), json_string_length(left)) != NULL;
	else
		return refuse(run, expression, left, right);
	return json_boolean(within == (expression->operation == OPERATION_IN));
}

static json_t *real_checked(struct run *run, const struct expression *expression, double value)
{
	if (isfinite(value))
		return json_real(value);
	render_fail(run, expression->at, "the result of `%s` is out of range", words[expression->operation]);
	return NULL;
}

/* Division that rounds down, and the remainder that goes with it, as Python has them. */
static long long floor_divide(long long a, long long b)
{
	return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static json_t *integer_value(struct run *run, const struct expression *expression, long long a, long long b)
{
	long long result = 0;
	bool overflow = false;
	switch (expression->operation) {
	case OPERATION_PLUS:
		overflow = __builtin_add_overflow(a, b, &result);
		break;
	case OPERATION_MINUS:
		overflow = __builtin_sub_overflow(a, b, &result);
		break;
	case OPERATION_TIMES:
		overflow = __builtin_mul_overflow(a, b, &result);
		break;
	case OPERATION_FLOOR:
		overflow = b == -1 && __builtin_sub_overflow(0, a, &result);
		result = b == -1 ? result : floor_divide(a, b);
		break;
	case OPERATION_MODULO:
		result = b == -1 ? 0 : a - b * floor_divide(a, b);
		break;
	default:
		return real_checked(run, expression, (double)a / (double)b);
	}
	if (!overflow)
		return json_integer(result);
	render_fail(run, expression->at, "the result of `%s` is out of range", words[expression->operation]);
	return NULL;
}

static double real_result(enum operation operation, double a, double b)
{
	switch (operation) {
	case OPERATION_PLUS:
		return a + b;
	case OPERATION_MINUS:
		return a - b;
	case OPERATION_TIMES:
		return a * b;
	case OPERATION_FLOOR:
		return floor(a / b);
	case OPERATION_MODULO:
		return a - b * floor(a / b);
	default:
		return a / b;
	}
}

static json_t *number_value(struct run *run, const struct expression *expression, const json_t *left, const json_t *right)
{
	enum operation operation = expression->operation;
	bool divides = operation == OPERATION_DIVIDE || operation == OPERATION_FLOOR || operation == OPERATION_MODULO;
	if (divides && json_number_value(right) == 0) {
		render_fail(run, expression->at, "division by zero");
		return NULL;
	}
	if (json_is_integer(left) && json_is_integer(right))
		return integer_value(run, expression, json_integer_value(left), json_integer_value(right));
	return real_checked(run, expression, real_result(operation, json_number_value(left), json_number_value(right)));
}

/* `~` prints both sides; `+` joins two texts. */
static json_t *joined_value(struct run *run, const struct expression *expression, const json_t *left, const json_t *right)
{
	CLEANUP(buffer_release) struct buffer out = {.limit = TEMPLATE_OUTPUT};
	json_write_plain(left, &out);
	json_write_plain(right, &out);
	if (out.overflow) {
		render_fail(run, expression->at, "the text is larger than 64 MiB");
		return NULL;
	}
	return render_charge(run, expression->at, out.length) ? json_from_text(buffer_text(&out)) : NULL;
}

static json_t *list_joined(const json_t *left, const json_t *right)
{
	json_t *list = json_array();
	json_array_extend(list, (json_t *)left);
	json_array_extend(list, (json_t *)right);
	return list;
}

static json_t *arithmetic_value(struct run *run, const struct expression *expression, const json_t *left, const json_t *right)
{
	bool plus = expression->operation == OPERATION_PLUS;
	if (json_is_number(left) && json_is_number(right))
		return number_value(run, expression, left, right);
	if (plus && json_is_string(left) && json_is_string(right))
		return joined_value(run, expression, left, right);
	if (plus && json_is_array(left) && json_is_array(right))
		return list_joined(left, right);
	return refuse(run, expression, left, right);
}

static size_t comparison_bytes(const json_t *left, const json_t *right)
{
	return json_string_length(left) + json_string_length(right) + 16 * (values_count(left) + values_count(right));
}

json_t *operation_apply(struct run *run, const struct expression *expression, const json_t *left, const json_t *right)
{
	if (!render_charge(run, expression->at, comparison_bytes(left, right)))
		return NULL;
	switch (expression->operation) {
	case OPERATION_EQUAL:
		return json_boolean(value_equal(left, right));
	case OPERATION_UNEQUAL:
		return json_boolean(!value_equal(left, right));
	case OPERATION_LESS:
	case OPERATION_AT_MOST:
	case OPERATION_MORE:
	case OPERATION_AT_LEAST:
		return order_value(run, expression, left, right);
	case OPERATION_IN:
	case OPERATION_NOT_IN:
		return membership_value(run, expression, left, right);
	case OPERATION_JOIN:
		return joined_value(run, expression, left, right);
	default:
		return arithmetic_value(run, expression, left, right);
	}
}
