#include "eval/model/stream.h"
#include <string.h>

#define OVERLAP ((size_t)64)

/* Without the byte order mark. */
static struct text without_mark(struct text body)
{
	return text_starts(body, TEXT("\xEF\xBB\xBF")) ? text_make(body.data + 3, body.length - 3) : body;
}

static bool is_events(struct text body)
{
	static const char *const fields[] = {"data:", ":", "event:", "id:", "retry:"};
	struct text start = text_trim(without_mark(text_make(body.data, body.length < 64 ? body.length : 64)));
	for (size_t i = 0; i < COUNT(fields); i++)
		if (text_starts(start, text_of(fields[i])))
			return true;
	return false;
}

static bool is_lines(struct text body)
{
	return body.data && body.length && (memmem(body.data, body.length, "}\n{", 3) || memmem(body.data, body.length, "}\r\n{", 4));
}

bool stream_is(const struct stream_type *type, bool asked, struct text body)
{
	return type->either ? asked : type->lines ? asked || is_lines(body) : is_events(body);
}

bool stream_looks(struct text body)
{
	return is_events(body) || is_lines(body);
}

bool stream_token_came(const char *const *tokens, struct text body, size_t length)
{
	size_t seen = body.length - length < OVERLAP ? body.length : length + OVERLAP;
	for (; *tokens; tokens++) {
		size_t size = strlen(*tokens);
		const char *end = body.data + body.length, *at = end - seen;
		while ((at = memmem(at, (size_t)(end - at), *tokens, size))) {
			at += size;
			while (at < end && *at == ' ')
				at++;
			if (at + 1 < end && *at == '"' && at[1] != '"')
				return true;
		}
	}
	return false;
}

/* ---- the body in the making ---- */

struct stream_piece {
	json_t *object;
	const char *member;
	struct buffer text;
};

static struct stream_piece *piece_of(struct stream *stream, json_t *object, const char *member)
{
	for (size_t i = stream->count; i > 0; i--)
		if (stream->pieces[i - 1].object == object && strcmp(stream->pieces[i - 1].member, member) == 0)
			return &stream->pieces[i - 1];
	stream->pieces = memory_resize(stream->pieces, (stream->count + 1) * sizeof *stream->pieces);
	struct stream_piece *piece = &stream->pieces[stream->count++];
	*piece = (struct stream_piece){.object = json_incref(object), .member = member, .text = BUFFER_EMPTY};
	buffer_add_text(&piece->text, json_text(json_object_get(object, member)));
	return piece;
}

void stream_append(struct stream *stream, json_t *object, const char *member, struct text piece)
{
	if (piece.length && object)
		buffer_add_text(&piece_of(stream, object, member)->text, piece);
}

void stream_keep(struct stream *stream, const json_t *event, const char *member)
{
	json_t *value = json_object_get(event, member);
	if (value && !json_is_null(value))
		json_object_set(stream->body, member, value);
}

static void pieces_settle(struct stream *stream)
{
	for (size_t i = 0; i < stream->count; i++) {
		struct stream_piece *piece = &stream->pieces[i];
		json_object_set_new(piece->object, piece->member, json_from_text(buffer_text(&piece->text)));
		buffer_release(&piece->text);
		json_decref(piece->object);
	}
	free(stream->pieces);
}

/* ---- events ---- */

struct reading {
	const struct stream_type *type;
	struct stream stream;
	bool any, broken, cut; /* cut: the last event broke off */
	bool over; /* the sign of the end for all APIs came, what follows counts no more */
};

static void event_take(struct reading *reading, struct text data)
{
	struct error ignored;
	if (text_starts(text_trim(data), TEXT("[DONE]")))
		reading->over = reading->stream.ended = true;
	if (reading->over || !text_trim(data).length)
		return;
	JSON_OWNED *event = json_parse_reply(data, &ignored);
	reading->broken |= !json_is_object(event);
	if (!json_is_object(event))
		return;
	reading->any = true;
	if (json_truth(json_object_get(event, "error")))
		stream_keep(&reading->stream, event, "error");
	reading->type->add(&reading->stream, event);
}

/* One line, ended by \n, \r\n or \r. */
static bool line_next(struct text *rest, struct text *line)
{
	size_t at = 0;
	if (!rest->length)
		return false;
	while (at < rest->length && rest->data[at] != '\n' && rest->data[at] != '\r')
		at++;
	*line = text_make(rest->data, at);
	size_t skip = at < rest->length ? 1 : 0;
	if (at + 1 < rest->length && rest->data[at] == '\r' && rest->data[at + 1] == '\n')
		skip = 2;
	*rest = text_make(rest->data + at + skip, rest->length - at - skip);
	return true;
}

static void lines_read(struct reading *reading, struct text body)
{
	struct text line;
	while (line_next(&body, &line))
		if (text_trim(line).length)
			event_take(reading, line);
}

static void events_read(struct reading *reading, struct text body)
{
	CLEANUP(buffer_release) struct buffer data = BUFFER_EMPTY;
	struct text line;
	body = without_mark(body);
	while (line_next(&body, &line)) {
		if (text_starts(line, TEXT("data:"))) {
			struct text value = text_make(line.data + 5, line.length - 5);
			if (value.length && value.data[0] == ' ')
				value = text_make(value.data + 1, value.length - 1);
			if (data.length)
				buffer_add_byte(&data, '\n');
			buffer_add_text(&data, value);
		} else if (!line.length && data.length) {
			event_take(reading, buffer_text(&data));
			buffer_clear(&data);
		}
	}
	if (data.length && json_is_cut(buffer_text(&data)))
		reading->cut = true;
	else if (data.length) /* several servers leave the last blank line out */
		event_take(reading, buffer_text(&data));
}

json_t *stream_join(const struct stream_type *type, const void *config, struct text body, enum stream_end *end)
{
	struct reading reading = {.type = type, .stream = {.body = json_object(), .config = config}};
	bool lines = type->either ? !is_events(body) : type->lines;
	struct stream *stream = &reading.stream;
	(lines ? lines_read : events_read)(&reading, body);
	pieces_settle(stream);
	bool whole = json_object_get(stream->body, "error") || (stream->ended && !reading.broken && !reading.cut);
	*end = !reading.any && !reading.broken ? STREAM_NOTHING : whole ? STREAM_WHOLE : stream->ended ? STREAM_HOLE : STREAM_CUT;
	if (reading.any)
		return stream->body;
	json_decref(stream->body);
	return NULL;
}
