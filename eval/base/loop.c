#include "eval/base/loop.h"
#include "eval/base/clock.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOOKS 8
#define GATHER 2000 /* microseconds */
#define EVENTS 256

struct loop_watch {
	struct loop *loop;
	int fd;
	loop_fd_function *function;
	void *data;
	struct loop_watch *next_dead; /* freed at the end of the turn: events of this turn may still name it */
	bool dead;
};

struct loop_timer {
	struct loop *loop;
	int64_t due;
	uint64_t order;
	size_t place; /* in the heap */
	loop_function *function;
	void *data;
};

struct loop_child {
	struct loop *loop;
	struct loop_child *next, **link; /* in the loop's list */
	pid_t pid;
	int fd;
	struct loop_watch *watch;
	loop_child_function *function;
	void *data;
};

struct hook {
	loop_function *function;
	void *data;
};

struct loop {
	int epoll, signals;
	sigset_t mask;
	struct loop_watch *signal_watch, *dead;
	struct loop_child *children;
	struct {
		loop_signal_function *function;
		void *data;
	} handlers[NSIG];
	struct hook hooks[HOOKS];
	int hook_count, hooks_running;
	struct loop_timer **heap;
	size_t timer_count, timer_room;
	uint64_t timer_order;
	int stop_depth, depth;
	bool awake;
};

/* ---- timers: a binary heap by due time, then by order of adding ------------------------------------------------------------ */

