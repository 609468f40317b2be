#include "tests/unit/template_check.h"

static char *repeated(const char *before, const char *part, size_t count, const char *after)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	buffer_add_string(&out, before);
	for (size_t i = 0; i < count; i++)
		buffer_add_string(&out, part);
	buffer_add_string(&out, after);
	return string_copy(buffer_string(&out));
}

static const struct {
	const char *before, *part;
	size_t count;
	const char *after, *output;
} floods[] = {
	{"{{ ", "(", 1000000, "", "nested deeper than 64"},
	{"{{ ", "[", 1000000, "", "nested deeper than 64"},
	{"{{ ", "not ", 1000000, "x }}", "nested deeper than 64"},
	{"{{ ", "- ", 1000000, "1 }}", "nested deeper than 64"},
	{"{{ 1", " + 1", 1000000, " }}", "too long"},
	{"{{ 1", " if 1 else 1", 1000000, " }}", "nested deeper than 64"},
	{"{{ user", ".a", 1000000, " }}", "too long"},
	{"{{ list", "[0]", 1000000, " }}", "too long"},
	{"{{ list", "[list", 1000000, " }}", "nested deeper than 64"},
	{"{{ 'x'", "|upper", 1000000, " }}", "too long"},
	{"{{ 'x'", " is defined", 1000000, " }}", "too long"},
	{"{{ [1", ",1", 1000000, "] }}", "more than 1000 items"},
	{"", "{% if yes %}", 1000000, "", "nested deeper than 64"},
	{"", "{% for x in list %}", 1000000, "", "nested deeper than 64"},
	{"{% if no %}", "{% elif no %}", 300000, "{% endif %}|", "|"},
	{"", "{#", 1000000, "", "never closed"},
	{"", "{% raw %}{{", 1000000, "", "never closed"},
	{"{% raw %}", "{%", 1000000, "", "never closed"},
	{"", "{{ 1 }}", 300000, "", "1111111111"},
	{"", "{{ 1 }}", 600000, "", "more than 1000000 steps"},
	{"{% set a = [1,1] %}", "{% set a = [a,a] %}", 40, "{{ a }}", "more than 1000000 values"},
	{"{% set a = [1] %}", "{% set a = [a] %}", 1500, "{{ a | length }}", "nested too deep"},
	{"{% set a = 'xxxxxxxx' %}", "{% set a = a ~ a %}", 40, "{{ a }}", "more than 256 MiB"},
	{"{% set a = [1] %}", "{% set a = a + a %}", 40, "{{ a }}", "more than 1000000 values"},
	{"{% set k = 'xxxxxxxxxx' | replace('x', 'xxxxxxxxxx') | replace('x', 'xxxxxxxxxx') | replace('x', 'xxxxxxxxxx') %}"
	 "{% set a = k %}{% set c = k ~ k ~ k ~ k ~ k ~ k ~ k ~ k ~ k ~ k %}",
		"{% set a = a | replace(k, c) %}", 40, "{{ a }}", "larger than 64 MiB"},
	{"{{ '", "xxxxxxxxxx", 9999, "' | split('x') | length }}", "99991"},
	{"{{ '", "xxxxxxxxxx", 100001, "' | list | length }}", "more than 1000000 characters"},
};

static void floods_end(void **state)
{
	for (size_t i = 0; i < COUNT(floods); i++) {
		char *source = repeated(floods[i].before, floods[i].part, floods[i].count, floods[i].after);
		const char *output = render(text_of(source));
		if (!strstr(output, floods[i].output))
			fail_msg(
				"`%s%s…` gave `%.200s`, expected `%s`", floods[i].before, floods[i].part, output, floods[i].output);
		free(source);
	}
}

static const struct expectation loops[] = {
	{"{% for i in range(1000000) %}{% endfor %}", "more than 1000000 steps"},
	{"{% for i in range(100000) %}{% endfor %}done", "done"},
	{"{% for i in range(1000) %}{% for j in range(1000) %}{{ j }}{% endfor %}{% endfor %}", "more than 1000000 steps"},
	{"{% for i in range(900000) if i < 0 %}{% endfor %}", "more than 1000000 steps"},
	{"{% set a = range(900000) %}{% for i in range(1000) %}{% if 1000001 in a %}{% endif %}{% endfor %}",
		"works through more than 256 MiB"},
	{"{% set a = range(900000) | join %}{% for i in range(100) %}{{ a }}{% endfor %}", "writes more than 64 MiB"},
	{"{% for i in range(900000) %}{% set x = i %}{% endfor %}", "more than 1000000 steps"},
};

static void long_loops_end(void **state)
{
	check_part(loops, COUNT(loops));
}

static void a_small_buffer_is_respected(void **state)
{
	struct buffer out = {.limit = 10};
	struct template *template = template_parse(arena, TEXT("{{ 'x' }}{{ 'yyyyyyyyyyyyy' }}"), "p", 1, &error);
	assert_false(template_render(template, vars, &out, &error));
	assert_contains(error.message, "writes more than there is room for");
	buffer_release(&out);
}

