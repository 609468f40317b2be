#include "eval/score/chars.h"
#include "eval/score/pattern.h"
#include "eval/score/reason.h"
#include "eval/score/value.h"
#include <ctype.h>

#define OPTIONS_LIMIT 26
#define OPTIONS_UNKNOWN 10 /* A to J, where the options' texts are not known */

struct choice {
	const struct yaml *node, *choices_node;
	struct value *value, *choices; /* choices NULL: of the vars */
	struct pattern *cue, *leading;
};

struct options {
	struct text items[OPTIONS_LIMIT]; /* normalised; "no text" where not known */
	int count;
};

/* "Answer: B", "the correct answer is (B)", "\boxed{B}": the last one counts. */
static const char cue_source[] =
	"(?:\\b(?i:answer|choice|choose|pick|select)\\b(?i:\\s+(?:is|was|would be|must be|should "
	"be))?\\s*[:=]?\\s*(?i:option|choice)?"
	"[\\s*_\"'`(\\[{$]*+|\\\\boxed\\{\\s*(?:\\\\text\\{)?\\(?)([A-Z](?![\\w'])|[a-z](?=[).\\]}*]|[ \\t]*$))";
/* "B", "(B) text", "B. text", "**B**: text", "b)" at the beginning. */
static const char leading_source[] =
	"\\A\\s*+[*_\"'`(\\[{$]*+([A-Za-z])[*_\"'`]*+(?:[)\\].:,}]|[ \\t]*+(?:$|[-\\x{2013}\\x{2014}]\\s))";

static const struct field fields[] = {
	{"value", FIELD_JSON, offsetof(struct choice, node),
		"the right option: its letter or its text, or a list of which any will do", .fallback = VALUE_FALLBACK},
	{"choices", FIELD_JSON, offsetof(struct choice, choices_node),
		"list of the options' texts (A, B, C …) or map of letter to text; by default the vars `choices` or `options`"},
	{0},
};

static bool choice_prepare(void *config, const struct field_reader *reader, const struct yaml *node)
{
	struct choice *choice = config;
	struct error error = {0};
	choice->cue = pattern_compile(text_of(cue_source), "m", &error);
	choice->leading = pattern_compile(text_of(leading_source), "m", &error);
	if (!choice->cue || !choice->leading)
		BUG("a pattern of the choice scorer: %s", error.message);
	choice->value = value_read(reader, choice->node);
	if (choice->choices_node)
		choice->choices = value_read(reader, choice->choices_node);
	return choice->value && (choice->choices || !choice->choices_node);
}

static void choice_done(void *config)
{
	struct choice *choice = config;
	pattern_free(choice->cue);
	pattern_free(choice->leading);
	choice->cue = choice->leading = 0;
	value_done(choice->value);
	value_done(choice->choices);
}

/* ---- the options ---- */

static bool options_from(const json_t *source, struct arena *arena, struct options *ret, struct error *error)
{
	size_t count = json_is_array(source) ? json_array_size(source) : json_object_size(source);
	if (count < 2 || count > OPTIONS_LIMIT)
		return error_set(error, ERROR_DATA, "the choices must be a list or map of 2 to %d options", OPTIONS_LIMIT);
	for (size_t i = 0; i < count; i++) {
		const char letter[2] = {(char)('A' + i), 0};
		const json_t *item = json_is_array(source) ? json_array_get(source, i) : json_object_get(source, letter);
		if (!item)
			return error_set(error, ERROR_DATA, "the choices must be named A, B, C and so on; there is no %s", letter);
		ret->items[i] = words_normal(arena, text_of_json(arena, item));
	}
	ret->count = (int)count;
	return true;
}

static bool options_make(
	const struct choice *choice, const struct scored *scored, struct arena *arena, struct options *ret, struct error *error)
{
	*ret = (struct options){.count = OPTIONS_UNKNOWN};
	if (choice->choices) {
		JSON_OWNED *made = value_json(choice->choices, scored, error);
		return made && options_from(made, arena, ret, error);
	}
	const json_t *var = json_object_get(scored->vars, "choices");
	var = var ? var : json_object_get(scored->vars, "options");
	return json_is_array(var) || json_is_object(var) ? options_from(var, arena, ret, error) : true;
}

/* ---- what the answer picks: the index of an option, or -1 ---- */

static int letter_index(char letter, const struct options *options)
{
	int index = toupper((unsigned char)letter) - 'A';
	return index >= 0 && index < options->count ? index : -1;
}

