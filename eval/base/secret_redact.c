#include "eval/base/secret_private.h"
#include "eval/base/utf8.h"
#include <stdint.h>
#include <stdlib.h>

/* A text is looked at as it stands and as it reads: each reading ("view") knows for every byte of it which bytes of the text made
 * it, so that a key found there is cut out of the text itself, whatever it was written with and however many pieces it came in. */

struct span {
	uint32_t from, to;
};
struct view {
	struct buffer text;
	struct span *spans;
	size_t room;
};
struct cut {
	size_t from, to;
	const char *variable; /* NULL: a further piece, which leaves nothing */
};
struct redaction {
	struct text text;
	bool structured; /* JSON or a stream of it */
	struct cut *cuts;
	size_t count, room;
};

#define LEVELS 2
#define GROUPS 64
#define KEEP ((size_t)1 << 20) /* larger views are given back */

/* The strings of one member at one depth. */
static struct group {
	struct text name;
	int depth;
	struct view view;
} groups[GROUPS];
static size_t group_count;
static struct view levels[LEVELS];

/* Room for so many further bytes. */
static bool view_reserve(struct view *view, size_t more)
{
	if (!buffer_reserve(&view->text, more))
		return false;
	if (view->room < view->text.length + more) {
		view->room = (view->text.length + more) * 2 + 256;
		view->spans = memory_grow(view->spans, view->room, sizeof *view->spans);
	}
	return true;
}

static inline void view_put(struct view *view, char byte, size_t from, size_t to)
{
	view->text.data[view->text.length] = byte;
	view->spans[view->text.length++] = (struct span){(uint32_t)from, (uint32_t)to};
}

/* So that what stands before and behind it joins nothing. */
static void view_part(struct view *view)
{
	if (view_reserve(view, 1))
		view_put(view, '\n', 0, 0);
}

static void view_done(struct view *view)
{
	buffer_clear(&view->text);
	if (view->room < KEEP)
		return;
	buffer_release(&view->text);
	free(view->spans);
	view->spans = NULL;
	view->room = 0;
}

/* ---- escapes ----------------------------------------------------------------------------------------------------------- */

static int digit_of(char byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte |= 32;
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Up to `most` digits of base 16 or 10. Answers how many. */
static size_t number_read(const char *at, const char *end, size_t most, int base, uint32_t *number)
{
	size_t count = 0;
	*number = 0;
	for (; count < most && at + count < end; count++) {
		int digit = digit_of(at[count]);
		if (digit < 0 || digit >= base)
			break;
		*number = *number * (uint32_t)base + (uint32_t)digit;
	}
	return count;
}

struct escape {
	char bytes[4];
	size_t made, length; /* bytes that it makes, and that it takes */
};

static struct escape escape_of(uint32_t code, size_t length)
{
	struct escape escape = {.length = length};
	escape.made = (size_t)utf8_encode(code, escape.bytes);
	if (!escape.made) /* half of a pair */
		escape.bytes[escape.made++] = '?';
	return escape;
}

static struct escape backslash_read(const char *at, const char *end)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	uint32_t code;
	if (end - at < 2)
		return escape_of('\\', 1);
	const char *name = at[1] ? strchr(names, at[1]) : NULL;
	if (name)
		return escape_of((unsigned char)values[name - names], 2);
	if (at[1] == 'u' && number_read(at + 2, end, 4, 16, &code) == 4)
		return escape_of(code, 6);
	return escape_of('\\', 1);
}

