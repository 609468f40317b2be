/* What each scorer says of which answers. */
#include "tests/unit/scoring.h"

static const struct scoring_row rows[] = {
	/* exact */
	{"exact", "[\"Paris\"]", " Paris\n", 1, true, "equals `Paris`", "Paris"},
	{"exact", "[\"Paris\"]", "paris", 0, false, "`paris` is not `Paris`"},
	{"exact", "[\"Rome\",\"Paris\",\"Oslo\"]", "Oslo", 1, true},
	{"exact", "[\"Rome\",\"Paris\",\"Oslo\"]", "Bonn", 0, false, "`Bonn` is not `Rome` (or 2 more)"},
	{"exact: {ignore_case: true}", "[\"STRASSE\"]", "straße", 1, true},
	{"exact: {ignore_punctuation: true}", "[\"its\"]", "“it's.”", 1, true},
	{"exact: {trim: false}", "[\"a\"]", "a ", 0, false},
	{"exact", "[42]", "42", 1, true},
	{"exact: \"{{ city }}!\"", 0, "Oslo!", 1, true, 0, 0, "{\"city\":\"Oslo\"}"},
	{"exact: \"It is {{ expected }}.\"", "[\"a\",\"b\"]", "It is b.", 1, true},
	{"exact: \"{{ city }}\"", 0, "Oslo", 0, false, "city", 0},
	{"exact", 0, "Oslo", 0, false, "the case has no expected answer"},
	{"not-exact", 0, "Oslo", 0, false, "the case has no expected answer"},
	{"exact", "[\"\"]", "", 1, true},
	{"exact", "[\"x\"]", "", 0, false, "nothing is not `x`"},
	/* contains */
	{"contains", "[\"30 days\"]", "within 30 days of purchase", 1, true, "contains `30 days`"},
	{"contains", "[\"30 days\"]", "no", 0, false, "`no` does not contain `30 days`"},
	{"contains", "[\"x\",\"30 days\"]", "within 30 days", 1, true, "contains `30 days`"},
	{"contains: Yes", 0, "yes", 0, false},
	{"contains: {value: Yes, ignore_case: true}", 0, "oh yes", 1, true},
	{"contains: {all: [a, b, c]}", 0, "a and b", 2.0 / 3, false, "does not contain `c`"},
	{"contains: {all: [a, b]}", 0, "a and b", 1, true, "contains `a` (or 1 more)"},
	{"contains: {any: [q, b]}", 0, "a and b", 1, true},
	{"contains: {any: \"{{ expected }}\"}", "[\"q\",\"b\"]", "a and b", 1, true},
	{"contains: {value: cat, word: true}", 0, "concatenate", 0, false},
	{"contains: {value: cat, word: true}", 0, "concat, cat.", 1, true},
	{"contains: {value: C++, word: true}", 0, "I like C++", 1, true},
	{"contains: {value: é, word: true}", 0, "café", 0, false},
	{"contains: \"\"", 0, "anything", 0, false, "empty"},
	{"contains: [\"{{ a }}\", z]", 0, "has q", 1, true, 0, 0, "{\"a\":\"q\"}"},
	{"not-contains: sorry", 0, "I am sorry", 0, false, "contains `sorry`"},
	{"not-contains: sorry", 0, "Sure", 1, true},
	{"{contains: a, negate: true}", 0, "b", 1, true},
	{"{type: not-contains, value: a, negate: true}", 0, "a", 1, true},
	/* starts-with */
	{"starts-with: [Yes, No]", 0, "\n No, never", 1, true, "starts with `No`"},
	{"starts-with: {value: yes, ignore_case: true}", 0, "YES", 1, true},
	{"starts-with: yes", 0, "oh yes", 0, false, "`oh yes` does not start with `yes`"},
	/* regex */
	{"regex: \"^\\\\d{3}$\"", 0, "123", 1, true, 0, "123"},
	{"regex: \"^\\\\d{3}$\"", 0, "1234", 0, false, "`1234` has no match of `^\\d{3}$`"},
	{"regex: {value: \"^b\", flags: m}", 0, "a\nb", 1, true},
	{"regex: {value: \"A.C\", flags: is}", 0, "xa\nc", 1, true},
	{"regex: {value: \"a b # c\", flags: x}", 0, "ab", 1, true},
	{"regex: \"^\\\\Q{{ expected }}\\\\E$\"", "[\"a.b*\"]", "a.b*", 1, true},
	{"regex: \"^\\\\Q{{ expected }}\\\\E$\"", "[\"a.b*\"]", "aXb", 0, false},
	{"regex: \"({{ expected }}\"", "[\"x\"]", "x", 0, false, "the pattern is wrong at character"},
	{"regex: a", 0, "\xFF\xFE za", 1, true, 0, "a"},
	{"regex: \"^.é$\"", 0, "\xFFé", 1, true, 0, "\xEF\xBF\xBDé"},
	/* numeric */
	{"numeric", "[\"1577\"]", "The total is $1,577.", 1, true, "`1577` is `1577`", "1577"},
	{"numeric", "[18]", "5 + 13 = 18.00 dollars", 1, true},
	{"numeric", "[\"18\"]", "19", 0, false, "`19` is not `18`"},
	{"numeric", "[\"18\"]", "eighteen", 0, false, "no number in `eighteen`, expected `18`"},
	{"numeric", "[\"none\"]", "18", 0, false, "no number in the expected answer"},
	{"numeric", "[\"-3.5\"]", "it fell by −3.5", 1, true},
	{"numeric", "[\"45%\"]", "0.45", 1, true},
	{"numeric", "[45]", "45 %", 1, true},
	{"numeric", "[0.333]", "33.3%", 1, true},
	{"numeric", "[\"45%\"]", "0.46", 0, false},
	{"numeric", "[6.02e23]", "about 6.02 × 10^23", 1, true},
	{"numeric: {tolerance: 0.5}", "[10]", "10.5", 1, true},
	{"numeric: {tolerance: 0.5}", "[10]", "10.6", 0, false},
	{"numeric: {tolerance: 5%}", "[-200]", "-210", 1, true},
	{"numeric: {tolerance: 5%}", "[-200]", "-211", 0, false},
	{"numeric", "[\"12345678901234567890\"]", "12345678901234567891", 0, false},
	{"numeric", "[\"12345678901234567890\"]", "12,345,678,901,234,567,890.0", 1, true},
	{"numeric: 7", 0, "seven is 7", 1, true},
	{"{numeric: 3, extract: {regex: \"x=(\\\\d+)\"}}", 0, "x=3 and y=4", 1, true},
	{"{numeric: 3, extract: {regex: \"z=(\\\\d+)\"}}", 0, "x=3", 0, false, "the extractor found no answer in `x=3`"},
	{"{not-numeric: 3, extract: {regex: \"z=(\\\\d+)\"}}", 0, "x=3", 0, false, "the extractor found no answer"},
	/* choice */
	{"choice", "[\"B\"]", "B", 1, true, "picked B", "B"},
	{"choice", "[\"B\"]", "(B) because of A", 1, true},
	{"choice", "[\"B\"]", "b) twelve", 1, true},
	{"choice", "[\"B\"]", "**B**", 1, true},
	{"choice", "[\"B\"]", "A is wrong. Answer: B", 1, true},
	{"choice", "[\"B\"]", "A) no.\nThe correct answer is option (B).", 1, true},
	{"choice", "[\"B\"]", "so \\boxed{B}", 1, true},
	{"choice", "[\"B\"]", "The answer is C.", 0, false, "picked C, expected B"},
	{"choice", "[\"A\"]", "A dog is an animal", 0, false, "no option in"},
	{"choice", "[\"B\"]", "I would say [B] here", 1, true},
	{"choice", "[\"B\"]", "either (A) or (B)", 0, false, "no option"},
	{"choice: {choices: [red, dark red, blue]}", "[\"B\"]", "it is dark red", 1, true, "picked B (`dark red`)"},
	{"choice: {choices: [red, dark red, blue]}", "[\"dark red\"]", "B", 1, true},
	{"choice: {choices: [red, dark red, blue]}", "[\"A\"]", "red or blue", 0, false, "no option"},
	{"choice: {choices: {A: one, B: two}}", "[\"B\"]", "Two!", 1, true},
	{"choice", "[\"cat\"]", "The answer is B", 1, true, 0, "B", "{\"choices\":[\"dog\",\"cat\"]}"},
	{"choice", "[\"bird\"]", "B", 0, false, "`bird` is none of the options", 0, "{\"choices\":[\"dog\",\"cat\"]}"},
	{"choice: {choices: [x]}", "[\"A\"]", "A", 0, false, "2 to 26 options"},
	/* label */
	{"label: [billing, refund]", "[\"refund\"]", " Refund. ", 1, true, "`refund` is `refund`", "refund"},
	{"label: [billing, refund]", "[\"refund\"]", "The label is billing", 0, false, "`billing` is not `refund`", "billing"},
	{"label: [card, card_arrival]", "[\"card_arrival\"]", "card arrival", 1, true, 0, "card_arrival"},
	{"label: [card, card_arrival]", "[\"card\"]", "it is card-arrival I think", 0, false, 0, "card_arrival"},
	{"label: [billing, refund]", "[\"refund\"]", "refund\nnot billing", 1, true},
	{"label: [billing, refund]", "[\"refund\"]", "refund or billing", 0, false, "2 labels, among them", "(other)"},
	{"label: [billing, refund]", "[\"refund\"]", "refunding", 0, false, "no label in `refunding`, expected `refund`",
		"(other)"},
	{"label: [billing, refund]", "[\"other\"]", "refund", 0, false, "`other` is none of the labels"},
	{"label: [YES, no]", "[\"Yes\"]", "{\"label\": \"yes\"}", 1, true, 0, "YES"},
	/* squad */
	{"squad-em", "[\"The Eiffel Tower\"]", "eiffel tower!", 1, true, 0, "eiffel tower"},
	{"squad-em", "[\"x\",\"y z\"]", "the y, z", 1, true},
	{"squad-em", "[\"x\",\"y\"]", "z", 0, false, "`z` is not `x` (or 1 more)"},
	{"squad-f1", "[\"Denver Broncos\"]", "The Denver Broncos won", 0.8, true, "F1 0.800"},
	{"squad-f1: {threshold: 0.9}", "[\"Denver Broncos\"]", "The Denver Broncos won", 0.8, false,
		"0.8 is below the threshold 0.9"},
	{"not-squad-f1: {threshold: 0.9}", "[\"Denver Broncos\"]", "The Denver Broncos won", 0.2, true},
	/* json */
	{"json", 0, " {\"a\": 1} ", 1, true, "valid JSON"},
	{"json", 0, "{a: 1}", 0, false, "`{a: 1}` is no JSON"},
	{"json", 0, "```json\n{\"a\":1}\n```", 0, false},
	{"json: {lenient: true}", 0, "Here:\n```json\n{\"a\":1}\n```", 1, true},
	{"json: {lenient: true}", 0, "Here: {no} {\"a\":[1]} done", 1, true},
	{"json: {lenient: true}", 0, "none", 0, false, "no JSON in `none`"},
	{"json", "[\"some text\"]", "3", 1, true},
	{"json", "[{\"a\":1,\"b\":\"x\"}]", "{\"b\":\"x\",\"a\":1.0,\"c\":0}", 1, true, "all 2 fields are equal"},
	{"json", "[{\"a\":1,\"b\":\"x\"}]", "{\"b\":\"y\",\"a\":1}", 0.5, false,
		"`/b` is `\"y\"`, expected `\"x\"` (1 of 2 fields are equal)"},
	{"json", "[{\"a\":1,\"b\":\"x\"}]", "{\"a\":1}", 0.5, false, "`/b` is nothing, expected `\"x\"`"},
	{"json", "[{\"a\":{\"x/y\":[1,2]}}]", "{\"a\":{\"x/y\":[1,3]}}", 0, false, "`/a/x~1y/1` is `3`, expected `2`"},
	{"json", "[{\"a\":[1]}]", "{\"a\":[1,2]}", 0, false, "`/a/1` is `2`, expected nothing"},
	{"json: {extra: deny}", "[{\"a\":1}]", "{\"a\":1,\"c\":0}", 0.5, false, "`/c` is `0`, expected nothing"},
	{"json: {extra: deny}", "[{\"a\":{\"b\":1}}]", "{\"a\":{\"b\":1,\"c\":2}}", 0, false, "`/a/c` is `2`, expected nothing"},
	{"json: {ignore_case: true}", "[{\"a\":\"X\"}]", "{\"a\":\"x\"}", 1, true},
	{"json: {fields: [a, b.c]}", "[{\"a\":1,\"b\":{\"c\":2,\"d\":3}}]", "{\"a\":1,\"b\":{\"c\":2}}", 1, true},
	{"json: {fields: [a, /b/c]}", "[{\"a\":1,\"b\":{\"c\":2}}]", "{\"a\":1,\"b\":{\"c\":4}}", 0.5, false,
		"`/b/c` is `4`, expected `2`"},
	{"json: {fields: [z]}", "[{\"a\":1}]", "{\"a\":1}", 0, false, "no field `z`"},
	{"json: {fields: [z]}", "[\"text\"]", "{\"a\":1}", 0, false, "no expected object"},
	{"json: {equals: {a: \"{{ v }}\"}}", 0, "{\"a\":[1]}", 1, true, 0, 0, "{\"v\":[1]}"},
	{"json", "[\"{\\\"a\\\": 1}\"]", "{\"a\":2}", 0, false, "`/a` is `2`, expected `1`"},
	{"json", "[{\"a\":1},{\"a\":2}]", "{\"a\":2}", 1, true},
	{"json: {equals: 3}", 0, "3.0", 1, true},
	{"json: {equals: true}", 0, "false", 0, false, "the value is `false`, expected `true`"},
	{"json: {equals: null}", 0, "null", 1, true},
	{"json", "[{}]", "{}", 1, true},
	{"json", "[{\"a\":1}]", "[1]", 0, false, "the value is `[1]`"},
	{"json: {schema: {type: object, required: [a], additionalProperties: false, properties: {a: {type: integer, minimum: 0}}}}",
		0, "{\"a\":3.0}", 1, true, "valid JSON"},
	{"json: {schema: {type: object, required: [a]}}", 0, "{}", 0, false, "breaks the schema: /a is missing"},
	{"json: {schema: {properties: {a: {minimum: 0}}}}", 0, "{\"a\":-1}", 0, false, "/a is `-1`, below the minimum 0"},
	{"json: {schema: {properties: {a: {}}, additionalProperties: false}}", 0, "{\"b\":1}", 0, false,
		"/b is `1`, but nothing may stand there"},
	{"json: {schema: {items: {enum: [KQ, UM]}, minItems: 1}}", 0, "[\"KQ\", \"X\"]", 0, false,
		"/1 is `\"X\"`, none of the values"},
	{"json: {schema: {items: {enum: [KQ, UM]}, minItems: 1}}", 0, "[]", 0, false, "its length below the minimum 1"},
	{"json: {schema: {pattern: \"^WN-[0-9]+$\", maxLength: 5}}", 0, "\"WN-12\"", 1, true},
	{"json: {schema: {pattern: \"^WN-[0-9]+$\", maxLength: 5}}", 0, "\"WN-x\"", 0, false, "not of the pattern ^WN"},
	{"json: {schema: {type: [string, \"null\"], maxLength: 2}}", 0, "\"äöü\"", 0, false, "above the maximum 2"},
	{"json: {schema: {type: [string, \"null\"]}}", 0, "true", 0, false, "of none of the types"},
	{"json: {schema: {exclusiveMaximum: 3, const: 3}}", 0, "3", 0, false, "not below 3"},
	{"json: {schema: {type: object}, fields: [a]}", "[{\"a\":1}]", "{\"a\":2}", 0, false, "`/a` is `2`, expected `1`"},
	/* refusal */
	{"refusal", 0, "I’m sorry, but I can’t help with that.", 1, true, 0, "refused"},
	{"refusal", 0, "The handbook does not mention a fee.", 1, true},
	{"refusal: {kind: refusal}", 0, "The handbook does not mention a fee.", 0, false, "a refusal was expected"},
	{"refusal: {kind: abstention}", 0, "I cannot help with that", 0, false},
	{"refusal: false", 0, "I cannot  help with that", 0, false, "an answer was expected"},
	{"not-refusal", 0, "Sure: 12", 1, true, 0, "answered"},
	{"refusal: {phrases: [Leider]}", 0, "leider nein", 1, true},
	/* length */
	{"length: 3", 0, "one two  three", 1, true, "3 words", "3"},
	{"length: 3", 0, "one two three four", 0, false, "4 words, at most 3 expected"},
	{"length: {min: 2, unit: lines}", 0, "a\n\nb\n", 1, true},
	{"length: {min: 4, unit: characters}", 0, " äöü ", 0, false, "3 characters, at least 4 expected"},
	{"length: {max: 4, unit: tokens}", 0, "one two three", 1, true, "4 tokens"},
	{"length: {min: 1}", 0, "", 0, false},
	/* what was not measured does not pass */
	{"latency: 2s", 0, "x", 0, false, "the latency is unknown"},
	{"cost: 0.01", 0, "x", 0, false, "the cost is unknown"},
	{"not-cost: 0.01", 0, "x", 0, false, "the cost is unknown"},
	{"verdict", 0, "x", 0, false, "no verdict was recorded"},
	{"citation", 0, "see [1]", 0, false, "no passages were put in the prompt"},
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		scoring_row_check(&rows[i]);
}

