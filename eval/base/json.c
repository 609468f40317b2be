#include "eval/base/json.h"
#include "eval/base/utf8.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define JSON_DEPTH 512

void json_release(json_t **json)
{
	json_decref(*json);
	*json = NULL;
}

/* How deep the text stands at its end, and whether inside a string; false where it is too deep anywhere. */
static bool brackets_count(struct text text, size_t *depth, bool *quoted)
{
	*depth = 0;
	*quoted = false;
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.data[i];
		if (*quoted) {
			if (byte == '\\')
				i++;
			else if (byte == '"')
				*quoted = false;
		} else if (byte == '"') {
			*quoted = true;
		} else if (byte == '{' || byte == '[') {
			if (++*depth > JSON_DEPTH)
				return false;
		} else if ((byte == '}' || byte == ']') && *depth) {
			--*depth;
		}
	}
	return true;
}

/* Deep nesting would overflow the stack of a recursive reader: counted before parsing. */
static bool depth_fits(struct text text)
{
	size_t depth;
	bool quoted;
	return text.length <= JSON_DEPTH || brackets_count(text, &depth, &quoted);
}

bool json_is_cut(struct text text)
{
	size_t depth;
	bool quoted;
	text = text_trim(text);
	if (!text.length || (text.data[0] != '{' && text.data[0] != '['))
		return false;
	return brackets_count(text, &depth, &quoted) && (depth || quoted);
}

bool json_truth(const json_t *value)
{
	if (!value)
		return false;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return json_object_size(value) > 0;
	case JSON_ARRAY:
		return json_array_size(value) > 0;
	case JSON_STRING:
		return json_string_length(value) > 0;
	case JSON_INTEGER:
	case JSON_REAL:
		return json_number_value(value) != 0;
	default:
		return json_is_true(value);
	}
}

static json_t *parse_with(struct text text, size_t flags, enum json_error_code *code, struct error *error)
{
	json_error_t reason;
	*code = json_error_unknown;
	if (!depth_fits(text)) {
		error_set(error, ERROR_DATA, "JSON nested deeper than %d", JSON_DEPTH);
		return NULL;
	}
	json_t *value = json_loadb(text.data ? text.data : "", text.length, flags | JSON_DECODE_ANY, &reason);
	if (!value) {
		*code = json_error_code(&reason);
		error_at(error, ERROR_DATA, NULL, reason.line > 0 ? reason.line : 1, reason.column > 0 ? reason.column : 1,
			"not valid JSON: %s", reason.text);
	}
	return value;
}

json_t *json_parse(struct text text, struct error *error)
{
	enum json_error_code code;
	return parse_with(text, JSON_REJECT_DUPLICATES, &code, error);
}

