#include "eval/base/clock.h"
#include "eval/model/http.h"
#include "tests/unit/server.h"

#define MILLISECOND INT64_C(1000)

static const char rules[] = "has \"limit-ms\" : status 429 header \"retry-after-ms: 250\" header \"Retry-After: 9\"\n"
			    "has \"limit-seconds\" : status 429 header \"Retry-After: 7\"\n"
			    "has \"quota\" : status 429 raw \"{\\\"error\\\":{\\\"message\\\":\\\"no "
			    "money\\\",\\\"code\\\":\\\"insufficient_quota\\\"}}\"\n"
			    "has \"again\" times 1 : status 503\n"
			    "has \"five-hundred\" : status 500\n"
			    "has \"plain-502\" : status 502 html\n"
			    "has \"bad-key\" : status 401\n"
			    "has \"no-model\" : status 404\n"
			    "has \"overlong\" : status 400 raw \"{\\\"error\\\":{\\\"message\\\":\\\"too "
			    "long\\\",\\\"type\\\":\\\"exceed_context_size_error\\\",\\\"code\\\":400}}\"\n"
			    "has \"reset\" : reset\n"
			    "has \"cut-reset\" : resetmid fill 4000\n"
			    "has \"cut-close\" : close fill 4000\n"
			    "has \"stall\" : stall\n"
			    "has \"half-stall\" : stallmid\n"
			    "has \"huge\" : fill 200000\n"
			    "has \"chunky\" : fill 200000 chunked\n"
			    "has \"moved\" : redirect \"http://192.0.2.1/v1/chat/completions\"\n"
			    "has \"html\" : html\n"
			    "has \"broken\" : badjson\n"
			    "has \"soft-error\" : error \"upstream fell over\"\n"
			    "has \"nothing\" : empty\n"
			    "has \"null\" : null\n"
			    "has \"refuse\" : refusal \"I cannot\"\n"
			    "has \"slow\" : drip 1 answer \"drop\"\n"
			    "has \"last\" : lastuse answer \"bye\"\n"
			    "has \"late\" : delay 60 answer \"late\"\n"
			    "has \"leak\" : answer \"your key is sk-secret-0123456789\"\n"
			    "has \"bytes\" : raw "
			    "\"{\\\"choices\\\":[{\\\"message\\\":{\\\"content\\\":\\\"a\xff\\\\u0000b\\\\ud800\\\"},\\\"finish_"
			    "reason\\\":\\\"stop\\\"}]}\"\n"
			    "has \"yes\" : answer \"yes\"\n";

struct fixture {
	struct server server;
	struct loop *loop;
	struct client *client;
	struct arena *arena;
};

static int set_up(void **state)
{
	struct fixture *f = memory_take(sizeof *f);
	server_start(&f->server, rules);
	f->loop = loop_create();
	f->client = client_create(f->loop);
	f->arena = arena_create();
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	client_free(f->client);
	loop_free(f->loop);
	arena_free(f->arena);
	server_stop(&f->server);
	free(f);
	return 0;
}

static struct model model_make(struct fixture *f)
{
	return (struct model){.name = "base",
		.api = api_find("openai"),
		.base_url = f->server.url,
		.model = "mock",
		.timeout = 5000 * MILLISECOND,
		.connect_timeout = 2000 * MILLISECOND,
		.max_response = 100000};
}

static struct reply ask_ok(struct fixture *f, const struct model *model, const char *user)
{
	struct reply reply;
	enum call_class class = CALL_OK;
	struct error error = {0};
	if (!ask(f->loop, f->client, model, f->arena, user, &reply, &class, &error))
		fail_msg("%s: %s", user, error.message);
	return reply;
}

static long server_number(struct fixture *f, const char *name);

static void stats_take(void *data, const struct http_answer *answer)
{
	*(const struct http_answer **)data = memcpy(memory_take(sizeof *answer), answer, sizeof *answer);
}

