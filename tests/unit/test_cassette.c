#include "eval/base/secret.h"
#include "eval/base/file.h"
#include "eval/model/cassette.h"
#include "tests/unit/unit.h"
#include <sys/stat.h>
#include <unistd.h>

static struct arena *arena;
static char folder[64], path[96];

static int set_up(void **state)
{
	arena = arena_create();
	snprintf(folder, sizeof folder, "/tmp/lever-test-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/c.jsonl", folder);
	return 0;
}

static int tear_down(void **state)
{
	unlink(path);
	rmdir(folder);
	arena_free(arena);
	return 0;
}

static struct cassette_entry entry_make(const char *case_id, const char *request, const char *response)
{
	return (struct cassette_entry){.key = hash_of(text_of(request)),
		.case_id = case_id,
		.variant = "rag",
		.model = "base",
		.api = "openai",
		.path = "/v1/chat/completions",
		.repeat = 1,
		.request = text_of(request),
		.status = 200,
		.response = text_of(response),
		.latency = 1234,
		.first_byte = UNKNOWN};
}

static struct cassette *recorder(void)
{
	struct cassette *cassette;
	struct error error;
	if (!cassette_record(path, &cassette, &error))
		fail_msg("%s", error.message);
	return cassette;
}

static struct cassette *player(const char **note)
{
	struct cassette *cassette;
	struct error error;
	if (!cassette_open(path, &cassette, note, &error))
		fail_msg("%ld: %s", error.line, error.message);
	return cassette;
}

static void add(struct cassette *cassette, const struct cassette_entry *entry)
{
	struct error error;
	if (!cassette_add(cassette, entry, &error))
		fail_msg("%s", error.message);
}

static bool find(struct cassette *cassette, const char *request, struct cassette_entry *ret)
{
	struct hash key = hash_of(text_of(request));
	struct error error;
	bool found;
	if (!cassette_find(cassette, &key, arena, ret, &found, &error))
		fail_msg("%s", error.message);
	return found;
}

static struct text whole_file(void)
{
	CLEANUP(buffer_release) struct buffer file = BUFFER_EMPTY;
	struct error error;
	assert_true(file_read(path, 0, &file, &error));
	return text_copy(arena, buffer_text(&file));
}

static void file_set(const char *text)
{
	struct error error;
	assert_true(file_write(path, text_of(text), 0644, &error));
}

static void what_is_recorded_is_played(void **state)
{
	struct cassette *cassette = recorder();
	struct cassette_entry entry = entry_make("kb-1", "{\"a\":1}", "{\"x\":\"\\u0000\\ud800 \xC3\xA9\\n\"}\n"), found;
	const char *note = "";
	add(cassette, &entry);
	assert_true(find(cassette, "{\"a\":1}", &found)); /* at once, too */
	cassette_close(cassette);
	cassette = player(&note);
	assert_null(note);
	assert_int_equal(cassette_count(cassette), 1);
	assert_true(find(cassette, "{\"a\":1}", &found));
	assert_string_equal(found.case_id, "kb-1");
	assert_string_equal(found.variant, "rag");
	assert_string_equal(found.path, "/v1/chat/completions");
	assert_int_equal(found.status, 200);
	assert_text(found.request, "{\"a\":1}");
	assert_true(text_equal(found.response, entry.response));
	assert_int_equal(found.latency, 1234);
	assert_int_equal(found.first_byte, UNKNOWN);
	assert_false(find(cassette, "{\"a\":2}", &found));
	cassette_close(cassette);
}

static void odd_texts_survive(void **state)
{
	static const char *const requests[] = {"not json", "{\"pretty\":\n 1}", "", "{\"broken\":", "[1]"};
	struct cassette *cassette = recorder();
	struct cassette_entry found;
	const char *note;
	for (size_t i = 0; i < COUNT(requests); i++) {
		struct cassette_entry entry = entry_make("c", requests[i], "");
		add(cassette, &entry);
	}
	struct cassette_entry zero = entry_make("z", "zero", "");
	zero.response = text_make("a\0b", 3);
	add(cassette, &zero);
	cassette_close(cassette);
	cassette = player(&note);
	assert_int_equal(cassette_count(cassette), COUNT(requests) + 1);
	for (size_t i = 0; i < COUNT(requests); i++) {
		assert_true(find(cassette, requests[i], &found));
		assert_text(found.request, requests[i]);
	}
	assert_true(find(cassette, "zero", &found));
	assert_int_equal(found.response.length, 3);
	cassette_close(cassette);
}

static void known_keys_are_kept(void **state)
{
	struct cassette *cassette = recorder();
	struct cassette_entry first = entry_make("c", "{}", "first"), second = entry_make("c", "{}", "second"), found;
	const char *note;
	add(cassette, &first);
	add(cassette, &second);
	cassette_close(cassette);
	cassette = recorder();
	assert_int_equal(cassette_count(cassette), 1);
	add(cassette, &second);
	cassette_close(cassette);
	cassette = player(&note);
	assert_true(find(cassette, "{}", &found));
	assert_text(found.response, "first");
	cassette_close(cassette);
}

