#include "tests/unit/unit.h"

#include "datasets/dataset.h"
#include <sys/resource.h>
#include <unistd.h>

/* ---- reading a text as a file ---- */

static char folder[] = "/tmp/lever-datasets-XXXXXX";
static char file[256];

static const char *file_with(const char *suffix, const char *content, size_t length)
{
	snprintf(file, sizeof file, "%s/data.%s", folder, suffix);
	FILE *out = fopen(file, "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(content, 1, length, out), length);
	fclose(out);
	return file;
}

static void line_add(struct buffer *out, const struct error *error)
{
	buffer_format(out, "%ld:%ld %s\n", error->line, error->column, error->message);
}

/* What reading gives, one line a row: "line[ key]: value", "bad line:column message", "stop line:column message". */
static void transcript(const char *format, const struct dataset_options *options, struct buffer *out)
{
	struct dataset_reader reader;
	struct dataset_row row = {0};
	struct error error = {0};
	buffer_clear(out);
	if (!dataset_open(&reader, file, format, options, &error)) {
		assert_string_equal(error.file, "shown");
		buffer_add_string(out, "open ");
		line_add(out, &error);
		dataset_close(&reader);
		return;
	}
	int result;
	while ((result = dataset_next(&reader, &row, &error)) != 0) {
		if (result == 1) {
			buffer_format(out, "%ld%s%s: ", row.line, row.key ? " " : "", row.key ? row.key : "");
			json_compact(row.value, out);
			buffer_add_byte(out, '\n');
			continue;
		}
		assert_int_equal(error.kind, ERROR_DATA);
		assert_string_equal(error.file, "shown");
		buffer_add_string(out, result == -1 ? "bad " : "stop ");
		line_add(out, &error);
	}
	assert_int_equal(dataset_next(&reader, &row, &error), 0);
	dataset_close(&reader);
	dataset_close(&reader);
}

struct sample {
	const char *suffix, *content;
	const char *expected; /* the whole transcript; a line that ends with … is only compared as far as that */
	const char *at;
	char delimiter;
	bool plain_quotes;
	const char *const *columns;
};

/* Compares line by line, up to a … in the expected line. */
static void transcript_compare(const struct sample *sample, const char *actual)
{
	struct text expected = text_of(sample->expected), got = text_of(actual), a, b;
	while (text_next_line(&expected, &a)) {
		long cut = text_find(a, TEXT("…"), 0);
		bool more = text_next_line(&got, &b);
		bool same = more && (cut < 0 ? text_equal(a, b) : text_starts(b, text_make(a.data, (size_t)cut)));
		if (!same)
			fail_msg("%s `%s`:\n%s--- expected\n%s", sample->suffix, sample->content, actual, sample->expected);
	}
	if (text_next_line(&got, &b))
		fail_msg("%s `%s`: more than expected:\n%s", sample->suffix, sample->content, actual);
}

static void samples_check(const struct sample *samples, size_t count)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	for (size_t i = 0; i < count; i++) {
		const struct dataset_options options = {.path = "shown",
			.at = samples[i].at,
			.delimiter = samples[i].delimiter,
			.plain_quotes = samples[i].plain_quotes,
			.columns = samples[i].columns};
		file_with(samples[i].suffix, samples[i].content, strlen(samples[i].content));
		transcript(NULL, &options, &out);
		transcript_compare(&samples[i], buffer_string(&out));
	}
}

/* ---- formats ---- */

