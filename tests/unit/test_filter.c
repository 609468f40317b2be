#include "eval/base/buffer.h"
#include "eval/base/filter.h"
#include "tests/unit/unit.h"

static struct arena *arena;
static struct error error;

static int prepare(void **state)
{
	arena = arena_create();
	error = (struct error){0};
	return 0;
}

static int clean(void **state)
{
	arena_free(arena);
	return 0;
}

static const struct {
	const char *text, *key, *value;
	bool negated;
	enum filter_operator operator;
	double number;
} terms[] = {
	{"refund", "word", "refund"},
	{"  refund  ", "word", "refund"},
	{"-refund", "word", "refund", true},
	{"\"two words\"", "word", "two words"},
	{"-\"two words\"", "word", "two words", true},
	{"\"a \\\"b\\\" \\\\ \\n\"", "word", "a \"b\" \\ \\n"},
	{"-", "word", "-"},
	{"10:30", "word", "10:30"},
	{"a.b", "word", "a.b"},
	{"überweisung", "word", "überweisung"},
	{"tag:math", "tag", "math"},
	{"-tag:easy", "tag", "easy", true},
	{"tag:\"two words\"", "tag", "two words"},
	{"id:kb-*", "id", "kb-*"},
	{"id:a:b", "id", "a:b"},
	{"cluster:x", "cluster", "x"},
	{"variant:rag", "variant", "rag"},
	{"verdict:fail", "verdict", "fail"},
	{"class:timeout", "class", "timeout"},
	{"label:F9", "label", "F9"},
	{"score<0.5", "score", "0.5", false, FILTER_LESS, 0.5},
	{"score<=0.5", "score", "0.5", false, FILTER_AT_MOST, 0.5},
	{"-score>1e-1", "score", "1e-1", true, FILTER_MORE, 0.1},
	{"score>=\"0.5\"", "score", "0.5", false, FILTER_AT_LEAST, 0.5},
	{"latency>2s", "latency", "2s", false, FILTER_MORE, 2},
	{"latency<=300ms", "latency", "300ms", false, FILTER_AT_MOST, 0.3},
	{"latency>2", "latency", "2", false, FILTER_MORE, 2},
	{"cost>0.01", "cost", "0.01", false, FILTER_MORE, 0.01},
	{"cost>$0.01", "cost", "$0.01", false, FILTER_MORE, 0.01},
	{"/a b/", "regex", "a b"},
	{"-/a\\/b\\d/i", "regex", "(?i)a/b\\d", true},
};

static void reads_terms(void **state)
{
	for (size_t i = 0; i < COUNT(terms); i++) {
		struct filter *filter = filter_parse(arena, terms[i].text, &error);
		if (!filter)
			fail_msg("`%s`: %s", terms[i].text, error.message);
		assert_int_equal(filter->count, 1);
		const struct filter_term *term = &filter->terms[0];
		if (strcmp(term->key->name, terms[i].key) != 0 || strcmp(term->value, terms[i].value) != 0)
			fail_msg("`%s` gave %s `%s`", terms[i].text, term->key->name, term->value);
		assert_int_equal(term->negated, terms[i].negated);
		assert_close(term->number, terms[i].number, 1e-12);
		if (term->key->numeric)
			assert_int_equal(term->operator, terms[i].operator);
		assert_null(term->member);
	}
	struct filter *filter = filter_parse(arena, "score.exact-match<0.5 x  tag:y", &error);
	assert_int_equal(filter->count, 3);
	assert_string_equal(filter->terms[0].member, "exact-match");
	assert_int_equal(filter_parse(arena, "", &error)->count, 0);
	assert_int_equal(filter_parse(arena, NULL, &error)->count, 0);
}

static const struct {
	const char *text;
	long column;
	const char *message;
} mistakes[] = {
	{"tags:math", 1, "unknown key `tags`, did you mean `tag`?"},
	{"x http://y", 3, "unknown key `http`; put quotes"},
	{"tag:", 5, "expected a value after `tag:`"},
	{"tag:\"\"", 5, "expected a value"},
	{"tag<5", 4, "`tag` takes a value"},
	{"score:0.5", 6, "compared with <, <=, > or >="},
	{"é score<x", 9, "expected a number after `score<`, found `x`"},
	{"score<", 7, "expected a number"},
	{"score<0x1", 7, "expected a number"},
	{"score<nan", 7, "expected a number"},
	{"score<1e999", 7, "expected a number"},
	{"latency>fast", 9, "expected a duration"},
	{"tag.x:y", 4, "only `score` has members"},
	{"score.<1", 6, "only `score` has members"},
	{"\"open", 1, "never closed"},
	{"tag:\"open", 5, "never closed"},
	{"\"a\"b", 4, "expected a space"},
	{"\"\"", 1, "expected a word"},
	{"/open", 1, "never closed"},
	{"//", 1, "empty"},
	{"/a/x", 4, "expected a space"},
	{"x /(/", 3, "not a regular expression"},
	{"/[z-a]/", 1, "not a regular expression"},
};

static void explains_mistakes(void **state)
{
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		assert_null(filter_parse(arena, mistakes[i].text, &error));
		assert_int_equal(error.kind, ERROR_USAGE);
		if (error.column != mistakes[i].column || !strstr(error.message, mistakes[i].message))
			fail_msg("`%s` says %ld: %s", mistakes[i].text, error.column, error.message);
	}
}

static const char *const tags[] = {"math", "Very Hard"};
static const struct filter_case subject = {"kb-0042", tags, 2, "billing", {"What is the Refund policy?\nStraße 5\n\xff$", 38}};

