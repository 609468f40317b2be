#include "eval/base/template_private.h"
#include "eval/base/utf8.h"
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

json_t *filter_fail(struct error *error, const char *format, ...)
{
	char message[512];
	va_list list;
	va_start(list, format);
	vsnprintf(message, sizeof message, format, list);
	va_end(list);
	error_set(error, ERROR_CONFIG, "%s", message);
	return NULL;
}

long long argument_integer(json_t *const *arguments, int count, int at, long long fallback)
{
	return at < count && json_is_integer(arguments[at]) ? json_integer_value(arguments[at]) : fallback;
}

bool argument_truth(json_t *const *arguments, int count, int at)
{
	return at < count && arguments[at] && json_truth(arguments[at]);
}

static struct text argument_text(json_t *const *arguments, int count, int at)
{
	return at < count ? json_text(arguments[at]) : (struct text){NULL, 0};
}

/* ---- texts ---- */

/* Numbers and the like are taken as they print; lists and maps are refused. */
static bool text_wanted(const json_t *value, struct buffer *text, struct error *error)
{
	text->limit = TEMPLATE_OUTPUT;
	if (json_is_array(value) || json_is_object(value))
		return error_set(error, ERROR_CONFIG, "expected text, found %s", value_kind(value));
	json_write_plain(value, text);
	return !text->overflow || error_set(error, ERROR_CONFIG, "the text is larger than 64 MiB");
}

static json_t *text_result(const struct buffer *out, struct error *error)
{
	return out->overflow ? filter_fail(error, "the text is larger than 64 MiB") : json_from_text(buffer_text(out));
}

enum casing { CASING_UPPER, CASING_LOWER, CASING_TITLE, CASING_CAPITALIZE };

/* Where Jinja's `title` begins a new word. */
static bool ends_word(uint32_t code)
{
	return code != 0 && code < 0x80 && strchr("-({[< \t\n\v\f\r", (int)code);
}

static void code_add(struct buffer *out, uint32_t code, bool upper)
{
	char bytes[4];
	utf8proc_int32_t cased = upper ? utf8proc_toupper((utf8proc_int32_t)code) : utf8proc_tolower((utf8proc_int32_t)code);
	buffer_add(out, bytes, (size_t)utf8_encode((uint32_t)cased, bytes));
}

static json_t *case_changed(const json_t *value, enum casing casing, struct error *error)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer out = {.limit = TEMPLATE_OUTPUT};
	if (!text_wanted(value, &text, error))
		return NULL;
	bool start = true;
	for (size_t at = 0; at < text.length;) {
		uint32_t code = 0xFFFD;
		int taken = utf8_decode(text.data + at, text.length - at, &code);
		at += taken > 0 ? (size_t)taken : 1;
		code_add(&out, code, casing == CASING_UPPER || (casing != CASING_LOWER && start));
		start = casing == CASING_TITLE && ends_word(code);
	}
	return text_result(&out, error);
}

static json_t *filter_upper(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	return case_changed(value, CASING_UPPER, error);
}

static json_t *filter_lower(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	return case_changed(value, CASING_LOWER, error);
}

static json_t *filter_title(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	return case_changed(value, CASING_TITLE, error);
}

static json_t *filter_capitalize(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	return case_changed(value, CASING_CAPITALIZE, error);
}

static json_t *filter_string(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	CLEANUP(buffer_release) struct buffer out = {.limit = TEMPLATE_OUTPUT};
	json_write_plain(value, &out);
	return text_result(&out, error);
}

/* Bytes of `characters` alone count: nobody trims letters beyond ASCII. */
static struct text trimmed_of(struct text text, const char *characters)
{
	while (text.length && text.data[0] && strchr(characters, text.data[0]))
		text = text_make(text.data + 1, text.length - 1);
	while (text.length && text.data[text.length - 1] && strchr(characters, text.data[text.length - 1]))
		text.length--;
	return text;
}

