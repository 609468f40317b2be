#include "eval/base/json.h"
#include "tests/unit/unit.h"

#define LITERAL(string)                                                                                                            \
	{                                                                                                                          \
		(string), sizeof(string) - 1                                                                                       \
	}
#define FFFD "\xEF\xBF\xBD"

static void canonical_is(const json_t *value, const char *expected)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	json_canonical(value, &out);
	assert_text(buffer_text(&out), expected);
}

static void test_strict(void **state)
{
	static const struct {
		struct text text;
		const char *expected; /* canonical; NULL: refused */
		const char *says;
		long line;
	} samples[] = {
		{LITERAL("{}"), "{}"},
		{LITERAL(" [1, 2.50, null, true, \"x\"] \n"), "[1,2.5,null,true,\"x\"]"},
		{LITERAL("\"top\""), "\"top\""},
		{LITERAL("7"), "7"},
		{LITERAL("{\"a\":1,\"a\":2}"), NULL, "duplicate", 1},
		{LITERAL("[\n1,\n2\n"), NULL, "not valid JSON", 4},
		{LITERAL("{} x"), NULL, "end of file", 1},
		{LITERAL("{}{}"), NULL, "end of file", 1},
		{LITERAL("{}\0"), NULL, "end of file", 1},
		{LITERAL("NaN"), NULL, "not valid JSON", 1},
		{LITERAL("[Infinity]"), NULL, "not valid JSON", 1},
		{LITERAL("[-]"), NULL, "not valid JSON", 1},
		{LITERAL("[01]"), NULL, "not valid JSON", 1},
		{LITERAL("[1e999]"), NULL, "overflow", 1},
		{LITERAL("[99999999999999999999]"), NULL, "too big", 1},
		{LITERAL("[9223372036854775807,-9223372036854775808]"), "[9223372036854775807,-9223372036854775808]"},
		{LITERAL("[1,]"), NULL, "not valid JSON", 1},
		{LITERAL("{'a':1}"), NULL, "not valid JSON", 1},
		{LITERAL("// no"), NULL, "not valid JSON", 1},
		{LITERAL("\"\xff\""), NULL, "decode byte", 1},
		{LITERAL("\"\xed\xa0\x80\""), NULL, "decode byte", 1},
		{LITERAL("\"\\ud800\""), NULL, "not valid JSON", 1},
		{LITERAL("\"\\u0000\""), NULL, "not valid JSON", 1},
		{LITERAL("\"a\nb\""), NULL, "not valid JSON", 1},
		{LITERAL(""), NULL, "not valid JSON", 1},
		{{NULL, 0}, NULL, "not valid JSON", 1},
	};
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct error error;
		JSON_OWNED *value = json_parse(samples[i].text, &error);
		if (samples[i].expected) {
			assert_non_null(value);
			canonical_is(value, samples[i].expected);
			continue;
		}
		if (value)
			fail_msg("%s was taken", samples[i].text.data);
		assert_int_equal(error.kind, ERROR_DATA);
		assert_contains(error.message, samples[i].says);
		assert_true(error.line >= samples[i].line && error.column >= 1);
	}
}

