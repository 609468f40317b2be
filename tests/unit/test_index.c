#include "eval/base/file.h"
#include "eval/retrieve/retrieve.h"
#include "tests/unit/unit.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
	struct store *store;
	struct arena *arena;
	char root[64]; /* holds docs/ and the database */
	const char *docs;
};

static const struct passage_settings settings = {PASSAGE_HEADING, 250, 0, true};

#define MUST(call)                                                                                                                 \
	do {                                                                                                                       \
		struct error error = {0};                                                                                          \
		if (!(call))                                                                                                       \
			fail_msg("%s: %s", #call, error.message);                                                                  \
	} while (0)

static int fixture_open(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);
	fixture->arena = arena_create();
	snprintf(fixture->root, sizeof fixture->root, "/tmp/lever-index-XXXXXX");
	assert_non_null(mkdtemp(fixture->root));
	fixture->docs = arena_format(fixture->arena, "%s/docs", fixture->root);
	assert_int_equal(mkdir(fixture->docs, 0700), 0);
	MUST(store_open(arena_format(fixture->arena, "%s/lever.db", fixture->root), STORE_WRITE, &fixture->store, &error));
	*state = fixture;
	return 0;
}

static void folder_remove(struct fixture *fixture, const char *folder)
{
	static const char *const names[] = {"docs/a.md", "docs/b.md", "docs/c.txt", "docs/bad.md", "docs/nul.md", "docs/big.md",
		"docs/link.md", "docs/.hidden.md", "docs/pipe.md", "docs/image.png", "docs/sub/d.md", "docs/sub", "docs/loop",
		"docs", "outside.md", "lever.db", "lever.db-wal", "lever.db-shm", "other.db", "other.db-wal", "other.db-shm"};
	for (size_t i = 0; i < COUNT(names); i++)
		remove(arena_format(fixture->arena, "%s/%s", folder, names[i]));
	assert_int_equal(rmdir(folder), 0);
}

static int fixture_close(void **state)
{
	struct fixture *fixture = *state;
	store_close(fixture->store);
	folder_remove(fixture, fixture->root);
	arena_free(fixture->arena);
	free(fixture);
	return 0;
}

static void put(struct fixture *fixture, const char *name, struct text content)
{
	MUST(file_write(path_join(fixture->arena, fixture->docs, name), content, 0600, &error));
}

static struct index_report reindex(struct fixture *fixture, const struct passage_settings *with)
{
	struct index_report report;
	MUST(corpus_index(fixture->store, "docs", fixture->docs, with, &report, &error));
	return report;
}

#define assert_report(report, documents_, passages_, added_, changed_, removed_, unchanged_, skipped_)                             \
	do {                                                                                                                       \
		struct index_report report_ = (report);                                                                            \
		assert_int_equal(report_.documents, documents_);                                                                   \
		assert_int_equal(report_.passages, passages_);                                                                     \
		assert_int_equal(report_.added, added_);                                                                           \
		assert_int_equal(report_.changed, changed_);                                                                       \
		assert_int_equal(report_.removed, removed_);                                                                       \
		assert_int_equal(report_.unchanged, unchanged_);                                                                   \
		assert_int_equal(report_.skipped, skipped_);                                                                       \
	} while (0)

static struct corpus_row corpus_of(struct fixture *fixture, struct store *store)
{
	struct corpus_row row;
	bool found;
	MUST(corpus_find(store, "docs", fixture->arena, &row, &found, &error));
	assert_true(found);
	return row;
}

static const char *search(struct fixture *fixture, const char *question)
{
	struct passage_row *rows;
	size_t count;
	const char *keys = "";
	MUST(corpus_search(fixture->store, corpus_of(fixture, fixture->store).id, text_of(question), 5, fixture->arena, &rows,
		&count, &error));
	for (size_t i = 0; i < count; i++)
		keys = arena_format(fixture->arena, "%s%s%s", keys, i ? " " : "", rows[i].key);
	return keys;
}

static void docs_make(struct fixture *fixture)
{
	put(fixture, "a.md", TEXT("# Leave\nYou get thirty days.\n## Carry over\nFive days until March.\n"));
	put(fixture, "b.md", TEXT("# Pay\nPaid monthly.\n"));
	put(fixture, "c.txt", TEXT("Parking is free.\n"));
	put(fixture, "image.png", TEXT("no text"));
}

