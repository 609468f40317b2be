/* Memory, text, buffers and errors: the ground that everything stands on. */
#include "eval/base/buffer.h"
#include "eval/base/error.h"
#include "tests/unit/unit.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- arenas ----------------------------------------------------------------------------------------------------------------- */

static void test_arena_pieces_do_not_touch(void **state)
{
	static const size_t sizes[] = {0, 1, 15, 16, 17, 4095, 4096, 4097, 8191, 8192, 8193, 100000, 3};
	unsigned char *pieces[COUNT(sizes) * 20];
	struct arena *arena = arena_create();
	for (size_t i = 0; i < COUNT(pieces); i++) {
		size_t size = sizes[i % COUNT(sizes)];
		pieces[i] = arena_take(arena, size);
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		for (size_t at = 0; at < size; at++)
			assert_int_equal(pieces[i][at], 0);
		memset(pieces[i], (int)(i % 251) + 1, size);
	}
	for (size_t i = 0; i < COUNT(pieces); i++)
		for (size_t at = 0; at < sizes[i % COUNT(sizes)]; at++)
			assert_int_equal(pieces[i][at], i % 251 + 1);
	arena_free(arena);
}

/* What was used before comes back zeroed, also behind a block of one big piece. */
static void test_arena_reset(void **state)
{
	struct arena *arena = arena_create();
	arena_reset(arena);
	for (int round = 0; round < 3; round++) {
		memset(arena_take(arena, 300000), 0xff, 300000);
		for (int i = 0; i < 50; i++)
			memset(arena_take(arena, 1000), 0xff, 1000);
		arena_reset(arena);
		unsigned char *fresh = arena_take(arena, 5000);
		for (size_t at = 0; at < 5000; at++)
			assert_int_equal(fresh[at], 0);
	}
	arena_release(&arena);
	assert_null(arena);
	arena_free(NULL);
}

static void test_arena_strings(void **state)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	char *copy = arena_copy(arena, "a\0b", 3);
	assert_memory_equal(copy, "a\0b", 4);
	assert_string_equal(arena_copy(arena, NULL, 0), "");
	assert_null(arena_string(arena, NULL));
	assert_string_equal(arena_string(arena, "x"), "x");
	assert_string_equal(arena_format(arena, "%s", ""), "");
	char *wide = arena_format(arena, "%20000d|", 7);
	assert_int_equal(strlen(wide), 20001);
	assert_string_equal(wide + 19999, "7|");
	int *grown = arena_grow(arena, (int[]){1, 2}, 2 * sizeof(int), 4 * sizeof(int));
	assert_int_equal(grown[1], 2);
	assert_int_equal(grown[3], 0);
	assert_non_null(arena_grow(arena, NULL, 0, 8));
}

static void die_of_overflow(void)
{
	memory_grow(NULL, SIZE_MAX / 2, 4);
}

static void die_of_size(void)
{
	arena_take(arena_create(), SIZE_MAX - 8);
}

static void die_of_half(void)
{
	arena_take(arena_create(), SIZE_MAX / 2 + 100);
}

static void die_of_bug(void)
{
	BUG("%s", "on purpose");
}

static void restore(void)
{
	fputs("restored, ", stderr);
}

/* Broken invariants end the program, after the terminal was restored, with a word that says why. */
static void test_deaths(void **state)
{
	static const struct {
		void (*act)(void);
		const char *says;
	} deaths[] = {
		{die_of_overflow, "restored, lever: out of memory"},
		{die_of_size, "restored, lever: out of memory"},
		{die_of_half, "restored, lever: out of memory"},
		{die_of_bug, "on purpose"},
	};
	for (size_t i = 0; i < COUNT(deaths); i++) {
		int ends[2], status;
		char said[512] = "";
		assert_int_equal(pipe(ends), 0);
		pid_t pid = fork();
		if (pid == 0) {
			signal(SIGABRT, SIG_DFL);
			dup2(ends[1], 2);
			memory_on_death(restore);
			deaths[i].act();
			_exit(0);
		}
		close(ends[1]);
		assert_true(read(ends[0], said, sizeof said - 1) > 0);
		for (size_t more = strlen(said); read(ends[0], said + more, sizeof said - 1 - more) > 0; more = strlen(said))
			continue;
		close(ends[0]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGABRT);
		assert_contains(said, deaths[i].says);
	}
}

