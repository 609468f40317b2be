/* Every number of the shared reference's vectors that a function of eval/stats answers to, read from the file itself, so that a
 * vector added there is a test here. The same numbers stand in test_stats.c and test_statistics.c for those who do not have the
 * file. */
#include "eval/base/file.h"
#include "eval/base/json.h"
#include "eval/stats/agreement.h"
#include "eval/stats/correction.h"
#include "eval/stats/cost.h"
#include "eval/stats/power.h"
#include "eval/stats/sequential.h"
#include "eval/stats/stats.h"
#include "tests/unit/unit.h"
#include <math.h>
#include <stdlib.h>

#define VECTORS "../shared/reference/vectors.json"
#define MOST 1500 /* values in a list */

static json_t *whole;
static size_t checked;

/* A number, "3/10", or null, which is undefined. */
static double number(const json_t *value)
{
	const char *fraction = json_string_value(value), *bar = fraction ? strchr(fraction, '/') : NULL;
	if (!value || json_is_null(value))
		return NAN;
	return !fraction ? json_number_value(value) : bar ? strtod(fraction, NULL) / strtod(bar + 1, NULL) : strtod(fraction, NULL);
}

static double at(const json_t *row, const char *name)
{
	return number(json_object_get(row, name));
}

static long long whole_at(const json_t *row, const char *name)
{
	return json_integer_value(json_object_get(row, name));
}

/* What we answer against a member of the row: nine digits of it. */
static void says(double ours, const json_t *row, const char *name)
{
	const json_t *value = json_object_get(row, name);
	if (!value)
		fail_msg("the vectors have no `%s` there", name);
	double wanted = number(value);
	checked++;
	if (isnan(wanted) ? !isnan(ours)
			  : !(fabs(ours - wanted) <= 1e-9 * fmax(1, fabs(wanted)) || fabs(ours / wanted - 1) <= 1e-9))
		fail_msg("%s: %.17g instead of %.17g", name, ours, wanted);
}

static size_t list(const json_t *row, const char *name, double values[MOST])
{
	const json_t *items = name ? json_object_get(row, name) : row;
	size_t count = json_array_size(items);
	assert_true(count <= MOST);
	for (size_t i = 0; i < count; i++)
		values[i] = number(json_array_get(items, i));
	return count;
}

static size_t groups(const json_t *row, const char *name, long long values[MOST])
{
	const json_t *items = json_object_get(row, name);
	for (size_t i = 0; i < json_array_size(items) && i < MOST; i++)
		values[i] = json_integer_value(json_array_get(items, i));
	return json_array_size(items);
}

static const json_t *section(const char *name)
{
	struct error error = {0};
	CLEANUP(buffer_release) struct buffer file = BUFFER_EMPTY;
	if (!file_exists(VECTORS)) {
		print_message("skipped: %s is not here\n", VECTORS);
		skip();
	}
	if (!whole && (!file_read(VECTORS, 0, &file, &error) || !(whole = json_parse(buffer_text(&file), &error))))
		fail_msg("%s", error.message);
	const json_t *found = json_object_get(whole, name);
	if (!found)
		fail_msg("the vectors have no section `%s`", name);
	return found;
}

#define EACH(row, rows)                                                                                                            \
	size_t place;                                                                                                              \
	json_t *row;                                                                                                               \
	json_array_foreach((json_t *)(rows), place, row)

static void test_standard_errors(void **state)
{
	static double x[MOST], b[MOST];
	static long long g[MOST];
	{EACH(row, section("clt_se")){size_t count = list(row, "x", x);
	says(mean_of(x, count), row, "mean");
	says(standard_error(x, count), row, "se");
}
}
{
	EACH(row, section("clustered_se"))
	{
		size_t count = list(row, "x", x);
		assert_int_equal(groups(row, "g", g), count);
		/* one cluster: the file's sum of residuals is 0, and science.md calls the error undefined, as we do */
		if (isnan(at(row, "finite_cluster")))
			assert_true(isnan(clustered_error(x, g, count, false)));
		else
			says(clustered_error(x, g, count, false), row, "miller");
		says(clustered_error(x, g, count, true), row, "finite_cluster");
	}
}
EACH(row, section("paired_se"))
{
	size_t count = list(row, "a", x);
	assert_int_equal(list(row, "b", b), count);
	says(paired_error(x, b, count), row, "se");
	says(mean_of(b, count) - mean_of(x, count), row, "diff");
}
}

