#include "eval/model/recorded.h"
#include "eval/run/attempt.h"
#include "eval/run/budget.h"
#include "eval/run/guess.h"
#include "eval/store/batches.h"
#include "eval/store/recorded.h"
#include <stdlib.h>

/* What a run would do: each attempt is taken as far as its request, which is then looked up, counted and priced, and dropped. */

/* The steps from the `first` on. */
static enum step request_made(struct attempt *attempt, size_t first)
{
	static enum step (*const steps[])(struct attempt *) = {
		attempt_route, attempt_retrieve, attempt_examples, attempt_render, attempt_request};
	enum step step = STEP_NEXT;
	for (size_t i = first; i < COUNT(steps) && step == STEP_NEXT; i++)
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
	*known = found && call.call > attempt->anew_after && strcmp(call.call_state, "started") == 0;
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
	if (!call_by_key(plan->store, &attempt->origin_key, attempt->arena, &call, known, error))
		return false;
	*known = *known && call.id > attempt->anew_after;
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

static bool key_set_lacks(const struct key_set *set, const struct hash *key)
{
	return !set->room || !hash_equal(key_place(set, key), key);
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

/* Calls of one attempt, summed up before it is known which of them count. */
struct calls_guess {
	long long calls, more, measured, input, output;
	long long cost, likely;
};

static void cost_add(long long *sum, long long cost)
{
	*sum = *sum == UNKNOWN || cost == UNKNOWN ? UNKNOWN : *sum + cost;
}

static bool call_guess(const struct attempt *attempt, struct calls_guess *sum, struct error *error)
{
	struct guess guess;
	if (!guess_make(attempt, &guess, error))
		return false;
	guess_rounds(attempt, &guess);
	sum->calls++;
	sum->more += guess.more;
	sum->measured += guess.measured;
	sum->input += guess.usage.input;
	sum->output += model_output_limit(attempt_model(attempt));
	cost_add(&sum->cost, guess.at_most);
	cost_add(&sum->likely, guess.usage.cost);
	return true;
}

static void guess_count(const struct calls_guess *guess, struct plan_estimate *sum, struct estimate_variant *variant)
{
	sum->calls += guess->calls;
	variant->calls += guess->calls;
	sum->more += guess->more;
	sum->measured += guess->measured;
	variant->measured += guess->measured;
	sum->input_tokens += guess->input;
	sum->output_tokens_at_most += guess->output;
	cost_add(&variant->cost, guess->cost);
	cost_add(&variant->likely, guess->likely);
	cost_add(&sum->cost, guess->cost);
	cost_add(&sum->likely, guess->likely);
}

/* The call that the attempt is about to make, unless it is known, or counted. `keep`: it counts from now on. */
static bool request_guess(struct attempt *attempt, struct key_set *asked, bool keep, struct plan_estimate *sum,
	struct calls_guess *guess, struct error *error)
{
	struct plan_estimate ignored = {0};
	bool known;
	if (!answer_known(attempt, keep ? sum : &ignored, &known, error))
		return false;
	if (known)
		return true;
	bool again = !(keep ? key_set_add(asked, &attempt->origin_key) : key_set_lacks(asked, &attempt->origin_key));
	if (again && keep)
		sum->cached++;
	return again || call_guess(attempt, guess, error);
}

/* A vote asks several times; each sample is a request of its own. */
static bool samples_guess(struct attempt *attempt, struct key_set *asked, bool keep, struct plan_estimate *sum,
	struct calls_guess *guess, struct error *error)
{
	long long samples = attempt->routing || attempt->variant->samples < 2 ? 1 : attempt->variant->samples;
	bool good = true;
	for (long long i = 0; good && i < samples; i++) {
		attempt->ballot_count = (size_t)i;
		if (i && attempt_request(attempt) != STEP_NEXT)
			break;
		good = request_guess(attempt, asked, keep, sum, guess, error);
	}
	attempt->ballot_count = 0;
	return good;
}

/* Where a router decides: its targets as if each were taken. The dearest is what it costs at most, the mean what is likely. */
static bool target_guess(struct attempt *attempt, const struct variant *target, struct key_set *asked, struct plan_estimate *sum,
	struct calls_guess *dearest, long long *likely, struct error *error)
{
	struct calls_guess guess = {0};
	attempt->variant = target;
	enum step step = request_made(attempt, 1);
	if (step == STEP_BROKEN)
		*error = attempt->error;
	if (step != STEP_NEXT || attempt_model(attempt)->api->kind == API_RECORDED)
		return step != STEP_BROKEN;
	if (!samples_guess(attempt, asked, false, sum, &guess, error))
		return false;
	cost_add(likely, guess.likely);
	if (guess.cost == UNKNOWN || (dearest->cost != UNKNOWN && guess.cost >= dearest->cost))
		*dearest = guess;
	return true;
}

static bool targets_guess(
	struct attempt *attempt, struct key_set *asked, struct plan_estimate *sum, struct calls_guess *dearest, struct error *error)
{
	const struct route *route = attempt->planned->variant->route;
	long long likely = 0;
	*dearest = (struct calls_guess){0};
	attempt->routing = false;
	for (size_t i = 0; i <= route->count; i++) {
		const struct variant *target = i < route->count ? route->rules[i].variant : route->otherwise;
		if (target && !target_guess(attempt, target, asked, sum, dearest, &likely, error))
			return false;
	}
	if (dearest->likely != UNKNOWN)
		dearest->likely = likely == UNKNOWN ? UNKNOWN : likely / (long long)(route->count + 1);
	return true;
}

static bool unit_estimate(struct attempt *attempt, struct arena *arena, struct key_set *asked, struct plan_estimate *sum,
	struct estimate_variant *variant, struct error *error)
{
	struct calls_guess guess = {0};
	variant->attempts++;
	sum->attempts++;
	enum step step = attempt->score_only ? STEP_WAIT : request_made(attempt, 0);
	if (step == STEP_FAILED)
		failure_count(attempt, arena, sum);
	if (step == STEP_BROKEN)
		*error = attempt->error;
	if (step == STEP_NEXT && attempt->variant->model->api->kind == API_RECORDED)
		return recorded_look(attempt, arena, sum, error);
	if (step != STEP_NEXT)
		return step != STEP_BROKEN;
	bool routing = attempt->routing;
	long long missed = sum->misses;
	if (!samples_guess(attempt, asked, true, sum, &guess, error))
		return false;
	variant->misses += sum->misses - missed;
	guess_count(&guess, sum, variant);
	if (!routing || attempt->plan->replay)
		return true;
	if (!targets_guess(attempt, asked, sum, &guess, error))
		return false;
	guess_count(&guess, sum, variant);
	return true;
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
