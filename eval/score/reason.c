#include "eval/score/reason.h"
#include "eval/base/utf8.h"

#define QUOTE_LIMIT 90
#define ELLIPSIS "…"

/* The longest prefix of at most `limit` bytes that ends between characters. */
static struct text text_cut(struct text text, size_t limit)
{
	if (text.length <= limit)
		return text;
	size_t end = limit;
	while (end > 0 && limit - end < 4 && ((unsigned char)text.data[end] & 0xC0) == 0x80)
		end--;
	return text_make(text.data, limit - end < 4 ? end : limit);
}

static void controls_blank(char *data, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)data[i] < 0x20 || data[i] == 0x7F)
			data[i] = ' ';
}

struct text reason_make(struct arena *arena, const char *format, ...)
{
	CLEANUP(buffer_release) struct buffer made = BUFFER_EMPTY;
	va_list list;
	va_start(list, format);
	buffer_format_list(&made, format, list);
	va_end(list);
	struct text whole = buffer_text(&made), cut = whole;
	if (whole.length > REASON_LIMIT)
		cut = text_cut(whole, REASON_LIMIT - strlen(ELLIPSIS));
	const char *more = cut.length < whole.length ? ELLIPSIS : "";
	char *copy = arena_format(arena, "%.*s%s", (int)cut.length, cut.data, more);
	struct text reason = text_of(copy);
	controls_blank(copy, reason.length);
	return reason;
}

const char *reason_quote(struct arena *arena, struct text text)
{
	if (text.length == 0)
		return "nothing";
	CLEANUP(buffer_release) struct buffer valid = BUFFER_EMPTY;
	utf8_repair(text_cut(text, QUOTE_LIMIT), &valid);
	struct text shown = text_cut(buffer_text(&valid), QUOTE_LIMIT);
	controls_blank(valid.data, shown.length);
	return arena_format(arena, "`%.*s%s`", (int)shown.length, shown.data, text.length > QUOTE_LIMIT ? ELLIPSIS : "");
}

const char *reason_quote_any(struct arena *arena, const struct text *items, size_t count)
{
	const char *first = count ? reason_quote(arena, items[0]) : "nothing";
	return count > 1 ? arena_format(arena, "%s (or %zu more)", first, count - 1) : first;
}
