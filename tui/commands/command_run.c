#include "eval/base/clock.h"
#include "reports/format.h"
#include "eval/run/batches.h"
#include "eval/run/budget.h"
#include "tui/commands/project_open.h"
#include "tui/run_execute.h"
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static const struct command_option options[] = {
	{"variant", 'v', "NAME", "only these variants (a list with commas)"},
	{"filter", 'f', "FILTER", "only cases that match, as \"tag:billing -tag:easy\""},
	{"limit", 'n', "N", "a seeded sample of N cases, stratified by tag; 100 contains 50"},
	{"repeat", 'r', "N", "how often each case is asked"},
	{"concurrency", 'c', "N", "calls in flight at most"},
	{"budget", 0, "USD", "start no call that could pass this sum, those in flight counted at their worst; exit status 3, resumable"},
	{"batch", 0, NULL, "hand the calls in as batches, at half the price, and leave; `lever run` collects them"},
	{"dry-run", 0, NULL, "say what would be done, called and paid, and do nothing"},
	{"rescore", 0, NULL, "score what is stored with the scorers as they are now; no call"},
	{"record", 0, "FILE", "call, and write every exchange to a cassette"},
	{"replay", 0, "FILE", "answer from a cassette; what is not on it fails"},
	{"live", 0, NULL, "call although the project has a cassette"},
	{"no-cache", 0, NULL, "ask all anew that is selected, as --refresh does"},
	{"refresh", 0, "NAMES",
		"make the calls of these variants again and take the new answers (the old ones stay as calls); what gets none "
				    "stays open for the next `lever run`"},
	{"skip-bad", 0, NULL, "leave bad rows of the test set out, record them, run the rest"},
	{"quiet", 'q', NULL, "no progress on stderr"},
	{NULL},
};

static bool options_fill(const struct command_line *line, struct run_options *ret, struct error *error)
{
	*ret = (struct run_options){.filter = option_value(line, "filter"),
		.record = option_value(line, "record"),
		.replay = option_value(line, "replay"),
		.live = option_given(line, "live"),
		.no_cache = option_given(line, "no-cache"),
		.skip_bad = option_given(line, "skip-bad"),
		.rescore = option_given(line, "rescore"),
		.dry = option_given(line, "dry-run"),
		.batch = option_given(line, "batch"),
		.began = clock_wall(),
		.slice = 100000};
	if (option_value(line, "variant"))
		ret->variants = names_split(line->arena, option_value(line, "variant"), &ret->variant_count);
	if (option_value(line, "refresh"))
		ret->refresh = names_split(line->arena, option_value(line, "refresh"), &ret->refresh_count);
	if (ret->record && ret->replay)
		return error_set(error, ERROR_USAGE, "--record and --replay exclude each other");
	return option_integer(line, "limit", 1, 1000000000, &ret->limit, error) &&
	       option_integer(line, "repeat", 1, 1000, &ret->repeats, error) &&
	       option_integer(line, "concurrency", 1, 4096, &ret->concurrency, error);
}

/* A key that is not there fails every call of its model: told on stderr, where the run itself would tell it. */
static void keys_missing_say(const struct plan *plan, const struct plan_estimate *estimate)
{
	const struct project *project = plan->project;
	for (size_t m = 0; m < project->model_count; m++) {
		const char *variable = model_key_missing(project->models[m]);
		bool asked = false;
		for (size_t i = 0; variable && i < plan->variant_count; i++)
			asked |= estimate->variants[i].calls && variant_asks(plan->variants[i].variant, project->models[m]);
		if (asked)
			say(stderr, "lever: the environment variable %s, which holds a key of model %s, is not set: its calls would fail\n",
				variable, project->models[m]->name);
	}
}

/* ---- before: what would be done --------------------------------------------------------------------------------------------- */

