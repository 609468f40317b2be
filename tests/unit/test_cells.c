#include "eval/base/cells.h"
#include "eval/base/utf8.h"
#include "tests/unit/unit.h"
#include <locale.h>
#include <wchar.h>

static struct arena *arena;

static int prepare(void **state)
{
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
	arena = arena_create();
	return 0;
}

static int clean(void **state)
{
	arena_free(arena);
	return 0;
}

#define LITERAL(string) (string), sizeof(string) - 1

static const struct {
	const char *data;
	size_t length;
	const char *shown;
	int width;
	bool hidden;
} lines[] = {
	{LITERAL(""), "", 0, false},
	{LITERAL("plain text"), "plain text", 10, false},
	{LITERAL("a\nb"), "a↵b", 3, false},
	{LITERAL("a\tb\t"), "a       b       ", 16, false},
	{LITERAL("\033[31mred\033]0;title\007"), "^[[31mred^[]0;title^G", 21, true},
	{LITERAL("a\0b\x7f"), "a^@b^?", 6, true},
	{LITERAL("over\rwritten"), "over^Mwritten", 13, true},
	{LITERAL("\xc2\x9b"
		 "31m"),
		"<U+009B>31m", 11, true},
	{LITERAL("\xff\xfe"
		 "a\xc3"),
		"<FF><FE>a<C3>", 13, true},
	{LITERAL("\xc0\xaf"), "<C0><AF>", 8, true},
	{LITERAL("\xed\xa0\xbd"), "<ED><A0><BD>", 12, true},
	{LITERAL("a\u202eb\u2066c\u200f"), "a<U+202E>b<U+2066>c<U+200F>", 27, true},
	{LITERAL("a\u200bb\u200cc\u2060\ufeff"), "a<U+200B>b<U+200C>c<U+2060><U+FEFF>", 35, true},
	{LITERAL("a\u00adb"), "a<U+00AD>b", 10, true},
	{LITERAL("\U000E0041\U000E0042"), "<U+E0041><U+E0042>", 18, true},
	{LITERAL("x\U000E0101"), "x<U+E0101>", 10, true},
	{LITERAL("x\ufe01y\ufe0f"), "x<U+FE01>y<U+FE0F>", 18, true},
	{LITERAL("\ue000\U0010FFFD\U000F0000"), "<U+E000><U+10FFFD><U+F0000>", 27, true},
	{LITERAL("\u0378\uffff\ufdd0"), "<U+0378><U+FFFF><U+FDD0>", 24, true},
	{LITERAL("\u2028\u2029"), "<U+2028><U+2029>", 16, true},
	{LITERAL("\u3164\u115f\u034f"), "<U+3164><U+115F><U+034F>", 24, true},
	{LITERAL("日本語"), "日本語", 6, false},
	{LITERAL("한국어"), "한국어", 6, false},
	{LITERAL("é ü ß"), "é ü ß", 5, false},
	{LITERAL("e\u0301x"), "e\u0301x", 2, false},
	{LITERAL("\u0301x"), "<U+0301>x", 9, true},
	{LITERAL("\033\u0301"), "^[<U+0301>", 10, true},
	{LITERAL("😀"), "😀", 2, false},
	{LITERAL("👩\u200d💻"), "👩💻", 4, false},
	{LITERAL("👩🏽\u200d💻"), "👩💻", 4, false},
	{LITERAL("❤\ufe0f"), "❤", 1, false},
	{LITERAL("1\ufe0f\u20e3"), "1\u20e3", 1, false},
	{LITERAL("❤\ufe0f\ufe0f"), "❤<U+FE0F>", 9, true},
	{LITERAL("a\u200db"), "a<U+200D>b", 10, true},
	{LITERAL("👩\u200dx"), "👩<U+200D>x", 11, true},
	{LITERAL("👩\u200d"), "👩<U+200D>", 10, true},
	{LITERAL("\u200d👩"), "<U+200D>👩", 10, true},
	{LITERAL("\u00a0|\u3000|"), "\u00a0|\u3000|", 5, false},
	{LITERAL("עברית"), "עברית", 5, false},
	{LITERAL("ก\u0e33"), "ก\u0e33", 2, false},
};

static void cleans_a_line(void **state)
{
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct text text = text_make(lines[i].data, lines[i].length);
		struct cells cells = cells_of(arena, text);
		if (strcmp(cells.utf8, lines[i].shown) != 0 || cells.width != lines[i].width || cells.hidden != lines[i].hidden)
			fail_msg("row %zu: `%s` width %d hidden %d", i, cells.utf8, cells.width, cells.hidden);
		assert_int_equal(cells.bytes, strlen(lines[i].shown));
		assert_int_equal(cells_hidden(text), lines[i].hidden);
	}
}

