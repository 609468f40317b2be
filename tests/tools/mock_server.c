/* A model server for tests and benchmarks: HTTP/1.1 with keep-alive on 127.0.0.1, one thread and one epoll for each worker, with
 * scripted answers and faults (the language: mock_script.h).
 *
 *   mock_server [--port N] [--seconds N] [--delay MS] [--script FILE] [--log FILE] [--workers N] [--batch-polls N]
 *
 * Prints its port when it is ready; ends after --seconds (300), or when its stdin, if that is a pipe or a terminal, ends.
 * Speaks POST …/chat/completions, the batch APIs (mock_batch.h), GET /health, /v1/models, /lora-adapters, /stats. --log appends one JSON line for each request:
 * {"n","in_flight","method","path","headers":{lower-case name: value},"body"}. Not for networks: no TLS, no auth. */
#include "eval/base/clock.h"
#include "tests/tools/mock_batch.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD_LIMIT ((size_t)256 << 10)
#define BODY_LIMIT ((size_t)256 << 20)
#define KEEP ((size_t)64 << 10)

static struct {
	long port, seconds, delay, workers;
	const char *script, *log;
} options = {.seconds = 300, .workers = 1};
static int epoll_fd, log_fd = -1;
static struct connection *first_due, *last_due;

/* ---- time ----------------------------------------------------------------------------------------------------------- */

static void due_remove(struct connection *c)
{
	if (!c->waiting)
		return;
	*(c->before ? &c->before->after : &first_due) = c->after;
	*(c->after ? &c->after->before : &last_due) = c->before;
	c->waiting = false;
}

/* Delays are mostly equal: the place is found from the end. */
static void due_add(struct connection *c, long milliseconds)
{
	c->due = clock_monotonic() + milliseconds * 1000;
	c->before = last_due;
	while (c->before && c->before->due > c->due)
		c->before = c->before->before;
	c->after = c->before ? c->before->after : first_due;
	*(c->before ? &c->before->after : &first_due) = c;
	*(c->after ? &c->after->before : &last_due) = c;
	c->waiting = true;
}

/* ---- connections ---------------------------------------------------------------------------------------------------- */

static struct connection *newest_open;

static void connection_close(struct connection *c, bool reset)
{
	struct linger hard = {.l_onoff = 1};
	if (reset)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
	if (c->busy)
		atomic_fetch_sub(&stats->in_flight, 1);
	atomic_fetch_sub(&stats->open, 1);
	due_remove(c);
	*(c->newer ? &c->newer->older : &newest_open) = c->older;
	if (c->older)
		c->older->newer = c->newer;
	close(c->fd);
	buffer_release(&c->in);
	buffer_release(&c->out);
	free(c);
}

static void connection_accept(int listener)
{
	int fd, one = 1;
	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct connection *c = memory_take(sizeof *c);
		struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
		c->fd = fd;
		c->older = newest_open;
		if (newest_open)
			newest_open->newer = c;
		newest_open = c;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
		atomic_fetch_add(&stats->connections, 1);
		atomic_fetch_add(&stats->open, 1);
	}
}

static void connection_watch(struct connection *c, bool writing)
{
	struct epoll_event event = {.events = EPOLLIN | (writing ? EPOLLOUT : 0u), .data.ptr = c};
	if (c->writing != writing)
		epoll_ctl(epoll_fd, EPOLL_CTL_MOD, c->fd, &event);
	c->writing = writing;
}

/* ---- requests ------------------------------------------------------------------------------------------------------- */

static void log_headers(struct text headers, struct buffer *line)
{
	struct text row;
	for (bool more = false; text_next_line(&headers, &row);) {
		const char *colon = memchr(row.data, ':', row.length);
		if (!colon)
			continue;
		char name[128];
		size_t length = (size_t)(colon - row.data) < sizeof name ? (size_t)(colon - row.data) : sizeof name;
		for (size_t i = 0; i < length; i++)
			name[i] = row.data[i] >= 'A' && row.data[i] <= 'Z' ? (char)(row.data[i] + 32) : row.data[i];
		buffer_add_string(line, more ? "," : "");
		json_write_string(text_make(name, length), line);
		buffer_add_byte(line, ':');
		json_write_string(text_trim(text_make(colon + 1, row.length - (size_t)(colon + 1 - row.data))), line);
		more = true;
	}
}

static void log_write(const struct request *request, long number)
{
	CLEANUP(buffer_release) struct buffer line = BUFFER_EMPTY;
	if (log_fd < 0)
		return;
	buffer_format(&line, "{\"n\":%ld,\"in_flight\":%ld,\"method\":", number, atomic_load(&stats->in_flight));
	json_write_string(request->method, &line);
	buffer_add_string(&line, ",\"path\":");
	json_write_string(request->path, &line);
	buffer_add_string(&line, ",\"headers\":{");
	log_headers(request->headers, &line);
	buffer_add_string(&line, "},\"body\":");
	if (span_is_object(request->body) && !memchr(request->body.data, '\n', request->body.length))
		buffer_add_text(&line, request->body);
	else
		json_write_string(request->body, &line);
	buffer_add_string(&line, "}\n");
	if (write(log_fd, line.data, line.length) != (ssize_t)line.length)
		fprintf(stderr, "mock_server: the log cannot be written\n");
}

