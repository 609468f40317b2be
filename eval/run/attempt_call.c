#include "eval/base/clock.h"
#include "eval/base/random.h"
#include "eval/model/recorded.h"
#include "eval/model/batch.h"
#include "eval/run/attempt.h"
#include "eval/store/batches.h"
#include "eval/store/recorded.h"

/* From the messages to an answer: request, recall, call, parse. */

int attempt_sample(const struct attempt *attempt)
{
	return (attempt->variant->change.sample + (int)attempt->ballot_count) * 1000 + attempt->repeat;
}

enum step attempt_request(struct attempt *attempt)
{
	const struct variant *variant = attempt->variant;
	const struct model *model = attempt_model(attempt);
	JSON_OWNED *messages = attempt->tool ? attempt_tool_messages(attempt) : json_incref(attempt->messages);
	JSON_OWNED *vars = attempt->tool ? attempt_tool_vars(attempt) : json_incref(attempt->vars);
	attempt->prompt = (struct prompt){.messages = messages,
		.schema = attempt->tool ? NULL : variant->schema,
		.tools = variant->tools && !attempt->tool ? variant->tools->declaration : NULL,
		.case_id = attempt->row.id,
		.repeat = attempt_sample(attempt),
		.variant = attempt->planned->variant->name,
		.vars = vars};
	bool built = model_request(model, &attempt->prompt, attempt->arena, &attempt->request, &attempt->error);
	attempt->prompt.messages = attempt->messages; /* the request is made: what the client looks at later lives on */
	attempt->prompt.vars = attempt->vars;
	if (!built)
		return attempt_fail(attempt, CALL_REQUEST, "%s", attempt->error.message);
	const char *origin = url_origin(attempt->arena, attempt->request.url);
	struct call_keys keys = call_keys(model, &attempt->request, attempt_sample(attempt), origin);
	attempt->key = keys.cassette;
	attempt->origin_key = keys.cache;
	attempt->try = 0;
	return STEP_NEXT;
}

static struct call_row call_begin(struct attempt *attempt, const char *source)
{
	const struct request *request = &attempt->request;
	attempt->call_count++;
	return (struct call_row){.uid = uid_make(),
		.run = attempt->plan->run,
		.attempt = {attempt->planned->version, attempt->row.input_id, attempt->repeat},
		.purpose = attempt->routing ? "route" : attempt->tool ? "tool" : "answer",
		.try = ++attempt->try,
		.source = source,
		.model = attempt_model(attempt)->name,
		.key = attempt->origin_key,
		.method_url = request->url ? arena_format(attempt->arena, "%s %s", request->method, request->url) : request->path,
		.request = request->body,
		.started_at = clock_wall()};
}

static void call_finish(struct attempt *attempt)
{
	struct call_row *call = &attempt->call;
	const struct reply *reply = &attempt->reply;
	bool answered = reply->class == CALL_OK || reply->class == CALL_EMPTY || reply->class == CALL_FILTERED;
	call->state = answered ? "answered" : "failed";
	call->class = call_classes[reply->class].name;
	call->message = reply->message;
	call->response = reply->raw;
	call->status = reply->status;
	call->server_request = reply->server_request;
	call->returned_model = reply->returned_model;
	call->fingerprint = reply->fingerprint;
	call->usage = reply->usage;
	call->latency = reply->latency;
	call->first_byte = reply->first_byte;
}

/* ---- recall: what is known already is not asked again ---------------------------------------------------------------------- */

static void reply_replace(struct attempt *attempt, struct text raw, int status, int64_t latency, int64_t first_byte)
{
	json_decref(attempt->reply.owner);
	attempt->reply =
		(struct reply){.raw = raw, .status = status, .latency = latency, .first_byte = first_byte, .usage = USAGE_UNKNOWN};
	model_parse(attempt_model(attempt), attempt->arena, &attempt->reply);
	attempt->replied = true;
}

static enum step recalled(struct attempt *attempt, const char *source)
{
	attempt->call = call_begin(attempt, source);
	call_finish(attempt);
	attempt->at = AT_PARSE;
	return call_put(attempt->plan->store, &attempt->call, &attempt->error) ? STEP_AGAIN : STEP_BROKEN;
}

static enum step recall_recorded(struct attempt *attempt)
{
	const struct recorded_config *config = attempt_model(attempt)->config;
	struct text body = {0};
	bool found;
	if (!recorded_output_get(attempt->plan->store, config->row, attempt->row.id, attempt->repeat, attempt->arena, &body, &found,
		    &attempt->error))
		return STEP_BROKEN;
	reply_replace(attempt, found ? body : text_make(NULL, 0), 0, UNKNOWN, UNKNOWN);
	json_t *latency = json_object_get(attempt->reply.recorded, "latency_us");
	if (json_is_integer(latency))
		attempt->reply.latency = json_integer_value(latency);
	return recalled(attempt, "recorded");
}

