#include "tests/unit/template_check.h"

static const struct expectation texts[] = {
	{"", ""},
	{"plain { } {x} text\n", "plain { } {x} text\n"},
	{"{", "{"},
	{"a {{ name }} b", "a Ada b"},
	{"{{name}}{{ name}}", "AdaAda"},
	{"a {# hidden {{ nothing }} #} b", "a  b"},
	{"a  {#- x -#}  b", "ab"},
	{"a  {{- name -}}  b", "aAdab"},
	{"a \n {%- if yes -%} \n b \n {%- endif -%} \n c", "abc"},
	{"{%+ if yes +%} x {% endif %}", " x "},
	{"{% raw %}{{ x }} {% if %}{% endraw %}!", "{{ x }} {% if %}!"},
	{"a {%- raw -%}  {{ x }}  {%- endraw -%}  b", "a{{ x }}b"},
	{"{{ 'a }} b' }}", "a }} b"},
	{"{{ \"q\\\"\\n\\t\\\\\\u00e9\\x\" }}", "q\"\n\t\\é\\x"},
	{"line\n\n{{ name }}\n", "line\n\nAda\n"},
	{"{% if yes %}\n  x\n{% endif %}\n", "\n  x\n\n"},
	{"{{ html }}", "<b>&"},
};

static void writes_text(void **state)
{
	check(texts, COUNT(texts));
}

static const struct expectation values[] = {
	{"{{ n }} {{ r }} {{ yes }} {{ nil }}|{{ list }} {{ user.tags }}", "3 2.5 true |[1,2,3] [\"x\",\"y\"]"},
	{"{{ user.name }} {{ user['name'] }} {{ user[\"a b\"] }}", "Bo Bo 1"},
	{"{{ list[0] }}{{ list[-1] }}{{ list.1 }}{{ people.0.name }}{{ people[1].age }}", "132Zoe25"},
	{"{{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }} {{ 7 / 2 }} {{ 7 // 2 }} {{ 7 % 3 }} {{ -7 // 2 }} {{ -7 % 3 }}", "7 9 3.5 3 1 -4 2"},
	{"{{ 2 * 2.5 }} {{ 10 - 3 - 2 }} {{ 1.5e2 }} {{ - 3 + 1 }}", "5 5 150 -2"},
	{"{{ 'a' ~ 1 ~ none ~ true }} {{ 'a' + 'b' }} {{ [1] + [2] }}", "a1true ab [1,2]"},
	{"{{ 1 == 1.0 }} {{ 'a' == 'a' }} {{ 1 == '1' }} {{ [1] == [1] }} {{ none == none }} {{ 1 != 2 }}",
		"true true false true true true"},
	{"{{ 1 < 2 }} {{ 'a' >= 'b' }} {{ 2 <= 2 }} {{ 3 > 2.5 }}", "true false true true"},
	{"{{ 2 in list }} {{ 'n' in 'and' }} {{ 'name' in user }} {{ 9 not in list }} {{ 1.0 in list }}",
		"true true true true true"},
	{"{{ yes and no }} {{ yes or nothing }} {{ no and nothing }} {{ not blank }} {{ 0 or 'x' }} {{ not not 1 }}",
		"false true false true x true"},
	{"{{ 'a' if yes else 'b' }} {{ 'a' if no else 'b' if no else 'c' }} {{ nothing if no else 1 }}", "a c 1"},
	{"{{ [1, 'a', [true, none],] }} {{ [] }}", "[1,\"a\",[true,null]] []"},
	{"{{ name is defined }} {{ nothing is defined }} {{ nothing is not defined }} {{ user.x.y is undefined }}",
		"true false true true"},
	{"{{ nil is none }} {{ name is string }} {{ n is number }} {{ r is integer }} {{ list is list }} {{ user is mapping }} {{ "
	 "3 is odd }}"
	 " {{ 4 is even }} {{ yes is boolean }}",
		"true true true false true true true true true"},
	{"{% set x = 5 %}{{ x }}{% set x = x + 1 %}{{ x }}", "56"},
	{"{% set x = 1 %}{% if yes %}{% set x = 2 %}{% endif %}{{ x }}", "2"},
	{"{% set x = 1 %}{% for i in list %}{% set x = i %}{{ x }}{% endfor %}{{ x }}", "1231"},
	{"{{ True }}{{ False }}[{{ None }}]", "truefalse[]"},
	{"{{ 9223372036854775807 }}", "9223372036854775807"},
	{"{{ range(3) }} {{ range(1, 3) }} {{ range(5, 0, -2) }} {{ range(0) }}", "[0,1,2] [1,2] [5,3,1] []"},
	{"{{ name.upper() }} {{ ' x '.strip() }} {{ 'a,b'.split(',') }}", "ADA x [\"a\",\"b\"]"},
	{"{{ -1 | abs }} {{ (2 - 5) | abs }} {{ name|lower|upper }}", "1 3 ADA"},
};

