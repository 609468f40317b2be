#include "tui/screens/modes.h"
#include "tui/workbench.h"
#include <math.h>
#include <stdlib.h>

/* Mode × variant: why the base fails, and how many of each kind every lever and probe of it gets right. */

static bool modes_open(struct screen *screen, const struct target *target, struct error *error)
{
	struct modes *modes = screen->state;
	modes->arena = arena_create();
	modes->run = target->run;
	return true;
}

static void modes_follow(struct screen *screen, long long from, long long to)
{
	struct modes *modes = screen->state;
	if (modes->run == from)
		modes->run = to;
}

static void modes_close(struct screen *screen)
{
	struct modes *modes = screen->state;
	evidence_free(modes->evidence);
	arena_free(modes->arena);
}

static struct mode_row *row_of(struct modes *modes, const struct project *project, const char *code)
{
	for (size_t i = 0; i < modes->row_count; i++)
		if (strcmp(modes->rows[i].code, code) == 0)
			return &modes->rows[i];
	struct mode_row *row = LIST_MORE(modes->arena, modes->rows, modes->row_count, modes->room);
	*row = (struct mode_row){.code = code, .name = mode_words_of(project, code).name};
	row->flows = arena_take(modes->arena, (modes->column_count + 1) * sizeof *row->flows);
	return row;
}

static void columns_list(struct modes *modes)
{
	struct evidence *evidence = modes->evidence;
	modes->columns = arena_take(modes->arena, (evidence->arm_count + 1) * sizeof *modes->columns);
	modes->column_count = 0;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		if (i != evidence->base && arm->measured && (arm->probe ? modes->probes && arm->steps == 1 : true))
			modes->columns[modes->column_count++] = arm;
	}
	modes->broken = arena_take(modes->arena, (modes->column_count + 1) * sizeof *modes->broken);
}

const char *mode_of_case(const struct evidence *evidence, size_t at)
{
	return evidence->cases[at].mode ? evidence->cases[at].mode : "";
}

static void case_count(struct modes *modes, const struct project *project, size_t at)
{
	struct evidence *evidence = modes->evidence;
	if (isnan(evidence->arms[evidence->base].rate[at]))
		return;
	bool fails = case_fails(evidence, at);
	struct mode_row *row = fails ? row_of(modes, project, mode_of_case(evidence, at)) : NULL;
	if (row)
		row->count++;
	for (size_t c = 0; c < modes->column_count; c++) {
		enum known right = arm_right(modes->columns[c], at);
		struct flow *flow = row ? &row->flows[c] : &modes->broken[c];
		flow->asked += right != NOT_KNOWN;
		flow->fixed += row ? right == KNOWN_YES : right == KNOWN_NO;
	}
}

static int by_count(const void *left, const void *right)
{
	const struct mode_row *a = left, *b = right;
	return a->count > b->count ? -1 : a->count < b->count;
}

static bool modes_load(struct screen *screen, struct error *error)
{
	struct modes *modes = screen->state;
	struct evidence_options options = {.run = modes->run, .unsearched = true};
	CLEANUP(arena_release) struct arena *scratch = arena_create();
	struct evidence *evidence = NULL;
	options.blind = blind_rater(screen->bench, scratch);
	if (!evidence_load(screen_store(screen), screen->bench->options->project, &options, &evidence, error))
		return false;
	evidence_free(modes->evidence);
	arena_reset(modes->arena);
	modes->evidence = evidence;
	modes->rows = NULL;
	modes->row_count = modes->room = 0;
	columns_list(modes);
	for (size_t at = 0; at < evidence->case_count; at++)
		case_count(modes, screen->bench->options->project, at);
	if (modes->row_count)
		qsort(modes->rows, modes->row_count, sizeof *modes->rows, by_count);
	list_set_count(&modes->list, modes->row_count ? (long long)modes->row_count + 1 : 0);
	if (modes->column > modes->column_count)
		modes->column = modes->column_count;
	return true;
}

const struct mode_row *modes_row_selected(const struct modes *modes)
{
	return (size_t)modes->list.selected < modes->row_count ? &modes->rows[modes->list.selected] : NULL;
}

const struct evidence_arm *modes_arm_selected(const struct modes *modes)
{
	return modes->column ? modes->columns[modes->column - 1] : NULL;
}

/* ---- drawing ------------------------------------------------------------------------------------------------------- */

#define NAME_WIDTH 29
#define COUNT_WIDTH 7
#define COLUMN_LEAST 13
#define COLUMN_MOST 24
#define COLUMNS_AT (NAME_WIDTH + COUNT_WIDTH + 1)

static const char *column_name(const struct modes *modes, size_t column)
{
	const struct evidence_arm *arm = modes->columns[column];
	return arm->probe ? arm->probe : arm->arm.name;
}

