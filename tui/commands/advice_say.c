#include "tui/commands/advice_say.h"
#include "eval/advise/triage.h"
#include "reports/curve.h"
#include "reports/earning.h"
#include "reports/format.h"
#include "tui/commands/project_open.h"
#include <math.h>

static const char *base_name(const struct advice *advice)
{
	return advice->evidence->arms[advice->evidence->base].arm.name;
}

/* ---- head: run, alarms, path --------------------------------------------------------------------------------------------------
 */

static void ids_say(const struct advice_alarm *alarm)
{
	for (size_t i = 0; i < alarm->case_count && i < 8; i++)
		say(stdout, "%s%s", i ? ", " : "    ", alarm->cases[i]);
	say(stdout, "%s\n", alarm->case_count > 8 ? ", …" : "");
}

static void alarms_say(const struct advice *advice)
{
	for (size_t i = 0; i < advice->alarm_count; i++) {
		const struct advice_alarm *alarm = &advice->alarms[i];
		say(stdout, "%s %s\n", alarm->blocking ? "ALARM:" : "careful:", alarm->message);
		if (alarm->case_count)
			ids_say(alarm);
	}
	if (advice->alarm_count)
		say(stdout, "\n");
}

static void path_say(const struct advice *advice)
{
	say(stdout, "the path\n");
	for (size_t i = 0; i < advice->path_count; i++)
		say(stdout, "  [%c] %-38s %s\n", advice->path[i].done ? 'x' : ' ', advice->path[i].name, advice->path[i].state);
	say(stdout, "\n");
}

static void modes_say(const struct command_line *line, const struct advice *advice)
{
	say(stdout, "why cases fail (%zu of %zu)\n", advice->evidence->failing, advice->evidence->case_count);
	for (size_t i = 0; i < advice->mode_count; i++) {
		const struct mode_share *share = &advice->modes[i];
		say(stdout, "  %-4s %-32s %4zu  %6s   %s\n", *share->code ? share->code : "?", share->name, share->count,
			percent_format(line->arena, (double)share->count / (double)advice->evidence->failing),
			share->levers ? share->levers : "look at them: lever triage");
	}
	if (!isnan(advice->placebo))
		say(stdout, "  asked again unchanged, %s of them pass: that much is noise\n",
			percent_format(line->arena, advice->placebo));
	say(stdout, "\n");
}

static void people_say(const struct command_line *line, const struct advice *advice)
{
	if (!advice->rater_count)
		return;
	say(stdout, "what people said\n");
	for (size_t i = 0; i < advice->rater_count; i++)
		say(stdout, "  %s\n", rater_words(&advice->raters[i], advice->evidence, line->arena));
	for (size_t i = 0; i < advice->agreed_count; i++)
		say(stdout, "  %s\n", rater_pair_words(&advice->agreed[i], line->arena));
	say(stdout, "\n");
}

/* Mode by variant: how many of the cases that fail in a way pass there, and how many of those that pass do not. */
static void flows_say(const struct command_line *line, const struct advice *advice)
{
	struct arena *arena = line->arena;
	const struct evidence_arm **arms;
	size_t count = flow_arms(advice->evidence, arena, &arms), asked;
	const char **cells = arena_take(arena, (count + 2) * sizeof *cells);
	bool *right = arena_take(arena, (count + 2) * sizeof *right);
	if (!count)
		return;
	say(stdout, "what the other variants mend of it\n");
	cells[0] = "  mode";
	cells[1] = "fails";
	for (size_t c = 0; c < count; c++)
		cells[2 + c] = arms[c]->arm.name;
	for (size_t c = 0; c <= count; c++)
		right[1 + c] = true;
	struct say_table *table = say_table_create(arena, cells, right, count + 2);
	cells = arena_take(arena, (count + 2) * sizeof *cells);
	for (size_t m = 0; m < advice->mode_count; m++) {
		const struct mode_share *share = &advice->modes[m];
		cells[0] = arena_format(arena, "  %s", *share->code ? share->code : "?");
		cells[1] = arena_format(arena, "%zu", share->count);
		for (size_t c = 0; c < count; c++) {
			size_t mended = flow_mended(advice->evidence, arms[c], share->code, &asked);
			cells[2 + c] = arena_format(arena, "+%zu of %zu", mended, asked);
		}
		say_table_row(table, cells);
	}
	cells[0] = "  passing cases that it loses";
	cells[1] = "";
	for (size_t c = 0; c < count; c++) {
		size_t lost = flow_lost(advice->evidence, arms[c], &asked);
		cells[2 + c] = arena_format(arena, "-%zu of %zu", lost, asked);
	}
	say_table_row(table, cells);
	say_table_print(table, stdout, stdout_width());
	say(stdout, "\n");
}