static struct cassette_entry cassette_entry_of(const struct attempt *attempt)
{
	const struct model *model = attempt_model(attempt);
	return (struct cassette_entry){.key = attempt->key,
		.case_id = attempt->row.id,
		.variant = attempt->planned->variant->name,
		.model = model->name,
		.api = model->api->name,
		.path = attempt->request.path,
		.repeat = attempt_sample(attempt),
		.request = attempt->request.body};
}

static enum step recall_cassette(struct attempt *attempt)
{
	struct cassette_entry entry, wanted = cassette_entry_of(attempt);
	bool found;
	if (!cassette_find(attempt->plan->replay, &attempt->key, attempt->arena, &entry, &found, &attempt->error))
		return STEP_BROKEN;
	if (!found)
		return attempt_fail(
			attempt, CALL_NOT_RECORDED, "%s", cassette_miss(attempt->plan->replay, &wanted, attempt->arena));
	attempt->replayed++;
	reply_replace(attempt, entry.response, entry.status, entry.latency, entry.first_byte);
	return recalled(attempt, "cassette");
}

static bool recording_keep(struct attempt *attempt)
{
	struct cassette_entry entry = cassette_entry_of(attempt);
	if (!attempt->plan->record)
		return true;
	entry.status = attempt->reply.status;
	entry.response = attempt->reply.raw;
	entry.latency = attempt->reply.latency;
	entry.first_byte = attempt->reply.first_byte;
	return cassette_add(attempt->plan->record, &entry, &attempt->error);
}

static enum step recall_cache(struct attempt *attempt)
{
	struct call_row before;
	bool found;
	if (!call_by_key(attempt->plan->store, &attempt->origin_key, attempt->arena, &before, &found, &attempt->error))
		return STEP_BROKEN;
	if (!found || before.id <= attempt->anew_after)
		return STEP_NEXT;
	attempt->cached++;
	reply_replace(attempt, before.response, before.status, before.latency, before.first_byte);
	attempt->reply.usage = before.usage;
	return recording_keep(attempt) ? recalled(attempt, "cache") : STEP_BROKEN;
}

/* It waits in a batch. The further samples of a vote do not wait for it: they go into the same batch. */
static enum step batch_wait(struct attempt *attempt, const char *words)
{
	return attempt->plan->options.batch && attempt_vote_further(attempt) ? STEP_AGAIN : attempt_fail(attempt, CALL_BATCHED, "%s", words);
}

/* Asked in a batch already: it is waited for; and what a batch just collected could not answer is left to the next run. */
static enum step recall_batch(struct attempt *attempt)
{
	struct batch_call call;
	bool found;
	if (!batch_call_by_key(
		    attempt->plan->store, &attempt->origin_key, attempt->arena, &call, &found, &attempt->error))
		return STEP_BROKEN;
	if (!found || call.call <= attempt->anew_after)
		return STEP_NEXT;
	if (strcmp(call.call_state, "started") == 0)
		return batch_wait(attempt, arena_format(attempt->arena, "waits in batch %lld%s%s%s; `lever run` collects it", call.batch,
			call.remote ? " (" : "", call.remote ? call.remote : "", call.remote ? ")" : ", not handed in yet"));
	if (strcmp(call.call_state, "failed") != 0 || !attempt->plan->options.began ||
		call.ended_at < attempt->plan->options.began)
		return STEP_NEXT;
	enum call_class class = call_class_find(call.class);
	class = class < CALL_COUNT ? class : CALL_MISSING;
	return attempt_fail(attempt, class, "%s", call.message ? call.message : call_classes[class].meaning);
}

enum step attempt_recall(struct attempt *attempt)
{
	if (attempt_model(attempt)->api->kind == API_RECORDED)
		return recall_recorded(attempt);
	if (attempt->plan->replay)
		return recall_cassette(attempt);
	enum step step = recall_cache(attempt);
	return step == STEP_NEXT && attempt->plan->batches ? recall_batch(attempt) : step;
}

/* ---- call and parse ------------------------------------------------------------------------------------------------------------
 */

bool attempt_batched(const struct attempt *attempt)
{
	return attempt->plan->options.batch && attempt_model(attempt)->api->batch;
}

/* The call is written down in the batch that is being filled, and waits there. */
static enum step batch_queue(struct attempt *attempt)
{
	attempt->call = call_begin(attempt, "batch");
	if (!runner_batch(attempt->runner, attempt, &attempt->call.batch) ||
		!call_start(attempt->plan->store, &attempt->call, &attempt->error))
		return STEP_BROKEN;
	attempt->batched++;
	return batch_wait(attempt, arena_format(attempt->arena, "waits in batch %lld; `lever run` collects it", attempt->call.batch));
}

/* Writes down that the call is about to be made; the runner sends it once that is on disk, so that a crash knows what was in
 * flight. */
