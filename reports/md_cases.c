/* Cases: by tag, confusion of labels, failures side by side. */
#include "reports/md.h"
#include <math.h>

#define TAG_LIMIT 40
#define TAG_CASES 5 /* of fewer nothing can be said: an interval of half the scale */
#define EXCERPT 280
#define CELL_EXCERPT 240

static const char *tag_rate_format(const struct report_data *data, const struct proportion *rate)
{
	if (rate->total == 0)
		return "not run";
	return arena_format(data->arena, "%s (%s)", percent_format(data->arena, rate->rate),
		percent_interval_format(data->arena, rate->interval));
}

static void tag_row(const struct report_data *data, struct report_sink *sink, const struct tag_rate *tag)
{
	const char **cells = arena_take(data->arena, (data->arm_count + 2) * sizeof *cells);
	cells[0] = excerpt_of(data->arena, text_of(tag->tag), 60).data;
	cells[1] = count_format(data->arena, tag->cases);
	for (size_t i = 0; i < data->arm_count; i++)
		cells[i + 2] = tag_rate_format(data, &tag->rates[i]);
	md_row(sink, cells, data->arm_count + 2);
}

/* The tags stand with most cases first. Where all are small they are shown all the same. */
static size_t tags_shown(const struct report_data *data)
{
	size_t count = 0;
	while (count < data->tag_count && data->tags[count].cases >= TAG_CASES)
		count++;
	count = count ? count : data->tag_count;
	return count < TAG_LIMIT ? count : TAG_LIMIT;
}

bool md_tags(const struct report_data *data, struct report_sink *sink, struct error *error)
{
	(void)error;
	if (data->tag_count == 0)
		return true;
	const char **head = arena_take(data->arena, (data->arm_count + 2) * sizeof *head);
	head[0] = "tag";
	head[1] = "cases";
	for (size_t i = 0; i < data->arm_count; i++)
		head[i + 2] = data->arms[i].arm.name;
	sink_string(sink, "## By tag\n\n");
	md_head(sink, head, data->arm_count + 2, 1);
	size_t shown = tags_shown(data);
	for (size_t i = 0; i < shown; i++)
		tag_row(data, sink, &data->tags[i]);
	if (shown < data->tag_count)
		sink_format(sink, "\n%s of fewer cases each: the json report has them.\n",
			md_plural(data->arena, (long long)(data->tag_count - shown), "more tag", "more tags"));
	sink_string(sink, "\nPass rate with 95% interval, each tag by itself: exploration, not evidence.\n\n");
	return true;
}

/* Columns such as "(none)" have no row of their own kind. */
static bool row_empty(const long long *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (cells[i])
			return false;
	return true;
}

static void confusion_write(
	const struct report_data *data, struct report_sink *sink, const struct arm *arm, const struct confusion *confusion)
{
	size_t count = confusion->count;
	const char **cells = arena_take(data->arena, (count + 1) * sizeof *cells);
	sink_string(sink, "### ");
	md_string(sink, confusion->scorer);
	sink_string(sink, ", ");
	md_string(sink, arm->name);
	sink_string(sink, "\n\n");
	cells[0] = "expected \xE2\x86\x93 answered \xE2\x86\x92";
	for (size_t i = 0; i < count; i++)
		cells[i + 1] = excerpt_of(data->arena, text_of(confusion->labels[i]), 40).data;
	md_head(sink, cells, count + 1, 1);
	for (size_t row = 0; row < count; row++) {
		if (row_empty(&confusion->cells[row * count], count))
			continue;
		cells[0] = excerpt_of(data->arena, text_of(confusion->labels[row]), 40).data;
		for (size_t i = 0; i < count; i++)
			cells[i + 1] = count_format(data->arena, confusion->cells[row * count + i]);
		md_row(sink, cells, count + 1);
	}
	sink_string(sink, "\n");
}

