/* Extractors: the answer taken out of an output by rule. */
#include "eval/score/number.h"
#include "tests/unit/scoring.h"

static const char nothing[] = "<nothing>";

static const struct {
	const char *extract, *output, *found;
} rows[] = {
	{"last-number", "it costs $1,577.", "1577"},
	{"last-number", "A: $18", "18"},
	{"last-number", "so -3.5", "-3.5"},
	{"last-number", "so −3.5 °C", "-3.5"},
	{"last-number", "-$3.50", "-3.50"},
	{"last-number", "10-12", "12"},
	{"last-number", "16 - 3 - 4 = <<16-3-4=9>>9", "9"},
	{"last-number", "1,2,3", "3"},
	{"last-number", "1,00,000", "100000"},
	{"last-number", "12,345,678.90", "12345678.90"},
	{"last-number", "1234,567", "567"},
	{"last-number", "a .5 share", ".5"},
	{"last-number", "v1.2.3", "3"},
	{"last-number", "2e5", "2e5"},
	{"last-number", "2e5x", "5"},
	{"last-number", "3 × 10^8 m", "3e8"},
	{"last-number", "3 \\times 10^{-8}", "3e-8"},
	{"last-number", "5 x 3", "3"},
	{"last-number", "٣", nothing},
	{"last-number", "none", nothing},
	{"last-number", "", nothing},
	/* the flexible-extract column of the GSM8K vectors */
	{"last-number", "#### 18", "18"},
	{"last-number", "#### 1,577", "1577"},
	{"last-number", "#### $18", "18"},
	{"last-number", "####18", "18"},
	{"last-number", "so 5+5=10\n#### 10\n#### 12", "12"},
	{"last-number", "The answer is 18.", "18"},
	{"last-number", "The answer is 8", "8"},
	{"last-number", "He pays $5.00 for 2 items.", "2"},
	{"last-number", "no digits", nothing},
	/* the strict column */
	{"{regex: \"#### (\\\\-?[0-9\\\\.\\\\,]+)\"}", "#### 18", "18"},
	{"{regex: \"#### (\\\\-?[0-9\\\\.\\\\,]+)\"}", "#### $18", nothing},
	{"{regex: \"#### (\\\\-?[0-9\\\\.\\\\,]+)\"}", "####18", nothing},
	{"{regex: \"#### (\\\\-?[0-9\\\\.\\\\,]+)\"}", "so 5+5=10\n#### 10\n#### 12", "10"},
	{"{regex: \"The answer is (\\\\-?[0-9\\\\.\\\\,]+).\"}", "The answer is 18", "1"},
	{"{regex: \"The answer is (\\\\-?[0-9\\\\.\\\\,]+).\"}", "The answer is 8", nothing},
	{"{regex: \"\\\\d+\"}", "a1b22", "1"},
	{"{regex: \"\\\\d+\", last: true}", "a1b22", "22"},
	{"{regex: \"(\\\\w)=(\\\\d)\", group: 2}", "x=1", "1"},
	{"{regex: \"(\\\\w)=(\\\\d)\", group: 0}", "x=1", "x=1"},
	{"{type: regex, regex: \"A\", flags: i}", "xa", "a"},
	{"{regex: \"a|(b)\"}", "a", nothing},
	{"{regex: \"x*\", last: true}", "éé", ""},
	{"{regex: \"b\"}",
		"\xFF"
		"ab",
		"b"},
	{"{tag: answer}", "<answer>1</answer> no, <answer> 2\n</answer> end", "2"},
	{"{tag: answer}", "<answer> open end ", "open end"},
	{"{tag: answer}", "<answers>1</answers>", nothing},
	{"{tag: answer}", "<answer></answer>", ""},
	{"{json-pointer: /a/0}", "{\"a\":[\"x\"]}", "x"},
	{"{json-pointer: a.0}", "{\"a\":[5]}", "5"},
	{"{json-pointer: /a}", "{\"a\":{\"b\":true}}", "{\"b\":true}"},
	{"{json-pointer: /a}", "Sure!\n```json\n{\"a\": \"in a fence\"}\n```\n", "in a fence"},
	{"{json-pointer: /a}", "```\nnot\n```\n```\n{\"a\": 2}\n```", "2"},
	{"{json-pointer: /a}", "{oops} then {\"a\": \"}\\\"{\"} and more", "}\"{"},
	{"{json-pointer: /0}", "The list [ \"x\" ]", "x"},
	{"{json-pointer: /b}", "{\"a\":1}", nothing},
	{"{json-pointer: /a}", "no json", nothing},
	{"{json-pointer: ''}", " 3 ", "3"},
	{"{after: \"Answer:\"}", "Answer: 1\nso\nAnswer: two words \nmore", "two words"},
	{"{after: \"Answer:\"}", "Answer:\n\n  below\nmore", "below"},
	{"{after: \"Answer:\", whole: true}", "Answer: a\nb", "a\nb"},
	{"{after: \"answer:\"}", "Answer: a", nothing},
	{"{after: \"answer:\", ignore_case: true}", "Answer: É", "É"},
	{"{after: \"Answer:\"}", "Answer:", ""},
	{"[{tag: a}, {after: \"=\"}, last-number]", "x = y 5", "y 5"},
	{"[{tag: a}, last-number]", "x = y 5", "5"},
	{"[{tag: a}, {tag: b}]", "x = y 5", nothing},
};