static int pick_by_pattern(
	struct pattern *pattern, bool last, struct arena *arena, struct text answer, const struct options *options)
{
	struct text letter;
	struct error error = {0};
	if (!pattern_search(pattern, arena, answer, 1, last, &letter, &error) || !letter.data)
		return -1;
	return letter_index(letter.data[0], options);
}

static int pick_by_whole_text(struct arena *arena, struct text answer, const struct options *options)
{
	struct text normal = words_normal(arena, answer);
	for (int i = 0; i < options->count; i++)
		if (options->items[i].length > 0 && text_equal(normal, options->items[i]))
			return i;
	return -1;
}

/* (B) or [B], when no other letter stands so. */
static int pick_by_brackets(struct text answer, const struct options *options)
{
	int found = -1;
	for (size_t i = 1; i + 1 < answer.length; i++) {
		bool round = answer.data[i - 1] == '(' && answer.data[i + 1] == ')';
		bool square = answer.data[i - 1] == '[' && answer.data[i + 1] == ']';
		int index = round || square ? letter_index(answer.data[i], options) : -1;
		if (index >= 0 && found >= 0 && index != found)
			return -1;
		found = index >= 0 ? index : found;
	}
	return found;
}

/* The one option whose text stands in the answer; a text inside a longer one that is there too does not count. */
static int pick_by_text(struct arena *arena, struct text answer, const struct options *options)
{
	struct text normal = words_normal(arena, answer);
	int found = -1;
	for (int i = 0; i < options->count; i++) {
		if (word_find(normal, options->items[i], 0) < 0)
			continue;
		if (found >= 0 && word_find(options->items[found], options->items[i], 0) >= 0)
			continue;
		if (found >= 0 && word_find(options->items[i], options->items[found], 0) < 0)
			return -1;
		found = i;
	}
	return found;
}

static int option_pick(const struct choice *choice, struct arena *arena, struct text answer, const struct options *options)
{
	int index = pick_by_whole_text(arena, answer, options);
	if (index < 0)
		index = pick_by_pattern(choice->cue, true, arena, answer, options);
	if (index < 0)
		index = pick_by_pattern(choice->leading, false, arena, answer, options);
	if (index < 0)
		index = pick_by_brackets(answer, options);
	return index < 0 ? pick_by_text(arena, answer, options) : index;
}

static const char *option_words(struct arena *arena, const struct options *options, int index)
{
	struct text text = options->items[index];
	return text.length ? arena_format(arena, "%c (%s)", 'A' + index, reason_quote(arena, text))
			   : arena_format(arena, "%c", 'A' + index);
}

static bool choice_score(
	const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret, struct error *error)
{
	const struct choice *choice = config;
	struct options options;
	struct texts accepted;
	if (!options_make(choice, scored, arena, &options, error) || !value_texts(choice->value, scored, arena, &accepted, error))
		return false;
	int picked = option_pick(choice, arena, scored->answer, &options), wanted = -1;
	for (size_t i = 0; i < accepted.count && !ret->passed; i++) {
		wanted = pick_by_whole_text(arena, accepted.items[i], &options);
		if (wanted < 0)
			wanted = pick_by_pattern(choice->leading, false, arena, accepted.items[i], &options);
		if (wanted < 0)
			return error_set(error, ERROR_DATA, "the expected answer %s is none of the options",
				reason_quote(arena, accepted.items[i]));
		ret->passed = picked == wanted;
	}
	ret->value = ret->passed ? 1 : 0;
	if (picked < 0) {
		ret->reason = reason_make(arena, "no option in %s, expected %s", reason_quote(arena, scored->answer),
			option_words(arena, &options, wanted));
		return true;
	}
	ret->extracted = text_of(arena_format(arena, "%c", 'A' + picked));
	ret->reason = ret->passed ? reason_make(arena, "picked %s", option_words(arena, &options, picked))
				  : reason_make(arena, "picked %s, expected %s", option_words(arena, &options, picked),
					    option_words(arena, &options, wanted));
	return true;
}

const struct scorer_type scorer_choice = {
	.name = "choice",
	.summary = "the answer picks the right one of several options",
	.help = "Multiple choice: understands \"B\", \"(B)\", \"B. text\", \"Answer: B\", \\boxed{B} and the option's own text; "
		"the last \"answer is\" "
		"counts. Example: - choice: {choices: \"{{ choices }}\", value: \"{{ expected }}\"}",
	.version = 1,
	.needs = NEEDS_EXPECTED,
	.fields = fields,
	.main_field = "value",
	.config_size = sizeof(struct choice),
	.prepare = choice_prepare,
	.score = choice_score,
	.done = choice_done,
};
