/* Keys that come as several bytes after ESC. Curses knows those of the terminal that TERM names; the usual ones of other terminals
 * are told to it, and what nobody knows is read to its end here and dropped, so that no byte of it acts as a key of its own. */
#ifndef LEVER_TUI_TERMINAL_SEQUENCE_H
#define LEVER_TUI_TERMINAL_SEQUENCE_H

#include "tui/keys.h"
#include <stdint.h>

/* The usual encodings; ends with bytes NULL. */
struct sequence_key {
	const char *bytes;
	int press;
};
extern const struct sequence_key sequence_keys[];

enum sequence_state { SEQUENCE_NONE, SEQUENCE_ESCAPED /* ESC came, no more yet */, SEQUENCE_OPEN };
struct sequence {
	enum sequence_state state;
	char bytes[24]; /* so far; longer ones are nobody's */
	size_t length;
	int raw;	 /* bytes of an old mouse report still to come */
	int64_t at;	 /* when the last byte came */
	int64_t lone_at; /* when an ESC was taken for the key alone */
};

/* A character that was read: what key it makes. PRESS_NONE: more is to come. */
int sequence_take(struct sequence *sequence, uint32_t code);
/* Nothing more is there: an ESC with nothing behind it is the key. PRESS_NONE: nothing, or the rest of a sequence is on its way. */
int sequence_settle(struct sequence *sequence);

#endif
