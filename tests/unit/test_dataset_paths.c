#include "tests/unit/unit.h"

#include "datasets/path.h"

static void test_paths(void **unused)
{
	static const struct {
		const char *value, *path, *expected; /* NULL: nothing there */
	} samples[] = {
		{"{\"a\":{\"b\":[1,2]}}", "a.b.1", "2"},
		{"{\"a\":[{\"t\":1},{\"t\":2},{}]}", "a.*.t", "[1,2]"},
		{"{\"a\":[{\"t\":1},{\"t\":2}]}", "a[*].t", "[1,2]"},
		{"{\"a\":[{\"t\":[1]},{\"t\":[2,3]}]}", "/a/*/t", "[[1],[2,3]]"},
		{"{\"a\":[{\"t\":[1]},{\"t\":[2,3]}]}", "a.*.t.*", "[1,2,3]"},
		{"{\"x\":1,\"y\":2}", "*", "[1,2]"},
		{"{\"*\":7}", "*", "7"},
		{"{\"a\":[]}", "a.*.t", "[]"},
		{"{\"a\":5}", "a.*.t", NULL},
		{"{\"a\":5}", "b.*.t", NULL},
		{"{\"a\":5}", ".", "{\"a\":5}"},
		{"{\"a\":5}", "b", NULL},
	};
	for (size_t i = 0; i < COUNT(samples); i++) {
		CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
		struct error error;
		JSON_OWNED *value = json_parse(text_of(samples[i].value), &error);
		JSON_OWNED *found = path_value(value, samples[i].path);
		if (found)
			json_compact(found, &out);
		if (!samples[i].expected ? found != NULL : strcmp(buffer_string(&out), samples[i].expected) != 0)
			fail_msg("%s at %s: %s", samples[i].value, samples[i].path, buffer_string(&out));
	}
}

static void test_steps(void **unused)
{
	static const struct {
		const char *path, *name, *rest;
		long index;
		bool every;
	} samples[] = {
		{"a.b", "a", "b", -1, false},
		{"12.b", "12", "b", 12, false},
		{"*.b", "*", "b", -1, true},
		{"[\"*\"].b", "*", "b", -1, false},
		{"['12']", "12", "", -1, false},
		{"[12][3]", "12", "[3]", 12, false},
		{"a[3]", "a", "[3]", -1, false},
		{"/a~1b~0c/d", "a/b~c", "/d", -1, false},
		{"/*", "*", "", -1, true},
		{"[open", "[open", "", -1, false},
		{"12345678901", "12345678901", "", -1, false},
	};
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct path_step step;
		const char *rest = samples[i].path;
		path_next(&rest, &step);
		assert_string_equal(step.name, samples[i].name);
		assert_string_equal(rest, samples[i].rest);
		assert_int_equal(step.index, samples[i].index);
		assert_int_equal(step.every, samples[i].every);
	}
}

/* A step that is too long is cut, and the walk still ends. */
static void test_long_step(void **unused)
{
	char path[1000];
	struct path_step step;
	const char *rest = path;
	memset(path, 'x', sizeof path);
	path[sizeof path - 1] = '\0';
	path_next(&rest, &step);
	assert_int_equal(strlen(step.name), sizeof step.name - 1);
	assert_true(path_ends(rest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_long_step),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
