#include "eval/base/cells_private.h"

/* The line being filled. Its first `broken` bytes end at white space behind a word: there it may be cut. */
struct wrap {
	struct arena *arena;
	struct cells *lines;
	size_t count, capacity, broken;
	struct buffer line;
	int limit, width, broken_width;
	bool folded; /* the line goes on from the one before: white space at its start is dropped */
	bool worded; /* it holds more than white space */
	bool hidden;
};

static void line_push(struct wrap *wrap, struct text text, int width)
{
	if (wrap->count == wrap->capacity) {
		size_t capacity = wrap->capacity ? wrap->capacity * 2 : 8;
		wrap->lines =
			arena_grow(wrap->arena, wrap->lines, wrap->capacity * sizeof *wrap->lines, capacity * sizeof *wrap->lines);
		wrap->capacity = capacity;
	}
	wrap->lines[wrap->count++] = cells_make(wrap->arena, text, width, wrap->hidden);
	wrap->hidden = false;
}

/* Ends the line after `bytes` of `width` columns; what stands behind begins the next one. */
static void line_end(struct wrap *wrap, size_t bytes, int width, bool folded)
{
	struct text text = text_make(buffer_string(&wrap->line), bytes);
	int trimmed = width;
	for (; folded && text.length > 0 && text.data[text.length - 1] == ' '; text.length--)
		trimmed--;
	line_push(wrap, text, trimmed);
	buffer_remove_front(&wrap->line, bytes);
	wrap->width -= width;
	wrap->broken = 0;
	wrap->broken_width = 0;
	wrap->folded = folded;
	wrap->worded = wrap->line.length > 0;
}

static void line_end_whole(struct wrap *wrap, bool folded)
{
	line_end(wrap, wrap->line.length, wrap->width, folded);
}

static void white_add(struct wrap *wrap, struct text white, int width)
{
	bool fits = wrap->width + width <= wrap->limit;
	if (wrap->width == 0 && (wrap->folded || !fits))
		return;
	if (!fits) {
		line_end_whole(wrap, true);
		return;
	}
	buffer_add_text(&wrap->line, white);
	wrap->width += width;
	if (wrap->worded) {
		wrap->broken = wrap->line.length;
		wrap->broken_width = wrap->width;
	}
}

/* A piece wider than a line: codes are split, a character that cannot be is replaced. */
static void wide_add(struct wrap *wrap, struct text piece)
{
	bool code = piece.length > 0 && (unsigned char)piece.data[0] < 0x80;
	struct text shown = code ? piece : TEXT(ELLIPSIS);
	for (size_t at = 0; at < shown.length; at += code ? 1 : shown.length) {
		if (wrap->width == wrap->limit)
			line_end_whole(wrap, true);
		buffer_add(&wrap->line, shown.data + at, code ? 1 : shown.length);
		wrap->width++;
	}
}

static void piece_wrap(struct wrap *wrap, struct text piece, int width)
{
	if (wrap->width + width > wrap->limit && wrap->broken > 0)
		line_end(wrap, wrap->broken, wrap->broken_width, true);
	if (wrap->width + width > wrap->limit && wrap->width > 0)
		line_end_whole(wrap, true);
	if (width > wrap->limit)
		wide_add(wrap, piece);
	else {
		buffer_add_text(&wrap->line, piece);
		wrap->width += width;
	}
	wrap->worded = true;
}

static void text_wrap(struct wrap *wrap, struct text text)
{
	CLEANUP(buffer_release) struct buffer piece = BUFFER_EMPTY;
	struct cells_reader reader = {.text = text};
	while (reader.at < text.length) {
		char byte = text.data[reader.at];
		if (byte == '\n') {
			line_end_whole(wrap, false);
			reader.at++;
			continue;
		}
		buffer_clear(&piece);
		reader.column = wrap->width;
		reader.hidden = false;
		int width = cells_piece(&reader, &piece);
		if ((byte == ' ' && piece.length == 1) || byte == '\t')
			white_add(wrap, buffer_text(&piece), width);
		else
			piece_wrap(wrap, buffer_text(&piece), width);
		wrap->hidden = wrap->hidden || reader.hidden;
	}
}

struct cells *cells_wrap(struct arena *arena, struct text text, int width, size_t *count)
{
	struct wrap wrap = {.arena = arena, .limit = width > 0 ? width : 1};
	text_wrap(&wrap, text);
	if (wrap.count == 0 || wrap.line.length > 0)
		line_end_whole(&wrap, false);
	buffer_release(&wrap.line);
	*count = wrap.count;
	return wrap.lines;
}
