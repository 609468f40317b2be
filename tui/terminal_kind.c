#include "tui/terminal.h"
#include <curses.h>
#include <term.h>

/* A file of its own: <term.h> makes macros of common words. */
bool terminal_alternates(void)
{
	const char *enter = tigetstr("smcup");
	return enter && enter != (const char *)-1;
}
