/* Answers that no server should give, byte by byte. */
#include "tests/unit/server.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

struct bytes_server {
	int fd;
	struct text answer;
};

static void *bytes_serve(void *data)
{
	const struct bytes_server *server = data;
	int fd = accept(server->fd, NULL, NULL);
	char request[4096];
	if (fd >= 0 && read(fd, request, sizeof request) > 0)
		(void)!write(fd, server->answer.data, server->answer.length);
	shutdown(fd, SHUT_WR);
	while (fd >= 0 && read(fd, request, sizeof request) > 0)
		continue;
	close(fd);
	return NULL;
}

static struct reply ask_bytes(struct arena *arena, struct text answer)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t length = sizeof address;
	struct bytes_server server = {.fd = socket(AF_INET, SOCK_STREAM, 0), .answer = answer};
	pthread_t thread;
	assert_int_equal(bind(server.fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(server.fd, 1), 0);
	assert_int_equal(getsockname(server.fd, (struct sockaddr *)&address, &length), 0);
	assert_int_equal(pthread_create(&thread, NULL, bytes_serve, &server), 0);
	struct model model = {.name = "base",
		.api = api_find("openai"),
		.base_url = arena_format(arena, "http://127.0.0.1:%d/v1", ntohs(address.sin_port)),
		.model = "m",
		.timeout = 5000000};
	struct loop *loop = loop_create();
	struct client *client = client_create(loop);
	struct reply reply;
	struct error error = {0};
	enum call_class class = CALL_OK;
	assert_true(ask(loop, client, &model, arena, "bytes", &reply, &class, &error));
	client_free(client);
	loop_free(loop);
	pthread_join(thread, NULL);
	close(server.fd);
	return reply;
}

static void answers_that_no_server_should_give(void **state)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	buffer_add_string(&out, "HTTP/1.1 200 OK\r\nX-Large: ");
	for (int i = 0; i < 130000; i++)
		buffer_add_byte(&out, 'x');
	buffer_add_string(&out, "\r\nContent-Length: 2\r\n\r\n{}");
	struct reply reply = ask_bytes(arena, buffer_text(&out));
	assert_int_equal(reply.class, CALL_TOO_LARGE);
	assert_contains(reply.message, "a header of the answer is too large");
	reply = ask_bytes(arena, TEXT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"));
	assert_int_equal(reply.class, CALL_TRUNCATED);
	reply = ask_bytes(arena, TEXT(""));
	assert_int_equal(reply.class, CALL_NETWORK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(answers_that_no_server_should_give)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