enum step attempt_call(struct attempt *attempt)
{
	attempt->leader = runner_twin(attempt->runner, attempt);
	if (attempt->leader)
		return STEP_WAIT;
	enum call_class class;
	const char *words;
	attempt->replied = false;
	attempt->retry_wait = 0;
	if (runner_refuses(attempt->runner, attempt, &class, &words))
		return attempt_fail(attempt, class, "%s", words);
	enum purse purse = runner_affords(attempt->runner, attempt);
	attempt->waits_for_budget = purse == PURSE_WAITS;
	if (purse == PURSE_WAITS)
		return STEP_WAIT;
	if (purse == PURSE_EMPTY)
		return attempt_fail(attempt, CALL_CANCELLED, "not asked: the budget might have been passed");
	if (attempt_batched(attempt))
		return batch_queue(attempt);
	attempt->call = call_begin(attempt, attempt_model(attempt)->api->kind == API_COMMAND ? "command" : "network");
	if (!call_start(attempt->plan->store, &attempt->call, &attempt->error))
		return STEP_BROKEN;
	attempt->calls_made++;
	attempt->at = AT_PARSE;
	runner_asks(attempt->runner, attempt);
	return STEP_WAIT;
}

long long usage_sum(long long sum, long long more)
{
	return sum == UNKNOWN || more == UNKNOWN ? UNKNOWN : sum + more;
}

static void usage_add(struct usage *sum, const struct usage *more)
{
	sum->input = usage_sum(sum->input, more->input);
	sum->cached = usage_sum(sum->cached, more->cached);
	sum->reasoning = usage_sum(sum->reasoning, more->reasoning);
	sum->output = usage_sum(sum->output, more->output);
	sum->cost = usage_sum(sum->cost, more->cost);
	sum->written = usage_sum(sum->written, more->written);
}

/* Tokens are those of the model under test. A program or an endpoint behind a tool has none: what it says it costs counts, and makes
 * the sum unknown only where it has a price that cannot be reckoned. */
static void spent_add(const struct attempt *attempt, struct usage *sum)
{
	const struct usage *usage = &attempt->reply.usage;
	if (!attempt->tool)
		usage_add(sum, usage);
	else if (usage->cost != UNKNOWN || attempt_model(attempt)->price.known)
		sum->cost = usage_sum(sum->cost, usage->cost);
}

static enum step reply_failed(struct attempt *attempt)
{
	const struct reply *reply = &attempt->reply;
	const struct call_class_info *class = &call_classes[reply->class];
	bool patient = reply->retry_after <= RETRY_AFTER_LIMIT, again = reply->retry ? reply->retry > 0 : class->retry;
	if (again && patient && !attempt->no_retry && attempt->try <= attempt_model(attempt)->max_retries) {
		uint64_t mixed = random_of((uint64_t)attempt->try, attempt->call.uid.bytes, sizeof attempt->call.uid.bytes);
		attempt->retry_wait = retry_delay(attempt->try, reply->retry_after, (double)(mixed >> 11) * 0x1p-53);
		attempt->at = AT_CALL;
		return STEP_WAIT;
	}
	return attempt_fail(attempt, reply->class, "%s", reply->message ? reply->message : class->meaning);
}

static bool is_source(const struct attempt *attempt, const char *source)
{
	return strcmp(attempt->call.source, source) == 0;
}

enum step attempt_parse(struct attempt *attempt)
{
	const struct reply *reply = &attempt->reply;
	if (attempt->tool_results)
		return attempt_tools_resume(attempt);
	bool live = is_source(attempt, "network") || is_source(attempt, "command");
	bool answered = reply->class == CALL_OK || reply->class == CALL_EMPTY || reply->class == CALL_FILTERED;
	if (live) {
		call_finish(attempt);
		if (!call_end(attempt->plan->store, &attempt->call, &attempt->error))
			return STEP_BROKEN;
		if (answered)
			spent_add(attempt, &attempt->spent);
	}
	if (!answered)
		return reply_failed(attempt);
	if (live && !recording_keep(attempt))
		return STEP_BROKEN;
	if (!attempt->tool)
		attempt_recorded_passages(attempt);
	spent_add(attempt, &attempt->usage);
	attempt->latency = usage_sum(attempt->latency, reply->latency);
	if (reply->class == CALL_FILTERED)
		return attempt_fail(
			attempt, CALL_FILTERED, "%s", reply->message ? reply->message : call_classes[CALL_FILTERED].meaning);
	enum step tools = attempt_tools(attempt);
	if (tools != STEP_NEXT)
		return tools;
	enum step vote = attempt_vote(attempt);
	if (vote != STEP_NEXT)
		return vote;
	if (!attempt->routing)
		attempt_tools_last(attempt);
	attempt->class = reply->class;
	attempt->message = reply->class == CALL_OK ? NULL : reply->message;
	attempt->state = reply->refusal.data ? ATTEMPT_REFUSED : ATTEMPT_ANSWERED;
	attempt->extracted = attempt->variant->extract ? extractor_apply(attempt->variant->extract, attempt->arena, reply->output)
						       : text_make(NULL, 0);
	if (!attempt->routing)
		return STEP_NEXT;
	attempt->at = AT_ROUTE;
	return STEP_AGAIN;
}
