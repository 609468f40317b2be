/* Statistics against published numbers, exact fractions and closed forms. */
#include "eval/base/memory.h"
#include "eval/base/random.h"
#include "eval/stats/stats.h"
#include "tests/unit/unit.h"

static void test_wilson(void **state)
{
	static const struct {
		long long count, total;
		double low, high;
	} rows[] = {
		{0, 10, 0, 0.27753279986288915},
		{10, 10, 0.7224672001371109, 1},
		{8, 10, 0.49016247153664183, 0.9433178485456247},
		{50, 100, 0.4038315303659957, 0.5961684696340044},
		{1, 1, 0.20654931437723745, 1},
		{95, 100, 0.8882495307680808, 0.9784563208456319},
		{742, 1319, 0.5356326528399583, 0.5890988475978164},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct interval interval = wilson_interval(rows[i].count, rows[i].total, 0.95);
		assert_true(interval.defined);
		assert_close(interval.low, rows[i].low, 1e-12);
		assert_close(interval.high, rows[i].high, 1e-12);
	}
	/* The rounding of the formula must not leave a sliver outside or at the ends. */
	assert_true(wilson_interval(0, 10, 0.95).low == 0 && wilson_interval(10, 10, 0.95).high == 1);
	assert_true(wilson_interval(1000000000000, 1000000000000, 0.95).high == 1);
}

static void test_wilson_undefined(void **state)
{
	static const long long rows[][2] = {{0, 0}, {1, 0}, {-1, 10}, {11, 10}, {0, -5}};
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_false(wilson_interval(rows[i][0], rows[i][1], 0.95).defined);
	assert_false(wilson_interval(1, 2, 0).defined);
	assert_false(wilson_interval(1, 2, 1).defined);
	assert_false(wilson_interval(1, 2, NAN).defined);
	struct proportion none = proportion_of(0, 0);
	assert_true(isnan(none.rate) && !none.interval.defined);
	assert_close(proportion_of(8, 10).rate, 0.8, 0);
}

static void test_normal_quantile(void **state)
{
	assert_close(normal_quantile(0.975), 1.959963984540054, 1e-14);
	assert_close(normal_quantile(0.5), 0, 0);
	for (double p = 1e-300; p < 0.5; p = p < 1e-3 ? p * 1e7 : p + 0.013) {
		double z = normal_quantile(p);
		assert_close(0.5 * erfc(-z / sqrt(2)) / p, 1, 1e-11);
		if (p > 1e-3)
			assert_close(normal_quantile(1 - p), -z, 1e-12);
	}
	assert_true(isinf(normal_quantile(0)) && isinf(normal_quantile(1)));
	assert_true(isnan(normal_quantile(-0.1)) && isnan(normal_quantile(1.1)) && isnan(normal_quantile(NAN)));
}

static void test_student_quantile(void **state)
{
	static const struct {
		double p, degrees, t;
	} rows[] = {
		{0.975, 3, 3.18244630528371},
		{0.975, 5, 2.57058183563631},
		{0.975, 10, 2.22813885198627},
		{0.975, 30, 2.04227245630124},
		{0.975, 100, 1.98397151852355},
		{0.95, 3, 2.35336343480182},
		{0.995, 4, 4.60409487135},
		{0.9, 20, 1.32534070698503},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_close(t_quantile(rows[i].p, rows[i].degrees), rows[i].t, 1e-11 * 10);
	for (double p = 0.51; p < 1; p += 0.035) { /* closed forms at one and two degrees */
		assert_close(t_quantile(p, 1), tan(M_PI * (p - 0.5)), 1e-9);
		double a = 4 * p * (1 - p);
		assert_close(t_quantile(p, 2), 2 * (p - 0.5) * sqrt(2 / a), 1e-9);
		assert_close(t_quantile(1 - p, 7), -t_quantile(p, 7), 1e-12);
	}
	assert_close(t_quantile(0.975, 1e9), normal_quantile(0.975), 1e-7);
	assert_true(isnan(t_quantile(0, 3)) && isnan(t_quantile(1, 3)) && isnan(t_quantile(0.9, 0)) && isnan(t_quantile(NAN, 3)));
}

static void test_standard_error(void **state)
{
	double ten[10] = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0}, hundred[100] = {0}, three[] = {0.2, 0.4, 0.9}, ones[] = {1, 1, 1};
	for (int i = 0; i < 50; i++)
		hundred[i] = 1;
	assert_close(mean_of(ten, 10), 0.8, 1e-15);
	assert_close(standard_error(ten, 10), 0.13333333333333333, 1e-15);
	assert_close(standard_error(hundred, 100), 0.050251890762960605, 1e-15);
	assert_close(mean_of(three, 3), 0.5, 1e-15);
	assert_close(standard_error(three, 3), 0.20816659994661327, 1e-15);
	assert_close(standard_error(ones, 3), 0, 0);
	assert_true(isnan(standard_error(ones, 1)) && isnan(standard_error(ones, 0)) && isnan(mean_of(ones, 0)));
}