static void computes_values(void **state)
{
	check(values, COUNT(values));
}

static const struct expectation blocks[] = {
	{"{% if n > 2 %}big{% elif n > 1 %}mid{% else %}small{% endif %}", "big"},
	{"{% if no %}a{% elif n == 3 %}b{% else %}c{% endif %}", "b"},
	{"{% if no %}a{% elif no %}b{% else %}c{% endif %}", "c"},
	{"{% if empty %}a{% endif %}{% if list %}b{% endif %}{% if nil %}c{% endif %}", "b"},
	{"{% for x in list %}{{ x }},{% endfor %}", "1,2,3,"},
	{"{% for x in empty %}{{ x }}{% else %}none{% endfor %}", "none"},
	{"{% for x in list %}{{ loop.index }}/{{ loop.length }}{{ '.' if loop.last else ' ' }}{% endfor %}", "1/3 2/3 3/3."},
	{"{% for x in list %}{{ loop.index0 }}{{ loop.first }}{{ loop.revindex }}{% endfor %}", "0true31false22false1"},
	{"{% for a in [1,2] %}{% for b in [3,4] %}{{ a }}{{ b }}{{ loop.index }} {% endfor %}{{ loop.index }};{% endfor %}",
		"131 142 1;231 242 2;"},
	{"{% for k in user %}{{ k }} {% endfor %}", "name tags a b "},
	{"{% for k, v in user.items() %}{{ k }}={{ v }};{% endfor %}", "name=Bo;tags=[\"x\",\"y\"];a b=1;"},
	{"{% for k, v in user %}{{ k }};{% endfor %}", "name;tags;a b;"},
	{"{% for k, v in [[1, 2], [3, 4]] %}{{ k + v }} {% endfor %}", "3 7 "},
	{"{% for x in list if x != 2 %}{{ x }}{{ loop.length }}{% endfor %}", "1232"},
	{"{% for x in list if x > 9 %}{{ x }}{% else %}no{% endfor %}", "no"},
	{"{% for p in people %}{{ p.name }}{% if not loop.last %}, {% endif %}{% endfor %}", "Zoe, abe"},
	{"{% for name in words %}{{ name }}{% endfor %}{{ name }}", "pearApplefigAda"},
};

static void runs_blocks(void **state)
{
	check(blocks, COUNT(blocks));
}

