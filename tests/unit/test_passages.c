#include "eval/base/random.h"
#include "eval/base/utf8.h"
#include "eval/retrieve/retrieve_private.h"
#include "tests/unit/unit.h"

static const struct passage_settings by_heading = {PASSAGE_HEADING, 250, 0, true};

struct cut {
	struct arena *arena;
	struct passage *passages;
	size_t count;
	const char *title;
};

static struct cut cut_with(const struct passage_settings *settings, const char *path, struct text document)
{
	struct cut cut = {.arena = arena_create()};
	passages_cut(settings, path, document, cut.arena, &cut.passages, &cut.count, &cut.title);
	return cut;
}

struct expectation {
	const char *path, *document;
	const char *title;
	struct {
		const char *key, *title, *body;
	} passages[8];
};

static const struct expectation expectations[] = {
	{"leave.md",
		"# Leave policy\nAll staff.\n\n## Carry over\nFive days.\n\n### Until when?\nMarch.\n## Sick leave\nCall in.\n",
		"Leave policy",
		{{"leave.md#leave-policy", "Leave policy", "All staff."},
			{"leave.md#carry-over", "Leave policy > Carry over", "Five days."},
			{"leave.md#until-when", "Leave policy > Carry over > Until when?", "March."},
			{"leave.md#sick-leave", "Leave policy > Sick leave", "Call in."}}},
	{"a.md", "Before any heading.\n\n## One\nx\n", "a", {{"a.md", "a", "Before any heading."}, {"a.md#one", "a > One", "x"}}},
	{"a.md", "# A\none\n# B\ntwo\n## C\nthree\n", "a",
		{{"a.md#a", "a > A", "one"}, {"a.md#b", "a > B", "two"}, {"a.md#c", "a > B > C", "three"}}},
	{"r.md", "## Foo\na\n## Foo\nb\n## Foo 2\nc\n## foo!\nd\n", "r",
		{{"r.md#foo", "r > Foo", "a"}, {"r.md#foo-2", "r > Foo", "b"}, {"r.md#foo-2-2", "r > Foo 2", "c"},
			{"r.md#foo-3", "r > foo!", "d"}}},
	{"s.md",
		"Title here\n==========\ntext\n\nSub part\n---\nmore\n\nA paragraph of\ntwo lines\n---\nstill more\n\n---\n\nend\n",
		"Title here",
		{{"s.md#title-here", "Title here", "text"},
			{"s.md#sub-part", "Title here > Sub part",
				"more\n\nA paragraph of\ntwo lines\n---\nstill more\n\n---\n\nend"}}},
	{"f.md", "## Code\n```sh\n# no heading\n## nor this\n```\nafter\n~~~~\n~~~\n# neither\n~~~~\n## Next ##\nx\n", "f",
		{{"f.md#code", "f > Code", "```sh\n# no heading\n## nor this\n```\nafter\n~~~~\n~~~\n# neither\n~~~~"},
			{"f.md#next", "f > Next", "x"}}},
	{"m.md", "---\ntitle: \"The Manual\"\ntags: [a]\n---\n# Intro\nhello\n", "The Manual",
		{{"m.md#intro", "The Manual > Intro", "hello"}}},
	{"m.md", "---\ntitle: Intro\n---\n# Intro\nhello\n", "Intro", {{"m.md#intro", "Intro", "hello"}}},
	{"m.md", "+++\ntitle = 'T'\n+++\nhello\n", "T", {{"m.md", "T", "hello"}}},
	{"n.md", "---\nno end of this\n\nhello\n", "n", {{"n.md", "n", "---\nno end of this\n\nhello"}}},
	{"u.md",
		"## \xC3\x9C"
		"ber Stra\xC3\x9F"
		"e\nx\n## \xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82\ny\n## \xF0\x9F\x8E\x89\nz\n",
		"u",
		{{"u.md#\xC3\xBC"
		  "ber-stra\xC3\x9F"
		  "e",
			 "u > \xC3\x9C"
			 "ber Stra\xC3\x9F"
			 "e",
			 "x"},
			{"u.md#\xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82",
				"u > \xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82", "y"},
			{"u.md#section", "u > \xF0\x9F\x8E\x89", "z"}}},
	{"l.md", "## The `--limit` **flag** [here](http://x/y) {#limit}\nx\n", "l",
		{{"l.md#the-limit-flag-here", "l > The --limit flag here", "x"}}},
	{"e.md", "## Empty\n\n## Empty\nfull\n", "e", {{"e.md#empty-2", "e > Empty", "full"}}},
	{"p.txt", "# a comment, no heading\n\nplain text\n", "p", {{"p.txt", "p", "# a comment, no heading\n\nplain text"}}},
	{"dir/g.rst", "=====\nGuide\n=====\n\nWelcome.\n\nInstall\n=======\n\nRun it.\n\nOn Linux\n--------\napt\n", "Guide",
		{{"dir/g.rst#guide", "Guide", "Welcome."}, {"dir/g.rst#install", "Guide > Install", "Run it."},
			{"dir/g.rst#on-linux", "Guide > Install > On Linux", "apt"}}},
	{"w.md", "\xEF\xBB\xBF# Title\r\nline\r\n\r\n## Sub\r\nx\r\n", "Title",
		{{"w.md#title", "Title", "line"}, {"w.md#sub", "Title > Sub", "x"}}},
	{"h.md", "#no heading\n\n    # code\n\n####### seven\n", "h",
		{{"h.md", "h", "#no heading\n\n    # code\n\n####### seven"}}},
	{"o.md", "", "o", {{NULL}}},
	{"o.md", "# Only a heading\n", "Only a heading", {{NULL}}},
	{"o.md", " \n\t\n", "o", {{NULL}}},
};