static void test_jsonl(void **unused)
{
	static const struct sample samples[] = {
		{"jsonl", "{\"a\":1}\n\n  \n{\"a\":2}", "1: {\"a\":1}\n4: {\"a\":2}\n"},
		{"ndjson", "\xEF\xBB\xBF{\"a\":1}\r\n[2]\r\n", "1: {\"a\":1}\n2: [2]\n"},
		{"jsonl", "{\"a\":1}\n{\"a\":}\n{\"a\":3}\n", "1: {\"a\":1}\nbad 2:6 not valid JSON…\n3: {\"a\":3}\n"},
		{"jsonl", "{\"a\":1,\"a\":2}\n{\"b\":1}x\n", "bad 1:…\nbad 2:…\n"},
		{"jsonl", "{\"a\":\"x\xFFy\"}\n{\"a\":1}\n", "bad 1:8 byte 0xFF is no valid UTF-8…\n2: {\"a\":1}\n"},
		{"jsonl", "[\n{\"a\":1}\n]\n", "bad 1:1 `[` alone is no row…\n2: {\"a\":1}\nbad 3:…\n"},
		{"jsonl", "", "stop 1:0 has no row: at least one was expected\n"},
		{"jsonl", "\n \n", "stop 1:0 has no row…\n"},
		{"jsonl", "{\"a\":\"\\u0000\"}\n{\"a\":1e999}\n{\"a\":NaN}\n", "bad 1:…\nbad 2:…\nbad 3:…\n"},
		{"jsonl", "{}\n", "open 0:0 `at` has no meaning for jsonl…\n", .at = "data"},
		{"jsonl", "\xFF\xFEx\0", "open 1:1 is UTF-16…\n"},
		{"txt", "{}\n", "open 0:0 the suffix `txt` names no format: say `format:`, one of csv, json, jsonl, yaml\n"},
		{"jsnl", "{}\n", "open 0:0 the suffix `jsnl` names no format, did you mean `jsonl`?…\n"},
	};
	samples_check(samples, COUNT(samples));
}