/* A name is wholly seen, a blank behind it included, unless it is a very long one. */
static int column_width(const struct modes *modes, size_t column)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	int width = cells_of_string(arena, column_name(modes, column)).width + 1;
	return width < COLUMN_LEAST ? COLUMN_LEAST : width > COLUMN_MOST ? COLUMN_MOST : width;
}

/* How many fit from this one on; one is always shown. */
static size_t columns_fitting(const struct modes *modes, size_t left, int width)
{
	size_t end = left;
	for (int at = COLUMNS_AT; end < modes->column_count && (at += column_width(modes, end)) <= width;)
		end++;
	return end > left || left >= modes->column_count ? end - left : 1;
}

/* The selected column is always seen, and no room is left empty while there are columns on the left. */
static void columns_settle(struct modes *modes, int width)
{
	if (modes->left > modes->column_count)
		modes->left = modes->column_count;
	if (modes->column && modes->column - 1 < modes->left)
		modes->left = modes->column - 1;
	while (modes->left && modes->left - 1 + columns_fitting(modes, modes->left - 1, width) == modes->column_count)
		modes->left--;
	while (modes->column > modes->left + columns_fitting(modes, modes->left, width))
		modes->left++;
	modes->seen = columns_fitting(modes, modes->left, width);
}

static int column_at(const struct modes *modes, size_t column)
{
	int at = COLUMNS_AT;
	for (size_t c = modes->left; c < column; c++)
		at += column_width(modes, c);
	return at;
}

static void head_draw(const struct modes *modes, const struct canvas *canvas)
{
	size_t end = modes->left + modes->seen;
	canvas_field(canvas, 0, 0, NAME_WIDTH, TEXT("mode"), false, STYLE_HEAD);
	canvas_field(canvas, 0, NAME_WIDTH, COUNT_WIDTH, TEXT("fails"), true, STYLE_HEAD);
	for (size_t c = modes->left; c < end; c++)
		canvas_field(canvas, 0, column_at(modes, c), column_width(modes, c) - 1, text_of(column_name(modes, c)), true,
			modes->columns[c]->probe ? STYLE_DIM : STYLE_HEAD);
	if (modes->left)
		canvas_text(canvas, 0, COLUMNS_AT - 1, text_of(sign_of(SIGN_LEFT)), STYLE_KEY);
	if (end < modes->column_count)
		canvas_text(canvas, 0, column_at(modes, end) - 1, text_of(sign_of(SIGN_RIGHT)), STYLE_KEY);
}

static unsigned cell_style(const struct modes *modes, bool selected, size_t column)
{
	return selected ? STYLE_SELECTED | (column == modes->column ? (unsigned)STYLE_CURSOR : 0) : 0;
}

static void flow_draw(
	const struct canvas *canvas, int line, int at, int width, const struct flow *flow, bool loss, unsigned selected)
{
	const char *words =
		flow->asked ? arena_format(canvas->arena, "%s%zu of %zu", loss ? "-" : "+", flow->fixed, flow->asked) : "";
	unsigned style = !flow->fixed ? STYLE_DIM : loss ? STYLE_FAIL : STYLE_PASS;
	canvas_field(canvas, line, at, width, text_of(words), true, style | selected);
}

/* `row` NULL: the passing cases that are lost. */
static void row_draw(const struct modes *modes, const struct canvas *canvas, int line, const struct mode_row *row, bool selected)
{
	const struct flow *flows = row ? row->flows : modes->broken;
	const char *name = row ? arena_format(canvas->arena, "%-4s %s", *row->code ? row->code : "?", row->name)
			       : "passing cases that it loses";
	const char *count = row ? arena_format(canvas->arena, "%zu", row->count) : "";
	unsigned plain = selected ? STYLE_SELECTED : 0;
	canvas_fill(canvas, line, STYLE_PLAIN | plain);
	canvas_field(canvas, line, 0, NAME_WIDTH, text_of(name), false, (row ? STYLE_STRONG : STYLE_DIM) | plain);
	canvas_field(canvas, line, NAME_WIDTH, COUNT_WIDTH, text_of(count), true, STYLE_FAIL | cell_style(modes, selected, 0));
	for (size_t c = modes->left; c < modes->left + modes->seen; c++)
		flow_draw(canvas, line, column_at(modes, c), column_width(modes, c) - 1, &flows[c], !row,
			cell_style(modes, selected, c + 1));
}

static void modes_draw(struct screen *screen, const struct canvas *canvas)
{
	struct modes *modes = screen->state;
	struct canvas inner = canvas_part(canvas, 0, 1, canvas->height, canvas->width - 1);
	columns_settle(modes, inner.width);
	if (!modes->row_count) {
		canvas_print(canvas, 1, 1, STYLE_PLAIN, "Nothing fails here, or nothing was run yet.");
		return;
	}
	head_draw(modes, &inner);
	list_set_height(&modes->list, canvas->height - 3);
	int line = 1;
	for (long long at = modes->list.top; line <= modes->list.height && at < (long long)modes->row_count; at++, line++)
		row_draw(modes, &inner, line, &modes->rows[at], at == modes->list.selected);
	row_draw(modes, &inner, line + 1, NULL, !modes_row_selected(modes));
}

