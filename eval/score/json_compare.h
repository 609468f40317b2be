/* JSON values compared part by part, with the first difference named. */
#ifndef LEVER_SCORE_JSON_COMPARE_H
#define LEVER_SCORE_JSON_COMPARE_H

#include "eval/base/json.h"

struct json_rules {
	bool ignore_case; /* of strings */
	bool deny_extra;  /* members that are not expected make objects differ, at every depth */
};
struct json_difference {
	const char *pointer;	      /* RFC 6901, in the arena; NULL: none yet */
	const json_t *expected, *got; /* borrowed; NULL: there is none at this place */
};
/* 1 equals 1.0; lists compare in order. Keeps the first difference in *difference, which is left alone when it holds one. */
bool json_same(const struct json_rules *rules, struct arena *arena, const json_t *expected, const json_t *got, const char *pointer,
	struct json_difference *difference);
/* pointer + "/" + key, with ~ and / escaped. In the arena. */
const char *pointer_join(struct arena *arena, const char *pointer, const char *key);

#endif
