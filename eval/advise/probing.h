/* Which probes to run on a base variant, on which cases: the cheapest that can still change the advice. */
#ifndef LEVER_ADVISE_PROBING_H
#define LEVER_ADVISE_PROBING_H

#include "eval/advise/evidence.h"
#include "eval/run/plan.h"

struct probing_options {
	const char *const *only; /* names of probes; NULL: those that are worth it */
	size_t only_count;
	long long sample; /* passing cases drawn beside all failing ones */
	long long seed;
	bool ahead; /* those that wait for what another probe says are derived too: what it may come to */
};
struct probing_row {
	const struct probe_type *type;
	const char *reason; /* why it is left out; NULL: it is run */
	const char *after; /* the probe that it waits for: it is run only if that one flips something; NULL */
	size_t first, count; /* its own among the names */
};
struct probing {
	struct probing_row *rows;
	size_t row_count;
	const char **names; /* of the variants that were derived */
	size_t name_count;
	struct drawn_case *draws;	     /* in order of position */
	size_t draw_count, failing, passing; /* passing: how many there are */
};
/* Derives the probes into the project. What earlier probes said decides about later ones: call it again with new evidence until no
 * name is new. ERROR_USAGE for a name in `only` that is no probe. */
bool probing_plan(const struct evidence *evidence, struct project *project, const struct probing_options *options,
	struct arena *arena, struct probing *ret, struct error *error) MUST_CHECK;

/* Takes the probe of a row out again. */
void probing_leave_out(struct probing *probing, struct probing_row *row, const char *reason);

/* What a probe did on the failed cases: share that passed under it, and net of the placebo: (flip - placebo) / (1 - placebo). */
struct flip {
	const struct evidence_arm *arm; /* the first of them */
	size_t arms;			/* repeats are several */
	size_t asked, flipped;
	size_t passing_asked, broken; /* of the passing cases that were drawn */
	double net;		      /* NAN: no placebo, or nothing asked */
};
struct flip flip_of(const struct evidence *evidence, const struct evidence_arm *arm);
/* The same of all arms of a probe together. */
struct flip flip_of_probe(const struct evidence *evidence, const char *probe);

#endif
