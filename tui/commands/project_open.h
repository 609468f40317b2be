/* What most commands begin with: the project, its database, a run. */
#ifndef LEVER_TUI_PROJECT_OPEN_H
#define LEVER_TUI_PROJECT_OPEN_H

#include "eval/run/project.h"
#include "eval/store/store.h"
#include "tui/commands/command.h"

struct opened {
	struct project *project;
	struct store *store;
};
/* Reads the project and opens its database. False after telling what went wrong; *status is the exit status then. */
bool project_open(const struct command_line *line, enum store_mode mode, struct opened *ret, int *status);
/* The same for writing, or for reading where nothing can be written: *why says what stands in the way then, and is NULL otherwise. In the
 * line's arena. */
bool project_open_either(const struct command_line *line, struct opened *ret, const char **why, int *status);
/* The same for writing, by the one run that may; where one only looks ahead (`dry`) and there is no database yet, or none that can be
 * written to, with a copy in memory. */
bool project_open_run(const struct command_line *line, bool dry, struct opened *ret, int *status);
void project_close(struct opened *opened); /* for CLEANUP */
/* Terminal width of stdout; 0 when it is no terminal: nothing is cut then. */
int stdout_width(void);

#endif
