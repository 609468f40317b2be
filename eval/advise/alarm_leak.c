#include "eval/advise/leak_ids.h"
#include "eval/base/hash.h"
#include "eval/base/random.h"
#include "eval/score/reason.h"
#include <stdlib.h>

/* Test cases that stand in what a variant was shown or trained on. Texts are compared as they are but for case (exact), and as the
 * set of their words without articles and punctuation (near): the same words or, from NEAR_WORDS on, all but one. Both are looked
 * up by hash: that of a set is the sum over its words, so that those of the sets with one word less come for nothing, and two sets
 * that differ in a word have one of those in common. Tens of thousands of rows cost little more than reading them. */

#define NEAR_WORDS 10 /* distinct ones: of fewer, one word more or less is another question */
#define NEAR_MOST 64  /* of longer texts only the whole set is kept: one word more in the case is seen, another word is not */
#define WORDS_MOST 512

struct seen {
	uint64_t exact, bag; /* bag 0: a short text, looked for word for word only */
	const char *where;
	long line;
};
/* The hashes of a text. */
struct marks {
	uint64_t exact, bags[WORDS_MOST + 1]; /* the set, then those with one word less */
	size_t bag_count;
};
struct seen_list {
	struct arena *arena;
	struct leak_ids *ids;
	struct seen *items;
	size_t count, room;
};

static int by_word(const void *left, const void *right)
{
	const struct text *a = left, *b = right;
	size_t common = a->length < b->length ? a->length : b->length;
	int order = common ? memcmp(a->data, b->data, common) : 0;
	return order ? order : (a->length > b->length) - (a->length < b->length);
}

static uint64_t hash_short(struct text text)
{
	struct hash hash = hash_of(text);
	uint64_t ret;
	memcpy(&ret, hash.bytes, sizeof ret);
	return ret;
}

static size_t words_split(struct text normal, struct text *words)
{
	size_t count = 0, start = 0;
	for (size_t i = 0; i <= normal.length && count < WORDS_MOST; i++)
		if (i == normal.length || normal.data[i] == ' ') {
			if (i > start)
				words[count++] = text_make(normal.data + start, i - start);
			start = i + 1;
		}
	return count;
}

static bool has_digit(struct text word)
{
	for (size_t i = 0; i < word.length; i++)
		if (word.data[i] >= '0' && word.data[i] <= '9')
			return true;
	return false;
}

/* Its hash; kept at `at` where the word may be another one. */
static uint64_t word_add(struct marks *marks, struct text word, size_t at)
{
	uint64_t hash = random_of(1, word.data, word.length);
	marks->bags[at] = has_digit(word) ? 0 : hash;
	return hash;
}

/* False for a text of one word. Texts of two are alike by chance but for word for word. */
static bool marks_make(struct text text, struct arena *scratch, struct marks *marks)
{
	struct text words[WORDS_MOST];
	size_t count = words_split(lenient_form(scratch, text), words), distinct = 0;
	uint64_t sum = 0;
	marks->exact = hash_short(text_fold(scratch, text_trim(text)));
	marks->bags[0] = 0;
	marks->bag_count = 1;
	if (count < 3)
		return count == 2;
	qsort(words, count, sizeof *words, by_word);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || !text_equal(words[i], words[i - 1]))
			sum += word_add(marks, words[i], ++distinct);
	size_t kept = 0;
	for (size_t i = 1; i <= distinct; i++)
		if (marks->bags[i]) /* a word with a digit stays: another number is another question */
			marks->bags[++kept] = sum - marks->bags[i];
	marks->bags[0] = sum;
	marks->bag_count = distinct >= NEAR_WORDS ? kept + 1 : 1;
	return true;
}

