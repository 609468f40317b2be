#include "eval/score/reason.h"
#include "eval/score/scorer.h"

#define PICODOLLARS 1e12

struct cost {
	double max;
};

static const struct field fields[] = {
	{"max", FIELD_NUMBER, offsetof(struct cost, max), "US dollars the attempt may cost", .min = 0, .max = 1e6,
		.required = true},
	{0},
};

static bool cost_score(
	const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret, struct error *error)
{
	const struct cost *cost = config;
	if (scored->usage.cost < 0)
		return error_set(error, ERROR_DATA, "the cost is unknown: the model has no price, or the tokens were not reported");
	double dollars = (double)scored->usage.cost / PICODOLLARS;
	ret->passed = dollars <= cost->max;
	ret->value = ret->passed ? 1 : 0;
	ret->extracted = text_of(arena_format(arena, "%.9g", dollars));
	ret->reason = ret->passed ? reason_make(arena, "cost $%.6g", dollars)
				  : reason_make(arena, "cost $%.6g, at most $%.6g expected", dollars, cost->max);
	return true;
}

const struct scorer_type scorer_cost = {
	.name = "cost",
	.summary = "the answer was cheap enough",
	.help = "Compares what the attempt cost, all its calls together, with a limit in US dollars. Unknown is not free: without "
		"a price the score "
		"fails with that reason. Example: - cost: 0.002",
	.version = 1,
	.judges = JUDGES_OTHER,
	.fields = fields,
	.main_field = "max",
	.config_size = sizeof(struct cost),
	.score = cost_score,
};
