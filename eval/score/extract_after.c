#include "eval/score/extractor.h"

struct after {
	struct text marker;
	bool whole, ignore_case;
};

static const struct field fields[] = {
	{"after", FIELD_TEXT, offsetof(struct after, marker), "the marker in front of the answer", .required = true},
	{"whole", FIELD_BOOL, offsetof(struct after, whole), "take everything up to the end, not only the line",
		.fallback = "false"},
	{"ignore_case", FIELD_BOOL, offsetof(struct after, ignore_case), "find the marker in any case (ASCII letters)",
		.fallback = "false"},
	{0},
};

static bool after_prepare(void *config, struct arena *arena, struct error *error)
{
	const struct after *after = config;
	return after->marker.length > 0 || error_set(error, ERROR_CONFIG, "the marker is empty");
}

static struct text ascii_lower(struct arena *arena, struct text text)
{
	char *copy = arena_copy(arena, text.data, text.length);
	for (size_t i = 0; i < text.length; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] += 'a' - 'A';
	return text_make(copy, text.length);
}

static struct text after_extract(const void *config, struct arena *arena, struct text output)
{
	const struct after *after = config;
	struct text seen = after->ignore_case ? ascii_lower(arena, output) : output;
	struct text marker = after->ignore_case ? ascii_lower(arena, after->marker) : after->marker;
	long last = -1;
	for (long at = text_find(seen, marker, 0); at >= 0; at = text_find(seen, marker, (size_t)at + marker.length))
		last = at;
	if (last < 0)
		return (struct text){0};
	size_t start = (size_t)last + marker.length;
	struct text rest = text_trim(text_make(output.data + start, output.length - start)), line = rest;
	if (!after->whole)
		text_next_line(&rest, &line);
	return text_trim(line);
}

const struct extractor_type extract_after = {
	.name = "after",
	.summary = "the line behind a marker",
	.help = "Takes what stands behind the last occurrence of a marker, up to the end of the line (the next line that is not "
		"empty where the "
		"marker ends one). Example: extract: {after: \"Answer:\"}",
	.fields = fields,
	.config_size = sizeof(struct after),
	.prepare = after_prepare,
	.extract = after_extract,
};
