#include "eval/stats/joint.h"
#include "eval/base/memory.h"
#include "eval/base/random.h"
#include <math.h>
#include <string.h>

#define DRAWS_MOST 4e8 /* cells drawn in all rounds together: fewer rounds where the family is large */
#define ROUNDS_LEAST 2000

/* A cell that can come out otherwise. */
struct open_cell {
	size_t hypothesis;
	double observed, other;
	uint16_t chance; /* of the observed, in 65536ths */
	bool tied;
};
struct family {
	struct open_cell *cells; /* case by case: those of one case touch one stretch */
	size_t *start;		 /* of each case that has any; its cells end where the next begins */
	size_t *at;		 /* which case it is */
	size_t case_count;
	double *scale; /* 1 / standard deviation under the null; 0 where nothing can differ */
	size_t hypotheses, cases;
};

static bool cell_open(const struct joint_cell *cell)
{
	return isfinite(cell->observed) && isfinite(cell->other) && cell->chance > 0 && cell->chance < 1 && cell->observed != cell->other;
}

static void family_fill(struct family *family, const struct joint_cell *cells)
{
	size_t count = 0;
	for (size_t c = 0; c < family->cases; c++) {
		size_t before = count;
		for (size_t h = 0; h < family->hypotheses; h++) {
			const struct joint_cell *cell = &cells[h * family->cases + c];
			double spread = cell->observed - cell->other;
			if (!cell_open(cell))
				continue;
			family->cells[count++] = (struct open_cell){
				h, cell->observed, cell->other, (uint16_t)fmin(65535, cell->chance * 65536), cell->tied};
			family->scale[h] += cell->chance * (1 - cell->chance) * spread * spread;
		}
		if (count == before)
			continue;
		family->start[family->case_count] = before;
		family->at[family->case_count++] = c;
	}
	family->start[family->case_count] = count;
	for (size_t h = 0; h < family->hypotheses; h++)
		family->scale[h] = family->scale[h] > 0 ? 1 / sqrt(family->scale[h]) : 0;
}

static void sums_scale(const struct family *family, double *sums)
{
	for (size_t h = 0; h < family->hypotheses; h++)
		sums[h] *= family->scale[h];
}

static void sums_observed(const struct family *family, double *sums)
{
	for (size_t i = 0; i < family->start[family->case_count]; i++)
		sums[family->cells[i].hypothesis] += family->cells[i].observed;
	sums_scale(family, sums);
}

/* Tied cells of a case come out otherwise together, by one bit a case, whether it is open or not; the others each by a draw. */
struct draws {
	struct random bits, rest;
	uint64_t *signs, left;
	int left_count;
};

static uint16_t draw(struct draws *draws)
{
	if (!draws->left_count) {
		draws->left = random_next(&draws->rest);
		draws->left_count = 4;
	}
	uint16_t ret = (uint16_t)draws->left;
	draws->left >>= 16;
	draws->left_count--;
	return ret;
}

static void sums_draw(const struct family *family, struct draws *draws, double *sums)
{
	memset(sums, 0, family->hypotheses * sizeof *sums);
	for (size_t i = 0; i < (family->cases + 63) / 64; i++)
		draws->signs[i] = random_next(&draws->bits);
	for (size_t i = 0; i < family->case_count; i++) {
		bool flipped = draws->signs[family->at[i] / 64] >> (family->at[i] % 64) & 1;
		for (size_t k = family->start[i]; k < family->start[i + 1]; k++) {
			const struct open_cell *cell = &family->cells[k];
			bool other = cell->tied ? flipped : draw(draws) >= cell->chance;
			sums[cell->hypothesis] += other ? cell->other : cell->observed;
		}
	}
	sums_scale(family, sums);
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

static long long rounds_of(const struct family *family, long long rounds)
{
	double cells = (double)family->start[family->case_count] + 1;
	double most = fmax(ROUNDS_LEAST, DRAWS_MOST / cells);
	return (double)rounds < most ? rounds : (long long)most;
}

void joint_test(const struct joint_cell *cells, size_t hypotheses, size_t cases, long long rounds, unsigned long long seed, double *p)
{
	CLEANUP(memory_release) struct open_cell *open = memory_take((hypotheses * cases + 1) * sizeof *open);
	CLEANUP(memory_release) size_t *start = memory_take((cases + 1) * sizeof *start);
	CLEANUP(memory_release) size_t *at = memory_take((cases + 1) * sizeof *at);
	CLEANUP(memory_release) double *scale = memory_take((hypotheses + 1) * sizeof *scale);
	CLEANUP(memory_release) double *sums = memory_take((hypotheses + 1) * sizeof *sums);
	CLEANUP(memory_release) double *seen = memory_take((hypotheses + 1) * sizeof *seen);
	CLEANUP(memory_release) size_t *order = memory_take((hypotheses + 1) * sizeof *order);
	CLEANUP(memory_release) uint64_t *signs = memory_take((cases / 64 + 1) * sizeof *signs);
	struct family family = {open, start, at, 0, scale, hypotheses, cases};
	struct draws draws = {.signs = signs};
	family_fill(&family, cells);
	sums_observed(&family, seen);
	order_make(seen, hypotheses, order);
	for (size_t h = 0; h < hypotheses; h++)
		p[h] = 1;
	random_seed(&draws.bits, seed);
	random_seed(&draws.rest, seed + 1);
	rounds = rounds_of(&family, rounds);
	for (long long round = 0; round < rounds; round++) {
		double most = -INFINITY;
		sums_draw(&family, &draws, sums);
		for (size_t i = hypotheses; i-- > 0;) {
			most = fmax(most, sums[order[i]]);
			p[order[i]] += most >= seen[order[i]] - 1e-9;
		}
	}
	double before = 0;
	for (size_t i = 0; i < hypotheses; i++) {
		size_t h = order[i];
		p[h] = scale[h] > 0 && rounds > 0 ? before = fmax(before, p[h] / (double)(rounds + 1)) : NAN;
	}
}

struct joint_cell joint_flip(double difference)
{
	return (struct joint_cell){difference, -difference, .5, true};
}

struct joint_cell joint_exchange(double right, double answers, bool lever_right, double weight)
{
	if (!(answers >= 1 && right >= 0 && right <= answers && isfinite(weight)))
		return (struct joint_cell){NAN, NAN, NAN, false};
	double all = right + lever_right, chance = all / (answers + 1);
	double with = 1 - (all - 1) / answers, without = -all / answers;
	return (struct joint_cell){weight * (lever_right ? with : without), weight * (lever_right ? without : with),
		lever_right ? chance : 1 - chance, false};
}

void joint_signflip(
	const double *differences, size_t hypotheses, size_t cases, long long rounds, unsigned long long seed, double *p)
{
	CLEANUP(memory_release) struct joint_cell *cells = memory_take((hypotheses * cases + 1) * sizeof *cells);
	for (size_t i = 0; i < hypotheses * cases; i++)
		cells[i] = joint_flip(differences[i]);
	joint_test(cells, hypotheses, cases, rounds, seed, p);
}
