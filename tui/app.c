#include "tui/app.h"
#include "eval/base/clock.h"
#include "eval/store/runs.h"
#include "tui/keys.h"
#include "tui/screens/triage.h"
#include "tui/workbench.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

/* ---- the stack of screens -------------------------------------------------------------------------------------------------- */

const struct screen_type *screen_type_find(const char *name)
{
	for (size_t i = 0; screen_types[i]; i++)
		if (!strcmp(screen_types[i]->name, name))
			return screen_types[i];
	return NULL;
}

static void screen_free(struct screen *screen)
{
	if (screen->type->close)
		screen->type->close(screen);
	free(screen->state);
	free(screen);
}

bool screen_push(struct workbench *bench, const struct screen_type *type, const struct target *target, struct error *error)
{
	struct screen *screen = memory_take(sizeof *screen);
	*screen = (struct screen){
		.type = type, .bench = bench, .state = memory_take(type->state_size), .below = bench->top, .stale = true};
	if (type->open && !type->open(screen, target, error)) {
		free(screen->state);
		free(screen);
		return false;
	}
	bench->top = screen;
	workbench_dirty(bench);
	return true;
}

unsigned screen_open(struct screen *screen, const char *name, const struct target *target)
{
	struct error error = {0};
	const struct screen_type *type = screen_type_find(name);
	if (type && screen_push(screen->bench, type, target, &error))
		return EFFECT_REDRAW;
	workbench_say(screen->bench, true, "%s", type ? error.message : "there is no such screen");
	return EFFECT_REDRAW;
}

void screen_pop(struct workbench *bench)
{
	struct screen *gone = bench->top;
	bench->top = gone->below;
	screen_free(gone);
	if (bench->top)
		bench->top->stale = true;
	workbench_dirty(bench);
}

struct store *screen_store(const struct screen *screen)
{
	return screen->bench->store;
}

/* ---- messages -------------------------------------------------------------------------------------------------------------- */

static void say_list(struct workbench *bench, bool is_error, const char *format, va_list list)
{
	CLEANUP(buffer_release) struct buffer buffer = {.limit = 1 << 12};
	buffer_format_list(&buffer, format, list);
	size_t length = buffer.length < sizeof bench->message ? buffer.length : sizeof bench->message - 1;
	memcpy(bench->message, buffer_string(&buffer), length);
	bench->message[length] = '\0';
	bench->message_is_error = is_error;
	workbench_dirty(bench);
}

void workbench_say(struct workbench *bench, bool is_error, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	say_list(bench, is_error, format, list);
	va_end(list);
}

void screen_say(struct screen *screen, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	say_list(screen->bench, false, format, list);
	va_end(list);
}

void screen_say_error(struct screen *screen, const struct error *error)
{
	workbench_say(screen->bench, true, "%s", error->message);
}

/* ---- the database ------------------------------------------------------------------------------------------------------------ */

void workbench_stale(struct workbench *bench)
{
	for (struct screen *screen = bench->top; screen; screen = screen->below)
		screen->stale = true;
	loop_wake(bench->loop);
}

static void retry(void *data)
{
	struct workbench *bench = data;
	bench->retry_timer = NULL;
	bench->retrying = false;
	loop_wake(bench->loop);
}

/* A query may have been broken off for taking too long: what was shown stays, and it gets more time. What the data do not give is
 * told, until they change. */
static void load_failed(struct workbench *bench, struct screen *screen, const struct error *error)
{
	if (error->kind != ERROR_STORAGE) {
		screen->stale = false;
		screen->problem = *error;
		if (screen->loaded)
			workbench_say(bench, true, "%s", error->message);
		workbench_dirty(bench);
		return;
	}
	bool more = bench->query_time < QUERY_TIME_LIMIT;
	if (more)
		bench->query_time *= 4;
	store_limit_time(bench->store, bench->query_time);
	if (!more)
		workbench_say(bench, true, "%s", error->message);
	bench->retrying = true;
	bench->retry_timer = loop_after(bench->loop, more ? 0 : POLL_TIME, retry, bench);
}

