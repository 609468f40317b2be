/* JUnit XML: a suite a variant, a test a case, as CI servers read it. Answers stay out; reasons of failed scorers go in. */
#include "eval/base/cells.h"
#include "eval/base/utf8.h"
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

/* The characters XML 1.0 allows (section 2.2). */
static bool character_allowed(uint32_t code)
{
	return code == 0x9 || code == 0xA || (code >= 0x20 && code <= 0xD7FF) || (code >= 0xE000 && code <= 0xFFFD) ||
	       code >= 0x10000;
}

static const char *xml_escape(uint32_t code)
{
	switch (code) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&apos;";
	case '\n':
		return "&#10;";
	case '\t':
		return "&#9;";
	default:
		return character_allowed(code) ? NULL : "\xEF\xBF\xBD";
	}
}

/* Cleaned, shortened, escaped: for attributes and content alike. */
static void xml_text(struct junit *junit, struct text text, size_t limit)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct text clean = excerpt_of(junit->arena, text, limit);
	for (size_t i = 0; i < clean.length;) {
		uint32_t code = 0;
		int bytes = utf8_decode(clean.data + i, clean.length - i, &code);
		const char *escape = bytes ? xml_escape(code) : "\xEF\xBF\xBD";
		if (escape)
			buffer_add_string(&out, escape);
		else
			buffer_add(&out, clean.data + i, (size_t)bytes);
		i += bytes ? (size_t)bytes : 1;
	}
	sink_text(junit->sink, buffer_text(&out));
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
