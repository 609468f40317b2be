#include "eval/advise/triage.h"
#include "eval/base/file.h"
#include "eval/store/labels.h"
#include "eval/store/triage.h"
#include "reports/format.h"
#include "tui/commands/project_open.h"
#include "tui/commands/triage_session.h"
#include <math.h>

static const struct command_option options[] = {
	{"variant", 'v', "NAME", "whose failures; by default the variant that was probed, or that most others start from"},
	{"run", 'r', "N", "of which run; the latest by default"},
	{"case", 0, "ID", "the case that --label, --undo, --defer, --resume and --gold are about"},
	{"label", 'l', "CODE", "put a failure mode on it: F0 to F20, or a code of the project"},
	{"note", 0, "TEXT", "with --label: a free note"},
	{"undo", 0, NULL, "withdraw your last label of it"},
	{"defer", 0, NULL, "put it behind the others; --resume takes it up again"},
	{"resume", 0, NULL, "take a deferred case up again"},
	{"gold", 0, "ANSWER", "mend its expected answer in the file of cases: text, or a JSON list of all that is accepted"},
	{"rater", 0, "NAME", "who labels; by default $LOGNAME", "LEVER_RATER"},
	{"blind", 0, NULL, "do not show what other people said"},
	{"agreement", 0, "A,B", "Cohen's kappa of two raters (people or judges), and by code"},
	{"export", 0, "FILE", "all failures as JSON Lines (-: on stdout), your labels in `own`; --import reads them again"},
	{"import", 0, "FILE",
		"labels from JSON Lines: {case, mode, note, rater, source, evidence}, or an export; source: person, or judge for a model's"},
	{"limit", 'n', "N", "show so many; default 20, with --json all"},
	{NULL},
};

/* ---- one case ------------------------------------------------------------------------------------------------------------------ */

static bool gold_store(const struct triage_session *session, const char *id, const char *answer, struct error *error)
{
	struct gold_place place;
	struct gold_change change;
	struct arena *arena = session->line->arena;
	if (!gold_find(session->opened.store, session->opened.project, session->evidence->run.test_set, id, arena, &place, error) ||
		!gold_mend(&place, answer, arena, &change, error))
		return false;
	say(stderr, "lever: %s:%ld mended, it was: %s\nlever: `lever run` scores what is stored anew, without a call\n", place.file,
		place.line, place.text);
	return true;
}

static bool case_act(const struct triage_session *session, const char *id, struct error *error)
{
	const struct command_line *line = session->line;
	struct store *store = session->opened.store;
	const char *was = NULL;
	if (option_value(line, "label"))
		return session_label(session, id,
			&(struct label_row){.mode = option_value(line, "label"),
				.source = "person",
				.author = session->rater,
				.note = option_value(line, "note")},
			error);
	if (option_value(line, "gold"))
		return gold_store(session, id, option_value(line, "gold"), error);
	long long attempt = session_attempt(session, id, error);
	if (!attempt)
		return false;
	if (option_given(line, "undo"))
		return label_undo(store, attempt, "person", session->rater, line->arena, &was, error) &&
		       (was || error_set(error, ERROR_USAGE, "%s has no label of %s", id, session->rater));
	if (option_given(line, "defer") || option_given(line, "resume"))
		return triage_event_put(
			store, attempt, option_given(line, "defer") ? "deferred" : "resumed", session->rater, error);
	return error_set(error, ERROR_USAGE, "what about %s? --label, --undo, --defer, --resume or --gold", id);
}

static int case_command(struct triage_session *session, const char *id)
{
	struct error error = {0};
	struct store *store = session->opened.store;
	if (!store_begin(store, &error))
		return command_fail(session->line, &error);
	if (!case_act(session, id, &error) || !store_commit(store, &error)) {
		store_rollback(store);
		return command_fail(session->line, &error);
	}
	return 0;
}

/* ---- the queue ----------------------------------------------------------------------------------------------------- */

static const char *state_word(const struct triage_item *item)
{
	return item->own ? "labelled" : item->deferred ? "deferred" : "to do";
}

