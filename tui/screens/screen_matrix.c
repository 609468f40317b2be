#include "tui/screens/matrix.h"
#include "tui/workbench.h"

static bool matrix_open(struct screen *screen, const struct target *target, struct error *error)
{
	struct matrix *matrix = screen->state;
	*matrix = (struct matrix){.wanted_run = target->run,
		.wanted_version = target->version,
		.selected = target->position,
		.arena = arena_create(),
		.texts_arena = arena_create(),
		.filter_arena = arena_create(),
		.filter_text = ""};
	return true;
}

static void matrix_close(struct screen *screen)
{
	struct matrix *matrix = screen->state;
	index_release(&matrix->shown);
	index_release(&matrix->built);
	arena_free(matrix->arena);
	arena_free(matrix->filter_arena);
	arena_free(matrix->page_arena);
	arena_free(matrix->texts_arena);
}

static void matrix_follow(struct screen *screen, long long from, long long to)
{
	struct matrix *matrix = screen->state;
	if (matrix->wanted_run == from)
		matrix->wanted_run = to;
	matrix->page_only = false;
}

static unsigned moved(struct matrix *matrix)
{
	matrix->page_only = true;
	return EFFECT_REQUERY | EFFECT_REDRAW;
}

static unsigned matrix_move(struct screen *screen, enum motion motion, long long count)
{
	struct matrix *matrix = screen->state;
	matrix->search = 0;
	if (!list_move(&matrix->list, motion, count))
		return EFFECT_NONE;
	matrix->selected = index_position(matrix, matrix->list.selected);
	return moved(matrix);
}

static unsigned column_move(struct screen *screen, const struct action *action)
{
	struct matrix *matrix = screen->state;
	long column = (long)matrix->column + action->value, count = (long)matrix->variant_count;
	if (column < 0 || column >= count)
		return EFFECT_NONE;
	matrix->column = (size_t)column;
	return moved(matrix);
}

/* Tab goes round. */
static unsigned column_next(struct screen *screen, const struct action *action)
{
	struct matrix *matrix = screen->state;
	size_t count = matrix->variant_count;
	if (count == 0)
		return EFFECT_NONE;
	matrix->column = (matrix->column + (action->value > 0 ? 1 : count - 1)) % count;
	return moved(matrix);
}

static bool matrix_has_row(const struct screen *screen)
{
	const struct matrix *matrix = screen->state;
	return matrix->found && matrix->variant_count && index_count(matrix) > 0 && matrix->selected > 0;
}

static struct target matrix_target(const struct screen *screen)
{
	const struct matrix *matrix = screen->state;
	return (struct target){.run = matrix->found ? matrix->run.id : 0,
		.position = matrix->selected,
		.version = matrix->variant_count ? matrix->query.versions[matrix->column] : 0,
		.from = screen};
}

static unsigned case_open(struct screen *screen, const struct action *action)
{
	struct target target = matrix_target(screen);
	return screen_open(screen, "case", &target);
}

static unsigned matrix_click(struct screen *screen, int row, int column)
{
	struct matrix *matrix = screen->state;
	int line = row - matrix_heads(screen->height);
	long variant = matrix_column_at(matrix, screen->width, column);
	bool same = matrix->list.top + line == matrix->list.selected && (variant < 0 || (size_t)variant == matrix->column);
	if (variant >= 0)
		matrix->column = (size_t)variant;
	if (line < 0 || line >= matrix->list.height || matrix->list.top + line >= matrix->list.count)
		return moved(matrix);
	if (same)
		return case_open(screen, NULL);
	list_select(&matrix->list, matrix->list.top + line);
	matrix->selected = index_position(matrix, matrix->list.selected);
	return moved(matrix);
}

static unsigned failing_search(struct screen *screen, const struct action *action)
{
	struct matrix *matrix = screen->state;
	search_start(matrix, action->value);
	screen->working = true;
	return EFFECT_REDRAW;
}

static unsigned failing_first(struct screen *screen, const struct action *action)
{
	struct matrix *matrix = screen->state;
	matrix->failing_first = !matrix->failing_first;
	/* The worst case is what one sorts for. */
	matrix->selected = matrix->failing_first ? 0 : matrix->selected;
	index_restart(matrix, true);
	screen->working = true;
	return moved(matrix);
}

