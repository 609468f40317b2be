/* Two arms beside each other. */
#include "eval/run/gate.h"
#include <math.h>
#include <stdlib.h>

#define NAMED 3

/* Cases that stand in the way: the first few by name, all counted. */
struct named {
	const char *first[NAMED];
	size_t count;
};

static void named_add(struct named *named, const char *id)
{
	if (named->count < NAMED)
		named->first[named->count] = id;
	named->count++;
}

/* "3 cases WHAT NAME (c1, c2, c3 and 27 more)", "; " in front of what is not the first. */
static const char *named_words(
	const struct named *named, const char *before, const char *what, const char *name, struct arena *arena)
{
	if (!named->count)
		return before;
	const char *ids = "";
	for (size_t i = 0; i < named->count && i < NAMED; i++)
		ids = arena_format(arena, "%s%s%s", ids, i ? ", " : "", named->first[i]);
	if (named->count > NAMED)
		ids = arena_format(arena, "%s and %zu more", ids, named->count - NAMED);
	return arena_format(arena, "%s%s%zu case%s %s %s (%s)", before, *before ? "; " : "", named->count,
		named->count == 1 ? "" : "s", what, name, ids);
}

static int case_order(const void *a, const void *b)
{
	const struct gate_case *const *left = a, *const *right = b;
	return strcmp((*left)->id, (*right)->id);
}

static int id_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const struct gate_case **cases_sorted(const struct gate_arm *arm, struct arena *arena)
{
	const struct gate_case **ret = arena_take(arena, (arm->count + 1) * sizeof *ret);
	for (size_t i = 0; i < arm->count; i++)
		ret[i] = &arm->cases[i];
	qsort(ret, arm->count, sizeof *ret, case_order);
	return ret;
}

struct matching {
	const struct gate_arm *arm, *other;
	const struct gate_case **cases; /* paired */
	double *differences;
	size_t count;
	size_t silent_arm, silent_other; /* attempts of paired cases */
	bool answered_arm, answered_other;
	struct named changed, removed, added;
};

static void pair_match(struct matching *matching, const struct gate_case *a, const struct gate_case *b)
{
	if (!hash_equal(&a->input, &b->input) || !hash_equal(&a->gold, &b->gold))
		named_add(&matching->changed, a->id);
	if (isnan(a->rate) || isnan(b->rate))
		return;
	matching->silent_arm += a->silent;
	matching->silent_other += b->silent;
	matching->answered_arm |= a->silent < a->seen;
	matching->answered_other |= b->silent < b->seen;
	matching->cases[matching->count] = a;
	matching->differences[matching->count++] = a->rate - b->rate;
}

/* A case of a baseline that has not the tag is not missing. */
static void removed_add(struct matching *matching, const struct gate_case *b)
{
	const struct gate_arm *arm = matching->arm;
	if (!arm->outside_count || !bsearch(&b->id, arm->outside, arm->outside_count, sizeof *arm->outside, id_order))
		named_add(&matching->removed, b->id);
}

static void arms_match(struct matching *matching, struct arena *arena)
{
	const struct gate_arm *arm = matching->arm, *other = matching->other;
	const struct gate_case **left = cases_sorted(arm, arena), **right = cases_sorted(other, arena);
	if (arm->outside_count)
		qsort(arm->outside, arm->outside_count, sizeof *arm->outside, id_order);
	matching->cases = arena_take(arena, (arm->count + 1) * sizeof *matching->cases);
	matching->differences = arena_take(arena, (arm->count + 1) * sizeof *matching->differences);
	for (size_t i = 0, j = 0; i < arm->count || j < other->count;) {
		int order = i == arm->count ? 1 : j == other->count ? -1 : strcmp(left[i]->id, right[j]->id);
		if (order == 0)
			pair_match(matching, left[i], right[j]);
		else if (order > 0)
			removed_add(matching, right[j]);
		else if (!isnan(left[i]->rate))
			named_add(&matching->added, left[i]->id);
		i += order <= 0;
		j += order >= 0;
	}
}

static bool arms_comparable(const struct matching *matching, struct arena *arena, const char **message)
{
	const char *name = matching->other->name, *words = "";
	if (!hash_equal(&matching->arm->grading, &matching->other->grading)) {
		*message = arena_format(arena, "the scorers changed between %s and %s", name, matching->arm->name);
		return false;
	}
	words = named_words(&matching->changed, words, "changed (input or expected answer) since", name, arena);
	words = named_words(&matching->removed, words,
		matching->removed.count == 1 ? "of the baseline is no longer in the test set:" : "of the baseline are no longer in the test set:",
		name, arena);
	words = named_words(
		&matching->added, words, matching->added.count == 1 ? "of the run is not in" : "of the run are not in", name, arena);
	*message = *words ? words : NULL;
	return !*words;
}

const char *gate_cases_differ(const struct gate_arm *now, const struct gate_arm *then, struct arena *arena)
{
	struct matching matching = {.arm = now, .other = then};
	arms_match(&matching, arena);
	const char *words = named_words(&matching.changed, "", "changed (input or expected answer) since", then->name, arena);
	words = named_words(&matching.removed, words, "left the test set since", then->name, arena);
	words = named_words(&matching.added, words, "came to the test set since", then->name, arena);
	return *words ? words : NULL;
}

static const char *none_words(const struct gate_arm *arm, const struct gate_arm *other, struct arena *arena)
{
	return arena_format(arena, "no case has been run and scored with both %s and %s", arm->name, other->name);
}

bool gate_difference(
	const struct gate_arm *arm, const struct gate_arm *other, double limit, struct arena *arena, struct gate_result *ret)
{
	struct matching matching = {.arm = arm, .other = other};
	arms_match(&matching, arena);
	if (!arms_comparable(&matching, arena, &ret->message))
		return false;
	if (!matching.count) {
		ret->message = none_words(arm, other, arena);
		gate_further(ret, 0, "`lever run` measures them", arena);
		return true;
	}
	if (!matching.answered_arm || !matching.answered_other) {
		ret->message = arena_format(arena, "nothing to compare: %s has no answer", matching.answered_arm ? other->name : arm->name);
		gate_further(ret, 0, "`lever run` tries again what has no answer", arena);
		return true;
	}
	struct settle_sample sample = {
		matching.differences, gate_groups(matching.cases, matching.count, arena), matching.count, true};
	struct settled settled = gate_settle(arm, &sample, limit, matching.count, arena, ret);
	ret->answer = settled.side == SETTLED_ABOVE ? GATE_PASS : settled.side == SETTLED_BELOW ? GATE_FAIL : GATE_INCONCLUSIVE;
	const char *interval = settled.interval.defined ? arena_format(arena, "%s %+.1f to %+.1f", gate_level(arm, arena),
								  100 * settled.interval.low, 100 * settled.interval.high)
							: "no interval from so few groups";
	ret->message = arena_format(arena, "%+.1f points over %zu case%s, %s; %+.1f are asked for%s%s%s", 100 * ret->value,
		matching.count, matching.count == 1 ? "" : "s", interval, 100 * limit,
		gate_notes(arm, &sample, matching.count, settled.p, arena), gate_silent(matching.silent_arm, arm->name, arena),
		gate_silent(matching.silent_other, other->name, arena));
	return true;
}
