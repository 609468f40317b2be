/* Sums that are right and worked out wrongly, and those that are not. */
#include "eval/score/arithmetic.h"
#include "tests/unit/unit.h"

static const struct {
	const char *expected, *answer;
	bool slipped;
} samples[] = {
	{"24", "We compute 48/2 = 25. So 25", true},
	{"24", "half of it: <<48/2=25>>25 #### 25", true},
	{"24", "48/2 = 24, so 25", false},
	{"24", "48/4 = 13", false},
	{"A: 18", "She makes 9 * 2 = $17 every day", true},
	{"1,577", "it is 1,500 + 77 = 1,567", true},
	{"3.3333", "10 / 3 = 3.33", false},
	{"9", "16 - 3 - 4 = 8", true},
	{"14", "2 + 3 * 4 = 20", true},
	{"20", "(2 + 3) × 4 = 24", true},
	{"5", "20% of 25: 25 * 20% = 6", true},
	{"5", "x = 5, y = 6", false},
	{"5", "= = 5 +", false},
	{"6", "1 / 0 = 6", false},
	{"-3", "4 - 7 = -2", true},
	{"-3", "4 - 7 = -3", false},
	{"Bern", "3 + 4 = 8", false},
	{"7", "In 1998. 3 + 4 = 8", true},
};

static void test_slips(void **state)
{
	for (size_t i = 0; i < COUNT(samples); i++) {
		CLEANUP(arena_release) struct arena *arena = arena_create();
		JSON_OWNED *expected = json_pack("[s]", samples[i].expected);
		if (sum_slipped(arena, text_of(samples[i].answer), expected) != samples[i].slipped)
			fail_msg("`%s` for `%s`", samples[i].answer, samples[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_slips)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
