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

bool advice_page_open(struct screen *screen, const struct target *target, struct error *error)
{
	struct advice_page *page = screen->state;
	page->arena = arena_create();
	page->view.run = target->run;
	page->pager.match = -1;
	return true;
}

void advice_page_draw(struct screen *screen, const struct canvas *canvas, void (*make)(struct screen *screen, int width))
{
	struct advice_page *page = screen->state;
	struct canvas inner = canvas_part(canvas, 0, 1, canvas->height, canvas->width - 2);
	if (!page->view.advice) {
		canvas_print(canvas, 1, 1, STYLE_PLAIN, "Nothing was run yet. s starts a run, and so does `lever run`.");
		return;
	}
	if (!page->document.arena || page->document.width != inner.width)
		make(screen, inner.width);
	if (page->reveal)
		page->pager.top = page->chosen_line;
	page->reveal = false;
	pager_draw(&page->pager, &page->document, &inner);
}

void advice_page_close(struct screen *screen)
{
	struct advice_page *page = screen->state;
	advice_view_free(&page->view);
	arena_free(page->arena);
}

void advice_page_follow(struct screen *screen, long long from, long long to)
{
	struct advice_page *page = screen->state;
	advice_view_follow(&page->view, from, to);
}

unsigned advice_page_move(struct screen *screen, enum motion motion, long long count)
{
	struct advice_page *page = screen->state;
	return page->document.arena && pager_move(&page->pager, &page->document, motion, count) ? EFFECT_REDRAW : EFFECT_NONE;
}

unsigned advice_page_next_match(struct screen *screen, int direction)
{
	struct advice_page *page = screen->state;
	return pager_next_match(&page->pager, &page->document, screen, direction);
}
