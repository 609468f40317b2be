#include "eval/model/http.h"
#include "eval/base/clock.h"
#include "eval/model/http_parts.h"
#include "eval/model/stream.h"
#include <curl/curl.h>
#include <signal.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#define CONNECTIONS 1024L
#define HEADER_LIMIT ((size_t)256 * 1024)
#define KEEP_BODY ((size_t)64 * 1024) /* larger buffers are given back after each answer */

struct http_call {
	struct http *http;
	CURL *easy;
	struct Curl_URL *address; /* of the settings, taken apart once: libcurl would do so for every request */
	struct curl_slist *headers;	   /* as set, kept for the next request with the same lines */
	struct http_request settings;	   /* in force; the url is a copy */
	struct http_call *previous, *next; /* in `live` or (next only) in `idle` */
	struct arena *arena;
	http_function *function;
	void *data;
	int begun; /* times that the request went out */
	struct buffer body;
	bool too_large;
	int64_t started, first_byte, last_byte;
	struct http_headers answered;
	char reason[CURL_ERROR_SIZE];
};

/* A descriptor libcurl works with. Idle connections keep their watch, so that the next request costs no system call. */
struct http_socket {
	struct loop_watch *watch;
	unsigned events; /* 0: idle */
	bool connection; /* closed through socket_close only: may keep its watch while idle */
};

struct http {
	struct loop *loop;
	CURLM *multi;
	struct loop_timer *timer;
	struct http_socket *sockets; /* by descriptor */
	size_t socket_room;
	struct http_call *live, *idle;
};

/* ---- what comes in -------------------------------------------------------------------------------------------------- */

static size_t body_take(char *data, size_t size, size_t count, void *pointer)
{
	struct http_call *call = pointer;
	size_t length = size * count;
	call->last_byte = clock_monotonic();
	if (length > call->settings.max_response - call->body.length || !buffer_add(&call->body, data, length)) {
		call->too_large = true;
		return CURL_WRITEFUNC_ERROR;
	}
	if (!call->first_byte && (!call->settings.tokens || stream_token_came(call->settings.tokens, buffer_text(&call->body), length)))
		call->first_byte = call->last_byte;
	return length;
}

/* Where a connection that was used before breaks, libcurl would send the request again by itself: it may be paid for twice, and is seen
 * by nobody. So a second beginning ends the call, which is stored and tried again by us. */
static int request_begins(void *pointer, char *server, char *own, int server_port, int own_port)
{
	struct http_call *call = pointer;
	return call->begun++ ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static size_t header_take(char *line, size_t size, size_t count, void *pointer)
{
	struct http_call *call = pointer;
	size_t length = size * count;
	call->answered.bytes += length;
	if (call->answered.bytes > HEADER_LIMIT) {
		call->too_large = true;
		return CURL_WRITEFUNC_ERROR;
	}
	http_header_read(&call->answered, line, length);
	return length;
}

/* ---- handles: kept warm, set up again only for another address ------------------------------------------------------ */

static int socket_close(void *pointer, curl_socket_t fd)
{
	struct http *http = pointer;
	if ((size_t)fd < http->socket_room) {
		loop_unwatch(http->sockets[fd].watch);
		http->sockets[fd] = (struct http_socket){0};
	}
	return close(fd);
}

static struct http_socket *socket_entry(struct http *http, int fd)
{
	size_t room = http->socket_room;
	if ((size_t)fd >= room) {
		http->socket_room = (size_t)fd * 2 + 64;
		http->sockets = memory_grow(http->sockets, http->socket_room, sizeof *http->sockets);
		memset(http->sockets + room, 0, (http->socket_room - room) * sizeof *http->sockets);
	}
	return &http->sockets[fd];
}

static int socket_opened(void *pointer, curl_socket_t fd, curlsocktype purpose)
{
	struct http_socket *socket = socket_entry(pointer, fd);
	loop_unwatch(socket->watch);
	*socket = (struct http_socket){.connection = true};
	return CURL_SOCKOPT_OK;
}

/* No signals, no redirects, no .netrc, certificates verified; the rest keeps connections alive. */
static const struct {
	CURLoption option;
	long value;
} fixed_options[] = {{CURLOPT_NOSIGNAL, 1}, {CURLOPT_FOLLOWLOCATION, 0}, {CURLOPT_NETRC, CURL_NETRC_IGNORED},
	{CURLOPT_SSL_VERIFYPEER, 1}, {CURLOPT_SSL_VERIFYHOST, 2}, {CURLOPT_HTTP09_ALLOWED, 0},
	{CURLOPT_SUPPRESS_CONNECT_HEADERS, 1}, {CURLOPT_MAXLIFETIME_CONN, 3600}, {CURLOPT_TCP_KEEPALIVE, 1}};

static void handle_options(struct http_call *call, const struct http_request *request)
{
	CURL *easy = call->easy;
	bool secure = strncasecmp(request->url, "https", 5) == 0;
	for (size_t i = 0; i < COUNT(fixed_options); i++)
		curl_easy_setopt(easy, fixed_options[i].option, fixed_options[i].value);
	http_address_set(easy, &call->address, request->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)(secure ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, secure ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "lever/" LEVER_VERSION);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)((request->timeout + 999) / 1000));
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)((request->connect_timeout + 999) / 1000));
	curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)request->max_response);
	bool plain = strcmp(request->method, "GET") == 0 || strcmp(request->method, "POST") == 0;
	curl_easy_setopt(easy, http_has_body(request) ? CURLOPT_POST : CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, plain ? NULL : request->method);
	authorities_set(easy);
	if (request->loopback)
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
}