static int hex_value(const char *digits, size_t left)
{
	int value = 0;
	for (size_t i = 0; i < 4; i++) {
		char d = i < left ? digits[i] : 'x';
		int digit = d >= '0' && d <= '9'   ? d - '0'
			    : d >= 'a' && d <= 'f' ? d - 'a' + 10
			    : d >= 'A' && d <= 'F' ? d - 'A' + 10
						   : -1;
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* Copies one escape that starts at text.data[i] ('\\'), replacing a lone surrogate (and a NUL unless it is kept); answers the bytes
 * read. */
static size_t escape_copy(struct text text, size_t i, bool keep_nul, struct buffer *out)
{
	size_t left = text.length - i;
	if (left < 2 || text.data[i + 1] != 'u') {
		buffer_add(out, text.data + i, left < 2 ? left : 2);
		return left < 2 ? left : 2;
	}
	int code = hex_value(text.data + i + 2, left - 2);
	if ((code < 0xD800 || code > 0xDFFF) && (code || keep_nul)) {
		size_t taken = code < 0 ? 2 : 6;
		buffer_add(out, text.data + i, taken);
		return taken;
	}
	bool pair = code >= 0xD800 && code < 0xDC00 && left >= 12 && text.data[i + 6] == '\\' && text.data[i + 7] == 'u';
	int low = pair ? hex_value(text.data + i + 8, left - 8) : -1;
	if (low >= 0xDC00 && low <= 0xDFFF) {
		buffer_add(out, text.data + i, 12);
		return 12;
	}
	buffer_add_string(out, "\\uFFFD");
	return 6;
}

static void escapes_mend(struct text text, bool keep_nul, struct buffer *out)
{
	size_t i = 0;
	while (i < text.length) {
		const char *slash = memchr(text.data + i, '\\', text.length - i);
		size_t plain = slash ? (size_t)(slash - text.data) - i : text.length - i;
		buffer_add(out, text.data + i, plain);
		i += plain;
		if (i < text.length)
			i += escape_copy(text, i, keep_nul, out);
	}
}

/* What jansson cannot hold: a NUL in a name becomes U+FFFD, an integer beyond 64 bits a real. */
static json_t *parse_harder(struct text text, struct error *error)
{
	CLEANUP(buffer_release) struct buffer mended = BUFFER_EMPTY;
	enum json_error_code code;
	json_t *value = parse_with(text, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &code, error);
	if (value || code != json_error_null_byte_in_key)
		return value;
	escapes_mend(text, false, &mended);
	value = parse_with(buffer_text(&mended), 0, &code, error);
	return value || code != json_error_numeric_overflow
		       ? value
		       : parse_with(buffer_text(&mended), JSON_DECODE_INT_AS_REAL, &code, error);
}

json_t *json_parse_reply(struct text text, struct error *error)
{
	CLEANUP(buffer_release) struct buffer valid = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer mended = BUFFER_EMPTY;
	if (text_starts(text, TEXT("\xEF\xBB\xBF")))
		text = text_make(text.data + 3, text.length - 3);
	if (utf8_invalid_at(text) >= 0) {
		utf8_repair(text, &valid);
		text = buffer_text(&valid);
	}
	if (text_find(text, TEXT("\\u"), 0) >= 0) {
		escapes_mend(text, true, &mended);
		text = buffer_text(&mended);
	}
	enum json_error_code code;
	json_t *value = parse_with(text, JSON_ALLOW_NUL, &code, error);
	return value || (code != json_error_null_byte_in_key && code != json_error_numeric_overflow) ? value
												     : parse_harder(text, error);
}

/* ---- paths --------------------------------------------------------------------------------------------------------------- */

static json_t *step_into(const json_t *value, const char *name, size_t length)
{
	if (json_is_object(value))
		return json_object_getn(value, name, length);
	if (!json_is_array(value) || length == 0 || length > 9 || (length > 1 && name[0] == '0'))
		return NULL;
	size_t index = 0;
	for (size_t i = 0; i < length; i++) {
		if (name[i] < '0' || name[i] > '9')
			return NULL;
		index = index * 10 + (size_t)(name[i] - '0');
	}
	return json_array_get(value, index);
}

static json_t *pointer_at(const json_t *value, const char *pointer)
{
	while (value && *pointer == '/') {
		CLEANUP(buffer_release) struct buffer name = BUFFER_EMPTY;
		for (pointer++; *pointer && *pointer != '/'; pointer++) {
			bool escape = *pointer == '~' && (pointer[1] == '0' || pointer[1] == '1');
			buffer_add_byte(&name, escape ? (pointer[1] == '0' ? '~' : '/') : *pointer);
			pointer += escape;
		}
		value = step_into(value, buffer_string(&name), name.length);
	}
	return (json_t *)value;
}

/* The name that starts at *path: sets its bounds and moves *path behind it and its separator. False for a broken bracket. */
static bool path_name(const char **path, const char **name, size_t *length)
{
	const char *at = *path;
	if (*at == '[') {
		bool quoted = at[1] == '"' || at[1] == '\'';
		const char *close = strstr(at + 1 + quoted, !quoted ? "]" : at[1] == '"' ? "\"]" : "']");
		if (!close)
			return false;
		*name = at + 1 + quoted;
		*length = (size_t)(close - *name);
		at = close + 1 + quoted;
	} else {
		*name = at;
		*length = strcspn(at, ".[");
		at += *length;
	}
	*path = *at == '.' ? at + 1 : at;
	return true;
}

json_t *json_at(const json_t *value, const char *path)
{
	if (path[0] == '/')
		return pointer_at(value, path);
	if (strcmp(path, ".") == 0)
		return (json_t *)value;
	while (value && *path) {
		const char *name;
		size_t length;
		json_t *whole = json_is_object(value) ? json_object_get(value, path) : NULL;
		if (whole)
			return whole;
		if (!path_name(&path, &name, &length))
			return NULL;
		value = step_into(value, name, length);
	}
	return (json_t *)value;
}

const char *json_string_or(const json_t *object, const char *key, const char *fallback)
{
	const char *string = json_string_value(json_object_get(object, key));
	return string ? string : fallback;
}

long long json_integer_or(const json_t *object, const char *key, long long fallback)
{
	const json_t *value = json_object_get(object, key);
	if (json_is_integer(value))
		return json_integer_value(value);
	double number = json_is_real(value) ? json_real_value(value) : 0.5;
	bool fits = number >= -0x1p63 && number < 0x1p63;
	return fits && number == (double)(long long)number ? (long long)number : fallback;
}

double json_number_or(const json_t *object, const char *key, double fallback)
{
	const json_t *value = json_object_get(object, key);
	return json_is_number(value) ? json_number_value(value) : fallback;
}
