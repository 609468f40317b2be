#include "eval/base/cells.h"
#include "eval/base/nearest.h"
#include "tui/commands/options.h"
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static size_t command_count(void)
{
	size_t count = 0;
	while (commands[count])
		count++;
	return count;
}

static int by_order(const void *left, const void *right)
{
	const struct command *a = *(const struct command *const *)left, *b = *(const struct command *const *)right;
	return a->order != b->order ? (a->order < b->order ? -1 : 1) : strcmp(a->name, b->name);
}

static void summary_print(struct arena *arena, const struct command *command)
{
	size_t count;
	struct cells *lines = cells_wrap(arena, text_of(command->summary), 66, &count);
	for (size_t i = 0; i < count; i++)
		say(stdout, "  %-10s %s\n", i ? "" : command->name, lines[i].utf8);
}

static void help_print(struct arena *arena)
{
	size_t count = command_count();
	const struct command **sorted = arena_take(arena, (count + 1) * sizeof *sorted);
	memcpy(sorted, commands, count * sizeof *sorted);
	qsort(sorted, count, sizeof *sorted, by_order);
	say(stdout, "lever measures which lever pays on an LLM use case: prompt, few-shot, RAG,\n"
		    "fine-tuning, a stack of them.\n\n"
		    "usage: lever [COMMAND] [OPTION…]     without a command: the workbench\n\n");
	for (size_t i = 0; i < count; i++)
		summary_print(arena, sorted[i]);
	say(stdout, "\n`lever COMMAND --help` tells more; `lever show` lists scorers, models, levers,\n"
		    "keys and the rest. -C DIR names the project folder, --json gives JSON Lines,\n"
		    "every option has an environment variable.\n\n"
		    "exit status: 0 ok, 1 gate failed, 2 usage or configuration, 3 incomplete,\n"
		    "             4 inconclusive or not comparable, 5 storage, 130 interrupted\n");
}

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int command_unknown(struct arena *arena, const char *name)
{
	size_t count = command_count();
	const char **names = arena_take(arena, (count + 1) * sizeof *names);
	for (size_t i = 0; i < count; i++)
		names[i] = commands[i]->name;
	say(stderr, "lever: there is no command `%s`%s\n       `lever --help` lists them\n", name,
		nearest_hint(arena, name, names, count));
	return 2;
}

/* Keys live in memory only: a crash leaves no picture of it behind, and no other process of the user reads it. The leak checker of
 * the sanitizers has to look into the process, so builds for it stay open. */
static void memory_close(void)
{
#ifndef __SANITIZE_ADDRESS__
	struct rlimit none = {0, 0};
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
#endif
}

/* `lever -C DIR run` and `lever run -C DIR` are the same: options before the command move behind it. */
static int leading_options(int count, char **words, char **moved)
{
	int at = 1, kept = 0;
	while (at < count && words[at][0] == '-') {
		bool takes = strcmp(words[at], "-C") == 0 || strcmp(words[at], "--directory") == 0;
		bool json = strcmp(words[at], "--json") == 0 || strncmp(words[at], "-C", 2) == 0 ||
			    strncmp(words[at], "--directory=", 12) == 0;
		if (!takes && !json)
			break;
		moved[kept++] = words[at++];
		if (takes && at < count)
			moved[kept++] = words[at++];
	}
	return at;
}

/* Whoever read has seen enough: a pipe to `head` is no failure of the command, and nothing is said. */
static bool reader_gone(void)
{
	struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
	return poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP));
}

static int command_run_words(struct arena *arena, const struct command *command, int count, char **words)
{
	struct command_line line = {.command = command, .arena = arena};
	return options_read(&line, count, words) ? command->run(&line) : 2;
}

static int output_end(int status)
{
	bool written = fflush(stdout) == 0 && !ferror(stdout); /* what was flushed before may have failed */
	if (written || status != 0 || reader_gone())
		return status;
	say(stderr, "lever: writing to the standard output failed\n");
	return 5;
}

static int run_words(struct arena *arena, int count, char **words)
{
	char **rest = arena_take(arena, ((size_t)count + 3) * sizeof *rest);
	int at = leading_options(count, words, rest + 1), moved = at - 1;
	const char *name = at < count ? words[at] : "ui";
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0 || strcmp(name, "-?") == 0) {
		help_print(arena);
		return 0;
	}
	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
		say(stdout, "lever %s\n", LEVER_VERSION);
		return 0;
	}
	bool bare = at >= count || (name[0] == '-' && command_find("ui"));
	const struct command *command = command_find(bare ? "ui" : name);
	if (!command)
		return command_unknown(arena, name);
	int from = bare ? at : at + 1;
	memcpy(rest + 1 + moved, words + from, (size_t)(count - from) * sizeof *rest);
	return command_run_words(arena, command, 1 + moved + count - from, rest);
}

int main(int count, char **words)
{
	memory_close();
	CLEANUP(arena_release) struct arena *arena = arena_create();
	setlocale(LC_ALL, "");
	/* Data is UTF-8 whatever the locale says; widths need a locale that knows it. */
	if (MB_CUR_MAX == 1)
		setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_NUMERIC, "C");
	signal(SIGPIPE, SIG_IGN);
	return output_end(run_words(arena, count, words));
}
