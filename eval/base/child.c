#include "eval/base/child.h"
#include "eval/base/buffer.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- secrets ----------------------------------------------------------------------------------------------------------- */

#define SECRETS 64
static struct secret {
	char *variable;
	char *value; /* NULL until read */
} secrets[SECRETS];
static size_t secret_count;

static struct secret *secret_entry(const char *variable)
{
	for (size_t i = 0; i < secret_count; i++)
		if (strcmp(secrets[i].variable, variable) == 0)
			return &secrets[i];
	if (secret_count == SECRETS)
		BUG("more than %d key variables", SECRETS);
	secrets[secret_count].variable = string_copy(variable);
	return &secrets[secret_count++];
}

void secret_hide(const char *environment_variable)
{
	secret_entry(environment_variable);
}

const char *secret_read(const char *environment_variable)
{
	struct secret *secret = secret_entry(environment_variable);
	const char *value = getenv(environment_variable);
	if (!value || !*value)
		return NULL;
	if (!secret->value || strcmp(secret->value, value) != 0) {
		free(secret->value);
		secret->value = string_copy(value);
	}
	return secret->value;
}

#define SECRET_LEAST 8

/* The first secret at or behind `from`; at one place the longest. NULL when there is none. */
static const struct secret *secret_next(const char *data, size_t length, size_t from, size_t *at)
{
	const struct secret *found = NULL;
	size_t longest = 0;
	for (size_t i = 0; i < secret_count; i++) {
		size_t size = secrets[i].value ? strlen(secrets[i].value) : 0;
		const char *place = size >= SECRET_LEAST ? memmem(data + from, length - from, secrets[i].value, size) : NULL;
		if (!place || (found && ((size_t)(place - data) > *at || ((size_t)(place - data) == *at && size <= longest))))
			continue;
		found = &secrets[i];
		longest = size;
		*at = (size_t)(place - data);
	}
	return found;
}

bool secret_redact(const char *data, size_t length, struct buffer *out)
{
	size_t from = 0, at = 0;
	const struct secret *secret;
	while (length && (secret = secret_next(data, length, from, &at))) {
		buffer_add(out, data + from, at - from);
		buffer_format(out, "[redacted:%s]", secret->variable);
		from = at + strlen(secret->value);
	}
	buffer_add(out, data + from, length - from);
	return from > 0;
}

/* ---- children ----------------------------------------------------------------------------------------------------------- */

/* The environment without the variables that hold keys; the strings are borrowed. */
static char **environment_safe(void)
{
	size_t count = 0, kept = 0;
	while (environ[count])
		count++;
	char **safe = memory_take((count + 1) * sizeof *safe);
	for (size_t i = 0; i < count; i++) {
		bool hidden = false;
		for (size_t s = 0; s < secret_count && !hidden; s++) {
			size_t length = strlen(secrets[s].variable);
			hidden = strncmp(environ[i], secrets[s].variable, length) == 0 && environ[i][length] == '=';
		}
		if (!hidden)
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

static void child_become(
	const char *const *argv, const char *directory, unsigned flags, int ends[3], int report, char **environment)
{
	sigset_t none;
	if (!(flags & CHILD_TERMINAL))
		setpgid(0, 0);
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	int nothing = flags & CHILD_TERMINAL ? -1 : open("/dev/null", O_RDWR);
	for (int i = 0; i < 3; i++) {
		int from = ends[i] >= 0 ? ends[i] : (i == 2 ? -1 : nothing);
		if (from >= 0)
			dup2(from, i);
	}
	report = fcntl(report, F_DUPFD_CLOEXEC, 3);
	for (int fd = 3; fd < 65536 && fd < (int)sysconf(_SC_OPEN_MAX); fd++)
		if (fd != report)
			close(fd);
	environ = environment;
	if (!directory || chdir(directory) == 0)
		execvp(argv[0], (char *const *)argv);
	int reason = errno;
	ssize_t put = write(report, &reason, sizeof reason);
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

bool child_start(struct child *child, const char *const *argv, const char *directory, unsigned flags, struct error *error)
{
	int pipes[4][2], reason = 0;
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
	ssize_t told = read(pipes[3][0], &reason, sizeof reason);
	close(pipes[3][0]);
	*child = (struct child){.pid = pid, .to = end_keep(pipes, 0), .from = end_keep(pipes, 1), .errors = end_keep(pipes, 2)};
	if (told != (ssize_t)sizeof reason)
		return true;
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	int ends[3] = {child->to, child->from, child->errors};
	for (int i = 0; i < 3; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	return error_set(error, ERROR_DATA, "`%s` cannot be started: %s", argv[0], strerror(reason));
}

void child_kill(const struct child *child, int signal)
{
	if (child->pid > 0 && kill(-child->pid, signal) != 0)
		kill(child->pid, signal);
}
