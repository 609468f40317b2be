/* Batches: calls that are handed in together and collected later. Writers run inside the caller's transaction. */
#ifndef LEVER_STORE_BATCHES_H
#define LEVER_STORE_BATCHES_H

#include "eval/store/attempts.h"

/* queued: being filled, or not handed in yet; sending: it may or may not have reached the server; waiting: the server has it;
 * ended: every call of it has its answer or failure. */
struct batch_row {
	long long id;
	struct uid uid;
	const char *model, *base_url, *state;
	const char *file, *remote, *status, *message; /* of the server; NULL: none yet */
	bool guessed;				      /* remote was found by its size: its results will show whether it is this one */
	long long requests;			      /* read only: calls in it */
	int64_t created_at, sent_at, ended_at;	      /* wall clock; 0: not yet */
};
bool batch_add(struct store *store, struct batch_row *row, struct error *error) MUST_CHECK; /* 'queued'; sets row->id */
/* State and everything the server said, by row->id. */
bool batch_save(struct store *store, const struct batch_row *row, struct error *error) MUST_CHECK;
/* All that have not ended, oldest first, in the arena. */
bool batch_open_list(
	struct store *store, struct arena *arena, struct batch_row **rows, size_t *count, struct error *error) MUST_CHECK;
/* Has any not ended, or ended since then? */
bool batch_any(struct store *store, int64_t since, bool *any, struct error *error) MUST_CHECK;
/* Whose is a batch of the server? BATCH_FREE: nobody's yet. BATCH_GUESSED: another one's, not proved. BATCH_TAKEN: another one's for
 * sure, or it was tried for `batch` and held nothing of it. */
enum batch_owner { BATCH_FREE, BATCH_GUESSED, BATCH_TAKEN };
bool batch_owner(struct store *store, long long batch, const char *remote, enum batch_owner *ret, struct error *error) MUST_CHECK;
/* It was taken for `batch` and held nothing of it. */
bool batch_stranger_add(struct store *store, long long batch, const char *remote, struct error *error) MUST_CHECK;

/* Calls of a batch that wait, in order; the text lives until `each` returns. Stops where it answers false. */
typedef bool batch_call_function(void *data, const struct uid *uid, struct text request);
bool batch_calls_each(struct store *store, long long batch, batch_call_function *each, void *data, struct error *error) MUST_CHECK;
/* The row of a call that waits; 0: there is none. */
bool batch_call_find(struct store *store, long long batch, const struct uid *uid, long long *call, struct error *error) MUST_CHECK;
/* Whatever still waits in the batch failed. *count: how many. */
bool batch_calls_fail(struct store *store, long long batch, const char *class, const char *message, long long *count,
	struct error *error) MUST_CHECK;

/* The latest call of this key that went into a batch. */
struct batch_call {
	long long batch;
	const char *call_state, *class, *message; /* of the call */
	const char *batch_state, *remote;
	int64_t ended_at; /* of the batch */
	long long call;
};
bool batch_call_by_key(struct store *store, const struct hash *key, struct arena *arena, struct batch_call *ret, bool *found,
	struct error *error) MUST_CHECK;

#endif
