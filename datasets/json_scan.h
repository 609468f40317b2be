/* Scanning JSON without holding it: finds where values end by following strings and brackets. What stands inside a value is left to
 * json_parse. */
#ifndef LEVER_DATASETS_JSON_SCAN_H
#define LEVER_DATASETS_JSON_SCAN_H

#include "datasets/input.h"

#define JSON_SCAN_DEPTH 1024

struct json_scan {
	struct input input;
	struct json_bracket {
		char closer;
		struct place place;
	} brackets[JSON_SCAN_DEPTH]; /* of the value being scanned */
};

/* Passes white space and answers the next byte without taking it; -1 at the end. */
int json_scan_peek(struct json_scan *scan);
/* Passes one value whole, adding its bytes to `out` (NULL: dropped). False when its end cannot be found: unclosed or mismatched
 * brackets, a string with a line break, no value at all. */
bool json_scan_value(struct json_scan *scan, struct buffer *out, struct error *error) MUST_CHECK;
/* Fills `error` with the place of the next byte, "`x` where `expected` was expected" (or "the file ends ..."). Answers false. */
bool json_scan_unexpected(struct json_scan *scan, const char *expected, struct error *error);

#endif