static const struct expectation filters[] = {
	{"{{ 'aé' | upper }} {{ 'ÀB' | lower }} {{ 'hello wORLD-x' | title }} {{ 'hELLO' | capitalize }} {{ 5 | upper }}",
		"AÉ àb Hello World-X Hello 5"},
	{"[{{ '  a b ' | trim }}] {{ 'xxaxx' | trim('x') }}", "[a b] a"},
	{"{{ utf | length }} {{ list | length }} {{ user | count }} {{ '' | length }}", "5 3 3 0"},
	{"{{ list | join(', ') }} {{ list | join }} {{ people | join('+', attribute='name') }} {{ 'abc' | join('-') }}",
		"1, 2, 3 123 Zoe+abe a-b-c"},
	{"{{ nothing | default('x') }} {{ user.zip | d('y') }} {{ a.b.c | default('z') }} {{ name | default('q') }} {{ nothing | d "
	 "}}",
		"x y z Ada "},
	{"{{ blank | default('x', true) }} {{ blank | default('x') }}|", "x |"},
	{"{{ nothing | default(default_value='k') }} {{ nil | default('x', boolean=true) }}", "k x"},
	{"{{ user | tojson }} {{ 'a\"é' | tojson }} {{ 0.1 | tojson }}",
		"{\"name\": \"Bo\", \"tags\": [\"x\", \"y\"], \"a b\": 1} \"a\\\"é\" 0.1"},
	{"{{ [1, [2]] | tojson(indent=2) }}", "[\n  1,\n  [\n    2\n  ]\n]"},
	{"{{ list | first }}{{ list | last }}{{ name | first }}{{ utf | last }} {{ empty | first | default('none') }}",
		"13Ae none"},
	{"{{ 'aXbXc' | replace('X', '--') }} {{ 'aaa' | replace('a', 'b', 2) }} {{ 'aaa' | replace('a', '') }}|", "a--b--c bba |"},
	{"{{ 'foo bar baz qux' | truncate(9) }} {{ 'foo bar baz qux' | truncate(9, true) }} {{ 'foo bar baz qux' | truncate(11) }}"
	 " {{ 'foo bar baz qux' | truncate(9, end='~', leeway=0) }}",
		"foo... foo ba... foo bar baz qux foo bar~"},
	{"{{ text | indent(2) }}|{{ 'a\n\nb' | indent }}|{{ 'a\nb' | indent('> ', first=true) }}|{{ 'a\n\nb' | indent(1, "
	 "blank=true) }}",
		"one two\n  three|a\n\n    b|> a\n> b|a\n \n b"},
	{"{{ '42' | int }} {{ '4.9' | int }} {{ 'x' | int }} {{ 'x' | int(7) }} {{ -2.7 | int }} {{ true | int }} {{ "
	 "'9007199254740993' | int }}",
		"42 4 0 7 -2 1 9007199254740993"},
	{"{{ '2.5' | float }} {{ 'x' | float }} {{ 'nan' | float(1.5) }} {{ '0x10' | float }} {{ 3 | float }}", "2.5 0 1.5 0 3"},
	{"{{ 2.567 | round(2) }} {{ 2.5 | round }} {{ 2.1 | round(0, 'ceil') }} {{ 2.9 | round(method='floor') }} {{ 1234 | "
	 "round(-2) }}",
		"2.57 2 3 2 1200"},
	{"{{ 5 | string ~ 5 }} {{ 'ab' | list }} {{ user | list }}", "55 [\"a\",\"b\"] [\"name\",\"tags\",\"a b\"]"},
	{"{{ words | sort }} {{ [3, 1, 2] | sort(reverse=true) }} {{ words | sort(case_sensitive=true) }}",
		"[\"Apple\",\"fig\",\"pear\"] [3,2,1] [\"Apple\",\"fig\",\"pear\"]"},
	{"{{ people | sort(attribute='age') | map(attribute='name') | join }} {{ people | sort(attribute='name') | map('name') | "
	 "join }}",
		"abeZoe abeZoe"},
	{"{{ ['a', 'A', 'b', 1, 1, '1'] | unique }} {{ ['a', 'A'] | unique(true) }}", "[\"a\",\"b\",1,\"1\"] [\"a\",\"A\"]"},
	{"{{ list | reverse }} {{ 'añb' | reverse }}", "[3,2,1] bña"},
	{"{{ words | map('upper') | join(' ') }} {{ people | map(attribute='age') | sum }}", "PEAR APPLE FIG 55"},
	{"{{ -3 | abs }} {{ 2.5 | abs }} {{ list | min }} {{ list | max }} {{ words | max }} {{ (people | "
	 "max(attribute='age')).name }}",
		"3 2.5 1 3 pear Zoe"},
	{"{{ [1, 2.5] | sum }} {{ [] | sum }} {{ people | sum(attribute='age') }} {{ [0.5, 0.5] | sum }}", "3.5 0 55 1"},
	{"{{ 'a, b,,c' | split(',') }} {{ ' a  b ' | split }} {{ '' | split(',') }} {{ '' | split }}",
		"[\"a\",\" b\",\"\",\"c\"] [\"a\",\"b\"] [\"\"] []"},
	{"{{ user | keys }}", "[\"name\",\"tags\",\"a b\"]"},
	{"{{ user | values | first }} {{ (user | items)[1][1][0] }} {{ 'a b c' | wordcount }}", "Bo x 3"},
};

