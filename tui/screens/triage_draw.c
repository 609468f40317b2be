#include "eval/store/outcomes.h"
#include "reports/excerpt.h"
#include "tui/format.h"
#include "tui/screens/triage.h"
#include "tui/widgets/table.h"
#include <math.h>

/* From the top: the failures, a line about the selected one, the whole of it, which key is which mode. */

#define DETAIL_LEAST 5 /* rows that the legend leaves to the detail */

/* What is in force on it: one's own label, else that of another person, a probe or a rule. */
static const char *reason_of(const struct triage_item *item, struct arena *arena)
{
	bool person = item->source && !strcmp(item->source, "person");
	if (item->own)
		return item->own_note ? item->own_note : "your label, without a note";
	if (item->author)
		return item->note ? arena_format(arena, "%s  · %s", item->note, item->author)
				  : arena_format(arena, "%s %s, without a note", person ? "a label of" : "by the rule", item->author);
	return item->note ? item->note : item->mode ? "no reason was given" : "nobody and nothing has explained it";
}

/* Its name, then the text, hanging behind it. */
static void part_add(struct document *document, const char *name, unsigned style, struct text text)
{
	document_print(document, STYLE_HEAD, "%-10s", name);
	document_hang(document, style, text.data ? arena_copy(document->arena, text.data, text.length) : "none", 2);
}

static struct text no_answer(const struct outcome_texts *texts, struct arena *arena)
{
	bool told = texts->class && strcmp(texts->class, "ok") != 0;
	return told ? text_of(arena_format(arena, "none: %s%s%.*s", texts->class, texts->message.length ? ": " : "",
			       (int)texts->message.length, texts->message.length ? texts->message.data : ""))
		    : (struct text){0};
}

static void detail_make(struct screen *screen, int width)
{
	struct triage_screen *state = screen->state;
	const struct triage_item *item = triage_item_selected(state);
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
	const char *mended = triage_gold_mended(screen, item, state->arena);
	part_add(document, "because", STYLE_PLAIN, text_of(reason_of(item, state->arena)));
	part_add(document, "input", STYLE_PLAIN, vars_plain(state->arena, texts.vars));
	part_add(document, mended ? "mended to" : "expected", STYLE_PASS,
		mended ? text_of(mended) : format_list(state->arena, texts.expected));
	part_add(document, "output", STYLE_FAIL, texts.output.data ? texts.output : no_answer(&texts, state->arena));
	if (texts.extracted.data)
		part_add(document, "taken", STYLE_PLAIN, texts.extracted);
}

enum { COLUMN_CASE, COLUMN_STATE, COLUMN_MODE, COLUMN_FROM, COLUMN_WHY };
static const struct table_column columns_wanted[] = {
	[COLUMN_CASE] = {"case", 12, .most = 24},
	[COLUMN_STATE] = {"state", 8, .rank = 3},
	[COLUMN_MODE] = {"mode", 26, .rank = 1},
	[COLUMN_FROM] = {"from", 8, .rank = 2},
	[COLUMN_WHY] = {"because", 20, .grow = true, .rank = 4},
};

static void item_draw(const struct screen *screen, const struct table_column *columns, const struct canvas *canvas, int line,
	const struct triage_item *item, unsigned selected)
{
	const struct triage_screen *state = screen->state;
	const char *code = item->own ? item->own : item->mode;
	canvas_fill(canvas, line, STYLE_PLAIN | selected);
	table_cell(&columns[COLUMN_CASE], canvas, line, item->id, STYLE_STRONG | selected);
	table_cell(&columns[COLUMN_STATE], canvas, line, triage_state_word(screen, item),
		(item->own		 ? STYLE_PASS
			: item->deferred ? STYLE_DIM
					 : STYLE_WAITING) |
			selected);
	table_cell(&columns[COLUMN_MODE], canvas, line,
		code ? arena_format(canvas->arena, "%s %s", code, mode_words_of(screen->bench->options->project, code).name) : "?",
		selected);
	table_cell(&columns[COLUMN_FROM], canvas, line, item->own ? state->rater : item->source, STYLE_DIM | selected);
	table_cell(&columns[COLUMN_WHY], canvas, line, item->own ? item->own_note : item->note, selected);
}

const char *triage_state_word(const struct screen *screen, const struct triage_item *item)
{
	return triage_is_mended(screen, item) ? "mended" : item->own ? "labelled" : item->deferred ? "deferred" : "to do";
}

