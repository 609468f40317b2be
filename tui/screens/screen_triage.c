#include "eval/advise/triage.h"
#include "eval/base/utf8.h"
#include "eval/store/labels.h"
#include "eval/store/triage.h"
#include "tui/screens/mode_keys.h"
#include "tui/widgets/list.h"
#include "tui/widgets/pager.h"
#include "tui/widgets/table.h"
#include "tui/workbench.h"
#include <stdlib.h>

enum asking { ASK_NOTE, ASK_GOLD };
struct triage_screen {
	struct arena *arena; /* of what is loaded */
	struct evidence *evidence;
	struct triage triage;
	struct list list;
	struct document document;
	struct pager pager;
	long long run, selected; /* attempt */
	const char *rater;
	char *base; /* name of the variant; NULL: as the evidence chooses */
	bool blind;
	enum asking asking;
};

static bool triage_open(struct screen *screen, const struct target *target, struct error *error)
{
	struct triage_screen *state = screen->state;
	state->arena = arena_create();
	state->run = target->run;
	state->pager.match = -1;
	return true;
}

static void triage_close(struct screen *screen)
{
	struct triage_screen *state = screen->state;
	evidence_free(state->evidence);
	arena_free(state->arena);
	free(state->base);
}

static const struct triage_item *item_selected(const struct triage_screen *state)
{
	return state->triage.count ? &state->triage.items[state->list.selected] : NULL;
}

static void selection_restore(struct triage_screen *state)
{
	list_set_count(&state->list, (long long)state->triage.count);
	for (size_t i = 0; i < state->triage.count; i++)
		if (state->triage.items[i].attempt == state->selected)
			list_select(&state->list, (long long)i);
	const struct triage_item *item = item_selected(state);
	state->selected = item ? item->attempt : 0;
}

static bool triage_load(struct screen *screen, struct error *error)
{
	struct triage_screen *state = screen->state;
	struct evidence_options options = {.run = state->run, .base = state->base};
	struct evidence *evidence = NULL;
	struct triage triage;
	CLEANUP(arena_release) struct arena *arena = arena_create();
	const char *rater = rater_name(arena, getenv("LEVER_RATER"));
	if (!evidence_load(screen_store(screen), screen->bench->options->project, &options, &evidence, error))
		return false;
	if (!triage_read(evidence, screen_store(screen), rater, state->blind, arena, &triage, error)) {
		evidence_free(evidence);
		return false;
	}
	evidence_free(state->evidence);
	arena_free(state->arena);
	state->evidence = evidence;
	state->triage = triage;
	state->rater = rater;
	state->arena = arena;
	arena = NULL;
	state->document = (struct document){0};
	selection_restore(state);
	return true;
}

/* ---- writing: each key at once, through a connection of its own
 * ------------------------------------------------------------------ */

typedef bool write_function(struct screen *screen, struct store *store, const void *what, struct error *error);

static unsigned triage_write(struct screen *screen, write_function *function, const void *what)
{
	struct store *store = NULL;
	struct error error = {0};
	bool good = store_open(screen->bench->options->database, STORE_WRITE, &store, &error) && store_begin(store, &error);
	if (good && (!function(screen, store, what, &error) || !store_commit(store, &error))) {
		store_rollback(store);
		good = false;
	}
	if (store)
		store_close(store);
	if (!good)
		screen_say_error(screen, &error);
	return good ? EFFECT_REQUERY | EFFECT_REDRAW : EFFECT_REDRAW;
}

/* After a label the next one to do is under the cursor. */
static void selection_next(struct triage_screen *state)
{
	size_t at = (size_t)state->list.selected;
	if (at + 1 < state->triage.count)
		state->selected = state->triage.items[at + 1].attempt;
}

static bool label_write(struct screen *screen, struct store *store, const void *what, struct error *error)
{
	const struct triage_screen *state = screen->state;
	struct label_row row = {.attempt = state->selected, .mode = what, .act = "put", .source = "person", .author = state->rater};
	return label_put(store, &row, error);
}

static unsigned triage_label(struct screen *screen, const struct action *action)
{
	struct triage_screen *state = screen->state;
	const char *code = mode_key_code(screen->bench->options->project, action->value);
	if (!code) {
		screen_say(screen, "the project has no mode of its own behind this key (`modes:` in lever.yaml)");
		return EFFECT_REDRAW;
	}
	unsigned effects = triage_write(screen, label_write, code);
	if (effects & EFFECT_REQUERY) {
		screen_say(screen, "%s: %s; u takes it back", code, mode_key_name(screen->bench->options->project, action->value));
		selection_next(state);
	}
	return effects;
}

