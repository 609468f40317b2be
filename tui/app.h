/* The workbench: what `lever` alone opens. A stack of screens over one database file, read through a connection of its own.
 *   app.c       opening, the stack, loading, painting      dispatch.c  keys, prompts, effects
 *   actions.c   the common actions                         frame.c     title, body, footer, palette
 *   script.c    --script: steps instead of keys            workbench.h what these files share
 *   terminal.h, canvas.h, keys.h, difference.h, widgets/   the parts */
#ifndef LEVER_TUI_APP_H
#define LEVER_TUI_APP_H

#include "eval/base/loop.h"
#include "eval/run/runner.h"

/* How a run is started from the workbench: supplied by the command, since the workbench itself only reads. */
struct workbench_runner {
	void *data;
	/* Why no run can be started ("there is no lever.yaml here"); NULL when one can. */
	const char *(*blocked)(void *data);
	/* Reads the project anew, as it stands in its files by now: what is asked and started after that is its newest. False with what is
	 * wrong in it: the one before stays. */
	bool (*refresh)(void *data, struct error_list *errors);
	/* What a start would mean, asked before it: "make 390 calls, at most $0.12". In the arena; may be NULL. `variant` NULL: all. Answers
	 * NULL with what is wrong in its plan. */
	const char *(*question)(void *data, const char *variant, struct arena *arena, struct error_list *errors);
	/* Starts in the workbench's loop. `progress` is to be called as a runner_function with `progress_data`, the last time with
	 * ->finished. */
	bool (*start)(void *data, const char *variant, struct loop *loop, runner_function *progress, void *progress_data,
		struct error *error);
	/* As runner_stop. */
	void (*stop)(void *data, bool now);
	/* After the end, outside of the runner's callbacks: frees runner, plan and connection. `error` tells what went wrong with
	 * the run itself. */
	bool (*finish)(void *data, struct error *error);
};

struct workbench_options {
	const char *database;	       /* path; need not exist yet */
	const struct project *project; /* NULL: a database without its project */
	const char *screen;	       /* name of the first screen; NULL: runs */
	long long run;		       /* for that screen; 0: the latest */
	const char *script;	       /* file of steps; NULL: a person. With a script no terminal is touched */
	int rows, columns;	       /* > 0: instead of the terminal's size; scripts have 24 × 80 else */
	bool no_colours, no_mouse;
	const struct workbench_runner *runner; /* NULL: the action is greyed */
};

/* Runs until the person quits or the script ends. Answers the exit status; when that is not 0, `error` tells why. */
int workbench_open(const struct workbench_options *options, struct error *error) MUST_CHECK;

#endif
