/* The peer of `make bench`: the bare minimum a C program needs to send the same chat request N times with libcurl, C at a time, and
 * throw the answers away. curl_multi_socket_action on epoll, warm handles, nothing parsed, nothing stored.
 *
 *   bare_loop URL N C [BODYFILE]
 *
 * Prints {"requests","failed","seconds","per_second","cpu_us"} where cpu_us is the CPU time of this process for one request. */
#include <curl/curl.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static const char body_default[] = "{\"model\":\"mock\",\"messages\":[{\"role\":\"system\",\"content\":\"Answer with one word.\"},"
				   "{\"role\":\"user\",\"content\":\"Which metal is liquid at room temperature?\"}],"
				   "\"temperature\":0,\"max_tokens\":64,\"stream\":false}";
static char body[1 << 20];
static size_t body_length;
static CURLM *multi;
static int epoll_fd;
static long timeout_ms = -1, to_send, done, failed;
static int64_t timer_due;

static int64_t now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static size_t sink(char *data, size_t size, size_t count, void *unused)
{
	return size * count;
}

static int socket_set(CURL *easy, curl_socket_t fd, int what, void *unused, void *known)
{
	struct epoll_event event = {
		.events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u), .data.fd = fd};
	if (what == CURL_POLL_REMOVE)
		epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, NULL);
	else if (epoll_ctl(epoll_fd, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) != 0 && errno == EEXIST)
		epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &event);
	if (!known && what != CURL_POLL_REMOVE)
		curl_multi_assign(multi, fd, &multi);
	return 0;
}

static int timer_set(CURLM *unused, long milliseconds, void *data)
{
	timeout_ms = milliseconds;
	timer_due = now_us() + milliseconds * 1000;
	return 0;
}

static CURL *handle_make(const char *url, struct curl_slist *headers)
{
	CURL *easy = curl_easy_init();
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)body_length);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, sink);
	return easy;
}

static void handle_send(CURL *easy)
{
	to_send--;
	curl_multi_add_handle(multi, easy);
}

static void finished_take(void)
{
	CURLMsg *message;
	int left;
	while ((message = curl_multi_info_read(multi, &left))) {
		CURL *easy = message->easy_handle;
		long status = 0;
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
		failed += message->data.result != CURLE_OK || status != 200;
		done++;
		curl_multi_remove_handle(multi, easy);
		if (to_send > 0)
			handle_send(easy);
	}
}

static void turn(void)
{
	struct epoll_event events[256];
	int running;
	int64_t left = timeout_ms < 0 ? 1000000 : timer_due - now_us();
	int count = epoll_wait(epoll_fd, events, 256, left <= 0 ? 0 : (int)((left + 999) / 1000));
	for (int i = 0; i < count; i++) {
		int action = (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
			     (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
			     (events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
		curl_multi_socket_action(multi, events[i].data.fd, action, &running);
	}
	if (timeout_ms >= 0 && now_us() >= timer_due) {
		timeout_ms = -1;
		curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	finished_take();
}

static int body_read(const char *path)
{
	FILE *file = path ? fopen(path, "rb") : NULL;
	if (path && !file)
		return 0;
	if (!file) {
		memcpy(body, body_default, sizeof body_default);
		body_length = sizeof body_default - 1;
		return 1;
	}
	body_length = fread(body, 1, sizeof body, file);
	fclose(file);
	return 1;
}

static double cpu_us(void)
{
	struct rusage use;
	getrusage(RUSAGE_SELF, &use);
	return 1e6 * (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

int main(int argc, char **argv)
{
	if (argc < 4 || !body_read(argc > 4 ? argv[4] : NULL)) {
		fprintf(stderr, "usage: bare_loop URL N C [BODYFILE]\n");
		return 2;
	}
	long requests = strtol(argv[2], NULL, 10), concurrency = strtol(argv[3], NULL, 10);
	struct curl_slist *headers = curl_slist_append(curl_slist_append(NULL, "Expect:"), "Content-Type: application/json");
	curl_global_init(CURL_GLOBAL_DEFAULT);
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	multi = curl_multi_init();
	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket_set);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer_set);
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 1024L);
	CURL **handles = calloc((size_t)concurrency + 1, sizeof *handles);
	double cpu = cpu_us();
	int64_t start = now_us();
	to_send = requests;
	for (long i = 0; handles && i < concurrency && to_send > 0; i++)
		handle_send(handles[i] = handle_make(argv[1], headers));
	while (done < requests)
		turn();
	double seconds = (double)(now_us() - start) / 1e6;
	printf("{\"requests\":%ld,\"failed\":%ld,\"seconds\":%.4f,\"per_second\":%.1f,\"cpu_us\":%.2f}\n", done, failed, seconds,
		(double)done / seconds, (cpu_us() - cpu) / (double)(done ? done : 1));
	for (long i = 0; handles && handles[i]; i++)
		curl_easy_cleanup(handles[i]);
	free(handles);
	curl_multi_cleanup(multi);
	curl_slist_free_all(headers);
	return failed != 0;
}