static void test_incremental(void **state)
{
	struct fixture *fixture = *state;
	docs_make(fixture);
	assert_report(reindex(fixture, &settings), 3, 4, 3, 0, 0, 0, 0);
	struct hash first = corpus_of(fixture, fixture->store).version;
	assert_string_equal(search(fixture, "carry days"), "a.md#carry-over a.md#leave");
	assert_report(reindex(fixture, &settings), 3, 4, 0, 0, 0, 3, 0);
	struct hash again = corpus_of(fixture, fixture->store).version;
	assert_true(hash_equal(&first, &again));

	put(fixture, "a.md", TEXT("# Leave\nYou get forty days.\n"));
	assert_int_equal(remove(path_join(fixture->arena, fixture->docs, "c.txt")), 0);
	assert_int_equal(mkdir(path_join(fixture->arena, fixture->docs, "sub"), 0700), 0);
	put(fixture, "sub/d.md", TEXT("Dogs are welcome.\n"));
	assert_report(reindex(fixture, &settings), 3, 3, 1, 1, 1, 1, 0);
	struct hash changed = corpus_of(fixture, fixture->store).version;
	assert_false(hash_equal(&first, &changed));
	assert_string_equal(search(fixture, "thirty carry March parking"), "");
	assert_string_equal(search(fixture, "forty"), "a.md#leave");
	assert_string_equal(search(fixture, "dog"), "sub/d.md");

	put(fixture, "a.md", TEXT("# Leave\nYou get thirty days.\n## Carry over\nFive days until March.\n"));
	assert_int_equal(remove(path_join(fixture->arena, fixture->docs, "sub/d.md")), 0);
	put(fixture, "c.txt", TEXT("Parking is free.\n"));
	assert_report(reindex(fixture, &settings), 3, 4, 1, 1, 1, 1, 0);
	again = corpus_of(fixture, fixture->store).version;
	assert_true(hash_equal(&first, &again)); /* the way there does not matter */
	assert_string_equal(search(fixture, "forty dogs"), "");
}

/* Scores after changes are those of a fresh index. */
static void test_same_as_fresh(void **state)
{
	struct fixture *fixture = *state;
	struct store *fresh;
	struct index_report report;
	struct passage_row *rows, *fresh_rows;
	size_t count, fresh_count;
	docs_make(fixture);
	put(fixture, "b.md", TEXT("# Days\nDays and days and days of other words.\n"));
	reindex(fixture, &settings);
	docs_make(fixture);
	reindex(fixture, &settings);
	MUST(store_open(path_join(fixture->arena, fixture->root, "other.db"), STORE_WRITE, &fresh, &error));
	MUST(corpus_index(fresh, "docs", fixture->docs, &settings, &report, &error));
	MUST(corpus_search(fixture->store, corpus_of(fixture, fixture->store).id, TEXT("days paid"), 5, fixture->arena, &rows,
		&count, &error));
	MUST(corpus_search(
		fresh, corpus_of(fixture, fresh).id, TEXT("days paid"), 5, fixture->arena, &fresh_rows, &fresh_count, &error));
	assert_int_equal(count, 3);
	assert_int_equal(count, fresh_count);
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(rows[i].key, fresh_rows[i].key);
		assert_close(rows[i].score, fresh_rows[i].score, 1e-12);
	}
	struct hash one = corpus_of(fixture, fixture->store).version, two = corpus_of(fixture, fresh).version;
	assert_true(hash_equal(&one, &two));
	store_close(fresh);
}

static void test_settings_change(void **state)
{
	struct fixture *fixture = *state;
	struct passage_settings whole = {PASSAGE_TOKENS, 250, 0, false};
	docs_make(fixture);
	reindex(fixture, &settings);
	struct hash before = corpus_of(fixture, fixture->store).version;
	assert_report(reindex(fixture, &whole), 3, 3, 3, 0, 0, 0, 0);
	struct hash after = corpus_of(fixture, fixture->store).version;
	assert_false(hash_equal(&before, &after));
	assert_string_equal(search(fixture, "carry"), "a.md");
	struct passage_row row;
	bool found;
	MUST(passage_get(
		fixture->store, corpus_of(fixture, fixture->store).id, "a.md#carry-over", fixture->arena, &row, &found, &error));
	assert_false(found);
	MUST(passage_get(fixture->store, corpus_of(fixture, fixture->store).id, "c.txt", fixture->arena, &row, &found, &error));
	assert_true(found);
	assert_text(row.body, "Parking is free.");
}

