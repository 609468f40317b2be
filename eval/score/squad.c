#include "eval/score/squad.h"
#include "eval/base/utf8.h"
#include "eval/score/chars.h"
#include <ctype.h>
#include <stdlib.h>
#include <utf8proc.h>

#define CAPITAL_SIGMA 0x3A3
#define FINAL_SIGMA 0x3C2
#define DOTTED_CAPITAL_I 0x130
#define DOT_ABOVE 0x307

/* ---- lower case: one character becomes one, but for two that depend on more ---- */

static bool is_cased(uint32_t code)
{
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
	return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LL || category == UTF8PROC_CATEGORY_LT;
}

/* Characters that case looks through: marks, formats, modifiers, and the marks inside of words. */
static bool is_case_ignorable(uint32_t code)
{
	if (code == '\'' || code == '.' || code == ':' || code == '^' || code == '`' || code == 0xB7 || code == 0x2019)
		return true;
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
	return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME || category == UTF8PROC_CATEGORY_CF ||
	       category == UTF8PROC_CATEGORY_LM || category == UTF8PROC_CATEGORY_SK;
}

static bool cased_follows(struct text text, size_t at)
{
	uint32_t code = 0;
	while (char_next(text, &at, &code))
		if (!is_case_ignorable(code))
			return is_cased(code);
	return false;
}

static void code_add(struct buffer *out, uint32_t code)
{
	char bytes[4];
	buffer_add(out, bytes, (size_t)utf8_encode(code, bytes));
}

/* Lower case without ASCII punctuation, in one pass. */
static void lower_write(struct text text, struct buffer *out)
{
	bool cased = false; /* before, looking through what is ignorable */
	size_t at = 0;
	for (uint32_t code; char_next(text, &at, &code);) {
		if (code < 0x80 && ispunct((int)code)) {
			cased = cased && is_case_ignorable(code);
			continue;
		}
		if (code == CAPITAL_SIGMA && cased && !cased_follows(text, at))
			code_add(out, FINAL_SIGMA);
		else if (code == DOTTED_CAPITAL_I) {
			code_add(out, 'i');
			code_add(out, DOT_ABOVE);
		} else
			code_add(out, (uint32_t)utf8proc_tolower((utf8proc_int32_t)code));
		cased = is_case_ignorable(code) ? cased : is_cased(code);
	}
}

/* ---- articles and white space ---- */

static bool is_article(const char *data, size_t length)
{
	return (length == 1 && data[0] == 'a') || (length == 2 && memcmp(data, "an", 2) == 0) ||
	       (length == 3 && memcmp(data, "the", 3) == 0);
}

static size_t space_put(char *out, size_t length)
{
	if (length > 0 && out[length - 1] != ' ')
		out[length++] = ' ';
	return length;
}

/* Behind the run of word characters at `at`. */
static size_t run_end(struct text text, size_t at)
{
	uint32_t code;
	for (size_t next = at; char_next(text, &next, &code) && char_is_word(code);)
		at = next;
	return at;
}

struct text squad_normal(struct arena *arena, struct text text)
{
	CLEANUP(buffer_release) struct buffer lower = BUFFER_EMPTY;
	lower_write(text, &lower);
	struct text source = buffer_text(&lower);
	char *out = arena_take(arena, source.length + 1);
	size_t length = 0, start = 0, at = 0;
	for (uint32_t code; char_next(source, &at, &code); start = at) {
		at = char_is_word(code) ? run_end(source, at) : at;
		if (char_is_space(code) || is_article(source.data + start, at - start)) {
			length = space_put(out, length);
			continue;
		}
		memcpy(out + length, source.data + start, at - start);
		length += at - start;
	}
	if (length > 0 && out[length - 1] == ' ')
		length--;
	return text_make(out, length);
}

/* ---- measures ---- */

static int token_compare(const void *left, const void *right)
{
	const struct text *a = left, *b = right;
	size_t shared = a->length < b->length ? a->length : b->length;
	int order = memcmp(a->data, b->data, shared);
	return order ? order : (a->length > b->length) - (a->length < b->length);
}

static struct text *tokens_sorted(struct arena *arena, struct text normal, size_t *count)
{
	struct text *tokens = arena_take(arena, (words_count(normal) + 1) * sizeof(*tokens));
	*count = 0;
	for (size_t at = 0; at < normal.length;) {
		long space = text_find(normal, TEXT(" "), at);
		size_t end = space < 0 ? normal.length : (size_t)space;
		tokens[(*count)++] = text_make(normal.data + at, end - at);
		at = end + 1;
	}
	qsort(tokens, *count, sizeof(*tokens), token_compare);
	return tokens;
}

static size_t tokens_shared(const struct text *a, size_t a_count, const struct text *b, size_t b_count)
{
	size_t shared = 0;
	for (size_t i = 0, j = 0; i < a_count && j < b_count;) {
		int order = token_compare(&a[i], &b[j]);
		shared += order == 0;
		i += order <= 0;
		j += order >= 0;
	}
	return shared;
}

double squad_exact(struct text gold, struct text answer)
{
	return text_equal(gold, answer) ? 1 : 0;
}

double squad_f1(struct arena *arena, struct text gold, struct text answer)
{
	size_t gold_count, answer_count;
	struct text *gold_tokens = tokens_sorted(arena, gold, &gold_count);
	struct text *answer_tokens = tokens_sorted(arena, answer, &answer_count);
	if (gold_count == 0 || answer_count == 0)
		return gold_count == answer_count;
	size_t shared = tokens_shared(gold_tokens, gold_count, answer_tokens, answer_count);
	if (shared == 0)
		return 0;
	double precision = (double)shared / (double)answer_count, recall = (double)shared / (double)gold_count;
	return 2 * precision * recall / (precision + recall);
}

static double exact_measure(struct arena *arena, struct text gold, struct text answer)
{
	return squad_exact(gold, answer);
}

typedef double measure_function(struct arena *arena, struct text gold, struct text answer);

static double best_of(struct arena *arena, const struct text *golds, size_t count, struct text answer, measure_function *measure,
	struct text *best)
{
	struct text normal = squad_normal(arena, answer);
	double value = -1;
	for (size_t i = 0; i < count; i++) {
		struct text gold = squad_normal(arena, golds[i]);
		double found = gold.length ? measure(arena, gold, normal) : -1;
		if (found > value) {
			value = found;
			*best = gold;
		}
	}
	if (value >= 0)
		return value;
	*best = TEXT("");
	return measure(arena, *best, normal);
}

double squad_best_exact(struct arena *arena, const struct text *golds, size_t count, struct text answer, struct text *best)
{
	return best_of(arena, golds, count, answer, exact_measure, best);
}

double squad_best_f1(struct arena *arena, const struct text *golds, size_t count, struct text answer, struct text *best)
{
	return best_of(arena, golds, count, answer, squad_f1, best);
}
