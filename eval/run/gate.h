/* Gates: rules for pipelines. `gates:` is a list; each entry names a variant and, by one key, what is asked of it. One file each:
 * eval/run/gate_NAME.c defines `const struct gate_type gate_NAME`; the key is the name. All gates of a project have to pass, so no
 * correction for several is needed (an intersection-union test). What is corrected: looks at a sample that grows (eval/stats/settle.h), and
 * several versions of a variant on the same cases, which share the 5 % (Bonferroni).
 *   gates_read.c the list in lever.yaml    gates_arm.c  what a variant measured      baseline.c  the same as a file
 *   gates_pair.c two arms beside each other            gates_say.c  settling, and the words for it      gates.c  judging all
 *   gates_cases.c the cases as the files have them now    gates_variants.c  the variants as they have them */
#ifndef LEVER_RUN_GATE_H
#define LEVER_RUN_GATE_H

#include "eval/base/yaml.h"
#include "eval/run/project.h"
#include "eval/stats/settle.h"
#include "eval/store/looks.h"
#include "eval/store/runs.h"

enum gate_answer { GATE_PASS, GATE_FAIL, GATE_INCONCLUSIVE, GATE_NOT_COMPARABLE };
const char *gate_answer_name(enum gate_answer answer);

/* A label of a failed attempt. `counts`: in force, or of the list that came with the output; else what another rater said of it. */
struct gate_label {
	const char *mode, *source;
	bool counts;
};
struct gate_case {
	const char *id, *cluster; /* cluster NULL: hangs together with no other */
	struct hash input, gold;
	double rate;	  /* NAN: not measured */
	double cost;	  /* dollars, mean over its attempts; NAN: not known */
	size_t seen, failed, silent; /* attempts; of them: that did not pass, that have no answer (no failures of the answer) */
	struct gate_label *labels;
	size_t label_count, labelled; /* labelled: failed attempts that have one */
};
/* What one variant of a run measured, case by case. */
struct gate_arm {
	const char *name;
	long long version;	/* 0: from a baseline file */
	size_t count, measured; /* cases of the test set (and tag); those with an outcome */
	size_t sampled;		/* measured cases, whatever their tags */
	struct gate_case *cases;
	const char **outside; /* ids of the cases that lack the tag */
	size_t outside_count;
	double *latencies; /* of answers, seconds; known ones, sorted */
	size_t latency_count;
	size_t silent, answered; /* attempts that have no answer, and that have one */
	size_t unpriced, untold, unanswered; /* attempts without a cost: no price, no usage told, no answer */
	struct hash grading;
	struct look_history history;
};

struct gate_type;
struct gate {
	const struct gate_type *type;
	const char *variant, *tag; /* tag NULL: all cases */
	const char *other;	   /* variant or baseline file it is compared with; NULL */
	const char *mode;	   /* failure mode; NULL */
	double limit, margin;
	long line, column;
	const char *words; /* what is asked, for messages */
};
struct gate_result {
	const struct gate *gate;
	enum gate_answer answer;
	bool broken;		  /* a file it names cannot be used: exit status 2 */
	double value;		  /* what was measured; NAN */
	struct interval interval; /* of it; bounds may be infinite */
	long long more;		  /* cases that would decide it; 0: no number, `further` says why */
	const char *message;
	const char *further; /* of an inconclusive gate: what would decide it; NULL for others */
	long long version;   /* what was looked at, for gates_remember; 0: nothing */
	size_t sampled;
};

struct gate_type {
	const char *name, *summary, *help;
	bool compares;	    /* its key names a variant or a baseline file, and `by` a margin */
	bool scored;	    /* rests on verdicts: scorers that changed make it not comparable */
	bool mode;	    /* asks for a `mode:` */
	double least, most; /* of the number its key asks for */
	bool (*judge)(const struct gate *gate, const struct gate_arm *arm, const struct gate_arm *other, struct arena *arena,
		struct gate_result *ret); /* false: not comparable, message filled */
};
extern const struct gate_type *const gate_types[]; /* generated; ends with NULL */