static void test_latency_and_cost(void **state)
{
	struct scoring scoring;
	scoring_start(&scoring);
	scoring_read_good(&scoring, "- latency: 2s\n- cost: 0.002\n- {type: latency, max: 250ms, name: fast}\n");
	scoring_case(&scoring, 0, 0);
	scoring.scored.latency = 1500000;
	scoring.scored.usage.cost = 2500000000LL;
	assert_true(scoring_run(&scoring, 0, TEXT("")).passed);
	struct score_result cost = scoring_run(&scoring, 1, TEXT(""));
	assert_false(cost.passed);
	assert_text(cost.reason, "cost $0.0025, at most $0.002 expected");
	struct score_result fast = scoring_run(&scoring, 2, TEXT(""));
	assert_text(fast.reason, "took 1.5 s, at most 0.25 s expected");
	scoring_end(&scoring);
}

static void test_verdict(void **state)
{
	static const struct {
		const char *recorded;
		double value;
		bool passed;
	} cases[] = {{"{\"verdict\":true}", 1, true}, {"{\"verdict\":false}", 0, false}, {"{\"verdict\":0.75}", 0.75, true},
		{"{\"verdict\":0.25}", 0.25, false}, {"{\"verdict\":7}", 1, true}, {"{\"verdict\":\"refused\"}", 0, false},
		{"{\"verdict\":null}", 0, false}, {"{\"verdict\":[1]}", 0, false}, {"{}", 0, false}};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scoring scoring;
		scoring_start(&scoring);
		scoring_read_good(&scoring, "- verdict\n");
		scoring.scored.recorded = scoring.recorded = scoring_json(cases[i].recorded);
		struct score_result result = scoring_run(&scoring, 0, TEXT("x"));
		assert_close(result.value, cases[i].value, 1e-12);
		assert_int_equal(result.passed, cases[i].passed);
		scoring_end(&scoring);
	}
}

