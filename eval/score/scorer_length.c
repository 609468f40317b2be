#include "eval/base/utf8.h"
#include "eval/score/chars.h"
#include "eval/score/reason.h"
#include "eval/score/scorer.h"

enum unit { UNIT_WORDS, UNIT_CHARACTERS, UNIT_LINES, UNIT_TOKENS };
static const char *const unit_choices[] = {"words", "characters", "lines", "tokens", 0};

struct length {
	int unit;
	long long min, max;
	bool min_given, max_given;
};

static const struct field fields[] = {
	{"max", FIELD_INTEGER, offsetof(struct length, max), "at most so many", .min = 0, .max = 1e12,
		.present = offsetof(struct length, max_given)},
	{"min", FIELD_INTEGER, offsetof(struct length, min), "at least so many", .min = 0, .max = 1e12,
		.present = offsetof(struct length, min_given)},
	{"unit", FIELD_CHOICE, offsetof(struct length, unit),
		"words, characters, lines that are not empty, or tokens (estimated: 4 for 3 words)", .choices = unit_choices,
		.fallback = "words"},
	{0},
};

static bool length_prepare(void *config, const struct field_reader *reader, const struct yaml *node)
{
	const struct length *length = config;
	if (!length->min_given && !length->max_given)
		return error_list_at(reader->errors, ERROR_CONFIG, reader->file, node->line, node->column,
			"%s: give `min`, `max` or both", reader->what);
	if (length->min_given && length->max_given && length->min > length->max)
		return error_list_at(reader->errors, ERROR_CONFIG, reader->file, node->line, node->column,
			"%s: `min` %lld is more than `max` %lld", reader->what, length->min, length->max);
	return true;
}

static size_t lines_count(struct text text)
{
	size_t count = 0;
	for (struct text line; text_next_line(&text, &line);)
		count += text_trim(line).length > 0;
	return count;
}

static long long length_of(int unit, struct text answer)
{
	switch (unit) {
	case UNIT_CHARACTERS:
		return (long long)utf8_count(text_trim(answer));
	case UNIT_LINES:
		return (long long)lines_count(answer);
	case UNIT_TOKENS:
		return ((long long)words_count(answer) * 4 + 2) / 3;
	default:
		return (long long)words_count(answer);
	}
}

static bool length_score(
	const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret, struct error *error)
{
	const struct length *length = config;
	long long found = length_of(length->unit, scored->answer);
	bool few = length->min_given && found < length->min, many = length->max_given && found > length->max;
	const char *unit = unit_choices[length->unit];
	ret->passed = !few && !many;
	ret->value = ret->passed ? 1 : 0;
	ret->extracted = text_of(arena_format(arena, "%lld", found));
	if (few)
		ret->reason = reason_make(arena, "%lld %s, at least %lld expected", found, unit, length->min);
	else if (many)
		ret->reason = reason_make(arena, "%lld %s, at most %lld expected", found, unit, length->max);
	else
		ret->reason = reason_make(arena, "%lld %s", found, unit);
	return true;
}

const struct scorer_type scorer_length = {
	.name = "length",
	.summary = "the answer is neither too short nor too long",
	.help = "Counts words, characters, lines or (estimated) tokens of the answer. Examples: - length: 50   - length: {min: 1, "
		"max: 3, unit: lines}",
	.version = 1,
	.judges = JUDGES_LENGTH,
	.fields = fields,
	.main_field = "max",
	.config_size = sizeof(struct length),
	.prepare = length_prepare,
	.score = length_score,
};