/* A number of the server's /stats. */
static long server_number(struct fixture *f, const char *name)
{
	static const char *const none[] = {NULL};
	const struct http_answer *answer = NULL;
	struct error error;
	struct http *http = http_create(f->loop);
	struct http_request request = {.method = "GET",
		.url = arena_format(f->arena, "%.*s/stats", (int)strlen(f->server.url) - 3, f->server.url),
		.headers = none,
		.loopback = true,
		.timeout = 5000 * MILLISECOND,
		.connect_timeout = 5000 * MILLISECOND,
		.max_response = 10000};
	assert_non_null(http_send(http, &request, f->arena, stats_take, &answer, &error));
	while (!answer)
		loop_turn(f->loop, 1000000);
	JSON_OWNED *body = json_parse(answer->body, &error);
	long number = (long)json_integer_or(body, name, -1);
	free((void *)answer);
	http_free(http);
	return number;
}

static void an_answer_is_read(void **state)
{
	struct fixture *f = *state;
	struct model model = model_make(f);
	struct reply reply = ask_ok(f, &model, "say yes");
	assert_int_equal(reply.class, CALL_OK);
	assert_text(reply.output, "yes");
	assert_string_equal(reply.finish, "stop");
	assert_string_equal(reply.returned_model, "mock");
	assert_string_equal(reply.fingerprint, "fp_mock");
	assert_contains(reply.server_request, "mock-");
	assert_int_equal(reply.status, 200);
	assert_true(reply.usage.input > 0);
	assert_int_equal(reply.usage.cached, 0);
	assert_int_equal(reply.usage.reasoning, UNKNOWN);
	assert_int_equal(reply.usage.cost, UNKNOWN);
	assert_true(reply.latency > 0 && reply.first_byte > 0 && reply.first_byte <= reply.latency);
}

static void failures_have_classes(void **state)
{
	static const struct {
		const char *user;
		enum call_class class;
		const char *says;
	} rows[] = {{"quota", CALL_QUOTA, "no money"}, {"five-hundred", CALL_SERVER, "HTTP 500"},
		{"plain-502", CALL_SERVER, "502 Bad Gateway"}, {"bad-key", CALL_AUTH, "401"}, {"no-model", CALL_NOT_FOUND, "404"},
		{"overlong", CALL_TOO_LONG, "too long"}, {"cut-close", CALL_TRUNCATED, ""}, {"reset", CALL_NETWORK, ""},
		{"huge", CALL_TOO_LARGE, "100000"}, {"chunky", CALL_TOO_LARGE, "100000"},
		{"moved", CALL_REDIRECT, "http://192.0.2.1:80"}, {"html", CALL_MALFORMED, "<!DOCTYPE"},
		{"broken", CALL_MALFORMED, ""}, {"soft-error", CALL_SERVER, "upstream fell over"}, {"nothing", CALL_EMPTY, ""},
		{"null", CALL_EMPTY, ""}};
	struct fixture *f = *state;
	struct model model = model_make(f);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct reply reply = ask_ok(f, &model, rows[i].user);
		if (reply.class != rows[i].class)
			fail_msg("%s: class %s (%s)", rows[i].user, call_classes[reply.class].name, reply.message);
		assert_non_null(reply.message);
		assert_contains(reply.message, rows[i].says);
	}
	/* A reset may overtake the bytes sent before it. */
	enum call_class cut = ask_ok(f, &model, "cut-reset").class;
	assert_true(cut == CALL_TRUNCATED || cut == CALL_NETWORK);
}

static void servers_say_when_to_come_back(void **state)
{
	struct fixture *f = *state;
	struct model model = model_make(f);
	struct reply reply = ask_ok(f, &model, "limit-ms");
	assert_int_equal(reply.class, CALL_RATE_LIMIT);
	assert_int_equal(reply.retry_after, 250 * MILLISECOND);
	reply = ask_ok(f, &model, "limit-seconds");
	assert_int_equal(reply.retry_after, 7000 * MILLISECOND);
	assert_int_equal(ask_ok(f, &model, "again").class, CALL_SERVER);
	assert_int_equal(ask_ok(f, &model, "again").class, CALL_OK);
}

static void time_outs_end_calls(void **state)
{
	struct fixture *f = *state;
	struct model model = model_make(f);
	model.timeout = 150 * MILLISECOND;
	static const char *const users[] = {"stall", "half-stall"};
	for (size_t i = 0; i < COUNT(users); i++) {
		int64_t start = clock_monotonic();
		struct reply reply = ask_ok(f, &model, users[i]);
		int64_t took = clock_monotonic() - start;
		assert_int_equal(reply.class, CALL_TIMEOUT);
		assert_true(took >= 140 * MILLISECOND && took < 3000 * MILLISECOND);
	}
	model.timeout = 5000 * MILLISECOND;
	struct reply reply = ask_ok(f, &model, "late");
	assert_text(reply.output, "late");
	assert_true(reply.latency >= 60 * MILLISECOND);
	assert_text(ask_ok(f, &model, "slow").output, "drop");
}

