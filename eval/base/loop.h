/* The one event loop: epoll over network, terminal, signals, timers and children. Callbacks run on the thread that called loop_run;
 * a callback may add and remove anything, itself included. */
#ifndef LEVER_BASE_LOOP_H
#define LEVER_BASE_LOOP_H

#include "eval/base/memory.h"
#include <stdint.h>
#include <sys/types.h>

struct loop;
struct loop_watch;
struct loop_timer;
#define LOOP_READ 1u
#define LOOP_WRITE 2u
#define LOOP_HANGUP 4u /* reported, never asked for */

typedef void loop_fd_function(void *data, int fd, unsigned events);
typedef void loop_function(void *data);
typedef void loop_signal_function(void *data, int signal);
typedef void loop_child_function(void *data, int wait_status);

struct loop *loop_create(void);
void loop_free(struct loop *loop);
struct loop_watch *loop_watch(struct loop *loop, int fd, unsigned events, loop_fd_function *function, void *data);
void loop_watch_change(struct loop_watch *watch, unsigned events);
void loop_unwatch(struct loop_watch *watch); /* accepts NULL; does not close the descriptor */
/* Once, `delay` microseconds from now. The handle dies with the call or with loop_cancel. */
struct loop_timer *loop_after(struct loop *loop, int64_t delay, loop_function *function, void *data);
void loop_cancel(struct loop_timer *timer); /* accepts NULL */
/* Blocks the signal and delivers it here. One function per signal; NULL hands it back to its default. */
void loop_on_signal(struct loop *loop, int signal, loop_signal_function *function, void *data);
/* Called when the child ended (pidfd); reaps it. Not reaped and not called when the loop is freed before. */
void loop_on_child(struct loop *loop, pid_t pid, loop_child_function *function, void *data);
/* Called before every wait, in the order of adding: commit, paint. At most 8. */
void loop_before_wait(struct loop *loop, loop_function *function, void *data);
void loop_remove_before_wait(struct loop *loop, loop_function *function, void *data);
/* Makes the next wait return at once: there is queued work. */
void loop_wake(struct loop *loop);
void loop_run(struct loop *loop); /* until loop_stop; may be nested */
void loop_stop(struct loop *loop);
/* One turn: before-wait hooks, wait (at most `timeout` microseconds, -1 for ever), callbacks. */
void loop_turn(struct loop *loop, int64_t timeout);

#endif
