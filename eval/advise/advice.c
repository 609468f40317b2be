#include "eval/advise/advice_private.h"
#include <math.h>
#include <stdlib.h>

const char *advice_verdict_name(enum advice_verdict verdict)
{
	static const char *const names[] = {"pull", "stop", "not-enough-evidence", "mend"};
	return names[verdict];
}

const char *advice_verdict_words(enum advice_verdict verdict)
{
	static const char *const words[] = {"pull next", "stop", "not enough evidence", "mend first"};
	return words[verdict];
}

/* ---- failure modes ------------------------------------------------------------------------------------------------- */

static int by_count(const void *left, const void *right)
{
	const struct mode_share *a = left, *b = right;
	return a->count > b->count ? -1 : a->count < b->count;
}

static struct mode_share *share_of(
	struct advice *advice, const struct project *project, const char *code, struct arena *arena, size_t *room)
{
	for (size_t i = 0; i < advice->mode_count; i++)
		if (strcmp(advice->modes[i].code, code) == 0)
			return &advice->modes[i];
	struct mode_share *share = LIST_MORE(arena, advice->modes, advice->mode_count, *room);
	struct mode_words words = mode_words_of(project, code);
	*share = (struct mode_share){code, words.name, words.levers, 0};
	return share;
}

void modes_count(struct advice *advice, const struct project *project, struct arena *arena)
{
	const struct evidence *evidence = advice->evidence;
	size_t room = 0;
	for (size_t i = 0; i < evidence->case_count; i++) {
		if (!case_fails(evidence, i))
			continue;
		const char *mode = evidence->cases[i].mode;
		share_of(advice, project, mode ? mode : "", arena, &room)->count++;
		advice->labelled += mode != NULL;
	}
	if (advice->mode_count)
		qsort(advice->modes, advice->mode_count, sizeof *advice->modes, by_count);
}

static double placebo_rate(const struct evidence *evidence)
{
	const struct evidence_arm *again = evidence_probe(evidence, "placebo");
	double right = 0;
	size_t asked = 0;
	for (size_t i = 0; again && i < evidence->case_count; i++)
		if (case_fails(evidence, i) && !isnan(again->rate[i])) {
			asked++;
			right += again->rate[i];
		}
	return asked ? right / (double)asked : NAN;
}

bool advice_make(struct evidence *evidence, struct store *store, const struct project *project, struct arena *arena,
	struct advice **ret, struct error *error)
{
	struct advice *advice = arena_take(arena, sizeof *advice);
	*advice = (struct advice){.evidence = evidence,
		.base_rate = evidence_base_rate(evidence, arena),
		.bar = project ? project->advice.bar : NAN,
		.placebo = placebo_rate(evidence),
		.prior = .01};
	if (!alarms_raise(advice, store, project, arena, error) || !ledger_read(advice, store, project, arena, error) ||
		!people_read(advice, store, arena, error))
		return false;
	modes_count(advice, project, arena);
	candidates_make(advice, project, arena);
	candidates_rank(advice, project, arena);
	path_describe(advice, project, arena);
	verdict_reach(advice, project, arena);
	*ret = advice;
	return true;
}
