#include "tui/commands/show_attempt.h"
#include "eval/compare/compare.h"
#include "eval/model/client.h"
#include "eval/model/request.h"
#include "eval/model/stream.h"
#include "eval/store/cases.h"
#include "eval/base/clock.h"
#include "eval/store/labels.h"
#include "reports/format.h"
#include <stdlib.h>

long long attempt_named(
	struct store *store, const char *const *words, size_t count, int repeat, struct arena *arena, struct error *error)
{
	struct arm arm;
	struct run_row run;
	struct case_row row;
	struct attempt_row attempt;
	bool found;
	if (count == 1) {
		char *end;
		long long id = strtoll(words[0], &end, 10);
		if (*end || id <= 0)
			error_set(error, ERROR_USAGE, "an attempt is a number, or a case and a variant: `lever show kb-001 rag`");
		else if (attempt_get(store, id, arena, &attempt, &found, error) && !found)
			error_set(error, ERROR_USAGE, "there is no attempt %lld", id);
		return error->kind ? 0 : id;
	}
	if (!arm_find(store, words[1], 0, arena, &arm, error) || !run_get(store, arm.run, arena, &run, &found, error) ||
		!case_by_id(store, run.test_set, words[0], arena, &row, &found, error))
		return 0;
	if (!found) {
		error_set(error, ERROR_USAGE, "run %lld has no case `%s`", arm.run, words[0]);
		return 0;
	}
	if (!attempt_find(store, (struct attempt_key){arm.version, row.input_id, repeat}, arena, &attempt, &found, error))
		return 0;
	if (!found)
		error_set(error, ERROR_USAGE, "case %s was not run through %s yet", words[0], words[1]);
	return found ? attempt.id : 0;
}

/* What belongs to an attempt, read in one go: the latest run that shows it gives gold and grading. */
struct whole {
	struct attempt_row attempt;
	struct run_row run;
	struct case_row row;
	const char *variant;
	struct score_row *scores;
	size_t score_count;
	struct call_row *calls;
	size_t call_count;
	struct retrieval_row retrieval;
	bool has_retrieval;
	struct label_row *labels;
	size_t label_count;
	bool has_case;
};

/* The latest run with this variant version and input. */
static bool run_showing(struct store *store, struct arena *arena, struct whole *whole, struct error *error)
{
	struct run_row *runs;
	size_t count;
	if (!run_list(store, 0, 1000, arena, &runs, &count, error))
		return false;
	for (size_t r = 0; r < count; r++)
		for (size_t v = 0; v < runs[r].variant_count; v++) {
			if (runs[r].variants[v].version != whole->attempt.key.variant_version)
				continue;
			whole->variant = runs[r].variants[v].name;
			if (!case_by_input(
				    store, runs[r].test_set, whole->attempt.key.input, arena, &whole->row, &whole->has_case, error))
				return false;
			whole->run = runs[r];
			if (whole->has_case)
				return true;
		}
	return true;
}

static bool whole_read(struct store *store, long long id, struct arena *arena, struct whole *whole, struct error *error)
{
	bool found;
	*whole = (struct whole){0};
	if (!attempt_get(store, id, arena, &whole->attempt, &found, error) || !run_showing(store, arena, whole, error))
		return false;
	return (!whole->has_case || score_list(store, id, whole->run.grading, whole->row.gold_id, arena, &whole->scores,
					    &whole->score_count, error)) &&
	       call_list(store, whole->attempt.key, arena, &whole->calls, &whole->call_count, error) &&
	       retrieval_get(store, id, arena, &whole->retrieval, &whole->has_retrieval, error) &&
	       label_list(store, id, arena, &whole->labels, &whole->label_count, error);
}

/* ---- as text ----------------------------------------------------------------------------------------------------------------- */

static void part_say(const char *title, struct text body)
{
	if (!body.data)
		return;
	say(stdout, "\n-- %s\n", title);
	say_text(stdout, body);
	say(stdout, "\n");
}