static void a_lone_expression_keeps_its_type(void **state)
{
	static const struct {
		const char *source;
		json_type type;
	} cases[] = {
		{"{{ list }}", JSON_ARRAY},
		{"  {{- n -}}  ", JSON_INTEGER},
		{"{{ user }}", JSON_OBJECT},
		{"{{ nil }}", JSON_NULL},
		{"{{ yes and no }}", JSON_FALSE},
		{"{{ list }} ", JSON_STRING},
		{"x", JSON_STRING},
		{"", JSON_STRING},
		{"{{ 1 }}{{ 2 }}", JSON_STRING},
		{"{% if yes %}{{ list }}{% endif %}", JSON_STRING},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct template *template = template_parse(arena, text_of(cases[i].source), "p", 1, &error);
		JSON_OWNED *value = template_value(template, vars, &error);
		assert_non_null(value);
		assert_int_equal(json_typeof(value), cases[i].type);
	}
	struct template *template = template_parse(arena, TEXT("{{ nothing }}"), "p", 1, &error);
	assert_null(template_value(template, vars, &error));
	template = template_parse(arena, TEXT("a {{ nothing }}"), "p", 1, &error);
	assert_null(template_value(template, vars, &error));
}

static void note(void *data, const char *name)
{
	buffer_add_string(data, name);
	buffer_add_byte(data, ' ');
}

static void tells_its_variables(void **state)
{
	static const struct expectation cases[] = {
		{"plain", ""},
		{"{{ a.b }} {{ a.c }} {{ b[c] }} {{ 'd' }}", "a b c "},
		{"{% for x in xs if x > y %}{{ x }}{{ loop.index }}{{ z }}{% endfor %}{{ x }}", "xs y z x "},
		{"{% set a = b %}{{ a }}", "b "},
		{"{% if q is defined and r | default(s) %}{% endif %}", "q r s "},
		{"{% raw %}{{ a }}{% endraw %}{# {{ b }} #}", ""},
		{"{{ true }}{{ none }}{{ range(n) }}", "n "},
		{"{{ loop }}", "loop "},
		{"{% for k, v in m.items() %}{{ k }}{{ v }}{% else %}{{ k }}{% endfor %}", "m k "},
		{"{{ x | indent(width=w) }}{{ f(1) if 0 else 1 }}", "!"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		CLEANUP(buffer_release) struct buffer names = BUFFER_EMPTY;
		struct template *template = template_parse(arena, text_of(cases[i].source), "p", 1, &error);
		assert_int_equal(template == NULL, strcmp(cases[i].output, "!") == 0);
		if (!template)
			continue;
		template_variables(template, note, &names);
		assert_text(buffer_text(&names), cases[i].output);
	}
	struct template *template = template_parse(arena, TEXT("{{ alpha }}"), "p", 1, &error);
	assert_true(template_mentions(template, "alpha"));
	assert_false(template_mentions(template, "beta"));
}

static void short_sources_end(void **state)
{
	static const char *const parts[] = {"{{", "}}", "{%", "%}", "{#", "#}", "-", "x", " ", "'", "if ", "for x in list", "else",
		"endif", "endfor", "raw", "endraw", "|", ".", "(", ")", "[", "1", "\xff"};
	size_t count = COUNT(parts);
	for (size_t i = 0; i < count * count * count * count; i += 5) {
		CLEANUP(arena_release) struct arena *own = arena_create();
		CLEANUP(buffer_release) struct buffer source = BUFFER_EMPTY;
		CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
		for (size_t j = 0, number = i; j < 4; j++, number /= count)
			buffer_add_string(&source, parts[number % count]);
		struct error reason = {0};
		struct template *template = template_parse(own, buffer_text(&source), "p", 1, &reason);
		bool good = template && template_render(template, vars, &out, &reason);
		assert_true(good == (reason.kind == ERROR_NONE));
		assert_true(good || (reason.line >= 1 && reason.column >= 1));
	}
}

static void every_filter_takes_every_value(void **state)
{
	static const char *const inputs[] = {"none", "true", "0", "-1.5", "''", "'text'", "'\\u202e\\u0000'", "[]", "[1, 2]",
		"['b', 'A']", "[none]", "[[1], [2]]", "user", "people", "nul"};
	static const char *const arguments[] = {"", "(none)", "('x')", "(-1)", "(3)", "([])", "('a', 'b')", "(9223372036854775807)",
		"(true, true)", "(1, 2, 3, 4)"};
	for (const struct template_filter *filter = template_filters; filter->name; filter++) {
		assert_non_null(filter->summary);
		for (size_t i = 0; i < COUNT(inputs); i++)
			for (size_t j = 0; j < COUNT(arguments); j++) {
				const char *source = arena_format(arena, "{{ %s | %s%s }}", inputs[i], filter->name, arguments[j]);
				assert_non_null(render(text_of(source)));
			}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(floods_end),
		TEST(long_loops_end),
		TEST(a_small_buffer_is_respected),
		TEST(a_lone_expression_keeps_its_type),
		TEST(tells_its_variables),
		TEST(short_sources_end),
		TEST(every_filter_takes_every_value),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
