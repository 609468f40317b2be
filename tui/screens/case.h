/* Private to the case screen: screen_case.c (actions, frame), case_load.c (what is fetched), case_outputs.c (outputs with
 * differences), case_passages.c (retrieved beside gold), case_tabs.c (prompt, scores, the case itself, trace). */
#ifndef LEVER_TUI_CASE_H
#define LEVER_TUI_CASE_H

#include "eval/store/cases.h"
#include "eval/store/screens.h"
#include "tui/widgets/pager.h"

enum case_tab { TAB_OUTPUTS, TAB_PROMPT, TAB_PASSAGES, TAB_SCORES, TAB_CASE, TAB_TRACE, TAB_COUNT };
#define PANES 4

/* One variant's answer to the case. */
struct answer {
	bool wanted, found;
	struct attempt_row attempt;
};

struct pane {
	const char *title;
	unsigned style;
	struct document document;
	int left, width;
};

struct case_view {
	long long wanted_run, wanted_version;
	struct arena *arena; /* of all that is loaded and laid out */
	bool found;
	struct run_row run;
	struct run_variant *variants; /* without generated ones */
	size_t variant_count;
	struct case_row row;
	struct matrix_cell *cells; /* one per variant */
	struct answer *answers;	   /* one per variant */
	long long position;
	size_t variant; /* selected */
	int repeat;	/* selected; from 1 */
	enum case_tab tab;
	bool plain; /* no differences */
	struct pane panes[PANES];
	size_t pane_count;
	struct pager pager; /* of all panes: they scroll together */
	bool searching;	    /* for the next failing case */
};

/* case_load.c */
bool case_load(struct screen *screen, struct error *error);
/* The variant the selected one is compared with; -1: none. */
long case_parent(const struct case_view *view, size_t variant);
/* The longest pane: what the pager scrolls by. */
const struct document *case_document(const struct case_view *view);
struct pane *pane_add(struct case_view *view, const char *title, unsigned style);
/* Shares the width out to `count` panes with a blank and a line between. */
void panes_place(struct case_view *view, size_t count, int width);
/* Lines above the panes. */
int case_heads(int height);

/* Fill view->panes for a tab. The store is only asked for what the tab shows. */
bool case_outputs_load(struct case_view *view, struct store *store, int width, struct error *error);
bool case_prompt_load(struct case_view *view, struct store *store, int width, struct error *error);
bool case_passages_load(struct case_view *view, struct store *store, int width, struct error *error);
bool case_scores_load(struct case_view *view, struct store *store, int width, struct error *error);
bool case_case_load(struct case_view *view, struct store *store, int width, struct error *error);
bool case_trace_load(struct case_view *view, struct store *store, int width, struct error *error);
/* Fetches a variant's attempt once. */
bool answer_fetch(struct case_view *view, struct store *store, size_t variant, struct error *error);

#endif
