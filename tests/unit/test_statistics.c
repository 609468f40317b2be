/* Power, sequential tests, agreement, corrections: every number of the reference vectors, and degenerate input. */
#include "eval/base/memory.h"
#include "eval/base/random.h"
#include "eval/stats/agreement.h"
#include "eval/stats/correction.h"
#include "eval/stats/cost.h"
#include "eval/stats/power.h"
#include "eval/stats/sequential.h"

#include "tests/unit/unit.h"

static void test_power(void **state)
{
	static const struct {
		double delta, omega2, cases;
	} miller[] = {{.03, 1. / 9, 968.9974980677883}, {.05, .1975, 620.0614990135776}};
	for (size_t i = 0; i < COUNT(miller); i++) {
		struct paired_design design = {miller[i].omega2, 0, 0, 1, 1, .05, .8};
		assert_close(power_cases(&design, miller[i].delta), miller[i].cases, 1e-6);
	}
	struct paired_design once = {1. / 9, 1. / 6, 1. / 6, 1, 1, .05, .8}, ten = {1. / 9, 1. / 6, 1. / 6, 10, 10, .05, .8};
	assert_close(minimum_difference(&once, 198), .13273332787399417, 1e-9);
	assert_close(minimum_difference(&ten, 198), .07566963926677729, 1e-9);
	static const double connor[][3] = {{.2, .05, 625.5473178337214}, {.1, .05, 311.58687517566733}, {.2, .1, 154.59856956021096},
		{.3, .1, 233.09453820467377}, {.1, .03, 869.7361463761332}};
	for (size_t i = 0; i < COUNT(connor); i++) {
		assert_close(power_mcnemar(connor[i][0], connor[i][1], .05, .8), connor[i][2], 1e-6);
		assert_close(minimum_mcnemar(connor[i][0], connor[i][2], .05, .8), connor[i][1], 1e-9);
	}
	assert_true(isnan(power_mcnemar(.1, .2, .05, .8)));	 /* no gain beyond what changes */
	assert_true(isnan(power_mcnemar(.1, 0, .05, .8)));
	assert_true(isnan(minimum_mcnemar(.1, 10, .05, .8))); /* ten cases show nothing here */
	assert_true(isnan(power_cases(&once, 0)) && isnan(minimum_difference(&once, 0)));
}

static void test_pass_at_k(void **state)
{
	static const struct {
		long long n, c, k;
		double at, hat;
	} rows[] = {{10, 3, 1, .3, .3}, {10, 3, 5, 11. / 12, 0}, {10, 0, 5, 0, 0}, {10, 8, 5, 1, 2. / 9}, {200, 1, 100, .5, 0},
		{5, 5, 5, 1, 1}, {4, 2, 2, 5. / 6, 1. / 6}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_close(pass_at_k(rows[i].n, rows[i].c, rows[i].k), rows[i].at, 1e-9);
		assert_close(pass_hat_k(rows[i].n, rows[i].c, rows[i].k), rows[i].hat, 1e-9);
	}
	assert_true(isnan(pass_at_k(4, 2, 5)) && isnan(pass_hat_k(4, 5, 2)) && isnan(pass_at_k(4, 2, 0)));
	assert_close(majority_rate(.6, 3), .648, 1e-9); /* 3 * .36 * .4 + .216 */
	assert_close(majority_rate(.5, 5), .5, 1e-9);
	assert_true(isnan(majority_rate(.5, 4)) && isnan(majority_rate(1.5, 3)));
}

static void test_evalue(void **state)
{
	static const struct {
		long long wins, losses;
		double e;
	} rows[] = {{0, 0, 1}, {5, 0, 16. / 3}, {7, 0, 16}, {8, 0, 256. / 9}, {9, 1, 9.30909090909088}, {10, 0, 93.0909090909089},
		{22, 7, 11.46586774988562}, {12, 8, .39638160257355215}};
	double looks[COUNT(rows)];
	for (size_t i = 0; i < COUNT(rows); i++) {
		looks[i] = evalue_mcnemar(rows[i].wins, rows[i].losses);
		assert_close(looks[i], rows[i].e, 1e-9 * rows[i].e);
	}
	assert_close(anytime_p(looks, 4), 9. / 256, 1e-9);
	assert_true(anytime_p(looks, 0) == 1 && isnan(evalue_mcnemar(-1, 0)));
}

static void test_sequential(void **state)
{
	struct sprt sprt = sprt_of(.5, .7, .05, .2);
	assert_close(sprt.accept, 2.772588722239781, 1e-12);
	assert_close(sprt.reject, -1.5581446180465497, 1e-12);
	assert_close(sprt.win, .3364722366212129, 1e-12);
	assert_close(sprt.loss, -.5108256237659907, 1e-12);
	assert_true(8 * sprt.win < sprt.accept && 9 * sprt.win > sprt.accept); /* nine straight wins, four straight losses */
	assert_true(3 * sprt.loss > sprt.reject && 4 * sprt.loss < sprt.reject);
	static const double rows[][6] = {{100, .1, .2, .01, 3.278721627526389, .1366738367033226},
		{200, .1, .2, .01, 28.403344691362925, .09606401928868574}, {400, .05, .2, .01, 2.36006972263534, .06887592588877836},
		{100, 0, .2, .01, .408248290463863, .1366738367033226}, {1000, .05, .2, .01, 64.17015094518747, .044992790496765044}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_close(msprt_ratio(rows[i][0], rows[i][1], rows[i][2], rows[i][3]), rows[i][4], 1e-8);
		assert_close(msprt_half_width(rows[i][0], rows[i][2], rows[i][3], .05), rows[i][5], 1e-9);
	}
	assert_true(isnan(msprt_ratio(0, 0, .2, .01)) && isnan(msprt_half_width(10, 0, .01, .05)));
}

