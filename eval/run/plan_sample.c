#include "eval/base/nearest.h"
#include "eval/base/random.h"
#include "eval/run/plan_private.h"
#include <stdlib.h>

/* `--limit N`: the first N of one fixed order of the cases, so that a sample of 100 contains that of 50. Within a stratum (the
 * first tag) cases stand in a seeded order; strata are interleaved in proportion to their size: case j of a stratum of n takes
 * place (j + u) / n, with a u of its own for each stratum. */

struct drawn {
	uint64_t stratum, order;
	double place;
	long long position;
};

static int by_stratum(const void *left, const void *right)
{
	const struct drawn *a = left, *b = right;
	if (a->stratum != b->stratum)
		return a->stratum < b->stratum ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return a->position < b->position ? -1 : 1;
}

static int by_place(const void *left, const void *right)
{
	const struct drawn *a = left, *b = right;
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	return by_stratum(left, right);
}

static int by_position(const void *left, const void *right)
{
	const long long *a = left, *b = right;
	return *a < *b ? -1 : *a > *b;
}

struct drawing {
	struct drawn *items;
	size_t count, room;
	uint64_t seed;
};

static void draw_add(struct drawing *drawing, const struct case_row *row)
{
	struct error ignored;
	JSON_OWNED *tags = row->tags.data ? json_parse(row->tags, &ignored) : NULL;
	struct text stratum = json_text(json_array_get(tags, 0));
	if (drawing->count == drawing->room) {
		drawing->room = drawing->room ? 2 * drawing->room : 256;
		drawing->items = memory_grow(drawing->items, drawing->room, sizeof *drawing->items);
	}
	drawing->items[drawing->count++] =
		(struct drawn){.stratum = stratum.data ? random_of(drawing->seed, stratum.data, stratum.length) : 0,
			.order = random_of(drawing->seed ^ UINT64_C(0x5bd1e995), row->id, strlen(row->id)),
			.position = row->position};
}

static void places_give(struct drawing *drawing)
{
	qsort(drawing->items, drawing->count, sizeof *drawing->items, by_stratum);
	for (size_t from = 0, to; from < drawing->count; from = to) {
		for (to = from; to < drawing->count && drawing->items[to].stratum == drawing->items[from].stratum;)
			to++;
		double shift = (double)(drawing->items[from].stratum >> 11) * 0x1p-53;
		for (size_t i = from; i < to; i++)
			drawing->items[i].place = ((double)(i - from) + shift) / (double)(to - from);
	}
	qsort(drawing->items, drawing->count, sizeof *drawing->items, by_place);
}

bool case_wanted(const struct plan *plan, const struct case_row *row)
{
	if (!plan->filter)
		return true;
	struct error ignored;
	JSON_OWNED *tags = row->tags.data ? json_parse(row->tags, &ignored) : NULL;
	const char *names[256];
	CLEANUP(buffer_release) struct buffer words = BUFFER_EMPTY;
	buffer_format(&words, "%s\n", row->id);
	buffer_add_text(&words, row->vars);
	struct filter_case subject = {
		.id = row->id, .tags = names, .cluster = row->cluster, .words = buffer_text(&words)};
	while (subject.tag_count < COUNT(names) && subject.tag_count < json_array_size(tags)) {
		names[subject.tag_count] = json_string_value(json_array_get(tags, subject.tag_count));
		subject.tag_count++;
	}
	return filter_matches_case(plan->filter, &subject);
}

/* Counts the cases that match, and draws among them. */
static bool cases_walk(struct plan *plan, struct drawing *drawing, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	long long after = 0;
	for (;;) {
		struct case_row *rows;
		size_t count;
		arena_reset(arena);
		if (!case_page(plan->store, plan->test_set, after, 500, arena, &rows, &count, error))
			return false;
		if (!count)
			return true;
		for (size_t i = 0; i < count; i++)
			if (case_wanted(plan, &rows[i])) {
				plan->selected_cases++;
				draw_add(drawing, &rows[i]);
			}
		after = rows[count - 1].position;
	}
}

