#include "eval/advise/probing.h"
#include "eval/run/budget.h"
#include "reports/format.h"
#include "tui/commands/project_open.h"
#include "tui/run_execute.h"
#include <math.h>

#define STAGES 3 /* probes wait for what others said at most so often */

static const struct command_option options[] = {
	{"variant", 'v', "NAME", "the base to probe; by default the one that was probed before, or that most variants start from"},
	{"only", 'o', "NAMES", "these probes (a list with commas); by default those that can still change the advice"},
	{"sample", 's', "N", "passing cases asked beside all failing ones: what a lever breaks is seen there; default 30"},
	{"concurrency", 'c', "N", "calls in flight at most"},
	{"budget", 0, "USD", "start no call that could pass this sum, all stages together; exit status 3, resumable"},
	{"dry-run", 0, NULL, "say what would be asked and what it would cost at most"},
	{"record", 0, "FILE", "call, and write every exchange to a cassette"},
	{"replay", 0, "FILE", "answer from a cassette"},
	{"live", 0, NULL, "call although the project has a cassette"},
	{"quiet", 'q', NULL, "no progress on stderr"},
	{NULL},
};

struct probe_run {
	const struct command_line *line;
	struct opened opened;
	struct probing_options wanted;
	const char *base; /* NULL: as the evidence chooses */
	long long budget; /* picodollars left; 0: no limit */
	bool broke;	  /* nothing is left of it */
	bool unanswered;  /* a probe that was asked for by its name is not on the cassette */
};

static bool evidence_read(struct probe_run *run, struct evidence **ret, struct error *error)
{
	struct evidence_options wanted = {.base = run->base, .unsearched = true};
	return evidence_load(run->opened.store, run->opened.project, &wanted, ret, error);
}

static void reasons_say(const struct probe_run *run, const struct probing *probing)
{
	for (size_t i = 0; i < probing->row_count; i++) {
		const struct probing_row *row = &probing->rows[i];
		if (!row->reason || !*row->reason || (!row->type->calls && !run->wanted.only_count))
			continue;
		if (run->line->json)
			say_json(json_pack("{s:s, s:s, s:s}", "type", "left-out", "probe", row->type->name, "reason", row->reason));
		else
			say(stdout, "left out  %-18s %s\n", row->type->name, row->reason);
	}
}

/* The probe that a derived variant waits for; NULL: it is asked at once. */
static const char *waits_for(const struct probing *probing, const char *name)
{
	for (size_t i = 0; i < probing->row_count; i++)
		for (size_t at = probing->rows[i].first; at < probing->rows[i].first + probing->rows[i].count; at++)
			if (strcmp(probing->names[at], name) == 0)
				return probing->rows[i].after;
	return NULL;
}

static void dry_row_say(const struct probe_run *run, const struct estimate_variant *row, const char *after)
{
	struct arena *arena = run->line->arena;
	if (run->line->json)
		say_json(json_pack("{s:s, s:s, s:I, s:I, s:s*}", "type", "plan", "variant", row->name, "attempts",
			(json_int_t)row->attempts, "calls", (json_int_t)row->calls, "after", after));
	else
		say(stdout, "%-9s %-30s %s attempts, %s calls%s\n", after ? "later" : "probe", row->name,
			count_format(arena, row->attempts), count_format(arena, row->calls),
			after ? arena_format(arena, ", if %s flips anything", after) : "");
}

static json_t *dollars_or_null(long long cost)
{
	return cost == UNKNOWN ? json_null() : json_real((double)cost / 1e12);
}

