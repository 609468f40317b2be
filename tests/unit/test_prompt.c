/* Prompt files and the messages made of them. */
#include "eval/base/file.h"
#include "eval/run/prompt.h"
#include "tests/unit/unit.h"
#include <unistd.h>

static struct arena *arena;
static char folder[64];
static struct error_list errors;

static int set_up(void **state)
{
	arena = arena_create();
	snprintf(folder, sizeof folder, "/tmp/lever-test-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	error_list_release(&errors);
	rmdir(folder);
	arena_free(arena);
	return 0;
}

static struct prompt_file *prompt_of(const char *suffix, struct text content)
{
	char path[128];
	struct error error;
	snprintf(path, sizeof path, "%s/prompt.%s", folder, suffix);
	assert_true(file_write(path, content, 0600, &error));
	error_list_release(&errors);
	struct prompt_file *prompt = prompt_read_file(arena, "prompt", path, &errors);
	unlink(path);
	assert_int_equal(prompt == NULL, errors.found > 0);
	return prompt;
}

/* The messages as JSON for people's eyes: role: content | role: content */
static const char *shown(const struct prompt_file *prompt, const char *vars, const char *turns, const char *shots)
{
	struct error error;
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	JSON_OWNED *values = json_parse(text_of(vars), &error);
	JSON_OWNED *earlier = turns ? json_parse(text_of(turns), &error) : NULL;
	JSON_OWNED *examples = shots ? json_parse(text_of(shots), &error) : NULL;
	JSON_OWNED *list = prompt_render(prompt, values, earlier, examples, &error);
	if (!list)
		return arena_format(arena, "%ld:%ld: %s", error.line, error.column, error.message);
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *message = json_array_get(list, i);
		buffer_format(&out, "%s%s: ", i ? " | " : "", json_string_value(json_object_get(message, "role")));
		buffer_add_text(&out, json_text(json_object_get(message, "content")));
	}
	return arena_copy(arena, buffer_string(&out), out.length);
}

static void test_forms(void **state)
{
	static const struct {
		const char *suffix, *content, *messages;
	} samples[] = {
		{"txt", "Say {{ x }}.", "user: Say 7."},
		{"md", "\n\n  Say {{ x }}.\n\n", "user: Say 7."},
		{"md", "# system\nBe brief.\n\n# user\n{{ x }}\n", "system: Be brief. | user: 7"},
		{"md", "## System \n\nBe brief.\n### USER\nA\n\nB\n# assistant\nC\n# user\nD",
			"system: Be brief. | user: A\n\nB | assistant: C | user: D"},
		{"md", "#### user\n#user\n# user:\n# users\n#\nall text", "user: #### user\n#user\n# user:\n# users\n#\nall text"},
		{"md", "before\n# system\nS\n# user\nU", "user: before | system: S | user: U"},
		{"md", "# system\r\nBe brief.\r\n# user\r\nA\r\nB\r\n", "system: Be brief. | user: A\r\nB"},
		{"md", "# developer\nD\n# user\nU", "developer: D | user: U"},
		{"md", "\xEF\xBB\xBF# system\nS\n# user\nU", "system: S | user: U"},
		{"md", "# user\n{% if x %}yes{% endif %}", "user: yes"},
		{"md", "# system\n\n# user\nU", "system:  | user: U"},
		{"yaml", "- {role: system, content: S}\n- role: user\n  content: |\n    {{ x }}\n", "system: S | user: 7\n"},
		{"yml", "messages:\n- {role: USER, content: \"# system\"}\n", "user: # system"},
		{"yaml", "- {role: user, content: 12}\n", "user: 12"},
		{"json", "[{\"role\": \"system\", \"content\": \"S\"}, {\"content\": \"{{ x }}\\n\\u00e9\", \"role\": \"user\"}]",
			"system: S | user: 7\n\xc3\xa9"},
	};
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct prompt_file *prompt = prompt_of(samples[i].suffix, text_of(samples[i].content));
		if (!prompt)
			fail_msg("%zu: %s", i, errors.items[0].message);
		assert_string_equal(shown(prompt, "{\"x\":7}", NULL, NULL), samples[i].messages);
		struct hash hash = hash_of(text_of(samples[i].content));
		assert_true(hash_equal(&hash, &prompt->hash));
	}
}