static void test_kappa(void **state)
{
	static const long long a[] = {20, 5, 10, 15}, b[] = {45, 15, 25, 15}, c[] = {50, 0, 0, 50}, d[] = {100, 0, 0, 0},
			       e[] = {118, 5, 2, 0}, f[] = {0, 5, 5, 0}, g[] = {10, 2, 1, 1, 12, 3, 0, 2, 9}, none[] = {0, 0, 0, 0};
	assert_close(cohen_kappa(a, 2).kappa, .4, 1e-12);
	assert_close(cohen_kappa(b, 2).kappa, 3. / 23, 1e-12);
	assert_close(cohen_kappa(c, 2).kappa, 1, 1e-12);
	assert_true(isnan(cohen_kappa(d, 2).kappa) && cohen_kappa(d, 2).observed == 1); /* all of one class: agreed, kappa undefined */
	assert_close(cohen_kappa(e, 2).kappa, -4. / 171, 1e-12);
	assert_close(cohen_kappa(e, 2).observed, .944, 1e-12);
	assert_close(class_agreement(e, 2, 1), 0, 1e-12);
	assert_close(cohen_kappa(f, 2).kappa, -1, 1e-12);
	assert_close(cohen_kappa(g, 3).kappa, 349. / 529, 1e-12);
	assert_true(isnan(cohen_kappa(none, 2).kappa) && isnan(class_agreement(none, 2, 0)));
}

static void test_krippendorff(void **state)
{
	static const double n = NAN;
	const double data[] = {1, 2, 3, 3, 2, 1, 4, 1, 2, n, n, n, 1, 2, 3, 3, 2, 2, 4, 1, 2, 5, n, 3, n, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, n, 1, 2,
		3, 3, 2, 4, 4, 1, 2, 5, 1, n};
	assert_close(krippendorff_alpha(data, 4, 12, LEVEL_NOMINAL), 113. / 152, 1e-12);
	assert_close(krippendorff_alpha(data, 4, 12, LEVEL_ORDINAL), 108577. / 133160, 1e-12);
	assert_close(krippendorff_alpha(data, 4, 12, LEVEL_INTERVAL), 951. / 1120, 1e-12);
	assert_close(krippendorff_alpha(data, 4, 12, LEVEL_RATIO), 18222619. / 22852465, 1e-12);
	const double binary[] = {0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0}, constant[] = {1, 1, 1, 1}, alone[] = {1, n, n, 2};
	assert_close(krippendorff_alpha(binary, 2, 10, LEVEL_NOMINAL), .09523809523809523, 1e-12);
	assert_true(isnan(krippendorff_alpha(constant, 2, 2, LEVEL_NOMINAL)));
	assert_true(isnan(krippendorff_alpha(alone, 2, 2, LEVEL_NOMINAL))); /* no item was rated twice */
}

static void test_rogan_gladen(void **state)
{
	assert_close(rogan_gladen(.7, .9, .8, 0, 0, 0).value, .7142857142857141, 1e-12);
	assert_close(rogan_gladen(.5, .9, .9, 0, 0, 0).value, .5, 1e-12);
	struct estimate low = rogan_gladen(.1, .8, .85, 0, 0, 0), high = rogan_gladen(.95, .9, .9, 0, 0, 0);
	assert_true(low.value == 0 && low.clamped && high.value == 1 && high.clamped);
	assert_true(isnan(rogan_gladen(.6, .5, .5, 0, 0, 0).value));
	assert_close(rogan_gladen(.7, .9, .8, 1000, 60, 40).error, .05154424955938892, 1e-12);
	assert_true(isnan(rogan_gladen(.7, .9, .8, 1000, 0, 40).error));
}

static void test_ppi(void **state)
{
	static const double unlabelled[] = {1, 1, 1, 0, 1, 0, 1, 1, 0, 1}, y[] = {1, 0, 1, 1, 0}, f[] = {1, 1, 1, 1, 0};
	double used = NAN;
	struct estimate plain = ppi_mean(unlabelled, 10, y, f, 5, 1, NULL), people = ppi_mean(unlabelled, 10, y, f, 5, 0, NULL),
			tuned = ppi_mean(unlabelled, 10, y, f, 5, NAN, &used);
	assert_close(plain.value, .5, 1e-12);
	assert_close(plain.error, .2516611478423583, 1e-12);
	assert_close(people.value, .6, 1e-12);
	assert_close(people.error, .24494897427831783, 1e-12);
	assert_close(used, .47727272727272724, 1e-12);
	assert_close(tuned.value, .5522727272727272, 1e-12);
	assert_close(tuned.error, .21398665672466202, 1e-12);
	assert_true(isnan(ppi_mean(unlabelled, 10, y, f, 1, 1, NULL).value));
}

