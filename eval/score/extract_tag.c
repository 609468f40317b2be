#include "eval/score/extractor.h"

struct tag {
	const char *name;
	struct text open, close;
};

static const struct field fields[] = {
	{"tag", FIELD_STRING, offsetof(struct tag, name), "the tag's name, without brackets", .required = true},
	{0},
};

static bool tag_prepare(void *config, struct arena *arena, struct error *error)
{
	struct tag *tag = config;
	if (!tag->name[0] || strpbrk(tag->name, "<>/ \t\r\n"))
		return error_set(
			error, ERROR_CONFIG, "a tag is written without brackets and spaces: `answer` for <answer>…</answer>");
	tag->open = text_of(arena_format(arena, "<%s>", tag->name));
	tag->close = text_of(arena_format(arena, "</%s>", tag->name));
	return true;
}

static long last_find(struct text text, struct text part)
{
	long found = -1;
	for (long at = text_find(text, part, 0); at >= 0; at = text_find(text, part, (size_t)at + part.length))
		found = at;
	return found;
}

static struct text tag_extract(const void *config, struct arena *arena, struct text output)
{
	const struct tag *tag = config;
	long open = last_find(output, tag->open);
	if (open < 0)
		return (struct text){0};
	size_t start = (size_t)open + tag->open.length;
	long close = text_find(output, tag->close, start);
	size_t end = close < 0 ? output.length : (size_t)close;
	return text_trim(text_make(output.data + start, end - start));
}

const struct extractor_type extract_tag = {
	.name = "tag",
	.summary = "the text inside <tag>…</tag>",
	.help = "Takes the text between the last opening tag and its closing tag, white space at both ends dropped; an unclosed "
		"tag reaches to "
		"the end of the output. Example: extract: {tag: answer}",
	.fields = fields,
	.config_size = sizeof(struct tag),
	.prepare = tag_prepare,
	.extract = tag_extract,
};
