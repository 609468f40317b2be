/* JUnit XML: a suite a variant, a test a case, as CI servers read it. Answers stay out; reasons of failed scorers go in. */
#include "eval/base/cells.h"
#include "eval/base/utf8.h"
#include "reports/xml.h"
#include "reports/excerpt.h"

#define NAME_LIMIT 500
#define MESSAGE_LIMIT 1000

struct junit {
	const struct report_data *data;
	const struct arm_summary *arm;
	struct report_sink *sink;
	struct arena *arena; /* of one test */
	struct error *error;
	bool good;
};

static void xml_text(struct junit *junit, struct text text, size_t limit)
{
	sink_xml(junit->sink, junit->arena, text, limit);
}

static void problem_write(struct junit *junit, const char *element, const char *type, struct text message)
{
	sink_format(junit->sink, "      <%s type=\"", element);
	xml_text(junit, text_of(type), NAME_LIMIT);
	sink_string(junit->sink, "\" message=\"");
	xml_text(junit, message, MESSAGE_LIMIT);
	sink_string(junit->sink, "\"/>\n");
}

static void skip_write(struct junit *junit, const char *message)
{
	sink_format(junit->sink, "      <skipped message=\"%s\"/>\n", message);
}

static bool failure_write(struct junit *junit, const struct outcome *outcome)
{
	struct text why;
	if (!reasons_plain(junit->data, outcome->attempt, outcome->gold, junit->arena, &why, junit->error))
		return false;
	if (!why.length)
		why = outcome->state == ATTEMPT_ANSWERED ? TEXT("not passed") : text_of(attempt_state_name(outcome->state));
	problem_write(junit, "failure", "score", why);
	return true;
}

static bool error_write(struct junit *junit, const struct outcome *outcome)
{
	struct outcome_texts texts;
	if (!outcome_texts(junit->data->store, junit->data->run.id, outcome->position, outcome->attempt, junit->arena, &texts,
		    junit->error))
		return false;
	problem_write(junit, "error", outcome->class, texts.message.length ? texts.message : text_of(outcome->class));
	return true;
}

static bool verdict_write(struct junit *junit, const struct outcome *outcome)
{
	if (outcome->attempt == 0) {
		skip_write(junit, "not run yet");
		return true;
	}
	if (outcome->state == ATTEMPT_OPEN)
		return error_write(junit, outcome);
	if (outcome->graded && outcome->passed)
		return true;
	if (outcome->graded || outcome->state != ATTEMPT_ANSWERED)
		return failure_write(junit, outcome);
	skip_write(junit, "no scorer judged it");
	return true;
}

static bool test_write(void *data, const struct outcome *outcome)
{
	struct junit *junit = data;
	arena_reset(junit->arena);
	sink_string(junit->sink, "    <testcase classname=\"");
	xml_text(junit, text_of(junit->arm->arm.name), NAME_LIMIT);
	sink_string(junit->sink, "\" name=\"");
	xml_text(junit, text_of(outcome->case_id), NAME_LIMIT);
	if (junit->data->run.repeats > 1)
		sink_format(junit->sink, " (repeat %d)", outcome->repeat);
	sink_string(junit->sink, "\"");
	if (outcome->latency != UNKNOWN && outcome->attempt)
		sink_format(junit->sink, " time=\"%.3f\"", (double)outcome->latency / 1e6);
	sink_string(junit->sink, ">\n");
	junit->good = verdict_write(junit, outcome);
	sink_string(junit->sink, "    </testcase>\n");
	return junit->good && !junit->sink->failed;
}

static bool suite_write(struct junit *junit)
{
	const struct arm_summary *arm = junit->arm;
	arena_reset(junit->arena);
	sink_string(junit->sink, "  <testsuite name=\"");
	xml_text(junit, text_of(arm->arm.name), NAME_LIMIT);
	sink_format(junit->sink, "\" tests=\"%lld\" failures=\"%lld\" errors=\"%lld\" skipped=\"%lld\">\n", arm->planned,
		arm->failed, arm->errors, arm->missing + arm->ungraded);
	if (!outcome_each(junit->data->store, junit->data->run.id, arm->arm.version, test_write, junit, junit->error))
		return false;
	sink_string(junit->sink, "  </testsuite>\n");
	return junit->good;
}

static void head_write(struct junit *junit)
{
	long long planned = 0, failed = 0, errors = 0, skipped = 0;
	for (size_t i = 0; i < junit->data->arm_count; i++) {
		const struct arm_summary *arm = &junit->data->arms[i];
		planned += arm->planned;
		failed += arm->failed;
		errors += arm->errors;
		skipped += arm->missing + arm->ungraded;
	}
	sink_string(junit->sink, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"");
	xml_text(junit, text_of(junit->data->project), NAME_LIMIT);
	sink_format(junit->sink, "\" tests=\"%lld\" failures=\"%lld\" errors=\"%lld\" skipped=\"%lld\">\n", planned, failed, errors,
		skipped);
}

static bool junit_write(const struct report_data *data, struct report_sink *sink, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct junit junit = {.data = data, .sink = sink, .arena = arena, .error = error, .good = true};
	head_write(&junit);
	for (size_t i = 0; i < data->arm_count; i++) {
		junit.arm = &data->arms[i];
		if (!suite_write(&junit))
			return false;
	}
	sink_string(sink, "</testsuites>\n");
	return true;
}

const struct report_format report_junit = {
	.name = "junit",
	.summary = "JUnit XML for CI servers: a suite a variant, a test a case",
	.help = "A case that is not passed is a failure with the reasons of the scorers; an attempt without an answer is an error; "
		"what has not been run or "
		"judged is skipped. Answers stay out of the file.",
	.suffix = "xml",
	.write = junit_write,
};
