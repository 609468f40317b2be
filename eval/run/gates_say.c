/* Settling a question of a gate, and the words for what decided it. */
#include "eval/compare/compare.h"
#include "eval/run/gate.h"
#include <math.h>

const char *gate_answer_name(enum gate_answer answer)
{
	static const char *const names[] = {"pass", "fail", "inconclusive", "not comparable"};
	return names[answer];
}

_Static_assert(SETTLE_LEAST == LOOK_CASES, "a look that is not remembered settles nothing");

/* The first look may have been a plain one: later ones have half of the level. */
struct settle_design gate_design(const struct gate_arm *arm, double limit, size_t measured)
{
	double alpha = .05 / (double)(arm->history.tried ? arm->history.tried : 1);
	bool later = arm->history.fewer > 0;
	return (struct settle_design){limit, later ? alpha / 2 : alpha, later || measured < arm->count};
}

struct settle_design gate_design_next(const struct gate_arm *arm, double limit)
{
	struct gate_arm later = *arm;
	later.history.fewer = SETTLE_LEAST;
	return gate_design(&later, limit, arm->measured);
}

const char *gate_level(const struct gate_arm *arm, struct arena *arena)
{
	return arena_format(arena, "%.4g%%", 100 * (1 - gate_design(arm, 0, 0).alpha));
}

static const char *ordinal(long long number, struct arena *arena)
{
	static const char *const ends[] = {"th", "st", "nd", "rd"};
	bool teen = number / 10 % 10 == 1;
	return arena_format(arena, "%lld%s", number, ends[!teen && number % 10 < 4 ? number % 10 : 0]);
}

static const char *grows_words(const struct gate_arm *arm, size_t measured, struct arena *arena)
{
	if (arm->history.fewer)
		return arena_format(arena, " (anytime-valid: looked at before with %lld cases, which takes half of the error)", arm->history.fewer);
	if (measured < arm->count)
		return arena_format(
			arena, " (anytime-valid: the sample still grows, %zu of %zu cases are measured)", measured, arm->count);
	return "";
}

static const char *tried_words(const struct look_history *history, struct arena *arena)
{
	if (history->tried < 2)
		return "";
	const char *which = history->number == history->tried
				    ? arena_format(arena, "the %s version", ordinal(history->number, arena))
				    : arena_format(arena, "one of %lld versions", history->tried);
	return arena_format(arena, " (%s tried on these cases: %lld share the 5%%)", which, history->tried);
}

const char *gate_notes(
	const struct gate_arm *arm, const struct settle_sample *sample, size_t measured, double p, struct arena *arena)
{
	double alpha = gate_design(arm, 0, measured).alpha;
	long long groups = 0;
	for (size_t i = 0; sample && sample->groups && i < sample->count; i++)
		groups = sample->groups[i] > groups ? sample->groups[i] : groups;
	return arena_format(arena, "%s%s%s%s", groups ? arena_format(arena, " (clustered: %lld group%s)", groups, groups == 1 ? "" : "s") : "",
		p >= alpha ? arena_format(arena, " (not settled: p = %.2g by the exact test)", p) : "",
		grows_words(arm, measured, arena), tried_words(&arm->history, arena));
}

const char *gate_silent(size_t silent, const char *name, struct arena *arena)
{
	return silent ? arena_format(arena, " (%zu attempt%s of %s %s no answer and count%s as not passed)", silent, silent == 1 ? "" : "s",
				name, silent == 1 ? "has" : "have", silent == 1 ? "s" : "")
		      : "";
}

void gate_further(struct gate_result *ret, long long more, const char *why_none, struct arena *arena)
{
	ret->more = more;
	ret->further =
		more ? arena_format(arena,
			       "about %lld more case%s would decide it (chance of 80%% if the truth is what was measured)", more,
			       more == 1 ? "" : "s")
		     : why_none;
}

/* A look at fewer than the least is none: after it the next one is the first. */
static long long more_of(const struct settle_sample *sample, const struct settle_design *design, const struct settle_design *next)
{
	long long more = settle_more(sample, next), least = design->grows ? 0 : SETTLE_LEAST - (long long)sample->count;
	return more && more < least ? least : more;
}

struct settled gate_settle(const struct gate_arm *arm, const struct settle_sample *sample, double limit, size_t measured,
	struct arena *arena, struct gate_result *ret)
{
	struct settle_design design = gate_design(arm, limit, measured), next = gate_design_next(arm, limit);
	struct settled settled = settle(sample, &design);
	ret->value = settled.estimate;
	ret->interval = settled.interval;
	if (settled.side == SETTLED_NEITHER)
		gate_further(ret, more_of(sample, &design, &next),
			limit >= 1 || limit <= (sample->paired ? -1 : 0)
				? "no number of cases shows that there is no exception"
				: "no number of cases would decide it: what was measured stands at what is asked",
			arena);
	return settled;
}

const long long *gate_groups(const struct gate_case *const *cases, size_t count, struct arena *arena)
{
	const char **names = arena_take(arena, (count + 1) * sizeof *names);
	long long *numbers = arena_take(arena, (count + 1) * sizeof *numbers);
	for (size_t i = 0; i < count; i++)
		names[i] = cases[i]->cluster;
	size_t groups = groups_number(names, count, numbers);
	return groups > 0 && groups < count ? numbers : NULL;
}

struct settled gate_rate(const struct gate *gate, const struct gate_arm *arm, gate_case_value *of, const char **notes,
	struct arena *arena, struct gate_result *ret)
{
	const struct gate_case **cases = arena_take(arena, (arm->count + 1) * sizeof *cases);
	double *values = arena_take(arena, (arm->count + 1) * sizeof *values);
	size_t count = 0;
	for (size_t i = 0; i < arm->count; i++)
		if (!isnan(arm->cases[i].rate)) {
			cases[count] = &arm->cases[i];
			values[count++] = of(&arm->cases[i], gate);
		}
	struct settle_sample sample = {values, gate_groups(cases, count, arena), count, false};
	struct settled settled = gate_settle(arm, &sample, gate->limit, count, arena, ret);
	*notes = gate_notes(arm, &sample, count, settled.p, arena);
	return settled;
}
