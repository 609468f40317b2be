#include "eval/store/runs.h"
#include "tui/format.h"
#include "tui/widgets/list.h"
#include "tui/widgets/table.h"
#include "tui/workbench.h"

#define MORE 64 /* rows fetched beyond what is seen */

struct runs {
	struct arena *arena; /* of what is loaded */
	struct run_row *rows;
	size_t count;
	struct row_tallies {
		struct tally *items;
		size_t count;
	} * tallies; /* one per row; filled where seen */
	struct list list;
	long long selected; /* id of the run */
	int detail_top;	    /* the first of its variants that is seen */
	bool all;
};

static bool runs_open(struct screen *screen, const struct target *target, struct error *error)
{
	struct runs *runs = screen->state;
	runs->arena = arena_create();
	runs->selected = target->run;
	return true;
}

static void runs_follow(struct screen *screen, long long from, long long to)
{
	struct runs *runs = screen->state;
	if (runs->selected == from)
		runs->selected = to;
}

static void runs_close(struct screen *screen)
{
	struct runs *runs = screen->state;
	arena_free(runs->arena);
}

static const struct run_row *selected_row(const struct runs *runs)
{
	return runs->count ? &runs->rows[runs->list.selected] : NULL;
}

#define LIST_LEAST 3   /* runs that are seen beside many variants */
#define DETAIL_LEAST 3 /* a rule, a head, a variant */

/* The variants of the selected run stand below the list; they get the room that it leaves. */
static int detail_height(const struct screen *screen)
{
	const struct runs *runs = screen->state;
	const struct run_row *row = selected_row(runs);
	int wanted = row ? (int)row->variant_count + 2 : 0, third = screen->height / 3;
	int list = third > LIST_LEAST ? third : LIST_LEAST;
	int room = screen->height - 1 - (runs->list.count < list ? (int)runs->list.count : list);
	if (!row || room < DETAIL_LEAST)
		return 0;
	return wanted < room ? wanted : room;
}

static void selection_restore(struct runs *runs)
{
	size_t at = 0;
	while (at < runs->count && runs->rows[at].id > runs->selected && runs->selected)
		at++;
	list_set_count(&runs->list, (long long)runs->count);
	list_select(&runs->list, (long long)at);
	runs->selected = runs->count ? runs->rows[runs->list.selected].id : 0;
}

static bool tallies_load(struct screen *screen, struct error *error)
{
	struct runs *runs = screen->state;
	list_set_height(&runs->list, screen->height - 1 - detail_height(screen));
	for (long long i = runs->list.top; i < runs->list.count && i < runs->list.top + runs->list.height; i++)
		if (!tally_list(screen_store(screen), runs->rows[i].id, runs->arena, &runs->tallies[i].items,
			    &runs->tallies[i].count, error))
			return false;
	return true;
}

static bool runs_load(struct screen *screen, struct error *error)
{
	struct runs *runs = screen->state;
	int limit = (int)runs->list.selected + screen->height + MORE;
	struct arena *arena = arena_create();
	struct run_row *rows;
	size_t count;
	if (!run_list(screen_store(screen), 0, limit, arena, &rows, &count, error)) {
		arena_free(arena);
		return false;
	}
	arena_free(runs->arena);
	runs->arena = arena;
	runs->rows = rows;
	runs->count = count;
	runs->all = count < (size_t)limit;
	runs->tallies = arena_take(arena, (count + 1) * sizeof *runs->tallies);
	selection_restore(runs);
	return tallies_load(screen, error);
}

static unsigned runs_move(struct screen *screen, enum motion motion, long long count)
{
	struct runs *runs = screen->state;
	if (!list_move(&runs->list, motion, count))
		return EFFECT_NONE;
	runs->selected = runs->rows[runs->list.selected].id;
	runs->detail_top = 0;
	return EFFECT_REQUERY | EFFECT_REDRAW;
}