static void a_cut_last_line_is_left_out(void **state)
{
	struct cassette *cassette = recorder();
	struct cassette_entry one = entry_make("c", "{\"n\":1}", "one"), two = entry_make("c", "{\"n\":2}", "two"), found;
	const char *note = NULL;
	add(cassette, &one);
	add(cassette, &two);
	cassette_close(cassette);
	struct text whole = whole_file();
	size_t second = (size_t)((const char *)memchr(whole.data, '\n', whole.length) - whole.data) + 1;
	for (size_t length = second + 1; length < whole.length; length += 7) {
		assert_int_equal(truncate(path, (off_t)length), 0);
		cassette = player(&note);
		bool complete = length + 1 == whole.length;
		assert_int_equal(cassette_count(cassette), complete ? 2 : 1);
		if (!complete)
			assert_contains(note, "line 2 is cut off");
		cassette_close(cassette);
		cassette = recorder(); /* appending goes on behind the last good line */
		add(cassette, &two);
		cassette_close(cassette);
		cassette = player(&note);
		assert_null(note);
		assert_true(find(cassette, "{\"n\":2}", &found));
		assert_text(found.response, "two");
		cassette_close(cassette);
	}
	assert_true(text_equal(whole_file(), whole));
	/* A whole last line without its end counts, and gets it. */
	assert_int_equal(truncate(path, (off_t)whole.length - 1), 0);
	struct cassette_entry three = entry_make("c", "{\"n\":3}", "three");
	cassette = recorder();
	assert_int_equal(cassette_count(cassette), 2);
	add(cassette, &three);
	cassette_close(cassette);
	cassette = player(&note);
	assert_int_equal(cassette_count(cassette), 3);
	assert_true(find(cassette, "{\"n\":3}", &found) && find(cassette, "{\"n\":2}", &found));
	cassette_close(cassette);
}

static void bad_lines_are_errors(void **state)
{
	static const struct {
		const char *text;
		long line;
		const char *says;
	} rows[] = {{"garbage\n", 1, "not a recorded exchange"}, {"\n{\"v\":1}\n", 2, "`key`"},
		{"{\"v\":1,\"key\":\"12\"}\n", 1, "`key`"}, {"{\"v\":2,\"key\":\"x\"}\n", 1, "version 2"},
		{"{\"v\":1,\"key\":\"\n", 1, "not a recorded"}, {"[]\n\n", 1, "not a recorded"}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cassette *cassette;
		struct error error = {0};
		const char *note;
		file_set(rows[i].text);
		assert_false(cassette_open(path, &cassette, &note, &error));
		assert_int_equal(error.kind, ERROR_DATA);
		assert_int_equal(error.line, rows[i].line);
		assert_contains(error.message, rows[i].says);
		assert_false(cassette_record(path, &cassette, &error));
		assert_true(text_equal(whole_file(), text_of(rows[i].text))); /* nothing was cut */
	}
	struct cassette *cassette;
	struct error error;
	const char *note;
	unlink(path);
	assert_false(cassette_open(path, &cassette, &note, &error));
	assert_contains(error.message, "cannot be opened");
}

static void damage_is_found_when_read(void **state)
{
	struct cassette_entry found;
	struct hash key = hash_of(TEXT("x"));
	char hex[HASH_HEX], line[256];
	const char *note;
	struct error error;
	bool is_there;
	hash_hex(&key, hex);
	snprintf(line, sizeof line, "{\"v\":1,\"key\":\"%s\",\"response\":5}\n", hex);
	file_set(line);
	struct cassette *cassette = player(&note);
	assert_false(cassette_find(cassette, &key, arena, &found, &is_there, &error));
	assert_contains(error.message, "damaged");
	cassette_close(cassette);
}

static void one_recorder_at_a_time(void **state)
{
	struct cassette *first = recorder(), *second;
	struct error error;
	struct stat status;
	assert_false(cassette_record(path, &second, &error));
	assert_contains(error.message, "another process");
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0133, 0);
	cassette_close(first);
	cassette_close(recorder());
}

static void keys_are_never_written(void **state)
{
	struct cassette *cassette = recorder();
	setenv("LEVER_TEST_KEY", "se\"cret\\0123/456", 1);
	assert_non_null(secret_read("LEVER_TEST_KEY"));
	setenv("LEVER_TEST_OTHER", "sk-plain-0123456", 1);
	assert_non_null(secret_read("LEVER_TEST_OTHER"));
	struct cassette_entry entry = entry_make("c", "{\"q\":\"sk-plain-0123456\"}", "echo se\"cret\\0123/456 sk-plain-0123456"),
			      found;
	add(cassette, &entry);
	assert_true(find(cassette, "{\"q\":\"sk-plain-0123456\"}", &found));
	assert_text(found.response, "echo [redacted:LEVER_TEST_KEY] [redacted:LEVER_TEST_OTHER]");
	assert_text(found.request, "{\"q\":\"[redacted:LEVER_TEST_OTHER]\"}");
	cassette_close(cassette);
	assert_null(strstr(whole_file().data, "sk-plain"));
	assert_null(strstr(whole_file().data, "cret"));
}

