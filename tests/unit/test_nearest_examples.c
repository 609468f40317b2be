#include "eval/base/buffer.h"
#include "eval/base/random.h"
#include "eval/retrieve/retrieve_private.h"
#include "tests/unit/unit.h"

static const struct text texts[] = {{"How do I cancel my card?", 24}, {"Where is my card", 16}, {"The exchange rate is wrong", 26},
	{"", 0}, {"card card card", 14}, {"Where is my card", 16}};

static void test_order(void **state)
{
	struct example_index *index = example_index_create(texts, COUNT(texts));
	size_t positions[8];
	assert_int_equal(example_index_search(index, TEXT("cancelling cards"), 2, -1, positions), 2);
	assert_int_equal(positions[0], 0);
	assert_int_equal(positions[1], 4);
	assert_int_equal(example_index_search(index, TEXT("where is it?"), 3, -1, positions), 3);
	assert_int_equal(positions[0], 1); /* a tie: the earlier one first */
	assert_int_equal(positions[1], 5);
	assert_int_equal(positions[2], 2);
	example_index_free(index);
}

static void test_skip_and_fill(void **state)
{
	struct example_index *index = example_index_create(texts, COUNT(texts));
	size_t positions[8];
	static const size_t filled[] = {2, 0, 1, 3, 4};
	assert_int_equal(example_index_search(index, TEXT("exchange rate"), 8, 5, positions), 5);
	for (size_t i = 0; i < COUNT(filled); i++)
		assert_int_equal(positions[i], filled[i]);
	assert_int_equal(example_index_search(index, TEXT("exchange rate"), 8, 2, positions), 5);
	assert_int_equal(positions[0], 0);
	assert_int_equal(example_index_search(index, text_make(NULL, 0), 2, -1, positions), 2);
	assert_int_equal(positions[1], 1);
	assert_int_equal(example_index_search(index, TEXT("card"), 0, -1, positions), 0);
	example_index_free(index);
	index = example_index_create(NULL, 0);
	assert_int_equal(example_index_search(index, TEXT("card"), 3, -1, positions), 0);
	example_index_free(index);
	example_index_free(NULL);
}

/* The same word counts for more in the shorter text; a text without it comes last. */
static void test_order_by_length(void **state)
{
	static const struct text pair[] = {{"cat dog mouse horse cow", 23}, {"cat dog", 7}, {"bird", 4}};
	struct example_index *index = example_index_create(pair, 3);
	size_t positions[3];
	assert_int_equal(example_index_search(index, TEXT("cat"), 3, -1, positions), 3);
	assert_int_equal(positions[0], 1);
	assert_int_equal(positions[1], 0);
	assert_int_equal(positions[2], 2);
	example_index_free(index);
}

/* From the examples of the paper (M. F. Porter 1980), one or more a step. */
static void test_stems(void **state)
{
	static const char *const pairs[][2] = {{"caresses", "caress"}, {"ponies", "poni"}, {"cats", "cat"}, {"feed", "feed"},
		{"agreed", "agre"}, {"plastered", "plaster"}, {"bled", "bled"}, {"motoring", "motor"}, {"sing", "sing"},
		{"conflated", "conflat"}, {"troubled", "troubl"}, {"sized", "size"}, {"hopping", "hop"}, {"falling", "fall"},
		{"hissing", "hiss"}, {"failing", "fail"}, {"filing", "file"}, {"happy", "happi"}, {"sky", "sky"},
		{"relational", "relat"}, {"conditional", "condit"}, {"rational", "ration"}, {"digitizer", "digit"},
		{"operator", "oper"}, {"feudalism", "feudal"}, {"decisiveness", "decis"}, {"hopefulness", "hope"},
		{"formaliti", "formal"}, {"sensibiliti", "sensibl"}, {"triplicate", "triplic"}, {"formalize", "formal"},
		{"electrical", "electr"}, {"goodness", "good"}, {"revival", "reviv"}, {"allowance", "allow"},
		{"inference", "infer"}, {"airliner", "airlin"}, {"adjustable", "adjust"}, {"irritant", "irrit"},
		{"replacement", "replac"}, {"adjustment", "adjust"}, {"dependent", "depend"}, {"adoption", "adopt"},
		{"communism", "commun"}, {"activate", "activ"}, {"effective", "effect"}, {"bowdlerize", "bowdler"},
		{"probate", "probat"}, {"rate", "rate"}, {"cease", "ceas"}, {"controll", "control"}, {"roll", "roll"}, {"is", "is"},
		{"a1s", "a1s"}, {"ion", "ion"}, {"ing", "ing"}, {"yyy", "yyi"}};
	for (size_t i = 0; i < COUNT(pairs); i++) {
		char word[32];
		size_t length = strlen(pairs[i][0]);
		memcpy(word, pairs[i][0], length + 1);
		length = word_stem(word, length);
		assert_text(text_make(word, length), pairs[i][1]);
	}
}

static void test_hostile(void **state)
{
	struct random random;
	random_seed(&random, 3);
	struct arena *arena = arena_create();
	struct text *all = arena_take(arena, 300 * sizeof *all);
	for (size_t i = 0; i < 300; i++) {
		size_t length = random_below(&random, 400);
		char *data = arena_take(arena, length + 1);
		for (size_t j = 0; j < length; j++)
			data[j] = (char)random_below(&random, 256);
		all[i] = text_make(data, length);
	}
	struct example_index *index = example_index_create(all, 300);
	size_t positions[300];
	bool seen[300] = {false};
	for (size_t i = 0; i < 300; i++)
		assert_int_equal(example_index_search(index, all[i], 10, (long)i, positions), 10);
	assert_int_equal(example_index_search(index, all[0], 1000, -1, positions), 300);
	for (size_t i = 0; i < 300; i++) {
		assert_false(seen[positions[i]]);
		seen[positions[i]] = true;
	}
	example_index_free(index);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_order), cmocka_unit_test(test_skip_and_fill),
		cmocka_unit_test(test_order_by_length), cmocka_unit_test(test_stems), cmocka_unit_test(test_hostile)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
