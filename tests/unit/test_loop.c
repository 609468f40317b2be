#include "eval/base/clock.h"
#include "eval/base/loop.h"
#include "tests/unit/unit.h"
#include <unistd.h>

#define MILLISECOND INT64_C(1000)
#define PATIENCE (10000 * MILLISECOND) /* no test waits so long unless something is broken */

static struct loop *loop;
static char trace[256];

static int set_up(void **state)
{
	loop = loop_create();
	trace[0] = '\0';
	return 0;
}

static int tear_down(void **state)
{
	loop_free(loop);
	loop = NULL;
	return 0;
}

static void note(void *data)
{
	size_t length = strlen(trace);
	snprintf(trace + length, sizeof trace - length, "%s", (const char *)data);
}

static void stop(void *data)
{
	loop_stop(loop);
}

static void give_up(void *data)
{
	fail_msg("%s", "the loop waited too long");
}

/* ---- timers -------------------------------------------------------------------------------------------------------------------
 */

static void test_timers_in_order(void **state)
{
	loop_after(loop, 6 * MILLISECOND, note, "d");
	loop_after(loop, 2 * MILLISECOND, note, "b");
	loop_after(loop, 4 * MILLISECOND, note, "c");
	loop_after(loop, -5, note, "a");
	loop_after(loop, 8 * MILLISECOND, stop, NULL);
	loop_after(loop, INT64_MAX, note, "never");
	loop_after(loop, INT64_MAX - 1, note, "never");
	int64_t before = clock_monotonic();
	loop_run(loop);
	assert_true(clock_monotonic() - before >= 8 * MILLISECOND);
	assert_string_equal(trace, "abcd");
}

/* When a timer is due is known within the two clock readings around its setting. */
enum { MANY = 10000 };
static struct due {
	int64_t earliest, latest;
	struct loop_timer *timer;
} dues[MANY];
static int fired;
static int64_t latest_earliest;

static void fire(void *data)
{
	struct due *due = data;
	due->timer = NULL;
	fired++;
	if (due->earliest > latest_earliest)
		latest_earliest = due->earliest;
	assert_true(due->latest >= latest_earliest);
	assert_true(clock_monotonic() >= due->earliest);
}

static void test_ten_thousand_timers(void **state)
{
	unsigned number = 12345;
	int cancelled = 0;
	fired = 0;
	latest_earliest = 0;
	for (int i = 0; i < MANY; i++) {
		number = number * 1103515245u + 12345u;
		int64_t delay = (int64_t)((number >> 8) % 40000);
		dues[i].earliest = clock_monotonic() + delay;
		dues[i].timer = loop_after(loop, delay, fire, &dues[i]);
		dues[i].latest = clock_monotonic() + delay;
	}
	for (int i = 0; i < MANY; i += 3, cancelled++) {
		loop_cancel(dues[i].timer);
		dues[i].timer = NULL;
	}
	loop_after(loop, 60 * MILLISECOND, stop, NULL);
	loop_run(loop);
	assert_int_equal(fired, MANY - cancelled);
	for (int i = 0; i < MANY; i++)
		assert_null(dues[i].timer);
}

static void test_equal_timers_keep_their_order(void **state)
{
	static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
	for (size_t i = 0; i < COUNT(names); i++)
		loop_after(loop, 0, note, (void *)names[i]);
	usleep(1000);
	loop_turn(loop, 0);
	assert_string_equal(trace, "abcdefgh");
}

static struct loop_timer *victims[2];

static void cancel_victims(void *data)
{
	note("x");
	loop_cancel(victims[0]);
	loop_cancel(victims[1]);
	loop_cancel(NULL);
}

static void test_cancel_inside_a_callback(void **state)
{
	loop_after(loop, 0, cancel_victims, NULL);
	victims[0] = loop_after(loop, 0, note, "due");
	victims[1] = loop_after(loop, 3 * MILLISECOND, note, "later");
	loop_after(loop, 6 * MILLISECOND, stop, NULL);
	usleep(1000);
	loop_run(loop);
	assert_string_equal(trace, "x");
}

static int chained;

static void chain(void *data)
{
	chained++;
	loop_after(loop, 0, chain, NULL);
}

/* A timer that sets itself again at once starves nobody. */
static void test_no_starving(void **state)
{
	chained = 0;
	chain(NULL);
	loop_turn(loop, 0);
	assert_true(chained <= 2);
	loop_after(loop, 2 * MILLISECOND, stop, NULL);
	loop_run(loop);
	assert_true(chained > 2);
}

/* ---- descriptors --------------------------------------------------------------------------------------------------------------
 */

struct end {
	int ends[2];
	struct loop_watch *watch;
	struct end *other;
	int calls;
	unsigned events;
};

static void end_open(struct end *end, loop_fd_function *function)
{
	*end = (struct end){0};
	assert_int_equal(pipe(end->ends), 0);
	end->watch = loop_watch(loop, end->ends[0], LOOP_READ, function, end);
}

static void end_close(struct end *end)
{
	loop_unwatch(end->watch);
	close(end->ends[0]);
	if (end->ends[1] >= 0)
		close(end->ends[1]);
}

static void kill_other(void *data, int fd, unsigned events)
{
	struct end *end = data;
	end->calls++;
	loop_unwatch(end->other->watch);
	loop_unwatch(end->watch);
}

