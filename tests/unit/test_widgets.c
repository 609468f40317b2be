#include "eval/store/runs.h"
#include "reports/excerpt.h"
#include "tests/unit/unit.h"
#include "tui/format.h"
#include "tui/keys.h"
#include "tui/widgets/input.h"
#include "tui/widgets/list.h"
#include "tui/widgets/pager.h"
#include "tui/widgets/table.h"
#include <locale.h>

static void keys_have_names(void **state)
{
	static const struct {
		const char *name;
		int press;
	} cases[] = {{"j", 'j'}, {"Enter", PRESS_ENTER}, {"^L", 12}, {"^Z", 26}, {"S-Tab", PRESS_BACKTAB}, {"Space", ' '},
		{"lt", '<'}, {"é", 0xE9}, {"", PRESS_NONE}, {"Entr", PRESS_NONE}, {"^", '^'}, {"^a", PRESS_NONE},
		{"\xff", PRESS_NONE}};
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(press_of_name(text_of(cases[i].name)), cases[i].press);
	assert_true(keys_contain("j Down", PRESS_DOWN) && keys_contain("j Down", 'j') && !keys_contain("j Down", 'D') &&
		    !keys_contain(NULL, 'j'));
}

static void scripts_give_keys(void **state)
{
	struct text rest = TEXT("j<Enter>\xc3\xa9<lt>");
	static const int expected[] = {'j', PRESS_ENTER, 0xE9, '<'};
	int press;
	for (size_t i = 0; i < COUNT(expected); i++) {
		assert_true(press_next(&rest, &press));
		assert_int_equal(press, expected[i]);
	}
	assert_false(press_next(&rest, &press));
	static const char *const wrong[] = {"<Nope>", "<", "\xff"};
	for (size_t i = 0; i < COUNT(wrong); i++) {
		rest = text_of(wrong[i]);
		assert_false(press_next(&rest, &press));
		assert_int_equal(press, PRESS_NONE);
	}
}

static void presses(struct input *input, const char *keys)
{
	struct text rest = text_of(keys);
	int press;
	while (press_next(&rest, &press))
		input_press(input, press);
}