static json_t *item_json(const struct triage_item *item, const char *rater)
{
	return json_pack("{s:s, s:s, s:I, s:s, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*}", "type", "failure", "case", item->id,
		"attempt", (json_int_t)item->attempt, "state", state_word(item), "mode", item->mode, "source", item->source, "author",
		item->author, "evidence", item->note, "own", item->own, "note", item->own_note, "rater", item->own ? rater : NULL);
}

static void queue_say(const struct triage_session *session, const struct triage *triage, long long limit)
{
	static const char *const heads[] = {"case", "state", "mode", "name", "from", "because"};
	static const bool right[] = {false, false, false, false, false, false};
	const struct command_line *line = session->line;
	struct say_table *table = say_table_create(line->arena, heads, right, COUNT(heads));
	for (size_t i = 0; i < triage->count && (long long)i < limit; i++) {
		const struct triage_item *item = &triage->items[i];
		const char *code = item->own ? item->own : item->mode;
		const char *cells[] = {item->id, state_word(item), code ? code : "?",
			code ? mode_words_of(session->opened.project, code).name : "",
			item->own      ? session->rater
			: item->source ? item->source
				       : "",
			item->own    ? (item->own_note ? item->own_note : "")
			: item->note ? item->note
				     : ""};
		say_table_row(table, cells);
	}
	say_table_print(table, stdout, stdout_width());
	say(stdout, "\n%zu failures of %s: %zu labelled by %s, %zu deferred; %zu new %s in the last %zu %s%s\n",
		triage->count, session->evidence->arms[session->evidence->base].arm.name, triage->done, session->rater,
		triage->deferred, triage->recent_new, triage->recent_new == 1 ? "code" : "codes", triage->recent,
		triage->recent == 1 ? "label" : "labels", triage->recent >= SATURATION_WINDOW && !triage->recent_new ? ": saturated, one may stop" : "");
}

static int queue_command(struct triage_session *session)
{
	const struct command_line *line = session->line;
	struct triage triage;
	struct error error = {0};
	long long limit = 20;
	if (!option_integer(line, "limit", 1, 1000000000, &limit, &error) ||
		!triage_read(session->evidence, session->opened.store, session->rater, line->arena, &triage, &error))
		return command_fail(line, &error);
	if (!line->json && !option_value(line, "export")) {
		queue_say(session, &triage, limit);
		return 0;
	}
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	bool all = option_value(line, "export") || !option_value(line, "limit");
	for (size_t i = 0; i < triage.count && (all || (long long)i < limit); i++) {
		json_t *record = item_json(&triage.items[i], session->rater);
		if (!option_value(line, "export")) {
			say_json(record);
			continue;
		}
		json_compact(record, &out);
		buffer_add_byte(&out, '\n');
		json_decref(record);
	}
	const char *path = option_value(line, "export");
	if (path && !strcmp(path, "-"))
		say_text(stdout, buffer_text(&out));
	else if (path && !file_write(path, buffer_text(&out), 0600, &error))
		return command_fail(line, &error);
	return 0;
}

/* ---- agreement ----------------------------------------------------------------------------------------------------------------- */

static void agreement_record(const struct agreement *agreement)
{
	json_t *codes = json_object();
	for (size_t i = 0; i < agreement->code_count; i++)
		if (!isnan(agreement->by_code[i]))
			json_object_set_new(codes, agreement->codes[i], json_real(agreement->by_code[i]));
	say_json(json_pack("{s:s, s:I, s:o, s:o, s:o}", "type", "agreement", "both", (json_int_t)agreement->both, "kappa",
		isnan(agreement->kappa.kappa) ? json_null() : json_real(agreement->kappa.kappa), "observed",
		isnan(agreement->kappa.observed) ? json_null() : json_real(agreement->kappa.observed), "codes", codes));
}