static void handle_callbacks(struct http_call *call)
{
	curl_easy_setopt(call->easy, CURLOPT_WRITEFUNCTION, body_take);
	curl_easy_setopt(call->easy, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(call->easy, CURLOPT_PREREQFUNCTION, request_begins);
	curl_easy_setopt(call->easy, CURLOPT_PREREQDATA, call);
	curl_easy_setopt(call->easy, CURLOPT_HEADERFUNCTION, header_take);
	curl_easy_setopt(call->easy, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(call->easy, CURLOPT_SOCKOPTFUNCTION, socket_opened);
	curl_easy_setopt(call->easy, CURLOPT_SOCKOPTDATA, call->http);
	curl_easy_setopt(call->easy, CURLOPT_CLOSESOCKETFUNCTION, socket_close);
	curl_easy_setopt(call->easy, CURLOPT_CLOSESOCKETDATA, call->http);
	curl_easy_setopt(call->easy, CURLOPT_ERRORBUFFER, call->reason);
	curl_easy_setopt(call->easy, CURLOPT_PRIVATE, call);
}

static void headers_drop(struct http_call *call)
{
	curl_slist_free_all(call->headers);
	call->headers = NULL;
}

static void handle_configure(struct http_call *call, const struct http_request *request)
{
	if (http_settings_equal(&call->settings, request))
		return;
	headers_drop(call);
	free((char *)call->settings.url);
	call->settings = *request;
	call->settings.url = string_copy(request->url);
	call->body.limit = request->max_response;
	curl_easy_reset(call->easy);
	handle_options(call, request);
	handle_callbacks(call);
}

static const struct curl_slist *lines_match(const struct curl_slist *have, const char *const *lines, bool *same)
{
	for (; *same && lines && *lines; lines++) {
		*same = have && strcmp(have->data, *lines) == 0;
		have = have ? have->next : NULL;
	}
	return have;
}

static void headers_set(struct http_call *call, const struct http_request *request)
{
	static const char *const always[] = {"Expect:", NULL};
	bool same = call->headers != NULL;
	const struct curl_slist *rest = lines_match(call->headers, always, &same);
	rest = lines_match(rest, request->headers, &same);
	rest = lines_match(rest, request->secrets, &same);
	if (same && !rest)
		return;
	headers_drop(call);
	call->headers = http_lines_add(http_lines_add(http_lines_add(NULL, always), request->headers), request->secrets);
	curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers);
}

static struct http_call *call_take(struct http *http)
{
	struct http_call *call = http->idle;
	if (call) {
		http->idle = call->next;
	} else {
		call = memory_take(sizeof *call);
		call->http = http;
		call->easy = curl_easy_init();
		if (!call->easy)
			BUG("curl_easy_init failed");
	}
	call->previous = NULL;
	call->next = http->live;
	if (call->next)
		call->next->previous = call;
	http->live = call;
	return call;
}

static void call_release(struct http_call *call)
{
	struct http *http = call->http;
	curl_multi_remove_handle(http->multi, call->easy);
	if (call->body.capacity > KEEP_BODY)
		buffer_release(&call->body);
	buffer_clear(&call->body);
	*(call->previous ? &call->previous->next : &http->live) = call->next;
	if (call->next)
		call->next->previous = call->previous;
	call->next = http->idle;
	http->idle = call;
}

/* ---- the end of a transfer ------------------------------------------------------------------------------------------ */

static const char *failure_text(const struct http_call *call, enum call_class class, CURLcode code)
{
	if (class == CALL_TOO_LARGE && call->answered.bytes > HEADER_LIMIT)
		return arena_format(call->arena, "the headers of the answer are larger than %zu bytes", (size_t)HEADER_LIMIT);
	if (http_header_too_large((int)code))
		return "a header of the answer is too large";
	if (class == CALL_TOO_LARGE)
		return arena_format(call->arena, "the answer is larger than %zu bytes", call->settings.max_response);
	const char *reason = code == CURLE_ABORTED_BY_CALLBACK ? "the connection broke before an answer came"
			     : call->reason[0]			? call->reason
								: curl_easy_strerror(code);
	return string_redacted(call->arena, arena_string(call->arena, reason));
}

static const char *redirect_text(const struct http_call *call)
{
	char *target = NULL;
	curl_easy_getinfo(call->easy, CURLINFO_REDIRECT_URL, &target);
	const char *origin = url_origin(call->arena, string_redacted(call->arena, target)); /* a host's letters become small there */
	return arena_format(call->arena, "redirected to %s: redirects are not followed", origin ? origin : "another address");
}

static void answer_fill(const struct http_call *call, CURLcode code, struct http_answer *answer)
{
	long status = 0;
	int64_t now = call->last_byte ? call->last_byte : clock_monotonic();
	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	*answer = (struct http_answer){.class = http_class_of(code, call->too_large, status >= 200),
		.status = (int)status,
		.sent = call->begun > 0,
		.latency = now - call->started,
		.first_byte = call->first_byte ? call->first_byte - call->started : UNKNOWN,
		.retry_after = http_retry_after(&call->answered),
		.date = call->answered.date,
		.pause = http_pause(&call->answered, clock_wall()),
		.retry = call->answered.retry};
	if (call->answered.server_request[0])
		answer->server_request = arena_string(call->arena, call->answered.server_request);
	if (answer->class != CALL_TOO_LARGE)
		answer->body = text_copy(call->arena, buffer_text(&call->body));
	if (answer->class != CALL_OK) {
		answer->message = failure_text(call, answer->class, code);
	} else if (status >= 300 && status < 400) {
		answer->class = CALL_REDIRECT;
		answer->message = redirect_text(call);
	}
}

static void transfers_finish(struct http *http)
{
	CURLMsg *message;
	int left;
	while ((message = curl_multi_info_read(http->multi, &left))) {
		struct http_answer answer;
		struct http_call *call;
		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&call);
		answer_fill(call, message->data.result, &answer);
		http_function *function = call->function;
		void *data = call->data;
		call_release(call);
		function(data, &answer);
	}
}

