/* Spans: the members of JSON text, found in place without building a tree. Text that is no JSON may pass where only brackets and
 * quotes are looked at: callers that need more parse. Linear, no recursion, no allocation. */
#ifndef LEVER_MODEL_SPAN_H
#define LEVER_MODEL_SPAN_H

#include "eval/base/text.h"

struct span_member {
	struct text key;   /* as written between the quotes; no text in a list */
	struct text value; /* as written, without white space around it */
};
struct span_walk {
	const char *at, *end;
	char close;  /* '}' or ']' */
	bool broken; /* the walk ended because of bad syntax */
};
/* False when `value` is neither object nor list. */
bool span_open(struct span_walk *walk, struct text value);
bool span_next(struct span_walk *walk, struct span_member *ret);
/* Value of a member of an object; no text when absent. */
struct text span_get(struct text object, const char *key);
/* Text inside a string without escapes, e.g. an identifier; no text otherwise. */
struct text span_plain_string(struct text value);
/* True when the text is one whole object, white space around it allowed. */
bool span_is_object(struct text text);

#endif
