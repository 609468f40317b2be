#include "eval/run/attempt.h"

/* What a run would do: each attempt is taken as far as its request, which is then looked up, counted and priced, and dropped. */

static long long output_limit(const struct model *model)
{
	static const char *const names[] = {"max_tokens", "max_completion_tokens", "max_output_tokens", "num_predict", "n_predict"};
	for (size_t i = 0; i < COUNT(names); i++)
		if (json_is_integer(json_object_get(model->params, names[i])))
			return json_integer_value(json_object_get(model->params, names[i]));
	return UNKNOWN;
}

/* Four bytes a token: near enough before anything was measured. */
static struct usage usage_guess(const struct attempt *attempt)
{
	struct usage usage = {(long long)attempt->request.body.length / 4, 0, 0, output_limit(attempt->variant->model), UNKNOWN};
	usage.cost = usage.output == UNKNOWN ? UNKNOWN : price_of(&attempt->variant->model->price, &usage);
	return usage;
}

static bool request_reached(struct attempt *attempt)
{
	static enum step (*const steps[])(struct attempt *) = {
		attempt_route, attempt_retrieve, attempt_examples, attempt_render, attempt_request};
	for (size_t i = 0; i < COUNT(steps); i++)
		if (steps[i](attempt) != STEP_NEXT)
			return false;
	return true;
}

static bool answer_known(struct attempt *attempt, struct plan_estimate *sum, bool *known, struct error *error)
{
	struct plan *plan = attempt->plan;
	struct cassette_entry entry;
	struct call_row call;
	*known = false;
	if (plan->replay) {
		if (!cassette_find(plan->replay, &attempt->key, attempt->arena, &entry, known, error))
			return false;
		sum->replayed += *known;
		sum->misses += !*known;
		*known = true;
		return true;
	}
	if (plan->options.no_cache)
		return true;
	if (!call_by_key(plan->store, &attempt->origin_key, attempt->arena, &call, known, error))
		return false;
	sum->cached += *known;
	return true;
}

static bool unit_estimate(struct attempt *attempt, struct plan_estimate *sum, struct estimate_variant *variant, struct error *error)
{
	bool known;
	variant->attempts++;
	sum->attempts++;
	if (attempt->score_only || !request_reached(attempt) || attempt->variant->model->api->kind == API_RECORDED)
		return attempt->error.kind != ERROR_STORAGE;
	if (!answer_known(attempt, sum, &known, error))
		return false;
	if (known)
		return true;
	struct usage usage = usage_guess(attempt);
	variant->calls++;
	sum->calls++;
	sum->input_tokens += usage.input;
	sum->output_tokens_at_most += usage.output == UNKNOWN ? 0 : usage.output;
	variant->cost = variant->cost == UNKNOWN || usage.cost == UNKNOWN ? UNKNOWN : variant->cost + usage.cost;
	sum->cost = sum->cost == UNKNOWN || usage.cost == UNKNOWN ? UNKNOWN : sum->cost + usage.cost;
	return true;
}

bool plan_estimate(struct plan *plan, struct arena *arena, struct plan_estimate *ret, struct error *error)
{
	struct plan_estimate sum = {.variants = arena_take(arena, plan->variant_count * sizeof *sum.variants)};
	struct cursor *cursor = cursor_create(plan);
	struct cursor_unit unit;
	bool more = true, good = true;
	for (size_t i = 0; i < plan->variant_count; i++)
		sum.variants[i].name = plan->variants[i].variant->name;
	while (good && !(plan->settled && !plan->sampled)) {
		good = cursor_next(cursor, &unit, &more, error);
		if (!good || !more)
			break;
		struct attempt *attempt = attempt_create(plan, &unit);
		good = unit_estimate(attempt, &sum, &sum.variants[unit.variant_index], error);
		attempt_free(attempt);
	}
	for (size_t i = 0; i < plan->variant_count; i++) {
		bool all = plan->settled && !plan->sampled && plan->variants[i].selected;
		sum.variants[i].stored = all ? plan->case_count * plan->repeats : cursor_stored(cursor, i);
		sum.stored += sum.variants[i].stored;
	}
	cursor_free(cursor);
	if (good)
		*ret = sum;
	return good;
}