/* ---- the loop ------------------------------------------------------------------------------------------------------- */

static void timer_due(void *pointer)
{
	struct http *http = pointer;
	int running;
	http->timer = NULL;
	curl_multi_socket_action(http->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	transfers_finish(http);
}

static int timer_set(CURLM *multi, long milliseconds, void *pointer)
{
	struct http *http = pointer;
	loop_cancel(http->timer);
	http->timer = milliseconds < 0 ? NULL : loop_after(http->loop, (int64_t)milliseconds * 1000, timer_due, http);
	return 0;
}

static void socket_ready(void *pointer, int fd, unsigned events)
{
	struct http *http = pointer;
	int running, action = 0;
	if (!http->sockets[fd].events) { /* an idle connection was closed: libcurl finds out when it takes it again */
		loop_unwatch(http->sockets[fd].watch);
		http->sockets[fd].watch = NULL;
		return;
	}
	if (events & LOOP_READ)
		action |= CURL_CSELECT_IN;
	if (events & LOOP_WRITE)
		action |= CURL_CSELECT_OUT;
	if (events & LOOP_HANGUP)
		action |= CURL_CSELECT_ERR;
	curl_multi_socket_action(http->multi, fd, action, &running);
	transfers_finish(http);
}

static int socket_set(CURL *easy, curl_socket_t fd, int what, void *pointer, void *unused)
{
	struct http *http = pointer;
	struct http_socket *socket = socket_entry(http, fd);
	unsigned events = (what & CURL_POLL_IN ? LOOP_READ : 0u) | (what & CURL_POLL_OUT ? LOOP_WRITE : 0u);
	if (what == CURL_POLL_REMOVE) {
		/* Only a watch for reading may stay: a socket can nearly always be written. */
		if (!socket->connection || socket->events != LOOP_READ) {
			loop_unwatch(socket->watch);
			socket->watch = NULL;
		}
		socket->events = 0;
		return 0;
	}
	if (!socket->watch)
		socket->watch = loop_watch(http->loop, fd, events, socket_ready, http);
	else if (events != (socket->events ? socket->events : LOOP_READ))
		loop_watch_change(socket->watch, events);
	socket->events = events;
	return 0;
}

/* ---- the whole ------------------------------------------------------------------------------------------------------ */

struct http *http_create(struct loop *loop)
{
	struct http *http = memory_take(sizeof *http);
	signal(SIGPIPE, SIG_IGN);
	unsetenv("SSLKEYLOGFILE"); /* libcurl would write there what opens the connections */
	descriptors_raise();
	http->loop = loop;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0 || !(http->multi = curl_multi_init()))
		BUG("libcurl cannot be started");
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, socket_set);
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, timer_set);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, CONNECTIONS);
	return http;
}