static void input_lines_are_edited(void **state)
{
	static const struct {
		const char *keys, *expected;
	} cases[] = {
		{"abc", "abc"},
		{"abc<Left>X", "abXc"},
		{"aé字<Backspace>", "aé"},
		{"aé字<Left><Left>-", "a-é字"},
		{"abc<Home>X<End>Y", "XabcY"},
		{"one two<^W>", "one "},
		{"one two<^U>x", "x"},
		{"abc<Left><Delete>", "ab"},
		{"ab<Right><Right>c<Left><Left><Left><Left>0", "0abc"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct input input = {0};
		presses(&input, cases[i].keys);
		assert_string_equal(input.text, cases[i].expected);
	}
}

static void input_lines_are_bounded_and_remember(void **state)
{
	struct input input = {0};
	for (int i = 0; i < 3 * INPUT_SIZE; i++)
		input_press(&input, i % 2 ? 0x5B57 : 'a');
	assert_true(input.length < INPUT_SIZE && strlen(input.text) == input.length);
	for (int i = 0; i < INPUT_HISTORY + 4; i++) {
		char text[32];
		snprintf(text, sizeof text, "entry %d", i);
		input_set(&input, text);
		input_remember(&input);
	}
	input_set(&input, "");
	presses(&input, "<Up><Up>");
	assert_string_equal(input.text, "entry 18");
	presses(&input, "<Down>");
	assert_string_equal(input.text, "entry 19");
	assert_int_equal(input_press(&input, PRESS_ENTER), INPUT_ACCEPTED);
	assert_int_equal(input_press(&input, PRESS_ESCAPE), INPUT_CANCELLED);
	assert_int_equal(input_press(&input, PRESS_PAGE_UP), INPUT_UNUSED);
	input_release(&input);
}

static void list_is(const struct list *list, long long selected, long long top)
{
	assert_int_equal(list->selected, selected);
	assert_int_equal(list->top, top);
}

static void lists_keep_the_selection_in_view(void **state)
{
	struct list list = {0};
	assert_false(list_move(&list, MOVE_LINES, 1));
	list_set_height(&list, 10);
	list_set_count(&list, 100);
	list_move(&list, MOVE_LINES, 12);
	list_is(&list, 12, 3);
	list_move(&list, MOVE_PAGES, 1);
	list_is(&list, 21, 12);
	list_move(&list, MOVE_LAST, 0);
	list_is(&list, 99, 90);
	assert_false(list_move(&list, MOVE_LINES, 1));
	list_set_count(&list, 5);
	list_is(&list, 4, 0);
	list_set_height(&list, 2);
	list_is(&list, 4, 3);
	list_select(&list, 1LL << 60);
	list_is(&list, 4, 3);
	list_set_count(&list, 0);
	list_is(&list, 0, 0);
	list_set_height(&list, -3);
	list_move(&list, MOVE_PAGES, -1000000);
	list_is(&list, 0, 0);
}

static void tables_drop_what_has_no_room(void **state)
{
	static const struct {
		int width, shown[4], at[4];
	} cases[] = {
		{40, {5, 10, 10, 12}, {0, 6, 17, 28}},
		{28, {5, 10, 11, 0}, {0, 6, 17, 29}},
		{17, {5, 0, 11, 0}, {0, 6, 6, 18}},
		{3, {5, 0, 1, 0}, {0, 6, 6, 8}},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct table_column columns[] = {{"a", 5}, {"b", 10, .rank = 1}, {"c", 10, .grow = true}, {"d", 12, .rank = 2}};
		table_layout(columns, COUNT(columns), cases[i].width);
		for (size_t j = 0; j < COUNT(columns); j++) {
			assert_int_equal(columns[j].shown, cases[i].shown[j]);
			if (columns[j].shown)
				assert_int_equal(columns[j].at, cases[i].at[j]);
		}
	}
	/* One that grows up to its most leaves the rest blank, and still gives way where room lacks. */
	struct table_column bounded[] = {{"a", 5}, {"b", 4, .grow = true, .most = 9}};
	static const int widths[][2] = {{40, 9}, {13, 7}, {8, 2}};
	for (size_t i = 0; i < COUNT(widths); i++) {
		table_layout(bounded, COUNT(bounded), widths[i][0]);
		assert_int_equal(bounded[1].shown, widths[i][1]);
	}
}

static const char *document_words(const struct document *document, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	for (size_t i = 0; i < document->count; i++) {
		for (size_t j = 0; j < document->lines[i].count; j++)
			buffer_add(&out, document->lines[i].spans[j].cells.utf8, document->lines[i].spans[j].cells.bytes);
		buffer_add_byte(&out, '|');
	}
	return arena_string(arena, buffer_string(&out));
}

static void documents_wrap(void **state)
{
	static const struct {
		const char *text;
		int width, indent;
		const char *expected;
	} cases[] = {
		{"one two three", 20, 0, "one two three|"},
		{"one two three", 8, 0, "one two |three|"},
		{"one\ntwo\r\n\nthree", 20, 0, "one|two||three|"},
		{"", 20, 0, "|"},
		{"abcdefghij", 4, 0, "abcd|efgh|ij|"},
		{"ab cd ef", 12, 2, "  ab cd ef|"},
		{"ab cdefghi jk", 10, 1, " ab |  cdefghi|"},
		{"漢字漢字", 4, 0, "漢字|漢字|"},
		{"x\x1b[2Jy", 20, 0, "x^[[2Jy|"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		CLEANUP(arena_release) struct arena *arena = arena_create();
		struct document document = document_make(arena, cases[i].width);
		document_text(&document, STYLE_PLAIN, text_of(cases[i].text), cases[i].indent);
		for (size_t j = 0; j < document.count; j++)
			assert_true(document.lines[j].width <= cases[i].width);
		if (i != 6)
			assert_string_equal(document_words(&document, arena), cases[i].expected);
	}
}

static void documents_are_bounded(void **state)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	size_t length = DOCUMENT_BYTES + 4711;
	char *huge = arena_take(arena, length);
	for (size_t i = 0; i < length; i++)
		huge[i] = (char)(i * 2654435761u >> 7);
	struct document document = document_make(arena, 40);
	document_text(&document, STYLE_PLAIN, text_make(huge, length), 0);
	assert_contains(document_words(&document, arena), "(4711 more bytes");
	for (size_t i = 0; i < document.count; i++)
		assert_true(document.lines[i].width <= 40);
}

static void pagers_scroll_and_search(void **state)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct document document = document_make(arena, 40);
	for (int i = 1; i <= 50; i++)
		document_print(&document, STYLE_PLAIN, i % 10 ? "line %d" : "Needle %d", i);
	struct pager pager = {.height = 10, .match = -1, .words = "needle"};
	assert_true(pager_move(&pager, &document, MOVE_PAGES, 1));
	assert_int_equal(pager.top, 9);
	assert_true(pager_search(&pager, &document, 1));
	assert_int_equal(pager.match, 9);
	assert_true(pager_search(&pager, &document, 1));
	assert_int_equal(pager.match, 19);
	assert_true(pager.top <= 19 && pager.top + pager.height > 19);
	assert_true(pager_search(&pager, &document, -1));
	assert_int_equal(pager.match, 9);
	assert_false(pager_search(&pager, &document, -1));
	pager_move(&pager, &document, MOVE_LAST, 0);
	assert_int_equal(pager.top, 40);
	assert_string_equal(pager_position(&pager, &document, arena), "41-50 of 50");
}

