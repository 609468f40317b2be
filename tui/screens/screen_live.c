#include "eval/base/clock.h"
#include "tui/format.h"
#include "tui/widgets/table.h"
#include "tui/workbench.h"

struct live {
	int top, seen; /* first variant that is drawn, and how many */
};

enum { COLUMN_VARIANT, COLUMN_DONE, COLUMN_PASSED, COLUMN_FAILED, COLUMN_ERRORS, COLUMN_SHARE, COLUMN_BAR };
static const struct table_column live_columns[] = {
	[COLUMN_VARIANT] = {"variant", 14},
	[COLUMN_DONE] = {"done", 13, true, .rank = 1},
	[COLUMN_PASSED] = {"passed", 7, true},
	[COLUMN_FAILED] = {"failed", 7, true},
	[COLUMN_ERRORS] = {"errors", 6, true},
	[COLUMN_SHARE] = {"", 6, true},
	[COLUMN_BAR] = {"", 8, .grow = true, .rank = 2},
};

static const struct run_progress *progress_of(const struct screen *screen)
{
	const struct workbench *bench = screen->bench;
	return bench->running ? bench->progress : bench->ended;
}

static void variant_draw(
	const struct table_column *columns, const struct canvas *canvas, int row, const struct progress_variant *variant)
{
	struct arena *arena = canvas->arena;
	long long done = variant->stored + variant->done;
	table_cell(&columns[COLUMN_VARIANT], canvas, row, variant->name, STYLE_STRONG);
	table_cell(&columns[COLUMN_DONE], canvas, row, arena_format(arena, "%lld/%lld", done, variant->planned), STYLE_PLAIN);
	table_cell(&columns[COLUMN_PASSED], canvas, row, arena_format(arena, "%s %lld", sign_of(SIGN_PASS), variant->passed),
		STYLE_PASS);
	table_cell(&columns[COLUMN_FAILED], canvas, row, arena_format(arena, "%s %lld", sign_of(SIGN_FAIL), variant->failed),
		STYLE_FAIL);
	if (variant->errors)
		table_cell(&columns[COLUMN_ERRORS], canvas, row,
			arena_format(arena, "%s %lld", sign_of(SIGN_ERROR), variant->errors), STYLE_ERROR);
	table_cell(&columns[COLUMN_SHARE], canvas, row,
		done == variant->planned ? "100%" : format_share(arena, done, variant->planned), STYLE_PLAIN);
	if (columns[COLUMN_BAR].shown && variant->planned)
		canvas_bar(canvas, row, columns[COLUMN_BAR].at, columns[COLUMN_BAR].shown, (double)done / (double)variant->planned,
			STYLE_WAITING);
}

static const char *spent_words(const struct run_progress *progress, struct arena *arena)
{
	long long calls = progress->unknown_cost + progress->lost;
	const char *known = cost_format(arena, progress->cost), *of = calls == 1 ? "call" : "calls";
	if (!calls)
		return known;
	if (progress->unknown_at_most != UNKNOWN)
		return arena_format(arena, "%s and up to %s for %s %s of unknown cost", known, cost_format(arena, progress->unknown_at_most),
			count_format(arena, calls), of);
	return arena_format(arena, "%s%s%s %s of unknown price", progress->cost > 0 ? known : "unknown",
		progress->cost > 0 ? " and " : ": ", count_format(arena, calls), of);
}

/* Words that may take several lines, from this row on; answers the row behind them. Rows that are not there show nothing. */
static int words_draw(const struct canvas *canvas, int row, unsigned style, const char *words)
{
	size_t count;
	struct cells *lines = cells_wrap(canvas->arena, text_of(words), canvas->width - 2, &count);
	for (size_t i = 0; i < count; i++)
		canvas_put(canvas, row + (int)i, 1, lines[i], style);
	return row + (int)count;
}

/* Answers how many rows it takes. */
static int counts_draw(const struct run_progress *progress, const struct canvas *canvas)
{
	struct arena *arena = canvas->arena;
	int row = words_draw(canvas, 0, STYLE_PLAIN,
		arena_format(arena, "in flight %lld  waiting %lld  calls %s  retries %lld  cached %lld  replayed %lld",
			progress->in_flight, progress->waiting, count_format(arena, progress->calls), progress->retries,
			progress->cached, progress->replayed));
	row = words_draw(canvas, row, STYLE_PLAIN,
		arena_format(arena, "tokens %s in, %s out  spent now %s", count_format(arena, progress->input_tokens),
			count_format(arena, progress->output_tokens), spent_words(progress, arena)));
	if (progress->closed)
		return words_draw(canvas, row, STYLE_ERROR, arena_format(arena, "%s; run again then", progress->closed));
	if (progress->last_error)
		return words_draw(canvas, row, STYLE_ERROR, arena_format(arena, "latest error  %s", progress->last_error));
	return row;
}

