/* Calls that cannot be made, and what servers say about time. No server is needed. */
#include "eval/model/http_parts.h"
#include "tests/unit/server.h"
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>

#define MILLISECOND INT64_C(1000)

struct fixture {
	struct loop *loop;
	struct client *client;
	struct arena *arena;
};

static int set_up(void **state)
{
	struct fixture *f = memory_take(sizeof *f);
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
	free(f);
	return 0;
}

static struct model model_make(struct fixture *f)
{
	return (struct model){.name = "base",
		.api = api_find("openai"),
		.model = "mock",
		.timeout = 5000 * MILLISECOND,
		.connect_timeout = 2000 * MILLISECOND};
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

static void wrong_set_ups_are_refused(void **state)
{
	static const struct {
		const char *url, *key_env, *headers;
		enum call_class class;
		const char *says;
	} rows[] = {{"http://192.0.2.1/v1", "LEVER_TEST_KEY", NULL, CALL_AUTH, "plain http"},
		{"http://127.0.0.1.example.com/v1", "LEVER_TEST_KEY", NULL, CALL_AUTH, "plain http"},
		{"http://127.0.0.1:1/v1", "LEVER_TEST_UNSET", NULL, CALL_AUTH, "LEVER_TEST_UNSET"},
		{"http://127.0.0.1:1/v1", "LEVER_TEST_BROKEN", NULL, CALL_AUTH, "line break"},
		{"http://127.0.0.1:1/v1", NULL, "a\r\nX-Evil: 1", CALL_REQUEST, "line break"}};
	struct fixture *f = *state;
	setenv("LEVER_TEST_KEY", "sk-secret-0123456789", 1);
	setenv("LEVER_TEST_BROKEN", "sk-secret\r\nX-Evil: 1", 1);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct model model = model_make(f);
		struct reply reply;
		struct error error = {0};
		enum call_class class = CALL_OK;
		JSON_OWNED *headers = rows[i].headers ? json_pack("{s:s}", "X-Team", rows[i].headers) : NULL;
		model.base_url = rows[i].url;
		model.key_env = rows[i].key_env;
		model.headers = headers;
		assert_false(ask(f->loop, f->client, &model, f->arena, "yes", &reply, &class, &error));
		assert_int_equal(class, rows[i].class);
		assert_contains(error.message, rows[i].says);
		assert_null(strstr(error.message, "sk-secret"));
		/* The client remembers models by address: this one ends here. */
		client_free(f->client);
		f->client = client_create(f->loop);
	}
}

static void nobody_listens(void **state)
{
	struct fixture *f = *state;
	struct model model = model_make(f);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM, 0); /* bound, not listening: its port refuses */
	assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	model.base_url = arena_format(f->arena, "http://127.0.0.1:%d/v1", ntohs(address.sin_port));
	struct reply reply = ask_ok(f, &model, "yes");
	assert_int_equal(reply.class, CALL_NETWORK);
	assert_int_equal(reply.status, 0);
	model.base_url = "http://nowhere.invalid/v1";
	struct model other = model;
	assert_int_equal(ask_ok(f, &other, "yes").class, CALL_NETWORK);
	close(fd);
}

static void retry_after_forms(void **state)
{
	char date[64];
	time_t ahead = time(NULL) + 30;
	struct tm parts;
	gmtime_r(&ahead, &parts);
	strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &parts);
	int64_t wait = retry_after_read(date);
	assert_true(wait > 25000 * MILLISECOND && wait <= 30000 * MILLISECOND);
	assert_int_equal(retry_after_read("1.5"), 1500 * MILLISECOND);
	static const char *const nothing[] = {"", "0", "-3", "nan", "inf", "soon", "Wed, 21 Oct 2015 07:28:00 GMT", "12 monkeys"};
	for (size_t i = 0; i < COUNT(nothing); i++)
		assert_int_equal(retry_after_read(nothing[i]), 0);
	assert_true(retry_after_read("1e300") > 0);
}

static struct http_headers headers_of(const char *lines)
{
	struct http_headers headers = {0};
	struct text rest = text_of(lines), line;
	while (text_next_line(&rest, &line))
		http_header_read(&headers, line.data, line.length);
	return headers;
}

static void limits_of_a_server(void **state)
{
	static const struct {
		const char *lines;
		int64_t pause; /* milliseconds */
	} rows[] = {
		{"HTTP/1.1 200 OK\nx-ratelimit-remaining-requests: 0\nx-ratelimit-reset-requests: 1s\nx-ratelimit-remaining-tokens: "
		 "9000\nx-ratelimit-reset-tokens: 8s\n",
			1000},
		{"x-ratelimit-remaining-requests: 3\nx-ratelimit-reset-requests: 6m0s\n", 0},
		{"X-RateLimit-Reset: 2\nX-RateLimit-Remaining: 0\n", 2000},
		{"x-ratelimit-remaining-requests: 0\nx-ratelimit-remaining-tokens: 0\nx-ratelimit-reset-requests: 1s\n"
		 "x-ratelimit-reset-tokens: 1m3s\n",
			63000},
		{"anthropic-ratelimit-requests-remaining: 0\nanthropic-ratelimit-requests-reset: 2026-08-21T12:40:59Z\n"
		 "anthropic-ratelimit-tokens-remaining: 7\nanthropic-ratelimit-tokens-reset: 2026-08-21T13:40:59Z\n"
		 "Date: Fri, 21 Aug 2026 12:40:50 GMT\n",
			9000},
		{"X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1787316060\nDate: Fri, 21 Aug 2026 12:40:50 GMT\n", 10000},
		{"X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1787316060500\nDate: Fri, 21 Aug 2026 12:40:50 GMT\n", 10500},
		{"X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1787316040\nDate: Fri, 21 Aug 2026 12:40:50 GMT\n", 0},
		{"x-ratelimit-remaining-requests: -1\nx-ratelimit-reset-requests: 5s\n", 0}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct http_headers headers = headers_of(rows[i].lines);
		if (http_pause(&headers, 1) != rows[i].pause * MILLISECOND)
			fail_msg("%s: %lld", rows[i].lines, (long long)http_pause(&headers, 1));
	}
}

static void a_moment_is_taken_by_the_servers_clock(void **state)
{
	struct http_headers headers =
		headers_of("Retry-After: Fri, 21 Aug 2026 12:41:00 GMT\nDate: Fri, 21 Aug 2026 12:40:50 GMT\nx-should-retry: false\n");
	assert_int_equal(http_retry_after(&headers), 10000 * MILLISECOND);
	assert_int_equal(headers.retry, -1);
	headers = headers_of("x-should-retry: true\nRetry-After: 2\nDate: Fri, 21 Aug 2026 12:40:50 GMT\n");
	assert_int_equal(headers.retry, 1);
	assert_int_equal(http_retry_after(&headers), 2000 * MILLISECOND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(wrong_set_ups_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nobody_listens, set_up, tear_down), cmocka_unit_test(retry_after_forms),
		cmocka_unit_test(limits_of_a_server), cmocka_unit_test(a_moment_is_taken_by_the_servers_clock)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
