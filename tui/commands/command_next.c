#include "eval/advise/advice.h"
#include "tui/commands/advice_say.h"
#include "tui/commands/options.h"
#include "tui/commands/project_open.h"

static const struct command_option options[] = {
	{"run", 'r', "N", "the run to advise on; the latest by default"},
	{"base", 'b', "VARIANT", "the variant to start from; by default the one that was probed, or that most others start from"},
	{"hide", 0, "NAMES", "leave these variants out of the evidence, then hold the advice against what they measured"},
	{"explain", 'e', NULL, "every rule: which fired, which did not, and why"},
	{NULL},
};

/* Labels and predictions are kept: what was said can be held against what comes of it. */
static bool advice_store(const struct command_line *line, struct store *store, struct evidence *evidence,
	const struct advice *advice, struct error *error)
{
	if (option_value(line, "hide"))
		return true; /* a back-test leaves no trace */
	if (!store_begin(store, error))
		return false;
	if (evidence_label(evidence, store, error) && advice_keep(advice, store, error) && store_commit(store, error))
		return true;
	store_rollback(store);
	return false;
}

static int run(const struct command_line *line)
{
	CLEANUP(project_close) struct opened opened = {0};
	CLEANUP(evidence_release) struct evidence *evidence = NULL;
	struct evidence_options wanted = {.base = option_value(line, "base")};
	struct advice *advice;
	struct error error = {0};
	const char *kept_not;
	int status;
	if (line->argument_count)
		error_set(&error, ERROR_USAGE, "`next` takes no arguments");
	if (error.kind || !option_integer(line, "run", 1, INT64_MAX, &wanted.run, &error))
		return command_fail(line, &error);
	if (option_value(line, "hide"))
		wanted.hidden = names_split(line->arena, option_value(line, "hide"), &wanted.hidden_count);
	if (!project_open_either(line, &opened, &kept_not, &status))
		return status;
	if (!evidence_load(opened.store, opened.project, &wanted, &evidence, &error) ||
		!advice_make(evidence, opened.store, opened.project, line->arena, &advice, &error))
		return command_fail(line, &error);
	if (!kept_not && !advice_store(line, opened.store, evidence, advice, &error)) {
		if (error.kind != ERROR_STORAGE)
			return command_fail(line, &error);
		kept_not = error.message;
	}
	if (kept_not && !option_value(line, "hide"))
		say(stderr, "lever: what is predicted could not be written down (%s): what comes of it will not be held against it\n", kept_not);
	bool explain = option_given(line, "explain");
	if (line->json)
		advice_records(advice, line->arena, explain);
	else
		advice_say(line, advice, opened.project, explain);
	return advice->verdict == VERDICT_NOT_ENOUGH ? 4 : 0;
}

const struct command command_next = {
	.name = "next",
	.usage = "",
	.summary = "which lever to pull next, and the evidence",
	.help = "Says where the project stands on the path from prompts to tuned models, why cases fail, what each lever would "
		"gain over all cases\n"
		"with its 95% interval, what speaks against it, and the experiment that would confirm it. Nothing is called.\n\n"
		"  lever next                         the advice\n"
		"  lever next --explain               every rule, fired or not, and why\n"
		"  lever next --base rag              start from another variant\n"
		"  lever next --hide rag,tuned        back-test: the advice without these, then what they measured\n\n"
		"Exit status: 0 a lever to pull, or good enough; 4 not enough evidence.",
	.options = options,
	.order = 32,
	.run = run,
};
