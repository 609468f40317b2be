/* Screens. One file each: tui/screens/screen_NAME.c defines `const struct screen_type screen_NAME`; the registry is generated.
 * A screen is a table of actions and a few functions that fill and draw it. The frame (tui/app.h) owns the rest: keys, palette,
 * prompts, footer, help, painting, reloading. Help, footer and palette are made from the tables, so that nothing can drift. */
#ifndef LEVER_TUI_SCREEN_H
#define LEVER_TUI_SCREEN_H

#include "eval/base/error.h"
#include "tui/canvas.h"
#include "tui/terminal.h"

struct workbench;
struct screen;

/* What an action leads to; it never draws itself. */
enum effect {
	EFFECT_NONE = 0,
	EFFECT_REDRAW = 1,
	EFFECT_REQUERY = 2, /* load again before the next frame */
	EFFECT_POP = 4,	    /* this screen is done */
	EFFECT_QUIT = 8,
};

enum action_flags {
	ACTION_ROW = 1,	   /* needs a selected row */
	ACTION_DANGER = 2, /* spends money or deletes: asks first, and only the key y is a yes */
	ACTION_HIDDEN = 4, /* not in the palette: it would make no sense there */
	ACTION_SPARE = 8,  /* in the footer only where the others leave room */
};

/* What depends on the project: name and help; name NULL: the action is not there. */
struct action_words {
	const char *name, *help;
};

struct action {
	const char *name;  /* in the palette: "open-case" */
	const char *keys;  /* see tui/keys.h */
	const char *label; /* in the footer, a word; NULL: not there. The table's order is the footer's */
	const char *help;  /* one line, no full stop */
	unsigned flags;
	int value;							     /* for functions that serve several actions */
	unsigned (*run)(struct screen *screen, const struct action *action); /* a set of effects */
	const char *(*blocked)(const struct screen *screen,
		const struct action *action); /* why it cannot be done now; NULL: it can. May be NULL */
	const char *(*question)(struct screen *screen, struct arena *arena); /* ACTION_DANGER: what is asked */
	struct action_words (*words)(
		const struct screen *screen, const struct action *action, struct arena *arena); /* NULL: those of the table */
};

enum motion { MOVE_LINES, MOVE_PAGES, MOVE_FIRST, MOVE_LAST };

/* Where a screen is opened. */
struct target {
	long long run;		   /* 0: the latest */
	long long position;	   /* of a case; 0: the first */
	long long version;	   /* variant version; 0: the first */
	const struct screen *from; /* the screen it was opened on; NULL */
};

struct screen_type {
	const char *name, *summary;
	const char *help; /* paragraphs for the help screen */
	size_t state_size;
	const struct action *actions; /* ends with name NULL; looked up before the common ones */
	int order;		      /* in the palette; 0: cannot be opened by name */
	const char *reached;	      /* order 0: how it is opened */
	bool (*open)(struct screen *screen, const struct target *target, struct error *error); /* no query here; may be NULL */
	void (*close)(struct screen *screen);						       /* may be NULL */
	/* Fetches what is shown. Called before the first frame, after EFFECT_REQUERY, and when the database changed. What was
	 * selected stays selected by its id. False keeps what was shown; it is tried again. May be NULL. */
	bool (*load)(struct screen *screen, struct error *error);
	bool slow; /* it reads every answer: of a large file it says so before it does */
	/* A run of this process became the latest: who shows the one before shows it. May be NULL. */
	void (*follow)(struct screen *screen, long long from, long long to);
	/* Background work in pieces of a few milliseconds: true while there is more. May be NULL. */
	bool (*work)(struct screen *screen);
	void (*title)(struct screen *screen, struct arena *arena, const char **left, const char **right);
	void (*draw)(struct screen *screen, const struct canvas *canvas);
	/* The commonest actions; each may be NULL and is then greyed. */
	unsigned (*move)(struct screen *screen, enum motion motion, long long count);
	unsigned (*click)(struct screen *screen, int row, int column);		      /* on the body */
	unsigned (*wheel)(struct screen *screen, int row, int lines);		      /* over the body; NULL: moves */
	const char *filter_name;						      /* "filter" or "search" */
	bool (*filter)(struct screen *screen, const char *text, struct error *error); /* "" clears */
	const char *(*filter_text)(const struct screen *screen);
	unsigned (*next_match)(struct screen *screen, int direction);
	bool (*has_row)(const struct screen *screen);
	struct target (*target)(const struct screen *screen); /* what is selected, for screens opened from here; may be NULL */
};
extern const struct screen_type *const screen_types[];	      /* generated; ends with NULL */
const struct screen_type *screen_type_find(const char *name); /* NULL: none */

struct screen {
	const struct screen_type *type;
	struct workbench *bench;
	void *state; /* state_size bytes, zeroed */
	struct screen *below;
	bool stale, working, loaded;
	struct error problem; /* why nothing could be loaded; kind ERROR_NONE: none known */
	int height, width; /* of the body, as last drawn */
};

/* What the frame does for screens. */
bool screen_push(
	struct workbench *bench, const struct screen_type *type, const struct target *target, struct error *error) MUST_CHECK;
/* The same by name with a message where it fails; the effects to answer. */
unsigned screen_open(struct screen *screen, const char *name, const struct target *target);
void screen_say(struct screen *screen, const char *format, ...) PRINTF(2, 3); /* a message in the bottom line until the next key */
void screen_say_error(struct screen *screen, const struct error *error);
struct store;
struct store *screen_store(const struct screen *screen); /* never NULL inside load and work */

/* The common actions: of every screen. Ends with name NULL. */
extern const struct action common_actions[];
/* Does the screen use the keys of a common action for one of its own? Then only that one is told of. */
bool action_hidden(const struct screen_type *type, const struct action *common);
/* Is it one that the screen does not know? Help leaves it out. */
bool action_absent(const struct screen_type *type, const struct action *common);
struct action_words action_words_of(const struct screen *screen, const struct action *action, struct arena *arena);
/* Why an action cannot be done now; NULL when it can. */
const char *action_blocked(const struct screen *screen, const struct action *action);

#endif
