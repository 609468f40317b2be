/* What a call will use, judged by the calls stored before: tokens of its prompt by its bytes, tokens of its answer by the mean of
 * the same variant's answers, else of its model's. */
#ifndef LEVER_RUN_GUESS_H
#define LEVER_RUN_GUESS_H

#include "eval/run/attempt.h"

struct guess {
	struct usage usage; /* cost included, half in a batch; output UNKNOWN: nothing measured and no limit of the answer */
	long long at_most; /* picodollars: the prompt as measured, else a token a byte (figures and many scripts come near), the answer as
			    * long as it may be; UNKNOWN without price or limit */
	long long input_at_most; /* tokens of the prompt that this counts */
	long long more;	   /* calls that may follow in rounds of tools */
	double per_attempt; /* calls that attempts of this variant took so far; 1 where that is not known */
	bool measured;	   /* the answer's length is a mean of calls made, not the most that it may be */
};
/* The call that the attempt is about to make. Reads what was measured once a plan. */
bool guess_make(const struct attempt *attempt, struct guess *ret, struct error *error) MUST_CHECK;

/* The rounds of tools that may follow the call, added: at their most, and as many as were measured. */
void guess_rounds(const struct attempt *attempt, struct guess *guess);

#endif
