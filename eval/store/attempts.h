/* Attempts, their calls, scores, verdicts and retrieval traces. Writers run inside the caller's transaction. */
#ifndef LEVER_STORE_ATTEMPTS_H
#define LEVER_STORE_ATTEMPTS_H

#include "eval/store/store.h"

#define UNKNOWN (-1) /* of tokens, cost, latency: stored as NULL */

struct usage {
	long long input, cached, reasoning, output; /* tokens; UNKNOWN. `input` includes cached and written, `output` reasoning */
	long long cost;				    /* picodollars; UNKNOWN */
	long long written;			    /* tokens written to the provider's cache; UNKNOWN */
};
#define USAGE_UNKNOWN ((struct usage){UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN})

/* What an attempt is, whichever run shows it. */
struct attempt_key {
	long long variant_version, input;
	int repeat;
};

enum attempt_state { ATTEMPT_OPEN, ATTEMPT_ANSWERED, ATTEMPT_REFUSED, ATTEMPT_FILTERED };
const char *attempt_state_name(enum attempt_state state);

struct attempt_row {
	long long id;
	struct attempt_key key;
	enum attempt_state state;
	const char *class, *message, *finish, *routed_to; /* NULL where absent, class never */
	struct text prompt, output, reasoning, extracted;
	int call_count;
	struct usage usage;
	int64_t latency; /* UNKNOWN */
	const char *stratum;
	double probability; /* NULL, 0: not drawn */
	long long run;
	int64_t ended_at;
	long long anew_after; /* asked anew: only calls after this row answer it, as long as it is open; 0: any */
};
/* Inserts, or replaces an open one of the same key; sets row->id. */
bool attempt_put(struct store *store, struct attempt_row *row, struct error *error) MUST_CHECK;
/* Whole, texts included; *found false when there is none. */
bool attempt_get(struct store *store, long long id, struct arena *arena, struct attempt_row *ret, bool *found,
	struct error *error) MUST_CHECK;
bool attempt_find(struct store *store, struct attempt_key key, struct arena *arena, struct attempt_row *ret, bool *found,
	struct error *error) MUST_CHECK;

/* Every attempt of a version in a test set (position 0), or of its case there, is open again, its scores dropped, and stays so until it
 * was asked anew, in this run or another. Its calls and labels stay. */
bool attempts_reopen(struct store *store, long long test_set, long long version, long long position, struct error *error) MUST_CHECK;
/* Those that are open since then. */
bool attempts_anew_count(struct store *store, long long test_set, long long version, long long *count, struct error *error) MUST_CHECK;

/* What is there already of a stretch of cases: for resuming. */
struct attempt_mark {
	long long position, attempt;
	int repeat;
	bool open;
	bool graded; /* has a verdict of this grading for this gold */
	long long anew_after; /* as in attempt_row */
};
bool attempt_marks(struct store *store, long long test_set, long long version, long long grading, long long from, long long to,
	struct arena *arena, struct attempt_mark **marks, size_t *count, struct error *error) MUST_CHECK;

struct call_row {
	long long id;
	struct uid uid;
	long long run;
	struct attempt_key attempt;
	const char *purpose;
	int try;
	const char *state, *source, *class, *message;
	const char *model; /* the project's name */
	struct hash key;
	const char *method_url;
	struct text request, response;
	int status; /* HTTP; 0: none */
	const char *server_request, *returned_model, *fingerprint;
	struct usage usage;
	int64_t started_at, latency, first_byte; /* UNKNOWN */
	long long batch; /* it waits in this batch, or did; 0: none. Written only */
};
bool call_start(struct store *store, struct call_row *row, struct error *error) MUST_CHECK;	/* state 'started'; sets row->id */
bool call_end(struct store *store, const struct call_row *row, struct error *error) MUST_CHECK; /* the row of row->id */
bool call_put(
	struct store *store, struct call_row *row, struct error *error) MUST_CHECK; /* whole, at once: cache, cassette, recorded */
/* The latest answered call with this key; texts in the arena. */
bool call_by_key(struct store *store, const struct hash *key, struct arena *arena, struct call_row *ret, bool *found,
	struct error *error) MUST_CHECK;
/* The latest call that is written down; 0: none. */
bool call_last(struct store *store, long long *id, struct error *error) MUST_CHECK;
/* All calls of an attempt in order. */
bool call_list(struct store *store, struct attempt_key attempt, struct arena *arena, struct call_row **rows, size_t *count,
	struct error *error) MUST_CHECK;

/* What the latest `most` calls used, those answered by a server and of known usage, by model and variant. Strings in the arena. */
struct call_sizes {
	const char *model, *variant;
	long long calls, bytes, input, output; /* bytes of the requests; tokens */
	long long attempts;		       /* that made them */
};
bool call_sizes_list(struct store *store, long long most, struct arena *arena, struct call_sizes **rows, size_t *count,
	struct error *error) MUST_CHECK;

struct score_row {
	long long attempt, scorer, gold;
	double value;
	bool passed;
	double weight;
	const char *name, *type; /* of the scorer; read only */
	struct text reason, extracted;
};
bool score_put(struct store *store, const struct score_row *row, struct error *error) MUST_CHECK;
bool score_list(struct store *store, long long attempt, long long grading, long long gold, struct arena *arena,
	struct score_row **rows, size_t *count, struct error *error) MUST_CHECK;
struct verdict_row {
	long long attempt, grading, gold;
	bool passed;
	double value;
};
bool verdict_put(struct store *store, const struct verdict_row *row, struct error *error) MUST_CHECK;

struct retrieved_row {
	int rank;
	const char *key, *title;
	struct text body;
	double score;
	int number; /* 0: not in the prompt */
	bool cited;
};
struct retrieval_row {
	const char *corpus;
	struct hash corpus_version;
	struct text query;
	int64_t duration;
	struct retrieved_row *items;
	size_t count;
};
bool retrieval_put(struct store *store, long long attempt, const struct retrieval_row *row, struct error *error) MUST_CHECK;
bool retrieval_get(struct store *store, long long attempt, struct arena *arena, struct retrieval_row *ret, bool *found,
	struct error *error) MUST_CHECK;

#endif
