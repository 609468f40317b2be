/* Cost against quality: break-even, payback, the Pareto front. Source: science.md section 6.1. Undefined: NAN; never: INFINITY. */
#ifndef LEVER_STATS_COST_H
#define LEVER_STATS_COST_H

#include <stdbool.h>
#include <stddef.h>

/* Price of one call, USD; prices per million tokens. Cached tokens cost `cached_ratio` of the input price, written ones
 * `write_ratio`; `batch` 0.5 for half price, else 1; extra: tools, embeddings, reranking. */
struct call_price {
	double input, output, cached_ratio, write_ratio, batch, extra;
};
double call_cost(
	const struct call_price *price, double input_tokens, double cached_tokens, double written_tokens, double output_tokens);

/* Calls after which B (fixed_b once, cost_b a call) has cost as much as A: (F_B - F_A) / (c_A - c_B); 0 where B never costs more;
 * INFINITY where it never catches up, or is the dearer one from some call on. */
double break_even(double fixed_a, double cost_a, double fixed_b, double cost_b);
/* Months until a one-time cost is earned back at `volume` calls a month against a monthly cost: F / (v dc - H). */
double payback_months(double fixed, double saved_per_call, double volume, double monthly);
/* Calls until a lever has paid by errors avoided: F / (dacc V - dc); INFINITY where dacc V <= dc. */
double break_even_value(double fixed, double gain, double error_value, double extra_per_call);
/* The least value of an avoided error that justifies the lever: dc / dacc. */
double justifying_value(double gain, double extra_per_call);

struct cost_point {
	const char *name;
	double cost, quality;
	bool on_front;	    /* no other is as cheap and as good, and better in one of the two */
	bool extended;	    /* on the front, and below the line between two others on it: sending some questions to each is better */
	double incremental; /* dcost / dquality against the next cheaper one on the front; NAN: the first, or not on it */
};
/* Ties in both stay together. */
void pareto_mark(struct cost_point *points, size_t count);

#endif
