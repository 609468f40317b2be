#include "eval/base/utf8.h"
#include "eval/store/labels.h"
#include "eval/store/outcomes.h"
#include "tui/screens/triage.h"
#include <stdlib.h>

static void selection_restore(struct triage_screen *state)
{
	list_set_count(&state->list, (long long)state->triage.count);
	const struct triage_item *item = triage_item_of(state, state->selected);
	if (item)
		list_select(&state->list, item - state->triage.items);
	item = triage_item_selected(state);
	state->selected = item ? item->attempt : 0;
}

/* Every word stands somewhere in what the row shows. */
static bool item_matches(
	const struct screen *screen, const struct triage_item *item, const char *filter, const char *rater, struct arena *arena)
{
	const char *code = item->own ? item->own : item->mode, *note = item->own ? item->own_note : item->note;
	struct text row = text_fold(arena, text_of(arena_format(arena, "%s %s %s %s %s %s", item->id,
						   triage_state_word(screen, item), code ? code : "?",
						   code ? mode_words_of(screen->bench->options->project, code).name : "",
						   item->own	  ? rater
						   : item->source ? item->source
								  : "",
						   note ? note : "")));
	struct text rest = text_fold(arena, text_of(filter));
	for (size_t at = 0; at < rest.length;) {
		size_t end = at;
		while (end < rest.length && rest.data[end] != ' ')
			end++;
		if (end > at && text_find(row, text_make(rest.data + at, end - at), 0) < 0)
			return false;
		at = end + 1;
	}
	return true;
}

static void items_filter(const struct screen *screen, struct triage *triage, const char *rater, struct arena *arena)
{
	const struct triage_screen *state = screen->state;
	size_t kept = 0;
	for (size_t i = 0; i < triage->count; i++)
		if (!*state->filter || item_matches(screen, &triage->items[i], state->filter, rater, arena))
			triage->items[kept++] = triage->items[i];
	triage->count = kept;
}

/* Agreement with every other rater; a blind one is told nothing of others. */
static bool kappas_read(struct triage_screen *loaded, struct store *store, struct error *error)
{
	const struct evidence *evidence = loaded->evidence;
	long long version = evidence->arms[evidence->base].arm.version;
	const char **raters;
	size_t count = 0;
	if (!evidence->blind && !label_raters(store, version, loaded->arena, &raters, &count, error))
		return false;
	loaded->kappas = arena_take(loaded->arena, (count + 1) * sizeof *loaded->kappas);
	loaded->kappa_count = 0;
	for (size_t i = 0; i < count; i++) {
		struct rater_kappa *kappa = &loaded->kappas[loaded->kappa_count];
		if (!strcmp(raters[i], loaded->rater))
			continue;
		kappa->rater = raters[i];
		loaded->kappa_count++;
		if (!agreement_read(
			    store, evidence->run.id, version, loaded->rater, raters[i], loaded->arena, &kappa->agreement, error))
			return false;
	}
	return true;
}

/* Where people only labelled since, which is so with each key, the answers are not read again. What is read belongs to the screen at
 * once: `loaded` only looks at it. */
static bool evidence_take(struct screen *screen, struct triage_screen *loaded, struct error *error)
{
	struct triage_screen *state = screen->state;
	const struct project *project = screen->bench->options->project;
	struct evidence_options options = {.run = state->run, .base = state->base, .base_version = state->version, .unsearched = true};
	const char *blind = blind_rater(screen->bench, loaded->arena);
	options.blind = blind;
	struct evidence *evidence;
	const char *mark;
	if (!outcome_mark(screen_store(screen), loaded->arena, &mark, error))
		return false;
	mark = arena_format(loaded->arena, "%s %lld %s %p", mark, state->run, state->base ? state->base : "", (const void *)project);
	if (state->mark && !strcmp(mark, state->mark)) {
		state->evidence->blind = arena_string(state->evidence->arena, blind);
		return evidence_relabel(state->evidence, screen_store(screen), error);
	}
	if (!evidence_load(screen_store(screen), project, &options, &evidence, error))
		return false;
	evidence_free(state->evidence);
	free(state->mark);
	state->triage = (struct triage){0}; /* they were of the former one */
	state->evidence = loaded->evidence = evidence;
	state->mark = loaded->mark = string_copy(mark);
	return true;
}

static bool items_load(struct screen *screen, struct triage_screen *loaded, struct error *error)
{
	struct store *store = screen_store(screen);
	if (!evidence_take(screen, loaded, error) ||
		!triage_read(loaded->evidence, store, loaded->rater, loaded->arena, &loaded->triage, error) ||
		!kappas_read(loaded, store, error))
		return false;
	loaded->all = loaded->triage.count;
	return true;
}

bool triage_load(struct screen *screen, struct error *error)
{
	struct triage_screen *state = screen->state, loaded = *state;
	loaded.arena = arena_create();
	loaded.rater = rater_name(loaded.arena, getenv("LEVER_RATER"));
	if (!items_load(screen, &loaded, error)) {
		arena_free(loaded.arena);
		return false;
	}
	arena_free(state->arena);
	*state = loaded;
	items_filter(screen, &state->triage, state->rater, state->arena);
	state->document = (struct document){0};
	selection_restore(state);
	return true;
}
