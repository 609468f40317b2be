#include "reports/excerpt.h"
#include "tui/format.h"
#include "tui/screens/case.h"
#include "tui/screens/matrix.h"
#include "tui/workbench.h"
#include <stdio.h>

static const char *const tab_names[TAB_COUNT] = {"outputs", "prompt", "passages", "scores", "case", "trace"};

static bool case_open(struct screen *screen, const struct target *target, struct error *error)
{
	struct case_view *view = screen->state;
	*view = (struct case_view){
		.wanted_run = target->run, .wanted_version = target->version, .position = target->position, .pager.match = -1};
	return true;
}

static void case_close(struct screen *screen)
{
	struct case_view *view = screen->state;
	arena_free(view->arena);
}

/* The matrix this case was opened from: it knows which case comes next. */
static struct screen *matrix_below(const struct screen *screen)
{
	struct screen *below = screen->below;
	return below && below->type == screen_type_find("matrix") && below->loaded ? below : NULL;
}

static void to_top(struct case_view *view)
{
	view->pager.top = 0;
	view->pager.match = -1;
}

static unsigned case_move(struct screen *screen, enum motion motion, long long count)
{
	struct case_view *view = screen->state;
	return view->pane_count && pager_move(&view->pager, case_document(view), motion, count) ? EFFECT_REDRAW : EFFECT_NONE;
}

static unsigned tab_to(struct screen *screen, enum case_tab tab)
{
	struct case_view *view = screen->state;
	view->tab = tab;
	to_top(view);
	return EFFECT_REQUERY | EFFECT_REDRAW;
}

static unsigned tab_choose(struct screen *screen, const struct action *action)
{
	return tab_to(screen, (enum case_tab)action->value);
}

static unsigned tab_next(struct screen *screen, const struct action *action)
{
	struct case_view *view = screen->state;
	return tab_to(screen, (enum case_tab)(((int)view->tab + action->value + TAB_COUNT) % TAB_COUNT));
}

static unsigned variant_to(struct screen *screen, size_t variant)
{
	struct case_view *view = screen->state;
	struct screen *below = matrix_below(screen);
	view->variant = variant;
	to_top(view);
	if (below && variant < ((struct matrix *)below->state)->variant_count)
		((struct matrix *)below->state)->column = variant;
	return EFFECT_REQUERY | EFFECT_REDRAW;
}

static unsigned variant_move(struct screen *screen, const struct action *action)
{
	struct case_view *view = screen->state;
	long variant = (long)view->variant + action->value;
	return view->found && variant >= 0 && variant < (long)view->variant_count ? variant_to(screen, (size_t)variant)
										  : EFFECT_NONE;
}

static unsigned position_to(struct screen *screen, long long position)
{
	struct case_view *view = screen->state;
	view->position = position;
	view->repeat = 0;
	to_top(view);
	return EFFECT_REQUERY | EFFECT_REDRAW;
}

static unsigned case_step(struct screen *screen, const struct action *action)
{
	struct case_view *view = screen->state;
	struct screen *below = matrix_below(screen);
	struct matrix *matrix = below ? below->state : NULL;
	if (matrix && list_move(&matrix->list, MOVE_LINES, action->value)) {
		matrix->selected = index_position(matrix, matrix->list.selected);
		return position_to(screen, matrix->selected);
	}
	if (!matrix && view->position + action->value >= 1 && view->position + action->value <= view->run.case_count)
		return position_to(screen, view->position + action->value);
	screen_say(screen, action->value > 0 ? "this is the last case" : "this is the first case");
	return EFFECT_REDRAW;
}

static const char *failing_blocked(const struct screen *screen, const struct action *action)
{
	return matrix_below(screen) ? NULL : "open the case from the matrix: the matrix knows which one fails next";
}

static unsigned failing_search(struct screen *screen, const struct action *action)
{
	struct case_view *view = screen->state;
	search_start(matrix_below(screen)->state, action->value);
	view->searching = screen->working = true;
	return EFFECT_REDRAW;
}

static bool case_work(struct screen *screen)
{
	struct case_view *view = screen->state;
	struct screen *below = matrix_below(screen);
	bool ended = true, found = false;
	if (!view->searching || !below)
		return false;
	struct matrix *matrix = below->state;
	bool more = search_work(matrix, screen_store(screen), &ended, &found);
	view->searching = more;
	if (found)
		position_to(screen, matrix->selected);
	else if (ended)
		screen_say(screen, "no further case that %s does not pass", matrix->variants[matrix->column].name);
	screen->stale = screen->stale || found;
	return more;
}

static unsigned toggle_difference(struct screen *screen, const struct action *action)
{
	struct case_view *view = screen->state;
	view->plain = !view->plain;
	screen_say(screen, view->plain ? "outputs plain" : "outputs with the words that differ from the parent variant");
	return EFFECT_REQUERY | EFFECT_REDRAW;
}

