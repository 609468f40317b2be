/* The advice on a run, as the screens that show it read it: read anew as a whole, kept where that fails. */
#ifndef LEVER_TUI_ADVICE_VIEW_H
#define LEVER_TUI_ADVICE_VIEW_H

#include "eval/advise/advice.h"
#include "tui/widgets/pager.h"

struct advice_view {
	struct arena *arena; /* of the advice */
	struct evidence *evidence;
	struct advice *advice; /* NULL: nothing was read yet */
	long long run;	       /* 0: the latest */
};

bool advice_view_load(struct advice_view *view, const struct screen *screen, struct error *error) MUST_CHECK;
void advice_view_follow(struct advice_view *view, long long from, long long to);
/* The run that it speaks of, for screens that are opened from there. */
long long advice_view_run(const struct advice_view *view);
void advice_view_free(struct advice_view *view);

/* A page on it: what the state of the screens begins with that show one, and what these do alike, as functions of a screen type. */
struct advice_page {
	struct advice_view view;
	struct arena *arena;	  /* of the document */
	struct document document; /* arena NULL: to be made anew */
	struct pager pager;
	long chosen_line; /* where what is chosen stands */
	bool reveal;	  /* it was chosen just now: it is brought to the top */
};
/* `make` fills the document where there is none of that width. */
void advice_page_draw(struct screen *screen, const struct canvas *canvas, void (*make)(struct screen *screen, int width));
bool advice_page_open(struct screen *screen, const struct target *target, struct error *error);
void advice_page_close(struct screen *screen);
void advice_page_follow(struct screen *screen, long long from, long long to);
unsigned advice_page_move(struct screen *screen, enum motion motion, long long count);
unsigned advice_page_next_match(struct screen *screen, int direction);

#endif