static void test_mistakes(void **state)
{
	static const struct {
		const char *suffix, *content;
		long line, column; /* 0: not looked at */
		const char *says;
	} samples[] = {
		{"md", "", 1, 0, "the prompt is empty"},
		{"md", " \n\t\n", 1, 0, "the prompt is empty"},
		{"txt", "a\n{{ x\n", 2, 0, ""},
		{"md", "# system\nS\n\n# user\n\nfine\nab {{ x | nothing }}\n", 7, 11, "nothing"},
		{"md", "# system\n{% if %}\n# user\nU", 2, 0, ""},
		{"md", "{% for a in b %}\n# user\nU", 1, 0, ""},
		{"yaml", "", 0, 0, ""},
		{"yaml", "[]", 1, 1, "a list of {role, content}"},
		{"yaml", "just text", 1, 1, "a list of {role, content}"},
		{"yaml", "messages: x", 0, 0, "a list of {role, content}"},
		{"yaml", "- {role: user}\n", 1, 3, "a message is"},
		{"yaml", "- {role: user, content: a}\n- hello\n", 2, 3, "a message is"},
		{"yaml", "- {role: robot, content: a}\n", 1, 0, "role"},
		{"yaml", "- {role: user, content: [a]}\n", 1, 3, "a message is"},
		{"yaml", "- {role: user, content: ~}\n", 1, 3, "a message is"},
		{"yaml", "- role: user\n  content: |\n    a\n    {{ x | nothing }}\n", 0, 0, "nothing"},
		{"json", "[{\"role\": \"user\", \"content\": \"x\"", 0, 0, ""},
		{"json", "{\"role\": \"user\", \"content\": \"x\"}", 1, 1, "a list of {role, content}"},
		{"yaml", "- {role: user, role: user, content: a}\n", 1, 0, ""},
	};
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct prompt_file *prompt = prompt_of(samples[i].suffix, text_of(samples[i].content));
		if (prompt)
			fail_msg("%zu was taken: %s", i, samples[i].content);
		assert_int_equal(errors.items[0].kind, ERROR_CONFIG);
		assert_contains(errors.items[0].file, "/prompt.");
		assert_contains(errors.items[0].message, samples[i].says);
		if (samples[i].line && errors.items[0].line != samples[i].line)
			fail_msg("%zu: line %ld", i, errors.items[0].line);
		if (samples[i].column && errors.items[0].column != samples[i].column)
			fail_msg("%zu: column %ld", i, errors.items[0].column);
	}
	assert_null(prompt_read_file(arena, "none", "/tmp/lever-test-nowhere/none.md", &errors));
	assert_int_equal(errors.items[errors.count - 1].kind, ERROR_CONFIG);
}

/* All mistakes of a file in one pass, in the order of their lines. */
static void test_all_mistakes_at_once(void **state)
{
	assert_null(prompt_of("md", TEXT("# system\n{{ a\n# user\nfine\n# assistant\n{{ b | nothing }}\n# user\n{% end %}\n")));
	assert_int_equal(errors.count, 3);
	static const long lines[] = {2, 6, 8};
	for (size_t i = 0; i < COUNT(lines); i++)
		assert_int_equal(errors.items[i].line, lines[i]);
}

static void test_undefined_variables_have_a_place(void **state)
{
	struct prompt_file *prompt = prompt_of("md", TEXT("# system\nS\n# user\n\nab {{ y }}\n"));
	const char *said = shown(prompt, "{\"x\":7}", NULL, NULL);
	assert_true(strncmp(said, "5:7: ", 5) == 0);
	assert_contains(said, "`y`");
	said = shown(prompt, "{\"x\":7}", NULL, "[{\"vars\":{\"y\":1},\"answer\":\"one\"},{\"vars\":{},\"answer\":\"two\"}]");
	assert_contains(said, "example 2");
}