static bool matrix_filter(struct screen *screen, const char *text, struct error *error)
{
	struct matrix *matrix = screen->state;
	struct arena *arena = arena_create();
	struct filter *filter = filter_parse(arena, text, error);
	if (!filter || !matrix_scan_check(filter, error) ||
		(matrix->found && !matrix_scorers_check(screen_store(screen), matrix->query.grading, filter, error))) {
		arena_free(arena);
		return false;
	}
	arena_free(matrix->filter_arena);
	matrix->filter_arena = arena;
	matrix->filter_text = arena_string(arena, text);
	matrix->filter = filter->count ? filter : NULL;
	index_restart(matrix, true);
	screen->working = true;
	moved(matrix);
	screen->stale = true;
	return true;
}

static const char *matrix_filter_text(const struct screen *screen)
{
	const struct matrix *matrix = screen->state;
	return matrix->filter_text;
}

static void search_tell(struct screen *screen, bool found)
{
	struct matrix *matrix = screen->state;
	if (!found)
		screen_say(screen, "no further case that %s does not pass", matrix->variants[matrix->column].name);
	screen->stale = true;
	matrix->page_only = true;
}

static bool matrix_work(struct screen *screen)
{
	struct matrix *matrix = screen->state;
	struct store *store = screen_store(screen);
	if (matrix->found && matrix->variant_count && matrix->search) {
		bool ended, found, more = search_work(matrix, store, &ended, &found);
		if (ended)
			search_tell(screen, found);
		return more || matrix->building;
	}
	if (!matrix->found || !matrix->building)
		return false;
	size_t before = matrix->built.count;
	bool more = index_work(matrix, store);
	/* New rows at the end of what is seen, or a new order: the page is fetched again. */
	if (!more || (!matrix->shown.complete && before < (size_t)(matrix->list.top + matrix->list.height))) {
		screen->stale = true;
		matrix->page_only = true;
		if (!more)
			matrix->page_top = -1;
	}
	if (!more && matrix->index_stale)
		index_restart(matrix, false);
	return more || matrix->building;
}

static unsigned filter_ask_here(struct screen *screen, const struct action *action)
{
	filter_ask(screen->bench);
	return EFFECT_REDRAW;
}

static const struct action matrix_actions[] = {
	{"open-case", "Enter", "open", "outputs side by side, prompt, passages, scores of this case", ACTION_ROW, .run = case_open},
	{"filter", "/", "filter", "only cases that match: words, tag:x, verdict:fail, score<0.5", .run = filter_ask_here},
	{"next-failing", "]", "next failing", "next case that the selected variant does not pass", ACTION_ROW, 1, failing_search},
	{"previous-failing", "[", NULL, "previous case that it does not pass", ACTION_ROW, -1, failing_search},
	{"failing-first", "f", "failing first", "sort by the number of variants that do not pass, or back", 0, 0, failing_first},
	{"variant-right", "l Right", NULL, "the variant to the right", ACTION_HIDDEN, 1, column_move},
	{"variant-left", "h Left", NULL, "the variant to the left", ACTION_HIDDEN, -1, column_move},
	{"next-variant", "Tab", NULL, "the next variant, round and round", 0, 1, column_next},
	{"previous-variant", "S-Tab", NULL, "the variant before", 0, -1, column_next},
	ACTION_START_RUN,
	ACTION_WATCH_RUN,
	{0},
};

const struct screen_type screen_matrix = {
	.name = "matrix",
	.summary = "the cases of a run, each with the verdict of every variant",
	.help = "A row is a case, a column a variant. The number behind a sign is the score, or with repeats how many of them "
		"passed. "
		"The lines below the table show the selected case: its input, what was expected, and what the selected variant "
		"answered.",
	.state_size = sizeof(struct matrix),
	.actions = matrix_actions,
	.order = 2,
	.open = matrix_open,
	.close = matrix_close,
	.follow = matrix_follow,
	.load = matrix_load,
	.work = matrix_work,
	.title = matrix_title,
	.draw = matrix_draw,
	.move = matrix_move,
	.click = matrix_click,
	.filter_name = "filter",
	.filter = matrix_filter,
	.filter_text = matrix_filter_text,
	.has_row = matrix_has_row,
	.target = matrix_target,
};
