#include "eval/base/cells.h"
#include "eval/base/clock.h"
#include "reports/format.h"
#include "tui/run_show.h"
#include <math.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define EVERY_TERMINAL 150000 /* microseconds between two drawings */
#define EVERY_LINE 10000000

struct progress_show {
	bool quiet, terminal;
	int64_t last;
	int lines; /* of the block on the terminal */
	struct arena *arena;
};

struct progress_show *progress_show_create(bool quiet)
{
	struct progress_show *show = memory_take(sizeof *show);
	const char *term = getenv("TERM");
	show->quiet = quiet;
	show->terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
	show->arena = arena_create();
	return show;
}

void progress_show_free(struct progress_show *show)
{
	if (!show)
		return;
	arena_free(show->arena);
	free(show);
}

static void spent_add(struct buffer *line, struct arena *arena, const struct run_progress *progress)
{
	bool unknown = progress->unknown_cost + progress->lost > 0, no_price = unknown && progress->unknown_at_most == UNKNOWN;
	buffer_format(line, " · %s", progress->cost || !no_price ? cost_format(arena, progress->cost) : "cost unknown");
	if (unknown && !no_price)
		buffer_format(line, " and up to %s not known", cost_format(arena, progress->unknown_at_most));
	else if (no_price && progress->cost)
		buffer_add_string(line, " and unknown");
}

static const char *total_line(struct arena *arena, const struct run_progress *progress)
{
	CLEANUP(buffer_release) struct buffer line = BUFFER_EMPTY;
	buffer_format(&line, "%s of %s attempts", count_format(arena, progress->stored + progress->done),
		count_format(arena, progress->planned));
	if (progress->done)
		buffer_format(&line, " · %lld pass %lld fail %lld error", progress->passed, progress->failed, progress->errors);
	if (progress->rate > 0)
		buffer_format(&line, " · %.1f/s", progress->rate);
	if (progress->eta > 0 && !progress->finished)
		buffer_format(&line, " · %s left", duration_format(arena, (double)progress->eta / 1e6));
	if (progress->input_tokens + progress->output_tokens)
		buffer_format(&line, " · %s tokens", count_format(arena, progress->input_tokens + progress->output_tokens));
	if (progress->calls)
		spent_add(&line, arena, progress);
	if (progress->retries)
		buffer_format(&line, " · %lld retries", progress->retries);
	if (progress->paused_until > clock_monotonic() && !progress->finished)
		buffer_format(&line, " · paused %s: %s",
			duration_format(arena, ceil((double)(progress->paused_until - clock_monotonic()) / 1e6)), progress->pause_why);
	if (progress->stopping && !progress->finished)
		buffer_format(&line, " · stopping, %lld in flight (Ctrl-C again: at once)", progress->in_flight);
	return arena_string(arena, buffer_string(&line));
}

static const char *variant_line(struct arena *arena, const struct progress_variant *variant, int width)
{
	const struct cells name = cells_pad(arena, text_of(variant->name), width, false);
	return arena_format(arena, "  %s  %lld/%lld · %lld pass %lld fail %lld error", name.utf8, variant->stored + variant->done,
		variant->planned, variant->passed, variant->failed, variant->errors);
}

static int name_width(const struct run_progress *progress, struct arena *arena)
{
	int width = 0;
	for (size_t i = 0; i < progress->variant_count; i++) {
		int own = cells_of_string(arena, progress->variants[i].name).width;
		width = own > width ? own : width;
	}
	return width > 30 ? 30 : width;
}

static int terminal_width(void)
{
	struct winsize size;
	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 10 ? size.ws_col - 1 : 79;
}

static void block_line(struct progress_show *show, const char *text, int width)
{
	struct cells cells = cells_cut(show->arena, text_of(text), width);
	fprintf(stderr, "\r\033[K%s\n", cells.utf8);
	show->lines++;
}

static void block_draw(struct progress_show *show, const struct run_progress *progress)
{
	int width = terminal_width(), names = name_width(progress, show->arena);
	if (show->lines)
		fprintf(stderr, "\033[%dA", show->lines);
	show->lines = 0;
	for (size_t i = 0; i < progress->variant_count; i++)
		if (progress->variants[i].planned)
			block_line(show, variant_line(show->arena, &progress->variants[i], names), width);
	block_line(show, total_line(show->arena, progress), width);
	if (progress->last_error && !progress->finished)
		block_line(show, arena_format(show->arena, "last failure: %s", progress->last_error), width);
	fprintf(stderr, "\033[J");
	fflush(stderr);
}

/* One line for logs: the totals, then each variant in brackets. */
static void line_print(struct progress_show *show, const struct run_progress *progress)
{
	CLEANUP(buffer_release) struct buffer line = BUFFER_EMPTY;
	buffer_add_string(&line, total_line(show->arena, progress));
	for (size_t i = 0; i < progress->variant_count; i++) {
		const struct progress_variant *variant = &progress->variants[i];
		if (variant->planned)
			buffer_format(&line, " [%s %lld/%lld %lld+ %lld- %lld!]", variant->name, variant->stored + variant->done,
				variant->planned, variant->passed, variant->failed, variant->errors);
	}
	if (progress->last_error && progress->errors + progress->waiting)
		buffer_format(&line, " last failure: %s", progress->last_error);
	say(stderr, "%s\n", buffer_string(&line));
}

void progress_show_update(struct progress_show *show, const struct run_progress *progress)
{
	int64_t now = clock_monotonic(), every = show->terminal ? EVERY_TERMINAL : EVERY_LINE;
	bool nothing = progress->finished && !progress->done && !show->last;
	if (show->quiet || nothing || (now - show->last < every && !progress->finished))
		return;
	if (!show->last && !show->terminal && !progress->finished) {
		show->last = now;
		return;
	}
	show->last = now;
	arena_reset(show->arena);
	if (show->terminal)
		block_draw(show, progress);
	else
		line_print(show, progress);
}
