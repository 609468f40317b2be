#include "eval/store/labels.h"
#include "eval/store/triage.h"
#include "tui/screens/triage.h"
#include <stdlib.h>

/* Each key is stored at once, through a connection of its own, and remembered, so that u takes back the last of them wherever one
 * is by then. */

#define WRITE_WAIT 1500 /* milliseconds that a key waits for another process which writes */

enum act_kind { ACT_LABEL, ACT_NOTE, ACT_DEFER, ACT_GOLD };
struct triage_act {
	enum act_kind kind;
	long long attempt, run;
	const char *id, *mode;
	const char *note; /* NULL: none. ACT_NOTE: the one before */
	bool deferred;	  /* what it was made */
	struct gold_change gold;
};
struct triage_acts {
	struct arena *arena;
	struct triage_act *items;
	size_t count, room;
};

void triage_acts_free(struct triage_acts *acts)
{
	if (!acts)
		return;
	arena_free(acts->arena);
	free(acts);
}

static void act_remember(struct screen *screen, const struct triage_act *act)
{
	const struct triage_screen *state = screen->state;
	struct triage_acts *acts = screen->bench->acts;
	if (!acts) {
		acts = screen->bench->acts = memory_take(sizeof *acts);
		acts->arena = arena_create();
	}
	struct triage_act *kept = LIST_MORE(acts->arena, acts->items, acts->count, acts->room);
	*kept = *act;
	kept->run = state->evidence->run.id;
	kept->id = arena_string(acts->arena, act->id);
	kept->mode = arena_string(acts->arena, act->mode);
	kept->note = arena_string(acts->arena, act->note);
	kept->gold.file = arena_string(acts->arena, act->gold.file);
	kept->gold.before = text_copy(acts->arena, act->gold.before);
	kept->gold.after = text_copy(acts->arena, act->gold.after);
}

bool triage_is_mended(const struct screen *screen, const struct triage_item *item)
{
	const struct triage_screen *state = screen->state;
	const struct triage_acts *acts = screen->bench->acts;
	for (size_t i = 0; acts && i < acts->count; i++)
		if (acts->items[i].kind == ACT_GOLD && acts->items[i].attempt == item->attempt &&
			acts->items[i].run == state->evidence->run.id)
			return true;
	return false;
}

/* ---- storing ------------------------------------------------------------------------------------------------------- */

typedef bool write_function(struct screen *screen, struct store *store, const struct triage_act *act, struct error *error);

static bool triage_write(struct screen *screen, write_function *function, const struct triage_act *act)
{
	struct store *store = NULL;
	struct error error = {0};
	if (!database_held(screen->bench))
		return false;
	bool good = store_open(screen->bench->options->database, STORE_WRITE, &store, &error);
	if (good)
		store_wait_at_most(store, WRITE_WAIT);
	good = good && store_begin(store, &error);
	if (good && (!function(screen, store, act, &error) || !store_commit(store, &error))) {
		store_rollback(store);
		good = false;
	}
	if (store)
		store_close(store);
	if (!good)
		screen_say_error(screen, &error);
	return good;
}

/* After a label the next one to do is under the cursor. */
static void selection_next(struct triage_screen *state)
{
	size_t at = (size_t)state->list.selected;
	if (at + 1 < state->triage.count)
		state->selected = state->triage.items[at + 1].attempt;
	state->pager.top = 0;
}

static bool label_write(struct screen *screen, struct store *store, const struct triage_act *act, struct error *error)
{
	const struct triage_screen *state = screen->state;
	struct label_row row = {.attempt = act->attempt,
		.mode = act->mode,
		.act = "put",
		.source = "person",
		.author = state->rater,
		.note = act->note};
	return label_renew(store, &row, error);
}

unsigned triage_label(struct screen *screen, const struct action *action)
{
	struct triage_screen *state = screen->state;
	const struct triage_item *item = triage_item_selected(state);
	const char *code = mode_code(screen->bench->options->project, action->value);
	if (!code) {
		screen_say(screen, "the project has no mode of its own behind this key (`modes:` in lever.yaml)");
		return EFFECT_REDRAW;
	}
	if (item->own && !strcmp(item->own, code)) {
		screen_say(screen, "%s is %s already", item->id, code);
		return EFFECT_REDRAW;
	}
	struct triage_act act = {.kind = ACT_LABEL, .attempt = item->attempt, .id = item->id, .mode = code};
	if (!triage_write(screen, label_write, &act))
		return EFFECT_REDRAW;
	act_remember(screen, &act);
	const char *name = mode_name(screen->bench->options->project, action->value);
	screen_say(screen, "%s: %s%s%s; n notes why, u takes it back", item->id, code, *name ? " " : "", name);
	state->labelled = item->attempt;
	selection_next(state);
	return EFFECT_REQUERY | EFFECT_REDRAW;
}

