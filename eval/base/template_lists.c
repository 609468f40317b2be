#include "eval/base/template_private.h"
#include "eval/base/utf8.h"
#include <math.h>
#include <stdlib.h>

static bool list_wanted(const json_t *value, struct error *error)
{
	return json_is_array(value) || error_set(error, ERROR_CONFIG, "expected a list, found %s", value_kind(value));
}

/* A dotted path inside an item; NULL with a message when it is not there. */
static json_t *attribute_of(const json_t *item, const char *path, struct error *error)
{
	json_t *found = json_at(item, path);
	if (!found)
		error_set(error, ERROR_CONFIG, "an item that is %s has no `%.60s`", value_kind(item), path);
	return found;
}

/* Argument `at` as an attribute's name; "" where none was given, which is the item itself. */
static const char *attribute_name(json_t *const *arguments, int count, int at)
{
	const char *name = at < count ? json_string_value(arguments[at]) : NULL;
	return name ? name : "";
}

/* The list of the attributes of all items. New reference. */
static json_t *attributes_of(const json_t *list, const char *path, struct error *error)
{
	json_t *values = json_array();
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *found = attribute_of(json_array_get(list, i), path, error);
		if (!found) {
			json_decref(values);
			return NULL;
		}
		json_array_append(values, found);
	}
	return values;
}

/* ---- texts as lists of characters ---- */

static json_t *characters_of(const json_t *value, struct error *error)
{
	struct text text = json_text(value);
	if (utf8_count(text) > TEMPLATE_ITEMS)
		return filter_fail(error, "the text has more than %d characters", TEMPLATE_ITEMS);
	json_t *list = json_array();
	for (size_t at = 0; at < text.length;) {
		uint32_t code;
		int taken = utf8_decode(text.data + at, text.length - at, &code);
		size_t length = taken > 0 ? (size_t)taken : 1;
		json_array_append_new(list, json_from_text(text_make(text.data + at, length)));
		at += length;
	}
	return list;
}

json_t *filter_list(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	if (json_is_object(value))
		return filter_keys_of(value, arguments, count, error);
	if (json_is_string(value))
		return characters_of(value, error);
	return list_wanted(value, error) ? json_incref((json_t *)value) : NULL;
}

static json_t *end_of(const json_t *value, bool last, struct error *error)
{
	json_t *list = filter_list(value, NULL, 0, error);
	if (!list)
		return NULL;
	size_t size = json_array_size(list);
	json_t *item = size ? json_incref(json_array_get(list, last ? size - 1 : 0)) : NULL;
	json_decref(list);
	return item;
}

json_t *filter_first(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	return end_of(value, false, error);
}

json_t *filter_last(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	return end_of(value, true, error);
}

static json_t *text_joined(const json_t *list)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	for (size_t i = 0; i < json_array_size(list); i++)
		buffer_add_text(&out, json_text(json_array_get(list, i)));
	return json_from_text(buffer_text(&out));
}

json_t *filter_reverse(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	json_t *list = filter_list(value, NULL, 0, error);
	if (!list)
		return NULL;
	json_t *reversed = json_array();
	for (size_t i = json_array_size(list); i > 0; i--)
		json_array_append(reversed, json_array_get(list, i - 1));
	json_decref(list);
	if (!json_is_string(value))
		return reversed;
	json_t *text = text_joined(reversed);
	json_decref(reversed);
	return text;
}

/* ---- maps ---- */

static json_t *entries_of(const json_t *value, struct error *error, bool keys, bool values)
{
	if (!json_is_object(value))
		return filter_fail(error, "expected a map, found %s", value_kind(value));
	json_t *list = json_array();
	for (void *at = json_object_iter((json_t *)value); at; at = json_object_iter_next((json_t *)value, at)) {
		json_t *key = json_from_text(text_make(json_object_iter_key(at), json_object_iter_key_len(at)));
		json_t *item = json_object_iter_value(at);
		json_array_append_new(list, keys && values ? json_pack("[O, O]", key, item) : json_incref(keys ? key : item));
		json_decref(key);
	}
	return list;
}

json_t *filter_items(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	return entries_of(value, error, true, true);
}

json_t *filter_keys_of(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	return entries_of(value, error, true, false);
}

json_t *filter_values(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	return entries_of(value, error, false, true);
}