static struct escape reference_read(const char *at, const char *end)
{
	static const struct {
		const char *name;
		char byte;
	} names[] = {{"&quot;", '"'}, {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&apos;", '\''}};
	uint32_t code;
	for (size_t i = 0; i < COUNT(names); i++) {
		size_t length = strlen(names[i].name);
		if ((size_t)(end - at) >= length && memcmp(at, names[i].name, length) == 0)
			return escape_of((unsigned char)names[i].byte, length);
	}
	if (end - at < 4 || at[1] != '#')
		return escape_of('&', 1);
	size_t lead = (at[2] | 32) == 'x' ? 3 : 2, digits = number_read(at + lead, end, 7, lead == 3 ? 16 : 10, &code);
	if (digits && at + lead + digits < end && at[lead + digits] == ';')
		return escape_of(code, lead + digits + 1);
	return escape_of('&', 1);
}

static struct escape percent_read(const char *at, const char *end)
{
	uint32_t code;
	if (number_read(at + 1, end, 2, 16, &code) < 2)
		return escape_of('%', 1);
	return (struct escape){.bytes = {(char)code}, .made = 1, .length = 3};
}

static bool has_escapes(struct text text)
{
	return memchr(text.data, '\\', text.length) || memchr(text.data, '%', text.length) || memchr(text.data, '&', text.length);
}

/* Appends how `text` reads; its bytes come from `spans`, or from `offset` on where that is NULL. True when it is written otherwise.
 */
static bool text_decode(struct text text, const struct span *spans, size_t offset, bool json_only, struct view *view)
{
	const char *end = text.data + text.length;
	bool any = false;
	if (!view_reserve(view, text.length)) /* no escape makes more bytes than it takes */
		return false;
	for (const char *at = text.data; at < end;) {
		size_t from = (size_t)(at - text.data), to = from + 1;
		if (*at != '\\' && (json_only || (*at != '%' && *at != '&'))) {
			view_put(view, *at++, spans ? spans[from].from : offset + from, spans ? spans[from].to : offset + to);
			continue;
		}
		struct escape escape = *at == '\\'  ? backslash_read(at, end)
				       : *at == '%' ? percent_read(at, end)
						    : reference_read(at, end);
		to = from + escape.length;
		any |= escape.length > 1;
		for (size_t i = 0; i < escape.made; i++)
			view_put(view, escape.bytes[i], spans ? spans[from].from : offset + from,
				spans ? spans[to - 1].to : offset + to);
		at += escape.length;
	}
	return any;
}

/* ---- what is cut out --------------------------------------------------------------------------------------------------- */

static void cut_add(struct redaction *redaction, size_t from, size_t to, const char *variable)
{
	if (redaction->count == redaction->room) {
		redaction->room = redaction->room ? 2 * redaction->room : 16;
		redaction->cuts = memory_grow(redaction->cuts, redaction->room, sizeof *redaction->cuts);
	}
	redaction->cuts[redaction->count++] = (struct cut){from, to, variable};
}

static void pieces_cut(struct redaction *redaction, const struct span *spans, size_t length, const char *variable)
{
	size_t from = spans->from, to = spans->to;
	for (size_t i = 1; i < length; i++) {
		if (spans[i].from > to || spans[i].to < from) {
			cut_add(redaction, from, to, variable);
			variable = NULL;
			from = spans[i].from;
		}
		to = spans[i].to;
	}
	cut_add(redaction, from, to, variable);
}

/* In JSON, `\none` is a line end and "one". */
static bool within_escape(const struct redaction *redaction, const char *at)
{
	size_t backslashes = 0;
	if (!redaction->structured || !strchr("\"\\/bfnrtu", *at))
		return false;
	while (at > redaction->text.data && at[-1] == '\\') {
		backslashes++;
		at--;
	}
	return backslashes % 2;
}

static void view_search(struct redaction *redaction, struct text text, const struct span *spans)
{
	const char *at = text.data, *end = at + text.length, *variable;
	size_t length;
	while ((at = secret_find(at, end, &length, &variable))) {
		size_t offset = (size_t)(at - text.data);
		if (spans)
			pieces_cut(redaction, spans + offset, length, variable);
		else if (within_escape(redaction, at))
			length = 1;
		else
			cut_add(redaction, offset, offset + length, variable);
		at += length;
	}
}

static void deeper_search(struct redaction *redaction, struct text text, const struct span *spans, size_t level)
{
	if (level == LEVELS || !has_escapes(text))
		return;
	struct view *view = &levels[level];
	if (text_decode(text, spans, 0, false, view)) {
		view_search(redaction, buffer_text(&view->text), view->spans);
		deeper_search(redaction, buffer_text(&view->text), view->spans, level + 1);
	}
	view_done(view);
}

/* ---- the strings of a body --------------------------------------------------------------------------------------------- */

static struct group *group_of(struct text name, int depth)
{
	for (size_t i = 0; i < group_count; i++)
		if (groups[i].depth == depth && text_equal(groups[i].name, name))
			return &groups[i];
	if (group_count == GROUPS) { /* so many members join nothing: what is left is looked at one by one */
		view_part(&groups[GROUPS - 1].view);
		return &groups[GROUPS - 1];
	}
	groups[group_count].name = name;
	groups[group_count].depth = depth;
	return &groups[group_count++];
}

static bool is_line_end(char byte)
{
	return byte == '\n' || byte == '\r';
}

/* Ends at its quote, at a line end (JSON has none inside), or where the text is cut off. */
static const char *string_end(const char *at, const char *end, bool *escapes)
{
	*escapes = false;
	while (at < end && *at != '"' && !is_line_end(*at)) {
		*escapes |= *at == '\\' || *at == '%' || *at == '&';
		at += *at == '\\' && end - at > 1 ? 2 : 1;
	}
	return at;
}

static bool is_name(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at < end && *at == ':';
}

static void strings_gather(const struct redaction *redaction, bool join)
{
	const char *start = redaction->text.data, *at = start, *end = at + redaction->text.length;
	struct text name = TEXT("");
	for (int depth = 0; at < end; at++) {
		if (*at == '{' || *at == '[') {
			depth++;
		} else if (*at == '}' || *at == ']') {
			depth--;
		} else if (is_line_end(*at) && at + 1 < end &&
			   strchr("{de:", at[1])) { /* the next event, whole or not as the last was */
			depth = 0;
		} else if (*at == '"') {
			bool escapes;
			const char *close = string_end(at + 1, end, &escapes);
			struct text inside = text_make(at + 1, (size_t)(close - at) - 1);
			bool names = close < end && *close == '"' && is_name(close + 1, end);
			if (names)
				name = inside;
			if ((join && !names) || escapes) { /* the others were met as they stand */
				struct view *view = &group_of(names ? TEXT("\"") : name, names ? -1 : depth)->view;
				if (names)
					view_part(view);
				text_decode(inside, NULL, (size_t)(inside.data - start), true, view);
			}
			at = close < end && is_line_end(*close) ? close - 1 : close;
		}
	}
}

static void strings_search(struct redaction *redaction, bool join)
{
	group_count = 0;
	strings_gather(redaction, join);
	for (size_t i = 0; i < group_count; i++) {
		struct view *view = &groups[i].view;
		struct text text = buffer_text(&view->text);
		view_search(redaction, text, view->spans);
		deeper_search(redaction, text, view->spans, 0);
		view_done(view);
	}
}

/* Behind the `[` at `at`: its `]`, or the end. */
static const char *array_end(const char *at, const char *end)
{
	bool escapes;
	for (int depth = 0; at < end; at++) {
		if (*at == '"')
			at = string_end(at + 1, end, &escapes);
		else if (*at == '[')
			depth++;
		else if (*at == ']' && depth-- == 0)
			break;
	}
	return at < end ? at : end;
}

/* Where the log-probabilities of an answer tell it once more, in numbers and among other words, it could be put together from them.
 */
static void retellings_cut(struct redaction *redaction)
{
	static const char *const names[] = {"\"bytes\"", "\"top_logprobs\"", "\"topCandidates\""};
	const char *start = redaction->text.data, *end = start + redaction->text.length;
	for (size_t i = 0; i < COUNT(names); i++) {
		size_t length = strlen(names[i]);
		for (const char *at = start; (at = memmem(at, (size_t)(end - at), names[i], length));) {
			at += length;
			while (at < end && (*at == ':' || byte_is_space(*at)))
				at++;
			if (at == end || *at != '[')
				continue;
			const char *from = at + 1;
			at = array_end(from, end);
			cut_add(redaction, (size_t)(from - start), (size_t)(at - start), NULL);
		}
	}
}

static bool is_structured(struct text text)
{
	static const struct text starts[] = {
		{"{", 1}, {"[", 1}, {"\"", 1}, {"data:", 5}, {"event:", 6}, {":", 1}, {"id:", 3}, {"retry:", 6}};
	if (text_starts(text, TEXT("\xEF\xBB\xBF")))
		text = text_make(text.data + 3, text.length - 3);
	while (text.length && byte_is_space(*text.data))
		text = text_make(text.data + 1, text.length - 1);
	for (size_t i = 0; i < COUNT(starts); i++)
		if (text_starts(text, starts[i]))
			return true;
	return false;
}

/* ---- the whole --------------------------------------------------------------------------------------------------------- */

static int cut_order(const void *left, const void *right)
{
	const struct cut *a = left, *b = right;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return (a->to < b->to) - (a->to > b->to);
}

/* What overlaps is one cut, named as its beginning is. */
static void cuts_write(struct redaction *redaction, struct buffer *out)
{
	struct cut *cuts = redaction->cuts;
	size_t done = 0;
	qsort(cuts, redaction->count, sizeof *cuts, cut_order);
	for (size_t i = 0; i < redaction->count; i++) {
		if (cuts[i].to <= done)
			continue;
		bool begins = cuts[i].from >= done;
		if (begins)
			buffer_add(out, redaction->text.data + done, cuts[i].from - done);
		if (begins && cuts[i].variable)
			buffer_format(out, "[redacted:%s]", cuts[i].variable);
		done = cuts[i].to;
	}
	buffer_add(out, redaction->text.data + done, redaction->text.length - done);
}

bool secret_redact_as(const char *data, size_t length, enum secret_view view, struct buffer *out)
{
	struct redaction redaction = {.text = text_make(data, length)};
	if (!length || !secret_any())
		return false;
	bool body = view >= SECRET_BODY;
	redaction.structured = body && is_structured(redaction.text);
	view_search(&redaction, redaction.text, NULL);
	bool join = view == SECRET_JOINED || memchr(data, '\n', length) || memchr(data, '\r', length); /* a stream comes in lines */
	if (redaction.structured && (join || has_escapes(redaction.text)))
		strings_search(&redaction, join);
	if (redaction.structured && redaction.count) { /* what stands there whole may stand there in pieces as well */
		if (!join)
			strings_search(&redaction, true);
		retellings_cut(&redaction);
	}
	if (view != SECRET_BYTES && !redaction.structured)
		deeper_search(&redaction, redaction.text, NULL, 0);
	if (!redaction.count)
		return false;
	cuts_write(&redaction, out);
	free(redaction.cuts);
	return true;
}

bool secret_redact(const char *data, size_t length, struct buffer *out)
{
	return secret_redact_as(data, length, SECRET_TEXT, out);
}
