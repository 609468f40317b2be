#include "eval/base/memory.h"
#include "eval/stats/stats.h"
#include <math.h>
#include <stdlib.h>

struct ranked {
	double p;
	size_t index;
};

static int ranked_order(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;
	if (left->p != right->p)
		return left->p < right->p ? -1 : 1;
	return (left->index > right->index) - (left->index < right->index);
}

void holm(const double *p, double *adjusted, size_t count)
{
	CLEANUP(memory_release) struct ranked *ranks = memory_grow(NULL, count + 1, sizeof *ranks);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		adjusted[i] = NAN;
		if (p[i] >= 0 && p[i] <= 1)
			ranks[kept++] = (struct ranked){p[i], i};
	}
	qsort(ranks, kept, sizeof *ranks, ranked_order);
	double largest = 0;
	for (size_t i = 0; i < kept; i++) {
		largest = fmax(largest, fmin(1, (double)(kept - i) * ranks[i].p));
		adjusted[ranks[i].index] = largest;
	}
}
