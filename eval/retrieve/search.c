#include "eval/retrieve/retrieve_private.h"

/* At most SEARCH_PHRASES words, each once, in order. */
struct word_set {
	const char *words[SEARCH_PHRASES];
	size_t count;
};

static void set_add(struct word_set *set, struct arena *arena, const char *word)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->words[i], word) == 0)
			return;
	if (set->count < SEARCH_PHRASES)
		set->words[set->count++] = arena_string(arena, word);
}

static const char *set_join(const struct word_set *set, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer joined = BUFFER_EMPTY;
	for (size_t i = 0; i < set->count; i++)
		buffer_format(&joined, "%s\"%s\"", i ? " OR " : "", set->words[i]);
	return arena_string(arena, buffer_string(&joined));
}

const char *search_expression(struct arena *arena, struct text question)
{
	CLEANUP(buffer_release) struct buffer word = BUFFER_EMPTY;
	struct word_set content = {.count = 0}, stop = {.count = 0};
	struct word_reader reader = {.rest = question};
	while (content.count < SEARCH_PHRASES && word_next(&reader, &word))
		set_add(word_is_stop(buffer_string(&word)) ? &stop : &content, arena, buffer_string(&word));
	return set_join(content.count ? &content : &stop, arena);
}

bool corpus_search(struct store *store, long long corpus, struct text question, int k, struct arena *arena,
	struct passage_row **rows, size_t *count, struct error *error)
{
	return passage_search(store, corpus, search_expression(arena, question), k, arena, rows, count, error);
}
