/* Doctor: what may keep a project from running, asked of each endpoint without paying for a call, and how to mend it. */
#ifndef LEVER_RUN_DOCTOR_H
#define LEVER_RUN_DOCTOR_H

#include "eval/run/project.h"

enum doctor_state { DOCTOR_GOOD, DOCTOR_WARNING, DOCTOR_BAD };
struct doctor_finding {
	const char *what;  /* "model base", "database", "locale" */
	const char *check; /* "reachable", "key", "model", "adapters", "clock" */
	enum doctor_state state;
	const char *words, *mend; /* mend NULL where there is nothing to */
};
/* All findings, in the arena. Asks every HTTP model's server once for its models, those with adapters for these as well. */
void doctor_examine(struct project *project, struct arena *arena, struct doctor_finding **ret, size_t *count);

#endif
