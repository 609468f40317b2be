/* JSON on jansson. json_t is the universal value of the program: vars, expected answers, requests, replies.
 * Ownership is jansson's: "new reference" results are for the caller to json_decref. */
#ifndef LEVER_BASE_JSON_H
#define LEVER_BASE_JSON_H

#include "eval/base/buffer.h"
#include "eval/base/error.h"
#include <jansson.h>

#define JSON_OWNED CLEANUP(json_release) json_t
void json_release(json_t **json); /* for CLEANUP */

/* Strict: data that people write. Duplicate keys, NaN and trailing bytes are errors; any value may stand at the top.
 * New reference; NULL fills `error` (kind ERROR_DATA, line and column inside `text`). */
json_t *json_parse(struct text text, struct error *error) MUST_CHECK;
/* Lenient: what servers send. A byte order mark is skipped. Lone surrogates become U+FFFD, \u0000 is kept (but U+FFFD throughout when a key has one), invalid
 * UTF-8 is replaced, duplicate keys pass (last wins); where an integer passes 64 bits, all integers are read as reals. */
json_t *json_parse_reply(struct text text, struct error *error) MUST_CHECK;

/* Canonical form: keys sorted by bytes, no spaces, integers as such, reals in the shortest form that reads back the same. Appended
 * to `out`. */
void json_canonical(const json_t *value, struct buffer *out);
/* Compact form in the order of insertion; pretty with two spaces. Appended to `out`. */
void json_compact(const json_t *value, struct buffer *out);
void json_pretty(const json_t *value, struct buffer *out);

/* Dotted path ("a.b.0.c", "a.b[0].c", a key with dots in ["a.b"]) or JSON pointer (starts with "/", RFC 6901); "" or "." is the
 * value itself. Borrowed; NULL where there is nothing. A key that matches a whole remaining path is preferred over splitting it. */
json_t *json_at(const json_t *value, const char *path);
/* The string inside, borrowed; {NULL,0} when it is no string. */
struct text json_text(const json_t *value);
/* Text of any scalar as a person would write it (strings raw, numbers, true/false, null as ""); containers compact. */
void json_write_plain(const json_t *value, struct buffer *out);
/* A JSON string that keeps invalid UTF-8 out (replaced by U+FFFD). New reference. */
json_t *json_from_text(struct text text);
/* Member of an object with a default. */
const char *json_string_or(const json_t *object, const char *key, const char *fallback);
long long json_integer_or(const json_t *object, const char *key, long long fallback);
double json_number_or(const json_t *object, const char *key, double fallback);
/* Neither null, false, 0, "" nor empty. */
bool json_truth(const json_t *value);
/* Does the text begin as an object or a list and end inside it? */
bool json_is_cut(struct text text);
/* Appends `text` as a JSON string with quotes; invalid UTF-8 is replaced. */
void json_write_string(struct text text, struct buffer *out);

#endif
