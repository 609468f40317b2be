/* Budget: what a call can cost at its worst, so that a limit is never passed, calls in flight included. Picodollars. */
#ifndef LEVER_RUN_BUDGET_H
#define LEVER_RUN_BUDGET_H

#include "eval/run/plan.h"

/* A prompt of n bytes has at most n tokens; the answer at most `max_tokens`. UNKNOWN where the model has no price or no limit. */
long long call_worst(const struct model *model, struct text body);
/* Every model that the run would ask has a price and a limit; ERROR_CONFIG names the one that has not, and how to mend it. */
bool budget_possible(const struct plan *plan, struct error *error) MUST_CHECK;
/* Every model that the selected variants would ask, behind routes and, where `tools`, behind tools too; stops at the first that `check` refuses. NULL among them: a
 * variant without a model. */
typedef bool model_check_function(const struct model *model, struct error *error);
bool plan_models_check(const struct plan *plan, bool tools, model_check_function *check, struct error *error) MUST_CHECK;
/* max_tokens by whichever name it was given, the largest where there are several; 0: none. */
long long model_output_limit(const struct model *model);

#endif