static void flight_begin(struct connection *c)
{
	long now = atomic_fetch_add(&stats->in_flight, 1) + 1, most = atomic_load(&stats->max_in_flight);
	while (now > most && !atomic_compare_exchange_weak(&stats->max_in_flight, &most, now))
		continue;
	c->busy = true;
}

static void request_serve(struct connection *c, const struct request *request)
{
	bool is_chat = text_equal(request->method, TEXT("POST")) && request->path.length >= 17 &&
		       memcmp(request->path.data + request->path.length - 17, "/chat/completions", 17) == 0;
	long number = atomic_fetch_add(&stats->requests, 1) + 1;
	long chat = is_chat ? atomic_fetch_add(&stats->chats, 1) + 1 : 0;
	struct text content = is_chat ? user_content(request->body) : text_make(NULL, 0);
	struct rule *rule = rule_find(request, content, is_chat, chat);
	flight_begin(c);
	log_write(request, number);
	if (!is_chat && is_batch_path(request) && (!rule || rule->fault != FAULT_NONE))
		batch_path_answer(c, request);
	else if (is_chat || rule)
		chat_answer(c, rule, request, content);
	else
		plain_answer(c, request);
	long delay = rule && rule->delay ? rule->delay : is_chat ? options.delay : 0;
	c->fault = rule ? rule->fault : FAULT_NONE;
	c->drip = rule ? rule->drip : 0;
	c->sent = 0;
	if (c->fault == FAULT_RESET_MID || c->fault == FAULT_CLOSE || c->fault == FAULT_STALL_MID)
		c->out.length -= c->out.length / 8 + 1;
	if (delay)
		due_add(c, delay);
}

static struct text header_find(struct text headers, const char *name)
{
	struct text row;
	size_t length = strlen(name);
	while (text_next_line(&headers, &row))
		if (row.length > length && row.data[length] == ':' && strncasecmp(row.data, name, length) == 0)
			return text_trim(text_make(row.data + length + 1, row.length - length - 1));
	return text_make(NULL, 0);
}

/* Bytes of the first whole request of the connection: 0 when it is not all there, -1 when it is none. */
static long request_read(struct connection *c, struct request *ret)
{
	char *data = c->in.data;
	char *end = c->in.length ? memmem(data, c->in.length, "\r\n\r\n", 4) : NULL;
	if (!end)
		return c->in.length > HEAD_LIMIT ? -1 : 0;
	size_t head = (size_t)(end - data) + 4, first = (size_t)((char *)memchr(data, '\r', head) - data);
	char *space = memchr(data, ' ', first), *second = space ? memchr(space + 1, ' ', first - (size_t)(space + 1 - data)) : NULL;
	if (!second)
		return -1;
	ret->method = text_make(data, (size_t)(space - data));
	ret->path = text_make(space + 1, (size_t)(second - space - 1));
	ret->headers = text_make(data + first + 2, head - first - 4);
	struct text length = header_find(ret->headers, "content-length");
	unsigned long body = length.data ? strtoul(length.data, NULL, 10) : 0;
	if (body > BODY_LIMIT)
		return -1;
	ret->body = text_make(data + head, body);
	return c->in.length < head + body ? 0 : (long)(head + body);
}

/* ---- sending -------------------------------------------------------------------------------------------------------- */

/* False when the connection is gone. */
static bool answer_end(struct connection *c)
{
	if (c->fault == FAULT_STALL_MID)
		return true;
	if (c->fault != FAULT_NONE || c->last) {
		connection_close(c, c->fault == FAULT_RESET_MID);
		return false;
	}
	c->busy = false;
	atomic_fetch_sub(&stats->in_flight, 1);
	if (c->out.capacity > KEEP)
		buffer_release(&c->out);
	buffer_clear(&c->out);
	return true;
}

static bool answer_send(struct connection *c)
{
	if (c->fault == FAULT_STALL)
		return true;
	if (c->fault == FAULT_RESET) {
		connection_close(c, true);
		return false;
	}
	while (c->sent < c->out.length) {
		size_t left = c->drip ? 1 : c->out.length - c->sent;
		ssize_t put = send(c->fd, c->out.data + c->sent, left, MSG_NOSIGNAL);
		if (put < 0 && errno == EAGAIN) {
			connection_watch(c, true);
			return true;
		}
		if (put < 0) {
			connection_close(c, false);
			return false;
		}
		c->sent += (size_t)put;
		if (c->drip && c->sent < c->out.length) {
			due_add(c, c->drip);
			return true;
		}
	}
	connection_watch(c, false);
	return answer_end(c);
}

