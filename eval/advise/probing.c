#include "eval/advise/probing.h"
#include "eval/base/nearest.h"
#include "eval/base/random.h"
#include <math.h>
#include <stdlib.h>

/* ---- flips ----------------------------------------------------------------------------------------------------------------------
 */

static double placebo_flip(const struct evidence *evidence)
{
	const struct evidence_arm *again = evidence_probe(evidence, "placebo");
	size_t asked = 0, right = 0;
	for (size_t i = 0; again && i < evidence->case_count; i++)
		if (case_fails(evidence, i) && !isnan(again->rate[i])) {
			asked++;
			right += again->rate[i] >= 1;
		}
	return asked ? (double)right / (double)asked : NAN;
}

static void flip_add(const struct evidence *evidence, const struct evidence_arm *arm, struct flip *flip)
{
	flip->arm = flip->arm ? flip->arm : arm;
	flip->arms++;
	for (size_t i = 0; i < evidence->case_count; i++) {
		if (isnan(arm->rate[i]) || isnan(evidence->arms[evidence->base].rate[i]))
			continue;
		bool right = arm->rate[i] >= 1;
		if (case_fails(evidence, i)) {
			flip->asked++;
			flip->flipped += right;
		} else {
			flip->passing_asked++;
			flip->broken += !right;
		}
	}
}

static void net_set(const struct evidence *evidence, struct flip *flip)
{
	double placebo = placebo_flip(evidence);
	flip->net = flip->asked && placebo < 1 ? ((double)flip->flipped / (double)flip->asked - placebo) / (1 - placebo) : NAN;
}

struct flip flip_of(const struct evidence *evidence, const struct evidence_arm *arm)
{
	struct flip flip = {0};
	flip_add(evidence, arm, &flip);
	net_set(evidence, &flip);
	return flip;
}

struct flip flip_of_probe(const struct evidence *evidence, const char *probe)
{
	struct flip flip = {0};
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		if (arm->probe && arm->steps == 1 && arm->measured && strcmp(arm->probe, probe) == 0)
			flip_add(evidence, arm, &flip);
	}
	net_set(evidence, &flip);
	return flip;
}

/* ---- which probes -------------------------------------------------------------------------------------------------- */

static bool flips_nothing(const struct evidence *evidence, const char *probe)
{
	const struct evidence_arm *arm = evidence_probe(evidence, probe);
	if (!arm)
		return false;
	struct flip flip = flip_of(evidence, arm);
	return flip.asked >= 5 && flip.flipped * 50 < flip.asked; /* under 2 % */
}

/* What keeps gold passages from being shown; NULL: some failed case has them. */
static const char *gold_lacks(const struct evidence *evidence, struct arena *arena)
{
	const char *named = NULL;
	for (size_t i = 0; i < evidence->case_count; i++) {
		const json_t *gold = evidence->cases[i].gold_passages;
		if (!case_fails(evidence, i) || !json_array_size(gold))
			continue;
		if (evidence->cases[i].gold_indexed != KNOWN_NO)
			return NULL;
		named = named ? named : json_string_value(json_array_get(gold, 0));
	}
	return named ? arena_format(arena, "the corpus holds no gold passage of a failed case: they are called `%s`, its own `%s`", named,
			       evidence->passage ? evidence->passage : "")
		     : "no failed case names its gold passages";
}

static bool wants_gold(const char *name)
{
	return strcmp(name, "oracle-context") == 0 || strcmp(name, "oracle-distractors") == 0 ||
	       strcmp(name, "irrelevant-only") == 0;
}

/* Some probes wait for another one: what it says decides whether they can change anything. */
static const struct {
	const char *probe, *after, *reason;
} chains[] = {
	{"oracle-distractors", "oracle-context", "the gold passages alone flip hardly anything: neither would they among others"},
	{"irrelevant-only", "oracle-context", "the gold passages flip hardly anything: retrieval is not the matter"},
	{"repeats", "placebo", "the placebo flips hardly anything: the answers are stable"},
	{"few-shot-static", "few-shot-nearest", "the nearest examples flip hardly anything: neither would the same ones for all"},
};

/* *after: the probe that it waits for, where that was not asked yet. */
static const char *left_out(const struct evidence *evidence, const struct probe_type *type, struct arena *arena, const char **after)
{
	const char *lacks = wants_gold(type->name) ? gold_lacks(evidence, arena) : NULL;
	if (!type->calls)
		return "needs no call: `lever next` looks at the stored outputs";
	if (lacks)
		return lacks;
	for (size_t i = 0; i < COUNT(chains); i++) {
		if (strcmp(chains[i].probe, type->name) != 0)
			continue;
		if (flips_nothing(evidence, chains[i].after))
			return chains[i].reason;
		if (!evidence_probe(evidence, chains[i].after))
			*after = chains[i].after;
	}
	return NULL;
}

static bool is_wanted(const struct probing_options *options, const char *name)
{
	for (size_t i = 0; i < options->only_count; i++)
		if (strcmp(options->only[i], name) == 0)
			return true;
	return options->only_count == 0;
}

static bool names_check(const struct probing_options *options, struct arena *arena, struct error *error)
{
	const char *names[64];
	size_t count = 0;
	for (; probe_types[count] && count < COUNT(names); count++)
		names[count] = probe_types[count]->name;
	for (size_t i = 0; i < options->only_count; i++)
		if (!probe_find(options->only[i]))
			return error_set(error, ERROR_USAGE, "there is no probe `%s`%s (`lever show probes` lists them)",
				options->only[i], nearest_hint(arena, options->only[i], names, count));
	return true;
}

