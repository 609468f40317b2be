/* The workbench as a person meets it: real key bytes on a pty, the screen as a terminal shows it. */
#include "tests/screen/folder.h"
#include "tests/screen/harness.h"

static void start(struct terminal_test *test, int rows, int columns, const char *screen, const char *const *environment)
{
	char *words[] = {driver, (char *)"open", database, (char *)screen, NULL};
	terminal_start(test, rows, columns, environment, words);
}

static void quit(struct terminal_test *test)
{
	terminal_type(test, "Q");
	int status = terminal_status(test);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_false(test->alternate);
	assert_true(test->cursor);
	assert_false(test->mouse);
	terminal_end(test);
}

/* Nothing that a model said may have reached the terminal: no title, and the frame stands where it should. */
static void assert_frame(struct terminal_test *test)
{
	assert_false(test->titled);
	assert_true(test->alternate);
	assert_contains(terminal_text(test, 0), " helpdesk  run 1");
	assert_contains(terminal_text(test, test->rows - 1), "? help");
}

static void walks_from_runs_to_a_case(void **state)
{
	struct terminal_test test;
	start(&test, 24, 80, "runs", NULL);
	terminal_wait(&test, "best variant");
	terminal_wait(&test, "few-shot  prompt");
	terminal_type(&test, "\r");
	terminal_wait(&test, "form-0016");
	terminal_wait(&test, "q back");
	assert_contains(terminal_text(&test, 3), "form-0001");
	assert_contains(terminal_text(&test, 3), "✗ 0.00    ✗ 0.00    ✓ 1.00    ✓ 1.00");
	terminal_type(&test, "jj\t\t");
	terminal_wait(&test, "Within how many hours must an incident be reported? (form 3)");
	terminal_type(&test, "\r");
	terminal_wait(&test, "case 3 of 130");
	terminal_wait(&test, "rag  against prompt");
	terminal_type(&test, "3");
	terminal_wait(&test, "retrieved by rag");
	terminal_type(&test, "4");
	terminal_wait(&test, "none of the expected answers is in the output");
	terminal_type(&test, "]");
	terminal_wait(&test, "case 8 of 130");
	terminal_type(&test, "\x1b");
	terminal_wait(&test, "130 cases");
	assert_frame(&test);
	quit(&test);
}

static void arrows_and_pages_move(void **state)
{
	struct terminal_test test;
	start(&test, 24, 80, "matrix", NULL);
	terminal_wait(&test, "form-0001");
	terminal_type(&test, "\x1b[6~");
	terminal_wait(&test, "form-0030");
	terminal_type(&test, "\x1bOF");
	terminal_wait(&test, "form-0130");
	terminal_type(&test, "\x1b[5~\x1bOA");
	terminal_wait(&test, " 114 form-0114");
	terminal_type(&test, "g");
	terminal_wait(&test, "   1 form-0001");
	quit(&test);
}

static void filters_and_counts(void **state)
{
	struct terminal_test test;
	start(&test, 24, 80, "matrix", NULL);
	terminal_wait(&test, "form-0001");
	terminal_type(&test, "/tag:odd variant:rag verdict:fail\r");
	terminal_wait(&test, "13 of 130");
	terminal_type(&test, "/\x15\r");
	terminal_wait_gone(&test, "13 of 130");
	quit(&test);
}

static void a_wrong_filter_can_be_mended(void **state)
{
	struct terminal_test test;
	start(&test, 24, 80, "matrix", NULL);
	terminal_wait(&test, "form-0001");
	terminal_type(&test, "/verdict:maybe\r");
	terminal_wait(&test, "is none of pass, fail, error, unscored");
	terminal_type(&test, "\x17verdict:error\r");
	terminal_wait(&test, "7 of 130");
	terminal_type(&test, "\x1b");
	terminal_wait(&test, "130 cases");
	quit(&test);
}

static void sizes_change(void **state)
{
	static const struct {
		int rows, columns;
		const char *words;
	} sizes[] = {{10, 40, "form-000"}, {60, 200, "form-0040"}, {4, 80, "too small"}, {24, 19, "too small"}, {5, 20, "form"},
		{3, 10, "too small"}};
	struct terminal_test test;
	start(&test, 24, 80, "matrix", NULL);
	terminal_wait(&test, "form-0001");
	for (size_t i = 0; i < COUNT(sizes); i++) {
		terminal_size(&test, sizes[i].rows, sizes[i].columns);
		terminal_wait(&test, sizes[i].words);
	}
	terminal_size(&test, 1, 1);
	terminal_type(&test, "jjkl\t\r123456hh[]:x\x7f\x7f/\x1b\x1b");
	terminal_size(&test, 24, 80);
	terminal_wait(&test, "130 cases");
	terminal_type(&test, "Gg");
	terminal_wait(&test, "form-0016");
	terminal_wait(&test, "? help");
	assert_frame(&test);
	quit(&test);
}

