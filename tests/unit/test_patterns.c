/* Regular expressions stay within bounds, whatever the pattern and the text. */
#include "eval/base/clock.h"
#include "eval/score/pattern.h"
#include "tests/unit/unit.h"

#define BIG ((size_t)1 << 20)

static struct text filled(struct arena *arena, char byte, size_t length)
{
	char *data = arena_take(arena, length);
	memset(data, byte, length);
	return text_make(data, length);
}

static const char too_long[] = "the pattern takes too many steps on this text: make it more specific";
static const char too_deep[] = "the pattern needs too much memory on this text: make it more specific";

static const struct {
	const char *pattern;
	char byte;
	const char *error;
} bombs[] = {
	{"(a+)+$", 'a', ""},
	{"a", 'b', ""},
	{"(a+)+b", 'a', too_long},
	{"(a|aa)+$b", 'a', too_deep},
	{"(.*)*x", 'a', too_long},
	{"(a*)*b", 'a', too_long},
	{"\\s+$x", ' ', too_long},
	{"a.*b.*c", 'a', too_long},
	{".*.*.*=", 'a', too_long},
	{"(?:a?){50}a{50}b", 'a', too_long},
	{"^(\\w+\\s?)*!", 'a', too_long},
	{"(a(?1)?b)", 'a', too_deep},
	{"((a)(?1)?)$x", 'a', too_deep},
	{"(?=(a+))a*b\\1", 'a', too_long},
};

/* Deterministic in what comes out, and never longer than a few seconds even in a slow build. */
static void test_bombs_end(void **state)
{
	for (size_t i = 0; i < COUNT(bombs); i++) {
		CLEANUP(arena_release) struct arena *arena = arena_create();
		struct error error = {0}, again = {0};
		struct text found, same;
		struct pattern *pattern = pattern_compile(text_of(bombs[i].pattern), 0, &error);
		if (!pattern)
			fail_msg("%s: %s", bombs[i].pattern, error.message);
		int64_t start = clock_monotonic();
		bool good = pattern_search(pattern, arena, filled(arena, bombs[i].byte, BIG), 0, false, &found, &error);
		bool second = pattern_search(pattern, arena, filled(arena, bombs[i].byte, BIG), 0, false, &same, &again);
		int64_t took = clock_monotonic() - start;
		if (took > 20000000)
			fail_msg("%s took %lld us", bombs[i].pattern, (long long)took);
		assert_int_equal(good, second);
		assert_string_equal(error.message, again.message);
		if (strcmp(error.message, bombs[i].error) != 0)
			fail_msg("%s: \"%s\"", bombs[i].pattern, error.message);
		pattern_free(pattern);
	}
}

static void test_all_matches_are_bounded(void **state)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct error error = {0};
	struct text found;
	struct pattern *pattern = pattern_compile(TEXT("a"), 0, &error);
	assert_true(pattern_search(pattern, arena, filled(arena, 'a', BIG), 0, true, &found, &error));
	assert_int_equal(found.length, 1);
	pattern_free(pattern);
	pattern = pattern_compile(TEXT("a.*?b|a"), 0, &error);
	assert_false(pattern_search(pattern, arena, filled(arena, 'a', BIG), 0, true, &found, &error));
	assert_string_equal(error.message, too_long);
	assert_null(found.data);
	pattern_free(pattern);
}

static void test_what_does_not_compile(void **state)
{
	static const char *const sources[] = {
		"(", "[a", "a{3,2}", "\\", "(?<n", "\\C", "(?P<1a>x)", "\xFF", "((((a{1000}){1000}){1000}){1000})"};
	for (size_t i = 0; i < COUNT(sources); i++) {
		struct error error = {0};
		assert_null(pattern_compile(text_of(sources[i]), 0, &error));
		assert_contains(error.message, "the pattern is wrong at character");
	}
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct error error = {0};
	assert_null(pattern_compile(filled(arena, 'a', PATTERN_LENGTH + 1), 0, &error));
	assert_contains(error.message, "longer than");
}

static void test_bytes(void **state)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct error error = {0};
	struct text found;
	struct pattern *pattern = pattern_compile(TEXT("b\0c"), 0, &error);
	assert_true(pattern_search(pattern, arena,
		TEXT("\xFF\xC0"
		     "ab\0cd"),
		0, false, &found, &error));
	assert_int_equal(found.length, 3);
	assert_true(pattern_search(pattern, arena, (struct text){0}, 0, false, &found, &error));
	assert_null(found.data);
	pattern_free(pattern);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bombs_end),
		cmocka_unit_test(test_all_matches_are_bounded),
		cmocka_unit_test(test_what_does_not_compile),
		cmocka_unit_test(test_bytes),
	};
	return cmocka_run_group_tests(tests, 0, 0);
}
