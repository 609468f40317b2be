/* Comparison on a small database whose numbers are known by hand. */
#include "eval/compare/compare.h"
#include "tests/unit/fixture.h"

static struct arm arm_named(struct fixture *fixture, const char *name)
{
	struct arm arm;
	fixture_ok(fixture, arm_find(fixture->store, name, 0, fixture->arena, &arm, &fixture->error));
	return arm;
}

static struct arm_summary summary_of(struct fixture *fixture, const char *name)
{
	struct arm arm = arm_named(fixture, name);
	struct arm_summary summary;
	CLEANUP(arm_set_release) struct arm_set *set = NULL;
	fixture_ok(fixture, arm_set_load(fixture->store, &arm, 1, &set, &fixture->error));
	set_summarise(set, 0, fixture->arena, &summary);
	return summary;
}

static struct pair_summary pair_named(struct fixture *fixture, const char *a, const char *b)
{
	struct arm left = arm_named(fixture, a), right = arm_named(fixture, b);
	struct pair_summary pair;
	fixture_ok(fixture, pair_summarise(fixture->store, &left, &right, fixture->arena, &pair, &fixture->error));
	return pair;
}

static void test_arms(void **state)
{
	struct fixture fixture;
	fixture_open(&fixture, &fixture_small);
	struct arm *arms, arm;
	size_t count;
	fixture_ok(&fixture, arm_list(fixture.store, 0, fixture.arena, &arms, &count, &fixture.error));
	assert_int_equal(count, 3);
	assert_string_equal(arms[1].name, "rag");
	assert_string_equal(arms[1].parent, "prompt");
	assert_string_equal(arm_named(&fixture, "rag@1").label, "rag@1");
	assert_string_equal(arm_named(&fixture, "rag@latest").label, "rag@1");
	static const char *const wrong[][2] = {{"ragg", "did you mean `rag`"}, {"rag@2", "no run 2"},
		{"rag@x", "`latest` or `previous`"}, {"rag@", "`latest` or `previous`"}, {"rag@previous", "another version"},
		{"rag@99999999999999999999", "a run is a number"}, {"", "no variant"}};
	for (size_t i = 0; i < COUNT(wrong); i++) {
		assert_false(arm_find(fixture.store, wrong[i][0], 0, fixture.arena, &arm, &fixture.error));
		assert_int_equal(fixture.error.kind, ERROR_USAGE);
		assert_contains(fixture.error.message, wrong[i][1]);
	}
	assert_false(arm_list(fixture.store, 7, fixture.arena, &arms, &count, &fixture.error));
	assert_int_equal(fixture.error.kind, ERROR_USAGE);
	fixture_close(&fixture);
}

static void test_summary(void **state)
{
	struct fixture fixture;
	fixture_open(&fixture, &fixture_small);
	struct arm_summary prompt = summary_of(&fixture, "prompt"), rag = summary_of(&fixture, "rag"),
			   tuned = summary_of(&fixture, "tuned");
	assert_int_equal(prompt.passed, 4);
	assert_int_equal(prompt.failed, 8);
	assert_false(prompt.incomplete);
	assert_close(prompt.pass_rate.rate, 4.0 / 12, 1e-12);
	assert_close(prompt.pass_rate.interval.low, wilson_interval(4, 12, 0.95).low, 1e-12);
	assert_close(prompt.mean_score, (4 + 8 * 0.125) / 12, 1e-12);
	assert_int_equal(prompt.usage.cost, 12 * 42000000ll + 66);
	assert_close(prompt.latency_p50, 0.1055, 1e-9);
	/* The error counts as not passed, and is told apart. */
	assert_int_equal(rag.passed, 9);
	assert_int_equal(rag.failed, 2);
	assert_int_equal(rag.errors, 1);
	assert_true(rag.incomplete);
	assert_close(rag.pass_rate.rate, 9.0 / 12, 1e-12);
	assert_int_equal(rag.class_count, 1);
	assert_string_equal(rag.classes[0].name, "timeout");
	assert_int_equal(rag.calls, 14);
	assert_int_equal(rag.usage.cost, UNKNOWN);
	assert_int_equal(rag.unknown_cost, 1);
	assert_int_equal(rag.known.cost, 11 * 84000000ll + 56);
	/* One refused (failed), one not run and one not scored (out of the rate). */
	assert_int_equal(tuned.passed, 6);
	assert_int_equal(tuned.failed, 4);
	assert_int_equal(tuned.refused, 1);
	assert_int_equal(tuned.missing, 1);
	assert_int_equal(tuned.ungraded, 1);
	assert_int_equal(tuned.measured, 10);
	assert_close(tuned.pass_rate.rate, 0.6, 1e-12);
	assert_int_equal(tuned.known.cost, UNKNOWN);
	assert_int_equal(tuned.known.output, 110);
	assert_int_equal(tuned.planned, tuned.done + tuned.errors + tuned.missing);
	fixture_close(&fixture);
}

