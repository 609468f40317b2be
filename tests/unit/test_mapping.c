#include "tests/unit/unit.h"

#include "datasets/mapping.h"

struct fixture {
	struct arena *arena;
	struct error_list errors;
	struct error error;
};

static struct fixture fixture;

static int fixture_make(void **unused)
{
	fixture = (struct fixture){.arena = arena_create()};
	return 0;
}

static int fixture_drop(void **unused)
{
	arena_free(fixture.arena);
	error_list_release(&fixture.errors);
	return 0;
}

static struct field_reader reader_make(const char *what)
{
	return (struct field_reader){.arena = fixture.arena, .file = "lever.yaml", .errors = &fixture.errors, .what = what};
}

static const struct yaml *map_of(const char *source)
{
	struct yaml *map = source ? yaml_parse(fixture.arena, text_of(source), "lever.yaml", &fixture.errors) : NULL;
	assert_true(!source || map);
	return map;
}

static struct dataset_row row_of(const char *json)
{
	struct error error;
	struct dataset_row row = {.value = json_parse(text_of(json), &error), .line = 7};
	assert_non_null(row.value);
	return row;
}

/* ---- cases ---- */

static void member_add(struct buffer *out, const char *name, struct text value)
{
	if (value.data)
		buffer_format(out, " %s=%.*s", name, (int)value.length, value.data);
}

/* "id vars expected=… tags=…", members that are absent left out; or "error: …". */
static const char *case_words(const char *map, struct dataset_row row, const char *const *tag_list)
{
	static struct buffer out;
	struct field_reader reader = reader_make("cases");
	struct case_mapping mapping;
	struct case_row made;
	buffer_clear(&out);
	assert_true(case_mapping_read(&reader, map_of(map), &mapping));
	mapping.tag_list = tag_list;
	if (!case_from_row(&mapping, &row, "cases.jsonl", fixture.arena, &made, &fixture.error)) {
		assert_int_equal(fixture.error.kind, ERROR_DATA);
		assert_string_equal(fixture.error.file, "cases.jsonl");
		assert_int_equal(fixture.error.line, 7);
		buffer_format(&out, "error: %s", fixture.error.message);
		return arena_string(fixture.arena, buffer_string(&out));
	}
	assert_string_equal(made.source, "cases.jsonl");
	assert_int_equal(made.line, 7);
	buffer_format(&out, "%s %.*s", made.id, (int)made.vars.length, made.vars.data);
	member_add(&out, "expected", made.expected);
	member_add(&out, "tags", made.tags);
	member_add(&out, "cluster", text_of(made.cluster));
	member_add(&out, "gold", made.gold);
	member_add(&out, "messages", made.messages);
	member_add(&out, "user", text_of(made.user));
	member_add(&out, "groups", made.groups);
	member_add(&out, "metadata", made.metadata);
	member_add(&out, "scorers", made.scorers);
	const char *words = arena_string(fixture.arena, buffer_string(&out));
	buffer_release(&out);
	return words;
}

struct case_sample {
	const char *map, *row, *expected; /* expected: whole, or the start before a … */
	const char *key;
	bool cells;
};

static void words_compare(const char *row, const char *actual, const char *expected)
{
	const char *cut = strstr(expected, "…");
	if (cut ? strncmp(actual, expected, (size_t)(cut - expected)) != 0 : strcmp(actual, expected) != 0)
		fail_msg("%s\n is       %s\n expected %s", row, actual, expected);
}

static void case_samples_check(const struct case_sample *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct dataset_row row = row_of(samples[i].row);
		row.key = samples[i].key;
		row.cells = samples[i].cells;
		words_compare(samples[i].row, case_words(samples[i].map, row, NULL), samples[i].expected);
		json_decref(row.value);
	}
}

