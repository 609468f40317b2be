/* The filter language: terms that must all hold.   word  "two words"  tag:math  -tag:easy  id:kb-*  variant:rag  verdict:fail
 * class:timeout  score<0.5  score.f1<0.5  latency>2s  cost>0.01  label:F9  /regex/ . A leading - negates a term. Values may be
 * quoted; * matches any run and ? one character, without regard to ASCII case. A free word is found anywhere, case folded; with *
 * or ? it is a pattern. /regex/i ignores case (its value then starts with "(?i)"). At most 4096 bytes and 64 terms. The store turns
 * it into bound SQL; the runner matches cases with it. */
#ifndef LEVER_BASE_FILTER_H
#define LEVER_BASE_FILTER_H

#include "eval/base/error.h"
#include "eval/base/text.h"

enum filter_operator { FILTER_MATCHES, FILTER_LESS, FILTER_AT_MOST, FILTER_MORE, FILTER_AT_LEAST };
struct filter_key {
	const char *name, *summary;
	bool numeric;
	bool of_case; /* can be answered from the case alone */
};
extern const struct filter_key filter_keys[]; /* ends with name NULL; "word" and "regex" are the keyless terms */

struct filter_term {
	const struct filter_key *key;
	const char *member; /* score.f1: "f1"; NULL */
	bool negated;
	enum filter_operator operator;
	const char *value; /* words, patterns */
	double number;	   /* numeric keys: seconds, dollars, score */
	const void *regex; /* "regex" terms: compiled, in the arena; for filter_matches_case */
};
struct filter {
	struct filter_term *terms;
	size_t count;
};

/* In the arena. NULL fills error (ERROR_USAGE; column is in the filter text). An empty text gives a filter without terms. */
struct filter *filter_parse(struct arena *arena, const char *text, struct error *error);
/* What a case looks like to a filter; strings may be NULL. */
struct filter_case {
	const char *id;
	const char *const *tags;
	size_t tag_count;
	const char *cluster;
	struct text words; /* what free words search */
};
/* True when all terms hold. Terms that need an attempt (verdict, score, …) are ignored here. */
bool filter_matches_case(const struct filter *filter, const struct filter_case *subject);
/* True when some term needs an attempt: the caller may want to refuse that. */
bool filter_needs_attempt(const struct filter *filter);
bool wildcard_match(const char *pattern, const char *text); /* * and ?, ASCII case ignored */

#endif