static void test_expectations(void **state)
{
	for (size_t i = 0; i < COUNT(expectations); i++) {
		const struct expectation *expected = &expectations[i];
		struct cut cut = cut_with(&by_heading, expected->path, text_of(expected->document));
		size_t count = 0;
		assert_string_equal(cut.title, expected->title);
		while (count < 8 && expected->passages[count].key)
			count++;
		assert_int_equal(cut.count, count);
		for (size_t j = 0; j < count; j++) {
			assert_string_equal(cut.passages[j].key, expected->passages[j].key);
			assert_string_equal(cut.passages[j].title, expected->passages[j].title);
			assert_text(cut.passages[j].body, expected->passages[j].body);
		}
		arena_free(cut.arena);
	}
}

static void test_pieces_at_paragraphs(void **state)
{
	struct passage_settings settings = {PASSAGE_HEADING, 12, 0, true};
	struct cut cut = cut_with(
		&settings, "a.md", text_of("## S\none two three four\n\nfive six seven\n\neight nine ten eleven twelve\n"));
	assert_int_equal(cut.count, 2);
	assert_string_equal(cut.passages[0].key, "a.md#s");
	assert_text(cut.passages[0].body, "one two three four\n\nfive six seven");
	assert_string_equal(cut.passages[1].key, "a.md#s~2");
	assert_text(cut.passages[1].body, "eight nine ten eleven twelve");
	assert_string_equal(cut.passages[1].title, "a > S");
	arena_free(cut.arena);
}

static void test_pieces_at_sentences(void **state)
{
	struct passage_settings settings = {PASSAGE_TOKENS, 10, 0, true};
	struct cut cut = cut_with(&settings, "a.txt",
		text_of("The first sentence is here. \"Is the second one?\" It costs 3.50 e.g. in May. One word after another "
			"without any stop at all in it"));
	const char *bodies[] = {"The first sentence is here.", "\"Is the second one?\"", "It costs 3.50 e.g. in May.",
		"One word after another without any stop", "at all in it"};
	assert_int_equal(cut.count, COUNT(bodies));
	for (size_t i = 0; i < COUNT(bodies); i++)
		assert_text(cut.passages[i].body, bodies[i]);
	assert_string_equal(cut.passages[4].key, "a.txt~5");
	arena_free(cut.arena);
}

static void test_pieces_of_lists_and_code(void **state)
{
	struct passage_settings settings = {PASSAGE_HEADING, 10, 0, true};
	struct cut cut = cut_with(&settings, "a.md",
		text_of("- one two three four five\n- six seven eight nine ten eleven\n\n```\na b c d e f\n\ng h i j k l\n```\n"));
	assert_int_equal(cut.count, 4);
	assert_text(cut.passages[0].body, "- one two three four five");
	assert_text(cut.passages[1].body, "- six seven eight nine ten eleven");
	assert_text(cut.passages[2].body, "```\na b c d e f");
	assert_text(cut.passages[3].body, "g h i j k l\n```");
	arena_free(cut.arena);
}