static void seen_add(struct seen_list *list, struct text text, const char *where, long line, struct arena *scratch)
{
	struct marks marks;
	if (!marks_make(text, scratch, &marks))
		return;
	size_t kept = marks.bag_count > NEAR_MOST + 1 ? 1 : marks.bag_count;
	for (size_t i = 0; i < kept; i++)
		*LIST_MORE(list->arena, list->items, list->count, list->room) =
			(struct seen){marks.exact, marks.bags[i], where, line};
}

/* "Question: … Answer: …" on one line: what stands between such words. */
static void parts_add(struct seen_list *list, struct text text, const char *where, long line, struct arena *scratch)
{
	static const char *const words[] = {
		"question:", "answer:", "input:", "output:", "user:", "assistant:", "q:", "a:", "text:", "label:"};
	struct text folded = text_fold(scratch, text);
	size_t start = 0;
	for (size_t i = 0; folded.length == text.length && i < text.length; i++)
		for (size_t w = 0; w < COUNT(words) && (i == 0 || folded.data[i - 1] == ' '); w++) {
			struct text rest = text_make(folded.data + i, folded.length - i), word = text_of(words[w]);
			if (!text_starts(rest, word))
				continue;
			if (i > start)
				seen_add(list, text_make(text.data + start, i - start), where, line, scratch);
			start = i + word.length;
			break;
		}
	if (start)
		seen_add(list, text_make(text.data + start, text.length - start), where, line, scratch);
}

/* Every string of a row, and every line of it. */
static void strings_add(struct seen_list *list, const json_t *value, const char *where, long line, struct arena *scratch)
{
	const char *key;
	json_t *member;
	size_t i;
	if (json_is_string(value)) {
		struct text rest = json_text(value), part;
		seen_add(list, rest, where, line, scratch);
		parts_add(list, rest, where, line, scratch);
		while (rest.length && text_next_line(&rest, &part))
			if (rest.length || part.length != json_string_length(value))
				seen_add(list, part, where, line, scratch);
	}
	json_object_foreach((json_t *)value, key, member) strings_add(list, member, where, line, scratch);
	json_array_foreach((json_t *)value, i, member) strings_add(list, member, where, line, scratch);
}

static void examples_add(struct seen_list *list, const struct alarm_input *input, struct arena *scratch)
{
	struct project *project = (struct project *)input->project;
	for (size_t i = 0; i < project->example_count; i++) {
		struct example_set *set = &project->examples[i];
		struct error_list errors = ERROR_LIST_EMPTY;
		bool there = examples_load(project, set, &errors);
		error_list_release(&errors);
		for (size_t k = 0; there && k < set->count; k++) {
			struct error ignored;
			JSON_OWNED *vars = json_parse(set->rows[k].vars, &ignored);
			arena_reset(scratch);
			strings_add(list, vars, set->name, set->rows[k].line, scratch);
			leak_ids_add(list->ids, set->rows[k].id, vars, scratch);
		}
	}
}

struct training_reading {
	struct seen_list *list;
	struct arena *scratch;
};

static void training_take(void *data, struct text text, const json_t *value, const char *file, long line)
{
	struct training_reading *reading = data;
	struct error ignored;
	JSON_OWNED *row = value ? json_incref((json_t *)value) : json_parse(text, &ignored);
	arena_reset(reading->scratch);
	if (!row)
		row = json_from_text(text); /* plain text: a line of it */
	strings_add(reading->list, row, arena_string(reading->list->arena, file), line, reading->scratch);
	leak_ids_add(reading->list->ids, leak_id_of(row, reading->scratch), row, reading->scratch);
}

static int by_exact(const void *left, const void *right)
{
	const struct seen *a = left, *b = right;
	return a->exact < b->exact ? -1 : a->exact > b->exact;
}
static int by_bag(const void *left, const void *right)
{
	const struct seen *a = left, *b = right;
	return a->bag < b->bag ? -1 : a->bag > b->bag;
}

