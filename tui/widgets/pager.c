#include "tui/widgets/pager.h"
#include "eval/base/utf8.h"
#include <stdio.h>
#include <wchar.h>

static void line_put(const struct line *line, const struct canvas *canvas, int row)
{
	int column = 0;
	for (size_t i = 0; i < line->count && column < canvas->width; i++)
		column = canvas_put(canvas, row, column, line->spans[i].cells, line->spans[i].style);
}

static const char *line_words(const struct line *line, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer words = BUFFER_EMPTY;
	for (size_t i = 0; i < line->count; i++)
		buffer_add(&words, line->spans[i].cells.utf8, line->spans[i].cells.bytes);
	return arena_string(arena, buffer_string(&words));
}

static int columns_of(const char *utf8, size_t bytes)
{
	int columns = 0;
	for (size_t at = 0; at < bytes;) {
		uint32_t code = ' ';
		int used = utf8_decode(utf8 + at, bytes - at, &code), width = wcwidth((wchar_t)code);
		columns += width > 0 ? width : 0;
		at += used > 0 ? (size_t)used : 1;
	}
	return columns;
}

static void matches_put(const struct pager *pager, const struct line *line, const struct canvas *canvas, int row)
{
	const char *words = line_words(line, canvas->arena), *found = words;
	size_t length = strlen(pager->words);
	while ((found = strcasestr(found, pager->words))) {
		canvas_text(canvas, row, columns_of(words, (size_t)(found - words)), text_make(found, length), STYLE_MATCH);
		found += length;
	}
}

static long last_top(const struct pager *pager, const struct document *document)
{
	long last = (long)document->count - pager->height;
	return last > 0 ? last : 0;
}

static void settle(struct pager *pager, const struct document *document)
{
	long last = last_top(pager, document);
	pager->top = pager->top > last ? last : pager->top < 0 ? 0 : pager->top;
}

void pager_draw_at(const struct pager *pager, const struct document *document, const struct canvas *canvas)
{
	for (int row = 0; row < canvas->height && pager->top + row < (long)document->count; row++) {
		const struct line *line = &document->lines[pager->top + row];
		line_put(line, canvas, row);
		if (pager->words[0])
			matches_put(pager, line, canvas, row);
	}
}

void pager_draw(struct pager *pager, const struct document *document, const struct canvas *canvas)
{
	pager->height = canvas->height;
	settle(pager, document);
	pager_draw_at(pager, document, canvas);
}

bool pager_move(struct pager *pager, const struct document *document, enum motion motion, long long count)
{
	long top = pager->top, page = pager->height > 1 ? pager->height - 1 : 1;
	if (motion == MOVE_LINES)
		pager->top += (long)count;
	else if (motion == MOVE_PAGES)
		pager->top += (long)count * page;
	else
		pager->top = motion == MOVE_FIRST ? 0 : (long)document->count;
	settle(pager, document);
	return pager->top != top;
}

bool pager_search(struct pager *pager, const struct document *document, int direction)
{
	CLEANUP(arena_release) struct arena *scratch = arena_create();
	long start = pager->match >= 0 ? pager->match + direction : direction > 0 ? pager->top : pager->top + pager->height - 1;
	for (long at = start; pager->words[0] && at >= 0 && at < (long)document->count; at += direction) {
		if (!strcasestr(line_words(&document->lines[at], scratch), pager->words))
			continue;
		pager->match = at;
		if (at < pager->top || at >= pager->top + pager->height)
			pager->top = at - pager->height / 3;
		settle(pager, document);
		return true;
	}
	return false;
}

unsigned pager_next_match(struct pager *pager, const struct document *document, struct screen *screen, int direction)
{
	if (!pager->words[0])
		screen_say(screen, "/ searches first");
	else if (!pager_search(pager, document, direction))
		screen_say(screen, "no %s line with \"%s\"", direction > 0 ? "further" : "earlier", pager->words);
	return EFFECT_REDRAW;
}

void pager_begin_search(struct pager *pager, const struct document *document, struct screen *screen, const char *words)
{
	snprintf(pager->words, sizeof pager->words, "%s", words);
	pager->match = -1;
	if (*words)
		pager_next_match(pager, document, screen, 1);
}

const char *pager_position(const struct pager *pager, const struct document *document, struct arena *arena)
{
	long last = pager->top + pager->height;
	if (pager->height <= 0 || (pager->top == 0 && (long)document->count <= pager->height))
		return "";
	return arena_format(arena, "%ld-%ld of %zu", pager->top + 1, last < (long)document->count ? last : (long)document->count,
		document->count);
}