/* In a seeded order: where a probe is stopped, or its budget used up, what it asked stands for all and is not the head of a file. */
static bool draws_take(struct plan *plan)
{
	size_t count = plan->options.draw_count;
	struct drawn *items = memory_take((count + 1) * sizeof *items);
	for (size_t i = 0; i < count; i++) {
		char name[24];
		int length = snprintf(name, sizeof name, "%lld", plan->options.draws[i].position);
		items[i] = (struct drawn){.order = random_of((uint64_t)plan->seed, name, (uint64_t)length),
			.position = plan->options.draws[i].position};
	}
	qsort(items, count, sizeof *items, by_stratum);
	plan->sampled = true;
	plan->sample_count = count;
	plan->selected_cases = (long long)count;
	plan->sample = arena_take(plan->arena, (count + 1) * sizeof *plan->sample);
	for (size_t i = 0; i < count; i++)
		plan->sample[i] = items[i].position;
	free(items);
	return true;
}

const struct drawn_case *plan_draw(const struct plan *plan, long long position)
{
	for (size_t low = 0, high = plan->options.draw_count; low < high;) {
		size_t middle = (low + high) / 2;
		const struct drawn_case *drawn = &plan->options.draws[middle];
		if (drawn->position == position)
			return drawn;
		if (drawn->position < position)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* All tags of the cases, each once, as far as there is room. */
static bool tags_collect(struct plan *plan, const char **tags, size_t room, size_t *count, struct error *error)
{
	struct case_row *rows;
	size_t found;
	*count = 0;
	for (long long after = 0;; after = rows[found - 1].position) {
		if (!case_page(plan->store, plan->test_set, after, 500, plan->arena, &rows, &found, error))
			return false;
		for (size_t i = 0; i < found; i++) {
			struct error ignored;
			JSON_OWNED *list = rows[i].tags.data ? json_parse(rows[i].tags, &ignored) : NULL;
			for (size_t t = 0; t < json_array_size(list) && *count < room; t++) {
				const char *tag = json_string_value(json_array_get(list, t));
				size_t at = 0;
				while (tag && at < *count && strcmp(tags[at], tag) != 0)
					at++;
				if (tag && at == *count)
					tags[(*count)++] = arena_string(plan->arena, tag);
			}
		}
		if (!found || *count == room)
			return true;
	}
}

/* A filter that lets no case through is a mistake, most often in the name of a tag. */
static bool nothing_matches(struct plan *plan, struct error *error)
{
	const char *tags[256], *hint = "";
	size_t count;
	if (!tags_collect(plan, tags, COUNT(tags), &count, error))
		return false;
	for (size_t i = 0; i < plan->filter->count && !*hint; i++) {
		const struct filter_term *term = &plan->filter->terms[i];
		const char *near = strcmp(term->key->name, "tag") || term->negated ? NULL : nearest_match(term->value, tags, count);
		if (near && strcmp(near, term->value) != 0)
			hint = arena_format(plan->arena, ", did you mean `tag:%s`?", near);
	}
	return error_set(error, ERROR_USAGE, "no case matches `%s`%s", plan->options.filter, hint);
}

bool plan_sample(struct plan *plan, struct error *error)
{
	struct drawing drawing = {.seed = (uint64_t)plan->seed};
	if (plan->options.draws)
		return draws_take(plan);
	plan->sampled = plan->options.limit > 0 || plan->filter;
	plan->selected_cases = plan->sampled ? 0 : plan->case_count;
	if (!plan->sampled)
		return true;
	bool good = cases_walk(plan, &drawing, error) && (!plan->filter || drawing.count || nothing_matches(plan, error));
	size_t wanted = plan->options.limit > 0 ? (size_t)plan->options.limit : drawing.count;
	if (good) {
		if (drawing.count)
			places_give(&drawing);
		plan->sample_count = wanted < drawing.count ? wanted : drawing.count;
		plan->sample = arena_take(plan->arena, (plan->sample_count + 1) * sizeof *plan->sample);
		for (size_t i = 0; i < plan->sample_count; i++)
			plan->sample[i] = drawing.items[i].position;
		qsort(plan->sample, plan->sample_count, sizeof *plan->sample, by_position);
		plan->selected_cases = (long long)plan->sample_count;
	}
	free(drawing.items);
	return good;
}
