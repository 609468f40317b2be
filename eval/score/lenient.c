#include "eval/score/lenient.h"
#include "eval/score/number.h"
#include "eval/score/squad.h"
#include "eval/score/value.h"
#include <ctype.h>

#define ANSWER_LENGTH 24 /* bytes: a line so short may be an answer */

struct lenient {
	struct arena *arena;
	const json_t *expected;
};

/* A number and nothing else, but for signs of currency and the like: R7 is a name. */
static bool is_number(struct arena *arena, struct text gold, struct number *ret)
{
	if (!number_last(arena, gold, ret) || ret->place.length + 4 < gold.length)
		return false;
	for (const char *at = gold.data; at < gold.data + gold.length; at++)
		if (isalnum((unsigned char)*at) && (at < ret->place.data || at >= ret->place.data + ret->place.length))
			return false;
	return true;
}

/* A number and next to nothing else; "not 44" is not 44. */
static bool number_right(struct arena *arena, struct text answer, const struct number *wanted)
{
	struct number found;
	struct text folded = text_fold(arena, answer);
	return number_last(arena, answer, &found) && number_equal(&found, wanted, 0, false) &&
	       answer.length <= found.place.length + 4 && !text_starts(folded, TEXT("not "));
}

static bool is_digit(struct text text, size_t at)
{
	return at < text.length && text.data[at] >= '0' && text.data[at] <= '9';
}

/* A sign of digits that makes another number or date of them: 8.70 is not 870, -5 not 5; but 1,577 is 1577. */
static bool sign_counts(struct text text, size_t at)
{
	bool before = at > 0 && is_digit(text, at - 1), starts = at == 0 || strchr(" \t\n(\"'`*$", text.data[at - 1]);
	return text.data[at] && is_digit(text, at + 1) && ((before && strchr(".-/:", text.data[at])) || (starts && text.data[at] == '-'));
}

/* In a form that SQuAD's normalisation leaves alone. */
static struct text signs_keep(struct arena *arena, struct text text)
{
	char *out = arena_take(arena, 3 * text.length + 1);
	size_t length = 0;
	for (size_t i = 0; i < text.length; i++)
		if (sign_counts(text, i)) {
			memcpy(&out[length], "\xEE\x80", 2); /* U+E000 and on, for private use */
			out[length + 2] = (char)(0x80 | (text.data[i] & 0x3F));
			length += 3;
		} else
			out[length++] = text.data[i];
	return text_make(out, length);
}

/* As SQuAD normalises; what is nothing but an article is an answer (choice A). */
static struct text normal_of(struct arena *arena, struct text text)
{
	struct text normal = squad_normal(arena, signs_keep(arena, text_trim(text)));
	if (normal.length)
		return normal;
	struct text folded = text_fold(arena, text);
	char *out = arena_take(arena, folded.length + 1);
	size_t length = 0;
	for (size_t i = 0; i < folded.length; i++)
		if (folded.data[i] >= 'a' && folded.data[i] <= 'z')
			out[length++] = folded.data[i];
	return length ? text_make(out, length) : text_trim(folded);
}

/* Does this piece alone say an accepted answer? */
static bool piece_right(const struct lenient *lenient, struct text piece)
{
	struct text normal = normal_of(lenient->arena, piece);
	size_t i;
	json_t *one;
	if (!normal.length)
		return false;
	json_array_foreach((json_t *)lenient->expected, i, one)
	{
		struct text gold = text_trim(text_of_json(lenient->arena, one));
		struct number wanted;
		if (is_number(lenient->arena, gold, &wanted)
				? number_right(lenient->arena, text_trim(piece), &wanted)
				: text_equal(normal_of(lenient->arena, gold), normal))
			return true;
	}
	return false;
}

static const char *const answer_keys[] = {
	"answer", "final_answer", "result", "label", "category", "class", "output", "prediction", "value"};

static const json_t *answer_member(const json_t *object)
{
	for (size_t i = 0; i < COUNT(answer_keys); i++) {
		const json_t *member = json_object_get(object, answer_keys[i]);
		if (member)
			return member;
	}
	return NULL;
}

/* Short texts: what could be an answer. Numbers beside them (a confidence) and long texts (a reason) are none. */
static size_t texts_count(const json_t *object)
{
	const char *key;
	json_t *member;
	size_t count = 0;
	json_object_foreach((json_t *)object, key, member) count += json_is_string(member) && json_string_length(member) <= 40;
	return count;
}

