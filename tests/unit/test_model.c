#include "eval/model/client.h"
#include "eval/model/span.h"
#include "eval/model/url.h"
#include "tests/unit/unit.h"

static struct arena *arena;

static int set_up(void **state)
{
	arena = arena_create();
	return 0;
}

static int tear_down(void **state)
{
	arena_free(arena);
	return 0;
}

static struct model model_make(void)
{
	return (struct model){.name = "base", .api = api_find("openai"), .base_url = "https://models.example.com/v1", .model = "m"};
}

static void classes_have_names(void **state)
{
	for (int i = 0; i < CALL_COUNT; i++) {
		assert_non_null(call_classes[i].name);
		assert_non_null(call_classes[i].meaning);
		assert_non_null(call_classes[i].mend);
		bool again = strstr(call_class_rule((enum call_class)i), "Tried again") != NULL;
		assert_int_equal(again, call_classes[i].retry);
		assert_int_equal(call_class_find(call_classes[i].name), i);
	}
	assert_int_equal(call_class_find("unheard-of"), CALL_COUNT);
	assert_true(call_classes[CALL_NETWORK].retry && call_classes[CALL_RATE_LIMIT].retry && call_classes[CALL_SERVER].retry);
	assert_false(call_classes[CALL_QUOTA].retry || call_classes[CALL_AUTH].retry || call_classes[CALL_REQUEST].retry);
}

static void apis_are_found(void **state)
{
	static const char *const names[] = {"command", "openai", "recorded"};
	for (size_t i = 0; i < COUNT(names); i++) {
		assert_string_equal(api_find(names[i])->name, names[i]);
		assert_non_null(api_find(names[i])->help);
	}
	assert_null(api_find("telepathy"));
}

/* ---- URLs ----------------------------------------------------------------------------------------------------------- */

static void urls_are_read(void **state)
{
	static const struct {
		const char *url, *origin, *path;
		bool loopback;
	} good[] = {{"https://api.openai.com/v1", "https://api.openai.com:443", "/v1", false},
		{"HTTP://LocalHost:8080", "http://localhost:8080", "", true},
		{"http://127.0.0.1/v1", "http://127.0.0.1:80", "/v1", true},
		{"http://127.9.8.7:1/", "http://127.9.8.7:1", "/", true}, {"http://[::1]:99/x/y", "http://[::1]:99", "/x/y", true},
		{"http://[2001:db8::1]/v1", "http://[2001:db8::1]:80", "/v1", false},
		{"http://127.0.0.1.evil.com/", "http://127.0.0.1.evil.com:80", "/", false},
		{"http://2130706433/", "http://2130706433:80", "/", false},
		{"http://localhost.evil.com/", "http://localhost.evil.com:80", "/", false},
		{"http://0127.0.0.1/", "http://0127.0.0.1:80", "/", false}};
	for (size_t i = 0; i < COUNT(good); i++) {
		struct url url;
		struct error error;
		if (!url_read(good[i].url, &url, &error))
			fail_msg("%s: %s", good[i].url, error.message);
		assert_text(url.path, good[i].path);
		assert_int_equal(url.loopback, good[i].loopback);
		assert_string_equal(url_origin(arena, good[i].url), good[i].origin);
	}
	assert_null(url_origin(arena, NULL));
	/* of a request, whose address may have a query: two resources are two addresses */
	assert_string_equal(url_origin(arena, "https://Res.example/a?api-version=2024-10-21"), "https://res.example:443");
}

static void bad_urls_are_refused(void **state)
{
	static const char *const bad[] = {"", "api.openai.com/v1", "ftp://x/", "file:///etc/passwd", "http://", "http:///v1",
		"http://user:pw@host/", "http://127.0.0.1@evil.com/", "http://127.0.0.1\\@evil.com/", "http://127.0.0.1#@evil.com/",
		"http://h/?key=1", "http://h/#f", "http://h:0/", "http://h:65536/", "http://h:99999999999/", "http://h:/",
		"http://h:8a/", "http://h /", "http://h\r\nX: y/", "http://[::1", "http://[::1]x/", "http://h\x80/",
		"http://\"h\"/"};
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct url url;
		struct error error = {0};
		if (url_read(bad[i], &url, &error))
			fail_msg("%s was taken", bad[i]);
		assert_int_equal(error.kind, ERROR_CONFIG);
		assert_null(strstr(error.message, "pw"));
	}
}

/* ---- checks --------------------------------------------------------------------------------------------------------- */

struct wrong {
	const char *says, *url, *key_env, *params, *headers, *api, *effort;
	bool lora;
};

