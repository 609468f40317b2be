/* The ledger: every variant of the base with its lever and hypothesis, what was predicted of it, and what was measured since. */
#include "eval/advise/advice_private.h"
#include <math.h>

struct reading {
	struct advice *advice;
	struct store *store;
	const struct project *project; /* NULL: hypotheses are not known */
	struct arena *arena;
	struct past past;
	size_t room;
	struct error *error;
	bool failed;
};

static const char *hypothesis_of(const struct project *project, const char *name)
{
	for (size_t i = 0; project && i < project->variant_count; i++)
		if (strcmp(project->variants[i]->name, name) == 0)
			return project->variants[i]->hypothesis;
	return NULL;
}

/* The base of the prediction, whichever the advice starts from now; NULL: it is not in the run at hand. */
static const struct evidence_arm *predicted_on(const struct evidence *evidence, const struct prediction_row *row)
{
	for (size_t i = 0; i < evidence->arm_count; i++)
		if (evidence->arms[i].arm.version == row->base_version && !evidence->arms[i].probe)
			return &evidence->arms[i];
	return NULL;
}

/* "A and B", as the evidence of a stack is called: was the arm put together from these? */
static bool names_parts(const struct evidence *evidence, const struct evidence_arm *arm, const char *words)
{
	for (size_t i = 0; arm->part_count && i < evidence->arm_count; i++)
		for (size_t k = 0; k < evidence->arm_count; k++) {
			const struct evidence_arm *first = &evidence->arms[i], *second = &evidence->arms[k];
			size_t length = strlen(first->arm.name);
			if (i != k && strncmp(words, first->arm.name, length) == 0 && strncmp(words + length, " and ", 5) == 0 &&
				strcmp(words + length + 5, second->arm.name) == 0)
				return holds_both(arm, first, second);
		}
	return false;
}

/* The measured variant of this lever on the base of the prediction, or of the two levers together, in the run at hand. */
static const struct evidence_arm *measured_since(const struct evidence *evidence, const struct prediction_row *row)
{
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		if (arm->probe || arm->hidden || !arm->measured || !arm->arm.parent || !arm->arm.lever)
			continue;
		bool alone = strcmp(arm->arm.parent, row->base) == 0 && strcmp(arm->arm.lever, row->lever) == 0 &&
			     strcmp(arm->arm.name, row->evidence) != 0 && strcmp(row->lever, "stack") != 0;
		if (alone || (arm->steps && strcmp(row->lever, "stack") == 0 && names_parts(evidence, arm, row->evidence)))
			return arm;
	}
	return NULL;
}

static void row_add(
	struct reading *reading, const struct prediction_row *row, const char *variant, double measured, long long run)
{
	struct arena *arena = reading->arena;
	*LIST_MORE(arena, reading->advice->ledger, reading->advice->ledger_count, reading->room) =
		(struct ledger_row){arena_string(arena, row->lever), arena_string(arena, row->base), arena_string(arena, row->evidence),
			variant, hypothesis_of(reading->project, variant), row->gain, row->low, row->high, measured, row->created_at, run};
}

static bool prediction_take(void *data, const struct prediction_row *row)
{
	struct reading *reading = data;
	const struct evidence *evidence = reading->advice->evidence;
	const struct evidence_arm *base = predicted_on(evidence, row), *arm = base ? measured_since(evidence, row) : NULL;
	const char *variant = NULL;
	double gain = NAN;
	long long run = 0;
	if (base) {
		if (arm && !base->hidden && !isnan(arm_gain(evidence, arm, base)))
			row_add(reading, row, arm->arm.name, arm_gain(evidence, arm, base), 0);
		return true;
	}
	reading->failed = !past_read(reading->store, reading->arena, &reading->past, reading->error) ||
			  !past_measured(reading->store, &reading->past, row, reading->arena, &variant, &gain, &run, reading->error);
	if (variant)
		row_add(reading, row, variant, gain, run);
	return !reading->failed;
}

