/* Keys by name. The tables of actions, the help, the footer and scripts all write keys the same way:
 * one character ("j", "/", "?"), ^L for control characters, and the names Enter Esc Tab S-Tab Space Backspace Delete Up Down Left
 * Right C-Left C-Right PgUp PgDn Home End. A list of keys is separated by spaces: "j Down". */
#ifndef LEVER_TUI_KEYS_H
#define LEVER_TUI_KEYS_H

#include "eval/base/text.h"

/* A key press: a code point (control characters below 32), or one of these. */
enum press {
	PRESS_NONE = 0,
	PRESS_ENTER = 0x200000,
	PRESS_ESCAPE,
	PRESS_TAB,
	PRESS_BACKTAB,
	PRESS_BACKSPACE,
	PRESS_DELETE,
	PRESS_UP,
	PRESS_DOWN,
	PRESS_LEFT,
	PRESS_RIGHT,
	PRESS_PAGE_UP,
	PRESS_PAGE_DOWN,
	PRESS_HOME,
	PRESS_END,
	PRESS_WORD_LEFT,
	PRESS_WORD_RIGHT,
	PRESS_PASTE_START,
	PRESS_PASTE_END,
	PRESS_MOUSE, /* where and what: see struct mouse in tui/terminal.h */
	PRESS_OTHER, /* a key nobody has use for */
};

/* The key whose name this is; PRESS_NONE when there is none. */
int press_of_name(struct text name);
/* Does the list name this key? */
bool keys_contain(const char *keys, int press);
/* The first key of the list, in the arena: for footers. */
const char *keys_first(struct arena *arena, const char *keys);
/* The next key of a script: a name in <>, "<lt>" for "<" itself, or one character. False at the end or (with *press PRESS_NONE) on
 * an unknown name. */
bool press_next(struct text *rest, int *press);

#endif