static void modes_title(struct screen *screen, struct arena *arena, const char **left, const char **right)
{
	const struct modes *modes = screen->state;
	const struct evidence *evidence = modes->evidence;
	*left = arena_format(
		arena, "lever  failure modes%s%s%s", evidence ? " of " : "", evidence ? evidence->arms[evidence->base].arm.name : "",
		evidence && evidence->blind ? " (blind)" : "");
	const char *variants = modes->seen < modes->column_count
				       ? arena_format(arena, "%zu-%zu of %zu %s · ", modes->left + 1, modes->left + modes->seen,
						 modes->column_count, modes->probes ? "columns" : "variants")
				       : "";
	*right = evidence ? arena_format(arena, "%srun %lld: %zu of %zu %s", variants, evidence->run.id, evidence->failing,
				    evidence->case_count, *variants ? "fail" : "cases fail")
			  : "";
}

static unsigned modes_move(struct screen *screen, enum motion motion, long long count)
{
	struct modes *modes = screen->state;
	return list_move(&modes->list, motion, count) ? EFFECT_REDRAW : EFFECT_NONE;
}

static unsigned modes_column(struct screen *screen, const struct action *action)
{
	struct modes *modes = screen->state;
	if (action->value > 0 ? modes->column < modes->column_count : modes->column > 0)
		modes->column += (size_t)action->value;
	return EFFECT_REDRAW;
}

static unsigned modes_click(struct screen *screen, int row, int column)
{
	struct modes *modes = screen->state;
	long long at = modes->list.top + row - 1;
	size_t clicked = column - 1 < COLUMNS_AT ? 0 : modes->left + 1;
	if (row < 1 || at >= (long long)modes->row_count)
		return EFFECT_NONE;
	while (clicked && clicked <= modes->column_count && column - 1 >= column_at(modes, clicked))
		clicked++;
	if (clicked > modes->left + modes->seen)
		return EFFECT_NONE;
	modes->column = clicked;
	list_select(&modes->list, at);
	return EFFECT_REDRAW;
}

static unsigned modes_probes(struct screen *screen, const struct action *action)
{
	struct modes *modes = screen->state;
	modes->probes = !modes->probes;
	modes->left = modes->column = 0;
	return EFFECT_REQUERY | EFFECT_REDRAW;
}

static unsigned modes_cases(struct screen *screen, const struct action *action)
{
	return screen_open(screen, "mode-cases", &(struct target){.from = screen});
}

static unsigned modes_triage(struct screen *screen, const struct action *action)
{
	const struct modes *modes = screen->state;
	return screen_open(screen, "triage", &(struct target){.run = modes->evidence->run.id, .from = screen});
}

static bool modes_has_row(const struct screen *screen)
{
	const struct modes *modes = screen->state;
	return modes->row_count > 0;
}

static struct target modes_target(const struct screen *screen)
{
	const struct modes *modes = screen->state;
	return (struct target){.run = modes->evidence ? modes->evidence->run.id : modes->run};
}

static const struct action modes_actions[] = {
	{"open-cases", "Enter", "cases", "the cases behind this number, those that the variant mends (or loses) first", ACTION_ROW,
		.run = modes_cases},
	{"triage", "t", "triage", "look at the failures one by one", ACTION_ROW, .run = modes_triage},
	{"probes", "p", "probes", "probes beside the variants, or variants alone", .run = modes_probes},
	ACTION_BLIND,
	{"column-right", "l Right", "variant", "the next variant", .value = 1, .run = modes_column},
	{"column-left", "h Left", NULL, "the variant before", .value = -1, .run = modes_column},
	{0},
};

const struct screen_type screen_modes = {
	.name = "modes",
	.summary = "why the base fails, and what each lever fixes and breaks of it",
	.help = "A row is a failure mode of the base, a column a variant: +7 of 12 says that seven of the twelve cases failing in "
		"this way pass there. "
		"The last line counts the passing cases that a variant loses. h and l move along the variants, Enter lists the "
		"cases behind a number. p puts the probes beside them. b leaves out what other people than you said "
		"(LEVER_RATER), for a second rater; the advice counts all labels.",
	.state_size = sizeof(struct modes),
	.actions = modes_actions,
	.order = 6,
	.open = modes_open,
	.close = modes_close,
	.follow = modes_follow,
	.load = modes_load,
	.slow = true,
	.title = modes_title,
	.draw = modes_draw,
	.move = modes_move,
	.click = modes_click,
	.has_row = modes_has_row,
	.target = modes_target,
};