static int dry_run_say(const struct command_line *line, struct plan *plan)
{
	struct plan_estimate estimate;
	struct error error = {0};
	if (!plan_estimate(plan, line->arena, &estimate, &error))
		return command_fail(line, &error);
	keys_missing_say(plan, &estimate);
	if (line->json) {
		say_json(json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s*, s:I, s:o, s:o}", "type", "estimate", "attempts",
			(json_int_t)estimate.attempts, "stored", (json_int_t)estimate.stored, "calls", (json_int_t)estimate.calls,
			"cached", (json_int_t)estimate.cached, "replayed", (json_int_t)estimate.replayed, "misses",
			(json_int_t)estimate.misses, "waiting", (json_int_t)estimate.waiting,
			 "more", (json_int_t)estimate.more, "failing", (json_int_t)estimate.failing, "failure", estimate.failure,
			"skipped", (json_int_t)plan->skipped, "cost_usd_at_most",
			estimate.cost == UNKNOWN ? json_null() : json_real((double)estimate.cost / 1e12), "cost_usd_likely",
			!estimate.measured || estimate.likely == UNKNOWN ? json_null() : json_real((double)estimate.likely / 1e12)));
		return 0;
	}
	static const char *const heads[] = {"variant", "to do", "stored", "calls", "likely", "cost at most"};
	static const bool right[] = {false, true, true, true, true, true};
	struct say_table *table = say_table_create(line->arena, heads, right, COUNT(heads));
	for (size_t i = 0; i < plan->variant_count; i++) {
		const char *cells[] = {estimate.variants[i].name, count_format(line->arena, estimate.variants[i].attempts),
			count_format(line->arena, estimate.variants[i].stored),
			count_format(line->arena, estimate.variants[i].calls),
			estimate.variants[i].calls && !estimate.variants[i].measured
				? "not measured"
				: cost_format(line->arena, estimate.variants[i].likely),
			cost_format(line->arena, estimate.variants[i].cost)};
		if (plan->variants[i].selected)
			say_table_row(table, cells);
	}
	say_table_print(table, stdout, stdout_width());
	say(stdout,
		"\n%s attempts to make, %s stored; %s calls (%s more ask the same or are in the cache, %s are on the cassette), about %s prompt "
		"tokens, at most %s\n",
		count_format(line->arena, estimate.attempts), count_format(line->arena, estimate.stored),
		count_format(line->arena, estimate.calls), count_format(line->arena, estimate.cached),
		count_format(line->arena, estimate.replayed), count_format(line->arena, estimate.input_tokens),
		estimate.cost == UNKNOWN ? "an unknown price (no `price:` or no `max_tokens`)"
					 : cost_format(line->arena, estimate.cost));
	if (estimate.measured && estimate.likely != UNKNOWN)
		say(stdout, "likely %s, if answers are as long as those measured so far (%s of the calls)\n",
			cost_format(line->arena, estimate.likely), count_format(line->arena, estimate.measured));
	if (estimate.more)
		say(stdout, "up to %s more calls in rounds of tools are in the sum; what tools answer is not\n",
			count_format(line->arena, estimate.more));
	if (estimate.waiting)
		say(stdout, "%s more wait in a batch\n", count_format(line->arena, estimate.waiting));
	if (plan->options.batch)
		say(stdout, "the price is that of batches: half\n");
	if (estimate.misses)
		say(stdout, "%s requests are not on the cassette and would fail\n", count_format(line->arena, estimate.misses));
	if (estimate.failing)
		say(stdout, "%s attempts would have no answer; the first: %s\n", count_format(line->arena, estimate.failing),
			estimate.failure ? estimate.failure : "");
	run_anew_say(line, plan);
	run_skipped_say(line, plan);
	run_unjudged_say(plan->project);
	return 0;
}

/* ---- batches: collected before, handed in after ----------------------------------------------------------------------------- */

/* What is said of each batch, and how many requests failed with theirs. */
struct batches_said {
	const struct command_line *line;
	long long failed;
};

static void batch_say(void *data, const struct batch_news *news)
{
	struct batches_said *said = data;
	const struct command_line *line = said->line;
	said->failed += news->failed;
	if (line->json) {
		say_json(json_pack("{s:s, s:I, s:s, s:s*, s:s, s:I, s:I, s:I, s:o, s:o}", "type", "batch", "batch",
			(json_int_t)news->batch, "model", news->model, "id", news->remote, "state", news->state, "requests",
			(json_int_t)news->requests, "answered", (json_int_t)news->answered, "failed", (json_int_t)news->failed,
			"spent_usd", news->cost == UNKNOWN ? json_null() : json_real((double)news->cost / 1e12), "words",
			json_from_text(text_of(news->words))));
		return;
	}
	say(stdout, "batch %lld of model %s%s%s%s: %s", news->batch, news->model, news->remote ? " (" : "",
		news->remote ? news->remote : "", news->remote ? ")" : "", news->words);
	if (news->answered)
		say(stdout, ", %s at half the price",
			news->cost == UNKNOWN ? "an unknown amount (no price)" : cost_format(line->arena, news->cost));
	say(stdout, "\n");
}