static const struct seen *seen_find(const struct seen_list *list, const struct marks *marks, int (*order)(const void *, const void *))
{
	for (size_t i = 0; i < (order == by_exact ? 1 : marks->bag_count); i++) {
		struct seen wanted = {.exact = marks->exact, .bag = marks->bags[i]};
		if (order == by_bag && !wanted.bag)
			continue;
		const struct seen *found =
			list->count ? bsearch(&wanted, list->items, list->count, sizeof *list->items, order) : NULL;
		if (found)
			return found;
	}
	return NULL;
}

/* ---- the cases ------------------------------------------------------------------------------------------------------------------
 */

#define SHARED 3 /* cases: what stands in so many of them is a context or an instruction, not the question */

struct case_texts {
	struct arena *arena;
	uint64_t *hashes; /* of every string of every case, sorted: what cases share is found among them */
	size_t count, room;
};

typedef void case_text_function(void *data, size_t at, struct text text, struct arena *scratch);

static bool cases_walk(
	const struct alarm_input *input, case_text_function *each, void *data, struct arena *scratch, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	for (size_t i = 0; i < evidence->case_count; i++) {
		struct outcome_texts texts;
		struct error ignored;
		const char *key;
		json_t *value;
		arena_reset(scratch);
		if (!outcome_texts(input->store, evidence->run.id, evidence->cases[i].position, 0, scratch, &texts, error))
			return false;
		JSON_OWNED *vars = json_parse(texts.vars, &ignored);
		json_object_foreach(vars, key, value) if (json_is_string(value)) each(data, i, json_text(value), scratch);
	}
	return true;
}

static void text_count(void *data, size_t at, struct text text, struct arena *scratch)
{
	struct case_texts *texts = data;
	*LIST_MORE(texts->arena, texts->hashes, texts->count, texts->room) = hash_short(text_fold(scratch, text_trim(text)));
}

static int by_hash(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;
	return *a < *b ? -1 : *a > *b;
}

