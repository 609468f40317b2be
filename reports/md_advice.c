#include "eval/advise/triage.h"
#include "reports/curve.h"
#include "reports/earning.h"
#include "reports/md.h"
#include "reports/report.h"
#include <math.h>

/* Why cases fail, what each lever mends of it, and which to pull next: what `lever next` says of the run. */

static void modes_write(const struct advice *advice, struct report_sink *sink, struct arena *arena)
{
	const struct evidence *evidence = advice->evidence;
	sink_format(sink, "\n## Why cases fail\n\nOf %zu cases that ", evidence->failing);
	md_string(sink, evidence_name(advice));
	sink_string(sink, " does not pass, by the label in force (a person's before a probe's before a rule's).\n\n");
	MD_HEAD(sink, 2, "mode", "mended by", "cases", "share");
	for (size_t i = 0; i < advice->mode_count; i++) {
		const struct mode_share *share = &advice->modes[i];
		MD_ROW(sink, *share->code ? arena_format(arena, "%s %s", share->code, share->name) : share->name,
			share->levers ? share->levers : "look at them: lever triage", arena_format(arena, "%zu", share->count),
			percent_format(arena, (double)share->count / (double)evidence->failing));
	}
	if (!isnan(advice->placebo))
		sink_format(sink, "\nAsked again unchanged, %s of them pass: that much is noise.\n",
			percent_format(arena, advice->placebo));
}

static void mended_row(const struct advice *advice, struct report_sink *sink, struct arena *arena, const struct mode_share *share,
	const struct evidence_arm **arms, size_t count, const char **cells)
{
	size_t asked;
	cells[0] = *share->code ? share->code : "unexplained";
	cells[1] = arena_format(arena, "%zu", share->count);
	for (size_t c = 0; c < count; c++)
		cells[2 + c] = arena_format(arena, "%zu", flow_mended(advice->evidence, arms[c], share->code, &asked));
	md_row(sink, cells, count + 2);
}

/* Mode by variant: how many of the cases that fail in a way pass there, and how many of those that pass do not. */
static void flows_write(const struct advice *advice, struct report_sink *sink, struct arena *arena)
{
	const struct evidence_arm **arms;
	size_t count = flow_arms(advice->evidence, arena, &arms), asked, passing = 0;
	const char **cells = arena_take(arena, (count + 2) * sizeof *cells);
	if (!count)
		return;
	cells[0] = "mode";
	cells[1] = "fails";
	for (size_t c = 0; c < count; c++)
		cells[2 + c] = arms[c]->arm.name;
	sink_string(sink, "\nOf these, passed by the other variants, and last what they lose of the cases that pass:\n\n");
	md_head(sink, cells, count + 2, 1);
	for (size_t m = 0; m < advice->mode_count; m++)
		mended_row(advice, sink, arena, &advice->modes[m], arms, count, cells);
	for (size_t i = 0; i < advice->evidence->case_count; i++)
		passing += advice->evidence->arms[advice->evidence->base].rate[i] >= 1;
	cells[0] = arena_format(arena, "lost of %zu that pass", passing);
	cells[1] = "";
	for (size_t c = 0; c < count; c++)
		cells[2 + c] = arena_format(arena, "%zu", flow_lost(advice->evidence, arms[c], &asked));
	md_row(sink, cells, count + 2);
}

/* ---- what people said ---------------------------------------------------------------------------------------------------------- */

static void line_write(struct report_sink *sink, const char *words)
{
	sink_string(sink, "- ");
	md_string(sink, words);
	sink_string(sink, "\n");
}

static void raters_write(const struct advice *advice, struct report_sink *sink, struct arena *arena)
{
	if (advice->rater_count)
		sink_string(sink, "\nLabels of people:\n\n");
	for (size_t i = 0; i < advice->rater_count; i++)
		line_write(sink, rater_words(&advice->raters[i], advice->evidence, arena));
	for (size_t i = 0; i < advice->agreed_count; i++)
		line_write(sink, rater_pair_words(&advice->agreed[i], arena));
}

