/* Private to the corpus search: screen_search.c (what it is, keys, title), search_load.c (case, corpus, passages), search_draw.c.
 */
#ifndef LEVER_TUI_SEARCH_H
#define LEVER_TUI_SEARCH_H

#include "eval/run/project.h"
#include "eval/store/runs.h"
#include "tui/widgets/list.h"
#include "tui/widgets/pager.h"
#include "tui/workbench.h"

#define SEARCH_PASSAGES 50 /* shown at most */

struct search_screen {
	/* The case it was opened on; read once. */
	struct arena *asker;
	struct target target;
	bool asked_for;	      /* the case was looked for */
	const char *case_id;  /* NULL: none */
	json_t *gold;	      /* list of ids; NULL */
	const char *own;      /* the case's question */
	const char *asked_by; /* the variant that asked it so; NULL: the text of the case */
	/* What is asked, and of which corpus. */
	char *question; /* NULL, "": nothing yet */
	char *corpus;	/* NULL: the first */
	/* The answer; all of it in `arena`. */
	struct arena *arena;
	const char **names; /* of the corpora */
	size_t name_count;
	struct corpus_row row;
	bool indexed;
	struct passage_row *rows;
	size_t count;
	const char *missing; /* gold passages that were not found, each with why; "" */
	size_t gold_found, gold_first; /* how many of the ids, and the rank of the first; 0: none */
	const struct variant *taker; /* the variant that puts the first of them into its prompt; NULL */
	/* Looking through the files takes its time: once for each state of the index. */
	int64_t compared_at;
	bool outdated;
	struct list list;
	char *selected; /* key */
	struct arena *page; /* of the document */
	struct document document;
	struct pager pager;
	int list_rows; /* as last drawn, its heads included */
	bool whole;    /* the passage takes the screen */
};

bool search_load(struct screen *screen, struct error *error) MUST_CHECK;
void search_draw(struct screen *screen, const struct canvas *canvas);
const struct passage_row *search_selected(const struct search_screen *state); /* NULL: none */

#endif