static void test_shrink(void **state)
{
	/* Efron and Morris 1977, "Stein's paradox in statistics", Scientific American 236: hits of 18 batters in 45 times at bat. Grand average
	 * .265, shrinking factor .212; Clemente's .400 comes to .294, Alvis' .156 to .242. */
	static const int hits[] = {18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7};
	double rates[COUNT(hits)], squares = 0;
	for (size_t i = 0; i < COUNT(hits); i++)
		rates[i] = hits[i] / 45.;
	double grand = mean_of(rates, COUNT(hits)), error = sqrt(grand * (1 - grand) / 45);
	for (size_t i = 0; i < COUNT(hits); i++)
		squares += (rates[i] - grand) * (rates[i] - grand);
	double between = squares / (COUNT(hits) - 3) - error * error;
	assert_close(grand, .265, 5e-4);
	assert_close(shrink(1, error, between), .212, 5e-4);
	assert_close(grand + shrink(rates[0] - grand, error, between), .294, 5e-4);
	assert_close(grand + shrink(rates[17] - grand, error, between), .242, 5e-4);
	/* a prior variance of as much as the error halves what was seen */
	assert_close(shrink(.2, .1, .01), .1, 1e-12);
	assert_close(shrink(.2, 0, .01), .2, 1e-12);
	assert_true(isnan(shrink(.2, NAN, .01)) && isnan(shrink(.2, .1, 0)));
}

/* Passing cases drawn with a chance: the interval has to cover as often as it says. */
static void test_weighted(void **state)
{
	struct random random;
	random_seed(&random, 11);
	int covered = 0, rounds = 2000;
	for (int round = 0; round < rounds; round++) {
		double d[100], p[100];
		size_t n = 0;
		for (int i = 0; i < 100; i++) {
			bool failing = random_unit(&random) < .4;
			if (!failing && random_unit(&random) >= .3)
				continue;
			p[n] = failing ? 1 : .3;
			d[n++] = failing ? random_unit(&random) < .35 : -(random_unit(&random) < .05);
		}
		struct weighted found = weighted_difference(d, p, NULL, n, .95);
		covered += found.interval.low <= .11 && .11 <= found.interval.high;
	}
	assert_true(covered >= .93 * rounds && covered <= .99 * rounds);
	assert_false(weighted_difference(NULL, NULL, NULL, 0, .95).interval.defined);
	double all[20] = {1, 1, 1, 1, 1, 1, -1}, one[20];
	for (int i = 0; i < 20; i++)
		one[i] = 1;
	struct interval exact = agresti_min(6, 1, 20, .95), same = weighted_difference(all, one, NULL, 20, .95).interval;
	assert_close(same.low, exact.low, 1e-12);
	assert_close(same.high, exact.high, 1e-12);
}

static void test_front(void **state)
{
	struct cost_point points[] = {{.name = "a", .cost = 1, .quality = .5}, {.name = "b", .cost = 2, .quality = .55},
		{.name = "c", .cost = 3, .quality = .9}, {.name = "d", .cost = 4, .quality = .8}};
	pareto_mark(points, 4);
	assert_true(points[0].on_front && points[1].on_front && points[2].on_front && !points[3].on_front);
	assert_true(!points[0].extended && points[1].extended && !points[2].extended && !points[3].extended);
	points[1].quality = .7; /* on the line: as good as a mix */
	pareto_mark(points, 4);
	assert_false(points[1].extended);
	assert_true(isinf(break_even(0, 1, 0, 2)));
	assert_float_equal(break_even(0, 2, 0, 1), 0, 0);
}

/* Groups that hang together: four cases in two groups are two observations (science.md, clustered errors). */
static void test_weighted_groups(void **state)
{
	double d[] = {1, 1, 0, 0}, p[] = {1, 1, 1, 1};
	long long groups[] = {1, 1, 2, 2}, one[] = {1, 1, 1, 1};
	struct weighted found = weighted_difference(d, p, groups, 4, .95);
	assert_float_equal(found.estimate, .5, 1e-12);
	assert_float_equal(found.error, .5, 1e-12); /* sqrt(2 (1 + 1)) / 4 */
	assert_true(found.interval.low == -1 && found.interval.high == 1); /* t with one degree: 12.7 errors, held in [-1, 1] */
	assert_false(weighted_difference(d, p, one, 4, .95).interval.defined);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_front), cmocka_unit_test(test_weighted_groups), cmocka_unit_test(test_power), cmocka_unit_test(test_pass_at_k), cmocka_unit_test(test_evalue),
		cmocka_unit_test(test_sequential), cmocka_unit_test(test_kappa), cmocka_unit_test(test_krippendorff),
		cmocka_unit_test(test_rogan_gladen), cmocka_unit_test(test_ppi), cmocka_unit_test(test_shrink), cmocka_unit_test(test_weighted)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
