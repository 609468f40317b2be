#include "eval/base/yaml.h"
#include "tests/unit/unit.h"

static struct arena *arena;
static struct error_list errors;

static int prepare(void **state)
{
	arena = arena_create();
	errors = (struct error_list)ERROR_LIST_EMPTY;
	return 0;
}

static int clean(void **state)
{
	arena_free(arena);
	error_list_release(&errors);
	return 0;
}

static struct yaml *parse(const char *source)
{
	return yaml_parse(arena, text_of(source), "t.yaml", &errors);
}

static const struct {
	const char *source;
	enum yaml_kind kind;
} scalars[] = {
	{"", YAML_NULL}, {"# only a comment\n", YAML_NULL}, {"---\n...\n", YAML_NULL}, {"~", YAML_NULL}, {"null", YAML_NULL},
	{"NULL", YAML_STRING}, {"\"\"", YAML_STRING}, {"'null'", YAML_STRING}, {"true", YAML_BOOL}, {"'true'", YAML_STRING},
	{"no", YAML_STRING}, {"yes", YAML_STRING}, {"True", YAML_STRING}, {"0", YAML_NUMBER}, {"-0", YAML_NUMBER},
	{"12", YAML_NUMBER}, {"-1.5", YAML_NUMBER}, {".5", YAML_NUMBER}, {"1e3", YAML_NUMBER}, {"1E-3", YAML_NUMBER},
	{"010", YAML_STRING}, {"+5", YAML_STRING}, {"0x10", YAML_STRING}, {"0o7", YAML_STRING}, {"1_000", YAML_STRING},
	{"1.", YAML_STRING}, {"1.2.3", YAML_STRING}, {"-", YAML_LIST}, /* a list of one null */
	{".", YAML_STRING}, {"e5", YAML_STRING}, {"1e", YAML_STRING}, {"1e400", YAML_STRING}, {".inf", YAML_STRING},
	{".nan", YAML_STRING}, {"2024-01-01", YAML_STRING}, {"12:30:45", YAML_STRING}, {"9223372036854775807", YAML_NUMBER},
	{"9223372036854775808", YAML_STRING}, {"123456789012345678901234567890", YAML_STRING}, {"!!str 5", YAML_STRING},
	{"!!int 5", YAML_NUMBER}, {"! 5", YAML_STRING}, {"!!float \"2.5\"", YAML_NUMBER}, {"[]", YAML_LIST}, {"{}", YAML_MAP},
	{"\xef\xbb\xbf"
	 "12",
		YAML_NUMBER}, /* a byte order mark */
};

static void types_scalars(void **state)
{
	for (size_t i = 0; i < COUNT(scalars); i++) {
		struct yaml *node = parse(scalars[i].source);
		if (!node)
			fail_msg("`%s`: %s", scalars[i].source, errors.items[0].message);
		if (node->kind != scalars[i].kind)
			fail_msg("`%s` is %s", scalars[i].source, yaml_kind_name(node));
	}
}

static void keeps_positions_and_exact_text(void **state)
{
	struct yaml *root =
		parse("name: a\nlist:\n  - one\n  - \"t\\twö\"\nblock: |\n  line 1\n    line 2\n\n  {{ x }}\nlast: 'it''s'\n");
	assert_non_null(root);
	assert_int_equal(root->count, 4);
	assert_int_equal(yaml_get(root, "list")->items[1]->line, 4);
	assert_int_equal(yaml_get(root, "list")->items[1]->column, 5);
	assert_text(yaml_get(root, "list")->items[1]->text, "t\twö");
	assert_text(yaml_get(root, "block")->text, "line 1\n  line 2\n\n{{ x }}\n");
	assert_text(yaml_get(root, "last")->text, "it's");
	assert_int_equal(root->keys[2]->line, 5);
	assert_null(yaml_get(root, "nam"));
	assert_null(yaml_get(yaml_get(root, "list"), "name"));
	assert_null(yaml_get(NULL, "name"));
}

