#include "tui/widgets/pager.h"

struct document document_make(struct arena *arena, int width)
{
	return (struct document){.arena = arena, .width = width > 1 ? width : 1};
}

static struct line *line_new(struct document *document)
{
	if (document->count == document->room) {
		size_t room = document->room ? 2 * document->room : 64;
		document->lines = arena_grow(
			document->arena, document->lines, document->room * sizeof *document->lines, room * sizeof *document->lines);
		document->room = room;
	}
	document->lines[document->count] = (struct line){0};
	return &document->lines[document->count++];
}

static struct line *line_last(struct document *document)
{
	return document->count ? &document->lines[document->count - 1] : line_new(document);
}

static void span_add(struct document *document, struct cells cells, unsigned style)
{
	struct line *line = line_last(document);
	if (line->count == line->room) {
		size_t room = line->room ? 2 * line->room : 4;
		line->spans =
			arena_grow(document->arena, line->spans, line->room * sizeof *line->spans, room * sizeof *line->spans);
		line->room = room;
	}
	line->spans[line->count++] = (struct span){cells, style};
	line->width += cells.width;
}

void document_blank(struct document *document)
{
	line_new(document);
}

void document_line(struct document *document, unsigned style, struct text text)
{
	line_new(document);
	span_add(document, cells_cut(document->arena, text, document->width), style);
}

static void more_list(struct document *document, unsigned style, const char *format, va_list list)
{
	CLEANUP(buffer_release) struct buffer buffer = {.limit = 1 << 16};
	buffer_format_list(&buffer, format, list);
	int room = document->width - line_last(document)->width;
	if (room > 0)
		span_add(document, cells_cut(document->arena, buffer_text(&buffer), room), style);
}

void document_print(struct document *document, unsigned style, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	line_new(document);
	more_list(document, style, format, list);
	va_end(list);
}

void document_more(struct document *document, unsigned style, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	more_list(document, style, format, list);
	va_end(list);
}

/* ---- flowing text ------------------------------------------------------------------------------------------------------------ */

struct flow {
	struct document *document;
	int indent, room; /* columns of a line behind the indent */
	bool wrapped;	  /* this line began by wrapping: blanks at its start fall away */
};

static int flow_used(const struct flow *flow)
{
	return line_last(flow->document)->width - flow->indent;
}

static void flow_line(struct flow *flow, bool wrapped)
{
	line_new(flow->document);
	if (flow->indent)
		span_add(flow->document, cells_pad(flow->document->arena, TEXT(""), flow->indent, false), STYLE_PLAIN);
	flow->wrapped = wrapped;
}

static void flow_long(struct flow *flow, struct text word, unsigned style)
{
	size_t count;
	struct cells *pieces = cells_wrap(flow->document->arena, word, flow->room, &count);
	for (size_t i = 0; i < count; i++) {
		if (flow_used(flow) > 0)
			flow_line(flow, true);
		span_add(flow->document, pieces[i], style);
	}
}

static void flow_word(struct flow *flow, struct text word, unsigned style)
{
	struct cells cells = cells_of(flow->document->arena, word);
	if (cells.width > flow->room) {
		flow_long(flow, word, style);
		return;
	}
	if (flow_used(flow) + cells.width > flow->room)
		flow_line(flow, true);
	span_add(flow->document, cells, style);
}

static void flow_blank(struct flow *flow, struct text blank, unsigned style)
{
	struct cells cells = cells_of(flow->document->arena, blank);
	int used = flow_used(flow);
	if ((used == 0 && flow->wrapped) || used + cells.width > flow->room)
		return;
	span_add(flow->document, cells, style);
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

static size_t run_length(struct text rest)
{
	size_t length = 1;
	bool blank = is_blank(rest.data[0]);
	while (length < rest.length && rest.data[length] != '\n' && is_blank(rest.data[length]) == blank)
		length++;
	return length;
}

static void flow_segment(struct flow *flow, struct text text, unsigned style)
{
	for (size_t at = 0; at < text.length;) {
		struct text rest = text_make(text.data + at, text.length - at);
		bool line_end = rest.data[0] == '\n' || (rest.length > 1 && rest.data[0] == '\r' && rest.data[1] == '\n');
		if (line_end) {
			flow_line(flow, false);
			at += rest.data[0] == '\n' ? 1 : 2;
			continue;
		}
		struct text run = text_make(rest.data, run_length(rest));
		if (run.length > 1 && run.length < rest.length && rest.data[run.length] == '\n' && run.data[run.length - 1] == '\r')
			run.length--;
		if (is_blank(run.data[0]))
			flow_blank(flow, run, style);
		else
			flow_word(flow, run, style);
		at += run.length;
	}
}

static void flow_segments(struct flow *flow, const struct segment *segments, size_t count)
{
	size_t left = DOCUMENT_BYTES, dropped = 0;
	for (size_t i = 0; i < count; i++) {
		struct text text = segments[i].text;
		size_t taken = text.length < left ? text.length : left;
		flow_segment(flow, text_make(text.data, taken), segments[i].style);
		left -= taken;
		dropped += text.length - taken;
	}
	if (dropped)
		document_print(flow->document, STYLE_NOTICE, "(%zu more bytes: `lever show` prints them)", dropped);
}

void document_flow(struct document *document, const struct segment *segments, size_t count, int indent)
{
	indent = indent < document->width - 8 ? indent : 0;
	struct flow flow = {.document = document, .indent = indent, .room = document->width - indent};
	flow_line(&flow, false);
	flow_segments(&flow, segments, count);
}

void document_text(struct document *document, unsigned style, struct text text, int indent)
{
	document_flow(document, &(struct segment){text, style}, 1, indent);
}

#define HANG_LEAST 20 /* columns */

void document_hang(struct document *document, unsigned style, const char *text, int indent)
{
	int at = line_last(document)->width;
	at = document->width - at >= HANG_LEAST ? at : indent < document->width - 8 ? indent : 0;
	struct flow flow = {.document = document, .indent = at, .room = document->width - at};
	flow_segments(&flow, &(struct segment){text_of(text), style}, 1);
}