static void prompt_say(struct text prompt)
{
	struct error ignored;
	JSON_OWNED *messages = prompt.data ? json_parse(prompt, &ignored) : NULL;
	json_t *message;
	size_t i;
	json_array_foreach(messages, i, message)
	{
		CLEANUP(buffer_release) struct buffer title = BUFFER_EMPTY;
		buffer_format(&title, "prompt, %s", json_string_or(message, "role", "?"));
		part_say(buffer_string(&title), json_text(json_object_get(message, "content")));
		if (json_object_get(message, "tool_calls")) {
			CLEANUP(buffer_release) struct buffer calls = BUFFER_EMPTY;
			json_compact(json_object_get(message, "tool_calls"), &calls);
			part_say("prompt, tools called", buffer_text(&calls));
		}
	}
}

static void passages_say(const struct whole *whole)
{
	if (!whole->has_retrieval)
		return;
	say(stdout, "\n-- passages from %s\n", whole->retrieval.corpus);
	for (size_t i = 0; i < whole->retrieval.count; i++) {
		const struct retrieved_row *item = &whole->retrieval.items[i];
		say(stdout, "%d. %s (score %.3f%s%s)\n", item->rank, item->key, item->score, item->number ? ", in the prompt" : "",
			item->cited ? ", cited" : "");
	}
}

static void scores_say(const struct whole *whole)
{
	if (whole->score_count)
		say(stdout, "\n-- scores\n");
	for (size_t i = 0; i < whole->score_count; i++) {
		const struct score_row *score = &whole->scores[i];
		say(stdout, "%s %s %.3f%s", score->passed ? "pass" : "FAIL", score->name, score->value,
			score->weight == 0 ? " (informs only)" : "");
		if (score->reason.length) {
			say(stdout, ": ");
			say_text(stdout, score->reason);
		}
		say(stdout, "\n");
	}
}

/* "19 tokens in (4 cached, 3 written to the cache), 10 out (6 reasoning), $0.00012", as far as it is known. */
static void usage_say(const struct command_line *line, const struct usage *usage)
{
	char cached[64] = "", written[64] = "";
	if (usage->cached > 0)
		snprintf(cached, sizeof cached, "%lld cached", usage->cached);
	if (usage->written > 0)
		snprintf(written, sizeof written, "%s%lld written to the cache", *cached ? ", " : "", usage->written);
	if (usage->input != UNKNOWN)
		say(stdout, ", %lld tokens in", usage->input);
	if (*cached || *written)
		say(stdout, " (%s%s)", cached, written);
	if (usage->output != UNKNOWN)
		say(stdout, ", %lld out", usage->output);
	if (usage->reasoning > 0)
		say(stdout, " (%lld reasoning)", usage->reasoning);
	if (usage->cost != UNKNOWN)
		say(stdout, ", %s", cost_format(line->arena, usage->cost));
}

/* When the first token came: only a stream tells. */
static int64_t first_token(const struct call_row *call)
{
	return stream_looks(call->response) ? call->first_byte : UNKNOWN;
}

static void calls_say(const struct command_line *line, const struct whole *whole)
{
	if (whole->call_count)
		say(stdout, "\n-- calls\n");
	for (size_t i = 0; i < whole->call_count; i++) {
		const struct call_row *call = &whole->calls[i];
		say(stdout, "try %d, %s, %s from %s", call->try, call->purpose, call->class[0] ? call->class : "no answer known",
			call->source);
		if (call->status)
			say(stdout, ", HTTP %d", call->status);
		if (call->latency != UNKNOWN)
			say(stdout, ", %s", duration_format(line->arena, (double)call->latency / 1e6));
		if (first_token(call) != UNKNOWN)
			say(stdout, ", first token after %s", duration_format(line->arena, (double)first_token(call) / 1e6));
		usage_say(line, &call->usage);
		say(stdout, call->message ? ": %s\n" : "\n", call->message);
	}
}

