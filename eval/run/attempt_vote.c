#include "eval/run/attempt.h"
#include "eval/score/lenient.h"

/* Several samples of one question: each is a call of its own; the answer most of them give is the attempt's. */

struct ballot {
	struct text output, extracted, form, reasoning, tool_calls, turn;
	enum call_class class;
	const char *message, *finish;
	struct text exchange; /* the messages with the tools that this sample called; "no text": it called none */
};

static struct text ballot_answer(const struct ballot *ballot)
{
	return ballot->extracted.data ? ballot->extracted : ballot->output;
}

static size_t winner(const struct ballot *ballots, size_t count)
{
	size_t best = 0, most = 0;
	for (size_t i = 0; i < count; i++) {
		size_t same = 0;
		for (size_t k = 0; k < count; k++)
			same += text_equal(ballots[k].form, ballots[i].form);
		if (same > most) {
			most = same;
			best = i;
		}
	}
	return best;
}

/* The next sample is asked the question, and knows nothing of what the one before it looked up. */
static void exchange_drop(struct attempt *attempt)
{
	while (attempt->tool_rounds && json_array_size(attempt->messages) > attempt->asked)
		json_array_remove(attempt->messages, json_array_size(attempt->messages) - 1);
	attempt->tool_rounds = 0;
}

static void exchange_take(struct attempt *attempt, struct ballot *ballot)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	if (!attempt->tool_rounds)
		return;
	json_compact(attempt->messages, &text);
	ballot->exchange = text_copy(attempt->arena, buffer_text(&text));
	exchange_drop(attempt);
}

bool attempt_vote_further(struct attempt *attempt)
{
	if (attempt->parent || attempt->routing || (long long)attempt->ballot_count + 1 >= attempt->variant->samples)
		return false;
	attempt->ballots_wait = true;
	attempt->ballot_count++;
	exchange_drop(attempt);
	attempt->at = AT_REQUEST;
	return true;
}

static void winner_take(struct attempt *attempt, const struct ballot *ballot)
{
	struct error ignored;
	json_t *exchange = ballot->exchange.data ? json_parse(ballot->exchange, &ignored) : NULL;
	attempt->reply.output = ballot->output;
	attempt->reply.reasoning = ballot->reasoning;
	attempt->reply.tool_calls = ballot->tool_calls;
	attempt->reply.turn = ballot->turn;
	attempt->reply.refusal = text_make(NULL, 0);
	attempt->reply.class = ballot->class;
	attempt->reply.message = ballot->message;
	attempt->reply.finish = ballot->finish;
	if (!exchange)
		return;
	json_decref(attempt->messages);
	attempt->messages = exchange;
}

enum step attempt_vote(struct attempt *attempt)
{
	long long wanted = attempt->variant->samples;
	const struct reply *reply = &attempt->reply;
	if (wanted < 2 || attempt->routing)
		return STEP_NEXT;
	if (attempt->ballots_wait)
		return attempt_vote_further(attempt)
			       ? STEP_AGAIN
			       : attempt_fail(attempt, CALL_BATCHED, "other samples wait in a batch; `lever run` collects them");
	struct ballot *ballot = LIST_MORE(attempt->arena, attempt->ballots, attempt->ballot_count, attempt->ballot_room);
	*ballot = (struct ballot){.output = reply->output.data ? reply->output : reply->refusal, .reasoning = reply->reasoning,
		.tool_calls = reply->tool_calls,
		.turn = reply->turn,
		.class = reply->class,
		.message = reply->message,
		.finish = reply->finish};
	exchange_take(attempt, ballot);
	if (attempt->variant->extract)
		ballot->extracted = extractor_apply(attempt->variant->extract, attempt->arena, reply->output);
	struct text answer = ballot_answer(ballot);
	ballot->form = answer.data ? lenient_form(attempt->arena, answer) : TEXT("");
	if ((long long)attempt->ballot_count < wanted) {
		attempt->at = AT_REQUEST;
		return STEP_AGAIN;
	}
	winner_take(attempt, &attempt->ballots[winner(attempt->ballots, attempt->ballot_count)]);
	return STEP_NEXT;
}
