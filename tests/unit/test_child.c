/* Child processes and the secrets that they and texts must not hold. */
#include "eval/base/buffer.h"
#include "eval/base/child.h"
#include "eval/base/secret.h"
#include "tests/unit/unit.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* All that comes until the end, waited for at most ten seconds a piece. */
static void drain(int fd, struct buffer *out)
{
	char block[4096];
	for (;;) {
		struct pollfd one = {.fd = fd, .events = POLLIN};
		assert_int_equal(poll(&one, 1, 10000), 1);
		ssize_t got = read(fd, block, sizeof block);
		if (got == 0)
			break;
		if (got < 0 && errno == EAGAIN)
			continue;
		assert_true(got > 0);
		buffer_add(out, block, (size_t)got);
	}
	close(fd);
}

static int reap(const struct child *child)
{
	int status = -1;
	assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
	return status;
}

static struct child start(const char *const *argv, const char *directory, unsigned flags)
{
	struct child child;
	struct error error;
	if (!child_start(&child, argv, directory, flags, &error))
		fail_msg("%s", error.message);
	return child;
}

/* What the program writes, and its status. */
static int run(const char *const *argv, const char *directory, struct buffer *out)
{
	struct child child = start(argv, directory, CHILD_PIPE_OUT);
	assert_int_equal(child.to, -1);
	assert_int_equal(child.errors, -1);
	drain(child.from, out);
	return reap(&child);
}

static void test_arguments(void **state)
{
	static const char *const argv[] = {"printf", "<%s>", "a b", "", "$HOME `id` \"x\"", "*", "\xff\x1b", "-n", NULL};
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	assert_int_equal(run(argv, NULL, &out), 0);
	assert_text(buffer_text(&out), "<a b><><$HOME `id` \"x\"><*><\xff\x1b><-n>");
}

static void test_folder_and_status(void **state)
{
	static const char *const here[] = {"pwd", NULL}, *const status[] = {"sh", "-c", "exit 9", NULL};
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	assert_int_equal(run(here, "/usr/share", &out), 0);
	assert_text(buffer_text(&out), "/usr/share\n");
	assert_int_equal(WEXITSTATUS(run(status, NULL, &out)), 9);
}

static void test_pipes(void **state)
{
	static const char *const argv[] = {"sh", "-c", "cat; echo wrong >&2", NULL};
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer errors = BUFFER_EMPTY;
	struct child child = start(argv, NULL, CHILD_PIPE_IN | CHILD_PIPE_OUT | CHILD_PIPE_ERRORS);
	int ours[] = {child.to, child.from, child.errors};
	for (size_t i = 0; i < COUNT(ours); i++) {
		assert_true(fcntl(ours[i], F_GETFL) & O_NONBLOCK);
		assert_true(fcntl(ours[i], F_GETFD) & FD_CLOEXEC);
	}
	assert_int_equal(write(child.to, "a\0b", 3), 3);
	close(child.to);
	drain(child.from, &out);
	drain(child.errors, &errors);
	assert_int_equal(reap(&child), 0);
	assert_int_equal(out.length, 3);
	assert_memory_equal(out.data, "a\0b", 3);
	assert_text(buffer_text(&errors), "wrong\n");
}

static void test_environment(void **state)
{
	static const char *const argv[] = {"env", NULL};
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	setenv("LEVER_TEST_KEY", "sk-very-secret-one", 1);
	setenv("LEVER_TEST_KEY_2", "stays", 1);
	setenv("LEVER_TEST_LATER", "sk-very-secret-two", 1);
	secret_hide("LEVER_TEST_KEY");
	secret_hide("LEVER_TEST_KEY");
	assert_string_equal(secret_read("LEVER_TEST_LATER"), "sk-very-secret-two");
	assert_null(secret_read("LEVER_TEST_UNSET"));
	assert_int_equal(run(argv, NULL, &out), 0);
	assert_contains(buffer_string(&out), "LEVER_TEST_KEY_2=stays\n");
	assert_contains(buffer_string(&out), "PATH=");
	assert_null(strstr(buffer_string(&out), "LEVER_TEST_KEY="));
	assert_null(strstr(buffer_string(&out), "very-secret"));
	assert_string_equal(getenv("LEVER_TEST_KEY"), "sk-very-secret-one");
}