static void test_default_rule(void **unused)
{
	static const struct case_sample samples[] = {
		{NULL, "{\"id\":\"q1\",\"q\":\"Why?\",\"z\":{\"b\":1,\"a\":2},\"expected\":\"x\"}",
			"q1 {\"q\":\"Why?\",\"z\":{\"a\":2,\"b\":1}} expected=[\"x\"]"},
		{NULL,
			"{\"id\":7,\"vars\":{\"q\":1},\"more\":2,\"expected\":[\"a\",3],\"tags\":\"t\",\"cluster\":\"c\",\"gold\":["
			"\"p\",4],"
			"\"user\":\"u\",\"groups\":[\"g\"],\"metadata\":{\"m\":1},\"scorers\":{\"exact\":\"x\"}}",
			"7 {\"more\":2,\"q\":1} expected=[\"a\",3] tags=[\"t\"] cluster=c gold=[\"p\",\"4\"] user=u groups=[\"g\"] "
			"metadata={\"m\":1} scorers=[{\"exact\":\"x\"}]"},
		{NULL, "{\"q\":1,\"expected\":null}", "c-…"},
		{NULL, "{\"q\":1}", "k1 {\"q\":1}", .key = "k1"},
		{NULL, "{\"q\":1,\"id\":\"mine\"}", "mine {\"q\":1}", .key = "k1"},
		{NULL, "{\"id\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
			"m {} messages=[{\"content\":\"hi\",\"role\":\"user\"}]"},
		{NULL, "{\"id\":1.5,\"q\":1}", "error: `id`: a number where text is expected: quote it (\"1.5\")"},
		{NULL, "{\"id\":{},\"q\":1}", "error: `id`: an object where text is expected"},
		{NULL, "{\"id\":\"\",\"q\":1}", "error: `id`: the empty text…"},
		{NULL, "{\"id\":\"a\",\"q\":1,\"cluster\":5}",
			"error: `cluster`: a number where text is expected: quote it (\"5\")"},
		{NULL, "{\"id\":\"a\",\"q\":1,\"user\":true}", "error: `user`: true or false where text is expected"},
		{NULL, "{\"id\":\"a\",\"q\":1,\"tags\":[\"x\",3]}",
			"error: `tags`: a number where text is expected: quote it (\"3\")"},
		{NULL, "{\"id\":\"a\",\"q\":1,\"messages\":[{\"role\":\"usr\",\"content\":\"\"}]}",
			"error: `messages`: turn 1: unknown role `usr`, did you mean `user`?…"},
		{NULL, "{\"id\":\"a\",\"q\":1,\"messages\":[{\"role\":\"user\",\"content\":5}]}",
			"error: `messages`: turn 1: `content` must be text"},
		{NULL, "{\"id\":\"a\",\"q\":1,\"messages\":\"hi\"}", "error: `messages`: a list of turns…"},
		{NULL, "{\"id\":\"a\",\"expected\":\"b\"}", "error: `vars`: the row has no var…"},
		{NULL, "{\"id\":\"a\",\"vars\":[1]}", "error: `vars`: an object was expected…"},
		{NULL, "{\"id\":\"a\",\"vars\":{\"q\":1},\"q\":2}", "error: `q`: stands in `vars` and beside it…"},
		{NULL, "[1,2]", "error: `vars`: the row is a list, an object was expected; map its items by position…"},
		{NULL, "[1,2]",
			"error: `vars`: the row `train` is a list, an object was expected; if the rows stand inside it, say `at: "
			"train`",
			.key = "train"},
		{NULL, "\"x\"", "error: `vars`: the row is text, an object was expected; map the row itself as `.`"},
	};
	case_samples_check(samples, COUNT(samples));
}

