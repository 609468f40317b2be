/* Private to the runner: its state, shared by runner.c (the turn), runner_lists.c (queues) and runner_progress.c (counting). */
#ifndef LEVER_RUN_RUNNER_PRIVATE_H
#define LEVER_RUN_RUNNER_PRIVATE_H

#include "eval/run/attempt.h"
#include "eval/run/pace.h"
#include "eval/run/runner.h"

struct attempt_queue {
	struct attempt *first, *last;
};

/* An address that models share. */
struct endpoint {
	const char *origin;
	struct pace pace;
	int in_flight; /* calls */
	int adapted; /* those of them to an API that knows adapters */
	const struct model *setting; /* whose adapters these have */
	int active;    /* attempts begun, those that wait for a retry too */
	const char *closed; /* words: until when it takes no calls, too long to wait for; NULL */
};

/* What is known of a model in this run: one that cannot be reached is not asked a thousand times. */
struct model_state {
	const struct model *model;
	struct endpoint *endpoint; /* NULL: not asked over HTTP */
	int active, in_flight; /* attempts of its variants; calls to it, those for tools and routes too */
	long long answered;
	const char *down; /* why it is not asked any more in this run; NULL: it is */
	long long batch; /* row of the batch that is being filled; 0: none */
	size_t batch_requests, batch_bytes;
};

struct runner {
	struct loop *loop;
	struct plan *plan;
	struct client *client;
	struct cursor *cursor;
	runner_function *function;
	void *data;
	struct run_progress progress;
	struct error error;
	struct attempt **active; /* begun, not ended */
	size_t active_count, active_room;
	struct attempt *asking[256]; /* calls under way, by the first byte of their key */
	struct arena **spare;	     /* emptied arenas of ended attempts */
	size_t spare_count, spare_room;
	struct attempt_queue ready;   /* to be advanced */
	struct attempt_queue outbox;  /* to be sent after the commit */
	struct attempt_queue purse;   /* until calls in flight have cost less than was set aside for them */
	struct attempt_queue standby; /* on disk as started, waiting for a place at their endpoint */
	struct model_state *models;
	size_t model_count;
	struct endpoint *endpoints;
	size_t endpoint_count;
	struct arena *arena;
	struct loop_timer *pause_timer;
	struct tally *deltas;	 /* by variant, of the transaction under way */
	struct cursor_unit held; /* drawn from the cursor, waiting for a place at its model */
	struct attempt *held_attempt;
	size_t concurrency, in_flight;
	/* Picodollars; budget 0: none. spent: calls in batches and lost answers at their worst; reserved: those in flight, at theirs */
	long long budget, spent, reserved;
	bool budget_reached;
	long long refused; /* the least that one of the calls it refused can cost at its worst; 0: not known */
	bool exhausted, stopping, finished;
	char last_error[512];
	int64_t began, rate_at;
	long long rate_done;
};

void queue_add(struct attempt_queue *queue, struct attempt *attempt);
struct attempt *queue_take(struct attempt_queue *queue);
void active_add(struct runner *runner, struct attempt *attempt);
void active_remove(struct runner *runner, struct attempt *attempt);
void asking_remove(struct runner *runner, struct attempt *attempt); /* its answer is here */
struct arena *arena_draw(struct runner *runner);
void arena_spare(struct runner *runner, struct arena *arena);
void arenas_free(struct runner *runner);
struct model_state *model_state_of(struct runner *runner, const struct model *model);

/* The address of a model, shared by all models there; NULL for those that are not asked over HTTP. */
struct endpoint *endpoint_of(struct runner *runner, const struct model *model, int cap, bool known);
/* ---- runner_send.c */

/* Attempts that may begin beyond the places of an endpoint (NULL: of the run), so that their calls are on disk when a place comes
 * free. 0 where a budget counts every call at its worst. */
int calls_ahead(const struct runner *runner, const struct endpoint *endpoint);
void outbox_send(struct runner *runner);  /* after the commit */
void standby_send(struct runner *runner); /* those for which there is a place by now */
void standby_refuse(struct runner *runner);
/* Attempts that wait for a retry take no place at their endpoint. */
void endpoint_active(const struct attempt *attempt, int change);
/* Not asked in this run any more: it cannot be reached, or its endpoint is closed. */
bool model_gone(const struct model_state *state);
void attempt_rest(struct runner *runner, struct attempt *attempt); /* until its retry is due */
void attempt_stop(struct runner *runner, struct attempt *attempt, bool now);

/* ---- runner_errands.c */

/* Sends out for those calls of tools for which there is room; the attempt goes on when none is under way. */
void errands_run(struct runner *runner, struct attempt *attempt);
void errand_end(struct runner *runner, struct attempt *errand);

/* ---- runner_lists.c, runner_progress.c */

/* A call ended: what was set aside for it becomes what it cost. */
void budget_settle(struct runner *runner, struct attempt *attempt, const struct reply *reply);
void purse_refuse(struct runner *runner); /* the run stops: those that wait for the budget are not asked */
/* A call is made for the first time: what it will cost, by what was known before it. */
void progress_guess(struct runner *runner, struct attempt *attempt);
void progress_begin(struct runner *runner);
void progress_count(struct runner *runner, const struct attempt *attempt); /* an attempt ended */
void progress_call(struct runner *runner, struct attempt *attempt);	   /* moves its call counts over */
void progress_refresh(struct runner *runner);				   /* rate, time left, what is under way */

#endif
