#include "eval/stats/joint.h"
#include "eval/base/memory.h"
#include "eval/base/random.h"
#include <math.h>
#include <string.h>

struct family {
	double *values; /* case-major: the flip of a case touches one stretch */
	double *scale;	/* 1 / sqrt of the sum of squares; 0 where nothing differs */
	double *sums;
	size_t hypotheses, cases;
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
}

static void family_flip(struct family *family, struct random *random)
{
	uint64_t bits = 0;
	for (size_t h = 0; h < family->hypotheses; h++)
		family->sums[h] = 0;
	for (size_t c = 0; c < family->cases; c++) {
		if (c % 64 == 0)
			bits = random ? random_next(random) : 0;
		const double *row = &family->values[c * family->hypotheses];
		double sign = bits >> (c % 64) & 1 ? -1 : 1;
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
	struct family family = {values, scale, sums, hypotheses, cases};
	family_fill(&family, differences);
	family_flip(&family, NULL);
	memcpy(seen, sums, hypotheses * sizeof *seen);
	order_make(seen, hypotheses, order);
	for (size_t h = 0; h < hypotheses; h++)
		p[h] = 1;
	random_seed(&random, seed);
	for (long long round = 0; round < rounds; round++) {
		double most = -INFINITY;
		family_flip(&family, &random);
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
