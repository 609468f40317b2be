/* Near matches for "did you mean". */
#ifndef LEVER_BASE_NEAREST_H
#define LEVER_BASE_NEAREST_H

#include "eval/base/memory.h"

/* The candidate with the smallest Damerau-Levenshtein distance to `word` (case ignored) when that is at most a third of the longer
 * length (at least 1, at most 3); NULL otherwise. Ties: the first. */
const char *nearest_match(const char *word, const char *const *candidates, size_t count);
/* ", did you mean `X`?" in the arena, or "". */
const char *nearest_hint(struct arena *arena, const char *word, const char *const *candidates, size_t count);

#endif
