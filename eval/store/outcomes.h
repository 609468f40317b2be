/* What a run measured, row by row: for comparison, reports and screens. */
#ifndef LEVER_STORE_OUTCOMES_H
#define LEVER_STORE_OUTCOMES_H

#include "eval/store/attempts.h"
#include "eval/store/runs.h"

/* One case × variant × repeat of a run, with the verdict of the run's grading. Strings are borrowed until the next row. */
struct outcome {
	long long position;		      /* of the case */
	const char *case_id, *cluster, *tags; /* cluster NULL; tags JSON list or NULL */
	long long input, gold;
	long long version; /* variant version */
	int repeat;
	long long attempt; /* 0: not there yet (planned) */
	enum attempt_state state;
	const char *class; /* "ok", failure class, or "planned" */
	bool graded, passed;
	double value;
	struct usage usage;
	int64_t latency;
	int call_count;
	const char *routed_to;
	double probability; /* with which its case was drawn; 1: all were */
};
/* Every planned outcome of one variant of a run in order (case, repeat), missing ones too. `each` answers false to stop; it may ask
 * the store for anything, other outcomes included. */
typedef bool outcome_function(void *data, const struct outcome *outcome);
bool outcome_each(
	struct store *store, long long run, long long version, outcome_function *each, void *data, struct error *error) MUST_CHECK;

/* Differs whenever something was measured, scored, indexed or dropped since, and not where people only label: in the arena. */
bool outcome_mark(struct store *store, struct arena *arena, const char **ret, struct error *error) MUST_CHECK;

/* The texts of one outcome, in the arena; "no text" where there is none. attempt 0: only those of the case. */
struct outcome_texts {
	long long input, gold;	       /* rows */
	struct text vars;	       /* JSON object */
	struct text expected;	       /* JSON list of accepted answers */
	struct text output, extracted; /* extracted: what the variant's extractor took; "no text": the output itself */
	const char *class;	       /* of the attempt; NULL without one */
	struct text message;	       /* of a failed call */
};
bool outcome_texts(struct store *store, long long run, long long position, long long attempt, struct arena *arena,
	struct outcome_texts *ret, struct error *error) MUST_CHECK;

/* What scorers of one type took from the answers of a variant, in order (scorer name, case, repeat); attempts without an answer
 * (refused, filtered and unfinished ones) are left out. Texts are borrowed until the next row. */
struct extraction {
	const char *scorer;
	long long position, attempt;
	struct text expected;  /* JSON list */
	struct text extracted; /* "no text": none */
	bool passed;
};
typedef bool extraction_function(void *data, const struct extraction *extraction);
bool extraction_each(struct store *store, long long run, long long version, const char *scorer_type, extraction_function *each,
	void *data, struct error *error) MUST_CHECK;

/* The hash that is the identity of a variant version. ERROR_STORAGE when there is none. */
bool version_hash(struct store *store, long long version, struct hash *ret, struct error *error) MUST_CHECK;

#endif