static const char *confirm_words(const struct candidate *candidate, struct arena *arena)
{
	const char *first = candidate->add_first ? arena_format(arena, "add %s; ", candidate->add_first) : "";
	const char *add = candidate->add ? arena_format(arena, "add under variants %s; then ", candidate->add) : "";
	return arena_format(arena, "%s%s%s", first, add, candidate->command ? candidate->command : "measure it as a variant of its own");
}

static void path_write(const struct advice *advice, struct report_sink *sink)
{
	sink_string(sink, "\n");
	for (size_t i = 0; i < advice->path_count; i++) {
		sink_format(sink, "- [%c] %s: ", advice->path[i].done ? 'x' : ' ', advice->path[i].name);
		md_string(sink, advice->path[i].state);
		sink_string(sink, "\n");
	}
}

/* Of one recommended lever, what the table has no room for. */
static void details_write(const struct advice *advice, const struct candidate *candidate, struct report_sink *sink, struct arena *arena)
{
	sink_string(sink, "- **");
	md_string(sink, candidate->lever);
	sink_string(sink, "**: ");
	md_string(sink, candidate->rule->sentence);
	if (*candidate->modes)
		sink_format(sink, " %s of the failures have a mode that it answers to (%s).", percent_format(arena, candidate->share),
			candidate->modes);
	for (size_t i = 0; i < candidate->case_count && i < 6; i++) {
		sink_string(sink, i ? ", " : " Cases: ");
		md_string(sink, advice->evidence->cases[candidate->cases[i]].id);
	}
	sink_string(sink, !candidate->case_count ? "" : candidate->case_count > 6 ? ", …." : ".");
	sink_format(sink, " Watch %s, guard %s.", candidate->rule->watched, candidate->rule->guarded);
	if (candidate->data) {
		sink_string(sink, " Data: ");
		md_string(sink, candidate->data);
		sink_string(sink, ".");
	}
	sink_string(sink, " This would change with ");
	md_string(sink, candidate->change_mind);
	sink_string(sink, ".\n");
}

static void others_write(const struct advice *advice, struct report_sink *sink)
{
	sink_string(sink, "\nNot recommended:\n\n");
	MD_HEAD(sink, 3, "lever", "evidence", "why not");
	for (size_t i = 0; i < advice->candidate_count; i++) {
		const struct candidate *candidate = &advice->candidates[i];
		bool silent = !candidate->has_gain && !candidate->disqualified && !candidate->case_count;
		if (!candidate->recommended && !silent)
			MD_ROW(sink, candidate->lever, candidate->evidence ? candidate->evidence : "",
				candidate->disqualified ? candidate->disqualified : candidate->why);
	}
}

static void ledger_write(const struct advice *advice, struct report_sink *sink, struct arena *arena)
{
	if (!advice->ledger_count)
		return;
	sink_string(sink, "\nWhat was predicted, and measured since:\n\n");
	MD_HEAD(sink, 5, "variant", "lever", "on", "predicted from", "hypothesis", "predicted", "95% interval", "measured");
	for (size_t i = 0; i < advice->ledger_count; i++) {
		const struct ledger_row *row = &advice->ledger[i];
		struct interval interval = {row->low, row->high, row->evidence != NULL};
		bool outside = row->evidence && (row->measured < row->low || row->measured > row->high);
		MD_ROW(sink, row->variant, row->lever ? row->lever : "", row->base ? row->base : "", row->evidence ? row->evidence : "",
			row->hypothesis ? row->hypothesis : "", row->evidence ? points_format(arena, row->predicted) : "nothing",
			row->evidence ? points_interval_format(arena, interval) : "",
			arena_format(arena, "%s%s", points_format(arena, row->measured), outside ? ", outside" : ""));
	}
}

