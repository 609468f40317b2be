#include "eval/run/runner_private.h"
#include <stdlib.h>

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
	attempt->place = runner->active_count;
	runner->active[runner->active_count++] = attempt;
}

void active_remove(struct runner *runner, struct attempt *attempt)
{
	struct attempt *last = runner->active[--runner->active_count];
	runner->active[attempt->place] = last;
	last->place = attempt->place;
}

struct arena *arena_draw(struct runner *runner)
{
	return runner->spare_count ? runner->spare[--runner->spare_count] : arena_create();
}

void arena_spare(struct runner *runner, struct arena *arena)
{
	if (runner->spare_count == runner->spare_room) {
		runner->spare_room = runner->spare_room ? 2 * runner->spare_room : 64;
		runner->spare = memory_grow(runner->spare, runner->spare_room, sizeof(struct arena *));
	}
	runner->spare[runner->spare_count++] = arena;
}

void arenas_free(struct runner *runner)
{
	while (runner->spare_count)
		arena_free(runner->spare[--runner->spare_count]);
	free(runner->spare);
}

struct model_state *model_state_of(struct runner *runner, const struct model *model)
{
	for (size_t i = 0; i < runner->model_count; i++)
		if (runner->models[i].model == model)
			return &runner->models[i];
	return NULL;
}

struct endpoint *endpoint_of(struct runner *runner, const struct model *model, int cap, bool known)
{
	const char *origin = model->api->kind == API_HTTP ? url_origin(runner->arena, model_base_url(model)) : NULL;
	if (!origin)
		return NULL;
	for (size_t i = 0; i < runner->endpoint_count; i++)
		if (strcmp(runner->endpoints[i].origin, origin) == 0)
			return &runner->endpoints[i];
	struct endpoint *endpoint = &runner->endpoints[runner->endpoint_count++];
	*endpoint = (struct endpoint){.origin = origin};
	pace_begin(&endpoint->pace, cap, known);
	return endpoint;
}

/* ---- calls under way, found by their key ------------------------------------------------------------------------------ */

static struct attempt **asking_bucket(struct runner *runner, const struct attempt *attempt)
{
	return &runner->asking[attempt->origin_key.bytes[0]];
}

struct attempt *runner_twin(struct runner *runner, const struct attempt *attempt)
{
	for (struct attempt *other = *asking_bucket(runner, attempt); other; other = other->asks_next)
		if (other != attempt && hash_equal(&other->origin_key, &attempt->origin_key))
			return other;
	return NULL;
}

void runner_asks(struct runner *runner, struct attempt *attempt)
{
	struct attempt **bucket = asking_bucket(runner, attempt);
	attempt->asks_next = *bucket;
	*bucket = attempt;
}

void asking_remove(struct runner *runner, struct attempt *attempt)
{
	struct attempt **at = asking_bucket(runner, attempt);
	while (*at && *at != attempt)
		at = &(*at)->asks_next;
	if (*at)
		*at = attempt->asks_next;
}
