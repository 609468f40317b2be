/* The workbench's speed as a person meets it: on a pty, read by a terminal.
 *   bench_workbench WORDS STEPS DOWN UP COMMAND…
 * Starts COMMAND five times and waits each time for WORDS: the first painted screen. Then, in the last of them, takes STEPS
 * ("keys=words to wait for", separated by |) and types j and k in turn, 300 in all, each time until the screen shows DOWN or UP.
 * Prints {"paint_ms": median, "key_ms": median, "key_p99_ms": …, "key_most_ms": …}. */
#include "eval/stats/stats.h"
#include "tests/screen/harness.h"

#define OPENINGS 5
#define KEYS 300
#define QUIET 4000 /* microseconds without a byte: nothing of before is on its way */

static double opening(struct terminal_test *test, const char *words, char *const *command)
{
	int64_t began = clock_monotonic();
	terminal_start(test, 40, 120, NULL, command);
	terminal_wait(test, words);
	return (double)(clock_monotonic() - began) / 1000;
}

static void steps_take(struct terminal_test *test, char *steps)
{
	for (char *step = strtok(steps, "|"); step; step = strtok(NULL, "|")) {
		char *words = strchr(step, '=');
		if (words)
			*words++ = '\0';
		terminal_type(test, strcmp(step, "enter") == 0 ? "\r" : step);
		if (words)
			terminal_wait(test, words);
	}
}

/* Until the screen shows what the key leads to: a run paints in between as well. */
static double key_time(struct terminal_test *test, char key, const char *words)
{
	while (terminal_read(test, clock_monotonic() + QUIET))
		;
	int64_t began = clock_monotonic();
	terminal_type(test, (const char[]){key, '\0'});
	terminal_wait(test, words);
	return (double)(clock_monotonic() - began) / 1000;
}

int main(int argc, char **argv)
{
	struct terminal_test test;
	double paint[OPENINGS], keys[KEYS];
	if (argc < 6)
		return fprintf(stderr, "bench_workbench WORDS STEPS DOWN UP COMMAND…\n"), 2;
	for (int i = 0; i < OPENINGS; i++) {
		paint[i] = opening(&test, argv[1], argv + 5);
		if (i + 1 == OPENINGS)
			break;
		terminal_type(&test, "Q");
		terminal_status(&test);
		terminal_end(&test);
	}
	steps_take(&test, argv[2]);
	for (int i = 0; i < KEYS; i++)
		keys[i] = key_time(&test, i % 2 ? 'k' : 'j', argv[3 + i % 2]);
	kill(test.pid, SIGKILL);
	terminal_end(&test);
	printf("{\"paint_ms\": %.1f, \"key_ms\": %.1f, \"key_p99_ms\": %.1f, \"key_most_ms\": %.1f}\n",
		quantile(paint, OPENINGS, .5), quantile(keys, KEYS, .5), quantile(keys, KEYS, .99), quantile(keys, KEYS, 1));
	return 0;
}