static void applies_filters(void **state)
{
	check(filters, COUNT(filters));
}

static const struct expectation refusals[] = {
	{"a\nb {{ qestion }}", "2:6 undefined variable `qestion`, did you mean `question`?"},
	{"{{ zzzzzzzzz }}", "1:4 undefined variable `zzzzzzzzz`; variables are name, n, r"},
	{"{% for item in list %}{{ itm }}{% endfor %}", "undefined variable `itm`, did you mean `item`?"},
	{"é {{ user.nme }}", "1:6 `user` has no member `nme`, did you mean `name`?"},
	{"{{ user.zip.code }}", "`user` has no member `zip`; it has name, tags, a b"},
	{"{{ name.first }}", "`name` is text and has no member `first`"},
	{"{{ nil.x }}", "`nil` is none"},
	{"{{ list[7] }}", "`list` has no item 7: it has 3"},
	{"{{ list[-4] }}", "no item -4"},
	{"{{ user['zip'] }}", "`user` has no member `zip`"},
	{"{{ list['a'] }}", "`list` is a list and has no member `a`"},
	{"{{ user[1] }}", "cannot be indexed by a number"},
	{"{{ empty | first }}", "`empty | first` has no value"},
	{"{{ x | default }}{{ nothing | upper }}", "undefined variable `nothing`"},
	{"{{ user.zip ~ 'x' }}", "`user` has no member `zip`"},
	{"{{ loop }}", "1:4 undefined variable `loop`"},
	{"{{ nothing | default(value) | default('deep') }}", "undefined variable `value`"},
	{"{{ 1 ~ 2 + 3 }}", "`+` does not work on text and a number"}, /* as in Jinja, ~ binds closer */
	{"{{ {'a': 1} }}", "maps cannot be written"},
	{"{{ name", "1:1 this tag is never closed by }}"},
	{"x {% if yes", "1:3 this tag is never closed by %}"},
	{"{{ 'abc }}", "1:4 this quote is never closed"},
	{"a {# b", "1:3 the comment {# is never closed"},
	{"{% raw %} x", "{% raw %} is never closed"},
	{"{% if yes %} x", "1:1 this block is never closed by {% endif %}"},
	{"\n {% for x in list %} x", "2:2 this block is never closed by {% endfor %}"},
	{"{% if yes %}{% endfor %}", "{% endfor %} has no beginning here"},
	{"{% else %}", "{% else %} has no beginning here"},
	{"{% include 'x' %}", "{% include %} is not supported"},
	{"{% macro f() %}", "{% macro %} is not supported"},
	{"{% fro x in y %}", "expected a statement such as if, for or set, found `fro`, did you mean `for`?"},
	{"{% %}", "expected a statement"},
	{"{{ }}", "expected a value, found the end of the tag"},
	{"{{ a b }}", "expected the end of the tag, found `b`"},
	{"{{ 1 + }}", "expected a value"},
	{"{{ (1 }}", "expected `)` to close the parenthesis, found the end of the tag"},
	{"{{ [1 2] }}", "expected `]` or a comma, found `2`"},
	{"{{ name | uper }}", "1:11 unknown filter `uper`, did you mean `upper`?"},
	{"{{ name | }}", "expected the name of a filter"},
	{"{{ name | replace('a') }}", "the filter `replace` needs 2 arguments"},
	{"{{ name | upper(1) }}", "the filter `upper` takes at most 0 arguments"},
	{"{{ name | indent(widht=2) }}", "the filter `indent` has no parameter `widht`"},
	{"{{ name | indent(2, width=2) }}", "given twice"},
	{"{{ name is defind }}", "did you mean `defined`?"},
	{"{{ name is }}", "expected a test after `is`"},
	{"{{ f(1) }}", "`f` cannot be called: templates run no code"},
	{"{{ name.__class__() }}", "cannot be called"},
	{"{{ name.__class__ }}", "has no member `__class__`"},
	{"{{ list[1:2] }}", "slices are not supported"},
	{"{{ 1 < 2 < 3 }}", "comparisons cannot be chained"},
	{"{{ 'a' if yes }}", "expected `else` of this `if`"},
	{"{{ 1 / 0 }}", "division by zero"},
	{"{{ 1 // 0 }}{{ 1 % 0 }}", "division by zero"},
	{"{{ 5.0 % 0 }}", "division by zero"},
	{"{{ 9223372036854775807 + 1 }}", "out of range"},
	{"{{ (-9223372036854775807 - 1) // -1 }}", "out of range"},
	{"{{ 1e308 * 10 }}", "out of range"},
	{"{{ 99999999999999999999 }}", "out of range"},
	{"{{ 1e999 }}", "out of range"},
	{"{{ 'a' + 1 }}", "`+` does not work on text and a number"},
	{"{{ 'a' < 1 }}", "`<` does not work on text and a number"},
	{"{{ 1 in 2 }}", "`in` does not work"},
	{"{{ -name }}", "cannot be negative"},
	{"{{ 2 ** 3 }}", "found `**`"},
	{"{{ a & b }}", "`&` has no meaning"},
	{"{{ \x01 }}", "0x01 has no meaning"},
	{"{% for x in name %}{% endfor %}", "cannot loop over text"},
	{"{% for a, b in list %}{% endfor %}", "needs items of two parts"},
	{"{% for if in list %}{% endfor %}", "expected a name after `for`, found `if`"},
	{"{% for x list %}{% endfor %}", "expected `in`"},
	{"{% set 1 = 2 %}", "expected a name after `set`"},
	{"{% set loop = 2 %}", "expected a name after `set`"},
	{"{% set x %}a{% endset %}", "expected `=`"},
	{"{{ words | sort(attribute='x') }}", "has no `x`"},
	{"{{ [1, 'a'] | sort }}", "`sort`: cannot put a number and text in order"},
	{"{{ ['a'] | sum }}", "cannot add text"},
	{"{{ list | upper }}", "`upper`: expected text, found a list"},
	{"{{ n | join }}", "expected a list, found a number"},
	{"{{ name | replace('', 'x') }}", "not empty"},
	{"{{ name | split('') }}", "separator is empty"},
	{"{{ name | tojson(99) }}", "indent must be"},
	{"{{ name | indent(5000) }}", "width is larger"},
	{"{{ name | truncate(1) }}", "expected a length"},
	{"{{ range(0, 5, 0) }}", "step of `range` is 0"},
	{"{{ range(2000000) }}", "more than 1000000 numbers"},
	{"{{ range(99999999999) }}", "whole numbers below"},
	{"{{ range('a') }}", "whole numbers"},
	{"{{ range() }}", "one to three"},
};

