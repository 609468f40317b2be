/* Private to the advice: the steps of advice_make. */
#ifndef LEVER_ADVISE_PRIVATE_H
#define LEVER_ADVISE_PRIVATE_H

#include "eval/advise/advice.h"
#include "eval/store/predictions.h"

/* The base's rate on a case that `arm` is held against: over all its answers, its own, the placebo's and the repeats', where all cases of
 * the arm were asked again alike; else its own alone, as a mean over more answers of some cases only would not be the base's (the cases that
 * failed are the unlucky ones). NAN where it was not measured; an answer that never came is none for a probe, and not passed for a
 * variant, as `lever compare` has it. arm NULL: the base's own. */
double base_mean(const struct evidence *evidence, const struct evidence_arm *arm, size_t at);
/* How often the base's question was asked of a case, and how often right. */
int base_answers(const struct evidence *evidence, size_t at, double *right);
/* Is a question of the base answered more than once anywhere? */
bool base_repeated(const struct evidence *evidence);
/* Of "some lever gains". Held against repeats of the base, and by signs where there are none: so that pure noise is called a gain
 * in less than 5 % of worlds (make bench-advice). */
#define FAMILY_ALPHA .011
#define FAMILY_ALPHA_SIGNS .02
#define FURTHER .025	/* one-sided, as 5 % of two sides in compare: of what a stack adds, of a dearer lever */
#define CLEAN_WINS 6	/* fewer cannot reach 5 % (exact McNemar: 6 wins to none is .031) */

/* Fills command and add: the experiment that would confirm it; NULL where nothing can be asked. */
void candidate_confirm(struct candidate *candidate, const struct advice *advice, const struct project *project, struct arena *arena);
/* The command that asks a probe of the other passing cases as well. */
const char *probe_more(const struct evidence *evidence, const char *base, const char *probe, struct arena *arena);
/* The same for two measured levers together. */
void stack_confirm(struct candidate *candidate, const struct evidence_arm *first, const struct evidence_arm *second,
	const struct advice *advice, const struct project *project, struct arena *arena);
/* Why a measured stack is no advice beside its best part; NULL: it adds to it. */
const char *stack_refuse(const struct evidence *evidence, const struct candidate *candidate, struct arena *arena);
/* Makes a proposal of the two best measured levers that nobody measured together yet. */
void stack_propose(struct advice *advice, const struct project *project, struct arena *arena);
/* Was the arm put together from both of these? A stack on one of them that does not say its other part (recorded outputs) counts. */
bool holds_both(const struct evidence_arm *arm, const struct evidence_arm *first, const struct evidence_arm *second);
/* One-sided p by signs of these differences (by case, NAN: none), by group where cases hang together. */
double signs_test(const struct evidence *evidence, const double *differences, struct arena *arena);
/* Is the same lever there as a measured variant? Then the probe's word is history. */
bool is_superseded(const struct advice *advice, const struct candidate *candidate);
/* Fills the candidate's gain from its differences and the draw of its cases. */
void gain_measure(struct candidate *candidate, const struct evidence *evidence, struct arena *arena);
/* Fills p and p_alone of all candidates that have a gain. */
void family_test(struct advice *advice, struct arena *arena);
/* Fills cases and share: the failures that have a mode of the candidate's. */
void candidate_cases(struct candidate *candidate, const struct evidence *evidence, struct arena *arena);
/* The codes of both lists, each once. In the arena. */
const char *modes_join(const char *modes, const char *more, struct arena *arena);
void candidates_make(struct advice *advice, const struct project *project, struct arena *arena);
void candidates_rank(struct advice *advice, const struct project *project, struct arena *arena);
void modes_count(struct advice *advice, const struct project *project, struct arena *arena);
/* Do enough cases show that the variant meets the bar? */
bool bar_met_by(const struct advice *advice, const struct evidence_arm *arm);
/* Of the levers that are recommended, the one that meets the bar at the least cost comes first: more than good enough is not needed. */
void bar_first(struct advice *advice);
/* How far the base is from the bar, and which variant meets it; what passes more without being a lever of the base. */
void bar_mention(struct advice *advice, struct arena *arena);
void better_mention(struct advice *advice, struct arena *arena);
/* Is the lead of the one over the other, over the cases that both have, more than chance? */
bool arm_leads(const struct evidence *evidence, const struct evidence_arm *better, const struct evidence_arm *arm, struct arena *arena);
/* Who labelled, how far they are, and how far they agree. */
bool people_read(struct advice *advice, struct store *store, struct arena *arena, struct error *error) MUST_CHECK;
void path_describe(struct advice *advice, const struct project *project, struct arena *arena);
void verdict_reach(struct advice *advice, const struct project *project, struct arena *arena);
bool alarms_raise(struct advice *advice, struct store *store, const struct project *project, struct arena *arena,
	struct error *error) MUST_CHECK;
bool ledger_read(struct advice *advice, struct store *store, const struct project *project, struct arena *arena, struct error *error) MUST_CHECK;
/* Runs, the latest first, in which a prediction may have come true (ledger_past.c). past_read reads them once. *variant NULL: none measured
 * the base of the prediction and its lever on it. */
struct past {
	struct run_row *runs;
	size_t count;
};
bool past_read(struct store *store, struct arena *arena, struct past *ret, struct error *error) MUST_CHECK;
bool past_measured(struct store *store, const struct past *past, const struct prediction_row *row, struct arena *arena,
	const char **variant, double *gain, long long *run, struct error *error) MUST_CHECK;
/* Data needed against data at hand (`trained`: rows of the training files); break-even. */
void candidate_costs(struct candidate *candidate, const struct project *project, long long trained, struct arena *arena);
/* Calls `each` with every row of the project's training files, with its file as it is named and its line: the row's text in JSON Lines, its
 * value (borrowed) in other formats, the other of the two is none. training_each: false where a file cannot be read. */
typedef void training_function(void *data, struct text row, const json_t *value, const char *file, long line);
bool training_each(const struct project *project, training_function *each, void *data);
/* The training files in which no row could be read, or not all, by name; NULL: none. */
const char *training_unread(const struct project *project, struct arena *arena);
long long training_rows(const struct project *project); /* 0 without a project; -1: a file cannot be read */
bool modes_have(const char *list, const char *code);
static inline bool lever_is(const char *lever, const char *name)
{
	return strcmp(lever, name) == 0;
}

#endif