static void wrong_models_are_named(void **state)
{
	static const struct wrong rows[] = {{"begins with http", .url = "models"}, {"user or password", .url = "https://me:pw@h/"},
		{"plain http", .url = "http://h/", .key_env = "KEY"},
		{"plain http", .url = "http://h/", .headers = "{\"X-Gate\":{\"secret\":\"GATE\"}}"},
		{"not a key", .key_env = "sk-1234"}, {"cache_prompt", .params = "{\"cache_prompt\":true}", .lora = true},
		{"`stream`", .params = "{\"stream\":true}"}, {"`messages`", .params = "{\"messages\":[]}"},
		{"`n`", .params = "{\"n\":4}"}, {"reasoning_effort", .params = "{\"reasoning_effort\":\"low\"}", .effort = "low"},
		{"holds a key", .headers = "{\"authorization\":\"Bearer x\"}"},
		{"line breaks", .headers = "{\"X-A\":\"b\\r\\nX-C: d\"}"},
		{"may not be set", .headers = "{\"Content-Length\":\"1\"}"}, {"may not be set", .headers = "{\"X A\":\"1\"}"},
		{"expected text", .headers = "{\"X-A\":1}"}, {"{secret: NAME}", .headers = "{\"X-A\":{\"secret\":\"a b\"}}"},
		{"expected a map", .headers = "[]"}, {"expected a map", .params = "[]"},
		{"`/chat/completions` is put behind it", .url = "https://h/v1/chat/completions"},
		{"has no address", .api = "command", .url = "http://127.0.0.1/"}, {"takes no adapters", .api = "recorded", .lora = true}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct wrong *row = &rows[i];
		struct error error = {0};
		JSON_OWNED *params = row->params ? json_parse(text_of(row->params), &error) : NULL;
		JSON_OWNED *headers = row->headers ? json_parse(text_of(row->headers), &error) : NULL;
		struct model model = {.name = "x",
			.api = api_find(row->api ? row->api : "openai"),
			.base_url = row->url   ? row->url
				    : row->api ? NULL
					       : "https://h/v1",
			.key_env = row->key_env,
			.params = params,
			.headers = headers,
			.reasoning_effort = row->effort,
			.has_lora = row->lora};
		if (model_check(&model, &error))
			fail_msg("row %zu (%s) was taken", i, row->says);
		assert_int_equal(error.kind, ERROR_CONFIG);
		assert_contains(error.message, row->says);
	}
}

static void good_models_pass(void **state)
{
	struct error error = {0};
	struct lora lora[] = {{0, 1.0}, {1, 0.5}};
	JSON_OWNED *params = json_pack("{s:i,s:b,s:[s]}", "temperature", 0, "cache_prompt", 0, "stop", "\n");
	JSON_OWNED *headers = json_pack("{s:s,s:{s:s}}", "X-Team", "red", "X-Gate", "secret", "GATE");
	struct model model = model_make();
	model.params = params;
	model.headers = headers;
	model.has_lora = true;
	model.lora = lora;
	model.lora_count = 2;
	if (!model_check(&model, &error))
		fail_msg("%s", error.message);
	lora[1].id = 0;
	assert_false(model_check(&model, &error));
	assert_contains(error.message, "twice");
}

static void a_key_stays_with_its_provider(void **state)
{
	struct model model = model_make();
	assert_null(model_key_env(&model)); /* another address than the API's own */
	model.base_url = NULL;
	assert_string_equal(model_base_url(&model), "https://api.openai.com/v1");
	assert_string_equal(model_key_env(&model), "OPENAI_API_KEY");
	model.base_url = "https://api.openai.com.evil.com/v1";
	assert_null(model_key_env(&model));
	model.key_env = "MINE";
	assert_string_equal(model_key_env(&model), "MINE");
}

/* ---- requests ------------------------------------------------------------------------------------------------------- */

static struct request request_make(const struct model *model, const char *user, const json_t *schema)
{
	JSON_OWNED *messages = json_pack("[{s:s,s:s}]", "role", "user", "content", user);
	struct prompt prompt = {.messages = messages, .schema = schema, .case_id = "c", .variant = "v", .repeat = 1};
	struct request request = {0};
	struct error error = {0};
	if (!model_request(model, &prompt, arena, &request, &error))
		fail_msg("%s", error.message);
	return request;
}