/* What a document that is wrong says: file position and a part of the message. */
static const struct {
	const char *source;
	long line, column;
	const char *message;
} mistakes[] = {
	{"a: 1\nb: 2\na: 3\n", 3, 1, "duplicate key `a`, first given on line 1"},
	{"x:\n  'a': 1\n  \"a\": 2\n", 3, 3, "duplicate key `a`"},
	{"a: b: c\n", 1, 5, "put quotes around a value that holds a colon"},
	{"a: {{ question }}\n", 1, 4, "put quotes around a value that starts with {{"},
	{"a: {{ question }} and\nx: 1\n", 1, 4, "put quotes around a value that starts with {{"},
	{"a: {b} c {{ x }}\ny: {{ b }} c\n", 1, 8, "indentation"},
	{"a: {% if x %}\n", 1, 5, "{% %}"},
	{"a: \"open\nb: 1\n", 1, 4, "never closed"},
	{"a: [1, 2\nb: 3\n", 1, 4, "lacks its `]`"},
	{"a: {b: 1\nc: 2\n", 1, 4, "lacks its `}`"},
	{"a:\n\t- x\n", 2, 1, "tab"},
	{"a: 1\nkey only\nb: 2\n", 2, 1, "expected `: `"},
	{"a:\n  - 1\n b: 2\n", 3, 2, "indentation"},
	{"- a\nb: 1\n", 2, 1, "list item"},
	{"a: - b\n", 1, 4, "list item"},
	{"a: @x\n", 1, 4, "quotes"},
	{"a: \"\\q\"\n", 1, 5, "unknown escape"},
	{"a: x\x01y\n", 1, 5, "control character 0x01"},
	{"a: \xff\n", 1, 4, "0xFF is not valid UTF-8"},
	{"ok: 1\nä: \xc0\xaf\n", 2, 4, "0xC0 is not valid UTF-8"},
	{"a: *nobody\n", 1, 4, "unknown alias *nobody"},
	{"a: &x [*x]\n", 1, 8, "inside the value it names"},
	{"a: !shell rm\n", 1, 4, "not supported"},
	{"a: !!python/object:os.system x\n", 1, 4, "not supported"},
	{"a: !!int x\n", 1, 4, "!!int does not fit: this is text"},
	{"a: !!map [1]\n", 1, 4, "!!map does not fit"},
	{"a: !x!y z\n", 1, 4, "tags"},
	{"b: &b {x: 1}\na:\n  <<: *b\n", 3, 3, "merge keys"},
	{"? [1]\n: 2\n", 1, 3, "a key must be text, not a list"},
	{": 2\n", 1, 1, "expected a key"},
	{"a: 1\n---\nb: 2\n", 2, 1, "second document"},
	{"a: 1\n...\nb c\n", 3, 1, "end of the document"},
	{"a: |x\n  y\n", 1, 5, "starts on the next line"},
	{"]", 1, 1, "expected a value"},
};

static void explains_mistakes(void **state)
{
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		struct error_list list = ERROR_LIST_EMPTY;
		assert_null(yaml_parse(arena, text_of(mistakes[i].source), "t.yaml", &list));
		assert_true(list.count >= 1);
		const struct error *error = &list.items[0];
		if (error->line != mistakes[i].line || error->column != mistakes[i].column ||
			!strstr(error->message, mistakes[i].message))
			fail_msg("`%s` says %ld:%ld: %s", mistakes[i].source, error->line, error->column, error->message);
		assert_string_equal(error->file, "t.yaml");
		error_list_release(&list);
	}
}

static void reports_several_mistakes_in_one_pass(void **state)
{
	assert_null(parse("a: 1\na: 2\nb: *x\nc: !t y\nd: {<<: 1}\ne: [\n"));
	assert_int_equal(errors.count, 5);
	assert_contains(errors.items[0].message, "alias");
	assert_contains(errors.items[1].message, "tag");
	assert_contains(errors.items[2].message, "merge");
	assert_contains(errors.items[3].message, "duplicate");
	assert_int_equal(errors.items[4].line, 7);
}

static void shares_what_aliases_name(void **state)
{
	struct yaml *root = parse("a: &x [1, {b: 2}]\nc: *x\nd: &x 5\ne: *x\n");
	assert_non_null(root);
	assert_ptr_equal(yaml_get(root, "c"), yaml_get(root, "a"));
	assert_text(yaml_get(root, "e")->text, "5");
}

static char *repeated(const char *part, size_t count)
{
	size_t length = strlen(part);
	char *all = memory_take(length * count + 1);
	for (size_t i = 0; i < count; i++)
		memcpy(all + i * length, part, length);
	return all;
}

static void survives_depth(void **state)
{
	static const char *const parts[] = {"[", "{a: ", "- ", "? ", "&a [", "[[{x: ", "!!seq ["};
	for (size_t i = 0; i < COUNT(parts); i++) {
		char *source = repeated(parts[i], 1000000);
		struct error_list list = ERROR_LIST_EMPTY;
		assert_null(yaml_parse(arena, text_of(source), "deep", &list));
		assert_true(list.found > 0);
		error_list_release(&list);
		free(source);
	}
	char *open = repeated("[", 100), *close = repeated("]", 100);
	char *good = string_format("%s%s", open, close), *bad = string_format("[%s%s]", open, close);
	assert_non_null(parse(good));
	assert_null(parse(bad));
	assert_contains(errors.items[0].message, "100 levels");
	free(good);
	free(bad);
	free(open);
	free(close);
}