static void dry_sum_say(
	const struct probe_run *run, const struct plan_estimate *estimate, const struct estimate_variant *now, const struct probing *probing)
{
	struct arena *arena = run->line->arena;
	if (run->line->json) {
		say_json(json_pack("{s:s, s:I, s:I, s:o, s:I, s:I, s:o, s:I, s:I, s:I}", "type", "estimate", "attempts",
			(json_int_t)now->attempts, "calls", (json_int_t)now->calls, "cost", dollars_or_null(now->cost), "attempts_later",
			(json_int_t)(estimate->attempts - now->attempts), "calls_later", (json_int_t)(estimate->calls - now->calls),
			"cost_in_all", dollars_or_null(estimate->cost), "failing", (json_int_t)probing->failing, "passing",
			(json_int_t)probing->passing, "passing_drawn", (json_int_t)(probing->draw_count - probing->failing)));
		return;
	}
	say(stdout, "%zu failing cases and %zu of %zu passing ones; %s calls, at most %s\n", probing->failing,
		probing->draw_count - probing->failing, probing->passing, count_format(arena, now->calls),
		now->cost == UNKNOWN ? "an unknown price" : cost_format(arena, now->cost));
	if (estimate->attempts > now->attempts)
		say(stdout, "with those that wait: %s calls, at most %s\n", count_format(arena, estimate->calls),
			estimate->cost == UNKNOWN ? "an unknown price" : cost_format(arena, estimate->cost));
	if (run->budget && estimate->cost != UNKNOWN && estimate->cost > run->budget)
		say(stdout, "the budget of %s may end it before: the same command goes on with a new one\n", cost_format(arena, run->budget));
}

static int dry_say(const struct probe_run *run, struct plan *plan, const struct probing *probing)
{
	struct plan_estimate estimate;
	struct estimate_variant now = {0};
	struct error error = {0};
	if (!plan_estimate(plan, run->line->arena, &estimate, &error))
		return command_fail(run->line, &error);
	for (size_t i = 0; i < plan->variant_count; i++) {
		const struct estimate_variant *row = &estimate.variants[i];
		if (!plan->variants[i].selected)
			continue;
		const char *after = waits_for(probing, row->name);
		dry_row_say(run, row, after);
		if (after)
			continue;
		now.attempts += row->attempts;
		now.calls += row->calls;
		now.cost = now.cost == UNKNOWN || row->cost == UNKNOWN ? UNKNOWN : now.cost + row->cost;
	}
	dry_sum_say(run, &estimate, &now, probing);
	return 0;
}

static bool options_fill(
	const struct probe_run *run, const struct evidence *evidence, const struct probing *probing, struct run_options *ret, struct error *error)
{
	const struct command_line *line = run->line;
	*ret = (struct run_options){.draws = probing->draws,
		.draw_count = probing->draw_count,
		.variants = probing->names,
		.variant_count = probing->name_count,
		.record = option_value(line, "record"),
		.replay = option_value(line, "replay"),
		.live = option_given(line, "live"),
		.within = evidence->run.id,
		.dry = option_given(line, "dry-run"),
		.budget = run->budget,
		.slice = 100000};
	return option_integer(line, "concurrency", 1, 4096, &ret->concurrency, error);
}

/* A cassette answers what was recorded: a probe of which it holds nothing is left out, and the others go on. */
static bool unrecorded_leave_out(struct probe_run *run, struct plan *plan, struct probing *probing, struct error *error)
{
	struct plan_estimate estimate;
	if (!plan_estimate(plan, run->line->arena, &estimate, error))
		return false;
	for (size_t i = 0; i < probing->row_count; i++) {
		struct probing_row *row = &probing->rows[i];
		long long attempts = 0, misses = 0;
		for (size_t at = row->first; at < row->first + row->count; at++)
			for (size_t v = 0; v < plan->variant_count; v++)
				if (strcmp(estimate.variants[v].name, probing->names[at]) == 0) {
					attempts += estimate.variants[v].attempts;
					misses += estimate.variants[v].misses;
				}
		if (!misses || misses < attempts)
			continue;
		probing_leave_out(probing, row, "the cassette holds no answer to it: `lever probe --live` asks the server");
		run->unanswered |= run->wanted.only_count > 0;
	}
	return true;
}

