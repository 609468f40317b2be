#include "eval/score/number.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#define GROUPS_LIMIT 20 /* thousands groups of one number */
#define EXPONENT_DIGITS 5
#define SAME 1e-12	 /* relative: what division by 100 may lose */
#define DOUBLE_DIGITS 15 /* decimal digits a double always tells apart */

/* Where the parts of a number lie. */
struct span {
	size_t start, digits, end;     /* of the sign, of the first digit, behind the mantissa */
	size_t exponent, exponent_end; /* digits and sign of it; equal when there is none */
	size_t place_end;
};

static bool digit_at(struct text text, size_t at)
{
	return at < text.length && isdigit((unsigned char)text.data[at]);
}

static bool alnum_before(struct text text, size_t at)
{
	return at > 0 && (isalnum((unsigned char)text.data[at - 1]) || text.data[at - 1] == ')' || (text.data[at - 1] & 0x80));
}

static bool starts_at(struct text text, size_t at, const char *what)
{
	return at <= text.length && text_starts(text_make(text.data + at, text.length - at), text_of(what));
}

static size_t digits_end(struct text text, size_t at)
{
	while (digit_at(text, at))
		at++;
	return at;
}

/* Behind the digits at `at` with their thousands groups (two or three digits each, the last three), when they are such. */
static size_t whole_end(struct text text, size_t at)
{
	size_t plain = digits_end(text, at), end = plain;
	if (plain - at > 3)
		return plain;
	for (int group = 0; group < GROUPS_LIMIT && end < text.length && text.data[end] == ',' && digit_at(text, end + 1);
		group++) {
		size_t next = digits_end(text, end + 1), length = next - end - 1;
		if (length < 2 || length > 3)
			return plain;
		if (length == 2 && !(next < text.length && text.data[next] == ',' && digit_at(text, next + 1)))
			return plain;
		end = next;
	}
	return end < text.length && text.data[end] == ',' && digit_at(text, end + 1) ? plain : end;
}

static size_t minus_before(struct text text, size_t at)
{
	size_t length = 0;
	if (at >= 1 && text.data[at - 1] == '-')
		length = 1;
	else if (at >= 3 && memcmp(text.data + at - 3, "\xE2\x88\x92", 3) == 0) /* U+2212 */
		length = 3;
	return length && !alnum_before(text, at - length) ? length : 0;
}

/* -5, -$5, −€5: the minus may stand in front of the currency. */
static size_t sign_find(struct text text, size_t at)
{
	size_t minus = minus_before(text, at);
	if (minus || at == 0)
		return at - minus;
	static const char *const currencies[] = {"$", "€", "£", "¥"};
	for (size_t i = 0; i < COUNT(currencies); i++) {
		size_t length = strlen(currencies[i]);
		if (at >= length && starts_at(text, at - length, currencies[i])) {
			minus = minus_before(text, at - length);
			return minus ? at - length - minus : at;
		}
	}
	return at;
}

static size_t spaces_skip(struct text text, size_t at)
{
	for (int i = 0; i < 3 && at < text.length && text.data[at] == ' '; i++)
		at++;
	return at;
}

static void exponent_set(struct text text, size_t at, size_t close, struct span *span)
{
	size_t digits = at < text.length && (text.data[at] == '-' || text.data[at] == '+') ? at + 1 : at;
	size_t end = digits_end(text, digits);
	if (end == digits || end - digits > EXPONENT_DIGITS)
		return;
	span->exponent = at;
	span->exponent_end = end;
	span->place_end = end + (close && starts_at(text, end, "}") ? 1 : 0);
}

/* e5, or × 10^5 with its usual spellings. */
static void exponent_find(struct text text, struct span *span)
{
	size_t at = span->end;
	if (at < text.length && (text.data[at] == 'e' || text.data[at] == 'E')) {
		exponent_set(text, at + 1, 0, span);
		bool word = span->exponent_end < text.length && isalpha((unsigned char)text.data[span->exponent_end]);
		if (word && span->exponent_end > span->exponent)
			*span = (struct span){span->start, span->digits, span->end, 0, 0, span->end};
		return;
	}
	static const char *const times[] = {"×", "x", "*", "·", "\\times"};
	at = spaces_skip(text, at);
	for (size_t i = 0; i < COUNT(times); i++)
		if (starts_at(text, at, times[i])) {
			at = spaces_skip(text, at + strlen(times[i]));
			if (starts_at(text, at, "10^{"))
				exponent_set(text, at + 4, 1, span);
			else if (starts_at(text, at, "10^"))
				exponent_set(text, at + 3, 0, span);
			return;
		}
}