static unsigned detail_scroll(struct screen *screen, int lines)
{
	struct runs *runs = screen->state;
	runs->detail_top += lines; /* settled where it is drawn */
	return EFFECT_REDRAW;
}

static unsigned detail_move(struct screen *screen, const struct action *action)
{
	return detail_scroll(screen, action->value);
}

static unsigned runs_wheel(struct screen *screen, int row, int lines)
{
	const struct runs *runs = screen->state;
	return row <= runs->list.height ? runs_move(screen, MOVE_LINES, lines) : detail_scroll(screen, lines);
}

static unsigned runs_open_matrix(struct screen *screen, const struct action *action)
{
	struct runs *runs = screen->state;
	return screen_open(screen, "matrix", &(struct target){.run = runs->selected, .from = screen});
}

static unsigned runs_click(struct screen *screen, int row, int column)
{
	struct runs *runs = screen->state;
	long long at = runs->list.top + row - 1;
	if (row < 1 || row > runs->list.height || at >= runs->list.count)
		return EFFECT_NONE;
	if (at == runs->list.selected)
		return runs_open_matrix(screen, NULL);
	return runs_move(screen, MOVE_LINES, at - runs->list.selected);
}

/* ---- drawing ------------------------------------------------------------------------------------------------------------------
 */

enum { COLUMN_RUN, COLUMN_STATE, COLUMN_STARTED, COLUMN_CASES, COLUMN_VARIANTS, COLUMN_DONE, COLUMN_BEST };
static const struct table_column run_columns[] = {
	[COLUMN_RUN] = {"run", 4, true},
	[COLUMN_STATE] = {"state", 10},
	[COLUMN_STARTED] = {"started (UTC)", 16, .rank = 3},
	[COLUMN_CASES] = {"cases", 9, true, .rank = 2},
	[COLUMN_VARIANTS] = {"variants", 8, true, .rank = 5},
	[COLUMN_DONE] = {"done", 7, true, .rank = 4},
	[COLUMN_BEST] = {"best variant", 18, .grow = true, .rank = 1},
};

static const struct run_variant *variant_of(const struct run_row *row, long long version)
{
	for (size_t i = 0; i < row->variant_count; i++)
		if (row->variants[i].version == version)
			return &row->variants[i];
	return NULL;
}

/* Probes ask failing cases alone: they are no part of what was planned. */
static size_t variants_of(const struct run_row *row)
{
	size_t count = 0;
	for (size_t i = 0; i < row->variant_count; i++)
		count += !row->variants[i].generated;
	return count;
}

static long long measured_of(const struct tally *tally)
{
	return tally->passed + tally->failed + tally->errors;
}

/* As the report's: of what was measured. */
static const char *best_variant(const struct run_row *row, const struct row_tallies *tallies, struct arena *arena)
{
	const struct tally *best = NULL;
	for (size_t i = 0; i < tallies->count; i++) {
		const struct tally *tally = &tallies->items[i];
		const struct run_variant *variant = variant_of(row, tally->version);
		if (variant && !variant->generated && measured_of(tally) &&
			(!best || tally->passed * measured_of(best) > best->passed * measured_of(tally)))
			best = tally;
	}
	if (!best)
		return "";
	return arena_format(arena, "%s %s", format_rate(arena, best), variant_of(row, best->version)->name);
}

static const char *done_share(const struct run_row *row, const struct row_tallies *tallies, struct arena *arena)
{
	long long done = 0, planned = 0;
	for (size_t i = 0; i < tallies->count; i++) {
		const struct run_variant *variant = variant_of(row, tallies->items[i].version);
		if (!variant || variant->generated)
			continue;
		done += tallies->items[i].passed + tallies->items[i].failed;
		planned += tallies->items[i].planned;
	}
	return done == planned && planned ? "100%" : format_share(arena, done, planned);
}