static void many_entries(void **state)
{
	enum { ENTRIES = 3000 };
	struct cassette *cassette = recorder();
	struct cassette_entry found;
	const char *note;
	char *long_answer = memory_take(700001);
	memset(long_answer, 'x', 700000);
	for (int i = 0; i < ENTRIES; i++) {
		struct cassette_entry entry =
			entry_make("c", arena_format(arena, "{\"n\":%d}", i), i % 1000 ? "short" : long_answer);
		add(cassette, &entry);
	}
	cassette_close(cassette);
	cassette = player(&note);
	assert_int_equal(cassette_count(cassette), ENTRIES);
	for (int i = 0; i < ENTRIES; i += 100) {
		assert_true(find(cassette, arena_format(arena, "{\"n\":%d}", i), &found));
		assert_int_equal(found.response.length, i % 1000 ? 5 : 700000);
	}
	cassette_close(cassette);
	free(long_answer);
}

static void a_miss_says_what_differs(void **state)
{
	static const struct {
		const char *request, *says;
	} rows[] = {{"{\"messages\":[{\"content\":\"old\"},{\"content\":\"The question is: who?\"}],\"t\":0}",
			    "/messages/1/content: recorded \"The question is: what?\", wanted \"The question is: who?\""},
		{"{\"messages\":[{\"content\":\"old\"},{\"content\":\"The question is: what?\"}],\"t\":1}",
			"/t: recorded 0, wanted 1"},
		{"{\"messages\":[{\"content\":\"old\"}],\"t\":0}", "/messages/1: recorded {\"content\":"},
		{"{\"messages\":[{\"content\":\"old\"},{\"content\":\"The question is: what?\"}],\"t\":0,\"a/b~\":[]}",
			"/a~1b~0: recorded nothing, wanted []"},
		{"{\"messages\":[{\"content\":\"old\"},{\"content\":\"The question is: what?\"}]}",
			"/t: recorded 0, wanted nothing"},
		{"nonsense", "body: recorded {\"messages\""}};
	struct cassette *cassette = recorder();
	struct cassette_entry entry =
		entry_make("kb-1", "{\"messages\":[{\"content\":\"old\"},{\"content\":\"The question is: what?\"}],\"t\":0}", "x");
	struct cassette_entry judge = entry_make("kb-1", "{\"judge\":1}", "y");
	judge.model = "judge";
	add(cassette, &judge);
	add(cassette, &entry);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cassette_entry wanted = entry_make("kb-1", rows[i].request, "");
		assert_contains(cassette_miss(cassette, &wanted, arena), rows[i].says);
	}
	struct cassette_entry wanted = entry;
	wanted.path = "/v2";
	assert_contains(cassette_miss(cassette, &wanted, arena), "path: recorded /v1/chat/completions, wanted /v2");
	wanted.model = "tuned";
	assert_contains(cassette_miss(cassette, &wanted, arena), "model: recorded ");
	wanted = entry;
	assert_contains(cassette_miss(cassette, &wanted, arena), "another version");
	wanted.case_id = "kb-2";
	assert_contains(cassette_miss(cassette, &wanted, arena), "nothing for case kb-2, variant rag, repeat 1");
	cassette_close(cassette);
}

static void a_miss_shows_the_neighbourhood(void **state)
{
	struct cassette *cassette = recorder();
	char one[4096], two[4096];
	memset(one, 'a', sizeof one);
	memcpy(one, "{\"p\":\"", 6);
	memcpy(one + 4000, "\"}", 3);
	memcpy(two, one, sizeof two);
	memcpy(two + 2000, "HERE", 4);
	struct cassette_entry entry = entry_make("c", one, "x"), wanted = entry_make("c", two, "");
	add(cassette, &entry);
	const char *says = cassette_miss(cassette, &wanted, arena);
	assert_contains(says, "/p: recorded …aaaa");
	assert_contains(says, "aaaHEREaaa");
	assert_true(strlen(says) < 400);
	cassette_close(cassette);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(what_is_recorded_is_played, set_up, tear_down),
		cmocka_unit_test_setup_teardown(odd_texts_survive, set_up, tear_down),
		cmocka_unit_test_setup_teardown(known_keys_are_kept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_cut_last_line_is_left_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bad_lines_are_errors, set_up, tear_down),
		cmocka_unit_test_setup_teardown(damage_is_found_when_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_recorder_at_a_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keys_are_never_written, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_entries, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_miss_says_what_differs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_miss_shows_the_neighbourhood, set_up, tear_down)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