static void labels_say(const struct whole *whole)
{
	for (size_t i = 0; i < whole->label_count; i++) {
		const struct label_row *label = &whole->labels[i];
		char when[CLOCK_ISO];
		clock_iso(label->created_at, when);
		say(stdout, "label: %s %s by %s %s%s%s%s%s (%s)\n", label->mode, label->act, label->source, label->author,
			label->evidence ? ": " : "", label->evidence ? label->evidence : "", label->note ? ": " : "",
			label->note ? label->note : "", when);
	}
}

static void whole_say(const struct command_line *line, const struct whole *whole)
{
	const struct attempt_row *attempt = &whole->attempt;
	say(stdout, "attempt %lld: case %s, variant %s@%lld, repeat %d\n", attempt->id, whole->has_case ? whole->row.id : "?",
		whole->variant ? whole->variant : "?", whole->run.id, attempt->key.repeat);
	say(stdout, "state: %s (%s)%s%s%s%s\n", attempt_state_name(attempt->state), attempt->class, attempt->message ? ": " : "",
		attempt->message ? attempt->message : "", attempt->routed_to ? ", routed to " : "",
		attempt->routed_to ? attempt->routed_to : "");
	labels_say(whole);
	if (whole->has_case)
		part_say("expected", whole->row.expected);
	prompt_say(attempt->prompt);
	passages_say(whole);
	part_say("reasoning", attempt->reasoning);
	part_say("output", attempt->output);
	part_say("answer taken from it", attempt->extracted);
	scores_say(whole);
	calls_say(line, whole);
}

/* ---- as JSON ------------------------------------------------------------------------------------------------------- */

static json_t *text_or_null(struct text text)
{
	return text.data ? json_from_text(text) : json_null();
}

static json_t *json_or_null(struct text text)
{
	struct error ignored;
	json_t *value = text.data ? json_parse(text, &ignored) : NULL;
	return value ? value : json_null();
}

static json_t *known(long long number)
{
	return number == UNKNOWN ? json_null() : json_integer(number);
}

static json_t *scores_record(const struct whole *whole)
{
	json_t *list = json_array();
	for (size_t i = 0; i < whole->score_count; i++)
		json_array_append_new(list, json_pack("{s:s, s:f, s:b, s:f, s:o, s:o}", "scorer", whole->scores[i].name, "value",
						    whole->scores[i].value, "passed", whole->scores[i].passed, "weight",
						    whole->scores[i].weight, "reason", text_or_null(whole->scores[i].reason),
						    "extracted", text_or_null(whole->scores[i].extracted)));
	return list;
}

static json_t *passages_record(const struct whole *whole)
{
	json_t *list = json_array();
	for (size_t i = 0; i < whole->retrieval.count; i++) {
		const struct retrieved_row *item = &whole->retrieval.items[i];
		json_array_append_new(list, json_pack("{s:i, s:s, s:s, s:f, s:b, s:b, s:o}", "rank", item->rank, "id", item->key,
						    "title", item->title, "score", item->score, "in_prompt", item->number > 0,
						    "cited", item->cited, "text", text_or_null(item->body)));
	}
	return list;
}

static json_t *dollars(long long picodollars)
{
	return picodollars == UNKNOWN ? json_null() : json_real((double)picodollars / 1e12);
}

static void usage_record(json_t *record, const struct call_row *call)
{
	const struct usage *usage = &call->usage;
	json_object_set_new(record, "first_token_us", known(first_token(call)));
	json_object_set_new(record, "cached_tokens", known(usage->cached));
	json_object_set_new(record, "cache_written_tokens", known(usage->written));
	json_object_set_new(record, "reasoning_tokens", known(usage->reasoning));
	json_object_set_new(record, "cost_usd", dollars(usage->cost));
}

