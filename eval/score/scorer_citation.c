#include "eval/base/citations.h"
#include "eval/score/lenient.h"
#include "eval/score/reason.h"
#include "eval/score/scorer.h"

struct citation {
	bool gold;
};

static const struct field fields[] = {
	{"gold", FIELD_BOOL, offsetof(struct citation, gold), "one of the cited passages must be a gold passage of the case",
		.fallback = "false"},
	{0},
};

struct cited {
	bool numbers[CITATION_MAX + 1];
	int count;
};

static void citations_read(struct text answer, struct arena *arena, struct cited *cited)
{
	int *numbers;
	size_t count;
	citations_find(answer, arena, &numbers, &count);
	cited->count = (int)count;
	for (size_t i = 0; i < count; i++)
		cited->numbers[numbers[i]] = true;
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
bool passage_is_gold(const json_t *gold, const char *key)
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
	for (int number = 1; number <= CITATION_MAX; number++) {
		const struct retrieved_row *row = cited->numbers[number] ? passage_numbered(scored->retrieval, number) : 0;
		if (row && passage_is_gold(scored->gold, row->key))
			return true;
	}
	return false;
}

static const char *numbers_words(const struct cited *cited, struct arena *arena)
{
	const char *words = "";
	int shown = 0;
	for (int number = 1; number <= CITATION_MAX && shown < 8; number++)
		if (cited->numbers[number])
			words = arena_format(arena, "%s[%d]", words, number), shown++;
	return cited->count > shown ? arena_format(arena, "%s…", words) : words;
}

static int number_unknown(const struct cited *cited, const struct retrieval_row *retrieval)
{
	for (int number = 1; number <= CITATION_MAX; number++)
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
	citations_read(scored->answer, arena, &cited);
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
	.judges = JUDGES_CONSTRAINT,
	.fields = fields,
	.config_size = sizeof(struct citation),
	.score = citation_score,
};
