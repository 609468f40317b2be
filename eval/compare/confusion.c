#include "eval/base/json.h"
#include "eval/compare/compare_private.h"
#include <stdlib.h>

#define LABELS_LIMIT 40 /* the most frequent ones; the rest is told as "(other)" */
#define OTHER "(other)"
#define NONE "(none)"

/* One answer of one scorer: labels as shown and folded for comparing. */
struct sighting {
	const char *expected, *extracted; /* folded; NULL: none */
	const char *shown;		  /* the expected label as written */
	bool passed;
};
struct sighting_list {
	struct arena *arena;
	const char *scorer;
	struct sighting *items;
	size_t count, room;
	struct confusion *done;
	size_t done_count, done_room;
};

struct label {
	const char *folded, *shown;
	long long count;
};

static int label_order(const void *a, const void *b)
{
	return strcmp(((const struct label *)a)->folded, ((const struct label *)b)->folded);
}

static int label_frequency(const void *a, const void *b)
{
	const struct label *left = a, *right = b;
	if (left->count != right->count)
		return left->count > right->count ? -1 : 1;
	return label_order(a, b);
}

/* The distinct expected labels, sorted; when there are too many, the most frequent. */
static struct label *labels_collect(const struct sighting_list *list, size_t *count)
{
	struct label *labels = memory_grow(NULL, list->count + 1, sizeof *labels);
	size_t found = 0;
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].expected)
			labels[found++] = (struct label){list->items[i].expected, list->items[i].shown, 1};
	qsort(labels, found, sizeof *labels, label_order);
	size_t last = 0;
	for (size_t i = 1; i < found; i++) {
		if (!strcmp(labels[i].folded, labels[last].folded))
			labels[last].count++;
		else
			labels[++last] = labels[i];
	}
	found = found ? last + 1 : 0;
	if (found > LABELS_LIMIT) {
		qsort(labels, found, sizeof *labels, label_frequency);
		found = LABELS_LIMIT;
		qsort(labels, found, sizeof *labels, label_order);
	}
	*count = found;
	return labels;
}

/* Behind the labels stand (other) and (none). */
static size_t label_index(const struct label *labels, size_t count, const char *folded)
{
	struct label wanted = {.folded = folded};
	const struct label *found = folded ? bsearch(&wanted, labels, count, sizeof *labels, label_order) : NULL;
	return found ? (size_t)(found - labels) : folded ? count : count + 1;
}

/* A row and column that nothing fell into goes. */
static void unused_drop(struct confusion *confusion, size_t drop)
{
	size_t count = confusion->count, kept = 0;
	for (size_t i = 0; i < count; i++)
		if (confusion->cells[drop * count + i] || confusion->cells[i * count + drop])
			return;
	for (size_t i = 0; i < count * count; i++)
		if (i / count != drop && i % count != drop)
			confusion->cells[kept++] = confusion->cells[i];
	for (size_t i = drop; i + 1 < count; i++)
		confusion->labels[i] = confusion->labels[i + 1];
	confusion->count--;
}

static void cells_count(
	const struct sighting_list *list, const struct label *labels, size_t label_count, struct confusion *confusion)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct sighting *item = &list->items[i];
		size_t row = label_index(labels, label_count, item->expected);
		size_t column = item->passed ? row : label_index(labels, label_count, item->extracted);
		confusion->cells[row * confusion->count + column]++;
	}
}

static void scorer_end(struct sighting_list *list)
{
	if (!list->scorer || list->count == 0)
		return;
	size_t label_count;
	CLEANUP(memory_release) struct label *labels = labels_collect(list, &label_count);
	size_t count = label_count + 2;
	struct confusion confusion = {.scorer = list->scorer,
		.count = count,
		.labels = arena_take(list->arena, count * sizeof *confusion.labels),
		.cells = arena_take(list->arena, count * count * sizeof *confusion.cells)};
	for (size_t i = 0; i < label_count; i++)
		confusion.labels[i] = labels[i].shown;
	confusion.labels[label_count] = OTHER;
	confusion.labels[label_count + 1] = NONE;
	cells_count(list, labels, label_count, &confusion);
	unused_drop(&confusion, label_count + 1);
	unused_drop(&confusion, label_count);
	if (list->done_count == list->done_room) {
		size_t room = list->done_room ? 2 * list->done_room : 4;
		list->done = arena_grow(list->arena, list->done, list->done_count * sizeof confusion, room * sizeof confusion);
		list->done_room = room;
	}
	list->done[list->done_count++] = confusion;
	list->count = 0;
}

static const char *label_fold(struct arena *arena, struct text text)
{
	text = text_trim(text);
	return text.length ? text_fold(arena, text).data : NULL;
}

/* The first accepted answer. */
static struct text expected_label(struct arena *arena, struct text expected)
{
	struct error ignored;
	JSON_OWNED *list = expected.data ? json_parse(expected, &ignored) : NULL;
	const json_t *first = json_is_array(list) ? json_array_get(list, 0) : list;
	if (!first)
		return text_make(NULL, 0);
	CLEANUP(buffer_release) struct buffer plain = BUFFER_EMPTY;
	json_write_plain(first, &plain);
	return text_copy(arena, buffer_text(&plain));
}

static bool extraction_add(void *data, const struct extraction *extraction)
{
	struct sighting_list *list = data;
	if (!list->scorer || strcmp(list->scorer, extraction->scorer) != 0) {
		scorer_end(list);
		list->scorer = arena_string(list->arena, extraction->scorer);
	}
	if (list->count == list->room) {
		list->room = list->room ? 2 * list->room : 256;
		list->items = memory_grow(list->items, list->room, sizeof *list->items);
	}
	struct text shown = text_trim(expected_label(list->arena, extraction->expected));
	list->items[list->count++] = (struct sighting){.expected = label_fold(list->arena, shown),
		.extracted = extraction->extracted.data ? label_fold(list->arena, extraction->extracted) : NULL,
		.shown = shown.length ? arena_copy(list->arena, shown.data, shown.length) : NULL,
		.passed = extraction->passed};
	return true;
}

bool confusion_of(
	struct store *store, const struct arm *arm, struct arena *arena, struct confusion **ret, size_t *count, struct error *error)
{
	struct sighting_list list = {.arena = arena};
	bool good = extraction_each(store, arm->run, arm->version, "label", extraction_add, &list, error);
	if (good)
		scorer_end(&list);
	free(list.items);
	*ret = list.done;
	*count = list.done_count;
	return good;
}