static bool is_shared(const struct case_texts *texts, uint64_t hash)
{
	size_t low = 0, high = texts->count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (texts->hashes[middle] < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low + SHARED <= texts->count && texts->hashes[low + SHARED - 1] == hash;
}

/* The first text of a case that was seen before, and where. */
struct leak {
	const char *text;
	const char *where; /* NULL: none was */
	long line;
};
struct looking {
	struct seen_list *list;
	const struct case_texts *texts;
	int (*order)(const void *, const void *);
	struct leak *leaked;
};

static void text_look(void *data, size_t at, struct text text, struct arena *scratch)
{
	struct looking *looking = data;
	struct marks marks;
	if (looking->leaked[at].where || !marks_make(text, scratch, &marks) || is_shared(looking->texts, marks.exact))
		return;
	const struct seen *seen = seen_find(looking->list, &marks, looking->order);
	if (seen)
		looking->leaked[at] = (struct leak){
			reason_quote(looking->list->arena, text), seen->where, seen->line};
}

static bool cases_look(const struct alarm_input *input, struct seen_list *list, const struct case_texts *texts,
	int (*order)(const void *, const void *), struct leak *leaked, struct arena *scratch, struct error *error)
{
	struct looking looking = {list, texts, order, leaked};
	qsort(list->items, list->count, sizeof *list->items, order);
	return cases_walk(input, text_look, &looking, scratch, error);
}

struct leaks {
	struct leak *exact, *near; /* by case, as all below */
	bool *same, *other;	   /* by their ids: with most of the words, with others */
};

/* How many cases, by what told it first. */
struct leak_counts {
	size_t exact, near, same, other;
};

static void cases_name(const struct alarm_input *input, const struct leaks *leaks, struct advice_alarm *ret, struct leak_counts *counts)
{
	const struct evidence *evidence = input->advice->evidence;
	for (int pass = 0; pass < 4; pass++)
		for (size_t i = 0; i < evidence->case_count; i++) {
			bool exact = leaks->exact[i].where, near = leaks->near[i].where;
			int first = exact ? 0 : near ? 1 : leaks->same[i] ? 2 : leaks->other[i] ? 3 : 4;
			if (first != pass)
				continue;
			alarm_case(ret, evidence->cases[i].id, input->arena);
			++*(pass == 0 ? &counts->exact : pass == 1 ? &counts->near : pass == 2 ? &counts->same : &counts->other);
		}
}

/* "2 word for word, 109 with the same words or all but one, 1 under the same id with most of its words" */
static const char *counts_words(const struct leak_counts *counts, struct arena *arena)
{
	const struct {
		size_t count;
		const char *words;
	} kinds[] = {{counts->exact, "word for word"}, {counts->near, "with the same words or all but one"},
		{counts->same, "under the same id with most of its words"}, {counts->other, "under the same id with other words"}};
	const char *words = NULL;
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (kinds[i].count)
			words = arena_format(
				arena, "%s%s%zu %s", words ? words : "", words ? ", " : "", kinds[i].count, kinds[i].words);
	return words;
}

#define NAMED 3 /* texts that the message names */

/* The texts themselves: ids that were made from the content say nothing to anybody. */
static const char *texts_words(const struct alarm_input *input, const struct leaks *leaks)
{
	const char *words = NULL;
	size_t named = 0;
	for (int near = 0; near < 2; near++)
		for (size_t i = 0; i < input->advice->evidence->case_count && named < NAMED; i++) {
			const struct leak *leak = near ? &leaks->near[i] : &leaks->exact[i];
			if (!leak->where || (near && leaks->exact[i].where))
				continue;
			words = arena_format(input->arena, "%s%s%s (%s:%ld)", words ? words : "", words ? ", " : "", leak->text,
				leak->where, leak->line);
			named++;
		}
	return words;
}

static void leaks_say(const struct alarm_input *input, const struct leaks *leaks, struct advice_alarm *ret)
{
	struct leak_counts counts = {0};
	cases_name(input, leaks, ret, &counts);
	const char *texts = texts_words(input, leaks);
	ret->blocking = 20 * counts.exact > input->advice->evidence->case_count;
	ret->message = arena_format(input->arena,
		"%zu test case%s in the examples or the training set (%s): take them out of one of the two%s%s", ret->case_count,
		ret->case_count == 1 ? " stands" : "s stand", counts_words(&counts, input->arena), texts ? "; " : "", texts ? texts : "");
}

static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	CLEANUP(arena_release) struct arena *scratch = arena_create();
	size_t cases = input->advice->evidence->case_count + 1;
	struct leaks leaks = {arena_take(input->arena, cases * sizeof *leaks.exact), arena_take(input->arena, cases * sizeof *leaks.near),
		arena_take(input->arena, cases), arena_take(input->arena, cases)};
	if (!input->project)
		return true;
	struct seen_list list = {.arena = input->arena, .ids = leak_ids_create(input)};
	examples_add(&list, input, scratch);
	training_each(input->project, training_take, &(struct training_reading){&list, scratch});
	struct case_texts texts = {.arena = input->arena};
	if (list.count) {
		if (!cases_walk(input, text_count, &texts, scratch, error))
			return false;
		qsort(texts.hashes, texts.count, sizeof *texts.hashes, by_hash);
		if (!cases_look(input, &list, &texts, by_exact, leaks.exact, scratch, error) ||
			!cases_look(input, &list, &texts, by_bag, leaks.near, scratch, error))
			return false;
	}
	if (!leak_ids_look(list.ids, leaks.same, leaks.other, scratch, error))
		return false;
	leaks_say(input, &leaks, ret);
	*raised = ret->case_count > 0;
	return true;
}

const struct alarm_type alarm_leak = {
	.name = "leak",
	.summary = "test cases found in the examples or the training set",
	.help = "Each text of a case is looked up among `examples:` and files named by `training:`, word for word and as a set of "
		"words, of ten or more all but one. A case whose id stands there is told too: with most of its words, or, where the id is "
		"no mere counter, with any. What was seen before is remembered, not answered.",
	.look = look,
};