/* ---- join, split, map ---- */

json_t *filter_join(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	CLEANUP(buffer_release) struct buffer out = {.limit = TEMPLATE_OUTPUT};
	const char *attribute = attribute_name(arguments, count, 1);
	JSON_OWNED *list = filter_list(value, NULL, 0, error);
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *item = attribute_of(json_array_get(list, i), attribute, error);
		if (!item)
			return NULL;
		if (i > 0 && count > 0)
			json_write_plain(arguments[0], &out);
		json_write_plain(item, &out);
	}
	if (!list)
		return NULL;
	return out.overflow ? filter_fail(error, "the text is larger than 64 MiB") : json_from_text(buffer_text(&out));
}

/* Without a separator, runs of white space separate and there are no empty parts, as in Python. */
static bool word_take(struct text *rest, struct text *word)
{
	*rest = text_trim(*rest);
	size_t length = 0;
	while (length < rest->length && !byte_is_space(rest->data[length]))
		length++;
	*word = text_make(rest->data, length);
	*rest = text_make(rest->data + length, rest->length - length);
	return length > 0;
}

static bool part_take(struct text *rest, struct text separator, struct text *part)
{
	if (!rest->data)
		return false;
	long at = text_find(*rest, separator, 0);
	size_t length = at < 0 ? rest->length : (size_t)at;
	*part = text_make(rest->data, length);
	*rest = at < 0 ? (struct text){NULL, 0}
		       : text_make(rest->data + length + separator.length, rest->length - length - separator.length);
	return true;
}

json_t *filter_split(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	struct text rest = json_text(value), separator = count > 0 ? json_text(arguments[0]) : (struct text){NULL, 0}, part;
	if (!json_is_string(value))
		return filter_fail(error, "expected text, found %s", value_kind(value));
	if (separator.data && separator.length == 0)
		return filter_fail(error, "the separator is empty");
	json_t *list = json_array();
	while (separator.data ? part_take(&rest, separator, &part) : word_take(&rest, &part)) {
		if (json_array_size(list) == TEMPLATE_ITEMS) {
			json_decref(list);
			return filter_fail(error, "more than %d parts", TEMPLATE_ITEMS);
		}
		json_array_append_new(list, json_from_text(part));
	}
	return list;
}

/* map(attribute="x"), map("x") where items have an x, and map("upper") with the name of a filter. */
json_t *filter_map(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	const char *name = json_string_value(arguments[0]);
	if (!list_wanted(value, error))
		return NULL;
	if (!name)
		return filter_fail(error, "expected the name of an attribute or a filter");
	const struct template_filter *filter = filter_find(name);
	if (!filter || filter->min_arguments > 0 || json_at(json_array_get(value, 0), name))
		return attributes_of(value, name, error);
	json_t *mapped = json_array();
	for (size_t i = 0; i < json_array_size(value); i++) {
		json_t *item = filter->apply(json_array_get(value, i), NULL, 0, error);
		if (!item) {
			json_decref(mapped);
			return error->kind ? NULL : filter_fail(error, "`%s` gives no value for an item", name);
		}
		json_array_append_new(mapped, item);
	}
	return mapped;
}

/* ---- order ---- */

struct sorted {
	json_t *item;	    /* borrowed */
	const json_t *key;  /* borrowed */
	struct text folded; /* texts compared without regard to case */
	size_t place;
};

static int key_order(const struct sorted *a, const struct sorted *b)
{
	if (!a->folded.data)
		return value_compare(a->key, b->key);
	size_t shorter = a->folded.length < b->folded.length ? a->folded.length : b->folded.length;
	int order = memcmp(a->folded.data, b->folded.data, shorter);
	return order ? order : (a->folded.length > b->folded.length) - (a->folded.length < b->folded.length);
}

static int place_order(const struct sorted *a, const struct sorted *b)
{
	return (a->place > b->place) - (a->place < b->place);
}

static int compare_up(const void *left, const void *right)
{
	int order = key_order(left, right);
	return order ? order : place_order(left, right);
}

static int compare_down(const void *left, const void *right)
{
	int order = key_order(right, left);
	return order ? order : place_order(left, right);
}