static void test_lenient(void **state)
{
	static const struct {
		struct text text;
		const char *expected;
	} samples[] = {
		{LITERAL("{\"a\":1,\"a\":2}"), "{\"a\":2}"},
		{LITERAL("\"\\ud800\""), "\"" FFFD "\""},
		{LITERAL("\"\\udc00x\""), "\"" FFFD "x\""},
		{LITERAL("\"\\ud800\\ud800\""), "\"" FFFD FFFD "\""},
		{LITERAL("\"\\ud800\\u0041\""), "\"" FFFD "A\""},
		{LITERAL("\"\\ud83d\\ude00\""), "\"\xF0\x9F\x98\x80\""},
		{LITERAL("\"\\uD83D\\uDE00\\uD83D\""), "\"\xF0\x9F\x98\x80" FFFD "\""},
		{LITERAL("\"\\\\ud800\""), "\"\\\\ud800\""},
		{LITERAL("\"\\\\\\ud800\""), "\"\\\\" FFFD "\""},
		{LITERAL("\"a\\u0000b\""), "\"a\\u0000b\""},
		{LITERAL("\"\xff\xfe\""), "\"" FFFD FFFD "\""},
		{LITERAL("\"\xed\xa0\xbd\\ud800\""), "\"" FFFD FFFD FFFD FFFD "\""},
		{LITERAL("{\"\xff\":1}"), "{\"" FFFD "\":1}"},
		{LITERAL("{\"a\\u0000\":\"b\\u0000\"}"), "{\"a" FFFD "\":\"b" FFFD "\"}"},
		{LITERAL("{\"seed\":18446744073709551615,\"n\":2}"), "{\"n\":2.0,\"seed\":1.8446744073709552e+19}"},
		{LITERAL("{\"a\\u0000\":18446744073709551615}"), "{\"a" FFFD "\":1.8446744073709552e+19}"},
		{LITERAL("\"\\ud8\""), NULL},
		{LITERAL("\"\\u"), NULL},
		{LITERAL("\"\\"), NULL},
		{LITERAL("\"\\ud800\\u12"), NULL},
		{LITERAL("\"\\ud800\\"), NULL},
		{LITERAL("\\ud800"), NULL},
		{LITERAL("<html>"), NULL},
		{LITERAL("{} {}"), NULL},
		{LITERAL("[1e999]"), NULL},
		{LITERAL("[18446744073709551615,1e999]"), NULL},
		{{NULL, 0}, NULL},
	};
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct error error = {0};
		JSON_OWNED *value = json_parse_reply(samples[i].text, &error);
		if (!samples[i].expected) {
			assert_null(value);
			assert_int_equal(error.kind, ERROR_DATA);
			continue;
		}
		if (!value)
			fail_msg("%s: %s", samples[i].text.data, error.message);
		canonical_is(value, samples[i].expected);
	}
}

/* A million brackets are an error, not an overflow of the stack; brackets in strings do not count. */
static void test_depth(void **state)
{
	static const char *const bombs[] = {"[", "{\"a\":", "[{\"a\":"};
	struct error error;
	for (size_t i = 0; i < COUNT(bombs); i++) {
		CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
		for (int n = 0; n < 1000000; n++)
			buffer_add_string(&text, bombs[i]);
		assert_null(json_parse(buffer_text(&text), &error));
		assert_contains(error.message, "nested deeper");
		assert_null(json_parse_reply(buffer_text(&text), &error));
		assert_contains(error.message, "nested deeper");
	}
	CLEANUP(buffer_release) struct buffer quoted = BUFFER_EMPTY;
	buffer_add_string(&quoted, "\"\\\"");
	for (int n = 0; n < 1000000; n++)
		buffer_add_byte(&quoted, '[');
	buffer_add_byte(&quoted, '"');
	JSON_OWNED *value = json_parse(buffer_text(&quoted), &error);
	assert_int_equal(json_text(value).length, 1000001);
	CLEANUP(buffer_release) struct buffer wide = BUFFER_EMPTY;
	buffer_add_byte(&wide, '[');
	for (int n = 0; n < 10000; n++)
		buffer_add_string(&wide, n ? ",[]" : "[]");
	buffer_add_byte(&wide, ']');
	JSON_OWNED *list = json_parse(buffer_text(&wide), &error);
	assert_int_equal(json_array_size(list), 10000);
}

