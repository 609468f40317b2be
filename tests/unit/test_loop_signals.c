/* Signals and children in the event loop. */
#include "eval/base/loop.h"
#include "tests/unit/unit.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE INT64_C(10000000) /* no test waits so long unless something is broken */

static struct loop *loop;
static char trace[256];

static int set_up(void **state)
{
	loop = loop_create();
	trace[0] = '\0';
	return 0;
}

static int tear_down(void **state)
{
	loop_free(loop);
	loop = NULL;
	return 0;
}

static void note(const char *what)
{
	size_t length = strlen(trace);
	snprintf(trace + length, sizeof trace - length, "%s", what);
}

static void give_up(void *data)
{
	fail_msg("%s", "the loop waited too long");
}

static void on_signal(void *data, int number)
{
	note(number == SIGUSR1 ? "1" : "2");
	if (number == SIGUSR2)
		loop_stop(loop);
}

static void test_signals(void **state)
{
	sigset_t blocked;
	struct loop_timer *guard = loop_after(loop, PATIENCE, give_up, NULL);
	loop_on_signal(loop, SIGUSR1, on_signal, NULL);
	loop_on_signal(loop, SIGUSR2, on_signal, NULL);
	raise(SIGUSR1);
	assert_string_equal(trace, "");
	loop_turn(loop, PATIENCE);
	raise(SIGUSR2);
	loop_run(loop);
	assert_string_equal(trace, "12");
	loop_on_signal(loop, SIGUSR1, NULL, NULL);
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	assert_false(sigismember(&blocked, SIGUSR1));
	assert_true(sigismember(&blocked, SIGUSR2));
	loop_cancel(guard);
	loop_free(loop);
	loop = NULL;
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	assert_false(sigismember(&blocked, SIGUSR2));
}

static int statuses[3], ended;

static void on_end(void *data, int status)
{
	*(int *)data = status;
	if (++ended == 3)
		loop_stop(loop);
}

static pid_t child_made(int status, int signal)
{
	pid_t pid = fork();
	if (pid == 0) {
		if (signal)
			kill(getpid(), signal);
		_exit(status);
	}
	return pid;
}

static void test_children(void **state)
{
	struct loop_timer *guard = loop_after(loop, PATIENCE, give_up, NULL);
	ended = 0;
	for (int i = 0; i < 3; i++)
		loop_on_child(loop, child_made(i == 2 ? 0 : 7 * i, i == 2 ? SIGKILL : 0), on_end, &statuses[i]);
	loop_run(loop);
	loop_cancel(guard);
	assert_int_equal(statuses[0], 0);
	assert_int_equal(WEXITSTATUS(statuses[1]), 7);
	assert_true(WIFSIGNALED(statuses[2]));
	assert_int_equal(WTERMSIG(statuses[2]), SIGKILL);
	errno = 0;
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static int descriptors(void)
{
	int count = 0;
	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

/* A loop that is freed before its children ended keeps neither memory nor descriptors of them. */
static void test_freed_before_the_child(void **state)
{
	int before = descriptors();
	struct loop *short_lived = loop_create();
	pid_t pids[3];
	for (int i = 0; i < 3; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			for (;;)
				pause();
		loop_on_child(short_lived, pids[i], on_end, NULL);
	}
	loop_free(short_lived);
	int after = descriptors();
	for (int i = 0; i < 3; i++) {
		kill(pids[i], SIGKILL);
		assert_int_equal(waitpid(pids[i], NULL, 0), pids[i]);
	}
	assert_int_equal(after, before);
	loop_free(NULL);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_signals),
		CASE(test_children),
		CASE(test_freed_before_the_child),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
