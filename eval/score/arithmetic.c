#include "eval/score/arithmetic.h"
#include "eval/score/number.h"
#include "eval/score/value.h"
#include <ctype.h>
#include <math.h>

#define DEPTH_MOST 20
#define SAME 1e-9 /* relative */

/* The left side of an equation, read from its beginning. */
struct sum {
	struct text rest;
	int depth, operators;
	bool broken;
};

static bool sign_is(struct text text, const char *sign)
{
	return text_starts(text, text_of(sign));
}

static void skip(struct sum *sum)
{
	while (sum->rest.length && strchr(" $", sum->rest.data[0]))
		sum->rest = text_make(sum->rest.data + 1, sum->rest.length - 1);
}

/* One of the signs, taken. */
static bool take(struct sum *sum, const char *sign)
{
	skip(sum);
	if (!sign_is(sum->rest, sign))
		return false;
	sum->rest = text_make(sum->rest.data + strlen(sign), sum->rest.length - strlen(sign));
	return true;
}

/* Digits with thousands commas and a decimal point; *decimals behind the point. */
static bool number_take(struct text *rest, double *value, int *decimals)
{
	char digits[32];
	size_t length = 0, at = 0;
	bool point = false;
	*decimals = 0;
	for (; at < rest->length && length + 1 < sizeof digits; at++) {
		char byte = rest->data[at];
		bool next = at + 1 < rest->length && isdigit((unsigned char)rest->data[at + 1]);
		if (byte == ',' && next && length)
			continue;
		if (byte == '.' && (!next || point))
			break;
		if (byte != '.' && !isdigit((unsigned char)byte))
			break;
		point |= byte == '.';
		*decimals += point && byte != '.';
		digits[length++] = byte;
	}
	digits[length] = 0;
	*rest = text_make(rest->data + at, rest->length - at);
	*value = length ? strtod(digits, NULL) : 0;
	return length > 0;
}

static double terms_sum(struct sum *sum);

static double factor_read(struct sum *sum)
{
	double value = 0;
	int decimals;
	if (sum->depth > DEPTH_MOST) {
		sum->broken = true;
		return 0;
	}
	if (take(sum, "-"))
		return -factor_read(sum);
	if (take(sum, "(")) {
		sum->depth++;
		value = terms_sum(sum);
		sum->depth--;
		sum->broken |= !take(sum, ")");
		return value;
	}
	skip(sum);
	sum->broken |= !number_take(&sum->rest, &value, &decimals);
	return take(sum, "%") ? value / 100 : value;
}

static double factors_multiply(struct sum *sum)
{
	double value = factor_read(sum);
	while (!sum->broken) {
		bool times = take(sum, "*") || take(sum, "×");
		if (!times && !take(sum, "/") && !take(sum, "÷"))
			break;
		sum->operators++;
		double next = factor_read(sum);
		sum->broken |= !times && next == 0;
		value = sum->broken ? 0 : times ? value * next : value / next;
	}
	return value;
}

static double terms_sum(struct sum *sum)
{
	double value = factors_multiply(sum);
	while (!sum->broken) {
		bool plus = take(sum, "+");
		if (!plus && !take(sum, "-"))
			break;
		sum->operators++;
		double next = factors_multiply(sum);
		value += plus ? next : -next;
	}
	return value;
}

/* How far back from the sign of equality a sum may reach: digits, signs and space. */
static size_t left_begin(struct text text, size_t equals)
{
	size_t at = equals;
	while (at > 0) {
		unsigned char byte = (unsigned char)text.data[at - 1];
		bool wide = at >= 2 &&
			    (sign_is(text_make(text.data + at - 2, 2), "×") || sign_is(text_make(text.data + at - 2, 2), "÷"));
		if (!wide && !isdigit(byte) && !strchr(" .,+-*/()$%", byte))
			break;
		at -= wide ? 2 : 1;
	}
	/* the end of what stood before: "cost. 3 + 4" */
	while (at < equals && strchr(" .,*)", text.data[at]))
		at++;
	return at;
}

static bool left_read(struct text text, double *value)
{
	struct sum sum = {.rest = text};
	*value = terms_sum(&sum);
	skip(&sum);
	return !sum.broken && sum.operators && !sum.rest.length;
}

static bool right_read(struct text text, double *stated, int *decimals)
{
	struct sum right = {.rest = text};
	bool minus = take(&right, "-");
	skip(&right);
	if (!number_take(&right.rest, stated, decimals))
		return false;
	*stated = minus ? -*stated : *stated;
	return true;
}

/* Behind the next end of a clause: "in 1998. 3 + 4". */
static size_t clause_next(struct text text, size_t at, size_t end)
{
	while (at + 1 < end && !(strchr(".,", text.data[at]) && text.data[at + 1] == ' '))
		at++;
	return at + 1 < end ? at + 2 : end;
}

/* The sum before the sign, and the result behind it. False: neither is there. */
static bool equation_read(struct text text, size_t equals, double *value, double *stated, int *decimals)
{
	for (size_t begin = left_begin(text, equals); begin < equals; begin = clause_next(text, begin, equals))
		if (left_read(text_make(text.data + begin, equals - begin), value))
			return right_read(text_make(text.data + equals + 1, text.length - equals - 1), stated, decimals);
	return false;
}

static bool is_same(double a, double b)
{
	return fabs(a - b) <= SAME * fmax(1, fmax(fabs(a), fabs(b)));
}

bool sum_slipped(struct arena *arena, struct text answer, const json_t *expected)
{
	struct number gold;
	if (!json_array_size(expected) || !number_last(arena, text_of_json(arena, json_array_get(expected, 0)), &gold))
		return false;
	for (long at = text_find(answer, TEXT("="), 0); at >= 0; at = text_find(answer, TEXT("="), (size_t)at + 1)) {
		double value, stated;
		int decimals;
		if (!equation_read(answer, (size_t)at, &value, &stated, &decimals))
			continue;
		bool rounded = fabs(value - stated) <= .5 * pow(10, -decimals) + SAME;
		if (!rounded && is_same(value, gold.value))
			return true;
	}
	return false;
}