/* What would be asked, looked up before anything is. */
static int cassette_look(struct probe_run *run, const struct evidence *evidence, struct probing *probing)
{
	struct error_list errors = ERROR_LIST_EMPTY;
	struct error error = {0};
	struct run_options how;
	int status = 0;
	bool replays = option_given(run->line, "replay") || (run->opened.project->cassette && !option_given(run->line, "live"));
	if (!probing->name_count || !replays || option_given(run->line, "record"))
		return 0;
	if (!options_fill(run, evidence, probing, &how, &error))
		return command_fail(run->line, &error);
	how.dry = true;
	struct plan *plan = plan_make(run->opened.project, run->opened.store, &how, &errors);
	if (!plan)
		status = command_fail_all(run->line, &errors);
	else if (!unrecorded_leave_out(run, plan, probing, &error))
		status = command_fail(run->line, &error);
	error_list_release(&errors);
	plan_free(plan);
	return status;
}

static int plan_execute(struct probe_run *run, struct plan *plan)
{
	struct error error = {0};
	struct run_end end;
	if (run->budget && !plan->replay && !budget_possible(plan, &error))
		return command_fail(run->line, &error);
	int status = run_execute(run->line, plan, false, &end);
	run_waits_say(end.waits);
	if (run->budget) {
		run->broke = end.spent == UNKNOWN || end.spent >= run->budget;
		run->budget -= run->broke ? 0 : end.spent;
	}
	return status;
}

/* One stage: derive, run. Nothing new is to be asked where *asked stays. */
static int stage_run(struct probe_run *run, struct evidence *evidence, size_t *asked)
{
	const struct command_line *line = run->line;
	struct error_list errors = ERROR_LIST_EMPTY;
	struct run_options how;
	struct probing probing;
	struct error error = {0};
	run->wanted.ahead = option_given(line, "dry-run");
	if (!probing_plan(evidence, run->opened.project, &run->wanted, line->arena, &probing, &error))
		return command_fail(line, &error);
	int status = cassette_look(run, evidence, &probing);
	if (status)
		return status;
	bool new = probing.name_count > *asked;
	*asked = probing.name_count;
	if (!new || option_given(line, "dry-run"))
		reasons_say(run, &probing);
	if (!new)
		return 0;
	if (run->broke) {
		say(stderr, "lever: the budget is used up; the same command goes on with a new one\n");
		return 3;
	}
	if (!options_fill(run, evidence, &probing, &how, &error))
		return command_fail(line, &error);
	if (!how.dry && !how.replay)
		run_keys_say();
	struct plan *plan = plan_make(run->opened.project, run->opened.store, &how, &errors);
	if (!plan)
		status = command_fail_all(line, &errors);
	else
		status = how.dry ? dry_say(run, plan, &probing) : plan_execute(run, plan);
	error_list_release(&errors);
	plan_free(plan);
	return status;
}

static bool is_told(const struct evidence *evidence, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (evidence->arms[i].probe && evidence->arms[i].steps == 1 && evidence->arms[i].measured &&
			strcmp(evidence->arms[i].probe, evidence->arms[at].probe) == 0)
			return true;
	return false;
}

static void flip_record(const struct evidence_arm *arm, const struct flip *flip)
{
	say_json(json_pack("{s:s, s:s, s:s, s:I, s:I, s:o, s:I, s:I}", "type", "probe", "probe", arm->probe, "variant", arm->arm.name,
		"asked", (json_int_t)flip->asked, "flipped", (json_int_t)flip->flipped, "net",
		isnan(flip->net) ? json_null() : json_real(flip->net), "passing_asked", (json_int_t)flip->passing_asked, "broken",
		(json_int_t)flip->broken));
}

