#include "eval/store/outcomes.h"
#include "reports/excerpt.h"
#include "tui/format.h"
#include "tui/screens/advice.h"
#include "tui/screens/modes.h"
#include "tui/widgets/pager.h"
#include "tui/workbench.h"
#include <math.h>
#include <stdlib.h>

/* The cases behind a number of the modes or a lever of the advice: opened on that screen, which stays below and keeps the evidence. */

struct mode_cases {
	const struct evidence *evidence;
	const struct evidence_arm *arm; /* NULL: the base alone */
	const char *title;
	size_t *items; /* indices of cases; the `hits` first ones are mended, or lost */
	size_t count, hits;
	bool losses;
	struct arena *arena;
	struct arena *page; /* of the document */
	struct document document;
	struct pager pager;
	struct list list;
	int list_rows;
};

/* Is the case behind the number that is selected on the modes? */
static bool case_belongs(const struct modes *modes, size_t at)
{
	const struct evidence *evidence = modes->evidence;
	const struct evidence_arm *arm = modes_arm_selected(modes);
	const struct mode_row *row = modes_row_selected(modes);
	if (isnan(evidence->arms[evidence->base].rate[at]) || case_fails(evidence, at) != (row != NULL))
		return false;
	if (row && strcmp(row->code, mode_of_case(evidence, at)))
		return false;
	return arm ? arm_right(arm, at) != NOT_KNOWN : row != NULL;
}

static bool case_hits(const struct mode_cases *state, size_t at)
{
	return state->arm && arm_right(state->arm, at) == (state->losses ? KNOWN_NO : KNOWN_YES);
}

/* Those that are mended, or lost, first. */
static void cases_order(struct mode_cases *state, const size_t *cases, size_t count)
{
	state->items = arena_take(state->arena, (count + 1) * sizeof *state->items);
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < count; i++)
			if (case_hits(state, cases[i]) == (pass == 0))
				state->items[state->count++] = cases[i];
		if (pass == 0)
			state->hits = state->count;
	}
	list_set_count(&state->list, (long long)state->count);
}

/* A number of the failure modes. */
static void modes_collect(struct mode_cases *state, const struct modes *modes)
{
	const struct mode_row *row = modes_row_selected(modes);
	state->evidence = modes->evidence;
	state->arm = modes_arm_selected(modes);
	state->losses = !row;
	state->title = row ? arena_format(state->arena, "%s %s", *row->code ? row->code : "?", row->name) : "passing cases";
	size_t *cases = arena_take(state->arena, (state->evidence->case_count + 1) * sizeof *cases), count = 0;
	for (size_t at = 0; at < state->evidence->case_count; at++)
		if (case_belongs(modes, at))
			cases[count++] = at;
	cases_order(state, cases, count);
}

/* A lever of the advice: the failures that it answers to, and where their modes are not known, those that were asked of it. */
static void lever_collect(struct mode_cases *state, const struct advice_screen *advice)
{
	const struct candidate *candidate = advice_chosen(advice);
	const struct evidence *evidence = state->evidence = advice->page.view.evidence;
	state->arm = candidate->arm == &evidence->arms[evidence->base] ? NULL : candidate->arm;
	state->title = candidate->lever;
	size_t *cases = arena_take(state->arena, (evidence->case_count + 1) * sizeof *cases), count = 0;
	for (size_t at = 0; !candidate->case_count && at < evidence->case_count; at++)
		if (case_fails(evidence, at) && state->arm && arm_right(state->arm, at) != NOT_KNOWN)
			cases[count++] = at;
	if (candidate->case_count)
		cases_order(state, candidate->cases, candidate->case_count);
	else
		cases_order(state, cases, count);
}

static bool mode_cases_open(struct screen *screen, const struct target *target, struct error *error)
{
	struct mode_cases *state = screen->state;
	const struct screen *from = target->from;
	bool lever = from && !strcmp(from->type->name, "advice");
	if (!from || (!lever && strcmp(from->type->name, "modes")))
		return error_set(error, ERROR_USAGE, "this opens on the failure modes and on the advice");
	*state = (struct mode_cases){.arena = arena_create(), .page = arena_create()};
	state->pager.match = -1;
	if (lever)
		lever_collect(state, from->state);
	else
		modes_collect(state, from->state);
	if (state->count)
		return true;
	arena_free(state->arena);
	arena_free(state->page);
	return error_set(error, ERROR_USAGE, lever ? "no case was asked of it" : "no case stands behind this cell");
}

