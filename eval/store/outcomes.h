/* What a run measured, row by row: for comparison, reports and screens. */
#ifndef LEVER_STORE_OUTCOMES_H
#define LEVER_STORE_OUTCOMES_H

#include "eval/store/attempts.h"
#include "eval/store/runs.h"

/* One case × variant × repeat of a run, with the verdict of the run's grading. Strings are borrowed until the next row. */
struct outcome {
	long long position;        /* of the case */
	const char *case_id, *cluster, *tags; /* cluster NULL; tags JSON list or NULL */
	long long input, gold;
	long long version;         /* variant version */
	int repeat;
	long long attempt;         /* 0: not there yet (planned) */
	enum attempt_state state;
	const char *class;         /* "ok", failure class, or "planned" */
	bool graded, passed; double value;
	struct usage usage; int64_t latency;
	int call_count;
	const char *routed_to;
};
/* Every planned outcome of one variant of a run in order (case, repeat), missing ones too. `each` answers false to stop. */
typedef bool outcome_function(void *data, const struct outcome *outcome);
bool outcome_each(struct store *store, long long run, long long version, outcome_function *each, void *data, struct error *error) MUST_CHECK;

#endif