static void test_strings(void **state)
{
	char *copy = string_copy("");
	char *made = string_format("%s-%d", "a", 5);
	assert_string_equal(copy, "");
	assert_string_equal(made, "a-5");
	memory_release(&copy);
	memory_release(&made);
	assert_null(made);
	unsigned char *zero = memory_take(0);
	assert_int_equal(zero[0], 0);
	free(zero);
}

/* ---- text ------------------------------------------------------------------------------------------------------------------- */

#define RAW(literal)                                                                                                               \
	{                                                                                                                          \
		(literal), sizeof(literal) - 1                                                                                     \
	}

static void test_trim_and_find(void **state)
{
	static const struct {
		const char *text, *trimmed;
	} trims[] = {{"", ""}, {" ", ""}, {" \t\r\n\v\f", ""}, {"a", "a"}, {"  a b\n", "a b"}, {"\xc2\xa0x ", "\xc2\xa0x"}};
	for (size_t i = 0; i < COUNT(trims); i++)
		assert_text(text_trim(text_of(trims[i].text)), trims[i].trimmed);
	assert_null(text_trim(text_of(NULL)).data);
	static const struct {
		struct text text, part;
		size_t from;
		long at;
	} finds[] = {
		{RAW("abcabc"), RAW("c"), 0, 2},
		{RAW("abcabc"), RAW("c"), 3, 5},
		{RAW("abcabc"), RAW("c"), 6, -1},
		{RAW("abc"), RAW(""), 3, 3},
		{RAW("abc"), RAW(""), 4, -1},
		{RAW("abc"), RAW("abcd"), 0, -1},
		{RAW("a\0b\0c"), RAW("\0c"), 0, 3},
		{{NULL, 0}, RAW(""), 0, 0},
		{{NULL, 0}, RAW("a"), 0, -1},
		{RAW("a"), RAW("a"), SIZE_MAX, -1},
	};
	for (size_t i = 0; i < COUNT(finds); i++)
		assert_int_equal(text_find(finds[i].text, finds[i].part, finds[i].from), finds[i].at);
	assert_true(text_starts(TEXT("abc"), TEXT("")));
	assert_true(text_starts(TEXT("abc"), TEXT("abc")));
	assert_false(text_starts(TEXT("abc"), TEXT("abcd")));
	assert_true(text_starts(text_of(NULL), text_of(NULL)));
	assert_true(text_equal(text_of(NULL), TEXT("")));
	assert_false(text_equal(TEXT("a"), TEXT("b")));
}

static void test_lines(void **state)
{
	static const struct {
		const char *text, *lines; /* each followed by | */
	} samples[] = {
		{"", ""},
		{"a", "a|"},
		{"a\n", "a|"},
		{"\n", "|"},
		{"a\n\nb", "a||b|"},
		{"a\r\nb\r", "a|b|"},
		{"\r\n\r", "||"},
		{"a\rb\n", "a\rb|"},
	};
	for (size_t i = 0; i < COUNT(samples); i++) {
		CLEANUP(buffer_release) struct buffer lines = BUFFER_EMPTY;
		struct text rest = text_of(samples[i].text), line;
		while (text_next_line(&rest, &line)) {
			buffer_add_text(&lines, line);
			buffer_add_byte(&lines, '|');
		}
		assert_text(buffer_text(&lines), samples[i].lines);
	}
}

