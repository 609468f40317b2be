#include "eval/base/clock.h"
#include "eval/run/runner_private.h"
#include <time.h>

/* Sending and receiving. A call goes out when it is on disk as started and its endpoint has a place: most of them right after the
 * commit, and a few that were written down ahead (the standby) at the moment an answer leaves a place, so that an endpoint does not
 * stand idle while answers wait for their commit. After a kill a call ahead counts as one whose answer was lost. */

/* One call in so many is written down ahead of its place. Where these would be fewer than the least there are none: a smaller run
 * loses no more at a kill than was in flight. */
#define AHEAD 4
#define AHEAD_LEAST 32

int calls_ahead(const struct runner *runner, const struct endpoint *endpoint)
{
	int level = endpoint ? (int)endpoint->pace.level : (int)runner->concurrency;
	return runner->budget || level < AHEAD * AHEAD_LEAST ? 0 : level / AHEAD;
}

static struct endpoint *endpoint_asked(const struct attempt *attempt)
{
	struct model_state *state = model_state_of(attempt->runner, attempt_model(attempt));
	return state ? state->endpoint : NULL;
}

/* ---- pauses ------------------------------------------------------------------------------------------------------------------ */

static void pause_watch(struct runner *runner);

static void pause_over(void *data)
{
	struct runner *runner = data;
	runner->pause_timer = NULL;
	pause_watch(runner);
	loop_wake(runner->loop);
}

/* Wakes the loop when the first of the pauses that servers asked for is over. */
static void pause_watch(struct runner *runner)
{
	int64_t first = 0, now = clock_monotonic();
	for (size_t i = 0; i < runner->endpoint_count; i++) {
		int64_t wait = pace_wait(&runner->endpoints[i].pace, now);
		if (wait && (!first || wait < first))
			first = wait;
	}
	if (first && !runner->pause_timer)
		runner->pause_timer = loop_after(runner->loop, first + 1000, pause_over, runner);
}

/* "14:05", with the day where that is not today's. */
static void moment_write(int64_t wall, char *out, size_t size)
{
	time_t then = (time_t)(wall / 1000000), now = (time_t)(clock_wall() / 1000000);
	struct tm at, today;
	localtime_r(&then, &at);
	localtime_r(&now, &today);
	strftime(out, size, at.tm_yday == today.tm_yday && at.tm_year == today.tm_year ? "%H:%M" : "%Y-%m-%d %H:%M", &at);
}

/* A pause that is too long to wait for ends the calls there: those that wait for a retry keep what they were answered. */
static void endpoint_close(struct runner *runner, struct endpoint *endpoint)
{
	char until[32];
	int64_t now = clock_monotonic();
	if (endpoint->closed || !endpoint->pace.closed_until)
		return;
	moment_write(clock_wall() + endpoint->pace.closed_until - now, until, sizeof until);
	endpoint->closed = arena_format(runner->arena, "%s takes no calls until %s (%s)", endpoint->origin, until,
		call_classes[endpoint->pace.pause_class].name);
	for (size_t i = 0; i < runner->active_count; i++)
		if (runner->active[i]->timer && endpoint_asked(runner->active[i]) == endpoint)
			attempt_stop(runner, runner->active[i], false);
}

bool runner_refuses(struct runner *runner, const struct attempt *attempt, enum call_class *class, const char **words)
{
	const struct endpoint *endpoint = runner ? endpoint_asked(attempt) : NULL;
	if (!endpoint || !endpoint->closed)
		return false;
	*class = endpoint->pace.pause_class;
	*words = endpoint->closed;
	return true;
}

bool model_gone(const struct model_state *state)
{
	return state && (state->down || (state->endpoint && state->endpoint->closed));
}

/* ---- answers ----------------------------------------------------------------------------------------------------------------- */

static void call_ended(struct attempt *attempt)
{
	struct runner *runner = attempt->runner;
	struct endpoint *endpoint = endpoint_asked(attempt);
	struct model_state *state = model_state_of(runner, attempt_model(attempt));
	if (!attempt->under_way)
		return;
	attempt->under_way = NULL;
	runner->in_flight--;
	if (state)
		state->in_flight--;
	if (!endpoint)
		return;
	pace_answered(&endpoint->pace, &attempt->reply, endpoint->in_flight, clock_monotonic());
	endpoint->in_flight--;
	endpoint->adapted -= attempt_model(attempt)->api->lora;
	endpoint_close(runner, endpoint);
	pause_watch(runner);
}

static void reply_take(struct attempt *attempt, const struct reply *reply)
{
	struct runner *runner = attempt->runner;
	json_decref(attempt->reply.owner);
	attempt->reply = *reply;
	attempt->replied = true;
	budget_settle(runner, attempt, reply);
	call_ended(attempt);
	asking_remove(runner, attempt);
	queue_add(&runner->ready, attempt);
	loop_wake(runner->loop);
}

static void attempt_answered(void *data, struct reply *reply)
{
	struct attempt *attempt = data;
	reply_take(attempt, reply);
	standby_send(attempt->runner);
}

static void attempt_refuse(struct attempt *attempt, enum call_class class, const char *message)
{
	struct reply reply = {.class = class,
		.retry = -1,
		.sent = attempt->under_way != NULL,
		.message = arena_string(attempt->arena, message),
		.usage = USAGE_UNKNOWN,
		.latency = UNKNOWN,
		.first_byte = UNKNOWN};
	reply_take(attempt, &reply);
}

