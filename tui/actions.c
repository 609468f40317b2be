#include "tui/keys.h"
#include "tui/workbench.h"

static unsigned move_lines(struct screen *screen, const struct action *action)
{
	return screen->type->move(screen, MOVE_LINES, action->value);
}
static unsigned move_pages(struct screen *screen, const struct action *action)
{
	return screen->type->move(screen, MOVE_PAGES, action->value);
}
static unsigned move_end(struct screen *screen, const struct action *action)
{
	return screen->type->move(screen, action->value < 0 ? MOVE_FIRST : MOVE_LAST, 0);
}

static const char *move_blocked(const struct screen *screen, const struct action *action)
{
	return screen->type->move ? NULL : "there is nothing to move in on this screen";
}

static const char *filter_blocked(const struct screen *screen, const struct action *action)
{
	return screen->type->filter ? NULL : "this screen has nothing to filter or search";
}

static const char *match_blocked(const struct screen *screen, const struct action *action)
{
	return screen->type->next_match ? NULL : "this screen has no search";
}

static unsigned filter(struct screen *screen, const struct action *action)
{
	filter_ask(screen->bench);
	return EFFECT_REDRAW;
}

static unsigned match(struct screen *screen, const struct action *action)
{
	return screen->type->next_match(screen, action->value);
}

static bool filtered(const struct screen *screen)
{
	const char *text = screen->type->filter && screen->type->filter_text ? screen->type->filter_text(screen) : NULL;
	return text && *text;
}

/* Escape takes back one thing at a time: the filter, then the screen. It never ends the program. */
static unsigned escape(struct screen *screen, const struct action *action)
{
	struct error error = {0};
	if (filtered(screen))
		return screen->type->filter(screen, "", &error) ? EFFECT_REDRAW : EFFECT_NONE;
	if (screen->below)
		return EFFECT_POP;
	screen_say(screen, "q quits");
	return EFFECT_REDRAW;
}

static unsigned quit(struct screen *screen, const struct action *action);
static const char *quit_question(struct screen *screen, struct arena *arena)
{
	return "a run is going on: stop it and quit";
}
static const struct action quit_anyway = {.name = "quit", .run = quit, .value = 1, .question = quit_question};

static unsigned quit(struct screen *screen, const struct action *action)
{
	struct workbench *bench = screen->bench;
	if (!bench->running || action == &quit_anyway)
		return EFFECT_QUIT;
	confirm_ask(bench, &quit_anyway);
	return EFFECT_REDRAW;
}

static unsigned back(struct screen *screen, const struct action *action)
{
	return screen->below ? EFFECT_POP : quit(screen, action);
}

static unsigned interrupt(struct screen *screen, const struct action *action)
{
	struct workbench *bench = screen->bench;
	if (!bench->running)
		return EFFECT_QUIT;
	bool again = bench->stop_asked;
	run_stop(bench, again);
	screen_say(screen, again ? "breaking off what is in flight" : "finishing what is in flight; ^C again breaks it off");
	return EFFECT_REDRAW;
}

static unsigned help(struct screen *screen, const struct action *action)
{
	return screen_open(screen, "help", &(struct target){.from = screen});
}

static const char *help_blocked(const struct screen *screen, const struct action *action)
{
	return strcmp(screen->type->name, "help") ? NULL : "this is the help";
}

static unsigned palette(struct screen *screen, const struct action *action)
{
	palette_ask(screen->bench, "");
	return EFFECT_REDRAW;
}

static unsigned refresh_data(struct screen *screen, const struct action *action)
{
	return EFFECT_REQUERY | EFFECT_REDRAW;
}

static unsigned redraw(struct screen *screen, const struct action *action)
{
	terminal_redraw();
	return EFFECT_REDRAW;
}

static unsigned suspend(struct screen *screen, const struct action *action)
{
	terminal_suspend();
	return EFFECT_REDRAW;
}

static unsigned toggle_mouse(struct screen *screen, const struct action *action)
{
	struct workbench *bench = screen->bench;
	bench->mouse = !bench->mouse;
	terminal_mouse(bench->mouse);
	screen_say(screen, bench->mouse ? "the mouse selects rows and scrolls; hold Shift to select text"
					: "the mouse is the terminal's again");
	return EFFECT_REDRAW;
}

