/* What cannot be answered is undefined: no function of eval/stats makes a number out of none, out of values that are none or out of
 * one cluster, and no interval is defined that has no bounds. */
#include "eval/base/memory.h"
#include "eval/stats/agreement.h"
#include "eval/stats/correction.h"
#include "eval/stats/cost.h"
#include "eval/stats/joint.h"
#include "eval/stats/power.h"
#include "eval/stats/sequential.h"
#include "eval/stats/settle.h"
#include "tests/unit/unit.h"
#include <limits.h>
#include <math.h>

static const double unknown[] = {1, NAN, 0}, endless[] = {1, INFINITY, 0}, alike[] = {.5, .5, .5, .5}, none[] = {0, 0, 0},
		    mixed[] = {1, 0, 1};
static const long long together[] = {1, 1, 1, 1};

static void undefined(struct interval interval)
{
	assert_false(interval.defined);
	assert_true(isnan(interval.low) && isnan(interval.high));
}

#define UNDEFINED(...) assert_true(isnan(__VA_ARGS__))

static void test_rates(void **state)
{
	UNDEFINED(proportion_of(5, 3).rate);
	UNDEFINED(proportion_of(0, 0).rate);
	undefined(wilson_interval(1, 2, NAN));
	UNDEFINED(binomial_up_to(NAN, 5, .5));
	UNDEFINED(binomial_up_to(2, INFINITY, .5));
	UNDEFINED(binomial_exact(3, 5, NAN));
	UNDEFINED(binomial_exact(3, 5, 2));
	undefined(bounded_interval(NULL, NULL, 0, 0, 1, .95));
	undefined(bounded_interval(unknown, NULL, 3, 0, 1, .95));
	undefined(bounded_interval(endless, NULL, 3, 0, 1, .95));
	undefined(bounded_interval(mixed, NULL, 3, -1, .5, .95));
	undefined(bounded_interval(mixed, together, 3, 0, 1, .95));
	undefined(bounded_interval(mixed, NULL, 3, 0, 1, 1));
	undefined(bounded_interval(mixed, NULL, 3, 1, 0, .95));
	double two[] = {NAN, 1, 2}, ends[] = {1, INFINITY, INFINITY};
	UNDEFINED(quantile(two, 3, .5));
	assert_true(isinf(quantile(ends, 3, .75)) && isinf(quantile(ends, 3, .5)));
}

static void test_pairs(void **state)
{
	undefined(agresti_min(LLONG_MAX, LLONG_MAX, 5, .95));
	undefined(agresti_min(5, 0, 5, NAN));
	undefined(tango_interval(LLONG_MAX, 1, 5, .95, 0));
	undefined(tango_interval(1, 0, 1, .95, NAN));
	undefined(tango_interval(1, 0, 1, .95, -1));
	double huge[] = {1e308, 1e308, -1e308, 1.5e308}, many[30];
	for (size_t i = 0; i < COUNT(many); i++)
		many[i] = sqrt((double)i + 2);
	UNDEFINED(signflip_test(unknown, 3, 100, 1));
	UNDEFINED(signflip_test(endless, 3, 100, 1));
	UNDEFINED(signflip_test(huge, 4, 100, 1));
	UNDEFINED(signflip_test(many, COUNT(many), 0, 1));
	UNDEFINED(signflip_test(many, COUNT(many), -1, 1));
	double p[] = {NAN, -1, 2, .01}, adjusted[4];
	holm(p, adjusted, 4);
	assert_true(isnan(adjusted[0]) && isnan(adjusted[1]) && isnan(adjusted[2]));
	assert_close(adjusted[3], .01, 1e-15);
	UNDEFINED(standard_error(alike, 1));
	UNDEFINED(clustered_error(alike, together, 4, true));
	undefined(bootstrap_mean(unknown, NULL, 3, 100, 1, .95));
	undefined(bootstrap_mean(endless, NULL, 3, 100, 1, .95));
	undefined(bootstrap_mean(alike, together, 4, 100, 1, .95));
	undefined(bootstrap_mean(alike, NULL, 1, 100, 1, .95));
	UNDEFINED(bootstrap_error(alike, together, 4, 100, 1));
	UNDEFINED(bootstrap_error(unknown, NULL, 3, 100, 1));
}