static void test_mapped(void **unused)
{
	static const struct case_sample samples[] = {
		{"{id: meta.qid, vars: {question: q.text}, expected: a.*.t}",
			"{\"meta\":{\"qid\":\"x\"},\"q\":{\"text\":\"Why?\"},\"a\":[{\"t\":1},{\"t\":2}]}",
			"x {\"question\":\"Why?\"} expected=[1,2]"},
		{"{vars: [q, 'c?'], id: n}", "{\"n\":1,\"q\":\"?\",\"z\":9}", "1 {\"c\":null,\"q\":\"?\"}"},
		{"{vars: q, id: n}", "{\"n\":1,\"q\":\"?\"}", "1 {\"q\":\"?\"}"},
		{"{vars: {t: 0}, expected: 1, id: 2}", "[\"utterance\",\"intent\",\"i\"]",
			"i {\"t\":\"utterance\"} expected=[\"intent\"]"},
		{"{vars: {t: .}}", "\"hello\"", "k {\"t\":\"hello\"}", .key = "k"},
		{"{expected: answer.short}", "{\"id\":\"1\",\"q\":\"?\",\"answer\":{\"short\":\"x\",\"long\":\"y\"}}",
			"1 {\"q\":\"?\"} expected=[\"x\"]"},
		{"{expected: 'answer?'}", "{\"id\":\"1\",\"q\":\"?\"}", "1 {\"q\":\"?\"}"},
		{"{expected: 'answer?'}", "{\"id\":\"1\",\"q\":\"?\",\"answer\":\"x\"}", "1 {\"q\":\"?\"} expected=[\"x\"]"},
		{"{expected: 'right?'}", "{\"id\":\"1\",\"q\":\"?\",\"right?\":\"x\"}", "1 {\"q\":\"?\"} expected=[\"x\"]"},
		{"{tags: {value: [a, b, a]}, cluster: {value: c}, user: {value: 5}}", "{\"id\":\"1\",\"q\":1,\"tags\":\"own\"}",
			"1 {\"q\":1} tags=[\"a\",\"b\"] cluster=c user=5"},
		{"{vars: {q: q, style: {value: short}}}", "{\"id\":\"1\",\"q\":1}", "1 {\"q\":1,\"style\":\"short\"}"},
		{"{tags: ~, metadata: ~}", "{\"id\":\"1\",\"q\":1,\"tags\":[5],\"metadata\":3}", "1 {\"q\":1}"},
		{"{id: ~}", "{\"id\":\"1\",\"q\":1}", "c-…", .key = "k"},
		{"{id: qid, vars: q}", "{\"q\":1,\"qidd\":2}",
			"error: `id`: the row has no `qid`, did you mean `qidd`?; it has q, qidd (write `qid?` where it may be "
			"absent)"},
		{"{vars: {x: q.txt}}", "{\"q\":{\"text\":1}}", "error: `x`: the row has no `q.txt`, did you mean `q.text`?…"},
		{"{vars: {x: text}}", "[1]", "error: `x`: the row is a list…"},
		{"{expected: a}", "{\"id\":\"1\",\"q\":1,\"a\":{\"x\":1}}", "1 {\"q\":1} expected=[{\"x\":1}]"},
		{"{expected: a}", "{\"id\":\"1\",\"q\":1,\"a\":[]}", "1 {\"q\":1} expected=[]"},
		{"{expected: a}", "{\"id\":\"1\",\"q\":1,\"a\":\"[1]\"}", "1 {\"q\":1} expected=[\"[1]\"]"},
	};
	case_samples_check(samples, COUNT(samples));
}

static void test_cells(void **unused)
{
	static const struct case_sample samples[] = {
		{NULL,
			"{\"id\":\"007\",\"q\":\"[1]\",\"n\":\"\",\"expected\":\"[\\\"a\\\", 2]\",\"tags\":\"x, "
			"y\",\"gold\":\"[\\\"p\\\"]\"}",
			"007 {\"n\":\"\",\"q\":\"[1]\"} expected=[\"a\",2] tags=[\"x\",\"y\"] gold=[\"p\"]", .cells = true},
		{NULL,
			"{\"id\":\"1\",\"q\":\"q\",\"expected\":\"[a]\",\"tags\":\"x, y; "
			"z;\",\"gold\":\"p,q\",\"cluster\":\"\",\"metadata\":\"{\\\"a\\\":1}\"}",
			"1 {\"q\":\"q\"} expected=[\"[a]\"] tags=[\"x, y\",\"z\"] gold=[\"p,q\"] metadata={\"a\":1}",
			.cells = true},
		{NULL, "{\"id\":\"1\",\"q\":\"q\",\"expected\":\"\",\"tags\":\"[\\\"x,y\\\"]\",\"groups\":\"a,b\"}",
			"1 {\"q\":\"q\"} tags=[\"x,y\"] groups=[\"a\",\"b\"]", .cells = true},
		{NULL, "{\"id\":\"\",\"q\":\"q\"}", "error: `id`: the empty text…", .cells = true},
		{NULL, "{\"id\":\"1\",\"q\":\"q\",\"tags\":\"x,y\"}", "1 {\"q\":\"q\"} tags=[\"x,y\"]"},
	};
	case_samples_check(samples, COUNT(samples));
}

