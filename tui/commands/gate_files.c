#include "tui/commands/gate_files.h"
#include "eval/base/file.h"
#include "reports/md.h"
#include "reports/xml.h"

#define WORDS_LIMIT 1000

/* What was measured, and of an open gate what would decide it. */
static const char *result_words(const struct gate_result *result, struct arena *arena)
{
	return arena_format(arena, "%s%s%s", result->message ? result->message : "", result->further ? "; " : "",
		result->further ? result->further : "");
}

static void junit_case(struct report_sink *sink, const struct gate_result *result, struct arena *arena)
{
	sink_string(sink, "    <testcase classname=\"lever.gate\" name=\"");
	sink_xml(sink, arena, text_of(result->gate->words), WORDS_LIMIT);
	if (result->answer == GATE_PASS) {
		sink_string(sink, "\"/>\n");
		return;
	}
	sink_format(sink, "\">\n      <%s type=\"%s\" message=\"", result->answer == GATE_FAIL ? "failure" : "error",
		gate_answer_name(result->answer));
	sink_xml(sink, arena, text_of(result_words(result, arena)), WORDS_LIMIT);
	sink_string(sink, "\"/>\n    </testcase>\n");
}

bool gate_junit_write(const struct gate_result *results, size_t count, const char *path, struct arena *arena, struct error *error)
{
	struct report_sink sink = {.buffer = BUFFER_EMPTY, .file = -1};
	size_t failed = 0, open = 0;
	for (size_t i = 0; i < count; i++) {
		failed += results[i].answer == GATE_FAIL;
		open += results[i].answer > GATE_FAIL;
	}
	sink_string(&sink, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	sink_format(
		&sink, "  <testsuite name=\"lever gates\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n", count, failed, open);
	for (size_t i = 0; i < count; i++)
		junit_case(&sink, &results[i], arena);
	sink_string(&sink, "  </testsuite>\n</testsuites>\n");
	bool good = file_write(path, buffer_text(&sink.buffer), 0644, error);
	buffer_release(&sink.buffer);
	return good;
}

bool gate_summary_write(const struct gate_result *results, size_t count, const char *path, struct arena *arena, struct error *error)
{
	struct report_sink sink = {.buffer = BUFFER_EMPTY, .file = -1};
	sink_string(&sink, "### lever gates\n\n");
	MD_HEAD(&sink, 3, "gate", "answer", "measured");
	for (size_t i = 0; i < count; i++)
		MD_ROW(&sink, results[i].gate->words, gate_answer_name(results[i].answer),
			result_words(&results[i], arena));
	sink_string(&sink, "\n");
	bool good = file_append(path, buffer_text(&sink.buffer), 0644, error);
	buffer_release(&sink.buffer);
	return good;
}