static void test_raters_and_judges(void **state)
{
	static const long long nobody[] = {0, 0, 0, 0}, less[] = {-1, 5, 5, 9};
	UNDEFINED(cohen_kappa(nobody, 2).kappa);
	UNDEFINED(cohen_kappa(nobody, 0).kappa);
	UNDEFINED(cohen_kappa(less, 2).kappa);
	UNDEFINED(class_agreement(less, 2, 0));
	UNDEFINED(krippendorff_alpha(mixed, 1, 3, LEVEL_NOMINAL));
	UNDEFINED(krippendorff_alpha(alike, 2, 2, LEVEL_INTERVAL));
	UNDEFINED(krippendorff_alpha(NULL, 0, 0, LEVEL_ORDINAL));
	UNDEFINED(rogan_gladen(NAN, .9, .9, 10, 5, 5).value);
	UNDEFINED(rogan_gladen(1.5, .9, .9, 10, 5, 5).value);
	UNDEFINED(rogan_gladen(.5, 1.9, .9, 10, 5, 5).value);
	UNDEFINED(rogan_gladen(.5, .9, .9, 10, 0, 5).error);
	UNDEFINED(ppi_mean(unknown, 3, mixed, none, 3, NAN, NULL).value);
	UNDEFINED(ppi_mean(none, 3, mixed, none, 1, NAN, NULL).value);
	UNDEFINED(ppi_mean(none, 3, mixed, mixed, 3, INFINITY, NULL).value);
	UNDEFINED(shrink(INFINITY, .1, .1));
	UNDEFINED(shrink(.1, .1, INFINITY));
	static const double never[] = {1, 0, 1}, always[] = {1, 1, 1};
	static const long long one[] = {0, 0, 0};
	undefined(weighted_difference(NULL, NULL, NULL, 0, .95).interval);
	undefined(weighted_difference(mixed, never, NULL, 3, .95).interval);
	undefined(weighted_difference(mixed, unknown, NULL, 3, .95).interval);
	undefined(weighted_difference(unknown, always, NULL, 3, .95).interval);
	undefined(weighted_difference(mixed, always, NULL, 3, NAN).interval);
	undefined(weighted_difference(mixed, always, one, 3, .95).interval);
}

/* Groups that all come out alike have no spread, which is no certainty: six clean wins are the least, as of cases. */
static void test_alike_groups(void **state)
{
	double wins[40], chances[40], untouched[40];
	long long groups[40];
	for (size_t i = 0; i < COUNT(wins); i++) {
		wins[i] = chances[i] = 1;
		untouched[i] = 0;
		groups[i] = (long long)(i / 5);
	}
	struct weighted eight = weighted_difference(wins, chances, groups, 40, .95),
			none_changed = weighted_difference(untouched, chances, groups, 40, .95),
			six = weighted_difference(wins, chances, groups, 30, .95),
			five = weighted_difference(wins, chances, groups, 25, .95);
	assert_true(eight.interval.low > .1 && eight.interval.low < .4 && eight.interval.high == 1 && eight.error > .1);
	assert_true(six.interval.low > 0 && five.interval.low < 0);
	assert_true(none_changed.interval.low < -.2 && none_changed.interval.high > .2);
	undefined(weighted_difference(wins, chances, groups, 5, .95).interval);
	undefined(alike_interval(1, 1, 0, 1, .95));
	undefined(alike_interval(NAN, 5, 0, 1, .95));
	/* of rates: about z^2 / n from the end, a little wider than Wilson */
	assert_close(alike_interval(1, 10, 0, 1, .95).low, wilson_interval(10, 10, .95).low, .05);
	assert_close(alike_interval(1, 1000, 0, 1, .95).low, wilson_interval(1000, 1000, .95).low, 1e-4);
}

static void test_costs(void **state)
{
	UNDEFINED(break_even(0, NAN, 100, .1));
	UNDEFINED(break_even(0, .2, NAN, .1));
	UNDEFINED(break_even(0, .2, 100, INFINITY));
	assert_true(isinf(break_even(0, .1, 100, .1)));
	UNDEFINED(payback_months(100, .1, NAN, 5));
	UNDEFINED(payback_months(100, NAN, 1000, 5));
	assert_close(payback_months(0, .1, 0, 0), 0, 0);
	assert_close(payback_months(-5, .1, 1000, 0), 0, 0);
	assert_true(isinf(payback_months(100, .1, 10, 5)));
	UNDEFINED(break_even_value(100, NAN, 1, .1));
	UNDEFINED(break_even_value(100, .1, NAN, .1));
	UNDEFINED(justifying_value(.1, NAN));
	UNDEFINED(justifying_value(NAN, .1));
	assert_true(isinf(justifying_value(0, .1)));
	struct cost_point points[] = {{"unknown cost", NAN, .9, true, true, 1}, {"unknown quality", 0, NAN, true, true, 1},
		{"a", 1, .5, false, false, 0}, {"b", 2, .6, false, false, 0}};
	pareto_mark(points, COUNT(points));
	assert_false(points[0].on_front || points[1].on_front || points[0].extended);
	assert_true(points[2].on_front && points[3].on_front);
	assert_close(points[3].incremental, 10, 1e-9);
}

