#include "eval/base/random.h"
#include "eval/base/utf8.h"
#include "eval/retrieve/retrieve_private.h"
#include "tests/unit/unit.h"
#include <unistd.h>

struct fixture {
	struct store *store;
	struct arena *arena;
	char path[64];
};

static int fixture_open(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);
	struct error error;
	snprintf(fixture->path, sizeof fixture->path, "/tmp/lever-search-%d.db", (int)getpid());
	unlink(fixture->path);
	fixture->arena = arena_create();
	if (!store_open(fixture->path, STORE_WRITE, &fixture->store, &error))
		fail_msg("%s", error.message);
	*state = fixture;
	return 0;
}

static int fixture_close(void **state)
{
	struct fixture *fixture = *state;
	static const char *const endings[] = {"", "-wal", "-shm"};
	store_close(fixture->store);
	arena_free(fixture->arena);
	for (size_t i = 0; i < COUNT(endings); i++) {
		char path[80];
		snprintf(path, sizeof path, "%s%s", fixture->path, endings[i]);
		unlink(path);
	}
	free(fixture);
	return 0;
}

#define MUST(call)                                                                                                                 \
	do {                                                                                                                       \
		struct error error = {0};                                                                                          \
		if (!(call))                                                                                                       \
			fail_msg("%s: %s", #call, error.message);                                                                  \
	} while (0)

struct page {
	const char *key, *title, *body;
};

static long long corpus_make(struct fixture *fixture, const char *name, const struct page *pages, size_t count, bool titled)
{
	long long corpus, document;
	struct hash hash = hash_of(TEXT("x"));
	MUST(store_begin(fixture->store, &error));
	MUST(corpus_open(fixture->store, name, "{}", &corpus, &error));
	MUST(document_put(fixture->store, corpus, "doc", &hash, "Doc", &document, &error));
	for (size_t i = 0; i < count; i++)
		MUST(passage_put(fixture->store, corpus, document, (int)i, pages[i].key, pages[i].title, text_of(pages[i].body),
			titled, &error));
	MUST(corpus_close(fixture->store, corpus, &error));
	MUST(store_commit(fixture->store, &error));
	return corpus;
}

static const char *found_keys(struct fixture *fixture, long long corpus, const char *question, int k)
{
	struct passage_row *rows;
	size_t count;
	const char *keys = "";
	MUST(corpus_search(fixture->store, corpus, text_of(question), k, fixture->arena, &rows, &count, &error));
	for (size_t i = 0; i < count; i++) {
		keys = arena_format(fixture->arena, "%s%s%s", keys, i ? " " : "", rows[i].key);
		assert_true(i == 0 || rows[i].score <= rows[i - 1].score);
	}
	return keys;
}

/* ---- expressions ---------------------------------------------------------------------------------------------------------- */

static const struct {
	const char *question, *expression;
} expressions[] = {
	{"", ""},
	{" ?! \"'()*:^{}[]", ""},
	{"How many days may I carry over?", "\"many\" OR \"days\" OR \"carry\""},
	{"Carry CARRY carry", "\"carry\""},
	{"who is it", "\"who\" OR \"is\" OR \"it\""},
	{"AND OR NOT NEAR(leave, 2)", "\"near\" OR \"leave\" OR \"2\""},
	{"say \"hello\" title:x* ^y -z", "\"say\" OR \"hello\" OR \"title\" OR \"x\" OR \"y\" OR \"z\""},
	{"don't o'clock e-mail", "\"o\" OR \"clock\" OR \"e\" OR \"mail\""},
	{"\xC3\x9C"
	 "bung \xD0\x9F\xD0\xA0\xD0\x98\xD0\x92\xD0\x95\xD0\xA2",
		"\"\xC3\xBC"
		"bung\" OR \"\xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82\""},
	{"\xF0\x9F\x8E\x89 party\xF0\x9F\x8E\x89", "\"party\""},
	{"\xE4\xBC\x91\xE5\x81\x87\xE6\x97\xA5", "\"\xE4\xBC\x91 \xE5\x81\x87\" OR \"\xE5\x81\x87 \xE6\x97\xA5\""},
	{"a\xE4\xBC\x91 x", "\"\xE4\xBC\x91\" OR \"x\""},
	{"\xFF\xFE"
	 "ab\xC3 cd",
		"\"ab\" OR \"cd\""},
	{"covid-19 q1", "\"covid\" OR \"19\" OR \"q1\""},
};

static void test_expressions(void **state)
{
	struct arena *arena = arena_create();
	for (size_t i = 0; i < COUNT(expressions); i++)
		assert_string_equal(search_expression(arena, text_of(expressions[i].question)), expressions[i].expression);
	assert_string_equal(search_expression(arena, text_make("leave\0sick", 10)), "\"leave\" OR \"sick\"");
	assert_string_equal(search_expression(arena, text_make(NULL, 0)), "");
	arena_free(arena);
}

static void test_expression_is_bounded(void **state)
{
	struct arena *arena = arena_create();
	CLEANUP(buffer_release) struct buffer question = BUFFER_EMPTY;
	size_t words = 1;
	for (int i = 0; i < 200000; i++)
		buffer_format(&question, "the w%d ", i);
	const char *expression = search_expression(arena, buffer_text(&question));
	for (const char *at = expression; (at = strstr(at, " OR ")); at++)
		words++;
	assert_int_equal(words, SEARCH_PHRASES);
	assert_contains(expression, "\"w0\" OR \"w1\"");
	buffer_clear(&question);
	while (question.length < 1 << 20)
		buffer_add_byte(&question, 'x');
	assert_in_range(strlen(search_expression(arena, buffer_text(&question))), WORD_LIMIT - 4, WORD_LIMIT + 2);
	arena_free(arena);
}

static void test_stop_words(void **state)
{
	static const char *const stop[] = {"a", "the", "yourselves", "what", "don", "t", "ll", "without"};
	static const char *const content[] = {"", "leave", "zebra", "it1", "won", "aa"};
	for (size_t i = 0; i < COUNT(stop); i++)
		assert_true(word_is_stop(stop[i]));
	for (size_t i = 0; i < COUNT(content); i++)
		assert_false(word_is_stop(content[i]));
}

/* ---- scores ---------------------------------------------------------------------------------------------------------------- */

static const struct page animals[] = {{"alpha", "alpha", "the cat sat on the mat"}, {"beta", "beta", "the dog chased the cat"},
	{"gamma", "gamma", "a dog and a dog"}, {"delta", "delta", "fish swim"}, {"cat", "cat", "cat cat cat"}};

/* By the formula, from lengths 7, 6, 6, 3, 4 (average 5.2) and 2 or 3 of 5 passages with the word. */
static double bm25(double times, double length, double found)
{
	return log(1 + (5 - found + .5) / (found + .5)) * times * 2.2 / (times + 1.2 * (.25 + .75 * length / 5.2));
}

static void test_scores(void **state)
{
	struct fixture *fixture = *state;
	long long corpus = corpus_make(fixture, "animals", animals, COUNT(animals), true);
	struct passage_row *rows;
	size_t count;
	MUST(corpus_search(fixture->store, corpus, TEXT("dogs"), 10, fixture->arena, &rows, &count, &error));
	assert_int_equal(count, 2);
	assert_string_equal(rows[0].key, "gamma");
	assert_text(rows[0].body, "a dog and a dog");
	assert_close(rows[0].score, bm25(2, 6, 2), 1e-12);
	assert_close(rows[1].score, bm25(1, 6, 2), 1e-12);
	MUST(corpus_search(fixture->store, corpus, TEXT("cat"), 10, fixture->arena, &rows, &count, &error));
	assert_int_equal(count, 3); /* in most of the passages, and still it counts */
	assert_close(rows[0].score, bm25(4, 4, 3), 1e-12);
	assert_string_equal(rows[0].title, "cat");
	assert_close(rows[1].score, bm25(1, 6, 3), 1e-12);
	assert_close(rows[2].score, bm25(1, 7, 3), 1e-12);
}

static void test_corpora_do_not_mix(void **state)
{
	struct fixture *fixture = *state;
	long long one = corpus_make(fixture, "one", animals, COUNT(animals), true);
	static const struct page others[] = {{"x", "x", "dog dog dog dog"}, {"y", "y", "dogs"}};
	long long two = corpus_make(fixture, "two", others, COUNT(others), true);
	struct passage_row *rows;
	size_t count;
	assert_string_equal(found_keys(fixture, one, "dog", 10), "gamma beta");
	assert_string_equal(found_keys(fixture, two, "dog", 10), "x y");
	MUST(corpus_search(fixture->store, one, TEXT("dog"), 1, fixture->arena, &rows, &count, &error));
	assert_close(rows[0].score, bm25(2, 6, 2), 1e-12);
	assert_string_equal(found_keys(fixture, 77, "dog", 10), "");
}

static void test_titles_and_ties(void **state)
{
	struct fixture *fixture = *state;
	static const struct page pages[] = {{"d", "Leave", "same words"}, {"b", "Leave", "same words"},
		{"c", "Leave", "same words"}, {"a", "Leave", "same words"}};
	long long titled = corpus_make(fixture, "titled", pages, COUNT(pages), true);
	long long plain = corpus_make(fixture, "plain", pages, COUNT(pages), false);
	assert_string_equal(found_keys(fixture, titled, "leave", 2), "a b");
	assert_string_equal(found_keys(fixture, titled, "word", 10), "a b c d");
	assert_string_equal(found_keys(fixture, plain, "leave", 2), "");
	assert_string_equal(found_keys(fixture, plain, "same", 3), "a b c");
	assert_string_equal(found_keys(fixture, plain, "same", 0), "");
	assert_string_equal(found_keys(fixture, plain, "same", 2000000000), "a b c d");
}

static void test_unspaced(void **state)
{
	struct fixture *fixture = *state;
	static const struct page pages[] = {
		{"leave", "\xE4\xBC\x91\xE5\x81\x87", "\xE5\xB9\xB4\xE4\xBC\x91\xE5\x81\x87\xE6\x9C\x89\xE4\xBA\x94\xE5\xA4\xA9"},
		{"pay", "\xE5\xB7\xA5\xE8\xB5\x84", "\xE6\xAF\x8F\xE6\x9C\x88\xE5\x8F\x91\xE5\xB7\xA5\xE8\xB5\x84"}};
	long long corpus = corpus_make(fixture, "zh", pages, 2, true);
	assert_string_equal(
		found_keys(fixture, corpus, "\xE4\xBC\x91\xE5\x81\x87\xE5\x87\xA0\xE5\xA4\xA9\xEF\xBC\x9F", 5), "leave");
	assert_string_equal(found_keys(fixture, corpus, "\xE5\xB7\xA5\xE8\xB5\x84", 5), "pay");
}

/* The pruned search against the plain sum over all passages. */
static void test_pruning_is_exact(void **state)
{
	struct fixture *fixture = *state;
	enum { PASSAGES = 600, WORDS = 40 };
	static int times[PASSAGES][WORDS], length[PASSAGES];
	struct random random;
	random_seed(&random, 5);
	struct page *pages = arena_take(fixture->arena, PASSAGES * sizeof *pages);
	double total = 0;
	for (int i = 0; i < PASSAGES; i++) {
		const char *body = "";
		length[i] = 3 + (int)random_below(&random, 60);
		for (int j = 0; j < length[i]; j++) {
			int word = (int)random_below(&random, 1 + random_below(&random, WORDS));
			times[i][word]++;
			body = arena_format(fixture->arena, "%s w%d", body, word);
		}
		total += length[i];
		pages[i] = (struct page){arena_format(fixture->arena, "%04d", i), "", body};
	}
	long long corpus = corpus_make(fixture, "random", pages, PASSAGES, true);
	for (int query = 0; query < WORDS; query += 3) {
		double best[PASSAGES] = {0};
		int order[10];
		for (int word = query; word < query + 3 && word < WORDS; word++) {
			double found = 0;
			for (int i = 0; i < PASSAGES; i++)
				found += times[i][word] > 0;
			for (int i = 0; i < PASSAGES; i++)
				best[i] += log(1 + (PASSAGES - found + .5) / (found + .5)) * times[i][word] * 2.2 /
					   (times[i][word] + 1.2 * (.25 + .75 * length[i] / (total / PASSAGES)));
		}
		struct passage_row *rows;
		size_t count;
		const char *question = arena_format(fixture->arena, "w%d w%d w%d", query, query + 1, query + 2);
		MUST(corpus_search(fixture->store, corpus, text_of(question), 10, fixture->arena, &rows, &count, &error));
		for (size_t rank = 0; rank < count; rank++) {
			int top = 0;
			for (int i = 1; i < PASSAGES; i++)
				if (best[i] > best[top])
					top = i;
			order[rank] = top;
			assert_close(rows[rank].score, best[top], 1e-9);
			best[order[rank]] = -1;
		}
		assert_int_equal(count, 10);
	}
}

/* ---- hostile questions --------------------------------------------------------------------------------------------------------
 */

static void test_hostile_questions(void **state)
{
	struct fixture *fixture = *state;
	long long corpus = corpus_make(fixture, "animals", animals, COUNT(animals), true);
	static const char *const questions[] = {"\"", "\"dog", "'; DROP TABLE passage; --", "AND OR NOT", "NEAR(",
		"NEAR(cat dog, 5", "((((", "cat AND", "*", "^cat", "words : cat", "{words} : cat", "- cat", "cat + dog",
		"the of and", "\xF0\x9F\x90\xB1", "\xFF\xFF\xFF", "\xCC\x81",
		("\xCC\x81"
		 "cat"),
		"\xC2\xB2", "\xEE\x80\x80", "\xE0\xB8\xB3\xE0\xB8\x81", "\xE2\x80\x8D", "\xEF\xBF\xBF",
		"\xC3\x80\xCC\x80\xCC\x80\xCC\x80\xCC\x80"};
	struct passage_row *rows;
	size_t count;
	for (size_t i = 0; i < COUNT(questions); i++)
		MUST(corpus_search(fixture->store, corpus, text_of(questions[i]), 5, fixture->arena, &rows, &count, &error));
	MUST(corpus_search(fixture->store, corpus, text_make("cat\0dog", 7), 5, fixture->arena, &rows, &count, &error));
	assert_int_equal(count, 4);
	CLEANUP(buffer_release) struct buffer question = BUFFER_EMPTY;
	while (question.length < 1 << 20)
		buffer_add_string(&question, "the \"fish\" ) OR NEAR/2 (swim* ");
	MUST(corpus_search(fixture->store, corpus, buffer_text(&question), 5, fixture->arena, &rows, &count, &error));
	assert_string_equal(rows[0].key, "delta");
}

static void test_random_questions(void **state)
{
	struct fixture *fixture = *state;
	long long corpus = corpus_make(fixture, "animals", animals, COUNT(animals), true);
	struct random random;
	random_seed(&random, 9);
	for (int i = 0; i < 2000; i++) {
		char bytes[64];
		size_t length = random_below(&random, sizeof bytes), count;
		struct passage_row *rows;
		for (size_t j = 0; j < length; j++)
			bytes[j] = (char)random_below(&random, 256);
		MUST(corpus_search(fixture->store, corpus, text_make(bytes, length), 5, fixture->arena, &rows, &count, &error));
	}
	arena_reset(fixture->arena);
	for (uint32_t code = 1; code < 0x30000; code += 37) { /* every script as a question of one letter twice */
		char bytes[8];
		struct passage_row *rows;
		size_t count;
		int length = utf8_encode(code, bytes);
		length += utf8_encode(code, bytes + length);
		MUST(corpus_search(
			fixture->store, corpus, text_make(bytes, (size_t)length), 5, fixture->arena, &rows, &count, &error));
	}
}

/* An expression that nobody here makes is refused, not obeyed. */
static void test_broken_expression(void **state)
{
	struct fixture *fixture = *state;
	long long corpus = corpus_make(fixture, "animals", animals, COUNT(animals), true);
	struct passage_row *rows;
	size_t count;
	struct error error = {0};
	assert_false(passage_search(fixture->store, corpus, "\"cat", 5, fixture->arena, &rows, &count, &error));
	assert_int_equal(error.kind, ERROR_STORAGE);
	assert_string_equal(found_keys(fixture, corpus, "cat", 1), "cat");
}

static const struct {
	const char *body, *question, *excerpt;
	size_t length;
} excerpts[] = {
	{"", "x", "", 40},
	{"Short  body\nof two lines.", "nothing", "Short body of two lines.", 40},
	{"One two three four five six seven eight nine ten", "", "One two three \xE2\x80\xA6", 16},
	{"Nothing of interest stands here at all, but far behind it the cats are chasing dogs, and then more words follow until "
	 "the end",
		"Do cats chase dogs?", "\xE2\x80\xA6 behind it the cats are chasing dogs, and then \xE2\x80\xA6", 48},
	{"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", "x", "\xC3\xA9\xC3\xA9 \xE2\x80\xA6", 5},
};

static void test_excerpts(void **state)
{
	struct arena *arena = arena_create();
	struct random random;
	random_seed(&random, 1);
	for (size_t i = 0; i < COUNT(excerpts); i++)
		assert_text(passage_excerpt(text_of(excerpts[i].body), text_of(excerpts[i].question), excerpts[i].length, arena),
			excerpts[i].excerpt);
	for (int i = 0; i < 3000; i++) {
		char bytes[120];
		size_t length = random_below(&random, sizeof bytes);
		for (size_t j = 0; j < length; j++)
			bytes[j] = "ab \n\xC3\xA9\xFF"[random_below(&random, 7)];
		struct text excerpt =
			passage_excerpt(text_make(bytes, length), TEXT("a b ab ba"), random_below(&random, 60), arena);
		assert_true(excerpt.length <= 70);
		arena_reset(arena);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expressions),
		cmocka_unit_test(test_expression_is_bounded),
		cmocka_unit_test(test_stop_words),
		cmocka_unit_test(test_excerpts),
		cmocka_unit_test_setup_teardown(test_scores, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_corpora_do_not_mix, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_titles_and_ties, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_unspaced, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_pruning_is_exact, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_hostile_questions, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_random_questions, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(test_broken_expression, fixture_open, fixture_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
