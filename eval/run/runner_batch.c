#include "eval/base/clock.h"
#include "eval/model/batch.h"
#include "eval/run/runner_private.h"
#include "eval/store/batches.h"

/* Filling batches: one a model at a time, a new one where the next request would not fit. */

bool runner_batch(struct runner *runner, struct attempt *attempt, long long *batch)
{
	const struct model *model = attempt_model(attempt);
	const struct batch_type *type = model->api->batch;
	struct model_state *state = model_state_of(runner, model);
	size_t bytes = attempt->request.body.length + 256; /* the words around it */
	bool fits = state->batch && state->batch_requests < type->max_requests && state->batch_bytes + bytes <= type->max_bytes;
	if (!fits) {
		struct batch_row row = {
			.uid = uid_make(), .model = model->name, .base_url = model_base_url(model), .created_at = clock_wall()};
		if (!batch_add(runner->plan->store, &row, &attempt->error))
			return false;
		state->batch = row.id;
		state->batch_requests = state->batch_bytes = 0;
	}
	state->batch_requests++;
	state->batch_bytes += bytes;
	*batch = state->batch;
	return true;
}
