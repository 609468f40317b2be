#include "tests/unit/unit.h"
#include "eval/store/attempts.h"
#include "eval/store/cases.h"
#include "eval/store/labels.h"
#include "eval/store/recorded.h"
#include "eval/store/runs.h"
#include "eval/store/texts.h"
#include <unistd.h>

static char path[64];
static struct store *store;
static struct arena *arena;
static struct error error;

static int open_store(void **state)
{
	snprintf(path, sizeof path, "/tmp/lever-store-%ld.db", (long)getpid());
	unlink(path);
	arena = arena_create();
	error = (struct error){0};
	return store_open(path, STORE_WRITE, &store, &error) ? 0 : -1;
}

static int close_store(void **state)
{
	const char *const ends[] = {"", "-wal", "-shm", "-lock"};
	store_close(store);
	arena_free(arena);
	for (size_t i = 0; i < COUNT(ends); i++) {
		char name[96];
		snprintf(name, sizeof name, "%s%s", path, ends[i]);
		unlink(name);
	}
	return 0;
}

#define GOOD(call) \
	do { \
		if (!(call)) \
			fail_msg("%s: %s", #call, error.message); \
	} while (0)

static void texts_live_once_and_keep_every_byte(void **state)
{
	long long one, two, bytes, none;
	struct text back;
	GOOD(text_put(store, TEXT("hello"), &one, &error));
	GOOD(text_put(store, TEXT("hello"), &two, &error));
	assert_int_equal(one, two);
	GOOD(text_put(store, TEXT("a\0b\xff"), &bytes, &error));
	assert_int_not_equal(one, bytes);
	GOOD(text_get(store, bytes, arena, &back, &error));
	assert_int_equal(back.length, 4);
	assert_memory_equal(back.data, "a\0b\xff", 4);
	GOOD(text_put(store, text_make(NULL, 0), &none, &error));
	assert_int_equal(none, 0);
	GOOD(text_get(store, 0, arena, &back, &error));
	assert_null(back.data);
	GOOD(text_put(store, TEXT(""), &none, &error));
	assert_int_not_equal(none, 0);
}

static long long set_make(const char *id, const char *vars, const char *expected, bool again)
{
	struct case_writer *writer;
	struct hash source = hash_of(text_of(arena_format(arena, "%s%s%s%d", id, vars, expected, again)));
	struct case_row row = {.id = id, .vars = text_of(vars), .expected = text_of(expected), .source = "t.jsonl", .line = 1};
	long long set = 0, count = 0;
	GOOD(case_writer_begin(store, &source, &writer, &error));
	GOOD(case_writer_add(writer, &row, &error));
	GOOD(case_writer_end(writer, &set, &count, &error));
	assert_int_equal(count, 1);
	return set;
}

static void equal_test_sets_are_one_and_gold_makes_another(void **state)
{
	long long first = set_make("a", "{\"q\":\"x\"}", "[\"y\"]", false), again = set_make("a", "{\"q\":\"x\"}", "[\"y\"]", true);
	long long mended = set_make("a", "{\"q\":\"x\"}", "[\"z\"]", false);
	struct case_row one, two;
	bool found;
	assert_int_equal(first, again);
	assert_int_not_equal(first, mended);
	GOOD(case_by_id(store, first, "a", arena, &one, &found, &error));
	assert_true(found);
	GOOD(case_by_id(store, mended, "a", arena, &two, &found, &error));
	assert_int_equal(one.input_id, two.input_id); /* the same question: no new call */
	assert_int_not_equal(one.gold_id, two.gold_id);
}

static void a_case_id_used_twice_names_both_lines(void **state)
{
	struct case_writer *writer;
	struct hash source = hash_of(TEXT("twice"));
	struct case_row row = {.id = "a", .vars = TEXT("{}"), .source = "t.jsonl", .line = 3};
	GOOD(case_writer_begin(store, &source, &writer, &error));
	GOOD(case_writer_add(writer, &row, &error));
	row.line = 8;
	assert_false(case_writer_add(writer, &row, &error));
	assert_int_equal(error.kind, ERROR_DATA);
	assert_int_equal(error.line, 8);
	assert_contains(error.message, "line 3");
	case_writer_drop(writer);
}

static struct attempt_row attempt_of(enum attempt_state state, const char *output)
{
	long long version;
	struct hash hash = hash_of(TEXT("v"));
	long long set = set_make("a", "{\"q\":\"x\"}", "[\"y\"]", false);
	struct case_row row;
	bool found;
	GOOD(variant_version_put(store, &hash, "v", TEXT("{}"), &version, &error));
	GOOD(case_by_id(store, set, "a", arena, &row, &found, &error));
	return (struct attempt_row){.key = {version, row.input_id, 1}, .state = state, .class = "ok", .output = text_of(output), .call_count = 1,
		.usage = USAGE_UNKNOWN, .latency = UNKNOWN, .ended_at = 1};
}

static void an_open_attempt_is_replaced_a_final_one_never(void **state)
{
	struct attempt_row open = attempt_of(ATTEMPT_OPEN, NULL), final = attempt_of(ATTEMPT_ANSWERED, "yes"), back;
	bool found;
	GOOD(attempt_put(store, &open, &error));
	GOOD(attempt_put(store, &final, &error));
	assert_int_equal(open.id, final.id);
	GOOD(attempt_find(store, final.key, arena, &back, &found, &error));
	assert_true(found);
	assert_int_equal(back.state, ATTEMPT_ANSWERED);
	assert_text(back.output, "yes");
	assert_int_equal(back.usage.cost, UNKNOWN);
	assert_false(attempt_put(store, &open, &error));
}

static void labels_are_events_and_the_same_one_counts_once(void **state)
{
	struct attempt_row attempt = attempt_of(ATTEMPT_ANSWERED, "no");
	struct label_row label = {.mode = "F9", .act = "put", .source = "person", .author = "me"}, *rows;
	size_t count;
	GOOD(attempt_put(store, &attempt, &error));
	label.attempt = attempt.id;
	const char *const acts[] = {"put", "put", "withdrawn", "withdrawn", "put"};
	for (size_t i = 0; i < COUNT(acts); i++) {
		label.act = acts[i];
		GOOD(label_put(store, &label, &error));
	}
	GOOD(label_list(store, attempt.id, arena, &rows, &count, &error));
	assert_int_equal(count, 3);
	assert_string_equal(rows[1].act, "withdrawn");
}

static void a_second_output_for_a_case_names_both_lines(void **state)
{
	struct hash hash = hash_of(TEXT("file"));
	struct text body;
	long long file;
	bool found;
	GOOD(recorded_file_begin(store, &hash, "o.jsonl", &file, &error));
	GOOD(recorded_output_put(store, file, "a", 1, 4, TEXT("{}"), &error));
	assert_false(recorded_output_put(store, file, "a", 1, 9, TEXT("{}"), &error));
	assert_int_equal(error.line, 9);
	assert_contains(error.message, "line 4");
	GOOD(recorded_output_put(store, file, "a", 2, 10, TEXT("{\"output\":\"x\"}"), &error));
	GOOD(recorded_output_get(store, file, "a", 2, arena, &body, &found, &error));
	assert_true(found);
	GOOD(recorded_output_get(store, file, "b", 1, arena, &body, &found, &error));
	assert_false(found);
}

static void one_runner_a_file(void **state)
{
	struct store *other;
	GOOD(store_lease(store, &error));
	GOOD(store_open(path, STORE_WRITE, &other, &error));
	assert_false(store_lease(other, &error));
	assert_int_equal(error.kind, ERROR_STORAGE);
	store_close(other);
}

static void a_second_name_is_the_same_file(void **state)
{
	struct store *other;
	char name[96];
	snprintf(name, sizeof name, "%s-name", path);
	unlink(name);
	assert_int_equal(symlink(path, name), 0);
	GOOD(store_lease(store, &error));
	GOOD(store_open(name, STORE_WRITE, &other, &error));
	assert_false(store_lease(other, &error));
	assert_contains(error.message, "another run");
	store_close(other);
	unlink(name);
}

static void what_is_not_committed_is_gone(void **state)
{
	struct store *reader;
	long long id;
	struct text back;
	GOOD(store_begin(store, &error));
	GOOD(text_put(store, TEXT("draft"), &id, &error));
	GOOD(store_open(path, STORE_READ, &reader, &error));
	GOOD(text_get(reader, id, arena, &back, &error));
	assert_null(back.data);
	store_rollback(store);
	GOOD(text_get(store, id, arena, &back, &error));
	assert_null(back.data);
	store_close(reader);
}

static void a_missing_database_is_told_to_readers(void **state)
{
	struct store *none;
	assert_false(store_open("/tmp/lever-there-is-none.db", STORE_READ, &none, &error));
	assert_contains(error.message, "lever run");
}

#define STORE_TEST(test) cmocka_unit_test_setup_teardown(test, open_store, close_store)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(texts_live_once_and_keep_every_byte),
		STORE_TEST(equal_test_sets_are_one_and_gold_makes_another),
		STORE_TEST(a_case_id_used_twice_names_both_lines),
		STORE_TEST(an_open_attempt_is_replaced_a_final_one_never),
		STORE_TEST(labels_are_events_and_the_same_one_counts_once),
		STORE_TEST(a_second_output_for_a_case_names_both_lines),
		STORE_TEST(one_runner_a_file),
		STORE_TEST(a_second_name_is_the_same_file),
		STORE_TEST(what_is_not_committed_is_gone),
		STORE_TEST(a_missing_database_is_told_to_readers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
