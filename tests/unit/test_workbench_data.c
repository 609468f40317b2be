/* The workbench and what happens to its data: real key bytes on a pty, the screen as a terminal shows it. */
#include "tests/screen/folder.h"
#include "tests/screen/harness.h"

static void start_on(struct terminal_test *test, const char *file, const char *screen)
{
	char *words[] = {driver, (char *)"open", (char *)file, (char *)screen, NULL};
	terminal_start(test, 24, 80, NULL, words);
}

static void quit(struct terminal_test *test)
{
	terminal_type(test, "Q");
	assert_int_equal(WEXITSTATUS(terminal_status(test)), 0);
	terminal_end(test);
}

static void a_database_that_is_gone_is_let_go_of(void **state)
{
	struct terminal_test test;
	char copy[128], away[140];
	snprintf(copy, sizeof copy, "%s/going.db", folder);
	snprintf(away, sizeof away, "%s/gone.db", folder);
	bench_build(copy, (struct bench_shape){7, 2, 1, false});
	start_on(&test, copy, "triage");
	terminal_wait(&test, "1 of ");
	assert_int_equal(rename(copy, away), 0);
	terminal_type(&test, "6");
	terminal_wait(&test, "the database was removed or replaced");
	assert_int_not_equal(access(copy, F_OK), 0);
	terminal_type(&test, "d");
	terminal_wait(&test, "there is no database");
	bench_build(copy, (struct bench_shape){9, 3, 1, false});
	terminal_wait(&test, "the database that is there now is read");
	terminal_wait(&test, "0 of 7 labelled");
	quit(&test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_database_that_is_gone_is_let_go_of),
	};
	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