static void test_pairs(void **state)
{
	struct fixture fixture;
	fixture_open(&fixture, &fixture_small);
	struct pair_summary *pairs;
	size_t count;
	CLEANUP(arm_set_release) struct arm_set *set = NULL;
	struct arm *arms;
	size_t arm_count;
	fixture_ok(&fixture, arm_list(fixture.store, 0, fixture.arena, &arms, &arm_count, &fixture.error));
	fixture_ok(&fixture, arm_set_load(fixture.store, arms, arm_count, &set, &fixture.error));
	set_levers(set, fixture.arena, &pairs, &count);
	assert_int_equal(count, 2);
	assert_string_equal(pairs[0].b.name, "rag");
	assert_int_equal(pairs[0].paired, 12);
	assert_int_equal(pairs[0].wins, 5);
	assert_int_equal(pairs[0].losses, 0);
	assert_int_equal(pairs[0].errors_b, 1);
	assert_close(pairs[0].difference, 5.0 / 12, 1e-12);
	assert_close(pairs[0].p, 1.0 / 16, 1e-12);
	assert_close(pairs[0].p_holm, 2.0 / 16, 1e-12);
	assert_string_equal(pairs[0].interval_method, "Agresti-Min");
	assert_close(pairs[0].interval.low, agresti_min(5, 0, 12, 0.95).low, 1e-12);
	assert_string_equal(pairs[0].p_method, "exact McNemar");
	assert_true(isnan(pairs[0].cost_ratio)); /* one cost is unknown */
	assert_close(pairs[0].latency_ratio, 0.205 / 0.1055, 1e-9);
	assert_int_equal(pairs[1].paired, 10);
	assert_int_equal(pairs[1].missing, 2);
	assert_int_equal(pairs[1].wins, 3);
	assert_int_equal(pairs[1].losses, 1);
	assert_close(pairs[1].p, 0.625, 1e-12);
	assert_close(pairs[1].p_holm, 0.625, 1e-12);
	assert_int_equal(pairs[1].wins + pairs[1].losses + pairs[1].both_passed + pairs[1].both_failed, pairs[1].paired);
	assert_string_equal(pair_sentence(&pairs[0], fixture.arena),
		"no difference shown (+41.7 points, 95% +7.0 to +64.5, p = 0.125 after Holm)");
	assert_true(pair_verdict_of(&pairs[0]) == PAIR_UNSETTLED);
	/* Alone there is nothing to adjust for, and nothing is said of it. */
	holm_adjust(pairs, 1);
	assert_close(pairs[0].p_holm, pairs[0].p, 1e-12);
	assert_string_equal(
		pair_sentence(&pairs[0], fixture.arena), "no difference shown (+41.7 points, 95% +7.0 to +64.5, p = 0.062)");
	fixture_close(&fixture);
}

static void test_same(void **state)
{
	struct fixture fixture;
	fixture_open(&fixture, &fixture_small);
	struct pair_summary pair = pair_named(&fixture, "rag", "rag");
	assert_close(pair.p, 1, 0);
	assert_close(pair.difference, 0, 0);
	assert_true(pair.interval.defined && pair.interval.low < 0 && pair.interval.high > 0);
	assert_string_equal(pair_sentence(&pair, fixture.arena), "no difference: all 12 cases come out alike");
	fixture_close(&fixture);
}