/* A probe of several variants, as repeats, is one line; records are by variant. */
static void flips_say(const struct command_line *line, const struct evidence *evidence)
{
	struct arena *arena = line->arena;
	if (!line->json)
		say(stdout, "\n%-18s %16s %9s %16s\n", "probe", "failing flipped", "net", "passing broken");
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		if (!arm->probe || arm->steps != 1 || !arm->measured || (!line->json && is_told(evidence, i)))
			continue;
		struct flip flip = line->json ? flip_of(evidence, arm) : flip_of_probe(evidence, arm->probe);
		if (line->json)
			flip_record(arm, &flip);
		else
			say(stdout, "%-18s %7zu of %5zu %9s %7zu of %5zu%s\n", arm->probe, flip.flipped, flip.asked,
				isnan(flip.net) ? "-" : percent_format(arena, flip.net), flip.broken, flip.passing_asked,
				flip.arms > 1 ? arena_format(arena, "  in %zu rounds", flip.arms) : "");
	}
}

static int labels_store(struct probe_run *run, struct error *error)
{
	CLEANUP(evidence_release) struct evidence *evidence = NULL;
	struct store *store = run->opened.store;
	if (!evidence_read(run, &evidence, error) || !store_begin(store, error))
		return command_fail(run->line, error);
	if (!evidence_label(evidence, store, error) || !store_commit(store, error)) {
		store_rollback(store);
		return command_fail(run->line, error);
	}
	flips_say(run->line, evidence);
	if (!run->line->json)
		say(stdout, "\nnext: lever next\n");
	return 0;
}

static int stages_run(struct probe_run *run)
{
	struct error error = {0};
	size_t asked = 0;
	int status = 0;
	for (int stage = 0; stage < STAGES && status == 0; stage++) {
		CLEANUP(evidence_release) struct evidence *evidence = NULL;
		size_t before = asked;
		if (!evidence_read(run, &evidence, &error))
			return command_fail(run->line, &error);
		run->base = arena_string(run->line->arena, evidence->arms[evidence->base].arm.name);
		status = stage_run(run, evidence, &asked);
		if (asked == before || option_given(run->line, "dry-run"))
			break;
	}
	if (option_given(run->line, "dry-run") || (status != 0 && status != 3))
		return status;
	int stored = labels_store(run, &error);
	return stored ? stored : run->unanswered ? 3 : status;
}

static int run(const struct command_line *line)
{
	struct probe_run run = {.line = line, .base = option_value(line, "variant"), .wanted = {.sample = 30, .seed = 1}};
	struct error error = {0};
	int status;
	if (line->argument_count)
		error_set(&error, ERROR_USAGE, "`probe` takes no arguments; name the base with --variant");
	if (error.kind || !option_integer(line, "sample", 0, 1000000, &run.wanted.sample, &error))
		return command_fail(line, &error);
	if (option_value(line, "only"))
		run.wanted.only = names_split(line->arena, option_value(line, "only"), &run.wanted.only_count);
	if (!project_open_run(line, option_given(line, "dry-run"), &run.opened, &status))
		return status;
	run.wanted.seed = run.opened.project->seed;
	double dollars = run.opened.project->budget;
	bool ready = option_number(line, "budget", 0.000001, 1e6, &dollars, &error);
	run.budget = (long long)(dollars * 1e12);
	status = ready ? stages_run(&run) : command_fail(line, &error);
	project_close(&run.opened);
	return status;
}

const struct command command_probe = {
	.name = "probe",
	.usage = "",
	.summary = "ask failing cases again under one change at a time: why do they fail?",
	.help = "A probe is a re-run of a variant with one thing changed: the gold passages put in, examples shown, steps asked "
		"for, a bigger\n"
		"model, or nothing at all (the placebo). What flips under it, net of the placebo, tells why cases fail. All "
		"failing cases are\n"
		"asked, and a sample of the passing ones, whose chance of being drawn is kept and used in every estimate.\n\n"
		"  lever probe                        what can still change the advice\n"
		"  lever probe --dry-run              what that would be, and cost\n"
		"  lever probe --only placebo,cot     two of them (`lever show probes` lists all)\n\n"
		"Probes stay out of matrix, reports, gates and comparisons. What was asked before is not asked again.",
	.options = options,
	.order = 31,
	.run = run,
};
