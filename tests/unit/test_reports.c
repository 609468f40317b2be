/* Reports: golden files, hostile text, numbers as readers see them. UPDATE=1 rewrites the golden files. */
#include "eval/base/file.h"
#include "eval/base/json.h"
#include "eval/base/utf8.h"
#include "reports/format.h"
#include "reports/md.h"
#include "reports/report.h"
#include "tests/unit/fixture.h"
#include <fcntl.h>
#include <sys/stat.h>

static void report_make(struct fixture *fixture, const char *name, struct buffer *out)
{
	const struct report_format *format = report_find(name);
	struct report_data data;
	struct report_sink sink = {.file = -1};
	assert_non_null(format);
	fixture_ok(fixture, report_collect(fixture->store, 0, fixture->arena, &data, &fixture->error));
	fixture_ok(fixture, format->write(&data, &sink, &fixture->error));
	assert_false(sink.failed);
	*out = sink.buffer;
}

static void golden_check(struct fixture *fixture, const char *name, const char *path)
{
	CLEANUP(buffer_release) struct buffer made = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer again = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer golden = BUFFER_EMPTY;
	report_make(fixture, name, &made);
	report_make(fixture, name, &again);
	assert_true(text_equal(buffer_text(&made), buffer_text(&again)));
	if (getenv("UPDATE"))
		fixture_ok(fixture, file_write(path, buffer_text(&made), 0644, &fixture->error));
	fixture_ok(fixture, file_read(path, 0, &golden, &fixture->error));
	size_t at = 0;
	while (at < made.length && at < golden.length && made.data[at] == golden.data[at])
		at++;
	if (at < made.length || at < golden.length)
		fail_msg("%s differs at byte %zu: made \"%.60s\", golden \"%.60s\"", path, at, buffer_string(&made) + at,
			buffer_string(&golden) + at);
}

static void test_golden(void **state)
{
	static const char *const rows[][2] = {{"md", "tests/golden/report.md"}, {"json", "tests/golden/report.json"},
		{"csv", "tests/golden/report.csv"}, {"junit", "tests/golden/report.junit.xml"}};
	struct fixture fixture;
	fixture_open(&fixture, &fixture_small);
	for (size_t i = 0; i < COUNT(rows); i++)
		golden_check(&fixture, rows[i][0], rows[i][1]);
	fixture_close(&fixture);
}

/* A second database made the same way at another moment gives the same bytes. */
static void test_same_bytes(void **state)
{
	static const char *const names[] = {"md", "json", "csv", "junit"};
	struct fixture one, two;
	fixture_open(&one, &fixture_small);
	fixture_open(&two, &fixture_small);
	for (size_t i = 0; i < COUNT(names); i++) {
		CLEANUP(buffer_release) struct buffer left = BUFFER_EMPTY;
		CLEANUP(buffer_release) struct buffer right = BUFFER_EMPTY;
		report_make(&one, names[i], &left);
		report_make(&two, names[i], &right);
		assert_true(text_equal(buffer_text(&left), buffer_text(&right)));
	}
	fixture_close(&one);
	fixture_close(&two);
}

/* Whatever the format, no control character, no invalid byte and no bidi override survives. */
static void test_clean(void **state)
{
	static const char *const names[] = {"md", "csv", "junit"};
	struct fixture fixture;
	fixture_open(&fixture, &fixture_small);
	for (size_t i = 0; i < COUNT(names); i++) {
		CLEANUP(buffer_release) struct buffer made = BUFFER_EMPTY;
		report_make(&fixture, names[i], &made);
		assert_int_equal(utf8_invalid_at(buffer_text(&made)), -1);
		for (size_t j = 0; j < made.length; j++)
			if ((unsigned char)made.data[j] < 0x20 && made.data[j] != '\n')
				fail_msg("%s: control character %d at %zu", names[i], made.data[j], j);
		assert_null(strstr(buffer_string(&made), "\xe2\x80\xae"));
	}
	fixture_close(&fixture);
}

static void test_markdown_hostile(void **state)
{
	struct fixture fixture;
	CLEANUP(buffer_release) struct buffer made = BUFFER_EMPTY;
	fixture_open(&fixture, &fixture_small);
	report_make(&fixture, "md", &made);
	const char *text = buffer_string(&made);
	static const char *const never[] = {"<script", "<img", "<b>", "http://", "\n# not", "\n# head", "|`"};
	for (size_t i = 0; i < COUNT(never); i++)
		if (strstr(text, never[i]))
			fail_msg("markdown lets \"%s\" through", never[i]);
	assert_contains(text, "&lt;script&gt;");
	/* Every row of a table has as many unescaped borders as its head. */
	struct text rest = buffer_text(&made), line;
	long head = 0;
	while (text_next_line(&rest, &line)) {
		long borders = 0;
		for (size_t i = 0; i < line.length; i++)
			borders += line.data[i] == '|' && (i == 0 || line.data[i - 1] != '\\');
		if (borders == 0)
			head = 0;
		else if (head == 0)
			head = borders;
		else
			assert_int_equal(borders, head);
	}
	fixture_close(&fixture);
}

