#include "eval/score/extractor.h"
#include "eval/score/pattern.h"

struct regex {
	struct text source;
	const char *flags;
	long long group;
	bool group_given, last;
	struct pattern *pattern;
};

static const struct field fields[] = {
	{"regex", FIELD_TEXT, offsetof(struct regex, source), "the pattern (PCRE2)", .required = true},
	{"group", FIELD_INTEGER, offsetof(struct regex, group),
		"which group is the answer, 0 for the whole match; by default the first group where there is one", .min = 0,
		.max = 100, .present = offsetof(struct regex, group_given)},
	{"last", FIELD_BOOL, offsetof(struct regex, last), "take the last match, not the first", .fallback = "false"},
	{"flags", FIELD_STRING, offsetof(struct regex, flags),
		"letters: i ignore case, m ^ and $ at lines, s . takes newlines, x extended", .fallback = ""},
	{0},
};

static bool regex_prepare(void *config, struct arena *arena, struct error *error)
{
	struct regex *regex = config;
	regex->pattern = pattern_compile(regex->source, regex->flags, error);
	if (!regex->pattern)
		return false;
	int groups = pattern_groups(regex->pattern);
	if (!regex->group_given)
		regex->group = groups > 0;
	if (regex->group > groups)
		return error_set(error, ERROR_CONFIG, "group %lld is asked for, but the pattern has %d", regex->group, groups);
	return true;
}

/* A pattern that reaches its limits finds nothing. */
static struct text regex_extract(const void *config, struct arena *arena, struct text output)
{
	const struct regex *regex = config;
	struct error error = {0};
	struct text found = {0};
	bool good = pattern_search(regex->pattern, arena, output, (int)regex->group, regex->last, &found, &error);
	return good ? found : (struct text){0};
}

static void regex_done(void *config)
{
	struct regex *regex = config;
	pattern_free(regex->pattern);
	regex->pattern = 0;
}

const struct extractor_type extract_regex = {
	.name = "regex",
	.summary = "what a regular expression captures",
	.help = "Takes the first group of the first match, or the whole match where the pattern has no group. PCRE2 syntax, "
		"Unicode. "
		"Example: extract: {regex: \"#### (-?[0-9.,]+)\", last: true}",
	.fields = fields,
	.config_size = sizeof(struct regex),
	.prepare = regex_prepare,
	.extract = regex_extract,
	.done = regex_done,
};