static bool undo_write(struct screen *screen, struct store *store, const void *what, struct error *error)
{
	const struct triage_screen *state = screen->state;
	const char *was;
	CLEANUP(arena_release) struct arena *arena = arena_create();
	return label_undo(store, state->selected, "person", state->rater, arena, &was, error) &&
	       (was || error_set(error, ERROR_USAGE, "there is no label of %s to take back", state->rater));
}

static unsigned triage_undo(struct screen *screen, const struct action *action)
{
	return triage_write(screen, undo_write, NULL);
}

static bool defer_write(struct screen *screen, struct store *store, const void *what, struct error *error)
{
	const struct triage_screen *state = screen->state;
	const struct triage_item *item = item_selected(state);
	return triage_event_put(store, state->selected, item->deferred ? "resumed" : "deferred", state->rater, error);
}

static unsigned triage_defer(struct screen *screen, const struct action *action)
{
	struct triage_screen *state = screen->state;
	unsigned effects = triage_write(screen, defer_write, NULL);
	if (effects & EFFECT_REQUERY)
		selection_next(state);
	return effects;
}

static bool note_write(struct screen *screen, struct store *store, const void *what, struct error *error)
{
	const struct triage_screen *state = screen->state;
	const struct triage_item *item = item_selected(state);
	const char *mode = item->own ? item->own : item->mode;
	if (!mode)
		return error_set(error, ERROR_USAGE, "a note goes with a mode: give it one first");
	struct label_row row = {
		.attempt = state->selected, .mode = mode, .act = "withdrawn", .source = "person", .author = state->rater};
	if (item->own && !label_put(store, &row, error))
		return false;
	row.act = "put";
	row.note = what;
	return label_put(store, &row, error);
}

static bool gold_write(struct screen *screen, struct store *store, const void *what, struct error *error)
{
	const struct triage_screen *state = screen->state;
	if (!screen->bench->options->project)
		return error_set(error, ERROR_USAGE, "there is no lever.yaml here whose cases could be mended");
	return gold_mend(store, screen->bench->options->project, state->evidence->run.test_set, item_selected(state)->id, what,
		state->arena, error);
}

/* ---- the line at the bottom: a note, or a new expected answer
 * ---------------------------------------------------------------------- */

static unsigned triage_ask(struct screen *screen, const struct action *action)
{
	struct triage_screen *state = screen->state;
	state->asking = (enum asking)action->value;
	filter_ask(screen->bench);
	screen_say(screen, "%s", state->asking == ASK_GOLD ? "the expected answer as it should be" : "a note on this failure");
	return EFFECT_REDRAW;
}

static bool triage_answer(struct screen *screen, const char *text, struct error *error)
{
	struct triage_screen *state = screen->state;
	if (!*text || !item_selected(state))
		return true;
	unsigned effects = triage_write(screen, state->asking == ASK_GOLD ? gold_write : note_write, text);
	if (effects & EFFECT_REQUERY && state->asking == ASK_GOLD)
		screen_say(screen, "mended in the file; s runs: what is stored is scored anew, without a call");
	effects_apply(screen->bench, effects);
	return true;
}

static const char *triage_answer_text(const struct screen *screen)
{
	return "";
}

static unsigned triage_blind(struct screen *screen, const struct action *action)
{
	struct triage_screen *state = screen->state;
	state->blind = !state->blind;
	screen_say(screen, "%s", state->blind ? "blind: what other people said is hidden" : "what other people said is shown");
	return EFFECT_REQUERY | EFFECT_REDRAW;
}

static unsigned triage_case(struct screen *screen, const struct action *action)
{
	const struct triage_screen *state = screen->state;
	const struct evidence *evidence = state->evidence;
	const struct triage_item *item = item_selected(state);
	struct target target = {.run = evidence->run.id,
		.position = evidence->cases[item->at].position,
		.version = evidence->arms[evidence->base].arm.version,
		.from = screen};
	return screen_open(screen, "case", &target);
}

static unsigned triage_move(struct screen *screen, enum motion motion, long long count)
{
	struct triage_screen *state = screen->state;
	if (!list_move(&state->list, motion, count))
		return EFFECT_NONE;
	state->selected = item_selected(state)->attempt;
	state->document = (struct document){0};
	state->pager.top = 0;
	return EFFECT_REDRAW;
}

/* ---- drawing
 * --------------------------------------------------------------------------------------------------------------------------- */