static bool requests_serve(struct connection *c)
{
	struct request request;
	while (!c->busy && c->in.length) {
		long length = request_read(c, &request);
		if (length == 0)
			return true;
		if (length < 0) {
			connection_close(c, false);
			return false;
		}
		request_serve(c, &request);
		buffer_remove_front(&c->in, (size_t)length);
		if (!c->waiting && !answer_send(c))
			return false;
	}
	return true;
}

static void connection_ready(struct connection *c, uint32_t events)
{
	if (events & EPOLLOUT && c->busy && !c->waiting && (!answer_send(c) || !requests_serve(c)))
		return;
	if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		return;
	char *room = buffer_reserve(&c->in, KEEP);
	ssize_t got = room ? recv(c->fd, room, KEEP, 0) : 0;
	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0) {
		connection_close(c, false);
		return;
	}
	c->in.length += (size_t)got;
	requests_serve(c);
}

static void due_serve(void)
{
	int64_t now = clock_monotonic();
	while (first_due && first_due->due <= now) {
		struct connection *c = first_due;
		due_remove(c);
		if (answer_send(c))
			requests_serve(c);
	}
}

/* ---- the whole ------------------------------------------------------------------------------------------------------ */

static int listen_at(long port)
{
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 4096) != 0) {
		perror("mock_server");
		exit(1);
	}
	return fd;
}

static long port_of(int fd)
{
	struct sockaddr_in address;
	socklen_t length = sizeof address;
	getsockname(fd, (struct sockaddr *)&address, &length);
	return ntohs(address.sin_port);
}

static bool stdin_ended(void)
{
	char sink[256];
	ssize_t got = read(0, sink, sizeof sink);
	return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

static int wait_milliseconds(int64_t until)
{
	int64_t next = first_due && first_due->due < until ? first_due->due : until;
	int64_t left = next - clock_monotonic();
	return left <= 0 ? 0 : (int)((left + 999) / 1000);
}

static void serve(int listener, bool first)
{
	struct epoll_event events[256], event = {.events = EPOLLIN, .data.ptr = NULL};
	int64_t until = clock_monotonic() + options.seconds * 1000000;
	static int input;
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &event);
	event.data.ptr = &input;
	if (first) /* fails for files and /dev/null, which are at their end at once */
		epoll_ctl(epoll_fd, EPOLL_CTL_ADD, 0, &event);
	while (clock_monotonic() < until) {
		int count = epoll_wait(epoll_fd, events, 256, wait_milliseconds(until));
		for (int i = 0; i < count; i++) {
			if (!events[i].data.ptr)
				connection_accept(listener);
			else if (events[i].data.ptr != &input)
				connection_ready(events[i].data.ptr, events[i].events);
			else if (stdin_ended())
				return;
		}
		due_serve();
	}
}

static void options_read(int argc, char **argv)
{
	struct {
		const char *name;
		long *number;
		const char **string;
	} known[] = {{"--port", &options.port, NULL}, {"--seconds", &options.seconds, NULL}, {"--delay", &options.delay, NULL},
		{"--workers", &options.workers, NULL}, {"--batch-polls", &batch_polls, NULL}, {"--script", NULL, &options.script}, {"--log", NULL, &options.log}};
	for (int i = 1; i < argc; i += 2) {
		size_t k = 0;
		while (k < COUNT(known) && strcmp(argv[i], known[k].name) != 0)
			k++;
		if (k == COUNT(known) || i + 1 == argc) {
			fprintf(stderr, "mock_server: unknown option or no value: %s\n", argv[i]);
			exit(2);
		}
		if (known[k].number)
			*known[k].number = strtol(argv[i + 1], NULL, 10);
		else
			*known[k].string = argv[i + 1];
	}
}

int main(int argc, char **argv)
{
	options_read(argc, argv);
	if (options.script && !script_read(&script, options.script))
		return 2;
	if (options.log && (log_fd = open(options.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) < 0) {
		perror(options.log);
		return 2;
	}
	stats = mmap(NULL, sizeof *stats, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stats == MAP_FAILED)
		return 1;
	int listener = listen_at(options.port);
	pid_t parent = getpid();
	bool first = true;
	for (long i = 1; i < options.workers && first; i++) {
		int own = listen_at(port_of(listener));
		first = fork() != 0;
		if (first) {
			close(own);
			continue;
		}
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			return 0;
		close(listener);
		listener = own;
	}
	if (first) {
		printf("%ld\n", port_of(listener));
		fflush(stdout);
	}
	serve(listener, first);
	while (newest_open)
		connection_close(newest_open, false);
	return 0;
}
