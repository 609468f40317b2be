#include "eval/base/citations.h"

/* How many ranges begin and end at each number: marking a range costs the same whatever its length. */
struct citations {
	size_t begin[CITATION_MAX + 1], end[CITATION_MAX + 1];
};

static bool at_string(struct text text, size_t at, const char *string)
{
	size_t length = strlen(string);
	return text.length - at >= length && memcmp(text.data + at, string, length) == 0;
}

static size_t skip_spaces(struct text text, size_t at)
{
	while (at < text.length && text.data[at] == ' ')
		at++;
	return at;
}

/* A number from 1 to 999 without sign; *at moves behind it. */
static bool number_read(struct text text, size_t *at, int *number)
{
	size_t digits = 0;
	*number = 0;
	for (; *at < text.length && text.data[*at] >= '0' && text.data[*at] <= '9' && digits < 4; digits++)
		*number = *number * 10 + (text.data[(*at)++] - '0');
	return digits > 0 && digits < 4 && *number > 0;
}

/* "-", an en dash (U+2013) or a hyphen (U+2010, U+2011) between two numbers. */
static size_t dash_length(struct text text, size_t at)
{
	if (at_string(text, at, "-"))
		return 1;
	return at_string(text, at, "\xE2\x80\x93") || at_string(text, at, "\xE2\x80\x90") || at_string(text, at, "\xE2\x80\x91")
		       ? 3
		       : 0;
}

/* One number or range: "3", "2-4", "^1". */
static bool item_read(struct text text, size_t *at, int *first, int *last)
{
	*at = skip_spaces(text, *at);
	if (at_string(text, *at, "^"))
		++*at;
	if (!number_read(text, at, first))
		return false;
	*last = *first;
	size_t dash = skip_spaces(text, *at);
	size_t length = dash_length(text, dash);
	if (!length)
		return true;
	*at = skip_spaces(text, dash + length);
	return number_read(text, at, last) && *last >= *first;
}

/* The bracket that starts at `at`: where it ends, or 0 when it is no citation. Notes what it cites in `found` when that is given.
 */
static size_t bracket_read(struct text text, size_t at, struct citations *found)
{
	bool wide = at_string(text, at, "\xE3\x80\x90"); /* 【 */
	if (!wide && !at_string(text, at, "["))
		return 0;
	at += wide ? 3 : 1;
	for (;; at++) {
		int first, last;
		if (!item_read(text, &at, &first, &last))
			return 0;
		if (found) {
			found->begin[first]++;
			found->end[last]++;
		}
		at = skip_spaces(text, at);
		if (!at_string(text, at, ",") && !at_string(text, at, ";"))
			break;
	}
	return at_string(text, at, wide ? "\xE3\x80\x91" : "]") ? at + (wide ? 3 : 1) : 0;
}

void citations_find(struct text answer, struct arena *arena, int **numbers, size_t *count)
{
	struct citations found = {{0}};
	size_t open = 0;
	for (size_t at = 0; at < answer.length;) {
		size_t end = answer.data[at] == '[' || answer.data[at] == '\xE3' ? bracket_read(answer, at, NULL) : 0;
		if (end)
			bracket_read(answer, at, &found);
		at = end ? end : at + 1;
	}
	*count = 0;
	*numbers = arena_take(arena, (CITATION_MAX + 1) * sizeof **numbers);
	for (int number = 1; number <= CITATION_MAX; number++) {
		open += found.begin[number];
		if (open)
			(*numbers)[(*count)++] = number;
		open -= found.end[number];
	}
}
