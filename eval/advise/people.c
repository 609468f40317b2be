/* What people said of the failures: how many, whether it is saturated, and how far they agree. */
#include "eval/advise/advice_private.h"
#include "eval/advise/triage.h"
#include <math.h>

static bool kappas_read(struct advice *advice, struct store *store, struct arena *arena, struct error *error)
{
	struct evidence *evidence = advice->evidence;
	long long version = evidence->arms[evidence->base].arm.version;
	size_t room = 0;
	for (size_t i = 0; i < advice->rater_count; i++)
		for (size_t k = i + 1; k < advice->rater_count; k++) {
			const char *first = advice->raters[i].rater, *second = advice->raters[k].rater;
			struct agreement found;
			if (!agreement_read(store, evidence->run.id, version, first, second, arena, &found, error))
				return false;
			if (found.both)
				*LIST_MORE(arena, advice->agreed, advice->agreed_count, room) =
					(struct rater_pair){first, second, found.both, found.kappa.kappa, found.kappa.observed};
		}
	return true;
}

bool people_read(struct advice *advice, struct store *store, struct arena *arena, struct error *error)
{
	struct evidence *evidence = advice->evidence;
	for (size_t i = 0; i < evidence->case_count; i++) {
		const struct evidence_case *row = &evidence->cases[i];
		advice->by_people += case_fails(evidence, i) && row->mode && row->source && strcmp(row->source, "person") == 0;
	}
	if (!rater_progress_read(evidence, store, arena, &advice->raters, &advice->rater_count, error))
		return false;
	for (size_t i = 0; i < advice->rater_count; i++)
		if (!advice->labeller || advice->raters[i].labelled > advice->labeller->labelled)
			advice->labeller = &advice->raters[i];
	return kappas_read(advice, store, arena, error);
}

bool rater_saturated(const struct rater_progress *rater)
{
	return rater->recent >= SATURATION_WINDOW && !rater->recent_new;
}

const char *rater_words(const struct rater_progress *rater, const struct evidence *evidence, struct arena *arena)
{
	return arena_format(arena, "%s: %zu of %zu failures labelled, %zu new code%s in the last %zu%s", rater->rater, rater->labelled,
		evidence->failing, rater->recent_new, rater->recent_new == 1 ? "" : "s", rater->recent,
		rater_saturated(rater) ? " (saturated)" : "");
}

const char *rater_pair_words(const struct rater_pair *pair, struct arena *arena)
{
	return arena_format(arena, "Cohen's kappa of %s and %s: %s over %zu that both labelled", pair->first, pair->second,
		isnan(pair->kappa) ? "undefined" : arena_format(arena, "%.2f", pair->kappa), pair->both);
}
