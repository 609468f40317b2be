/* Looks: how often the same cases were judged before, by earlier samples of a variant version and by earlier versions of the
 * variant. */
#ifndef LEVER_STORE_LOOKS_H
#define LEVER_STORE_LOOKS_H

#include "eval/store/store.h"

/* Fewer cases settle nothing (SETTLE_LEAST in eval/stats/settle.h): a look at fewer is none. */
#define LOOK_CASES 6

struct look_history {
	long long fewer;  /* cases of the largest earlier look at this version with fewer than now; 0: none */
	long long tried;  /* versions of the variant that answered these cases, this one among them */
	long long number; /* which of them this is, from 1 in their order */
};
/* Of a version that has `measured` cases of a test set: what gates looked at, and earlier test sets that share cases with this one.
 */
bool look_history(struct store *store, long long version, long long test_set, long long measured, struct look_history *ret,
	struct error *error) MUST_CHECK;
/* A gate has looked at so many cases of the version; again is no further look. */
bool look_put(struct store *store, long long version, long long cases, struct error *error) MUST_CHECK;

#endif
