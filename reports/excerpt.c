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

/* The variable that is what was asked, where a project calls it by one of the usual names, or the only one. */
static const char *question_of(const json_t *vars)
{
	static const char *const names[] = {"input", "question", "query", "text"};
	for (size_t i = 0; i < COUNT(names); i++)
		if (json_object_get(vars, names[i]))
			return names[i];
	return json_object_size(vars) == 1 ? json_object_iter_key(json_object_iter((json_t *)vars)) : NULL;
}

struct text vars_plain(struct arena *arena, struct text vars)
{
	CLEANUP(buffer_release) struct buffer plain = BUFFER_EMPTY;
	struct error ignored;
	JSON_OWNED *object = vars.data ? json_parse(vars, &ignored) : NULL;
	const char *question = question_of(object), *name;
	size_t others = 0;
	json_t *value;
	if (question)
		json_write_plain(json_object_get(object, question), &plain);
	json_object_foreach(object, name, value)
	{
		if (question && !strcmp(name, question))
			continue;
		buffer_format(&plain, "%s%s: ", others++ ? "; " : question ? " (" : "", name);
		json_write_plain(value, &plain);
	}
	if (question && others)
		buffer_add_byte(&plain, ')');
	return text_copy(arena, buffer_text(&plain));
}

struct text list_plain(struct arena *arena, struct text json, const char *between)
{
	CLEANUP(buffer_release) struct buffer plain = BUFFER_EMPTY;
	struct error ignored;
	JSON_OWNED *list = json.data ? json_parse(json, &ignored) : NULL;
	if (list && !json_is_array(list))
		json_write_plain(list, &plain);
	for (size_t i = 0; i < json_array_size(list); i++) {
		buffer_add_string(&plain, i ? between : "");
		json_write_plain(json_array_get(list, i), &plain);
	}
	return text_copy(arena, buffer_text(&plain));
}

struct text expected_plain(struct arena *arena, struct text expected)
{
	return list_plain(arena, expected, " or ");
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
