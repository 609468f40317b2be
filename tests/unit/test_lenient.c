/* What counts as the right answer in another form, and what is another answer. */
#include "eval/score/lenient.h"
#include "tests/unit/unit.h"

struct sample {
	const char *expected, *output;
	bool right;
};

static const struct sample samples[] = {
	{"A", "**A**", true},
	{"A", "The answer is A.", true},
	{"A", "{\"answer\": \"A\"}", true},
	{"A", "(a)", true},
	{"A", "B", false},
	{"A", "the", false},
	{"B", "The answer is B.", true},
	{"the A team", "A team", true},
	{"870", "8.70", false},
	{"8.70", "$8.70", true},
	{"5", "-5", false},
	{"-5", "**-5**", true},
	{"1577", "1,577", true},
	{"R7", "T7", false},
	{"R7", "7", false},
	{"R7", "`R7`", true},
	{"3-4 weeks", "34 weeks", false},
	{"3-4 weeks", "**3-4 weeks**", true},
	{"1.5 m", "15 m", false},
	{"version 3.1", "Version 3.1.", true},
	{"New-York", "new york", false},
	{"well-known", "wellknown", true},
	{"T7", "The tariff is T7, as listed.", true},
	{"T7", "Your tariff is T7 (see the list)", true},
	{"44", "It is 44.", true},
	{"1577", "There were 1,577, as counted.", true},
	{"3.1", "The version is 3.1.", true},
	{"3", "The version is 3.1.", false},
	{"T7", "The tariff is not T7, as listed.", false},
	{"44", "The answer is not 44", false},
	{"T7", "The tariff is T8, which was T7, as listed.", false},
	{"T7", "The tariff is T7 or T8.", false},
	{"T7", "The tariff is T7. It may be T8.", false},
	{"refund", "This isn't a refund.", false},
	{"refund", "This is about a refund.", false},
};

static void test_right(void **state)
{
	for (size_t i = 0; i < COUNT(samples); i++) {
		CLEANUP(arena_release) struct arena *arena = arena_create();
		JSON_OWNED *expected = json_pack("[s]", samples[i].expected);
		if (lenient_right(arena, text_of(samples[i].output), expected) != samples[i].right)
			fail_msg("`%s` for `%s`", samples[i].output, samples[i].expected);
	}
}

static void test_form(void **state)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	assert_text(lenient_form(arena, TEXT(" (A) ")), "a");
	assert_text(lenient_form(arena, TEXT("A")), "a");
	assert_text(lenient_form(arena, TEXT("The cat.")), "cat");
	assert_text(lenient_form(arena, TEXT("?")), "?");
	assert_text(lenient_form(arena, TEXT(" ")), "");
	assert_false(text_equal(lenient_form(arena, TEXT("1.5")), lenient_form(arena, TEXT("15"))));
	assert_true(text_equal(lenient_form(arena, TEXT("v1.5!")), lenient_form(arena, TEXT("V1.5"))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_right),
		cmocka_unit_test(test_form),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