static void numbers_are_short(void **state)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	static const struct {
		long long count;
		const char *expected;
	} cases[] = {{0, "0"}, {99999, "99999"}, {100000, "100k"}, {141234, "141k"}, {34249999, "34.2M"}, {5000000000, "5.0G"}};
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(format_short(arena, cases[i].count), cases[i].expected);
	/* version, planned, passed, failed, errors, tokens in and out, cost */
	static const struct {
		struct tally tally;
		const char *rate, *tokens;
	} tallies[] = {{{1, 40, 0, 0, 0, 0, 0, 0}, "-", "-"}, {{1, 40, 3, 1, 0, 100, 20, 5}, "75.0%", "120"},
		{{1, 40, 2, 1, 1, 0, 0, -1}, "50.0%", "unknown"}, {{1, 40, 0, 0, 2, 0, 0, -1}, "0.0%", "-"}};
	for (size_t i = 0; i < COUNT(tallies); i++) {
		assert_string_equal(format_rate(arena, &tallies[i].tally), tallies[i].rate);
		assert_string_equal(format_tokens(arena, &tallies[i].tally), tallies[i].tokens);
	}
	assert_text(vars_plain(arena, TEXT("{\"input\":\"why\"}")), "why");
	assert_text(vars_plain(arena, TEXT("{\"a\":1,\"b\":[true]}")), "a: 1; b: [true]");
	assert_text(vars_plain(arena, TEXT("{\"a\":1,\"question\":\"why\"}")), "why (a: 1)");
	assert_text(vars_plain(arena, TEXT("broken")), "");
	assert_text(format_list(arena, TEXT("[\"x\",2,null]")), "x | 2 | ");
	assert_text(format_list(arena, (struct text){NULL, 0}), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_have_names),
		cmocka_unit_test(scripts_give_keys),
		cmocka_unit_test(input_lines_are_edited),
		cmocka_unit_test(input_lines_are_bounded_and_remember),
		cmocka_unit_test(lists_keep_the_selection_in_view),
		cmocka_unit_test(tables_drop_what_has_no_room),
		cmocka_unit_test(documents_wrap),
		cmocka_unit_test(documents_are_bounded),
		cmocka_unit_test(pagers_scroll_and_search),
		cmocka_unit_test(numbers_are_short),
	};
	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
