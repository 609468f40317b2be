#include "eval/base/clock.h"
#include "tui/screens/matrix.h"
#include <stdlib.h>

#define PIECE_TIME 6000 /* microseconds of background work between two looks at the keys */
#define PIECE_LEAST 16
#define PIECE_MOST 65536

void index_release(struct matrix_index *index)
{
	free(index->positions);
	free(index->failing);
	*index = (struct matrix_index){0};
}

/* An index that is being built is shown as far as it goes when there is no older one. */
const struct matrix_index *index_current(const struct matrix *matrix)
{
	return matrix->shown.complete || !matrix->building ? &matrix->shown : &matrix->built;
}

long long index_count(const struct matrix *matrix)
{
	const struct matrix_index *index = index_current(matrix);
	return index->every ? matrix->last : (long long)index->count;
}

long long index_position(const struct matrix *matrix, long long row)
{
	const struct matrix_index *index = index_current(matrix);
	if (row < 0 || row >= index_count(matrix))
		return 0;
	return index->every ? row + 1 : index->positions[row];
}

static bool index_sorted(const struct matrix_index *index)
{
	return index->failing && index->complete;
}

long long index_row(const struct matrix *matrix, long long position)
{
	const struct matrix_index *index = index_current(matrix);
	size_t low = 0, high = index->count;
	if (index->every)
		return position - 1;
	if (index_sorted(index)) {
		for (size_t i = 0; i < index->count; i++)
			if (index->positions[i] == position)
				return (long long)i;
		return 0;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (index->positions[middle] < position)
			low = middle + 1;
		else
			high = middle;
	}
	return (long long)low;
}

void index_restart(struct matrix *matrix, bool at_once)
{
	bool every = !matrix->filter && !matrix->failing_first && matrix->last == matrix->run.case_count;
	if (at_once || every)
		index_release(&matrix->shown);
	index_release(&matrix->built);
	matrix->index_stale = false;
	matrix->building = !every;
	if (every)
		matrix->shown = (struct matrix_index){.every = true, .complete = true};
	matrix->window = 256;
}

static void index_add(struct matrix_index *index, const struct matrix_match *match, bool rank)
{
	if (index->count == index->room) {
		index->room = index->room ? 2 * index->room : 256;
		index->positions = memory_grow(index->positions, index->room, sizeof *index->positions);
		if (rank)
			index->failing = memory_grow(index->failing, index->room, sizeof *index->failing);
	}
	if (rank)
		index->failing[index->count] = match->failing;
	index->positions[index->count++] = match->position;
}

/* Most failing variants first, the order of the test set within: a counting sort. */
static void index_sort(struct matrix_index *index, size_t variants)
{
	size_t *starts = memory_take((variants + 2) * sizeof *starts);
	long long *positions = memory_take((index->count + 1) * sizeof *positions);
	for (size_t i = 0; i < index->count; i++)
		starts[variants - (size_t)index->failing[i] + 1]++;
	for (size_t i = 1; i <= variants; i++)
		starts[i] += starts[i - 1];
	for (size_t i = 0; i < index->count; i++)
		positions[starts[variants - (size_t)index->failing[i]]++] = index->positions[i];
	free(index->positions);
	free(starts);
	index->positions = positions;
}

static void index_finish(struct matrix *matrix)
{
	if (matrix->failing_first && matrix->built.count)
		index_sort(&matrix->built, matrix->run.variant_count);
	matrix->built.complete = true;
	index_release(&matrix->shown);
	matrix->shown = matrix->built;
	matrix->built = (struct matrix_index){0};
	matrix->building = false;
}

/* Windows grow while they are quick and shrink when they are not. */
static void window_adapt(struct matrix *matrix, int64_t took)
{
	if (took < PIECE_TIME / 3 && matrix->window < PIECE_MOST)
		matrix->window *= 2;
	else if (took > PIECE_TIME && matrix->window > PIECE_LEAST)
		matrix->window /= 2;
}

