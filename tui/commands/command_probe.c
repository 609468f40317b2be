#include "eval/advise/probing.h"
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
	size_t told;	  /* reasons that were said */
};

static bool evidence_read(struct probe_run *run, struct evidence **ret, struct error *error)
{
	struct evidence_options wanted = {.base = run->base};
	return evidence_load(run->opened.store, run->opened.project, &wanted, ret, error);
}

static void reasons_say(const struct probe_run *run, const struct probing *probing)
{
	for (size_t i = 0; i < probing->row_count; i++) {
		const struct probing_row *row = &probing->rows[i];
		if (row->reason && *row->reason && row->type->calls && !run->line->json)
			say(stdout, "left out  %-18s %s\n", row->type->name, row->reason);
	}
}

static int dry_say(const struct probe_run *run, struct plan *plan, const struct probing *probing)
{
	struct plan_estimate estimate;
	struct error error = {0};
	if (!plan_estimate(plan, run->line->arena, &estimate, &error))
		return command_fail(run->line, &error);
	for (size_t i = 0; i < plan->variant_count; i++)
		if (plan->variants[i].selected && !run->line->json)
			say(stdout, "probe     %-30s %s attempts, %s calls\n", estimate.variants[i].name,
				count_format(run->line->arena, estimate.variants[i].attempts),
				count_format(run->line->arena, estimate.variants[i].calls));
	if (run->line->json)
		say_json(json_pack("{s:s, s:I, s:I}", "type", "estimate", "attempts", (json_int_t)estimate.attempts, "calls",
			(json_int_t)estimate.calls));
	else
		say(stdout, "%zu failing cases and %zu of %zu passing ones; %s calls, at most %s\n", probing->failing,
			probing->draw_count - probing->failing, probing->passing, count_format(run->line->arena, estimate.calls),
			estimate.cost == UNKNOWN ? "an unknown price" : cost_format(run->line->arena, estimate.cost));
	return 0;
}

/* One stage: derive, run. *more false when nothing new is to be asked. */
static int stage_run(struct probe_run *run, struct evidence *evidence, size_t *asked)
{
	const struct command_line *line = run->line;
	struct error_list errors = ERROR_LIST_EMPTY;
	struct probing probing;
	struct error error = {0};
	if (!probing_plan(evidence, run->opened.project, &run->wanted, line->arena, &probing, &error))
		return command_fail(line, &error);
	bool new = probing.name_count > *asked;
	*asked = probing.name_count;
	if (!new || option_given(line, "dry-run"))
		reasons_say(run, &probing);
	if (!new)
		return 0;
	struct run_options how = {.draws = probing.draws,
		.draw_count = probing.draw_count,
		.variants = probing.names,
		.variant_count = probing.name_count,
		.record = option_value(line, "record"),
		.replay = option_value(line, "replay"),
		.live = option_given(line, "live"),
		.within = evidence->run.id,
		.dry = option_given(line, "dry-run"),
		.slice = 100000};
	int status;
	if (!option_integer(line, "concurrency", 1, 4096, &how.concurrency, &error))
		return command_fail(line, &error);
	if (!how.dry && !how.replay)
		run_keys_say();
	struct plan *plan = plan_make(run->opened.project, run->opened.store, &how, &errors);
	if (!plan)
		status = command_fail_all(line, &errors);
	else
		status = how.dry ? dry_say(run, plan, &probing) : run_execute(line, plan, false, NULL);
	error_list_release(&errors);
	plan_free(plan);
	return status;
}

static void flips_say(const struct command_line *line, const struct evidence *evidence)
{
	struct arena *arena = line->arena;
	if (!line->json)
		say(stdout, "\n%-18s %16s %9s %16s\n", "probe", "failing flipped", "net", "passing broken");
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		if (!arm->probe || arm->steps != 1 || !arm->measured)
			continue;
		struct flip flip = flip_of(evidence, arm);
		if (line->json)
			say_json(json_pack("{s:s, s:s, s:s, s:I, s:I, s:o, s:I, s:I}", "type", "probe", "probe", arm->probe,
				"variant", arm->arm.name, "asked", (json_int_t)flip.asked, "flipped", (json_int_t)flip.flipped,
				"net", isnan(flip.net) ? json_null() : json_real(flip.net), "passing_asked",
				(json_int_t)flip.passing_asked, "broken", (json_int_t)flip.broken));
		else
			say(stdout, "%-18s %7zu of %5zu %9s %7zu of %5zu\n", arm->probe, flip.flipped, flip.asked,
				isnan(flip.net) ? "-" : percent_format(arena, flip.net), flip.broken, flip.passing_asked);
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
	return stored ? stored : status;
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
	if (!project_open(line, STORE_WRITE, &run.opened, &status))
		return status;
	run.wanted.seed = run.opened.project->seed;
	if (!store_lease(run.opened.store, &error))
		status = command_fail(line, &error);
	else
		status = stages_run(&run);
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