static void test_clustered_error(void **state)
{
	static const struct {
		size_t count;
		double x[10];
		long long g[10];
		double plain, finite;
	} rows[] = {
		{6, {1, 1, 1, 0, 0, 0}, {0, 1, 1, 1, 0, 0}, 0.11785113019775793, 0.16666666666666666},
		{4, {1, 1, 0, 0}, {0, 0, 1, 1}, 0.3535533905932738, 0.5},
		{4, {1, 0, 1, 0}, {0, 0, 1, 1}, 0, 0},
		{10, {1, 1, 1, 1, 0, 0, 0, 0, 1, 0}, {0, 0, 0, 0, 1, 1, 1, 1, 2, 2}, 0.282842712474619, 0.34641016151377546},
		{5, {1, 0, 1, 1, 0}, {0, 1, 2, 3, 4}, 0.21908902300206648, 0.24494897427831783},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_close(clustered_error(rows[i].x, rows[i].g, rows[i].count, false), rows[i].plain, 1e-15);
		assert_close(clustered_error(rows[i].x, rows[i].g, rows[i].count, true), rows[i].finite, 1e-15);
	}
	double ones[] = {1, 1};
	long long same[] = {0, 0};
	assert_true(isnan(clustered_error(ones, same, 2, false)) && isnan(clustered_error(ones, same, 2, true)));
	assert_true(isnan(clustered_error(ones, same, 0, true)));
	/* One case a cluster is the plain error. */
	assert_close(clustered_error(rows[4].x, rows[4].g, 5, true), standard_error(rows[4].x, 5), 1e-15);
}

static void test_paired_error(void **state)
{
	double a[] = {1, 1, 0, 0, 1, 0, 1, 1, 0, 0}, b[] = {1, 1, 1, 0, 1, 0, 1, 1, 1, 0};
	double c[] = {1, 0, 1, 0, 1, 0, 1, 0, 1, 0}, d[] = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1};
	double e[] = {0.2, 0.5, 0.9, 0.4}, f[] = {0.3, 0.7, 0.9, 0.9};
	assert_close(paired_error(a, b, 10), 0.13333333333333336, 1e-15);
	assert_close(paired_error(a, a, 10), 0, 0);
	assert_close(paired_error(c, d, 10), 0.33333333333333337, 1e-15);
	assert_close(paired_error(e, f, 4), 0.10801234497346433, 1e-15);
	assert_true(isnan(paired_error(a, b, 1)) && isnan(paired_error(a, b, 0)));
}

static void test_mcnemar(void **state)
{
	static const struct {
		long long wins, losses;
		double p;
	} rows[] = {
		{10, 0, 1.0 / 512},
		{9, 1, 11.0 / 512},
		{3, 10, 189.0 / 2048},
		{5, 5, 1},
		{0, 0, 1},
		{1, 0, 1},
		{5, 0, 1.0 / 16},
		{6, 0, 1.0 / 32},
		{7, 22, 545599.0 / 67108864},
		{2, 55, 2.295386103412511e-14},
		{209, 152, 0.0031506568803606042}, /* GSM8K: 6B with a verifier against 175B fine-tuned */
		{76, 360, 2.891394635034685e-45},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_close(mcnemar_exact(rows[i].wins, rows[i].losses) / rows[i].p, 1, 1e-11);
		assert_close(mcnemar_exact(rows[i].losses, rows[i].wins) / rows[i].p, 1, 1e-11);
	}
	/* Fagerland, Lydersen and Laake 2013, BMC Medical Research Methodology 13:91: airway hyper-responsiveness before and after stem cell
	 * transplantation (Bentur et al. 2009; 1 against 7 of 21), complete response before and after consolidation (Cavo et al. 2012; 6
	 * against 16 of 161): exact 0.070 and 0.052, mid-p 0.039 and 0.035 */
	assert_close(mcnemar_exact(1, 7), .070, 5e-4);
	assert_close(mcnemar_mid(1, 7), .039, 5e-4);
	assert_close(mcnemar_exact(6, 16), .052, 5e-4);
	assert_close(mcnemar_mid(6, 16), .035, 5e-4);
	assert_close(mcnemar_mid(9, 1), 0.01171875, 1e-14);
	assert_close(mcnemar_mid(6, 0), 0.015625, 1e-14);
	assert_close(mcnemar_mid(5, 5), 1, 0);
	assert_true(isnan(mcnemar_exact(-1, 2)) && isnan(mcnemar_mid(1, -2)));
	/* Large counts: near the normal approximation with continuity correction, and no underflow to garbage. */
	double z = (500 - 1) / sqrt(1000000.0);
	assert_close(mcnemar_exact(500250, 499750), erfc(z / sqrt(2)), 1e-4);
	assert_true(mcnemar_exact(1000000, 0) == 0);
}