static void survives_alias_bombs(void **state)
{
	CLEANUP(buffer_release) struct buffer wide = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer tall = BUFFER_EMPTY;
	buffer_add_string(&wide, "a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
	buffer_add_string(&tall, "a0: &a0 [x]\n");
	for (int i = 1; i < 200; i++) {
		buffer_format(
			&wide, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
		buffer_format(&tall, "a%d: &a%d [*a%d]\n", i, i, i - 1);
	}
	assert_null(parse(buffer_string(&wide)));
	assert_contains(errors.items[0].message, "more than 1000000 values");
	size_t before = errors.count;
	assert_null(parse(buffer_string(&tall)));
	assert_contains(errors.items[before].message, "100 levels");
}

static void bounds_anchors_and_nodes(void **state)
{
	CLEANUP(buffer_release) struct buffer anchors = BUFFER_EMPTY;
	for (int i = 0; i < 1001; i++)
		buffer_format(&anchors, "- &a%d x\n", i);
	assert_null(parse(buffer_string(&anchors)));
	assert_contains(errors.items[0].message, "1000 anchors");
	char *many = repeated("- 1\n", YAML_NODES);
	assert_null(parse(many));
	assert_contains(errors.items[1].message, "1000000 values");
	many[(size_t)4 * (YAML_NODES - 1)] = '\0';
	struct yaml *root = parse(many);
	assert_non_null(root);
	assert_int_equal(root->count, YAML_NODES - 1);
	free(many);
}

static void a_map_of_many_keys_is_read_in_time(void **state)
{
	CLEANUP(buffer_release) struct buffer source = BUFFER_EMPTY;
	for (int i = 0; i < 100000; i++)
		buffer_format(&source, "key%d: %d\n", i, i);
	buffer_add_string(&source, "key77: again\n");
	assert_null(yaml_parse(arena, buffer_text(&source), "t", &errors));
	assert_int_equal(errors.count, 1);
	assert_contains(errors.items[0].message, "duplicate key `key77`, first given on line 78");
}

static void bytes_of_all_kinds_end(void **state)
{
	/* Every short document over an alphabet of everything that means something to YAML. */
	static const char alphabet[] = "a:-[]{},&*!|>'\"%@#?\n \t0\xff";
	char source[5] = {0};
	for (size_t i = 0; i < 24 * 24 * 24 * 24; i += 7) {
		size_t number = i;
		for (int j = 0; j < 4; j++, number /= 24)
			source[j] = alphabet[number % 24];
		struct arena *own = arena_create();
		struct error_list list = ERROR_LIST_EMPTY;
		struct yaml *root = yaml_parse(own, text_make(source, 4), "t", &list);
		assert_true((root != NULL) == (list.found == 0));
		error_list_release(&list);
		arena_free(own);
	}
	assert_null(yaml_parse(arena, TEXT("a: \0b\n"), "t", &errors));
	assert_contains(errors.items[0].message, "control character 0x00");
	assert_non_null(yaml_parse(arena, (struct text){NULL, 0}, "t", &errors));
}

static void converts_to_json_and_back(void **state)
{
	struct yaml *root =
		parse("{s: \"a\\0b\", n: null, i: 9007199254740993, r: 0.5, t: true, l: [1, [], {}], id: 010, \"k\\0\": 1}");
	assert_non_null(root);
	JSON_OWNED *value = yaml_json(root);
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	json_compact(value, &out);
	static const char compact[] = "{\"s\":\"a\\u0000b\",\"n\":null,\"i\":9007199254740993,\"r\":0.5,\"t\":true,\"l\":[1,[],{}],"
				      "\"id\":\"010\",\"k\\u0000\":1}";
	assert_text(buffer_text(&out), compact);
	struct yaml *back = yaml_from_json(arena, value, 7);
	JSON_OWNED *again = yaml_json(back);
	buffer_clear(&out);
	json_compact(again, &out);
	assert_text(buffer_text(&out), compact);
	assert_int_equal(yaml_get(back, "l")->items[2]->line, 7);
	assert_int_equal(yaml_get(back, "s")->text.length, 3);
	assert_int_equal(yaml_get(back, "t")->kind, YAML_BOOL);
	assert_true(yaml_get(back, "t")->truth);
	JSON_OWNED *nothing = yaml_json(NULL);
	assert_true(json_is_null(nothing));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, prepare, clean)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(types_scalars),
		TEST(keeps_positions_and_exact_text),
		TEST(explains_mistakes),
		TEST(reports_several_mistakes_in_one_pass),
		TEST(shares_what_aliases_name),
		TEST(survives_depth),
		TEST(survives_alias_bombs),
		TEST(bounds_anchors_and_nodes),
		TEST(a_map_of_many_keys_is_read_in_time),
		TEST(bytes_of_all_kinds_end),
		TEST(converts_to_json_and_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
