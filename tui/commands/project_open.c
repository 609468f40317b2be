#include "tui/commands/project_open.h"
#include <sys/ioctl.h>
#include <unistd.h>

bool project_open(const struct command_line *line, enum store_mode mode, struct opened *ret, int *status)
{
	struct error_list errors = ERROR_LIST_EMPTY;
	struct error error = {0};
	*ret = (struct opened){.project = project_read(line->directory, &errors)};
	if (!ret->project) {
		*status = command_fail_all(line, &errors);
		error_list_release(&errors);
		return false;
	}
	if (store_open(ret->project->database, mode, &ret->store, &error))
		return true;
	*status = command_fail(line, &error);
	project_close(ret);
	return false;
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
