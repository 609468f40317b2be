#include "eval/score/lenient.h"
#include "tui/screens/search.h"
#include "tui/widgets/table.h"

const struct passage_row *search_selected(const struct search_screen *state)
{
	return state->count ? &state->rows[state->list.selected] : NULL;
}

enum { COLUMN_RANK, COLUMN_SCORE, COLUMN_GOLD, COLUMN_KEY, COLUMN_TITLE };
static const struct table_column columns_wanted[] = {
	[COLUMN_RANK] = {"rank", 4, true},
	[COLUMN_SCORE] = {"score", 6, true, .rank = 2},
	[COLUMN_GOLD] = {"gold", 6},
	[COLUMN_KEY] = {"passage", 30, .most = 60, .grow = true},
	[COLUMN_TITLE] = {"title", 24, .rank = 3},
};

/* ---- above the list ------------------------------------------------------------------------------------------------- */

/* Which of the passages a model would have seen. */
static const char *taken_words(const struct search_screen *state, struct arena *arena)
{
	if (!state->taker)
		return arena_format(arena, "%lld passages in the corpus", state->row.passages);
	return arena_format(
		arena, "%s takes the first %lld of %lld", state->taker->name, state->taker->retrieve->k, state->row.passages);
}

static const char *gold_words(const struct search_screen *state, struct arena *arena)
{
	size_t all = json_array_size(state->gold);
	if (!all)
		return state->case_id ? "the case names no gold passages" : "";
	const char *first = state->gold_first ? arena_format(arena, ", first at %zu", state->gold_first) : "";
	return arena_format(
		arena, "%zu of %zu gold found%s%s%s", state->gold_found, all, first, *state->missing ? "; " : "", state->missing);
}

/* At most three lines. */
static int facts_draw(const struct canvas *canvas, const char *words, unsigned style)
{
	size_t count, most = 3;
	struct cells *lines = cells_wrap(canvas->arena, text_of(words), canvas->width, &count);
	for (size_t i = 0; i < count && i < most; i++)
		canvas_put(canvas, (int)i, 0, lines[i], style);
	if (count > most)
		canvas_text(canvas, (int)most - 1, canvas->width - 3, TEXT("..."), style);
	return (int)(count < most ? count : most);
}

static int heads_draw(const struct search_screen *state, const struct canvas *canvas)
{
	const char *taken = taken_words(state, canvas->arena), *gold = gold_words(state, canvas->arena);
	int at = canvas_print(canvas, 0, 0, STYLE_DIM, "question  "), row = 1;
	canvas_text(canvas, 0, at, text_of(state->question), STYLE_STRONG);
	if (canvas->height < 12)
		return row;
	struct canvas facts = canvas_part(canvas, row, 0, 3, canvas->width);
	row += facts_draw(&facts, arena_format(canvas->arena, "%s%s%s", taken, *gold ? " · " : "", gold),
		*state->missing ? STYLE_FAIL : STYLE_PLAIN);
	if (state->outdated)
		canvas_print(canvas, row++, 0, STYLE_NOTICE,
			"its files or settings changed since it was indexed: `lever index %s`, or a run", state->corpus);
	return row;
}

/* ---- list and passage ------------------------------------------------------------------------------------------------ */

static void row_draw(const struct search_screen *state, const struct table_column *columns, const struct canvas *canvas, int line,
	size_t at, unsigned selected)
{
	const struct passage_row *row = &state->rows[at];
	bool gold = passage_is_gold(state->gold, row->key), taken = state->taker && (long long)at < state->taker->retrieve->k;
	canvas_fill(canvas, line, STYLE_PLAIN | selected);
	table_cell(&columns[COLUMN_RANK], canvas, line, arena_format(canvas->arena, "%zu", at + 1),
		(taken ? STYLE_STRONG : STYLE_DIM) | selected);
	table_cell(&columns[COLUMN_SCORE], canvas, line, arena_format(canvas->arena, "%.2f", row->score), selected);
	table_cell(&columns[COLUMN_GOLD], canvas, line, gold ? arena_format(canvas->arena, "%s gold", sign_of(SIGN_PASS)) : "",
		STYLE_PASS | selected);
	table_cell(&columns[COLUMN_KEY], canvas, line, row->key, (taken ? STYLE_STRONG : STYLE_PLAIN) | selected);
	table_cell(&columns[COLUMN_TITLE], canvas, line, row->title, STYLE_DIM | selected);
}

