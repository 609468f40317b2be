/* One attempt on its way: case -> route -> retrieve -> examples -> render -> request -> recall (cassette, cache) -> call -> parse
 * -> score -> classify -> store. Each step is one small function that answers next, wait or failed; attempt_advance takes them in
 * order. A failed call is a row, not an error of the program. attempt.c the table of steps · attempt_prompt.c route to render ·
 * attempt_call.c request to parse · attempt_score.c score to store */
#ifndef LEVER_RUN_ATTEMPT_H
#define LEVER_RUN_ATTEMPT_H

#include "eval/classify/classify.h"
#include "eval/model/client.h"
#include "eval/run/cursor.h"

enum step {
	STEP_NEXT,   /* on to the next step */
	STEP_WAIT,   /* somebody will call attempt_advance again */
	STEP_AGAIN,  /* attempt->at was set: go on there */
	STEP_FAILED, /* no answer: straight to classifying and storing, with attempt->class */
	STEP_BROKEN, /* the run itself cannot go on (storage): attempt->error */
};

enum attempt_at {
	AT_ROUTE,
	AT_RETRIEVE,
	AT_EXAMPLES,
	AT_RENDER,
	AT_REQUEST,
	AT_RECALL,
	AT_CALL,
	AT_PARSE,
	AT_SCORE,
	AT_CLASSIFY,
	AT_STORE,
	AT_END
};

struct attempt {
	struct arena *arena; /* everything below lives here */
	struct plan *plan;
	struct plan_variant *planned;
	size_t variant_index;
	const struct variant *variant; /* that answers: another one behind a route */
	bool routing;		       /* the call under way asks the router */
	const char *routed_to;
	struct case_row row;
	int repeat;
	bool was_open, score_only;
	long long anew_after; /* only calls after this row answer it; 0: any */
	enum attempt_at at;

	json_t *vars;	      /* the case's, with passages, context and examples */
	json_t *turns, *tags; /* NULL where none */
	json_t *shots;
	json_t *messages;
	struct text prompt_text; /* the messages as they are stored */
	struct retrieval_row retrieval;
	bool has_retrieval;
	struct request request;
	struct prompt prompt;
	struct hash key, origin_key; /* of the cassette; of the cache */

	struct call_row call;  /* the one under way, or the last */
	long long attempt_row; /* stored; 0 before */
	struct client_call *under_way;
	struct reply reply;
	bool replied; /* reply is new */
	int try, call_count;
	struct usage usage; /* of all calls that answered */
	int64_t latency;
	struct text extracted; /* "no text": the output is the answer */

	enum attempt_state state;
	enum call_class class;
	const char *message;
	bool passed;
	double value;
	struct attempt_scores {
		struct score_row *rows;
		size_t count;
	} scores;
	bool any_score;
	bool has_finding;
	struct classify_finding finding;
	struct error error; /* STEP_BROKEN */

	int64_t retry_wait;	   /* microseconds until AT_CALL is taken again; 0: not a retry */
	struct loop_timer *timer;  /* waiting for a retry */
	struct attempt *leader;	   /* an attempt whose call asks the very same: wait for it */
	struct attempt *next;	   /* in the runner's lists */
	size_t place;		   /* among the runner's active ones */
	struct attempt *asks_next; /* of those whose calls are under way with a like key */
	struct runner *runner;
	long long calls_made, cached, replayed, batched; /* for the progress line */
	struct usage spent;			/* of the calls that went out now */
	struct ballot *ballots; /* of a vote: answers so far */
	size_t ballot_count, ballot_room;
	bool ballots_wait; /* one of them waits in a batch: there will be no majority in this run */
	json_t *tool_calls;	   /* of the turn being answered; NULL */
	json_t *tool_results;	   /* beside them: texts, null where a model has not answered yet */
	size_t tool_at;		   /* the next of them to be asked for; of an errand: its own */
	int64_t tool_latency;	   /* of the turn */
	size_t errands;		   /* of the turn, under way */
	struct attempt *parent;	   /* of an errand: whose call it answers. It has no row of its own; NULL: an attempt */
	const struct tool *tool;   /* of an errand: whose model is asked; of an attempt: that failed; NULL */
	long long tool_rounds;
	size_t asked; /* messages before the first turn of tools */
	bool no_retry;				/* the run is stopping */
	long long reserved;			/* of the budget, for the call under way */
	bool waits_for_budget;
};