static void a_body_is_written(void **state)
{
	struct error error;
	struct lora lora = {2, 0.5};
	JSON_OWNED *schema = json_parse(TEXT("{\"type\":\"object\",\"properties\":{\"why\":{},\"answer\":{}}}"), &error);
	JSON_OWNED *params = json_parse(TEXT("{\"temperature\":0,\"response_format\":{\"type\":\"text\"},\"top_p\":0.5}"), &error);
	struct model model = model_make();
	model.params = params;
	model.reasoning_effort = "low";
	struct request request = request_make(&model, "hi", schema);
	assert_string_equal(request.url, "https://models.example.com/v1/chat/completions");
	assert_string_equal(request.path, "/v1/chat/completions");
	assert_text(request.body,
		"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"temperature\":0,\"top_p\":0.5,"
		"\"reasoning_effort\":\"low\",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\","
		"\"strict\":true,"
		"\"schema\":{\"type\":\"object\",\"properties\":{\"why\":{},\"answer\":{}}}}},\"stream\":false}");
	JSON_OWNED *off = json_pack("{s:b}", "cache_prompt", 0);
	model = model_make();
	model.base_url = "http://127.0.0.1:8080/v1/";
	model.has_lora = true;
	request = request_make(&model, "hi", NULL);
	assert_string_equal(request.path, "/v1/chat/completions");
	assert_contains(request.body.data, ",\"lora\":[],\"cache_prompt\":false,");
	model.params = off;
	model.lora = &lora;
	model.lora_count = 1;
	request = request_make(&model, "hi", NULL);
	assert_contains(request.body.data, ",\"cache_prompt\":false,\"lora\":[{\"id\":2,\"scale\":0.5}],");
	assert_null(strstr(strstr(request.body.data, "cache_prompt") + 1, "cache_prompt"));
}

static struct hash key_of(const struct model *model, const char *body, int repeat, const char *origin)
{
	struct request request = {.path = "/v1/chat/completions", .body = text_of(body)};
	struct call_keys keys = call_keys(model, &request, repeat, origin);
	return origin ? keys.cache : keys.cassette;
}

static void keys_tell_requests_apart(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {{"{\"a\":1,\"b\":[1,2]}", "{\"b\":[1,2],\"a\":1}", true}, {"{\"a\":1}", "{\"a\":1,\"stream\":false}", true},
		{"{\"a\":1,\"user\":\"x\",\"metadata\":{\"b\":{}}}", "{\"user\":\"y\",\"a\":1}", true},
		{"{ \"a\" : 1 }", "{\"a\":1}", true}, {"{\"a\":1}", "{\"a\":2}", false}, {"{\"a\":1}", "{\"b\":1}", false},
		{"{\"a\":\"}\",\"b\":1}", "{\"a\":\"}\",\"b\":2}", false},
		{"{\"s\":{\"why\":1,\"answer\":2}}", "{\"s\":{\"answer\":2,\"why\":1}}", false}, {"{\"a\":[1", "{\"a\":[2", false},
		{"", "x", false}};
	struct model model = model_make(), other = model_make();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct hash a = key_of(&model, rows[i].a, 1, NULL), b = key_of(&model, rows[i].b, 1, NULL);
		if (hash_equal(&a, &b) != rows[i].same)
			fail_msg("%s and %s", rows[i].a, rows[i].b);
	}
	struct hash key = key_of(&model, "{}", 1, NULL), again = key_of(&model, "{}", 2, NULL),
		    here = key_of(&model, "{}", 1, "http://a:1"), there = key_of(&model, "{}", 1, "http://b:1");
	assert_false(hash_equal(&key, &again) || hash_equal(&key, &here) || hash_equal(&here, &there));
	other.identity = "weights of May";
	struct hash played = key_of(&other, "{}", 1, NULL), cached = key_of(&other, "{}", 1, "http://a:1");
	assert_true(hash_equal(&key, &played));
	assert_false(hash_equal(&here, &cached));
	other.name = "tuned";
	played = key_of(&other, "{}", 1, NULL);
	assert_false(hash_equal(&key, &played));
}

static void a_body_of_ones_own_counts_whole(void **state)
{
	static const char *const names[] = {"user", "metadata", "store", "stream", "prompt_cache_key"};
	struct model model = model_make();
	model.api = api_find("http");
	for (size_t i = 0; i < COUNT(names); i++) {
		struct hash one = key_of(&model, arena_format(arena, "{\"%s\":\"one\"}", names[i]), 1, NULL),
			    two = key_of(&model, arena_format(arena, "{\"%s\":\"two\"}", names[i]), 1, NULL);
		if (hash_equal(&one, &two))
			fail_msg("%s", names[i]);
	}
}

