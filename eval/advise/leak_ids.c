#include "eval/advise/leak_ids.h"
#include "eval/store/outcomes.h"
#include <ctype.h>
#include <stdlib.h>

#define COUNTER_DIGITS 6 /* of a counter at most: longer numbers are keys of some register */
#define COUNTER_NAME 16	 /* bytes before them at most */
#define WORDS_LEAST 3
#define WORDS_SHARED .6

struct id_place {
	const char *id;
	size_t at;
};
struct id_match {
	size_t at;
	const char *words; /* of the row, normalised, with a space on both sides */
};
struct leak_ids {
	const struct alarm_input *input;
	struct id_place *places;
	size_t place_count;
	struct id_match *matches;
	size_t match_count, match_room;
};

static int by_id(const void *left, const void *right)
{
	return strcmp(((const struct id_place *)left)->id, ((const struct id_place *)right)->id);
}

struct leak_ids *leak_ids_create(const struct alarm_input *input)
{
	const struct evidence *evidence = input->advice->evidence;
	struct leak_ids *ids = arena_take(input->arena, sizeof *ids);
	ids->input = input;
	ids->places = arena_take(input->arena, (evidence->case_count + 1) * sizeof *ids->places);
	for (size_t i = 0; i < evidence->case_count; i++)
		if (evidence->cases[i].id)
			ids->places[ids->place_count++] = (struct id_place){evidence->cases[i].id, i};
	qsort(ids->places, ids->place_count, sizeof *ids->places, by_id);
	return ids;
}

const char *leak_id_of(const json_t *row, struct arena *arena)
{
	static const char *const names[] = {"id", "case", "case_id", "qid", "question_id", "uid"};
	for (size_t i = 0; i < COUNT(names); i++) {
		const json_t *id = json_object_get(row, names[i]);
		if (json_is_string(id))
			return arena_string(arena, json_string_value(id));
		if (json_is_integer(id))
			return arena_format(arena, "%lld", (long long)json_integer_value(id));
	}
	return NULL;
}

static void words_add(const json_t *value, struct arena *scratch, struct buffer *out)
{
	const char *key;
	json_t *member;
	size_t i;
	if (json_is_string(value)) {
		buffer_add_text(out, lenient_form(scratch, json_text(value)));
		buffer_add_byte(out, ' ');
	}
	json_object_foreach((json_t *)value, key, member) words_add(member, scratch, out);
	json_array_foreach((json_t *)value, i, member) words_add(member, scratch, out);
}

void leak_ids_add(struct leak_ids *ids, const char *id, const json_t *texts, struct arena *scratch)
{
	CLEANUP(buffer_release) struct buffer words = BUFFER_EMPTY;
	struct id_place wanted = {.id = id};
	const struct id_place *found =
		id && ids->place_count ? bsearch(&wanted, ids->places, ids->place_count, sizeof *ids->places, by_id) : NULL;
	if (!found)
		return;
	buffer_add_byte(&words, ' ');
	words_add(texts, scratch, &words);
	*LIST_MORE(ids->input->arena, ids->matches, ids->match_count, ids->match_room) =
		(struct id_match){found->at, arena_string(ids->input->arena, buffer_string(&words))};
}

/* "17", "c-017": any two files may have it, whatever they hold. */
static bool is_counter(const char *id)
{
	size_t length = strlen(id), digits = 0;
	while (digits < length && isdigit((unsigned char)id[length - digits - 1]))
		digits++;
	size_t name = length - digits;
	for (size_t i = 0; i < name; i++)
		if (isdigit((unsigned char)id[i]))
			return false;
	return digits > 0 && digits <= COUNTER_DIGITS && name <= COUNTER_NAME;
}

/* How many of the case's words stand in the row, as a share; 0 where it has too few to tell. */
static double words_shared(const char *own, const char *row, struct arena *scratch)
{
	size_t count = 0, shared = 0;
	struct text rest = text_of(own);
	while (rest.length) {
		size_t length = 0;
		while (length < rest.length && rest.data[length] != ' ')
			length++;
		const char *word = arena_format(scratch, " %.*s ", (int)length, rest.data);
		count += length > 0;
		shared += length > 0 && strstr(row, word) != NULL;
		rest = text_make(rest.data + length + (length < rest.length), rest.length - length - (length < rest.length));
	}
	return count < WORDS_LEAST ? 0 : (double)shared / (double)count;
}

static bool match_look(const struct leak_ids *ids, const struct id_match *match, bool *same, bool *other, struct arena *scratch,
	struct error *error)
{
	const struct evidence *evidence = ids->input->advice->evidence;
	const struct evidence_case *row = &evidence->cases[match->at];
	CLEANUP(buffer_release) struct buffer words = BUFFER_EMPTY;
	struct outcome_texts texts;
	struct error ignored;
	if (!outcome_texts(ids->input->store, evidence->run.id, row->position, 0, scratch, &texts, error))
		return false;
	JSON_OWNED *vars = json_parse(texts.vars, &ignored);
	words_add(vars, scratch, &words);
	if (words_shared(buffer_string(&words), match->words, scratch) >= WORDS_SHARED)
		same[match->at] = true;
	else if (!is_counter(row->id))
		other[match->at] = true;
	return true;
}

bool leak_ids_look(const struct leak_ids *ids, bool *same, bool *other, struct arena *scratch, struct error *error)
{
	for (size_t i = 0; i < ids->match_count; i++) {
		arena_reset(scratch);
		if (!match_look(ids, &ids->matches[i], same, other, scratch, error))
			return false;
	}
	return true;
}
