#include "reports/earning.h"
#include "reports/format.h"
#include "tui/screens/advice.h"
#include "tui/workbench.h"
#include <math.h>

static size_t recommended_count(const struct advice_screen *state)
{
	size_t count = 0;
	for (size_t i = 0; state->page.view.advice && i < state->page.view.advice->candidate_count; i++)
		count += state->page.view.advice->candidates[i].recommended;
	return count;
}

const struct candidate *advice_chosen(const struct advice_screen *state)
{
	size_t at = 0;
	for (size_t i = 0; state->page.view.advice && i < state->page.view.advice->candidate_count; i++)
		if (state->page.view.advice->candidates[i].recommended && at++ == state->chosen)
			return &state->page.view.advice->candidates[i];
	return NULL;
}

static bool advice_load(struct screen *screen, struct error *error)
{
	struct advice_screen *state = screen->state;
	if (!advice_view_load(&state->page.view, screen, error))
		return false;
	if (state->chosen >= recommended_count(state))
		state->chosen = 0;
	state->page.document = (struct document){0};
	return true;
}

/* ---- the page ------------------------------------------------------------------------------------------------------ */

static void path_add(struct document *document, const struct advice *advice)
{
	document_print(document, STYLE_HEAD, "the path");
	for (size_t i = 0; i < advice->path_count; i++) {
		const struct path_step *step = &advice->path[i];
		document_print(document, step->done ? STYLE_PASS : STYLE_DIM, " %s ", sign_of(step->done ? SIGN_PASS : SIGN_NONE));
		document_more(document, STYLE_PLAIN, "%-36s ", step->name);
		document_hang(document, STYLE_DIM, step->state, 4);
	}
	document_blank(document);
}

static void alarms_add(struct document *document, const struct advice *advice)
{
	for (size_t i = 0; i < advice->alarm_count; i++) {
		document_print(document, advice->alarms[i].blocking ? STYLE_ERROR : STYLE_NOTICE, "%s ", sign_of(SIGN_ERROR));
		document_hang(document, STYLE_PLAIN, advice->alarms[i].message, 2);
	}
	if (advice->alarm_count)
		document_blank(document);
}

static void modes_add(struct document *document, const struct advice *advice)
{
	document_print(document, STYLE_HEAD, "why cases fail");
	for (size_t i = 0; i < advice->mode_count; i++) {
		const struct mode_share *share = &advice->modes[i];
		double part = (double)share->count / (double)advice->evidence->failing;
		const char *bar = "";
		for (int k = 0; k < (int)lround(part * 12) && k < 12; k++)
			bar = arena_format(document->arena, "%s%s", bar, sign_of(SIGN_BAR));
		document_print(document, STYLE_STRONG, " %-4s ", *share->code ? share->code : "?");
		document_more(document, STYLE_PLAIN, "%-28s %4zu ", share->name, share->count);
		document_more(document, STYLE_FAIL, "%s", bar);
		document_more(document, STYLE_DIM, " ");
		document_hang(document, STYLE_DIM, share->levers ? share->levers : "t looks at them", 6);
	}
	document_blank(document);
}

/* -20 … +60 points on a line: where the interval lies, and the gain in it. */
static void interval_add(struct document *document, const struct candidate *candidate)
{
	char line[64];
	int width = 33;
	for (int i = 0; i < width; i++) {
		double at = -.2 + .8 * i / (width - 1), half = .4 / (width - 1);
		bool gain = fabs(at - fmin(.6, fmax(-.2, candidate->gain))) <= half, /* what lies beyond stands at the end */
		     inside = at >= candidate->interval.low && at <= candidate->interval.high;
		line[i] = gain ? '*' : inside ? '=' : fabs(at) <= half ? '|' : '.';
	}
	line[width] = 0;
	document_print(document, STYLE_DIM, "     -20 %s +60 points", line);
}