/* One member says the answer: that which is called so, or the only one that could be it. Several that could are no answer. */
static bool json_member_right(const struct lenient *lenient, const json_t *value, int depth)
{
	const char *key;
	json_t *member;
	if (depth > 4)
		return false;
	if (json_is_array(value))
		return json_array_size(value) == 1 && json_member_right(lenient, json_array_get(value, 0), depth + 1);
	if (!json_is_object(value))
		return piece_right(lenient, text_of_json(lenient->arena, value));
	if (answer_member(value))
		return json_member_right(lenient, answer_member(value), depth + 1);
	if (json_object_size(value) > 1 && texts_count(value) > 1)
		return false;
	json_object_foreach((json_t *)value, key, member) if (json_member_right(lenient, member, depth + 1)) return true;
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

/* Where the text behind the last of all markers begins; -1: there is none. */
static long marker_end(struct text folded)
{
	long end = -1;
	for (size_t m = 0; m < COUNT(markers); m++) {
		struct text marker = text_of(markers[m]);
		for (long at = text_find(folded, marker, 0); at >= 0; at = text_find(folded, marker, (size_t)at + marker.length))
			end = at + (long)marker.length > end ? at + (long)marker.length : end;
	}
	return end;
}

static bool marked_right(const struct lenient *lenient, struct text text, long end)
{
	struct text rest = text_trim(text_make(text.data + end, text.length - (size_t)end)), line;
	while (rest.length && (rest.data[0] == ':' || rest.data[0] == ' '))
		rest = text_make(rest.data + 1, rest.length - 1);
	return text_next_line(&rest, &line) && piece_right(lenient, line);
}

#define SENTENCE_LENGTH 160 /* bytes: more is talk */

static bool ends_sentence(struct text text, size_t at)
{
	return strchr(".!?", text.data[at]) && (at + 1 == text.length || strchr(" \t\n", text.data[at + 1]));
}

/* Behind `at`: up to where the clause ends. 1,577 and 3.1 are no ends. */
static struct text clause_from(struct text text, size_t at)
{
	size_t end = at;
	while (end < text.length && !ends_sentence(text, end) &&
		!(strchr(",;(", text.data[end]) && (end + 1 == text.length || !is_digit(text, end + 1))))
		end++;
	return text_trim(text_make(text.data + at, end - at));
}

static bool is_one_sentence(struct text text)
{
	for (size_t i = 0; i + 1 < text.length; i++)
		if (text.data[i] == '\n' || ends_sentence(text, i))
			return false;
	return text.length <= SENTENCE_LENGTH;
}

/* "The tariff is T7, as listed." says T7: what stands between the verb and the end of the clause, in a single sentence that says no
 * more. One with two verbs, or with "not", says something else. */
static bool sentence_right(const struct lenient *lenient, struct text text, struct text folded)
{
	static const char *const verbs[] = {" is ", " are ", " was ", " were "};
	long found = -1;
	if (!is_one_sentence(text) || text_find(folded, TEXT(" not "), 0) >= 0 || text_find(folded, TEXT("n't "), 0) >= 0)
		return false;
	for (size_t v = 0; v < COUNT(verbs); v++)
		for (long at = text_find(folded, text_of(verbs[v]), 0); at >= 0; at = text_find(folded, text_of(verbs[v]), (size_t)at + 1)) {
			if (found >= 0)
				return false;
			found = at + (long)strlen(verbs[v]);
		}
	return found >= 0 && piece_right(lenient, clause_from(text, (size_t)found));
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
	/* the last line or the first: answers stand there, lines between are talk; a short last line takes back the first */
	if (lines == 0 || piece_right(lenient, last))
		return lines > 0;
	return piece_right(lenient, first) && (lines == 1 || text_trim(last).length > ANSWER_LENGTH);
}

bool lenient_right(struct arena *arena, struct text output, const json_t *expected)
{
	struct lenient lenient = {arena, expected};
	if (!output.data || json_array_size(expected) == 0)
		return false;
	struct text folded = text_fold(arena, output);
	long end = folded.length == output.length ? marker_end(folded) : -1;
	if (piece_right(&lenient, output))
		return true;
	if (text_find(output, TEXT("{"), 0) >= 0 && json_inside_right(&lenient, output))
		return true;
	if (end >= 0)
		return marked_right(&lenient, output, end);
	return lines_right(&lenient, output) ||
	       (folded.length == output.length && sentence_right(&lenient, text_trim(output), text_trim(folded)));
}

struct text lenient_form(struct arena *arena, struct text output)
{
	return normal_of(arena, output);
}
