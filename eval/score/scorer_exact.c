#include "eval/score/chars.h"
#include "eval/score/reason.h"
#include "eval/score/value.h"

struct exact {
	const struct yaml *node;
	struct value *value;
	bool ignore_case, ignore_punctuation, trim;
};

static const struct field fields[] = {
	{"value", FIELD_JSON, offsetof(struct exact, node), "the right answer, or a list of which any will do",
		.fallback = VALUE_FALLBACK},
	{"ignore_case", FIELD_BOOL, offsetof(struct exact, ignore_case), "compare case folded", .fallback = "false"},
	{"ignore_punctuation", FIELD_BOOL, offsetof(struct exact, ignore_punctuation), "compare without punctuation",
		.fallback = "false"},
	{"trim", FIELD_BOOL, offsetof(struct exact, trim), "leave out white space at both ends", .fallback = "true"},
	{0},
};

static bool exact_prepare(void *config, const struct field_reader *reader, const struct yaml *node)
{
	struct exact *exact = config;
	exact->value = value_read(reader, exact->node);
	return exact->value;
}

static void exact_done(void *config)
{
	struct exact *exact = config;
	value_done(exact->value);
}

static struct text form_make(const struct exact *exact, struct arena *arena, struct text text)
{
	if (exact->ignore_case)
		text = text_fold(arena, text);
	if (exact->ignore_punctuation)
		text = punctuation_drop(arena, text);
	return exact->trim ? text_trim(text) : text;
}

static bool exact_score(
	const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret, struct error *error)
{
	const struct exact *exact = config;
	struct texts accepted;
	if (!value_texts(exact->value, scored, arena, &accepted, error))
		return false;
	struct text answer = form_make(exact, arena, scored->answer);
	ret->extracted = exact->trim ? text_trim(scored->answer) : scored->answer;
	for (size_t i = 0; i < accepted.count; i++)
		if (text_equal(answer, form_make(exact, arena, accepted.items[i]))) {
			*ret = (struct score_result){
				1, true, reason_make(arena, "equals %s", reason_quote(arena, accepted.items[i])), ret->extracted};
			return true;
		}
	ret->reason = reason_make(arena, "%s is not %s", reason_quote(arena, ret->extracted),
		reason_quote_any(arena, accepted.items, accepted.count));
	return true;
}

const struct scorer_type scorer_exact = {
	.name = "exact",
	.summary = "the answer equals the expected one",
	.help = "Passes when the answer is one of the accepted answers, byte for byte after trimming; case and punctuation can be "
		"ignored. "
		"Example: - exact: {ignore_case: true}",
	.version = 1,
	.needs = NEEDS_EXPECTED,
	.fields = fields,
	.main_field = "value",
	.config_size = sizeof(struct exact),
	.prepare = exact_prepare,
	.score = exact_score,
	.done = exact_done,
};
