#include "eval/run/guess.h"
#include "eval/model/batch.h"
#include "eval/run/budget.h"

#define LOOKED_AT 500 /* calls, the latest: their requests are read once a run, and may be large */
#define ENOUGH 5	     /* calls for a mean */
#define TOKENS_PER_BYTE 0.25 /* near enough before anything was measured */

struct measured {
	struct call_sizes *rows;
	size_t count;
};

static bool measured_load(struct plan *plan, struct error *error)
{
	if (plan->measured)
		return true;
	struct measured *measured = arena_take(plan->arena, sizeof *measured);
	if (!call_sizes_list(plan->store, LOOKED_AT, plan->arena, &measured->rows, &measured->count, error))
		return false;
	plan->measured = measured;
	return true;
}

/* Of one variant or, NULL, of all that asked the model. */
static struct call_sizes sizes_of(const struct measured *measured, const char *model, const char *variant)
{
	struct call_sizes sum = {0};
	for (size_t i = 0; i < measured->count; i++) {
		const struct call_sizes *row = &measured->rows[i];
		if (strcmp(row->model, model) != 0 || (variant && strcmp(row->variant, variant) != 0))
			continue;
		sum.calls += row->calls;
		sum.attempts += row->attempts;
		sum.bytes += row->bytes;
		sum.input += row->input;
		sum.output += row->output;
	}
	return sum;
}

static double batch_share(const struct attempt *attempt)
{
	return attempt_batched(attempt) ? BATCH_PRICE : 1;
}

static long long cost_of(const struct attempt *attempt, struct usage usage)
{
	long long cost = usage.output == UNKNOWN ? UNKNOWN : price_of(&attempt_model(attempt)->price, &usage);
	return cost > 0 ? (long long)((double)cost * batch_share(attempt)) : cost;
}

bool guess_make(const struct attempt *attempt, struct guess *ret, struct error *error)
{
	const struct model *model = attempt_model(attempt);
	if (!measured_load(attempt->plan, error))
		return false;
	struct call_sizes all = sizes_of(attempt->plan->measured, model->name, NULL),
			  own = sizes_of(attempt->plan->measured, model->name, attempt->planned->variant->name);
	const struct call_sizes *answers = own.calls >= ENOUGH ? &own : &all;
	bool sized = all.calls >= ENOUGH && all.bytes > 0;
	double ratio = sized ? (double)all.input / (double)all.bytes : TOKENS_PER_BYTE;
	long long limit = model_output_limit(model), bytes = (long long)attempt->request.body.length;
	struct usage usage = {(long long)((double)bytes * ratio), 0, 0, limit ? limit : UNKNOWN, UNKNOWN, UNKNOWN}, most = usage;
	most.input = sized ? usage.input : bytes;
	ret->at_most = cost_of(attempt, most);
	ret->input_at_most = most.input;
	ret->per_attempt = own.calls >= ENOUGH && own.attempts ? (double)own.calls / (double)own.attempts : 1;
	ret->more = 0;
	ret->measured = answers->calls >= ENOUGH;
	if (ret->measured)
		usage.output = (answers->output + answers->calls / 2) / answers->calls;
	usage.cost = cost_of(attempt, usage);
	ret->usage = usage;
	return true;
}

/* What a tool's model takes for one answer: the arguments are a part of the answer before. */
static long long tool_cost(const struct tool *tool, long long words)
{
	long long limit = model_output_limit(tool->model);
	const struct price *price = &tool->model->price;
	if (!price->known || (price->output > 0 && !limit))
		return UNKNOWN;
	return (long long)((price->input * (double)words + price->output * (double)limit) * 1e6);
}

/* Rounds of tools: each is one more call, whose prompt holds all answers before it, and one of the dearest tool that a model answers.
 * What the tools answer, and further calls of tools in a round, are not known. */
void guess_rounds(const struct attempt *attempt, struct guess *guess)
{
	const struct tool_use *tools = attempt->variant->tools;
	long long limit = model_output_limit(attempt_model(attempt)), tool = 0, asked = 0;
	struct usage usage = {guess->input_at_most, 0, 0, limit ? limit : UNKNOWN, UNKNOWN, UNKNOWN};
	if (!tools || attempt->routing)
		return;
	for (size_t i = 0; i < tools->count; i++) {
		if (!tools->items[i].model)
			continue;
		long long cost = tool_cost(&tools->items[i], limit);
		tool = cost == UNKNOWN || tool == UNKNOWN ? UNKNOWN : cost > tool ? cost : tool;
		asked = 1;
	}
	guess->more = tools->rounds * (1 + asked);
	for (long long round = 0; round < tools->rounds; round++) {
		usage.input += limit;
		long long cost = cost_of(attempt, usage);
		bool unknown = guess->at_most == UNKNOWN || cost == UNKNOWN || tool == UNKNOWN;
		guess->at_most = unknown ? UNKNOWN : guess->at_most + cost + tool;
	}
	if (guess->per_attempt > 1 && guess->usage.cost > 0)
		guess->usage.cost = (long long)((double)guess->usage.cost * guess->per_attempt);
}