static const struct {
	const char *text;
	bool matches;
} matches[] = {
	{"", true},
	{"refund", true},
	{"REFUND policy", true},
	{"\"refund policy\"", true},
	{"\"policy refund\"", false},
	{"strasse", true},
	{"re*pol", true},
	{"re?und", true},
	{"re?und?x", false},
	{"absent", false},
	{"-absent", true},
	{"-refund", false},
	{"tag:math", true},
	{"tag:MATH", true},
	{"tag:mat", false},
	{"tag:m*", true},
	{"tag:\"very hard\"", true},
	{"-tag:math", false},
	{"-tag:other", true},
	{"id:kb-*", true},
	{"id:kb-00?2", true},
	{"id:kb", false},
	{"cluster:billing", true},
	{"cluster:b*x", false},
	{"tag:math id:zz*", false},
	{"/Refund/", true},
	{"/refund/", false},
	{"/refund/i", true},
	{"/^Stra.e \\d$/", false},
	{"/(?m)^Stra.e \\d$/", true},
	{"-/x{3}/", true},
	{"verdict:fail", true}, /* not of the case: ignored */
	{"-score<0.5", true},
};

static void matches_cases(void **state)
{
	for (size_t i = 0; i < COUNT(matches); i++) {
		struct filter *filter = filter_parse(arena, matches[i].text, &error);
		assert_non_null(filter);
		if (filter_matches_case(filter, &subject) != matches[i].matches)
			fail_msg("`%s` should%s match", matches[i].text, matches[i].matches ? "" : " not");
	}
	const struct filter_case bare = {0};
	assert_false(filter_matches_case(filter_parse(arena, "x", &error), &bare));
	assert_false(filter_matches_case(filter_parse(arena, "/x/", &error), &bare));
	assert_false(filter_matches_case(filter_parse(arena, "id:*", &error), &bare));
	assert_true(filter_matches_case(filter_parse(arena, "-cluster:*", &error), &bare));
	assert_true(filter_matches_case(NULL, &bare));
}

static void knows_what_needs_an_attempt(void **state)
{
	assert_false(filter_needs_attempt(filter_parse(arena, "a tag:b id:c cluster:d /e/", &error)));
	assert_true(filter_needs_attempt(filter_parse(arena, "a score<1", &error)));
	assert_true(filter_needs_attempt(filter_parse(arena, "-label:F1", &error)));
	assert_false(filter_needs_attempt(NULL));
}

static const struct {
	const char *pattern, *text;
	bool matches;
} wildcards[] = {
	{"", "", true},
	{"", "a", false},
	{"*", "", true},
	{"**", "abc", true},
	{"?", "", false},
	{"a*c", "abbbc", true},
	{"a*c", "abbb", false},
	{"A*C", "abc", true},
	{"*b*", "abc", true},
	{"*bc", "abcbc", true},
	{"a?c",
		"a\xc3\xa9"
		"c",
		true},
	{"a??c",
		"a\xc3\xa9"
		"c",
		false},
	{"?", "\xff", true},
	{"*\xc3\xa9", "caf\xc3\xa9", true},
};

static void wildcards_match(void **state)
{
	for (size_t i = 0; i < COUNT(wildcards); i++)
		if (wildcard_match(wildcards[i].pattern, wildcards[i].text) != wildcards[i].matches)
			fail_msg("`%s` on `%s`", wildcards[i].pattern, wildcards[i].text);
}

static void hostile_input_ends(void **state)
{
	char *text = memory_take(200001), *pattern = memory_take(2001);
	memset(text, 'a', 200000);
	for (size_t i = 0; i < 2000; i += 2)
		memcpy(pattern + i, "*a", 2);
	pattern[1999] = 'b';
	assert_false(wildcard_match(pattern, text));
	const struct filter_case flood = {.id = text, .words = {text, 30000}};
	assert_false(filter_matches_case(filter_parse(arena, "/(a+)+$b/", &error), &flood));
	assert_false(filter_matches_case(filter_parse(arena, "/(a*)*b/", &error), &flood));
	assert_null(filter_parse(arena, text, &error));
	assert_contains(error.message, "4096 bytes");
	memset(pattern, '(', 1999);
	pattern[0] = '/';
	pattern[1999] = '/';
	assert_null(filter_parse(arena, pattern, &error));
	for (size_t i = 0; i < 2000; i += 2)
		memcpy(pattern + i, "a ", 2);
	assert_null(filter_parse(arena, pattern, &error));
	assert_contains(error.message, "64 terms");
	assert_int_equal(filter_parse(arena, "\xff\xfe \xe2\x80\xae", &error)->count, 2);
	free(text);
	free(pattern);
}

static void short_filters_end(void **state)
{
	static const char alphabet[] = "a-:<=/\"\\ .*s";
	for (size_t i = 0; i < 12 * 12 * 12 * 12 * 12; i += 3) {
		CLEANUP(arena_release) struct arena *own = arena_create();
		char text[6] = "";
		for (size_t j = 0, number = i; j < 5; j++, number /= 12)
			text[j] = alphabet[number % 12];
		struct error reason = {0};
		struct filter *filter = filter_parse(own, text, &reason);
		assert_true((filter != NULL) == (reason.kind == ERROR_NONE));
		if (filter)
			filter_matches_case(filter, &subject);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, prepare, clean)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_terms),
		TEST(explains_mistakes),
		TEST(matches_cases),
		TEST(knows_what_needs_an_attempt),
		TEST(wildcards_match),
		TEST(hostile_input_ends),
		TEST(short_filters_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
