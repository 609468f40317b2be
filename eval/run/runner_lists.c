#include "eval/run/runner_private.h"

void queue_add(struct attempt_queue *queue, struct attempt *attempt)
{
	attempt->next = NULL;
	if (queue->last)
		queue->last->next = attempt;
	else
		queue->first = attempt;
	queue->last = attempt;
}

struct attempt *queue_take(struct attempt_queue *queue)
{
	struct attempt *attempt = queue->first;
	if (!attempt)
		return NULL;
	queue->first = attempt->next;
	if (!queue->first)
		queue->last = NULL;
	attempt->next = NULL;
	return attempt;
}

void active_add(struct runner *runner, struct attempt *attempt)
{
	if (runner->active_count == runner->active_room) {
		runner->active_room = runner->active_room ? 2 * runner->active_room : 64;
		runner->active = memory_grow(runner->active, runner->active_room, sizeof(struct attempt *));
	}
	runner->active[runner->active_count++] = attempt;
}

void active_remove(struct runner *runner, struct attempt *attempt)
{
	for (size_t i = 0; i < runner->active_count; i++)
		if (runner->active[i] == attempt) {
			runner->active[i] = runner->active[--runner->active_count];
			return;
		}
}

struct model_state *model_state_of(struct runner *runner, const struct model *model)
{
	for (size_t i = 0; i < runner->model_count; i++)
		if (runner->models[i].model == model)
			return &runner->models[i];
	return NULL;
}

struct attempt *runner_twin(struct runner *runner, const struct attempt *attempt)
{
	for (size_t i = 0; i < runner->active_count; i++) {
		struct attempt *other = runner->active[i];
		bool asks = other->at == AT_PARSE && !other->leader && !other->replied;
		if (other != attempt && asks && hash_equal(&other->origin_key, &attempt->origin_key))
			return other;
	}
	return NULL;
}
