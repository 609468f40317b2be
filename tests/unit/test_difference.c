#include "eval/base/buffer.h"
#include "tests/unit/unit.h"
#include "tui/difference.h"

/* As `git diff --word-diff` writes it. */
static const char *written(struct arena *arena, const char *before, const char *after)
{
	static const char *const open[] = {"", "[-", "{+"}, *const closed[] = {"", "-]", "+}"};
	struct difference difference = difference_of(arena, text_of(before), text_of(after));
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	for (size_t i = 0; i < difference.count; i++) {
		buffer_add_string(&out, open[difference.parts[i].kind]);
		buffer_add_text(&out, difference.parts[i].text);
		buffer_add_string(&out, closed[difference.parts[i].kind]);
	}
	return arena_string(arena, buffer_string(&out));
}

static void words_are_compared(void **state)
{
	static const struct {
		const char *before, *after, *expected;
	} cases[] = {
		{"", "", ""},
		{"same text", "same text", "same text"},
		{"", "new", "{+new+}"},
		{"gone", "", "[-gone-]"},
		{"five days", "six days", "[-five-]{+six+} days"},
		{"leave of five days", "leave of six days", "leave of [-five-]{+six+} days"},
		{"a b c", "a c", "a [-b -]c"},
		{"a c", "a b c", "a {+b +}c"},
		{"one two three", "four five three", "[-one two-]{+four five+} three"},
		{"it's 12,5", "it's 12,6", "it's 12,[-5-]{+6+}"},
		{"naïve plan", "naive plan", "[-naïve-]{+naive+} plan"},
		{"a  b", "a b", "a[-  -]{+ +}b"},
		{"x = f(a);", "x = g(a);", "x = [-f-]{+g+}(a);"},
	};
	CLEANUP(arena_release) struct arena *arena = arena_create();
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(written(arena, cases[i].before, cases[i].after), cases[i].expected);
}

static unsigned random_next(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

static struct text random_text(struct arena *arena, unsigned *seed, size_t most)
{
	static const char alphabet[] = "ab  \n.,\xc3\xff\x1b";
	size_t length = random_next(seed) % most;
	char *data = arena_take(arena, length + 1);
	for (size_t i = 0; i < length; i++)
		data[i] = alphabet[random_next(seed) % (sizeof alphabet)]; /* the NUL belongs to it */
	return text_make(data, length);
}

static void side_check(const struct difference *difference, enum difference_kind kind, struct text expected)
{
	CLEANUP(buffer_release) struct buffer joined = BUFFER_EMPTY;
	for (size_t i = 0; i < difference->count; i++)
		if (difference->parts[i].kind == DIFFERENCE_SAME || difference->parts[i].kind == kind)
			buffer_add_text(&joined, difference->parts[i].text);
	assert_int_equal(joined.length, expected.length);
	if (expected.length)
		assert_memory_equal(joined.data, expected.data, expected.length);
}

static void both_sides_can_be_put_together_again(void **state)
{
	unsigned seed = 7;
	for (int i = 0; i < 2000; i++) {
		CLEANUP(arena_release) struct arena *arena = arena_create();
		struct text before = random_text(arena, &seed, 60), after = random_text(arena, &seed, 60);
		struct difference difference = difference_of(arena, before, after);
		side_check(&difference, DIFFERENCE_REMOVED, before);
		side_check(&difference, DIFFERENCE_ADDED, after);
		assert_true(difference.distance >= 0 && difference.distance <= 1);
		for (size_t j = 1; j < difference.count; j++)
			assert_true(
				difference.parts[j].text.length > 0 && difference.parts[j].kind != difference.parts[j - 1].kind);
	}
}

/* Length of the longest common subsequence by the textbook: what Myers must reach. */
static size_t common_length(const char *a, const char *b)
{
	size_t table[32][32] = {{0}};
	for (size_t i = 1; i <= strlen(a); i++)
		for (size_t j = 1; j <= strlen(b); j++)
			table[i][j] = a[i - 1] == b[j - 1]		  ? table[i - 1][j - 1] + 1
				      : table[i - 1][j] > table[i][j - 1] ? table[i - 1][j]
									  : table[i][j - 1];
	return table[strlen(a)][strlen(b)];
}

static void the_difference_is_the_shortest(void **state)
{
	unsigned seed = 99;
	for (int i = 0; i < 2000; i++) {
		CLEANUP(arena_release) struct arena *arena = arena_create();
		char a[32] = "", b[32] = "";
		for (size_t j = random_next(&seed) % 30; j > 0; j--)
			a[j - 1] = ".,;"[random_next(&seed) % 3];
		for (size_t j = random_next(&seed) % 30; j > 0; j--)
			b[j - 1] = ".,;"[random_next(&seed) % 3];
		struct difference difference = difference_of(arena, text_of(a), text_of(b));
		size_t same = 0;
		for (size_t j = 0; j < difference.count; j++)
			same += difference.parts[j].kind == DIFFERENCE_SAME ? difference.parts[j].text.length : 0;
		assert_int_equal(same, common_length(a, b));
	}
}

static void large_texts_are_bounded(void **state)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	size_t length = DIFFERENCE_BYTES + 1;
	char *before = arena_take(arena, length), *after = arena_take(arena, length);
	memset(before, '.', length);
	memset(after, ',', length);
	struct difference huge = difference_of(arena, text_make(before, length), text_make(after, length));
	assert_int_equal(huge.count, 2);
	/* Far apart, but short enough to be tried: the search for the script is given up. */
	struct difference far = difference_of(arena, text_make(before, 100000), text_make(after, 100000));
	assert_int_equal(far.count, 2);
	assert_close(far.distance, 1, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_compared),
		cmocka_unit_test(both_sides_can_be_put_together_again),
		cmocka_unit_test(the_difference_is_the_shortest),
		cmocka_unit_test(large_texts_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
