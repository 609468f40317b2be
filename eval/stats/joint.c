#include "eval/stats/joint.h"
#include "eval/base/memory.h"
#include "eval/base/random.h"
#include <math.h>
#include <string.h>

struct family {
	double *values; /* case-major: the flip of a case touches one stretch */
	double *scale;	/* 1 / sqrt of the sum of squares; 0 where nothing differs */
	double *sums;
	size_t *differing; /* cases where anything differs: most do not, and what does not is never flipped */
	size_t hypotheses, cases, differing_count;
};

static void family_fill(struct family *family, const double *differences)
{
	for (size_t h = 0; h < family->hypotheses; h++) {
		double squares = 0;
		for (size_t c = 0; c < family->cases; c++) {
			double d = differences[h * family->cases + c];
			d = isnan(d) ? 0 : d;
			family->values[c * family->hypotheses + h] = d;
			squares += d * d;
		}
		family->scale[h] = squares > 0 ? 1 / sqrt(squares) : 0;
	}
	for (size_t c = 0; c < family->cases; c++) {
		bool differs = false;
		for (size_t h = 0; h < family->hypotheses; h++)
			differs |= family->values[c * family->hypotheses + h] != 0;
		if (differs)
			family->differing[family->differing_count++] = c;
	}
}

/* One bit a case, whether it differs or not: the same seed gives the same flips. */
static void signs_draw(uint64_t *signs, size_t cases, struct random *random)
{
	for (size_t i = 0; i < (cases + 63) / 64; i++)
		signs[i] = random_next(random);
}

static void family_flip(struct family *family, const uint64_t *signs)
{
	for (size_t h = 0; h < family->hypotheses; h++)
		family->sums[h] = 0;
	for (size_t i = 0; i < family->differing_count; i++) {
		size_t c = family->differing[i];
		const double *row = &family->values[c * family->hypotheses];
		double sign = signs[c / 64] >> (c % 64) & 1 ? -1 : 1;
		for (size_t h = 0; h < family->hypotheses; h++)
			family->sums[h] += sign * row[h];
	}
	for (size_t h = 0; h < family->hypotheses; h++)
		family->sums[h] *= family->scale[h];
}

/* The hypotheses by what was seen, largest first. */
static void order_make(const double *seen, size_t count, size_t *order)
{
	for (size_t i = 0; i < count; i++) {
		size_t at = i;
		for (; at > 0 && seen[order[at - 1]] < seen[i]; at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
}

void joint_signflip(
	const double *differences, size_t hypotheses, size_t cases, long long rounds, unsigned long long seed, double *p)
{
	struct random random;
	CLEANUP(memory_release) double *values = memory_take((hypotheses * cases + 1) * sizeof *values);
	CLEANUP(memory_release) double *scale = memory_take((hypotheses + 1) * sizeof *scale);
	CLEANUP(memory_release) double *sums = memory_take((hypotheses + 1) * sizeof *sums);
	CLEANUP(memory_release) double *seen = memory_take((hypotheses + 1) * sizeof *seen);
	CLEANUP(memory_release) size_t *order = memory_take((hypotheses + 1) * sizeof *order);
	CLEANUP(memory_release) size_t *differing = memory_take((cases + 1) * sizeof *differing);
	CLEANUP(memory_release) uint64_t *signs = memory_take((cases / 64 + 1) * sizeof *signs);
	struct family family = {values, scale, sums, differing, hypotheses, cases, 0};
	family_fill(&family, differences);
	family_flip(&family, signs);
	memcpy(seen, sums, hypotheses * sizeof *seen);
	order_make(seen, hypotheses, order);
	for (size_t h = 0; h < hypotheses; h++)
		p[h] = 1;
	random_seed(&random, seed);
	for (long long round = 0; round < rounds; round++) {
		double most = -INFINITY;
		signs_draw(signs, cases, &random);
		family_flip(&family, signs);
		for (size_t i = hypotheses; i-- > 0;) {
			most = fmax(most, sums[order[i]]);
			p[order[i]] += most >= seen[order[i]] - 1e-9;
		}
	}
	double before = 0;
	for (size_t i = 0; i < hypotheses; i++) {
		size_t h = order[i];
		p[h] = scale[h] > 0 ? before = fmax(before, p[h] / (double)(rounds + 1)) : NAN;
	}
}
