#include "eval/advise/evidence_private.h"
#include "eval/base/nearest.h"
#include "eval/score/lenient.h"
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#define RUNS_BACK 50 /* so many earlier runs are looked through for probes */

/* ---- which arms -------------------------------------------------------------------------------------------------------------- */

static bool is_hidden(const struct evidence_options *options, const char *name)
{
	for (size_t i = 0; i < options->hidden_count; i++)
		if (strcmp(options->hidden[i], name) == 0)
			return true;
	return false;
}

static void arm_add(struct evidence *evidence, const struct run_variant *variant, const struct evidence_options *options)
{
	*LIST_MORE(evidence->arena, evidence->arms, evidence->arm_count, evidence->arm_room) =
		(struct evidence_arm){.arm = {.run = evidence->run.id,
					      .version = variant->version,
					      .name = variant->name,
					      .label = variant->name,
					      .lever = variant->lever,
					      .parent = variant->parent,
					      .model = variant->model},
			.probe = variant->probe,
			.hidden = is_hidden(options, variant->name)};
}

/* A run takes in probes as they come: one that changed since, as by a longer file of outputs, stands there in both versions. */
static bool is_outdated(const struct run_row *run, size_t at)
{
	for (size_t i = at + 1; i < run->variant_count; i++)
		if (strcmp(run->variants[i].name, run->variants[at].name) == 0)
			return true;
	return false;
}

static void arms_list(struct evidence *evidence, const struct evidence_options *options)
{
	for (size_t i = 0; i < evidence->run.variant_count; i++)
		if (!is_outdated(&evidence->run, i))
			arm_add(evidence, &evidence->run.variants[i], options);
}

/* ---- probes of earlier runs: what they said of this version of the base still holds ------------------------------------------ */

/* Here already, in this version or in one that came later. */
static bool is_here(const struct evidence *evidence, const struct run_variant *variant)
{
	for (size_t i = 0; i < evidence->arm_count; i++)
		if (evidence->arms[i].arm.version == variant->version || strcmp(evidence->arms[i].arm.name, variant->name) == 0)
			return true;
	return false;
}

/* The probe was made of a variant that is here in the same version. */
static bool probes_one_here(const struct evidence *evidence, const struct run_row *run, const struct run_variant *probe)
{
	const struct run_variant *parent = NULL;
	for (size_t i = 0; probe->probe && probe->parent && i < run->variant_count; i++)
		if (strcmp(run->variants[i].name, probe->parent) == 0)
			parent = &run->variants[i];
	for (size_t i = 0; parent && i < evidence->run.variant_count; i++)
		if (evidence->run.variants[i].version == parent->version && strcmp(evidence->run.variants[i].name, parent->name) == 0)
			return true;
	return false;
}

static bool arms_inherit(
	struct evidence *evidence, struct store *store, const struct evidence_options *options, struct error *error)
{
	struct run_row *rows, run;
	size_t count;
	if (!run_list(store, evidence->run.id, RUNS_BACK, evidence->arena, &rows, &count, error))
		return false;
	for (size_t r = 0; r < count; r++) {
		bool found;
		if (!run_get(store, rows[r].id, evidence->arena, &run, &found, error))
			return false;
		for (size_t i = 0; found && i < run.variant_count; i++)
			if (probes_one_here(evidence, &run, &run.variants[i]) &&
				!is_here(evidence, &run.variants[i]) && !is_outdated(&run, i))
				arm_add(evidence, &run.variants[i], options);
	}
	return true;
}

/* Probes count more than variants: they were made to ask about this one. */
static long children_weigh(const struct evidence *evidence, const char *name)
{
	long weight = 0;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		if (!arm->hidden && arm->arm.parent && strcmp(arm->arm.parent, name) == 0)
			weight += arm->probe ? 1000 : 1;
	}
	return weight;
}

