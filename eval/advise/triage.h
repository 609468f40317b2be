/* Triage: the failures of a variant in the order in which looking at them teaches most, and how far the raters are. The screen and
 * `lever triage` use the same. */
#ifndef LEVER_ADVISE_TRIAGE_H
#define LEVER_ADVISE_TRIAGE_H

#include "eval/advise/evidence.h"
#include "eval/stats/agreement.h"

#define SATURATION_WINDOW 20 /* labels without a new code after which one may stop (science.md 1.2) */

struct triage_item {
	size_t at; /* index of the case in the evidence */
	long long attempt;
	const char *id;
	const char *mode, *source, *author, *note; /* in force in the evidence, which may be blind; NULL */
	const char *own, *own_note;		   /* what this rater said; NULL */
	bool deferred;
};
struct triage {
	struct triage_item *items; /* to do first, then deferred ones, then those the rater has labelled */
	size_t count, done, deferred;
	size_t recent, recent_new; /* the rater's last labels, SATURATION_WINDOW at most, and how many of them brought a new code */
};
bool triage_read(struct evidence *evidence, struct store *store, const char *rater, struct arena *arena, struct triage *ret,
	struct error *error) MUST_CHECK;

/* How far a person is with the failures of the base. */
struct rater_progress {
	const char *rater;
	size_t labelled, recent, recent_new; /* as in struct triage */
};
bool rater_progress_read(struct evidence *evidence, struct store *store, struct arena *arena, struct rater_progress **ret,
	size_t *count, struct error *error) MUST_CHECK;

/* Agreement of two raters on the failures that both labelled. */
struct agreement {
	struct kappa kappa; /* NAN where undefined */
	const char **codes;
	double *by_code; /* share on which both agree among those that either gave the code */
	size_t code_count, both;
};
bool agreement_read(struct store *store, long long run, long long version, const char *first, const char *second,
	struct arena *arena, struct agreement *ret, struct error *error) MUST_CHECK;

/* Is it a code of the taxonomy or of the project's own (`modes:`)? */
bool mode_known(const struct project *project, const char *code);
/* The person at the terminal: LEVER_RATER, else the login name, else "me". */
const char *rater_name(struct arena *arena, const char *given);

/* An expected answer where it stands, in a line of a JSON Lines file, a row of a JSON or YAML file or a record of a CSV file (others are told by place: ERROR_USAGE).
 * In the arena; the file's name is the project's. */
struct csv_place {
	bool used, plain_quotes;
	char delimiter;
};
struct gold_place {
	const char *id, *file, *key;
	long line;
	struct text before; /* the line, record or row, whole lines */
	size_t from, to;    /* the answer in it */
	bool yaml;
	const char *text;   /* the answer as one edits it: a lone string as it is, all else as JSON; a cell as it is */
	struct csv_place csv;
};
/* What was done, so that it can be taken back. */
struct gold_change {
	const char *file;
	long line;
	struct text before, after;
};
/* `project` may be NULL: an error. */
bool gold_find(struct store *store, const struct project *project, long long test_set, const char *id, struct arena *arena,
	struct gold_place *ret, struct error *error) MUST_CHECK;
/* Writes the answer: text, or JSON where it begins with [, { or a quote; a list has all that is accepted. Never an empty one. */
bool gold_mend(const struct gold_place *place, const char *answer, struct arena *arena, struct gold_change *ret,
	struct error *error) MUST_CHECK;
/* Refuses where the line was changed since. */
bool gold_restore(const struct gold_change *change, struct error *error) MUST_CHECK;

#endif
