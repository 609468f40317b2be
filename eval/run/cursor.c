#include "eval/run/cursor.h"
#include <stdlib.h>

#define PAGE 64
#define PAGE_ADAPTERS 256 /* where a server switches adapters between the variants of a page: it stands idle for a moment each time */

struct cursor {
	struct plan *plan;
	struct arena *arena; /* of the page */
	struct case_row *rows;
	size_t row_count, page; /* cases at a time */
	long long after;     /* last position of the page */
	size_t sample_at;    /* next in the sample */
	size_t *order;	     /* of the variants within a page */
	size_t variant, row; /* where we are in the page; variant: a place in `order` */
	int repeat;
	struct attempt_mark *marks;
	size_t mark_count;
	bool marked;
	long long *stored; /* by variant */
};

/* Variants whose requests a server must not mix, with the same adapters at the same address. */
static bool sent_together(const struct plan_variant *a, const struct plan_variant *b)
{
	const struct model *one = a->variant->model, *other = b->variant->model;
	return one && other && one->has_lora && other->has_lora && one->base_url && other->base_url &&
	       strcmp(one->base_url, other->base_url) == 0 && model_same_adapters(one, other);
}

/* As the project names them, but that those sent together follow the first of them: so a page of cases changes the adapters of a server
 * only as often as there are settings. */
static size_t *order_make(const struct plan *plan)
{
	size_t count = plan->variant_count, placed = 0, *order = memory_take((count + 1) * sizeof *order);
	bool *done = memory_take((count + 1) * sizeof *done);
	for (size_t i = 0; i < count; i++)
		for (size_t j = i; j < count && !done[i]; j++) {
			if (done[j] || (j > i && !sent_together(&plan->variants[i], &plan->variants[j])))
				continue;
			order[placed++] = j;
			done[j] = j > i;
		}
	free(done);
	return order;
}

/* The variant at which the cursor stands. */
static size_t variant_at(const struct cursor *cursor)
{
	return cursor->order[cursor->variant];
}

struct cursor *cursor_create(struct plan *plan)
{
	struct cursor *cursor = memory_take(sizeof *cursor);
	cursor->plan = plan;
	cursor->arena = arena_create();
	cursor->stored = memory_take((plan->variant_count + 1) * sizeof *cursor->stored);
	cursor->order = order_make(plan);
	cursor->page = PAGE;
	for (size_t i = 0; i < plan->variant_count; i++)
		if (plan->variants[i].variant->model && plan->variants[i].variant->model->has_lora)
			cursor->page = PAGE_ADAPTERS;
	cursor->repeat = 1;
	return cursor;
}

void cursor_free(struct cursor *cursor)
{
	if (!cursor)
		return;
	arena_free(cursor->arena);
	free(cursor->stored);
	free(cursor->order);
	free(cursor);
}

long long cursor_stored(const struct cursor *cursor, size_t variant_index)
{
	return cursor->stored[variant_index];
}

static bool page_sample(struct cursor *cursor, struct error *error)
{
	const struct plan *plan = cursor->plan;
	bool found;
	cursor->rows = arena_take(cursor->arena, cursor->page * sizeof *cursor->rows);
	cursor->row_count = 0;
	while (cursor->row_count < cursor->page && cursor->sample_at < plan->sample_count) {
		if (!case_at(plan->store, plan->test_set, plan->sample[cursor->sample_at++], cursor->arena,
			    &cursor->rows[cursor->row_count], &found, error))
			return false;
		cursor->row_count += found;
	}
	return true;
}

static bool page_load(struct cursor *cursor, struct error *error)
{
	arena_reset(cursor->arena);
	cursor->variant = cursor->row = 0;
	cursor->repeat = 1;
	cursor->marked = false;
	bool good = cursor->plan->sampled ? page_sample(cursor, error)
					  : case_page(cursor->plan->store, cursor->plan->test_set, cursor->after, cursor->page,
						    cursor->arena, &cursor->rows, &cursor->row_count, error);
	if (good && cursor->row_count)
		cursor->after = cursor->rows[cursor->row_count - 1].position;
	return good;
}

