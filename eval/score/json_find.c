#include "eval/score/json_find.h"

#define CANDIDATES_LIMIT 1000
#define WORK_LIMIT ((size_t)16 << 20)

json_t *json_whole(struct text output, struct error *error)
{
	return json_parse(text_trim(output), error);
}

static json_t *piece_parse(struct text piece)
{
	struct error ignored = {0};
	return json_whole(piece, &ignored);
}

/* The inside of the next ``` fence at or after *from, without its info word; an open fence reaches to the end. */
static bool fence_next(struct text output, size_t *from, struct text *inside)
{
	long open = text_find(output, TEXT("```"), *from);
	if (open < 0)
		return false;
	long line = text_find(output, TEXT("\n"), (size_t)open);
	if (line < 0)
		return false;
	long close = text_find(output, TEXT("```"), (size_t)line);
	size_t end = close < 0 ? output.length : (size_t)close;
	*inside = text_make(output.data + line + 1, end > (size_t)line ? end - (size_t)line - 1 : 0);
	*from = close < 0 ? output.length : end + 3;
	return true;
}

static json_t *fences_search(struct text output)
{
	struct text inside;
	size_t from = 0;
	for (int i = 0; i < CANDIDATES_LIMIT && fence_next(output, &from, &inside); i++) {
		json_t *value = piece_parse(inside);
		if (value)
			return value;
	}
	return 0;
}

/* Behind the bracket that closes the one at `at`; 0 when none does. */
static size_t bracket_end(struct text text, size_t at)
{
	long depth = 0;
	bool string = false;
	for (; at < text.length; at++) {
		char byte = text.data[at];
		if (string && byte == '\\')
			at++;
		else if (byte == '"')
			string = !string;
		else if (!string && (byte == '{' || byte == '['))
			depth++;
		else if (!string && (byte == '}' || byte == ']') && --depth == 0)
			return at + 1;
	}
	return 0;
}

static json_t *brackets_search(struct text output)
{
	size_t work = 0;
	int candidates = 0;
	for (size_t at = 0; at < output.length && candidates < CANDIDATES_LIMIT && work < WORK_LIMIT; at++) {
		if (output.data[at] != '{' && output.data[at] != '[')
			continue;
		size_t end = bracket_end(output, at);
		work += (end ? end : output.length) - at;
		candidates++;
		json_t *value = end ? piece_parse(text_make(output.data + at, end - at)) : 0;
		if (value)
			return value;
	}
	return 0;
}

json_t *json_find(struct text output)
{
	json_t *value = piece_parse(output);
	value = value ? value : fences_search(output);
	return value ? value : brackets_search(output);
}