/* "<" stays as it is only where it cannot begin anything. */
static void test_markdown_less_than(void **state)
{
	static const char *const rows[][2] = {
		{"p < 0.0001", "p < 0.0001"}, {"a <b> <", "a &lt;b&gt; &lt;"}, {"< <x", "< &lt;x"}, {"<\n/b>", "&lt; "}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct report_sink sink = {.file = -1};
		md_string(&sink, rows[i][0]);
		assert_contains(buffer_string(&sink.buffer), rows[i][1]);
		buffer_release(&sink.buffer);
	}
}

/* Those shown are spread over all that there are. */
static void test_failures_are_spread(void **state)
{
	struct fixture fixture;
	struct report_data data;
	struct report_sink sink = {.file = -1};
	fixture_open(&fixture, &fixture_small);
	fixture_ok(&fixture, report_collect(fixture.store, 0, fixture.arena, &data, &fixture.error));
	assert_int_equal(data.failure_count, 9);
	data.failure_limit = 3;
	fixture_ok(&fixture, report_find("md")->write(&data, &sink, &fixture.error));
	const char *text = buffer_string(&sink.buffer), *at = strstr(text, "here are 3 of them");
	assert_non_null(at);
	for (size_t i = 0; i < 9; i += 3) {
		at = strstr(at, "\n### ");
		assert_non_null(at);
		at += 5;
		if (strcmp(data.failures[i].case_id, "-c|4<&>"))
			assert_memory_equal(at, data.failures[i].case_id, strlen(data.failures[i].case_id));
	}
	assert_null(strstr(at, "\n### "));
	assert_contains(at, "6 more cases at least one variant does not pass");
	buffer_release(&sink.buffer);
	fixture_close(&fixture);
}

static void test_unknown_is_unknown(void **state)
{
	struct fixture fixture;
	CLEANUP(buffer_release) struct buffer markdown = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer document = BUFFER_EMPTY;
	fixture_open(&fixture, &fixture_small);
	report_make(&fixture, "md", &markdown);
	report_make(&fixture, "json", &document);
	assert_contains(buffer_string(&markdown), "unknown");
	assert_null(strstr(buffer_string(&markdown), "nan"));
	struct error error;
	JSON_OWNED *json = json_parse(buffer_text(&document), &error);
	assert_non_null(json);
	assert_true(json_is_null(json_at(json, "variants.2.usage.cost_usd")));
	assert_true(json_is_null(json_at(json, "variants.1.usage.cost_usd")));
	assert_close(json_number_value(json_at(json, "levers.0.p")), 0.0625, 1e-12);
	assert_int_equal(json_array_size(json_at(json, "failures")), 9);
	fixture_close(&fixture);
}

static void test_csv(void **state)
{
	struct fixture fixture;
	CLEANUP(buffer_release) struct buffer made = BUFFER_EMPTY;
	fixture_open(&fixture, &fixture_small);
	report_make(&fixture, "csv", &made);
	const char *text = buffer_string(&made);
	assert_contains(text, "\n'-c|4<&>,prompt,1,");
	assert_contains(text, ",\"'=1+1|`<b>&\"\"'\n# head");
	assert_contains(text, "case-11,rag,1,error,,timeout,,");
	assert_contains(text, "case-6,tuned,1,missing,,planned,,OTTER or OTTER!,,,,\n");
	long quotes = 0, rows = 0;
	for (size_t i = 0; i < made.length; i++) {
		quotes += made.data[i] == '"';
		rows += made.data[i] == '\n' && quotes % 2 == 0;
	}
	assert_int_equal(rows, 1 + 3 * 12);
	fixture_close(&fixture);
}

static void test_junit(void **state)
{
	struct fixture fixture;
	CLEANUP(buffer_release) struct buffer made = BUFFER_EMPTY;
	fixture_open(&fixture, &fixture_small);
	report_make(&fixture, "junit", &made);
	const char *text = buffer_string(&made);
	assert_contains(text, "<testsuites name=\"help|desk &lt;b&gt;\" tests=\"36\" failures=\"14\" errors=\"1\" skipped=\"2\">");
	assert_contains(text, "<testsuite name=\"rag\" tests=\"12\" failures=\"2\" errors=\"1\" skipped=\"0\">");
	assert_contains(text, "<error type=\"timeout\" message=\"no answer within 30 s ");
	assert_contains(text, "<failure type=\"score\" message=\"contains: no | such `text`; label: another label\"/>");
	assert_null(strstr(text, "<script"));
	fixture_close(&fixture);
}

static void test_write(void **state)
{
	struct fixture fixture;
	struct report_data data;
	fixture_open(&fixture, &fixture_small);
	fixture_ok(&fixture, report_collect(fixture.store, 0, fixture.arena, &data, &fixture.error));
	CLEANUP(memory_release) char *path = string_format("%s/out.md", fixture.path);
	CLEANUP(buffer_release) struct buffer made = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer stored = BUFFER_EMPTY;
	fixture_ok(&fixture, report_write(&data, report_find(path), path, &fixture.error));
	fixture_ok(&fixture, file_read(path, 0, &stored, &fixture.error));
	report_make(&fixture, "md", &made);
	assert_true(text_equal(buffer_text(&made), buffer_text(&stored)));
	assert_false(report_write(&data, report_find("md"), "/nonexistent/out.md", &fixture.error));
	assert_int_equal(fixture.error.kind, ERROR_STORAGE);
	assert_contains(fixture.error.message, "cannot be written");
	unlink(path);
	assert_false(report_collect(fixture.store, 9, fixture.arena, &data, &fixture.error));
	assert_int_equal(fixture.error.kind, ERROR_USAGE);
	fixture_close(&fixture);
}

