#include "reports/md.h"
#include "eval/base/cells.h"

/* Before a blank "<" begins nothing, and "p < 0.05" is read as such by those who read the source. */
static const char *escape_of(char byte, char next)
{
	if (byte == '<' && next == ' ')
		return NULL;
	switch (byte) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '\n':
		return " \xE2\x8F\x8E ";
	default:
		return NULL;
	}
}

void md_text(struct report_sink *sink, struct text text)
{
	CLEANUP(buffer_release) struct buffer clean = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	if (text.length)
		cells_write(text, &clean);
	struct text rest = buffer_text(&clean);
	for (size_t i = 0; i < rest.length; i++) {
		char byte = rest.data[i];
		const char *escape = escape_of(byte, i + 1 < rest.length ? rest.data[i + 1] : '\0');
		if (escape) {
			buffer_add_string(&out, escape);
			continue;
		}
		/* A slash behind a colon or a slash would make links of addresses. */
		bool slash = byte == '/' && i > 0 && (rest.data[i - 1] == ':' || rest.data[i - 1] == '/');
		if (slash || strchr("\\`*_[]#|~!$", byte))
			buffer_add_byte(&out, '\\');
		buffer_add_byte(&out, byte);
	}
	sink_text(sink, buffer_text(&out));
}

void md_string(struct report_sink *sink, const char *string)
{
	if (string)
		md_text(sink, text_of(string));
}

void md_row(struct report_sink *sink, const char *const *cells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		sink_string(sink, "| ");
		md_string(sink, cells[i]);
		sink_string(sink, " ");
	}
	sink_string(sink, "|\n");
}

void md_head(struct report_sink *sink, const char *const *cells, size_t count, size_t left)
{
	md_row(sink, cells, count);
	for (size_t i = 0; i < count; i++)
		sink_string(sink, i < left ? "| --- " : "| ---: ");
	sink_string(sink, "|\n");
}

const char *md_plural(struct arena *arena, long long count, const char *one, const char *many)
{
	return arena_format(arena, "%s %s", count_format(arena, count), count == 1 ? one : many);
}