/* Lists that would be dear to compare are refused. */
static void test_many_labels(void **unused)
{
	struct dataset_row row = row_of("{\"id\":\"1\",\"q\":1}");
	json_t *tags = json_array();
	for (int i = 0; i < 1001; i++)
		json_array_append_new(tags, json_sprintf("t%d", i));
	json_object_set_new(row.value, "tags", tags);
	assert_string_equal(case_words(NULL, row, NULL), "error: `tags`: a list of 1001, at most 1000 are allowed");
	json_decref(row.value);
}

static void test_source_tags(void **unused)
{
	static const char *const tags[] = {"file", "own", NULL};
	struct dataset_row row = row_of("{\"id\":\"1\",\"q\":1,\"tags\":[\"own\"]}");
	assert_string_equal(case_words(NULL, row, tags), "1 {\"q\":1} tags=[\"own\",\"file\"]");
	json_decref(row.value);
}

/* The content id knows the input only: neither the answer nor the order of members changes it. */
static void test_content_id(void **unused)
{
	static const char *const rows[] = {
		"{\"q\":\"a\",\"r\":1,\"expected\":\"x\"}", "{\"r\":1,\"q\":\"a\",\"expected\":\"y\"}", "{\"q\":\"b\",\"r\":1}"};
	const char *words[3];
	for (size_t i = 0; i < 3; i++) {
		struct dataset_row row = row_of(rows[i]);
		words[i] = case_words(NULL, row, NULL);
		json_decref(row.value);
	}
	assert_true(strncmp(words[0], "c-", 2) == 0 && words[0][14] == ' ' && strspn(words[0] + 2, "0123456789abcdef") == 12);
	assert_memory_equal(words[0], words[1], 15);
	assert_true(strncmp(words[0], words[2], 15) != 0);
}

static void test_bad_maps(void **unused)
{
	static const struct {
		const char *map, *message;
	} samples[] = {
		{"{expcted: a}", "unknown key `expcted`, did you mean `expected`?"},
		{"{expected: [a]}", "`expected` must be a path into the row"},
		{"{expected: {value: a}}", "`expected` must be a path into the row"},
		{"{tags: {value: {a: 1}}}", "`tags` must have a text or a list of texts"},
		{"{cluster: {value: [a]}}", "`cluster` must have a text as its value"},
		{"{vars: []}", "`vars` must name at least one var"},
		{"{vars: [[a]]}", "`vars` must list names"},
		{"{vars: {a: [b]}}", "`a` must be a path into the row, or {value: x}"},
		{"[a]", "map"},
	};
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct field_reader reader = reader_make("cases");
		struct case_mapping mapping;
		size_t before = fixture.errors.count;
		assert_false(case_mapping_read(&reader, map_of(samples[i].map), &mapping));
		assert_true(fixture.errors.count > before);
		assert_contains(fixture.errors.items[before].message, samples[i].message);
		assert_int_equal(fixture.errors.items[before].line, 1);
	}
}

static void mapping_hash(const char *map, const char *const *tags, char hex[HASH_HEX])
{
	struct field_reader reader = reader_make("cases");
	struct case_mapping mapping;
	struct hasher hasher;
	assert_true(case_mapping_read(&reader, map_of(map), &mapping));
	mapping.tag_list = tags;
	hasher_start(&hasher);
	case_mapping_write(&mapping, &hasher);
	struct hash hash = hasher_end(&hasher);
	hash_hex(&hash, hex);
}

