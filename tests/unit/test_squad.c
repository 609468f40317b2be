/* SQuAD's exact match and F1 against values of evaluate-v2.0.py. */
#include "eval/score/squad.h"
#include "tests/unit/unit.h"

static const struct {
	const char *gold, *answer;
	double exact, f1;
} vectors[] = {
	{"The Eiffel Tower", "eiffel tower!", 1, 1},
	{"a-b", "ab", 1, 1},
	{"1,577", "1577", 1, 1},
	{"$8.70", "870", 1, 1},
	{"“quoted”", "quoted", 0, 0},
	{"the", "a", 1, 1},
	{"", "", 1, 1},
	{"", "no answer", 0, 0},
	{"Denver Broncos", "The Denver Broncos won", 0, 0.8},
	{"café", "cafe", 0, 0},
	{"New-York", "New York", 0, 0},
};

static void test_vectors(void **state)
{
	for (size_t i = 0; i < COUNT(vectors); i++) {
		CLEANUP(arena_release) struct arena *arena = arena_create();
		struct text gold = text_of(vectors[i].gold), answer = text_of(vectors[i].answer), best;
		assert_close(squad_best_exact(arena, &gold, 1, answer, &best), vectors[i].exact, 0);
		assert_close(squad_best_f1(arena, &gold, 1, answer, &best), vectors[i].f1, 1e-12);
	}
}

/* Expected values are those of Python's lower, re and split. */
static const struct {
	const char *source, *normal;
} normals[] = {
	{"  The  cat,\tsat\non a mat ", "cat sat on mat"},
	{"THE THE the", ""},
	{"theatre anthem data", "theatre anthem data"},
	{"a.n.", ""},
	{"an_apple", "anapple"},
	{"l'an", "lan"},
	{"“the” x", "“ ” x"},
	{"a\xC2\xA0z", "z"},
	{"ÀÉ ΟΔΟΣ", "àé οδος"},
	{"ΟΔΟΣ. Σ ΑΣ'Β Σα ΑΣ\xCC\x88", "οδος σ ασβ σα ας\xCC\x88"},
	{"İ", "i\xCC\x87"},
	{"a\xCC\x81", "\xCC\x81"},
	{"the中", "the中"},
	{"\x1C"
	 "b\x1F",
		"b"},
};

static void test_normal_form(void **state)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	for (size_t i = 0; i < COUNT(normals); i++)
		assert_text(squad_normal(arena, text_of(normals[i].source)), normals[i].normal);
}

static void test_best_of_golds(void **state)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	const struct text golds[] = {TEXT("!!"), TEXT("red car"), TEXT("blue car")};
	struct text best;
	assert_close(squad_best_f1(arena, golds, 3, TEXT("the blue"), &best), 2.0 / 3, 1e-12);
	assert_text(best, "blue car");
	assert_close(squad_best_exact(arena, golds, 3, TEXT(""), &best), 0, 0);	 /* golds that normalise to nothing are dropped */
	assert_close(squad_best_exact(arena, golds, 1, TEXT("a"), &best), 1, 0); /* unless there are no others */
	assert_close(squad_best_f1(arena, golds, 3, TEXT("car car car"), &best), 0.4, 1e-12); /* repeated words count once */
}

static void test_hostile(void **state)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	size_t length = 1 << 20;
	char *big = arena_take(arena, length);
	for (size_t i = 0; i < length; i++)
		big[i] = i % 3 ? 'x' : i % 2 ? ' ' : '\xFF';
	struct text gold = text_make(big, length), best;
	assert_close(squad_best_f1(arena, &gold, 1, gold, &best), 1, 1e-12);
	assert_close(squad_f1(arena, TEXT("a\0b"), TEXT("a\0b")), 1, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_normal_form),
		cmocka_unit_test(test_best_of_golds),
		cmocka_unit_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, 0, 0);
}
