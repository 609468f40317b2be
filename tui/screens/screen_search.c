#include "tui/screens/search.h"
#include <stdlib.h>

static bool search_open(struct screen *screen, const struct target *target, struct error *error)
{
	struct search_screen *state = screen->state;
	state->asker = arena_create();
	state->page = arena_create();
	state->target = *target;
	state->missing = "";
	state->pager.match = -1;
	return true;
}

static void search_close(struct screen *screen)
{
	struct search_screen *state = screen->state;
	json_decref(state->gold);
	arena_free(state->asker);
	arena_free(state->page);
	arena_free(state->arena);
	free(state->question);
	free(state->corpus);
	free(state->selected);
}

/* ---- asking ---------------------------------------------------------------------------------------------------------- */

static void question_set(struct screen *screen, const char *question)
{
	struct search_screen *state = screen->state;
	char *copy = string_copy(question);
	free(state->question);
	state->question = copy;
	free(state->selected);
	state->selected = NULL;
	state->pager.top = 0;
	list_select(&state->list, 0);
	effects_apply(screen->bench, EFFECT_REQUERY | EFFECT_REDRAW);
}

/* Escape takes back one thing at a time: the passage alone, then the question. */
static bool search_filter(struct screen *screen, const char *text, struct error *error)
{
	struct search_screen *state = screen->state;
	if (!*text && state->whole)
		state->whole = false;
	else
		question_set(screen, text);
	return true;
}

static const char *search_filter_text(const struct screen *screen)
{
	const struct search_screen *state = screen->state;
	return state->question;
}

static unsigned search_ask(struct screen *screen, const struct action *action)
{
	filter_ask(screen->bench);
	return EFFECT_REDRAW;
}

static unsigned search_own(struct screen *screen, const struct action *action)
{
	const struct search_screen *state = screen->state;
	question_set(screen, state->own);
	return EFFECT_REDRAW;
}

static const char *own_blocked(const struct screen *screen, const struct action *action)
{
	const struct search_screen *state = screen->state;
	return state->own ? NULL : "it was not opened on a case";
}

static unsigned search_corpus(struct screen *screen, const struct action *action)
{
	struct search_screen *state = screen->state;
	size_t at = 0;
	while (at < state->name_count && strcmp(state->names[at], state->corpus))
		at++;
	char *next = string_copy(state->names[(at + 1) % state->name_count]);
	free(state->corpus);
	state->corpus = next;
	state->compared_at = 0;
	state->outdated = false;
	state->pager.top = 0;
	return EFFECT_REQUERY | EFFECT_REDRAW;
}

static const char *corpus_blocked(const struct screen *screen, const struct action *action)
{
	const struct search_screen *state = screen->state;
	return state->name_count > 1 ? NULL : "there is no other corpus";
}

/* ---- moving ----------------------------------------------------------------------------------------------------------- */

static unsigned search_move(struct screen *screen, enum motion motion, long long count)
{
	struct search_screen *state = screen->state;
	if (!list_move(&state->list, motion, count))
		return EFFECT_NONE;
	free(state->selected);
	state->selected = string_copy(search_selected(state)->key);
	state->document = (struct document){0};
	state->pager.top = 0;
	return EFFECT_REDRAW;
}

static unsigned detail_move(struct screen *screen, const struct action *action)
{
	struct search_screen *state = screen->state;
	bool lines = action->value == 1 || action->value == -1;
	if (state->document.arena)
		pager_move(&state->pager, &state->document, lines ? MOVE_LINES : MOVE_PAGES,
			lines ? action->value : action->value / 2);
	return EFFECT_REDRAW;
}

static unsigned search_whole(struct screen *screen, const struct action *action)
{
	struct search_screen *state = screen->state;
	state->whole = !state->whole;
	return EFFECT_REDRAW;
}

static unsigned search_wheel(struct screen *screen, int row, int lines)
{
	struct search_screen *state = screen->state;
	if (row < state->list_rows && !state->whole)
		return search_move(screen, MOVE_LINES, lines);
	if (state->document.arena)
		pager_move(&state->pager, &state->document, MOVE_LINES, lines);
	return EFFECT_REDRAW;
}

static unsigned search_click(struct screen *screen, int row, int column)
{
	struct search_screen *state = screen->state;
	long long line = row - (state->list_rows - state->list.height), at = state->list.top + line;
	if (state->whole || line < 0 || row >= state->list_rows || at >= state->list.count)
		return EFFECT_NONE;
	return at == state->list.selected ? search_whole(screen, NULL) : search_move(screen, MOVE_LINES, at - state->list.selected);
}

static void search_title(struct screen *screen, struct arena *arena, const char **left, const char **right)
{
	const struct search_screen *state = screen->state;
	*left = arena_format(arena, "lever  search%s%s%s%s", state->corpus ? " of " : "", state->corpus ? state->corpus : "",
		state->case_id ? "  for case " : "", state->case_id ? state->case_id : "");
	if (state->count)
		*right = arena_format(arena, "%lld of %zu%s", state->list.selected + 1, state->count,
			state->count == SEARCH_PASSAGES ? " shown" : "");
}

static bool search_has_row(const struct screen *screen)
{
	const struct search_screen *state = screen->state;
	return state->count > 0;
}

static struct target search_target(const struct screen *screen)
{
	const struct search_screen *state = screen->state;
	return (struct target){.run = state->target.run, .position = state->target.position, .version = state->target.version};
}

static const struct action search_actions[] = {
	{"ask", "/", "ask", "type another question, or mend this one", .run = search_ask},
	{"whole", "Enter", "whole", "the passage alone on the screen, or beside the others again", ACTION_ROW, .run = search_whole},
	{"own-question", "o", "own", "the question of the case again", .run = search_own, .blocked = own_blocked},
	{"next-corpus", "Tab", "corpus", "the same question of the next corpus", .run = search_corpus, .blocked = corpus_blocked},
	{"detail-down", "J", NULL, "scroll the passage", ACTION_ROW, 1, detail_move},
	{"detail-up", "K", NULL, "scroll it back", ACTION_ROW, -1, detail_move},
	{"detail-page-down", "^D Space", NULL, "a page of it further", ACTION_ROW, 2, detail_move},
	{"detail-page-up", "^U", NULL, "a page of it back", ACTION_ROW, -2, detail_move},
	{0},
};

const struct screen_type screen_search = {
	.name = "search",
	.summary = "the corpus, asked: ranked passages, the gold ones marked",
	.help = "Asks the index of the corpus as a variant with `retrieve:` does: BM25 over stemmed words, in the database, "
		"without a network. "
		"Opened on a case it asks what the variant asked for it (o does so again), marks the passages that the case names "
		"as gold, and "
		"tells which of them the question does not find or the corpus does not have. How many of the passages a variant "
		"takes stands "
		"above; their ranks are bold. Enter shows one passage in full. Passages of recorded outputs stand in the case "
		"itself (tab 3): "
		"their retriever cannot be asked.",
	.state_size = sizeof(struct search_screen),
	.actions = search_actions,
	.order = 9,
	.open = search_open,
	.close = search_close,
	.load = search_load,
	.title = search_title,
	.draw = search_draw,
	.move = search_move,
	.click = search_click,
	.wheel = search_wheel,
	.filter_name = "question",
	.filter = search_filter,
	.filter_text = search_filter_text,
	.has_row = search_has_row,
	.target = search_target,
};
