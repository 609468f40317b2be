/* Sums that an answer writes out: 48 / 2 = 25. */
#ifndef LEVER_SCORE_ARITHMETIC_H
#define LEVER_SCORE_ARITHMETIC_H

#include "eval/base/json.h"
#include "eval/base/text.h"

/* Does the answer write out the sum whose value is the expected number, and state another result for it? The operands are right then,
 * the calculation is not. + - * / × ÷ and brackets; a result that is only rounded is right. */
bool sum_slipped(struct arena *arena, struct text answer, const json_t *expected);

#endif
