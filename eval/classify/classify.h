/* Failure modes, and the rules that detect them from an attempt's trace. The modes are those of science.md section 1.2: one fixed
 * taxonomy, F0 to F20. */
#ifndef LEVER_CLASSIFY_CLASSIFY_H
#define LEVER_CLASSIFY_CLASSIFY_H

#include "eval/store/attempts.h"

struct failure_mode {
	const char *code, *name, *meaning; /* "F9", "retrieval miss", one line */
	const char *levers;		   /* what fixes it, in words */
	bool person;			   /* a person has to confirm it */
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

#endif
