#include "eval/base/field.h"
#include "tests/unit/unit.h"

struct config {
	bool given;
	const char *name;
	struct text body;
	long long count;
	double share;
	bool active;
	int colour;
	struct field_strings tags;
	const struct yaml *extra;
	int64_t timeout;
	bool timeout_given;
	const char *mode;
};

static const char *const colours[] = {"red", "green", "blue", NULL};
#define AT(member) offsetof(struct config, member)
static const struct field fields[] = {
	{"name", FIELD_STRING, AT(name), "the name", .required = true},
	{"body", FIELD_TEXT, AT(body), "the text"},
	{"count", FIELD_INTEGER, AT(count), "how many", .min = 1, .max = 10, .fallback = "3"},
	{"share", FIELD_NUMBER, AT(share), "the share", .min = 0, .max = INFINITY, .fallback = "0.5"},
	{"active", FIELD_BOOL, AT(active), "whether", .fallback = "true"},
	{"colour", FIELD_CHOICE, AT(colour), "which", .choices = colours, .fallback = "green"},
	{"tags", FIELD_STRINGS, AT(tags), "tags", .fallback = "[a, b c]"},
	{"extra", FIELD_JSON, AT(extra), "anything"},
	{"timeout", FIELD_DURATION, AT(timeout), "how long", .min = 0.1, .max = 3600, .fallback = "30s",
		.present = AT(timeout_given)},
	{"mode", FIELD_STRING, AT(mode), "how", .fallback = "a: {b"},
	{NULL},
};

static struct arena *arena;
static struct error_list errors;
static struct config config;

static int prepare(void **state)
{
	arena = arena_create();
	errors = (struct error_list)ERROR_LIST_EMPTY;
	config = (struct config){0};
	return 0;
}

static int clean(void **state)
{
	arena_free(arena);
	error_list_release(&errors);
	return 0;
}

static bool read_with(const char *source, const char *const *also)
{
	const struct field_reader reader = {arena, "lever.yaml", &errors, "scorer test"};
	struct yaml *map = NULL;
	if (source) {
		map = yaml_parse(arena, text_of(source), "lever.yaml", &errors);
		assert_non_null(map);
	}
	return fields_read(&reader, fields, map, also, &config);
}

static void reads_every_kind(void **state)
{
	assert_true(read_with("name: 010\nbody: \"x\\0y\"\ncount: 7\nshare: 2\nactive: false\ncolour: blue\ntags: [1, true, x]\n"
			      "extra: {deep: [1]}\ntimeout: 250ms\nmode: ~\n",
		NULL));
	assert_string_equal(config.name, "010");
	assert_int_equal(config.body.length, 3);
	assert_int_equal(config.count, 7);
	assert_close(config.share, 2, 0);
	assert_false(config.active);
	assert_int_equal(config.colour, 2);
	assert_int_equal(config.tags.count, 3);
	assert_string_equal(config.tags.items[1], "true");
	assert_int_equal(config.extra->kind, YAML_MAP);
	assert_int_equal(config.extra->line, 8);
	assert_int_equal(config.timeout, 250000);
	assert_true(config.timeout_given);
	assert_string_equal(config.mode, "a: {b");
}

static void defaults_stand_in(void **state)
{
	assert_true(read_with("name: x\ntags: one\ncount:\n", NULL));
	assert_int_equal(config.count, 3);
	assert_close(config.share, 0.5, 0);
	assert_true(config.active);
	assert_int_equal(config.colour, 1);
	assert_int_equal(config.tags.count, 1);
	assert_string_equal(config.tags.items[0], "one");
	assert_int_equal(config.timeout, 30000000);
	assert_false(config.timeout_given);
	assert_null(config.extra);
	assert_null(config.body.data);
}

static void without_a_map_the_required_is_missing(void **state)
{
	assert_false(read_with(NULL, NULL));
	assert_int_equal(errors.count, 1);
	assert_string_equal(errors.items[0].message, "scorer test: `name` is missing");
	assert_int_equal(config.tags.count, 2);
	assert_string_equal(config.tags.items[1], "b c");
}