static void candidate_add(
	struct document *document, const struct advice *advice, const struct candidate *candidate, unsigned chosen)
{
	struct arena *arena = document->arena;
	if (candidate->rule->remedy) {
		document_print(document, STYLE_STRONG | chosen, " mend: %s", candidate->lever);
		document_text(document, STYLE_PLAIN, text_of(candidate->why), 5);
		document_text(document, STYLE_DIM, text_of(candidate->rule->sentence), 5);
		document_text(document, STYLE_KEY, text_of(candidate->command), 5);
		document_blank(document);
		return;
	}
	document_print(document, STYLE_STRONG | chosen, " %d. %s", candidate->rank, candidate->lever);
	document_more(document, STYLE_DIM, "  (%s %s)", evidence_kind(candidate), candidate->evidence);
	document_print(document, STYLE_PASS, "     %s", points_format(arena, candidate->gain));
	document_hang(document, STYLE_PLAIN,
		arena_format(arena, "%s of all cases, 95%% %s; p %s", candidate->bound ? " at most" : "",
			points_interval_format(arena, candidate->interval), p_format(arena, candidate->p)),
		5);
	interval_add(document, candidate);
	const char *parts = candidate_parts(advice, candidate, arena);
	if (parts)
		document_text(document, STYLE_PLAIN, text_of(arena_format(arena, "its parts: %s", parts)), 5);
	document_text(document, STYLE_PLAIN,
		text_of(arena_format(arena, "answers to %s of the failures (%s), %s %s of all cases",
			percent_format(arena, candidate->share), *candidate->modes ? candidate->modes : "-",
			candidate->proposal ? "may lose" : "loses",
			isnan(candidate->breaks) ? "an unknown share" : percent_format(arena, candidate->breaks))),
		5);
	if (!isnan(candidate->cost))
		document_text(document, STYLE_PLAIN,
			text_of(earning_words(candidate, arena)), 5);
	if (candidate->data)
		document_text(document, STYLE_PLAIN, text_of(arena_format(arena, "data: %s", candidate->data)), 5);
	document_text(document, STYLE_DIM, text_of(candidate->rule->sentence), 5);
	if (candidate->add_first)
		document_text(document, STYLE_PLAIN, text_of(arena_format(arena, "add %s", candidate->add_first)), 5);
	if (candidate->add)
		document_text(document, STYLE_PLAIN, text_of(arena_format(arena, "under variants: %s", candidate->add)), 5);
	document_text(document, STYLE_KEY, text_of(candidate->command ? candidate->command : "confirm it as a variant of its own"), 5);
	document_blank(document);
}

static void others_add(struct document *document, const struct advice *advice)
{
	document_print(document, STYLE_HEAD, "not recommended");
	for (size_t i = 0; i < advice->candidate_count; i++) {
		const struct candidate *candidate = &advice->candidates[i];
		if (candidate->recommended)
			continue;
		document_print(
			document, STYLE_PLAIN, " %-11s %-18s ", candidate->lever, candidate->evidence ? candidate->evidence : "-");
		document_hang(document, STYLE_DIM, candidate->disqualified ? candidate->disqualified : candidate->why, 4);
	}
	document_blank(document);
}

static void page_make(struct screen *screen, int width)
{
	struct advice_screen *state = screen->state;
	const struct advice *advice = state->page.view.advice;
	struct document *document = &state->page.document;
	arena_reset(state->page.arena);
	*document = document_make(state->page.arena, width);
	document_print(document, STYLE_NOTICE, "%s%s",
		arena_format(state->page.arena, "%s: ", advice_verdict_words(advice->verdict)),
		advice->first ? advice->first->lever : "");
	document_text(document, STYLE_PLAIN, text_of(advice->reason), 2);
	document_text(document, STYLE_DIM, text_of(advice->stage), 2);
	document_blank(document);
	alarms_add(document, advice);
	path_add(document, advice);
	if (state->page.view.evidence->failing)
		modes_add(document, advice);
	for (size_t i = 0; i < advice->candidate_count; i++) {
		const struct candidate *candidate = &advice->candidates[i];
		bool chosen = candidate == advice_chosen(state);
		if (chosen)
			state->page.chosen_line = (long)document->count;
		if (candidate->recommended)
			candidate_add(document, advice, candidate, chosen && recommended_count(state) > 1 ? STYLE_SELECTED : 0);
	}
	costs_add(document, advice);
	curve_add(document, advice, advice->first, screen->bench->options->project);
	others_add(document, advice);
}

static void advice_draw(struct screen *screen, const struct canvas *canvas)
{
	advice_page_draw(screen, canvas, page_make);
}

static void advice_title(struct screen *screen, struct arena *arena, const char **left, const char **right)
{
	const struct advice_screen *state = screen->state;
	*left = arena_format(
		arena, "lever  advice%s%s", state->page.view.advice ? " on " : "", state->page.view.advice ? evidence_name(state->page.view.advice) : "");
	*right = pager_position(&state->page.pager, &state->page.document, arena);
}

static bool advice_search(struct screen *screen, const char *text, struct error *error)
{
	struct advice_screen *state = screen->state;
	pager_begin_search(&state->page.pager, &state->page.document, screen, text);
	return true;
}

static const char *advice_search_text(const struct screen *screen)
{
	const struct advice_screen *state = screen->state;
	return state->page.pager.words;
}

static unsigned advice_go(struct screen *screen, const struct action *action)
{
	const struct advice_screen *state = screen->state;
	return screen_open(screen, action->value ? "modes" : "triage",
		&(struct target){.run = advice_view_run(&state->page.view), .from = screen});
}

