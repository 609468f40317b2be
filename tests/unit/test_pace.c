/* The pace with a clock of its own: it grows, holds, halves, pauses. */
#include "eval/run/pace.h"
#include "tests/unit/unit.h"

/* A server with `slots`: beyond them calls queue, so that latency grows and throughput does not. */
static double serve(struct pace *pace, int slots, int rounds, int64_t *now)
{
	double served = 0;
	for (int round = 0; round < rounds; round++) {
		int flight = (int)pace->level, width = flight < slots ? flight : slots;
		for (int i = 0; i < flight; i++) {
			*now += 100000 / width;
			struct reply reply = {.class = CALL_OK, .status = 200, .latency = 100000 * ((flight + slots - 1) / slots)};
			pace_answered(pace, &reply, flight, *now);
			served++;
		}
	}
	return served;
}

static void test_grows_to_the_cap(void **state)
{
	struct pace pace;
	int64_t now = 1000000;
	pace_begin(&pace, 64, false);
	assert_int_equal((int)pace.level, 8);
	serve(&pace, 1000, 6, &now);
	assert_int_equal((int)pace.level, 64);
	assert_null(pace_words(&pace, NULL));
}

static void test_starts_where_a_person_said(void **state)
{
	struct pace pace;
	pace_begin(&pace, 64, true);
	assert_int_equal((int)pace.level, 16); /* how large answers are is not known yet */
	pace_begin(&pace, 3, false);
	assert_int_equal((int)pace.level, 3);
}

/* The first answers lead to what was asked for, also where fewer and fewer of them are left under way; where nothing was asked for
 * half of the level has to be used. */
static void test_first_answers_lead_to_what_was_asked_for(void **state)
{
	for (int asked = 0; asked < 2; asked++) {
		struct pace pace;
		pace_begin(&pace, 256, asked);
		for (int left = 16; left > 0; left--) {
			struct reply reply = {.class = CALL_OK, .status = 200, .latency = 50000, .raw = {"", 100}};
			pace_answered(&pace, &reply, left, 1000000 + left);
		}
		if (asked)
			assert_int_equal((int)pace.level, 256);
		else
			assert_true(pace.level < 32);
	}
}

static void test_holds_where_more_is_not_faster(void **state)
{
	struct pace pace;
	int64_t now = 1000000;
	pace_begin(&pace, 256, false);
	serve(&pace, 8, 40, &now);
	assert_true(pace.level < 64);
	assert_true(pace.level >= 8);
}

/* Four at a time: what waits at the server beyond them is only slower. A person's level is a cap too, taken at its word up to 16. */
static void test_goes_down_to_what_is_as_fast(void **state)
{
	struct pace pace;
	int64_t now = 1000000;
	pace_begin(&pace, 256, false);
	serve(&pace, 4, 60, &now);
	assert_true(pace.level >= 4 && pace.level <= 6);
	assert_int_equal(pace.cuts, 0);
	for (int i = 0; i < 20; i++) { /* tried again from time to time, and gone back */
		serve(&pace, 4, 20, &now);
		assert_true(pace.level >= 3 && pace.level <= 18);
	}
	serve(&pace, 1000, 400, &now); /* the server has grown */
	assert_true(pace.level > 16);
	for (int cap = 8; cap <= 128; cap *= 16) {
		pace_begin(&pace, cap, true);
		serve(&pace, 4, 100, &now);
		assert_true(cap <= 16 ? (int)pace.level == cap : pace.level >= 16 && pace.level <= 36);
		serve(&pace, 1000, 400, &now);
		assert_int_equal((int)pace.level, cap);
	}
	for (int cap = 20; cap <= 32; cap += 4) { /* every latency seen is one of queueing, from the first answer on */
		pace_begin(&pace, cap, true);
		serve(&pace, 4, 100, &now);
		assert_in_range((int)pace.level, 16, 18);
		pace_begin(&pace, cap, true);
		serve(&pace, 1000, 100, &now);
		assert_int_equal((int)pace.level, cap);
	}
}