static void test_json(void **unused)
{
	static const char squad[] = "{\"v\": [1, \"]}\"], \"data\": [\n {\"p\": {\"qas\": [{\"q\": 1}, {\"q\": 2}]}},\n {\"p\": "
				    "{\"qas\": [\n{\"q\": 3}]}}]}";
	static const struct sample samples[] = {
		{"json", "[{\"a\":1},\n {\"a\":[2,\"]\"]},\n 3, \"x\", null]",
			"1: {\"a\":1}\n2: {\"a\":[2,\"]\"]}\n3: 3\n3: \"x\"\n3: null\n"},
		{"json", "\xEF\xBB\xBF{\"x\":\n{\"a\":1}, \"y\\u00e9\":\"yes\"}", "1 x: {\"a\":1}\n2 y\xC3\xA9: \"yes\"\n"},
		{"json", "{\"meta\":{\"rows\":[9]},\"rows\":[1,2]}", "1: 1\n1: 2\n", .at = "rows"},
		{"json", "{\"a\":{\"b\":[[5],[6,7]]}}", "1: 6\n1: 7\n", .at = "a.b.1"},
		{"json", "{\"a\":{\"b\":[[5],[6,7]]}}", "1: 6\n1: 7\n", .at = "a.b[1]"},
		{"json", "{\"a\":{\"b\":[[5],[6,7]]}}", "1: 6\n1: 7\n", .at = "/a/b/1"},
		{"json", "{\"a.b\":[5],\"c\":1}", "1: 5\n", .at = "a.b"},
		{"json", "{\"x/y\":{\"~\":[5]}}", "1: 5\n", .at = "/x~1y/~0"},
		{"json", "{\"*\":[5],\"b\":[6]}", "1: 5\n", .at = "[\"*\"]"},
		{"json", squad, "2: {\"q\":1}\n2: {\"q\":2}\n4: {\"q\":3}\n", .at = "data.*.p.qas"},
		{"json", "[]", "stop 1:0 has no row…\n"},
		{"json", " \n", "stop 1:0 has no row…\n"},
		{"json", "{\"rows\":[]}", "stop 1:0 has no row…\n", .at = "rows"},
		{"json", "[1] x", "1: 1\nstop 1:5 the document has ended, but more follows…\n"},
		{"json", "{\"a\":1}\n{\"a\":2}", "1 a: 1\nstop 2:1 the document has ended…\n"},
		{"json", "[1,]", "1: 1\nbad 1:4 a comma stands before this `]`…\n"},
		{"json", "[,1]", "stop 1:2 `,` where a value was expected\n"},
		{"json", "[1 2]", "1: 1\nstop 1:4 `2` where `,` or `]` was expected\n"},
		{"json", "[{\"a\":tru},\n{\"a\":\n\"x\" \"y\"},\n{\"a\":1}]", "bad 1:…\nbad 3:…\n4: {\"a\":1}\n"},
		{"json", "[{\"a\":\"\xC3\"}, {\"b\":1}]", "bad 1:8 byte 0xC3 is no valid UTF-8…\n1: {\"b\":1}\n"},
		{"json", "[\n1,\n  {\"a\": [1, 2}, 3]",
			"2: 1\nstop 3:14 `}` where `]` (opened in line 3, column 9) was expected\n"},
		{"json", "[\n1,\n {\"a\": \"x}, 3]\n",
			"2: 1\nstop 3:8 the string that begins here is not closed before the line ends…\n"},
		{"json", "[1,\n{\"a\":\"x", "1: 1\nstop 2:6 the string that begins here is not closed before the file ends…\n"},
		{"json", "[1,\n{\"a\":[",
			"1: 1\nstop 2:7 the file ends where `]` (opened in line 2, column 6) was expected: is it cut off?\n"},
		{"json", "[1", "1: 1\nstop 1:3 the file ends where `,` or `]` was expected: is it cut off?\n"},
		{"json", "\"rows\"", "stop 1:1 a list of rows, or an object whose members are rows, was expected here…\n"},
		{"json", "{\"rwos\":[1]}",
			"stop 1:1 `at` says `rows`, but the object that begins here has no such member, did you mean `rwos`?\n",
			.at = "rows"},
		{"json", "[[1]]", "stop 1:1 `at` says item 3 (from 0), but the list that begins here has 1\n", .at = "3"},
		{"json", "[[1]]", "stop 1:1 `at` says `x`, but here is a list…\n", .at = "x"},
		{"json", "{\"a\":5}", "stop 1:6 a list or an object was expected here, with `b` inside, as `at` says\n",
			.at = "a.b"},
		{"json", "[{\"r\":[1]},{\"s\":2},{\"r\":[3]}]", "1: 1\nbad 1:12 `at` says `r`…\n1: 3\n", .at = "*.r"},
		{"json", "{\"a\":[1],\"a\":[2]}", "1: 1\nstop 1:0 the member `a`, which `at` names, stands twice in one object\n",
			.at = "a"},
		{"json", "{a:1}", "stop 1:2 `a` where a member's name in double quotes was expected\n"},
		{"json", "{\"a\" 1}", "stop 1:6 `1` where a `:` behind the member's name was expected\n"},
		{"json", "{\"\\x\":1,\"b\":2}", "bad 1:…\n1 b: 2\n"},
	};
	samples_check(samples, COUNT(samples));
}