static json_t *labels_record(const struct whole *whole)
{
	json_t *list = json_array();
	for (size_t i = 0; i < whole->label_count; i++) {
		const struct label_row *label = &whole->labels[i];
		char when[CLOCK_ISO];
		clock_iso(label->created_at, when);
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:s, s:s*, s:s*, s:s}", "mode", label->mode, "act", label->act, "source", label->source,
				"author", label->author, "note", label->note, "evidence", label->evidence, "at", when));
	}
	return list;
}

static json_t *calls_record(const struct whole *whole)
{
	json_t *list = json_array();
	for (size_t i = 0; i < whole->call_count; i++) {
		const struct call_row *call = &whole->calls[i];
		json_t *record = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s*, s:i, s:o, s:o, s:o}", "try", call->try, "purpose",
			call->purpose, "source", call->source, "state", call->state, "class", call->class, "message", call->message,
			"status", call->status, "latency_us", known(call->latency), "input_tokens", known(call->usage.input),
			"output_tokens", known(call->usage.output));
		usage_record(record, call);
		json_object_set_new(record, "request", json_or_null(call->request));
		json_object_set_new(record, "response", text_or_null(call->response));
		json_array_append_new(list, record);
	}
	return list;
}

static void whole_record(const struct whole *whole)
{
	const struct attempt_row *attempt = &whole->attempt;
	say_json(json_pack("{s:s, s:I, s:s*, s:s*, s:I, s:i, s:s, s:s, s:s*, s:s*, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"type", "attempt", "attempt", (json_int_t)attempt->id, "case", whole->row.id, "variant", whole->variant, "run",
		(json_int_t)whole->run.id, "repeat", attempt->key.repeat, "state", attempt_state_name(attempt->state), "class",
		attempt->class, "message", attempt->message, "routed_to", attempt->routed_to, "vars", json_or_null(whole->row.vars),
		"expected", json_or_null(whole->row.expected), "prompt", json_or_null(attempt->prompt), "output",
		text_or_null(attempt->output), "reasoning", text_or_null(attempt->reasoning), "extracted",
		text_or_null(attempt->extracted), "scores", scores_record(whole), "passages", passages_record(whole), "calls",
		calls_record(whole), "labels", labels_record(whole)));
}

bool attempt_say(const struct command_line *line, struct store *store, long long attempt, struct error *error)
{
	struct whole whole;
	if (!whole_read(store, attempt, line->arena, &whole, error))
		return false;
	if (line->json)
		whole_record(&whole);
	else
		whole_say(line, &whole);
	return true;
}

/* The request of a call as it went out: "POST http://…" of one over HTTP, the line that a program was given. False: it was none of them. */
static bool request_of(const struct call_row *call, const struct model *model, struct arena *arena, struct request *ret)
{
	const char *space = call->method_url ? strchr(call->method_url, ' ') : NULL;
	*ret = (struct request){.body = call->request};
	if (strcmp(call->source, "recorded") == 0 || !call->request.data || (model->api->kind == API_HTTP && !space))
		return false;
	if (model->api->kind == API_HTTP) {
		ret->method = arena_format(arena, "%.*s", (int)(space - call->method_url), call->method_url);
		ret->url = space + 1;
		ret->headers = request_headers(model, arena);
	}
	return true;
}

bool attempt_curl_say(const struct command_line *line, const struct opened *opened, long long attempt, struct error *error)
{
	struct whole whole;
	if (!whole_read(opened->store, attempt, line->arena, &whole, error))
		return false;
	for (size_t i = whole.call_count; i-- > 0;) {
		const struct call_row *call = &whole.calls[i];
		const struct model *model = project_model(opened->project, call->model);
		struct request request;
		if (!model)
			return error_set(error, ERROR_USAGE, "the project has no model `%s` any more", call->model);
		if (!request_of(call, model, line->arena, &request))
			continue;
		say(stdout, "%s\n", request_curl(model, &request, line->arena));
		return true;
	}
	return error_set(error, ERROR_USAGE, "attempt %lld made no request", attempt);
}