/* ---- candidates ---------------------------------------------------------------------------------------------------- */

static void candidate_cases_say(const struct advice *advice, const struct candidate *candidate)
{
	if (!candidate->case_count)
		return;
	say(stdout, "     cases      ");
	for (size_t i = 0; i < candidate->case_count && i < 6; i++)
		say(stdout, "%s%s", i ? ", " : "", advice->evidence->cases[candidate->cases[i]].id);
	say(stdout, "%s\n", candidate->case_count > 6 ? ", …" : "");
}

static void remedy_say(const struct advice *advice, const struct candidate *candidate)
{
	say(stdout, "  mend: %s\n     because    %s\n", candidate->lever, candidate->why);
	candidate_cases_say(advice, candidate);
	say(stdout, "     method     %s\n     look       %s\n\n", candidate->rule->sentence, candidate->command);
}

static void candidate_say(const struct command_line *line, const struct advice *advice, const struct candidate *candidate)
{
	struct arena *arena = line->arena;
	const struct advice_rule *rule = candidate->rule;
	say(stdout, "  %d. %s (%s %s)\n", candidate->rank, candidate->lever, evidence_kind(candidate),
		candidate->evidence);
	say(stdout, "     gain       %s of all cases%s, 95%% interval %s%s\n", points_format(arena, candidate->gain),
		candidate->bound ? " at most" : "", points_interval_format(arena, candidate->interval),
		isnan(candidate->p) ? "" : arena_format(arena, "; p %s over all levers", p_format(arena, candidate->p)));
	const char *parts = candidate_parts(advice, candidate, arena);
	if (parts)
		say(stdout, "     parts      %s\n", parts);
	if (*candidate->modes)
		say(stdout, "     failures   %s of them have a mode that it answers to (%s)\n", percent_format(arena, candidate->share),
			candidate->modes);
	candidate_cases_say(advice, candidate);
	say(stdout, "     may break  %s of all cases %s lost; watch %s, guard %s\n",
		isnan(candidate->breaks) ? "an unknown share" : percent_format(arena, candidate->breaks),
		candidate->proposal ? "may be" : "were", rule->watched, rule->guarded);
	if (!isnan(candidate->cost))
		say(stdout, "     cost       %s%s\n", candidate->proposal ? "about " : "", earning_words(candidate, arena));
	if (candidate->data)
		say(stdout, "     data       %s\n", candidate->data);
	say(stdout, "     because    %s%s%s\n", rule->sentence, candidate->proposal ? " Here " : "", candidate->proposal ? candidate->why : "");
	if (candidate->add_first)
		say(stdout, "     add        %s\n", candidate->add_first);
	if (candidate->add)
		say(stdout, "     add        under variants: %s\n", candidate->add);
	say(stdout, "     confirm    %s\n", candidate->command ? candidate->command : "as a variant of its own");
	say(stdout, "     unless     %s\n\n", candidate->change_mind);
}

static void candidates_say(const struct command_line *line, const struct advice *advice)
{
	for (size_t i = 0; i < advice->candidate_count; i++)
		if (advice->candidates[i].recommended && advice->candidates[i].rule->remedy)
			remedy_say(advice, &advice->candidates[i]);
		else if (advice->candidates[i].recommended)
			candidate_say(line, advice, &advice->candidates[i]);
}

/* Nothing is known of it: it was neither measured nor probed, or it mends a mode that no failure has. */
static bool is_silent(const struct candidate *candidate)
{
	return !candidate->has_gain && !candidate->disqualified && !candidate->case_count;
}

