#include "eval/base/json.h"
#include "eval/compare/compare_private.h"
#include <math.h>
#include <stdlib.h>

#define TAGS_LIMIT 256 /* of one case */

/* One tag of one case in one arm. */
struct tagged {
	const char *tag;
	size_t arm;
	double rate; /* NAN: not measured */
};
struct tagged_list {
	struct tagged *items;
	size_t count, room;
	struct arena *arena; /* of the tags */
};

static void tagged_release(struct tagged_list *list)
{
	free(list->items);
}

static void tagged_add(struct tagged_list *list, struct tagged item)
{
	if (list->count == list->room) {
		list->room = list->room ? 2 * list->room : 1024;
		list->items = memory_grow(list->items, list->room, sizeof *list->items);
	}
	list->items[list->count++] = item;
}

/* The tags of a case as strings; cases that share the text of their tags share the result. */
struct tag_names {
	const char *source;
	const char **names;
	size_t count;
};

static bool name_known(const struct tag_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->names[i], name))
			return true;
	return false;
}

static void names_read(struct tag_names *names, const char *source, struct arena *arena)
{
	if (names->source && !strcmp(names->source, source))
		return;
	*names = (struct tag_names){.source = source};
	struct error ignored;
	JSON_OWNED *list = json_parse(text_of(source), &ignored);
	size_t count = json_array_size(list) < TAGS_LIMIT ? json_array_size(list) : TAGS_LIMIT;
	names->names = arena_take(arena, (count + 1) * sizeof *names->names);
	for (size_t i = 0; i < count; i++) {
		const char *name = json_string_value(json_array_get(list, i));
		if (name && !name_known(names, name))
			names->names[names->count++] = arena_string(arena, name);
	}
}

static void tags_collect(struct tagged_list *list, const struct arm_table *table, size_t arm)
{
	struct tag_names names = {0};
	for (size_t i = 0; i < table->count; i++) {
		if (!table->cases[i].tags)
			continue;
		names_read(&names, table->cases[i].tags, list->arena);
		for (size_t j = 0; j < names.count; j++)
			tagged_add(list, (struct tagged){names.names[j], arm, table->cases[i].rate});
	}
}

static int tagged_order(const void *a, const void *b)
{
	const struct tagged *left = a, *right = b;
	int order = strcmp(left->tag, right->tag);
	return order ? order : (left->arm > right->arm) - (left->arm < right->arm);
}

/* From here to the end of the same tag and arm. */
static size_t group_rate(const struct tagged *items, size_t count, struct proportion *ret, long long *cases)
{
	CLEANUP(memory_release) double *rates = memory_grow(NULL, count + 1, sizeof *rates);
	size_t at = 0, measured = 0;
	long long always = 0;
	bool partial = false;
	for (; at < count && items[at].arm == items[0].arm && !strcmp(items[at].tag, items[0].tag); at++) {
		if (isnan(items[at].rate))
			continue;
		always += items[at].rate == 1;
		partial |= items[at].rate > 0 && items[at].rate < 1;
		rates[measured++] = items[at].rate;
	}
	*cases = (long long)at;
	*ret = proportion_of(always, (long long)measured);
	if (partial) {
		ret->rate = mean_of(rates, measured);
		ret->interval = interval_around(ret->rate, standard_error(rates, measured), normal_quantile(0.975), 0, 1);
	}
	return at;
}

static size_t tags_distinct(const struct tagged_list *list)
{
	size_t found = 0;
	for (size_t i = 0; i < list->count; i++)
		found += i == 0 || strcmp(list->items[i].tag, list->items[i - 1].tag) != 0;
	return found;
}

static int rate_order(const void *a, const void *b)
{
	const struct tag_rate *left = a, *right = b;
	if (left->cases != right->cases)
		return left->cases > right->cases ? -1 : 1;
	return strcmp(left->tag, right->tag);
}

static struct proportion *rates_empty(struct arena *arena, size_t arm_count)
{
	struct proportion *rates = arena_take(arena, (arm_count + 1) * sizeof *rates);
	for (size_t i = 0; i < arm_count; i++)
		rates[i] = proportion_of(0, 0);
	return rates;
}

static void tags_fold(const struct tagged_list *list, size_t arm_count, struct arena *arena, struct tag_rate **ret, size_t *count)
{
	struct tag_rate *rates = arena_take(arena, (tags_distinct(list) + 1) * sizeof *rates);
	size_t found = 0;
	for (size_t i = 0; i < list->count;) {
		if (i == 0 || strcmp(list->items[i].tag, rates[found - 1].tag) != 0)
			rates[found++] = (struct tag_rate){.tag = list->items[i].tag, .rates = rates_empty(arena, arm_count)};
		struct tag_rate *rate = &rates[found - 1];
		long long cases;
		size_t arm = list->items[i].arm;
		i += group_rate(&list->items[i], list->count - i, &rate->rates[arm], &cases);
		rate->cases = cases > rate->cases ? cases : rate->cases;
	}
	qsort(rates, found, sizeof *rates, rate_order);
	*ret = rates;
	*count = found;
}

void set_tags(const struct arm_set *set, struct arena *arena, struct tag_rate **ret, size_t *count)
{
	CLEANUP(tagged_release) struct tagged_list list = {.arena = arena};
	for (size_t i = 0; i < set->count; i++)
		tags_collect(&list, &set->tables[i], i);
	if (list.count)
		qsort(list.items, list.count, sizeof *list.items, tagged_order);
	tags_fold(&list, set->count, arena, ret, count);
}

bool tag_rates(struct store *store, const struct arm *arms, size_t arm_count, struct arena *arena, struct tag_rate **ret,
	size_t *count, struct error *error)
{
	CLEANUP(arm_set_release) struct arm_set *set = NULL;
	if (!arm_set_load(store, arms, arm_count, &set, error))
		return false;
	set_tags(set, arena, ret, count);
	return true;
}
