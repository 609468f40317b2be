#include "tui/run_execute.h"
#include "eval/base/secret.h"
#include "eval/model/recorded.h"
#include "eval/store/recorded.h"
#include "reports/format.h"
#include "tui/run_show.h"
#include <signal.h>
#include <stdlib.h>

struct running {
	struct loop *loop;
	struct runner *runner;
	struct progress_show *show;
	int interrupts;
};

static void run_progressed(void *data, const struct run_progress *progress)
{
	struct running *running = data;
	progress_show_update(running->show, progress);
	if (progress->finished)
		loop_stop(running->loop);
}

/* Once: what is in flight is finished. Twice: at once. */
static void run_interrupted(void *data, int signal)
{
	struct running *running = data;
	runner_stop(running->runner, ++running->interrupts > 1 || signal == SIGTERM);
}

/* The progress goes on while calls take long. */
static void run_beat(void *data)
{
	struct running *running = data;
	progress_show_update(running->show, runner_progress(running->runner));
	loop_after(running->loop, 500000, run_beat, running);
}

void run_skipped_say(const struct command_line *line, const struct plan *plan)
{
	if (plan->skipped)
		say(stdout, "%s bad rows of the test set were left out; they are recorded in the database\n",
			count_format(line->arena, plan->skipped));
	if (plan->skipped_outputs)
		say(stdout, "%s bad rows of recorded outputs were left out\n", count_format(line->arena, plan->skipped_outputs));
}

/* Asked anew before, and without an answer since: what was said earlier is not taken in its place. */
void run_anew_say(const struct command_line *line, const struct plan *plan)
{
	if (plan->anew && !plan->options.no_cache && !plan->options.refresh_count)
		say(stdout, "%s attempts were still to be asked anew since an earlier --refresh or --no-cache\n",
			count_format(line->arena, plan->anew));
}

/* Cases that nothing judges count as not passed, which must not look like a bad model. */
void run_unjudged_say(const struct project *project)
{
	size_t count = project->scorers.count;
	const struct variant *unused = project_verdicts_unused(project);
	if (unused)
		say(stdout, "the verdicts that come with the outputs of variant %s are used by no scorer: `- verdict` among the scorers takes them\n",
			unused->name);
	for (size_t i = 0; i < project->variant_count; i++)
		count += project->variants[i]->scorers.count;
	if (!count)
		say(stdout,
			"the project has no scorers: only cases with `scorers` of their own are judged, all others count as not "
			"passed (`lever show scorers` lists them; `verdict` takes what recorded outputs bring along)\n");
}

void run_keys_say(void)
{
	const char *variable;
	if (getenv("SSLKEYLOGFILE")) {
		say(stderr, "lever: SSLKEYLOGFILE is ignored: whoever reads that file could read the keys on their way\n");
		unsetenv("SSLKEYLOGFILE");
	}
	for (size_t i = 0; (variable = secret_short(i)); i++)
		say(stderr, "lever: the key in %s has fewer than %d characters: wherever they stand in an answer, [redacted:%s] stands instead\n",
			variable, SECRET_SAFE, variable);
}

/* ---- after ---------------------------------------------------------------------------------------------------------------------
 */

/* Actual against estimate: how far off was what `--dry-run` would have told before. */
static void guess_say(const struct command_line *line, const struct run_progress *progress)
{
	if (!progress->calls || !progress->guessed || progress->guessed_unknown || progress->unknown_cost || progress->lost)
		return;
	double share = 100.0 * (double)(progress->cost - progress->guessed) / (double)progress->guessed;
	say(stdout, "; %s %s before (%+.0f %%)", progress->guessed_measured ? "estimated at" : "estimated at most",
		cost_format(line->arena, progress->guessed), share);
}

/* What was spent: a call whose cost nobody knows is not free, it counts at its worst. */
static const char *spent_words(struct arena *arena, const struct run_progress *progress)
{
	long long calls = progress->lost + progress->unknown_cost;
	if (calls && progress->unknown_at_most == UNKNOWN && !progress->cost)
		return "an unknown amount (no price)";
	const char *cost = cost_format(arena, progress->cost);
	if (!calls)
		return cost;
	const char *most = progress->unknown_at_most == UNKNOWN ? "an unknown amount"
								 : arena_format(arena, "up to %s", cost_format(arena, progress->unknown_at_most)),
		   *why = !progress->unknown_cost ? "answer was lost" : !progress->lost ? "cost is not known" : "answer or cost is not known";
	return arena_format(arena, "%s and %s for %s call%s whose %s", cost, most, count_format(arena, calls), calls == 1 ? "" : "s", why);
}

