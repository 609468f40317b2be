/* The plan: which attempts a run consists of, and which of them this invocation makes. */
#ifndef LEVER_RUN_PLAN_H
#define LEVER_RUN_PLAN_H

#include "eval/model/cassette.h"
#include "eval/run/project.h"
#include "eval/store/runs.h"

/* A case drawn for a probe: which part of the cases it stands for, and with what chance it was drawn. */
struct drawn_case {
	long long position;
	const char *stratum; /* "failing", "passing" */
	double probability;
};

struct run_options {
	const struct drawn_case *draws; /* only these, in order of position; NULL: all, or as `limit` and `filter` say */
	size_t draw_count;
	const char *const *variants;
	size_t variant_count;	     /* only these; 0: all */
	const char *const *refresh;  /* variants whose calls are made again, whatever is stored */
	size_t refresh_count;
	const char *filter;	     /* only cases that match; NULL */
	long long limit;	     /* a seeded, nested, stratified sample of so many cases; 0: all */
	long long repeats;	     /* 0: as the project says */
	long long concurrency;	     /* 0: as the project says */
	long long budget;	     /* picodollars that this invocation may spend; 0: no limit */
	const char *record, *replay; /* cassette files; NULL. replay NULL: the project's cassette where it has one, unless `live` */
	bool live;		     /* leaves the project's cassette aside */
	bool no_cache; /* as `refresh`, for all variants selected */
	bool skip_bad; /* bad rows of the test set are recorded and left out */
	int64_t slice; /* microseconds of work a turn of the loop may take; 0: 4 ms, so that keys and frames are not held up */
	bool dry;      /* nothing is kept: the transaction stays open for plan_estimate and is rolled back */
	bool rescore;  /* no call at all: scores what is stored */
	bool batch;    /* calls of models whose API takes them in batches are queued for one, at half the price */
	long long within; /* this run must be the one that is opened; 0: any. Else ERROR_USAGE: the project changed since */
	int64_t began; /* wall clock: what a batch collected since then could not answer is not asked again at once */
};

/* Everything that is fixed when a run starts. */
struct plan {
	struct project *project;
	struct store *store;
	struct run_options options;
	struct arena *arena;
	long long run; /* row; the latest with this manifest, or a new one */
	bool new_run;
	bool was_complete; /* before this invocation */
	bool settled; /* the whole run is done and scored by this grading: nothing to do */
	long long test_set, case_count, skipped;
	long long skipped_outputs; /* bad rows of recorded outputs that this reading left out */
	long long grading;
	int repeats;
	long long seed;
	struct plan_variant {
		struct variant *variant;
		long long version; /* row of variant_version */
		struct hash hash;
		bool selected;
		bool refresh; /* its calls are made again */
		long long anew_after; /* for attempts not stored yet: only calls after this row answer them; 0: any */
		long long corpus; /* row; 0: no retrieval */
	} * variants;
	size_t variant_count;
	const struct filter *filter;
	long long *sample;
	size_t sample_count;
	bool sampled; /* positions, ascending, when limited */
	struct cassette *replay, *record;
	bool batches; /* some requests may wait in a batch: looked for before a call is made */
	long long selected_cases; /* after filter and limit */
	struct measured *measured; /* what calls used so far (guess.h); NULL: not read yet */
	long long anew; /* attempts that are open since they were to be asked anew */
	long long taken_over;	  /* attempts of this run that existed when it was opened */
};

/* Reads cases, indexes corpora, reads recorded outputs, computes versions, finds or opens the run. All in one transaction. */
struct plan *plan_make(
	struct project *project, struct store *store, const struct run_options *options, struct error_list *errors) MUST_CHECK;
/* All scorers and how they combine, as canonical JSON: its hash is the identity of a grading. */
void grading_text(const struct project *project, struct buffer *ret);
/* The hash of a model's recorded outputs, as their file and mapping are now, and the row in the store; 0: they were not read so yet. False:
 * the file cannot be read. */
bool recorded_hash_now(struct store *store, const struct project *project, const struct model *model, struct arena *arena,
	struct hash *hash, long long *row);
void plan_free(struct plan *plan);
/* How a case was drawn; NULL: it was not. */
const struct drawn_case *plan_draw(const struct plan *plan, long long position);
/* Only probes are selected: what they leave undone leaves the run as it was. */
bool plan_probes_only(const struct plan *plan);
/* What would happen, without a call: attempts to make, calls that cache and cassette do not answer, prompt tokens estimated, cost.
 */
struct plan_estimate {
	long long attempts, stored, calls, cached, replayed, misses, input_tokens, output_tokens_at_most;
	long long cost, likely; /* at most, and by the answers measured so far (those of `measured` calls); picodollars, UNKNOWN */
	long long measured;
	long long more; /* calls beside, at most: the rounds of tools; in `cost`, and in `likely` as often as they were measured */
	long long waiting; /* of them: in a batch already */
	long long failing; /* attempts that cannot be answered: prompts that cannot be filled in, outputs that were not recorded */
	const char *failure; /* of the first of them; NULL */
	struct estimate_variant {
		const char *name;
		long long attempts, stored, calls, cost, likely, measured;
		long long misses; /* answers that the cassette does not hold */
	} * variants;
};
bool plan_estimate(struct plan *plan, struct arena *arena, struct plan_estimate *ret, struct error *error) MUST_CHECK;

#endif
