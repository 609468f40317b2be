#include "eval/base/random.h"

#define GOLDEN_RATIO UINT64_C(0x9E3779B97F4A7C15)

static uint64_t rotate_left(uint64_t value, int by)
{
	return value << by | value >> (64 - by);
}

/* The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every input bit moves every output bit. */
static uint64_t mixed(uint64_t value)
{
	value = (value ^ value >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	value = (value ^ value >> 27) * UINT64_C(0x94D049BB133111EB);
	return value ^ value >> 31;
}

void random_seed(struct random *random, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		random->state[i] = mixed(seed += GOLDEN_RATIO);
}

uint64_t random_next(struct random *random)
{
	uint64_t *state = random->state;
	uint64_t result = rotate_left(state[1] * 5, 7) * 9;
	uint64_t shifted = state[1] << 17;
	state[2] ^= state[0];
	state[3] ^= state[1];
	state[1] ^= state[2];
	state[0] ^= state[3];
	state[2] ^= shifted;
	state[3] = rotate_left(state[3], 45);
	return result;
}

uint64_t random_below(struct random *random, uint64_t bound)
{
	/* Numbers below 2^64 mod bound would favour small remainders. */
	uint64_t unfair = (UINT64_C(0) - bound) % bound;
	uint64_t number = random_next(random);
	while (number < unfair)
		number = random_next(random);
	return number % bound;
}

double random_unit(struct random *random)
{
	return (double)(random_next(random) >> 11) * 0x1p-53;
}

uint64_t random_of(uint64_t seed, const void *data, uint64_t length)
{
	const unsigned char *bytes = data;
	uint64_t sum = mixed(seed + GOLDEN_RATIO) ^ length;
	for (uint64_t at = 0; at < length; at += 8) {
		uint64_t word = 0;
		for (uint64_t i = at; i < length && i < at + 8; i++)
			word |= (uint64_t)bytes[i] << 8 * (i - at);
		sum = mixed((sum ^ word) + GOLDEN_RATIO);
	}
	return mixed(sum + GOLDEN_RATIO);
}