static void made_say(struct arena *arena, const struct run_progress *progress)
{
	say(stdout, "%s attempts made", count_format(arena, progress->done - progress->rescored - progress->cancelled));
	if (progress->cancelled)
		say(stdout, ", %s not asked or broken off", count_format(arena, progress->cancelled));
	if (progress->rescored)
		say(stdout, ", %s scored anew", count_format(arena, progress->rescored));
	say(stdout, ", %s were stored already", count_format(arena, progress->stored));
}

static void ended_say(const struct command_line *line, const struct plan *plan, const struct run_progress *progress)
{
	struct arena *arena = line->arena;
	if (line->json) {
		say_json(json_pack("{s:s, s:I, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:I, s:o, s:s, s:I, s:o}",
			"type", "run", "run", (json_int_t)plan->run, "new", plan->new_run, "planned", (json_int_t)progress->planned,
			"stored", (json_int_t)progress->stored, "made",
			(json_int_t)(progress->done - progress->rescored - progress->cancelled), "cancelled",
			(json_int_t)progress->cancelled,
			"rescored", (json_int_t)progress->rescored, "passed", (json_int_t)progress->passed, "failed",
			(json_int_t)progress->failed, "errors", (json_int_t)progress->errors, "left", (json_int_t)progress->left,
			"calls", (json_int_t)progress->calls, "batched", (json_int_t)progress->batched,
			"waiting", (json_int_t)progress->waits, "cached", (json_int_t)progress->cached, "replayed",
			(json_int_t)progress->replayed, "spent_usd", (double)progress->cost / 1e12, "unknown_cost_calls",
			(json_int_t)progress->unknown_cost, "estimated_usd",
			progress->guessed_unknown ? json_null() : json_real((double)progress->guessed / 1e12), "estimated_from",
			progress->guessed_measured ? "measured" : "limit", "lost_calls", (json_int_t)progress->lost, "unknown_usd_at_most",
			progress->unknown_at_most == UNKNOWN ? json_null() : json_real((double)progress->unknown_at_most / 1e12)));
		return;
	}
	say(stdout, "run %lld of %s: ", plan->run, plan->project->name);
	if (!progress->done && !progress->left && !progress->stopping)
		say(stdout, "nothing to do, %s attempts are stored", count_format(arena, progress->stored));
	else
		made_say(arena, progress);
	say(stdout, "; %s calls made", count_format(arena, progress->calls));
	if (progress->batched)
		say(stdout, ", %s put into batches at half the price", count_format(arena, progress->batched));
	if (progress->cached)
		say(stdout, ", %s answered from the cache", count_format(arena, progress->cached));
	if (progress->replayed)
		say(stdout, ", %s replayed from the cassette", count_format(arena, progress->replayed));
	if (progress->calls)
		say(stdout, ", spent %s", spent_words(arena, progress));
	guess_say(line, progress);
	say(stdout, "\n");
	run_anew_say(line, plan);
	run_skipped_say(line, plan);
	run_unjudged_say(plan->project);
	say(stdout, "\n");
}

/* What the servers could take, where that was less than was allowed. */
static void pace_say(const struct command_line *line, const struct runner *runner)
{
	const char *words;
	for (size_t i = 0; (words = runner_pace(runner, i, line->arena)); i++) {
		if (!*words)
			continue;
		if (line->json)
			say_json(json_pack("{s:s, s:o}", "type", "pace", "words", json_from_text(text_of(words))));
		else
			say(stdout, "pace at %s\n", words);
	}
}

static void reason_say(const struct command_line *line, const char *type, const char *words, const char *then)
{
	if (*words && line->json)
		say_json(json_pack("{s:s, s:o}", "type", type, "words", json_from_text(text_of(words))));
	else if (*words)
		say(stderr, "lever: %s%s\n", words, then);
}

