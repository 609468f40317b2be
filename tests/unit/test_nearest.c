#include "eval/base/nearest.h"
#include "tests/unit/unit.h"

static const char *const words[] = {"question", "answer", "context", "id", "max_tokens", "temperature", "Model", "classification"};

static void finds_the_near_word(void **state)
{
	static const struct {
		const char *word, *match;
	} cases[] = {
		{"qestion", "question"},
		{"qeustion", "question"}, /* neighbours swapped */
		{"questionss", "question"},
		{"ANSWER", "answer"},
		{"model", "Model"},
		{"max_token", "max_tokens"},
		{"temprature", "temperature"},
		{"i", "id"},
		{"di", "id"},
		{"zzzz", NULL},
		{"", NULL},
		{"contxxxt", "context"},
		{"coxxxxt", NULL},
		{"temperatxxx", "temperature"},
		{"classificaxxx", NULL}, /* four away, and three is the most however long the word */
		{"classificaxxon", "classification"},
		{"\xff\xfe", NULL},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *match = nearest_match(cases[i].word, words, COUNT(words));
		if (!cases[i].match) {
			if (match)
				fail_msg("%s: got %s", cases[i].word, match);
			continue;
		}
		assert_non_null(match);
		assert_string_equal(match, cases[i].match);
	}
}

static void the_first_of_equals_wins(void **state)
{
	const char *const candidates[] = {"case", "cast", "cash"};
	assert_string_equal(nearest_match("casx", candidates, 3), "case");
	const char *const one_letter[] = {"b"};
	assert_null(nearest_match("a", one_letter, 1));
}

static void long_words_cost_nothing(void **state)
{
	size_t length = 1000000;
	char *word = memory_take(length + 1);
	memset(word, 'x', length);
	const char *const candidates[] = {word, "xx"};
	assert_null(nearest_match(word, candidates, 2));
	assert_null(nearest_match("xxxxxxxx", candidates, 2));
	free(word);
	assert_null(nearest_match("question", NULL, 0));
}

static void hints(void **state)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	assert_string_equal(nearest_hint(arena, "qestion", words, COUNT(words)), ", did you mean `question`?");
	assert_string_equal(nearest_hint(arena, "unrelated", words, COUNT(words)), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_near_word),
		cmocka_unit_test(the_first_of_equals_wins),
		cmocka_unit_test(long_words_cost_nothing),
		cmocka_unit_test(hints),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
