/* Lists of scorers: the ways to write them, what is refused, names, identity, negation, thresholds, verdicts. */
#include "tests/unit/scoring.h"

static void test_forms_mean_the_same(void **state)
{
	static const char *const forms[] = {"- contains: x\n", "- {contains: x}\n", "- {type: contains, value: x}\n",
		"- contains: {value: x}\n", "- type: contains\n  value: x\n  weight: 3\n", "- {contains: x, name: other}\n"};
	struct hash first = {0};
	for (size_t i = 0; i < COUNT(forms); i++) {
		struct scoring scoring;
		scoring_start(&scoring);
		scoring_read_good(&scoring, forms[i]);
		assert_int_equal(scoring.scorers.count, 1);
		if (i == 0)
			first = scoring.scorers.items[0]->hash;
		assert_true(hash_equal(&first, &scoring.scorers.items[0]->hash));
		scoring_end(&scoring);
	}
}

static void test_hash_tells_apart(void **state)
{
	struct scoring scoring;
	scoring_start(&scoring);
	scoring_read_good(&scoring,
		"- contains: x\n- contains: y\n- not-contains: x\n- {contains: x, threshold: 0.5}\n- starts-with: x\n"
		"- {contains: x, extract: last-number}\n- {contains: x, extract: {tag: a}}\n- {contains: x, word: true}\n");
	for (size_t i = 0; i < scoring.scorers.count; i++)
		for (size_t j = 0; j < i; j++)
			assert_false(hash_equal(&scoring.scorers.items[i]->hash, &scoring.scorers.items[j]->hash));
	JSON_OWNED *wanted = scoring_json("{\"type\":\"contains\",\"version\":1,\"config\":{\"value\":\"x\"},\"negate\":true}");
	assert_true(json_equal(wanted, scoring.scorers.items[2]->definition));
	scoring_end(&scoring);
}

static void test_names(void **state)
{
	static const char *const wanted[] = {"contains-2", "contains", "contains-3", "not-contains", "json", "mine"};
	struct scoring scoring;
	scoring_start(&scoring);
	scoring_read_good(&scoring, "- contains: a\n- {contains: b, name: contains}\n- contains: c\n- not-contains: d\n- json\n"
				    "- {type: exact, name: mine, weight: 2, when: \"tag:math\"}\n");
	assert_int_equal(scoring.scorers.count, COUNT(wanted));
	for (size_t i = 0; i < COUNT(wanted); i++)
		assert_string_equal(scoring.scorers.items[i]->name, wanted[i]);
	assert_close(scoring.scorers.items[5]->weight, 2, 0);
	assert_close(scoring.scorers.items[0]->weight, 1, 0);
	const char *const tags[] = {"math"};
	const struct filter_case math = {.id = "a", .tags = tags, .tag_count = 1}, other = {.id = "b"};
	assert_true(scorer_applies(scoring.scorers.items[5], &math));
	assert_false(scorer_applies(scoring.scorers.items[5], &other));
	assert_true(scorer_applies(scoring.scorers.items[0], &other));
	scoring_end(&scoring);
}