/* The columns that ncurses would count: every character must be printable for wcwidth. */
static int columns_of(const char *utf8)
{
	int columns = 0;
	for (const char *at = utf8; *at;) {
		uint32_t code;
		int taken = utf8_decode(at, strlen(at), &code);
		assert_true(taken > 0);
		assert_true(wcwidth((wchar_t)code) >= 0);
		columns += wcwidth((wchar_t)code) > 0 ? wcwidth((wchar_t)code) : 0;
		at += taken;
	}
	return columns;
}

static void every_code_point_is_safe(void **state)
{
	for (uint32_t code = 0; code <= 0x10FFFF; code++) {
		char bytes[8] = "a";
		int length = utf8_encode(code, bytes + 1);
		if (length == 0)
			continue;
		struct cells cells = cells_of(arena, text_make(bytes, (size_t)length + 1));
		if (columns_of(cells.utf8) != cells.width)
			fail_msg("U+%04X: `%s` width %d", (unsigned)code, cells.utf8, cells.width);
		for (size_t i = 0; i < cells.bytes; i++)
			assert_true((unsigned char)cells.utf8[i] >= ' ' && cells.utf8[i] != 0x7F);
		if (code % 4096 == 0)
			arena_reset(arena);
	}
}

static void every_pair_of_bytes_is_safe(void **state)
{
	for (unsigned pair = 0; pair < 0x10000; pair++) {
		char bytes[3] = {(char)(pair >> 8), (char)pair, 'z'};
		struct cells cells = cells_of(arena, text_make(bytes, 3));
		assert_int_equal(columns_of(cells.utf8), cells.width);
		assert_int_equal(strlen(cells.utf8), cells.bytes);
		if (pair % 4096 == 0)
			arena_reset(arena);
	}
}

static struct text repeated(const char *first, const char *part, size_t count)
{
	struct buffer out = BUFFER_EMPTY;
	buffer_add_string(&out, first);
	for (size_t i = 0; i < count; i++)
		buffer_add_string(&out, part);
	struct text text = text_copy(arena, buffer_text(&out));
	buffer_release(&out);
	return text;
}

static void towers_are_capped(void **state)
{
	struct cells cells = cells_of(arena, repeated("e", "\u0301", 100));
	assert_string_equal(cells.utf8, "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301<+92>");
	assert_int_equal(cells.width, 6);
	assert_true(cells.hidden);
	assert_false(cells_of(arena, repeated("e", "\u0301", 8)).hidden);
	cells = cells_of(arena, repeated("e", "\u0301", 1000000));
	assert_true(cells.bytes < 40);
	cells = cells_of(arena, repeated("👩", "\u200d👩", 1000));
	assert_int_equal(columns_of(cells.utf8), cells.width);
	assert_true(cells.hidden);
	CLEANUP(buffer_release) struct buffer stream = BUFFER_EMPTY;
	assert_false(cells_write(TEXT("👩🏽\u200d💻\n"), &stream)); /* no columns there */
	assert_string_equal(buffer_string(&stream), "👩🏽\u200d💻\n");
	cells = cells_of(arena, repeated("👩", "\ufe0f", 3));
	assert_string_equal(cells.utf8, "👩<U+FE0F><U+FE0F>");
}

static const struct {
	const char *text;
	int width;
	const char *shown;
	int used;
} cuts[] = {
	{"hello", 5, "hello", 5},
	{"hello", 4, "hel…", 4},
	{"hello", 1, "…", 1},
	{"hello", 0, "", 0},
	{"hello", -3, "", 0},
	{"", 4, "", 0},
	{"日本語", 6, "日本語", 6},
	{"日本語", 5, "日本…", 5},
	{"日本語", 4, "日…", 3},
	{"日本語", 1, "…", 1},
	{"a\u202eb", 9, "a…", 2},
	{"a\u202eb", 10, "a<U+202E>b", 10},
	{"e\u0301e\u0301e\u0301", 2, "e\u0301…", 2},
	{"a\nb\nc", 3, "a↵…", 3},
	{"👩\u200d💻x", 4, "…", 1},
	{"👩\u200d💻x", 5, "👩💻x", 5},
};

static void cuts_to_a_width(void **state)
{
	for (size_t i = 0; i < COUNT(cuts); i++) {
		struct cells cells = cells_cut(arena, text_of(cuts[i].text), cuts[i].width);
		if (strcmp(cells.utf8, cuts[i].shown) != 0 || cells.width != cuts[i].used)
			fail_msg("row %zu: `%s` width %d", i, cells.utf8, cells.width);
		int width = cuts[i].width > 0 ? cuts[i].width : 0;
		struct cells left = cells_pad(arena, text_of(cuts[i].text), cuts[i].width, false);
		struct cells right = cells_pad(arena, text_of(cuts[i].text), cuts[i].width, true);
		assert_int_equal(left.width, width);
		assert_int_equal(columns_of(left.utf8), width);
		assert_int_equal(columns_of(right.utf8), width);
	}
	assert_string_equal(cells_pad(arena, TEXT("日"), 5, false).utf8, "日   ");
	assert_string_equal(cells_pad(arena, TEXT("日"), 5, true).utf8, "   日");
}