static struct extractor *extractor_of(struct scoring *scoring, const char *yaml)
{
	struct field_reader reader = {scoring->arena, "lever.yaml", &scoring->errors, "variant x"};
	const struct yaml *node = yaml_parse(scoring->arena, text_of(yaml), "lever.yaml", &scoring->errors);
	struct extractor *extractor = node ? extractor_read(&reader, node) : 0;
	if (!extractor)
		fail_msg("%s: %s", yaml, scoring->errors.items[0].message);
	return extractor;
}

static void test_rows(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scoring scoring;
		scoring_start(&scoring);
		struct extractor *extractor = extractor_of(&scoring, rows[i].extract);
		struct text found = extractor_apply(extractor, scoring.arena, text_of(rows[i].output));
		if (!found.data)
			found = text_of(nothing);
		if (!text_equal(found, text_of(rows[i].found)))
			fail_msg("%s of \"%s\": \"%.*s\", wanted \"%s\"", rows[i].extract, rows[i].output, (int)found.length,
				found.data, rows[i].found);
		extractor_done(extractor);
		scoring_end(&scoring);
	}
}

static void test_definition(void **state)
{
	struct scoring scoring;
	scoring_start(&scoring);
	struct extractor *one = extractor_of(&scoring, "{regex: a, last: true}");
	struct extractor *other = extractor_of(&scoring, "[{type: regex, regex: a, last: true}]");
	JSON_OWNED *first = extractor_definition(one), *second = extractor_definition(other);
	JSON_OWNED *wanted = scoring_json("[{\"type\":\"regex\",\"regex\":\"a\",\"last\":true}]");
	assert_true(json_equal(first, wanted));
	assert_true(json_equal(second, wanted));
	extractor_done(one);
	extractor_done(other);
	scoring_end(&scoring);
}

static struct text hostile_make(struct arena *arena, const char *pattern, size_t length)
{
	char *data = arena_take(arena, length);
	size_t step = strlen(pattern);
	for (size_t i = 0; i < length; i++)
		data[i] = pattern[i % step];
	return text_make(data, length);
}

/* Nothing crashes, nothing hangs, and the same comes out twice. */
static void test_hostile(void **state)
{
	static const char *const extracts[] = {"last-number", "{regex: \"(x+x+)+y\"}", "{regex: \".*\", last: true}", "{tag: a}",
		"{json-pointer: /a}", "{after: \"a\"}", "{after: \"a\", ignore_case: true}"};
	static const char *const patterns[] = {"x", "[", "{\"", "1,", "1,23,", "-", "<a>", "\xFF", "```\n", "{[", "9", "\\", "0e9"};
	for (size_t i = 0; i < COUNT(extracts); i++)
		for (size_t j = 0; j < COUNT(patterns); j++) {
			struct scoring scoring;
			scoring_start(&scoring);
			struct extractor *extractor = extractor_of(&scoring, extracts[i]);
			struct text output = hostile_make(scoring.arena, patterns[j], 1 << 19);
			struct text first = extractor_apply(extractor, scoring.arena, output);
			struct text second = extractor_apply(extractor, scoring.arena, output);
			assert_true(text_equal(first, second) && !first.data == !second.data);
			assert_null(extractor_apply(extractor, scoring.arena, (struct text){0}).data);
			extractor_done(extractor);
			scoring_end(&scoring);
		}
}

static void test_types_explain_themselves(void **state)
{
	for (size_t i = 0; extractor_types[i]; i++) {
		const struct extractor_type *type = extractor_types[i];
		assert_true(type->name[0] && type->summary[0] && type->help[0] && type->fields && type->extract);
		assert_contains(type->help, "Example: extract: ");
		for (const struct field *field = type->fields; field->name; field++)
			assert_true(field->help && field->help[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_definition),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_types_explain_themselves),
	};
	return cmocka_run_group_tests(tests, 0, 0);
}
