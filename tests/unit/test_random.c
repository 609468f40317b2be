#include "eval/base/random.h"
#include "tests/unit/unit.h"

/* The published algorithm from the published seed state {1, 2, 3, 4}. */
static void follows_the_published_sequence(void **state)
{
	static const uint64_t expected[] = {11520, 0, 1509978240, 1215971899390074240};
	struct random random = {{1, 2, 3, 4}};
	for (size_t i = 0; i < 4; i++)
		assert_true(random_next(&random) == expected[i]);
}

static void the_same_seed_gives_the_same_numbers(void **state)
{
	struct random a, b, c;
	random_seed(&a, 42);
	random_seed(&b, 42);
	random_seed(&c, 43);
	int same = 0;
	for (int i = 0; i < 100; i++) {
		uint64_t number = random_next(&a);
		assert_true(number == random_next(&b));
		same += number == random_next(&c);
	}
	assert_int_equal(same, 0);
	/* Seed 0 must not give the state of zeros, which never leaves it. */
	random_seed(&a, 0);
	assert_true(random_next(&a) != random_next(&a));
}

static void below_stays_below_and_is_even(void **state)
{
	struct random random;
	random_seed(&random, 7);
	int tallies[6] = {0};
	for (int i = 0; i < 60000; i++)
		tallies[random_below(&random, 6)]++;
	for (int i = 0; i < 6; i++)
		assert_close(tallies[i], 10000, 400);
	for (int i = 0; i < 100; i++)
		assert_true(random_below(&random, 1) == 0);
	/* Remainders of plain 64-bit numbers would put half of these into the lowest third. */
	uint64_t third = UINT64_C(1) << 62;
	int low = 0;
	for (int i = 0; i < 3000; i++) {
		uint64_t number = random_below(&random, 3 * third);
		assert_true(number < 3 * third);
		low += number < third;
	}
	assert_close(low, 1000, 100);
}

static void unit_fills_its_interval(void **state)
{
	struct random random;
	random_seed(&random, 1);
	double sum = 0, least = 1, most = 0;
	for (int i = 0; i < 20000; i++) {
		double value = random_unit(&random);
		assert_true(value >= 0 && value < 1);
		sum += value;
		least = value < least ? value : least;
		most = value > most ? value : most;
	}
	assert_close(sum / 20000, 0.5, 0.01);
	assert_true(least < 0.001 && most > 0.999);
}

static void bytes_are_mixed_well(void **state)
{
	static const char *const parts[] = {
		"", "a", "b", "ab", "ba", "case-1", "case-2", "case-12345678", "case-12345679", "aaaaaaaa", "aaaaaaaaa"};
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		uint64_t number = random_of(1, parts[i], strlen(parts[i]));
		assert_true(number == random_of(1, parts[i], strlen(parts[i])));
		assert_true(number != random_of(2, parts[i], strlen(parts[i])));
		for (size_t j = 0; j < i; j++) {
			uint64_t other = random_of(1, parts[j], strlen(parts[j]));
			int differing = __builtin_popcountll(number ^ other);
			assert_in_range(differing, 12, 52);
		}
	}
	assert_true(random_of(1, "a\0", 2) != random_of(1, "a", 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_the_published_sequence),
		cmocka_unit_test(the_same_seed_gives_the_same_numbers),
		cmocka_unit_test(below_stays_below_and_is_even),
		cmocka_unit_test(unit_fills_its_interval),
		cmocka_unit_test(bytes_are_mixed_well),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
