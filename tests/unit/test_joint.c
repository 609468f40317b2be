/* Several comparisons with one base, tested together: against what can be counted by hand, and under a null that is drawn. */
#include "eval/base/random.h"
#include "eval/stats/joint.h"
#include "tests/unit/unit.h"
#include <math.h>

#define ROUNDS 20000

static void cells_of_an_exchange(void **state)
{
	/* the base wrong five times of five, the lever right: one of six answers is right, so 1 in 6 that it is the lever's */
	struct joint_cell win = joint_exchange(0, 5, true, 1);
	assert_close(win.observed, 1, 1e-12);
	assert_close(win.other, -.2, 1e-12);
	assert_close(win.chance, 1. / 6, 1e-12);
	struct joint_cell loss = joint_exchange(5, 5, false, 1);
	assert_close(loss.observed, -1, 1e-12);
	assert_close(loss.other, .2, 1e-12);
	assert_close(loss.chance, 1. / 6, 1e-12);
	/* all alike: nothing can differ */
	assert_close(joint_exchange(5, 5, true, 1).chance, 1, 1e-12);
	assert_close(joint_exchange(0, 5, false, 1).chance, 1, 1e-12);
	/* of mean zero, whatever was seen */
	for (int right = 0; right <= 4; right++)
		for (int lever = 0; lever < 2; lever++) {
			struct joint_cell cell = joint_exchange(right, 4, lever, .4);
			if (cell.chance < 1)
				assert_close(cell.chance * cell.observed + (1 - cell.chance) * cell.other, 0, 1e-12);
		}
	/* with one answer of the base it is the sign flip */
	struct joint_cell one = joint_exchange(0, 1, true, 1), flip = joint_flip(1);
	assert_close(one.observed, flip.observed, 1e-12);
	assert_close(one.other, flip.other, 1e-12);
	assert_close(one.chance, .5, 1e-12);
}

static void counted_by_hand(void **state)
{
	double p[1];
	/* six wins to none: 1 in 64 by signs */
	double differences[6] = {1, 1, 1, 1, 1, 1};
	joint_signflip(differences, 1, 6, ROUNDS, 7, p);
	assert_close(p[0], 1. / 64, .004);
	/* three wins over a base that was wrong five times each: 1 in 216, where signs would say 1 in 8 */
	struct joint_cell cells[3] = {joint_exchange(0, 5, true, 1), joint_exchange(0, 5, true, 1), joint_exchange(0, 5, true, 1)};
	joint_test(cells, 1, 3, 10 * ROUNDS, 7, p);
	assert_close(p[0], 1. / 216, .001);
	/* two of those cases won, the third lost its one chance: P(at least two of three) = 3 * 5/216 + 1/216 */
	cells[2] = joint_exchange(1, 5, false, 1);
	joint_test(cells, 1, 3, 10 * ROUNDS, 7, p);
	assert_close(p[0], 16. / 216, .003);
	/* nothing differs */
	struct joint_cell none[2] = {joint_flip(0), joint_flip(NAN)};
	joint_test(none, 1, 2, ROUNDS, 7, p);
	assert_true(isnan(p[0]));
}

/* Worlds in which no lever does anything: how often the smallest adjusted p of four levers is below .05. */
static void the_family_keeps_its_level(void **state)
{
	enum { WORLDS = 400, CASES = 60, LEVERS = 4, ANSWERS = 5 };
	static struct joint_cell cells[LEVERS * CASES];
	struct random random;
	int wrong = 0;
	random_seed(&random, 11);
	for (int world = 0; world < WORLDS; world++) {
		double p[LEVERS], least = 1;
		for (int c = 0; c < CASES; c++) {
			double rate = c % 3 == 0 ? .05 : c % 3 == 1 ? .95 : .6;
			int right = 0;
			for (int i = 0; i < ANSWERS; i++)
				right += random_unit(&random) < rate;
			for (int h = 0; h < LEVERS; h++)
				cells[h * CASES + c] = joint_exchange(right, ANSWERS, random_unit(&random) < rate, 1);
		}
		joint_test(cells, LEVERS, CASES, 1000, 3, p);
		for (int h = 0; h < LEVERS; h++)
			least = fmin(least, p[h]);
		wrong += least <= .05;
	}
	assert_in_range(wrong, 4, 32); /* 20 expected; five standard deviations are 22 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(cells_of_an_exchange), cmocka_unit_test(counted_by_hand),
		cmocka_unit_test(the_family_keeps_its_level)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