struct attempt *attempt_create(struct plan *plan, const struct cursor_unit *unit);
/* In an empty arena, which the attempt owns from now on. */
struct attempt *attempt_create_in(struct arena *arena, struct plan *plan, const struct cursor_unit *unit);
void attempt_free(struct attempt *attempt);
/* As attempt_free, but the arena comes back empty, for the next one. */
struct arena *attempt_recycle(struct attempt *attempt);
/* Takes steps until one does not answer next. STEP_WAIT at AT_CALL: the call row is written; send it once the transaction is
 * committed. */
enum step attempt_advance(struct attempt *attempt);
const char *attempt_step_name(enum attempt_at at);
/* The delta that storing this attempt makes in its run's tally. */
void attempt_tally(const struct attempt *attempt, struct tally *delta);

/* The steps. */
enum step attempt_route(struct attempt *attempt);
enum step attempt_retrieve(struct attempt *attempt);
enum step attempt_examples(struct attempt *attempt);
enum step attempt_render(struct attempt *attempt);
enum step attempt_request(struct attempt *attempt);
enum step attempt_recall(struct attempt *attempt);
enum step attempt_call(struct attempt *attempt);
enum step attempt_parse(struct attempt *attempt);
enum step attempt_score(struct attempt *attempt);
enum step attempt_classify(struct attempt *attempt);
enum step attempt_store(struct attempt *attempt);
/* What a recorded output brings along: its passages become the retrieval, its labels are stored behind the attempt. */
void attempt_recorded_passages(struct attempt *attempt);
bool attempt_recorded_labels(struct attempt *attempt) MUST_CHECK;

/* What a probe changes (attempt_context.c): the passages in place of those found, in the arena; words in the messages. */
bool attempt_context(struct attempt *attempt, long long corpus, const struct passage_row *found, size_t found_count,
	struct passage_row **ret, size_t *count) MUST_CHECK;
void attempt_probe_messages(struct attempt *attempt);
/* The loop of tools (attempt_tools.c): after a reply, on to the next request, or STEP_NEXT when the model has its answer. STEP_WAIT
 * with tool_calls set: errands have to be run, then attempt_tools_resume goes on. */
enum step attempt_tools(struct attempt *attempt);
enum step attempt_tools_resume(struct attempt *attempt);
/* Is there a call in the turn that a model has to answer and that no errand was sent for? Not where one failed. */
bool attempt_errand_waits(struct attempt *attempt);
/* An attempt that answers it, in an empty arena: request, recall, call, parse, nothing more. */
struct attempt *attempt_errand(struct attempt *attempt, struct arena *arena);
void attempt_errand_end(const struct attempt *errand); /* its result goes to the attempt */
/* The calls of the last reply, which nobody answers, join the exchange: they are kept and scored like all others. */
void attempt_tools_last(struct attempt *attempt);
/* One more answer of a vote (attempt_vote.c): on to the next sample, or STEP_NEXT with the majority's as the reply. */
enum step attempt_vote(struct attempt *attempt);
long long usage_sum(long long sum, long long more); /* UNKNOWN where one is */
/* A sample of it waits in a batch: on to the next one. False: it was the last, or no vote. */
bool attempt_vote_further(struct attempt *attempt);
/* Who is asked now: the variant's model, or a tool's. */
const struct model *attempt_model(const struct attempt *attempt);
json_t *attempt_tool_messages(const struct attempt *attempt); /* new references */
json_t *attempt_tool_vars(const struct attempt *attempt);
/* The number that keeps further answers apart: the repeat, or a probe's own. */
int attempt_sample(const struct attempt *attempt);

/* An attempt under way whose call asks the very same, or NULL: its answer will do. */
struct attempt *runner_twin(struct runner *runner, const struct attempt *attempt);
/* Does nobody take its call in this run any more? Then class and words say why. */
bool runner_refuses(struct runner *runner, const struct attempt *attempt, enum call_class *class, const char **words);
/* May its call go out without passing the budget, at its worst? PURSE_OPEN: so much of it is set aside. PURSE_WAITS: when calls in
 * flight have cost less than their worst it may. PURSE_EMPTY: nothing is in flight, and it does not fit. */
enum purse { PURSE_OPEN, PURSE_WAITS, PURSE_EMPTY };
enum purse runner_affords(struct runner *runner, struct attempt *attempt);
/* Does its call go into a batch? */
bool attempt_batched(const struct attempt *attempt);
/* The batch that is being filled for its model; a new one where there is none or it is full. False: attempt->error. */
bool runner_batch(struct runner *runner, struct attempt *attempt, long long *batch) MUST_CHECK;
/* From here until its answer the attempt's call counts as under way. */
void runner_asks(struct runner *runner, struct attempt *attempt);
/* Answers STEP_FAILED with class and words. */
enum step attempt_fail(struct attempt *attempt, enum call_class class, const char *format, ...) PRINTF(3, 4);

#endif