/* What is shown is the evidence of the modes below: it goes when that does. */
static bool mode_cases_load(struct screen *screen, struct error *error)
{
	return screen->below->loaded || error_set(error, ERROR_USAGE, "this was of a database that is gone; q goes back");
}

static void mode_cases_close(struct screen *screen)
{
	struct mode_cases *state = screen->state;
	arena_free(state->arena);
	arena_free(state->page);
}

/* ---- drawing ------------------------------------------------------------------------------------------------------- */

static size_t case_selected(const struct mode_cases *state)
{
	return state->items[state->list.selected];
}

static void answer_add(struct screen *screen, const struct evidence_arm *arm, size_t at)
{
	struct mode_cases *state = screen->state;
	const struct evidence *evidence = state->evidence;
	struct document *document = &state->document;
	struct outcome_texts texts;
	struct error error;
	bool right = arm_right(arm, at) == KNOWN_YES;
	if (!outcome_texts(screen_store(screen), evidence->run.id, evidence->cases[at].position, arm->attempt[at], state->page,
		    &texts, &error)) {
		document_print(document, STYLE_ERROR, "%s", error.message);
		return;
	}
	if (!document->count) {
		document_print(document, STYLE_HEAD, "input");
		document_text(document, STYLE_PLAIN, vars_plain(state->page, texts.vars), 2);
		document_print(document, STYLE_HEAD, "expected");
		document_text(document, STYLE_PLAIN, texts.expected.data ? format_list(state->page, texts.expected) : TEXT("none"), 2);
	}
	document_print(
		document, STYLE_HEAD, "%s %s", sign_of(right ? SIGN_PASS : SIGN_FAIL), arm->probe ? arm->probe : arm->arm.name);
	document_text(document, right ? STYLE_PASS : STYLE_FAIL, texts.output.data ? texts.output : TEXT("no answer"), 2);
}

static void detail_make(struct screen *screen, int width)
{
	struct mode_cases *state = screen->state;
	size_t at = case_selected(state);
	arena_reset(state->page);
	state->document = document_make(state->page, width);
	answer_add(screen, &state->evidence->arms[state->evidence->base], at);
	if (state->arm)
		answer_add(screen, state->arm, at);
}

static void case_draw(const struct mode_cases *state, const struct canvas *canvas, int line, size_t at, unsigned selected)
{
	const struct evidence_case *row = &state->evidence->cases[at];
	bool right = state->arm && arm_right(state->arm, at) == KNOWN_YES;
	enum sign sign = right ? SIGN_PASS : SIGN_FAIL;
	canvas_fill(canvas, line, STYLE_PLAIN | selected);
	canvas_text(canvas, line, 0, text_of(sign_of(sign)), (unsigned)style_of_sign(sign) | selected);
	canvas_field(canvas, line, 2, 24, text_of(row->id), false, STYLE_STRONG | selected);
	if (!state->losses)
		canvas_field(
			canvas, line, 27, canvas->width - 27, text_of(row->note ? row->note : ""), false, STYLE_DIM | selected);
}

static void mode_cases_draw(struct screen *screen, const struct canvas *canvas)
{
	struct mode_cases *state = screen->state;
	int rows = canvas->height / 2 > 3 ? canvas->height / 2 : 3;
	rows = state->list.count < rows ? (int)state->list.count : rows;
	struct canvas list = canvas_part(canvas, 0, 1, rows, canvas->width - 1),
		      rule = canvas_part(canvas, rows, 1, 1, canvas->width - 2),
		      detail = canvas_part(canvas, rows + 1, 1, canvas->height - rows - 1, canvas->width - 2);
	state->list_rows = rows;
	list_set_height(&state->list, rows);
	for (int line = 0; line < rows && state->list.top + line < state->list.count; line++) {
		long long at = state->list.top + line;
		case_draw(state, &list, line, state->items[at], at == state->list.selected ? STYLE_SELECTED : 0);
	}
	if (!state->document.arena || state->document.width != detail.width)
		detail_make(screen, detail.width);
	pager_draw(&state->pager, &state->document, &detail);
	const char *position = pager_position(&state->pager, &state->document, canvas->arena);
	for (int column = 0; column < rule.width; column++)
		canvas_text(&rule, 0, column, text_of(sign_of(SIGN_RULE)), STYLE_DIM);
	struct cells id = cells_cut(canvas->arena, text_of(state->evidence->cases[case_selected(state)].id), rule.width / 3);
	int at = canvas_print(&rule, 0, 2, STYLE_STRONG, " %s ", id.utf8);
	at = canvas_print(&rule, 0, at, STYLE_DIM, " %lld of %lld ", state->list.selected + 1, state->list.count);
	bool hint = at + (int)strlen(position) + 20 <= rule.width;
	if (*position)
		canvas_print(&rule, 0, at, STYLE_DIM, " lines %s%s ", position, hint ? ", J K scroll" : "");
}