static json_t *filter_trim(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	const char *characters = count > 0 ? json_string_value(arguments[0]) : NULL;
	if (!text_wanted(value, &text, error))
		return NULL;
	return json_from_text(trimmed_of(buffer_text(&text), characters ? characters : " \t\n\v\f\r"));
}

static json_t *filter_length(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	if (json_is_string(value))
		return json_integer((json_int_t)utf8_count(json_text(value)));
	if (json_is_array(value))
		return json_integer((json_int_t)json_array_size(value));
	if (json_is_object(value))
		return json_integer((json_int_t)json_object_size(value));
	return filter_fail(error, "%s has no length", value_kind(value));
}

static json_t *filter_wordcount(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	json_t *words = filter_split(value, NULL, 0, error);
	json_t *result = words ? json_integer((json_int_t)json_array_size(words)) : NULL;
	json_decref(words);
	return result;
}

/* old, new, count */
static json_t *filter_replace(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer out = {.limit = TEMPLATE_OUTPUT};
	struct text old = argument_text(arguments, count, 0), new = argument_text(arguments, count, 1), rest;
	long long left = argument_integer(arguments, count, 2, -1);
	if (!old.data || !new.data || old.length == 0)
		return filter_fail(error, "expected two texts, the first of them not empty");
	if (!text_wanted(value, &text, error))
		return NULL;
	rest = buffer_text(&text);
	for (long at; left != 0 && !out.overflow && (at = text_find(rest, old, 0)) >= 0; left--) {
		buffer_add(&out, rest.data, (size_t)at);
		buffer_add_text(&out, new);
		rest = text_make(rest.data + at + old.length, rest.length - (size_t)at - old.length);
	}
	buffer_add_text(&out, rest);
	return text_result(&out, error);
}

/* Bytes that the first `count` characters take. */
static size_t characters_length(struct text text, size_t count)
{
	size_t at = 0;
	for (; count > 0 && at < text.length; count--) {
		uint32_t code;
		int taken = utf8_decode(text.data + at, text.length - at, &code);
		at += taken > 0 ? (size_t)taken : 1;
	}
	return at;
}

/* length, killwords, end, leeway: a text that is only a little too long stays whole, and words are not cut, as in Jinja. */
static json_t *filter_truncate(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	long long length = argument_integer(arguments, count, 0, 255), leeway = argument_integer(arguments, count, 3, 5);
	struct text end = argument_text(arguments, count, 2);
	end = end.data ? end : TEXT("...");
	if (length < (long long)utf8_count(end) || length > INT32_MAX || leeway < 0 || leeway > INT32_MAX)
		return filter_fail(error, "expected a length of at least that of the end, %zu", utf8_count(end));
	if (!text_wanted(value, &text, error))
		return NULL;
	struct text whole = buffer_text(&text);
	if ((long long)utf8_count(whole) <= length + leeway)
		return json_from_text(whole);
	size_t kept = characters_length(whole, (size_t)length - utf8_count(end));
	const char *space = argument_truth(arguments, count, 1) ? NULL : memrchr(whole.data, ' ', kept);
	text.length = space ? (size_t)(space - text.data) : kept;
	buffer_add_text(&text, end);
	return text_result(&text, error);
}

static void indent_add(struct buffer *out, json_t *const *arguments, int count)
{
	struct text text = argument_text(arguments, count, 0);
	if (text.data)
		buffer_add_text(out, text);
	for (long long width = text.data ? 0 : argument_integer(arguments, count, 0, 4); width > 0; width--)
		buffer_add_byte(out, ' ');
}