static void test_agresti_min(void **state)
{
	struct interval interval = agresti_min(2, 0, 10, 0.95);
	double n = 12, b = 2.5, c = 0.5, difference = (b - c) / n;
	double half = 1.959963984540054 * sqrt(((b + c) / n - difference * difference) / n);
	assert_true(interval.defined);
	assert_close(interval.low, difference - half, 1e-12);
	assert_close(interval.high, difference + half, 1e-12);
	/* The example of R's PropCIs, which is Agresti's own code: diffpropci.mp(b = 40, c = 20, n = 160, conf.level = 0.95) */
	struct interval published = agresti_min(20, 40, 160, 0.95);
	assert_close(published.low, -0.216017, 1e-6);
	assert_close(published.high, -0.030896, 1e-6);
	interval = agresti_min(0, 0, 20, 0.95); /* no discordance is no certainty */
	assert_true(interval.low < -0.04 && interval.high > 0.04);
	assert_close(interval.low, -interval.high, 1e-15);
	assert_true(agresti_min(3, 0, 3, 0.95).high <= 1);
	assert_false(agresti_min(0, 0, 0, 0.95).defined);
	assert_false(agresti_min(3, 3, 5, 0.95).defined);
	assert_false(agresti_min(-1, 0, 5, 0.95).defined);
}

