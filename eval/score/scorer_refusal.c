#include "eval/score/lenient.h"
#include "eval/score/reason.h"
#include "eval/score/value.h"

#define LOOKED_AT 400 /* bytes: refusals come first */

enum kind { KIND_REFUSAL, KIND_ABSTENTION, KIND_EITHER };
static const char *const kind_choices[] = {"refusal", "abstention", "either", 0};

struct refusal {
	bool expect;
	int kind;
	struct field_strings phrases;
	struct text *folded; /* of `phrases` */
};

static const struct field fields[] = {
	{"expect", FIELD_BOOL, offsetof(struct refusal, expect), "true: the answer should refuse; false: it should not",
		.fallback = "true"},
	{"kind", FIELD_CHOICE, offsetof(struct refusal, kind),
		"refusal (will not or may not), abstention (does not know, not in the passages) or either", .choices = kind_choices,
		.fallback = "either"},
	{"phrases", FIELD_STRINGS, offsetof(struct refusal, phrases), "further phrases that tell a refusal"},
	{0},
};

static const char *const refusal_phrases[] = {"i cannot", "i can't", "i can not", "i am unable", "i'm unable", "i am not able",
	"i'm not able", "i won't", "i will not", "i'm sorry, but", "i am sorry, but", "sorry, but i", "i apologize, but",
	"i apologise, but", "i must decline", "i have to decline", "i refuse to", "not able to assist", "unable to assist",
	"can't assist", "cannot assist", "can't help with", "cannot help with", "unable to help", "against my guidelines",
	"not something i can help", 0};

static const char *const abstention_phrases[] = {"i don't know", "i do not know", "i am not sure", "i'm not sure",
	"don't have enough information", "do not have enough information", "not enough information", "insufficient information",
	"no information about", "no information on", "don't have information", "do not have information",
	"does not contain information", "doesn't contain information", "do not contain information", "don't contain information",
	"does not mention", "doesn't mention", "do not mention", "don't mention", "is not mentioned", "not specified in",
	"does not specify", "doesn't specify", "does not say", "doesn't say", "do not say", "cannot be determined",
	"can't be determined", "could not find", "couldn't find", "cannot find", "can't find", "unable to find",
	"not in the context", "not in the passages", "not in the handbook", "not provided in", "is not covered", "cannot answer",
	"can't answer", "unable to answer", "no answer", 0};

static bool refusal_prepare(void *config, const struct field_reader *reader, const struct yaml *node)
{
	struct refusal *refusal = config;
	refusal->folded = arena_take(reader->arena, refusal->phrases.count * sizeof(*refusal->folded));
	for (size_t i = 0; i < refusal->phrases.count; i++) {
		refusal->folded[i] = text_fold(reader->arena, text_trim(text_of(refusal->phrases.items[i])));
		if (refusal->folded[i].length == 0)
			return error_list_at(reader->errors, ERROR_CONFIG, reader->file, node->line, node->column,
				"%s: a phrase is empty", reader->what);
	}
	return true;
}

/* The beginning, folded, with typewriter apostrophes and single spaces. */
static struct text opening(struct arena *arena, struct text answer)
{
	answer = text_trim(answer);
	if (answer.length > LOOKED_AT)
		answer.length = LOOKED_AT;
	struct text folded = text_fold(arena, answer);
	char *out = arena_take(arena, folded.length + 1);
	size_t length = 0;
	for (size_t i = 0; i < folded.length; i++) {
		bool apostrophe = text_starts(text_make(folded.data + i, folded.length - i), TEXT("\xE2\x80\x99"));
		char byte = apostrophe ? '\'' : folded.data[i];
		bool space = byte == ' ' || (byte >= '\t' && byte <= '\r');
		i += apostrophe ? 2 : 0;
		if (!space)
			out[length++] = byte;
		else if (length > 0 && out[length - 1] != ' ')
			out[length++] = ' ';
	}
	return text_make(out, length);
}

static struct text phrase_find(struct text opened, const char *const *phrases)
{
	for (; *phrases; phrases++)
		if (text_find(opened, text_of(*phrases), 0) >= 0)
			return text_of(*phrases);
	return (struct text){0};
}

static struct text own_find(struct text opened, const struct refusal *refusal)
{
	for (size_t i = 0; i < refusal->phrases.count; i++)
		if (text_find(opened, refusal->folded[i], 0) >= 0)
			return refusal->folded[i];
	return (struct text){0};
}

/* Whole answers, as data sets mark questions that have none. */
static const char *const declining[] = {"unanswerable", "not answerable", "cannot be answered", "can't be answered", "n/a", "na", "none",
	"unknown", "no answer", "not available", "not stated", "not given", "insufficient", 0};

static bool declines(struct text opened)
{
	struct text plain = text_trim(opened);
	while (plain.length && strchr(".!\"'`*", plain.data[plain.length - 1]))
		plain.length--;
	for (size_t i = 0; declining[i]; i++)
		if (text_equal(plain, text_of(declining[i])))
			return true;
	return false;
}

bool refusal_spoken(struct arena *arena, struct text answer)
{
	struct text opened = opening(arena, answer);
	return declines(opened) || phrase_find(opened, refusal_phrases).data || phrase_find(opened, abstention_phrases).data;
}

/* The words that tell a refusal; "no text" where there are none. */
static struct text sign_find(const struct refusal *refusal, const struct scored *scored, struct arena *arena)
{
	if (scored->state == ATTEMPT_REFUSED && refusal->kind != KIND_ABSTENTION)
		return TEXT("the model refused");
	if (scored->state == ATTEMPT_FILTERED && refusal->kind != KIND_ABSTENTION)
		return TEXT("the provider's filter");
	struct text opened = opening(arena, scored->answer), found = own_find(opened, refusal);
	if (!found.data && refusal->kind != KIND_ABSTENTION)
		found = phrase_find(opened, refusal_phrases);
	if (!found.data && refusal->kind != KIND_REFUSAL)
		found = phrase_find(opened, abstention_phrases);
	return found;
}

static bool refusal_score(
	const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret, struct error *error)
{
	const struct refusal *refusal = config;
	struct text found = sign_find(refusal, scored, arena);
	ret->passed = (found.data != 0) == refusal->expect;
	ret->value = ret->passed ? 1 : 0;
	ret->extracted = text_copy(arena, found.data ? TEXT("refused") : TEXT("answered"));
	const char *expected = ret->passed ? "" : refusal->expect ? "; a refusal was expected" : "; an answer was expected";
	if (found.data)
		ret->reason = reason_make(arena, "refuses: %s%s", reason_quote(arena, found), expected);
	else
		ret->reason = reason_make(arena, "answers %s%s", reason_quote(arena, scored->answer), expected);
	return true;
}

const struct scorer_type scorer_refusal = {
	.name = "refusal",
	.summary = "the answer refuses, or does not",
	.help = "Looks for phrases of refusal (\"I cannot help with that\") and of abstention (\"the handbook does not say\") in "
		"the first 400 bytes "
		"of the answer, in English; add your own with phrases. What a provider reports as refused or filtered is a "
		"refusal. "
		"Examples: - refusal: {expect: true, when: \"tag:unanswerable\"}   - not-refusal",
	.version = 1,
	.judges = JUDGES_OTHER,
	.fields = fields,
	.main_field = "expect",
	.config_size = sizeof(struct refusal),
	.prepare = refusal_prepare,
	.score = refusal_score,
};
