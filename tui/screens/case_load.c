#include "tui/screens/case.h"
#include "tui/workbench.h"

int case_heads(int height)
{
	return height >= 12 ? 4 : 2;
}

long case_parent(const struct case_view *view, size_t variant)
{
	const char *parent = view->variants[variant].parent;
	for (size_t i = 0; parent && i < view->variant_count; i++)
		if (!strcmp(view->variants[i].name, parent))
			return (long)i;
	return -1;
}

const struct document *case_document(const struct case_view *view)
{
	const struct document *longest = &view->panes[0].document;
	for (size_t i = 1; i < view->pane_count; i++)
		if (view->panes[i].document.count > longest->count)
			longest = &view->panes[i].document;
	return longest;
}

struct pane *pane_add(struct case_view *view, const char *title, unsigned style)
{
	struct pane *pane = &view->panes[view->pane_count++];
	pane->title = title;
	pane->style = style;
	pane->document = document_make(view->arena, pane->width);
	return pane;
}

void panes_place(struct case_view *view, size_t count, int width)
{
	int left = 1, room = width - 2 - 3 * ((int)count - 1);
	for (size_t i = 0; i < count; i++) {
		int share = room / (int)(count - i);
		view->panes[i].left = left;
		view->panes[i].width = share > 1 ? share : 1;
		left += share + 3;
		room -= share;
	}
	view->pane_count = 0;
}

bool answer_fetch(struct case_view *view, struct store *store, size_t variant, struct error *error)
{
	struct answer *answer = &view->answers[variant];
	struct attempt_key key = {view->variants[variant].version, view->row.input_id, view->repeat};
	if (answer->wanted)
		return true;
	answer->wanted = true;
	return attempt_find(store, key, view->arena, &answer->attempt, &answer->found, error);
}

static bool run_find(struct case_view *view, struct store *store, struct arena *arena, struct error *error)
{
	struct run_row *rows;
	size_t count;
	if (view->wanted_run == 0) {
		if (!run_list(store, 0, 1, arena, &rows, &count, error))
			return false;
		view->wanted_run = count ? rows[0].id : 0;
	}
	view->found = false;
	return view->wanted_run == 0 || run_get(store, view->wanted_run, arena, &view->run, &view->found, error);
}

static long long *variants_take(struct case_view *view)
{
	const struct run_row *run = &view->run;
	long long *versions = arena_take(view->arena, (run->variant_count + 1) * sizeof *versions);
	view->variants = arena_take(view->arena, (run->variant_count + 1) * sizeof *view->variants);
	view->answers = arena_take(view->arena, (run->variant_count + 1) * sizeof *view->answers);
	view->variant_count = 0;
	for (size_t i = 0; i < run->variant_count; i++) {
		if (run->variants[i].generated)
			continue;
		if (run->variants[i].version == view->wanted_version)
			view->variant = view->variant_count;
		versions[view->variant_count] = run->variants[i].version;
		view->variants[view->variant_count++] = run->variants[i];
	}
	if (view->variant >= view->variant_count)
		view->variant = 0;
	view->wanted_version = 0;
	return versions;
}

static bool cells_load(struct case_view *view, struct store *store, struct error *error)
{
	long long *versions = variants_take(view);
	struct matrix_query query = {
		view->run.id, view->run.test_set, view->run.grading, view->run.repeats, versions, view->variant_count};
	struct matrix_row *rows;
	size_t count;
	if (!matrix_rows(store, &query, view->position, view->position, view->arena, &rows, &count, error))
		return false;
	view->found = count == 1 && view->variant_count > 0;
	view->cells = view->found ? rows[0].cells : NULL;
	return true;
}

/* Opened on a variant, the repeat that did not pass is the one to see. */
static void repeat_choose(struct case_view *view)
{
	if (view->repeat == 0)
		view->repeat = view->cells[view->variant].repeat;
	if (view->repeat < 1 || view->repeat > view->run.repeats)
		view->repeat = 1;
}

static bool tab_load(struct case_view *view, struct store *store, int width, struct error *error)
{
	static bool (*const loads[TAB_COUNT])(struct case_view * view, struct store * store, int width, struct error *error) = {
		[TAB_OUTPUTS] = case_outputs_load,
		[TAB_PROMPT] = case_prompt_load,
		[TAB_PASSAGES] = case_passages_load,
		[TAB_SCORES] = case_scores_load,
		[TAB_CASE] = case_case_load,
		[TAB_TRACE] = case_trace_load,
	};
	return answer_fetch(view, store, view->variant, error) && loads[view->tab](view, store, width, error);
}

static bool all_load(struct case_view *view, struct store *store, int width, struct error *error)
{
	bool there = false;
	if (!run_find(view, store, view->arena, error))
		return false;
	if (!view->found)
		return true;
	if (view->position == 0)
		view->position = 1;
	if (!case_at(store, view->run.test_set, view->position, view->arena, &view->row, &there, error) ||
		!cells_load(view, store, error))
		return false;
	view->found = view->found && there;
	if (!view->found)
		return true;
	repeat_choose(view);
	return tab_load(view, store, width, error);
}

bool case_load(struct screen *screen, struct error *error)
{
	struct case_view *view = screen->state, old = *view;
	view->arena = arena_create();
	view->pane_count = 0;
	if (!all_load(view, screen_store(screen), screen->width, error)) {
		arena_free(view->arena);
		*view = old;
		return false;
	}
	arena_free(old.arena);
	view->pager.height = screen->height - case_heads(screen->height) - 1;
	if (view->pane_count)
		pager_move(&view->pager, case_document(view), MOVE_LINES, 0);
	return true;
}