static void others_say(const struct command_line *line, const struct advice *advice)
{
	const char *silent = NULL;
	say(stdout, "not recommended\n");
	for (size_t i = 0; i < advice->candidate_count; i++) {
		const struct candidate *candidate = &advice->candidates[i];
		if (candidate->recommended)
			continue;
		if (is_silent(candidate)) {
			silent = arena_format(line->arena, "%s%s%s", silent ? silent : "", silent ? ", " : "", candidate->lever);
			continue;
		}
		say(stdout, "  %-10s %-18s %s\n", candidate->lever, candidate->evidence ? candidate->evidence : "-",
			candidate->disqualified ? candidate->disqualified : candidate->why);
	}
	if (silent)
		say(stdout, "  no evidence, neither measured nor probed, and no failure with their modes: %s\n", silent);
	say(stdout, "\n");
}

static void front_say(const struct command_line *line, const struct advice *advice)
{
	struct front_point *points;
	size_t count;
	advice_front(advice, line->arena, &points, &count);
	if (count < 2)
		return;
	say(stdout, "quality against cost\n");
	for (size_t i = 0; i < count; i++)
		say(stdout, "  %-14s %7s  %12s a case  %s\n", points[i].mark.name, percent_format(line->arena, points[i].mark.quality),
			money_format(line->arena, points[i].mark.cost), front_words(&points[i]));
	say(stdout, "\n");
}

static void curve_say(const struct command_line *line, const struct advice *advice, const struct project *project)
{
	struct arena *arena = line->arena;
	struct cost_curve curve;
	if (!advice_curve(advice, project, &curve))
		return;
	say(stdout, "cost of the first year by volume%s\n  %14s %14s %14s\n",
		curve.default_costs ? ", at default costs (`costs:` is not filled in)" : "", "calls a month", base_name(advice),
		curve.lever);
	for (int i = 0; i < CURVE_POINTS; i++)
		say(stdout, "  %14s %14s %14s\n", count_format(arena, (long long)curve.volumes[i]),
			money_format(arena, curve_base(&curve, curve.volumes[i])), money_format(arena, curve_lever(&curve, curve.volumes[i])));
	say(stdout, "  %s\n\n", curve_words(&curve, arena));
}

/* What was found in worlds that tests/tools/simulate.c plants, with a sample of the passing cases asked. */
static const char limits_words[] =
	"  A lever is recommended when its gain is settled over all levers that were looked at, and an interval of 80% for it lies above 0.\n"
	"  Where only some passing cases were asked the 95% interval may touch 0 all the same: ask the others before it is adopted. In\n"
	"  simulated worlds where nothing helps it named a lever in 1 of 80 with 17 cases, in 2 of 80 with 30 and in none of 80 with 50;\n"
	"  none was harmful. Where 2 to 6 points of failures can be mended it named none in 160, of 30 and 50 cases: more cases settle that.\n";

static void rules_say(const struct advice *advice)
{
	say(stdout, "the rules\n%s", limits_words);
	for (size_t i = 0; i < advice->candidate_count; i++) {
		const struct candidate *candidate = &advice->candidates[i];
		const struct advice_rule *rule = candidate->rule;
		say(stdout, "  %s %s%s%s\n", candidate->recommended ? "fired    " : "not fired", candidate->lever,
			candidate->evidence ? ", " : "", candidate->evidence ? candidate->evidence : "");
		say(stdout, "      %s\n      evidence: %s; speaks against it: %s\n      watch %s; guard %s\n", rule->sentence, rule->evidence,
			rule->disqualifier, rule->watched, rule->guarded);
		if (candidate->data)
			say(stdout, "      data: %s\n", candidate->data);
		say(stdout, "      %s\n", candidate->disqualified ? candidate->disqualified : candidate->why);
	}
	say(stdout, "\n");
}

/* A variant of which several probes spoke tells its hypothesis once. */
static bool is_told(const struct advice *advice, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(advice->ledger[i].variant, advice->ledger[at].variant) == 0)
			return true;
	return false;
}