static void test_full_disk(void **state)
{
	struct fixture fixture;
	struct report_data data;
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	if (full < 0)
		skip();
	fixture_open(&fixture, &fixture_small);
	fixture_ok(&fixture, report_collect(fixture.store, 0, fixture.arena, &data, &fixture.error));
	int kept = dup(STDOUT_FILENO);
	fflush(stdout);
	dup2(full, STDOUT_FILENO);
	bool good = report_write(&data, report_find("csv"), "-", &fixture.error);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	close(full);
	assert_false(good);
	assert_int_equal(fixture.error.kind, ERROR_STORAGE);
	fixture_close(&fixture);
}

static void test_find(void **state)
{
	static const char *const rows[][2] = {{"report.md", "md"}, {"a/b.JSON", "json"}, {"x.csv", "csv"},
		{"out.junit.xml", "junit"}, {"junit", "junit"}, {"md", "md"}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_non_null(report_find(rows[i][0]));
		assert_string_equal(report_find(rows[i][0])->name, rows[i][1]);
	}
	assert_null(report_find("report.docx"));
	assert_null(report_find("report"));
	assert_null(report_find(""));
}

/* Nothing measured, and nothing at all: words, not numbers. */
static void test_empty(void **state)
{
	struct fixture_shape shape = fixture_small;
	shape.patterns[0] = shape.patterns[1] = shape.patterns[2] = "M";
	struct fixture fixture;
	fixture_open(&fixture, &shape);
	static const char *const names[] = {"md", "json", "csv", "junit"};
	for (size_t i = 0; i < COUNT(names); i++) {
		CLEANUP(buffer_release) struct buffer made = BUFFER_EMPTY;
		report_make(&fixture, names[i], &made);
		assert_null(strstr(buffer_string(&made), "nan"));
		if (i == 0)
			assert_contains(buffer_string(&made), "Nothing has been measured yet");
	}
	fixture_close(&fixture);
}

static void test_formats(void **state)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	static const struct {
		double dollars;
		const char *words;
	} money[] = {{0.00042, "$0.00042"}, {0, "$0.00"}, {1.234, "$1.23"}, {12345, "$12,345.00"}, {0.05, "$0.050"},
		{0.000001, "$0.0000010"}, {0.1, "$0.10"}, {999999.999, "$1,000,000.00"}, {NAN, "unknown"}, {-1, "unknown"},
		{1e300, "$1e+300"}, {4.2e-13, "$0.000000000000"}};
	for (size_t i = 0; i < COUNT(money); i++)
		assert_string_equal(money_format(arena, money[i].dollars), money[i].words);
	static const struct {
		double seconds;
		const char *words;
	} times[] = {{1.2, "1.2 s"}, {0.34, "340 ms"}, {0.0034, "3.4 ms"}, {0.00005, "0.05 ms"}, {125, "2 min 5 s"},
		{11400, "3 h 10 min"}, {0.9996, "1.0 s"}, {59.99, "1 min 0 s"}, {NAN, "unknown"}, {-1, "unknown"}};
	for (size_t i = 0; i < COUNT(times); i++)
		assert_string_equal(duration_format(arena, times[i].seconds), times[i].words);
	assert_string_equal(count_format(arena, 1234567), "1,234,567");
	assert_string_equal(count_format(arena, 999), "999");
	assert_string_equal(count_format(arena, 0), "0");
	assert_string_equal(count_format(arena, UNKNOWN), "unknown");
	assert_string_equal(cost_format(arena, UNKNOWN), "unknown");
	assert_string_equal(cost_format(arena, 420000000), "$0.00042");
	assert_string_equal(points_format(arena, 0.3123), "+31.2 points");
	assert_string_equal(points_format(arena, -0.00001), "+0.0 points");
	assert_string_equal(percent_format(arena, 0.8125), "81.3%");
	assert_string_equal(percent_format(arena, NAN), "unknown");
	assert_string_equal(p_format(arena, 0.00001), "< 0.0001");
	assert_string_equal(p_format(arena, 0.0032), "0.0032");
	assert_string_equal(p_format(arena, NAN), "none");
	assert_string_equal(ratio_format(arena, 4.21), "4.2 times");
	assert_string_equal(ratio_format(arena, NAN), "unknown");
	assert_string_equal(percent_interval_format(arena, (struct interval){NAN, NAN, false}), "undefined");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_markdown_hostile),
		cmocka_unit_test(test_markdown_less_than),
		cmocka_unit_test(test_failures_are_spread),
		cmocka_unit_test(test_unknown_is_unknown),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_junit),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_formats),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
