/* Child processes: own process group, signal mask reset, every descriptor but 0-2 closed, pipes non-blocking, and no secret in the
 * environment (names listed with secret_hide). Never through a shell unless the argv says so. */
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
/* Environment variables that hold keys: never passed to children. The name is copied. */
void secret_hide(const char *environment_variable);
/* The value of a variable that holds a key, and hides it from children; NULL when unset or empty. Never log it. */
const char *secret_read(const char *environment_variable);
/* Replaces every secret read so far (8 bytes or more) by [redacted:NAME] while copying `text` to `out`. True when something was
 * replaced. */
struct buffer;
struct text;
bool secret_redact(const char *data, size_t length, struct buffer *out);

#endif
