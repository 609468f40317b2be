#include "reports/excerpt.h"
#include "eval/base/cells.h"
#include "eval/base/json.h"

#define ELLIPSIS "\xE2\x80\xA6"
#define REASONS_LIMIT 20

/* So many bytes hold the characters asked for, whatever they are: the rest of a huge answer is not even looked at. */
static struct text text_head(struct text text, size_t characters)
{
	size_t most = characters * 16 + 64;
	if (text.length > most)
		text.length = most;
	return text;
}

static bool byte_starts(char byte)
{
	return ((unsigned char)byte & 0xC0) != 0x80;
}

/* The offset behind so many characters of valid UTF-8; the length when there are no more. */
static size_t characters_end(struct text text, size_t characters)
{
	size_t seen = 0;
	for (size_t i = 0; i < text.length; i++)
		if (byte_starts(text.data[i]) && seen++ == characters)
			return i;
	return text.length;
}

struct text excerpt_of(struct arena *arena, struct text text, size_t characters)
{
	CLEANUP(buffer_release) struct buffer clean = BUFFER_EMPTY;
	struct text head = text_head(text_trim(text), characters);
	if (head.length)
		cells_write(head, &clean);
	struct text whole = buffer_text(&clean);
	size_t end = characters_end(whole, characters);
	if (end == whole.length && head.length == text_trim(text).length)
		return text_copy(arena, whole);
	return text_of(arena_format(arena, "%.*s" ELLIPSIS, (int)end, whole.data));
}

struct text vars_plain(struct arena *arena, struct text vars)
{
	CLEANUP(buffer_release) struct buffer plain = BUFFER_EMPTY;
	struct error ignored;
	JSON_OWNED *object = vars.data ? json_parse(vars, &ignored) : NULL;
	const char *name;
	json_t *value;
	json_object_foreach(object, name, value)
	{
		if (json_object_size(object) > 1)
			buffer_format(&plain, "%s%s: ", plain.length ? "; " : "", name);
		json_write_plain(value, &plain);
	}
	return text_copy(arena, buffer_text(&plain));
}

struct text expected_plain(struct arena *arena, struct text expected)
{
	CLEANUP(buffer_release) struct buffer plain = BUFFER_EMPTY;
	struct error ignored;
	JSON_OWNED *list = expected.data ? json_parse(expected, &ignored) : NULL;
	if (list && !json_is_array(list))
		json_write_plain(list, &plain);
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (i > 0)
			buffer_add_string(&plain, " or ");
		json_write_plain(json_array_get(list, i), &plain);
	}
	return text_copy(arena, buffer_text(&plain));
}

bool reasons_plain(const struct report_data *data, long long attempt, long long gold, struct arena *arena, struct text *ret,
	struct error *error)
{
	struct score_row *rows;
	size_t count, shown = 0;
	if (!score_list(data->store, attempt, data->run.grading, gold, arena, &rows, &count, error))
		return false;
	CLEANUP(buffer_release) struct buffer plain = BUFFER_EMPTY;
	for (size_t i = 0; i < count && shown < REASONS_LIMIT; i++) {
		if (rows[i].passed || rows[i].weight <= 0)
			continue;
		buffer_format(&plain, "%s%s: ", shown++ ? "; " : "", rows[i].name);
		buffer_add_text(&plain, rows[i].reason.length ? rows[i].reason : TEXT("failed"));
	}
	*ret = shown ? text_copy(arena, buffer_text(&plain)) : text_make(NULL, 0);
	return true;
}
