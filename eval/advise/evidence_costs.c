/* What a call costs beside its model's tokens: the search of lever itself is free, that of the system in use may not be. */
#include "eval/advise/evidence_private.h"
#include <math.h>

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

bool arm_retrieves(const struct evidence *evidence, const struct evidence_arm *arm, const struct project *project)
{
	static const char *const with[] = {"oracle-context", "oracle-distractors", "irrelevant-only", NULL};
	static const char *const without[] = {"no-context", NULL}, *const levers[] = {"rag", "retrieval", NULL};
	for (size_t steps = 0; arm && steps <= evidence->arm_count; steps++, arm = arm_parent(evidence, arm)) {
		const struct variant *variant = project ? project_variant(project, arm->arm.name) : NULL;
		if (arm->probe && is_one_of(arm->probe, without))
			return false;
		if ((arm->probe && is_one_of(arm->probe, with)) || (arm->arm.lever && is_one_of(arm->arm.lever, levers)) ||
			(variant && variant->retrieve))
			return true;
	}
	return false;
}

/* Of the calls: those that retrieve. What a router sends on counts as where it goes. */
static double share_retrieving(const struct evidence *evidence, const struct evidence_arm *arm, const struct project *project)
{
	double share = 0;
	if (!arm->route_count)
		return arm_retrieves(evidence, arm, project) ? 1 : 0;
	for (size_t i = 0; i < arm->route_count; i++)
		for (size_t k = 0; k < evidence->arm_count; k++)
			if (strcmp(evidence->arms[k].arm.name, arm->routes[i].name) == 0)
				share += arm_retrieves(evidence, &evidence->arms[k], project) ? arm->routes[i].share : 0;
	return share;
}

void evidence_costs(struct evidence *evidence, const struct project *project)
{
	double each = project ? project->costs.embedding + project->costs.rerank : 0;
	for (size_t i = 0; each > 0 && i < evidence->arm_count; i++) {
		struct evidence_arm *arm = &evidence->arms[i];
		arm->search_cost = isnan(arm->cost) ? 0 : each * share_retrieving(evidence, arm, project);
		arm->cost += arm->search_cost;
	}
}
