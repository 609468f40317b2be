/* Numbers in prose: 1,577  $18  -3.5  45 %  6.02e23  6.02 × 10^23. The last one counts, as in GSM8K's grading, where the same texts
 * give the same verdicts as -?[0-9][0-9,]*\.?[0-9]* does; beyond it a comma separates thousands only between groups of digits (so
 * "1,2,3" ends in 3), a minus belongs to a number only where it does not stand behind a word or another number ("10-12" ends in
 * 12), and .5 is a half. */
#ifndef LEVER_SCORE_NUMBER_H
#define LEVER_SCORE_NUMBER_H

#include "eval/base/text.h"

struct number {
	struct text place;  /* as it stands, borrowed: "$" and "%" left out */
	const char *digits; /* as strtod reads it: "-1577.25e3" */
	double value;	    /* may be infinite */
	bool percent;	    /* a % follows */
};
/* The last number of a text; false when there is none. */
bool number_last(struct arena *arena, struct text text, struct number *ret);
/* Same value: exactly, digit by digit where a double cannot tell, or within `tolerance` (absolute, or a share of |expected| when
 * `relative`). A percentage against a plain number is read either way (45% is 45 and 0.45). */
bool number_equal(const struct number *answer, const struct number *expected, double tolerance, bool relative);

#endif
