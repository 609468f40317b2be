#include "eval/score/lenient.h"
#include "eval/store/attempts.h"
#include "tui/screens/search.h"
#include <stdlib.h>

/* ---- the case and its question -------------------------------------------------------------------------------------- */

/* One line, as it is typed: what a search takes of it are its words. */
static const char *one_line(struct arena *arena, struct text text)
{
	char *line = arena_copy(arena, text.data ? text.data : "", text.length);
	for (char *at = line; *at; at++)
		if (*at == '\n' || *at == '\r' || *at == '\t')
			*at = ' ';
	struct text trimmed = text_trim(text_of(line));
	return arena_copy(arena, trimmed.data, trimmed.length);
}

static void own_set(struct search_screen *state, const char *variant, const char *corpus, struct text question)
{
	state->asked_by = arena_string(state->asker, variant);
	state->own = one_line(state->asker, question);
	free(state->question);
	state->question = string_copy(state->own);
	if (corpus) {
		free(state->corpus);
		state->corpus = string_copy(corpus);
	}
}

/* What the variant asked when it answered the case. */
static bool question_stored(
	struct search_screen *state, struct store *store, const struct run_variant *variant, long long input, struct error *error)
{
	struct attempt_row attempt;
	struct retrieval_row retrieval;
	bool found = false;
	if (!attempt_find(store, (struct attempt_key){variant->version, input, 1}, state->asker, &attempt, &found, error))
		return false;
	if (found && !retrieval_get(store, attempt.id, state->asker, &retrieval, &found, error))
		return false;
	if (found && retrieval.query.length)
		own_set(state, variant->name, retrieval.corpus, retrieval.query);
	return true;
}

/* The selected variant comes first, then the others of the run. */
static bool questions_stored(
	struct search_screen *state, struct store *store, const struct run_row *run, long long input, struct error *error)
{
	for (int other = 0; other < 2; other++)
		for (size_t i = 0; i < run->variant_count && !state->own; i++)
			if (!run->variants[i].generated && (run->variants[i].version == state->target.version) == !other &&
				!question_stored(state, store, &run->variants[i], input, error))
				return false;
	return true;
}

/* What a variant of the project would ask, else all text of the case. */
static void question_make(struct search_screen *state, const struct project *project, const struct case_row *row)
{
	CLEANUP(buffer_release) struct buffer question = BUFFER_EMPTY;
	struct error ignored;
	JSON_OWNED *vars = json_parse(row->vars, &ignored);
	for (size_t i = 0; project && i < project->variant_count && !state->own; i++) {
		const struct variant *variant = project->variants[i];
		question.length = 0;
		if (variant->retrieve && retrieval_query(variant->retrieve, vars, &question, &ignored))
			own_set(state, variant->name, variant->retrieve->corpus->name, buffer_text(&question));
	}
	question.length = 0;
	if (!state->own && retrieval_query(NULL, vars, &question, &ignored))
		own_set(state, NULL, NULL, buffer_text(&question));
}

static bool asker_load(struct search_screen *state, struct store *store, const struct project *project, struct error *error)
{
	struct error ignored;
	struct run_row run, *rows;
	struct case_row row;
	size_t count = 0;
	bool found = false;
	if (!state->target.run && !run_list(store, 0, 1, state->asker, &rows, &count, error))
		return false;
	long long id = state->target.run ? state->target.run : count ? rows[0].id : 0;
	if (id && !run_get(store, id, state->asker, &run, &found, error))
		return false;
	if (found && !case_at(store, run.test_set, state->target.position, state->asker, &row, &found, error))
		return false;
	if (!found)
		return true;
	if (!questions_stored(state, store, &run, row.input_id, error))
		return false;
	if (!state->own)
		question_make(state, project, &row);
	state->gold = row.gold.data ? json_parse(row.gold, &ignored) : NULL;
	state->case_id = row.id;
	return true;
}

/* ---- the corpus ------------------------------------------------------------------------------------------------------ */

static bool names_load(struct search_screen *state, struct store *store, const struct project *project, struct error *error)
{
	if (!project)
		return corpus_list(store, state->arena, &state->names, &state->name_count, error);
	state->names = arena_take(state->arena, (project->corpus_count + 1) * sizeof *state->names);
	state->name_count = project->corpus_count;
	for (size_t i = 0; i < project->corpus_count; i++)
		state->names[i] = project->corpora[i].name;
	return true;
}