static unsigned state_style(const char *state)
{
	return !strcmp(state, "complete") ? STYLE_PASS : !strcmp(state, "running") ? STYLE_WAITING : STYLE_ERROR;
}

static void run_draw(const struct table_column *columns, const struct canvas *canvas, int line, const struct run_row *row,
	const struct row_tallies *tallies, unsigned selected)
{
	struct arena *arena = canvas->arena;
	const char *cases = count_format(arena, row->case_count);
	canvas_fill(canvas, line, STYLE_PLAIN | selected);
	table_cell(&columns[COLUMN_RUN], canvas, line, arena_format(arena, "%lld", row->id), STYLE_STRONG | selected);
	table_cell(&columns[COLUMN_STATE], canvas, line, row->state, state_style(row->state) | selected);
	table_cell(&columns[COLUMN_STARTED], canvas, line, format_moment(arena, row->started_at), selected);
	table_cell(&columns[COLUMN_CASES], canvas, line,
		row->repeats > 1 ? arena_format(arena, "%s x%d", cases, row->repeats) : cases, selected);
	table_cell(&columns[COLUMN_VARIANTS], canvas, line, arena_format(arena, "%zu", variants_of(row)), selected);
	table_cell(&columns[COLUMN_DONE], canvas, line, done_share(row, tallies, arena), selected);
	table_cell(&columns[COLUMN_BEST], canvas, line, best_variant(row, tallies, arena), selected);
}

enum {
	DETAIL_NAME,
	DETAIL_LEVER,
	DETAIL_PARENT,
	DETAIL_RATE,
	DETAIL_INTERVAL,
	DETAIL_PASSED,
	DETAIL_FAILED,
	DETAIL_ERRORS,
	DETAIL_MISSING,
	DETAIL_TOKENS,
	DETAIL_COST
};
static const struct table_column detail_columns[] = {
	[DETAIL_NAME] = {"variant", 10, .grow = true},
	[DETAIL_LEVER] = {"lever", 9, .rank = 2},
	[DETAIL_PARENT] = {"against", 8, .rank = 3},
	[DETAIL_RATE] = {"passed", 6, true},
	[DETAIL_INTERVAL] = {"95% interval", 14, true, .rank = 4},
	[DETAIL_PASSED] = {"", 0, true}, /* as wide as their numbers are */
	[DETAIL_FAILED] = {"", 0, true},
	[DETAIL_ERRORS] = {"", 0, true},
	[DETAIL_MISSING] = {"", 0, true},
	[DETAIL_TOKENS] = {"tokens", 7, true, .rank = 5},
	[DETAIL_COST] = {"cost", 8, true, .rank = 1},
};

static long long missing_of(const struct tally *tally)
{
	return tally->planned - measured_of(tally);
}

/* Repeats of a case are no cases: their interval is the report's, which averages them. */
static const char *interval_words(struct arena *arena, const struct tally *tally, int repeats)
{
	if (repeats > 1 || !measured_of(tally))
		return "";
	return percent_interval_format(arena, format_rate_of(tally).interval);
}

static void column_widen(struct table_column *column, struct arena *arena, long long count)
{
	int width = count ? 1 + (int)strlen(format_short(arena, count)) : 0;
	column->width = width > column->width ? width : column->width;
}