static void refuses_with_a_place(void **state)
{
	check_part(refusals, COUNT(refusals));
}

static void places_count_from_the_given_line(void **state)
{
	struct template *template = template_parse(arena, TEXT("a\n{{ nothing }}"), "lever.yaml", 40, &error);
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	buffer_add_string(&out, "before");
	assert_false(template_render(template, vars, &out, &error));
	assert_int_equal(error.line, 41);
	assert_int_equal(error.column, 4);
	assert_string_equal(error.file, "lever.yaml");
	assert_int_equal(error.kind, ERROR_CONFIG);
	assert_text(buffer_text(&out), "before");
}

static void bytes_pass_through(void **state)
{
	struct text source = TEXT("a\0b \xff\xfe {{ nul }}");
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct template *template = template_parse(arena, source, "p", 1, &error);
	assert_non_null(template);
	assert_true(template_render(template, vars, &out, &error));
	assert_int_equal(out.length, 10);
	assert_memory_equal(out.data, "a\0b \xff\xfe a\0b", 10);
	assert_contains(render(TEXT("{{ name\0 }}")), "0x00 has no meaning");
	assert_non_null(template_parse(arena, (struct text){NULL, 0}, "p", 1, &error));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(writes_text),
		TEST(computes_values),
		TEST(runs_blocks),
		TEST(applies_filters),
		TEST(refuses_with_a_place),
		TEST(places_count_from_the_given_line),
		TEST(bytes_pass_through),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
