/* Citations in an answer: which numbered passages it names. */
#ifndef LEVER_BASE_CITATIONS_H
#define LEVER_BASE_CITATIONS_H

#include "eval/base/text.h"

#define CITATION_MAX 999
/* Numbers cited in an answer: [1], [1, 2], [1][3], [2-4], [^1], 【1】 ; each once, ascending, in the arena. Numbers above 999 are
 * no citations. */
void citations_find(struct text answer, struct arena *arena, int **numbers, size_t *count);

#endif
