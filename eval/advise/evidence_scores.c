/* Which scorers failed the base's answers: that of the answer, a constraint, a length, the tools. */
#include "eval/advise/evidence_private.h"
#include "eval/store/attempts.h"

/* As the project configures it; NULL: it is one of the case's own, or of another project. */
static const json_t *definition_of(const struct project *project, const struct variant *variant, const char *name)
{
	const struct scorers *lists[] = {project ? &project->scorers : NULL, variant ? variant_scorers(variant) : NULL};
	for (size_t l = 0; l < COUNT(lists); l++)
		for (size_t i = 0; lists[l] && i < lists[l]->count; i++)
			if (strcmp(lists[l]->items[i]->name, name) == 0)
				return lists[l]->items[i]->definition;
	return NULL;
}

/* Some of the texts that an answer must hold, and not all: what it says is right, and not enough. */
static bool is_partial(const struct score_row *score)
{
	return !score->passed && strcmp(score->type, "contains") == 0 && score->value > 0 && score->value < 1;
}

static void score_take(struct evidence_case *row, const struct score_row *score, enum scorer_judges judges)
{
	if (is_partial(score)) {
		row->partial = true;
		judges = JUDGES_ANSWER;
	}
	bool told = strcmp(score->type, "verdict") == 0; /* of the whole, by somebody else */
	if (judges == JUDGES_ANSWER && (!told || !score->passed))
		row->judged = score->passed && row->judged != KNOWN_NO ? KNOWN_YES : KNOWN_NO;
	if (score->passed)
		return;
	row->told_wrong |= told;
	row->broken |= judges == JUDGES_CONSTRAINT;
	row->long_or_short |= judges == JUDGES_LENGTH;
	row->tools |= judges == JUDGES_TOOLS;
}

bool evidence_scores(struct evidence *evidence, struct store *store, const struct project *project, struct error *error)
{
	CLEANUP(arena_release) struct arena *scratch = arena_create();
	const struct evidence_arm *base = &evidence->arms[evidence->base];
	const struct variant *variant = project ? project_variant(project, base->arm.name) : NULL;
	for (size_t at = 0; at < evidence->case_count; at++) {
		struct evidence_case *row = &evidence->cases[at];
		struct score_row *scores;
		size_t count;
		if (!case_fails(evidence, at) || !base->attempt[at])
			continue;
		arena_reset(scratch);
		if (!score_list(store, base->attempt[at], evidence->run.grading, row->gold, scratch, &scores, &count, error))
			return false;
		for (size_t i = 0; i < count; i++)
			if (scores[i].weight > 0)
				score_take(row, &scores[i],
					scorer_judges_of(scores[i].type, definition_of(project, variant, scores[i].name)));
	}
	return true;
}