/* width (a number or a text), first, blank */
static json_t *filter_indent(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer out = {.limit = TEMPLATE_OUTPUT};
	if (argument_integer(arguments, count, 0, 4) > 1000)
		return filter_fail(error, "the width is larger than 1000");
	if (!text_wanted(value, &text, error))
		return NULL;
	bool first = argument_truth(arguments, count, 1), blank = argument_truth(arguments, count, 2);
	bool start = first;
	for (size_t i = 0; i < text.length && !out.overflow; i++) {
		if (start && (blank || text.data[i] != '\n'))
			indent_add(&out, arguments, count);
		start = text.data[i] == '\n';
		buffer_add_byte(&out, text.data[i]);
	}
	return text_result(&out, error);
}

static int json_add(const char *data, size_t length, void *out)
{
	return buffer_add(out, data, length) ? 0 : -1;
}

/* With a space after commas and colons, as Python and Jinja write it. */
static json_t *filter_tojson(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	CLEANUP(buffer_release) struct buffer out = {.limit = TEMPLATE_OUTPUT};
	long long indent = argument_integer(arguments, count, 0, 0);
	if (indent < 0 || indent > 31)
		return filter_fail(error, "the indent must be 0 to 31");
	json_dump_callback(value, json_add, &out, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15) | JSON_INDENT((size_t)indent));
	return text_result(&out, error);
}

static json_t *filter_default(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	if (!argument_truth(arguments, count, 1) || json_truth(value))
		return json_incref((json_t *)value);
	return arguments[0] ? json_incref(arguments[0]) : json_string("");
}

/* ---- numbers ---- */

/* The number that a text holds, or the fallback. Answers false when the value is no scalar. */
static bool number_of(const json_t *value, double fallback, double *number, struct error *error)
{
	if (json_is_array(value) || json_is_object(value))
		return error_set(error, ERROR_CONFIG, "expected a number, found %s", value_kind(value));
	*number = json_is_number(value) ? json_number_value(value) : json_is_true(value);
	if (!json_is_string(value) && !json_is_null(value))
		return true;
	struct text text = text_trim(json_text(value));
	char *end = NULL, digits[400] = "";
	bool plain = text.length > 0 && text.length < sizeof digits && strspn(text.data, "+-.0123456789eE") >= text.length;
	if (plain)
		memcpy(digits, text.data, text.length);
	*number = strtod(digits, &end);
	if (!plain || *end || !isfinite(*number))
		*number = fallback;
	return true;
}

static json_t *filter_float(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	double number, fallback = count > 0 && json_is_number(arguments[0]) ? json_number_value(arguments[0]) : 0;
	return number_of(value, fallback, &number, error) ? json_real(number) : NULL;
}

/* Whole numbers in text are read as such: doubles would lose digits beyond 2^53. */
static bool integer_of(const json_t *value, long long *number)
{
	struct text text = text_trim(json_text(value));
	char digits[32] = "", *end;
	if (json_is_integer(value)) {
		*number = json_integer_value(value);
		return true;
	}
	if (!text.data || text.length == 0 || text.length >= sizeof digits || strspn(text.data, "+-0123456789") < text.length)
		return false;
	memcpy(digits, text.data, text.length);
	errno = 0;
	*number = strtoll(digits, &end, 10);
	return !*end && !errno;
}

static json_t *filter_int(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	long long whole, fallback = argument_integer(arguments, count, 0, 0);
	double number;
	if (integer_of(value, &whole))
		return json_integer(whole);
	if (!number_of(value, NAN, &number, error))
		return NULL;
	return json_integer(number > -9.2e18 && number < 9.2e18 ? (long long)number : fallback);
}

/* precision, method ("common", "ceil", "floor"); like Jinja's, the result is never a whole number by kind. */
static json_t *filter_round(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	long long precision = argument_integer(arguments, count, 0, 0);
	struct text method = argument_text(arguments, count, 1);
	if (!json_is_number(value) || precision < -300 || precision > 300)
		return filter_fail(error, "expected a number and a precision from -300 to 300, found %s", value_kind(value));
	double scale = pow(10, (double)precision), number = json_number_value(value) * scale;
	double rounded = number;
	if (!isfinite(number))
		return json_real(json_number_value(value));
	if (!method.data || text_equal(method, TEXT("common")))
		rounded = nearbyint(number);
	else if (text_equal(method, TEXT("ceil")))
		rounded = ceil(number);
	else if (text_equal(method, TEXT("floor")))
		rounded = floor(number);
	else
		return filter_fail(error, "the method must be common, ceil or floor");
	return json_real(rounded / scale);
}

