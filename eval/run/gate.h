/* Gates: rules for pipelines. `gates:` is a list; each entry names a variant and, by one key, what is asked of it. One file each:
 * eval/run/gate_NAME.c defines `const struct gate_type gate_NAME`; the key is the name. All gates of a project have to pass, so no
 * correction for several is needed (an intersection-union test); each answers with a 95 % interval. */
#ifndef LEVER_RUN_GATE_H
#define LEVER_RUN_GATE_H

#include "eval/base/yaml.h"
#include "eval/run/project.h"
#include "eval/stats/stats.h"
#include "eval/store/runs.h"

enum gate_answer { GATE_PASS, GATE_FAIL, GATE_INCONCLUSIVE, GATE_NOT_COMPARABLE };
const char *gate_answer_name(enum gate_answer answer);

/* What one variant of a run measured, case by case. */
struct gate_arm {
	const char *name;
	size_t count, measured; /* cases of the test set (and tag); those with an outcome */
	struct gate_case {
		const char *id;
		struct hash input, gold;
		double rate;	  /* NAN: not measured */
		const char *mode; /* label in force of a failed case; NULL */
	} * cases;
	double *costs, *latencies; /* dollars, seconds; known ones */
	size_t cost_count, latency_count, unknown_costs;
	struct hash grading;
	bool recorded; /* from a baseline file */
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
	double value;		  /* what was measured; NAN */
	struct interval interval; /* of it */
	long long more;		  /* cases that would decide it; 0: not known */
	const char *message;
};

struct gate_type {
	const char *name, *summary, *help;
	bool compares; /* its key names a variant or a baseline file */
	bool (*judge)(const struct gate *gate, const struct gate_arm *arm, const struct gate_arm *other, struct arena *arena,
		struct gate_result *ret);
};
extern const struct gate_type *const gate_types[]; /* generated; ends with NULL */

/* Reads `gates:`; mistakes are added to errors with their places. */
struct gate *gates_read(struct project *project, size_t *count, struct error_list *errors);
/* Judges every gate on a run (0: the latest). */
bool gates_judge(struct store *store, const struct project *project, const struct gate *gates, size_t count, long long run,
	struct arena *arena, struct gate_result **ret, struct error *error) MUST_CHECK;

/* A baseline: what a variant measured, as a file that a team commits. The same data give the same bytes. */
bool baseline_write(struct store *store, const char *variant, long long run, const char *path, struct error *error) MUST_CHECK;
bool baseline_read(const char *path, struct arena *arena, struct gate_arm *ret, struct error *error) MUST_CHECK;
/* The arm of a variant in a run, only the cases with the tag (NULL: all); in the arena. */
bool gate_arm_load(struct store *store, const struct run_row *run, const char *variant, const char *tag, struct arena *arena,
	struct gate_arm *ret, struct error *error) MUST_CHECK;

/* ---- shared by the kinds ---- */
/* Pass when the lower bound reaches `limit`, fail when the upper bound misses it, else inconclusive. */
enum gate_answer gate_bound(struct interval interval, double limit);
/* Paired difference arm - other: estimate and interval. False: not comparable, message filled. */
bool gate_difference(const struct gate_arm *arm, const struct gate_arm *other, struct arena *arena, double *difference,
	struct interval *interval, double *discordance, size_t *paired, const char **message);

#endif
