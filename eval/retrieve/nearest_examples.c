#include "eval/retrieve/retrieve_private.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define BM25_K1 1.2
#define BM25_B 0.75

struct posting {
	uint32_t text, times;
};
struct term {
	char *word; /* stemmed; NULL: a free slot */
	size_t length;
	struct posting *postings;
	size_t count, room;
};
struct example_index {
	struct term *terms; /* open addressing; slots is a power of two */
	size_t term_count, slots;
	uint32_t *lengths; /* words of each text */
	size_t count;
	double average;
};

/* ---- the table of terms ------------------------------------------------------------------------------------------------- */

static size_t word_place(const char *word, size_t length)
{
	uint64_t hash = 0xCBF29CE484222325u; /* FNV-1a */
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)word[i]) * 0x100000001B3u;
	return (size_t)(hash ^ hash >> 32);
}

static struct term *term_slot(struct term *terms, size_t slots, const char *word, size_t length)
{
	size_t place = word_place(word, length);
	for (;; place++) {
		struct term *term = &terms[place & (slots - 1)];
		if (!term->word || (term->length == length && memcmp(term->word, word, length) == 0))
			return term;
	}
}

static void terms_enlarge(struct example_index *index)
{
	size_t slots = index->slots ? 2 * index->slots : 1024;
	struct term *terms = memory_take(slots * sizeof *terms);
	for (size_t i = 0; i < index->slots; i++)
		if (index->terms[i].word)
			*term_slot(terms, slots, index->terms[i].word, index->terms[i].length) = index->terms[i];
	free(index->terms);
	index->terms = terms;
	index->slots = slots;
}

static struct term *term_add(struct example_index *index, const char *word, size_t length)
{
	if (2 * index->term_count >= index->slots)
		terms_enlarge(index);
	struct term *term = term_slot(index->terms, index->slots, word, length);
	if (!term->word) {
		term->word = memory_take(length + 1);
		memcpy(term->word, word, length);
		term->length = length;
		index->term_count++;
	}
	return term;
}

static void posting_add(struct term *term, uint32_t text)
{
	if (term->count && term->postings[term->count - 1].text == text) {
		term->postings[term->count - 1].times++;
		return;
	}
	if (term->count == term->room) {
		term->room = term->room ? 2 * term->room : 4;
		term->postings = memory_grow(term->postings, term->room, sizeof *term->postings);
	}
	term->postings[term->count++] = (struct posting){text, 1};
}

/* ---- building ------------------------------------------------------------------------------------------------------------- */

/* Stop words stay: what tells one intent from another ("why", "how", "not") is often one of them. */
static bool term_next(struct word_reader *reader, struct buffer *word)
{
	if (!word_next(reader, word))
		return false;
	word->length = word_stem(word->data, word->length);
	return true;
}

struct example_index *example_index_create(const struct text *texts, size_t count)
{
	CLEANUP(buffer_release) struct buffer word = BUFFER_EMPTY;
	struct example_index *index = memory_take(sizeof *index);
	double words = 0;
	terms_enlarge(index);
	index->count = count;
	index->lengths = memory_take((count + 1) * sizeof *index->lengths);
	for (size_t i = 0; i < count; i++) {
		struct word_reader reader = {.rest = texts[i]};
		while (term_next(&reader, &word)) {
			posting_add(term_add(index, word.data, word.length), (uint32_t)i);
			index->lengths[i]++;
		}
		words += index->lengths[i];
	}
	index->average = words > 0 ? words / (double)count : 1;
	return index;
}

void example_index_free(struct example_index *index)
{
	if (!index)
		return;
	for (size_t i = 0; i < index->slots; i++) {
		free(index->terms[i].word);
		free(index->terms[i].postings);
	}
	free(index->terms);
	free(index->lengths);
	free(index);
}

/* ---- searching ------------------------------------------------------------------------------------------------------------ */

static void term_score(const struct example_index *index, const struct term *term, double *scores)
{
	double found = (double)term->count, idf = log(1 + ((double)index->count - found + .5) / (found + .5));
	for (size_t i = 0; i < term->count; i++) {
		struct posting posting = term->postings[i];
		double norm = BM25_K1 * (1 - BM25_B + BM25_B * index->lengths[posting.text] / index->average);
		scores[posting.text] += idf * posting.times * (BM25_K1 + 1) / (posting.times + norm);
	}
}

static int pointer_order(const void *a, const void *b)
{
	uintptr_t one = (uintptr_t) * (const struct term *const *)a, two = (uintptr_t) * (const struct term *const *)b;
	return one < two ? -1 : one > two;
}

/* Each term of the query once, in an order that does not depend on the query's (sums of doubles do). */
static size_t query_terms(const struct example_index *index, struct text query, struct term ***ret)
{
	CLEANUP(buffer_release) struct buffer word = BUFFER_EMPTY;
	struct term **terms = NULL;
	size_t count = 0, room = 0, distinct = 0;
	struct word_reader reader = {.rest = query};
	while (term_next(&reader, &word)) {
		struct term *term = term_slot(index->terms, index->slots, word.data, word.length);
		if (!term->word)
			continue;
		if (count == room) {
			room = room ? 2 * room : 64;
			terms = memory_grow(terms, room, sizeof(struct term *));
		}
		terms[count++] = term;
	}
	if (count)
		qsort(terms, count, sizeof(struct term *), pointer_order);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || terms[i] != terms[i - 1])
			terms[distinct++] = terms[i];
	*ret = terms;
	return distinct;
}

/* Keeps positions[0, *count) the best so far: higher score first, earlier text first. Texts come in order of position. */
static void best_insert(const double *scores, size_t *positions, size_t *count, size_t k, size_t text)
{
	size_t at = *count;
	if (at == k && !(scores[text] > scores[positions[k - 1]]))
		return;
	if (at < k)
		++*count;
	else
		at = k - 1;
	for (; at > 0 && scores[text] > scores[positions[at - 1]]; at--)
		positions[at] = positions[at - 1];
	positions[at] = text;
}

size_t example_index_search(const struct example_index *index, struct text query, int k, long skip, size_t *positions)
{
	struct term **terms;
	size_t count = 0;
	if (k <= 0 || !index->count)
		return 0;
	CLEANUP(memory_release) double *scores = memory_take(index->count * sizeof *scores);
	size_t term_count = query_terms(index, query, &terms);
	for (size_t i = 0; i < term_count; i++)
		term_score(index, terms[i], scores);
	free(terms);
	for (size_t i = 0; i < index->count; i++)
		if ((long)i != skip)
			best_insert(scores, positions, &count, (size_t)k, i);
	return count;
}
