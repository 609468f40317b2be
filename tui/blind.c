#include "eval/advise/triage.h"
#include "tui/workbench.h"
#include <stdlib.h>

const char *blind_rater(const struct workbench *bench, struct arena *arena)
{
	return bench->blind ? rater_name(arena, getenv("LEVER_RATER")) : NULL;
}

unsigned blind_action(struct screen *screen, const struct action *action)
{
	struct workbench *bench = screen->bench;
	bench->blind = !bench->blind;
	screen_say(screen, "%s", bench->blind ? "blind: what other people said is hidden" : "what other people said is shown");
	workbench_stale(bench);
	return EFFECT_REDRAW;
}