static bool timer_before(const struct loop_timer *a, const struct loop_timer *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void heap_put(struct loop *loop, size_t place, struct loop_timer *timer)
{
	loop->heap[place] = timer;
	timer->place = place;
}

static void heap_up(struct loop *loop, size_t place)
{
	struct loop_timer *timer = loop->heap[place];
	while (place && timer_before(timer, loop->heap[(place - 1) / 2])) {
		heap_put(loop, place, loop->heap[(place - 1) / 2]);
		place = (place - 1) / 2;
	}
	heap_put(loop, place, timer);
}

static void heap_down(struct loop *loop, size_t place)
{
	struct loop_timer *timer = loop->heap[place];
	for (;;) {
		size_t child = 2 * place + 1;
		if (child >= loop->timer_count)
			break;
		if (child + 1 < loop->timer_count && timer_before(loop->heap[child + 1], loop->heap[child]))
			child++;
		if (!timer_before(loop->heap[child], timer))
			break;
		heap_put(loop, place, loop->heap[child]);
		place = child;
	}
	heap_put(loop, place, timer);
}

static void heap_remove(struct loop *loop, struct loop_timer *timer)
{
	size_t place = timer->place;
	struct loop_timer *last = loop->heap[--loop->timer_count];
	if (last == timer)
		return;
	heap_put(loop, place, last);
	heap_up(loop, place);
	heap_down(loop, last->place);
}

struct loop_timer *loop_after(struct loop *loop, int64_t delay, loop_function *function, void *data)
{
	struct loop_timer *timer = memory_take(sizeof *timer);
	int64_t now = clock_monotonic(), most = INT64_MAX - now;
	*timer = (struct loop_timer){.loop = loop,
		.due = now + (delay < 0		    ? 0
				     : delay < most ? delay
						    : most),
		.order = loop->timer_order++,
		.function = function,
		.data = data};
	if (loop->timer_count == loop->timer_room) {
		loop->timer_room = loop->timer_room ? 2 * loop->timer_room : 16;
		loop->heap = memory_grow(loop->heap, loop->timer_room, sizeof(struct loop_timer *));
	}
	heap_put(loop, loop->timer_count, timer);
	heap_up(loop, loop->timer_count++);
	return timer;
}

void loop_cancel(struct loop_timer *timer)
{
	if (!timer)
		return;
	heap_remove(timer->loop, timer);
	free(timer);
}

/* Timers added by a timer wait for the next turn, so that a timer of delay 0 cannot starve the rest. */
static void timers_fire(struct loop *loop)
{
	int64_t now = clock_monotonic();
	uint64_t last = loop->timer_order;
	while (loop->timer_count && loop->heap[0]->due <= now && loop->heap[0]->order < last) {
		struct loop_timer *timer = loop->heap[0];
		loop_function *function = timer->function;
		void *data = timer->data;
		heap_remove(loop, timer);
		free(timer);
		function(data);
	}
}

/* ---- descriptors ----------------------------------------------------------------------------------------------------------- */

static uint32_t events_of(unsigned events)
{
	return (events & LOOP_READ ? EPOLLIN : 0u) | (events & LOOP_WRITE ? EPOLLOUT : 0u);
}

struct loop_watch *loop_watch(struct loop *loop, int fd, unsigned events, loop_fd_function *function, void *data)
{
	struct loop_watch *watch = memory_take(sizeof *watch);
	*watch = (struct loop_watch){.loop = loop, .fd = fd, .function = function, .data = data};
	struct epoll_event event = {.events = events_of(events), .data.ptr = watch};
	if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
		BUG("watching descriptor %d: %s", fd, strerror(errno));
	return watch;
}

void loop_watch_change(struct loop_watch *watch, unsigned events)
{
	struct epoll_event event = {.events = events_of(events), .data.ptr = watch};
	if (epoll_ctl(watch->loop->epoll, EPOLL_CTL_MOD, watch->fd, &event) != 0)
		BUG("changing descriptor %d: %s", watch->fd, strerror(errno));
}

void loop_unwatch(struct loop_watch *watch)
{
	if (!watch || watch->dead)
		return;
	/* Fails harmlessly when the descriptor was closed before. */
	epoll_ctl(watch->loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
	watch->dead = true;
	watch->next_dead = watch->loop->dead;
	watch->loop->dead = watch;
}

static void dead_free(struct loop *loop)
{
	while (loop->dead) {
		struct loop_watch *watch = loop->dead;
		loop->dead = watch->next_dead;
		free(watch);
	}
}

/* ---- signals and children ---------------------------------------------------------------------------------------------------- */

static void signals_read(void *data, int fd, unsigned events)
{
	struct loop *loop = data;
	struct signalfd_siginfo info;
	while (read(fd, &info, sizeof info) == (ssize_t)sizeof info)
		if (info.ssi_signo < NSIG && loop->handlers[info.ssi_signo].function)
			loop->handlers[info.ssi_signo].function(loop->handlers[info.ssi_signo].data, (int)info.ssi_signo);
}

void loop_on_signal(struct loop *loop, int signal, loop_signal_function *function, void *data)
{
	sigset_t one;
	sigemptyset(&one);
	sigaddset(&one, signal);
	loop->handlers[signal].function = function;
	loop->handlers[signal].data = data;
	if (function)
		sigaddset(&loop->mask, signal);
	else
		sigdelset(&loop->mask, signal);
	sigprocmask(function ? SIG_BLOCK : SIG_UNBLOCK, &one, NULL);
	if (signalfd(loop->signals, &loop->mask, SFD_NONBLOCK | SFD_CLOEXEC) < 0)
		BUG("signalfd: %s", strerror(errno));
}

static void child_forget(struct loop_child *child)
{
	loop_unwatch(child->watch);
	close(child->fd);
	*child->link = child->next;
	if (child->next)
		child->next->link = child->link;
	free(child);
}

static void child_ended(void *data, int fd, unsigned events)
{
	struct loop_child *child = data;
	int status = 0;
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	loop_child_function *function = child->function;
	void *owner = child->data;
	child_forget(child);
	function(owner, status);
}

void loop_on_child(struct loop *loop, pid_t pid, loop_child_function *function, void *data)
{
	struct loop_child *child = memory_take(sizeof *child);
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd < 0)
		BUG("pidfd_open: %s", strerror(errno));
	*child = (struct loop_child){.loop = loop, .pid = pid, .fd = fd, .function = function, .data = data};
	child->watch = loop_watch(loop, fd, LOOP_READ, child_ended, child);
	child->next = loop->children;
	child->link = &loop->children;
	if (child->next)
		child->next->link = &child->next;
	loop->children = child;
}

/* ---- the loop --------------------------------------------------------------------------------------------------------------- */

struct loop *loop_create(void)
{
	struct loop *loop = memory_take(sizeof *loop);
	sigemptyset(&loop->mask);
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	loop->signals = signalfd(-1, &loop->mask, SFD_NONBLOCK | SFD_CLOEXEC);
	if (loop->epoll < 0 || loop->signals < 0)
		BUG("event loop: %s", strerror(errno));
	loop->signal_watch = loop_watch(loop, loop->signals, LOOP_READ, signals_read, loop);
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	while (loop->timer_count)
		loop_cancel(loop->heap[0]);
	while (loop->children)
		child_forget(loop->children);
	for (int number = 1; number < NSIG; number++)
		if (loop->handlers[number].function)
			loop_on_signal(loop, number, NULL, NULL);
	loop_unwatch(loop->signal_watch);
	dead_free(loop);
	close(loop->signals);
	close(loop->epoll);
	free(loop->heap);
	free(loop);
}

void loop_before_wait(struct loop *loop, loop_function *function, void *data)
{
	if (loop->hook_count == HOOKS)
		BUG("more than %d hooks", HOOKS);
	loop->hooks[loop->hook_count++] = (struct hook){function, data};
}

/* Removed hooks leave a gap while hooks run, so that none of the others is passed over. */
static void hooks_close_up(struct loop *loop)
{
	int kept = 0;
	if (loop->hooks_running)
		return;
	for (int i = 0; i < loop->hook_count; i++)
		if (loop->hooks[i].function)
			loop->hooks[kept++] = loop->hooks[i];
	loop->hook_count = kept;
}

void loop_remove_before_wait(struct loop *loop, loop_function *function, void *data)
{
	for (int i = 0; i < loop->hook_count; i++)
		if (loop->hooks[i].function == function && loop->hooks[i].data == data)
			loop->hooks[i].function = NULL;
	hooks_close_up(loop);
}

static void hooks_run(struct loop *loop)
{
	loop->hooks_running++;
	for (int i = 0; i < loop->hook_count; i++)
		if (loop->hooks[i].function)
			loop->hooks[i].function(loop->hooks[i].data);
	loop->hooks_running--;
	hooks_close_up(loop);
}

void loop_wake(struct loop *loop)
{
	loop->awake = true;
}

static int wait_milliseconds(struct loop *loop, int64_t timeout)
{
	if (loop->awake)
		return 0;
	int64_t wait = timeout;
	if (loop->timer_count) {
		int64_t left = loop->heap[0]->due - clock_monotonic();
		if (left < 0)
			left = 0;
		if (wait < 0 || left < wait)
			wait = left;
	}
	if (wait < 0)
		return -1;
	return wait > INT64_C(86400000000) ? 86400000 : (int)((wait + 999) / 1000);
}

static unsigned events_from(uint32_t events)
{
	return (events & EPOLLIN ? LOOP_READ : 0u) | (events & EPOLLOUT ? LOOP_WRITE : 0u) |
	       (events & (EPOLLHUP | EPOLLERR) ? LOOP_HANGUP : 0u);
}

/* Waits at most `wait` milliseconds; true when something happened. */
static bool events_take(struct loop *loop, int wait)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(loop->epoll, events, EVENTS, wait);
	loop->depth++;
	for (int i = 0; i < count; i++) {
		struct loop_watch *watch = events[i].data.ptr;
		if (!watch->dead)
			watch->function(watch->data, watch->fd, events_from(events[i].events));
	}
	timers_fire(loop);
	if (--loop->depth == 0)
		dead_free(loop);
	return count > 0;
}

/* What happens while events are dealt with belongs to the same turn: the hooks (a transaction, a screen) then run once for all of it. */
void loop_turn(struct loop *loop, int64_t timeout)
{
	hooks_run(loop);
	int wait = loop->stop_depth ? 0 : wait_milliseconds(loop, timeout);
	loop->awake = false;
	bool more = events_take(loop, wait);
	for (int64_t until = clock_monotonic() + GATHER; more && !loop->stop_depth && clock_monotonic() < until;)
		more = events_take(loop, 0);
}

void loop_run(struct loop *loop)
{
	int before = loop->stop_depth;
	loop->stop_depth = 0;
	while (!loop->stop_depth)
		loop_turn(loop, -1);
	loop->stop_depth = before;
}

void loop_stop(struct loop *loop)
{
	loop->stop_depth = 1;
}