static void mode_cases_title(struct screen *screen, struct arena *arena, const char **left, const char **right)
{
	const struct mode_cases *state = screen->state;
	const char *arm = state->arm ? state->arm->probe ? state->arm->probe : state->arm->arm.name : "";
	*left = arena_format(arena, "lever  %s%s%s", state->title, state->arm ? " · " : "", arm);
	*right = !state->arm ? arena_format(arena, "%zu cases", state->count)
			     : arena_format(arena, "%zu of %zu %s", state->hits, state->count, state->losses ? "lost" : "mended");
}

/* ---- keys ---------------------------------------------------------------------------------------------------------- */

static unsigned mode_cases_move(struct screen *screen, enum motion motion, long long count)
{
	struct mode_cases *state = screen->state;
	if (!list_move(&state->list, motion, count))
		return EFFECT_NONE;
	state->document = (struct document){0};
	state->pager.top = 0;
	return EFFECT_REDRAW;
}

static unsigned detail_scroll(struct screen *screen, int lines)
{
	struct mode_cases *state = screen->state;
	return pager_move(&state->pager, &state->document, MOVE_LINES, lines) ? EFFECT_REDRAW : EFFECT_NONE;
}

static unsigned detail_move(struct screen *screen, const struct action *action)
{
	return detail_scroll(screen, action->value);
}

static unsigned mode_cases_wheel(struct screen *screen, int row, int lines)
{
	const struct mode_cases *state = screen->state;
	return row < state->list_rows ? mode_cases_move(screen, MOVE_LINES, lines) : detail_scroll(screen, lines);
}

static unsigned mode_cases_case(struct screen *screen, const struct action *action)
{
	const struct mode_cases *state = screen->state;
	const struct evidence *evidence = state->evidence;
	const struct evidence_arm *arm = state->arm ? state->arm : &evidence->arms[evidence->base];
	return screen_open(screen, "case",
		&(struct target){.run = evidence->run.id,
			.position = evidence->cases[case_selected(state)].position,
			.version = arm->arm.version,
			.from = screen});
}

static unsigned mode_cases_click(struct screen *screen, int row, int column)
{
	struct mode_cases *state = screen->state;
	long long at = state->list.top + row;
	if (row >= state->list_rows || at >= state->list.count)
		return EFFECT_NONE;
	return at == state->list.selected ? mode_cases_case(screen, NULL)
					  : mode_cases_move(screen, MOVE_LINES, at - state->list.selected);
}

static const struct action mode_cases_actions[] = {
	{"open-case", "Enter", "case", "the whole case, variants side by side", .run = mode_cases_case},
	{"detail-down", "J", "scroll", "scroll what is shown of the case", 0, 3, detail_move},
	{"detail-up", "K", NULL, "scroll it back", 0, -3, detail_move},
	{0},
};

const struct screen_type screen_mode_cases = {
	.name = "mode-cases",
	.summary = "the cases behind a failure mode or a lever of the advice",
	.help = "Those that the variant mends come first; among passing cases those that it loses. Below stand the question, the "
		"expected answer, what the base said and what the variant said.",
	.state_size = sizeof(struct mode_cases),
	.actions = mode_cases_actions,
	.reached = "Enter on the failure modes or on the advice",
	.open = mode_cases_open,
	.close = mode_cases_close,
	.load = mode_cases_load,
	.title = mode_cases_title,
	.draw = mode_cases_draw,
	.move = mode_cases_move,
	.click = mode_cases_click,
	.wheel = mode_cases_wheel,
};