static void detail_make(struct screen *screen, int width)
{
	struct triage_screen *state = screen->state;
	const struct triage_item *item = item_selected(state);
	const struct evidence_case *row = &state->evidence->cases[item->at];
	struct outcome_texts texts;
	struct error error;
	struct document *document = &state->document;
	*document = document_make(state->arena, width);
	if (!outcome_texts(
		    screen_store(screen), state->evidence->run.id, row->position, item->attempt, state->arena, &texts, &error)) {
		document_print(document, STYLE_ERROR, "%s", error.message);
		return;
	}
	document_print(document, STYLE_HEAD, "because");
	document_more(document, STYLE_PLAIN, "   %s%s%s",
		item->own    ? item->own_note ? item->own_note : "(your label)"
		: item->note ? item->note
			     : "nobody and nothing has explained it",
		item->author ? "  · " : "", item->author ? item->author : "");
	document_print(document, STYLE_HEAD, "input");
	document_text(document, STYLE_PLAIN, texts.vars, 2);
	document_print(document, STYLE_HEAD, "expected");
	document_text(document, STYLE_PASS, texts.expected.data ? texts.expected : TEXT("none"), 2);
	document_print(document, STYLE_HEAD, "output");
	document_text(document, STYLE_FAIL, texts.output.data ? texts.output : TEXT("none"), 2);
	if (texts.extracted.data) {
		document_print(document, STYLE_HEAD, "taken from it as the answer");
		document_text(document, STYLE_PLAIN, texts.extracted, 2);
	}
}

enum { COLUMN_CASE, COLUMN_STATE, COLUMN_MODE, COLUMN_FROM, COLUMN_WHY };
static const struct table_column columns_wanted[] = {
	[COLUMN_CASE] = {"case", 12, .most = 24},
	[COLUMN_STATE] = {"state", 8, .rank = 3},
	[COLUMN_MODE] = {"mode", 26, .rank = 1},
	[COLUMN_FROM] = {"from", 8, .rank = 2},
	[COLUMN_WHY] = {"because", 20, .grow = true, .rank = 4},
};

static void item_draw(const struct triage_screen *state, const struct table_column *columns, const struct canvas *canvas, int line,
	const struct triage_item *item, unsigned selected)
{
	const char *code = item->own ? item->own : item->mode;
	const struct failure_mode *mode = code ? failure_mode_find(code) : NULL;
	canvas_fill(canvas, line, STYLE_PLAIN | selected);
	table_cell(&columns[COLUMN_CASE], canvas, line, item->id, STYLE_STRONG | selected);
	table_cell(&columns[COLUMN_STATE], canvas, line,
		item->own	 ? "labelled"
		: item->deferred ? "deferred"
				 : "to do",
		(item->own		 ? STYLE_PASS
			: item->deferred ? STYLE_DIM
					 : STYLE_WAITING) |
			selected);
	table_cell(&columns[COLUMN_MODE], canvas, line,
		!code  ? "?"
		: mode ? arena_format(canvas->arena, "%s %s", code, mode->name)
		       : code,
		selected);
	table_cell(&columns[COLUMN_FROM], canvas, line, item->own ? state->rater : item->source, STYLE_DIM | selected);
	table_cell(&columns[COLUMN_WHY], canvas, line, item->own ? item->own_note : item->note, selected);
}

static void triage_draw(struct screen *screen, const struct canvas *canvas)
{
	struct triage_screen *state = screen->state;
	struct table_column columns[COUNT(columns_wanted)];
	if (!state->triage.count) {
		canvas_print(canvas, 1, 1, STYLE_PLAIN, "Nothing fails here, or nothing was run yet.");
		return;
	}
	memcpy(columns, columns_wanted, sizeof columns);
	table_layout(columns, COUNT(columns), canvas->width - 1);
	int list_height = canvas->height / 3 > 4 ? canvas->height / 3 : 4;
	struct canvas list = canvas_part(canvas, 0, 1, list_height, canvas->width - 1);
	table_head(columns, COUNT(columns), &list, 0);
	list_set_height(&state->list, list.height - 1);
	for (int line = 0; line < state->list.height && state->list.top + line < state->list.count; line++) {
		long long at = state->list.top + line;
		item_draw(
			state, columns, &list, line + 1, &state->triage.items[at], at == state->list.selected ? STYLE_SELECTED : 0);
	}
	int legend_rows =
		(canvas->height >= 18) ? (21 + canvas->width / 26 - 1) / (canvas->width / 26 > 0 ? canvas->width / 26 : 1) + 1 : 0;
	int detail_height = canvas->height - list_height - legend_rows;
	struct canvas detail = canvas_part(canvas, list_height, 1, detail_height, canvas->width - 2);
	if (!state->document.arena || state->document.width != detail.width)
		detail_make(screen, detail.width);
	pager_draw(&state->pager, &state->document, &detail);
	if (legend_rows) {
		struct canvas legend = canvas_part(canvas, list_height + detail_height, 1, legend_rows, canvas->width - 1);
		mode_keys_draw(screen->bench->options->project, &legend);
	}
}

