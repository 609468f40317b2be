#include "eval/base/file.h"
#include "eval/model/answer.h"
#include "eval/model/command.h"
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- argv ----------------------------------------------------------------------------------------------------------- */

/* The next word of `at`: quotes keep white space and are dropped, a backslash takes the next byte as it is. NULL: a quote is left
 * open. */
static const char *word_read(const char *at, struct buffer *word)
{
	char quote = 0;
	for (; *at && (quote || !isspace((unsigned char)*at)); at++) {
		if (quote ? *at == quote : *at == '"' || *at == '\'')
			quote = quote ? 0 : *at;
		else if (*at == '\\' && quote != '\'' && at[1])
			buffer_add_byte(word, *++at);
		else
			buffer_add_byte(word, *at);
	}
	return quote ? NULL : at;
}

static const char *const *words_split(const char *line, struct arena *arena, struct error *error)
{
	const char **words = arena_take(arena, (strlen(line) / 2 + 2) * sizeof *words);
	size_t count = 0;
	for (;;) {
		CLEANUP(buffer_release) struct buffer word = BUFFER_EMPTY;
		while (isspace((unsigned char)*line))
			line++;
		if (!*line)
			break;
		line = word_read(line, &word);
		if (!line) {
			error_set(error, ERROR_CONFIG, "command: a quote is not closed");
			return NULL;
		}
		words[count++] = text_copy(arena, buffer_text(&word)).data;
	}
	return words;
}

const char *const *command_argv(const struct model *model, struct arena *arena, struct error *error)
{
	const struct command_config *config = model->config;
	const struct field_strings *command = &config->command;
	const char *const *argv = NULL;
	if (command->count == 1 && !file_exists(path_join(arena, model->directory ? model->directory : "", command->items[0]))) {
		argv = words_split(command->items[0], arena, error);
	} else {
		const char **copy = arena_take(arena, (command->count + 1) * sizeof *copy);
		for (size_t i = 0; i < command->count; i++)
			copy[i] = command->items[i];
		argv = copy;
	}
	if (argv && (!argv[0] || !*argv[0])) {
		error_set(error, ERROR_CONFIG, "command: no program is named");
		return NULL;
	}
	return argv;
}

/* ---- identity: the program's bytes ---------------------------------------------------------------------------------- */

static const char *program_find(const char *name, const char *directory, struct arena *arena)
{
	if (strchr(name, '/'))
		return path_join(arena, directory, name);
	const char *path = getenv("PATH");
	for (; path && *path; path += *path == ':') {
		size_t length = strcspn(path, ":");
		const char *file = arena_format(arena, "%.*s/%s", (int)length, path, name);
		if (length && file_exists(file))
			return file;
		path += length;
	}
	return NULL;
}

static void file_add(struct hasher *hasher, const char *path)
{
	struct hash hash;
	if (path && file_exists(path) && hash_of_file(path, &hash))
		hasher_add(hasher, hash.bytes, HASH_SIZE);
}

/* Read once: the programs started first stay running, so a file changed meanwhile is not what answers. */
static const struct hash *files_hash(const struct model *model, const char *const *argv, struct arena *arena)
{
	struct command_config *config = model->config;
	const char *directory = model->directory ? model->directory : "";
	struct hasher hasher;
	if (config->hashed)
		return &config->files;
	hasher_start(&hasher);
	file_add(&hasher, program_find(argv[0], directory, arena));
	for (size_t i = 1; argv[i]; i++)
		file_add(&hasher, path_join(arena, directory, argv[i]));
	config->files = hasher_end(&hasher);
	config->hashed = true;
	return &config->files;
}

static void path_write(const struct model *model, const char *const *argv, struct arena *arena, struct buffer *path)
{
	char hex[HASH_HEX];
	for (size_t i = 0; argv[i]; i++) {
		buffer_add_byte(path, i ? ',' : '[');
		json_write_string(text_of(argv[i]), path);
	}
	hash_hex(files_hash(model, argv, arena), hex);
	buffer_format(path, "] sha256:%s", hex);
}

/* ---- request -------------------------------------------------------------------------------------------------------- */

