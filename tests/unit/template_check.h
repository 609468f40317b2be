/* What the tests of templates share: variables, rendering, tables of expectations. */
#ifndef LEVER_TESTS_TEMPLATE_CHECK_H
#define LEVER_TESTS_TEMPLATE_CHECK_H

#include "eval/base/template.h"
#include "tests/unit/unit.h"

static struct arena *arena;
static struct error error;
static json_t *vars;

static const char vars_source[] =
	"{\"name\": \"Ada\", \"n\": 3, \"r\": 2.5, \"yes\": true, \"no\": false, \"nil\": null, \"empty\": [], \"blank\": \"\","
	" \"list\": [1, 2, 3], \"words\": [\"pear\", \"Apple\", \"fig\"], \"user\": {\"name\": \"Bo\", \"tags\": [\"x\", \"y\"], "
	"\"a b\": 1},"
	" \"people\": [{\"name\": \"Zoe\", \"age\": 30}, {\"name\": \"abe\", \"age\": 25}], \"text\": \"one two\\nthree\","
	" \"utf\": \"gr\\u00fc\\u00dfe\", \"nul\": \"a\\u0000b\", \"html\": \"<b>&\", \"question\": \"why?\"}";

static int prepare(void **state)
{
	arena = arena_create();
	error = (struct error){0};
	vars = json_loads(vars_source, JSON_ALLOW_NUL, NULL);
	assert_non_null(vars);
	return 0;
}

static int clean(void **state)
{
	json_decref(vars);
	arena_free(arena);
	return 0;
}

/* The output, or the error as "line:column message". In the arena. */
static const char *render(struct text source)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct template *template = template_parse(arena, source, "p.txt", 1, &error);
	if (template && template_render(template, vars, &out, &error))
		return arena_copy(arena, buffer_string(&out), out.length);
	return arena_format(arena, "%ld:%ld %s", error.line, error.column, error.message);
}

struct expectation {
	const char *source, *output;
};

static inline void check(const struct expectation *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *output = render(text_of(cases[i].source));
		if (strcmp(output, cases[i].output) != 0)
			fail_msg("`%s` gave `%s`, expected `%s`", cases[i].source, output, cases[i].output);
	}
}

/* As check, but `output` need only be a part of what came out. */
static inline void check_part(const struct expectation *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *output = render(text_of(cases[i].source));
		if (!strstr(output, cases[i].output))
			fail_msg("`%s` gave `%s`, expected `%s` in it", cases[i].source, output, cases[i].output);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, prepare, clean)

#endif
