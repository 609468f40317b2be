/* One row an attempt (RFC 4180, lines end in LF). Cells that a spreadsheet would run are defused with a leading apostrophe. */
#include "eval/base/cells.h"
#include "reports/excerpt.h"

struct csv {
	const struct report_data *data;
	const struct arm_summary *arm;
	struct report_sink *sink;
	struct arena *arena; /* of one row */
	struct error *error;
	bool good;
};

static void cell_quote(struct report_sink *sink, struct text cell)
{
	bool plain = true;
	for (size_t i = 0; i < cell.length && plain; i++)
		plain = !strchr("\",\n\r", cell.data[i]);
	if (plain) {
		sink_text(sink, cell);
		return;
	}
	sink_string(sink, "\"");
	for (size_t from = 0; from < cell.length;) {
		const char *quote = memchr(cell.data + from, '"', cell.length - from);
		size_t to = quote ? (size_t)(quote - cell.data) + 1 : cell.length;
		sink_text(sink, text_make(cell.data + from, to - from));
		sink_string(sink, quote ? "\"" : "");
		from = to;
	}
	sink_string(sink, "\"");
}

static bool byte_runs(struct text text)
{
	return text.length > 0 && text.data[0] != '\0' && strchr("=+-@\t\r", text.data[0]) != NULL;
}

/* Text from outside: cleaned, then defused. */
static void cell_text(struct report_sink *sink, struct text text)
{
	CLEANUP(buffer_release) struct buffer clean = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer safe = BUFFER_EMPTY;
	if (text.length)
		cells_write(text, &clean);
	if (byte_runs(text) || byte_runs(text_trim(buffer_text(&clean))))
		buffer_add_byte(&safe, '\'');
	buffer_add_text(&safe, buffer_text(&clean));
	cell_quote(sink, buffer_text(&safe));
	sink_string(sink, ",");
}

static void cell_known(struct report_sink *sink, long long value)
{
	if (value != UNKNOWN)
		sink_format(sink, "%lld", value);
	else
		sink_string(sink, "unknown");
	sink_string(sink, ",");
}

static const char *verdict_word(const struct outcome *outcome)
{
	if (outcome->attempt == 0)
		return "missing";
	if (outcome->state == ATTEMPT_OPEN)
		return "error";
	if (outcome->graded)
		return outcome->passed ? "pass" : "fail";
	return outcome->state == ATTEMPT_ANSWERED ? "ungraded" : "fail";
}

static void verdict_cells(struct report_sink *sink, const struct outcome *outcome)
{
	sink_format(sink, "%d,%s,", outcome->repeat, verdict_word(outcome));
	if (outcome->graded)
		sink_format(sink, "%.6g", outcome->value);
	sink_string(sink, ",");
	cell_text(sink, text_of(outcome->class));
}

static void usage_cells(struct report_sink *sink, const struct outcome *outcome)
{
	cell_known(sink, outcome->usage.input);
	cell_known(sink, outcome->usage.output);
	if (outcome->usage.cost == UNKNOWN)
		sink_string(sink, "unknown,");
	else
		sink_format(sink, "%.12g,", (double)outcome->usage.cost / 1e12);
	if (outcome->latency == UNKNOWN)
		sink_string(sink, "unknown\n");
	else
		sink_format(sink, "%.6f\n", (double)outcome->latency / 1e6);
}

static bool csv_row(void *data, const struct outcome *outcome)
{
	struct csv *csv = data;
	struct outcome_texts texts;
	arena_reset(csv->arena);
	csv->good = outcome_texts(
		csv->data->store, csv->data->run.id, outcome->position, outcome->attempt, csv->arena, &texts, csv->error);
	if (!csv->good)
		return false;
	cell_text(csv->sink, text_of(outcome->case_id));
	cell_text(csv->sink, text_of(csv->arm->arm.name));
	verdict_cells(csv->sink, outcome);
	cell_text(csv->sink, texts.output);
	cell_text(csv->sink, expected_plain(csv->arena, texts.expected));
	if (outcome->attempt)
		usage_cells(csv->sink, outcome);
	else
		sink_string(csv->sink, ",,,\n");
	return !csv->sink->failed;
}

static bool csv_write(const struct report_data *data, struct report_sink *sink, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	sink_string(sink,
		"case,variant,repeat,verdict,score,class,output,expected,input_tokens,output_tokens,cost_usd,latency_seconds\n");
	for (size_t i = 0; i < data->arm_count; i++) {
		struct csv csv = {.data = data, .arm = &data->arms[i], .sink = sink, .arena = arena, .error = error, .good = true};
		if (!outcome_each(data->store, data->run.id, data->arms[i].arm.version, csv_row, &csv, error) || !csv.good)
			return false;
	}
	return true;
}

const struct report_format report_csv = {
	.name = "csv",
	.summary = "one row an attempt, for spreadsheets",
	.help = "Columns: case, variant, repeat, verdict (pass, fail, error, missing, ungraded), score, class, output, expected, "
		"tokens, cost in dollars, "
		"latency in seconds. Unknown values read \"unknown\". A text that a spreadsheet would take for a formula gets a "
		"leading apostrophe.",
	.suffix = "csv",
	.write = csv_write,
};