/* Reads `gates:` into the project; mistakes are added to errors with their places. */
void project_read_gates(struct project *project, const struct yaml *list, struct error_list *errors);
/* Judges every gate of the project on a run (0: the latest). One that cannot be judged holds up no other. */
bool gates_judge(struct store *store, const struct project *project, long long run, struct arena *arena, struct gate_result **ret,
	struct error *error) MUST_CHECK;
/* Writes down what was looked at, so that a later look at more cases knows of it. */
bool gates_remember(struct store *store, const struct gate_result *results, size_t count, struct error *error) MUST_CHECK;

/* A baseline: what a variant measured, as a file that a team commits. The same data give the same bytes. *missing: cases without an
 * outcome, which are left out; *silent: attempts without an answer, which count as not passed. Where nothing was answered
 * there is no baseline: ERROR_DATA. */
bool baseline_write(struct store *store, const char *variant, long long run, const char *path, size_t *missing, size_t *silent,
	struct error *error) MUST_CHECK;
bool baseline_read(const char *path, struct arena *arena, struct gate_arm *ret, struct error *error) MUST_CHECK;
/* The arm of a variant in a run, only the cases with the tag (NULL: all); in the arena. */
bool gate_arm_load(struct store *store, const struct run_row *run, const char *variant, const char *tag, struct arena *arena,
	struct gate_arm *ret, struct error *error) MUST_CHECK;
/* The cases that the files of the project have otherwise than the run, in words; NULL: none, or nothing is known of it. */
bool gate_cases_changed(struct store *store, const struct project *project, const struct run_row *run, struct arena *arena,
	const char **ret, struct error *error) MUST_CHECK;
/* What of each variant of the project its files have otherwise than the run, in words; NULL: nothing, or nothing is known of it. */
bool gate_variants_changed(struct store *store, const struct project *project, const struct run_row *run, struct arena *arena,
	const char ***ret, struct error *error) MUST_CHECK;
bool gate_is_file(const char *name); /* of `other`: a baseline, not a variant */

/* ---- shared by the kinds ---- */
/* Settles a sample of the arm against the limit, fills value, interval, more and further; `measured` of the arm's cases are in it. */
struct settled gate_settle(const struct gate_arm *arm, const struct settle_sample *sample, double limit, size_t measured,
	struct arena *arena, struct gate_result *ret);
struct settle_design gate_design(const struct gate_arm *arm, double limit, size_t measured);
/* Of the next look, with more cases. */
struct settle_design gate_design_next(const struct gate_arm *arm, double limit);
/* "95%", by the versions that share the 5 %; and what else decided, in brackets, or "". */
const char *gate_level(const struct gate_arm *arm, struct arena *arena);
const char *gate_notes(
	const struct gate_arm *arm, const struct settle_sample *sample, size_t measured, double p, struct arena *arena);
/* " (35 attempts of NAME have no answer and count as not passed)", or "". */
const char *gate_silent(size_t silent, const char *name, struct arena *arena);
/* "about 120 more cases would decide it (…)"; more 0: "no number of cases …". */
void gate_further(struct gate_result *ret, long long more, const char *why_none, struct arena *arena);
/* Numbers of the clusters of cases, from 1; NULL where none hang together. In the arena. */
const long long *gate_groups(const struct gate_case *const *cases, size_t count, struct arena *arena);
/* A share of cases against a limit: the cases for which `of` answers 0 to 1. */
typedef double gate_case_value(const struct gate_case *row, const struct gate *gate);
struct settled gate_rate(const struct gate *gate, const struct gate_arm *arm, gate_case_value *of, const char **notes,
	struct arena *arena, struct gate_result *ret);
/* Which cases changed, were removed or added from `then` to `now`, in words; NULL: none. */
const char *gate_cases_differ(const struct gate_arm *now, const struct gate_arm *then, struct arena *arena);
/* The paired difference arm - other against the limit: the answer whole. False: not comparable, message filled. */
bool gate_difference(const struct gate_arm *arm, const struct gate_arm *other, double limit, struct arena *arena,
	struct gate_result *ret);

#endif