bool action_hidden(const struct screen_type *type, const struct action *common)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	int press = press_of_name(text_of(keys_first(arena, common->keys)));
	for (const struct action *own = type->actions; own && own->name; own++)
		if (keys_contain(own->keys, press))
			return true;
	return false;
}

bool action_absent(const struct screen_type *type, const struct action *common)
{
	return (common->blocked == move_blocked && !type->move) || (common->blocked == filter_blocked && !type->filter) ||
	       (common->blocked == match_blocked && !type->next_match);
}

struct action_words action_words_of(const struct screen *screen, const struct action *action, struct arena *arena)
{
	return action->words ? action->words(screen, action, arena) : (struct action_words){action->name, action->help};
}

/* The screens that ask of a run why and what next, from wherever one is. */
static const char *const asked_screens[] = {"advice", "triage", "modes", "cost", "search"};

static unsigned ask_screen(struct screen *screen, const struct action *action)
{
	struct target target = screen->type->target ? screen->type->target(screen) : (struct target){0};
	target.from = screen;
	return screen_open(screen, asked_screens[action->value], &target);
}

static const char *ask_blocked(const struct screen *screen, const struct action *action)
{
	return strcmp(screen->type->name, asked_screens[action->value]) ? NULL : "this is it";
}

const struct action common_actions[] = {
	{"help", "?", "help", "keys and words of this screen", .run = help, .blocked = help_blocked},
	{"filter", "/", NULL, "filter the rows, or search the text", .run = filter, .blocked = filter_blocked},
	{"commands", ": ^P", "commands", "every action by name", ACTION_HIDDEN, .run = palette},
	{"back", "q", "back", "leave this screen; on the first one: quit", .run = back},
	{"escape", "Esc", NULL, "take back the filter, else leave this screen", ACTION_HIDDEN, .run = escape},
	{"down", "j Down", NULL, "one row down", ACTION_HIDDEN, 1, move_lines, move_blocked},
	{"up", "k Up", NULL, "one row up", ACTION_HIDDEN, -1, move_lines, move_blocked},
	{"page-down", "PgDn ^F Space", NULL, "one page down", ACTION_HIDDEN, 1, move_pages, move_blocked},
	{"page-up", "PgUp ^B", NULL, "one page up", ACTION_HIDDEN, -1, move_pages, move_blocked},
	{"first", "g Home", NULL, "to the first row", 0, -1, move_end, move_blocked},
	{"last", "G End", NULL, "to the last row", 0, 1, move_end, move_blocked},
	{"next-match", "n", NULL, "next place that has the words searched for", 0, 1, match, match_blocked},
	{"previous-match", "N", NULL, "previous place that has them", 0, -1, match, match_blocked},
	{"advice", "a", "advice", "which lever to pull next, and the evidence", ACTION_SPARE, 0, ask_screen, ask_blocked},
	{"triage", "t", "triage", "failures one by one, one key a mode", ACTION_SPARE, 1, ask_screen, ask_blocked},
	{"modes", "m", "modes", "why cases fail, and what each lever mends of it", ACTION_SPARE, 2, ask_screen, ask_blocked},
	{"cost", "$", NULL, "quality against cost, and break-even by volume", ACTION_SPARE, 3, ask_screen, ask_blocked},
	{"corpus", "c", NULL, "ask the corpus: a case's own question, or any other", ACTION_SPARE, 4, ask_screen, ask_blocked},
	{"refresh", "R", NULL, "read the database again", .run = refresh_data},
	{"redraw", "^L", NULL, "draw the screen anew", .run = redraw},
	{"mouse", "M", NULL, "give the mouse to the terminal, or take it back", .run = toggle_mouse},
	{"suspend", "^Z", NULL, "stop the program until the shell continues it", .run = suspend},
	{"interrupt", "^C", NULL, "stop the run that goes on; without one: quit", .run = interrupt},
	{"quit", "Q", NULL, "quit from any screen", .run = quit},
	{0},
};
