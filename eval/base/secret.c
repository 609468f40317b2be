#include "eval/base/secret_private.h"
#include <stdint.h>
#include <stdlib.h>

/* ---- the keys ---------------------------------------------------------------------------------------------------------- */

static struct secret {
	char *variable;
	char *value; /* NULL until read */
	bool part;   /* the variable holds more than the key, and is no key itself */
} * secrets;
static size_t secret_count;

/* One shape of one key. */
static struct form {
	char *bytes, *rest; /* `rest`: what may follow and belongs to it, as padding does; NULL */
	size_t length;
	bool any_case; /* its letters may have come in the other case */
	const char *variable;
	uint32_t next; /* of the same head, plus 1 */
} * forms;
static size_t form_count;
static bool forms_stale;

static struct secret *secret_entry(const char *variable, bool part)
{
	for (size_t i = 0; i < secret_count; i++)
		if (secrets[i].part == part && strcmp(secrets[i].variable, variable) == 0)
			return &secrets[i];
	secrets = memory_grow(secrets, secret_count + 1, sizeof *secrets);
	secrets[secret_count] = (struct secret){.variable = string_copy(variable), .part = part};
	return &secrets[secret_count++];
}

static void value_forget(char *value)
{
	if (value)
		explicit_bzero(value, strlen(value));
	free(value);
}

void secret_hide(const char *environment_variable)
{
	secret_entry(environment_variable, false);
}

static const char *value_set(struct secret *secret, struct text value)
{
	if (!secret->value || !text_equal(text_of(secret->value), value)) {
		value_forget(secret->value);
		secret->value = string_format("%.*s", (int)value.length, value.data);
		forms_stale = true;
	}
	return secret->value;
}

const char *secret_read(const char *environment_variable)
{
	struct secret *secret = secret_entry(environment_variable, false);
	const char *value = getenv(environment_variable);
	return value && *value ? value_set(secret, text_of(value)) : NULL;
}

void secret_part(const char *environment_variable, struct text part)
{
	if (part.length)
		value_set(secret_entry(environment_variable, true), part);
}

bool secret_is_named(const char *name, size_t length)
{
	for (size_t i = 0; i < secret_count; i++)
		if (!secrets[i].part && strlen(secrets[i].variable) == length && memcmp(secrets[i].variable, name, length) == 0)
			return true;
	return false;
}

const char *secret_named(const char *value)
{
	for (size_t i = 0; i < secret_count; i++)
		if (secrets[i].value && strcmp(secrets[i].value, value) == 0)
			return secrets[i].variable;
	return NULL;
}

static size_t length_of(const struct secret *secret)
{
	return text_trim(text_of(secret->value)).length;
}

const char *secret_short(size_t index)
{
	for (size_t i = 0; i < secret_count; i++)
		if (length_of(&secrets[i]) >= SECRET_LEAST && length_of(&secrets[i]) < SECRET_SAFE && index-- == 0)
			return secrets[i].variable;
	return NULL;
}

/* ---- their shapes ------------------------------------------------------------------------------------------------------ */

/* By its first two bytes, whichever the case of letters; 0: none begins so. */
#define HEADS 4096
static uint32_t heads[HEADS]; /* small: it is read at every byte */

static inline size_t head_of(const char *at)
{
	return ((size_t)(at[0] & 0xDF) * 37 + (size_t)(at[1] & 0xDF)) & (HEADS - 1);
}

static char lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte | 32) : byte;
}

static bool form_is(const struct form *form, const char *at)
{
	if (!form->any_case)
		return memcmp(form->bytes, at, form->length) == 0;
	for (size_t i = 0; i < form->length; i++)
		if (lower(form->bytes[i]) != lower(at[i]))
			return false;
	return true;
}

static void form_add(const struct secret *secret, struct text bytes, const char *rest, bool any_case)
{
	if (bytes.length < SECRET_LEAST)
		return;
	uint32_t *head = &heads[head_of(bytes.data)];
	for (size_t i = *head; i; i = forms[i - 1].next)
		if (forms[i - 1].length == bytes.length && form_is(&forms[i - 1], bytes.data))
			return;
	forms = memory_grow(forms, form_count + 1, sizeof *forms);
	forms[form_count] = (struct form){.bytes = memory_take(bytes.length + 1),
		.rest = rest && *rest ? string_copy(rest) : NULL,
		.length = bytes.length,
		.any_case = any_case,
		.variable = secret->variable,
		.next = *head};
	memcpy(forms[form_count].bytes, bytes.data, bytes.length);
	*head = (uint32_t)++form_count;
}

static void buffer_done(struct buffer *out)
{
	if (out->data)
		explicit_bzero(out->data, out->capacity);
	buffer_release(out);
}