static void overall_draw(const struct run_progress *progress, const struct canvas *canvas)
{
	struct arena *arena = canvas->arena;
	long long done = progress->stored + progress->done;
	int at = canvas_print(
		canvas, 0, 1, STYLE_STRONG, "%s of %s", count_format(arena, done), count_format(arena, progress->planned));
	at = canvas_print(canvas, 0, at + 2, STYLE_PLAIN, "%s  ", format_time(arena, progress->elapsed));
	if (!progress->finished)
		at = canvas_print(canvas, 0, at, STYLE_PLAIN, "%.1f/s  ", progress->rate);
	if (progress->finished)
		at = canvas_print(canvas, 0, at, STYLE_NOTICE, progress->stopping ? "stopped" : "ended");
	else if (progress->stopping)
		at = canvas_print(canvas, 0, at, STYLE_NOTICE, "stopping");
	else if (progress->paused_until > clock_monotonic())
		at = canvas_print(canvas, 0, at, STYLE_NOTICE, "paused %s: %s",
			format_time(arena, (progress->paused_until - clock_monotonic()) / 1000000 * 1000000 + 1000000), progress->pause_why);
	else if (progress->eta >= 0)
		at = canvas_print(canvas, 0, at, STYLE_PLAIN, "%s to go", format_time(arena, progress->eta));
	if (progress->planned && canvas->width - at > 12)
		canvas_bar(canvas, 0, at + 2, canvas->width - at - 3, (double)done / (double)progress->planned, STYLE_PASS);
}

static void variants_draw(struct live *live, const struct run_progress *progress, const struct canvas *canvas)
{
	struct table_column columns[COUNT(live_columns)];
	int rows = canvas->height - 1, count = (int)progress->variant_count, last = count > rows ? count - rows : 0;
	memcpy(columns, live_columns, sizeof columns);
	for (int i = 0; i < count; i++) {
		int name = cells_of_string(canvas->arena, progress->variants[i].name).width;
		if (name > columns[COLUMN_VARIANT].width && name <= canvas->width / 2)
			columns[COLUMN_VARIANT].width = name;
	}
	table_layout(columns, COUNT(columns), canvas->width);
	table_head(columns, COUNT(columns), canvas, 0);
	live->top = live->top > last ? last : live->top < 0 ? 0 : live->top;
	live->seen = rows < count ? rows : count;
	for (int i = 0; i < live->seen; i++)
		variant_draw(columns, canvas, i + 1, &progress->variants[live->top + i]);
}

static void live_draw(struct screen *screen, const struct canvas *canvas)
{
	struct live *live = screen->state;
	const struct run_progress *progress = progress_of(screen);
	if (!progress) {
		const char *blocked = run_blocked(screen->bench);
		canvas_print(
			canvas, 1, 1, STYLE_PLAIN, screen->bench->running ? "Starting ..." : "No run goes on in this process.");
		if (!screen->bench->running)
			canvas_print(canvas, 2, 1, STYLE_DIM, "%s%s", blocked ? "None can be started: " : "s starts one.",
				blocked ? blocked : "");
		return;
	}
	/* How many rows the counts take is known once they were drawn, where nothing is seen. */
	struct canvas nowhere = {.width = canvas->width, .arena = canvas->arena};
	int drawn = counts_draw(progress, &nowhere), wanted = drawn > 3 ? drawn : 3, half = canvas->height / 2;
	int feet = canvas->height < 9 ? 0 : wanted < half ? wanted : half;
	struct canvas inner = canvas_part(canvas, 1, 1, canvas->height - 1 - feet, canvas->width - 2),
		      foot = canvas_part(canvas, canvas->height - feet, 0, feet, canvas->width);
	overall_draw(progress, canvas);
	variants_draw(live, progress, &inner);
	counts_draw(progress, &foot);
}

static unsigned live_move(struct screen *screen, enum motion motion, long long count)
{
	struct live *live = screen->state;
	live->top = motion == MOVE_FIRST  ? 0
		    : motion == MOVE_LAST ? 1 << 20
					  : live->top + (int)count * (motion == MOVE_PAGES ? 10 : 1);
	return EFFECT_REDRAW;
}

static void live_title(struct screen *screen, struct arena *arena, const char **left, const char **right)
{
	const struct run_progress *progress = progress_of(screen);
	const struct live *live = screen->state;
	*left = progress && progress->run ? arena_format(arena, "lever  live run %lld", progress->run) : "lever  live run";
	if (progress && live->seen < (int)progress->variant_count)
		*right = arena_format(arena, "variants %d-%d of %zu", live->top + 1, live->top + live->seen, progress->variant_count);
}

static const char *stop_blocked(const struct screen *screen, const struct action *action)
{
	return screen->bench->running ? NULL : "no run goes on in this process";
}

static unsigned stop(struct screen *screen, const struct action *action)
{
	bool again = screen->bench->stop_asked;
	run_stop(screen->bench, again);
	screen_say(screen, again ? "breaking off what is in flight" : "finishing what is in flight; x again breaks it off");
	return EFFECT_REDRAW;
}

static unsigned matrix_show(struct screen *screen, const struct action *action)
{
	const struct run_progress *progress = progress_of(screen);
	return screen_open(screen, "matrix", &(struct target){.run = progress ? progress->run : 0, .from = screen});
}

static const struct action live_actions[] = {
	{"matrix", "Enter m", "matrix", "the cases of the run as they come in", .run = matrix_show},
	{"stop-run", "x", "stop", "finish what is in flight and start nothing more; again: break it off", .run = stop,
		.blocked = stop_blocked},
	ACTION_START_RUN,
	{0},
};

const struct screen_type screen_live = {
	.name = "live",
	.summary = "the run that goes on in this process, variant by variant",
	.help = "The last one stays until the next begins. "
		"Leaving the screen does not stop the run. What was answered is stored at once; a run that was stopped goes on "
		"where it was with s.",
	.state_size = sizeof(struct live),
	.actions = live_actions,
	.order = 4,
	.title = live_title,
	.draw = live_draw,
	.move = live_move,
};
