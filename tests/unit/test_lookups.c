/* Texts and calls found by hash: through memory, through the tables, after a rollback, in a new process, after a prune, and in a
 * file of an older lever. */
#include "eval/store/attempts.h"
#include "eval/store/runs.h"
#include "eval/store/schema.h"
#include "eval/store/texts.h"
#include "tests/unit/unit.h"
#include <sqlite3.h>
#include <unistd.h>

#define MANY 20000 /* more than are kept in memory, twice */

static char path[64];
static struct store *store;
static struct arena *arena;
static struct error error;

#define GOOD(call)                                                                                                                 \
	do {                                                                                                                       \
		if (!(call))                                                                                                       \
			fail_msg("%s: %s", #call, error.message);                                                                  \
	} while (0)

static void files_remove(void)
{
	const char *const ends[] = {"", "-wal", "-shm", "-lock", ".v4"};
	for (size_t i = 0; i < COUNT(ends); i++) {
		char name[96];
		snprintf(name, sizeof name, "%s%s", path, ends[i]);
		unlink(name);
	}
}

static int begin(void **state)
{
	snprintf(path, sizeof path, "/tmp/lever-lookups-%ld.db", (long)getpid());
	files_remove();
	arena = arena_create();
	error = (struct error){0};
	return store_open(path, STORE_WRITE, &store, &error) ? 0 : -1;
}

static int end(void **state)
{
	store_close(store);
	arena_free(arena);
	files_remove();
	return 0;
}

static void store_again(void)
{
	store_close(store);
	GOOD(store_open(path, STORE_WRITE, &store, &error));
}

static long long number_of(const char *sql)
{
	sqlite3 *database;
	sqlite3_stmt *statement;
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	long long number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(database);
	return number;
}

static long long put(int number)
{
	char body[48];
	long long id;
	snprintf(body, sizeof body, "body %d", number);
	GOOD(text_put(store, text_of(body), &id, &error));
	return id;
}

static void put_all(void)
{
	GOOD(store_begin(store, &error));
	for (int i = 0; i < MANY; i++)
		assert_int_equal(put(i), i + 1);
	GOOD(store_commit(store, &error));
	assert_int_equal(number_of("SELECT count(*) FROM text"), MANY);
}

static void a_text_is_found_wherever_it_lies(void **state)
{
	put_all();
	assert_true(number_of("SELECT count(*) FROM text_lookup") >= MANY / 2);
	assert_true(number_of("SELECT count(*) FROM text_lookup") < MANY);
	put_all();
	store_again();
	put_all();
}

static void a_rollback_takes_memory_along(void **state)
{
	struct text back;
	long long before = put(1);
	GOOD(store_begin(store, &error));
	put(2);
	store_rollback(store);
	long long other = put(3), again = put(2);
	assert_int_equal(before, put(1));
	assert_int_not_equal(other, again);
	GOOD(text_get(store, again, arena, &back, &error));
	assert_text(back, "body 2");
}

static struct hash key_of(int number)
{
	char words[32];
	snprintf(words, sizeof words, "call %d", number);
	return hash_of(text_of(words));
}

static void call_make(int number, const char *state, const char *output)
{
	struct call_row call = {.uid = uid_make(),
		.run = 1,
		.attempt = {1, number + 1, 1},
		.purpose = "answer",
		.try = 1,
		.source = "network",
		.model = "base",
		.key = key_of(number),
		.request = TEXT("asked"),
		.class = strcmp(state, "answered") == 0 ? "ok" : "network",
		.usage = USAGE_UNKNOWN,
		.latency = UNKNOWN,
		.first_byte = UNKNOWN};
	GOOD(call_start(store, &call, &error));
	if (strcmp(state, "started") == 0)
		return;
	call.state = state;
	call.response = text_of(output);
	GOOD(call_end(store, &call, &error));
}

static const char *answer_to(int number)
{
	struct call_row call;
	bool found;
	struct hash key = key_of(number);
	GOOD(call_by_key(store, &key, arena, &call, &found, &error));
	return found ? call.response.data : NULL;
}

static void check_calls(void)
{
	assert_string_equal(answer_to(0), "later"); /* asked anew: the last answer counts */
	assert_string_equal(answer_to(9999), "first");
	assert_null(answer_to(3));
	assert_null(answer_to(10000));
	assert_null(answer_to(10001));
	assert_string_equal(answer_to(5), "third");
}

static void a_call_is_found_when_it_was_answered(void **state)
{
	GOOD(store_begin(store, &error));
	for (int i = 0; i < 10000; i++)
		call_make(i, i == 5 || i == 3 ? "failed" : "answered", "first");
	call_make(10000, "started", NULL);
	call_make(5, "answered", "second");
	call_make(5, "answered", "third");
	call_make(0, "answered", "later");
	GOOD(store_commit(store, &error));
	check_calls();
	store_again();
	check_calls();
}

static void a_prune_leaves_what_is_referred_to(void **state)
{
	struct store_pruned pruned;
	put_all();
	GOOD(store_prune(store, 1, false, &pruned, &error));
	assert_int_equal(pruned.texts, MANY);
	assert_int_equal(number_of("SELECT (SELECT count(*) FROM text_lookup) + (SELECT sum(upto) FROM lookup)"), 0);
	long long id = put(1);
	assert_int_equal(put(1), id);
	assert_int_equal(number_of("SELECT count(*) FROM text"), 1);
}

/* As a lever of file version 4 left it: the hash of a body was SHA-256, an index found it. */
static void older_file_make(void)
{
	sqlite3 *database;
	char sql[1024], hex[HASH_HEX], key[HASH_HEX];
	struct hash body = hash_of(TEXT("old body")), call = key_of(7);
	hash_hex(&body, hex);
	hash_hex(&call, key);
	store_close(store);
	store = NULL;
	files_remove();
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	for (int i = 0; i < 4; i++)
		assert_int_equal(sqlite3_exec(database, schema_steps[i], NULL, NULL, NULL), SQLITE_OK);
	snprintf(sql, sizeof sql,
		"INSERT INTO text (id, hash, body) VALUES (3, x'%s', 'old body'); INSERT INTO call (id, uid, run_id, "
		"variant_version_id, "
		"input_id, repeat, purpose, try, state, source, class, model, key, request_id, response_id, started_at) VALUES (9, "
		"x'00', 1, "
		"1, 1, 1, 'answer', 1, 'answered', 'network', 'ok', 'base', x'%s', 3, 3, 0); PRAGMA user_version = 4; "
		"PRAGMA application_id = %d",
		hex, key, STORE_APPLICATION_ID);
	assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
}

static void an_older_file_is_brought_up_to_date(void **state)
{
	struct text back;
	older_file_make();
	GOOD(store_open(path, STORE_WRITE, &store, &error));
	GOOD(text_get(store, 3, arena, &back, &error));
	assert_text(back, "old body");
	assert_string_equal(answer_to(7), "old body");
	assert_int_equal(put(1), 4);
	assert_int_equal(number_of("SELECT count(*) FROM pragma_foreign_key_check"), 0);
	assert_int_equal(number_of("SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%text_moved%'"), 0);
	assert_int_equal(number_of("SELECT sql LIKE '%REFERENCES text,%' FROM sqlite_schema WHERE name = 'call'"), 1);
}

/* A file with a row that refers to nothing is left as it is. */
static void a_broken_file_is_not_migrated(void **state)
{
	sqlite3 *database;
	older_file_make();
	assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
	assert_int_equal(sqlite3_exec(database, "UPDATE call SET request_id = 77", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(database);
	for (int i = 0; i < 2; i++) {
		assert_false(store_open(path, STORE_WRITE, &store, &error));
		assert_non_null(strstr(error.message, "rows refer to others that are not there (table call)"));
		assert_int_equal(number_of("PRAGMA user_version"), 4);
		error = (struct error){0};
	}
	store = NULL;
}

int main(void)
{
#define LOOKUP_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)
	const struct CMUnitTest tests[] = {LOOKUP_TEST(a_text_is_found_wherever_it_lies),
		LOOKUP_TEST(a_rollback_takes_memory_along), LOOKUP_TEST(a_call_is_found_when_it_was_answered),
		LOOKUP_TEST(a_prune_leaves_what_is_referred_to), LOOKUP_TEST(an_older_file_is_brought_up_to_date),
		LOOKUP_TEST(a_broken_file_is_not_migrated)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