static void columns_fit(
	struct table_column *columns, const struct run_row *row, const struct row_tallies *tallies, struct arena *arena, int width)
{
	int longest = columns[DETAIL_NAME].width;
	for (size_t i = 0; i < row->variant_count; i++) {
		int name = cells_of_string(arena, row->variants[i].name).width;
		longest = name > longest ? name : longest;
		if (row->variants[i].generated && text_starts(text_of(row->variants[i].name), text_of(row->variants[i].parent)))
			columns[DETAIL_PARENT].rank = columns[DETAIL_TOKENS].rank; /* prompt+placebo: the name has it */
	}
	columns[DETAIL_NAME].most = longest;
	columns[DETAIL_NAME].width = longest < width / 2 ? longest : width / 2;
	for (size_t i = 0; i < tallies->count; i++) {
		column_widen(&columns[DETAIL_PASSED], arena, tallies->items[i].passed);
		column_widen(&columns[DETAIL_FAILED], arena, tallies->items[i].failed);
		column_widen(&columns[DETAIL_ERRORS], arena, tallies->items[i].errors);
		column_widen(&columns[DETAIL_MISSING], arena, missing_of(&tallies->items[i]));
		int cost = (int)strlen(cost_format(arena, tallies->items[i].cost));
		columns[DETAIL_COST].width = cost > columns[DETAIL_COST].width ? cost : columns[DETAIL_COST].width;
	}
	table_layout(columns, COUNT(detail_columns), width);
}

static void variant_draw(const struct table_column *columns, const struct canvas *canvas, int line,
	const struct run_variant *variant, const struct tally *tally, int repeats)
{
	struct arena *arena = canvas->arena;
	table_cell(&columns[DETAIL_NAME], canvas, line, variant->name, STYLE_STRONG);
	table_cell(&columns[DETAIL_LEVER], canvas, line, variant->lever, STYLE_PLAIN);
	table_cell(&columns[DETAIL_PARENT], canvas, line, variant->parent, STYLE_DIM);
	table_cell(&columns[DETAIL_RATE], canvas, line, format_rate(arena, tally), STYLE_STRONG);
	table_cell(&columns[DETAIL_INTERVAL], canvas, line, interval_words(arena, tally, repeats), STYLE_PLAIN);
	table_cell(&columns[DETAIL_PASSED], canvas, line,
		arena_format(arena, "%s%s", sign_of(SIGN_PASS), format_short(arena, tally->passed)), STYLE_PASS);
	table_cell(&columns[DETAIL_FAILED], canvas, line,
		arena_format(arena, "%s%s", sign_of(SIGN_FAIL), format_short(arena, tally->failed)), STYLE_FAIL);
	if (tally->errors)
		table_cell(&columns[DETAIL_ERRORS], canvas, line,
			arena_format(arena, "%s%s", sign_of(SIGN_ERROR), format_short(arena, tally->errors)), STYLE_ERROR);
	if (missing_of(tally))
		table_cell(&columns[DETAIL_MISSING], canvas, line,
			arena_format(arena, "%s%s", sign_of(SIGN_NONE), format_short(arena, missing_of(tally))), STYLE_DIM);
	table_cell(&columns[DETAIL_TOKENS], canvas, line, format_tokens(arena, tally), STYLE_PLAIN);
	table_cell(&columns[DETAIL_COST], canvas, line, measured_of(tally) ? cost_format(arena, tally->cost) : "-", STYLE_PLAIN);
}

static void detail_rule_draw(const struct runs *runs, const struct canvas *canvas, int room, int count)
{
	for (int column = 0; column < canvas->width; column++)
		canvas_text(canvas, 0, column, text_of(sign_of(SIGN_RULE)), STYLE_DIM);
	int at = canvas_print(canvas, 0, 2, STYLE_DIM, " run %lld ", runs->selected);
	int last = runs->detail_top + room < count ? runs->detail_top + room : count;
	if (room < count)
		canvas_print(canvas, 0, at, STYLE_DIM, " variants %d-%d of %d, J K scroll ", runs->detail_top + 1, last, count);
}