static void test_fold(void **state)
{
	static const struct {
		const char *text, *folded;
	} samples[] = {
		{"", ""},
		{"ABC xyz[", "abc xyz["},
		{"STRASSE", "strasse"},
		{"Straße", "strasse"},
		{"ÄÖÜ", "äöü"},
		{"A\u0308", "ä"},
		{"\u0130", "i\u0307"},
		{"ΣΑΣ", "σασ"},
		{"\xff\xfeÄ", "\ufffd\ufffdä"},
	};
	CLEANUP(arena_release) struct arena *arena = arena_create();
	for (size_t i = 0; i < COUNT(samples); i++)
		assert_text(text_fold(arena, text_of(samples[i].text)), samples[i].folded);
	assert_null(text_fold(arena, text_of(NULL)).data);
	assert_null(text_copy(arena, text_of(NULL)).data);
	struct text nul = text_fold(arena, text_make("A\0Ä", 4));
	assert_int_equal(nul.length, 4);
	assert_memory_equal(nul.data, "a\0ä", 4);
}

/* ---- buffers ------------------------------------------------------------------------------------------------------------------
 */

static void test_buffer_grows(void **state)
{
	CLEANUP(buffer_release) struct buffer buffer = BUFFER_EMPTY;
	assert_text(buffer_text(&buffer), "");
	assert_string_equal(buffer_string(&buffer), "");
	buffer_clear(&buffer);
	buffer_remove_front(&buffer, 0);
	for (int i = 0; i < 10000; i++) {
		assert_true(buffer_add_byte(&buffer, (char)('a' + i % 26)));
		assert_int_equal(buffer.data[buffer.length], 0);
	}
	assert_true(buffer_add(&buffer, NULL, 0));
	assert_true(buffer_add_text(&buffer, text_of(NULL)));
	assert_int_equal(buffer.length, 10000);
	buffer_remove_front(&buffer, 9999);
	assert_text(buffer_text(&buffer), "p");
	assert_true(buffer_format(&buffer, "%s", ""));
	assert_true(buffer_format(&buffer, "%05d", 42));
	assert_string_equal(buffer_string(&buffer), "p00042");
	buffer_remove_front(&buffer, 6);
	assert_string_equal(buffer_string(&buffer), "");
	char *room = buffer_reserve(&buffer, 3);
	memcpy(room, "xyz", 4);
	buffer.length += 3;
	assert_string_equal(buffer_string(&buffer), "xyz");
}

/* What would pass the limit adds nothing at all, is remembered, and does not harm what stands there. */
static void test_buffer_limit(void **state)
{
	struct buffer buffer = {.limit = 8};
	assert_true(buffer_add_string(&buffer, "12345678"));
	assert_false(buffer.overflow);
	assert_false(buffer_add_byte(&buffer, 'x'));
	assert_true(buffer.overflow);
	assert_true(buffer_add_string(&buffer, ""));
	assert_string_equal(buffer_string(&buffer), "12345678");
	buffer_clear(&buffer);
	assert_false(buffer.overflow);
	assert_true(buffer_format(&buffer, "%s", "abcdef"));
	assert_false(buffer_format(&buffer, "%d", 123));
	assert_string_equal(buffer_string(&buffer), "abcdef");
	assert_true(buffer_format(&buffer, "%d", 12));
	assert_null(buffer_reserve(&buffer, 1));
	assert_null(buffer_reserve(&buffer, SIZE_MAX));
	assert_string_equal(buffer_string(&buffer), "abcdef12");
	buffer_release(&buffer);
	assert_null(buffer.data);
	assert_int_equal(buffer.limit, 8);
	assert_false(buffer_add_string(&buffer, "123456789"));
	assert_string_equal(buffer_string(&buffer), "");
	buffer_release(&buffer);
}

/* ---- errors -------------------------------------------------------------------------------------------------------------------
 */