static int by_position(const void *left, const void *right)
{
	const struct attempt_mark *a = left, *b = right;
	if (a->position != b->position)
		return a->position < b->position ? -1 : 1;
	return a->repeat < b->repeat ? -1 : a->repeat > b->repeat;
}

/* Cases that were drawn stand in no order: what lies between the first and the last may be most of the test set. */
static bool marks_of_draws(struct cursor *cursor, long long version, struct error *error)
{
	const struct plan *plan = cursor->plan;
	size_t room = 0;
	cursor->marks = NULL;
	cursor->mark_count = 0;
	for (size_t i = 0; i < cursor->row_count; i++) {
		struct attempt_mark *found;
		size_t count;
		long long position = cursor->rows[i].position;
		if (!attempt_marks(plan->store, plan->test_set, version, plan->grading, position, position, cursor->arena, &found, &count,
			    error))
			return false;
		for (size_t k = 0; k < count; k++)
			*LIST_MORE(cursor->arena, cursor->marks, cursor->mark_count, room) = found[k];
	}
	if (cursor->mark_count)
		qsort(cursor->marks, cursor->mark_count, sizeof *cursor->marks, by_position);
	return true;
}

static bool marks_load(struct cursor *cursor, struct error *error)
{
	const struct plan *plan = cursor->plan;
	long long version = plan->variants[variant_at(cursor)].version;
	cursor->marked = true;
	if (plan->options.draws)
		return marks_of_draws(cursor, version, error);
	return attempt_marks(plan->store, plan->test_set, version, plan->grading, cursor->rows[0].position, cursor->after, cursor->arena,
		&cursor->marks, &cursor->mark_count, error);
}

static const struct attempt_mark *mark_find(const struct cursor *cursor, long long position, int repeat)
{
	size_t low = 0, high = cursor->mark_count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct attempt_mark *mark = &cursor->marks[middle];
		if (mark->position == position && mark->repeat == repeat)
			return mark;
		if (mark->position < position || (mark->position == position && mark->repeat < repeat))
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static void step_on(struct cursor *cursor)
{
	if (++cursor->repeat <= cursor->plan->repeats)
		return;
	cursor->repeat = 1;
	if (++cursor->row < cursor->row_count)
		return;
	cursor->row = 0;
	cursor->variant++;
	cursor->marked = false;
}

/* Is there something to do at this place? */
static bool unit_at(struct cursor *cursor, struct cursor_unit *unit)
{
	const struct case_row *row = &cursor->rows[cursor->row];
	const struct attempt_mark *mark = mark_find(cursor, row->position, cursor->repeat);
	size_t variant = variant_at(cursor);
	*unit = (struct cursor_unit){.variant = &cursor->plan->variants[variant],
		.variant_index = variant,
		.row = row,
		.repeat = cursor->repeat,
		.attempt = mark ? mark->attempt : 0,
		.was_open = mark && mark->open,
		.score_only = mark && !mark->open && !mark->graded,
		.anew_after = mark ? mark->anew_after : cursor->plan->variants[variant].anew_after};
	bool done = mark && !mark->open && mark->graded;
	bool callable = !cursor->plan->options.rescore || unit->score_only;
	cursor->stored[variant] += done;
	return !done && callable;
}

bool cursor_next(struct cursor *cursor, struct cursor_unit *unit, bool *more, struct error *error)
{
	const struct plan *plan = cursor->plan;
	for (;;) {
		while (cursor->variant < plan->variant_count && !plan->variants[variant_at(cursor)].selected)
			cursor->variant++;
		if (!cursor->row_count || cursor->variant >= plan->variant_count) {
			if (!page_load(cursor, error))
				return false;
			*more = cursor->row_count > 0;
			if (!*more)
				return true;
			continue;
		}
		if (!cursor->marked && !marks_load(cursor, error))
			return false;
		bool found = unit_at(cursor, unit);
		step_on(cursor);
		if (found)
			return true;
	}
}
