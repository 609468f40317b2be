#include "tui/screens/triage.h"
#include <stdio.h>
#include <stdlib.h>

static bool triage_open(struct screen *screen, const struct target *target, struct error *error)
{
	struct triage_screen *state = screen->state;
	state->arena = arena_create();
	state->run = target->run;
	state->version = target->version;
	state->pager.match = -1;
	return true;
}

static void triage_close(struct screen *screen)
{
	struct triage_screen *state = screen->state;
	evidence_free(state->evidence);
	arena_free(state->arena);
	free(state->base);
	free(state->mark);
}

static void triage_follow(struct screen *screen, long long from, long long to)
{
	struct triage_screen *state = screen->state;
	if (state->run == from)
		state->run = to;
}

const struct triage_item *triage_item_selected(const struct triage_screen *state)
{
	return state->triage.count ? &state->triage.items[state->list.selected] : NULL;
}

const struct triage_item *triage_item_of(const struct triage_screen *state, long long attempt)
{
	for (size_t i = 0; i < state->triage.count; i++)
		if (state->triage.items[i].attempt == attempt)
			return &state->triage.items[i];
	return NULL;
}

/* ---- what is shown ------------------------------------------------------------------------------------------------- */

static bool triage_filter(struct screen *screen, const char *text, struct error *error)
{
	struct triage_screen *state = screen->state;
	snprintf(state->filter, sizeof state->filter, "%s", text);
	effects_apply(screen->bench, EFFECT_REQUERY | EFFECT_REDRAW);
	return true;
}

static const char *triage_filter_text(const struct screen *screen)
{
	const struct triage_screen *state = screen->state;
	return state->filter;
}

/* Whose failures: the next variant of the run. */
static unsigned triage_variant(struct screen *screen, const struct action *action)
{
	struct triage_screen *state = screen->state;
	const struct evidence *evidence = state->evidence;
	size_t at = evidence->base;
	do
		at = (at + 1) % evidence->arm_count;
	while (at != evidence->base && (evidence->arms[at].probe || !evidence->arms[at].measured));
	if (at == evidence->base) {
		screen_say(screen, "the run has no other variant");
		return EFFECT_REDRAW;
	}
	free(state->base);
	state->base = string_copy(evidence->arms[at].arm.name);
	state->labelled = state->selected = 0;
	state->pager.top = 0;
	list_select(&state->list, 0);
	screen_say(screen, "failures of %s", state->base);
	return EFFECT_REQUERY | EFFECT_REDRAW;
}

static const char *variant_blocked(const struct screen *screen, const struct action *action)
{
	const struct triage_screen *state = screen->state;
	return state->evidence ? NULL : "nothing was run yet";
}

/* ---- moving -------------------------------------------------------------------------------------------------------- */

static unsigned triage_case(struct screen *screen, const struct action *action)
{
	const struct triage_screen *state = screen->state;
	const struct evidence *evidence = state->evidence;
	const struct triage_item *item = triage_item_selected(state);
	struct target target = {.run = evidence->run.id,
		.position = evidence->cases[item->at].position,
		.version = evidence->arms[evidence->base].arm.version,
		.from = screen};
	return screen_open(screen, "case", &target);
}

static unsigned triage_move(struct screen *screen, enum motion motion, long long count)
{
	struct triage_screen *state = screen->state;
	state->labelled = 0;
	if (!list_move(&state->list, motion, count))
		return EFFECT_NONE;
	state->selected = triage_item_selected(state)->attempt;
	state->document = (struct document){0};
	state->pager.top = 0;
	return EFFECT_REDRAW;
}

static unsigned detail_move(struct screen *screen, const struct action *action)
{
	struct triage_screen *state = screen->state;
	bool lines = action->value == 1 || action->value == -1;
	pager_move(&state->pager, &state->document, lines ? MOVE_LINES : MOVE_PAGES, lines ? action->value : action->value / 2);
	return EFFECT_REDRAW;
}