static const struct {
	const char *yaml, *message;
	long line;
} mistakes[] = {
	{"- contians: x\n", "unknown scorer `contians`, did you mean `contains`?", 1},
	{"- exact\n- not-contans: x\n", "did you mean `not-contains`?", 2},
	{"- zzzzzzzzzzzz\n", "unknown scorer `zzzzzzzzzzzz`; there are", 1},
	{"- {type: exat}\n", "did you mean `exact`?", 1},
	{"- {type: [exact]}\n", "`type` must be the name of a scorer, not a list", 1},
	{"- {contains: x, regex: y}\n", "two scorers in one item", 1},
	{"- 7\n", "expected the name of a scorer or a map, not a number", 1},
	{"- {}\n", "expected the name of a scorer", 1},
	{"- []\n", "expected the name of a scorer or a map, not a list", 1},
	{"exact\n", "scorers must be a list", 1},
	{"- {contains: x, wieght: 2}\n", "did you mean `weight`?", 1},
	{"- {contains: x, weight: -1}\n", "`weight` must be", 1},
	{"- {contains: x, threshold: 2}\n", "`threshold` must be", 1},
	{"- {contains: x, name: ''}\n", "may not be empty", 1},
	{"- {contains: x, name: a}\n- {contains: y, name: a}\n", "two scorers are named `a`", 2},
	{"- contains: x\n- {contains: x, weight: 2}\n", "checks the same as `contains`", 2},
	{"- {contains: x, when: \"verdict:fail\"}\n", "`when` may only ask about the case", 1},
	{"- {contains: x, any: [y]}\n", "give one of `value`, `any` and `all`", 1},
	{"- json: {schema: {type: object, oneOf: []}}\n", "the keyword `/oneOf` is not supported", 1},
	{"- json: {schema: {properties: {a/b: {type: text}}}}\n", "`/properties/a~1b/type` is not what JSON Schema has there", 1},
	{"- json: {schema: {items: {pattern: '('}}}\n", "schema: `/items/pattern`: the pattern is wrong", 1},
	{"- json: {schema: nowhere.json}\n", "nowhere.json", 1},
	{"- json: {schema: 7}\n", "must be an object", 1},
	{"- json: x\n", "scorer json takes no value, only keys", 1},
	{"- regex\n", "`value` is missing", 1},
	{"- regex: \"(\"\n", "the pattern is wrong at character", 1},
	{"- regex: {value: a, flags: q}\n", "unknown flag `q`", 1},
	{"- regex: [a]\n", "the pattern must be text, not a list", 1},
	{"- {exact: x, extract: {regex: \"(\"}}\n", "extractor regex: the pattern is wrong", 1},
	{"- {exact: x, extract: {regex: \"a\", group: 2}}\n", "group 2 is asked for, but the pattern has 0", 1},
	{"- {exact: x, extract: last-nubmer}\n", "unknown extractor `last-nubmer`, did you mean `last-number`?", 1},
	{"- {exact: x, extract: []}\n", "`extract` is an empty list", 1},
	{"- {exact: x, extract: {tag: <a>}}\n", "without brackets", 1},
	{"- exact: \"{{ a\"\n", "scorer exact", 1},
	{"- numeric: {tolerance: much}\n", "`tolerance` must be a number", 1},
	{"- numeric: {tolerance: -1}\n", "`tolerance` must be a number", 1},
	{"- label: [a]\n", "two labels or more", 1},
	{"- label: [a_b, A-B]\n", "cannot be told apart", 1},
	{"- label: [a, '!']\n", "has no letter or digit", 1},
	{"- length\n", "give `min`, `max` or both", 1},
	{"- length: {min: 3, max: 2}\n", "`min` 3 is more than `max` 2", 1},
	{"- latency\n", "`max` is missing", 1},
	{"- cost: cheap\n", "`max` must be a number", 1},
};

static void test_mistakes(void **state)
{
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		struct scoring scoring;
		scoring_start(&scoring);
		if (scoring_read(&scoring, mistakes[i].yaml) || scoring.errors.count == 0)
			fail_msg("%s was read without an error", mistakes[i].yaml);
		assert_contains(scoring.errors.items[0].message, mistakes[i].message);
		assert_int_equal(scoring.errors.items[0].line, mistakes[i].line);
		assert_int_equal(scoring.scorers.count, 0);
		scoring_end(&scoring);
	}
}

static void test_all_mistakes_in_one_pass(void **state)
{
	struct scoring scoring;
	scoring_start(&scoring);
	assert_false(
		scoring_read(&scoring, "- contians: x\n- exact\n- regex: \"(\"\n- {exact: x, wieght: 1, when: \"tag:\\\"\"}\n"));
	assert_true(scoring.errors.count >= 3);
	scoring_end(&scoring);
}

static void test_nothing_is_no_scorer(void **state)
{
	struct scorers scorers = {.count = 9};
	struct field_reader reader = {0};
	assert_true(scorers_read(&reader, 0, &scorers));
	assert_int_equal(scorers.count, 0);
}

