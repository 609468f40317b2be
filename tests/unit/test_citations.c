#include "eval/base/buffer.h"
#include "eval/base/citations.h"
#include "tests/unit/unit.h"

static const struct {
	const char *answer, *numbers;
} cases[] = {
	{"", ""},
	{"No sources.", ""},
	{"Five days [1].", "1"},
	{"So [3], and [1], and [3] again.", "1 3"},
	{"Both [1, 2] and [4;5].", "1 2 4 5"},
	{"[1][3]", "1 3"},
	{"[2-4]", "2 3 4"},
	{"[2\xE2\x80\x93"
	 "4, 7]",
		"2 3 4 7"},
	{"A note[^1] and [^12].", "1 12"},
	{"\xE3\x80\x90"
	 "1\xE3\x80\x91 and \xE3\x80\x90"
	 "2, 3\xE3\x80\x91",
		"1 2 3"},
	{"[ 1 ,2 ]", "1 2"},
	{"[999]", "999"},
	{"[1000] [0] [-1] [1.5] [a] [] [1", ""},
	{"[4-2] [1-1000] [1,] [1 2]", ""},
	{"[1\xE3\x80\x91 \xE3\x80\x90"
	 "1]",
		""},
	{"[[1]]", "1"},
	{"[x [2]", "2"},
	{"\xE3\x80", ""},
	{"[99999999999999999999999999]", ""},
};

static void check(struct text answer, const char *expected)
{
	struct arena *arena = arena_create();
	CLEANUP(buffer_release) struct buffer found = BUFFER_EMPTY;
	int *numbers;
	size_t count;
	citations_find(answer, arena, &numbers, &count);
	for (size_t i = 0; i < count; i++)
		buffer_format(&found, "%s%d", i ? " " : "", numbers[i]);
	assert_text(buffer_text(&found), expected);
	arena_free(arena);
}

static void test_cases(void **state)
{
	for (size_t i = 0; i < COUNT(cases); i++)
		check(text_of(cases[i].answer), cases[i].numbers);
}

static void test_no_text_and_nul(void **state)
{
	check(text_make(NULL, 0), "");
	check(text_make("a\0[2]\0", 6), "2");
}

static void test_large(void **state)
{
	static const char *const units[] = {"[", "[1,", "[1-999]", "\xE3", "[1 "};
	for (size_t i = 0; i < COUNT(units); i++) {
		CLEANUP(buffer_release) struct buffer answer = BUFFER_EMPTY;
		while (answer.length < 2000000)
			buffer_add_string(&answer, units[i]);
		struct arena *arena = arena_create();
		int *numbers;
		size_t count;
		citations_find(buffer_text(&answer), arena, &numbers, &count);
		assert_int_equal(count, i == 2 ? 999 : 0);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases), cmocka_unit_test(test_no_text_and_nul), cmocka_unit_test(test_large)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
