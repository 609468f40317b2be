#include "eval/score/lenient.h"
#include "eval/score/number.h"
#include "eval/score/squad.h"
#include "eval/score/value.h"

struct lenient {
	struct arena *arena;
	const json_t *expected;
};

static bool numbers_equal(struct arena *arena, struct text answer, struct text gold)
{
	struct number found, wanted;
	struct text trimmed = text_trim(gold);
	/* only where the accepted answer is a number and nothing else */
	return number_last(arena, trimmed, &wanted) && wanted.place.length + 2 >= trimmed.length &&
	       number_last(arena, answer, &found) && number_equal(&found, &wanted, 0, false) &&
	       answer.length <= found.place.length + 4;
}

/* Does this piece alone say an accepted answer? */
static bool piece_right(const struct lenient *lenient, struct text piece)
{
	struct text normal = squad_normal(lenient->arena, text_trim(piece));
	size_t i;
	json_t *one;
	if (!normal.length)
		return false;
	json_array_foreach((json_t *)lenient->expected, i, one)
	{
		struct text gold = text_of_json(lenient->arena, one), gold_normal = squad_normal(lenient->arena, gold);
		if ((gold_normal.length && squad_exact(gold_normal, normal) > 0) ||
			numbers_equal(lenient->arena, text_trim(piece), gold))
			return true;
	}
	return false;
}

static bool json_member_right(const struct lenient *lenient, const json_t *value, int depth)
{
	const char *key;
	json_t *member;
	size_t i;
	if (depth > 4)
		return false;
	if (!json_is_object(value) && !json_is_array(value))
		return piece_right(lenient, text_of_json(lenient->arena, value));
	json_object_foreach((json_t *)value, key, member) if (json_member_right(lenient, member, depth + 1)) return true;
	json_array_foreach((json_t *)value, i,
		member) if (json_array_size(value) == 1 && json_member_right(lenient, member, depth + 1)) return true;
	return false;
}

/* The object or list inside, if there is one that can be read. */
static bool json_inside_right(const struct lenient *lenient, struct text text)
{
	long open = text_find(text, TEXT("{"), 0);
	size_t end = text.length;
	struct error ignored;
	if (open < 0)
		return false;
	while (end > (size_t)open && text.data[end - 1] != '}')
		end--;
	JSON_OWNED *value = json_parse(text_make(text.data + open, end - (size_t)open), &ignored);
	return value && json_member_right(lenient, value, 0);
}

static const char *const markers[] = {
	"answer is", "answer:", "result is", "result:", "label:", "category:", "output:", "final answer"};

/* What stands behind the last marker on its line. */
static bool marked_right(const struct lenient *lenient, struct text text, struct text folded)
{
	for (size_t m = 0; m < COUNT(markers); m++) {
		long last = -1;
		struct text marker = text_of(markers[m]);
		for (long at = text_find(folded, marker, 0); at >= 0; at = text_find(folded, marker, (size_t)at + marker.length))
			last = at;
		if (last < 0 || folded.length != text.length)
			continue;
		size_t start = (size_t)last + marker.length;
		struct text rest = text_trim(text_make(text.data + start, text.length - start)), line;
		while (rest.length && (rest.data[0] == ':' || rest.data[0] == ' '))
			rest = text_make(rest.data + 1, rest.length - 1);
		if (text_next_line(&rest, &line) && piece_right(lenient, line))
			return true;
	}
	return false;
}

static bool line_is_fence(struct text line)
{
	return text_starts(text_trim(line), TEXT("```"));
}

static bool lines_right(const struct lenient *lenient, struct text text)
{
	struct text line, first = {0}, last = {0};
	size_t lines = 0;
	while (text_next_line(&text, &line)) {
		if (!text_trim(line).length || line_is_fence(line))
			continue;
		if (!lines++)
			first = line;
		last = line;
	}
	/* the first line or the last: answers stand there; lines between are talk */
	return lines && (piece_right(lenient, first) || (lines > 1 && piece_right(lenient, last)));
}

bool lenient_right(struct arena *arena, struct text output, const json_t *expected)
{
	struct lenient lenient = {arena, expected};
	if (!output.data || json_array_size(expected) == 0)
		return false;
	if (piece_right(&lenient, output) || lines_right(&lenient, output) || json_inside_right(&lenient, output))
		return true;
	struct text folded = text_fold(arena, output);
	return marked_right(&lenient, folded.length == output.length ? output : folded, folded);
}

struct text lenient_form(struct arena *arena, struct text output)
{
	return squad_normal(arena, text_trim(output));
}
