#include "eval/advise/advice.h"
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

static size_t fixed_count(const struct advice *advice, const struct evidence_arm *arm, const char *code)
{
	const struct evidence *evidence = advice->evidence;
	size_t count = 0;
	for (size_t i = 0; i < evidence->case_count; i++) {
		const char *mode = evidence->cases[i].mode ? evidence->cases[i].mode : "";
		count += case_fails(evidence, i) && strcmp(mode, code) == 0 && arm_right(arm, i) == KNOWN_YES;
	}
	return count;
}

/* Mode by variant: how many of the cases that fail in a way pass there. */
static void flows_write(const struct advice *advice, struct report_sink *sink, struct arena *arena)
{
	const struct evidence *evidence = advice->evidence;
	const char **cells = arena_take(arena, (evidence->arm_count + 3) * sizeof *cells);
	size_t columns = 0, *arms = arena_take(arena, (evidence->arm_count + 1) * sizeof *arms);
	cells[0] = "mode";
	cells[1] = "fails";
	for (size_t i = 0; i < evidence->arm_count; i++)
		if (i != evidence->base && !evidence->arms[i].probe && evidence->arms[i].measured) {
			cells[2 + columns] = evidence->arms[i].arm.name;
			arms[columns++] = i;
		}
	if (!columns)
		return;
	sink_string(sink, "\nOf these, passed by the other variants:\n\n");
	md_head(sink, cells, columns + 2, 1);
	for (size_t m = 0; m < advice->mode_count; m++) {
		const struct mode_share *share = &advice->modes[m];
		cells[0] = *share->code ? share->code : "unexplained";
		cells[1] = arena_format(arena, "%zu", share->count);
		for (size_t c = 0; c < columns; c++)
			cells[2 + c] = arena_format(arena, "%zu", fixed_count(advice, &evidence->arms[arms[c]], share->code));
		md_row(sink, cells, columns + 2);
	}
}

static const char *confirm_words(const struct candidate *candidate, struct arena *arena)
{
	const char *first = candidate->add_first ? arena_format(arena, "add %s; ", candidate->add_first) : "";
	const char *add = candidate->add ? arena_format(arena, "add under variants %s; then ", candidate->add) : "";
	return arena_format(arena, "%s%s%s", first, add, candidate->command ? candidate->command : "measure it as a variant of its own");
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
	if (!advice->first)
		return;
	sink_string(sink, "\n");
	MD_HEAD(sink, 4, "lever", "evidence", "confirm", "cost", "gain, all cases", "95% interval", "loses");
	for (size_t i = 0; i < advice->candidate_count; i++) {
		const struct candidate *candidate = &advice->candidates[i];
		const char *parts = candidate->measured ? parts_words(advice->evidence, candidate->arm, arena) : NULL;
		if (candidate->recommended && candidate->rule->remedy)
			MD_ROW(sink, candidate->lever, candidate->why, candidate->command, "", "", "", "");
		else if (candidate->recommended)
			MD_ROW(sink, candidate->lever,
				arena_format(arena, "%s%s%s%s", candidate->evidence, candidate->measured ? ", measured" : ", a probe",
					parts ? "; its parts: " : "", parts ? parts : ""),
				confirm_words(candidate, arena), isnan(candidate->cost) ? "unknown" : earning_words(candidate, arena),
				arena_format(
					arena, "%s%s", points_format(arena, candidate->gain), candidate->bound ? " at most" : ""),
				points_interval_format(arena, candidate->interval), isnan(candidate->breaks) ? "unknown" : percent_format(arena, candidate->breaks));
	}
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
	}
	verdict_write(advice, sink, data->arena);
	front_write(advice, sink, data->arena);
	sink_string(sink, "\n");
	return true;
}