static bool batches_wanted(const struct run_options *chosen)
{
	return !chosen->dry && !chosen->rescore && !chosen->replay;
}

/* The run between collecting and handing in. */
static int run_with_batches(const struct command_line *line, struct plan *plan)
{
	struct batches_said said = {.line = line};
	struct error error = {0};
	struct run_end end;
	int status = run_execute(line, plan, true, &end);
	bool whole = status == 0 || status == 3;
	if (whole && batches_wanted(&plan->options) && !batches_send(plan->project, plan->store, batch_say, &said, &error))
		return command_fail(line, &error);
	if (said.failed)
		say(stderr, "lever: %lld requests were not taken; the next run asks them anew\n", said.failed);
	run_waits_say(end.waits - said.failed);
	return status;
}

static int run(const struct command_line *line)
{
	CLEANUP(project_close) struct opened opened = {0};
	struct error_list errors = ERROR_LIST_EMPTY;
	struct run_options run_options;
	struct error error = {0};
	int status;
	if (line->argument_count)
		error_set(&error, ERROR_USAGE, "`run` takes no arguments; name variants with --variant");
	if (error.kind || !options_fill(line, &run_options, &error))
		return command_fail(line, &error);
	if (!project_open_run(line, run_options.dry, &opened, &status))
		return status;
	if (batches_wanted(&run_options))
		run_keys_say();
	double dollars = opened.project->budget;
	if (!option_number(line, "budget", 0.000001, 1e6, &dollars, &error))
		return command_fail(line, &error);
	run_options.budget = (long long)(dollars * 1e12);
	struct batches_said said = {.line = line};
	if (batches_wanted(&run_options) && !batches_collect(opened.project, opened.store, batch_say, &said, &error))
		return command_fail(line, &error);
	struct plan *plan = plan_make(opened.project, opened.store, &run_options, &errors);
	if (plan && run_options.budget && !run_options.dry && !plan->replay && !budget_possible(plan, &error))
		status = command_fail(line, &error);
	else if (plan && run_options.batch && !batches_possible(plan, &error))
		status = command_fail(line, &error);
	else if (!plan)
		status = command_fail_all(line, &errors);
	else
		status = option_given(line, "dry-run") ? dry_run_say(line, plan) : run_with_batches(line, plan);
	error_list_release(&errors);
	plan_free(plan);
	return status;
}

const struct command command_run = {
	.name = "run",
	.usage = "",
	.summary = "run what is missing of the test set through the variants, score it, compare",
	.help = "Runs the project's test set through its variants. What was answered before is not asked again: the same command "
		"resumes an\n"
		"interrupted run, retries attempts without an answer, and says so when there is nothing to do. Editing a prompt "
		"makes calls for\n"
		"that variant alone; mending an expected answer makes none.\n\n"
		"  lever run                          everything that is missing\n"
		"  lever run --dry-run                what it would do and cost\n"
		"  lever run -v rag,tuned -n 50       two variants on a sample of 50\n"
		"  lever run --refresh rag            make the calls of one variant again\n"
		"  lever run --record tape.jsonl      keep the exchanges; --replay plays them without a network\n\n"
		"A stored answer is used again when all of this is the same: the project's name of the model, API, address and path, the body but for\n"
		"what only concerns transport (stream, metadata, user, store; of `api: http` nothing is left out), the model's `identity`, and\n"
		"which repeat, sample or probe it is.\n\n"
		"  lever run --batch                  hand the calls in as batches (APIs openai, responses, anthropic)\n\n"
		"Batches cost half and are answered within a day. `lever run`, with --batch or without, first collects those that have ended;\n"
		"their answers are scored and stored as all others, and what a batch could not answer is a row of its class (`expired`,\n"
		"`missing`, `cancelled`, …) that the next run asks anew; files on the server are then deleted. Where an attempt needs several\n"
		"calls one after the other (tools, votes, routes), each takes a round. A budget sets aside half of what the calls can\n"
		"cost at their worst.\n\n"
		"Ctrl-C once finishes what is in flight, twice stops.",
	.options = options,
	.order = 10,
	.run = run,
};