/* A number begins at `at`: a digit, or a point with a digit behind it and no word before it. */
static bool span_read(struct text text, size_t at, struct span *span)
{
	bool point = at < text.length && text.data[at] == '.' && digit_at(text, at + 1) && !alnum_before(text, at);
	if (!digit_at(text, at) && !point)
		return false;
	*span = (struct span){.start = sign_find(text, at), .digits = at};
	span->end = point ? at : whole_end(text, at);
	if (span->end < text.length && text.data[span->end] == '.' && digit_at(text, span->end + 1))
		span->end = digits_end(text, span->end + 1);
	span->place_end = span->end;
	exponent_find(text, span);
	return true;
}

static const char *span_digits(struct arena *arena, struct text text, const struct span *span)
{
	char *out = arena_take(arena, span->end - span->digits + EXPONENT_DIGITS + 8);
	size_t length = 0;
	if (span->start < span->digits)
		out[length++] = '-';
	for (size_t i = span->digits; i < span->end; i++)
		if (text.data[i] != ',')
			out[length++] = text.data[i];
	if (span->exponent_end > span->exponent)
		out[length++] = 'e';
	for (size_t i = span->exponent; i < span->exponent_end; i++)
		out[length++] = text.data[i];
	return out;
}

bool number_last(struct arena *arena, struct text text, struct number *ret)
{
	struct span span, found;
	bool any = false;
	for (size_t at = 0; at < text.length;) {
		if (!span_read(text, at, &span)) {
			at++;
			continue;
		}
		found = span;
		any = true;
		at = span.place_end;
	}
	if (!any)
		return false;
	ret->place = text_make(text.data + found.start, found.place_end - found.start);
	ret->digits = span_digits(arena, text, &found);
	ret->value = strtod(ret->digits, 0);
	size_t after = spaces_skip(text, found.place_end);
	ret->percent = starts_at(text, after, "%") || starts_at(text, after, "\\%");
	return true;
}

/* ---- comparing ---- */

/* The next digit that counts, scaled by nothing: leading zeros, the point and trailing zeros of the fraction are left out. */
static size_t digits_normal(const char *digits, char *out, size_t limit)
{
	size_t length = 0;
	const char *point = strchr(digits, '.');
	const char *end = digits + strlen(digits);
	while (point && end > point && (end[-1] == '0' || end[-1] == '.'))
		end--;
	for (; digits < end && length < limit; digits++)
		if (*digits == '-' || *digits == '.' || (*digits != '0' || length > (size_t)(out[0] == '-')))
			out[length++] = *digits;
	return length;
}

/* Plain decimals with more digits than a double tells apart. */
static bool digits_differ(const char *a, const char *b)
{
	char left[256], right[256];
	if (strchr(a, 'e') || strchr(b, 'e') || strlen(a) >= sizeof(left) || strlen(b) >= sizeof(right))
		return false;
	size_t left_length = digits_normal(a, left, sizeof(left)), right_length = digits_normal(b, right, sizeof(right));
	if (left_length <= DOUBLE_DIGITS || right_length <= DOUBLE_DIGITS)
		return false;
	return left_length != right_length || memcmp(left, right, left_length) != 0;
}

static bool values_close(double answer, double expected, double tolerance, bool relative)
{
	double bound = relative ? tolerance * fabs(expected) : tolerance;
	return answer == expected || fabs(answer - expected) <= bound * (1 + SAME);
}

bool number_equal(const struct number *answer, const struct number *expected, double tolerance, bool relative)
{
	if (tolerance == 0 && answer->value == expected->value && digits_differ(answer->digits, expected->digits))
		return false;
	if (values_close(answer->value, expected->value, tolerance, relative))
		return true;
	if (answer->percent == expected->percent)
		return false;
	double left = answer->percent ? answer->value / 100 : answer->value;
	double right = expected->percent ? expected->value / 100 : expected->value;
	return values_close(left, right, tolerance, relative) || fabs(left - right) <= SAME * fabs(right);
}