static void test_exit_status(void **state)
{
	static const struct {
		enum error_kind kind;
		int status;
	} kinds[] = {{ERROR_NONE, 0}, {ERROR_USAGE, 2}, {ERROR_CONFIG, 2}, {ERROR_DATA, 2}, {ERROR_INCOMPLETE, 3},
		{ERROR_NOT_COMPARABLE, 4}, {ERROR_STORAGE, 5}, {ERROR_INTERRUPTED, 130}};
	for (size_t i = 0; i < COUNT(kinds); i++)
		assert_int_equal(error_exit_status(&(struct error){.kind = kinds[i].kind}), kinds[i].status);
}

static void test_error_lines(void **state)
{
	static const struct {
		const char *file;
		long line, column;
		const char *expected;
	} samples[] = {
		{NULL, 0, 0, "no 7"},
		{NULL, 3, 4, "no 7"},
		{"a.yaml", 0, 4, "a.yaml: no 7"},
		{"a.yaml", 3, 0, "a.yaml:3: no 7"},
		{"a.yaml", 3, 4, "a.yaml:3:4: no 7"},
		{"%s%n", 1, 1, "%s%n:1:1: no 7"},
	};
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct error error;
	for (size_t i = 0; i < COUNT(samples); i++) {
		assert_false(error_at(&error, ERROR_DATA, samples[i].file, samples[i].line, samples[i].column, "no %d", 7));
		assert_string_equal(error_line(arena, &error), samples[i].expected);
	}
	char path[1000];
	memset(path, 'p', sizeof path);
	memcpy(path + 990, "/end.yaml", 10);
	error_at(&error, ERROR_DATA, path, 0, 0, "x");
	assert_int_equal(strlen(error.file), sizeof error.file - 1);
	assert_string_equal(error.file + strlen(error.file) - 9, "/end.yaml");
}

static void test_error_prefix(void **state)
{
	struct error error;
	char long_words[2000];
	memset(long_words, 'w', sizeof long_words - 1);
	long_words[sizeof long_words - 1] = '\0';
	error_set(&error, ERROR_DATA, "end");
	assert_false(error_prefix(&error, "reading %s", "cases"));
	assert_string_equal(error.message, "reading cases: end");
	error_prefix(&error, "%s", "");
	assert_string_equal(error.message, ": reading cases: end");
	error_set(&error, ERROR_STORAGE, "%s", long_words);
	assert_int_equal(strlen(error.message), sizeof error.message - 1);
	for (int i = 0; i < 5; i++) {
		error_prefix(&error, "%s", long_words);
		assert_true(strlen(error.message) < sizeof error.message);
		assert_int_equal(error.kind, ERROR_STORAGE);
	}
	error_set(&error, ERROR_DATA, "kept");
	error_prefix(&error, "%s", long_words);
	assert_contains(error.message, "w: kept");
}

static void test_error_list(void **state)
{
	struct error_list list = ERROR_LIST_EMPTY;
	for (int i = 1; i <= 1000; i++)
		assert_false(error_list_at(&list, ERROR_CONFIG, "f", i, 0, "mistake %d", i));
	assert_int_equal(list.count, ERROR_LIST_LIMIT);
	assert_int_equal(list.found, 1000);
	for (size_t i = 0; i < list.count; i++)
		assert_int_equal(list.items[i].line, i + 1);
	assert_string_equal(list.items[ERROR_LIST_LIMIT - 1].message, "mistake 100");
	error_list_release(&list);
	assert_null(list.items);
	assert_int_equal(list.found, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena_pieces_do_not_touch),
		cmocka_unit_test(test_arena_reset),
		cmocka_unit_test(test_arena_strings),
		cmocka_unit_test(test_deaths),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_trim_and_find),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_buffer_grows),
		cmocka_unit_test(test_buffer_limit),
		cmocka_unit_test(test_exit_status),
		cmocka_unit_test(test_error_lines),
		cmocka_unit_test(test_error_prefix),
		cmocka_unit_test(test_error_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