static void cutting_reads_no_more_than_it_shows(void **state)
{
	struct text text = repeated("", "0123456789", 5000000);
	for (int i = 0; i < 10000; i++) {
		CLEANUP(arena_release) struct arena *own = arena_create();
		assert_int_equal(cells_cut(own, text, 20).width, 20);
	}
}

static const struct {
	const char *text;
	int width;
	const char *lines; /* joined by | */
} wraps[] = {
	{"", 10, ""},
	{"\n", 10, ""},
	{"a\n", 10, "a"},
	{"a\n\nb", 10, "a||b"},
	{"\n\na", 10, "||a"},
	{"the quick brown fox", 10, "the quick|brown fox"},
	{"the quick brown fox", 9, "the quick|brown fox"},
	{"the quick brown fox", 8, "the|quick|brown|fox"},
	{"abcdefghij", 4, "abcd|efgh|ij"},
	{"a abcdefghij b", 4, "a|abcd|efgh|ij b"},
	{"one   two", 5, "one|two"},
	{"abc   ", 3, "abc"},
	{"    code here", 9, "    code|here"},
	{"    abcdefgh", 6, "    ab|cdefgh"},
	{"日本語テキスト", 5, "日本|語テ|キス|ト"},
	{"日本", 1, "…|…"},
	{"a日", 1, "a|…"},
	{"x\u202ey", 4, "x|<U+2|02E>|y"},
	{"a\tb", 12, "a       b"},
	{"a\tb", 4, "a|b"},
	{"a\r\nb", 5, "a^M|b"},
	{"ab", 0, "a|b"},
	{"e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301|e\u0301"},
};

static void wraps_at_white_space(void **state)
{
	for (size_t i = 0; i < COUNT(wraps); i++) {
		CLEANUP(buffer_release) struct buffer joined = BUFFER_EMPTY;
		size_t count = 0;
		struct cells *wrapped = cells_wrap(arena, text_of(wraps[i].text), wraps[i].width, &count);
		assert_true(count >= 1);
		for (size_t j = 0; j < count; j++) {
			buffer_format(&joined, "%s%s", j ? "|" : "", wrapped[j].utf8);
			assert_int_equal(columns_of(wrapped[j].utf8), wrapped[j].width);
			assert_true(wrapped[j].width <= (wraps[i].width > 0 ? wraps[i].width : 1));
		}
		if (strcmp(buffer_string(&joined), wraps[i].lines) != 0)
			fail_msg("row %zu: `%s`, expected `%s`", i, buffer_string(&joined), wraps[i].lines);
	}
}

static void wrapping_is_linear_and_keeps_to_the_width(void **state)
{
	static const char *const parts[] = {
		"x", "x ", " ", "日", "\t", "\n", "\u0301", "👩\u200d", "\xff", "\033[2J", "word word\n", "\u202e"};
	for (size_t i = 0; i < COUNT(parts); i++) {
		struct text text = repeated("", parts[i], 100000);
		for (int width = 1; width < 90; width += 29) {
			CLEANUP(arena_release) struct arena *own = arena_create();
			size_t count;
			struct cells *wrapped = cells_wrap(own, text, width, &count);
			for (size_t j = 0; j < count; j++)
				assert_true(wrapped[j].width <= width);
		}
	}
}

static void streams_keep_their_lines(void **state)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	assert_true(cells_write(TEXT("a\n\033[2Jb\n\tc\r\n"), &out));
	assert_text(buffer_text(&out), "a\n^[[2Jb\n        c^M\n");
	buffer_clear(&out);
	assert_false(cells_write(TEXT("plain\ttext é\n"), &out));
	assert_text(buffer_text(&out), "plain   text é\n");
	assert_false(cells_hidden(TEXT("a\n\tb é 😀")));
	struct buffer small = {.limit = 5};
	cells_write(TEXT("0123456789"), &small);
	assert_text(buffer_text(&small), "01234");
	buffer_release(&small);
}

static void works_without_a_utf8_locale(void **state)
{
	assert_non_null(setlocale(LC_ALL, "C"));
	struct cells cells = cells_of(arena, TEXT("é 日 e\u0301 \u202e"));
	assert_string_equal(cells.utf8, "é 日 e\u0301 <U+202E>");
	assert_int_equal(cells.width, 15);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, prepare, clean)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(cleans_a_line),
		TEST(every_code_point_is_safe),
		TEST(every_pair_of_bytes_is_safe),
		TEST(towers_are_capped),
		TEST(cuts_to_a_width),
		TEST(cutting_reads_no_more_than_it_shows),
		TEST(wraps_at_white_space),
		TEST(wrapping_is_linear_and_keeps_to_the_width),
		TEST(streams_keep_their_lines),
		TEST(works_without_a_utf8_locale),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
