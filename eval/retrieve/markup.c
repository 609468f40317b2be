#include "eval/base/file.h"
#include "eval/retrieve/retrieve_private.h"
#include <strings.h>

enum markup { MARKUP_NONE, MARKUP_MARKDOWN, MARKUP_RST };

#define HEADINGS_LIMIT 100000 /* of a document; what follows belongs to the last one */

struct outline_reader {
	struct text document;
	struct arena *arena;
	struct outline *outline;
	size_t room;
	struct fence fence;
	struct text
		previous; /* the line before, and where it starts; empty where it cannot be a heading of the next line's making */
	size_t previous_start;
	struct text before; /* the line before that */
	char marks[16];	    /* rst: underlines in the order in which they were met */
};

static enum markup markup_of(const char *path)
{
	static const struct {
		const char *suffix;
		enum markup markup;
	} suffixes[] = {{"", MARKUP_MARKDOWN}, {"md", MARKUP_MARKDOWN}, {"markdown", MARKUP_MARKDOWN}, {"mdx", MARKUP_MARKDOWN},
		{"rst", MARKUP_RST}};
	for (size_t i = 0; i < COUNT(suffixes); i++)
		if (strcasecmp(path_suffix(path), suffixes[i].suffix) == 0)
			return suffixes[i].markup;
	return MARKUP_NONE;
}

static size_t offset_of(const struct outline_reader *reader, struct text part)
{
	return (size_t)(part.data - reader->document.data);
}

static void outline_add(struct outline_reader *reader, int level, struct text words, size_t start, size_t body)
{
	struct outline *outline = reader->outline;
	if (outline->count == HEADINGS_LIMIT)
		return;
	if (outline->count == reader->room) {
		size_t room = reader->room ? 2 * reader->room : 16;
		outline->headings = arena_grow(reader->arena, outline->headings, outline->count * sizeof *outline->headings,
			room * sizeof *outline->headings);
		reader->room = room;
	}
	outline->headings[outline->count++] = (struct heading){level, heading_clean(reader->arena, words), start, body};
}

/* ---- front matter -------------------------------------------------------------------------------------------------------- */

/* "title: Words" or "title = Words". */
static const char *title_read(struct text line, struct arena *arena)
{
	static const struct text name = {"title", 5};
	if (!text_starts(line, name))
		return NULL;
	struct text rest = text_trim(text_make(line.data + name.length, line.length - name.length));
	if (!rest.length || (rest.data[0] != ':' && rest.data[0] != '='))
		return NULL;
	rest = text_trim(text_make(rest.data + 1, rest.length - 1));
	if (rest.length >= 2 && (rest.data[0] == '"' || rest.data[0] == '\'') && rest.data[rest.length - 1] == rest.data[0])
		rest = text_make(rest.data + 1, rest.length - 2);
	return rest.length ? heading_clean(arena, rest) : NULL;
}

/* "---" … "---" or "...", and "+++" … "+++"; without an end there is none. */
static void front_matter_skip(struct outline_reader *reader)
{
	struct text rest = reader->document, line;
	const char *title = NULL;
	if (text_starts(rest, TEXT("\xEF\xBB\xBF")))
		rest = text_make(rest.data + 3, rest.length - 3);
	reader->outline->body = offset_of(reader, rest);
	if (!text_next_line(&rest, &line) ||
		!(text_equal(text_trim(line), TEXT("---")) || text_equal(text_trim(line), TEXT("+++"))))
		return;
	struct text mark = text_trim(line);
	while (text_next_line(&rest, &line)) {
		if (text_equal(text_trim(line), mark) || (mark.data[0] == '-' && text_equal(text_trim(line), TEXT("...")))) {
			reader->outline->body = offset_of(reader, rest);
			reader->outline->title = title;
			return;
		}
		if (!title)
			title = title_read(line, reader->arena);
	}
}

/* ---- Markdown ------------------------------------------------------------------------------------------------------------ */

static void markdown_line(struct outline_reader *reader, struct text line, size_t after)
{
	int level;
	struct text words;
	size_t start = offset_of(reader, line);
	struct text previous = reader->previous, before = reader->before;
	reader->previous = reader->before = text_make(NULL, 0);
	if (fence_line(&reader->fence, line))
		return;
	if (heading_atx(line, &level, &words)) {
		outline_add(reader, level, words, start, after);
		return;
	}
	/* Only a line that stands alone is underlined: below a longer paragraph people draw a rule. */
	if (previous.length && !before.length && (level = heading_underline(line))) {
		outline_add(reader, level, previous, reader->previous_start, after);
		return;
	}
	reader->before = previous;
	if (heading_can_be_underlined(line)) {
		reader->previous = line;
		reader->previous_start = start;
	}
}

/* ---- reStructuredText ------------------------------------------------------------------------------------------------------ */

static bool rst_underline(struct text line, size_t words)
{
	if (line.length < 3 || line.length < words || !strchr("=-~^\"'`#*+.:_<>", line.data[0]))
		return false;
	for (size_t i = 1; i < line.length; i++)
		if (line.data[i] != line.data[0])
			return false;
	return true;
}

static int rst_level(struct outline_reader *reader, char mark)
{
	size_t known = strlen(reader->marks);
	const char *found = strchr(reader->marks, mark);
	if (found)
		return (int)(found - reader->marks) + 1;
	if (known + 1 < sizeof reader->marks)
		reader->marks[known++] = mark;
	return (int)known;
}

static void rst_line(struct outline_reader *reader, struct text line, size_t after)
{
	struct text previous = reader->previous, trimmed = text_trim(line);
	bool alone = !reader->before.length || rst_underline(reader->before, 0);
	if (previous.length && previous.data[0] != ' ' && alone && !rst_underline(previous, 0) &&
		rst_underline(trimmed, text_trim(previous).length)) {
		bool over = reader->before.length > 0; /* a title with a line above it too is a level of its own */
		size_t start = over ? offset_of(reader, reader->before) : reader->previous_start;
		outline_add(reader, rst_level(reader, (char)(trimmed.data[0] | (over ? 0x80 : 0))), previous, start, after);
		reader->previous = reader->before = text_make(NULL, 0);
		return;
	}
	reader->before = text_trim(previous);
	reader->previous = trimmed.length ? line : text_make(NULL, 0);
	reader->previous_start = offset_of(reader, line);
}

void outline_read(const char *path, struct text document, struct arena *arena, struct outline *ret)
{
	enum markup markup = markup_of(path);
	struct outline_reader reader = {.document = document, .arena = arena, .outline = ret};
	struct text line;
	*ret = (struct outline){.body = 0};
	front_matter_skip(&reader);
	if (markup == MARKUP_NONE)
		return;
	struct text rest = text_make(document.data + ret->body, document.length - ret->body);
	while (text_next_line(&rest, &line)) {
		size_t after = offset_of(&reader, rest);
		if (markup == MARKUP_MARKDOWN)
			markdown_line(&reader, line, after);
		else
			rst_line(&reader, line, after);
	}
}
