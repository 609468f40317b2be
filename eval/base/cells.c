#include "eval/base/cells_private.h"
#include "eval/base/utf8.h"
#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>
#include <wchar.h>

#define MARKS_LIMIT 8
#define JOINS_LIMIT 8 /* emoji joined into one */
#define TAB_WIDTH 8
#define JOINER 0x200D
#define TEXT_STYLE 0xFE0E
#define EMOJI_STYLE 0xFE0F
#define KEYCAP 0x20E3
#define RETURN_MARK "\xE2\x86\xB5"

/* ---- what a code point is ---- */

/* Letters and marks by category that show nothing: fillers, joiners and selectors, in which text can be smuggled. */
static const struct {
	uint32_t from, to;
} invisible[] = {{0x34F, 0x34F}, {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x3164, 0x3164}, {0xFE00, 0xFE0F},
	{0xFFA0, 0xFFA0}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};

static bool is_invisible(uint32_t code)
{
	for (size_t i = 0; i < COUNT(invisible); i++)
		if (code >= invisible[i].from && code <= invisible[i].to)
			return true;
	return false;
}

/* wcwidth(3) knows only the characters of the locale. Where that is not UTF-8, as in pipelines without LANG, utf8proc stands in. */
int code_width(uint32_t code)
{
	return MB_CUR_MAX > 1 ? wcwidth((wchar_t)code) : utf8proc_charwidth((utf8proc_int32_t)code);
}

static bool must_show(uint32_t code)
{
	switch (utf8proc_category((utf8proc_int32_t)code)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return true;
	default:
		return is_invisible(code) || code_width(code) < 0;
	}
}

static bool is_mark(uint32_t code)
{
	return !must_show(code) && code_width(code) == 0;
}
static bool is_skin_tone(uint32_t code)
{
	return code >= 0x1F3FB && code <= 0x1F3FF;
}

static bool is_emoji(uint32_t code)
{
	return code >= 0x80 &&
	       utf8proc_get_property((utf8proc_int32_t)code)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

/* The code point at an offset and its bytes; 0 bytes at the end and for invalid ones. */
static int code_at(const struct text *text, size_t at, uint32_t *code)
{
	*code = 0;
	return at < text->length ? utf8_decode(text->data + at, text->length - at, code) : 0;
}

/* ---- showing what must not reach a terminal ---- */

static int shown_add(struct cells_reader *reader, struct buffer *out, const char *words)
{
	reader->hidden = true;
	buffer_add_string(out, words);
	return (int)strlen(words);
}

static int byte_show(struct cells_reader *reader, struct buffer *out)
{
	char words[8];
	snprintf(words, sizeof words, "<%02X>", (unsigned)(unsigned char)reader->text.data[reader->at++]);
	return shown_add(reader, out, words);
}

static int code_show(struct cells_reader *reader, struct buffer *out, uint32_t code)
{
	char words[16];
	snprintf(words, sizeof words, "<U+%04X>", (unsigned)code);
	return shown_add(reader, out, words);
}

static int control_show(struct cells_reader *reader, struct buffer *out, uint32_t code)
{
	if (code == '\t') {
		int width = TAB_WIDTH - reader->column % TAB_WIDTH;
		buffer_add(out, "        ", (size_t)width);
		return width;
	}
	if (code == '\n') {
		buffer_add_string(out, RETURN_MARK);
		return 1;
	}
	return shown_add(reader, out, (char[]){'^', (char)(code ^ 0x40), '\0'});
}

/* ---- pieces ---- */

/* A piece while it grows. */
struct piece {
	struct cells_reader *reader;
	struct buffer *out;
	int width, marks, joins;
	size_t excess;		   /* marks that were left out */
	bool emoji, styled, toned; /* of the last character in it */
};

static void piece_take(struct piece *piece, int bytes, uint32_t code)
{
	struct cells_reader *reader = piece->reader;
	buffer_add(piece->out, reader->text.data + reader->at, (size_t)bytes);
	reader->at += (size_t)bytes;
	int width = code_width(code);
	piece->width += width > 0 ? width : 0;
}

/* Terminals do not agree on how wide joined, styled or toned emoji are, and curses knows nothing of it: what joins, styles and tones
 * is left out where columns count, so that the emoji stand one beside the other everywhere. */
static void piece_join(struct piece *piece, int bytes)
{
	struct cells_reader *reader = piece->reader;
	if (reader->joined)
		buffer_add(piece->out, reader->text.data + reader->at, (size_t)bytes);
	reader->at += (size_t)bytes;
}

/* ZWJ between two emoji. */
static bool joiner_take(struct piece *piece, int bytes)
{
	uint32_t next;
	struct cells_reader *reader = piece->reader;
	int more = code_at(&reader->text, reader->at + (size_t)bytes, &next);
	if (!piece->emoji || piece->joins == JOINS_LIMIT || more == 0 || !is_emoji(next) || must_show(next))
		return false;
	piece_join(piece, bytes);
	piece_take(piece, more, next);
	piece->joins++;
	piece->marks = 0;
	piece->styled = piece->toned = false;
	return true;
}

/* A selector of text or emoji style, once behind an emoji or before a keycap. */
static bool style_take(struct piece *piece, int bytes, uint32_t code)
{
	uint32_t next;
	struct cells_reader *reader = piece->reader;
	int more = code_at(&reader->text, reader->at + (size_t)bytes, &next);
	if (piece->styled || (!piece->emoji && !(more && next == KEYCAP)))
		return false;
	piece_join(piece, bytes);
	piece->styled = true;
	return true;
}

static bool tone_take(struct piece *piece, int bytes, uint32_t code)
{
	if (!piece->emoji || piece->toned || must_show(code))
		return false;
	piece_join(piece, bytes);
	piece->toned = true;
	return true;
}

static bool mark_take(struct piece *piece, int bytes, uint32_t code)
{
	if (!is_mark(code))
		return false;
	if (piece->marks < MARKS_LIMIT)
		piece_take(piece, bytes, code);
	else
		piece->reader->at += (size_t)bytes;
	piece->excess += piece->marks >= MARKS_LIMIT;
	piece->marks += piece->marks < MARKS_LIMIT;
	return true;
}

static bool part_take(struct piece *piece)
{
	uint32_t code;
	int bytes = code_at(&piece->reader->text, piece->reader->at, &code);
	if (bytes == 0 || code < 0x80)
		return false;
	if (code == JOINER)
		return joiner_take(piece, bytes);
	if (code == TEXT_STYLE || code == EMOJI_STYLE)
		return style_take(piece, bytes, code);
	if (is_skin_tone(code))
		return tone_take(piece, bytes, code);
	return mark_take(piece, bytes, code);
}

static int character_add(struct cells_reader *reader, struct buffer *out, int bytes, uint32_t code)
{
	struct piece piece = {.reader = reader, .out = out, .emoji = is_emoji(code)};
	piece_take(&piece, bytes, code);
	while (part_take(&piece))
		;
	if (piece.excess > 0) {
		char words[32];
		snprintf(words, sizeof words, "<+%zu>", piece.excess);
		piece.width += shown_add(reader, out, words);
	}
	return piece.width;
}

int cells_piece(struct cells_reader *reader, struct buffer *out)
{
	unsigned char byte = (unsigned char)reader->text.data[reader->at];
	size_t next = reader->at + 1;
	uint32_t code = byte;
	if (byte >= ' ' && byte < 0x7F && (next >= reader->text.length || (unsigned char)reader->text.data[next] < 0x80)) {
		buffer_add_byte(out, (char)byte);
		reader->at++;
		return 1;
	}
	int bytes = code_at(&reader->text, reader->at, &code);
	if (bytes == 0)
		return byte_show(reader, out);
	if (code >= ' ' && code != 0x7F && !must_show(code) && code_width(code) > 0)
		return character_add(reader, out, bytes, code);
	reader->at += (size_t)bytes;
	return code < 0x80 ? control_show(reader, out, code) : code_show(reader, out, code);
}

static bool reader_ended(const struct cells_reader *reader, const struct buffer *out)
{
	return reader->at >= reader->text.length || out->overflow;
}

/* ---- one line ---- */

struct cells cells_make(struct arena *arena, struct text text, int width, bool hidden)
{
	return (struct cells){arena_copy(arena, text.data, text.length), text.length, width, hidden};
}

struct cells cells_of(struct arena *arena, struct text text)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct cells_reader reader = {.text = text};
	while (!reader_ended(&reader, &out))
		reader.column += cells_piece(&reader, &out);
	return cells_make(arena, buffer_text(&out), reader.column, reader.hidden);
}