static void test_clusters(void **state)
{
	struct fixture_shape shape = fixture_small;
	shape.clustered = true;
	struct fixture fixture;
	fixture_open(&fixture, &shape);
	struct arm_summary summary = summary_of(&fixture, "prompt");
	assert_string_equal(summary.interval_method, "clustered by case group (4 groups)");
	struct pair_summary pair = pair_named(&fixture, "prompt", "rag");
	assert_string_equal(pair.interval_method, "clustered by case group (4 groups)");
	assert_string_equal(pair.p_method, "sign-flip permutation by case group");
	/* Sums of differences by group: 1, 3, 1, 0. */
	double d[12] = {0, 0, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0};
	long long g[12] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3};
	double half = t_quantile(0.975, 3) * clustered_error(d, g, 12, true);
	assert_close(pair.interval.low, 5.0 / 12 - half, 1e-12);
	assert_close(pair.p, 0.25, 1e-12);
	fixture_close(&fixture);
}

static void test_repeats(void **state)
{
	struct fixture_shape shape = fixture_small;
	shape.repeats = 2;
	shape.patterns[0] = "PFFF";
	shape.patterns[1] = "PPPF";
	shape.patterns[2] = "PE";
	struct fixture fixture;
	fixture_open(&fixture, &shape);
	struct arm_summary prompt = summary_of(&fixture, "prompt"), tuned = summary_of(&fixture, "tuned");
	assert_int_equal(prompt.planned, 24);
	assert_int_equal(prompt.measured, 12);
	assert_int_equal(prompt.unstable, 6);
	assert_close(prompt.pass_rate.rate, 0.25, 1e-12);
	assert_int_equal(prompt.pass_rate.count, 0);
	assert_string_equal(prompt.interval_method, "normal over cases, ends guarded");
	assert_close(tuned.pass_rate.rate, 0.5, 1e-12);
	struct pair_summary pair = pair_named(&fixture, "prompt", "rag");
	assert_int_equal(pair.wins, 12);
	assert_close(pair.difference, 0.5, 1e-12);
	assert_string_equal(pair.p_method, "sign-flip permutation");
	assert_close(pair.p, 2.0 / 4096, 1e-12);
	fixture_close(&fixture);
}

static void test_across_runs(void **state)
{
	struct fixture_shape shape = fixture_small;
	struct fixture fixture;
	fixture_open(&fixture, &shape);
	shape.edition = 1;
	shape.cases = 13;
	shape.hostile = false; /* one id differs, so one case is on either side only */
	shape.patterns[1] = "P";
	fixture_add(&fixture, &shape);
	struct arm before = arm_named(&fixture, "rag@previous");
	assert_int_equal(before.run, 1);
	assert_string_equal(before.label, "rag@1");
	struct pair_summary pair = pair_named(&fixture, "rag@1", "rag");
	assert_int_equal(pair.paired, 11);
	assert_int_equal(pair.only_a, 1);
	assert_int_equal(pair.only_b, 2);
	assert_int_equal(pair.changed_gold, 3);
	assert_int_equal(pair.wins, 3);
	assert_true(pair.same_grading);
	fixture_close(&fixture);
}

static void test_incomparable(void **state)
{
	struct fixture_shape shape = fixture_small;
	shape.patterns[1] = "M";
	struct fixture fixture;
	fixture_open(&fixture, &shape);
	struct pair_summary pair = pair_named(&fixture, "prompt", "rag");
	assert_int_equal(pair.paired, 0);
	assert_int_equal(pair.why.kind, ERROR_NOT_COMPARABLE);
	assert_false(pair.has_p);
	assert_false(pair.interval.defined);
	assert_contains(pair_sentence(&pair, fixture.arena), "cannot be compared");
	struct arm_summary rag = summary_of(&fixture, "rag");
	assert_int_equal(rag.missing, 12);
	assert_true(isnan(rag.pass_rate.rate) && isnan(rag.mean_score) && isnan(rag.latency_p50));
	assert_int_equal(rag.usage.cost, UNKNOWN);
	fixture_close(&fixture);
}

