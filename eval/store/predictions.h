/* The ledger: what was predicted of a lever on a version of its base. */
#ifndef LEVER_STORE_PREDICTIONS_H
#define LEVER_STORE_PREDICTIONS_H

#include "eval/store/store.h"

struct prediction_row {
	long long run, base_version;
	const char *base, *lever, *evidence;
	double gain, low, high, error; /* of the pass rate over all cases */
	bool recommended;
	int64_t created_at;
};
/* Once for each base version, lever and evidence: the last word stays. */
bool prediction_put(struct store *store, const struct prediction_row *row, struct error *error) MUST_CHECK;
/* All, oldest first; strings are borrowed until the next row. */
typedef bool prediction_function(void *data, const struct prediction_row *row);
bool prediction_each(struct store *store, prediction_function *each, void *data, struct error *error) MUST_CHECK;

#endif