static bool base_choose(
	struct evidence *evidence, const struct evidence_options *options, struct error *error)
{
	const char **names = arena_take(evidence->arena, (evidence->arm_count + 1) * sizeof *names);
	size_t count = 0;
	long best = -1;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		long weight = children_weigh(evidence, arm->arm.name);
		names[count++] = arm->arm.name;
		/* on the first variant screens begin: nobody chose it */
		if (i && options->base_version == arm->arm.version)
			weight = LONG_MAX;
		if (options->base ? strcmp(options->base, arm->arm.name) == 0 : !arm->probe && !arm->hidden && weight > best) {
			best = weight;
			evidence->base = i;
		}
	}
	if (best < 0 && options->base)
		return error_set(error, ERROR_USAGE, "run %lld has no variant `%s`%s", evidence->run.id, options->base,
			nearest_hint(evidence->arena, options->base, names, count));
	if (best < 0)
		return error_set(error, ERROR_USAGE, "run %lld has no variant to advise on", evidence->run.id);
	return true;
}

/* What is left out has to be there, and to be something else than what the advice is about. */
static bool hidden_check(const struct evidence *evidence, const struct evidence_options *options, struct error *error)
{
	const char **names = arena_take(evidence->arena, (evidence->arm_count + 1) * sizeof *names);
	size_t count = 0;
	for (; count < evidence->arm_count; count++)
		names[count] = evidence->arms[count].arm.name;
	for (size_t i = 0; i < options->hidden_count; i++) {
		const char *name = options->hidden[i];
		bool there = false;
		for (size_t k = 0; k < count; k++)
			there |= strcmp(names[k], name) == 0;
		if (!there)
			return error_set(error, ERROR_USAGE, "run %lld has no variant `%s` to leave out%s", evidence->run.id, name,
				nearest_hint(evidence->arena, name, names, count));
		if (strcmp(evidence->arms[evidence->base].arm.name, name) == 0)
			return error_set(error, ERROR_USAGE, "the advice starts from `%s`: it cannot be left out", name);
	}
	return true;
}

/* ---- outcomes ---------------------------------------------------------------------------------------------------------------- */

struct folding {
	struct evidence *evidence;
	struct evidence_arm *arm;
	size_t room, at; /* at: the case of the last row */
	int passed, seen;
	double cost, costs, latency; /* costs: for how many cases they stand */
	long long latencies;
	size_t route_room, routed;
	bool first; /* the base: cases are listed */
};

static void arm_take_room(struct evidence *evidence, struct evidence_arm *arm, size_t count)
{
	arm->rate = arena_take(evidence->arena, (count + 1) * sizeof *arm->rate);
	arm->open = arena_take(evidence->arena, (count + 1) * sizeof *arm->open);
	arm->attempt = arena_take(evidence->arena, (count + 1) * sizeof *arm->attempt);
	arm->probability = arena_take(evidence->arena, (count + 1) * sizeof *arm->probability);
	arm->refused = arena_take(evidence->arena, (count + 1) * sizeof *arm->refused);
	arm->lenient = arena_take(evidence->arena, (count + 1) * sizeof *arm->lenient);
	arm->form = arena_take(evidence->arena, (count + 1) * sizeof *arm->form);
	for (size_t i = 0; i < count; i++)
		arm->rate[i] = NAN;
}

static void case_end(struct folding *folding)
{
	if (folding->seen)
		folding->arm->rate[folding->at] = (double)folding->passed / folding->seen;
	folding->arm->measured += folding->seen > 0;
	folding->passed = folding->seen = 0;
}

/* A probe of the project's own, not one that lever made ("base+cot"). */
static bool is_declared(const struct evidence *evidence, const struct evidence_arm *arm)
{
	return !strchr(arm->arm.name, '+');
}

static void route_take(struct folding *folding, const char *name)
{
	struct evidence_arm *arm = folding->arm;
	size_t i = 0;
	folding->routed++;
	while (i < arm->route_count && strcmp(arm->routes[i].name, name) != 0)
		i++;
	if (i == arm->route_count)
		*LIST_MORE(folding->evidence->arena, arm->routes, arm->route_count, folding->route_room) =
			(struct arm_route){arena_string(folding->evidence->arena, name), 0};
	arm->routes[i].share++;
}

