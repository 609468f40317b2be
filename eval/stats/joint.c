#include "eval/stats/joint.h"
#include "eval/base/memory.h"
#include "eval/base/random.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DRAWS_MOST 4e8 /* cells drawn in all rounds together: fewer rounds where the family is large */
#define ROUNDS_LEAST 2000

/* A cell that can come out otherwise. */
struct open_cell {
	size_t hypothesis, at; /* at: which case */
	double spread;	       /* what it adds to the sum where it does */
	size_t draw;	       /* of those that are not tied: which draw of the round is its own */
	uint16_t chance;       /* of the observed, in 65536ths */
	bool tied;
};
/* Cells of one hypothesis that add the same: it is enough to count how many come out otherwise. */
struct group {
	size_t first, count;
	uint64_t *mask;	  /* the cases of many tied cells; NULL: looked at one by one */
	size_t otherwise; /* so many of its cells that are not tied came out otherwise this round */
};
/* A draw decides on one cell. */
struct drawn {
	uint32_t group;
	uint16_t chance;
};
struct family {
	struct open_cell *cells; /* by hypothesis, tied or not, and spread */
	size_t cell_count, draw_count, words;
	struct group *groups;
	size_t group_count;
	struct drawn *drawn; /* draw by draw */
	double *observed; /* sum by hypothesis */
	double *scale;	  /* 1 / standard deviation under the null; 0 where nothing can differ */
	size_t hypotheses, cases;
};

static bool cell_open(const struct joint_cell *cell)
{
	return isfinite(cell->observed) && isfinite(cell->other) && cell->chance > 0 && cell->chance < 1 && cell->observed != cell->other;
}

