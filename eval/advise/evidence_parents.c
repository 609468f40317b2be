/* How the arms of a run stand to its base: how many levers lie between, and which variants a stack was put together from. */
#include "eval/advise/evidence_private.h"
#include <math.h>

static const struct evidence_arm *arm_named(const struct evidence *evidence, const char *name)
{
	for (size_t i = 0; name && i < evidence->arm_count; i++)
		if (strcmp(evidence->arms[i].arm.name, name) == 0)
			return &evidence->arms[i];
	return NULL;
}

/* Up from parent to parent. A loop, or an end that is not the base, counts as no way. */
static int steps_to_base(const struct evidence *evidence, const struct evidence_arm *arm)
{
	const struct evidence_arm *base = &evidence->arms[evidence->base], *at = arm;
	for (int steps = 0; at && steps <= (int)evidence->arm_count; steps++) {
		if (at == base)
			return steps;
		at = at->probe && at != arm ? NULL : arm_named(evidence, at->arm.parent);
	}
	return 0;
}

static bool lever_retrieves(const struct evidence_arm *arm)
{
	const char *lever = arm->arm.lever;
	return lever && (strcmp(lever, "rag") == 0 || strcmp(lever, "retrieval") == 0);
}

static bool base_retrieves(const struct evidence *evidence)
{
	const struct evidence_arm *at = &evidence->arms[evidence->base];
	for (size_t steps = 0; at && steps <= evidence->arm_count; steps++, at = arm_named(evidence, at->arm.parent))
		if (lever_retrieves(at))
			return true;
	return false;
}

static void parent_add(struct evidence_arm *arm, const struct evidence *evidence, const struct evidence_arm *parent)
{
	const struct evidence_arm *base = &evidence->arms[evidence->base];
	for (size_t i = 0; i < arm->part_count; i++)
		if (arm->parts[i] == parent)
			return;
	if (parent && parent != arm && parent != base && !parent->probe && parent->steps == 1)
		arm->parts[arm->part_count++] = parent;
}

static void routes_add(struct evidence_arm *arm, const struct evidence *evidence, const struct project *project)
{
	for (size_t i = 0; project && i < project->variant_count; i++) {
		const struct route *route = project->variants[i]->route;
		if (!route || strcmp(project->variants[i]->name, arm->arm.name) != 0)
			continue;
		for (size_t r = 0; r < route->count; r++)
			parent_add(arm, evidence, arm_named(evidence, route->rules[r].variant->name));
		parent_add(arm, evidence, route->otherwise ? arm_named(evidence, route->otherwise->name) : NULL);
	}
}

static bool asks(const struct evidence_arm *arm, const char *model)
{
	return arm->arm.model && strcmp(arm->arm.model, model) == 0;
}

/* Where nothing so far explains the model that a stack asks, the first lever that asks it alone does. */
static void model_add(struct evidence_arm *arm, const struct evidence *evidence)
{
	const char *model = arm->arm.model;
	bool explained = !model || asks(&evidence->arms[evidence->base], model);
	for (size_t i = 0; !explained && i < arm->part_count; i++)
		explained = asks(arm->parts[i], model);
	for (size_t i = 0, before = arm->part_count; !explained && i < evidence->arm_count && arm->part_count == before; i++)
		if (asks(&evidence->arms[i], model))
			parent_add(arm, evidence, &evidence->arms[i]);
}

static bool pulls(const struct evidence_arm *arm, const char *lever)
{
	return arm->arm.lever && strcmp(arm->arm.lever, lever) == 0;
}

/* A lever pulled on top of another: the variant that pulls it alone, where no part does so yet. */
static void lever_add(struct evidence_arm *arm, const struct evidence *evidence)
{
	const char *lever = arm->arm.lever;
	bool explained = !lever || strcmp(lever, "stack") == 0 || arm->steps < 2;
	for (size_t i = 0; !explained && i < arm->part_count; i++)
		explained = pulls(arm->parts[i], lever);
	for (size_t i = 0, before = arm->part_count; !explained && i < evidence->arm_count && arm->part_count == before; i++)
		if (pulls(&evidence->arms[i], lever))
			parent_add(arm, evidence, &evidence->arms[i]);
}

