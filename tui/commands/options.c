#include "tui/commands/options.h"
#include "eval/base/nearest.h"
#include "tui/commands/command.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

/* Options of a command on argp: --help and the environment variables derive from the same table. */

#define KEY_BASE 0x1000 /* argp keys of options without a letter */
#define KEY_JSON 0x900
#define KEY_DIRECTORY 'C'

static const char *variable_of(struct arena *arena, const struct command_option *option)
{
	if (option->variable)
		return option->variable;
	char *variable = arena_format(arena, "LEVER_%s", option->name);
	for (char *at = variable; *at; at++)
		*at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
	return variable;
}

static int option_key(const struct command *command, size_t index)
{
	return command->options[index].letter ? command->options[index].letter : KEY_BASE + (int)index;
}

static size_t option_count(const struct command *command)
{
	size_t count = 0;
	while (command->options && command->options[count].name)
		count++;
	return count;
}

static error_t option_take(struct command_line *line, int key, char *argument)
{
	for (size_t i = 0; i < option_count(line->command); i++)
		if (option_key(line->command, i) == key) {
			line->values[i] = argument ? argument : "";
			return 0;
		}
	return ARGP_ERR_UNKNOWN;
}

static error_t option_parse(int key, char *argument, struct argp_state *state)
{
	struct command_line *line = state->input;
	if (key == KEY_JSON)
		line->json = true;
	else if (key == KEY_DIRECTORY)
		line->directory = argument;
	else if (key == ARGP_KEY_ARG)
		line->arguments[line->argument_count++] = argument;
	else
		return option_take(line, key, argument);
	return 0;
}

static struct argp_option *options_build(const struct command *command, struct arena *arena)
{
	size_t count = option_count(command), n = 0;
	struct argp_option *list = arena_take(arena, (count + 4) * sizeof *list);
	for (size_t i = 0; i < count; i++) {
		const struct command_option *option = &command->options[i];
		const char *help = arena_format(arena, "%s [%s]", option->help, variable_of(arena, option));
		list[n++] = (struct argp_option){option->name, option_key(command, i), option->argument, 0, help, 0};
	}
	list[n++] = (struct argp_option){"json", KEY_JSON, NULL, 0, "JSON Lines on stdout and nothing else there [LEVER_JSON]", -2};
	list[n++] = (struct argp_option){"directory", KEY_DIRECTORY, "DIR", 0,
		"the project's folder, instead of this one or a parent [LEVER_DIRECTORY]", -2};
	return list;
}

static void environment_read(struct command_line *line)
{
	const struct command *command = line->command;
	for (size_t i = 0; i < option_count(command); i++) {
		const struct command_option *option = &command->options[i];
		const char *value = line->values[i] ? NULL : getenv(variable_of(line->arena, option));
		if (!value || !*value || (!option->argument && strcmp(value, "0") == 0))
			continue;
		line->values[i] = option->argument ? value : "";
	}
	const char *json = getenv("LEVER_JSON"), *directory = getenv("LEVER_DIRECTORY");
	line->json |= json && *json && strcmp(json, "0") != 0;
	if (!line->directory && directory && *directory)
		line->directory = directory;
}

#define HELP_WIDTH 78 /* argp wraps behind it */

/* Where the second column of "  lever run --dry-run      what it would do" begins; else the first. */
static size_t example_column(struct text line)
{
	size_t column = 2;
	for (size_t i = 2; i < line.length; i++)
		if (line.data[i] != ' ' && line.data[i - 1] == ' ' && line.data[i - 2] == ' ')
			column = i;
	return column;
}

/* Wrapped by itself, so that what the second column says stays in it. */
static void example_add(struct buffer *out, struct text line)
{
	size_t column = example_column(line), least = column, room = HELP_WIDTH;
	while (line.length > room) {
		size_t end = room;
		while (end > least && line.data[end] != ' ')
			end--;
		if (end == least)
			break;
		buffer_add(out, line.data, end);
		buffer_format(out, "\n%*s", (int)column, "");
		line = text_make(line.data + end + 1, line.length - end - 1);
		room = HELP_WIDTH - column;
		least = 0;
	}
	buffer_add(out, line.data, line.length);
}

/* The lines of a paragraph become one, which argp wraps; indented ones stay lines. */
static const char *help_flow(struct arena *arena, const char *help)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct text rest = text_of(help), line;
	bool flows = false;
	while (text_next_line(&rest, &line)) {
		bool example = line.length && line.data[0] == ' ';
		if (out.length)
			buffer_add_byte(&out, flows && line.length && !example ? ' ' : '\n');
		if (example)
			example_add(&out, line);
		else
			buffer_add(&out, line.data, line.length);
		flows = line.length && !example;
	}
	return arena_copy(arena, buffer_string(&out), out.length);
}

bool options_read(struct command_line *line, int count, char **words)
{
	const struct command *command = line->command;
	struct arena *arena = line->arena;
	const char *documentation = arena_format(arena, "%s\v%s", command->summary, help_flow(arena, command->help));
	struct argp argp = {options_build(command, arena), option_parse, command->usage, documentation, NULL, NULL, NULL};
	line->values = arena_take(arena, (option_count(command) + 1) * sizeof *line->values);
	line->arguments = arena_take(arena, ((size_t)count + 1) * sizeof *line->arguments);
	argp_err_exit_status = 2;
	words[0] = arena_format(arena, "lever %s", command->name);
	if (argp_parse(&argp, count, words, 0, NULL, line) != 0)
		return false;
	environment_read(line);
	return true;
}

static long option_index(const struct command_line *line, const char *name)
{
	for (size_t i = 0; i < option_count(line->command); i++)
		if (strcmp(line->command->options[i].name, name) == 0)
			return (long)i;
	BUG("command %s has no option %s", line->command->name, name);
}

const char *option_value(const struct command_line *line, const char *name)
{
	return line->values[option_index(line, name)];
}

bool option_given(const struct command_line *line, const char *name)
{
	return option_value(line, name) != NULL;
}

bool option_integer(
	const struct command_line *line, const char *name, long long min, long long max, long long *value, struct error *error)
{
	const char *text = option_value(line, name);
	char *end;
	if (!text)
		return true;
	errno = 0;
	long long number = strtoll(text, &end, 10);
	if (errno || end == text || *end || number < min || number > max)
		return error_set(
			error, ERROR_USAGE, "--%s: a whole number from %lld to %lld was expected, not `%s`", name, min, max, text);
	*value = number;
	return true;
}

bool option_number(const struct command_line *line, const char *name, double min, double max, double *value, struct error *error)
{
	const char *text = option_value(line, name);
	char *end;
	if (!text)
		return true;
	double number = strtod(text, &end);
	if (end == text || *end || !(number >= min && number <= max))
		return error_set(error, ERROR_USAGE, "--%s: a number from %g to %g was expected, not `%s`", name, min, max, text);
	*value = number;
	return true;
}

const char *const *names_split(struct arena *arena, const char *list, size_t *count)
{
	char *copy = arena_string(arena, list), *rest = copy;
	const char **names = arena_take(arena, (strlen(list) + 1) * sizeof *names);
	for (char *name; (name = strsep(&rest, ","));)
		if (*name)
			names[(*count)++] = name;
	return names;
}