static bool defer_write(struct screen *screen, struct store *store, const struct triage_act *act, struct error *error)
{
	const struct triage_screen *state = screen->state;
	return triage_event_put(store, act->attempt, act->deferred ? "deferred" : "resumed", state->rater, error);
}

unsigned triage_defer(struct screen *screen, const struct action *action)
{
	struct triage_screen *state = screen->state;
	const struct triage_item *item = triage_item_selected(state);
	struct triage_act act = {.kind = ACT_DEFER, .attempt = item->attempt, .id = item->id, .deferred = !item->deferred};
	if (!triage_write(screen, defer_write, &act))
		return EFFECT_REDRAW;
	act_remember(screen, &act);
	screen_say(screen, act.deferred ? "%s is put behind the others; u takes it back" : "%s is taken up again", item->id);
	state->labelled = 0;
	selection_next(state);
	return EFFECT_REQUERY | EFFECT_REDRAW;
}

/* ---- lines that are asked for: a note, a new expected answer ------------------------------------------------------- */

/* The label just put, else that of the selected failure. A note is part of one's own label: it never makes another's one's own. */
static const struct triage_item *item_to_note(const struct triage_screen *state)
{
	const struct triage_item *labelled = state->labelled ? triage_item_of(state, state->labelled) : NULL;
	return labelled ? labelled : triage_item_selected(state);
}

/* Rows may have come and gone while one typed: the line is about the one it was asked for. */
static const struct triage_item *item_asked(const struct triage_screen *state, struct error *error)
{
	const struct triage_item *item = triage_item_of(state, state->asked);
	if (!item)
		error_set(error, ERROR_USAGE, "this failure is no longer there; Esc leaves the line");
	return item;
}

static bool note_answer(struct screen *screen, const char *text, struct error *error)
{
	const struct triage_item *item = item_asked(screen->state, error);
	if (!item || !item->own)
		return item != NULL;
	struct triage_act act = {
		.kind = ACT_NOTE, .attempt = item->attempt, .id = item->id, .mode = item->own, .note = *text ? text : NULL};
	if (!triage_write(screen, label_write, &act))
		return true;
	act.note = item->own_note;
	act_remember(screen, &act);
	screen_say(screen, "%s: noted; u takes the note back", item->id);
	effects_apply(screen->bench, EFFECT_REQUERY | EFFECT_REDRAW);
	return true;
}

/* A long id leaves room for what is typed. */
static const char *id_brief(const struct screen *screen, const char *id)
{
	return cells_cut(screen->bench->frame, text_of(id), screen->width / 4 > 12 ? screen->width / 4 : 12).utf8;
}

unsigned triage_note(struct screen *screen, const struct action *action)
{
	struct triage_screen *state = screen->state;
	const struct triage_item *item = item_to_note(state);
	state->asked = item->attempt;
	if (!item->own) {
		screen_say(screen, "a note goes with your label: put a mode on %s first", item->id);
		return EFFECT_REDRAW;
	}
	const char *name = arena_format(screen->bench->frame, "note on %s (%s): ", id_brief(screen, item->id), item->own);
	text_ask(screen->bench, name, item->own_note ? item->own_note : "", note_answer);
	return EFFECT_REDRAW;
}

static bool gold_of(
	struct screen *screen, const struct triage_item *item, struct arena *arena, struct gold_place *place, struct error *error)
{
	const struct triage_screen *state = screen->state;
	return gold_find(screen_store(screen), screen->bench->options->project, state->evidence->run.test_set, item->id, arena,
		place, error);
}

const char *triage_gold_mended(struct screen *screen, const struct triage_item *item, struct arena *arena)
{
	struct gold_place place;
	struct error error;
	return triage_is_mended(screen, item) && gold_of(screen, item, arena, &place, &error) ? place.text : NULL;
}

static bool gold_answer(struct screen *screen, const char *text, struct error *error)
{
	const struct triage_item *item = item_asked(screen->state, error);
	struct gold_place place;
	CLEANUP(arena_release) struct arena *arena = arena_create();
	if (!item)
		return false;
	struct triage_act act = {.kind = ACT_GOLD, .attempt = item->attempt, .id = item->id};
	if (!gold_of(screen, item, arena, &place, error))
		return false;
	if (!strcmp(place.text, text)) {
		screen_say(screen, "the expected answer of %s stays as it was", item->id);
		return true;
	}
	if (!gold_mend(&place, text, arena, &act.gold, error))
		return false;
	act_remember(screen, &act);
	((struct triage_screen *)screen->state)->document = (struct document){0};
	screen_say(screen, "mended in the file; u takes it back, s scores what is stored anew, no call");
	return true;
}