bool md_confusion(const struct report_data *data, struct report_sink *sink, struct error *error)
{
	bool any = false;
	for (size_t i = 0; i < data->arm_count; i++) {
		struct confusion *confusions;
		size_t count;
		if (!confusion_of(data->store, &data->arms[i].arm, data->arena, &confusions, &count, error))
			return false;
		for (size_t j = 0; j < count; j++) {
			if (!any)
				sink_string(sink, "## Confusion of labels\n\nRows: the expected label; columns: the label the "
						  "answer gave; cells: attempts.\n\n");
			any = true;
			confusion_write(data, sink, &data->arms[i].arm, &confusions[j]);
		}
	}
	return true;
}

/* ---- failures ------------------------------------------------------------------------------------------------------------- */

static const char *verdict_words(const struct failure_row *row, size_t arm)
{
	if (row->attempts[arm] == 0)
		return "not run";
	if (row->verdicts[arm] == -2)
		return "not scored";
	return row->verdicts[arm] == 1 ? "pass" : row->verdicts[arm] == 0 ? "fail" : "error";
}

static bool answer_row(const struct report_data *data, struct report_sink *sink, const struct failure_row *row, size_t arm,
	struct arena *arena, struct error *error)
{
	struct outcome_texts texts;
	struct text why = {0};
	long long attempt = row->attempts[arm];
	if (!outcome_texts(data->store, data->run.id, row->position, attempt, arena, &texts, error))
		return false;
	if (attempt && row->verdicts[arm] == 0 && !reasons_plain(data, attempt, texts.gold, arena, &why, error))
		return false;
	if (!why.length && row->verdicts[arm] != 1)
		why = texts.message;
	if (!why.length && texts.class && strcmp(texts.class, "ok") != 0)
		why = text_of(texts.class);
	MD_ROW(sink, data->arms[arm].arm.name, verdict_words(row, arm), excerpt_of(arena, texts.output, CELL_EXCERPT).data,
		excerpt_of(arena, why, CELL_EXCERPT).data);
	return true;
}

static bool failure_write(const struct report_data *data, struct report_sink *sink, const struct failure_row *row,
	struct arena *arena, struct error *error)
{
	struct outcome_texts texts;
	if (!outcome_texts(data->store, data->run.id, row->position, 0, arena, &texts, error))
		return false;
	sink_string(sink, "### ");
	md_text(sink, excerpt_of(arena, text_of(row->case_id), 100));
	sink_string(sink, "\n\n- input: ");
	md_text(sink, excerpt_of(arena, vars_plain(arena, texts.vars), EXCERPT));
	if (texts.expected.data) {
		sink_string(sink, "\n- expected: ");
		md_text(sink, excerpt_of(arena, expected_plain(arena, texts.expected), EXCERPT));
	}
	sink_string(sink, "\n\n");
	MD_HEAD(sink, 4, "variant", "verdict", "answer", "why");
	for (size_t i = 0; i < data->arm_count; i++)
		if (!answer_row(data, sink, row, i, arena, error))
			return false;
	sink_string(sink, "\n");
	return true;
}

/* Spread over the test set: its first cases are often of one kind. */
static bool rows_write(const struct report_data *data, struct report_sink *sink, size_t count, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	for (size_t i = 0; i < count; i++) {
		arena_reset(arena);
		if (!failure_write(data, sink, &data->failures[i * data->failure_count / count], arena, error))
			return false;
	}
	return true;
}

bool md_failures(const struct report_data *data, struct report_sink *sink, struct error *error)
{
	struct arena *arena = data->arena;
	size_t total = data->failure_count, shown = total < data->failure_limit ? total : data->failure_limit;
	if (total == 0)
		return true;
	sink_format(sink, "## Failures side by side\n\n%s of %s %s not passed by at least one variant%s.\n\n",
		count_format(arena, (long long)total), md_plural(arena, data->run.case_count, "case", "cases"),
		total == 1 ? "is" : "are",
		shown && shown < total ? arena_format(arena, "; here are %s of them, spread over the test set",
						 count_format(arena, (long long)shown))
				       : "");
	if (!rows_write(data, sink, shown, error))
		return false;
	if (shown < total)
		sink_format(sink, "%s at least one variant does not pass; the csv report has every answer.\n\n",
			md_plural(arena, (long long)(total - shown), "more case", "more cases"));
	return true;
}