static void test_csv(void **unused)
{
	static const char *const columns[] = {"label", "text", NULL};
	static const struct sample samples[] = {
		{"csv", "a,b\n1,2\n007,\n", "2: {\"a\":\"1\",\"b\":\"2\"}\n3: {\"a\":\"007\",\"b\":\"\"}\n"},
		{"csv", "\xEF\xBB\xBF a ,\"b\"\r\n\"x\r\ny\",\"say \"\"hi\"\"\"\r\n\r\n5\" disk,\"\"",
			"2: {\"a\":\"x\\r\\ny\",\"b\":\"say \\\"hi\\\"\"}\n5: {\"a\":\"5\\\" disk\",\"b\":\"\"}\n"},
		{"tsv", "a\tb\n1,5\t\"x\ty\"\n", "2: {\"a\":\"1,5\",\"b\":\"x\\ty\"}\n"},
		{"csv", "a;b\n1;2\n", "2: {\"a\":\"1\",\"b\":\"2\"}\n", .delimiter = ';'},
		{"csv", "a;b\n1;2\n",
			"stop 1:1 the header has one column, `a;b`: if `;` separates the columns, say `delimiter: \";\"`\n"},
		{"tsv", "ham\t\"hi\nspam\tx\n",
			"1: {\"label\":\"ham\",\"text\":\"\\\"hi\"}\n2: {\"label\":\"spam\",\"text\":\"x\"}\n",
			.plain_quotes = true, .columns = columns},
		{"csv", ",b,\n1,2,3\n", "2: {\"column1\":\"1\",\"b\":\"2\",\"column3\":\"3\"}\n"},
		{"csv", "a,b\n1\n\"x\ny\",2,3\n4,5\n",
			"bad 2:1 the row has 1 column, but the header has 2 (a, b): fill in…\nbad 3:1 the row has 3 columns, but "
			"the header has 2 (a, b): put a cell…\n5: {\"a\":\"4\",\"b\":\"5\"}\n"},
		{"csv", "a,b\n\"x\" y,2\n3,4\n", "bad 2:4 text behind a closing quote…\n3: {\"a\":\"3\",\"b\":\"4\"}\n"},
		{"csv", "a,b\n1,2\n3,\"x\n5,6\n",
			"2: {\"a\":\"1\",\"b\":\"2\"}\nstop 3:3 the quote that opens here is not closed before the file ends…\n"},
		{"csv", "a\n\"x\n\xE9\"\ny\n", "bad 3:1 byte 0xE9 is no valid UTF-8…\n4: {\"a\":\"y\"}\n"},
		{"csv", "a\xFF,b\n1,2\n", "stop 1:2 byte 0xFF is no valid UTF-8…\n"},
		{"csv", "a,b,a\n1,2,3\n", "stop 1:1 the columns 1 and 3 are both called `a`…\n"},
		{"csv", "", "stop 1:0 has no row…\n"},
		{"csv", "a,b\r\n\r\n", "stop 1:0 has no row…\n"},
		{"csv", "a,b\n1,2\n", "open 0:0 `at` has no meaning for csv…\n", .at = "x"},
		{"csv", "a,b\n1,2\n", "open 0:0 a quote or a line end cannot separate columns…\n", .delimiter = '"'},
	};
	samples_check(samples, COUNT(samples));
}

static void test_yaml(void **unused)
{
	static const struct sample samples[] = {
		{"yaml", "- a: 1\n  b: no\n- {a: '2'}\n", "1: {\"a\":1,\"b\":\"no\"}\n3: {\"a\":\"2\"}\n"},
		{"yml", "x:\n  a: 1\ny: 2\n", "1 x: {\"a\":1}\n3 y: 2\n"},
		{"yaml", "s:\n  - c: [1, 2]\n  - c: [3]\n", "2: 1\n2: 2\n3: 3\n", .at = "s.*.c"},
		{"yaml", "a: {b.c: [5]}\n", "1: 5\n", .at = "a.b.c"},
		{"yaml", "", "stop 1:0 has no row…\n"},
		{"yaml", "[]\n", "stop 1:0 has no row…\n"},
		{"yaml", "rwos: [1]\n",
			"open 1:1 `at` says `rows`, but the map that begins here has no such key, did you mean `rwos`?\n",
			.at = "rows"},
		{"yaml", "a: 5\n", "open 1:4 a list of rows, or a map whose values are rows, was expected here; here is a number\n",
			.at = "a"},
		{"yaml", "- [1, 2\n- 3\n", "open 1:3 …\n"},
		{"yaml", "- \"a\\0b\"\n- 2\n", "bad 1:0 the row holds a NUL character: text was expected\n2: 2\n"},
	};
	samples_check(samples, COUNT(samples));
}

