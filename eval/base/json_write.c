#include "eval/base/json.h"
#include "eval/base/utf8.h"
#include <stdio.h>
#include <stdlib.h>

/* Writing is our own: jansson writes 0.1 as 0.10000000000000001, and sets up a table against loops for every string it writes (RFC
 * 8259, section 7: quote, backslash and the bytes below 0x20 are escaped, everything else stands as it is). */

/* The shortest digits that read back as the same number; a fraction or an exponent keeps it a real. */
static void real_write(double number, struct buffer *out)
{
	char digits[40];
	for (int precision = 15; precision <= 17; precision++) {
		snprintf(digits, sizeof digits, "%.*g", precision, number);
		if (strtod(digits, NULL) == number)
			break;
	}
	buffer_add_string(out, digits);
}

static void real_write_marked(double number, struct buffer *out)
{
	size_t before = out->length;
	real_write(number, out);
	if (!strpbrk(buffer_string(out) + before, ".eEn"))
		buffer_add_string(out, ".0");
}

static void escape_write(unsigned char byte, struct buffer *out)
{
	static const char named[][2] = {{'"', '"'}, {'\\', '\\'}, {'\b', 'b'}, {'\f', 'f'}, {'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}};
	for (size_t i = 0; i < COUNT(named); i++)
		if (byte == (unsigned char)named[i][0]) {
			buffer_add(out, (const char[]){'\\', named[i][1]}, 2);
			return;
		}
	buffer_format(out, "\\u%04X", byte);
}

static void string_write(struct text string, struct buffer *out)
{
	size_t plain = 0; /* begin of what needs no escape */
	buffer_add_byte(out, '"');
	for (size_t i = 0; i < string.length; i++) {
		unsigned char byte = (unsigned char)string.data[i];
		if (byte >= 0x20 && byte != '"' && byte != '\\')
			continue;
		buffer_add(out, string.data + plain, i - plain);
		escape_write(byte, out);
		plain = i + 1;
	}
	buffer_add(out, string.data + plain, string.length - plain);
	buffer_add_byte(out, '"');
}

struct style {
	bool sorted, pretty;
};

static void value_write(const json_t *value, const struct style *style, size_t depth, struct buffer *out);

static void line_begin(const struct style *style, size_t depth, struct buffer *out)
{
	if (!style->pretty)
		return;
	buffer_add_byte(out, '\n');
	for (size_t i = 0; i < depth; i++)
		buffer_add_string(out, "  ");
}

struct member {
	const char *name;
	size_t length;
	const json_t *value;
};

static int member_order(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	int order = memcmp(a->name, b->name, a->length < b->length ? a->length : b->length);
	return order ? order : (a->length > b->length) - (a->length < b->length);
}

static void member_write(const struct member *member, const struct style *style, size_t depth, struct buffer *out)
{
	line_begin(style, depth, out);
	string_write(text_make(member->name, member->length), out);
	buffer_add_string(out, style->pretty ? ": " : ":");
	value_write(member->value, style, depth, out);
}

static void object_write(const json_t *object, const struct style *style, size_t depth, struct buffer *out)
{
	struct member few[16];
	size_t size = json_object_size(object);
	CLEANUP(memory_release) struct member *many = size > COUNT(few) ? memory_take(size * sizeof *many) : NULL;
	struct member *members = many ? many : few;
	const char *name;
	size_t length, count = 0;
	json_t *value;
	json_object_keylen_foreach((json_t *)object, name, length, value) members[count++] = (struct member){name, length, value};
	if (style->sorted)
		qsort(members, count, sizeof *members, member_order);
	buffer_add_byte(out, '{');
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_add_byte(out, ',');
		member_write(&members[i], style, depth + 1, out);
	}
	if (count)
		line_begin(style, depth, out);
	buffer_add_byte(out, '}');
}

static void array_write(const json_t *array, const struct style *style, size_t depth, struct buffer *out)
{
	buffer_add_byte(out, '[');
	for (size_t i = 0; i < json_array_size(array); i++) {
		if (i)
			buffer_add_byte(out, ',');
		line_begin(style, depth + 1, out);
		value_write(json_array_get(array, i), style, depth + 1, out);
	}
	if (json_array_size(array))
		line_begin(style, depth, out);
	buffer_add_byte(out, ']');
}

static void value_write(const json_t *value, const struct style *style, size_t depth, struct buffer *out)
{
	if (json_is_object(value))
		object_write(value, style, depth, out);
	else if (json_is_array(value))
		array_write(value, style, depth, out);
	else if (json_is_string(value))
		string_write(text_make(json_string_value(value), json_string_length(value)), out);
	else if (json_is_real(value))
		real_write_marked(json_real_value(value), out);
	else if (json_is_integer(value))
		buffer_format(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else
		buffer_add_string(out, json_is_true(value) ? "true" : json_is_false(value) ? "false" : "null");
}

void json_canonical(const json_t *value, struct buffer *out)
{
	value_write(value, &(struct style){.sorted = true}, 0, out);
}

void json_compact(const json_t *value, struct buffer *out)
{
	value_write(value, &(struct style){0}, 0, out);
}

void json_pretty(const json_t *value, struct buffer *out)
{
	value_write(value, &(struct style){.pretty = true}, 0, out);
}

json_t *json_from_text(struct text text)
{
	if (utf8_invalid_at(text) < 0)
		return json_stringn_nocheck(text.data ? text.data : "", text.length);
	CLEANUP(buffer_release) struct buffer valid = BUFFER_EMPTY;
	utf8_repair(text, &valid);
	return json_stringn_nocheck(buffer_string(&valid), valid.length);
}

void json_write_string(struct text text, struct buffer *out)
{
	JSON_OWNED *value = json_from_text(text);
	json_compact(value, out);
}

struct text json_text(const json_t *value)
{
	if (!json_is_string(value))
		return text_make(NULL, 0);
	return text_make(json_string_value(value), json_string_length(value));
}

void json_write_plain(const json_t *value, struct buffer *out)
{
	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_STRING:
		buffer_add_text(out, json_text(value));
		break;
	case JSON_INTEGER:
		buffer_format(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		break;
	case JSON_REAL:
		real_write(json_real_value(value), out);
		break;
	case JSON_TRUE:
		buffer_add_string(out, "true");
		break;
	case JSON_FALSE:
		buffer_add_string(out, "false");
		break;
	case JSON_NULL:
		break;
	case JSON_OBJECT:
	case JSON_ARRAY:
		json_compact(value, out);
		break;
	}
}
