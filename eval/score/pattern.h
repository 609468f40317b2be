/* Patterns: PCRE2 (UTF, JIT) with bounds. Work is counted in steps: pattern items tried and bytes moved over, so that the same
 * pattern and text end the same way on every machine; PATTERN_STEPS of them end a search with an error, as do PCRE2's own limits.
 */
#ifndef LEVER_SCORE_PATTERN_H
#define LEVER_SCORE_PATTERN_H

#include "eval/base/error.h"
#include "eval/base/text.h"

#define PATTERN_STEPS 20000000LL
#define PATTERN_LENGTH 65536 /* bytes of a pattern */

struct pattern;

/* `flags`: letters of i (ignore case), m (^ and $ at lines), s (. matches newlines), x (spaces and # comments ignored); may be
 * NULL. Free with pattern_free. NULL fills error (ERROR_CONFIG; column is in the pattern). */
struct pattern *pattern_compile(struct text source, const char *flags, struct error *error);
void pattern_free(struct pattern *pattern); /* accepts NULL */
int pattern_groups(const struct pattern *pattern);
/* The first match (or the last one) of `group` (0: the whole); *ret is "no text" where there is none. Invalid UTF-8 in the subject
 * is replaced by U+FFFD; *ret is borrowed from the subject or from its repaired copy in the arena. False fills error: a limit was
 * reached. */
bool pattern_search(struct pattern *pattern, struct arena *arena, struct text subject, int group, bool last, struct text *ret,
	struct error *error);

#endif
