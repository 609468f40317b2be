/* Test sets: the cases of a project as they were read. */
#ifndef LEVER_STORE_CASES_H
#define LEVER_STORE_CASES_H

#include "eval/base/json.h"
#include "eval/store/store.h"

/* One case. Strings are borrowed from whoever made it (reader row, page arena). JSON members are texts of JSON, "no text" where
 * absent. */
struct case_row {
	long long position; /* from 1 in its test set */
	const char *id;
	struct text vars;	    /* JSON object */
	struct text messages;	    /* JSON list of {"role","content"}: earlier turns */
	struct text expected;	    /* JSON list of accepted answers (strings, numbers, objects) */
	struct text gold;	    /* JSON list of passage or document ids */
	struct text scorers;	    /* JSON list: the case's own scorers */
	struct text tags;	    /* JSON list of strings */
	const char *cluster, *user; /* NULL where absent */
	struct text groups, metadata;
	const char *source;
	long line;
	long long input_id, gold_id;	   /* rows; set by the store */
	struct hash input_hash, gold_hash; /* set by case_hash */
};
/* input_hash over id-independent input (vars, messages); gold_hash over expected, gold, scorers. */
void case_hash(struct case_row *row);

/* Writing a set: begin, add each (an id seen before is refused with ERROR_DATA naming both lines), skip bad ones, end. Inside the
 * caller's transaction. */
struct case_writer;
bool case_writer_begin(
	struct store *store, const struct hash *source_hash, struct case_writer **ret, struct error *error) MUST_CHECK;
bool case_writer_add(struct case_writer *writer, struct case_row *row, struct error *error) MUST_CHECK;
/* Was a case of this id that asks the same added before? */
bool case_writer_has(struct case_writer *writer, struct case_row *row, bool *ret, struct error *error) MUST_CHECK;
bool case_writer_skip(
	struct case_writer *writer, const char *source, long line, const char *message, struct error *error) MUST_CHECK;
/* The id of the set: an equal one that was stored before is found again. Frees the writer, also on failure. */
bool case_writer_end(struct case_writer *writer, long long *test_set, long long *count, struct error *error) MUST_CHECK;
void case_writer_drop(struct case_writer *writer);

/* The set made from these very sources, if any: *test_set 0 otherwise. */
bool test_set_of_source(
	struct store *store, const struct hash *source_hash, long long *test_set, long long *count, struct error *error) MUST_CHECK;
bool test_set_hash(struct store *store, long long test_set, struct hash *ret, struct error *error) MUST_CHECK;

/* Pages of cases behind `after` in order of position, at most `limit`, in the arena. */
bool case_page(struct store *store, long long test_set, long long after, int limit, struct arena *arena, struct case_row **rows,
	size_t *count, struct error *error) MUST_CHECK;
/* One case by position or by id; *found says whether it is there. */
bool case_at(struct store *store, long long test_set, long long position, struct arena *arena, struct case_row *ret, bool *found,
	struct error *error) MUST_CHECK;
bool case_by_input(struct store *store, long long test_set, long long input, struct arena *arena, struct case_row *ret, bool *found,
	struct error *error) MUST_CHECK;
bool case_by_id(struct store *store, long long test_set, const char *id, struct arena *arena, struct case_row *ret, bool *found,
	struct error *error) MUST_CHECK;

#endif
