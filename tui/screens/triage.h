/* Private to the triage screen: screen_triage.c (what it is, keys, moving), triage_load.c, triage_write.c (what keys store and take
 * back), triage_draw.c. */
#ifndef LEVER_TUI_TRIAGE_H
#define LEVER_TUI_TRIAGE_H

#include "eval/advise/triage.h"
#include "tui/screens/mode_keys.h"
#include "tui/widgets/list.h"
#include "tui/widgets/pager.h"
#include "tui/workbench.h"

struct rater_kappa {
	const char *rater;
	struct agreement agreement;
};
struct triage_screen {
	struct arena *arena; /* of what is loaded */
	struct evidence *evidence;
	struct triage triage;	    /* the items that match the filter; counts are of all */
	size_t all;		    /* items before the filter */
	struct rater_kappa *kappas; /* with every other rater; none while blind */
	size_t kappa_count;
	struct list list;
	struct document document;
	struct pager pager;
	int list_rows;		 /* as last drawn, its head included */
	long long run, selected; /* attempt */
	long long labelled;	 /* attempt of the label just put: n goes to it, until one moves; 0 */
	long long asked;	 /* attempt that a line is asked for */
	const char *rater;
	char *base; /* name of the variant; NULL: as the evidence chooses */
	long long version; /* without it: the one that was selected where the screen was opened; 0 */
	char *mark; /* of what the evidence was read from; NULL: nothing yet */
	char filter[256];
};

const struct triage_item *triage_item_selected(const struct triage_screen *state); /* NULL: none */
/* NULL: it is not shown. */
const struct triage_item *triage_item_of(const struct triage_screen *state, long long attempt);
/* The expected answer was mended in the file, and its run has not scored it anew. */
bool triage_is_mended(const struct screen *screen, const struct triage_item *item);
/* The answer that stands in the file by now, in the arena; NULL: it was not mended, or cannot be read. */
const char *triage_gold_mended(struct screen *screen, const struct triage_item *item, struct arena *arena);
const char *triage_state_word(const struct screen *screen, const struct triage_item *item);
bool triage_load(struct screen *screen, struct error *error) MUST_CHECK;
void triage_draw(struct screen *screen, const struct canvas *canvas);

/* Actions. */
unsigned triage_label(struct screen *screen, const struct action *action);
unsigned triage_note(struct screen *screen, const struct action *action);
unsigned triage_defer(struct screen *screen, const struct action *action);
unsigned triage_undo(struct screen *screen, const struct action *action);
unsigned triage_gold(struct screen *screen, const struct action *action);

/* What this person did in triage since the workbench was opened, the last at the end: what u takes back. */
struct triage_acts;
void triage_acts_free(struct triage_acts *acts); /* accepts NULL */

#endif
