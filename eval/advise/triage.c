#include "eval/advise/triage.h"
#include "eval/store/labels.h"
#include "eval/store/triage.h"
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- the queue ----------------------------------------------------------------------------------------------------- */

struct own_label {
	long long attempt;
	int64_t created_at;
	const char *mode, *note;
};
struct own_labels {
	struct arena *arena;
	struct own_label *items;
	size_t count, room;
};

static bool said_take(void *data, const struct label_standing *label)
{
	struct own_labels *own = data;
	*LIST_MORE(own->arena, own->items, own->count, own->room) = (struct own_label){label->attempt, label->created_at,
		arena_string(own->arena, label->mode), arena_string(own->arena, label->note)};
	return true;
}

static bool own_take(void *data, const struct label_standing *label)
{
	return strcmp(label->source, "person") != 0 || said_take(data, label);
}

static const struct own_label *own_find(const struct own_labels *own, long long attempt)
{
	for (size_t i = 0; i < own->count; i++)
		if (own->items[i].attempt == attempt)
			return &own->items[i];
	return NULL;
}

static bool is_deferred(const long long *attempts, size_t count, long long attempt)
{
	for (size_t i = 0; i < count; i++)
		if (attempts[i] == attempt)
			return true;
	return false;
}

/* Unexplained ones teach most, then those a person has to confirm, then what a rule or probe says; within these one of each mode by
 * turns, so that the first dozen shows the whole range. */
struct place {
	int state, kind;
	size_t turn, at;
};