static const char *repeat_blocked(const struct screen *screen, const struct action *action)
{
	const struct case_view *view = screen->state;
	return view->run.repeats > 1 ? NULL : "the run has one repeat";
}

static unsigned next_repeat(struct screen *screen, const struct action *action)
{
	struct case_view *view = screen->state;
	view->repeat = view->repeat % view->run.repeats + 1;
	to_top(view);
	return EFFECT_REQUERY | EFFECT_REDRAW;
}

/* ---- search ------------------------------------------------------------------------------------------------------------- */

static unsigned case_next_match(struct screen *screen, int direction)
{
	struct case_view *view = screen->state;
	return view->pane_count ? pager_next_match(&view->pager, case_document(view), screen, direction) : EFFECT_NONE;
}

static bool case_filter(struct screen *screen, const char *text, struct error *error)
{
	struct case_view *view = screen->state;
	if (view->pane_count)
		pager_begin_search(&view->pager, case_document(view), screen, text);
	return true;
}

static const char *case_filter_text(const struct screen *screen)
{
	const struct case_view *view = screen->state;
	return view->pager.words;
}

/* ---- drawing ------------------------------------------------------------------------------------------------------- */

static int tab_left(enum case_tab tab)
{
	int left = 1;
	for (enum case_tab i = 0; i < tab; i++)
		left += (int)strlen(tab_names[i]) + 4;
	return left;
}

static void tabs_draw(const struct case_view *view, const struct canvas *canvas)
{
	for (enum case_tab i = 0; i < TAB_COUNT; i++) {
		int at = canvas_print(canvas, 0, tab_left(i), STYLE_KEY, "%d", (int)i + 1);
		canvas_print(canvas, 0, at + 1, i == view->tab ? STYLE_MATCH : STYLE_PLAIN, "%s", tab_names[i]);
	}
}

static const char *variant_words(const struct case_view *view, size_t variant, struct arena *arena)
{
	const struct matrix_cell *cell = &view->cells[variant];
	return arena_format(arena, "%s %s", sign_of(cell_sign(cell, view->run.repeats)), view->variants[variant].name);
}

/* The first variant that is drawn, so that the selected one is. */
static size_t strip_first(const struct case_view *view, const struct canvas *canvas)
{
	int used = 0;
	size_t first = view->variant;
	for (; first > 0; first--) {
		used += cells_of_string(canvas->arena, variant_words(view, first, canvas->arena)).width + 2;
		if (used + cells_of_string(canvas->arena, variant_words(view, first - 1, canvas->arena)).width + 4 > canvas->width)
			break;
	}
	return first;
}

static void strip_draw(const struct case_view *view, const struct canvas *canvas)
{
	int column = 1;
	for (size_t i = strip_first(view, canvas); i < view->variant_count && column < canvas->width; i++) {
		unsigned style = (unsigned)style_of_sign(cell_sign(&view->cells[i], view->run.repeats)) |
				 (i == view->variant ? STYLE_SELECTED : 0);
		column = canvas_text(canvas, 1, column, text_of(variant_words(view, i, canvas->arena)), style) + 2;
	}
}

static void facts_draw(const struct case_view *view, const struct canvas *canvas)
{
	canvas_text(canvas, 2, 1, TEXT("input"), STYLE_DIM);
	canvas_text(canvas, 2, 10, vars_plain(canvas->arena, view->row.vars), STYLE_PLAIN);
	canvas_text(canvas, 3, 1, TEXT("expected"), STYLE_DIM);
	canvas_text(canvas, 3, 10, format_list(canvas->arena, view->row.expected), STYLE_STRONG);
}

static void panes_draw(struct case_view *view, const struct canvas *canvas)
{
	for (int column = 0; column < canvas->width; column++)
		canvas_text(canvas, 0, column, text_of(sign_of(SIGN_RULE)), STYLE_DIM);
	/* The longest pane settles where all of them stand. */
	pager_move(&view->pager, case_document(view), MOVE_LINES, 0);
	for (size_t i = 0; i < view->pane_count; i++) {
		const struct pane *pane = &view->panes[i];
		struct canvas head = canvas_part(canvas, 0, pane->left, 1, pane->width),
			      body = canvas_part(canvas, 1, pane->left, canvas->height - 1, pane->width);
		struct pager pager = view->pager;
		canvas_print(&head, 0, 0, pane->style, " %s ", pane->title);
		pager.height = body.height;
		if (pager.top < (long)pane->document.count)
			pager_draw_at(&pager, &pane->document, &body);
		if (i > 0)
			for (int row = 1; row < canvas->height; row++)
				canvas_text(canvas, row, pane->left - 2, text_of(sign_of(SIGN_SEPARATOR)), STYLE_DIM);
	}
}