static void verdict_write(const struct advice *advice, struct report_sink *sink, struct arena *arena)
{
	sink_string(sink, "\n## What to do next\n\n");
	for (size_t i = 0; i < advice->alarm_count; i++) {
		sink_string(sink, advice->alarms[i].blocking ? "**Alarm:** " : "Careful: ");
		md_string(sink, advice->alarms[i].message);
		sink_string(sink, ".\n\n");
	}
	static const char *const openings[] = {"**Pull ", "**Stop", "**Not enough evidence", "**Mend first: "};
	sink_string(sink, openings[advice->verdict]);
	md_string(sink, advice->first ? advice->first->lever : "");
	sink_string(sink, ":** ");
	md_string(sink, advice->reason);
	sink_string(sink, ". Project: ");
	md_string(sink, advice->stage);
	sink_string(sink, ".\n");
	path_write(advice, sink);
	if (!advice->first)
		return;
	sink_string(sink, "\n");
	MD_HEAD(sink, 4, "lever", "evidence", "confirm", "cost", "gain, all cases", "95% interval", "loses");
	for (size_t i = 0; i < advice->candidate_count; i++) {
		const struct candidate *candidate = &advice->candidates[i];
		const char *parts = candidate_parts(advice, candidate, arena);
		if (candidate->recommended && candidate->rule->remedy)
			MD_ROW(sink, candidate->lever, candidate->why, candidate->command, "", "", "", "");
		else if (candidate->recommended)
			MD_ROW(sink, candidate->lever,
				arena_format(arena, "%s%s%s%s", candidate->evidence, candidate->measured ? ", measured" : candidate->proposal ? "" : ", a probe",
					parts ? "; its parts: " : "", parts ? parts : ""),
				confirm_words(candidate, arena), isnan(candidate->cost) ? "unknown" : earning_words(candidate, arena),
				arena_format(
					arena, "%s%s", points_format(arena, candidate->gain), candidate->bound ? " at most" : ""),
				points_interval_format(arena, candidate->interval), isnan(candidate->breaks) ? "unknown" : percent_format(arena, candidate->breaks));
	}
	sink_string(sink, "\n");
	for (size_t i = 0; i < advice->candidate_count; i++)
		if (advice->candidates[i].recommended && !advice->candidates[i].rule->remedy)
			details_write(advice, &advice->candidates[i], sink, arena);
}

static void front_write(const struct advice *advice, struct report_sink *sink, struct arena *arena)
{
	struct front_point *points;
	size_t count;
	advice_front(advice, arena, &points, &count);
	if (count < 2)
		return;
	sink_string(sink, "\n## Quality against cost\n\n");
	MD_HEAD(sink, 2, "variant", "against the others", "pass rate", "a case");
	for (size_t i = 0; i < count; i++)
		MD_ROW(sink, points[i].mark.name, front_words(&points[i]), percent_format(arena, points[i].mark.quality),
			money_format(arena, points[i].mark.cost));
}

static void curve_write(const struct advice *advice, const struct project *project, struct report_sink *sink, struct arena *arena)
{
	struct cost_curve curve;
	if (!advice_curve(advice, project, &curve))
		return;
	sink_format(sink, "\n## Cost of the first year by volume\n\n%s",
		curve.default_costs ? "At default costs: `costs:` of lever.yaml is not filled in.\n\n" : "");
	MD_HEAD(sink, 0, "calls a month", evidence_name(advice), curve.lever);
	for (int i = 0; i < CURVE_POINTS; i++)
		MD_ROW(sink, count_format(arena, (long long)curve.volumes[i]), money_format(arena, curve_base(&curve, curve.volumes[i])),
			money_format(arena, curve_lever(&curve, curve.volumes[i])));
	sink_string(sink, "\n");
	md_string(sink, curve_words(&curve, arena));
	sink_string(sink, ".\n");
}

bool md_advice(const struct report_data *data, struct report_sink *sink, struct error *error)
{
	struct evidence_options options = {.run = data->run.id};
	CLEANUP(evidence_release) struct evidence *evidence = NULL;
	struct advice *advice;
	if (!evidence_load(data->store, data->settings, &options, &evidence, error) ||
		!advice_make(evidence, data->store, data->settings, data->arena, &advice, error))
		return false;
	if (evidence->failing) {
		modes_write(advice, sink, data->arena);
		flows_write(advice, sink, data->arena);
		raters_write(advice, sink, data->arena);
	}
	verdict_write(advice, sink, data->arena);
	others_write(advice, sink);
	ledger_write(advice, sink, data->arena);
	front_write(advice, sink, data->arena);
	curve_write(advice, data->settings, sink, data->arena);
	sink_string(sink, "\n");
	return true;
}