static void test_power(void **state)
{
	const json_t *power = section("power");
	{EACH(row, json_object_get(power, "n_miller")){struct paired_design design = {at(row, "omega2"), at(row, "sa"),
							       at(row, "sb"), (int)at(row, "ka"), (int)at(row, "kb"), .05, .8};
	says(power_cases(&design, at(row, "delta")), row, "n");
}
}
{
	EACH(row, json_object_get(power, "mde"))
	{
		int repeats = (int)at(row, "K");
		struct paired_design design = {at(row, "omega2"), at(row, "sigma2"), at(row, "sigma2"), repeats, repeats, .05, .8};
		says(minimum_difference(&design, at(row, "n")), row, "mde");
	}
}
EACH(row, json_object_get(power, "n_mcnemar_connor"))
says(power_mcnemar(at(row, "discordance"), at(row, "delta"), .05, .8), row, "n");
}

static void test_intervals_and_tests(void **state)
{
	static double d[MOST], adjusted[MOST], wanted[MOST];
	{EACH(row, section("wilson95")){struct interval interval = wilson_interval(whole_at(row, "k"), whole_at(row, "n"), .95);
	assert_int_equal(list(row, "ci", wanted), 2);
	assert_close(interval.low, wanted[0], 1e-9);
	assert_close(interval.high, wanted[1], 1e-9);
	checked += 2;
}
}
{
	EACH(row, section("mcnemar_exact"))
	says(mcnemar_exact(whole_at(row, "b"), whole_at(row, "c")), row, "p");
}
{
	EACH(row, section("signflip_permutation_exact"))
	says(signflip_test(d, list(row, "d", d), 0, 1), row, "p");
}
EACH(row, section("holm"))
{
	size_t count = list(row, "p", d);
	assert_int_equal(list(row, "adj", wanted), count);
	holm(d, adjusted, count);
	for (size_t i = 0; i < count; i++, checked++)
		assert_close(adjusted[i], wanted[i], 1e-9);
}
}

/* By simulation; its distribution is in the file for three values. */
static void test_bootstrap(void **state)
{
	double d[MOST];
	const json_t *row = section("bootstrap_exact_n3");
	assert_close(bootstrap_error(d, NULL, list(row, "d", d), 200000, 1), at(row, "se"), 2e-3);
	checked++;
}

static void test_repeats(void **state)
{
	EACH(row, section("pass_at_k"))
	{
		long long n = whole_at(row, "n"), c = whole_at(row, "c"), k = whole_at(row, "k");
		says(pass_at_k(n, c, k), row, "pass_at_k");
		says(pass_hat_k(n, c, k), row, "pass_hat_k");
	}
}

static void kappa_says(const json_t *row)
{
	long long table[MOST];
	const json_t *rows = json_object_get(row, "table");
	size_t size = json_array_size(rows);
	for (size_t i = 0; i < size * size; i++)
		table[i] = json_integer_value(json_array_get(json_array_get(rows, i / size), i % size));
	struct kappa kappa = cohen_kappa(table, size);
	says(kappa.kappa, row, "kappa");
}

static double alpha_of(const json_t *data, enum level level)
{
	double values[MOST];
	size_t raters = json_array_size(data), items = json_array_size(json_array_get(data, 0));
	for (size_t i = 0; i < raters; i++)
		assert_int_equal(list(json_array_get(data, i), NULL, values + i * items), items);
	return krippendorff_alpha(values, raters, items, level);
}

static void test_agreement(void **state)
{
	{
		EACH(row, section("cohen_kappa")) kappa_says(row);
	}
	const json_t *row = section("krippendorff"), *data = json_object_get(row, "data"), *alpha = json_object_get(row, "alpha");
	says(alpha_of(data, LEVEL_NOMINAL), alpha, "nominal");
	says(alpha_of(data, LEVEL_ORDINAL), alpha, "ordinal");
	says(alpha_of(data, LEVEL_INTERVAL), alpha, "interval");
	says(alpha_of(data, LEVEL_RATIO), alpha, "ratio");
	const json_t *binary = json_object_get(row, "binary2");
	says(alpha_of(json_object_get(binary, "data"), LEVEL_NOMINAL), binary, "alpha");
}

