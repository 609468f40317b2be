#include "eval/model/command_process.h"
#include "eval/base/clock.h"
#include "eval/base/json.h"
#include "eval/model/clean.h"
#include "eval/model/span.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TAIL ((size_t)2048)
#define CHUNK ((size_t)65536)
#define CHUNKS 16
#define GRACE (2 * INT64_C(1000000))

void call_append(struct call_queue *list, struct command_call *call)
{
	call->previous = list->last;
	call->next = NULL;
	*(list->last ? &list->last->next : &list->first) = call;
	list->last = call;
	list->count++;
}

void call_remove(struct call_queue *list, struct command_call *call)
{
	*(call->previous ? &call->previous->next : &list->first) = call->next;
	*(call->next ? &call->next->previous : &list->last) = call->previous;
	list->count--;
}

/* ---- its end -------------------------------------------------------------------------------------------------------- */

static void watch_drop(struct loop_watch **watch)
{
	loop_unwatch(*watch);
	*watch = NULL;
}

static void descriptor_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void process_reap(struct command_process *process, int *status)
{
	child_kill(&process->child, SIGKILL);
	while (waitpid(process->child.pid, status, 0) < 0 && errno == EINTR)
		continue;
}

static void process_detach(struct command_process *process)
{
	watch_drop(&process->to);
	watch_drop(&process->from);
	watch_drop(&process->errors);
	watch_drop(&process->status);
	loop_cancel(process->grace);
	process->grace = NULL;
	descriptor_close(&process->child.to);
	descriptor_close(&process->child.from);
	descriptor_close(&process->child.errors);
	descriptor_close(&process->status_fd);
}

void process_end(struct command_process *process)
{
	int status;
	if (process->over)
		return;
	process->over = true;
	process_detach(process);
	process_reap(process, &status);
}

void process_free(struct command_process *process)
{
	if (process->holds)
		return;
	process_end(process);
	buffer_release(&process->output);
	buffer_release(&process->input);
	buffer_release(&process->tail);
	free(process);
}

static void process_hold(struct command_process *process)
{
	process->holds++;
}

/* Ends a handler: a process that ended in it is freed by the last one. */
static void process_drop(struct command_process *process)
{
	if (--process->holds == 0 && process->over)
		process_free(process);
}

static void process_fail(struct command_process *process, enum call_class class, const char *why)
{
	if (process->over)
		return;
	process_end(process);
	process->events->ended(process, class, why);
}

const char *process_tail(const struct command_process *process, struct arena *arena)
{
	struct text tail = text_trim(buffer_text(&process->tail));
	tail = body_clean(arena, tail, SECRET_TEXT);
	size_t skipped = tail.length > 600 ? tail.length - 600 : 0;
	return arena_copy(arena, tail.data + skipped, tail.length - skipped);
}

/* ---- reading -------------------------------------------------------------------------------------------------------- */

static struct command_call *call_of(struct command_process *process, struct text line)
{
	struct text id = span_get(line, "id");
	if (!id.data)
		return process->calls.first;
	for (struct command_call *call = process->calls.first; call; call = call->next) {
		char number[24];
		snprintf(number, sizeof number, "%lld", call->id);
		if (text_equal(id, text_of(number)) || text_equal(span_plain_string(id), text_of(number)))
			return call;
	}
	return NULL;
}

static void line_take(struct command_process *process, struct text line)
{
	if (text_trim(line).length == 0)
		return;
	struct command_call *call = call_of(process, line);
	if (!call) {
		process_fail(process, CALL_COMMAND, "the program wrote an answer that nobody asked for");
		return;
	}
	call_remove(&process->calls, call);
	process->events->answered(process, call, line);
}

static void lines_take(struct command_process *process)
{
	size_t start = 0;
	while (!process->over) {
		char *from = process->input.data + process->scanned;
		char *end = memchr(from, '\n', process->input.length - process->scanned);
		if (!end)
			break;
		process->scanned = (size_t)(end - process->input.data) + 1;
		line_take(process, text_make(process->input.data + start, process->scanned - 1 - start));
		start = process->scanned;
	}
	buffer_remove_front(&process->input, start);
	process->scanned = process->input.length;
	if (process->input.length > process->line_limit)
		process_fail(process, CALL_TOO_LARGE, "the program wrote a line that is too long");
}