static void test_overlap(void **state)
{
	struct passage_settings settings = {PASSAGE_TOKENS, 12, 3, true};
	struct cut cut = cut_with(&settings, "a.txt", text_of("Aa bb cc dd ee. Ff gg hh ii jj. Kk ll mm nn oo."));
	assert_int_equal(cut.count, 3);
	assert_text(cut.passages[1].body, "dd ee. Ff gg hh ii jj.");
	assert_text(cut.passages[2].body, "ii jj. Kk ll mm nn oo.");
	arena_free(cut.arena);
}

static void test_estimate(void **state)
{
	assert_close(tokens_estimate(TEXT("")), 0, 0);
	assert_close(tokens_estimate(TEXT("one two  three\n")), 4, 1e-9);
	assert_close(tokens_estimate(TEXT("\xE4\xB8\xAD\xE6\x96\x87")), 2, 1e-9);
	assert_true(tokens_estimate(TEXT(
			    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")) > 6);
}

/* Whatever the bytes: pieces stay within the limit, in order, without white space at their ends; keys are unique. */
static void check_sound(const struct passage_settings *settings, struct text document)
{
	struct cut cut = cut_with(settings, "hostile.md", document);
	const char *before = document.data;
	for (size_t i = 0; i < cut.count; i++) {
		struct text body = cut.passages[i].body;
		assert_true(body.length > 0 && body.data >= document.data &&
			    body.data + body.length <= document.data + document.length);
		assert_true(settings->overlap || body.data >= before);
		before = body.data + body.length;
		assert_true(text_trim(body).length == body.length);
		assert_true(tokens_estimate(body) <= (double)settings->tokens + 1e-6);
		assert_true(
			utf8_invalid_at(text_of(cut.passages[i].key)) < 0 && utf8_invalid_at(text_of(cut.passages[i].title)) < 0);
		assert_true(strlen(cut.passages[i].title) <= 17 * (HEADING_LIMIT + 4));
		for (size_t j = i > 50 ? i - 50 : 0; j < i; j++)
			assert_string_not_equal(cut.passages[i].key, cut.passages[j].key);
	}
	arena_free(cut.arena);
}

static void test_hostile_bytes(void **state)
{
	static const char *const scraps[] = {"# ", "\n", "```", "~~~", "---\n", "===\n", "- ", "word ", "\xFF", "\xF0\x9F",
		"\xE4\xB8\xAD", ". ", "\t", "[a](b)", "{#x}", "|", "\r\n", "    ", "\xCC\x81", "foo\n", "## Foo\n"};
	struct random random;
	random_seed(&random, 20);
	for (int round = 0; round < 400; round++) {
		struct passage_settings settings = {
			round % 2, 10 + (long long)random_below(&random, 40), (long long)random_below(&random, 20), true};
		CLEANUP(buffer_release) struct buffer document = BUFFER_EMPTY;
		for (size_t i = random_below(&random, 300); i > 0; i--)
			if (random_below(&random, 20) == 0)
				buffer_add_byte(&document, (char)random_below(&random, 256));
			else
				buffer_add_string(&document, scraps[random_below(&random, COUNT(scraps))]);
		check_sound(&settings, buffer_text(&document));
	}
}

/* Large and shapeless: must take linear time. */
static void test_hostile_sizes(void **state)
{
	static const char *const units[] = {
		"x", "# Foo\n", "word ", "[", "\xE4\xB8\xAD", "```\n", "a\n===\n", "\n", "#", ". ", "![", "}", "- \n"};
	struct passage_settings settings = {PASSAGE_HEADING, 250, 20, true};
	for (size_t i = 0; i < COUNT(units); i++) {
		CLEANUP(buffer_release) struct buffer document = BUFFER_EMPTY;
		while (document.length < 300000)
			buffer_add_string(&document, units[i]);
		check_sound(&settings, buffer_text(&document));
	}
	check_sound(&settings, text_make(NULL, 0));
	check_sound(&settings, text_make("a\0b # c\0", 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expectations),
		cmocka_unit_test(test_pieces_at_paragraphs),
		cmocka_unit_test(test_pieces_at_sentences),
		cmocka_unit_test(test_pieces_of_lists_and_code),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_estimate),
		cmocka_unit_test(test_hostile_bytes),
		cmocka_unit_test(test_hostile_sizes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
