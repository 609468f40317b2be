/* One running program of a command pool. For command.c and command_process.c only. */
#ifndef LEVER_MODEL_COMMAND_PROCESS_H
#define LEVER_MODEL_COMMAND_PROCESS_H

#include "eval/base/child.h"
#include "eval/model/command.h"

struct command_process;
struct command_call {
	struct command_pool *pool;
	struct command_process *process; /* NULL while it waits for one */
	struct command_call *previous, *next;
	long long id;
	struct text body;
	struct arena *arena;
	command_function *function;
	void *data;
	struct loop_timer *timer;
	int64_t started;
};
struct call_queue {
	struct command_call *first, *last;
	long long count;
};
void call_append(struct call_queue *list, struct command_call *call);
void call_remove(struct call_queue *list, struct command_call *call);

/* What a process tells its pool. */
struct process_events {
	void (*answered)(
		struct command_process *process, struct command_call *call, struct text line); /* the call is off the list */
	/* It is over: calls under way are still on the list. The process is freed when all handlers have returned. */
	void (*ended)(struct command_process *process, enum call_class class, const char *why);
};
struct command_process {
	struct loop *loop;
	const struct process_events *events;
	void *owner;
	size_t line_limit;
	struct child child;
	int status_fd; /* pidfd */
	struct loop_watch *to, *from, *errors, *status;
	struct loop_timer *grace; /* stdout is closed: how long it may take to end */
	struct buffer output, input, tail;
	size_t scanned; /* of input, without a line end */
	struct call_queue calls;
	int holds;
	bool over;
};
struct command_process *process_start(struct loop *loop, const char *const *argv, const char *directory, struct error *error);
/* Sends a line; the call joins the list. */
void process_give(struct command_process *process, struct command_call *call);
/* Kills the group, reaps, closes: no event follows. Idempotent. */
void process_end(struct command_process *process);
void process_free(struct command_process *process);
/* What it wrote to stderr last, cut and redacted, in the arena; "" when nothing. */
const char *process_tail(const struct command_process *process, struct arena *arena);

#endif
