#include "eval/base/utf8.h"
#include "eval/retrieve/retrieve_private.h"

/* Spaces in front; 4, which is too much for any mark, when a tab follows them. */
static size_t indentation(struct text line)
{
	size_t spaces = 0;
	while (spaces < line.length && line.data[spaces] == ' ')
		spaces++;
	return spaces < line.length && line.data[spaces] == '\t' ? 4 : spaces;
}

static size_t run_length(struct text line, size_t at, char byte)
{
	size_t length = 0;
	while (at + length < line.length && line.data[at + length] == byte)
		length++;
	return length;
}

bool heading_atx(struct text line, int *level, struct text *ret)
{
	size_t at = indentation(line), marks = at < 4 ? run_length(line, at, '#') : 0;
	if (marks < 1 || marks > 6)
		return false;
	at += marks;
	if (at < line.length && line.data[at] != ' ' && line.data[at] != '\t')
		return false;
	struct text rest = text_trim(text_make(line.data + at, line.length - at));
	size_t end = rest.length;
	while (end && rest.data[end - 1] == '#')
		end--;
	if (end == 0 || rest.data[end - 1] == ' ' || rest.data[end - 1] == '\t')
		rest = text_trim(text_make(rest.data, end));
	*level = (int)marks;
	*ret = rest;
	return true;
}

int heading_underline(struct text line)
{
	size_t at = indentation(line);
	if (at > 3 || at >= line.length || (line.data[at] != '=' && line.data[at] != '-'))
		return 0;
	size_t length = run_length(line, at, line.data[at]);
	if (text_trim(text_make(line.data + at + length, line.length - at - length)).length)
		return 0;
	return line.data[at] == '=' ? 1 : 2;
}

bool heading_can_be_underlined(struct text line)
{
	struct text text = text_trim(line);
	int level;
	struct text rest;
	if (!text.length || indentation(line) > 3 || heading_atx(line, &level, &rest) || heading_underline(line))
		return false;
	bool list = strchr("-*+", text.data[0]) && (text.length == 1 || text.data[1] == ' ');
	return !list && text.data[0] != '>' && text.data[0] != '|' && text.data[0] != '<';
}

bool fence_line(struct fence *fence, struct text line)
{
	size_t at = indentation(line);
	char mark = at < 4 && at < line.length ? line.data[at] : 0;
	size_t length = mark == '`' || mark == '~' ? run_length(line, at, mark) : 0;
	struct text rest = length ? text_trim(text_make(line.data + at + length, line.length - at - length)) : line;
	if (fence->mark) {
		if (mark == fence->mark && length >= fence->length && !rest.length)
			fence->mark = 0;
		return true;
	}
	if (length < 3 || (mark == '`' && memchr(rest.data, '`', rest.length)))
		return false;
	*fence = (struct fence){mark, length};
	return true;
}

/* ---- the words of a heading -------------------------------------------------------------------------------------------- */

/* "[words](target)" or "![words](target)" at `at`: where it ends, with the words; 0 when it is none. Bounded by the line. */
static size_t link_read(struct text text, size_t at, struct text *words)
{
	size_t open = at + (text.data[at] == '!');
	if (open >= text.length || text.data[open] != '[')
		return 0;
	long close = text_find(text, TEXT("]("), open);
	if (close < 0)
		return 0;
	long end = text_find(text, TEXT(")"), (size_t)close);
	if (end < 0)
		return 0;
	*words = text_make(text.data + open + 1, (size_t)close - open - 1);
	return (size_t)end + 1;
}

/* "{#anchor}" at the end of a heading. */
static struct text anchor_drop(struct text text)
{
	if (!text.length || text.data[text.length - 1] != '}')
		return text;
	for (size_t at = text.length; at-- > 0 && text.data[at] != '\n';)
		if (text.data[at] == '{' && text.length - at > 2 &&
			(text.data[at + 1] == '#' || text.data[at + 1] == '.' || text.data[at + 1] == ':'))
			return text_trim(text_make(text.data, at));
		else if (text.data[at] == '{')
			break;
	return text;
}

static void plain_add(struct buffer *out, struct text text)
{
	for (size_t at = 0; at < text.length; at++) {
		char byte = text.data[at];
		bool doubled = at + 1 < text.length && text.data[at + 1] == byte;
		if (byte == '`' || byte == '*' || (unsigned char)byte < 0x20 || byte == 0x7F)
			byte = byte == '`' || byte == '*' ? 0 : ' ';
		if ((byte == '_' || byte == '~') && doubled) {
			at++;
			continue;
		}
		if (byte == '\\' && at + 1 < text.length && strchr("\\`*_{}[]()#+-.!~<>|", text.data[at + 1]))
			byte = text.data[++at];
		if (byte)
			buffer_add_byte(out, byte);
	}
}

static void cut_at_code(struct buffer *text, size_t limit)
{
	if (text->length <= limit)
		return;
	text->length = limit;
	while (text->length && ((unsigned char)text->data[text->length] & 0xC0) == 0x80)
		text->length--;
	text->data[text->length] = '\0';
}

const char *heading_clean(struct arena *arena, struct text text)
{
	CLEANUP(buffer_release) struct buffer raw = BUFFER_EMPTY, valid = BUFFER_EMPTY;
	text = anchor_drop(text_trim(text));
	if (text.length > 4 * HEADING_LIMIT)
		text.length = 4 * HEADING_LIMIT;
	for (size_t at = 0; at < text.length;) {
		struct text words;
		size_t end = text.data[at] == '[' || text.data[at] == '!' ? link_read(text, at, &words) : 0;
		size_t plain = at + 1;
		while (!end && plain < text.length && text.data[plain] != '[' && text.data[plain] != '!')
			plain++;
		plain_add(&raw, end ? words : text_make(text.data + at, plain - at));
		at = end ? end : plain;
	}
	utf8_repair(text_trim(buffer_text(&raw)), &valid);
	cut_at_code(&valid, HEADING_LIMIT);
	return arena_string(arena, buffer_string(&valid));
}