static void triage_title(struct screen *screen, struct arena *arena, const char **left, const char **right)
{
	const struct triage_screen *state = screen->state;
	const struct triage *triage = &state->triage;
	*left = arena_format(arena, "lever  triage%s%s", state->evidence ? " of " : "",
		state->evidence ? state->evidence->arms[state->evidence->base].arm.name : "");
	*right = arena_format(arena, "%s: %zu of %zu labelled · %zu new codes in the last %zu%s", state->rater ? state->rater : "",
		triage->done, triage->count, triage->recent_new, triage->recent, state->blind ? " · blind" : "");
}

static bool triage_has_row(const struct screen *screen)
{
	const struct triage_screen *state = screen->state;
	return state->triage.count > 0;
}

static struct target triage_target(const struct screen *screen)
{
	const struct triage_screen *state = screen->state;
	const struct triage_item *item = item_selected(state);
	return (struct target){.run = state->evidence ? state->evidence->run.id : state->run,
		.position = item ? state->evidence->cases[item->at].position : 0};
}

#define MODE_KEY(key, at)                                                                                                          \
	{                                                                                                                          \
		"label-" key, key, .help = "put the mode behind this key on the failure", .flags = ACTION_ROW, .value = (at),      \
				   .run = triage_label                                                                             \
	}

static const struct action triage_actions[] = {
	{"open-case", "Enter", "case", "the whole case, variants side by side", ACTION_ROW, .run = triage_case},
	{"note", "n", "note", "a free note with the mode", ACTION_ROW, .value = ASK_NOTE, .run = triage_ask},
	{"defer", "d", "defer", "put it behind the others, or take it up again", ACTION_ROW, .run = triage_defer},
	{"undo", "u", "undo", "take your last label of it back; the history stays", ACTION_ROW, .run = triage_undo},
	{"mend-gold", "e", "mend", "mend its expected answer in the file of the cases", ACTION_ROW, .value = ASK_GOLD,
		.run = triage_ask},
	{"blind", "b", "blind", "hide or show what other people said", .run = triage_blind},
	MODE_KEY("A", 0),
	MODE_KEY("B", 1),
	MODE_KEY("C", 2),
	MODE_KEY("D", 3),
	MODE_KEY("E", 4),
	MODE_KEY("F", 5),
	MODE_KEY("G", 6),
	MODE_KEY("H", 7),
	MODE_KEY("I", 8),
	MODE_KEY("J", 9),
	MODE_KEY("K", 10),
	MODE_KEY("L", 11),
	MODE_KEY("M", 12),
	MODE_KEY("N", 13),
	MODE_KEY("O", 14),
	MODE_KEY("P", 15),
	MODE_KEY("Q", 16),
	MODE_KEY("R", 17),
	MODE_KEY("S", 18),
	MODE_KEY("T", 19),
	MODE_KEY("U", 20),
	MODE_KEY("V", 21),
	MODE_KEY("W", 22),
	MODE_KEY("X", 23),
	MODE_KEY("Y", 24),
	MODE_KEY("Z", 25),
	ACTION_START_RUN,
	{0},
};

const struct screen_type screen_triage = {
	.name = "triage",
	.summary = "failures, most telling first: one key a mode",
	.help = "Unexplained failures come first, then one of each mode by turns, deferred and labelled ones last. Capital letters "
		"put a failure mode on "
		"the failure, A for F0 to U for F20, V to Z for the project's own (`modes:`); it is stored at once, and u takes it "
		"back. A person's "
		"label wins over those of rules and probes. LEVER_RATER names the rater; b hides what other people said, for a "
		"second rater. When the "
		"last 20 labels brought no new code one may stop.",
	.state_size = sizeof(struct triage_screen),
	.actions = triage_actions,
	.order = 5,
	.open = triage_open,
	.close = triage_close,
	.load = triage_load,
	.title = triage_title,
	.draw = triage_draw,
	.move = triage_move,
	.filter_name = "text",
	.filter = triage_answer,
	.filter_text = triage_answer_text,
	.has_row = triage_has_row,
	.target = triage_target,
};
