#include "eval/model/batch.h"
#include "eval/run/budget.h"
#include "eval/run/runner_private.h"
#include <math.h>

bool runner_affords(struct runner *runner, struct attempt *attempt)
{
	if (!runner || !runner->budget)
		return true;
	long long worst = call_worst(attempt_model(attempt), attempt->request.body);
	if (worst != UNKNOWN && attempt_batched(attempt)) /* set aside for good: what it cost is seen when it is collected */
		worst = (long long)ceil((double)worst * BATCH_PRICE);
	if (worst == UNKNOWN || runner->spent + runner->reserved + worst > runner->budget) {
		runner->budget_reached = true;
		return false;
	}
	runner->reserved += attempt->reserved = worst;
	return true;
}

/* What was set aside becomes what it cost. A call that broke off in its answer may have been paid for: it counts at its worst. */
void budget_settle(struct runner *runner, struct attempt *attempt, const struct reply *reply)
{
	bool broke_off = reply->class == CALL_TIMEOUT || reply->class == CALL_TRUNCATED || reply->class == CALL_MALFORMED ||
			 reply->class == CALL_TOO_LARGE;
	bool answered = reply->class == CALL_OK || reply->class == CALL_EMPTY || reply->class == CALL_FILTERED;
	runner->reserved -= attempt->reserved;
	if (broke_off || (answered && reply->usage.cost == UNKNOWN))
		runner->spent += attempt->reserved;
	else if (answered)
		runner->spent += reply->usage.cost;
	attempt->reserved = 0;
}

bool runner_budget_reached(const struct runner *runner)
{
	return runner->budget_reached;
}
