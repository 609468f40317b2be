/* What a lever costs beside its calls, from `costs:` of the project. */
#include "eval/advise/advice_private.h"
#include "eval/stats/cost.h"
#include <math.h>

static double labels_cost(const struct cost_settings *costs, double examples)
{
	return examples * costs->label_minutes / 60 * costs->hour;
}

static double lever_one_time(const struct cost_settings *costs, const char *lever)
{
	double work = costs->prompt_hours * costs->hour;
	if (lever_is(lever, "fine-tune") || lever_is(lever, "distil"))
		return costs->training + labels_cost(costs, lever_is(lever, "distil") ? 50 : 500);
	if (lever_is(lever, "rag") || lever_is(lever, "retrieval"))
		return costs->index + work;
	if (lever_is(lever, "few-shot"))
		return labels_cost(costs, 50);
	return lever_is(lever, "model") || lever_is(lever, "vote") ? 0 : work;
}

static double lever_monthly(const struct cost_settings *costs, const char *lever)
{
	if (lever_is(lever, "fine-tune") || lever_is(lever, "distil"))
		return costs->hosting + costs->training * costs->trainings / 12;
	return lever_is(lever, "rag") || lever_is(lever, "retrieval") ? costs->refresh : 0;
}

static double sum_over(const struct cost_settings *costs, const struct candidate *candidate,
	double (*cost)(const struct cost_settings *costs, const char *lever))
{
	double sum = 0;
	const struct evidence_arm *const *parts = candidate->proposal ? candidate->both : candidate->arm ? candidate->arm->parts : NULL;
	size_t count = candidate->proposal ? 2 : candidate->arm ? candidate->arm->part_count : 0;
	if (!count)
		return cost(costs, candidate->lever);
	for (size_t i = 0; i < count; i++)
		sum += parts[i]->arm.lever ? cost(costs, parts[i]->arm.lever) : 0;
	for (size_t i = 0; !candidate->proposal && i < candidate->arm->beside_count; i++)
		sum += cost(costs, candidate->arm->beside[i]);
	return sum;
}

double candidate_one_time(const struct cost_settings *costs, const struct candidate *candidate)
{
	return sum_over(costs, candidate, lever_one_time);
}

double candidate_monthly(const struct cost_settings *costs, const struct candidate *candidate)
{
	return sum_over(costs, candidate, lever_monthly);
}

const char *evidence_kind(const struct candidate *candidate)
{
	return candidate->measured ? "measured:" : candidate->proposal ? "from" : "from the probe:";
}

const char *evidence_name(const struct advice *advice)
{
	return advice->evidence->arms[advice->evidence->base].arm.name;
}

/* Examples that tuning wants by task, and where the numbers come from: providers' guides and the LoRA literature (science.md 2.3).
 */
static const struct {
	const char *task;
	int low, high;
} needs[] = {{"style", 50, 500}, {"classification", 500, 2000}, {"extraction", 1000, 10000}, {"a major change", 10000, 100000}};

#define LEAST 1e-12 /* dollars: what costs are kept in; less is the rounding of their means */

/* What one call costs more than one of the base, with its share of what the lever costs a month; NAN where that is not known: no volume. */
static double extra_of(const struct cost_settings *costs, const struct candidate *candidate)
{
	if (candidate->monthly > 0 && !(costs->volume > 0))
		return NAN;
	double extra = candidate->cost + (candidate->monthly > 0 ? candidate->monthly / costs->volume : 0) - candidate->base_cost;
	return fabs(extra) < LEAST ? 0 : extra;
}

/* Calls until what it costs once is earned back: by what a call saves, by the errors avoided where one has a value, less its share of
 * what the lever costs a month. NAN where that share is not known: no volume is given. */
static double break_even_of(const struct cost_settings *costs, const struct candidate *candidate)
{
	double extra = extra_of(costs, candidate);
	if (isnan(extra))
		return NAN;
	if (costs->error_value > 0)
		return candidate->has_gain ? break_even_value(candidate->one_time, candidate->gain, costs->error_value, extra) : NAN;
	return break_even(0, 0, candidate->one_time, extra);
}

static void earning_set(const struct cost_settings *costs, struct candidate *candidate)
{
	double avoided = costs->error_value > 0 ? candidate->gain * costs->error_value : 0, extra;
	candidate->one_time = candidate_one_time(costs, candidate);
	candidate->monthly = candidate_monthly(costs, candidate);
	candidate->volume = costs->volume;
	candidate->valued = costs->error_value > 0;
	candidate->break_even = break_even_of(costs, candidate);
	if (costs->volume > 0)
		candidate->payback = payback_months(
			candidate->one_time, avoided + candidate->base_cost - candidate->cost, costs->volume, candidate->monthly);
	extra = extra_of(costs, candidate);
	candidate->worth = candidate->has_gain && candidate->gain > 0 && extra > 0 ? justifying_value(candidate->gain, extra) : NAN;
	candidate->worth_first = costs->volume > 0 && !isnan(candidate->worth)
					 ? justifying_value(candidate->gain, extra + candidate->one_time / (12 * costs->volume))
					 : NAN;
}

void candidate_costs(struct candidate *candidate, const struct project *project, long long trained, struct arena *arena)
{
	bool trains = lever_is(candidate->lever, "fine-tune") || lever_is(candidate->lever, "distil");
	if (trains && project) {
		long long rows = 0;
		for (size_t i = 0; i < project->example_count; i++)
			rows += (long long)project->examples[i].count;
		candidate->data = arena_format(arena,
			"%s wants %d to %d examples; %s training rows and %lld worked ones are at hand beside the test set",
			needs[project->advice.task].task, needs[project->advice.task].low, needs[project->advice.task].high,
			trained < 0 ? "an unknown number of (a file cannot be read)" : arena_format(arena, "%lld", trained), rows);
	}
	if (!project || isnan(candidate->cost) || isnan(candidate->base_cost))
		return;
	earning_set(&project->costs, candidate);
	candidate->volume_needed = candidate->monthly > 0 && !(project->costs.volume > 0);
	candidate->default_costs = !project->costs.given;
}