/* One lever measured once counts once, whatever it was predicted from. */
static bool is_first(const struct advice *advice, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(advice->ledger[i].variant, advice->ledger[at].variant) == 0 && advice->ledger[i].run == advice->ledger[at].run)
			return false;
	return true;
}

/* True gains vary about zero by as much as those measured so far did: the prior that shrinks. Below three of them it stays .10
 * squared. */
static void prior_learn(struct advice *advice)
{
	double sum = 0;
	size_t count = 0;
	for (size_t i = 0; i < advice->ledger_count; i++)
		if (is_first(advice, i) && advice->ledger[i].evidence) {
			sum += advice->ledger[i].measured * advice->ledger[i].measured;
			count++;
		}
	if (count >= 3)
		advice->prior = fmax(.0025, (sum + .01) / (double)(count + 1));
}

/* Measured variants on the way from the base of which nothing was predicted: each against its own parent. */
static void unpredicted_add(struct reading *reading)
{
	struct advice *advice = reading->advice;
	const struct evidence *evidence = advice->evidence;
	size_t predicted = advice->ledger_count;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		bool told = arm->probe || arm->hidden || !arm->measured || !arm->steps;
		for (size_t k = 0; !told && k < predicted; k++)
			told = !advice->ledger[k].run && strcmp(advice->ledger[k].variant, arm->arm.name) == 0;
		if (!told)
			*LIST_MORE(reading->arena, advice->ledger, advice->ledger_count, reading->room) =
				(struct ledger_row){.lever = arm->arm.lever,
					.base = arm->arm.parent,
					.variant = arm->arm.name,
					.hypothesis = hypothesis_of(reading->project, arm->arm.name),
					.predicted = NAN,
					.low = NAN,
					.high = NAN,
					.measured = arm_gain(evidence, arm, arm_parent(evidence, arm))};
	}
}

bool ledger_read(
	struct advice *advice, struct store *store, const struct project *project, struct arena *arena, struct error *error)
{
	struct reading reading = {.advice = advice, .store = store, .project = project, .arena = arena, .error = error};
	if (!prediction_each(store, prediction_take, &reading, error) || reading.failed)
		return false;
	unpredicted_add(&reading);
	prior_learn(advice);
	return true;
}

/* What came of it is in the ledger: a later prediction would know it. */
static bool is_measured_since(const struct advice *advice, const char *base, const struct candidate *candidate)
{
	for (size_t i = 0; i < advice->ledger_count; i++) {
		const struct ledger_row *row = &advice->ledger[i];
		if (row->evidence && strcmp(row->lever, candidate->lever) == 0 && strcmp(row->base, base) == 0 &&
			strcmp(row->evidence, candidate->evidence) == 0)
			return true;
	}
	return false;
}

/* The last prediction before the measurement counts: more probes may have been asked since the first. */
bool advice_keep(const struct advice *advice, struct store *store, struct error *error)
{
	const struct evidence *evidence = advice->evidence;
	const struct evidence_arm *base = &evidence->arms[evidence->base];
	for (size_t i = 0; i < advice->candidate_count; i++) {
		const struct candidate *candidate = &advice->candidates[i];
		if (!candidate->has_gain || candidate->measured || (!candidate->proposal && is_superseded(advice, candidate)))
			continue; /* what is measured is not predicted any more */
		if (evidence->run_named || is_measured_since(advice, base->arm.name, candidate))
			continue;
		struct prediction_row row = {.run = evidence->run.id,
			.base_version = base->arm.version,
			.base = base->arm.name,
			.lever = candidate->lever,
			.evidence = candidate->evidence,
			.gain = candidate->gain,
			.low = candidate->interval.low,
			.high = candidate->interval.high,
			.error = candidate->error,
			.recommended = candidate->recommended};
		if (!prediction_put(store, &row, error))
			return false;
	}
	return true;
}