static void test_corrections(void **state)
{
	double unlabelled[MOST], y[MOST], f[MOST], lambda = NAN;
	{
		EACH(row, section("rogan_gladen"))
		{
			/* ours is kept within 0 and 1; the raw value of the file is not */
			double raw = at(row, "raw"),
			       ours = rogan_gladen(at(row, "q"), at(row, "se"), at(row, "sp"), 1000, 100, 100).value;
			assert_true(isnan(raw) ? isnan(ours) : fabs(ours - fmin(1, fmax(0, raw))) <= 1e-9);
			checked++;
		}
	}
	const json_t *row = section("rogan_gladen_se");
	says(rogan_gladen(at(row, "q"), at(row, "se"), at(row, "sp"), at(row, "N"), at(row, "n1"), at(row, "n0")).error, row,
		"stderr");
	row = section("ppi");
	size_t count = list(row, "f_unlabeled", unlabelled), labelled = list(row, "y", y);
	assert_int_equal(list(row, "f", f), labelled);
	struct estimate plain = ppi_mean(unlabelled, count, y, f, labelled, 1, NULL),
			people = ppi_mean(unlabelled, count, y, f, labelled, 0, NULL),
			tuned = ppi_mean(unlabelled, count, y, f, labelled, NAN, &lambda);
	says(plain.value, row, "theta");
	says(plain.error, row, "se");
	says(lambda, row, "ppipp_lambda");
	says(tuned.value, row, "ppipp_theta");
	says(tuned.error, row, "ppipp_se");
	assert_close(people.value, number(json_array_get(json_object_get(row, "classic"), 0)), 1e-9);
	assert_close(people.error, number(json_array_get(json_object_get(row, "classic"), 1)), 1e-9);
	checked += 2;
}

static void test_sequential(void **state)
{
	const json_t *row = section("sprt");
	struct sprt sprt = sprt_of(at(row, "p0"), at(row, "p1"), at(row, "alpha"), at(row, "beta"));
	says(sprt.accept, row, "A");
	says(sprt.reject, row, "B");
	says(sprt.win, row, "inc_win");
	says(sprt.loss, row, "inc_loss");
	says(ceil(sprt.accept / sprt.win), row, "wins_to_accept");
	says(ceil(sprt.reject / sprt.loss), row, "losses_to_reject");
	{
		EACH(look, section("evalue_beta_binomial_a1"))
		says(evalue_mcnemar(whole_at(look, "w"), whole_at(look, "l")), look, "E");
	}
	EACH(look, section("msprt_normal"))
	{
		says(msprt_ratio(at(look, "n"), at(look, "d"), at(look, "V"), at(look, "tau2")), look, "Lambda");
		says(msprt_half_width(at(look, "n"), at(look, "V"), at(look, "tau2"), .05), look, "half95");
	}
}

static bool on_list(const json_t *names, const char *name)
{
	size_t place;
	json_t *one;
	json_array_foreach((json_t *)names, place, one) if (strcmp(json_string_value(one), name) == 0) return true;
	return false;
}

static void test_costs(void **state)
{
	{
		EACH(row, section("break_even"))
		{
			double calls = break_even(at(row, "FA"), at(row, "cA"), at(row, "FB"), at(row, "cB"));
			says(isinf(calls) ? NAN : calls, row, "N"); /* null: it never catches up */
		}
	}
	struct cost_point points[64] = {0};
	const json_t *pareto = section("pareto"), *front = json_object_get(pareto, "front");
	const char *name;
	json_t *pair;
	size_t count = 0;
	json_object_foreach(json_object_get(pareto, "points"), name, pair)
	{
		assert_true(count < COUNT(points));
		points[count++] = (struct cost_point){
			.name = name, .cost = number(json_array_get(pair, 0)), .quality = number(json_array_get(pair, 1))};
	}
	pareto_mark(points, count);
	for (size_t i = 0; i < count; i++, checked++)
		if (points[i].on_front != on_list(front, points[i].name))
			fail_msg("%s is %son the front", points[i].name, points[i].on_front ? "" : "not ");
}

/* A section that is renamed or emptied must not go by unseen. */
static void test_all_were_read(void **state)
{
	section("pareto");
	print_message("%zu numbers of %s\n", checked, VECTORS);
	assert_true(checked >= 140);
	json_decref(whole);
	whole = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_standard_errors), cmocka_unit_test(test_power),
		cmocka_unit_test(test_intervals_and_tests), cmocka_unit_test(test_bootstrap), cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_agreement), cmocka_unit_test(test_corrections), cmocka_unit_test(test_sequential),
		cmocka_unit_test(test_costs), cmocka_unit_test(test_all_were_read)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
