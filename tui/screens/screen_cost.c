#include "reports/format.h"
#include "tui/screens/advice.h"
#include "tui/screens/cost_plot.h"
#include "tui/workbench.h"
#include <math.h>

struct cost_screen {
	struct advice_page page;
	struct front_point *points; /* in the view's arena */
	size_t count, chosen;
	long long version; /* the chosen variant's; 0: the first */
};

static bool cost_open(struct screen *screen, const struct target *target, struct error *error)
{
	struct cost_screen *state = screen->state;
	state->version = target->version;
	return advice_page_open(screen, target, error);
}

static bool cost_load(struct screen *screen, struct error *error)
{
	struct cost_screen *state = screen->state;
	if (!advice_view_load(&state->page.view, screen, error))
		return false;
	advice_front(state->page.view.advice, state->page.view.arena, &state->points, &state->count);
	state->chosen = 0;
	for (size_t i = 0; i < state->count; i++)
		if (state->points[i].arm->arm.version == state->version)
			state->chosen = i;
	state->page.document = (struct document){0};
	return true;
}

/* ---- the page ------------------------------------------------------------------------------------------------------ */

/* What the advice knows of the variant as a lever; NULL: it is the base, or does not start there. */
static const struct candidate *point_candidate(const struct cost_screen *state, const struct front_point *point)
{
	const struct advice *advice = state->page.view.advice;
	for (size_t i = 0; i < advice->candidate_count; i++)
		if (advice->candidates[i].arm == point->arm && !advice->candidates[i].proposal)
			return &advice->candidates[i];
	return NULL;
}

static const char *monthly_words(const struct cost_screen *state, const struct front_point *point, const struct project *project)
{
	const struct candidate *candidate = point_candidate(state, point);
	double volume = project ? project->costs.volume : 0, hosted = candidate && candidate->monthly > 0 ? candidate->monthly : 0;
	if (!(volume > 0))
		return "";
	return arena_format(state->page.arena, "%s a month at %s calls; ", money_format(state->page.arena, volume * point->mark.cost + hosted),
		count_format(state->page.arena, llround(volume)));
}

static const char *right_words(const struct cost_screen *state, const struct front_point *point)
{
	if (!(point->mark.quality > 0))
		return "";
	return arena_format(state->page.arena, "%s a right answer; ", money_format(state->page.arena, point->mark.cost / point->mark.quality));
}

static void point_add(struct screen *screen, size_t index)
{
	struct cost_screen *state = screen->state;
	const struct front_point *point = &state->points[index];
	const struct evidence *evidence = state->page.view.evidence;
	struct document *document = &state->page.document;
	struct proportion rate = arm_proportion(evidence, point->arm, state->page.arena);
	unsigned style = (point->mark.on_front ? STYLE_STRONG : STYLE_PLAIN) | (index == state->chosen ? STYLE_SELECTED : 0u);
	struct cells name = cells_pad(state->page.arena, text_of(point->mark.name), 16, false);
	if (index == state->chosen)
		state->page.chosen_line = (long)document->count;
	document_print(document, style, " %c %.*s %6s  %-16s  %s a case", cost_letter(point, index), (int)name.bytes, name.utf8,
		percent_format(state->page.arena, point->mark.quality), percent_interval_format(state->page.arena, rate.interval),
		money_format(state->page.arena, point->mark.cost));
	document_text(document, STYLE_DIM,
		text_of(arena_format(state->page.arena, "%s%s%s", right_words(state, point),
			monthly_words(state, point, screen->bench->options->project), front_words(point))),
		3);
}

/* Measured variants without a price are not passed over in silence. */
static void unknown_add(struct cost_screen *state)
{
	const struct evidence *evidence = state->page.view.evidence;
	const char *names = "";
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		if (!arm->probe && arm->measured && isnan(arm->cost))
			names = arena_format(state->page.arena, "%s%s%s", names, *names ? ", " : "", arm->arm.name);
	}
	if (!*names)
		return;
	document_text(&state->page.document, STYLE_NOTICE,
		text_of(arena_format(state->page.arena, "cost not known: %s (a model's `price: {input: …, output: …}` makes it known)", names)), 1);
	document_blank(&state->page.document);
}

