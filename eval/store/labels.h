/* Labels: failure modes put on an attempt's output. Events: nothing is changed or deleted. */
#ifndef LEVER_STORE_LABELS_H
#define LEVER_STORE_LABELS_H

#include "eval/store/store.h"

struct label_row {
	long long attempt;
	const char *mode, *act, *source, *author, *note, *evidence; /* act: put, withdrawn; note, evidence may be NULL */
	int64_t created_at;
};
/* The same mode put twice by the same source and author on the same output is one event. */
bool label_put(struct store *store, const struct label_row *row, struct error *error) MUST_CHECK;
/* The history of an attempt, oldest first. */
bool label_list(struct store *store, long long attempt, struct arena *arena, struct label_row **rows, size_t *count,
	struct error *error) MUST_CHECK;

#endif
