/* Probes: counterfactual re-runs of a base variant that tell why its cases fail (science.md 2.1). One file each:
 * eval/run/probe_NAME.c defines `const struct probe_type probe_NAME`; its name has dashes where the file's has underscores. A probe
 * is a variant like any other, flagged as generated: lever derives it from its base (`lever probe`), or the project declares one
 * (`probe: NAME`), with recorded outputs too. */
#ifndef LEVER_RUN_PROBE_H
#define LEVER_RUN_PROBE_H

#include "eval/base/error.h"

struct variant;
struct project;
struct probe_type;

/* Which passages stand in the prompt. */
enum context_source {
	CONTEXT_RETRIEVED, /* what the variant retrieves, if it does */
	CONTEXT_NONE,
	CONTEXT_GOLD,	    /* the case's gold passages alone */
	CONTEXT_GOLD_AMONG, /* among retrieved others; first, in the middle, last by turns */
	CONTEXT_OTHERS,	    /* retrieved ones without the gold */
};
/* How a derived variant differs from its base beside model, examples and extractor. */
struct probe_change {
	enum context_source context;
	int sample;	   /* 0: the base's own answer; n: the n-th further one, never another's stored answer */
	bool reversed;	   /* passages in reverse order */
	const char *words; /* put behind the last message; NULL */
};

/* What `probes:` of the project offers to derive from; NULL where it does not say. */
struct probe_settings {
	const char *bigger, *reasoning; /* names of models */
	const char *examples;		/* name of a set of examples */
	const char *cot;		/* words that ask for steps */
	long long k;			/* examples, distractors */
	long long samples;		/* answers a case in all for `repeats`: base, placebo and further ones */
};

struct probe_request {
	struct project *project;
	const struct variant *base;
	int copy; /* from 0 */
};

struct probe_type {
	const char *name, *summary, *help;
	const char *isolates; /* what a flip under it says */
	int order;	      /* cheap and telling ones first */
	bool calls;	      /* false: from what is stored already */
	/* Changes the copy of the base into the probe; false fills error with what is missing (ERROR_USAGE): the probe is then left
	 * out and told. */
	bool (*derive)(const struct probe_request *request, struct variant *variant, struct error *error);
};
extern const struct probe_type *const probe_types[];   /* generated; ends with NULL */
const struct probe_type *probe_find(const char *name); /* NULL: unknown */

/* Adds the probe of a base to the project's variants, named "base+probe" ("base+repeats-2" for a further copy). NULL fills error.
 */
struct variant *probe_derive(
	struct project *project, const struct variant *base, const struct probe_type *type, int copy, struct error *error);
/* How many variants the probe consists of. */
int probe_copies(const struct project *project, const struct probe_type *type);

#endif