static void ledger_say(const struct command_line *line, const struct advice *advice)
{
	if (!advice->ledger_count)
		return;
	double error = 0;
	size_t predicted = 0;
	say(stdout, "the ledger: what was predicted, and measured since\n");
	for (size_t i = 0; i < advice->ledger_count; i++) {
		const struct ledger_row *row = &advice->ledger[i];
		const char *run = row->run ? arena_format(line->arena, " in run %lld", row->run) : "";
		say(stdout, "  %-14s %-10s on %s%s: %s measured, %s%s%s%s\n", row->variant, row->lever ? row->lever : "-",
			row->base ? row->base : "-", run, points_format(line->arena, row->measured),
			row->evidence ? points_format(line->arena, row->predicted) : "nothing predicted",
			row->evidence ? " predicted from " : "", row->evidence ? row->evidence : "",
			row->measured < row->low || row->measured > row->high ? "; outside its interval" : "");
		if (row->hypothesis && !is_told(advice, i))
			say(stdout, "  %-14s hypothesis: %s\n", "", row->hypothesis);
		error += row->evidence ? fabs(row->predicted - row->measured) : 0;
		predicted += row->evidence != NULL;
	}
	if (predicted)
		say(stdout, "  mean absolute error %.1f points over %zu prediction%s\n", 100 * error / (double)predicted, predicted,
			predicted == 1 ? "" : "s");
	say(stdout, "\n");
}

/* ---- back-test: what the hidden variants measured ------------------------------------------------------------------ */

static void hidden_say(const struct command_line *line, const struct advice *advice)
{
	const struct evidence *evidence = advice->evidence;
	double best = 0, followed = 0;
	const char *best_name = base_name(advice);
	bool any = false, known = !advice->first;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		if (!arm->hidden || !arm->measured)
			continue;
		if (!any)
			say(stdout, "the hidden variants, shown\n");
		any = true;
		double gain = arm_gain(evidence, arm, &evidence->arms[evidence->base]);
		const char *parts = parts_words(evidence, arm, line->arena);
		const struct candidate *candidate = predicted_for(advice, arm);
		say(stdout, "  %-14s %-10s measured %s; predicted %s%s%s%s\n", arm->arm.name, arm->arm.lever,
			points_format(line->arena, gain),
			candidate ? arena_format(line->arena, "%s (95%% %s)", points_format(line->arena, candidate->gain),
					    points_interval_format(line->arena, candidate->interval))
				  : "nothing",
			candidate && (gain < candidate->interval.low || gain > candidate->interval.high) ? ", outside its interval"
													 : "",
			parts ? "; its parts: " : "", parts ? parts : "");
		if (gain > best) {
			best = gain;
			best_name = arm->arm.name;
		}
		if (advice->first && strcmp(advice->first->lever, arm->arm.lever) == 0) {
			followed = gain;
			known = true;
		}
	}
	if (any && known)
		say(stdout, "  best of them: %s; regret of having followed the advice: %.1f points\n\n", best_name,
			100 * (best - followed));
	else if (any)
		say(stdout, "  best of them: %s; the advice points at a lever that none of them pulls\n\n", best_name);
}

void advice_say(const struct command_line *line, const struct advice *advice, const struct project *project, bool explain)
{
	struct arena *arena = line->arena;
	say(stdout, "run %lld of %s, base %s: %s pass (95%% %s)\n%s\n\n", advice->evidence->run.id, advice->evidence->run.project,
		base_name(advice), percent_format(arena, advice->base_rate.rate),
		percent_interval_format(arena, advice->base_rate.interval), advice->stage);
	alarms_say(advice);
	path_say(advice);
	if (advice->evidence->failing) {
		modes_say(line, advice);
		people_say(line, advice);
		flows_say(line, advice);
	}
	const char *words = advice_verdict_words(advice->verdict);
	if (advice->first)
		say(stdout, "%s: %s%s\n  %s\n\n", words, advice->first->lever,
			advice->first->measured ? arena_format(arena, ", as in the variant %s", advice->first->evidence) : "",
			advice->reason);
	else
		say(stdout, "%s: %s\n\n", words, advice->reason);
	candidates_say(line, advice);
	if (explain)
		rules_say(advice);
	else
		others_say(line, advice);
	front_say(line, advice);
	curve_say(line, advice, project);
	ledger_say(line, advice);
	hidden_say(line, advice);
}
