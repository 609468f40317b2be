/* A small seeded generator (xoshiro256**, Blackman and Vigna 2018) for samples, jitter and bootstraps: the same seed gives the
 * same numbers on every machine. Not for secrets. */
#ifndef LEVER_BASE_RANDOM_H
#define LEVER_BASE_RANDOM_H

#include <stdint.h>

struct random { uint64_t state[4]; };
void random_seed(struct random *random, uint64_t seed);
uint64_t random_next(struct random *random);
uint64_t random_below(struct random *random, uint64_t bound); /* 0 .. bound-1, unbiased; bound > 0 */
double random_unit(struct random *random);                    /* [0, 1) */
/* A well-mixed number from (seed, bytes): orders things the same way whatever else is in the list. */
uint64_t random_of(uint64_t seed, const void *data, uint64_t length);

#endif
