#include "eval/model/api.h"
#include <math.h>

#define PICO_PER_MICRO 1e6 /* USD per million tokens = 1e6 picodollars per token */

/* Tokens at a price, in picodollars; false when the count is needed and unknown. */
static bool part_add(double price, long long tokens, double *sum)
{
	if (price == 0)
		return true;
	*sum += price * PICO_PER_MICRO * (double)tokens;
	return tokens >= 0;
}

long long price_of(const struct price *price, const struct usage *usage)
{
	double sum = 0;
	if (!price->known)
		return UNKNOWN;
	bool same = isnan(price->cached) || price->cached == price->input;
	long long cached = same ? 0 : usage->cached;
	if (cached > usage->input && usage->input >= 0)
		cached = usage->input;
	/* a server that says nothing of writes writes nothing that costs more */
	bool writes = !isnan(price->written) && price->written != price->input && usage->written > 0;
	long long written = writes ? usage->written : 0;
	if (usage->input >= 0 && cached >= 0 && cached + written > usage->input)
		written = usage->input - cached;
	long long fresh = usage->input < 0 || cached < 0 ? UNKNOWN : usage->input - cached - written;
	if (!part_add(price->input, fresh, &sum) || !part_add(same ? 0 : price->cached, cached, &sum) ||
		!part_add(writes ? price->written : 0, written, &sum) ||
		!part_add(price->output, usage->output, &sum))
		return UNKNOWN;
	return sum >= 0 && sum < 9e18 ? llround(sum) : UNKNOWN;
}