void http_free(struct http *http)
{
	if (!http)
		return;
	while (http->live)
		call_release(http->live);
	while (http->idle) {
		struct http_call *call = http->idle;
		http->idle = call->next;
		curl_easy_cleanup(call->easy);
		curl_url_cleanup(call->address);
		headers_drop(call);
		buffer_release(&call->body);
		free((char *)call->settings.url);
		free(call);
	}
	curl_multi_cleanup(http->multi);
	loop_cancel(http->timer);
	for (size_t fd = 0; fd < http->socket_room; fd++)
		loop_unwatch(http->sockets[fd].watch);
	free(http->sockets);
	free(http);
	curl_global_cleanup();
}

struct http_call *http_send(struct http *http, const struct http_request *request, struct arena *arena, http_function *function,
	void *data, struct error *error)
{
	if (!http_lines_check(request->headers, error) || !http_lines_check(request->secrets, error))
		return NULL;
	struct http_call *call = call_take(http);
	handle_configure(call, request);
	headers_set(call, request);
	if (http_has_body(request)) {
		curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, request->body.data ? request->body.data : "");
		curl_easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length);
	}
	call->arena = arena;
	call->function = function;
	call->data = data;
	call->first_byte = call->last_byte = call->too_large = 0;
	call->begun = 0;
	call->answered = (struct http_headers){0};
	call->reason[0] = '\0';
	call->started = clock_monotonic();
	CURLMcode code = curl_multi_add_handle(http->multi, call->easy);
	if (code != CURLM_OK) {
		call_release(call);
		error_set(error, ERROR_CONFIG, "%s", curl_multi_strerror(code));
		return NULL;
	}
	return call;
}

void http_cancel(struct http_call *call)
{
	call_release(call);
}