/* The one that is asked, where it is still there; else the first. */
static void corpus_choose(struct search_screen *state)
{
	bool there = false;
	for (size_t i = 0; i < state->name_count; i++)
		there |= state->corpus && strcmp(state->names[i], state->corpus) == 0;
	if (there || !state->name_count)
		return;
	free(state->corpus);
	state->corpus = string_copy(state->names[0]);
}

static void age_find(struct search_screen *state, struct store *store, const struct project *project)
{
	const struct corpus_source *source = project ? project_corpus(project, state->corpus) : NULL;
	enum corpus_age age;
	struct error ignored;
	if (!source || state->compared_at == state->row.indexed_at)
		return;
	state->outdated =
		corpus_outdated(store, source->name, source->folder, &source->passages, &age, &ignored) && age == CORPUS_CHANGED;
	state->compared_at = state->row.indexed_at;
}

/* The variant that the case's question is of, else the first that asks this corpus. */
static const struct variant *taker_find(const struct search_screen *state, const struct project *project)
{
	const struct variant *first = NULL;
	for (size_t i = 0; project && i < project->variant_count; i++) {
		const struct variant *variant = project->variants[i];
		if (!variant->retrieve || strcmp(variant->retrieve->corpus->name, state->corpus))
			continue;
		if (state->asked_by && !strcmp(state->asked_by, variant->name))
			return variant;
		first = first ? first : variant;
	}
	return first;
}

static bool gold_count(struct search_screen *state, struct store *store, struct error *error)
{
	const char *below = state->count < SEARCH_PASSAGES ? "not found by this question"
							   : arena_format(state->arena, "not among the first %d", SEARCH_PASSAGES);
	size_t at;
	json_t *id;
	json_array_foreach(state->gold, at, id)
	{
		JSON_OWNED *one = json_pack("[O]", id);
		struct passage_row *rows;
		size_t count = 0, i = 0;
		if (!json_is_string(id))
			continue;
		while (i < state->count && !passage_is_gold(one, state->rows[i].key))
			i++;
		state->gold_found += i < state->count;
		if (i < state->count && (!state->gold_first || i + 1 < state->gold_first))
			state->gold_first = i + 1;
		if (i < state->count)
			continue;
		if (!passage_list(store, state->row.id, json_string_value(id), state->arena, &rows, &count, error))
			return false;
		state->missing = arena_format(state->arena, "%s%s%s (%s)", state->missing, *state->missing ? ", " : "",
			json_string_value(id), count ? below : "not in the corpus");
	}
	return true;
}

static void selection_restore(struct search_screen *state)
{
	list_set_count(&state->list, (long long)state->count);
	for (size_t i = 0; state->selected && i < state->count; i++)
		if (!strcmp(state->rows[i].key, state->selected))
			list_select(&state->list, (long long)i);
}

static bool answer_load(struct search_screen *state, struct store *store, const struct project *project, struct error *error)
{
	if (!names_load(state, store, project, error))
		return false;
	corpus_choose(state);
	if (state->corpus && !corpus_find(store, state->corpus, state->arena, &state->row, &state->indexed, error))
		return false;
	if (!state->indexed)
		return true;
	age_find(state, store, project);
	state->taker = taker_find(state, project);
	if (!state->question || !*state->question)
		return true;
	return corpus_search(store, state->row.id, text_of(state->question), SEARCH_PASSAGES, state->arena, &state->rows,
		       &state->count, error) &&
	       gold_count(state, store, error);
}

bool search_load(struct screen *screen, struct error *error)
{
	struct search_screen *state = screen->state, old;
	const struct project *project = screen->bench->options->project;
	struct store *store = screen_store(screen);
	if (!state->asked_for && state->target.position && !asker_load(state, store, project, error))
		return false;
	state->asked_for = true;
	old = *state;
	state->arena = arena_create();
	state->names = NULL;
	state->name_count = state->count = state->gold_found = state->gold_first = 0;
	state->rows = NULL;
	state->missing = "";
	state->taker = NULL;
	state->indexed = false;
	if (!answer_load(state, store, project, error)) {
		arena_free(state->arena);
		char *corpus = state->corpus; /* may have been chosen anew */
		*state = old;
		state->corpus = corpus;
		return false;
	}
	arena_free(old.arena);
	state->document = (struct document){0};
	selection_restore(state);
	return true;
}