/* False at the end of the stream. A flood is read in turns, so that the rest of the loop goes on. */
static bool stdout_read(struct command_process *process)
{
	for (int i = 0; i < CHUNKS && !process->over; i++) {
		char *room = buffer_reserve(&process->input, CHUNK);
		ssize_t got = room ? read(process->child.from, room, CHUNK) : 0;
		if (got < 0)
			return errno == EAGAIN || errno == EINTR;
		if (got == 0)
			return false;
		process->input.length += (size_t)got;
		lines_take(process);
	}
	return true;
}

/* The last line of a program that ends may lack its line end; what breaks off in its middle is none. */
static void last_line_take(struct command_process *process)
{
	struct text rest = text_trim(buffer_text(&process->input));
	if (!process->over && process->calls.first && rest.length && !json_is_cut(rest))
		line_take(process, rest);
}

static void stderr_read(struct command_process *process)
{
	char chunk[4096];
	ssize_t got;
	for (int i = 0; i < 64 && (got = read(process->child.errors, chunk, sizeof chunk)) > 0; i++) {
		buffer_add(&process->tail, chunk, (size_t)got);
		if (process->tail.length > TAIL)
			buffer_remove_front(&process->tail, process->tail.length - TAIL);
	}
}

static void errors_ready(void *data, int fd, unsigned events)
{
	struct command_process *process = data;
	stderr_read(process);
	if (events & LOOP_HANGUP && !(events & LOOP_READ))
		watch_drop(&process->errors);
}

static void grace_over(void *data)
{
	struct command_process *process = data;
	process->grace = NULL;
	process_hold(process);
	process_fail(process, CALL_COMMAND, "the program closed its output");
	process_drop(process);
}

static void output_ready(void *data, int fd, unsigned events)
{
	struct command_process *process = data;
	process_hold(process);
	if (!stdout_read(process) && !process->over) {
		watch_drop(&process->from);
		process->grace = loop_after(process->loop, GRACE, grace_over, process);
	}
	process_drop(process);
}

static void status_ready(void *data, int fd, unsigned events)
{
	struct command_process *process = data;
	char why[96];
	int status = 0;
	process_hold(process);
	stdout_read(process);
	last_line_take(process);
	if (!process->over) {
		stderr_read(process);
		process->over = true;
		process_detach(process);
		process_reap(process, &status);
		if (WIFSIGNALED(status))
			snprintf(why, sizeof why, "the program was killed by signal %d", WTERMSIG(status));
		else
			snprintf(why, sizeof why, "the program ended with status %d", WEXITSTATUS(status));
		process->events->ended(process, CALL_COMMAND, why);
	}
	process_drop(process);
}

/* ---- writing -------------------------------------------------------------------------------------------------------- */

static void input_ready(void *data, int fd, unsigned events);

/* A program that does not read any more ends, or its calls run into their time-outs. */
static void output_flush(struct command_process *process)
{
	ssize_t put = write(process->child.to, process->output.data, process->output.length);
	if (put < 0 && errno != EAGAIN && errno != EINTR)
		put = (ssize_t)process->output.length;
	buffer_remove_front(&process->output, put > 0 ? (size_t)put : 0);
	if (process->output.length && !process->to)
		process->to = loop_watch(process->loop, process->child.to, LOOP_WRITE, input_ready, process);
	else if (!process->output.length)
		watch_drop(&process->to);
}

static void input_ready(void *data, int fd, unsigned events)
{
	output_flush(data);
}

void process_give(struct command_process *process, struct command_call *call)
{
	buffer_format(&process->output, "{\"id\":%lld,", call->id);
	buffer_add(&process->output, call->body.data + 1, call->body.length - 1);
	buffer_add_byte(&process->output, '\n');
	call->process = process;
	call_append(&process->calls, call);
	output_flush(process);
}

/* ---- its beginning -------------------------------------------------------------------------------------------------- */

struct command_process *process_start(struct loop *loop, const char *const *argv, const char *directory, struct error *error)
{
	struct child child;
	if (!child_start(&child, argv, directory, CHILD_PIPE_IN | CHILD_PIPE_OUT | CHILD_PIPE_ERRORS, error))
		return NULL;
	struct command_process *process = memory_take(sizeof *process);
	process->loop = loop;
	process->child = child;
	process->status_fd = (int)syscall(SYS_pidfd_open, child.pid, 0);
	if (process->status_fd < 0)
		BUG("pidfd_open: %s", strerror(errno));
	process->from = loop_watch(loop, child.from, LOOP_READ, output_ready, process);
	process->errors = loop_watch(loop, child.errors, LOOP_READ, errors_ready, process);
	process->status = loop_watch(loop, process->status_fd, LOOP_READ, status_ready, process);
	return process;
}