unsigned triage_gold(struct screen *screen, const struct action *action)
{
	struct triage_screen *state = screen->state;
	struct gold_place place;
	struct error error = {0};
	CLEANUP(arena_release) struct arena *arena = arena_create();
	const struct triage_item *item = triage_item_selected(state);
	state->labelled = 0;
	state->asked = item->attempt;
	if (!gold_of(screen, item, arena, &place, &error))
		screen_say_error(screen, &error);
	else if (strlen(place.text) >= INPUT_SIZE)
		screen_say(screen, "the expected answer is too long for a line: mend it in %s:%ld", place.file, place.line);
	else
		text_ask(screen->bench, arena_format(arena, "expected answer of %s: ", id_brief(screen, place.id)), place.text,
			gold_answer);
	return EFFECT_REDRAW;
}

/* ---- taking back --------------------------------------------------------------------------------------------------- */

static bool undo_write(struct screen *screen, struct store *store, const struct triage_act *act, struct error *error)
{
	const struct triage_screen *state = screen->state;
	struct triage_act opposite = *act;
	struct label_row row = {
		.attempt = act->attempt, .mode = act->mode, .act = "withdrawn", .source = "person", .author = state->rater};
	switch (act->kind) {
	case ACT_LABEL:
		return label_put(store, &row, error);
	case ACT_NOTE:
		return label_write(screen, store, act, error);
	case ACT_DEFER:
		opposite.deferred = !act->deferred;
		return defer_write(screen, store, &opposite, error);
	case ACT_GOLD:
		return gold_restore(&act->gold, error);
	}
	return false;
}

static const char *undo_words(const struct triage_act *act, struct arena *arena)
{
	switch (act->kind) {
	case ACT_LABEL:
		return arena_format(arena, "%s of %s is taken back", act->mode, act->id);
	case ACT_NOTE:
		return arena_format(arena, "the note on %s is taken back; %s stays", act->id, act->mode);
	case ACT_DEFER:
		return arena_format(arena, "%s is %s", act->id, act->deferred ? "deferred no longer" : "deferred again");
	case ACT_GOLD:
		return arena_format(arena, "the expected answer of %s is as it was, in the file", act->id);
	}
	return "";
}

static bool earlier_write(struct screen *screen, struct store *store, const struct triage_act *act, struct error *error)
{
	const struct triage_screen *state = screen->state;
	const char *was;
	CLEANUP(arena_release) struct arena *arena = arena_create();
	return label_undo(store, act->attempt, "person", state->rater, arena, &was, error) &&
	       (was || error_set(error, ERROR_USAGE, "there is nothing more to take back, and %s has no label of %s", act->id,
			       state->rater));
}

/* Of an earlier session only the label of the selected failure is known. */
static unsigned earlier_undo(struct screen *screen)
{
	const struct triage_item *item = triage_item_selected(screen->state);
	if (!item) {
		screen_say(screen, "there is nothing to take back");
		return EFFECT_REDRAW;
	}
	struct triage_act act = {.kind = ACT_LABEL, .attempt = item->attempt, .id = item->id, .mode = item->own};
	if (!triage_write(screen, earlier_write, &act))
		return EFFECT_REDRAW;
	screen_say(screen, "%s of %s, put earlier, is taken back", act.mode ? act.mode : "the label", act.id);
	return EFFECT_REQUERY | EFFECT_REDRAW;
}

unsigned triage_undo(struct screen *screen, const struct action *action)
{
	struct triage_screen *state = screen->state;
	struct triage_acts *acts = screen->bench->acts;
	state->labelled = 0;
	if (!acts || !acts->count)
		return earlier_undo(screen);
	const struct triage_act *act = &acts->items[acts->count - 1];
	bool good = triage_write(screen, undo_write, act);
	/* a file that was edited since stays as it is, and what was done before can be taken back */
	acts->count -= good || act->kind == ACT_GOLD;
	if (!good)
		return EFFECT_REDRAW;
	state->selected = act->attempt;
	state->pager.top = 0;
	screen_say(screen, "%s", undo_words(act, screen->bench->frame));
	return EFFECT_REQUERY | EFFECT_REDRAW;
}
