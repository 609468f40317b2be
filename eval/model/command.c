#include "eval/model/command.h"
#include "eval/base/clock.h"
#include "eval/model/command_process.h"
#include <signal.h>
#include <stdlib.h>

struct command_pool {
	struct loop *loop;
	const struct model *model;
	struct arena *arena;
	const char *const *argv;
	struct command_process **processes;
	long long count, most, at_once, next_id;
	struct call_queue waiting;
	struct loop_timer *pump;
};

static void pool_pump(void *data);

static void pump_soon(struct command_pool *pool)
{
	if (!pool->pump && pool->waiting.first)
		pool->pump = loop_after(pool->loop, 0, pool_pump, pool);
}

/* ---- the end of a call ---------------------------------------------------------------------------------------------- */

static void call_finish(struct command_call *call, struct reply *reply)
{
	loop_cancel(call->timer);
	call->timer = NULL;
	reply->latency = call->started ? clock_monotonic() - call->started : UNKNOWN;
	reply->first_byte = UNKNOWN;
	call->function(call->data, reply);
}

static void call_fail(struct command_call *call, enum call_class class, const char *why, const char *tail)
{
	struct reply reply = {.class = class};
	reply.message = tail && *tail ? arena_format(call->arena, "%s: %s", why, tail) : arena_string(call->arena, why);
	call_finish(call, &reply);
}

static void process_forget(struct command_pool *pool, struct command_process *process)
{
	for (long long i = 0; i < pool->count; i++)
		if (pool->processes[i] == process)
			pool->processes[i] = pool->processes[--pool->count];
}

static void process_answered(struct command_process *process, struct command_call *call, struct text line)
{
	struct command_pool *pool = process->owner;
	struct reply reply = {.class = CALL_OK, .raw = text_copy(call->arena, text_trim(line))};
	call_finish(call, &reply);
	pump_soon(pool);
}

static void process_ended(struct command_process *process, enum call_class class, const char *why)
{
	struct command_pool *pool = process->owner;
	process_forget(pool, process);
	while (process->calls.first) {
		struct command_call *call = process->calls.first;
		call_remove(&process->calls, call);
		call_fail(call, class, why, process_tail(process, call->arena));
	}
	pump_soon(pool);
}

static const struct process_events pool_events = {process_answered, process_ended};

/* Ends the program for one call's sake; those that shared it fail. */
static void process_stop(struct command_process *process)
{
	process_end(process);
	process_ended(process, CALL_COMMAND, "the program was ended because of another call");
	process_free(process);
}

static void call_timed_out(void *data)
{
	struct command_call *call = data;
	struct command_process *process = call->process;
	call->timer = NULL;
	call_remove(&process->calls, call);
	const char *tail = process_tail(process, call->arena);
	process_stop(process);
	call_fail(call, CALL_TIMEOUT,
		arena_format(
			call->arena, "no answer within %.1f s; the program was ended", (double)call->pool->model->timeout / 1e6),
		tail);
}

/* ---- giving work out ------------------------------------------------------------------------------------------------ */

static struct command_process *process_add(struct command_pool *pool, struct error *error)
{
	struct command_process *process = process_start(pool->loop, pool->argv, pool->model->directory, error);
	if (!process)
		return NULL;
	size_t most = pool->model->max_response;
	process->events = &pool_events;
	process->owner = pool;
	process->line_limit = most && most < COMMAND_LINE_LIMIT ? most : COMMAND_LINE_LIMIT;
	pool->processes[pool->count++] = process;
	return process;
}

/* The program with the least to do; NULL when all have enough. */
static struct command_process *process_free_one(const struct command_pool *pool)
{
	struct command_process *best = NULL;
	for (long long i = 0; i < pool->count; i++)
		if (pool->processes[i]->calls.count < pool->at_once &&
			(!best || pool->processes[i]->calls.count < best->calls.count))
			best = pool->processes[i];
	return best;
}

static void call_begin(struct command_pool *pool, struct command_process *process, struct command_call *call)
{
	call->started = clock_monotonic();
	if (pool->model->timeout > 0)
		call->timer = loop_after(pool->loop, pool->model->timeout, call_timed_out, call);
	process_give(process, call);
}

static void pool_pump(void *data)
{
	struct command_pool *pool = data;
	pool->pump = NULL;
	while (pool->waiting.first) {
		struct error error = {0};
		struct command_call *call = pool->waiting.first;
		struct command_process *process = process_free_one(pool);
		if ((!process || process->calls.count) && pool->count < pool->most)
			process = process_add(pool, &error);
		if (!process && error.kind == ERROR_NONE)
			return;
		call_remove(&pool->waiting, call);
		if (process)
			call_begin(pool, process, call);
		else
			call_fail(call, CALL_COMMAND, error.message, NULL);
	}
}

struct command_call *command_send(
	struct command_pool *pool, struct text body, struct arena *arena, command_function *function, void *data)
{
	struct command_call *call = arena_take(arena, sizeof *call);
	*call = (struct command_call){
		.pool = pool, .id = ++pool->next_id, .body = body, .arena = arena, .function = function, .data = data};
	call_append(&pool->waiting, call);
	pump_soon(pool);
	return call;
}

void command_cancel(struct command_call *call)
{
	struct command_process *process = call->process;
	loop_cancel(call->timer);
	call_remove(process ? &process->calls : &call->pool->waiting, call);
	if (process && !process->over)
		process_stop(process);
}

/* ---- the pool ------------------------------------------------------------------------------------------------------- */

struct command_pool *command_pool_create(struct loop *loop, const struct model *model, struct error *error)
{
	const struct command_config *config = model->config;
	struct command_pool *pool = memory_take(sizeof *pool);
	signal(SIGPIPE, SIG_IGN);
	*pool = (struct command_pool){.loop = loop,
		.model = model,
		.arena = arena_create(),
		.most = config->processes > 0 ? config->processes : 1,
		.at_once = config->at_once > 0 ? config->at_once : 1};
	pool->argv = command_argv(model, pool->arena, error);
	pool->processes = memory_take((size_t)pool->most * sizeof(struct command_process *));
	if (pool->argv)
		return pool;
	command_pool_free(pool);
	return NULL;
}

void command_pool_free(struct command_pool *pool)
{
	if (!pool)
		return;
	loop_cancel(pool->pump);
	for (long long i = 0; i < pool->count; i++) {
		for (struct command_call *call = pool->processes[i]->calls.first; call; call = call->next)
			loop_cancel(call->timer);
		process_end(pool->processes[i]);
		process_free(pool->processes[i]);
	}
	free(pool->processes);
	arena_free(pool->arena);
	free(pool);
}
