#include "eval/model/batch.h"
#include "eval/run/budget.h"
#include "eval/run/runner_private.h"
#include <math.h>

static enum purse refused(struct runner *runner, long long worst)
{
	if (worst != UNKNOWN && runner->reserved)
		return runner->stopping ? PURSE_EMPTY : PURSE_WAITS;
	runner->budget_reached = true;
	if (worst != UNKNOWN && (!runner->refused || worst < runner->refused))
		runner->refused = worst;
	return PURSE_EMPTY;
}

enum purse runner_affords(struct runner *runner, struct attempt *attempt)
{
	if (!runner || !runner->budget)
		return PURSE_OPEN;
	long long worst = call_worst(attempt_model(attempt), attempt->request.body);
	bool batched = attempt_batched(attempt);
	if (worst != UNKNOWN && batched)
		worst = (long long)ceil((double)worst * BATCH_PRICE);
	if (worst == UNKNOWN || runner->spent + runner->reserved + worst > runner->budget)
		return refused(runner, worst);
	if (batched) /* set aside for good: what it cost is seen when it is collected */
		runner->spent += worst;
	else
		runner->reserved += attempt->reserved = worst;
	return PURSE_OPEN;
}

static bool is_answer(const struct reply *reply)
{
	return reply->class == CALL_OK || reply->class == CALL_EMPTY || reply->class == CALL_FILTERED;
}

/* A gateway that waited in vain for the server behind it: that one may have answered, and bills it. */
static bool gave_up(int status)
{
	return status == 408 || status == 502 || status == 504 || (status >= 520 && status <= 527);
}

/* Went out, and nobody knows what became of it: it may have been paid for. What the server itself refused or failed at is free. */
static bool answer_lost(const struct reply *reply)
{
	return reply->sent && !is_answer(reply) && (reply->status < 300 || gave_up(reply->status));
}

static void unknown_count(struct run_progress *progress, bool lost, long long worst)
{
	long long *sum = &progress->unknown_at_most;
	progress->lost += lost;
	*sum = worst == UNKNOWN || *sum == UNKNOWN ? UNKNOWN : *sum + worst;
}

/* Those that wait for the budget look again. */
static void purse_release(struct runner *runner)
{
	struct attempt *attempt;
	while ((attempt = queue_take(&runner->purse)))
		queue_add(&runner->ready, attempt);
}

void purse_refuse(struct runner *runner)
{
	struct attempt *attempt;
	while ((attempt = queue_take(&runner->purse))) {
		attempt->waits_for_budget = false;
		attempt->at = AT_CLASSIFY;
		attempt_fail(attempt, CALL_CANCELLED, "%s",
			runner->budget_reached ? "not asked: the budget might have been passed" : "stopped before it was sent");
		queue_add(&runner->ready, attempt);
	}
}

/* What was set aside becomes what it cost: its worst where that is not known. A tool without a price costs what it says, or nothing. */
void budget_settle(struct runner *runner, struct attempt *attempt, const struct reply *reply)
{
	bool priced = !attempt->tool || attempt_model(attempt)->price.known, told = reply->usage.cost != UNKNOWN;
	bool lost = priced && answer_lost(reply), unknown = lost || (priced && is_answer(reply) && !told);
	if (unknown)
		unknown_count(&runner->progress, lost, call_worst(attempt_model(attempt), attempt->request.body));
	runner->reserved -= attempt->reserved;
	if (unknown)
		runner->spent += attempt->reserved;
	else if (is_answer(reply) && told)
		runner->spent += reply->usage.cost;
	attempt->reserved = 0;
	purse_release(runner);
}

bool runner_budget_reached(const struct runner *runner, long long *next)
{
	*next = runner->refused;
	return runner->budget_reached;
}