static void load_top(struct workbench *bench)
{
	struct screen *screen = bench->top;
	struct error error = {0};
	if (!screen || !screen->stale || bench->retrying)
		return;
	screen->height = terminal_rows() - 2;
	screen->width = terminal_columns();
	if (screen->type->load && bench->store) {
		if (screen->type->slow && !screen->loaded && database_is_large(bench))
			workbench_paint(bench);
		if (!screen->type->load(screen, &error)) {
			load_failed(bench, screen, &error);
			return;
		}
		screen->loaded = true;
		screen->problem = (struct error){0};
		screen->working = screen->type->work != NULL;
	}
	screen->stale = false;
	workbench_dirty(bench);
}

static void work_top(struct workbench *bench)
{
	struct screen *screen = bench->top;
	if (!screen || !screen->working || !bench->store || bench->retrying)
		return;
	screen->working = screen->type->work(screen);
	workbench_dirty(bench);
	loop_wake(bench->loop);
}

bool workbench_busy(const struct workbench *bench)
{
	const struct screen *screen = bench->top;
	return bench->retrying || (screen && bench->store && (screen->stale || screen->working));
}

/* ---- painting ------------------------------------------------------------------------------------------------------------------
 */

void workbench_dirty(struct workbench *bench)
{
	bench->dirty = true;
}

void workbench_paint(struct workbench *bench)
{
	arena_reset(bench->frame);
	frame_draw(bench);
	terminal_show();
	bench->dirty = bench->urgent = false;
	bench->painted_at = clock_monotonic();
}

static void frame_due(void *data)
{
	struct workbench *bench = data;
	bench->frame_timer = NULL;
}

static void paint_when_due(struct workbench *bench)
{
	int64_t wait = bench->painted_at + FRAME_TIME - clock_monotonic();
	if (!bench->dirty)
		return;
	if (bench->urgent || wait <= 0)
		workbench_paint(bench);
	else if (!bench->frame_timer)
		bench->frame_timer = loop_after(bench->loop, wait, frame_due, bench);
}

static void script_turn(struct workbench *bench)
{
	if (!bench->script || bench->quitting || workbench_busy(bench) || script_waits(bench))
		return;
	if (!script_step(bench))
		workbench_quit(bench, bench->error.kind ? error_exit_status(&bench->error) : 0);
	loop_wake(bench->loop);
}

static void before_wait(void *data)
{
	struct workbench *bench = data;
	run_reap(bench);
	load_top(bench);
	paint_when_due(bench);
	work_top(bench);
	script_turn(bench);
}

/* ---- what comes in ------------------------------------------------------------------------------------------------- */

static void read_keys(void *data, int fd, unsigned events)
{
	struct workbench *bench = data;
	int press;
	while (!bench->quitting && (press = terminal_key(&bench->mouse_event)) != PRESS_NONE) {
		workbench_press(bench, press);
		bench->dirty = bench->urgent = true;
		load_top(bench);
	}
	if (terminal_gone() || (events & LOOP_HANGUP)) {
		loop_unwatch(bench->watch);
		bench->watch = NULL;
		workbench_quit(bench, 130);
	}
}

static void on_signal(void *data, int number)
{
	struct workbench *bench = data;
	switch (number) {
	case SIGWINCH:
		if (terminal_resize())
			workbench_resized(bench);
		break;
	case SIGTSTP:
		terminal_suspend();
		bench->dirty = bench->urgent = true;
		break;
	case SIGCONT:
		terminal_redraw();
		bench->dirty = bench->urgent = true;
		break;
	default:
		workbench_quit(bench, 130);
	}
}

void workbench_resized(struct workbench *bench)
{
	bench->dirty = bench->urgent = true;
	workbench_stale(bench);
}

static const int signals[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGTERM, SIGHUP};

void workbench_quit(struct workbench *bench, int status)
{
	if (!bench->quitting)
		bench->status = status;
	bench->quitting = true;
	if (bench->running)
		run_stop(bench, true);
	else
		loop_stop(bench->loop);
}