static bool outcome_take(void *data, const struct outcome *outcome)
{
	struct folding *folding = data;
	struct evidence *evidence = folding->evidence;
	struct evidence_arm *arm = folding->arm;
	/* outcomes come in order of position, one block a case: the same order for every arm */
	if (folding->at == SIZE_MAX || evidence->cases[folding->at].position != outcome->position) {
		if (folding->at != SIZE_MAX)
			case_end(folding);
		folding->at++;
		evidence->cases[folding->at].position = outcome->position;
	}
	struct evidence_case *row = &evidence->cases[folding->at];
	if (folding->first && !row->id) {
		row->id = arena_string(evidence->arena, outcome->case_id);
		row->cluster = arena_string(evidence->arena, outcome->cluster);
		row->tags = arena_string(evidence->arena, outcome->tags);
		row->input = outcome->input;
		row->gold = outcome->gold;
	}
	if (!outcome->attempt || (outcome->state == ATTEMPT_ANSWERED && !outcome->graded))
		return true;
	bool passed = outcome->state != ATTEMPT_OPEN && outcome->graded && outcome->passed;
	if (!arm->attempt[folding->at] || (folding->passed == folding->seen && !passed)) {
		arm->attempt[folding->at] = outcome->attempt;
		arm->refused[folding->at] = outcome->state == ATTEMPT_REFUSED ? KNOWN_YES : NOT_KNOWN;
	}
	arm->open[folding->at] |= outcome->state == ATTEMPT_OPEN;
	if (folding->first && outcome->state == ATTEMPT_OPEN)
		row->unanswered = arena_string(evidence->arena, outcome->class);
	if (arm->probe && outcome->state == ATTEMPT_OPEN) {
		/* outputs brought for some cases only were not asked of the others */
		arm->open[folding->at] = strcmp(outcome->class, "not-recorded") != 0 || !is_declared(evidence, arm);
		return true;
	}
	arm->probability[folding->at] = outcome->probability;
	folding->seen++;
	folding->passed += passed;
	if (outcome->usage.cost != UNKNOWN) {
		double weight = outcome->probability > 0 ? 1 / outcome->probability : 1;
		folding->cost += weight * (double)outcome->usage.cost / 1e12;
		folding->costs += weight;
	}
	if (outcome->routed_to)
		route_take(folding, outcome->routed_to);
	if (outcome->latency != UNKNOWN) {
		folding->latency += (double)outcome->latency / 1e6;
		folding->latencies++;
	}
	return true;
}

static bool arm_load(struct evidence *evidence, struct store *store, size_t at, bool first, struct error *error)
{
	struct evidence_arm *arm = &evidence->arms[at];
	struct folding folding = {.evidence = evidence, .arm = arm, .at = SIZE_MAX, .first = first};
	arm_take_room(evidence, arm, evidence->case_count);
	if (!outcome_each(store, evidence->run.id, arm->arm.version, outcome_take, &folding, error))
		return false;
	if (folding.at != SIZE_MAX)
		case_end(&folding);
	for (size_t i = 0; i < arm->route_count; i++)
		arm->routes[i].share /= (double)folding.routed;
	arm->cost = folding.costs > 0 ? folding.cost / folding.costs : NAN;
	arm->latency = folding.latencies ? folding.latency / (double)folding.latencies : NAN;
	return true;
}

bool case_fails(const struct evidence *evidence, size_t at)
{
	return evidence->arms[evidence->base].rate[at] < 1;
}

enum known arm_right(const struct evidence_arm *arm, size_t at)
{
	if (!arm || isnan(arm->rate[at]))
		return NOT_KNOWN;
	return arm->rate[at] >= 1 ? KNOWN_YES : KNOWN_NO;
}

const struct evidence_arm *evidence_probe(const struct evidence *evidence, const char *probe)
{
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		if (arm->probe && arm->steps == 1 && !arm->hidden && arm->measured && strcmp(arm->probe, probe) == 0)
			return arm;
	}
	return NULL;
}

/* ---- all of it --------------------------------------------------------------------------------------------------------------- */

