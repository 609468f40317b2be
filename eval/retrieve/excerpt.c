#include "eval/retrieve/retrieve_private.h"

#define EXCERPT_MATCHES 1000
#define EXCERPT_LEAD 24 /* bytes shown before the first match */

struct excerpt_match {
	size_t at;
	int term;
};
struct excerpt {
	struct arena *arena;
	const char *terms[SEARCH_PHRASES]; /* stems of the question's words */
	int term_count;
	struct excerpt_match matches[EXCERPT_MATCHES];
	size_t match_count;
};

static void word_to_stem(struct buffer *word)
{
	word->length = word_stem(word->data, word->length);
	word->data[word->length] = '\0';
}

static void terms_read(struct excerpt *excerpt, struct text question)
{
	CLEANUP(buffer_release) struct buffer word = BUFFER_EMPTY;
	struct word_reader reader = {.rest = question};
	while (excerpt->term_count < SEARCH_PHRASES && word_next(&reader, &word)) {
		if (word_is_stop(buffer_string(&word)))
			continue;
		word_to_stem(&word);
		excerpt->terms[excerpt->term_count++] = arena_string(excerpt->arena, buffer_string(&word));
	}
}

static void matches_find(struct excerpt *excerpt, struct text body)
{
	CLEANUP(buffer_release) struct buffer word = BUFFER_EMPTY;
	struct word_reader reader = {.rest = body};
	while (excerpt->match_count < EXCERPT_MATCHES && word_next(&reader, &word)) {
		size_t end = body.length - reader.rest.length, start = end > word.length ? end - word.length : 0;
		word_to_stem(&word);
		for (int term = 0; term < excerpt->term_count; term++)
			if (strcmp(excerpt->terms[term], buffer_string(&word)) == 0) {
				excerpt->matches[excerpt->match_count++] = (struct excerpt_match){start, term};
				break;
			}
	}
}

/* Where a window of `length` bytes has most of the question's words; the first such place. */
static size_t window_choose(const struct excerpt *excerpt, size_t length)
{
	size_t best = 0;
	int most = 0;
	for (size_t i = 0; i < excerpt->match_count; i++) {
		bool seen[SEARCH_PHRASES] = {false};
		int distinct = 0;
		for (size_t j = i; j < excerpt->match_count && excerpt->matches[j].at < excerpt->matches[i].at + length; j++) {
			distinct += !seen[excerpt->matches[j].term];
			seen[excerpt->matches[j].term] = true;
		}
		if (distinct > most) {
			most = distinct;
			best = excerpt->matches[i].at;
		}
	}
	return best;
}

static bool is_inside_code(char byte)
{
	return ((unsigned char)byte & 0xC0) == 0x80;
}

static size_t window_start(struct text body, size_t at)
{
	size_t least = at > EXCERPT_LEAD ? at - EXCERPT_LEAD : 0, start = at;
	if (least == 0)
		return 0;
	while (start > least && !(byte_is_space(body.data[start - 1]) && start <= least + EXCERPT_LEAD / 2))
		start--;
	while (start < body.length && is_inside_code(body.data[start]))
		start++;
	return start;
}

static void window_write(struct text body, size_t start, size_t end, struct buffer *out)
{
	if (start > 0)
		buffer_add_string(out, "\xE2\x80\xA6 ");
	for (size_t at = start; at < end; at++)
		if (!byte_is_space(body.data[at]))
			buffer_add_byte(out, body.data[at]);
		else if (out->length && out->data[out->length - 1] != ' ')
			buffer_add_byte(out, ' ');
	if (end < body.length)
		buffer_add_string(out, " \xE2\x80\xA6");
}

struct text passage_excerpt(struct text body, struct text question, size_t length, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct excerpt *excerpt = arena_take(arena, sizeof *excerpt);
	excerpt->arena = arena;
	body = text_trim(body);
	terms_read(excerpt, question);
	matches_find(excerpt, body);
	size_t window = length > EXCERPT_LEAD ? length - EXCERPT_LEAD : length;
	size_t start = window_start(body, window_choose(excerpt, window)), end = start + length;
	if (end >= body.length) {
		end = body.length;
	} else {
		while (end > start && is_inside_code(body.data[end]))
			end--;
		for (size_t back = end; back > start && back + 20 > end; back--)
			if (byte_is_space(body.data[back - 1])) {
				end = back - 1;
				break;
			}
	}
	window_write(body, start, end, &out);
	return text_copy(arena, text_trim(buffer_text(&out)));
}