static void test_reals(void **state)
{
	static const struct {
		double number;
		const char *canonical, *plain;
	} samples[] = {
		{0.1, "0.1", "0.1"},
		{0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"},
		{1.0, "1.0", "1"},
		{-0.0, "-0.0", "-0"},
		{0.0, "0.0", "0"},
		{1e300, "1e+300", "1e+300"},
		{1.5e-7, "1.5e-07", "1.5e-07"},
		{1.0 / 3, "0.3333333333333333", "0.3333333333333333"},
		{123456789012345680.0, "1.2345678901234568e+17", "1.2345678901234568e+17"},
		{100000.0, "100000.0", "100000"},
		{9007199254740993.0, "9007199254740992.0", "9007199254740992"},
		{1.7976931348623157e308, "1.7976931348623157e+308", "1.7976931348623157e+308"},
		{4.94065645841247e-324, "4.94065645841247e-324", "4.94065645841247e-324"},
	};
	for (size_t i = 0; i < COUNT(samples); i++) {
		JSON_OWNED *value = json_real(samples[i].number);
		CLEANUP(buffer_release) struct buffer plain = BUFFER_EMPTY;
		CLEANUP(buffer_release) struct buffer written = BUFFER_EMPTY;
		struct error error;
		canonical_is(value, samples[i].canonical);
		json_write_plain(value, &plain);
		assert_text(buffer_text(&plain), samples[i].plain);
		json_canonical(value, &written);
		JSON_OWNED *again = json_parse(buffer_text(&written), &error);
		assert_true(json_is_real(again));
		assert_memory_equal(&(double){json_real_value(again)}, &samples[i].number, sizeof(double));
	}
}

static void test_forms(void **state)
{
	struct error error;
	JSON_OWNED *value = json_parse(
		TEXT("{\"b\":[1,{},[],0.1,{\"z\":null}],\"a\\\"\":\"\\u001b\\n\xc3\xa9/\",\"B\":{},\"aa\":-1,\"a\":0}"), &error);
	assert_non_null(value);
	canonical_is(value, "{\"B\":{},\"a\":0,\"a\\\"\":\"\\u001B\\n\xc3\xa9/\",\"aa\":-1,\"b\":[1,{},[],0.1,{\"z\":null}]}");
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	json_compact(value, &out);
	assert_text(buffer_text(&out),
		"{\"b\":[1,{},[],0.1,{\"z\":null}],\"a\\\"\":\"\\u001B\\n\xc3\xa9/\",\"B\":{},\"aa\":-1,\"a\":0}");
	buffer_clear(&out);
	json_pretty(value, &out);
	assert_text(buffer_text(&out), "{\n  \"b\": [\n    1,\n    {},\n    [],\n    0.1,\n    {\n      \"z\": null\n    }\n  ],\n"
				       "  \"a\\\"\": \"\\u001B\\n\xc3\xa9/\",\n  \"B\": {},\n  \"aa\": -1,\n  \"a\": 0\n}");
	canonical_is(NULL, "null");
}

/* Keys may hold NUL bytes when they were made in the program: they sort and are written whole. */
static void test_keys_with_nul(void **state)
{
	JSON_OWNED *object = json_object();
	assert_int_equal(json_object_setn_new(object, "a\0z", 3, json_integer(1)), 0);
	assert_int_equal(json_object_setn_new(object, "a\0b", 3, json_integer(2)), 0);
	assert_int_equal(json_object_setn_new(object, "a", 1, json_integer(3)), 0);
	assert_int_equal(json_object_setn_new(object, "", 0, json_integer(4)), 0);
	canonical_is(object, "{\"\":4,\"a\":3,\"a\\u0000b\":2,\"a\\u0000z\":1}");
}

static void test_paths(void **state)
{
	static const char document[] = "{\"a\":{\"b\":[{\"c\":1},{\"c\":2}],\"\":5,\"x.y\":6,\"p]q\":7,\"it's\":8},"
				       "\"a.b\":\"dotted\",\"m/n\":9,\"t~k\":10,\"l\":[[11,12]],\"0\":13,\"\":14}";
	static const struct {
		const char *path, *expected;
	} samples[] = {
		{"a.b.1.c", "2"},
		{"a.b[1].c", "2"},
		{"a[\"b\"][0][\"c\"]", "1"},
		{"a['b'][0]['c']", "1"},
		{"/a/b/1/c", "2"},
		{"a.b", "\"dotted\""},
		{"/a.b", "\"dotted\""},
		{"/a/b/0", "{\"c\":1}"},
		{"a[\"x.y\"]", "6"},
		{"a.x.y", "6"},
		{"a[\"p]q\"]", "7"},
		{"a[\"it's\"]", "8"},
		{"a[\"\"]", "5"},
		{"/a/", "5"},
		{"/", "14"},
		{"/m~1n", "9"},
		{"/t~0k", "10"},
		{"m/n", "9"},
		{"l[0][1]", "12"},
		{"l.0.1", "12"},
		{"0", "13"},
		{"[0]", "13"},
		{"l.2", NULL},
		{"l.-1", NULL},
		{"l.00", NULL},
		{"/l/00", NULL},
		{"/l/-", NULL},
		{"l.x", NULL},
		{"l[", NULL},
		{"l[]", NULL},
		{"l[\"", NULL},
		{"l[\"]", NULL},
		{"a[\"x.y]", NULL},
		{"l.99999999999999999999", NULL},
		{"l[4294967296]", NULL},
		{"a.b.1.c.d", NULL},
		{"nothing.at.all", NULL},
		{"a..b", NULL},
		{"/a/b/1/c/0", NULL},
		{"[", NULL},
		{"]", NULL},
		{"..", NULL},
	};
	struct error error;
	JSON_OWNED *value = json_parse(TEXT(document), &error);
	assert_non_null(value);
	assert_ptr_equal(json_at(value, ""), value);
	assert_ptr_equal(json_at(value, "."), value);
	for (size_t i = 0; i < COUNT(samples); i++) {
		const json_t *found = json_at(value, samples[i].path);
		if (!found != !samples[i].expected)
			fail_msg("%s: %s", samples[i].path, found ? "found something" : "found nothing");
		if (found)
			canonical_is(found, samples[i].expected);
	}
	assert_null(json_at(NULL, "a"));
}

static void test_members(void **state)
{
	struct error error;
	JSON_OWNED *value = json_parse(TEXT("{\"s\":\"x\",\"i\":-3,\"r\":4.0,\"h\":4.5,\"big\":1e300,\"low\":-1e19,\"edge\":"
					    "9223372036854775808.0,\"n\":null}"),
		&error);
	static const struct {
		const char *key;
		long long integer;
	} integers[] = {{"i", -3}, {"r", 4}, {"h", 99}, {"big", 99}, {"low", 99}, {"edge", 99}, {"s", 99}, {"n", 99}, {"none", 99}};
	for (size_t i = 0; i < COUNT(integers); i++)
		assert_int_equal(json_integer_or(value, integers[i].key, 99), integers[i].integer);
	assert_string_equal(json_string_or(value, "s", "d"), "x");
	assert_string_equal(json_string_or(value, "i", "d"), "d");
	assert_close(json_number_or(value, "h", 0), 4.5, 0);
	assert_close(json_number_or(value, "i", 0), -3, 0);
	assert_close(json_number_or(value, "s", 7), 7, 0);
	assert_int_equal(json_integer_or(NULL, "i", 5), 5);
}

static void test_strings(void **state)
{
	static const struct {
		struct text text;
		const char *written;
	} samples[] = {
		{LITERAL(""), "\"\""},
		{{NULL, 0}, "\"\""},
		{LITERAL("a\0b"), "\"a\\u0000b\""},
		{LITERAL("\xff\"\\"), "\"" FFFD "\\\"\\\\\""},
		{LITERAL("\xed\xa0\x80"), "\"" FFFD FFFD FFFD "\""},
		{LITERAL("\x1b[2J\x7f"), "\"\\u001B[2J\x7f\""},
	};
	for (size_t i = 0; i < COUNT(samples); i++) {
		CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
		json_write_string(samples[i].text, &out);
		assert_text(buffer_text(&out), samples[i].written);
	}
	assert_null(json_text(NULL).data);
}

static void test_plain(void **state)
{
	static const struct {
		const char *json, *plain;
	} samples[] = {{"\"a b\"", "a b"}, {"12", "12"}, {"true", "true"}, {"false", "false"}, {"null", ""}, {"[1,0.1]", "[1,0.1]"},
		{"{\"b\":1,\"a\":2}", "{\"b\":1,\"a\":2}"}};
	for (size_t i = 0; i < COUNT(samples); i++) {
		CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
		struct error error;
		JSON_OWNED *value = json_parse(text_of(samples[i].json), &error);
		json_write_plain(value, &out);
		assert_text(buffer_text(&out), samples[i].plain);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strict),
		cmocka_unit_test(test_lenient),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_reals),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_keys_with_nul),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_plain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