static void list_draw(struct screen *screen, const struct canvas *list)
{
	struct triage_screen *state = screen->state;
	struct table_column columns[COUNT(columns_wanted)];
	memcpy(columns, columns_wanted, sizeof columns);
	table_layout(columns, COUNT(columns), list->width);
	table_head(columns, COUNT(columns), list, 0);
	list_set_height(&state->list, list->height - 1);
	for (int line = 0; line < state->list.height && state->list.top + line < state->list.count; line++) {
		long long at = state->list.top + line;
		item_draw(
			screen, columns, list, line + 1, &state->triage.items[at], at == state->list.selected ? STYLE_SELECTED : 0);
	}
}

/* Whole where that fits, else in short. */
static const char *kappas_words(const struct triage_screen *state, struct arena *arena, bool brief)
{
	const char *words = "";
	for (size_t i = 0; i < state->kappa_count; i++) {
		const struct agreement *agreement = &state->kappas[i].agreement;
		const char *rater = state->kappas[i].rater;
		if (!agreement->both || (brief && isnan(agreement->kappa.kappa)))
			continue;
		const char *kappa = isnan(agreement->kappa.kappa) ? "undefined" : arena_format(arena, "%.2f", agreement->kappa.kappa);
		words = brief ? arena_format(arena, "%s%s%s %s", words, *words ? ", " : "kappa: ", rater, kappa)
			      : arena_format(arena, "%s%skappa with %s %s over %zu", words, *words ? ", " : "", rater, kappa,
					agreement->both);
	}
	return words;
}

/* Whose detail it is, how much of it is seen, and how far the raters agree. */
static void rule_draw(struct screen *screen, const struct canvas *rule)
{
	const struct triage_screen *state = screen->state;
	const char *position = pager_position(&state->pager, &state->document, rule->arena);
	struct cells id = cells_cut(rule->arena, text_of(triage_item_selected(state)->id), rule->width / 3);
	struct cells kappas = cells_of_string(rule->arena, kappas_words(state, rule->arena, false));
	for (int column = 0; column < rule->width; column++)
		canvas_text(rule, 0, column, text_of(sign_of(SIGN_RULE)), STYLE_DIM);
	int at = canvas_print(rule, 0, 2, STYLE_STRONG, " %s ", id.utf8);
	at = canvas_print(rule, 0, at, STYLE_DIM, " %lld of %lld ", state->list.selected + 1, state->list.count);
	bool hint = at + (int)strlen(position) + 20 <= rule->width;
	if (*position)
		at = canvas_print(rule, 0, at, STYLE_DIM, " lines %s%s ", position, hint ? ", J K scroll" : "");
	int room = rule->width - at - 4;
	if (kappas.width > room)
		kappas = cells_cut(rule->arena, text_of(kappas_words(state, rule->arena, true)), room);
	if (kappas.width && room > 12)
		canvas_print(rule, 0, rule->width - kappas.width - 4, STYLE_PLAIN, " %s ", kappas.utf8);
}

static void legend_draw(struct screen *screen, const struct canvas *legend, const struct mode_keys *plan)
{
	const struct project *project = screen->bench->options->project;
	if (plan)
		mode_keys_draw(project, legend, plan);
	else
		canvas_print(legend, 0, 0, STYLE_DIM, "0-9, A-Z label: l lists the %d modes", mode_count(project));
}

void triage_draw(struct screen *screen, const struct canvas *canvas)
{
	struct triage_screen *state = screen->state;
	const struct project *project = screen->bench->options->project;
	if (!state->triage.count) {
		canvas_print(canvas, 1, 1, STYLE_PLAIN, "%s",
			state->all ? "No failure matches the filter; Esc takes it back."
				   : "Nothing fails here, or nothing was run yet.");
		return;
	}
	int width = canvas->width - 1, list_rows = canvas->height / 3 > 4 ? canvas->height / 3 : 4;
	int left = canvas->height - list_rows - 1;
	struct mode_keys plan;
	bool keyed = mode_keys_plan(project, canvas->arena, width, left - DETAIL_LEAST, &plan);
	int legend_rows = keyed ? plan.rows : left > 2;
	struct canvas list = canvas_part(canvas, 0, 1, list_rows, width), rule = canvas_part(canvas, list_rows, 1, 1, width - 1),
		      detail = canvas_part(canvas, list_rows + 1, 1, left - legend_rows, width - 1),
		      legend = canvas_part(canvas, canvas->height - legend_rows, 1, legend_rows, width);
	state->list_rows = list_rows;
	list_draw(screen, &list);
	if (!state->document.arena || state->document.width != detail.width)
		detail_make(screen, detail.width);
	pager_draw(&state->pager, &state->document, &detail);
	rule_draw(screen, &rule);
	legend_draw(screen, &legend, keyed ? &plan : NULL);
}