struct cells cells_of_string(struct arena *arena, const char *string)
{
	return cells_of(arena, text_of(string));
}

/* Reads until `width` is passed or the text ends; a longer text is cut and marked. */
static int line_cut(struct cells_reader *reader, struct buffer *out, int width)
{
	size_t fitting = 0;
	int fitting_width = 0;
	while (reader->column <= width && !reader_ended(reader, out)) {
		if (reader->column < width) {
			fitting = out->length;
			fitting_width = reader->column;
		}
		reader->column += cells_piece(reader, out);
	}
	if (reader->column <= width)
		return reader->column;
	out->length = fitting;
	buffer_add_string(out, ELLIPSIS);
	return fitting_width + 1;
}

static int cells_cut_into(struct buffer *out, struct text text, int width, bool *hidden)
{
	struct cells_reader reader = {.text = text};
	int used = width > 0 ? line_cut(&reader, out, width) : 0;
	*hidden = reader.hidden;
	return used;
}

struct cells cells_cut(struct arena *arena, struct text text, int width)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	bool hidden;
	int used = cells_cut_into(&out, text, width, &hidden);
	return cells_make(arena, buffer_text(&out), used, hidden);
}

static void spaces_add(struct buffer *out, int count)
{
	for (; count > 0; count--)
		buffer_add_byte(out, ' ');
}

struct cells cells_pad(struct arena *arena, struct text text, int width, bool right)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer line = BUFFER_EMPTY;
	bool hidden;
	int used = cells_cut_into(&line, text, width, &hidden);
	spaces_add(&out, right ? width - used : 0);
	buffer_add_text(&out, buffer_text(&line));
	spaces_add(&out, right ? 0 : width - used);
	return cells_make(arena, buffer_text(&out), width > 0 ? width : 0, hidden);
}

/* ---- streams ---- */

bool cells_write(struct text text, struct buffer *out)
{
	struct cells_reader reader = {.text = text, .joined = true};
	while (!reader_ended(&reader, out)) {
		if (text.data[reader.at] != '\n') {
			reader.column += cells_piece(&reader, out);
			continue;
		}
		buffer_add_byte(out, '\n');
		reader.column = 0;
		reader.at++;
	}
	return reader.hidden;
}

bool cells_hidden(struct text text)
{
	CLEANUP(buffer_release) struct buffer piece = BUFFER_EMPTY;
	struct cells_reader reader = {.text = text};
	while (reader.at < text.length && !reader.hidden) {
		buffer_clear(&piece);
		cells_piece(&reader, &piece);
	}
	return reader.hidden;
}
