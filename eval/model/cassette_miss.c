/* Why a key is missing: what differs between the recorded request and the one wanted. */
#include "eval/base/random.h"
#include "eval/base/secret.h"
#include "eval/model/cassette_private.h"
#include "eval/model/span.h"
#include <stdio.h>

#define SHOWN ((size_t)60)  /* bytes of a value */
#define BEFORE ((size_t)20) /* of them before the first difference */

/* ---- the entry of the same case, variant and repeat ----------------------------------------------------------------- */

static uint64_t subject_of(struct text case_id, struct text variant, int repeat)
{
	uint64_t first = random_of((uint64_t)repeat, case_id.data, case_id.length);
	return random_of(first, variant.data, variant.length) | 1;
}

static struct text string_text(struct text value, struct arena *arena)
{
	struct text plain = span_plain_string(value);
	struct error ignored;
	if (plain.data)
		return plain;
	JSON_OWNED *string = value.data ? json_parse_reply(value, &ignored) : NULL;
	struct text text = json_text(string);
	return text.data ? text_copy(arena, text) : TEXT("");
}

static void subjects_learn(struct cassette *cassette)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct error ignored;
	for (size_t i = 0; i < cassette->room; i++) {
		struct cassette_place *place = &cassette->places[i];
		struct text line;
		if (!place->length || place->subject || !place_read(cassette, place, arena, &line, &ignored))
			continue;
		struct text repeat = span_get(line, "repeat");
		int number = 0;
		for (size_t d = 0; d < repeat.length && d < 9 && repeat.data[d] >= '0' && repeat.data[d] <= '9'; d++)
			number = number * 10 + (repeat.data[d] - '0');
		place->subject = subject_of(
			string_text(span_get(line, "case"), arena), string_text(span_get(line, "variant"), arena), number);
		arena_reset(arena);
	}
	cassette->subjects_known = true;
}

/* The same model first: an attempt may make several calls. */
static bool neighbour_find(
	struct cassette *cassette, const struct cassette_entry *wanted, struct arena *arena, struct cassette_entry *ret)
{
	uint64_t subject = subject_of(text_of(wanted->case_id), text_of(wanted->variant), wanted->repeat);
	bool found = false;
	if (!cassette->subjects_known)
		subjects_learn(cassette);
	for (size_t i = 0; i < cassette->room; i++) {
		struct cassette_entry entry;
		struct error ignored;
		struct text line;
		if (!cassette->places[i].length || cassette->places[i].subject != subject ||
			!place_read(cassette, &cassette->places[i], arena, &line, &ignored) || !entry_read(line, arena, &entry))
			continue;
		bool same_model = strcmp(entry.model, wanted->model) == 0;
		if (!found || same_model)
			*ret = entry;
		found = true;
		if (same_model)
			break;
	}
	return found;
}

/* ---- the first difference ------------------------------------------------------------------------------------------- */

/* Both values shown around their first differing byte. */
static void values_show(struct text recorded, struct text wanted, struct buffer *out)
{
	size_t at = 0;
	while (at < recorded.length && at < wanted.length && recorded.data[at] == wanted.data[at])
		at++;
	size_t from = at > BEFORE ? at - BEFORE : 0;
	while (from && from < recorded.length && ((unsigned char)recorded.data[from] & 0xC0) == 0x80)
		from--;
	const struct text both[] = {recorded, wanted};
	for (int i = 0; i < 2; i++) {
		size_t left = both[i].length - from, shown = left < SHOWN ? left : SHOWN;
		buffer_format(out, "%s%s%.*s%s", i ? ", wanted " : ": recorded ", from ? "…" : "", (int)shown, both[i].data + from,
			shown < left ? "…" : "");
	}
}

static void json_show(const json_t *recorded, const json_t *wanted, struct buffer *out)
{
	CLEANUP(buffer_release) struct buffer a = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer b = BUFFER_EMPTY;
	if (recorded)
		json_compact(recorded, &a);
	else
		buffer_add_string(&a, "nothing");
	if (wanted)
		json_compact(wanted, &b);
	else
		buffer_add_string(&b, "nothing");
	values_show(buffer_text(&a), buffer_text(&b), out);
}