static const struct {
	const char *source;
	long line, column;
	const char *message;
} mistakes[] = {
	{"nam: x\nname: y", 1, 1, "unknown key `nam`, did you mean `name`?"},
	{"name: y\nqqqqqq: 1", 2, 1, "known keys: name, body, count"},
	{"name: y\nqqqqqq: 1", 2, 1, "also_this"},
	{"count: 3", 1, 1, "`name` is missing"},
	{"name: [a]", 1, 7, "`name` must be text, not a list"},
	{"name: \"a\\0b\"", 1, 7, "NUL"},
	{"name: x\ncount: 2.5", 2, 8, "must be a whole number, not `2.5`"},
	{"name: x\ncount: '2'", 2, 8, "not the text `2`"},
	{"name: x\ncount: 11", 2, 8, "must be between 1 and 10, not `11`"},
	{"name: x\ncount: 1e300", 2, 8, "whole number"},
	{"name: x\ncount: 99999999999999999999", 2, 8, "whole number"},
	{"name: x\nshare: -1", 2, 8, "must be at least 0, not `-1`"},
	{"name: x\nshare: {}", 2, 8, "must be a number, not a map of keys"},
	{"name: x\nactive: no", 2, 9, "must be true or false, not the text `no`"},
	{"name: x\ncolour: gren", 2, 9, "one of red, green, blue, not the text `gren`, did you mean `green`?"},
	{"name: x\ncolour: [red]", 2, 9, "not a list"},
	{"name: x\ntags: [a, [b]]", 2, 11, "must be text, not a list"},
	{"name: x\ntags: {a: b}", 2, 7, "must be a list of texts"},
	{"name: x\ntimeout: soon", 2, 10, "must be a duration such as 30s"},
	{"name: x\ntimeout: 2h", 2, 10, "between 0.1s and 3600s"},
	{"name: x\ntimeout: \"1s\\0\"", 2, 10, "duration"},
	{"[a]", 1, 1, "expected a map of keys, found a list"},
	{"plain", 1, 1, "expected a map of keys, found the text `plain`"},
};

static void explains_mistakes(void **state)
{
	static const char *const also[] = {"also_this", NULL};
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		assert_false(read_with(mistakes[i].source, also));
		assert_int_equal(errors.count, 1);
		const struct error *error = &errors.items[0];
		if (error->line != mistakes[i].line || error->column != mistakes[i].column ||
			!strstr(error->message, mistakes[i].message))
			fail_msg("`%s` says %ld:%ld: %s", mistakes[i].source, error->line, error->column, error->message);
		error_list_release(&errors);
		errors = (struct error_list)ERROR_LIST_EMPTY;
	}
}

static void reports_all_mistakes_and_keeps_defaults(void **state)
{
	static const char *const also[] = {"type", NULL};
	assert_false(read_with("type: x\ncount: many\ncolour: pink\ntimeout: x\nextraa: 1\n", also));
	assert_int_equal(errors.found, 5);
	assert_int_equal(config.count, 3);
	assert_int_equal(config.colour, 1);
	assert_int_equal(config.timeout, 30000000);
}

static void hostile_text_is_cut_in_messages(void **state)
{
	CLEANUP(buffer_release) struct buffer source = BUFFER_EMPTY;
	buffer_add_string(&source, "name: x\ncolour: \"");
	for (int i = 0; i < 100000; i++)
		buffer_add_string(&source, "x");
	buffer_add_string(&source, "\"\n");
	assert_false(read_with(buffer_string(&source), NULL));
	assert_true(strlen(errors.items[0].message) < 200);
}

static const struct {
	const char *text;
	int64_t microseconds; /* -1: refused */
} durations[] = {
	{"30s", 30000000},
	{"250ms", 250000},
	{"2m", 120000000},
	{"2min", 120000000},
	{"1h", 3600000000},
	{"1d", 86400000000},
	{"1h30m", 5400000000},
	{"15us", 15},
	{"0", 0},
	{"1.5", 1500000},
	{".5s", 500000},
	{"1e1s", 10000000},
	{"", -1},
	{"s", -1},
	{"-5s", -1},
	{"5 s", -1},
	{" 5s", -1},
	{"5x", -1},
	{"5s5", -1},
	{"0x10", -1},
	{"inf", -1},
	{"nan", -1},
	{"1e400", -1},
	{"99999999d", -1},
	{"5S", -1},
};

static void parses_durations(void **state)
{
	for (size_t i = 0; i < COUNT(durations); i++) {
		int64_t microseconds = -1;
		bool good = duration_parse(durations[i].text, &microseconds);
		if (good != (durations[i].microseconds >= 0) || microseconds != durations[i].microseconds)
			fail_msg("%s gave %lld", durations[i].text, (long long)microseconds);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, prepare, clean)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_every_kind),
		TEST(defaults_stand_in),
		TEST(without_a_map_the_required_is_missing),
		TEST(explains_mistakes),
		TEST(reports_all_mistakes_and_keeps_defaults),
		TEST(hostile_text_is_cut_in_messages),
		TEST(parses_durations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