static void detail_draw(struct runs *runs, const struct canvas *canvas)
{
	struct table_column columns[COUNT(detail_columns)];
	const struct run_row *row = selected_row(runs);
	const struct row_tallies *tallies = &runs->tallies[runs->list.selected];
	memcpy(columns, detail_columns, sizeof columns);
	columns_fit(columns, row, tallies, canvas->arena, canvas->width - 1);
	struct canvas inner = canvas_part(canvas, 1, 1, canvas->height - 1, canvas->width - 1);
	int count = (int)tallies->count, room = inner.height - 1, beyond = count > room ? count - room : 0;
	runs->detail_top = runs->detail_top > beyond ? beyond : runs->detail_top < 0 ? 0 : runs->detail_top;
	detail_rule_draw(runs, canvas, room, count);
	table_head(columns, COUNT(columns), &inner, 0);
	for (int line = 0; line < room && runs->detail_top + line < count; line++) {
		const struct tally *tally = &tallies->items[runs->detail_top + line];
		const struct run_variant *variant = variant_of(row, tally->version);
		if (variant)
			variant_draw(columns, &inner, line + 1, variant, tally, row->repeats);
	}
}

static void runs_draw(struct screen *screen, const struct canvas *canvas)
{
	struct runs *runs = screen->state;
	struct table_column columns[COUNT(run_columns)];
	if (runs->count == 0) {
		canvas_print(canvas, 1, 1, STYLE_PLAIN, "No run yet. s starts one, and so does `lever run`.");
		return;
	}
	memcpy(columns, run_columns, sizeof columns);
	table_layout(columns, COUNT(columns), canvas->width - 1);
	struct canvas inner = canvas_part(canvas, 0, 1, canvas->height - detail_height(screen), canvas->width - 1);
	table_head(columns, COUNT(columns), &inner, 0);
	list_set_height(&runs->list, inner.height - 1);
	for (int line = 0; line < runs->list.height && runs->list.top + line < runs->list.count; line++) {
		long long at = runs->list.top + line;
		run_draw(columns, &inner, line + 1, &runs->rows[at], &runs->tallies[at],
			at == runs->list.selected ? STYLE_SELECTED : 0);
	}
	struct canvas detail = canvas_part(canvas, inner.height, 0, detail_height(screen), canvas->width);
	if (detail.height > 1)
		detail_draw(runs, &detail);
}

static void runs_title(struct screen *screen, struct arena *arena, const char **left, const char **right)
{
	struct runs *runs = screen->state;
	const struct run_row *row = selected_row(runs);
	*left = arena_format(arena, "lever  %s  runs", row ? row->project : "");
	*right = runs->count ? arena_format(arena, "%zu run%s%s", runs->count, runs->all ? "" : "+", runs->count == 1 ? "" : "s")
			     : "";
}

static bool runs_has_row(const struct screen *screen)
{
	const struct runs *runs = screen->state;
	return runs->count > 0;
}

static struct target runs_target(const struct screen *screen)
{
	const struct runs *runs = screen->state;
	return (struct target){.run = runs->selected};
}

static const struct action runs_actions[] = {
	{"open", "Enter l Right", "open", "the cases of this run, variant by variant", ACTION_ROW, .run = runs_open_matrix},
	{"detail-down", "J", NULL, "scroll the variants of the selected run", ACTION_ROW, 1, detail_move},
	{"detail-up", "K", NULL, "scroll them back", ACTION_ROW, -1, detail_move},
	ACTION_START_RUN,
	ACTION_WATCH_RUN,
	{0},
};

const struct screen_type screen_runs = {
	.name = "runs",
	.summary = "every run, latest first, with what its variants reached",
	.help = "A run is one test set through the variants of a project at one moment. `variant@run` addresses a variant of an "
		"earlier run. Passed is the share of what was measured, with its Wilson interval: errors count as not passed, what "
		"has "
		"not been run counts neither way. J and K scroll the variants where there are more than find room. The report has "
		"the intervals of repeats and of clusters, and `lever compare` every lever against its parent.",
	.state_size = sizeof(struct runs),
	.actions = runs_actions,
	.order = 1,
	.open = runs_open,
	.close = runs_close,
	.follow = runs_follow,
	.load = runs_load,
	.title = runs_title,
	.draw = runs_draw,
	.move = runs_move,
	.click = runs_click,
	.wheel = runs_wheel,
	.has_row = runs_has_row,
	.target = runs_target,
};