static void test_tags(void **state)
{
	struct fixture fixture;
	fixture_open(&fixture, &fixture_small);
	struct arm *arms;
	size_t arm_count, count;
	struct tag_rate *tags;
	fixture_ok(&fixture, arm_list(fixture.store, 0, fixture.arena, &arms, &arm_count, &fixture.error));
	fixture_ok(&fixture, tag_rates(fixture.store, arms, arm_count, fixture.arena, &tags, &count, &fixture.error));
	assert_int_equal(count, 3);
	assert_string_equal(tags[0].tag, "all");
	assert_int_equal(tags[0].cases, 12); /* a tag named twice counts once */
	assert_string_equal(tags[1].tag, "even|x");
	assert_int_equal(tags[1].cases, 6);
	assert_close(tags[0].rates[1].rate, 0.75, 1e-12);
	assert_close(tags[1].rates[0].rate, 2.0 / 6, 1e-12);
	assert_close(tags[2].rates[0].rate, 2.0 / 6, 1e-12);
	assert_int_equal(tags[2].rates[2].total, 5);
	fixture_close(&fixture);
}

static void test_confusion(void **state)
{
	struct fixture fixture;
	fixture_open(&fixture, &fixture_small);
	struct arm arm = arm_named(&fixture, "prompt");
	struct confusion *confusions;
	size_t count;
	fixture_ok(&fixture, confusion_of(fixture.store, &arm, fixture.arena, &confusions, &count, &fixture.error));
	assert_int_equal(count, 1);
	assert_string_equal(confusions[0].scorer, "label");
	assert_int_equal(confusions[0].count, 4);
	assert_string_equal(confusions[0].labels[0], "KELP");
	assert_string_equal(confusions[0].labels[3], "(other)");
	long long sum = 0, diagonal = 0;
	for (size_t i = 0; i < 16; i++)
		sum += confusions[0].cells[i];
	for (size_t i = 0; i < 4; i++)
		diagonal += confusions[0].cells[i * 5];
	assert_int_equal(sum, 12);
	assert_int_equal(diagonal, 4);
	assert_int_equal(
		confusions[0].cells[2 * 4 + 3] + confusions[0].cells[1 * 4 + 3], 2); /* cases 6 and 11 failed with other words */
	fixture_close(&fixture);
}

static void test_failures(void **state)
{
	struct fixture fixture;
	fixture_open(&fixture, &fixture_small);
	struct arm *arms;
	size_t arm_count, count;
	struct failure_row *rows;
	long long total;
	fixture_ok(&fixture, arm_list(fixture.store, 0, fixture.arena, &arms, &arm_count, &fixture.error));
	fixture_ok(&fixture, failure_rows(fixture.store, arms, arm_count, 4, fixture.arena, &rows, &count, &total, &fixture.error));
	assert_int_equal(total, 9); /* all but cases 2, 7 and 12 */
	assert_int_equal(count, 4);
	assert_string_equal(rows[0].case_id, "case-1");
	assert_int_equal(rows[0].verdicts[0], 1);
	assert_int_equal(rows[0].verdicts[2], 0);
	fixture_ok(&fixture,
		failure_rows(fixture.store, arms, arm_count, SIZE_MAX, fixture.arena, &rows, &count, &total, &fixture.error));
	assert_int_equal(count, 9);
	assert_string_equal(rows[8].case_id, "case-11");
	assert_int_equal(rows[8].verdicts[1], -1); /* the timeout */
	assert_true(rows[8].attempts[1] != 0);
	assert_int_equal(rows[4].attempts[2], 0); /* case 6 was not run */
	assert_int_equal(rows[4].verdicts[2], -1);
	fixture_ok(&fixture, failure_rows(fixture.store, arms, 0, 4, fixture.arena, &rows, &count, &total, &fixture.error));
	assert_int_equal(total, 0);
	fixture_close(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arms),
		cmocka_unit_test(test_summary),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_clusters),
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_across_runs),
		cmocka_unit_test(test_incomparable),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_confusion),
		cmocka_unit_test(test_failures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
