#include "eval/base/filter.h"
#include "tui/widgets/pager.h"
#include "tui/workbench.h"
#include <stdio.h>

#define KEYS_WIDTH 14
#define NAME_WIDTH 18

struct help {
	const struct screen_type *about;
	const struct screen *from; /* below this one; NULL */
	struct arena *arena;
	struct document document;
	struct pager pager;
};

static bool help_open(struct screen *screen, const struct target *target, struct error *error)
{
	struct help *help = screen->state;
	help->from = target->from;
	help->about = target->from ? target->from->type : screen_type_find("runs");
	help->pager.match = -1;
	return true;
}

static void help_close(struct screen *screen)
{
	struct help *help = screen->state;
	arena_free(help->arena);
}

static void action_add(struct document *document, const struct screen *from, const struct action *action)
{
	struct arena *arena = document->arena;
	struct action_words words = {action->name, action->help};
	if (action->words)
		words = from ? action->words(from, action, arena) : (struct action_words){0};
	if (!words.name)
		return;
	struct cells keys = cells_pad(arena, text_of(action->keys), KEYS_WIDTH, false),
		     name = cells_pad(arena, text_of(words.name), NAME_WIDTH, false);
	document_print(document, STYLE_KEY, " %.*s ", (int)keys.bytes, keys.utf8);
	if (document->width >= 60)
		document_more(document, STYLE_DIM, "%.*s ", (int)name.bytes, name.utf8);
	document_hang(document, STYLE_PLAIN, words.help, KEYS_WIDTH + 2);
}

static void actions_add(struct document *document, const char *title, const struct screen *from, const struct action *actions,
	const struct screen_type *over)
{
	document_blank(document);
	document_print(document, STYLE_HEAD, "%s", title);
	for (const struct action *action = actions; action && action->name; action++)
		if (!over || (!action_hidden(over, action) && !action_absent(over, action)))
			action_add(document, from, action);
}

static void signs_add(struct document *document)
{
	static const struct {
		enum sign sign;
		const char *words;
	} legend[] = {
		{SIGN_PASS, "passed"},
		{SIGN_FAIL, "did not pass"},
		{SIGN_ERROR, "no answer: the class of the error stands behind it; the next run tries again"},
		{SIGN_MIXED, "some repeats passed"},
		{SIGN_UNSCORED, "answered, but not scored"},
		{SIGN_NONE, "not run yet"},
	};
	document_blank(document);
	document_print(document, STYLE_HEAD, "Signs");
	for (size_t i = 0; i < COUNT(legend); i++) {
		document_print(document, (unsigned)style_of_sign(legend[i].sign), " %s", sign_of(legend[i].sign));
		document_more(document, STYLE_PLAIN, "  ");
		document_hang(document, STYLE_PLAIN, legend[i].words, 4);
	}
}

static void filter_add(struct document *document, const struct screen_type *about)
{
	document_blank(document);
	document_print(document, STYLE_HEAD, "Filters%s", strcmp(about->name, "matrix") ? " of the matrix" : "");
	document_text(document, STYLE_PLAIN,
		TEXT("All terms must hold; - before a term turns it round; * stands for any letters. Words search the id, the "
		     "input and the expected answers. "
		     "Example: tag:leave -verdict:pass variant:rag"),
		1);
	for (size_t i = 0; filter_keys[i].name; i++) {
		struct cells name = cells_pad(document->arena, text_of(filter_keys[i].name), KEYS_WIDTH, false);
		document_print(document, STYLE_KEY, " %.*s ", (int)name.bytes, name.utf8);
		document_hang(document, STYLE_PLAIN, filter_keys[i].summary, KEYS_WIDTH + 2);
	}
}

static void screens_add(struct document *document)
{
	document_blank(document);
	document_print(document, STYLE_HEAD, "Screens");
	for (size_t i = 0; screen_types[i]; i++) {
		struct cells name = cells_pad(document->arena, text_of(screen_types[i]->name), KEYS_WIDTH, false);
		document_print(document, STYLE_KEY, " %.*s ", (int)name.bytes, name.utf8);
		document_hang(document, STYLE_PLAIN, screen_types[i]->summary, KEYS_WIDTH + 2);
	}
}

static void document_build(struct help *help, int width)
{
	struct document *document = &help->document;
	arena_free(help->arena);
	help->arena = arena_create();
	*document = document_make(help->arena, width);
	document_print(document, STYLE_HEAD, "%s", help->about->name);
	document_more(document, STYLE_PLAIN, "  ");
	document_hang(document, STYLE_PLAIN, help->about->summary, 2);
	if (help->about->help)
		document_text(document, STYLE_PLAIN, text_of(help->about->help), 1);
	if (help->about->actions)
		actions_add(document, "Keys of this screen", help->from, help->about->actions, NULL);
	actions_add(document, "Keys everywhere", help->from, common_actions, help->about);
	signs_add(document);
	filter_add(document, help->about);
	screens_add(document);
	document_blank(document);
	document_print(document, STYLE_DIM, "Hold Shift to select text with the mouse, or press M.");
}

static void help_draw(struct screen *screen, const struct canvas *canvas)
{
	struct help *help = screen->state;
	struct canvas inner = canvas_part(canvas, 0, 1, canvas->height, canvas->width - 2);
	if (!help->arena || help->document.width != inner.width)
		document_build(help, inner.width);
	pager_draw(&help->pager, &help->document, &inner);
}

static unsigned help_move(struct screen *screen, enum motion motion, long long count)
{
	struct help *help = screen->state;
	return pager_move(&help->pager, &help->document, motion, count) ? EFFECT_REDRAW : EFFECT_NONE;
}

static unsigned help_next_match(struct screen *screen, int direction)
{
	struct help *help = screen->state;
	return pager_next_match(&help->pager, &help->document, screen, direction);
}

static bool help_search(struct screen *screen, const char *text, struct error *error)
{
	struct help *help = screen->state;
	pager_begin_search(&help->pager, &help->document, screen, text);
	return true;
}

static const char *help_search_text(const struct screen *screen)
{
	const struct help *help = screen->state;
	return help->pager.words;
}

static void help_title(struct screen *screen, struct arena *arena, const char **left, const char **right)
{
	struct help *help = screen->state;
	*left = arena_format(arena, "help  %s", help->about->name);
	*right = pager_position(&help->pager, &help->document, arena);
}

static unsigned ask_search(struct screen *screen, const struct action *action)
{
	filter_ask(screen->bench);
	return EFFECT_REDRAW;
}

static const struct action help_actions[] = {
	{"search", "/", "search", "search in this text; n and N go on", .run = ask_search},
	{0},
};

const struct screen_type screen_help = {
	.name = "help",
	.summary = "the keys of the screen one comes from, signs, filters",
	.help = NULL,
	.state_size = sizeof(struct help),
	.actions = help_actions,
	.order = 10,
	.open = help_open,
	.close = help_close,
	.title = help_title,
	.draw = help_draw,
	.move = help_move,
	.filter_name = "search",
	.filter = help_search,
	.filter_text = help_search_text,
	.next_match = help_next_match,
};
