/* The advice on a run, as the screens that show it read it: read anew as a whole, kept where that fails. */
#ifndef LEVER_TUI_ADVICE_VIEW_H
#define LEVER_TUI_ADVICE_VIEW_H

#include "eval/advise/advice.h"
#include "tui/screens/screen.h"

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

#endif
