/* The terminal: opened through /dev/tty so that stdin may be a pipe, in full-screen mode, and given back in every case:
 * at the end, on suspension, on SIGTERM, on a broken invariant, and on a crash (a fixed string written by the signal handler). */
#ifndef LEVER_TUI_TERMINAL_H
#define LEVER_TUI_TERMINAL_H

#include "eval/base/error.h"

enum mouse_kind { MOUSE_NONE, MOUSE_CLICK, MOUSE_UP, MOUSE_DOWN };
struct mouse {
	enum mouse_kind kind;
	int row, column;
};

struct terminal_options {
	bool headless;	   /* no terminal is touched: for scripts */
	int rows, columns; /* > 0: this size, whatever the terminal says */
	bool mouse;
	bool colours; /* NO_COLOR and terminals without them win */
};

/* False with ERROR_USAGE when there is no terminal, or TERM is dumb. One at a time. */
bool terminal_open(const struct terminal_options *options, struct error *error) MUST_CHECK;
void terminal_close(void);
/* The descriptor to wait on; -1 when headless. */
int terminal_fd(void);
/* The next key that is there already; PRESS_NONE when there is none. PRESS_MOUSE fills *mouse. */
int terminal_key(struct mouse *mouse);
/* True once the terminal went away (hangup). */
bool terminal_gone(void);
/* Asks the terminal for its size; true when it changed. */
bool terminal_resize(void);
void terminal_set_size(int rows, int columns);
int terminal_rows(void);
int terminal_columns(void);
void terminal_mouse(bool on);
/* Puts what was drawn on the screen. */
void terminal_show(void);
/* Draws all anew at the next show: after foreign output. */
void terminal_redraw(void);
/* Gives the terminal back, stops the process group, and comes back when it is continued. */
void terminal_suspend(void);

/* Whether it has an alternate screen, which leaves what the shell showed as it was. terminal_kind.c. */
bool terminal_alternates(void);

#endif