static void list_draw(struct search_screen *state, const struct canvas *canvas)
{
	struct table_column columns[COUNT(columns_wanted)];
	memcpy(columns, columns_wanted, sizeof columns);
	table_layout(columns, COUNT(columns), canvas->width);
	table_head(columns, COUNT(columns), canvas, 0);
	list_set_height(&state->list, canvas->height - 1);
	for (int line = 0; line < state->list.height && state->list.top + line < state->list.count; line++) {
		long long at = state->list.top + line;
		row_draw(state, columns, canvas, line + 1, (size_t)at, at == state->list.selected ? STYLE_SELECTED : 0);
	}
}

static void passage_draw(struct search_screen *state, const struct canvas *rule, const struct canvas *detail)
{
	const struct passage_row *row = search_selected(state);
	bool gold = passage_is_gold(state->gold, row->key);
	if (!state->document.arena || state->document.width != detail->width) {
		arena_reset(state->page);
		state->document = document_make(state->page, detail->width);
		document_text(&state->document, STYLE_HEAD, text_of(row->title), 0);
		document_text(&state->document, STYLE_PLAIN, row->body, 0);
	}
	pager_draw(&state->pager, &state->document, detail);
	const char *position = pager_position(&state->pager, &state->document, rule->arena);
	for (int column = 0; column < rule->width; column++)
		canvas_text(rule, 0, column, text_of(sign_of(SIGN_RULE)), STYLE_DIM);
	struct cells key = cells_cut(rule->arena, text_of(row->key), rule->width / 2);
	int at = canvas_print(rule, 0, 2, STYLE_STRONG, " %s ", key.utf8);
	if (gold)
		at = canvas_print(rule, 0, at, STYLE_PASS, "%s gold ", sign_of(SIGN_PASS));
	if (*position)
		canvas_print(rule, 0, at, STYLE_DIM, " lines %s%s ", position, state->whole ? "" : ", J K scroll");
}

/* ---- instead of a list ------------------------------------------------------------------------------------------------ */

static const char *absence_words(const struct search_screen *state, struct arena *arena)
{
	if (!state->name_count)
		return "There is no corpus here: `corpus: {handbook: {path: docs/}}` in lever.yaml makes one.";
	if (!state->indexed)
		return arena_format(arena,
			"%s was not indexed yet: `lever index %s` does it, and so does a run of a variant that retrieves.",
			state->corpus, state->corpus);
	if (!state->question || !*state->question)
		return arena_format(arena, "/ asks a question of %s (%lld documents, %lld passages).", state->corpus,
			state->row.documents, state->row.passages);
	return NULL;
}

static void words_draw(const struct canvas *canvas, int row, const char *words)
{
	size_t count;
	struct cells *lines = cells_wrap(canvas->arena, text_of(words), canvas->width, &count);
	for (size_t i = 0; i < count; i++)
		canvas_put(canvas, row + (int)i, 0, lines[i], STYLE_PLAIN);
}

void search_draw(struct screen *screen, const struct canvas *canvas)
{
	struct search_screen *state = screen->state;
	struct canvas inner = canvas_part(canvas, 0, 1, canvas->height, canvas->width - 2);
	const char *absence = absence_words(state, canvas->arena);
	state->list_rows = 0;
	if (absence) {
		words_draw(&inner, 1, absence);
		return;
	}
	int heads = state->whole && state->count ? 0 : heads_draw(state, &inner), left = inner.height - heads;
	if (!state->count) {
		words_draw(&inner, heads + 1, "No passage has a word of this question.");
		return;
	}
	int rows = state->whole ? 0 : left / 3 > 4 ? left / 2 : left > 4 ? 4 : left;
	rows = rows > (int)state->count + 1 ? (int)state->count + 1 : rows;
	struct canvas list = canvas_part(&inner, heads, 0, rows, inner.width),
		      rule = canvas_part(&inner, heads + rows, 0, 1, inner.width),
		      detail = canvas_part(&inner, heads + rows + 1, 0, left - rows - 1, inner.width);
	state->list_rows = heads + rows;
	if (rows)
		list_draw(state, &list);
	if (left - rows > 1)
		passage_draw(state, &rule, &detail);
}
