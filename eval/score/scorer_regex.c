#include "eval/score/pattern.h"
#include "eval/score/reason.h"
#include "eval/score/value.h"

struct regex {
	const struct yaml *node;
	const char *flags;
	struct value *value;
	struct pattern *pattern; /* NULL: the source is a template, compiled for each case */
};

static const struct field fields[] = {
	{"value", FIELD_JSON, offsetof(struct regex, node),
		"the pattern (PCRE2); {{ … }} is filled in, \\Q{{ … }}\\E taken literally", .required = true},
	{"flags", FIELD_STRING, offsetof(struct regex, flags),
		"letters: i ignore case, m ^ and $ at lines, s . takes newlines, x extended", .fallback = ""},
	{0},
};

static bool regex_prepare(void *config, const struct field_reader *reader, const struct yaml *node)
{
	struct regex *regex = config;
	struct error error = {0};
	if (regex->node->kind == YAML_LIST || regex->node->kind == YAML_MAP || regex->node->kind == YAML_NULL)
		return error_list_at(reader->errors, ERROR_CONFIG, reader->file, node->line, node->column,
			"%s: the pattern must be text, not %s", reader->what, yaml_kind_name(regex->node));
	regex->value = value_read(reader, regex->node);
	if (!regex->value || !value_is_constant(regex->value))
		return regex->value;
	regex->pattern = pattern_compile(regex->node->text, regex->flags, &error);
	return regex->pattern || error_list_at(reader->errors, ERROR_CONFIG, reader->file, regex->node->line, regex->node->column,
					 "%s: %s", reader->what, error.message);
}

static void regex_done(void *config)
{
	struct regex *regex = config;
	pattern_free(regex->pattern);
	regex->pattern = 0;
	value_done(regex->value);
}

static bool match_score(struct pattern *pattern, struct text source, const struct scored *scored, struct arena *arena,
	struct score_result *ret, struct error *error)
{
	struct text found;
	if (!pattern_search(pattern, arena, scored->answer, 0, false, &found, error))
		return false;
	ret->passed = found.data;
	ret->value = ret->passed ? 1 : 0;
	ret->extracted = found.data ? text_copy(arena, found) : found;
	if (found.data)
		ret->reason = reason_make(arena, "%s matches %s", reason_quote(arena, found), reason_quote(arena, source));
	else
		ret->reason = reason_make(
			arena, "%s has no match of %s", reason_quote(arena, scored->answer), reason_quote(arena, source));
	return true;
}

static bool regex_score(
	const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret, struct error *error)
{
	const struct regex *regex = config;
	if (regex->pattern)
		return match_score(regex->pattern, regex->node->text, scored, arena, ret, error);
	struct text source;
	if (!value_text(regex->value, scored, arena, &source, error))
		return false;
	struct pattern *pattern = pattern_compile(source, regex->flags, error);
	if (!pattern)
		return false;
	bool good = match_score(pattern, source, scored, arena, ret, error);
	pattern_free(pattern);
	return good;
}

const struct scorer_type scorer_regex = {
	.name = "regex",
	.summary = "a regular expression matches in the answer",
	.help = "PCRE2 syntax, Unicode; the match may be anywhere unless the pattern says ^ or $. Invalid bytes in the answer "
		"count as U+FFFD. "
		"A pattern that takes too many steps fails with that reason. Example: - regex: {value: \"^(yes|no)\\\\b\", flags: "
		"i}",
	.version = 1,
	.judges = JUDGES_CONSTRAINT,
	.fields = fields,
	.main_field = "value",
	.config_size = sizeof(struct regex),
	.prepare = regex_prepare,
	.score = regex_score,
	.done = regex_done,
};
