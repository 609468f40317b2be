#include "datasets/mapping_private.h"
#include <math.h>
#include <strings.h>

/* Verdicts that come with recorded outputs: in the words that many use, or in those that `verdicts:` explains. */

static bool word_is(struct text word, const char *wanted)
{
	return strlen(wanted) == word.length && strncasecmp(wanted, word.data, word.length) == 0;
}

/* "Correct Answer" and "NOT_ATTEMPTED" as graders of public data sets write them. Single letters and grades say other things to each. */
static json_t *verdict_of_word(struct text word)
{
	static const char *const passes[] = {"pass", "passed", "correct", "correct answer", "right", "yes", "true", "accurate"};
	static const char *const fails[] = {"fail", "failed", "incorrect", "incorrect answer", "wrong", "no", "false", "inaccurate",
		"hallucination", "hallucinated"};
	static const char *const refusals[] = {"refused", "refusal", "declined", "abstained", "not attempted", "not_attempted",
		"failed to answer", "no answer", "missing"};
	for (size_t i = 0; i < COUNT(passes); i++)
		if (word_is(word, passes[i]))
			return json_true();
	for (size_t i = 0; i < COUNT(fails); i++)
		if (word_is(word, fails[i]))
			return json_false();
	for (size_t i = 0; i < COUNT(refusals); i++)
		if (word_is(word, refusals[i]))
			return json_string("refused");
	return NULL;
}

static json_t *verdict_of_number(double number)
{
	if (number == 0 || number == 1)
		return json_boolean(number == 1);
	return number > 0 && number < 1 ? json_real(number) : NULL;
}

/* NULL: it is none. */
static json_t *verdict_plain(const struct mapped_row *row, json_t *value)
{
	double number;
	if (json_is_boolean(value))
		return json_incref(value);
	if (row_number(row, value, &number))
		return verdict_of_number(number);
	return json_is_string(value) ? verdict_of_word(text_trim(json_text(value))) : NULL;
}

/* ---- `verdicts:` ---- */

static json_t *verdict_meant(const struct yaml *meaning)
{
	if (meaning->kind == YAML_BOOL)
		return json_boolean(meaning->truth);
	return meaning->kind == YAML_NUMBER ? verdict_of_number(meaning->number) : verdict_of_word(meaning->text);
}

bool recorded_verdicts_check(const struct field_reader *reader, const struct yaml *verdicts)
{
	bool good = true;
	if (!verdicts)
		return true;
	if (verdicts->kind != YAML_MAP || !verdicts->count)
		return error_list_at(reader->errors, ERROR_CONFIG, reader->file, verdicts->line, verdicts->column,
			"%s: `verdicts` says what words mean, as {C: pass, I: fail, N: refused}; this is %s", reader->what,
			yaml_kind_name(verdicts));
	for (size_t i = 0; i < verdicts->count; i++) {
		const struct yaml *meaning = verdicts->items[i];
		bool scalar = meaning->kind != YAML_MAP && meaning->kind != YAML_LIST && meaning->kind != YAML_NULL;
		JSON_OWNED *verdict = scalar ? verdict_meant(meaning) : NULL;
		if (!verdict)
			good = error_list_at(reader->errors, ERROR_CONFIG, reader->file, meaning->line, meaning->column,
				"%s: `%.*s` means pass, fail, refused or a number from 0 to 1", reader->what,
				(int)verdicts->keys[i]->text.length, verdicts->keys[i]->text.data);
	}
	return good;
}

/* "4", "4.0" and 4 are one grade. */
static bool key_is(const struct yaml *key, struct text word)
{
	char *end;
	if (key->text.length == word.length && strncasecmp(key->text.data, word.data, word.length) == 0)
		return true;
	if (!word.length || word.length > 30 || word.length != strspn(word.data, "+-.0123456789") || key->kind != YAML_NUMBER)
		return false;
	double number = strtod(word.data, &end);
	return end == word.data + word.length && number == key->number;
}

static json_t *verdict_explained(const struct yaml *verdicts, const json_t *value)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	json_write_plain(value, &text);
	for (size_t i = 0; i < verdicts->count; i++)
		if (key_is(verdicts->keys[i], text_trim(buffer_text(&text))))
			return verdict_meant(verdicts->items[i]);
	return NULL;
}

static const char *words_known(const struct mapped_row *row, const struct yaml *verdicts)
{
	const char *words = "";
	for (size_t i = 0; i < verdicts->count && strlen(words) < 200; i++)
		words = arena_format(row->arena, "%s%s%.*s", words, i ? ", " : "", (int)verdicts->keys[i]->text.length,
			verdicts->keys[i]->text.data);
	return words;
}

/* ---- one row ---- */

/* An output that nobody judged is not a wrong one. */
static bool verdict_missing(const struct mapped_row *row, const char *path, const json_t *body)
{
	size_t length = path ? strlen(path) : 0;
	if (!length || path[length - 1] == '?' || strcmp(path, MAPPING_NEVER) == 0 || json_object_get(body, "error"))
		return true;
	return row_error(row, "verdict",
		"the output has none, so nobody judged it (write `%.100s?` where outputs without one count as not passed)",
		path);
}

bool row_verdict(const struct mapped_row *row, const struct recorded_mapping *mapping, json_t *body)
{
	JSON_OWNED *value = NULL;
	if (!row_member(row, "verdict", mapping->verdict, false, &value))
		return false;
	if (!value)
		return verdict_missing(row, mapping->verdict, body);
	json_t *verdict = mapping->verdicts ? verdict_explained(mapping->verdicts, value) : verdict_plain(row, value);
	const char *shown = canonical_text(row->arena, value).data;
	if (!verdict && mapping->verdicts)
		return row_error(row, "verdict", "%.80s is none of those that `verdicts` explains (%s)", shown, words_known(row, mapping->verdicts));
	if (!verdict)
		return row_error(row, "verdict",
			"%.80s is no verdict: true/false, a number from 0 to 1, pass/fail, correct/incorrect, yes/no or refused "
			"was expected; `verdicts:` of the model says what others mean, as {%.40s: pass}",
			shown, json_is_string(value) && json_string_length(value) <= 40 ? json_string_value(value) : "C");
	json_object_set_new(body, "verdict", verdict);
	return true;
}
