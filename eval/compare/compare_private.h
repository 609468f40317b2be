/* Private to eval/compare: the outcomes of one arm folded to one row a case, read once and used by all that compare. */
#ifndef LEVER_COMPARE_PRIVATE_H
#define LEVER_COMPARE_PRIVATE_H

#include "eval/compare/compare.h"

struct table_case {
	const char *id, *cluster, *tags; /* owned by the table; cluster, tags may be NULL */
	long long position, input, gold;
	int passed, failed, errors, missing, ungraded, refused; /* attempts; failed includes refused and filtered ones */
	double rate;  /* of passed among passed, failed and errors; NAN where there is none of them */
	double value; /* mean of the graded values; NAN */
	int graded;
	long long cost; /* picodollars of its attempts; UNKNOWN when any is */
	size_t latency_from, latency_count;
	long long shown; /* the first attempt that did not pass, else the first; 0 */
};

struct arm_table {
	struct arm arm;
	long long grading;
	int repeats;
	struct arena *strings;
	struct table_case *cases;
	size_t count, room;
	double *latencies; /* seconds, by case */
	size_t latency_count, latency_room;
	struct usage usage, known;
	long long unknown_usage, unknown_cost, calls, refused, filtered;
	struct class_count *classes; /* names in `strings` */
	size_t class_count, class_room;
};
bool arm_table_load(struct store *store, const struct arm *arm, struct arm_table *ret, struct error *error) MUST_CHECK;
void arm_table_release(struct arm_table *table); /* for CLEANUP */
struct arm_set {
	struct arm_table *tables;
	size_t count;
};
/* Pointers to the cases sorted by id; free with memory_release. */
const struct table_case **arm_table_by_id(const struct arm_table *table);
const struct table_case *table_case_find(const struct table_case *const *sorted, size_t count, const char *id);

#endif