/* Both are ready in the same turn; whichever comes first takes the other's watch away, and its own. */
static void test_watch_removed_in_the_same_turn(void **state)
{
	struct end a, b;
	end_open(&a, kill_other);
	end_open(&b, kill_other);
	a.other = &b;
	b.other = &a;
	assert_int_equal(write(a.ends[1], "x", 1), 1);
	assert_int_equal(write(b.ends[1], "x", 1), 1);
	loop_turn(loop, PATIENCE);
	assert_int_equal(a.calls + b.calls, 1);
	a.watch = b.watch = NULL;
	loop_turn(loop, 0);
	assert_int_equal(a.calls + b.calls, 1);
	end_close(&a);
	end_close(&b);
}

static void take(void *data, int fd, unsigned events)
{
	struct end *end = data;
	char byte;
	end->calls++;
	end->events = events;
	if (events & LOOP_READ)
		assert_int_equal(read(fd, &byte, 1), 1);
}

static void test_events(void **state)
{
	struct end a;
	end_open(&a, take);
	loop_turn(loop, 0);
	assert_int_equal(a.calls, 0);
	assert_int_equal(write(a.ends[1], "x", 1), 1);
	loop_watch_change(a.watch, 0);
	loop_turn(loop, 0);
	assert_int_equal(a.calls, 0);
	loop_watch_change(a.watch, LOOP_READ);
	loop_turn(loop, PATIENCE);
	assert_int_equal(a.events, LOOP_READ);
	close(a.ends[1]);
	a.ends[1] = -1;
	loop_turn(loop, PATIENCE);
	assert_int_equal(a.events, LOOP_HANGUP);
	end_close(&a);
	loop_unwatch(NULL);
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	struct end writer = {.ends = {ends[1], ends[0]}};
	writer.watch = loop_watch(loop, ends[1], LOOP_WRITE, take, &writer);
	loop_turn(loop, PATIENCE);
	assert_int_equal(writer.events, LOOP_WRITE);
	end_close(&writer);
}

/* ---- hooks, wake, nesting ------------------------------------------------------------------------------------------ */

static void hook_once(void *data)
{
	note("o");
	loop_remove_before_wait(loop, hook_once, NULL);
}

static void test_hooks(void **state)
{
	loop_before_wait(loop, note, "a");
	loop_before_wait(loop, hook_once, NULL);
	loop_before_wait(loop, note, "b");
	loop_turn(loop, 0);
	assert_string_equal(trace, "aob");
	loop_turn(loop, 0);
	assert_string_equal(trace, "aobab");
	for (int i = 0; i < 6; i++)
		loop_before_wait(loop, note, "-");
	for (int i = 0; i < 6; i++)
		loop_remove_before_wait(loop, note, "-");
	loop_turn(loop, 0);
	assert_contains(trace, "aobab");
}

static void wake_hook(void *data)
{
	loop_wake(loop);
}

static void wake_from_timer(void *data)
{
	loop_wake(loop);
}

static void test_wake(void **state)
{
	struct loop_timer *guard = loop_after(loop, PATIENCE, give_up, NULL);
	int64_t before = clock_monotonic();
	loop_wake(loop);
	loop_turn(loop, -1);
	loop_before_wait(loop, wake_hook, NULL);
	loop_turn(loop, -1);
	loop_remove_before_wait(loop, wake_hook, NULL);
	loop_after(loop, 0, wake_from_timer, NULL);
	loop_turn(loop, -1);
	loop_turn(loop, -1);
	assert_true(clock_monotonic() - before < PATIENCE / 2);
	loop_cancel(guard);
	before = clock_monotonic();
	loop_turn(loop, 5 * MILLISECOND); /* a wake is used up */
	assert_true(clock_monotonic() - before >= 4 * MILLISECOND);
}

static void inner(void *data)
{
	note("(");
	loop_after(loop, 0, stop, NULL);
	loop_run(loop);
	note(")");
}

static void inner_after_stop(void *data)
{
	loop_stop(loop);
	inner(NULL);
}

static void test_nested(void **state)
{
	loop_after(loop, 0, inner, NULL);
	loop_after(loop, 4 * MILLISECOND, note, "outer");
	loop_after(loop, 8 * MILLISECOND, stop, NULL);
	loop_run(loop);
	assert_string_equal(trace, "()outer");
	loop_after(loop, 0, inner_after_stop, NULL);
	loop_run(loop); /* the outer stop is still known when the inner run ends */
	assert_string_equal(trace, "()outer()");
}

static void read_nested(void *data, int fd, unsigned events)
{
	struct end *end = data;
	char byte;
	assert_int_equal(read(fd, &byte, 1), 1);
	end->calls++;
	loop_unwatch(end->watch);
	end->watch = NULL;
	loop_unwatch(end->other->watch);
	end->other->watch = NULL;
	loop_after(loop, 0, stop, NULL);
	loop_run(loop);
}

/* Events of the outer turn that name a watch that went away in an inner run are passed over. */
static void test_nested_run_frees_nothing_in_use(void **state)
{
	struct end a, b;
	end_open(&a, read_nested);
	end_open(&b, read_nested);
	a.other = &b;
	b.other = &a;
	assert_int_equal(write(a.ends[1], "x", 1), 1);
	assert_int_equal(write(b.ends[1], "x", 1), 1);
	loop_turn(loop, PATIENCE);
	assert_int_equal(a.calls + b.calls, 1);
	end_close(&a);
	end_close(&b);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_timers_in_order),
		CASE(test_ten_thousand_timers),
		CASE(test_equal_timers_keep_their_order),
		CASE(test_cancel_inside_a_callback),
		CASE(test_no_starving),
		CASE(test_watch_removed_in_the_same_turn),
		CASE(test_events),
		CASE(test_hooks),
		CASE(test_wake),
		CASE(test_nested),
		CASE(test_nested_run_frees_nothing_in_use),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