static void refusals_and_odd_bytes(void **state)
{
	struct fixture *f = *state;
	struct model model = model_make(f);
	struct reply reply = ask_ok(f, &model, "refuse");
	assert_int_equal(reply.class, CALL_OK);
	assert_text(reply.refusal, "I cannot");
	assert_null(reply.output.data);
	reply = ask_ok(f, &model, "bytes");
	assert_int_equal(reply.class, CALL_OK);
	assert_int_equal(reply.output.length, 9);
	assert_memory_equal(reply.output.data, "a\xEF\xBF\xBD\0b\xEF\xBF\xBD", 9);
}

static void connections_are_used_again(void **state)
{
	struct fixture *f = *state;
	struct model model = model_make(f);
	for (int i = 0; i < 50; i++) {
		assert_text(ask_ok(f, &model, "yes").output, "yes");
		arena_reset(f->arena);
	}
	assert_int_equal(server_number(f, "connections"), 2); /* the other one asks for the stats */
	/* A connection the server closed is found out and replaced. */
	assert_text(ask_ok(f, &model, "last").output, "bye");
	usleep(20000);
	assert_text(ask_ok(f, &model, "yes").output, "yes");
	assert_int_equal(server_number(f, "chats"), 52);
}

struct many {
	struct loop *loop;
	int left, ok;
};

static void many_take(void *data, struct reply *reply)
{
	struct many *many = data;
	many->ok += reply->class == CALL_OK;
	if (--many->left == 0)
		loop_stop(many->loop);
}

static void many_calls_are_in_flight(void **state)
{
	enum { CALLS = 300 };
	struct fixture *f = *state;
	struct model model = model_make(f);
	struct many many = {.loop = f->loop, .left = CALLS};
	JSON_OWNED *messages = messages_of("late");
	struct prompt prompt = {.messages = messages};
	struct request request = {0};
	enum call_class class;
	struct error error;
	assert_true(model_request(&model, &prompt, f->arena, &request, &error));
	for (int i = 0; i < CALLS; i++)
		assert_non_null(client_send(f->client, &model, &request, &prompt, f->arena, many_take, &many, &class, &error));
	assert_int_equal(client_in_flight(f->client), CALLS);
	loop_run(f->loop);
	assert_int_equal(many.ok, CALLS);
	assert_true(server_number(f, "max_in_flight") >= CALLS / 2);
}

static void cancelled_calls_are_silent(void **state)
{
	struct fixture *f = *state;
	struct model model = model_make(f);
	struct many many = {.loop = f->loop, .left = 100};
	JSON_OWNED *messages = messages_of("stall");
	struct prompt prompt = {.messages = messages};
	struct request request = {0};
	enum call_class class;
	struct error error;
	struct client_call *calls[3];
	assert_true(model_request(&model, &prompt, f->arena, &request, &error));
	for (int i = 0; i < 3; i++)
		calls[i] = client_send(f->client, &model, &request, &prompt, f->arena, many_take, &many, &class, &error);
	client_cancel(calls[0]); /* before anything was sent */
	for (int i = 0; i < 20; i++)
		loop_turn(f->loop, 5000);
	client_cancel(calls[2]);
	assert_int_equal(client_in_flight(f->client), 1);
	assert_int_equal(many.left, 100);
	assert_text(ask_ok(f, &model, "yes").output, "yes"); /* calls[1] goes with the client */
}

/* ---- what is sent --------------------------------------------------------------------------------------------------- */

static json_t *log_last(struct fixture *f)
{
	CLEANUP(buffer_release) struct buffer log = BUFFER_EMPTY;
	struct error error;
	struct text rest, line, last = {0};
	assert_true(file_read(f->server.log, 0, &log, &error));
	for (rest = buffer_text(&log); text_next_line(&rest, &line);)
		last = line;
	json_t *entry = json_parse(last, &error);
	assert_non_null(entry);
	return entry;
}