static void test_format_named(void **unused)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	const struct dataset_options options = {.path = "shown"};
	file_with("data", "a\tb\n1\t2\n", 8);
	transcript("tsv", &options, &out);
	assert_string_equal(buffer_string(&out), "2: {\"a\":\"1\",\"b\":\"2\"}\n");
	transcript("jsnol", &options, &out);
	assert_contains(buffer_string(&out), "unknown format `jsnol`, did you mean `jsonl`?");
	const char *spelled = NULL;
	const struct dataset_format *csv = dataset_format_find("TAB", &spelled);
	assert_string_equal(spelled, "tab");
	assert_ptr_equal(csv, dataset_format_find("csv", &spelled));
	for (const struct dataset_format *const *format = dataset_formats; *format; format++)
		assert_true((*format)->summary && (*format)->help && (*format)->suffixes[0]);
}

static void test_unreadable(void **unused)
{
	struct dataset_reader reader;
	struct error error;
	static const char *const formats[] = {"jsonl", "json", "csv", "yaml"};
	for (size_t i = 0; i < COUNT(formats); i++) {
		assert_false(dataset_open(&reader, folder, formats[i], NULL, &error));
		assert_contains(error.message, "is a folder");
		assert_false(dataset_open(&reader, "/nowhere/at.all", formats[i], NULL, &error));
		assert_contains(error.message, "cannot be opened");
		assert_string_equal(error.file, "/nowhere/at.all");
	}
}

/* Bytes of every kind, and every cut of a good file: reading ends, and never in anything but rows and errors. */
static void test_hostile(void **unused)
{
	static const char *const formats[] = {"jsonl", "json", "csv", "tsv", "yaml"};
	static const char good[] = "[{\"a\":\"x\\\"\\u00e9\",\"b\":[1,{\"c\":null}]},\n\"q\"\"r\", -1.5e3, true]\n";
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	const struct dataset_options options = {.path = "shown"};
	uint32_t seed = 1;
	for (size_t i = 0; i < COUNT(formats); i++)
		for (size_t length = 0; length < sizeof good + 200; length++) {
			char bytes[sizeof good + 200];
			for (size_t j = 0; j < length; j++) {
				seed = seed * 1664525 + 1013904223;
				bytes[j] = length < sizeof good ? good[j] : "\"{}[],:\n\r\t \\\0\xFF\x1Bx1"[seed >> 16 & 15];
			}
			file_with("bin", bytes, length);
			transcript(formats[i], &options, &out);
			assert_true(out.length > 0);
		}
}

static void test_deep(void **unused)
{
	CLEANUP(buffer_release) struct buffer deep = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	const struct dataset_options options = {.path = "shown"};
	for (int i = 0; i < 100000; i++)
		buffer_add_byte(&deep, '[');
	file_with("json", deep.data, deep.length);
	transcript(NULL, &options, &out);
	assert_contains(buffer_string(&out), "nested deeper than");
	file_with("jsonl", deep.data, deep.length);
	transcript(NULL, &options, &out);
	assert_contains(buffer_string(&out), "nested deeper than");
}

/* ---- memory: bounded by the row, not by the file ---- */

#define MANY_ROWS 200000
#if defined(__SANITIZE_ADDRESS__)
#define GROWTH_LIMIT (1024 * 1024) /* the sanitizer keeps what was freed for a while */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GROWTH_LIMIT (1024 * 1024)
#endif
#endif
#ifndef GROWTH_LIMIT
#define GROWTH_LIMIT (32 * 1024) /* KiB; the files have 40 to 50 MiB */
#endif
#define BIG_ROW (DATASET_ROW_LIMIT + 1000)