static json_t *filter_abs(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	if (json_is_real(value))
		return json_real(fabs(json_real_value(value)));
	if (!json_is_integer(value) || json_integer_value(value) == INT64_MIN)
		return filter_fail(error, "expected a number, found %s", value_kind(value));
	return json_integer(llabs(json_integer_value(value)));
}

/* ---- the table ---- */

const struct template_filter template_filters[] = {
	{"abs", "the number without its sign", 0, 0, filter_abs},
	{"capitalize", "first letter upper case, the others lower case", 0, 0, filter_capitalize},
	{"count", "number of items or characters", 0, 0, filter_length},
	{"d", "the same as default", 0, 2, filter_default, "default_value boolean"},
	{"default", "another value where the variable is undefined (or, with true, empty)", 0, 2, filter_default,
		"default_value boolean"},
	{"first", "the first item or character", 0, 0, filter_first},
	{"float", "as a number with a fraction; 0.0 or the given default where it is none", 0, 1, filter_float, "default"},
	{"indent", "lines after the first moved in by 4 or the given number of spaces", 0, 3, filter_indent, "width first blank"},
	{"int", "as a whole number; 0 or the given default where it is none", 0, 1, filter_int, "default"},
	{"items", "a map as a list of [key, value]", 0, 0, filter_items},
	{"join", "the items as one text, with the separator between them", 0, 2, filter_join, "d attribute"},
	{"keys", "the keys of a map", 0, 0, filter_keys_of},
	{"last", "the last item or character", 0, 0, filter_last},
	{"length", "number of items or characters", 0, 0, filter_length},
	{"list", "the keys of a map or the characters of a text as a list", 0, 0, filter_list},
	{"lower", "lower case", 0, 0, filter_lower},
	{"map", "one attribute of every item, or every item through a filter", 1, 1, filter_map, "attribute"},
	{"max", "the largest item", 0, 2, filter_max, "case_sensitive attribute"},
	{"min", "the smallest item", 0, 2, filter_min, "case_sensitive attribute"},
	{"replace", "every occurrence of a text replaced by another", 2, 3, filter_replace, "old new count"},
	{"reverse", "the other way round", 0, 0, filter_reverse},
	{"round", "rounded to a number of digits after the point", 0, 2, filter_round, "precision method"},
	{"sort", "in order, without regard to case", 0, 3, filter_sort, "reverse case_sensitive attribute"},
	{"split", "a text as a list of its parts between separators, or of its words", 0, 1, filter_split, "sep"},
	{"string", "as text", 0, 0, filter_string},
	{"sum", "the items added up", 0, 1, filter_sum, "attribute"},
	{"title", "every word with a capital", 0, 0, filter_title},
	{"tojson", "as JSON", 0, 1, filter_tojson, "indent"},
	{"trim", "without white space, or the given characters, at both ends", 0, 1, filter_trim, "chars"},
	{"truncate", "cut to 255 or the given number of characters, at a word", 0, 4, filter_truncate,
		"length killwords end leeway"},
	{"unique", "every item once, without regard to case", 0, 2, filter_unique, "case_sensitive attribute"},
	{"upper", "upper case", 0, 0, filter_upper},
	{"values", "the values of a map", 0, 0, filter_values},
	{"wordcount", "number of words", 0, 0, filter_wordcount},
	{NULL},
};

const struct template_filter *filter_find(const char *name)
{
	for (const struct template_filter *filter = template_filters; filter->name; filter++)
		if (strcmp(filter->name, name) == 0)
			return filter;
	return NULL;
}