static unsigned triage_wheel(struct screen *screen, int row, int lines)
{
	struct triage_screen *state = screen->state;
	if (row < state->list_rows)
		return triage_move(screen, MOVE_LINES, lines);
	pager_move(&state->pager, &state->document, MOVE_LINES, lines);
	return EFFECT_REDRAW;
}

static unsigned triage_click(struct screen *screen, int row, int column)
{
	struct triage_screen *state = screen->state;
	long long at = state->list.top + row - 1;
	if (row < 1 || row >= state->list_rows || at >= state->list.count)
		return EFFECT_NONE;
	return at == state->list.selected ? triage_case(screen, NULL) : triage_move(screen, MOVE_LINES, at - state->list.selected);
}

static unsigned modes_list(struct screen *screen, const struct action *action)
{
	palette_ask(screen->bench, "label-");
	return EFFECT_REDRAW;
}

/* How far one is and whether it is saturated, in the longest words for which there is room. */
static const char *progress_words(const struct triage_screen *state, struct arena *arena, int room)
{
	const struct triage *triage = &state->triage;
	const char *shown = *state->filter ? arena_format(arena, "%zu shown · ", triage->count) : "";
	const char *who = arena_format(arena, "%s%s%s: ", shown, state->rater, state->evidence->blind ? " (blind)" : "");
	const char *codes = triage->recent_new == 1 ? "code" : "codes";
	bool saturated = triage->recent >= SATURATION_WINDOW && !triage->recent_new;
	const char *const words[] = {
		arena_format(arena, "%s%zu of %zu labelled · %zu new %s in the last %zu%s", who, triage->done, state->all,
			triage->recent_new, codes, triage->recent, saturated ? ": saturated" : ""),
		arena_format(arena, "%s%zu of %zu labelled · new codes %zu/%zu", who, triage->done, state->all, triage->recent_new,
			triage->recent),
		arena_format(arena, "%s%zu/%zu · new codes %zu/%zu", who, triage->done, state->all, triage->recent_new,
			triage->recent),
		arena_format(arena, "%zu/%zu · new %zu/%zu", triage->done, state->all, triage->recent_new, triage->recent),
	};
	for (size_t i = 0; i < COUNT(words); i++)
		if (cells_of_string(arena, words[i]).width <= room)
			return words[i];
	return words[COUNT(words) - 1];
}

#define RUN_WORDS 19 /* cells of how far a run of this process is, which the frame adds */

static void triage_title(struct screen *screen, struct arena *arena, const char **left, const char **right)
{
	const struct triage_screen *state = screen->state;
	*left = arena_format(arena, "lever  triage%s%s%s%s", state->evidence ? " of " : "",
		state->evidence ? state->evidence->arms[state->evidence->base].arm.name : "", *state->filter ? "  /" : "",
		state->filter);
	int taken = cells_of_string(arena, *left).width, most = screen->width / 2;
	if (state->rater)
		*right = progress_words(state, arena,
			screen->width - 4 - (taken < most ? taken : most) - (screen->bench->running ? RUN_WORDS : 0));
}

static bool triage_has_row(const struct screen *screen)
{
	const struct triage_screen *state = screen->state;
	return state->triage.count > 0;
}

static struct target triage_target(const struct screen *screen)
{
	const struct triage_screen *state = screen->state;
	const struct triage_item *item = triage_item_selected(state);
	return (struct target){.run = state->evidence ? state->evidence->run.id : state->run,
		.position = item ? state->evidence->cases[item->at].position : 0};
}

/* ---- keys ---------------------------------------------------------------------------------------------------------- */

static struct action_words mode_words(const struct screen *screen, const struct action *action, struct arena *arena)
{
	const struct project *project = screen->bench->options->project;
	const char *code = mode_code(project, action->value);
	if (!code)
		return (struct action_words){0};
	return (struct action_words){
		arena_format(arena, "label-%s", code), arena_format(arena, "%s %s", code, mode_name(project, action->value))};
}

#define MODE(key, at)                                                                                                              \
	{                                                                                                                          \
		"label", key, .help = "put a failure mode on it", .flags = ACTION_ROW, .value = (at), .run = triage_label,         \
			      .words = mode_words                                                                                  \
	}