static void test_skipped(void **state)
{
	struct fixture *fixture = *state;
	put(fixture, "b.md", TEXT("# Pay\nPaid monthly.\n"));
	put(fixture, "bad.md", TEXT("latin \xE9 one\n"));
	put(fixture, "nul.md", text_make("a\0b", 3));
	put(fixture, ".hidden.md", TEXT("hidden"));
	MUST(file_write(path_join(fixture->arena, fixture->root, "outside.md"), TEXT("secret plans"), 0600, &error));
	assert_int_equal(symlink("../outside.md", path_join(fixture->arena, fixture->docs, "link.md")), 0);
	assert_int_equal(symlink("..", path_join(fixture->arena, fixture->docs, "loop")), 0);
	assert_int_equal(mkfifo(path_join(fixture->arena, fixture->docs, "pipe.md"), 0600), 0);
	put(fixture, "big.md", TEXT("x"));
	assert_int_equal(truncate(path_join(fixture->arena, fixture->docs, "big.md"), 50 << 20), 0);
	struct index_report report = reindex(fixture, &settings);
	assert_report(report, 1, 1, 1, 0, 0, 0, 4);
	assert_contains(report.skipped_note, "bad.md: is no text");
	assert_string_equal(search(fixture, "secret plans hidden latin"), "");
	/* what was text and is none any more goes */
	put(fixture, "b.md", TEXT("\xFF\xFE"));
	assert_report(reindex(fixture, &settings), 0, 0, 0, 0, 1, 0, 5);
	assert_string_equal(search(fixture, "paid"), "");
}

static void test_one_file(void **state)
{
	struct fixture *fixture = *state;
	struct index_report report;
	struct error absent = {0};
	docs_make(fixture);
	MUST(corpus_index(fixture->store, "docs", path_join(fixture->arena, fixture->docs, "a.md"), &settings, &report, &error));
	assert_report(report, 1, 2, 1, 0, 0, 0, 0);
	assert_string_equal(search(fixture, "carry"), "a.md#carry-over");
	assert_false(corpus_index(
		fixture->store, "docs", path_join(fixture->arena, fixture->docs, "absent"), &settings, &report, &absent));
	assert_int_equal(absent.kind, ERROR_DATA);
	assert_contains(absent.message, "docs");
	assert_string_equal(search(fixture, "carry"), "a.md#carry-over"); /* a failure leaves the index alone */
}

static void test_empty_folder(void **state)
{
	struct fixture *fixture = *state;
	assert_report(reindex(fixture, &settings), 0, 0, 0, 0, 0, 0, 0);
	assert_string_equal(search(fixture, "anything"), "");
}

static enum corpus_age age(struct fixture *fixture, const struct passage_settings *with)
{
	enum corpus_age found;
	MUST(corpus_outdated(fixture->store, "docs", fixture->docs, with, &found, &error));
	return found;
}

static void test_age(void **state)
{
	struct fixture *fixture = *state;
	struct passage_settings other = {PASSAGE_TOKENS, 250, 0, true};
	struct timespec past[2] = {{.tv_sec = 1000000}, {.tv_sec = 1000000}},
			future[2] = {{.tv_sec = 4000000000}, {.tv_sec = 4000000000}};
	docs_make(fixture);
	assert_int_equal(age(fixture, &settings), CORPUS_MISSING);
	const char *file = path_join(fixture->arena, fixture->docs, "a.md");
	reindex(fixture, &settings);
	assert_int_equal(utimensat(AT_FDCWD, file, past, 0), 0);
	assert_int_equal(age(fixture, &settings), CORPUS_CURRENT);
	assert_int_equal(age(fixture, &other), CORPUS_CHANGED);
	assert_int_equal(utimensat(AT_FDCWD, file, future, 0), 0);
	assert_int_equal(age(fixture, &settings), CORPUS_CURRENT); /* the same bytes */
	assert_int_equal(remove(file), 0);
	assert_int_equal(age(fixture, &settings), CORPUS_CHANGED);
}

/* Two corpora of one file keep apart. */
static void test_two_corpora(void **state)
{
	struct fixture *fixture = *state;
	struct index_report report;
	docs_make(fixture);
	reindex(fixture, &settings);
	MUST(corpus_index(fixture->store, "second", fixture->docs, &settings, &report, &error));
	assert_report(report, 3, 4, 3, 0, 0, 0, 0);
	assert_int_equal(remove(path_join(fixture->arena, fixture->docs, "a.md")), 0);
	MUST(corpus_index(fixture->store, "second", fixture->docs, &settings, &report, &error));
	assert_report(report, 2, 2, 0, 0, 1, 2, 0);
	assert_string_equal(search(fixture, "carry"), "a.md#carry-over");
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, fixture_open, fixture_close)

int main(void)
{
	const struct CMUnitTest tests[] = {CASE(test_incremental), CASE(test_same_as_fresh), CASE(test_settings_change),
		CASE(test_skipped), CASE(test_one_file), CASE(test_empty_folder), CASE(test_age), CASE(test_two_corpora)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
