/* Child processes: own process group, signal mask reset, every descriptor but 0-2 closed, pipes non-blocking, and no secret in the
 * environment (secret.h). Never through a shell unless the argv says so. */
#ifndef LEVER_BASE_CHILD_H
#define LEVER_BASE_CHILD_H

#include "eval/base/error.h"
#include <sys/types.h>

struct child {
	pid_t pid;
	int to, from, errors; /* our ends of stdin, stdout, stderr pipes; -1 where not asked for; close them yourself */
};
enum child_flags {
	CHILD_PIPE_IN = 1,
	CHILD_PIPE_OUT = 2,
	CHILD_PIPE_ERRORS = 4,
	CHILD_TERMINAL = 8 /* keeps our terminal: $EDITOR */
};
bool child_start(
	struct child *child, const char *const *argv, const char *directory, unsigned flags, struct error *error) MUST_CHECK;
/* Signals the whole process group. */
void child_kill(const struct child *child, int signal);

#endif