static void a_curl_line_is_safe_to_paste(void **state)
{
	struct model model = model_make();
	JSON_OWNED *headers = json_pack("{s:s,s:{s:s}}", "X-Team", "it's", "X-Gate", "secret", "GATE");
	setenv("LEVER_TEST_KEY", "sk-secret-0123456789", 1);
	model.key_env = "LEVER_TEST_KEY";
	model.headers = headers;
	struct request request = request_make(&model, "don't; $(rm) `x`", NULL);
	const char *line = request_curl(&model, &request, arena);
	assert_contains(line, "curl -sS -X POST 'https://models.example.com/v1/chat/completions'");
	assert_contains(line, "-H \"Authorization: Bearer ${LEVER_TEST_KEY}\"");
	assert_contains(line, "-H \"X-Gate: ${GATE}\"");
	assert_contains(line, "-H 'X-Team: it'\\''s'");
	assert_contains(line, "don'\\''t; $(rm) `x`");
	assert_null(strstr(line, "sk-secret"));
}

/* ---- prices, waiting, spans ----------------------------------------------------------------------------------------- */

static void prices_are_exact_or_unknown(void **state)
{
	static const struct {
		struct price price;
		struct usage usage;
		long long cost;
	} rows[] = {{{true, 2.5, NAN, 10, NULL}, {1000, 0, 0, 100, 0}, 3500000000},
		{{true, 2.5, 0.25, 10, NULL}, {1000, 400, 0, 100, 0}, 2600000000},
		{{true, 2.5, 0.25, 10, NULL}, {1000, UNKNOWN, 0, 100, 0}, UNKNOWN},
		{{true, 2.5, NAN, 10, NULL}, {1000, UNKNOWN, 0, 100, 0}, 3500000000},
		{{true, 2.5, 0.25, 10, NULL}, {1000, 4000, 0, 0, 0}, 250000000},
		{{true, 2.5, NAN, 10, NULL}, {UNKNOWN, 0, 0, 100, 0}, UNKNOWN},
		{{true, 0, NAN, 0, NULL}, {UNKNOWN, UNKNOWN, 0, UNKNOWN, 0}, 0},
		{{true, 0, NAN, 1, NULL}, {UNKNOWN, UNKNOWN, 0, 3, 0}, 3000000},
		{{false, 1, NAN, 1, NULL}, {1, 0, 0, 1, 0}, UNKNOWN},
		{{true, 1e9, NAN, 1e9, NULL}, {100000000000000, 0, 0, 0, 0}, UNKNOWN}};
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(price_of(&rows[i].price, &rows[i].usage), rows[i].cost);
}

static void waiting_grows_and_is_bounded(void **state)
{
	assert_int_equal(retry_delay(1, 0, 1.0), 500000);
	assert_int_equal(retry_delay(1, 0, 0.0), 250000);
	assert_int_equal(retry_delay(3, 0, 1.0), 2000000);
	assert_int_equal(retry_delay(7, 0, 1.0), 30000000);
	assert_int_equal(retry_delay(1000000, 0, 0.5), 22500000);
	assert_int_equal(retry_delay(4, 250000, 0.3), 250000);
}

static void spans_are_found(void **state)
{
	struct text body = TEXT(" { \"a\" : \"x\\\"}\" , \"b\":[1,{\"c\":2}], \"d\":null } ");
	assert_text(span_get(body, "a"), "\"x\\\"}\"");
	assert_text(span_get(body, "b"), "[1,{\"c\":2}]");
	assert_text(span_get(body, "d"), "null");
	assert_null(span_get(body, "c").data);
	assert_true(span_is_object(body));
	/* Only brackets and quotes are looked at: "{"a":}" counts as an object, but nothing is found in it. */
	static const struct {
		const char *text;
		bool object;
	} broken[] = {{"", false}, {"{", false}, {"{\"a\"", false}, {"{\"a\":", false}, {"{\"a\":}", true}, {"{\"a\":1", false},
		{"{\"a\":\"x", false}, {"{a:1}", true}, {"[", false}, {"\"", false}, {"nul", false}};
	for (size_t i = 0; i < COUNT(broken); i++) {
		assert_int_equal(span_is_object(text_of(broken[i].text)), broken[i].object);
		assert_null(span_get(text_of(broken[i].text), "z").data);
	}
	assert_null(span_plain_string(TEXT("\"a\\n\"")).data);
	assert_text(span_plain_string(TEXT("\"\"")), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(classes_have_names), cmocka_unit_test(apis_are_found),
		cmocka_unit_test(urls_are_read), cmocka_unit_test(bad_urls_are_refused), cmocka_unit_test(wrong_models_are_named),
		cmocka_unit_test(good_models_pass), cmocka_unit_test(a_key_stays_with_its_provider),
		cmocka_unit_test(a_body_is_written), cmocka_unit_test(keys_tell_requests_apart),
		cmocka_unit_test(a_body_of_ones_own_counts_whole),
		cmocka_unit_test(a_curl_line_is_safe_to_paste), cmocka_unit_test(prices_are_exact_or_unknown),
		cmocka_unit_test(waiting_grows_and_is_bounded), cmocka_unit_test(spans_are_found)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
