#include "eval/advise/advice.h"
#include "tui/format.h"
#include "tui/widgets/list.h"
#include "tui/workbench.h"
#include <math.h>
#include <stdlib.h>

/* Mode × variant: why the base fails, and how many of each kind every lever and probe of it gets right. */

struct flow {
	size_t fixed, asked;
};
struct mode_row {
	const char *code, *name; /* code "": unexplained */
	size_t count;
	struct flow *flows; /* by column */
	size_t first;	    /* index of a case */
};
struct modes {
	struct arena *arena;
	struct evidence *evidence;
	struct mode_row *rows;
	size_t row_count, room;
	const struct evidence_arm **columns;
	size_t column_count;
	struct flow *broken; /* by column: passing cases asked, and lost */
	struct list list;
	size_t left; /* first column shown */
	bool probes; /* probes beside variants */
	long long run;
};

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

static struct mode_row *row_of(struct modes *modes, const char *code)
{
	for (size_t i = 0; i < modes->row_count; i++)
		if (strcmp(modes->rows[i].code, code) == 0)
			return &modes->rows[i];
	const struct failure_mode *mode = failure_mode_find(code);
	struct mode_row *row = LIST_MORE(modes->arena, modes->rows, modes->row_count, modes->room);
	*row = (struct mode_row){.code = code, .name = mode ? mode->name : *code ? code : "unexplained"};
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

static void case_count(struct modes *modes, size_t at)
{
	struct evidence *evidence = modes->evidence;
	if (isnan(evidence->arms[evidence->base].rate[at]))
		return;
	bool fails = case_fails(evidence, at);
	struct mode_row *row = fails ? row_of(modes, evidence->cases[at].mode ? evidence->cases[at].mode : "") : NULL;
	if (row && !row->count++)
		row->first = at;
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
	struct evidence_options options = {.run = modes->run};
	struct evidence *evidence = NULL;
	if (!evidence_load(screen_store(screen), screen->bench->options->project, &options, &evidence, error))
		return false;
	evidence_free(modes->evidence);
	arena_reset(modes->arena);
	modes->evidence = evidence;
	modes->rows = NULL;
	modes->row_count = modes->room = 0;
	columns_list(modes);
	for (size_t at = 0; at < evidence->case_count; at++)
		case_count(modes, at);
	if (modes->row_count)
		qsort(modes->rows, modes->row_count, sizeof *modes->rows, by_count);
	list_set_count(&modes->list, (long long)modes->row_count);
	return true;
}

/* ---- drawing --------------------------------------------------------------------------------------------------------------------
 */

#define NAME_WIDTH 30
#define COLUMN_WIDTH 14

static void head_draw(const struct modes *modes, const struct canvas *canvas)
{
	canvas_field(canvas, 0, 0, NAME_WIDTH, TEXT("mode"), false, STYLE_HEAD);
	canvas_field(canvas, 0, NAME_WIDTH, 7, TEXT("fails"), true, STYLE_HEAD);
	for (size_t c = modes->left; c < modes->column_count; c++) {
		const struct evidence_arm *arm = modes->columns[c];
		int at = NAME_WIDTH + 8 + (int)(c - modes->left) * COLUMN_WIDTH;
		canvas_field(canvas, 0, at, COLUMN_WIDTH - 1, text_of(arm->probe ? arm->probe : arm->arm.name), true,
			arm->probe ? STYLE_DIM : STYLE_HEAD);
	}
}

static void flow_draw(const struct canvas *canvas, int line, int at, const struct flow *flow, bool loss, unsigned selected)
{
	if (!flow->asked)
		return;
	const char *words = arena_format(canvas->arena, "%s%zu of %zu", loss ? "-" : "+", flow->fixed, flow->asked);
	unsigned style = !flow->fixed ? STYLE_DIM : loss ? STYLE_FAIL : STYLE_PASS;
	canvas_field(canvas, line, at, COLUMN_WIDTH - 1, text_of(words), true, style | selected);
}

static void row_draw(
	const struct modes *modes, const struct canvas *canvas, int line, const struct mode_row *row, unsigned selected)
{
	canvas_fill(canvas, line, STYLE_PLAIN | selected);
	canvas_field(canvas, line, 0, NAME_WIDTH,
		text_of(arena_format(canvas->arena, "%-4s %s", *row->code ? row->code : "?", row->name)), false,
		STYLE_STRONG | selected);
	canvas_field(
		canvas, line, NAME_WIDTH, 7, text_of(arena_format(canvas->arena, "%zu", row->count)), true, STYLE_FAIL | selected);
	for (size_t c = modes->left; c < modes->column_count; c++)
		flow_draw(canvas, line, NAME_WIDTH + 8 + (int)(c - modes->left) * COLUMN_WIDTH, &row->flows[c], false, selected);
}

static void modes_draw(struct screen *screen, const struct canvas *canvas)
{
	struct modes *modes = screen->state;
	struct canvas inner = canvas_part(canvas, 0, 1, canvas->height, canvas->width - 1);
	if (!modes->row_count) {
		canvas_print(canvas, 1, 1, STYLE_PLAIN, "Nothing fails here, or nothing was run yet.");
		return;
	}
	head_draw(modes, &inner);
	list_set_height(&modes->list, canvas->height - 4);
	int line = 1;
	for (long long at = modes->list.top; line <= modes->list.height && at < modes->list.count; at++, line++)
		row_draw(modes, &inner, line, &modes->rows[at], at == modes->list.selected ? STYLE_SELECTED : 0);
	canvas_field(&inner, line + 1, 0, NAME_WIDTH, TEXT("passing cases that it loses"), false, STYLE_DIM);
	for (size_t c = modes->left; c < modes->column_count; c++)
		flow_draw(&inner, line + 1, NAME_WIDTH + 8 + (int)(c - modes->left) * COLUMN_WIDTH, &modes->broken[c], true, 0);
}

static void modes_title(struct screen *screen, struct arena *arena, const char **left, const char **right)
{
	const struct modes *modes = screen->state;
	const struct evidence *evidence = modes->evidence;
	*left = arena_format(
		arena, "lever  failure modes%s%s", evidence ? " of " : "", evidence ? evidence->arms[evidence->base].arm.name : "");
	*right = evidence ? arena_format(arena, "run %lld: %zu of %zu cases fail", evidence->run.id, evidence->failing,
				    evidence->case_count)
			  : "";
}

static unsigned modes_move(struct screen *screen, enum motion motion, long long count)
{
	struct modes *modes = screen->state;
	return list_move(&modes->list, motion, count) ? EFFECT_REDRAW : EFFECT_NONE;
}

static unsigned modes_shift(struct screen *screen, const struct action *action)
{
	struct modes *modes = screen->state;
	if (action->value > 0 && modes->left + 1 < modes->column_count)
		modes->left++;
	if (action->value < 0 && modes->left)
		modes->left--;
	return EFFECT_REDRAW;
}

static unsigned modes_probes(struct screen *screen, const struct action *action)
{
	struct modes *modes = screen->state;
	modes->probes = !modes->probes;
	modes->left = 0;
	return EFFECT_REQUERY | EFFECT_REDRAW;
}

static unsigned modes_case(struct screen *screen, const struct action *action)
{
	const struct modes *modes = screen->state;
	const struct evidence *evidence = modes->evidence;
	const struct mode_row *row = &modes->rows[modes->list.selected];
	return screen_open(screen, "case",
		&(struct target){.run = evidence->run.id, .position = evidence->cases[row->first].position, .from = screen});
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
	{"open-case", "Enter", "case", "the first case that fails in this way", ACTION_ROW, .run = modes_case},
	{"triage", "t", "triage", "look at the failures one by one", ACTION_ROW, .run = modes_triage},
	{"probes", "p", "probes", "probes beside the variants, or variants alone", .run = modes_probes},
	{"columns-right", "l Right", NULL, "further columns", .value = 1, .run = modes_shift},
	{"columns-left", "h Left", NULL, "earlier columns", .value = -1, .run = modes_shift},
	{0},
};

const struct screen_type screen_modes = {
	.name = "modes",
	.summary = "why the base fails, and what each lever fixes and breaks of it",
	.help = "A row is a failure mode of the base, a column a variant: +7 of 12 says that seven of the twelve cases failing in "
		"this way pass there. "
		"The last line counts the passing cases that a variant loses. p puts the probes beside them.",
	.state_size = sizeof(struct modes),
	.actions = modes_actions,
	.order = 6,
	.open = modes_open,
	.close = modes_close,
	.follow = modes_follow,
	.load = modes_load,
	.title = modes_title,
	.draw = modes_draw,
	.move = modes_move,
	.has_row = modes_has_row,
	.target = modes_target,
};
