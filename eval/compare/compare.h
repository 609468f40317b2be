/* Comparison: variants and runs beside each other. What reports, gates, advice and screens all show is computed here, once. */
#ifndef LEVER_COMPARE_COMPARE_H
#define LEVER_COMPARE_COMPARE_H

#include "eval/stats/stats.h"
#include "eval/store/outcomes.h"

/* Which outcomes: a variant of a run. */
struct arm {
	long long run;
	long long version;
	const char *name;
	const char *label; /* "rag" or "rag@3" */
	const char *lever, *parent, *model;
};
/* "rag", "rag@3", "rag@latest", "rag@previous" (the run before the latest with another version of it). Default run: the latest.
 * ERROR_USAGE with a near match. */
bool arm_find(struct store *store, const char *name, long long default_run, struct arena *arena, struct arm *ret,
	struct error *error) MUST_CHECK;
/* All arms of a run in order, generated ones left out. run 0: the latest. ERROR_USAGE when there is no run. */
bool arm_list(
	struct store *store, long long run, struct arena *arena, struct arm **arms, size_t *count, struct error *error) MUST_CHECK;

/* The outcomes of several arms, read once: whoever shows more than one thing of them loads a set; the functions that take a store
 * read what they need themselves. Arms are addressed by their index. The set owns all it holds; what the functions below answer is
 * in their arena. */
struct arm_set;
bool arm_set_load(struct store *store, const struct arm *arms, size_t count, struct arm_set **ret, struct error *error) MUST_CHECK;
void arm_set_free(struct arm_set *set);	    /* accepts NULL */
void arm_set_release(struct arm_set **set); /* for CLEANUP */

struct class_count {
	const char *name;
	long long count;
};
/* One arm alone. The unit is the case: repeats are averaged within it, errors count as not passed. What has not been run yet counts
 * neither way: it is left out of rates and told as `missing`; so are cases whose answers nobody has scored (`ungraded`). */
struct arm_summary {
	struct arm arm;
	int repeats;
	long long cases;				 /* of the run */
	long long measured;				 /* cases with at least one outcome: what the rates are over */
	long long planned;				 /* case × repeat */
	long long done, passed, failed, errors, missing; /* attempts; done = passed + failed + ungraded; missing: not run yet */
	long long ungraded;				 /* attempts: answered, without a verdict */
	bool incomplete;				 /* errors or missing: the numbers may move */
	struct proportion pass_rate; /* count: cases that pass at every repeat; total: `measured`; rate: mean over cases */
	const char *interval_method; /* "Wilson", "normal over cases, ends guarded", "clustered by case group (N groups)" */
	long long unstable;	     /* cases that pass at some repeats only */
	double mean_score;	     /* of the verdict values, over graded cases; NAN when nothing is graded */
	struct usage usage;	     /* sums; UNKNOWN when any is */
	struct usage known;	     /* sums over what is known; UNKNOWN when nothing is */
	long long unknown_usage, unknown_cost; /* attempts */
	long long calls;		       /* of its attempts, retries included */
	double latency_p50, latency_p95;       /* seconds; NAN: unknown */
	struct class_count *classes;
	size_t class_count; /* errors by class, most first */
	long long refused, filtered;
};
/* The pass rate over cases whose rates (means over repeats) these are: Wilson where all are 0 or 1, clustered where cases share a cluster
 * (NULL: none), bounded_interval over cases else. `method` as interval_method, in the arena; NULL: not asked. */
struct proportion pass_rate_of(
	const double *rates, const char *const *clusters, size_t count, struct arena *arena, const char **method);
/* Numbers equal names equally, from 1; NULL is a group of its own each time. Answers how many groups there are; 0 when no name was given
 * at all. */
size_t groups_number(const char *const *names, size_t count, long long *numbers);
/* The middle of an interval of a mean: NAN errors and errors of 0 leave it undefined. */
struct interval interval_around(double mean, double error, double quantile, double least, double most);
void set_summarise(const struct arm_set *set, size_t arm, struct arena *arena, struct arm_summary *ret);