static void test_hash(void **unused)
{
	static const char *const tags[] = {"t", NULL};
	static const char *const maps[] = {NULL, "{id: a}", "{expected: a}", "{vars: a}", "{vars: {b: a}}",
		"{vars: {b: {value: a}}}", "{tags: a}", "{tags: {value: a}}", "{tags: ~}"};
	char hexes[COUNT(maps) + 1][HASH_HEX], again[HASH_HEX];
	for (size_t i = 0; i < COUNT(maps); i++)
		mapping_hash(maps[i], NULL, hexes[i]);
	mapping_hash(NULL, tags, hexes[COUNT(maps)]);
	for (size_t i = 0; i <= COUNT(maps); i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(hexes[i], hexes[j]);
	mapping_hash("{vars: {b: a}}", NULL, again);
	assert_string_equal(again, hexes[4]);
}

/* ---- recorded outputs ---- */

static const char *recorded_words(const char *map, const struct dataset_row *row)
{
	struct field_reader reader = reader_make("model x");
	struct recorded_mapping mapping;
	struct text body;
	const char *id;
	int repeat;
	assert_true(recorded_mapping_read(&reader, map_of(map), &mapping));
	if (!recorded_key_from_row(&mapping, row, "out.jsonl", fixture.arena, &id, &repeat, &fixture.error) ||
		!recorded_from_row(&mapping, row, "out.jsonl", fixture.arena, &body, &fixture.error)) {
		assert_int_equal(fixture.error.line, 7);
		return arena_format(fixture.arena, "error: %s", fixture.error.message);
	}
	return arena_format(fixture.arena, "%s/%d %s", id, repeat, body.data);
}

static void test_recorded(void **unused)
{
	static const struct case_sample samples[] = {
		{NULL, "{\"id\":\"a\",\"output\":\"x\"}", "a/1 {\"output\":\"x\"}"},
		{NULL,
			"{\"id\":3,\"repeat\":2,\"output\":\"\",\"reasoning\":\"r\",\"verdict\":\"Correct\",\"input_tokens\":10,"
			"\"cached_tokens\":2,"
			"\"reasoning_tokens\":1,\"output_tokens\":5,\"cost\":0.25,\"latency_ms\":1.5,\"passages\":[\"p\",{\"id\":"
			"\"q\"}],\"labels\":\"F1\",\"finish\":\"stop\"}",
			"3/2 "
			"{\"cost\":0.25,\"finish\":\"stop\",\"labels\":[\"F1\"],\"latency_us\":1500,\"output\":\"\",\"passages\":["
			"\"p\",{\"id\":\"q\"}],\"reasoning\":\"r\","
			"\"usage\":{\"cached_tokens\":2,\"input_tokens\":10,\"output_tokens\":5,\"reasoning_tokens\":1},"
			"\"verdict\":true}"},
		{"{id: q.id, output: m.text, verdict: m.ok, latency_s: t}",
			"{\"q\":{\"id\":\"a\"},\"m\":{\"text\":[1,{\"b\":2}],\"ok\":0.5},\"t\":2}",
			"a/1 {\"latency_us\":2000000,\"output\":\"[1,{\\\"b\\\":2}]\",\"verdict\":0.5}"},
		{"{output: .}", "\"yes\"", "123/1 {\"output\":\"yes\"}", .key = "123"},
		{NULL, "{\"id\":\"a\",\"error\":\"timeout\"}", "a/1 {\"error\":\"timeout\"}"},
		{NULL, "{\"id\":\"a\",\"output\":5}", "a/1 {\"output\":\"5\"}"},
		{NULL,
			"{\"id\":\"a\",\"output\":\"x\",\"verdict\":\"0.25\",\"cost\":\"\",\"input_tokens\":\"12\",\"labels\":\"F1;"
			"F2\",\"passages\":\"[\\\"p\\\"]\"}",
			"a/1 "
			"{\"labels\":[\"F1\",\"F2\"],\"output\":\"x\",\"passages\":[\"p\"],\"usage\":{\"input_tokens\":12},"
			"\"verdict\":0.25}",
			.cells = true},
		{NULL, "{\"output\":\"x\"}", "error: `id`: the row does not say which case it answers…"},
		{NULL, "{\"id\":\"a\",\"ouput\":\"x\"}", "error: `output`: the row has no `output`, did you mean `ouput`?…"},
		{NULL, "{\"id\":\"a\",\"output\":null}", "error: `output`: neither an output nor an error…"},
		{NULL, "{\"id\":\"a\",\"output\":\"x\",\"verdict\":2}", "error: `verdict`: 2 is no verdict…"},
		{NULL, "{\"id\":\"a\",\"output\":\"x\",\"verdict\":\"maybe\"}", "error: `verdict`: \"maybe\" is no verdict…"},
		{NULL, "{\"id\":\"a\",\"output\":\"x\",\"cost\":\"0.1\"}", "error: `cost`: a number was expected, not \"0.1\""},
		{NULL, "{\"id\":\"a\",\"output\":\"x\",\"cost\":-1}", "error: `cost`: a number of 0 or more was expected, not -1"},
		{NULL, "{\"id\":\"a\",\"output\":\"x\",\"input_tokens\":1.5}",
			"error: `input_tokens`: a whole number was expected, not 1.5"},
		{NULL, "{\"id\":\"a\",\"output\":\"x\",\"repeat\":0}",
			"error: `repeat`: a whole number from 1 was expected, not 0"},
		{NULL, "{\"id\":\"a\",\"output\":\"x\",\"passages\":[true]}",
			"error: `passages`: true or false where text is expected"},
	};
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct dataset_row row = row_of(samples[i].row);
		row.key = samples[i].key;
		row.cells = samples[i].cells;
		words_compare(samples[i].row, recorded_words(samples[i].map, &row), samples[i].expected);
		json_decref(row.value);
	}
}

