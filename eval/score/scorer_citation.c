#include "eval/score/reason.h"
#include "eval/score/scorer.h"
#include <ctype.h>

#define NUMBER_LIMIT 999 /* larger ones are years and the like, not citations */

struct citation {
	bool gold;
};

static const struct field fields[] = {
	{"gold", FIELD_BOOL, offsetof(struct citation, gold), "one of the cited passages must be a gold passage of the case",
		.fallback = "false"},
	{0},
};

struct cited {
	bool numbers[NUMBER_LIMIT + 1];
	int count;
};

/* ---- [1], [1, 2], [2-4], [^1], 【1】 ---- */

static bool take(struct text text, size_t *at, const char *what)
{
	if (!text_starts(text_make(text.data + *at, text.length - *at), text_of(what)))
		return false;
	*at += strlen(what);
	return true;
}

static bool take_any(struct text text, size_t *at, const char *const *whats)
{
	for (; *whats; whats++)
		if (take(text, at, *whats))
			return true;
	return false;
}

static void spaces_take(struct text text, size_t *at)
{
	while (*at < text.length && text.data[*at] == ' ')
		(*at)++;
}

static int number_take(struct text text, size_t *at)
{
	int number = 0;
	spaces_take(text, at);
	take(text, at, "^");
	size_t start = *at;
	for (; *at < text.length && isdigit((unsigned char)text.data[*at]) && number <= NUMBER_LIMIT; (*at)++)
		number = number * 10 + text.data[*at] - '0';
	spaces_take(text, at);
	return *at > start && number >= 1 && number <= NUMBER_LIMIT ? number : 0;
}

static void numbers_mark(struct cited *cited, int from, int to)
{
	for (int number = from; number <= to; number++) {
		cited->count += !cited->numbers[number];
		cited->numbers[number] = true;
	}
}

/* The inside of a bracket up to its end; what was no list of numbers leaves `cited` alone. */
static void bracket_read(struct text text, size_t at, struct cited *cited)
{
	static const char *const dashes[] = {"-", "–", 0}, *const commas[] = {",", ";", 0}, *const closers[] = {"]", "】", 0};
	struct cited found = *cited;
	do {
		int from = number_take(text, &at), to = from;
		if (from && take_any(text, &at, dashes))
			to = number_take(text, &at);
		if (!from || to < from)
			return;
		numbers_mark(&found, from, to);
	} while (take_any(text, &at, commas));
	if (take_any(text, &at, closers))
		*cited = found;
}

static void citations_read(struct text answer, struct cited *cited)
{
	static const char *const openers[] = {"[", "【", 0};
	for (size_t at = 0; at < answer.length;) {
		size_t inside = at;
		if (!take_any(answer, &inside, openers)) {
			at++;
			continue;
		}
		if (inside < answer.length && (isdigit((unsigned char)answer.data[inside]) || strchr(" ^", answer.data[inside])))
			bracket_read(answer, inside, cited);
		at = inside;
	}
}

/* ---- against the prompt ---- */

static const struct retrieved_row *passage_numbered(const struct retrieval_row *retrieval, int number)
{
	for (size_t i = 0; i < retrieval->count; i++)
		if (retrieval->items[i].number == number)
			return &retrieval->items[i];
	return 0;
}

static int passages_last(const struct retrieval_row *retrieval)
{
	int last = 0;
	for (size_t i = 0; retrieval && i < retrieval->count; i++)
		if (retrieval->items[i].number > last)
			last = retrieval->items[i].number;
	return last;
}

/* Gold names a passage, or a document ("a.md" for "a.md#returns"), or a passage that was cut into pieces ("a.md#returns" for
 * "a.md#returns~2"). */
static bool is_gold(const json_t *gold, const char *key)
{
	for (size_t i = 0; i < json_array_size(gold); i++) {
		struct text id = json_text(json_array_get(gold, i));
		if (!id.data || !key || !text_starts(text_of(key), id))
			continue;
		char after = key[id.length];
		if (after == 0 || after == '#' || after == '~')
			return true;
	}
	return false;
}

static bool gold_cited(const struct cited *cited, const struct scored *scored)
{
	for (int number = 1; number <= NUMBER_LIMIT; number++) {
		const struct retrieved_row *row = cited->numbers[number] ? passage_numbered(scored->retrieval, number) : 0;
		if (row && is_gold(scored->gold, row->key))
			return true;
	}
	return false;
}

static const char *numbers_words(const struct cited *cited, struct arena *arena)
{
	const char *words = "";
	int shown = 0;
	for (int number = 1; number <= NUMBER_LIMIT && shown < 8; number++)
		if (cited->numbers[number])
			words = arena_format(arena, "%s[%d]", words, number), shown++;
	return cited->count > shown ? arena_format(arena, "%s…", words) : words;
}

static int number_unknown(const struct cited *cited, const struct retrieval_row *retrieval)
{
	for (int number = 1; number <= NUMBER_LIMIT; number++)
		if (cited->numbers[number] && !passage_numbered(retrieval, number))
			return number;
	return 0;
}

static bool citation_score(
	const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret, struct error *error)
{
	const struct citation *citation = config;
	struct cited cited = {0};
	int last = passages_last(scored->retrieval);
	if (last == 0)
		return error_set(error, ERROR_DATA, "no passages were put in the prompt");
	if (citation->gold && json_array_size(scored->gold) == 0)
		return error_set(error, ERROR_DATA, "the case names no gold passage");
	citations_read(scored->answer, &cited);
	int unknown = number_unknown(&cited, scored->retrieval);
	const char *words = numbers_words(&cited, arena);
	ret->passed = cited.count > 0 && unknown == 0 && (!citation->gold || gold_cited(&cited, scored));
	ret->value = ret->passed ? 1 : 0;
	ret->extracted = text_of(words);
	if (ret->passed)
		ret->reason = reason_make(arena, "cites %s", words);
	else if (cited.count == 0)
		ret->reason = reason_make(arena, "cites no passage; the prompt had [1] to [%d]", last);
	else if (unknown)
		ret->reason = reason_make(arena, "cites [%d], which was not in the prompt; it had [1] to [%d]", unknown, last);
	else
		ret->reason = reason_make(arena, "cites %s, none of them gold", words);
	return true;
}

const struct scorer_type scorer_citation = {
	.name = "citation",
	.summary = "the answer cites passages of its prompt",
	.help = "Passes when the answer cites a passage at least, as [1], [1, 2], [2-4] or [^1], and only numbers that its prompt "
		"had; with gold, when "
		"one of those cited is a gold passage. Example: - citation: {gold: true}",
	.version = 1,
	.needs = NEEDS_PASSAGES,
	.fields = fields,
	.config_size = sizeof(struct citation),
	.score = citation_score,
};
