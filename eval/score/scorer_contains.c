#include "eval/score/chars.h"
#include "eval/score/reason.h"
#include "eval/score/value.h"

struct contains {
	const struct yaml *node, *any, *all;
	struct value *value;
	bool ignore_case, word, value_given, any_given, all_given;
};

static const struct field fields[] = {
	{"value", FIELD_JSON, offsetof(struct contains, node), "text to look for, or a list of which any will do",
		.fallback = VALUE_FALLBACK, .present = offsetof(struct contains, value_given)},
	{"any", FIELD_JSON, offsetof(struct contains, any), "list of texts, one of which must be there",
		.present = offsetof(struct contains, any_given)},
	{"all", FIELD_JSON, offsetof(struct contains, all),
		"list of texts, all of which must be there; the value is the share that is",
		.present = offsetof(struct contains, all_given)},
	{"ignore_case", FIELD_BOOL, offsetof(struct contains, ignore_case), "compare case folded", .fallback = "false"},
	{"word", FIELD_BOOL, offsetof(struct contains, word), "only whole words: cat is not in concatenate", .fallback = "false"},
	{0},
};

static bool contains_prepare(void *config, const struct field_reader *reader, const struct yaml *node)
{
	struct contains *contains = config;
	if (contains->value_given + contains->any_given + contains->all_given > 1)
		return error_list_at(reader->errors, ERROR_CONFIG, reader->file, node->line, node->column,
			"%s: give one of `value`, `any` and `all`", reader->what);
	contains->value = value_read(reader, contains->all_given   ? contains->all
					     : contains->any_given ? contains->any
								   : contains->node);
	return contains->value;
}

static void contains_done(void *config)
{
	struct contains *contains = config;
	value_done(contains->value);
}

static bool part_found(const struct contains *contains, struct arena *arena, struct text answer, struct text part)
{
	if (contains->ignore_case)
		part = text_fold(arena, part);
	return (contains->word ? word_find(answer, part, 0) : text_find(answer, part, 0)) >= 0;
}

/* Sorts the texts: those that are there first. Answers how many are. */
static size_t parts_sort(const struct contains *contains, struct arena *arena, struct text answer, struct texts *parts)
{
	size_t found = 0;
	for (size_t i = 0; i < parts->count; i++)
		if (part_found(contains, arena, answer, parts->items[i])) {
			struct text part = parts->items[i];
			parts->items[i] = parts->items[found];
			parts->items[found++] = part;
		}
	return found;
}

static bool empty_refuse(const struct texts *parts, struct error *error)
{
	for (size_t i = 0; i < parts->count; i++)
		if (parts->items[i].length == 0)
			return error_set(error, ERROR_DATA, "the text to look for is empty");
	return true;
}

static bool contains_score(
	const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret, struct error *error)
{
	const struct contains *contains = config;
	struct texts parts;
	if (!value_texts(contains->value, scored, arena, &parts, error) || !empty_refuse(&parts, error))
		return false;
	struct text answer = contains->ignore_case ? text_fold(arena, scored->answer) : scored->answer;
	size_t found = parts_sort(contains, arena, answer, &parts);
	size_t wanted = contains->all_given ? parts.count : 1;
	ret->passed = found >= wanted;
	ret->value = ret->passed ? 1 : contains->all_given ? (double)found / (double)parts.count : 0;
	if (ret->passed)
		ret->reason =
			reason_make(arena, "contains %s", reason_quote_any(arena, parts.items, contains->all_given ? found : 1));
	else
		ret->reason = reason_make(arena, "%s does not contain %s", reason_quote(arena, scored->answer),
			reason_quote_any(arena, parts.items + (contains->all_given ? found : 0),
				parts.count - (contains->all_given ? found : 0)));
	return true;
}

const struct scorer_type scorer_contains = {
	.name = "contains",
	.summary = "the answer contains a text",
	.help = "Looks for a text in the answer, or for several: any of them, or all. Upper and lower case differ unless "
		"ignore_case is set. "
		"Examples: - contains: \"{{ expected }}\"   - contains: {all: [30 days, receipt], ignore_case: true}   - "
		"not-contains: sorry",
	.version = 1,
	.needs = NEEDS_EXPECTED,
	.fields = fields,
	.main_field = "value",
	.config_size = sizeof(struct contains),
	.prepare = contains_prepare,
	.score = contains_score,
	.done = contains_done,
};
