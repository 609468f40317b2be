/* Quality against cost: which measured variants are on the front, and which are off it by chance only. */
#include "eval/advise/advice_private.h"
#include "eval/stats/correction.h"
#include <math.h>

bool arm_leads(const struct evidence *evidence, const struct evidence_arm *better, const struct evidence_arm *arm, struct arena *arena)
{
	double *lead = arena_take(arena, (evidence->case_count + 1) * sizeof *lead),
	       *chance = arena_take(arena, (evidence->case_count + 1) * sizeof *chance);
	long long *groups = arena_take(arena, (evidence->case_count + 1) * sizeof *groups);
	size_t count = 0;
	for (size_t i = 0; i < evidence->case_count; i++)
		if (!isnan(better->rate[i]) && !isnan(arm->rate[i])) {
			chance[count] = 1;
			groups[count] = evidence->groups ? evidence->groups[i] : 0;
			lead[count++] = better->rate[i] - arm->rate[i];
		}
	struct weighted found = weighted_difference(lead, chance, evidence->groups ? groups : NULL, count, .95);
	return count && found.interval.defined && found.interval.low > 0;
}

void advice_front(const struct advice *advice, struct arena *arena, struct front_point **points, size_t *count)
{
	const struct evidence *evidence = advice->evidence;
	const struct evidence_arm **arms = arena_take(arena, (evidence->arm_count + 1) * sizeof *arms);
	struct cost_point *marks = arena_take(arena, (evidence->arm_count + 1) * sizeof *marks);
	size_t n = 0;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		if (arm->probe || arm->hidden || !arm->measured || isnan(arm->cost))
			continue;
		marks[n] = (struct cost_point){
			.name = arm->arm.name, .cost = arm->cost, .quality = arm_pass_rate(evidence, arm)};
		arms[n++] = arm;
	}
	pareto_mark(marks, n);
	*points = arena_take(arena, (n + 1) * sizeof **points);
	*count = n;
	for (size_t i = 0; i < n; i++) {
		bool settled = false;
		for (size_t k = 0; k < n && !marks[i].on_front; k++)
			settled |= marks[k].cost <= marks[i].cost && marks[k].quality >= marks[i].quality &&
				   arm_leads(evidence, arms[k], arms[i], arena);
		(*points)[i] = (struct front_point){marks[i], arms[i], !marks[i].on_front && !settled};
	}
}

const char *front_words(const struct front_point *point)
{
	return point->mark.extended   ? "on the front, but some questions to each of its neighbours are better (extended dominance)"
	       : point->mark.on_front ? "on the front"
	       : point->open	      ? "another looks as good and is no dearer, within chance"
				      : "another is better and no dearer";
}
