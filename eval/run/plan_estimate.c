#include "eval/model/recorded.h"
#include "eval/run/attempt.h"
#include "eval/run/budget.h"
#include "eval/run/guess.h"
#include "eval/store/batches.h"
#include "eval/store/recorded.h"
#include <stdlib.h>

/* What a run would do: each attempt is taken as far as its request, which is then looked up, counted and priced, and dropped. */

static enum step request_step(struct attempt *attempt)
{
	static enum step (*const steps[])(struct attempt *) = {
		attempt_route, attempt_retrieve, attempt_examples, attempt_render, attempt_request};
	enum step step = STEP_NEXT;
	for (size_t i = 0; i < COUNT(steps) && step == STEP_NEXT; i++)
		step = steps[i](attempt);
	return step;
}

/* Fails before its request: told now, while it costs nothing. */
static void failure_count(const struct attempt *attempt, struct arena *arena, struct plan_estimate *sum)
{
	if (!sum->failing++ && attempt->message)
		sum->failure = arena_format(
			arena, "case %s, variant %s: %s", attempt->row.id, attempt->planned->variant->name, attempt->message);
}

static bool wait_known(struct attempt *attempt, struct plan_estimate *sum, bool *known, struct error *error)
{
	struct batch_call call;
	bool found;
	if (!batch_call_by_key(attempt->plan->store, &attempt->origin_key, attempt->arena, &call, &found, error))
		return false;
	*known = found && strcmp(call.call_state, "started") == 0;
	sum->waiting += *known;
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
	return *known || !plan->batches || wait_known(attempt, sum, known, error);
}

/* Outputs that are not in their file are not made by a run either: ids that do not fit are seen here. */
static bool recorded_look(struct attempt *attempt, struct arena *arena, struct plan_estimate *sum, struct error *error)
{
	const struct recorded_config *config = attempt->variant->model->config;
	struct text body;
	bool found;
	if (!recorded_output_get(
		    attempt->plan->store, config->row, attempt->row.id, attempt->repeat, attempt->arena, &body, &found, error))
		return false;
	if (found)
		return true;
	attempt->message = arena_format(attempt->arena, "%s has no output for this case%s", config->file,
		attempt->repeat > 1 ? " and repeat" : "; do its ids fit those of the cases?");
	failure_count(attempt, arena, sum);
	return true;
}

/* Requests counted already: a second attempt that asks the very same costs nothing. Open addressing, at most half full. */
struct key_set {
	struct hash *keys;
	size_t count, room;
};

static struct hash *key_place(const struct key_set *set, const struct hash *key)
{
	static const struct hash none;
	size_t place;
	memcpy(&place, key->bytes, sizeof place);
	for (;; place++) {
		struct hash *slot = &set->keys[place & (set->room - 1)];
		if (hash_equal(slot, &none) || hash_equal(slot, key))
			return slot;
	}
}

static void key_set_grow(struct key_set *set)
{
	struct key_set grown = {.count = set->count, .room = set->room ? 2 * set->room : 1024};
	grown.keys = memory_take(grown.room * sizeof *grown.keys);
	for (size_t i = 0; i < set->room; i++)
		*key_place(&grown, &set->keys[i]) = set->keys[i];
	free(set->keys);
	*set = grown;
}

/* True when the key is new. */
static bool key_set_add(struct key_set *set, const struct hash *key)
{
	if (2 * set->count >= set->room)
		key_set_grow(set);
	struct hash *slot = key_place(set, key);
	if (hash_equal(slot, key))
		return false;
	*slot = *key;
	set->count++;
	return true;
}

static void cost_add(long long *sum, long long cost)
{
	*sum = *sum == UNKNOWN || cost == UNKNOWN ? UNKNOWN : *sum + cost;
}

static bool call_estimate(
	const struct attempt *attempt, struct plan_estimate *sum, struct estimate_variant *variant, struct error *error)
{
	struct guess guess;
	if (!guess_make(attempt, &guess, error))
		return false;
	sum->calls++;
	sum->measured += guess.measured;
	variant->measured += guess.measured;
	sum->input_tokens += guess.usage.input;
	sum->output_tokens_at_most += model_output_limit(attempt_model(attempt));
	cost_add(&variant->cost, guess.at_most);
	cost_add(&variant->likely, guess.usage.cost);
	cost_add(&sum->cost, guess.at_most);
	cost_add(&sum->likely, guess.usage.cost);
	return true;
}

static bool unit_estimate(struct attempt *attempt, struct arena *arena, struct key_set *asked, struct plan_estimate *sum,
	struct estimate_variant *variant, struct error *error)
{
	bool known;
	variant->attempts++;
	sum->attempts++;
	enum step step = attempt->score_only ? STEP_WAIT : request_step(attempt);
	if (step == STEP_FAILED)
		failure_count(attempt, arena, sum);
	if (step == STEP_BROKEN)
		*error = attempt->error;
	if (step == STEP_NEXT && attempt->variant->model->api->kind == API_RECORDED)
		return recorded_look(attempt, arena, sum, error);
	if (step != STEP_NEXT)
		return step != STEP_BROKEN;
	if (!answer_known(attempt, sum, &known, error))
		return false;
	if (known)
		return true;
	if (!attempt->plan->options.no_cache && !key_set_add(asked, &attempt->origin_key)) {
		sum->cached++;
		return true;
	}
	variant->calls++;
	return call_estimate(attempt, sum, variant, error);
}

bool plan_estimate(struct plan *plan, struct arena *arena, struct plan_estimate *ret, struct error *error)
{
	struct plan_estimate sum = {.variants = arena_take(arena, plan->variant_count * sizeof *sum.variants)};
	struct cursor *cursor = cursor_create(plan);
	struct cursor_unit unit;
	struct key_set asked = {0};
	bool more = true, good = true;
	for (size_t i = 0; i < plan->variant_count; i++)
		sum.variants[i].name = plan->variants[i].variant->name;
	while (good && !(plan->settled && !plan->sampled)) {
		good = cursor_next(cursor, &unit, &more, error);
		if (!good || !more)
			break;
		struct attempt *attempt = attempt_create(plan, &unit);
		good = unit_estimate(attempt, arena, &asked, &sum, &sum.variants[unit.variant_index], error);
		attempt_free(attempt);
	}
	for (size_t i = 0; i < plan->variant_count; i++) {
		bool all = plan->settled && !plan->sampled && plan->variants[i].selected;
		sum.variants[i].stored = all ? plan->case_count * plan->repeats : cursor_stored(cursor, i);
		sum.stored += sum.variants[i].stored;
	}
	cursor_free(cursor);
	free(asked.keys);
	if (good)
		*ret = sum;
	return good;
}