static void line_write(const struct model *model, const struct prompt *prompt, struct buffer *line)
{
	buffer_add_string(line, "{\"case\":");
	json_write_string(text_of(prompt->case_id ? prompt->case_id : ""), line);
	buffer_add_string(line, ",\"variant\":");
	json_write_string(text_of(prompt->variant ? prompt->variant : ""), line);
	buffer_format(line, ",\"repeat\":%d,\"messages\":", prompt->repeat);
	json_compact(prompt->messages, line);
	buffer_add_string(line, ",\"vars\":");
	json_compact(prompt->vars, line);
	buffer_add_string(line, ",\"params\":");
	if (model->params)
		json_compact(model->params, line);
	else
		buffer_add_string(line, "{}");
	if (model->reasoning_effort) {
		buffer_add_string(line, ",\"reasoning_effort\":");
		json_write_string(text_of(model->reasoning_effort), line);
	}
	if (prompt->schema) {
		buffer_add_string(line, ",\"schema\":");
		json_compact(prompt->schema, line);
	}
	buffer_add_byte(line, '}');
}

static bool command_build(
	const struct model *model, const struct prompt *prompt, struct arena *arena, struct request *ret, struct error *error)
{
	CLEANUP(buffer_release) struct buffer line = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer path = BUFFER_EMPTY;
	static const char *const none[] = {NULL};
	const char *const *argv = command_argv(model, arena, error);
	if (!argv)
		return false;
	line_write(model, prompt, &line);
	path_write(model, argv, arena, &path);
	*ret = (struct request){.method = "command",
		.path = text_copy(arena, buffer_text(&path)).data,
		.body = text_copy(arena, buffer_text(&line)),
		.headers = none};
	return true;
}

/* ---- reply ---------------------------------------------------------------------------------------------------------- */

static void command_parse(const struct model *model, struct arena *arena, struct reply *reply)
{
	struct error error;
	JSON_OWNED *line = json_parse_reply(reply->raw, &error);
	if (!json_is_object(line)) {
		reply->class = CALL_MALFORMED;
		reply->message = arena_format(arena, "the program wrote a line that is no JSON object (logs belong on stderr): %s",
			body_excerpt(reply->raw, arena));
		return;
	}
	answer_read(line, CALL_COMMAND, arena, reply);
}

static bool command_check(const struct model *model, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	const char *directory = model->directory ? model->directory : "";
	const char *const *argv = command_argv(model, arena, error);
	if (!argv)
		return false;
	const char *program = program_find(argv[0], directory, arena);
	return (program && access(program, X_OK) == 0) ||
	       error_set(error, ERROR_CONFIG, "command: there is no program `%s` that can be run; give its path, or install it", argv[0]);
}

static const struct field command_fields[] = {
	{.name = "command",
		.kind = FIELD_STRINGS,
		.offset = offsetof(struct command_config, command),
		.required = true,
		.help = "program and arguments: a list, or one string split at white space (no shell)"},
	{.name = "processes",
		.kind = FIELD_INTEGER,
		.offset = offsetof(struct command_config, processes),
		.min = 1,
		.max = 256,
		.fallback = "1",
		.help = "how many of the program run side by side"},
	{.name = "at_once",
		.kind = FIELD_INTEGER,
		.offset = offsetof(struct command_config, at_once),
		.min = 1,
		.max = 1024,
		.fallback = "1",
		.help = "how many requests one process is given before it has answered the first"},
	{0}};

const struct api_type api_command = {
	.name = "command",
	.summary = "a program of your own: JSON Lines on stdin and stdout",
	.help = "The program is started once and stays. For each call it reads one line\n"
		"  "
		"{\"id\":7,\"case\":\"kb-1\",\"variant\":\"rag\",\"repeat\":1,\"messages\":[…],\"vars\":{…},\"params\":{…},"
		"\"schema\":…}\n"
		"(\"schema\" and \"reasoning_effort\" where they are set), "
		"and writes one line\n"
		"  {\"output\":\"…\"}   or   {\"error\":\"…\",\"class\":\"server\"}\n"
		"with, where known, \"id\" (needed only to answer out of order), "
		"\"usage\":{\"input\",\"output\",\"cached\",\"written\",\"reasoning\"} in tokens (input with\n"
		"what came from and went into a cache, output with reasoning),\n"
		"\"cost\" in USD, \"latency_ms\", \"finish\", \"reasoning\", \"refusal\". stderr is for logs; its end is shown "
		"when the program fails.\n"
		"Flush stdout after each line. No key variable of the project is in its environment.",
	.kind = API_COMMAND,
	.fields = command_fields,
	.config_size = sizeof(struct command_config),
	.check = command_check,
	.build = command_build,
	.parse = command_parse,
};
