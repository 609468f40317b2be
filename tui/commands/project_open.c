#include "tui/commands/project_open.h"
#include "eval/base/file.h"
#include <sys/ioctl.h>
#include <unistd.h>

static bool project_take(const struct command_line *line, struct opened *ret, int *status)
{
	struct error_list errors = ERROR_LIST_EMPTY;
	*ret = (struct opened){.project = project_read(line->directory, &errors)};
	if (ret->project)
		return true;
	*status = command_fail_all(line, &errors);
	error_list_release(&errors);
	return false;
}

static bool open_failed(const struct command_line *line, struct opened *ret, const struct error *error, int *status)
{
	*status = command_fail(line, error);
	project_close(ret);
	return false;
}

bool project_open(const struct command_line *line, enum store_mode mode, struct opened *ret, int *status)
{
	struct error error = {0};
	if (!project_take(line, ret, status))
		return false;
	return store_open(ret->project->database, mode, &ret->store, &error) || open_failed(line, ret, &error, status);
}

bool project_open_either(const struct command_line *line, struct opened *ret, const char **why, int *status)
{
	struct error error = {0}, reading = {0};
	*why = NULL;
	if (!project_take(line, ret, status))
		return false;
	if (store_open(ret->project->database, STORE_WRITE, &ret->store, &error))
		return true;
	if (error.kind != ERROR_STORAGE || !store_open(ret->project->database, STORE_READ, &ret->store, &reading))
		return open_failed(line, ret, &error, status);
	*why = arena_string(line->arena, error.message);
	return true;
}

bool project_open_run(const struct command_line *line, bool dry, struct opened *ret, int *status)
{
	struct error error = {0}, copying = {0};
	if (!project_take(line, ret, status))
		return false;
	const char *path = ret->project->database;
	if (dry && !file_exists(path))
		return store_open(path, STORE_COPY, &ret->store, &error) || open_failed(line, ret, &error, status);
	if (store_open(path, STORE_WRITE, &ret->store, &error))
		return store_lease(ret->store, &error) || open_failed(line, ret, &error, status);
	return (dry && error.kind == ERROR_STORAGE && store_open(path, STORE_COPY, &ret->store, &copying)) ||
	       open_failed(line, ret, &error, status);
}

void project_close(struct opened *opened)
{
	store_close(opened->store);
	project_free(opened->project);
	*opened = (struct opened){0};
}

int stdout_width(void)
{
	struct winsize size;
	return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 0;
}