static void test_designs(void **state)
{
	struct paired_design design = {.1, .1, .1, 1, 1, .05, .8}, bad = design;
	UNDEFINED(power_cases(&design, 0));
	UNDEFINED(power_cases(&design, INFINITY));
	UNDEFINED(minimum_difference(&design, 0));
	UNDEFINED(minimum_difference(&design, INFINITY));
	bad.alpha = 0;
	UNDEFINED(power_cases(&bad, .1));
	bad = design;
	bad.power = 1;
	UNDEFINED(power_cases(&bad, .1));
	bad = design;
	bad.sigma2_a = -.05;
	UNDEFINED(power_cases(&bad, .1));
	UNDEFINED(power_mcnemar(.1, .05, 0, .8));
	UNDEFINED(power_mcnemar(.1, .05, .05, 1));
	UNDEFINED(minimum_mcnemar(.1, NAN, .05, .8));
	UNDEFINED(minimum_mcnemar(.1, 100, NAN, .8));
	assert_close(pass_at_k(1000000000, 1, 1) * 1e9, 1, 1e-9);
	UNDEFINED(pass_at_k(0, 0, 1));
	assert_close(majority_rate(.5, 10001), .5, 1e-9);
	assert_close(majority_rate(.9, 100001), 1, 1e-9);
	UNDEFINED(majority_rate(NAN, 3));
}

static void test_looks(void **state)
{
	static const double less[] = {2, -1}, not_any[] = {NAN, 2};
	UNDEFINED(anytime_p(less, 2));
	UNDEFINED(anytime_p(not_any, 2));
	UNDEFINED(sprt_of(.5, .5, .05, .2).win);
	UNDEFINED(sprt_of(0, .7, .05, .2).accept);
	UNDEFINED(sprt_of(.5, .7, 0, .2).accept);
	UNDEFINED(msprt_ratio(INFINITY, .1, .1, .1));
	UNDEFINED(msprt_half_width(100, .1, .1, 2));
	UNDEFINED(msprt_half_width(100, .1, .1, 0));
	const struct settle_sample samples[] = {
		{NULL, NULL, 0, false}, {unknown, NULL, 3, true}, {unknown, NULL, 3, false}, {endless, NULL, 3, true}};
	const struct settle_design designs[] = {
		{.5, .05, false}, {.5, .05, true}, {NAN, .05, false}, {.5, 0, true}, {.5, 2, false}};
	for (size_t i = 0; i < COUNT(samples); i++)
		for (size_t k = 0; k < COUNT(designs); k++) {
			struct settled settled = settle(&samples[i], &designs[k]);
			undefined(settled.interval);
			assert_int_equal(settled.side, SETTLED_NEITHER);
			assert_int_equal(settle_more(&samples[i], &designs[k]), 0);
		}
	undefined(quantile_interval(NULL, 0, .95, &designs[0]));
	undefined(quantile_interval(alike, 4, NAN, &designs[0]));
	undefined(quantile_interval(alike, 4, 1, &designs[0]));
	undefined(quantile_interval(alike, 4, .5, &designs[3]));
	double p[2];
	joint_signflip(endless, 1, 3, 0, 1, p);
	UNDEFINED(p[0]);
	joint_signflip(none, 1, 3, 1000, 1, p);
	UNDEFINED(p[0]);
	UNDEFINED(joint_exchange(0, 0, true, 1).chance);
	UNDEFINED(joint_exchange(NAN, 1, true, 1).chance);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rates), cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_raters_and_judges), cmocka_unit_test(test_alike_groups), cmocka_unit_test(test_costs),
		cmocka_unit_test(test_designs), cmocka_unit_test(test_looks)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