static void hostile_text_stays_text(void **state)
{
	static const struct {
		const char *key, *words;
	} tabs[] = {{"1", "rag  against prompt"}, {"2", "prompt as sent of rag"}, {"3", "retrieved by rag"}, {"4", "scores of rag"},
		{"5", "read from"}, {"6", "calls of rag"}};
	struct terminal_test test;
	start(&test, 24, 80, "matrix", NULL);
	terminal_wait(&test, "q back");
	assert_contains(terminal_text(&test, 6), "   4 x^[[31m<U+202E>^M-id");
	assert_contains(terminal_text(&test, 7), "   5 form-0005");
	terminal_type(&test, "jjjll");
	terminal_wait(&test, "A^[]0;OWNED^G");
	assert_frame(&test);
	terminal_type(&test, "\r");
	terminal_wait(&test, "case 4 of 130");
	for (size_t i = 0; i < COUNT(tabs); i++) {
		terminal_type(&test, tabs[i].key);
		terminal_wait(&test, tabs[i].words);
		assert_frame(&test);
		assert_contains(terminal_text(&test, 0), "case x^[[31m<U+202E>^M-id");
		assert_contains(terminal_text(&test, 1), "1 outputs  2 prompt  3 passages");
	}
	quit(&test);
}

static void colours_mean_what_signs_mean(void **state)
{
	static const char *const monochrome[] = {"NO_COLOR=1", NULL};
	for (int i = 0; i < 2; i++) {
		struct terminal_test test;
		VTermScreenCell pass, fail;
		start(&test, 24, 80, "matrix", i ? monochrome : NULL);
		terminal_wait(&test, "q back");
		/* The second row, which is not selected: ✗ at the first variant, ✓ at the second. */
		vterm_screen_get_cell(test.screen, (VTermPos){4, 26}, &fail);
		vterm_screen_get_cell(test.screen, (VTermPos){4, 36}, &pass);
		assert_int_equal(fail.chars[0], 0x2717);
		assert_int_equal(pass.chars[0], 0x2713);
		assert_int_equal(VTERM_COLOR_IS_DEFAULT_FG(&pass.fg), i == 1);
		assert_int_equal(VTERM_COLOR_IS_DEFAULT_FG(&fail.fg), i == 1);
		if (i == 0) {
			assert_int_equal(pass.fg.indexed.idx, 2);
			assert_int_equal(fail.fg.indexed.idx, 1);
		}
		quit(&test);
	}
}

static VTermScreenCell cell_of_words(struct terminal_test *test, const char *words)
{
	VTermScreenCell cell = {0};
	for (int row = 0; row < test->rows; row++) {
		const char *line = terminal_text(test, row), *found = strstr(line, words);
		int column = 0;
		for (const char *at = line; found && at < found; at++)
			column += ((unsigned char)*at & 0xC0) != 0x80;
		if (found)
			vterm_screen_get_cell(test->screen, (VTermPos){row, column}, &cell);
	}
	return cell;
}

static void words_that_differ_are_marked(void **state)
{
	struct terminal_test test;
	start(&test, 24, 80, "matrix", NULL);
	terminal_wait(&test, "q back");
	terminal_type(&test, "l\r");
	terminal_wait(&test, "few-shot  against prompt");
	terminal_wait(&test, "form again.");
	VTermScreenCell added = cell_of_words(&test, "again."), same = cell_of_words(&test, "form again.");
	assert_true(added.attrs.bold && added.fg.indexed.idx == 2);
	assert_true(!same.attrs.bold && VTERM_COLOR_IS_DEFAULT_FG(&same.fg));
	terminal_type(&test, "d");
	terminal_wait(&test, "outputs plain");
	added = cell_of_words(&test, "again.");
	assert_true(!added.attrs.bold && VTERM_COLOR_IS_DEFAULT_FG(&added.fg));
	terminal_size(&test, 24, 60);
	terminal_type(&test, "d");
	terminal_wait(&test, "form{+ again+}.");
	quit(&test);
}

static void plain_signs_without_utf8(void **state)
{
	static const char *const plain[] = {"LC_ALL=C", NULL};
	struct terminal_test test;
	start(&test, 24, 80, "matrix", plain);
	terminal_wait(&test, "x 0.00    + 1.00");
	for (const char *at = terminal_text(&test, -1); *at; at++)
		assert_true((unsigned char)*at < 0x80);
	terminal_type(&test, "/tag:odd variant:rag verdict:fail\r");
	terminal_wait(&test, "13 of 130");
	terminal_type(&test, "t");
	terminal_wait(&test, "me: 0 of 104 labelled - 0 new codes");
	terminal_wait(&test, "x^[[31m~ ");
	quit(&test);
}