/* ---- sending ----------------------------------------------------------------------------------------------------------------- */

static void attempt_send(struct runner *runner, struct attempt *attempt)
{
	enum call_class class = CALL_NETWORK;
	struct error error = {0};
	struct endpoint *endpoint = endpoint_asked(attempt);
	struct model_state *state = model_state_of(runner, attempt_model(attempt));
	progress_guess(runner, attempt);
	attempt->under_way = client_send(runner->client, attempt_model(attempt), &attempt->request, &attempt->prompt,
		attempt->arena, attempt_answered, attempt, &class, &error);
	if (!attempt->under_way) {
		attempt_refuse(attempt, class, error.message);
		return;
	}
	runner->in_flight++;
	if (state)
		state->in_flight++;
	if (!endpoint)
		return;
	endpoint->in_flight++;
	if (!attempt_model(attempt)->api->lora)
		return;
	endpoint->adapted++;
	endpoint->setting = attempt_model(attempt);
}

/* A server that switches adapters computes for one setting at a time: a call for another would wait there, be measured as slow, and
 * break up what is computed together. It goes out when those before it have ended; meanwhile others of their setting do. */
static bool adapters_fit(const struct endpoint *endpoint, const struct model *model)
{
	return !model->api->lora || !endpoint->adapted || model_same_adapters(endpoint->setting, model);
}

static bool may_go(const struct runner *runner, const struct attempt *attempt)
{
	const struct model *model = attempt_model(attempt);
	const struct model_state *state = model_state_of(attempt->runner, model);
	const struct endpoint *endpoint = endpoint_asked(attempt);
	bool full = state && model->concurrency && state->in_flight >= model->concurrency;
	return runner->in_flight < runner->concurrency && !full &&
	       (!endpoint || (adapters_fit(endpoint, model) &&
				     pace_open(&endpoint->pace, endpoint->in_flight, clock_monotonic())));
}

void standby_send(struct runner *runner)
{
	struct attempt_queue left = {0};
	struct attempt *attempt;
	enum call_class class;
	const char *words;
	if (!runner->standby.first || runner->error.kind != ERROR_NONE)
		return;
	if (!store_in_place(runner->plan->store, false, &runner->error)) {
		loop_wake(runner->loop);
		return;
	}
	while ((attempt = queue_take(&runner->standby)))
		if (runner_refuses(runner, attempt, &class, &words))
			attempt_refuse(attempt, class, words);
		else if (may_go(runner, attempt))
			attempt_send(runner, attempt);
		else
			queue_add(&left, attempt);
	runner->standby = left;
}

void standby_refuse(struct runner *runner)
{
	struct attempt *attempt;
	while ((attempt = queue_take(&runner->standby)))
		attempt_refuse(attempt, CALL_CANCELLED, "stopped before it was sent");
}

void outbox_send(struct runner *runner)
{
	struct attempt *attempt;
	while ((attempt = queue_take(&runner->outbox)))
		queue_add(&runner->standby, attempt);
	standby_send(runner);
	if (runner->stopping)
		standby_refuse(runner);
}

/* ---- waiting for a retry; stopping ------------------------------------------------------------------------------------------- */

void endpoint_active(const struct attempt *attempt, int change)
{
	struct model_state *state = model_state_of(attempt->runner, attempt->planned->variant->model);
	if (state && state->endpoint && !attempt->parent)
		state->endpoint->active += change;
}

static void retry_due(void *data)
{
	struct attempt *attempt = data;
	attempt->timer = NULL;
	endpoint_active(attempt, 1);
	queue_add(&attempt->runner->ready, attempt);
	loop_wake(attempt->runner->loop);
}

/* Its own wait, or the shared pause of the endpoint with a little jitter, whichever is longer. */
static int64_t retry_wait_of(struct runner *runner, const struct attempt *attempt)
{
	const struct model_state *state = model_state_of(runner, attempt_model(attempt));
	int64_t shared = state && state->endpoint ? pace_wait(&state->endpoint->pace, clock_monotonic()) : 0;
	shared += shared ? (int64_t)(attempt->place % 64) * 2000 : 0;
	return shared > attempt->retry_wait ? shared : attempt->retry_wait;
}

void attempt_rest(struct runner *runner, struct attempt *attempt)
{
	attempt->timer = loop_after(runner->loop, retry_wait_of(runner, attempt), retry_due, attempt);
	endpoint_active(attempt, -1);
}

void attempt_stop(struct runner *runner, struct attempt *attempt, bool now)
{
	if (attempt->timer) {
		loop_cancel(attempt->timer);
		endpoint_active(attempt, 1);
		attempt->timer = NULL;
		attempt->retry_wait = 0; /* those that wait for its answer are let go */
		attempt->at = AT_CLASSIFY;
		attempt_fail(attempt, attempt->reply.class, "%s",
			attempt->reply.message ? attempt->reply.message : "stopped before the next try");
		queue_add(&runner->ready, attempt);
	} else if (now && attempt->under_way) {
		client_cancel(attempt->under_way);
		attempt_refuse(attempt, CALL_CANCELLED, "stopped before the answer came");
	}
}