static long peak_kilobytes(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static void many_write(const char *suffix)
{
	static const char filler[] =
		"the quick brown fox jumps over the lazy dog and is asked for its opinion on hedges, ponds and moonlight; "
		"then it sleeps beneath a tree until the rain has gone and tells nobody what it has seen on the way";
	snprintf(file, sizeof file, "%s/data.%s", folder, suffix);
	FILE *out = fopen(file, "wb");
	assert_non_null(out);
	bool list = strcmp(suffix, "json") == 0, cells = strcmp(suffix, "csv") == 0;
	fputs(list ? "{\"rows\": [\n" : cells ? "question,answer\n" : "", out);
	for (int i = 0; i < MANY_ROWS; i++) {
		if (cells)
			fprintf(out, "\"%s\n%d\",%d\n", filler, i, i);
		else
			fprintf(out, "{\"question\": \"%s %d\", \"answer\": \"%d\"}%s\n", filler, i, i,
				list && i + 1 < MANY_ROWS ? "," : "");
	}
	fputs(list ? "]}" : "", out);
	fclose(out);
}

static void test_streams(void **unused)
{
	static const struct {
		const char *suffix, *at;
	} kinds[] = {{"jsonl", NULL}, {"csv", NULL}, {"json", "rows"}};
	for (size_t i = 0; i < COUNT(kinds); i++) {
		many_write(kinds[i].suffix);
		struct dataset_options options = {.at = kinds[i].at};
		struct dataset_reader reader;
		struct dataset_row row;
		struct error error;
		long before = peak_kilobytes(), rows = 0;
		assert_true(dataset_open(&reader, file, NULL, &options, &error));
		while (dataset_next(&reader, &row, &error) == 1)
			assert_int_equal(atol(json_string_value(json_object_get(row.value, "answer"))), rows++);
		dataset_close(&reader);
		assert_int_equal(rows, MANY_ROWS);
		assert_true(peak_kilobytes() - before < GROWTH_LIMIT);
		unlink(file);
	}
}

/* A row over the limit is a bad row where its end can be found. */
static void test_big_row(void **unused)
{
	static const struct {
		const char *suffix, *before, *behind;
		int first, second;
	} kinds[] = {
		{"jsonl", "\"", "\"\n\"ok\"\n", -1, 1},
		{"json", "[\"", "\",\n\"ok\"]", -1, 1},
		{"csv", "a\n", "\nok\n", -1, 1},
		{"csv", "a\n\"", "\"\nok\n", -2, 0},
	};
	char *block = malloc(1 << 20);
	memset(block, 'x', 1 << 20);
	for (size_t i = 0; i < COUNT(kinds); i++) {
		file_with(kinds[i].suffix, kinds[i].before, strlen(kinds[i].before));
		FILE *out = fopen(file, "ab");
		for (size_t written = 0; written < BIG_ROW; written += 1 << 20)
			fwrite(block, 1, 1 << 20, out);
		fputs(kinds[i].behind, out);
		fclose(out);
		struct dataset_reader reader;
		struct dataset_row row;
		struct error error;
		assert_true(dataset_open(&reader, file, NULL, NULL, &error));
		assert_int_equal(dataset_next(&reader, &row, &error), kinds[i].first);
		assert_contains(error.message, "64 MiB");
		assert_int_equal(dataset_next(&reader, &row, &error), kinds[i].second);
		dataset_close(&reader);
		unlink(file);
	}
	free(block);
}

static int folder_make(void **unused)
{
	return mkdtemp(folder) ? 0 : -1;
}

static int folder_remove(void **unused)
{
	static const char *const suffixes[] = {
		"jsonl", "ndjson", "json", "csv", "tsv", "yaml", "yml", "txt", "jsnl", "data", "bin"};
	for (size_t i = 0; i < COUNT(suffixes); i++) {
		snprintf(file, sizeof file, "%s/data.%s", folder, suffixes[i]);
		unlink(file);
	}
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams), /* first: it measures the peak of memory */
		cmocka_unit_test(test_jsonl),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_yaml),
		cmocka_unit_test(test_format_named),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_big_row),
	};
	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