static void gives_the_terminal_back(void **state)
{
	static const int signals[] = {SIGTERM, SIGHUP, SIGINT, SIGSEGV, SIGABRT};
	for (size_t i = 0; i < COUNT(signals); i++) {
		struct terminal_test test;
		start(&test, 24, 80, "matrix", NULL);
		terminal_wait(&test, "q back");
		assert_int_equal(test.alternate, 1);
		assert_int_equal(test.mouse, 1);
		assert_int_equal(test.cursor, 0);
		assert_false(terminal_is_canonical(&test));
		kill(test.pid, signals[i]);
		int status = terminal_status(&test);
		bool crash = signals[i] == SIGSEGV || signals[i] == SIGABRT;
		assert_true(crash ? WIFSIGNALED(status) && WTERMSIG(status) == signals[i]
				  : WIFEXITED(status) && WEXITSTATUS(status) == 130);
		assert_true(!test.alternate && !test.mouse && test.cursor);
		terminal_end(&test);
	}
}

static void is_suspended_and_continued(void **state)
{
	struct terminal_test test;
	start(&test, 24, 80, "matrix", NULL);
	terminal_wait(&test, "form-0016");
	terminal_type(&test, "\x1a");
	int status = terminal_status(&test);
	assert_true(WIFSTOPPED(status));
	assert_true(!test.alternate && test.cursor);
	assert_true(terminal_is_canonical(&test));
	kill(test.pid, SIGCONT);
	terminal_wait(&test, "form-0016");
	assert_true(test.alternate);
	quit(&test);
}

static void leaves_a_clear_line_without_alternate_screen(void **state)
{
	static const char *const old[] = {"TERM=vt100", NULL};
	struct terminal_test test;
	start(&test, 24, 80, "matrix", old);
	terminal_wait(&test, "? help");
	terminal_type(&test, "\x1a");
	assert_true(WIFSTOPPED(terminal_status(&test)));
	assert_null(strstr(terminal_text(&test, 23), "help"));
	kill(test.pid, SIGCONT);
	terminal_wait(&test, "? help");
	terminal_type(&test, "Q");
	assert_true(WIFEXITED(terminal_status(&test)));
	assert_null(strstr(terminal_text(&test, 23), "help"));
	assert_contains(terminal_text(&test, -1), "form-0016");
	terminal_end(&test);
}

static void refuses_a_dumb_terminal(void **state)
{
	static const char *const dumb[] = {"TERM=dumb", NULL}, *const strange[] = {"TERM=no-such-terminal", NULL};
	for (int i = 0; i < 2; i++) {
		struct terminal_test test;
		start(&test, 24, 80, "matrix", i ? strange : dumb);
		int status = terminal_status(&test);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
		assert_contains(terminal_text(&test, -1), "TERM");
		assert_false(test.alternate);
		terminal_end(&test);
	}
}

static void pasted_text_is_never_keys(void **state)
{
	struct terminal_test test;
	start(&test, 24, 80, "matrix", NULL);
	terminal_wait(&test, "form-0016");
	terminal_type(&test, "\x1b[200~QQq\rG\x1b[201~/\x1b[200~tag:odd\r\x1b[201~\r");
	terminal_wait(&test, "65 of 130");
	quit(&test);
}

static void unknown_sequences_are_no_keys(void **state)
{
	static const char *const terminals[] = {"TERM=screen-256color", "TERM=vt100", "TERM=xterm-256color"};
	for (size_t i = 0; i < COUNT(terminals); i++) {
		const char *const environment[] = {terminals[i], NULL};
		struct terminal_test test;
		start(&test, 24, 80, "matrix", environment);
		terminal_wait(&test, "form-0016");
		terminal_type(&test, "\x1b[4~");
		terminal_wait(&test, "form-0130");
		terminal_type(&test, "\x1b[1;5A\x1b[1~");
		terminal_wait(&test, "form-0001");
		terminal_type(&test, "/odd\x1b[1;5D\x1b[1;6D\x1b[23;2~tag:\r");
		terminal_wait(&test, "65 of 130");
		quit(&test);
	}
}

static void the_mouse_selects_and_scrolls(void **state)
{
	struct terminal_test test;
	start(&test, 24, 80, "matrix", NULL);
	terminal_wait(&test, "form-0016");
	terminal_type(&test, "\x1b[<0;48;8M\x1b[<0;48;8m"); /* fifth case, third variant */
	terminal_wait(&test, "According to the handbook [1]: No; visitors");
	for (int i = 0; i < 5; i++)
		terminal_type(&test, "\x1b[<65;10;8M");
	terminal_wait(&test, "  20 form-0020");
	terminal_type(&test, "M");
	terminal_wait(&test, "the mouse is the terminal's again");
	assert_false(test.mouse);
	quit(&test);
}