/* Levers on its way to the base that no part explains: they were not measured alone, and count all the same. */
static void beside_add(struct evidence_arm *arm, const struct evidence *evidence)
{
	const struct evidence_arm *at = arm;
	arm->beside = arena_take(evidence->arena, ((size_t)arm->steps + 1) * sizeof *arm->beside);
	for (int step = 0; step < arm->steps; step++, at = arm_named(evidence, at->arm.parent)) {
		const char *lever = at->arm.lever;
		bool told = !lever || strcmp(lever, "stack") == 0;
		for (size_t i = 0; !told && i < arm->part_count; i++)
			told = pulls(arm->parts[i], lever);
		for (size_t i = 0; !told && i < arm->beside_count; i++)
			told = strcmp(arm->beside[i], lever) == 0;
		if (!told)
			arm->beside[arm->beside_count++] = lever;
	}
}

void evidence_parents(struct evidence *evidence, const struct project *project)
{
	evidence->retrieves = base_retrieves(evidence);
	for (size_t i = 0; i < evidence->arm_count; i++)
		evidence->arms[i].steps = steps_to_base(evidence, &evidence->arms[i]);
	for (size_t i = 0; i < evidence->arm_count; i++) {
		struct evidence_arm *arm = &evidence->arms[i];
		bool stacked = arm->steps > 1 || (arm->steps == 1 && arm->arm.lever && strcmp(arm->arm.lever, "stack") == 0);
		if (arm->probe || !stacked)
			continue;
		arm->parts = arena_take(evidence->arena, (evidence->arm_count + 1) * sizeof *arm->parts);
		const struct evidence_arm *above = arm;
		for (int step = 1; step < arm->steps; step++) {
			above = arm_named(evidence, above->arm.parent);
			parent_add(arm, evidence, above);
		}
		routes_add(arm, evidence, project);
		lever_add(arm, evidence);
		model_add(arm, evidence);
		beside_add(arm, evidence);
	}
}

double arm_pass_rate(const struct evidence *evidence, const struct evidence_arm *arm)
{
	double sum = 0;
	for (size_t i = 0; i < evidence->case_count; i++)
		sum += isnan(arm->rate[i]) ? 0 : arm->rate[i];
	return arm->measured ? sum / (double)arm->measured : NAN;
}

struct proportion arm_proportion(const struct evidence *evidence, const struct evidence_arm *arm, struct arena *arena)
{
	double *rates = arena_take(arena, (evidence->case_count + 1) * sizeof *rates);
	const char **clusters = arena_take(arena, (evidence->case_count + 1) * sizeof *clusters);
	size_t count = 0;
	for (size_t i = 0; i < evidence->case_count; i++)
		if (!isnan(arm->rate[i])) {
			clusters[count] = evidence->cases[i].cluster;
			rates[count++] = arm->rate[i];
		}
	return pass_rate_of(rates, clusters, count, arena, NULL);
}

struct proportion evidence_base_rate(const struct evidence *evidence, struct arena *arena)
{
	return arm_proportion(evidence, &evidence->arms[evidence->base], arena);
}

double arm_gain(const struct evidence *evidence, const struct evidence_arm *arm, const struct evidence_arm *against)
{
	double sum = 0;
	size_t count = 0;
	for (size_t i = 0; i < evidence->case_count; i++) {
		double d = arm->rate[i] - against->rate[i];
		if (!isnan(d)) {
			sum += d;
			count++;
		}
	}
	return count ? sum / (double)count : NAN;
}

const struct evidence_arm *arm_parent(const struct evidence *evidence, const struct evidence_arm *arm)
{
	return arm_named(evidence, arm->arm.parent);
}
