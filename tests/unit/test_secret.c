/* Keys in every shape in which a server may send them back, and bodies that would let one be put together again. */
#include "eval/base/secret.h"
#include "eval/model/clean.h"
#include "eval/model/client.h"
#include "tests/unit/unit.h"
#include <time.h>

#define KEY "plainSecretKey0123456789"
#define ODD "sk-Secret/abc+\"q\\x/9876543210"
#define GONE "[redacted:LEVER_TEST_PLAIN]"
#define GONE_ODD "[redacted:LEVER_TEST_ODD]"

static void learn(const char *name, const char *value)
{
	setenv(name, value, 1);
	assert_string_equal(secret_read(name), value);
}

static int learn_all(void **state)
{
	learn("LEVER_TEST_PLAIN", KEY);
	learn("LEVER_TEST_ODD", ODD);
	return 0;
}

static void check(enum secret_view view, const char *text, const char *wanted)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	bool replaced = secret_redact_as(text, strlen(text), view, &out);
	if (replaced != (wanted != NULL) || (wanted && strcmp(buffer_string(&out), wanted) != 0))
		fail_msg("%s\n  became %s\n  wanted %s", text, replaced ? buffer_string(&out) : "(left alone)",
			wanted ? wanted : "(left alone)");
}

static void test_shapes(void **state)
{
	static const char *const samples[][2] = {
		{"the key is " KEY ".", "the key is " GONE "."},
		{"Bearer " KEY, "Bearer " GONE},
		{"at http://x/?k=sk-Secret%2Fabc%2B%22q%5Cx%2F9876543210&n=1", "at http://x/?k=" GONE_ODD "&n=1"},
		{"sk-Secret%2fabc%2b%22q%5cx%2f9876543210", GONE_ODD},
		{"sk-Secret/abc%2B%22q%5Cx/9876543210", GONE_ODD},
		{"%70lainSecretKey0123456789", GONE},
		{"<p>sk-Secret/abc+&quot;q\\x/9876543210</p>", "<p>" GONE_ODD "</p>"},
		{"sk-Secret&#x2F;abc+&#34;q\\x/9876543210", GONE_ODD},
		{"706c61696e5365637265744b657930313233343536373839", GONE},
		{"706C61696E5365637265744B657930313233343536373839", GONE},
		{"auth cGxhaW5TZWNyZXRLZXkwMTIzNDU2Nzg5", "auth " GONE},
		{"{\"auth\":\"c2stU2VjcmV0L2FiYysicVx4Lzk4NzY1NDMyMTA=\"}", "{\"auth\":\"" GONE_ODD "\"}"},
		{"c2stU2VjcmV0L2FiYysicVx4Lzk4NzY1NDMyMTA", GONE_ODD},
		{"sk-Secret/abc+\\\"q\\\\x/9876543210", GONE_ODD},
		{"sk-Secret\\/abc+\\\"q\\\\x\\/9876543210", GONE_ODD},
		{"PLAINSECRETKEY0123456789 and plainsecretkey0123456789", GONE " and " GONE},
		{"SK-SECRET%2fABC%2B%22Q%5cx%2F9876543210", GONE_ODD},
		{"CGXHAW5TZWNYZXRLZXKWMTIZNDU2NZG5", NULL}, /* of such base64 no key can be made */
		{"plainSecretKey012345678", NULL},
		{"100% of &amp; \\u0041 and %41", NULL},
		{"&#; &# %4 %zz \\u00 \\", NULL},
	};
	for (size_t i = 0; i < COUNT(samples); i++)
		check(SECRET_TEXT, samples[i][0], samples[i][1]);
}

/* `Bearer KEY`, `user:KEY` and the like: only digits that other text shares are left, at most one at each end. */
static void test_base64_behind_other_text(void **state)
{
	check(SECRET_TEXT, "QmVhcmVyIHBsYWluU2VjcmV0S2V5MDEyMzQ1Njc4OQ==", "QmVhcmVyIH" GONE);
	check(SECRET_TEXT, "dTpwbGFpblNlY3JldEtleTAxMjM0NTY3ODk6eA==", "dTp" GONE "6eA==");
}