/* A case's own scorers come as JSON. */
static void test_from_json(void **state)
{
	struct scoring scoring;
	scoring_start(&scoring);
	struct field_reader reader = {scoring.arena, "cases.jsonl", &scoring.errors, "case a"};
	JSON_OWNED *list = scoring_json("[{\"contains\":\"x\"},\"json\",{\"type\":\"numeric\",\"value\":3,\"tolerance\":0.5}]");
	assert_true(scorers_read(&reader, yaml_from_json(scoring.arena, list, 7), &scoring.scorers));
	assert_int_equal(scoring.scorers.count, 3);
	assert_true(scoring_run(&scoring, 2, TEXT("3.4")).passed);
	JSON_OWNED *wrong = scoring_json("[{\"contans\":\"x\"}]");
	struct scorers none;
	assert_false(scorers_read(&reader, yaml_from_json(scoring.arena, wrong, 7), &none));
	assert_int_equal(scoring.errors.items[0].line, 7);
	scoring_end(&scoring);
}

static void test_threshold_and_negation(void **state)
{
	struct scoring scoring;
	scoring_start(&scoring);
	scoring_read_good(&scoring, "- {type: contains, all: [a, b, c, d], threshold: 0.5}\n"
				    "- {type: not-contains, all: [a, b, c, d], threshold: 0.5}\n"
				    "- {type: contains, all: [a, b, c, d], threshold: 0.76}\n");
	scoring_case(&scoring, 0, 0);
	struct score_result reached = scoring_run(&scoring, 0, TEXT("a b c"));
	assert_true(reached.passed);
	assert_close(reached.value, 0.75, 1e-12);
	assert_contains(reached.reason.data, "0.75 reaches the threshold 0.5");
	struct score_result negated = scoring_run(&scoring, 1, TEXT("a b c"));
	assert_false(negated.passed);
	assert_close(negated.value, 0.25, 1e-12);
	assert_false(scoring_run(&scoring, 2, TEXT("a b c")).passed);
	scoring_end(&scoring);
}

static void test_templates_see_output_and_answer(void **state)
{
	struct scoring scoring;
	scoring_start(&scoring);
	scoring_read_good(&scoring,
		"- {exact: \"{{ output }}\", extract: {tag: a}}\n- {type: exact, value: \"{{ answer }}\", extract: {tag: a}}\n");
	scoring_case(&scoring, 0, "[\"e\"]");
	assert_false(scoring_run(&scoring, 0, TEXT("<a>1</a>")).passed);
	assert_true(scoring_run(&scoring, 1, TEXT("<a>1</a>")).passed);
	scoring_end(&scoring);
}

static void test_verdicts(void **state)
{
	static const struct {
		struct verdict_rule rule;
		struct score_result results[3];
		double weights[3];
		size_t count;
		struct verdict_sum wanted;
	} cases[] = {
		{{false, 0}, {{1, true}, {1, true}}, {1, 1}, 2, {1, true, true}},
		{{false, 0}, {{1, true}, {0.5, false}}, {1, 3}, 2, {0.625, false, true}},
		{{true, 0.6}, {{1, true}, {0.5, false}}, {1, 3}, 2, {0.625, true, true}},
		{{true, 0.6}, {{1, true}, {0, false}}, {3, 2}, 2, {0.6, true, true}},
		{{true, 0.61}, {{1, true}, {0, false}}, {3, 2}, 2, {0.6, false, true}},
		{{false, 0}, {{1, true}, {0, false}}, {1, 0}, 2, {1, true, true}},
		{{false, 0}, {{1, true}}, {0}, 1, {0, false, false}},
		{{true, 0.5}, {{0}}, {0}, 0, {0, false, false}},
		{{false, 0}, {{NAN, true}, {1, true}}, {1, 1}, 2, {0.5, true, true}},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct verdict_sum sum = verdict_of(&cases[i].rule, cases[i].results, cases[i].weights, cases[i].count);
		assert_close(sum.value, cases[i].wanted.value, 1e-12);
		assert_int_equal(sum.passed, cases[i].wanted.passed);
		assert_int_equal(sum.any, cases[i].wanted.any);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms_mean_the_same),
		cmocka_unit_test(test_hash_tells_apart),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_all_mistakes_in_one_pass),
		cmocka_unit_test(test_nothing_is_no_scorer),
		cmocka_unit_test(test_from_json),
		cmocka_unit_test(test_threshold_and_negation),
		cmocka_unit_test(test_templates_see_output_and_answer),
		cmocka_unit_test(test_verdicts),
	};
	return cmocka_run_group_tests(tests, 0, 0);
}
