/* Private to tui/: the workbench's state, shared by app.c, dispatch.c, actions.c, frame.c, script.c and the screens. */
#ifndef LEVER_TUI_WORKBENCH_H
#define LEVER_TUI_WORKBENCH_H

#include "eval/store/store.h"
#include "tui/app.h"
#include "tui/screens/screen.h"
#include "tui/widgets/input.h"

#define FRAME_TIME 33000  /* microseconds between frames that no key asked for */
#define POLL_TIME 500000  /* between looks at the database's version */
#define QUERY_TIME 100000 /* a query that takes longer is broken off and tried again with more time */
#define QUERY_TIME_LIMIT 5000000

enum prompt_kind { PROMPT_NONE, PROMPT_FILTER, PROMPT_PALETTE, PROMPT_CONFIRM, PROMPT_TEXT };

struct script;
struct triage_acts;
/* Takes what was typed; false with an error: the line stays, to be mended. */
typedef bool text_function(struct screen *screen, const char *text, struct error *error);
struct workbench {
	const struct workbench_options *options;
	struct loop *loop;
	struct store *store;	  /* NULL while there is no file */
	struct error store_error; /* why there is none */
	bool store_gone;	  /* it was removed while it was shown */
	long long data_version;
	int64_t query_time;
	struct screen *top;
	struct arena *frame;
	struct loop_watch *watch;
	struct loop_timer *frame_timer, *poll_timer, *retry_timer;
	bool dirty, urgent, retrying, mouse;
	bool blind; /* what other people said of failures is hidden */
	int64_t painted_at;
	struct mouse mouse_event;
	/* The bottom line. */
	enum prompt_kind prompt;
	struct input input;
	bool pasting;
	size_t palette_selected;
	const struct action *asked; /* what a yes would do */
	char *question;		    /* also the name of a line that is asked for */
	text_function *answer;	    /* what takes it */
	char message[2048];
	bool message_is_error;
	/* A run in this process. */
	bool running, run_ended, stop_asked;
	long long latest_run; /* when it was started; 0: none */
	const struct run_progress *progress; /* NULL: none yet */
	struct run_progress *ended;	     /* how far the last one came, in `ended_arena`; NULL: there was none */
	struct arena *ended_arena;
	/* The end. */
	bool quitting;
	int status;
	struct error error;
	struct script *script;
	struct triage_acts *acts; /* of tui/screens/triage.h; NULL: none yet */
};

/* app.c */
void workbench_dirty(struct workbench *bench);
void workbench_paint(struct workbench *bench);
void workbench_say(struct workbench *bench, bool is_error, const char *format, ...) PRINTF(3, 4);
void workbench_resized(struct workbench *bench);
void workbench_stale(struct workbench *bench);	    /* all screens */
bool workbench_busy(const struct workbench *bench); /* something is loading */
/* Stops a run that goes on, then ends the loop. */
void workbench_quit(struct workbench *bench, int status);
void screen_pop(struct workbench *bench);
/* database.c */
void database_open(struct workbench *bench); /* where it can be read; else store_error says why not */
void database_poll(void *data); /* a timer, for the bench */
/* Is the file that is shown still the one at its path? Else it is let go of: nothing of it may be written to another. */
bool database_held(struct workbench *bench);
bool database_is_large(const struct workbench *bench);
/* run_control.c */
/* `variant` NULL: all that is missing. */
bool run_start(struct workbench *bench, const char *variant, struct error *error) MUST_CHECK;
/* Before a run is asked about: the project as it is in its files. False after saying what is wrong in it. */
bool run_refresh(struct workbench *bench);
void run_stop(struct workbench *bench, bool now);
const char *run_blocked(const struct workbench *bench);
void run_reap(struct workbench *bench); /* outside of the runner's callback */
/* Actions that several screens have. */
unsigned run_action_start(struct screen *screen, const struct action *action);
/* Starts it and shows it. */
unsigned run_begin(struct screen *screen, const char *variant);
unsigned run_action_watch(struct screen *screen, const struct action *action);
const char *run_action_blocked(const struct screen *screen, const struct action *action);
/* What the start of a run would mean; NULL after telling why there cannot be one. `variant` NULL: all that is missing. */
const char *run_question(struct workbench *bench, const char *variant, struct arena *arena);
const char *run_action_question(struct screen *screen, struct arena *arena);
#define ACTION_START_RUN                                                                                                           \
	{                                                                                                                          \
		.name = "start-run", .keys = "s", .label = "run", .help = "run what is missing of the project",                    \
		.flags = ACTION_DANGER, .run = run_action_start, .blocked = run_action_blocked, .question = run_action_question    \
	}
#define ACTION_WATCH_RUN                                                                                                           \
	{                                                                                                                          \
		.name = "watch-run", .keys = "w", .label = "watch", .help = "the run that goes on in this process",                \
		.run = run_action_watch                                                                                            \
	}
/* dispatch.c */
void workbench_press(struct workbench *bench, int press);
void effects_apply(struct workbench *bench, unsigned effects);
void confirm_ask(struct workbench *bench, const struct action *action);
void filter_ask(struct workbench *bench);
void palette_ask(struct workbench *bench, const char *text);
/* A line with a name of its own ("note: "), filled with what is there already. */
void text_ask(struct workbench *bench, const char *name, const char *text, text_function *answer);
/* palette.c: what the palette offers for the words typed so far: actions of the top screen, common ones, screens. */
struct palette_entry {
	const struct action *action; /* NULL: a screen */
	const struct screen_type *type;
	struct action_words words;
	const char *blocked; /* why not; NULL */
	int score;
	size_t order;
};
struct palette_entry *palette_entries(struct workbench *bench, struct arena *arena, size_t *count);
void palette_draw(struct workbench *bench, const struct canvas *canvas);
/* blind.c: one switch for the screens that show labels. */
const char *blind_rater(const struct workbench *bench, struct arena *arena); /* who is blind; NULL: nobody */
unsigned blind_action(struct screen *screen, const struct action *action);
#define ACTION_BLIND                                                                                                               \
	{                                                                                                                          \
		.name = "blind", .keys = "b", .label = "blind",                                                                    \
		.help = "hide or show what other people said of failures, in triage and failure modes", .run = blind_action        \
	}
/* frame.c */
void frame_draw(struct workbench *bench);
bool frame_is_small(void); /* nothing can be seen: of the keys only those that stop the program or redraw it act */
/* script.c */
struct script *script_read(const char *path, struct error *error) MUST_CHECK;
void script_free(struct script *script);
/* Takes the next step; false at the end. A mistake sets bench->error. */
bool script_step(struct workbench *bench);
/* Waits for the end of a run. */
bool script_waits(const struct workbench *bench);

#endif