static void test_bodies(void **state)
{
	static const char *const samples[][2] = {
		{"{\"a\":\"\\u0070lainSecretKey0123456789\"}", "{\"a\":\"" GONE "\"}"},
		{"{\"a\":\"x\\n\\u0070\\u006CainSecretKey0123456789\\n\"", "{\"a\":\"x\\n" GONE "\\n\""},
		{"{\"a\":\"{\\\"b\\\":\\\"sk-Secret/abc+\\\\\\\"q\\\\\\\\x/9876543210\\\"}\"}",
			"{\"a\":\"{\\\"b\\\":\\\"" GONE_ODD "\\\"}\"}"},
		{"{\"a\":\"\\\\u0070lainSecretKey0123456789\"}", "{\"a\":\"" GONE "\"}"},
		{"{\"\\u0070lainSecretKey0123456789\":1}", "{\"" GONE "\":1}"},
		{"{\"a\":\"cut off \\u0070lainSecretKey0123456789", "{\"a\":\"cut off " GONE},
		{"data: {\"d\":{\"t\":\"my plain\"}}\n\ndata: {\"d\":{\"t\":\"Secret\"}}\n\ndata: "
		 "{\"d\":{\"t\":\"Key0123456789!\"}}\n\n",
			"data: {\"d\":{\"t\":\"my " GONE "\"}}\n\ndata: {\"d\":{\"t\":\"\"}}\n\ndata: {\"d\":{\"t\":\"!\"}}\n\n"},
		{"{\"t\":\"plainSecret\",\"o\":\"x\"}\n{\"t\":\"Key\\u00301234\",\"o\":\"y\"}\n{\"t\":\"56789\"}",
			"{\"t\":\"" GONE "\",\"o\":\"x\"}\n{\"t\":\"\",\"o\":\"y\"}\n{\"t\":\"\"}"},
		{"data: {\"t\":\"plainSecret\"}\n\ndata: {\"t\":\"Key0123456789", "data: {\"t\":\"" GONE "\"}\n\ndata: {\"t\":\""},
		{"data: {\"t\":\"plainSecret\"}\r\rdata: {\"t\":\"Key0123456789\"}\r",
			"data: {\"t\":\"" GONE "\"}\r\rdata: {\"t\":\"\"}\r"},
		{"data: {\"t\":\"plainSecret\"}\n\ndata: {\"t\":\"Ke", NULL},
		{"data: {\"t\":\"plainSecret\"}\n\ndata: {\"u\":\"Key0123456789\"}", NULL},
		{"[{\"text\":\"plainSecret\"},{\"text\":\"Key0123456789\"}]", NULL},
		{"<html>\"\\u0070lainSecretKey0123456789\"", "<html>\"" GONE "\""},
	};
	for (size_t i = 0; i < COUNT(samples); i++)
		check(SECRET_BODY, samples[i][0], samples[i][1]);
	check(SECRET_BODY,
		"{\"content\":\"" KEY
		"\",\"logprobs\":[{\"token\":\"plainSecret\",\"bytes\":[112,108],\"top_logprobs\":[{\"token\":\"]plain\","
		"\"x\":[1]}]},{\"token\":\"Key0123456789\",\"bytes\":null,\"top_logprobs\":[]}]}",
		"{\"content\":\"" GONE "\",\"logprobs\":[{\"token\":\"" GONE "\",\"bytes\":[],\"top_logprobs\":[]},{\"token\":\"\","
		"\"bytes\":null,\"top_logprobs\":[]}]}");
	check(SECRET_JOINED, "[{\"text\":\"plainSecret\"},{\"text\":\"Key0123456789\"}]",
		"[{\"text\":\"" GONE "\"},{\"text\":\"\"}]");
}