bool index_work(struct matrix *matrix, struct store *store)
{
	struct error ignored = {0};
	struct matrix_index *index = &matrix->built;
	struct matrix_scan scan = {.filter = matrix->filter, .rank = matrix->failing_first};
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct matrix_match *matches;
	size_t count;
	int64_t began = clock_monotonic();
	if (!matrix->building)
		return false;
	long long to = index->scanned + matrix->window;
	if (!matrix_scan(store, &matrix->query, &scan, index->scanned + 1, to, arena, &matches, &count, &ignored)) {
		/* Broken off for its length: smaller pieces, again. */
		matrix->window = matrix->window > PIECE_LEAST ? matrix->window / 4 : 1;
		return true;
	}
	for (size_t i = 0; i < count; i++)
		index_add(index, &matches[i], matrix->failing_first);
	index->scanned = to;
	window_adapt(matrix, clock_monotonic() - began);
	if (to >= matrix->last)
		index_finish(matrix);
	return matrix->building;
}

/* ---- the next failing case ----------------------------------------------------------------------------------------- */

void search_start(struct matrix *matrix, int direction)
{
	bool by_row = index_sorted(index_current(matrix));
	matrix->search = direction;
	matrix->search_at = (by_row ? matrix->list.selected : matrix->selected) + direction;
	matrix->window = by_row ? 1 : 64;
}

static bool search_over(const struct matrix *matrix)
{
	long long end = index_sorted(index_current(matrix)) ? index_count(matrix) - 1 : matrix->last;
	return matrix->search_at > end || matrix->search_at < (index_sorted(index_current(matrix)) ? 0 : 1);
}

/* Positions of the next piece, in ascending order. Sorted rows are looked at one by one. */
static void search_window(const struct matrix *matrix, long long *first, long long *last)
{
	if (index_sorted(index_current(matrix))) {
		*first = *last = index_position(matrix, matrix->search_at);
		return;
	}
	*first = matrix->search > 0 ? matrix->search_at : matrix->search_at - matrix->window + 1;
	*last = matrix->search > 0 ? matrix->search_at + matrix->window - 1 : matrix->search_at;
}

static void search_found(struct matrix *matrix, long long position)
{
	matrix->search = 0;
	matrix->selected = position;
	list_select(&matrix->list, index_row(matrix, position));
}

static bool search_piece(struct matrix *matrix, struct store *store, struct arena *arena, bool *found)
{
	struct error ignored = {0};
	struct matrix_scan scan = {.filter = matrix->filter, .failing = matrix->query.versions[matrix->column]};
	struct matrix_match *matches;
	size_t count;
	long long first, last;
	search_window(matrix, &first, &last);
	if (!matrix_scan(store, &matrix->query, &scan, first, last, arena, &matches, &count, &ignored))
		return false;
	*found = count > 0;
	if (count)
		search_found(matrix, matches[matrix->search > 0 ? 0 : count - 1].position);
	return true;
}

bool search_work(struct matrix *matrix, struct store *store, bool *ended, bool *found)
{
	int64_t began = clock_monotonic();
	CLEANUP(arena_release) struct arena *arena = arena_create();
	*ended = *found = false;
	while (matrix->search && clock_monotonic() - began < PIECE_TIME) {
		bool by_row = index_sorted(index_current(matrix));
		if (search_over(matrix)) {
			matrix->search = 0;
			break;
		}
		int direction = matrix->search;
		int64_t piece_began = clock_monotonic();
		if (!search_piece(matrix, store, arena, found)) {
			matrix->window = matrix->window > PIECE_LEAST ? matrix->window / 4 : 1;
			return true;
		}
		matrix->search_at += direction * (by_row ? 1 : matrix->window);
		if (!by_row)
			window_adapt(matrix, clock_monotonic() - piece_began);
	}
	*ended = matrix->search == 0;
	return !*ended;
}