/* A probe that the project declares itself (recorded outputs, a prompt of its own) needs no derived one. */
static bool is_declared(const struct project *project, const struct variant *base, const struct probe_type *type)
{
	for (size_t i = 0; i < project->variant_count; i++)
		if (project->variants[i]->probe == type && project->variants[i]->parent == base &&
			!strchr(project->variants[i]->name, '+'))
			return true;
	return false;
}

static const char *derive_all(struct project *project, const struct variant *base, const struct probe_type *type,
	struct arena *arena, struct probing *ret, size_t *room)
{
	struct error error;
	if (is_declared(project, base, type))
		return "the project declares it: `lever run` measures it";
	for (int copy = 0; copy < probe_copies(project, type); copy++) {
		const char *name = arena_format(arena, copy ? "%s+%s-%d" : "%s+%s", base->name, type->name, copy + 1);
		const struct variant *variant = project_variant(project, name);
		if (!variant)
			variant = probe_derive(project, base, type, copy, &error);
		if (!variant)
			return arena_string(arena, error.message);
		*LIST_MORE(arena, ret->names, ret->name_count, *room) = variant->name;
	}
	return NULL;
}

static int by_order(const void *left, const void *right)
{
	const struct probing_row *a = left, *b = right;
	return a->type->order - b->type->order;
}

/* ---- which cases --------------------------------------------------------------------------------------------------- */

struct lot {
	uint64_t order;
	size_t at;
};

static int by_lot(const void *left, const void *right)
{
	const struct lot *a = left, *b = right;
	return a->order < b->order ? -1 : a->order > b->order;
}

static int by_position(const void *left, const void *right)
{
	const struct drawn_case *a = left, *b = right;
	return a->position < b->position ? -1 : a->position > b->position;
}

static void cases_draw(
	const struct evidence *evidence, const struct probing_options *options, struct arena *arena, struct probing *ret)
{
	struct lot *lots = arena_take(arena, (evidence->case_count + 1) * sizeof *lots);
	ret->draws = arena_take(arena, (evidence->case_count + 1) * sizeof *ret->draws);
	for (size_t i = 0; i < evidence->case_count; i++) {
		const struct evidence_case *row = &evidence->cases[i];
		if (isnan(evidence->arms[evidence->base].rate[i]))
			continue;
		if (case_fails(evidence, i)) {
			ret->draws[ret->draw_count++] = (struct drawn_case){row->position, "failing", 1};
			ret->failing++;
		} else
			lots[ret->passing++] = (struct lot){random_of((uint64_t)options->seed, row->id, strlen(row->id)), i};
	}
	qsort(lots, ret->passing, sizeof *lots, by_lot);
	size_t wanted = options->sample < (long long)ret->passing ? (size_t)options->sample : ret->passing;
	for (size_t i = 0; i < wanted; i++)
		ret->draws[ret->draw_count++] =
			(struct drawn_case){evidence->cases[lots[i].at].position, "passing", (double)wanted / (double)ret->passing};
	qsort(ret->draws, ret->draw_count, sizeof *ret->draws, by_position);
}

/* Good enough is the advice then, whatever a probe says; NULL: it is not. */
static const char *bar_met(const struct evidence *evidence, const struct project *project, struct arena *arena)
{
	struct proportion rate = evidence_base_rate(evidence, arena);
	double bar = project->advice.bar;
	if (isnan(bar) || !rate.interval.defined || rate.interval.low < bar)
		return NULL;
	return arena_format(arena,
		"good enough: at least %.1f%% against a bar of %.1f%%; `--only` asks all the same",
		tenths_of(rate.interval.low),
		tenths_of(bar));
}

bool probing_plan(const struct evidence *evidence, struct project *project, const struct probing_options *options,
	struct arena *arena, struct probing *ret, struct error *error)
{
	const char *name = evidence->arms[evidence->base].arm.name;
	const struct variant *base = project_variant(project, name);
	size_t rows = 0, names = 0;
	*ret = (struct probing){0};
	if (!names_check(options, arena, error))
		return false;
	if (!base)
		return error_set(error, ERROR_USAGE, "the project has no variant `%s` any more", name);
	cases_draw(evidence, options, arena, ret);
	for (const struct probe_type *const *type = probe_types; *type; type++)
		if (is_wanted(options, (*type)->name))
			*LIST_MORE(arena, ret->rows, ret->row_count, rows) = (struct probing_row){.type = *type};
	qsort(ret->rows, ret->row_count, sizeof *ret->rows, by_order);
	const char *met = options->only_count ? NULL : bar_met(evidence, project, arena);
	for (size_t i = 0; i < ret->row_count; i++) {
		struct probing_row *row = &ret->rows[i];
		row->reason = !ret->failing ? "no case fails" : met ? met : left_out(evidence, row->type, arena, &row->after);
		row->first = ret->name_count;
		bool now = !row->after || options->only_count || options->ahead;
		if (!row->reason && now)
			row->reason = derive_all(project, base, row->type, arena, ret, &names);
		else if (!row->reason)
			row->reason = ""; /* not yet */
		row->after = row->reason || options->only_count ? NULL : row->after;
		row->count = ret->name_count - row->first;
	}
	return true;
}

void probing_leave_out(struct probing *probing, struct probing_row *row, const char *reason)
{
	memmove(&probing->names[row->first], &probing->names[row->first + row->count],
		(probing->name_count - row->first - row->count) * sizeof *probing->names);
	probing->name_count -= row->count;
	for (size_t i = 0; i < probing->row_count; i++)
		if (probing->rows[i].first > row->first)
			probing->rows[i].first -= row->count;
	row->count = 0;
	row->reason = reason;
}