static int agreement_command(struct triage_session *session, const char *list)
{
	const struct command_line *line = session->line;
	struct agreement agreement;
	struct error error = {0};
	size_t count = 0;
	const char *const *names = names_split(line->arena, list, &count);
	const struct evidence *evidence = session->evidence;
	if (count != 2 || !strcmp(names[0], names[1]))
		error_set(&error, ERROR_USAGE, "--agreement takes two raters, as --agreement ann,bob");
	if (error.kind || !agreement_read(session->opened.store, evidence->run.id, evidence->arms[evidence->base].arm.version,
				  names[0], names[1], line->arena, &agreement, &error))
		return command_fail(line, &error);
	if (line->json) {
		agreement_record(&agreement);
		return 0;
	}
	if (!agreement.both) {
		say(stdout, "no failure of %s was labelled by both %s and %s\n", evidence->arms[evidence->base].arm.name, names[0], names[1]);
		return 0;
	}
	say(stdout, "%zu failures labelled by both; they agree on %s, kappa %s\n", agreement.both,
		percent_format(line->arena, agreement.kappa.observed),
		isnan(agreement.kappa.kappa) ? "undefined" : arena_format(line->arena, "%.2f", agreement.kappa.kappa));
	for (size_t i = 0; i < agreement.code_count; i++)
		if (!isnan(agreement.by_code[i]))
			say(stdout, "  %-8s %s\n", agreement.codes[i], percent_format(line->arena, agreement.by_code[i]));
	return 0;
}

static const char *const acts[] = {"label", "undo", "defer", "resume", "gold", "import", "export", "agreement"};
#define CASE_ACTS 5 /* the first ones are about one case */

/* What is about one case needs it, and is done one at a time. */
static bool acts_check(const struct command_line *line, struct error *error)
{
	const char *act = NULL;
	bool of_case = false;
	for (size_t i = 0; i < COUNT(acts); i++) {
		if (!option_value(line, acts[i]))
			continue;
		if (act)
			return error_set(error, ERROR_USAGE, "--%s and --%s: one at a time", act, acts[i]);
		act = acts[i];
		of_case = i < CASE_ACTS;
	}
	if (option_value(line, "note") && !option_value(line, "label"))
		return error_set(error, ERROR_USAGE, "--note goes with --label");
	if (of_case && !option_value(line, "case"))
		return error_set(error, ERROR_USAGE, "--%s of which case? --case ID names it", act);
	return !act || of_case || !option_value(line, "case") ||
	       error_set(error, ERROR_USAGE, "--%s is about all cases, not about --case", act);
}

static int run(const struct command_line *line)
{
	struct triage_session session = {.line = line, .rater = rater_name(line->arena, option_value(line, "rater"))};
	struct evidence_options wanted = {.base = option_value(line, "variant"), .unsearched = true};
	wanted.blind = option_given(line, "blind") ? session.rater : NULL;
	struct error error = {0};
	int status;
	if (line->argument_count)
		error_set(&error, ERROR_USAGE, "`triage` takes no arguments; name a case with --case");
	if (error.kind || !acts_check(line, &error) || !option_integer(line, "run", 1, INT64_MAX, &wanted.run, &error))
		return command_fail(line, &error);
	if (!project_open(line, STORE_WRITE, &session.opened, &status))
		return status;
	if (!evidence_load(session.opened.store, session.opened.project, &wanted, &session.evidence, &error))
		status = command_fail(line, &error);
	else if (option_value(line, "import"))
		status = session_import(&session, option_value(line, "import"));
	else if (option_value(line, "agreement"))
		status = agreement_command(&session, option_value(line, "agreement"));
	else if (option_value(line, "case"))
		status = case_command(&session, option_value(line, "case"));
	else
		status = queue_command(&session);
	evidence_free(session.evidence);
	project_close(&session.opened);
	return status;
}

const struct command command_triage = {
	.name = "triage",
	.usage = "",
	.summary = "the failures, most telling first: list, label, defer, mend, compare raters",
	.help = "  lever triage                       the queue: unexplained ones first, then one of each mode by turns\n"
		"  lever triage --case kb-7 --label F9 --note 'wrong handbook'\n"
		"  lever triage --case kb-7 --undo    your last label of it is withdrawn; the history stays\n"
		"  lever triage --case kb-7 --gold '29 days'   the expected answer was wrong\n"
		"  lever triage --case kb-7 --gold '[\"29 days\", \"29\"]'   all that is accepted\n"
		"  lever triage --rater bob --blind   a second rater, who does not see the first\n"
		"  lever triage --agreement ann,bob   kappa; of a judge and a person too\n"
		"  lever triage --import labels.jsonl   those of cases that pass by now, or are gone, are named and left out: exit status 3\n\n"
		"A person's label wins over those of judges, rules and probes. The workbench does all of it by single keys.",
	.options = options,
	.order = 33,
	.run = run,
};
