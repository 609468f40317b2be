/* Evidence: everything a run holds about one base variant, case by case: the base's own answers, those of every lever measured
 * against it and of every probe, labels, retrieval. Read once; what advises is computed from it and asks the store for nothing. */
#ifndef LEVER_ADVISE_EVIDENCE_H
#define LEVER_ADVISE_EVIDENCE_H

#include "eval/classify/classify.h"
#include "eval/compare/compare.h"
#include "eval/run/project.h"

/* One arm: the base, a variant or a probe of it. Arrays are by case; what is not there is NAN, 0, NOT_KNOWN or "no text". */
struct evidence_arm {
	struct arm arm;
	const char *probe;	       /* NULL: a variant */
	int steps;		       /* from parent to parent to the base: 1 a variant or probe of it; 0: it does not start there */
	const struct evidence_arm **parts; /* of a stack: the variants one lever from the base that it was put together from, as far as known */
	size_t part_count;
	const char **beside; /* levers that it pulls as well, which no part pulls alone */
	size_t beside_count;
	bool hidden;		       /* asked to be left out: back-test */
	bool alike;		       /* the base was asked equally often of all cases of this arm */
	double *rate;		       /* share of its repeats that passed */
	bool *open; /* asked, and a try found no answer: a probe is not counted there, others count as not passed */
	long long *attempt;	       /* the first that failed, else the first */
	double *probability;	       /* with which the case was drawn */
	enum known *refused, *lenient; /* of the texts that were read: see evidence_texts */
	struct text *form;	       /* the answer, normalised */
	double cost, latency;	       /* dollars, seconds a case; NAN unknown */
	struct arm_route {
		const char *name; /* of a variant, and which share of its cases it answered */
		double share;
	} *routes; /* of a stack that routes */
	size_t route_count;
	double search_cost;	       /* of it for embedding and reranking, as `costs:` says */
	long long measured;	       /* cases with a rate */
};

struct evidence_case {
	const char *id, *cluster;
	const char *tags; /* JSON list; NULL */
	long long position, input, gold;
	json_t *expected, *gold_passages, *formerly; /* NULL where none */
	struct text accepted;	/* the first that is expected, normalised */
	const char *unanswered; /* class of the try that the base's open attempt ended with; NULL: it is answered */
	uint64_t hash; /* of vars and earlier turns */
	bool exact; /* the base's answer is an accepted one to the letter: another scorer than that of the answer failed it */
	enum known judged; /* was its answer right by scorers of answers, where the base fails? NOT_KNOWN: none judged it */
	bool stale;   /* the base's answer is one that the case's metadata call `formerly` */
	bool partial; /* some of the texts that must be in it are, others are not */
	bool slipped; /* the base's answer writes out the right sum with a wrong result */
	bool told_wrong; /* by a verdict that came with it */
	const char *cut, *cut_because; /* the rule of traces by which its answer was cut off, filtered or empty; NULL: it was not */
	bool broken, long_or_short, tools;	   /* failed there: a constraint that can be checked, a length, what tools were called */
	bool unanswerable;			   /* the expected answer is a refusal */
	enum known gold_indexed;		   /* its gold passages are in the corpus */
	enum known gold_found, gold_shown;	   /* by the base's own retrieval: among those found, in the prompt */
	bool retrieved;				   /* passages were retrieved for its base's answer */
	enum known gold_search;			   /* a search of the project's corpus for the case finds them; no call */
	struct classify_finding finding;	   /* of a failed case */
	const char *mode, *source, *author, *note; /* the label in force; NULL where none */
};

struct evidence {
	struct arena *arena, *labels; /* labels: the words of those in force */
	const char *blind; /* of the options; may be changed before evidence_relabel */
	struct run_row run;
	size_t base; /* index of the base among the arms */
	struct evidence_arm *arms;
	size_t arm_count, arm_room;
	struct evidence_case *cases;
	size_t case_count;
	long long *groups; /* by case, from 1: what shares a cluster; NULL: every case stands for itself */
	size_t group_count;
	size_t failing; /* cases that the base does not pass */
	bool run_named; /* the run was asked for by its number, and is not the latest */
	bool searched;	/* gold_search is known */
	bool retrieves; /* the base puts retrieved passages into its prompt: it, or a variant that it starts from, pulls that lever */
	bool listed;	/* what it retrieved is stored, at least for some cases */
	bool traced;	/* and of some it is known whether the gold was among it */
	long long search_k;
	const char *passage; /* the id of a passage of the corpus that was searched; NULL */
};

struct evidence_options {
	long long run;		   /* 0: the latest */
	const char *base;	   /* NULL: the variant with the most probes, else that which most variants start from */
	long long base_version;	   /* without `base`: this version where the run has it; 0: none is wished for */
	const char *const *hidden; /* names of variants to leave out */
	size_t hidden_count;
	const char *blind; /* a rater who is not to see what other people said: their labels count as never put; NULL */
	bool unsearched; /* the corpus is not searched for the cases: for those who compute no gain, as it takes its time */
};

/* `project` may be NULL: nothing is searched then. ERROR_USAGE where there is no such run or variant. Texts and JSON live until
 * evidence_free. */
bool evidence_load(struct store *store, const struct project *project, const struct evidence_options *options, struct evidence **ret,
	struct error *error) MUST_CHECK;
/* Reads the labels in force again: all that changed where people label. What they were before is freed, even where it fails. */
bool evidence_relabel(struct evidence *evidence, struct store *store, struct error *error) MUST_CHECK;
void evidence_free(struct evidence *evidence);	   /* accepts NULL */
void evidence_release(struct evidence **evidence); /* for CLEANUP */

/* Does the base fail the case? Not measured is no failure. */
bool case_fails(const struct evidence *evidence, size_t at);
/* Does the arm only ask the base's question once more? */
bool arm_repeats(const struct evidence_arm *arm);
/* The arm of a probe of the base, the first of several; NULL. */
const struct evidence_arm *evidence_probe(const struct evidence *evidence, const char *probe);
/* Pass rate of an arm over the cases that it measured; NAN where it measured none. */
double arm_pass_rate(const struct evidence *evidence, const struct evidence_arm *arm);
/* The same with its interval, clusters counted as such. */
struct proportion arm_proportion(const struct evidence *evidence, const struct evidence_arm *arm, struct arena *arena);
struct proportion evidence_base_rate(const struct evidence *evidence, struct arena *arena);
/* Mean difference of the rates over the cases that both measured, as a share of these; NAN where there is none. */
double arm_gain(const struct evidence *evidence, const struct evidence_arm *arm, const struct evidence_arm *against);
/* NULL: it has none, or not in this run. */
const struct evidence_arm *arm_parent(const struct evidence *evidence, const struct evidence_arm *arm);
/* Is the arm right on the case? */
enum known arm_right(const struct evidence_arm *arm, size_t at);

/* Fills `finding` of every failed case (cascade), and `mode` where nobody labelled it better. */
void evidence_attribute(struct evidence *evidence);
/* Stores what the cascade found as labels of source rule or probe; a finding that changed withdraws the former. Inside the caller's
 * transaction. */
bool evidence_label(struct evidence *evidence, struct store *store, struct error *error) MUST_CHECK;

#endif