static bool run_take(struct evidence *evidence, struct store *store, long long number, struct error *error)
{
	struct run_row *rows;
	size_t count;
	bool found = true;
	if (!run_list(store, 0, 1, evidence->arena, &rows, &count, error))
		return false;
	evidence->run_named = number && count && rows[0].id != number;
	if (number)
		return run_get(store, number, evidence->arena, &evidence->run, &found, error) &&
		       (found || error_set(error, ERROR_USAGE, "there is no run %lld", number));
	if (!count)
		return error_set(error, ERROR_USAGE, "nothing has been run yet: `lever run` makes the first run");
	return run_get(store, rows[0].id, evidence->arena, &evidence->run, &found, error);
}

/* Passing cases that were drawn in several goes are one sample, as the draws contain one another. */
static void chances_even(const struct evidence *evidence, struct evidence_arm *arm)
{
	double drawn = 0, passing = 0, least = 1, most = 0;
	for (size_t i = 0; i < evidence->case_count; i++) {
		if (isnan(evidence->arms[evidence->base].rate[i]) || case_fails(evidence, i))
			continue;
		passing++;
		if (isnan(arm->rate[i]))
			continue;
		drawn++;
		least = fmin(least, arm->probability[i]);
		most = fmax(most, arm->probability[i]);
	}
	for (size_t i = 0; arm->probe && least < most && i < evidence->case_count; i++)
		if (!case_fails(evidence, i))
			arm->probability[i] = drawn / passing;
}

static void groups_take(struct evidence *evidence)
{
	const char **names = arena_take(evidence->arena, (evidence->case_count + 1) * sizeof *names);
	long long *groups = arena_take(evidence->arena, (evidence->case_count + 1) * sizeof *groups);
	for (size_t i = 0; i < evidence->case_count; i++)
		names[i] = evidence->cases[i].cluster;
	evidence->group_count = groups_number(names, evidence->case_count, groups);
	evidence->groups = evidence->group_count && evidence->group_count < evidence->case_count ? groups : NULL;
}

static bool arms_load(struct evidence *evidence, struct store *store, struct error *error)
{
	evidence->case_count = (size_t)evidence->run.case_count;
	evidence->cases = arena_take(evidence->arena, (evidence->case_count + 1) * sizeof *evidence->cases);
	if (!arm_load(evidence, store, evidence->base, true, error))
		return false;
	for (size_t i = 0; i < evidence->arm_count; i++)
		if (i != evidence->base && !arm_load(evidence, store, i, false, error))
			return false;
	for (size_t i = 0; i < evidence->case_count; i++)
		evidence->failing += case_fails(evidence, i);
	for (size_t i = 0; i < evidence->arm_count; i++)
		chances_even(evidence, &evidence->arms[i]);
	groups_take(evidence);
	arms_alike(evidence);
	return true;
}

bool evidence_load(struct store *store, const struct project *project, const struct evidence_options *options,
	struct evidence **ret, struct error *error)
{
	CLEANUP(evidence_release) struct evidence *evidence = memory_take(sizeof *evidence);
	evidence->arena = arena_create();
	evidence->blind = arena_string(evidence->arena, options->blind);
	if (!run_take(evidence, store, options->run, error))
		return false;
	arms_list(evidence, options);
	if (!arms_inherit(evidence, store, options, error) || !base_choose(evidence, options, error) ||
		!hidden_check(evidence, options, error))
		return false;
	evidence_parents(evidence, project);
	if (!arms_load(evidence, store, error))
		return false;
	evidence_costs(evidence, project);
	if (!evidence_texts(evidence, store, error) || !evidence_scores(evidence, store, project, error) ||
		!evidence_retrieval(evidence, store, project, !options->unsearched, error) || !evidence_relabel(evidence, store, error))
		return false;
	*ret = evidence;
	evidence = NULL;
	return true;
}

void evidence_free(struct evidence *evidence)
{
	if (!evidence)
		return;
	for (size_t i = 0; evidence->cases && i < evidence->case_count; i++) {
		json_decref(evidence->cases[i].expected);
		json_decref(evidence->cases[i].gold_passages);
		json_decref(evidence->cases[i].formerly);
	}
	arena_free(evidence->arena);
	arena_free(evidence->labels);
	free(evidence);
}

void evidence_release(struct evidence **evidence)
{
	evidence_free(*evidence);
}