static void test_failures_tell_why(void **state)
{
	char folder[] = "/tmp/lever-test-XXXXXX", script[64];
	assert_non_null(mkdtemp(folder));
	snprintf(script, sizeof script, "%s/script", folder);
	close(open(script, O_CREAT | O_WRONLY, 0600));
	const struct {
		const char *argv[2], *directory, *says[2];
	} failures[] = {
		{{"lever-no-such-program"}, NULL, {"`lever-no-such-program` cannot be started", "No such file"}},
		{{"/tmp"}, NULL, {"`/tmp` cannot be started", "Permission denied"}},
		{{script}, NULL, {"cannot be started", "Permission denied"}},
		{{"true"}, "/tmp/lever-test-nowhere", {"in the folder /tmp/lever-test-nowhere", "No such file"}},
		{{"true"}, script, {"in the folder", "Not a directory"}},
		{{""}, NULL, {"`` cannot be started", "No such file"}},
	};
	for (size_t i = 0; i < COUNT(failures); i++) {
		struct child child;
		struct error error;
		int probe = dup(0);
		close(probe);
		assert_false(child_start(&child, failures[i].argv, failures[i].directory, 7, &error));
		for (size_t said = 0; said < 2; said++)
			assert_contains(error.message, failures[i].says[said]);
		int after = dup(0);
		close(after);
		assert_int_equal(after, probe); /* no descriptor is left open */
		errno = 0;
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
		assert_int_equal(errno, ECHILD);
	}
	unlink(script);
	rmdir(folder);
}