static void the_wheel_scrolls_what_it_is_over(void **state)
{
	struct terminal_test test;
	start(&test, 12, 80, "triage", NULL);
	terminal_wait(&test, "lines 1-4 of");
	terminal_type(&test, "\x1b[<65;10;9M");
	terminal_wait(&test, "lines 3-6 of 6");
	terminal_type(&test, "\x1b[<65;10;3M");
	terminal_wait(&test, "lines 1-4 of");
	quit(&test);
}

static void shows_what_others_write(void **state)
{
	struct terminal_test test;
	char copy[128];
	snprintf(copy, sizeof copy, "%s/other.db", folder);
	char *words[] = {driver, (char *)"open", copy, NULL};
	terminal_start(&test, 24, 80, NULL, words);
	terminal_wait(&test, "there is no database yet");
	bench_build(copy, (struct bench_shape){7, 2, 1, false});
	terminal_wait(&test, "1 run ");
	bench_build(copy, (struct bench_shape){9, 3, 2, false});
	terminal_wait(&test, "2 runs");
	terminal_wait(&test, "9 x2");
	quit(&test);
}

static void a_run_is_started_watched_and_stopped(void **state)
{
	static const char *const pretend[] = {"LEVER_PRETEND=1", NULL};
	struct terminal_test test;
	start(&test, 24, 80, "runs", pretend);
	terminal_wait(&test, "best variant");
	terminal_type(&test, "s");
	terminal_wait(&test, "make 60 calls, at most $0.12?  y: yes, else no");
	terminal_type(&test, "\r");
	terminal_wait(&test, "not done");
	terminal_type(&test, "sy");
	terminal_wait(&test, "of 60");
	terminal_wait(&test, "to go");
	terminal_type(&test, "q");
	terminal_wait(&test, "best variant");
	terminal_wait(&test, "running");
	terminal_type(&test, "w");
	terminal_wait(&test, "of 60");
	terminal_type(&test, "x");
	terminal_wait(&test, "the run was stopped");
	terminal_wait(&test, " stopped  ");
	quit(&test);
}

static void a_long_question_is_wholly_asked(void **state)
{
	static const char *const pretend[] = {"LEVER_PRETEND=1", NULL};
	struct terminal_test test;
	start(&test, 12, 34, "runs", pretend);
	terminal_wait(&test, "q back");
	terminal_type(&test, "s");
	terminal_wait(&test, "else no");
	assert_contains(terminal_text(&test, 10), " make 60 calls, at most $0.12?");
	terminal_type(&test, "n");
	terminal_wait(&test, "not done");
	quit(&test);
}

static void quitting_a_run_asks(void **state)
{
	static const char *const pretend[] = {"LEVER_PRETEND=1", NULL};
	struct terminal_test test;
	start(&test, 24, 80, "live", pretend);
	terminal_wait(&test, "s starts one");
	terminal_type(&test, "sy");
	terminal_wait(&test, "to go");
	terminal_type(&test, "Q");
	terminal_wait(&test, "stop it and quit?");
	terminal_type(&test, "y");
	int status = terminal_status(&test);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	terminal_end(&test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_from_runs_to_a_case),
		cmocka_unit_test(arrows_and_pages_move),
		cmocka_unit_test(filters_and_counts),
		cmocka_unit_test(a_wrong_filter_can_be_mended),
		cmocka_unit_test(sizes_change),
		cmocka_unit_test(hostile_text_stays_text),
		cmocka_unit_test(colours_mean_what_signs_mean),
		cmocka_unit_test(words_that_differ_are_marked),
		cmocka_unit_test(plain_signs_without_utf8),
		cmocka_unit_test(gives_the_terminal_back),
		cmocka_unit_test(is_suspended_and_continued),
		cmocka_unit_test(leaves_a_clear_line_without_alternate_screen),
		cmocka_unit_test(refuses_a_dumb_terminal),
		cmocka_unit_test(pasted_text_is_never_keys),
		cmocka_unit_test(unknown_sequences_are_no_keys),
		cmocka_unit_test(the_mouse_selects_and_scrolls),
		cmocka_unit_test(the_wheel_scrolls_what_it_is_over),
		cmocka_unit_test(shows_what_others_write),
		cmocka_unit_test(a_run_is_started_watched_and_stopped),
		cmocka_unit_test(a_long_question_is_wholly_asked),
		cmocka_unit_test(quitting_a_run_asks),
	};
	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