static bool difference(const json_t *recorded, const json_t *wanted, struct buffer *pointer, struct buffer *out);

static void pointer_add(struct buffer *pointer, const char *name)
{
	buffer_add_byte(pointer, '/');
	for (; *name; name++) {
		if (*name == '~' || *name == '/')
			buffer_add_string(pointer, *name == '~' ? "~0" : "~1");
		else
			buffer_add_byte(pointer, *name);
	}
}

static bool member_difference(
	const json_t *recorded, const json_t *wanted, const char *name, struct buffer *pointer, struct buffer *out)
{
	size_t length = pointer->length;
	pointer_add(pointer, name);
	bool differs = difference(recorded, wanted, pointer, out);
	pointer->length = length;
	return differs;
}

static bool object_difference(const json_t *recorded, const json_t *wanted, struct buffer *pointer, struct buffer *out)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)wanted, name, value)
	{
		if (member_difference(json_object_get(recorded, name), value, name, pointer, out))
			return true;
	}
	json_object_foreach((json_t *)recorded, name, value)
	{
		if (!json_object_get(wanted, name) && member_difference(value, NULL, name, pointer, out))
			return true;
	}
	return false;
}

static bool list_difference(const json_t *recorded, const json_t *wanted, struct buffer *pointer, struct buffer *out)
{
	size_t most = json_array_size(recorded) > json_array_size(wanted) ? json_array_size(recorded) : json_array_size(wanted);
	for (size_t i = 0; i < most; i++) {
		char number[24];
		snprintf(number, sizeof number, "%zu", i);
		if (member_difference(json_array_get(recorded, i), json_array_get(wanted, i), number, pointer, out))
			return true;
	}
	return false;
}

/* Depth is bounded by the reader of JSON. */
static bool difference(const json_t *recorded, const json_t *wanted, struct buffer *pointer, struct buffer *out)
{
	if (json_is_object(recorded) && json_is_object(wanted))
		return object_difference(recorded, wanted, pointer, out);
	if (json_is_array(recorded) && json_is_array(wanted))
		return list_difference(recorded, wanted, pointer, out);
	if (recorded && wanted && json_equal(recorded, wanted))
		return false;
	buffer_add(out, pointer->data, pointer->length);
	json_show(recorded, wanted, out);
	return true;
}

static bool bodies_differ(struct text recorded, struct text wanted, struct buffer *out)
{
	CLEANUP(buffer_release) struct buffer pointer = BUFFER_EMPTY;
	struct error ignored;
	JSON_OWNED *a = json_parse_reply(recorded, &ignored);
	JSON_OWNED *b = json_parse_reply(wanted, &ignored);
	if (a && b)
		return difference(a, b, &pointer, out);
	if (text_equal(recorded, wanted))
		return false;
	buffer_add_string(out, "body");
	values_show(recorded, wanted, out);
	return true;
}

static bool name_differs(const char *what, const char *recorded, const char *wanted, struct buffer *out)
{
	if (strcmp(recorded, wanted) == 0)
		return false;
	buffer_add_string(out, what);
	values_show(text_of(recorded), text_of(wanted), out);
	return true;
}

const char *cassette_miss(struct cassette *cassette, const struct cassette_entry *wanted, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer clean = BUFFER_EMPTY;
	struct cassette_entry entry;
	if (!neighbour_find(cassette, wanted, arena, &entry))
		return arena_format(arena, "the cassette has nothing for case %s, variant %s, repeat %d", wanted->case_id,
			wanted->variant, wanted->repeat);
	buffer_add_string(&out, "the recorded request differs at ");
	if (!name_differs("model", entry.model, wanted->model, &out) && !name_differs("api", entry.api, wanted->api, &out) &&
		!name_differs("path", entry.path, wanted->path, &out) && !bodies_differ(entry.request, wanted->request, &out))
		return "the recorded request is the same, but its key is of another version: record again";
	return text_copy(arena, buffer_text(secret_redact(out.data, out.length, &clean) ? &clean : &out)).data;
}