static int by_group(const void *left, const void *right)
{
	const struct open_cell *a = left, *b = right;
	if (a->hypothesis != b->hypothesis)
		return a->hypothesis < b->hypothesis ? -1 : 1;
	if (a->tied != b->tied)
		return a->tied ? -1 : 1;
	if (a->spread != b->spread)
		return a->spread < b->spread ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

/* Draws are given out case by case. */
static void family_fill(struct family *family, const struct joint_cell *cells)
{
	for (size_t c = 0; c < family->cases; c++)
		for (size_t h = 0; h < family->hypotheses; h++) {
			const struct joint_cell *cell = &cells[h * family->cases + c];
			double spread = cell->other - cell->observed;
			if (!cell_open(cell))
				continue;
			family->cells[family->cell_count++] = (struct open_cell){h, c, spread, cell->tied ? 0 : family->draw_count++,
				(uint16_t)fmin(65535, cell->chance * 65536), cell->tied};
			family->observed[h] += cell->observed;
			family->scale[h] += cell->chance * (1 - cell->chance) * spread * spread;
		}
	for (size_t h = 0; h < family->hypotheses; h++)
		family->scale[h] = family->scale[h] > 0 ? 1 / sqrt(family->scale[h]) : 0;
}

static void group_mask(const struct family *family, struct group *group)
{
	const struct open_cell *cell = &family->cells[group->first];
	if (!cell->tied || group->count < family->words)
		return;
	group->mask = memory_take(family->words * sizeof *group->mask);
	for (size_t i = 0; i < group->count; i++)
		group->mask[cell[i].at / 64] |= UINT64_C(1) << (cell[i].at % 64);
}

static void family_group(struct family *family)
{
	struct open_cell *cells = family->cells;
	if (family->cell_count)
		qsort(cells, family->cell_count, sizeof *cells, by_group);
	for (size_t i = 0; i < family->cell_count;) {
		struct group *group = &family->groups[family->group_count++];
		*group = (struct group){.first = i, .count = 1};
		while (i + group->count < family->cell_count && cells[i + group->count].hypothesis == cells[i].hypothesis &&
			cells[i + group->count].tied == cells[i].tied && cells[i + group->count].spread == cells[i].spread)
			group->count++;
		group_mask(family, group);
		for (size_t k = i; !cells[i].tied && k < i + group->count; k++)
			family->drawn[cells[k].draw] = (struct drawn){(uint32_t)family->group_count - 1, cells[k].chance};
		i += group->count;
	}
}

static void family_release(struct family *family)
{
	for (size_t i = 0; i < family->group_count; i++)
		free(family->groups[i].mask);
}

/* Tied cells of a case come out otherwise together, by one bit a case, whether it is open or not; the others each by a draw. */
struct draws {
	struct random bits, rest;
	uint64_t *signs, left;
	int left_count;
};

static void draws_take(struct draws *draws, const struct family *family)
{
	for (size_t i = 0; i < family->draw_count; i++) {
		const struct drawn *drawn = &family->drawn[i];
		if (!draws->left_count) {
			draws->left = random_next(&draws->rest);
			draws->left_count = 4;
		}
		family->groups[drawn->group].otherwise += (uint16_t)draws->left >= drawn->chance;
		draws->left >>= 16;
		draws->left_count--;
	}
}

static size_t otherwise_count(const struct family *family, struct group *group, const struct draws *draws)
{
	const struct open_cell *cell = &family->cells[group->first];
	size_t count = group->otherwise;
	group->otherwise = 0;
	if (group->mask)
		for (size_t i = 0; i < family->words; i++)
			count += (size_t)__builtin_popcountll(draws->signs[i] & group->mask[i]);
	else if (cell->tied)
		for (size_t i = 0; i < group->count; i++)
			count += draws->signs[cell[i].at / 64] >> (cell[i].at % 64) & 1;
	return count;
}

static void sums_draw(const struct family *family, struct draws *draws, double *sums)
{
	memcpy(sums, family->observed, family->hypotheses * sizeof *sums);
	for (size_t i = 0; i < family->words; i++)
		draws->signs[i] = random_next(&draws->bits);
	draws_take(draws, family);
	for (size_t i = 0; i < family->group_count; i++) {
		struct group *group = &family->groups[i];
		const struct open_cell *cell = &family->cells[group->first];
		sums[cell->hypothesis] += cell->spread * (double)otherwise_count(family, group, draws);
	}
	for (size_t h = 0; h < family->hypotheses; h++)
		sums[h] *= family->scale[h];
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
	double cells = (double)family->cell_count + 1;
	double most = fmax(ROUNDS_LEAST, DRAWS_MOST / cells);
	return (double)rounds < most ? rounds : (long long)most;
}

void joint_test(const struct joint_cell *cells, size_t hypotheses, size_t cases, long long rounds, unsigned long long seed, double *p)
{
	CLEANUP(memory_release) struct open_cell *open = memory_take((hypotheses * cases + 1) * sizeof *open);
	CLEANUP(memory_release) struct group *groups = memory_take((hypotheses * cases + 1) * sizeof *groups);
	CLEANUP(memory_release) struct drawn *drawn = memory_take((hypotheses * cases + 1) * sizeof *drawn);
	CLEANUP(memory_release) double *observed = memory_take((hypotheses + 1) * sizeof *observed);
	CLEANUP(memory_release) double *scale = memory_take((hypotheses + 1) * sizeof *scale);
	CLEANUP(memory_release) double *sums = memory_take((hypotheses + 1) * sizeof *sums);
	CLEANUP(memory_release) double *seen = memory_take((hypotheses + 1) * sizeof *seen);
	CLEANUP(memory_release) size_t *order = memory_take((hypotheses + 1) * sizeof *order);
	CLEANUP(memory_release) uint64_t *signs = memory_take((cases / 64 + 1) * sizeof *signs);
	CLEANUP(family_release) struct family family = {.cells = open,
		.words = (cases + 63) / 64,
		.groups = groups,
		.drawn = drawn,
		.observed = observed,
		.scale = scale,
		.hypotheses = hypotheses,
		.cases = cases};
	struct draws draws = {.signs = signs};
	family_fill(&family, cells);
	family_group(&family);
	for (size_t h = 0; h < hypotheses; h++)
		seen[h] = observed[h] * scale[h];
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
