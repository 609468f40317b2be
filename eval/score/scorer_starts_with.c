#include "eval/score/reason.h"
#include "eval/score/value.h"

struct starts_with {
	const struct yaml *node;
	struct value *value;
	bool ignore_case;
};

static const struct field fields[] = {
	{"value", FIELD_JSON, offsetof(struct starts_with, node), "the beginning, or a list of which any will do",
		.fallback = VALUE_FALLBACK},
	{"ignore_case", FIELD_BOOL, offsetof(struct starts_with, ignore_case), "compare case folded", .fallback = "false"},
	{0},
};

static bool starts_with_prepare(void *config, const struct field_reader *reader, const struct yaml *node)
{
	struct starts_with *starts_with = config;
	starts_with->value = value_read(reader, starts_with->node);
	return starts_with->value;
}

static void starts_with_done(void *config)
{
	struct starts_with *starts_with = config;
	value_done(starts_with->value);
}

static bool starts_with_score(
	const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret, struct error *error)
{
	const struct starts_with *starts_with = config;
	struct texts accepted;
	if (!value_texts(starts_with->value, scored, arena, &accepted, error))
		return false;
	struct text trimmed = text_trim(scored->answer);
	struct text answer = starts_with->ignore_case ? text_fold(arena, trimmed) : trimmed;
	for (size_t i = 0; i < accepted.count; i++) {
		struct text start = starts_with->ignore_case ? text_fold(arena, accepted.items[i]) : accepted.items[i];
		if (start.length == 0)
			return error_set(error, ERROR_DATA, "the text to look for is empty");
		if (text_starts(answer, start)) {
			ret->value = 1;
			ret->passed = true;
			ret->reason = reason_make(arena, "starts with %s", reason_quote(arena, accepted.items[i]));
			return true;
		}
	}
	ret->reason = reason_make(arena, "%s does not start with %s", reason_quote(arena, trimmed),
		reason_quote_any(arena, accepted.items, accepted.count));
	return true;
}

const struct scorer_type scorer_starts_with = {
	.name = "starts-with",
	.summary = "the answer begins with a text",
	.help = "Passes when the answer, white space in front of it aside, begins with one of the texts. Example: - starts-with: "
		"[\"Yes\", \"No\"]",
	.version = 1,
	.needs = NEEDS_EXPECTED,
	.fields = fields,
	.main_field = "value",
	.config_size = sizeof(struct starts_with),
	.prepare = starts_with_prepare,
	.score = starts_with_score,
	.done = starts_with_done,
};
