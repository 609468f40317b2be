/* Failure modes, and the rules that detect them from an attempt's trace. The modes are those of science.md section 1.2: one fixed
 * taxonomy, F0 to F20. */
#ifndef LEVER_CLASSIFY_CLASSIFY_H
#define LEVER_CLASSIFY_CLASSIFY_H

#include "eval/store/attempts.h"

/* Who has to confirm it before it counts for more than a suspicion (science.md 1.2, last column). */
enum confirming_person {
	CONFIRM_NOBODY,
	CONFIRM_SAMPLE, /* a person looks at some of them */
	CONFIRM_JUDGE,	/* a person, or a judge that agrees with people */
	CONFIRM_EACH,	/* a person, of every one */
};

struct failure_mode {
	const char *code, *name, *meaning; /* "F9", "retrieval miss", one line */
	const char *levers;		   /* what fixes it, in words */
	const char *detector;		   /* what tells it, in words */
	enum confirming_person confirm;
	const char *brief;		   /* its name where there is little room; NULL: the name is short enough */
};
extern const struct failure_mode failure_modes[];		/* ends with code NULL */
const struct failure_mode *failure_mode_find(const char *code); /* NULL: unknown */

/* What the trace rules look at; borrowed. */
struct classify_input {
	enum attempt_state state;
	const char *finish; /* NULL: unknown */
	struct text output; /* "no text": none */
};
struct classify_finding {
	const struct failure_mode *mode;
	const char *rule;     /* which rule: the author of the label */
	const char *evidence; /* in words */
};
/* The first mode that the trace alone shows (F0); false: none. Only for attempts that did not pass and are final. */
bool classify_trace(const struct classify_input *input, struct classify_finding *ret);

/* ---- the cascade (cascade.c): everything that is known of one failed case, from traces, scores, gold passages and probes ---- */
enum known { NOT_KNOWN, KNOWN_NO, KNOWN_YES };
struct classify_evidence {
	struct classify_input trace; /* of an attempt without an answer: its state is open */
	enum known lenient;	     /* right in a form that was not accepted */
	enum known constraint_only;  /* the answer's own check passed, another one (a format, a length) did not */
	bool length_only;	     /* of constraints only a length was broken */
	bool slipped;		     /* the right sum stands in the answer, with a wrong result */
	bool partial;		     /* of several texts that must be there, some are */
	bool stale;		     /* it is an answer that was right once */
	bool tools;		     /* the wrong tools were called, or with wrong arguments */
	enum known refused;	     /* the base's answer refuses or abstains */
	enum known unanswerable;     /* the expected answer is itself a refusal */
	bool retrieves;		     /* the base puts retrieved passages into its prompt */
	enum known gold_indexed, gold_found, gold_shown; /* in the corpus, among those retrieved, in the prompt */
	/* Is the case right under the probe? */
	enum known no_context, oracle, distractors, irrelevant, order, shot_static, shot_nearest, cot, reasoning, bigger;
	enum known oracle_refused;   /* the answer under the oracle refuses too */
	int samples, right;	     /* further answers of the very same: how many, how many right */
	int ways, agreed; /* of answering beside the base, once where it is asked again; of them, how many gave the same wrong answer, no
			   * refusal */
	int ways_right;
};
/* The cause that the evidence points at, cascade of science.md 1.2 with two amendments: a case that is right when asked again is unstable
 * whatever flips it, and a cause that two probes show comes before one that a single probe shows. mode NULL: unexplained. */
struct classify_finding classify_cascade(const struct classify_evidence *evidence);

#endif