static unsigned advice_choose(struct screen *screen, const struct action *action)
{
	struct advice_screen *state = screen->state;
	size_t count = recommended_count(state);
	state->chosen = (state->chosen + count + (size_t)action->value) % count;
	state->page.document = (struct document){0};
	state->page.reveal = true;
	return EFFECT_REDRAW;
}

static const char *choose_blocked(const struct screen *screen, const struct action *action)
{
	size_t count = recommended_count(screen->state);
	return count > 1 ? NULL : count ? "one lever alone is recommended" : "no lever is recommended yet";
}

static unsigned advice_cases(struct screen *screen, const struct action *action)
{
	const struct advice_screen *state = screen->state;
	return screen_open(screen, advice_chosen(state) ? "mode-cases" : "triage",
		&(struct target){.run = state->page.view.evidence->run.id, .from = screen});
}

/* ---- the confirming command ---------------------------------------------------------------------------------------------------- */

#define RUN_COMMAND "lever run --variant "

/* The variant that the chosen lever's command runs; NULL: the command is another one, or the project lacks it. */
static const char *variant_to_run(const struct screen *screen)
{
	const struct advice_screen *state = screen->state;
	const struct project *project = screen->bench->options->project;
	const struct candidate *first = advice_chosen(state);
	if (!first || !first->command || !text_starts(text_of(first->command), TEXT(RUN_COMMAND)))
		return NULL;
	const char *name = first->command + strlen(RUN_COMMAND);
	for (size_t i = 0; project && i < project->variant_count; i++)
		if (!strcmp(project->variants[i]->name, name))
			return name;
	return NULL;
}

static const char *confirm_blocked(const struct screen *screen, const struct action *action)
{
	const struct advice_screen *state = screen->state;
	const struct candidate *first = advice_chosen(state);
	if (!first || !first->command)
		return "no lever is recommended yet";
	if (variant_to_run(screen))
		return run_blocked(screen->bench);
	return first->add ? "lever.yaml lacks the variant: add the lines above, then s runs it"
			  : "this one is run in a shell, as it stands above";
}

static const char *confirm_question(struct screen *screen, struct arena *arena)
{
	const char *variant = variant_to_run(screen), *question = run_question(screen->bench, variant, arena);
	return question ? arena_format(arena, "%s: %s", variant, question) : NULL;
}

static unsigned confirm_run(struct screen *screen, const struct action *action)
{
	return run_begin(screen, variant_to_run(screen));
}

static bool advice_has_row(const struct screen *screen)
{
	const struct advice_screen *state = screen->state;
	return state->page.view.advice != NULL;
}

static struct target advice_target(const struct screen *screen)
{
	const struct advice_screen *state = screen->state;
	return (struct target){.run = advice_view_run(&state->page.view)};
}

static const struct action advice_actions[] = {
	{"open-cases", "Enter", "cases", "the cases that the lever rests on", ACTION_ROW, .run = advice_cases},
	{"next-lever", "Tab", "lever", "the next one that is recommended", ACTION_ROW, 1, advice_choose, choose_blocked},
	{"previous-lever", "S-Tab", NULL, "the one before", ACTION_ROW, -1, advice_choose, choose_blocked},
	{"triage", "t", "triage", "look at the failures one by one", .run = advice_go},
	{"modes", "m", "modes", "failure modes by variant", .value = 1, .run = advice_go},
	{"confirm", "x", "confirm", "run the variant that would confirm the lever", ACTION_ROW | ACTION_DANGER,
		.run = confirm_run, .blocked = confirm_blocked, .question = confirm_question},
	ACTION_START_RUN,
	ACTION_WATCH_RUN,
	{0},
};

const struct screen_type screen_advice = {
	.name = "advice",
	.summary = "which lever to pull next, and the evidence",
	.help = "The path from prompts to tuned models and where the project stands on it, why cases fail, what each lever would "
		"gain over all cases with "
		"its 95% interval (the line shows -20 to +60 points, * the gain, = the interval), what it costs, and the command "
		"that would confirm it; x runs it where it is a variant of the project. Of several recommended levers Tab chooses the one "
		"that Enter and x are about. `lever next --explain` has every rule.",
	.state_size = sizeof(struct advice_screen),
	.actions = advice_actions,
	.order = 7,
	.open = advice_page_open,
	.close = advice_page_close,
	.follow = advice_page_follow,
	.load = advice_load,
	.slow = true,
	.title = advice_title,
	.draw = advice_draw,
	.move = advice_page_move,
	.filter_name = "search",
	.filter = advice_search,
	.filter_text = advice_search_text,
	.next_match = advice_page_next_match,
	.has_row = advice_has_row,
	.target = advice_target,
};
