#include "eval/base/file.h"
#include "eval/retrieve/retrieve_private.h"

#define LEVELS 16

static const char *const passage_by_names[] = {"heading", "tokens", NULL};
const struct field passage_fields[] = {
	{.name = "by",
		.kind = FIELD_CHOICE,
		.offset = offsetof(struct passage_settings, by),
		.choices = passage_by_names,
		.fallback = "heading",
		.help = "where passages begin: at headings, or wherever the one before is full"},
	{.name = "tokens",
		.kind = FIELD_INTEGER,
		.offset = offsetof(struct passage_settings, tokens),
		.min = 10,
		.max = 100000,
		.fallback = "250",
		.help = "a passage has at most so many tokens, estimated as 4/3 of its words"},
	{.name = "overlap",
		.kind = FIELD_INTEGER,
		.offset = offsetof(struct passage_settings, overlap),
		.min = 0,
		.max = 10000,
		.fallback = "0",
		.help = "so many tokens of the piece before are repeated where a section is split; at most half of tokens"},
	{.name = "title",
		.kind = FIELD_BOOL,
		.offset = offsetof(struct passage_settings, title),
		.fallback = "true",
		.help = "search the titles above a passage as well as its text"},
	{.name = NULL},
};

struct section_cutter {
	const struct passage_settings *settings;
	const char *path;
	struct text document;
	struct arena *arena;
	struct outline outline;
	const char *title;    /* of the document */
	size_t title_heading; /* its place among the headings; the count where no heading says it */
	struct slugs *slugs;
	const char *above[LEVELS]; /* the headings above, by level - 1 */
	struct passage *passages;
	size_t count, room;
};

/* The front matter's, or the only heading of the first level, or the name of the file. */
static void title_choose(struct section_cutter *cutter)
{
	const struct outline *outline = &cutter->outline;
	size_t tops = 0, top = outline->count;
	for (size_t i = 0; i < outline->count; i++)
		if (outline->headings[i].level == 1 && outline->headings[i].text[0] && tops++ == 0)
			top = i;
	bool same = top < outline->count && outline->title && strcmp(outline->headings[top].text, outline->title) == 0;
	cutter->title_heading = (tops == 1 && !outline->title) || same ? top : outline->count;
	if (outline->title) {
		cutter->title = outline->title;
	} else if (cutter->title_heading < outline->count) {
		cutter->title = outline->headings[top].text;
	} else {
		const char *base = path_base(cutter->path), *suffix = path_suffix(cutter->path);
		cutter->title = arena_copy(cutter->arena, base, strlen(base) - (suffix[0] ? strlen(suffix) + 1 : 0));
	}
}

static void heading_enter(struct section_cutter *cutter, size_t heading)
{
	int level = cutter->outline.headings[heading].level;
	level = level > LEVELS ? LEVELS : level;
	for (int i = level - 1; i < LEVELS; i++)
		cutter->above[i] = NULL;
	if (heading != cutter->title_heading && cutter->outline.headings[heading].text[0])
		cutter->above[level - 1] = cutter->outline.headings[heading].text;
}

static const char *title_path(const struct section_cutter *cutter)
{
	CLEANUP(buffer_release) struct buffer title = BUFFER_EMPTY;
	buffer_add_string(&title, cutter->title);
	for (int i = 0; i < LEVELS; i++)
		if (cutter->above[i])
			buffer_format(&title, "%s%s", title.length ? " > " : "", cutter->above[i]);
	return arena_string(cutter->arena, buffer_string(&title));
}

static struct passage *passage_add(struct section_cutter *cutter)
{
	if (cutter->count == cutter->room) {
		size_t room = cutter->room ? 2 * cutter->room : 16;
		cutter->passages = arena_grow(
			cutter->arena, cutter->passages, cutter->count * sizeof *cutter->passages, room * sizeof *cutter->passages);
		cutter->room = room;
	}
	return &cutter->passages[cutter->count++];
}

static void section_cut(struct section_cutter *cutter, const char *key, size_t start, size_t end)
{
	struct piece *pieces;
	size_t count;
	pieces_cut(
		cutter->document, start, end, cutter->settings->tokens, cutter->settings->overlap, cutter->arena, &pieces, &count);
	const char *title = count ? title_path(cutter) : "";
	for (size_t i = 0; i < count; i++) {
		const char *piece_key = i ? arena_format(cutter->arena, "%s~%zu", key, i + 1) : key;
		*passage_add(cutter) = (struct passage){
			piece_key, title, text_make(cutter->document.data + pieces[i].start, pieces[i].end - pieces[i].start)};
	}
}

static void headings_cut(struct section_cutter *cutter)
{
	const struct outline *outline = &cutter->outline;
	size_t first = outline->count ? outline->headings[0].start : cutter->document.length;
	section_cut(cutter, cutter->path, outline->body, first);
	for (size_t i = 0; i < outline->count; i++) {
		size_t end = i + 1 < outline->count ? outline->headings[i + 1].start : cutter->document.length;
		const char *slug = slug_make(cutter->slugs, outline->headings[i].text, cutter->arena);
		heading_enter(cutter, i);
		section_cut(cutter, arena_format(cutter->arena, "%s#%s", cutter->path, slug), outline->headings[i].body, end);
	}
}

void passages_cut(const struct passage_settings *settings, const char *path, struct text document, struct arena *arena,
	struct passage **ret, size_t *count, const char **title)
{
	CLEANUP(slugs_release) struct slugs *slugs = slugs_create();
	struct section_cutter cutter = {.settings = settings,
		.path = path,
		.document = document.data ? document : TEXT(""),
		.arena = arena,
		.slugs = slugs};
	outline_read(path, cutter.document, arena, &cutter.outline);
	title_choose(&cutter);
	if (settings->by == PASSAGE_HEADING)
		headings_cut(&cutter);
	else
		section_cut(&cutter, path, cutter.outline.body, cutter.document.length);
	*ret = cutter.passages;
	*count = cutter.count;
	*title = cutter.title;
}
