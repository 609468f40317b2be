/* Runs, variant versions, gradings, scorers, tallies. */
#ifndef LEVER_STORE_RUNS_H
#define LEVER_STORE_RUNS_H

#include "eval/store/store.h"

struct run_variant {
	long long version;			   /* row of variant_version */
	const char *name, *lever, *parent, *model; /* parent, model NULL where none */
	bool generated; /* a probe: hidden unless asked for */
	const char *probe; /* its name; NULL: none */
};
struct run_row {
	long long id; /* the number in variant@run */
	struct uid uid;
	struct hash manifest;
	long long test_set, grading;
	int repeats;
	long long seed;
	const char *state, *project, *program, *settings;
	int64_t started_at, ended_at; /* 0: not ended */
	struct run_variant *variants;
	size_t variant_count;
	long long case_count, skipped_count;
};

bool variant_version_put(struct store *store, const struct hash *hash, const char *name, struct text definition, long long *id,
	struct error *error) MUST_CHECK;
bool grading_put(
	struct store *store, const struct hash *hash, struct text definition, long long *id, struct error *error) MUST_CHECK;
bool scorer_put(struct store *store, const struct hash *hash, const char *name, const char *type, struct text definition,
	long long *id, struct error *error) MUST_CHECK;
/* The scorer belongs to the grading, under this name. */
bool grading_scorer_put(struct store *store, long long grading, long long scorer, const char *name, struct error *error) MUST_CHECK;
/* JSON of what a version or a grading consists of, in the arena. */
bool variant_definition(
	struct store *store, long long version, struct arena *arena, struct text *ret, struct error *error) MUST_CHECK;
bool grading_definition(
	struct store *store, long long grading, struct arena *arena, struct text *ret, struct error *error) MUST_CHECK;

bool run_put(struct store *store, struct run_row *row,
	struct error *error) MUST_CHECK; /* inserts with its variants and zero tallies; sets id */
/* A generated variant joins a run that is there; *new false when it is in it. */
bool run_join(struct store *store, long long run, const struct run_variant *variant, bool *new, struct error *error) MUST_CHECK;
/* What is said of a variant in a run beside its version: lever, parent and model's name, as the project says them now. */
bool run_variant_describe(struct store *store, long long run, const struct run_variant *variant, struct error *error) MUST_CHECK;
/* Makes it the latest run: called whenever a run is opened to be worked on. */
bool run_touch(struct store *store, long long run, struct error *error) MUST_CHECK;
bool run_set_grading(struct store *store, long long run, long long grading, struct error *error) MUST_CHECK;
bool run_set_state(struct store *store, long long run, const char *state, int64_t ended_at, struct error *error) MUST_CHECK;
/* The latest run with this manifest; id 0: none. */
bool run_of_manifest(struct store *store, const struct hash *manifest, long long *id, struct error *error) MUST_CHECK;
bool run_get(
	struct store *store, long long id, struct arena *arena, struct run_row *ret, bool *found, struct error *error) MUST_CHECK;
/* The one worked on last comes first; at most `limit`, those behind the run `before` (0: from the first). */
bool run_list(struct store *store, long long before, int limit, struct arena *arena, struct run_row **rows, size_t *count,
	struct error *error) MUST_CHECK;

struct tally {
	long long version, planned, passed, failed, errors, input_tokens, output_tokens, cost; /* cost UNKNOWN (-1) when any is */
};
bool tally_list(struct store *store, long long run, struct arena *arena, struct tally **rows, size_t *count,
	struct error *error) MUST_CHECK;
/* Adds the differences in `delta` (planned is set, not added). */
bool tally_add(struct store *store, long long run, const struct tally *delta, struct error *error) MUST_CHECK;
/* Counts all again from the attempts: after a new grading, or when a run takes attempts over. */
bool tally_count(struct store *store, long long run, struct error *error) MUST_CHECK;

#endif