static int by_place(const void *left, const void *right)
{
	const struct place *a = left, *b = right;
	if (a->state != b->state)
		return a->state - b->state;
	if (a->kind != b->kind)
		return a->kind - b->kind;
	if (a->turn != b->turn)
		return a->turn < b->turn ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static int kind_of(const char *mode)
{
	const struct failure_mode *known = mode ? failure_mode_find(mode) : NULL;
	return !mode ? 0 : known && known->confirm >= CONFIRM_JUDGE ? 1 : 2;
}

/* How many there were of each mode so far. */
struct turns {
	const char **modes;
	size_t *counts, count, mode_room, count_room;
};

static size_t turn_take(struct turns *turns, const char *mode, struct arena *arena)
{
	for (size_t i = 0; mode && i < turns->count; i++)
		if (!strcmp(turns->modes[i], mode))
			return turns->counts[i]++;
	if (mode) {
		size_t known = turns->count;
		*LIST_MORE(arena, turns->modes, known, turns->mode_room) = mode;
		*LIST_MORE(arena, turns->counts, turns->count, turns->count_room) = 1;
	}
	return 0;
}

static void queue_order(struct triage *triage, struct arena *arena)
{
	struct turns turns = {0};
	struct place *places = arena_take(arena, (triage->count + 1) * sizeof *places);
	struct triage_item *sorted = arena_take(arena, (triage->count + 1) * sizeof *sorted);
	for (size_t i = 0; i < triage->count; i++) {
		const struct triage_item *item = &triage->items[i];
		places[i] = (struct place){item->own	    ? 2
					   : item->deferred ? 1
							    : 0,
			kind_of(item->mode), turn_take(&turns, item->mode, arena), i};
	}
	qsort(places, triage->count, sizeof *places, by_place);
	for (size_t i = 0; i < triage->count; i++)
		sorted[i] = triage->items[places[i].at];
	triage->items = sorted;
}

static int by_time(const void *left, const void *right)
{
	const struct own_label *a = left, *b = right;
	return a->created_at < b->created_at ? -1 : a->created_at > b->created_at;
}

static void saturation_count(struct own_labels *own, size_t *recent, size_t *recent_new)
{
	*recent = *recent_new = 0;
	if (!own->count)
		return;
	qsort(own->items, own->count, sizeof *own->items, by_time);
	size_t from = own->count > SATURATION_WINDOW ? own->count - SATURATION_WINDOW : 0;
	*recent = own->count - from;
	for (size_t i = from; i < own->count; i++) {
		bool seen = false;
		for (size_t k = 0; k < i; k++)
			seen |= strcmp(own->items[k].mode, own->items[i].mode) == 0;
		*recent_new += !seen;
	}
}

bool triage_read(struct evidence *evidence, struct store *store, const char *rater, struct arena *arena, struct triage *ret,
	struct error *error)
{
	const struct evidence_arm *base = &evidence->arms[evidence->base];
	struct own_labels own = {.arena = arena};
	long long *deferred;
	size_t deferred_count;
	*ret = (struct triage){.items = arena_take(arena, (evidence->failing + 1) * sizeof *ret->items)};
	if (!label_standing_each(store, evidence->run.id, base->arm.version, rater, own_take, &own, error) ||
		!triage_deferred(store, rater, arena, &deferred, &deferred_count, error))
		return false;
	for (size_t i = 0; i < evidence->case_count; i++) {
		const struct evidence_case *row = &evidence->cases[i];
		if (!case_fails(evidence, i) || !base->attempt[i])
			continue;
		const struct own_label *said = own_find(&own, base->attempt[i]);
		struct triage_item *item = &ret->items[ret->count++];
		*item = (struct triage_item){.at = i,
			.attempt = base->attempt[i],
			.id = row->id,
			.mode = arena_string(arena, row->mode),
			.source = arena_string(arena, row->source),
			.author = arena_string(arena, row->author),
			.note = arena_string(arena, row->note),
			.own = said ? said->mode : NULL,
			.own_note = said ? said->note : NULL,
			.deferred = is_deferred(deferred, deferred_count, base->attempt[i])};
		ret->done += item->own != NULL;
		ret->deferred += item->deferred && !item->own;
	}
	queue_order(ret, arena);
	saturation_count(&own, &ret->recent, &ret->recent_new);
	return true;
}

bool rater_progress_read(struct evidence *evidence, struct store *store, struct arena *arena, struct rater_progress **ret,
	size_t *count, struct error *error)
{
	long long version = evidence->arms[evidence->base].arm.version;
	const char **raters;
	size_t n, kept = 0;
	if (!label_raters(store, version, arena, &raters, &n, error))
		return false;
	struct rater_progress *rows = arena_take(arena, (n + 1) * sizeof *rows);
	for (size_t i = 0; i < n; i++) {
		struct own_labels own = {.arena = arena};
		struct rater_progress *row = &rows[kept];
		if (!label_standing_each(store, evidence->run.id, version, raters[i], own_take, &own, error))
			return false;
		*row = (struct rater_progress){.rater = raters[i], .labelled = own.count};
		saturation_count(&own, &row->recent, &row->recent_new);
		kept += own.count > 0;
	}
	*ret = rows;
	*count = kept;
	return true;
}

/* ---- agreement ----------------------------------------------------------------------------------------------------- */

static size_t code_index(struct agreement *agreement, const char *code)
{
	for (size_t i = 0; i < agreement->code_count; i++)
		if (strcmp(agreement->codes[i], code) == 0)
			return i;
	agreement->codes[agreement->code_count] = code;
	return agreement->code_count++;
}

bool agreement_read(struct store *store, long long run, long long version, const char *first, const char *second,
	struct arena *arena, struct agreement *ret, struct error *error)
{
	struct own_labels a = {.arena = arena}, b = {.arena = arena};
	*ret = (struct agreement){.kappa = {NAN, NAN, NAN}};
	if (!label_standing_each(store, run, version, first, said_take, &a, error) ||
		!label_standing_each(store, run, version, second, said_take, &b, error))
		return false;
	ret->codes = arena_take(arena, (a.count + b.count + 1) * sizeof *ret->codes);
	for (size_t i = 0; i < a.count; i++)
		code_index(ret, a.items[i].mode);
	for (size_t i = 0; i < b.count; i++)
		code_index(ret, b.items[i].mode);
	size_t size = ret->code_count;
	long long *table = arena_take(arena, (size * size + 1) * sizeof *table);
	for (size_t i = 0; i < a.count; i++) {
		const struct own_label *other = own_find(&b, a.items[i].attempt);
		if (!other)
			continue;
		table[code_index(ret, a.items[i].mode) * size + code_index(ret, other->mode)]++;
		ret->both++;
	}
	ret->kappa = cohen_kappa(table, size);
	ret->by_code = arena_take(arena, (size + 1) * sizeof *ret->by_code);
	for (size_t i = 0; i < size; i++)
		ret->by_code[i] = class_agreement(table, size, i);
	return true;
}

bool mode_known(const struct project *project, const char *code)
{
	for (size_t i = 0; project && i < project->mode_count; i++)
		if (strcmp(project->modes[i].code, code) == 0)
			return true;
	return failure_mode_find(code) != NULL;
}

const char *rater_name(struct arena *arena, const char *given)
{
	const char *login = getenv("LOGNAME");
	return arena_string(arena, given && *given ? given : login && *login ? login : "me");
}