static const struct action triage_actions[] = {
	{"open-case", "Enter", "case", "the whole case, variants side by side", ACTION_ROW, .run = triage_case},
	{"note", "n", "note", "a note on the label just put, else on your label of the selected one", ACTION_ROW,
		.run = triage_note},
	{"undo", "u", "undo", "take back what you did last: label, note, deferral, expected answer; the history stays",
		.run = triage_undo},
	{"defer", "d", "defer", "put it behind the others, or take it up again", ACTION_ROW, .run = triage_defer},
	{"mend-gold", "e", "mend", "mend its expected answer in the file of the cases", ACTION_ROW, .run = triage_gold},
	{"next-variant", "v", "variant", "the failures of the next variant of the run", .run = triage_variant, .blocked = variant_blocked},
	{"list-modes", "l", "label", "every mode with its key, to choose from", ACTION_ROW, .run = modes_list},
	ACTION_BLIND,
	{"detail-down", "J", NULL, "scroll what is shown of the failure", ACTION_ROW, 1, detail_move},
	{"detail-up", "K", NULL, "scroll it back", ACTION_ROW, -1, detail_move},
	{"detail-page-down", "^D Space", NULL, "a page of it further", ACTION_ROW, 2, detail_move},
	{"detail-page-up", "^U", NULL, "a page of it back", ACTION_ROW, -2, detail_move},
	MODE("0", 0),
	MODE("1", 1),
	MODE("2", 2),
	MODE("3", 3),
	MODE("4", 4),
	MODE("5", 5),
	MODE("6", 6),
	MODE("7", 7),
	MODE("8", 8),
	MODE("9", 9),
	MODE("A", 10),
	MODE("B", 11),
	MODE("C", 12),
	MODE("D", 13),
	MODE("E", 14),
	MODE("F", 15),
	MODE("H", 16),
	MODE("I", 17),
	MODE("L", 18),
	MODE("O", 19),
	MODE("P", 20),
	MODE("S", 21),
	MODE("T", 22),
	MODE("U", 23),
	MODE("V", 24),
	MODE("W", 25),
	MODE("X", 26),
	MODE("Y", 27),
	MODE("Z", 28),
	MODE("", 29),
	MODE("", 30),
	MODE("", 31),
	MODE("", 32),
	MODE("", 33),
	MODE("", 34),
	MODE("", 35),
	MODE("", 36),
	MODE("", 37),
	MODE("", 38),
	MODE("", 39),
	MODE("", 40),
	MODE("", 41),
	MODE("", 42),
	MODE("", 43),
	MODE("", 44),
	ACTION_START_RUN,
	ACTION_WATCH_RUN,
	{0},
};

const struct screen_type screen_triage = {
	.name = "triage",
	.summary = "failures, most telling first: one key a mode",
	.help = "Unexplained failures come first, then one of each mode by turns, deferred and labelled ones last. One key puts a "
		"failure mode on the failure: 0 to 9 for F0 to F9, letters for the others, S to Z for the project's own "
		"(`modes:`); "
		"l lists them all. It is stored at once; n right after it notes why, u takes back what you did last, wherever it "
		"was. A person's label wins over those of rules and probes. LEVER_RATER names the rater; b hides what other people "
		"said, for a second rater, here and on the failure modes; else Cohen's kappa with every other rater stands above "
		"the failure. When the last 20 labels brought no new code one may stop. / shows only rows that have the words (id, state, mode, note).",
	.state_size = sizeof(struct triage_screen),
	.actions = triage_actions,
	.order = 5,
	.open = triage_open,
	.close = triage_close,
	.follow = triage_follow,
	.load = triage_load,
	.slow = true,
	.title = triage_title,
	.draw = triage_draw,
	.move = triage_move,
	.click = triage_click,
	.wheel = triage_wheel,
	.filter_name = "filter",
	.filter = triage_filter,
	.filter_text = triage_filter_text,
	.has_row = triage_has_row,
	.target = triage_target,
};