/* ---- opening and closing ------------------------------------------------------------------------------------------- */

static bool display_open(struct workbench *bench, struct error *error)
{
	const struct workbench_options *options = bench->options;
	struct terminal_options terminal = {.headless = options->script != NULL,
		.rows = options->rows,
		.columns = options->columns,
		.mouse = !options->no_mouse,
		.colours = !options->no_colours};
	if (terminal.headless && terminal.rows <= 0) {
		terminal.rows = 24;
		terminal.columns = 80;
	}
	bench->mouse = terminal.mouse;
	return terminal_open(&terminal, error);
}

static bool script_open(struct workbench *bench, struct error *error)
{
	if (!bench->options->script)
		return true;
	bench->script = script_read(bench->options->script, error);
	return bench->script != NULL;
}

static bool first_screen(struct workbench *bench, struct error *error)
{
	const char *name = bench->options->screen ? bench->options->screen : "runs";
	const struct screen_type *type = screen_type_find(name), *runs = screen_type_find("runs");
	struct target target = {.run = bench->options->run};
	if (!type)
		return error_set(error, ERROR_USAGE, "there is no screen \"%s\"; `lever show screens` lists them", name);
	if (!type->order)
		return error_set(error, ERROR_USAGE, "the screen \"%s\" needs another one: %s opens it", name, type->reached);
	if (type != runs && runs && !screen_push(bench, runs, &target, error))
		return false;
	return screen_push(bench, type, &target, error);
}

/* No file yet: it may come with this run. */
static bool run_exists(struct workbench *bench, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	long long run = bench->options->run;
	struct run_row row;
	bool found = true;
	if (run && bench->store && !run_get(bench->store, run, arena, &row, &found, error))
		return false;
	return found || error_set(error, ERROR_USAGE, "there is no run %lld", run);
}

static void watch_start(struct workbench *bench)
{
	for (size_t i = 0; i < COUNT(signals); i++)
		loop_on_signal(bench->loop, signals[i], on_signal, bench);
	loop_before_wait(bench->loop, before_wait, bench);
}

static void bench_release(struct workbench *bench)
{
	while (bench->top)
		screen_pop(bench);
	loop_unwatch(bench->watch);
	loop_cancel(bench->frame_timer);
	loop_cancel(bench->poll_timer);
	loop_cancel(bench->retry_timer);
	loop_remove_before_wait(bench->loop, before_wait, bench);
	for (size_t i = 0; i < COUNT(signals); i++)
		loop_on_signal(bench->loop, signals[i], NULL, NULL);
	script_free(bench->script);
	store_close(bench->store);
	input_release(&bench->input);
	free(bench->question);
	triage_acts_free(bench->acts);
	arena_free(bench->frame);
	arena_free(bench->ended_arena);
	loop_free(bench->loop);
}

static void bench_run(struct workbench *bench)
{
	if (terminal_fd() >= 0)
		bench->watch = loop_watch(bench->loop, terminal_fd(), LOOP_READ, read_keys, bench);
	bench->poll_timer = loop_after(bench->loop, POLL_TIME, database_poll, bench);
	bench->dirty = bench->urgent = true;
	loop_run(bench->loop);
	terminal_close();
}

int workbench_open(const struct workbench_options *options, struct error *error)
{
	struct workbench bench = {.options = options, .query_time = QUERY_TIME};
	bench.loop = loop_create();
	bench.frame = arena_create();
	/* Signals are blocked before curses would catch them itself. */
	watch_start(&bench);
	database_open(&bench);
	/* A file that cannot be read is told at once; one that is not there yet may come. */
	bool good = script_open(&bench, error) && run_exists(&bench, error) && first_screen(&bench, error) && display_open(&bench, error);
	if (good)
		bench_run(&bench);
	else
		bench.status = error_exit_status(error);
	if (bench.error.kind)
		*error = bench.error;
	else if (good && bench.status)
		error_set(error, ERROR_INTERRUPTED, "interrupted");
	bench_release(&bench);
	return bench.status;
}
