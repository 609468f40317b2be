#include "tui/keys.h"
#include "tui/workbench.h"

#define LEAST_ROWS 5
#define LEAST_COLUMNS 20

static void title_draw(struct workbench *bench, const struct canvas *canvas)
{
	struct screen *screen = bench->top;
	const char *left = arena_format(canvas->arena, "lever  %s", screen->type->name), *right = "";
	if (screen->type->title && (screen->loaded || !screen->type->load))
		screen->type->title(screen, canvas->arena, &left, &right);
	if (bench->running && bench->progress)
		right = arena_format(canvas->arena, "%s%srunning %lld/%lld", right, *right ? "  " : "",
			bench->progress->stored + bench->progress->done, bench->progress->planned);
	struct cells end = cells_of_string(canvas->arena, right);
	canvas_fill(canvas, 0, STYLE_TITLE);
	int room = canvas->width - 1 - (end.width ? end.width + 2 : 0);
	int least = canvas->width < 80 ? canvas->width / 5 : canvas->width / 3;
	if (room < least)
		room = least;
	struct cells start = cells_cut(canvas->arena, text_of(left), room);
	canvas_put(canvas, 0, 1, start, STYLE_TITLE);
	int at = canvas->width - 1 - end.width;
	canvas_text(canvas, 0, at > start.width + 2 ? at : start.width + 3, text_of(right), STYLE_TITLE);
}

/* The first key of an action, then its word: as many as fit, those of the screen before the common ones. What cannot be done now is
 * left out. */
static int footer_width(const struct screen *screen, const struct action *action, struct arena *arena)
{
	return action->label && !action_blocked(screen, action)
		       ? (int)strlen(keys_first(arena, action->keys)) + (int)strlen(action->label) + 1
		       : 0;
}

static int footer_action(const struct screen *screen, const struct canvas *canvas, const struct action *action, int column)
{
	int width = footer_width(screen, action, canvas->arena);
	if (!width || column + width > canvas->width)
		return column;
	column = canvas_print(canvas, 0, column, STYLE_KEY, "%s", keys_first(canvas->arena, action->keys));
	return canvas_print(canvas, 0, column + 1, STYLE_PLAIN, "%s", action->label) + 2;
}

static void footer_draw(struct workbench *bench, const struct canvas *canvas)
{
	const struct screen *screen = bench->top;
	int column = 1;
	/* Help, commands and the way back are always there; the screen's own actions share what they leave. */
	int common = 0;
	for (const struct action *action = common_actions; action->name; action++) {
		int width = action->flags & ACTION_SPARE ? 0 : footer_width(screen, action, canvas->arena);
		common += width ? width + 2 : 0;
	}
	struct canvas own = canvas_part(canvas, 0, 0, 1, canvas->width - common);
	for (const struct action *action = screen->type->actions; action && action->name; action++)
		column = footer_action(screen, &own, action, column);
	for (const struct action *action = common_actions; action->name; action++)
		if (action->flags & ACTION_SPARE && !action_hidden(screen->type, action) && strcmp(screen->type->name, "help"))
			column = footer_action(screen, &own, action, column);
	for (const struct action *action = common_actions; action->name; action++)
		if (!(action->flags & ACTION_SPARE))
			column = footer_action(screen, canvas, action, column);
}

static const char *filter_prompt(const struct workbench *bench)
{
	const char *name = bench->top->type->filter_name;
	return arena_format(bench->frame, "%s: ", name ? name : "filter");
}

/* What is longer than the bottom line takes lines of the body, at most half of it. Of a question that is longer still the end is
 * seen. */
static void words_draw(const char *words, bool asked, const struct canvas *body, const struct canvas *bottom, unsigned style)
{
	size_t count, room = (size_t)body->height / 2;
	struct cells *lines = cells_wrap(body->arena, text_of(words), body->width - 2, &count);
	size_t above = count - 1 < room ? count - 1 : room;
	struct canvas part = canvas_part(body, body->height - (int)above, 0, (int)above, body->width);
	canvas_clear(&part);
	for (size_t i = 0; i < above; i++)
		canvas_put(&part, (int)i, 1, lines[i], style);
	canvas_put(bottom, 0, 1, lines[asked ? count - 1 : above], style);
}

static void bottom_draw(struct workbench *bench, const struct canvas *body, const struct canvas *canvas)
{
	canvas_clear(canvas);
	if (bench->prompt == PROMPT_FILTER && !bench->message[0])
		input_draw(&bench->input, canvas, 0, filter_prompt(bench));
	else if (bench->prompt == PROMPT_TEXT && !bench->message[0])
		input_draw(&bench->input, canvas, 0, bench->question);
	else if (bench->prompt == PROMPT_PALETTE)
		input_draw(&bench->input, canvas, 0, ":");
	else if (bench->prompt == PROMPT_CONFIRM)
		words_draw(arena_format(canvas->arena, "%s  y: yes, else no", bench->question), true, body, canvas, STYLE_NOTICE);
	else if (bench->message[0])
		words_draw(bench->message, false, body, canvas, bench->message_is_error ? STYLE_NOTICE : STYLE_STRONG);
	else
		footer_draw(bench, canvas);
}

static const char *absence(const struct workbench *bench)
{
	return bench->store_error.kind ? bench->store_error.message : "there is no database yet";
}

/* As many lines as the words take; answers the row behind them. */
static int lines_draw(const struct canvas *canvas, int row, const char *words, unsigned style)
{
	size_t count;
	struct cells *lines = cells_wrap(canvas->arena, text_of(words), canvas->width - 2, &count);
	for (size_t i = 0; i < count; i++)
		canvas_put(canvas, row + (int)i, 1, lines[i], style);
	return row + (int)count;
}

static void body_draw(struct workbench *bench, const struct canvas *canvas)
{
	struct screen *screen = bench->top;
	screen->height = canvas->height;
	screen->width = canvas->width;
	if (!bench->store && screen->type->load) {
		int row = lines_draw(canvas, 1, bench->options->database, STYLE_PLAIN);
		lines_draw(canvas, row, absence(bench), STYLE_NOTICE);
		return;
	}
	if (screen->type->load && !screen->loaded) {
		bool told = screen->problem.kind != ERROR_NONE;
		lines_draw(canvas, 1, told ? screen->problem.message : "reading ...", told ? STYLE_NOTICE : STYLE_DIM);
		return;
	}
	screen->type->draw(screen, canvas);
}

bool frame_is_small(void)
{
	return terminal_rows() < LEAST_ROWS || terminal_columns() < LEAST_COLUMNS;
}

void frame_draw(struct workbench *bench)
{
	struct canvas whole = {.height = terminal_rows(), .width = terminal_columns(), .arena = bench->frame};
	canvas_clear(&whole);
	if (!bench->top)
		return;
	if (frame_is_small()) {
		canvas_print(&whole, 0, 0, STYLE_PLAIN, "too small");
		return;
	}
	struct canvas title = canvas_part(&whole, 0, 0, 1, whole.width),
		      body = canvas_part(&whole, 1, 0, whole.height - 2, whole.width),
		      bottom = canvas_part(&whole, whole.height - 1, 0, 1, whole.width);
	/* The title tells what the body shows: which columns found room, which lines are seen. */
	body_draw(bench, &body);
	title_draw(bench, &title);
	if (bench->prompt == PROMPT_PALETTE)
		palette_draw(bench, &body);
	bottom_draw(bench, &body, &bottom);
}