static void test_verdicts(void **unused)
{
	static const struct {
		const char *verdict, *expected;
	} samples[] = {{"true", "true"}, {"false", "false"}, {"1", "true"}, {"0", "false"}, {"1.0", "true"}, {"0.75", "0.75"},
		{"\"PASS\"", "true"}, {"\"fail\"", "false"}, {"\" correct \"", "true"}, {"\"Incorrect\"", "false"},
		{"\"yes\"", "true"}, {"\"NO\"", "false"}, {"\"Refused\"", "\"refused\""}};
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct dataset_row row =
			row_of(arena_format(fixture.arena, "{\"id\":\"a\",\"output\":\"x\",\"verdict\":%s}", samples[i].verdict));
		const char *expected = arena_format(fixture.arena, "a/1 {\"output\":\"x\",\"verdict\":%s}", samples[i].expected);
		assert_string_equal(recorded_words(NULL, &row), expected);
		json_decref(row.value);
	}
}

/* A recorded row without an id finds the case that was made from the same vars. */
static void test_recorded_by_content(void **unused)
{
	struct dataset_row row = row_of("{\"q\":\"Why?\",\"output\":\"x\",\"id\":\"other\"}");
	const char *made = case_words("{vars: {question: q}, id: ~}", row, NULL);
	const char *found = recorded_words("{vars: {question: q}}", &row);
	assert_memory_equal(made, found, 14);
	assert_string_equal(found + 14, "/1 {\"output\":\"x\"}");
	json_decref(row.value);
}

static void test_bad_recorded_maps(void **unused)
{
	static const struct {
		const char *map, *message;
	} samples[] = {
		{"{ouput: a}", "unknown key `ouput`, did you mean `output`?"},
		{"{latency_s: a, latency_ms: b}", "`latency_s` and `latency_ms` say the same"},
		{"{output: {value: x}}", "`output` must be a path into the row"},
	};
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct field_reader reader = reader_make("model x");
		struct recorded_mapping mapping;
		size_t before = fixture.errors.count;
		assert_false(recorded_mapping_read(&reader, map_of(samples[i].map), &mapping));
		assert_contains(fixture.errors.items[before].message, samples[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_default_rule, fixture_make, fixture_drop),
		cmocka_unit_test_setup_teardown(test_mapped, fixture_make, fixture_drop),
		cmocka_unit_test_setup_teardown(test_cells, fixture_make, fixture_drop),
		cmocka_unit_test_setup_teardown(test_many_labels, fixture_make, fixture_drop),
		cmocka_unit_test_setup_teardown(test_source_tags, fixture_make, fixture_drop),
		cmocka_unit_test_setup_teardown(test_content_id, fixture_make, fixture_drop),
		cmocka_unit_test_setup_teardown(test_bad_maps, fixture_make, fixture_drop),
		cmocka_unit_test_setup_teardown(test_hash, fixture_make, fixture_drop),
		cmocka_unit_test_setup_teardown(test_recorded, fixture_make, fixture_drop),
		cmocka_unit_test_setup_teardown(test_verdicts, fixture_make, fixture_drop),
		cmocka_unit_test_setup_teardown(test_recorded_by_content, fixture_make, fixture_drop),
		cmocka_unit_test_setup_teardown(test_bad_recorded_maps, fixture_make, fixture_drop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
