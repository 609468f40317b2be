#include "eval/base/utf8.h"
#include "tests/unit/unit.h"

static const struct {
	const char *bytes;
	int length;
	uint32_t code;
} decodings[] = {
	{"A", 1, 'A'},
	{"\x7f", 1, 0x7F},
	{"\xc2\x80", 2, 0x80},
	{"\xdf\xbf", 2, 0x7FF},
	{"\xe0\xa0\x80", 3, 0x800},
	{"\xed\x9f\xbf", 3, 0xD7FF},
	{"\xee\x80\x80", 3, 0xE000},
	{"\xef\xbf\xbf", 3, 0xFFFF},
	{"\xf0\x90\x80\x80", 4, 0x10000},
	{"\xf4\x8f\xbf\xbf", 4, 0x10FFFF},
	{"\xe2\x82\xac rest", 3, 0x20AC},
};

static const char *const broken[] = {
	"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf",					   /* overlong in two bytes */
	"\xe0\x80\xaf", "\xe0\x9f\xbf", "\xf0\x80\x80\xaf", "\xf0\x8f\xbf\xbf",	   /* overlong in three and four */
	"\xed\xa0\x80", "\xed\xbf\xbf",						   /* surrogates */
	"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe", "\xff",			   /* beyond U+10FFFF */
	"\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3(", "\xe2(\xa1", "\xf0\x9f(\x80", /* cut or interrupted */
};

static void decodes_valid_sequences(void **state)
{
	for (size_t i = 0; i < COUNT(decodings); i++) {
		uint32_t code = 0;
		assert_int_equal(utf8_decode(decodings[i].bytes, strlen(decodings[i].bytes), &code), decodings[i].length);
		assert_int_equal(code, decodings[i].code);
	}
	uint32_t code = 1;
	assert_int_equal(utf8_decode("\0", 1, &code), 1);
	assert_int_equal(code, 0);
}

static void refuses_broken_sequences(void **state)
{
	for (size_t i = 0; i < COUNT(broken); i++) {
		uint32_t code = 0xABCDEF;
		assert_int_equal(utf8_decode(broken[i], strlen(broken[i]), &code), 0);
		assert_int_equal(code, 0xABCDEF);
	}
	uint32_t code = 7;
	assert_int_equal(utf8_decode("", 0, &code), 0);
}

static void encodes_what_it_decodes(void **state)
{
	for (uint32_t code = 0; code <= 0x110010; code += code < 0x3000 ? 1 : 97) {
		char bytes[4];
		uint32_t again = 0;
		int length = utf8_encode(code, bytes);
		if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
			assert_int_equal(length, 0);
			continue;
		}
		assert_int_equal(utf8_decode(bytes, (size_t)length, &again), length);
		assert_int_equal(again, code);
	}
}

static void finds_the_first_invalid_byte(void **state)
{
	assert_int_equal(utf8_invalid_at(TEXT("")), -1);
	assert_int_equal(utf8_invalid_at((struct text){NULL, 0}), -1);
	assert_int_equal(utf8_invalid_at(TEXT("gr\xc3\xbc\xc3\x9f\x65\0\x01")), -1);
	assert_int_equal(utf8_invalid_at(TEXT("abc\xff")), 3);
	assert_int_equal(utf8_invalid_at(TEXT("\xe2\x82\xac\xe2\x82")), 3);
}

static void repairs(void **state)
{
	static const struct {
		const char *from, *to;
	} cases[] = {
		{"plain", "plain"},
		{"", ""},
		{"a\xff\xfe"
		 "b",
			"a\xef\xbf\xbd\xef\xbf\xbd"
			"b"},
		{"\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xf0\x9f\x98\x80!", "\xf0\x9f\x98\x80!"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
		utf8_repair(text_of(cases[i].from), &out);
		assert_text(buffer_text(&out), cases[i].to);
	}
}

static void repair_stops_at_the_limit(void **state)
{
	CLEANUP(buffer_release) struct buffer out = {.limit = 4};
	utf8_repair(TEXT("ab\xff"
			 "cd"),
		&out);
	assert_true(out.overflow);
	assert_true(out.length <= 4);
}

static void counts_code_points(void **state)
{
	assert_int_equal(utf8_count(TEXT("")), 0);
	assert_int_equal(utf8_count(TEXT("na\xc3\xafve")), 5);
	assert_int_equal(utf8_count(TEXT("\xff\xfe")), 2);
	assert_int_equal(utf8_count(TEXT("a\0b")), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_valid_sequences),
		cmocka_unit_test(refuses_broken_sequences),
		cmocka_unit_test(encodes_what_it_decodes),
		cmocka_unit_test(finds_the_first_invalid_byte),
		cmocka_unit_test(repairs),
		cmocka_unit_test(repair_stops_at_the_limit),
		cmocka_unit_test(counts_code_points),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
