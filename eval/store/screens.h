/* What the screens read: the matrix of a run by pages, and which cases match a filter. Nothing here reads more than the window it
 * is asked for, so that a database of a million attempts costs a screenful. screens.c         pages of cells, one indexed query
 *   screens_filter.c  filter -> bound SQL (terms on attempts) and filter_matches_case (terms on cases), window by window */
#ifndef LEVER_STORE_SCREENS_H
#define LEVER_STORE_SCREENS_H

#include "eval/base/filter.h"
#include "eval/store/attempts.h"
#include "eval/store/runs.h"

/* Which cells: a run's cases × these of its variants. Borrowed by every call. */
struct matrix_query {
	long long run, test_set, grading;
	int repeats;
	const long long *versions;
	size_t version_count; /* the columns */
};

/* One case × variant, its repeats folded together. */
struct matrix_cell {
	long long attempt;  /* of the first repeat that did not pass, else of the first; 0: none yet */
	int repeat;	    /* of that attempt */
	int done, errors;   /* repeats with a final answer; repeats that are open after a failure */
	int graded, passed; /* of the final ones; a refusal without a verdict counts as graded, with value 0 */
	double value;	    /* mean verdict value of the graded; NAN when none is */
	const char *class;  /* of `attempt`: "ok" or the failure class; "planned" where there is none */
};
struct matrix_row {
	long long position, input, gold;
	const char *case_id;
	struct matrix_cell *cells; /* version_count */
};

/* Rows of the cases whose position is in [first, last], in order. */
bool matrix_rows(struct store *store, const struct matrix_query *query, long long first, long long last, struct arena *arena,
	struct matrix_row **rows, size_t *count, struct error *error) MUST_CHECK;
/* The greatest position of a test set; 0 when it is empty. */
bool matrix_last(struct store *store, long long test_set, long long *last, struct error *error) MUST_CHECK;

/* Which cases: a filter (NULL: all), optionally only those that one variant does not pass. */
struct matrix_scan {
	const struct filter *filter;
	long long failing; /* variant version with an attempt that is no pass; 0: whatever the verdicts */
	bool rank;	   /* count the variants that do not pass */
};
struct matrix_match {
	long long position;
	int failing; /* variants among the query's that do not pass; 0 unless ranked */
};
/* False with ERROR_USAGE when the filter has a term that a screen cannot answer. */
bool matrix_scan_check(const struct filter *filter, struct error *error) MUST_CHECK;
/* False with ERROR_USAGE when score.NAME names no scorer of the grading. */
bool matrix_scorers_check(
	struct store *store, long long grading, const struct filter *filter, struct error *error) MUST_CHECK;
/* The matching cases with position in [first, last], in order, in the arena. */
bool matrix_scan(struct store *store, const struct matrix_query *query, const struct matrix_scan *scan, long long first,
	long long last, struct arena *arena, struct matrix_match **matches, size_t *count, struct error *error) MUST_CHECK;

#endif
