/* The workbench's speed as a person meets it: on a pty, read by a terminal.
 *   bench_workbench WORDS STEPS KEYS COMMAND…
 * Starts COMMAND five times and waits each time for WORDS: the first painted screen. Then, in the last of them, takes STEPS ("keys=words
 * to wait for", separated by |), types KEYS one after the other, 300 in all, and waits each time until the frame is painted.
 * Prints {"paint_ms": median, "key_ms": median, "key_p99_ms": …, "key_most_ms": …}. */
#include "tests/screen/harness.h"
#include "eval/stats/stats.h"

#define OPENINGS 5
#define KEYS 300
#define QUIET 4000 /* microseconds without a byte: the frame is there */

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

static bool settles(struct terminal_test *test, int64_t until, int64_t *last)
{
	bool any = false;
	while (terminal_read(test, until)) {
		any = true;
		*last = clock_monotonic();
		until = *last + QUIET;
	}
	return any;
}

static double key_time(struct terminal_test *test, char key)
{
	int64_t last = 0;
	settles(test, clock_monotonic() + QUIET, &last); /* what a run paints by itself */
	int64_t began = clock_monotonic();
	terminal_type(test, (const char[]){key, '\0'});
	if (!settles(test, began + 1000000, &last))
		fail_msg("nothing was painted within a second of `%c`", key);
	return (double)(last - began) / 1000;
}

int main(int argc, char **argv)
{
	struct terminal_test test;
	double paint[OPENINGS], keys[KEYS];
	if (argc < 5)
		return fprintf(stderr, "bench_workbench WORDS STEPS KEYS COMMAND…\n"), 2;
	for (int i = 0; i < OPENINGS; i++) {
		paint[i] = opening(&test, argv[1], argv + 4);
		if (i + 1 == OPENINGS)
			break;
		terminal_type(&test, "Q");
		terminal_status(&test);
		terminal_end(&test);
	}
	steps_take(&test, argv[2]);
	for (int i = 0; i < KEYS; i++)
		keys[i] = key_time(&test, argv[3][(size_t)i % strlen(argv[3])]);
	kill(test.pid, SIGKILL);
	terminal_end(&test);
	printf("{\"paint_ms\": %.1f, \"key_ms\": %.1f, \"key_p99_ms\": %.1f, \"key_most_ms\": %.1f}\n", quantile(paint, OPENINGS, .5),
		quantile(keys, KEYS, .5), quantile(keys, KEYS, .99), quantile(keys, KEYS, 1));
	return 0;
}
