/* The triage queue's memory: what a person put off. Labels stand in labels.h. */
#ifndef LEVER_STORE_TRIAGE_H
#define LEVER_STORE_TRIAGE_H

#include "eval/store/store.h"

/* act: "deferred" or "resumed"; an event, the latest counts. */
bool triage_event_put(struct store *store, long long attempt, const char *act, const char *author, struct error *error) MUST_CHECK;
/* Attempts that the person put off and did not take up again, ascending; in the arena. */
bool triage_deferred(struct store *store, const char *author, struct arena *arena, long long **attempts, size_t *count,
	struct error *error) MUST_CHECK;

#endif