static void test_signflip_exact(void **state)
{
	static const struct {
		size_t count;
		double d[5], p;
	} rows[] = {
		{5, {1, 1, 1, -1, 0}, 5.0 / 8},
		{5, {1, 1, 1, 1, 1}, 1.0 / 16},
		{2, {1, -1}, 1},
		{3, {0, 0, 0}, 1},
		{4, {0.1, 0.2, 0.3, -0.05}, 1.0 / 4},
		{5, {0.5, 0.5, 0.25, -0.25, 0.75}, 3.0 / 16},
		{0, {0}, 1},
		{1, {0.3}, 1},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_close(signflip_test(rows[i].d, rows[i].count, 1000, 1), rows[i].p, 1e-12);
	double hostile[] = {1, NAN};
	assert_true(isnan(signflip_test(hostile, 2, 1000, 1)));
}

static void test_signflip_large(void **state)
{
	double binary[436], mixed[40];
	for (int i = 0; i < 361; i++)
		binary[i] = i < 209 ? 1 : -1;
	assert_close(signflip_test(binary, 361, 10, 1), 0.0031506568803606042, 1e-12); /* is McNemar, whatever the rounds */
	for (int i = 0; i < 40; i++)
		mixed[i] = (i % 3 == 0 ? -1 : 1) * (0.25 + 0.01 * i);
	double p = signflip_test(mixed, 40, 20000, 7);
	assert_true(p > 0 && p < 1);
	assert_true(p == signflip_test(mixed, 40, 20000, 7));
	assert_close(signflip_test(mixed, 40, 20000, 8), p, 0.02);
	double mean = mean_of(mixed, 40), squares = 0; /* near the normal approximation of the same test */
	for (int i = 0; i < 40; i++)
		squares += mixed[i] * mixed[i];
	assert_close(p, erfc(40 * mean / sqrt(squares) / sqrt(2)), 0.02);
	for (int i = 0; i < 40; i++)
		mixed[i] = fabs(mixed[i]);
	assert_close(signflip_test(mixed, 40, 999, 7), 1.0 / 1000, 1e-12); /* never 0 */
}

/* Means over three repeats: the exact distribution, against all sign patterns counted here. */
static void test_signflip_lattice(void **state)
{
	double values[22], sum = 0;
	for (int i = 0; i < 22; i++) {
		values[i] = (i % 4 == 0 ? -1 : 1) * (1 + i % 3) / 3.0;
		sum += values[i];
	}
	long hits = 0;
	for (unsigned long pattern = 0; pattern < 1ul << 22; pattern++) {
		double flipped = 0;
		for (int i = 0; i < 22; i++)
			flipped += pattern >> i & 1 ? values[i] : -values[i];
		hits += fabs(flipped) >= fabs(sum) - 1e-9;
	}
	assert_close(signflip_test(values, 22, 1, 1), (double)hits / (1ul << 22), 1e-12);
	for (int i = 0; i < 22; i++)
		values[i] = fabs(values[i]);
	assert_close(signflip_test(values, 22, 1, 1), ldexp(1, -21), 1e-18);
	double many[3000]; /* as many as a large test set: near the normal approximation, whatever the rounds */
	double squares = 0;
	sum = 0;
	for (int i = 0; i < 3000; i++) {
		many[i] = (i % 40 < 19 ? -1 : 1) * (1 + i % 3) / 5.0;
		squares += many[i] * many[i];
		sum += many[i];
	}
	assert_close(signflip_test(many, 3000, 1, 1), erfc((fabs(sum) - 0.1) / sqrt(squares) / sqrt(2)), 0.002);
}

static void test_holm(void **state)
{
	static const struct {
		size_t count;
		double p[4], adjusted[4];
	} rows[] = {
		{4, {0.01, 0.04, 0.03, 0.005}, {0.03, 0.06, 0.06, 0.02}},
		{3, {0.02, 0.02, 0.02}, {0.06, 0.06, 0.06}},
		{2, {0.001, 0.5}, {0.002, 0.5}},
		{1, {0.04}, {0.04}},
		{2, {0.6, 0.7}, {1, 1}},
		{0, {0}, {0}},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		double adjusted[4];
		holm(rows[i].p, adjusted, rows[i].count);
		for (size_t j = 0; j < rows[i].count; j++)
			assert_close(adjusted[j], rows[i].adjusted[j], 1e-15);
	}
	double gaps[] = {NAN, 0.01, NAN, 0.04}, adjusted[4];
	holm(gaps, adjusted, 4);
	assert_true(isnan(adjusted[0]) && isnan(adjusted[2]));
	assert_close(adjusted[1], 0.02, 1e-15);
	assert_close(adjusted[3], 0.04, 1e-15);
}

static void test_bootstrap(void **state)
{
	/* Exact distribution of the mean of three draws from {0,1,1}: 1/27, 6/27, 12/27, 8/27 at 0, 1/3, 2/3, 1. */
	double values[] = {0, 1, 1};
	assert_close(bootstrap_error(values, NULL, 3, 200000, 3), 0.2721655269759087, 0.002);
	struct interval wide = bootstrap_mean(values, NULL, 3, 20000, 3, 0.95),
			narrow = bootstrap_mean(values, NULL, 3, 20000, 3, 0.90);
	assert_true(wide.defined && narrow.defined);
	assert_close(wide.low, 0, 1e-12);
	assert_close(narrow.low, 1.0 / 3, 1e-12);
	assert_close(narrow.high, 1, 1e-12);
	double ten[] = {1, 1, 1, 1, 0, 0, 0, 0, 1, 0};
	long long clusters[] = {7, 7, 7, 7, -2, -2, -2, -2, 9, 9};
	double by_item = bootstrap_error(ten, NULL, 10, 20000, 5), by_cluster = bootstrap_error(ten, clusters, 10, 20000, 5);
	assert_true(by_cluster > by_item * 1.3);
	assert_true(by_cluster == bootstrap_error(ten, clusters, 10, 20000, 5));
	assert_false(bootstrap_mean(ten, NULL, 1, 100, 1, 0.95).defined);
	assert_false(bootstrap_mean(ten, NULL, 10, 0, 1, 0.95).defined);
	assert_true(isnan(bootstrap_error(ten, NULL, 0, 100, 1)));
}

static void test_quantile(void **state)
{
	double values[] = {9, 1, 3, 7, 5}, pair[] = {2, 1}, one[] = {4};
	assert_close(quantile(values, 5, 0.5), 5, 0);
	assert_close(quantile(values, 5, 0.95), 8.6, 1e-12);
	assert_close(quantile(values, 5, 0.1), 1.8, 1e-12);
	assert_close(quantile(values, 5, 0), 1, 0);
	assert_close(quantile(values, 5, 1), 9, 0);
	assert_close(quantile(pair, 2, 0.25), 1.25, 1e-15);
	assert_close(quantile(one, 1, 0.95), 4, 0);
	assert_true(isnan(quantile(values, 0, 0.5)) && isnan(quantile(values, 5, 1.5)) && isnan(quantile(values, 5, NAN)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wilson),
		cmocka_unit_test(test_wilson_undefined),
		cmocka_unit_test(test_normal_quantile),
		cmocka_unit_test(test_student_quantile),
		cmocka_unit_test(test_standard_error),
		cmocka_unit_test(test_clustered_error),
		cmocka_unit_test(test_paired_error),
		cmocka_unit_test(test_mcnemar),
		cmocka_unit_test(test_agresti_min),
		cmocka_unit_test(test_signflip_exact),
		cmocka_unit_test(test_signflip_large),
		cmocka_unit_test(test_signflip_lattice),
		cmocka_unit_test(test_holm),
		cmocka_unit_test(test_bootstrap),
		cmocka_unit_test(test_quantile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
