#include "eval/base/child.h"
#include "eval/base/secret.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- children ----------------------------------------------------------------------------------------------------------- */

/* The environment without the variables that hold keys; the strings are borrowed. */
static char **environment_safe(void)
{
	size_t count = 0, kept = 0;
	while (environ[count])
		count++;
	char **safe = memory_take((count + 1) * sizeof *safe);
	for (size_t i = 0; i < count; i++) {
		if (!secret_is_named(environ[i], strcspn(environ[i], "=")))
			safe[kept++] = environ[i];
	}
	return safe;
}

static void pipe_close(int pipe[2])
{
	for (int i = 0; i < 2; i++)
		if (pipe[i] >= 0)
			close(pipe[i]);
}

static void signals_reset(void)
{
	sigset_t none;
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* One by one where the kernel (before 5.9) or a sandbox refuses the range. */
static void descriptors_close(unsigned first, unsigned last)
{
	if (close_range(first, last, 0) == 0)
		return;
	unsigned open_at_most = (unsigned)sysconf(_SC_OPEN_MAX);
	for (unsigned fd = first; fd <= last && fd < open_at_most && fd < 65536; fd++)
		close((int)fd);
}

/* Out of the way of 0-2 first: a parent that was started with one of them closed may have got it for a pipe. */
static int descriptors_set(unsigned flags, int ends[3], int report)
{
	int from[3], nothing = flags & CHILD_TERMINAL ? -1 : open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int i = 0; i < 3; i++) {
		int end = ends[i] >= 0 ? ends[i] : (i == 2 ? -1 : nothing);
		from[i] = end >= 0 ? fcntl(end, F_DUPFD_CLOEXEC, 3) : -1;
	}
	report = fcntl(report, F_DUPFD_CLOEXEC, 3);
	for (int i = 0; i < 3; i++)
		if (from[i] >= 0)
			dup2(from[i], i);
	if (report > 3)
		descriptors_close(3, (unsigned)report - 1);
	descriptors_close((unsigned)report + 1, ~0U);
	return report;
}

/* What the child tells when it cannot become the program. */
struct refusal {
	int reason;
	bool directory;
};

static _Noreturn void child_become(
	const char *const *argv, const char *directory, unsigned flags, int ends[3], int report, char **environment)
{
	if (!(flags & CHILD_TERMINAL))
		setpgid(0, 0);
	signals_reset();
	report = descriptors_set(flags, ends, report);
	environ = environment;
	struct refusal refusal = {.directory = directory && chdir(directory) != 0};
	if (!refusal.directory)
		execvp(argv[0], (char *const *)argv);
	refusal.reason = errno;
	ssize_t put = write(report, &refusal, sizeof refusal);
	_exit(put > 0 ? 127 : 126);
}

static bool pipes_open(unsigned flags, int pipes[4][2], struct error *error)
{
	const unsigned wanted[3] = {CHILD_PIPE_IN, CHILD_PIPE_OUT, CHILD_PIPE_ERRORS};
	for (int i = 0; i < 4; i++)
		pipes[i][0] = pipes[i][1] = -1;
	for (int i = 0; i < 4; i++)
		if ((i == 3 || flags & wanted[i]) && pipe2(pipes[i], O_CLOEXEC) != 0) {
			for (int j = 0; j < i; j++)
				pipe_close(pipes[j]);
			return error_set(error, ERROR_DATA, "pipe: %s", strerror(errno));
		}
	return true;
}

/* Our end of pipe i: the writing one for stdin, else the reading one. */
static int end_keep(int pipes[4][2], int i)
{
	int ours = pipes[i][i == 0 ? 1 : 0], theirs = pipes[i][i == 0 ? 0 : 1];
	if (theirs >= 0)
		close(theirs);
	if (ours >= 0)
		fcntl(ours, F_SETFL, O_NONBLOCK);
	return ours;
}

static bool refusal_read(int report, struct refusal *refusal)
{
	ssize_t told;
	while ((told = read(report, refusal, sizeof *refusal)) < 0 && errno == EINTR)
		continue;
	return told == (ssize_t)sizeof *refusal;
}

bool child_start(struct child *child, const char *const *argv, const char *directory, unsigned flags, struct error *error)
{
	int pipes[4][2];
	struct refusal refusal;
	if (!pipes_open(flags, pipes, error))
		return false;
	char **environment = environment_safe();
	pid_t pid = fork();
	if (pid == 0) {
		int ends[3] = {pipes[0][0], pipes[1][1], pipes[2][1]};
		child_become(argv, directory, flags, ends, pipes[3][1], environment);
	}
	free(environment);
	if (pid < 0) {
		for (int i = 0; i < 4; i++)
			pipe_close(pipes[i]);
		return error_set(error, ERROR_DATA, "fork: %s", strerror(errno));
	}
	close(pipes[3][1]);
	bool refused = refusal_read(pipes[3][0], &refusal);
	close(pipes[3][0]);
	*child = (struct child){.pid = pid, .to = end_keep(pipes, 0), .from = end_keep(pipes, 1), .errors = end_keep(pipes, 2)};
	if (!refused)
		return true;
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	int ends[3] = {child->to, child->from, child->errors};
	for (int i = 0; i < 3; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	return error_set(error, ERROR_DATA, "`%s` cannot be started%s%s: %s", argv[0], refusal.directory ? " in the folder " : "",
		refusal.directory ? directory : "", strerror(refusal.reason));
}

void child_kill(const struct child *child, int signal)
{
	if (child->pid > 0 && kill(-child->pid, signal) != 0)
		kill(child->pid, signal);
}
