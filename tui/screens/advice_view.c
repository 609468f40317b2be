#include "tui/screens/advice_view.h"
#include "tui/workbench.h"

bool advice_view_load(struct advice_view *view, const struct screen *screen, struct error *error)
{
	struct evidence_options options = {.run = view->run};
	const struct project *project = screen->bench->options->project;
	struct advice_view fresh = {.run = view->run};
	if (!evidence_load(screen_store(screen), project, &options, &fresh.evidence, error))
		return false;
	fresh.arena = arena_create();
	if (!advice_make(fresh.evidence, screen_store(screen), project, fresh.arena, &fresh.advice, error)) {
		advice_view_free(&fresh);
		return false;
	}
	advice_view_free(view);
	*view = fresh;
	return true;
}

void advice_view_follow(struct advice_view *view, long long from, long long to)
{
	if (view->run == from)
		view->run = to;
}

long long advice_view_run(const struct advice_view *view)
{
	return view->evidence ? view->evidence->run.id : view->run;
}

void advice_view_free(struct advice_view *view)
{
	evidence_free(view->evidence);
	arena_free(view->arena);
}