static void test_halves_and_recovers(void **state)
{
	struct pace pace;
	int64_t now = 1000000;
	struct reply limit = {.class = CALL_RATE_LIMIT, .status = 429, .retry_after = 500000};
	pace_begin(&pace, 32, true);
	serve(&pace, 1000, 3, &now);
	pace_answered(&pace, &limit, 32, now);
	assert_int_equal((int)pace.level, 16);
	pace_answered(&pace, &limit, 31, now + 1); /* the same storm: once is enough */
	assert_int_equal((int)pace.level, 16);
	assert_false(pace_open(&pace, 0, now + 400000));
	assert_true(pace_wait(&pace, now + 400000) > 0);
	assert_true(pace_open(&pace, 0, now + 500002));
	assert_false(pace_open(&pace, 16, now + 500002));
	now += 1000000;
	for (int i = 0; i < 60; i++) /* a rate that never was better lets it rise slowly */
		serve(&pace, 1000, 1, &now);
	assert_true(pace.level > 20 && pace.level <= 32);
	for (int i = 0; i < 40; i++)
		pace_answered(&pace, &limit, 5, now += 10000000);
	assert_int_equal((int)pace.level, 1); /* never less */
	struct arena *arena = arena_create();
	assert_contains(pace_words(&pace, arena), "rate-limit");
	arena_free(arena);
}

static void test_pause_of_a_used_up_limit(void **state)
{
	struct pace pace;
	struct reply last = {.class = CALL_OK, .status = 200, .latency = 1000, .pause = 2000000};
	pace_begin(&pace, 8, true);
	pace_answered(&pace, &last, 8, 1000000);
	assert_false(pace_open(&pace, 0, 2000000));
	assert_true(pace_open(&pace, 0, 3000000));
	assert_int_equal(pace.cuts, 0);
	assert_int_equal(pace.pauses, 1);
}

/* Too long to wait for: closed for good, whoever said it. */
static void test_a_pause_beyond_the_limit_closes(void **state)
{
	struct reply said[] = {{.class = CALL_RATE_LIMIT, .status = 429, .retry_after = 3600 * INT64_C(1000000)},
		{.class = CALL_OK, .status = 200, .latency = 1000, .pause = 6 * 3600 * INT64_C(1000000)},
		{.class = CALL_SERVER, .status = 503, .retry_after = 3600 * INT64_C(1000000)}};
	for (size_t i = 0; i < COUNT(said); i++) {
		struct pace pace;
		pace_begin(&pace, 8, true);
		pace_answered(&pace, &said[i], 8, 1000000);
		assert_true(pace.closed_until > 1000000);
		assert_false(pace_open(&pace, 0, 2000000));
		assert_int_equal(pace_wait(&pace, 2000000), 0);
	}
}

/* Answers of a megabyte: few at a time, whatever was asked for. */
static void test_bytes_in_flight(void **state)
{
	struct pace pace;
	struct reply large = {.class = CALL_OK, .status = 200, .latency = 1000, .raw = {"", 1000000}};
	pace_begin(&pace, 64, true);
	pace_answered(&pace, &large, 16, 1000000);
	assert_true(pace_open(&pace, 5, 1000001));
	assert_false(pace_open(&pace, 6, 1000001));
	for (int i = 0; i < 300; i++) {
		struct reply small = {.class = CALL_OK, .status = 200, .latency = 1000, .raw = {"", 100}};
		pace_answered(&pace, &small, 6, 1000002 + i);
	}
	assert_true(pace_open(&pace, 12, 2000000)); /* and more again where they are small */
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_grows_to_the_cap),
		cmocka_unit_test(test_starts_where_a_person_said), cmocka_unit_test(test_first_answers_lead_to_what_was_asked_for),
		cmocka_unit_test(test_holds_where_more_is_not_faster),
		cmocka_unit_test(test_goes_down_to_what_is_as_fast), cmocka_unit_test(test_halves_and_recovers),
		cmocka_unit_test(test_pause_of_a_used_up_limit),
		cmocka_unit_test(test_a_pause_beyond_the_limit_closes), cmocka_unit_test(test_bytes_in_flight)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
