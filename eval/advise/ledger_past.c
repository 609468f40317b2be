/* What became of a prediction whose base is not in the run at hand any more, as its prompt was edited since: the latest run that measured
 * that base and the lever on it. */
#include "eval/advise/advice_private.h"
#include "eval/store/outcomes.h"
#include <math.h>

#define RUNS_MOST 100

/* Pass rates by position in the test set; NAN: not measured. */
struct rates {
	double *passed, *seen;
	size_t count;
};

static bool rate_take(void *data, const struct outcome *outcome)
{
	struct rates *rates = data;
	bool answered = outcome->attempt && (outcome->graded || outcome->state != ATTEMPT_ANSWERED);
	if (answered && outcome->position >= 1 && (size_t)outcome->position <= rates->count) {
		rates->seen[outcome->position - 1]++;
		rates->passed[outcome->position - 1] += outcome->state != ATTEMPT_OPEN && outcome->graded && outcome->passed;
	}
	return true;
}

static bool rates_read(
	struct store *store, const struct run_row *run, long long version, struct arena *arena, struct rates *ret, struct error *error)
{
	size_t count = (size_t)run->case_count;
	*ret = (struct rates){arena_take(arena, (count + 1) * sizeof(double)), arena_take(arena, (count + 1) * sizeof(double)), count};
	return outcome_each(store, run->id, version, rate_take, ret, error);
}

/* Over the cases that both measured; NAN: none. */
static double gain_of(const struct rates *arm, const struct rates *base)
{
	double sum = 0;
	size_t cases = 0;
	for (size_t i = 0; i < arm->count; i++)
		if (arm->seen[i] > 0 && base->seen[i] > 0) {
			sum += arm->passed[i] / arm->seen[i] - base->passed[i] / base->seen[i];
			cases++;
		}
	return cases ? sum / (double)cases : NAN;
}

static const struct run_variant *variant_measured(const struct run_row *run, const struct prediction_row *row)
{
	const struct run_variant *found = NULL;
	bool based = false;
	for (size_t i = 0; i < run->variant_count; i++) {
		const struct run_variant *variant = &run->variants[i];
		based |= variant->version == row->base_version;
		if (!found && !variant->generated && variant->parent && strcmp(variant->parent, row->base) == 0 &&
			strcmp(variant->lever, row->lever) == 0 && strcmp(variant->name, row->evidence) != 0)
			found = variant;
	}
	return based ? found : NULL;
}

bool past_read(struct store *store, struct arena *arena, struct past *ret, struct error *error)
{
	return ret->runs || run_list(store, 0, RUNS_MOST, arena, &ret->runs, &ret->count, error);
}

bool past_measured(struct store *store, const struct past *past, const struct prediction_row *row, struct arena *arena,
	const char **variant, double *gain, long long *run, struct error *error)
{
	*variant = NULL;
	for (size_t i = 0; i < past->count && !*variant; i++) {
		const struct run_variant *found = variant_measured(&past->runs[i], row);
		struct rates base, arm;
		if (!found)
			continue;
		if (!rates_read(store, &past->runs[i], row->base_version, arena, &base, error) ||
			!rates_read(store, &past->runs[i], found->version, arena, &arm, error))
			return false;
		*gain = gain_of(&arm, &base);
		*run = past->runs[i].id;
		*variant = isnan(*gain) ? NULL : found->name;
	}
	return true;
}
