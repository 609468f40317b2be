#include "eval/score/chars.h"
#include "eval/score/reason.h"
#include "eval/score/value.h"
#include <stdlib.h>

#define OTHER TEXT("(other)")

struct label {
	struct field_strings labels;
	const struct yaml *node;
	struct value *value;
	struct text *normals; /* one for each label */
	size_t *order;	      /* of the labels, longest first: a label inside of a longer one does not count */
};

static const struct field fields[] = {
	{"labels", FIELD_STRINGS, offsetof(struct label, labels), "the labels there are", .required = true},
	{"value", FIELD_JSON, offsetof(struct label, node), "the right label, or a list of which any will do",
		.fallback = VALUE_FALLBACK},
	{0},
};

static void order_make(struct label *label, struct arena *arena)
{
	size_t count = label->labels.count;
	label->order = arena_take(arena, count * sizeof(*label->order));
	for (size_t i = 0; i < count; i++) {
		size_t at = i;
		for (; at > 0 && label->normals[label->order[at - 1]].length < label->normals[i].length; at--)
			label->order[at] = label->order[at - 1];
		label->order[at] = i;
	}
}

static bool labels_check(const struct label *label, const struct field_reader *reader, const struct yaml *node)
{
	const struct field_strings *labels = &label->labels;
	if (labels->count < 2)
		return error_list_at(reader->errors, ERROR_CONFIG, reader->file, node->line, node->column,
			"%s: `labels` must name two labels or more", reader->what);
	for (size_t i = 0; i < labels->count; i++)
		for (size_t j = 0; j < i; j++)
			if (text_equal(label->normals[i], label->normals[j]))
				return error_list_at(reader->errors, ERROR_CONFIG, reader->file, node->line, node->column,
					"%s: the labels `%.60s` and `%.60s` cannot be told apart", reader->what, labels->items[j],
					labels->items[i]);
	return true;
}

static bool label_prepare(void *config, const struct field_reader *reader, const struct yaml *node)
{
	struct label *label = config;
	label->normals = arena_take(reader->arena, label->labels.count * sizeof(*label->normals));
	for (size_t i = 0; i < label->labels.count; i++) {
		label->normals[i] = words_normal(reader->arena, text_of(label->labels.items[i]));
		if (label->normals[i].length == 0)
			return error_list_at(reader->errors, ERROR_CONFIG, reader->file, node->line, node->column,
				"%s: the label `%.60s` has no letter or digit", reader->what, label->labels.items[i]);
	}
	order_make(label, reader->arena);
	label->value = value_read(reader, label->node);
	return labels_check(label, reader, node) && label->value;
}

static void label_done(void *config)
{
	struct label *label = config;
	value_done(label->value);
	label->value = 0;
}

static long label_equal(const struct label *label, struct arena *arena, struct text text)
{
	struct text normal = words_normal(arena, text);
	for (size_t i = 0; i < label->labels.count; i++)
		if (text_equal(label->normals[i], normal))
			return (long)i;
	return -1;
}

/* How many labels stand in the text as whole words; *first and *second are two of them. */
static size_t labels_find(const struct label *label, struct arena *arena, struct text text, long *first, long *second)
{
	struct text normal = words_normal(arena, text);
	char *seen = arena_copy(arena, normal.data, normal.length);
	size_t found = 0;
	for (size_t i = 0; i < label->labels.count; i++) {
		struct text part = label->normals[label->order[i]];
		long at = word_find(text_make(seen, normal.length), part, 0);
		if (at < 0)
			continue;
		*(found++ ? second : first) = (long)label->order[i];
		for (; at >= 0; at = word_find(text_make(seen, normal.length), part, (size_t)at))
			memset(seen + at, '\1', part.length);
	}
	return found;
}

struct pick {
	long index, second;
	size_t found;
};

static struct text first_line(struct text text)
{
	struct text line = {0};
	text = text_trim(text);
	text_next_line(&text, &line);
	return line;
}

/* The first line decides when it names a label at all. */
static struct pick label_pick(const struct label *label, struct arena *arena, struct text answer)
{
	struct pick pick = {label_equal(label, arena, answer), -1, 1};
	if (pick.index >= 0)
		return pick;
	pick.found = labels_find(label, arena, first_line(answer), &pick.index, &pick.second);
	if (pick.found == 0)
		pick.found = labels_find(label, arena, answer, &pick.index, &pick.second);
	return pick;
}

static struct text label_text(const struct label *label, long index)
{
	return text_of(label->labels.items[index]);
}

static bool wanted_check(const struct label *label, struct arena *arena, const struct texts *accepted, long picked, bool *passed,
	struct error *error)
{
	for (size_t i = 0; i < accepted->count; i++) {
		long wanted = label_equal(label, arena, accepted->items[i]);
		if (wanted < 0)
			return error_set(error, ERROR_DATA, "the expected answer %s is none of the labels",
				reason_quote(arena, accepted->items[i]));
		*passed = *passed || wanted == picked;
	}
	return true;
}

static bool label_score(
	const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret, struct error *error)
{
	const struct label *label = config;
	struct texts accepted;
	if (!value_texts(label->value, scored, arena, &accepted, error))
		return false;
	struct pick pick = label_pick(label, arena, scored->answer);
	bool one = pick.found == 1;
	if (!wanted_check(label, arena, &accepted, one ? pick.index : -1, &ret->passed, error))
		return false;
	const char *wanted = reason_quote_any(arena, accepted.items, accepted.count);
	ret->value = ret->passed ? 1 : 0;
	ret->extracted = text_copy(arena, one ? label_text(label, pick.index) : OTHER);
	if (one)
		ret->reason =
			reason_make(arena, "%s %s %s", reason_quote(arena, ret->extracted), ret->passed ? "is" : "is not", wanted);
	else if (pick.found == 0)
		ret->reason = reason_make(arena, "no label in %s, expected %s", reason_quote(arena, scored->answer), wanted);
	else
		ret->reason = reason_make(arena, "%zu labels, among them %s and %s, expected %s", pick.found,
			reason_quote(arena, label_text(label, pick.index)), reason_quote(arena, label_text(label, pick.second)),
			wanted);
	return true;
}

const struct scorer_type scorer_label = {
	.name = "label",
	.summary = "the answer names the right one of a set of labels",
	.help = "Classification: finds the one label that stands in the answer as a whole word, in its first line if there is one; "
		"case, white space, "
		"- and _ and punctuation at the ends do not matter. None or several count as (other). Reports make the confusion "
		"matrix of it. "
		"Example: - label: {labels: [billing, refund, other]}",
	.version = 1,
	.needs = NEEDS_EXPECTED,
	.fields = fields,
	.main_field = "labels",
	.config_size = sizeof(struct label),
	.prepare = label_prepare,
	.score = label_score,
	.done = label_done,
};