/* What to order by: keys that are all numbers or all texts. */
static bool keys_prepare(
	struct arena *arena, const json_t *list, const char *path, bool exact, struct sorted *sorted, struct error *error)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *item = json_array_get(list, i);
		json_t *key = attribute_of(item, path, error);
		if (!key)
			return false;
		sorted[i] = (struct sorted){.item = item, .key = key, .place = i};
		if (!value_comparable(sorted[0].key, key))
			return error_set(
				error, ERROR_CONFIG, "cannot put %s and %s in order", value_kind(sorted[0].key), value_kind(key));
		if (json_is_string(key) && !exact)
			sorted[i].folded = text_fold(arena, json_text(key));
	}
	return true;
}

/* reverse, case_sensitive, attribute */
json_t *filter_sort(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	JSON_OWNED *list = filter_list(value, NULL, 0, error);
	size_t size = json_array_size(list);
	struct sorted *sorted = arena_take(arena, size * sizeof *sorted);
	bool exact = argument_truth(arguments, count, 1);
	if (!list || !keys_prepare(arena, list, attribute_name(arguments, count, 2), exact, sorted, error))
		return NULL;
	if (size > 1)
		qsort(sorted, size, sizeof *sorted, argument_truth(arguments, count, 0) ? compare_down : compare_up);
	json_t *result = json_array();
	for (size_t i = 0; i < size; i++)
		json_array_append(result, sorted[i].item);
	return result;
}

/* case_sensitive, attribute; the first of equals, and no value for an empty list. */
static json_t *extreme_of(const json_t *value, json_t *const *arguments, int count, bool largest, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	JSON_OWNED *list = filter_list(value, NULL, 0, error);
	size_t size = json_array_size(list), best = 0;
	struct sorted *sorted = arena_take(arena, size * sizeof *sorted);
	bool exact = argument_truth(arguments, count, 0);
	if (size == 0 || !keys_prepare(arena, list, attribute_name(arguments, count, 1), exact, sorted, error))
		return NULL;
	for (size_t i = 1; i < size; i++) {
		int order = key_order(&sorted[i], &sorted[best]);
		if (largest ? order > 0 : order < 0)
			best = i;
	}
	return json_incref(sorted[best].item);
}

json_t *filter_min(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	return extreme_of(value, arguments, count, false, error);
}

json_t *filter_max(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	return extreme_of(value, arguments, count, true, error);
}

/* ---- unique, sum ---- */

/* Notes what identifies an item; answers false when it was there before. */
static bool seen_note(json_t *seen, const json_t *item, bool exact)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	CLEANUP(buffer_release) struct buffer key = {.limit = TEMPLATE_OUTPUT};
	if (json_is_string(item) && !exact)
		json_write_string(text_fold(arena, json_text(item)), &key);
	else
		json_canonical(item, &key);
	if (json_object_getn(seen, buffer_string(&key), key.length))
		return false;
	json_object_setn_new_nocheck(seen, buffer_string(&key), key.length, json_true());
	return true;
}

/* case_sensitive, attribute */
json_t *filter_unique(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	const char *attribute = attribute_name(arguments, count, 1);
	bool exact = argument_truth(arguments, count, 0);
	JSON_OWNED *list = filter_list(value, NULL, 0, error), *seen = json_object(), *result = json_array();
	if (!list)
		return NULL;
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *item = json_array_get(list, i), *key = attribute_of(item, attribute, error);
		if (!key)
			return NULL;
		if (seen_note(seen, key, exact))
			json_array_append(result, item);
	}
	return json_incref(result);
}

json_t *filter_sum(const json_t *value, json_t *const *arguments, int count, struct error *error)
{
	const char *attribute = attribute_name(arguments, count, 0);
	long long whole = 0;
	double sum = 0;
	bool reals = false;
	if (!list_wanted(value, error))
		return NULL;
	for (size_t i = 0; i < json_array_size(value); i++) {
		json_t *item = attribute_of(json_array_get(value, i), attribute, error);
		if (!json_is_number(item))
			return item ? filter_fail(error, "cannot add %s", value_kind(item)) : NULL;
		sum += json_number_value(item);
		reals = json_is_real(item) || __builtin_add_overflow(whole, json_integer_value(item), &whole) || reals;
	}
	if (!isfinite(sum))
		return filter_fail(error, "the sum is out of range");
	return reals ? json_real(sum) : json_integer(whole);
}
