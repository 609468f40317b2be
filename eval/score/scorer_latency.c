#include "eval/score/reason.h"
#include "eval/score/scorer.h"

struct latency {
	int64_t max;
};

static const struct field fields[] = {
	{"max", FIELD_DURATION, offsetof(struct latency, max), "the answer may take this long: 2s, 800ms; a bare number is seconds",
		.min = 0, .max = 1e6, .required = true},
	{0},
};

static bool latency_score(
	const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret, struct error *error)
{
	const struct latency *latency = config;
	if (scored->latency < 0)
		return error_set(error, ERROR_DATA, "the latency is unknown");
	double seconds = (double)scored->latency / 1e6, most = (double)latency->max / 1e6;
	ret->passed = scored->latency <= latency->max;
	ret->value = ret->passed ? 1 : 0;
	ret->extracted = text_of(arena_format(arena, "%.6g", seconds));
	ret->reason = ret->passed ? reason_make(arena, "took %.3g s", seconds)
				  : reason_make(arena, "took %.3g s, at most %.3g s expected", seconds, most);
	return true;
}

const struct scorer_type scorer_latency = {
	.name = "latency",
	.summary = "the answer came in time",
	.help = "Compares how long the attempt took, all its calls together. An unknown latency (recorded outputs without one) is "
		"no pass: the score "
		"fails with that reason. Example: - latency: 2s",
	.version = 1,
	.judges = JUDGES_OTHER,
	.fields = fields,
	.main_field = "max",
	.config_size = sizeof(struct latency),
	.score = latency_score,
};