static void page_make(struct screen *screen, int width)
{
	struct cost_screen *state = screen->state;
	const struct project *project = screen->bench->options->project;
	arena_reset(state->page.arena);
	state->page.document = document_make(state->page.arena, width);
	cost_plot_add(&state->page.document, state->points, state->count, state->chosen);
	for (size_t i = 0; i < state->count; i++)
		point_add(screen, i);
	long top = state->page.pager.top, line = state->page.chosen_line;
	state->page.reveal &= line < top || line >= top + state->page.pager.height; /* what is seen stays where it is */
	if (state->count)
		document_blank(&state->page.document);
	unknown_add(state);
	if (!state->count)
		return;
	const struct front_point *chosen = &state->points[state->chosen];
	const struct candidate *candidate = point_candidate(state, chosen);
	curve_add(&state->page.document, state->page.view.advice, candidate, project);
	if (!candidate)
		document_text(&state->page.document, STYLE_DIM,
			text_of(arena_format(state->page.arena, "the curve by volume holds a lever against %s: Tab chooses one",
				evidence_name(state->page.view.advice))),
			1);
}

static void cost_draw(struct screen *screen, const struct canvas *canvas)
{
	advice_page_draw(screen, canvas, page_make);
}

static void cost_title(struct screen *screen, struct arena *arena, const char **left, const char **right)
{
	const struct cost_screen *state = screen->state;
	*left = arena_format(arena, "lever  cost%s%s", state->page.view.advice ? " beside " : "",
		state->page.view.advice ? evidence_name(state->page.view.advice) : "");
	*right = pager_position(&state->page.pager, &state->page.document, arena);
}

/* ---- keys ---------------------------------------------------------------------------------------------------------- */

static unsigned cost_choose(struct screen *screen, const struct action *action)
{
	struct cost_screen *state = screen->state;
	state->chosen = (state->chosen + state->count + (size_t)action->value) % state->count;
	state->version = state->points[state->chosen].arm->arm.version;
	state->page.document = (struct document){0};
	state->page.reveal = true;
	return EFFECT_REDRAW;
}

static const char *choose_blocked(const struct screen *screen, const struct action *action)
{
	const struct cost_screen *state = screen->state;
	return state->count > 1 ? NULL : "the cost of less than two variants is known";
}

static struct target cost_target(const struct screen *screen)
{
	const struct cost_screen *state = screen->state;
	return (struct target){.run = advice_view_run(&state->page.view), .version = state->version};
}

static unsigned cost_matrix(struct screen *screen, const struct action *action)
{
	struct target target = cost_target(screen);
	return screen_open(screen, "matrix", &target);
}

static bool cost_has_row(const struct screen *screen)
{
	const struct cost_screen *state = screen->state;
	return state->count > 0;
}

static const struct action cost_actions[] = {
	{"next-variant", "Tab", "variant", "the next variant, and its curve by volume", ACTION_ROW, 1, cost_choose, choose_blocked},
	{"previous-variant", "S-Tab", NULL, "the one before", ACTION_ROW, -1, cost_choose, choose_blocked},
	{"open-matrix", "Enter", "cases", "its cases in the matrix", ACTION_ROW, .run = cost_matrix},
	ACTION_START_RUN,
	ACTION_WATCH_RUN,
	{0},
};

const struct screen_type screen_cost = {
	.name = "cost",
	.summary = "quality against cost, and break-even by volume",
	.help = "Every measured variant whose cost is known, by what a case costs (to the right) and what share passes (upwards). On the front no "
		"other is as cheap and as good and better in one of the two; what is off it by chance only is told so. Below, the first "
		"year's cost by volume of the variant that Tab chose, against the base, with what `costs:` of lever.yaml says of labels, "
		"training and hosting.",
	.state_size = sizeof(struct cost_screen),
	.actions = cost_actions,
	.order = 8,
	.open = cost_open,
	.close = advice_page_close,
	.follow = advice_page_follow,
	.load = cost_load,
	.slow = true,
	.title = cost_title,
	.draw = cost_draw,
	.move = advice_page_move,
	.has_row = cost_has_row,
	.target = cost_target,
};