/* Two arms, paired by case id (and equal input). */
struct pair_summary {
	struct arm a, b;	  /* b against a: b is the lever, a its parent */
	long long paired;	  /* cases that both have an outcome for: what everything below is over */
	long long missing;	  /* cases of both that one of them has not run or scored yet: left out and told */
	long long only_a, only_b; /* cases not in the other: left out and told */
	long long changed_input;  /* same id, other input: left out and told */
	long long both_passed, both_failed, wins,
		losses; /* wins: b passes where a does not (at one repeat; a case wins where its mean is higher) */
	long long errors_a, errors_b;	   /* attempts without an answer */
	bool silent_a, silent_b;	   /* not one answer in all paired cases: there is nothing to compare */
	long long refused_a, refused_b;	   /* attempts refused or filtered */
	int repeats;			   /* the larger of the two */
	bool same_grading;		   /* scorers equal */
	long long changed_gold;		   /* same id and input, other gold: the newest gold counts for neither, told */
	double rate_a, rate_b, difference; /* proportions */
	struct interval interval; /* of the difference, 95 %: clustered where clusters are given, else paired (Agresti-Min for small
				     binary samples) */
	const char *interval_method; /* "paired", "paired over cases, ends guarded", "Agresti-Min", "clustered by case group (N groups)"; undefined with fewer than 2
					groups */
	bool has_p;
	double p; /* exact McNemar at one repeat; sign-flip permutation on case means otherwise, on group sums where clustered */
	const char *p_method;
	double p_holm;			  /* NAN until holm_adjust */
	size_t family;			  /* comparisons it was adjusted for together */
	double cost_a, cost_b;		  /* dollars per attempt over the paired cases; NAN unknown */
	double latency_a, latency_b;	  /* seconds, median; NAN unknown */
	double cost_ratio, latency_ratio; /* b / a; NAN unknown */
	struct error why;		  /* kind ERROR_NOT_COMPARABLE: nothing in common */
};
bool pair_summarise(struct store *store, const struct arm *a, const struct arm *b, struct arena *arena, struct pair_summary *ret,
	struct error *error) MUST_CHECK;
void set_pair(const struct arm_set *set, size_t a, size_t b, struct arena *arena, struct pair_summary *ret);
/* Every lever against its parent in the run, Holm over all of them. */
void set_levers(const struct arm_set *set, struct arena *arena, struct pair_summary **pairs, size_t *count);
void holm_adjust(struct pair_summary *pairs, size_t count);
/* What the pair says at the 5 % level after Holm (plain p where there was no adjustment). */
enum pair_verdict { PAIR_NOTHING, PAIR_BETTER, PAIR_WORSE, PAIR_UNSETTLED };
enum pair_verdict pair_verdict_of(const struct pair_summary *pair);
/* Plain words: "better (+31.2 points, 95% +22.1 to +40.3, p = 0.0001 after Holm)", "no difference shown (…)"; "after Holm" only
 * in a family of several. In the arena. */
const char *pair_sentence(const struct pair_summary *pair, struct arena *arena);

/* By tag: pass rate of each arm. */
struct tag_rate {
	const char *tag;
	long long cases;
	struct proportion *rates; /* one per arm */
};
bool tag_rates(struct store *store, const struct arm *arms, size_t arm_count, struct arena *arena, struct tag_rate **ret,
	size_t *count, struct error *error) MUST_CHECK;
void set_tags(const struct arm_set *set, struct arena *arena, struct tag_rate **ret, size_t *count);

/* Confusion of a label scorer: rows expected, columns extracted; labels sorted, unlisted answers under "(other)", none under
 * "(none)". */
struct confusion {
	const char *scorer;
	const char **labels;
	size_t count;
	long long *cells; /* count × count, row-major */
};
bool confusion_of(struct store *store, const struct arm *arm, struct arena *arena, struct confusion **ret, size_t *count,
	struct error *error) MUST_CHECK;

/* Cases that at least one arm fails, in order, one row each with the verdict of every arm. */
struct failure_row {
	long long position;
	const char *case_id;
	long long *attempts;   /* per arm; 0 missing */
	signed char *verdicts; /* 1 pass, 0 fail, -1 error or missing, -2 answered but not scored */
};
bool failure_rows(struct store *store, const struct arm *arms, size_t arm_count, size_t limit, struct arena *arena,
	struct failure_row **ret, size_t *count, long long *total, struct error *error) MUST_CHECK;
void set_failures(
	const struct arm_set *set, size_t limit, struct arena *arena, struct failure_row **ret, size_t *count, long long *total);

#endif