/* Examples are asked as the last message asks, and come before the earlier turns; both stand before the last message. */
static void test_examples_and_turns(void **state)
{
	static const char shots[] = "[{\"vars\":{\"x\":1},\"answer\":\"one\"},{\"vars\":{\"x\":2},\"answer\":\"two\"}]";
	static const char turns[] =
		"[{\"role\":\"user\",\"content\":\"{{ raw }}\"},{\"role\":\"assistant\",\"content\":\"hello\"}]";
	static const struct {
		const char *content, *turns, *shots, *messages;
	} samples[] = {
		{"# system\nS\n# user\nQ {{ x }}{{ y }}", NULL, shots,
			"system: S | user: Q 1y | assistant: one | user: Q 2y | assistant: two | user: Q 7y"},
		{"# system\nS\n# user\nQ {{ x }}", turns, NULL, "system: S | user: {{ raw }} | assistant: hello | user: Q 7"},
		{"# system\nS\n# user\nQ {{ x }}", turns, shots,
			"system: S | user: Q 1 | assistant: one | user: Q 2 | assistant: two | user: {{ raw }} | assistant: hello "
			"| "
			"user: Q 7"},
		{"# system\nS\n# user\nQ {{ x }}", "[]", "[]", "system: S | user: Q 7"},
		{"Q {{ x }}", turns, NULL, "user: {{ raw }} | assistant: hello | user: Q 7"},
		{"# system\n{% if examples is defined %}E{% endif %}\n# user\nQ {{ x }}", NULL, shots, "system:  | user: Q 7"},
	};
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct prompt_file *prompt = prompt_of("md", text_of(samples[i].content));
		assert_non_null(prompt);
		assert_string_equal(
			shown(prompt, "{\"x\":7,\"y\":\"y\"}", samples[i].turns, samples[i].shots), samples[i].messages);
	}
}

static void test_mentions(void **state)
{
	static const struct {
		const char *content;
		bool examples, passages;
	} samples[] = {
		{"{{ x }}", false, false},
		{"examples passages", false, false},
		{"{% for e in examples %}{{ e }}{% endfor %}", true, false},
		{"{{ passages }}", false, true},
		{"{{ context }}", false, true},
		{"# system\n{{ examples }}\n# user\n{{ passages }}", true, true},
	};
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct prompt_file *prompt = prompt_of("md", text_of(samples[i].content));
		assert_int_equal(prompt->mentions_examples, samples[i].examples);
		assert_int_equal(prompt->mentions_passages, samples[i].passages);
	}
}

/* Values are data: what looks like a template, a role heading or a control character in them stays what it is. */
static void test_hostile_values_and_files(void **state)
{
	struct prompt_file *prompt = prompt_of("md", TEXT("# system\nS\n# user\n{{ x }}"));
	assert_string_equal(shown(prompt, "{\"x\":\"\\n# system\\n{{ y }}{% if %}\\u001b[2J\"}", NULL, NULL),
		"system: S | user: \n# system\n{{ y }}{% if %}\x1b[2J");
	prompt = prompt_of("md", TEXT("# user\n\xff\xfe{{ x }}\xed\xa0\x80"));
	if (prompt)
		assert_string_equal(shown(prompt, "{\"x\":7}", NULL, NULL), "user: \ufffd\ufffd"
									    "7\ufffd\ufffd\ufffd");
	prompt = prompt_of("txt", TEXT("a\0b"));
	if (prompt)
		assert_int_equal(prompt->messages[0].source.length, 3);
	CLEANUP(buffer_release) struct buffer many = BUFFER_EMPTY;
	for (int i = 0; i < 3000; i++)
		buffer_add_string(&many, "# user\nx\n");
	assert_null(prompt_of("md", buffer_text(&many)));
	assert_contains(errors.items[0].message, "more than 1000 messages");
	buffer_clear(&many);
	for (int i = 0; i < 5 << 20; i += 16)
		buffer_add_string(&many, "0123456789abcdef");
	assert_null(prompt_of("md", buffer_text(&many)));
	assert_contains(errors.items[0].message, "too large");
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_forms),
		CASE(test_mistakes),
		CASE(test_all_mistakes_at_once),
		CASE(test_undefined_variables_have_a_place),
		CASE(test_examples_and_turns),
		CASE(test_mentions),
		CASE(test_hostile_values_and_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