/* A key that a local server does not look at may be a word: JSON lives on. */
static void test_a_word_as_key(void **state)
{
	learn("LEVER_TEST_WORD", "none");
	check(SECRET_BODY, "{\"t\":\"one\\none \\\\none\",\"none\":null}",
		"{\"t\":\"one\\none \\\\[redacted:LEVER_TEST_WORD]\",\"[redacted:LEVER_TEST_WORD]\":null}");
	check(SECRET_TEXT, "None but NONE", NULL); /* so short a key is met as it is only */
	learn("LEVER_TEST_WORD", "no longer that word");
}

/* What is decoded is kept out as it was sent, and as it was written. */
static void test_part_of_a_variable(void **state)
{
	secret_part("LEVER_TEST_PROXY", TEXT("pass#word/1"));
	check(SECRET_TEXT, "in 'http://user:pass#word/1@proxy'", "in 'http://user:[redacted:LEVER_TEST_PROXY]@proxy'");
	check(SECRET_TEXT, "in 'http://user:pass%23word%2F1@proxy'", "in 'http://user:[redacted:LEVER_TEST_PROXY]@proxy'");
	assert_false(secret_is_named("LEVER_TEST_PROXY", strlen("LEVER_TEST_PROXY")));
	secret_part("LEVER_TEST_PROXY", TEXT("no longer that password"));
}

static struct reply parsed(struct arena *arena, const struct model *model, const char *body)
{
	struct reply reply = {.raw = text_of(body), .status = 200};
	model_parse(model, arena, &reply);
	return reply;
}

/* Texts of one answer that is joined only when it is read; and, read again from what is kept, it is the same. */
static void test_parts_of_an_answer(void **state)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct model model = {.name = "m", .api = api_find("openai"), .model = "m"};
	struct reply reply = parsed(arena, &model,
		"{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"plainSecret\"},"
		"{\"type\":\"text\",\"text\":\"Key0123456789\"}]}}]}");
	assert_int_equal(reply.class, CALL_OK);
	assert_text(reply.output, GONE);
	assert_null(strstr(reply.raw.data, "Secret"));
	assert_text(parsed(arena, &model, reply.raw.data).output, GONE);
	/* Two depths: nothing joins them but the reading. */
	model.api = api_find("responses");
	reply = parsed(arena, &model,
		"{\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"plainSecret\"},"
		"{\"type\":\"refusal\",\"refusal\":\"-\"},{\"type\":\"output_text\",\"\\u0074ext\":\"Key0123456789\"}]}]}");
	assert_null(strstr(reply.raw.data, "Secret"));
	assert_true(!reply.output.data || !strstr(reply.output.data, "Secret"));
}

/* What an ordinary answer costs, in all its passes; nothing is allocated for it. */
static void test_time_of_an_ordinary_answer(void **state)
{
	enum { TIMES = 20000 };
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	static const char body[] =
		"{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1712345678,\"model\":\"gpt-4.1-mini\","
		"\"choices\":[{"
		"\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"The capital of France is Paris.\\nIt lies on the "
		"Seine, "
		"and is the largest city of the country; its region has 12 million people.\",\"refusal\":null},\"logprobs\":null,"
		"\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":120,\"completion_tokens\":30,\"total_tokens\":150}}";
	struct timespec before, after;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	for (int i = 0; i < TIMES; i++)
		assert_false(secret_redact_as(body, sizeof body - 1, SECRET_BODY, &out));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
	double each = ((double)(after.tv_sec - before.tv_sec) * 1e9 + (double)(after.tv_nsec - before.tv_nsec)) / TIMES;
	print_message("%zu bytes: %.0f ns\n", sizeof body - 1, each);
	assert_null(out.data);
	assert_true(each < 200000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_base64_behind_other_text),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_a_word_as_key), cmocka_unit_test(test_part_of_a_variable),
		cmocka_unit_test(test_parts_of_an_answer),
		cmocka_unit_test(test_time_of_an_ordinary_answer),
	};
	return cmocka_run_group_tests(tests, learn_all, NULL);
}