static void adapters_switch_the_prompt_cache_off(void **state)
{
	struct fixture *f = *state;
	struct model model = model_make(f);
	struct lora lora = {.id = 0, .scale = 1.0};
	JSON_OWNED *params = json_pack("{s:i,s:i}", "temperature", 0, "max_tokens", 96);
	model.params = params;
	ask_ok(f, &model, "yes");
	JSON_OWNED *plain = log_last(f);
	assert_null(json_at(plain, "body.lora"));
	assert_null(json_at(plain, "body.cache_prompt"));
	assert_int_equal(json_integer_value(json_at(plain, "body.max_tokens")), 96);
	assert_true(json_is_false(json_at(plain, "body.stream")));
	model.has_lora = true;
	ask_ok(f, &model, "yes");
	JSON_OWNED *off = log_last(f);
	assert_true(json_is_array(json_at(off, "body.lora")));
	assert_int_equal(json_array_size(json_at(off, "body.lora")), 0);
	assert_true(json_is_false(json_at(off, "body.cache_prompt")));
	model.lora = &lora;
	model.lora_count = 1;
	ask_ok(f, &model, "yes");
	JSON_OWNED *on = log_last(f);
	assert_int_equal(json_integer_value(json_at(on, "body.lora.0.id")), 0);
	assert_close(json_number_value(json_at(on, "body.lora.0.scale")), 1.0, 0);
	assert_true(json_is_false(json_at(on, "body.cache_prompt")));
}

static void keys_stand_in_the_header_alone(void **state)
{
	struct fixture *f = *state;
	struct model model = model_make(f);
	CLEANUP(buffer_release) struct buffer log = BUFFER_EMPTY;
	struct error error;
	JSON_OWNED *headers = json_pack("{s:s,s:{s:s}}", "X-Team", "red", "X-Gate", "secret", "LEVER_TEST_GATE");
	setenv("LEVER_TEST_KEY", "sk-secret-0123456789", 1);
	setenv("LEVER_TEST_GATE", "gate-secret-987654", 1);
	model.key_env = "LEVER_TEST_KEY";
	model.headers = headers;
	struct reply reply = ask_ok(f, &model, "leak");
	assert_text(reply.output, "your key is [redacted:LEVER_TEST_KEY]");
	JSON_OWNED *entry = log_last(f);
	const json_t *sent = json_object_get(entry, "headers");
	assert_string_equal(json_string_or(sent, "authorization", ""), "Bearer sk-secret-0123456789");
	assert_string_equal(json_string_or(sent, "x-gate", ""), "gate-secret-987654");
	assert_string_equal(json_string_or(sent, "x-team", ""), "red");
	assert_string_equal(json_string_or(sent, "user-agent", ""), "lever/" LEVER_VERSION);
	assert_null(json_object_get(sent, "expect"));
	assert_true(file_read(f->server.log, 0, &log, &error));
	char *first = strstr(buffer_string(&log), "sk-secret");
	assert_non_null(first);
	assert_null(strstr(first + 1, "sk-secret"));
	/* Without a key the next model's request has none, whichever handle it takes. */
	struct model open = model_make(f);
	ask_ok(f, &open, "yes");
	JSON_OWNED *bare = log_last(f);
	assert_null(json_at(bare, "headers.authorization"));
	assert_null(json_at(bare, "headers.x-gate"));
}

static void large_requests_are_sent_whole(void **state)
{
	struct fixture *f = *state;
	struct model model = model_make(f);
	size_t length = 3 << 20;
	char *text = memory_take(length + 1);
	memset(text, 'q', length);
	memcpy(text, "yes", 3);
	assert_text(ask_ok(f, &model, text).output, "yes");
	JSON_OWNED *entry = log_last(f);
	assert_int_equal(json_string_length(json_at(entry, "body.messages.1.content")), length);
	assert_null(json_at(entry, "headers.expect"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(an_answer_is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(failures_have_classes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(servers_say_when_to_come_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(time_outs_end_calls, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refusals_and_odd_bytes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(connections_are_used_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_calls_are_in_flight, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cancelled_calls_are_silent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(adapters_switch_the_prompt_cache_off, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keys_stand_in_the_header_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(large_requests_are_sent_whole, set_up, tear_down)};
	/* A proxy of the environment is not asked for a server on this machine. */
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("all_proxy", "http://127.0.0.1:1", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