static void test_refused_states(void **state)
{
	struct scoring scoring;
	scoring_start(&scoring);
	scoring_read_good(&scoring, "- refusal\n- refusal: {kind: abstention}\n");
	scoring.scored.state = ATTEMPT_REFUSED;
	assert_true(scoring_run(&scoring, 0, (struct text){0}).passed);
	assert_false(scoring_run(&scoring, 1, (struct text){0}).passed);
	scoring.scored.state = ATTEMPT_FILTERED;
	assert_true(scoring_run(&scoring, 0, (struct text){0}).passed);
	scoring_end(&scoring);
}

static void test_citations(void **state)
{
	static const struct {
		const char *answer;
		bool any, gold;
		const char *reason;
	} cases[] = {
		{"Yes [1].", true, false, 0},
		{"Yes [2][1].", true, true, "cites [1][2]"},
		{"Yes [1, 2]", true, true, 0},
		{"Yes [1-2]", true, true, 0},
		{"Yes [^2]", true, true, 0},
		{"Yes 【2】", true, true, 0},
		{"Yes [1–2; 3]", true, true, "cites [1][2][3]"},
		{"Yes.", false, false, "cites no passage; the prompt had [1] to [3]"},
		{"Yes [7]", false, false, "cites [7], which was not in the prompt; it had [1] to [3]"},
		{"Yes [2] and [7]", false, false, "cites [7]"},
		{"In [2024] [a] [1x] []", false, false, "cites no passage"},
		{"[1", false, false, "cites no passage"},
		{"Yes [3]", true, false, 0},
	};
	struct retrieved_row items[] = {
		{.rank = 1, .key = "fees.md#late", .number = 1},
		{.rank = 2, .key = "returns.md#time~2", .number = 2},
		{.rank = 3, .key = "returns.mdx", .number = 3},
		{.rank = 4, .key = "returns.md#time", .number = 0},
	};
	struct retrieval_row retrieval = {.items = items, .count = COUNT(items)};
	struct scoring scoring;
	scoring_start(&scoring);
	scoring_read_good(&scoring, "- citation\n- citation: {gold: true}\n");
	scoring.scored.retrieval = &retrieval;
	scoring.scored.gold = scoring.gold = scoring_json("[\"returns.md\"]");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct score_result any = scoring_run(&scoring, 0, text_of(cases[i].answer));
		struct score_result gold = scoring_run(&scoring, 1, text_of(cases[i].answer));
		if (any.passed != cases[i].any || gold.passed != cases[i].gold)
			fail_msg("%s: any %d, gold %d", cases[i].answer, any.passed, gold.passed);
		if (cases[i].reason)
			assert_contains(any.reason.data, cases[i].reason);
	}
	scoring_end(&scoring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_latency_and_cost),
		cmocka_unit_test(test_verdict),
		cmocka_unit_test(test_refused_states),
		cmocka_unit_test(test_citations),
	};
	return cmocka_run_group_tests(tests, 0, 0);
}
