/* Keys: values of environment variables that stand in nothing that is kept or shown, and that no child gets. A server may echo one
 * in another shape, so the shapes are prepared once: as it is, escaped as in JSON, percent-encoded, in base64 (both alphabets,
 * behind any other text, so that `Bearer KEY` is met too) and in hexadecimal digits; those that keep a key readable without regard to
 * the case of letters. */
#ifndef LEVER_BASE_SECRET_H
#define LEVER_BASE_SECRET_H

#include "eval/base/buffer.h"

/* Shorter keys are refused where one is to be sent: taking them out would take answers apart. */
#define SECRET_LEAST 4
/* From here on no key stands in ordinary text by chance. */
#define SECRET_SAFE 8

/* A variable that holds a key: never passed to children. The name is copied. */
void secret_hide(const char *environment_variable);
/* The value of a variable that holds a key, which is known from now on; NULL when unset or empty. Never log it. */
const char *secret_read(const char *environment_variable);
/* A part of such a value is a key: the password of a proxy. The variable itself is passed on. */
void secret_part(const char *environment_variable, struct text part);
/* Is it the name of such a variable? Of `length` bytes. */
bool secret_is_named(const char *name, size_t length);
/* The variable whose key this is; NULL: none that was read. */
const char *secret_named(const char *value);
/* Variables whose key is taken and shorter than SECRET_SAFE, one by one from 0; NULL at the end. */
const char *secret_short(size_t index);

enum secret_view {
	SECRET_BYTES, /* only the shapes above: for what is large and looked at again piece by piece */
	SECRET_TEXT,  /* and escapes inside it: JSON's, percent signs, character references */
	SECRET_BODY,  /* an answer as received, also cut off: its JSON strings are decoded, and in a stream joined by member */
	SECRET_JOINED /* and joined where it is no stream, as parts of one text are */
};
/* Appends the text to `out` with [redacted:NAME] for every key of SECRET_LEAST bytes or more that was read; what held a key in
 * pieces loses the others. False, and nothing appended or allocated, where there is none. */
bool secret_redact_as(const char *data, size_t length, enum secret_view view, struct buffer *out);
/* As SECRET_TEXT. */
bool secret_redact(const char *data, size_t length, struct buffer *out);

#endif
