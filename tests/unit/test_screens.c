/* Scripts instead of keys: every screen against its golden text, at three sizes. UPDATE=1 rewrites tests/golden/screen_*.txt. */
#include "tests/screen/folder.h"
#include <fcntl.h>
#include <sys/wait.h>

static const char script[] =
	"# every screen, at three sizes\n"
	":save runs\n:keys <Enter>\n:save matrix\n:keys ll]]\n:save matrix_moved\n:keys /variant:rag verdict:fail<Enter>\n:save "
	"matrix_filtered\n"
	":keys <Esc>f\n:save matrix_sorted\n:keys fg:fail\n:save palette\n:keys <Esc>jj<Enter>\n:save case_outputs\n:keys l\n:save "
	"case_tuned\n"
	":keys h2\n:save case_prompt\n:keys 3\n:save case_passages\n:keys 4\n:save case_scores\n:keys 5\n:save case_case\n:keys "
	"6\n:save case_trace\n"
	":keys 1J\n:save case_hostile\n:keys 2\n:save case_hostile_prompt\n:keys ?\n:save help\n:keys G\n:save help_end\n:keys qq\n"
	":size 40x10\n:save small_matrix\n:keys <Enter>1\n:save small_case\n:size 200x60\n:save large_case\n:keys q\n:save "
	"large_matrix\n"
	":size 1x1\n:keys j<Enter>jq\n:size 80x24\n:keys q\n:save runs_again\n:keys :live<Enter>\n:save live\n";

static void golden_compare(const char *name)
{
	CLEANUP(memory_release)
	char *saved = string_format("%s/%s", folder, name), *golden = string_format("tests/golden/screen_%s.txt", name);
	CLEANUP(buffer_release) struct buffer is = BUFFER_EMPTY, should = BUFFER_EMPTY;
	struct error error = {0};
	if (!file_read(saved, 0, &is, &error))
		fail_msg("%s", error.message);
	if (getenv("UPDATE") && *getenv("UPDATE") == '1')
		assert_true(file_write(golden, buffer_text(&is), 0644, &error));
	if (!file_read(golden, 0, &should, &error))
		fail_msg("%s", error.message);
	if (!text_equal(buffer_text(&is), buffer_text(&should)))
		fail_msg("the screen %s is:\n%s\nand should be:\n%s", name, buffer_string(&is), buffer_string(&should));
}

static int driver_run(const char *script_path, const char *file)
{
	pid_t pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);
		dup2(null, STDERR_FILENO);
		setenv("LC_ALL", "C.UTF-8", 1);
		if (chdir(folder) == 0)
			execl(driver, driver, "open", file, "runs", script_path, (char *)NULL);
		_exit(127);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void scripts_give_the_golden_screens(void **state)
{
	struct error error = {0};
	CLEANUP(memory_release) char *path = string_format("%s/script", folder);
	assert_true(file_write(path, TEXT(script), 0644, &error));
	assert_int_equal(driver_run(path, database), 0);
	size_t compared = 0;
	for (const char *at = script; (at = strstr(at, ":save ")); compared++) {
		char name[64];
		assert_int_equal(sscanf(at += 6, "%63s", name), 1);
		golden_compare(name);
	}
	assert_int_equal(compared, 23);
}

static void wrong_scripts_are_told(void **state)
{
	static const char *const wrong[] = {
		":dance\n", ":keys <Nonsense>\n", ":size big\n", ":save /no/such/folder/file\n", ":keys <\n"};
	struct error error = {0};
	CLEANUP(memory_release) char *path = string_format("%s/wrong", folder);
	for (size_t i = 0; i < COUNT(wrong); i++) {
		assert_true(file_write(path, text_of(wrong[i]), 0644, &error));
		assert_int_not_equal(driver_run(path, database), 0);
	}
	assert_int_equal(driver_run("no-such-script", database), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scripts_give_the_golden_screens),
		cmocka_unit_test(wrong_scripts_are_told),
	};
	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