static void case_draw(struct screen *screen, const struct canvas *canvas)
{
	struct case_view *view = screen->state;
	if (!view->found) {
		canvas_print(canvas, 1, 1, STYLE_PLAIN, "There is no such case.");
		return;
	}
	int heads = case_heads(canvas->height);
	tabs_draw(view, canvas);
	strip_draw(view, canvas);
	if (heads > 2)
		facts_draw(view, canvas);
	struct canvas body = canvas_part(canvas, heads, 0, canvas->height - heads, canvas->width);
	view->pager.height = body.height - 1;
	panes_draw(view, &body);
}

static void case_title(struct screen *screen, struct arena *arena, const char **left, const char **right)
{
	struct case_view *view = screen->state;
	if (!view->found) {
		*left = "case";
		return;
	}
	struct text tags = format_list(arena, view->row.tags);
	*left = arena_format(arena, "%s  run %lld  case %s%s%.*s", view->run.project, view->run.id, view->row.id,
		tags.length ? "  " : "", (int)tags.length, tags.data ? tags.data : "");
	const char *seen = view->pane_count ? pager_position(&view->pager, case_document(view), arena) : "";
	*right = view->searching ? "looking for the next failing case ..."
				 : arena_format(arena, "%s%scase %s of %s", *seen && screen->width >= 80 ? "lines " : "",
					   *seen ? arena_format(arena, "%s  ", seen) : "", count_format(arena, view->position),
					   count_format(arena, view->run.case_count));
}

static unsigned case_click(struct screen *screen, int row, int column)
{
	for (enum case_tab i = 0; row == 0 && i < TAB_COUNT; i++)
		if (column >= tab_left(i) && column < tab_left(i + 1) - 2)
			return tab_to(screen, i);
	return EFFECT_NONE;
}

static struct target case_target(const struct screen *screen)
{
	const struct case_view *view = screen->state;
	return (struct target){.run = view->found ? view->run.id : 0,
		.position = view->position,
		.version = view->found ? view->variants[view->variant].version : 0,
		.from = screen};
}

static const struct action case_actions[] = {
	{"next-variant", "l Right", "variant", "the next variant", 0, 1, variant_move},
	{"previous-variant", "h Left", NULL, "the variant before", 0, -1, variant_move},
	{"next-tab", "Tab", "tab", "the next tab", 0, 1, tab_next},
	{"previous-tab", "S-Tab", NULL, "the tab before", 0, -1, tab_next},
	{"next-failing", "]", "next failing", "next case that the selected variant does not pass", 0, 1, failing_search,
		failing_blocked},
	{"previous-failing", "[", NULL, "previous case that it does not pass", 0, -1, failing_search, failing_blocked},
	{"next-case", "J", "next case", "the next case of the matrix", 0, 1, case_step},
	{"previous-case", "K", NULL, "the case before", 0, -1, case_step},
	{"differences", "d", "differences", "show or hide which words differ from the parent variant", .run = toggle_difference},
	{"next-repeat", "r", NULL, "the next repeat of the attempt", .run = next_repeat, .blocked = repeat_blocked},
	{"tab-outputs", "1", NULL, "outputs of the variants side by side", 0, TAB_OUTPUTS, tab_choose},
	{"tab-prompt", "2", NULL, "the prompt as it was sent", 0, TAB_PROMPT, tab_choose},
	{"tab-passages", "3", NULL, "passages retrieved beside the gold ones", 0, TAB_PASSAGES, tab_choose},
	{"tab-scores", "4", NULL, "every score with its reason", 0, TAB_SCORES, tab_choose},
	{"tab-case", "5", NULL, "the case: variables, expected answers, tags", 0, TAB_CASE, tab_choose},
	{"tab-trace", "6", NULL, "the calls that were made", 0, TAB_TRACE, tab_choose},
	{0},
};

const struct screen_type screen_case = {
	.name = "case",
	.summary = "one case: outputs side by side, prompt, passages, scores, calls",
	.help = "Outputs stand beside each other: the parent variant, the selected one, then the others as far as there is room. "
		"Words that only the "
		"parent has are marked on its side, words that are new on the other; in a single column they read [-gone-] and "
		"{+new+}. "
		"Nothing is marked where two outputs have little in common.",
	.state_size = sizeof(struct case_view),
	.actions = case_actions,
	.order = 3,
	.open = case_open,
	.close = case_close,
	.load = case_load,
	.work = case_work,
	.title = case_title,
	.draw = case_draw,
	.move = case_move,
	.click = case_click,
	.filter_name = "search",
	.filter = case_filter,
	.filter_text = case_filter_text,
	.next_match = case_next_match,
	.target = case_target,
};
