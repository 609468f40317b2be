#include "eval/score/number.h"
#include "eval/score/reason.h"
#include "eval/score/value.h"
#include <stdlib.h>

struct numeric {
	const struct yaml *node;
	const char *tolerance_text;
	struct value *value;
	double tolerance;
	bool relative;
};

static const struct field fields[] = {
	{"value", FIELD_JSON, offsetof(struct numeric, node), "the right number, or a list of which any will do",
		.fallback = VALUE_FALLBACK},
	{"tolerance", FIELD_STRING, offsetof(struct numeric, tolerance_text),
		"how far off is still right: 0.01, or 1% of the expected number", .fallback = "0"},
	{0},
};

static bool numeric_prepare(void *config, const struct field_reader *reader, const struct yaml *node)
{
	struct numeric *numeric = config;
	char *end;
	numeric->tolerance = strtod(numeric->tolerance_text, &end);
	numeric->relative = *end == '%';
	bool number = end != numeric->tolerance_text && strcmp(end, numeric->relative ? "%" : "") == 0;
	if (!number || !(numeric->tolerance >= 0 && numeric->tolerance < 1e300))
		return error_list_at(reader->errors, ERROR_CONFIG, reader->file, node->line, node->column,
			"%s: `tolerance` must be a number such as 0.01, or a share such as 1%%, not `%.40s`", reader->what,
			numeric->tolerance_text);
	if (numeric->relative)
		numeric->tolerance /= 100;
	numeric->value = value_read(reader, numeric->node);
	return numeric->value;
}

static void numeric_done(void *config)
{
	struct numeric *numeric = config;
	value_done(numeric->value);
}

/* Whether any accepted number is equal; false in *any where none of them holds a number. */
static bool number_accepted(
	const struct numeric *numeric, struct arena *arena, const struct texts *accepted, const struct number *answer, bool *any)
{
	*any = false;
	for (size_t i = 0; i < accepted->count; i++) {
		struct number expected;
		if (!number_last(arena, accepted->items[i], &expected))
			continue;
		*any = true;
		if (answer && number_equal(answer, &expected, numeric->tolerance, numeric->relative))
			return true;
	}
	return false;
}

static const char *accepted_quote(struct arena *arena, const struct texts *accepted)
{
	struct number first;
	if (accepted->count == 1 && number_last(arena, accepted->items[0], &first))
		return reason_quote(arena, text_of(first.digits));
	return reason_quote_any(arena, accepted->items, accepted->count);
}

static bool numeric_score(
	const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret, struct error *error)
{
	const struct numeric *numeric = config;
	struct texts accepted;
	struct number answer;
	bool any;
	if (!value_texts(numeric->value, scored, arena, &accepted, error))
		return false;
	bool found = number_last(arena, scored->answer, &answer);
	ret->passed = number_accepted(numeric, arena, &accepted, found ? &answer : 0, &any);
	if (!any)
		return error_set(error, ERROR_DATA, "there is no number in the expected answer %s",
			reason_quote_any(arena, accepted.items, accepted.count));
	ret->value = ret->passed ? 1 : 0;
	if (!found) {
		ret->reason = reason_make(arena, "no number in %s, expected %s", reason_quote(arena, scored->answer),
			accepted_quote(arena, &accepted));
		return true;
	}
	ret->extracted = text_of(answer.digits);
	const char *percent = answer.percent ? " %" : "";
	ret->reason = reason_make(arena, "%s%s %s %s", reason_quote(arena, ret->extracted), percent, ret->passed ? "is" : "is not",
		accepted_quote(arena, &accepted));
	return true;
}

const struct scorer_type scorer_numeric = {
	.name = "numeric",
	.summary = "the last number of the answer is the expected one",
	.help = "Compares the last number of the answer with the last number of the expected one: 1,577 and $1577.00 are equal, so "
		"are 45% and "
		"0.45, 6.02e23 and 6.02 × 10^23. Use extract to look elsewhere. Example: - numeric: {tolerance: 1%}",
	.version = 1,
	.needs = NEEDS_EXPECTED,
	.fields = fields,
	.main_field = "value",
	.config_size = sizeof(struct numeric),
	.prepare = numeric_prepare,
	.score = numeric_score,
	.done = numeric_done,
};
