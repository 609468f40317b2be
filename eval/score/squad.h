/* Exact match and F1 as the SQuAD v2 evaluation has them (evaluate-v2.0.py, Rajpurkar et al.): lower case, ASCII punctuation
 * removed, the words a, an and the removed, white space collapsed; the best over the accepted answers, of which those that
 * normalise to nothing count only when there are no others. Word boundaries, lower case and white space are Python's (Unicode). */
#ifndef LEVER_SCORE_SQUAD_H
#define LEVER_SCORE_SQUAD_H

#include "eval/base/text.h"

/* In the arena; tokens are separated by single spaces. */
struct text squad_normal(struct arena *arena, struct text text);
/* 0 or 1 for texts that are normalised already. */
double squad_exact(struct text gold, struct text answer);
double squad_f1(struct arena *arena, struct text gold, struct text answer);
/* The best over `count` gold answers (not normalised); *best is the one that gave it, normalised. */
double squad_best_exact(struct arena *arena, const struct text *golds, size_t count, struct text answer, struct text *best);
double squad_best_f1(struct arena *arena, const struct text *golds, size_t count, struct text answer, struct text *best);

#endif