/* The whole group dies: the pipe ends although a grandchild held it. Our own group lives. */
static void test_group(void **state)
{
	static const char *const argv[] = {"sh", "-c", "sleep 1000 & echo started; wait", NULL};
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct child child = start(argv, NULL, CHILD_PIPE_OUT);
	assert_int_equal(getpgid(child.pid), child.pid);
	assert_int_not_equal(getpgid(0), child.pid);
	struct pollfd one = {.fd = child.from, .events = POLLIN};
	assert_int_equal(poll(&one, 1, 10000), 1);
	child_kill(&child, SIGTERM);
	drain(child.from, &out);
	assert_text(buffer_text(&out), "started\n");
	int status = reap(&child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
	child_kill(&(struct child){.pid = 0}, SIGKILL);
	child_kill(&(struct child){.pid = -1}, SIGKILL);
}

/* Blocked and ignored signals of ours are not handed on. */
static void test_signals_are_reset(void **state)
{
	static const char *const argv[] = {"sh", "-c", "kill -TERM $$; kill -PIPE $$; echo alive", NULL};
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	sigset_t one, before;
	sigemptyset(&one);
	sigaddset(&one, SIGTERM);
	sigprocmask(SIG_BLOCK, &one, &before);
	signal(SIGPIPE, SIG_IGN);
	int status = run(argv, NULL, &out);
	sigprocmask(SIG_SETMASK, &before, NULL);
	signal(SIGPIPE, SIG_DFL);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
	assert_text(buffer_text(&out), "");
}

static void test_descriptors_are_closed(void **state)
{
	static const char *const argv[] = {"sh", "-c", "for f in /proc/self/fd/*; do [ -e $f ] && echo ${f##*/}; done", NULL};
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	int open_ones[20], far;
	for (size_t i = 0; i < COUNT(open_ones); i++)
		open_ones[i] = open("/tmp", O_RDONLY); /* without O_CLOEXEC */
	far = fcntl(open_ones[0], F_DUPFD, 900);
	assert_true(far >= 900);
	assert_int_equal(run(argv, NULL, &out) & 0x7f, 0);
	assert_text(buffer_text(&out), "0\n1\n2\n");
	for (size_t i = 0; i < COUNT(open_ones); i++)
		close(open_ones[i]);
	close(far);
}

/* A parent whose own 0 or 0-2 are closed gets those numbers for its pipes. */
static void test_closed_standard_descriptors(void **state)
{
	static const char *const argv[] = {"sh", "-c", "cat; echo out; echo err >&2", NULL};
	for (int last = 0; last < 3; last++) {
		int status, result[2];
		assert_int_equal(pipe(result), 0);
		assert_true(result[0] > 2);
		pid_t pid = fork();
		if (pid == 0) {
			struct child child;
			struct error error;
			char said[64] = "";
			for (int fd = 0; fd <= last; fd++)
				close(fd);
			if (!child_start(&child, argv, NULL, CHILD_PIPE_IN | CHILD_PIPE_OUT | CHILD_PIPE_ERRORS, &error))
				_exit(2);
			bool written = write(child.to, "in ", 3) == 3;
			close(child.to);
			waitpid(child.pid, &status, 0);
			ssize_t got = read(child.from, said, 60), more = read(child.errors, said + (got > 0 ? got : 0), 30);
			_exit(write(result[1], said, 60) == 60 && written && got > 0 && more > 0 && status == 0 ? 0 : 1);
		}
		char said[64] = "";
		close(result[1]);
		assert_true(read(result[0], said, 60) >= 0);
		close(result[0]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_string_equal(said, "in out\nerr\n");
		assert_int_equal(status, 0);
	}
}

/* ---- secrets -------------------------------------------------------------------------------------------------------------------
 */

static void learn(const char *name, const char *value)
{
	setenv(name, value, 1);
	assert_string_equal(secret_read(name), value);
}

static void test_redact(void **state)
{
	static const struct {
		const char *text, *redacted; /* NULL: left alone */
	} samples[] = {
		{"", NULL},
		{"nothing here", NULL},
		{"AAAABBBB", "[redacted:LEVER_TEST_A]"},
		{"xAAAABBBBy", "x[redacted:LEVER_TEST_A]y"},
		{"AAAABBBBAAAABBBB", "[redacted:LEVER_TEST_A][redacted:LEVER_TEST_A]"},
		{"AAAABBBBCCCC", "[redacted:LEVER_TEST_LONG]"},
		{"AAAABBBBCCC", "[redacted:LEVER_TEST_A]CCC"},
		{"AAAABBBBDDDDEEEE", "[redacted:LEVER_TEST_A]DDDDEEEE"},
		{"BBBBDDDDEEEE", "[redacted:LEVER_TEST_OVERLAP]"},
		{"AAAABBB", NULL},
		{"is it short7?", "is it [redacted:LEVER_TEST_SHORT]?"},
		{"abc", NULL},
		{"AAAABBBCAAAABBBBBBBBDDDDEEEE|AAAABBBB",
			"AAAABBBC[redacted:LEVER_TEST_A][redacted:LEVER_TEST_OVERLAP]|[redacted:LEVER_TEST_A]"},
	};
	learn("LEVER_TEST_A", "AAAABBBB");
	learn("LEVER_TEST_LONG", "AAAABBBBCCCC");
	learn("LEVER_TEST_OVERLAP", "BBBBDDDDEEEE");
	learn("LEVER_TEST_SHORT", "short7");
	learn("LEVER_TEST_TOO_SHORT", "abc");
	for (size_t i = 0; i < COUNT(samples); i++) {
		CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
		const char *text = samples[i].text;
		assert_int_equal(secret_redact(text, strlen(text), &out), samples[i].redacted != NULL);
		assert_text(buffer_text(&out), samples[i].redacted ? samples[i].redacted : "");
	}
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	assert_true(secret_redact("\0AAAABBBB\0\xff", 11, &out));
	assert_int_equal(out.length, 26);
	assert_memory_equal(out.data, "\0[redacted:LEVER_TEST_A]\0\xff", 26);
	assert_false(secret_redact(NULL, 0, &out));
}

/* A server that sends one key over and over costs one pass for each of the others, not one pass an echo. */
static void test_redact_a_flood(void **state)
{
	CLEANUP(buffer_release) struct buffer flood = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct timespec before, after;
	learn("LEVER_TEST_A", "AAAABBBB");
	learn("LEVER_TEST_ABSENT", "not in the flood");
	for (int i = 0; i < 50000; i++)
		buffer_add_string(&flood, "AAAABBBB ");
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	assert_true(secret_redact(flood.data, flood.length, &out));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
	assert_int_equal(out.length, 50000 * strlen("[redacted:LEVER_TEST_A] "));
	assert_true(after.tv_sec - before.tv_sec < 5);
}

/* A project may name any number of key variables. */
static void test_many_secrets(void **state)
{
	char name[64], value[64];
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof name, "LEVER_TEST_MANY_%d", i);
		snprintf(value, sizeof value, "value-number-%d-", i);
		setenv(name, value, 1);
		assert_string_equal(secret_read(name), value);
	}
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	assert_true(secret_redact("value-number-3-value-number-199-", 32, &out));
	assert_text(buffer_text(&out), "[redacted:LEVER_TEST_MANY_3][redacted:LEVER_TEST_MANY_199]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_folder_and_status),
		cmocka_unit_test(test_pipes),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_failures_tell_why),
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_signals_are_reset),
		cmocka_unit_test(test_descriptors_are_closed),
		cmocka_unit_test(test_closed_standard_descriptors),
		cmocka_unit_test(test_redact),
		cmocka_unit_test(test_redact_a_flood),
		cmocka_unit_test(test_many_secrets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