/* Why not all was asked. */
static void closed_say(const struct command_line *line, const struct runner *runner)
{
	const char *words;
	for (size_t i = 0; (words = runner_closed(runner, i)); i++)
		reason_say(line, "closed", words, "; run again then");
	for (size_t i = 0; (words = runner_down(runner, i)); i++)
		if (runner_progress(runner)->left)
			reason_say(line, "down", words, "");
}

/* Outputs that answer no case beside cases without an output: most often ids that are written otherwise. */
static void strangers_say(const struct command_line *line, const struct plan *plan)
{
	const struct project *project = plan->project;
	for (size_t i = 0; i < project->model_count; i++) {
		const struct model *model = project->models[i];
		const struct recorded_config *config = model->api->kind == API_RECORDED ? model->config : NULL;
		struct recorded_extra extra;
		struct error ignored;
		if (config && config->row && recorded_extra_find(plan->store, config->row, plan->test_set, line->arena, &extra, &ignored) &&
			extra.count)
			say(stderr, "lever: %lld of %lld outputs of %s in %s answer no case (the first is `%s`): are the ids those of the cases?\n",
				extra.count, extra.all, model->name, config->file, extra.first);
	}
}

void run_waits_say(long long waits)
{
	if (waits > 0)
		say(stderr, "lever: %lld attempts wait in a batch; `lever run` collects what has ended\n", waits);
}

static int status_of(const struct command_line *line, const struct plan *plan, const struct running *running,
	const struct run_progress *progress)
{
	bool anew = plan->options.no_cache || plan->options.refresh_count; /* asked once more, what is answered by now is asked again */
	const char *again = anew ? "`lever run` without --refresh and --no-cache" : "the same command";
	const struct error *broken = runner_error(running->runner);
	if (broken->kind != ERROR_NONE)
		return command_fail(line, broken);
	long long open = progress->errors + progress->left - progress->waits;
	if (open)
		say(stderr, "lever: %lld attempts have no answer yet%s%s; %s tries them again\n", open, progress->last_error ? "; " : "",
			progress->last_error ? progress->last_error : "", again);
	if (open) {
		strangers_say(line, plan);
		closed_say(line, running->runner);
	}
	long long next;
	if (runner_budget_reached(running->runner, &next)) {
		say(stderr, "lever: the budget is used up: spent %s%s%s; %s goes on with a new one\n",
			spent_words(line->arena, progress),
			progress->batched ? ", the rest set aside for what was put into batches" : "",
			next ? arena_format(line->arena, ", and the next call can cost %s", cost_format(line->arena, next)) : "", again);
		return 3;
	}
	if (running->interrupts) {
		say(stderr, "lever: interrupted; %s goes on where this one stopped\n", again);
		return 130;
	}
	return open || progress->waits ? 3 : 0;
}

int run_execute(const struct command_line *line, struct plan *plan, bool compare, struct run_end *ret)
{
	struct running running = {.loop = loop_create(), .show = progress_show_create(option_given(line, "quiet"))};
	struct error error = {0};
	for (int i = 0; i < 2; i++)
		loop_on_signal(running.loop, i ? SIGTERM : SIGINT, run_interrupted, &running);
	running.runner = runner_start(running.loop, plan, run_progressed, &running, &error);
	*ret = (struct run_end){0};
	if (!running.runner)
		return command_fail(line, &error);
	loop_after(running.loop, 500000, run_beat, &running);
	loop_run(running.loop);
	const struct run_progress *progress = runner_progress(running.runner);
	bool broken = runner_error(running.runner)->kind != ERROR_NONE;
	if (!broken) {
		ended_say(line, plan, progress);
		pace_say(line, running.runner);
	}
	bool shown = broken || !compare || comparison_say(line, plan->store, plan->run, &error);
	fflush(stdout);
	int status = status_of(line, plan, &running, progress);
	if (!shown && status == 0)
		status = command_fail(line, &error);
	bool known = progress->unknown_at_most != UNKNOWN;
	*ret = (struct run_end){progress->waits, known ? progress->cost + progress->unknown_at_most : UNKNOWN};
	runner_free(running.runner);
	progress_show_free(running.show);
	loop_free(running.loop);
	return status;
}
