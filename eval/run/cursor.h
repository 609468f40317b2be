/* The cursor: walks a plan and hands out what is still to do, in pages of cases, variant by variant within a page, so that requests
 * of one model (and adapter) come together and yet every variant is measured on the same first cases. */
#ifndef LEVER_RUN_CURSOR_H
#define LEVER_RUN_CURSOR_H

#include "eval/run/plan.h"

struct cursor;
/* One unit of work. `row` is borrowed until the next call. */
struct cursor_unit {
	struct plan_variant *variant;
	size_t variant_index;
	const struct case_row *row;
	int repeat;
	long long attempt; /* stored already: 0 none */
	bool was_open;	   /* stored, but without an answer */
	bool score_only;   /* answered, but not scored by this grading */
	long long anew_after; /* only calls after this row answer it; 0: any */
};

struct cursor *cursor_create(struct plan *plan);
void cursor_free(struct cursor *cursor);
/* The next unit; *more false at the end. */
bool cursor_next(struct cursor *cursor, struct cursor_unit *unit, bool *more, struct error *error) MUST_CHECK;
/* Units passed over because they are done. */
long long cursor_stored(const struct cursor *cursor, size_t variant_index);

#endif
