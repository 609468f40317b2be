/* Commands: the headless verbs. One file each: tui/commands/command_NAME.c defines `const struct command command_NAME`. */
#ifndef LEVER_TUI_COMMAND_H
#define LEVER_TUI_COMMAND_H

#include "eval/base/error.h"
#include "eval/base/json.h"
#include "eval/base/text.h"
#include <argp.h>
#include <stdio.h>

/* One option. --help, completion and the environment variables derive from it. */
struct command_option {
	const char *name;      /* "concurrency" */
	char letter;           /* 0: none */
	const char *argument;  /* "N"; NULL: a switch */
	const char *help;
	const char *variable;  /* "LEVER_CONCURRENCY": its value where the flag is absent; NULL: derived from the name */
};

struct command_line {
	const char *directory; /* -C; NULL: look in the current folder and its parents */
	bool json;             /* --json */
	bool quiet;
	const char **arguments; size_t argument_count; /* what is no option */
	const struct command *command;
	const char **values;   /* by position in command->options: NULL absent, "" a switch that was given */
	struct arena *arena;
};

struct command {
	const char *name;
	const char *usage;     /* "VARIANT VARIANT": the arguments */
	const char *summary;   /* one line */
	const char *help;      /* paragraphs with examples */
	const struct command_option *options; /* ends with name NULL; --help, --json, -C are everybody's */
	int order;             /* in `lever --help` */
	/* Exit status; errors are reported with command_fail. */
	int (*run)(const struct command_line *line);
};
extern const struct command *const commands[]; /* generated; ends with NULL */

/* The value of an option: NULL when neither flag nor variable was given. */
const char *option_value(const struct command_line *line, const char *name);
bool option_given(const struct command_line *line, const char *name);
/* A whole number within bounds; false fills error (ERROR_USAGE). Absent leaves *value alone. */
bool option_integer(const struct command_line *line, const char *name, long long min, long long max, long long *value, struct error *error) MUST_CHECK;
bool option_number(const struct command_line *line, const char *name, double min, double max, double *value, struct error *error) MUST_CHECK;

/* The names of a list with commas, in the arena. */
const char *const *names_split(struct arena *arena, const char *list, size_t *count);

/* Prints an error, cleaned, to stderr (as {"error":…} on stdout too with --json) and answers its exit status. */
int command_fail(const struct command_line *line, const struct error *error);
int command_fail_all(const struct command_line *line, const struct error_list *errors);
/* The only ways to a terminal stream: cleaned text. */
void say(FILE *stream, const char *format, ...) PRINTF(2, 3); /* formatted, then cleaned; \n kept */
void say_text(FILE *stream, struct text text);
/* One JSON Lines record on stdout; takes over the reference. */
void say_json(json_t *record);

/* A plain table on a stream: columns aligned by display width, cells cleaned. */
struct say_table;
struct say_table *say_table_create(struct arena *arena, const char *const *heads, const bool *right, size_t columns);
void say_table_row(struct say_table *table, const char *const *cells);
void say_table_print(struct say_table *table, FILE *stream, int width /* of the terminal; 0: unbounded */);

#endif