/* Long enough to be met in either case: a shorter one, as `test`, would take `Test` out of answers. */
static bool is_safe(struct text key)
{
	return key.length >= SECRET_SAFE;
}

static void json_form(const struct secret *secret, struct text key, const char *escaped)
{
	CLEANUP(buffer_done) struct buffer out = BUFFER_EMPTY;
	for (const char *at = key.data; at < key.data + key.length; at++) {
		if (strchr(escaped, *at))
			buffer_add_byte(&out, '\\');
		buffer_add_byte(&out, *at);
	}
	form_add(secret, buffer_text(&out), NULL, is_safe(key));
}

/* All bytes but those of `plain`; %2F and the like with a percent sign before, bare digits without. */
static void digits_form(const struct secret *secret, struct text key, const char *plain, const char *format)
{
	CLEANUP(buffer_done) struct buffer out = BUFFER_EMPTY;
	for (const char *at = key.data; at < key.data + key.length; at++) {
		if (strchr(plain, *at))
			buffer_add_byte(&out, *at);
		else if (*format == '%')
			buffer_format(&out, format[1] == 'X' ? "%%%02X" : "%%%02x", (unsigned char)*at);
		else
			buffer_format(&out, *format == 'X' ? "%02X" : "%02x", (unsigned char)*at);
	}
	form_add(secret, buffer_text(&out), NULL, is_safe(key));
}

/* The six bits from bit `at` of the key behind `before` bytes of anything. */
static unsigned sextet(struct text key, size_t before, size_t at)
{
	unsigned pair = 0;
	for (size_t i = at / 8; i < at / 8 + 2; i++)
		pair = pair << 8 | (i >= before && i - before < key.length ? (unsigned char)key.data[i - before] : 0);
	return pair >> (10 - at % 8) & 63;
}

/* Behind 0, 1 or 2 bytes (modulo 3) of other text; the digits that depend on the key alone. */
static void base64_form(const struct secret *secret, struct text key, size_t before, const char *last)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	CLEANUP(buffer_done) struct buffer out = BUFFER_EMPTY;
	size_t bits = (before + key.length) * 8, at = (before * 8 + 5) / 6 * 6;
	char rest[4] = "";
	for (; at < bits; at += 6) {
		unsigned value = sextet(key, before, at);
		char digit = value < 62 ? letters[value] : last[value - 62];
		if (at + 6 <= bits)
			buffer_add_byte(&out, digit);
		else
			rest[0] = digit;
	}
	if (rest[0])
		memset(rest + 1, '=', bits % 24 == 8 ? 2 : 1);
	form_add(secret, buffer_text(&out), rest, false);
}

static void forms_of(const struct secret *secret)
{
	static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
	struct text key = text_trim(text_of(secret->value)); /* as it arrives: headers have no space at their ends */
	if (key.length < SECRET_LEAST)
		return;
	form_add(secret, key, NULL, is_safe(key));
	json_form(secret, key, "\"\\");
	json_form(secret, key, "\"\\/");
	digits_form(secret, key, unreserved, "%X");
	digits_form(secret, key, unreserved, "%x");
	digits_form(secret, key, "", "X");
	digits_form(secret, key, "", "x");
	for (size_t before = 0; before < 3; before++) {
		base64_form(secret, key, before, "+/");
		base64_form(secret, key, before, "-_");
	}
}

static void forms_make(void)
{
	for (size_t i = 0; i < form_count; i++) {
		value_forget(forms[i].bytes);
		value_forget(forms[i].rest);
	}
	form_count = 0;
	memset(heads, 0, sizeof heads);
	for (size_t i = 0; i < secret_count; i++)
		if (secrets[i].value)
			forms_of(&secrets[i]);
	forms_stale = false;
}

bool secret_any(void)
{
	if (forms_stale)
		forms_make();
	return form_count > 0;
}

static size_t form_match(const struct form *form, const char *at, const char *end)
{
	if ((size_t)(end - at) < form->length || !form_is(form, at))
		return 0;
	at += form->length;
	size_t length = form->length;
	for (const char *rest = form->rest; rest && *rest && at < end && *at == *rest; rest++, at++)
		length++;
	return length;
}

const char *secret_find(const char *at, const char *end, size_t *length, const char **variable)
{
	*length = 0;
	for (; end - at >= SECRET_LEAST; at++) {
		for (size_t i = heads[head_of(at)]; i; i = forms[i - 1].next) {
			size_t matched = form_match(&forms[i - 1], at, end);
			if (matched > *length) {
				*length = matched;
				*variable = forms[i - 1].variable;
			}
		}
		if (*length)
			return at;
	}
	return NULL;
}
