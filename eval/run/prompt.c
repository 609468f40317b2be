#include "eval/run/prompt.h"
#include "eval/base/file.h"
#include "eval/base/nearest.h"

#define PROMPT_LIMIT (4 << 20)
#define MESSAGES_LIMIT 1000

static const char *const roles[] = {"system", "developer", "user", "assistant", "tool"};

static const char *role_of(struct text word)
{
	for (size_t i = 0; i < COUNT(roles); i++)
		if (strlen(roles[i]) == word.length && strncasecmp(roles[i], word.data, word.length) == 0)
			return roles[i];
	return NULL;
}

/* "# user" (one to three marks) alone on its line. */
static const char *role_heading(struct text line)
{
	size_t marks = 0;
	while (marks < line.length && line.data[marks] == '#')
		marks++;
	if (marks == 0 || marks > 3 || marks == line.length || line.data[marks] != ' ')
		return NULL;
	return role_of(text_trim(text_make(line.data + marks, line.length - marks)));
}

struct reading {
	struct arena *arena;
	struct prompt_file *prompt;
	struct error_list *errors;
	const char *file;
	bool good;
	struct text_place place; /* of the text that is cut into messages; its line goes on from section to section */
};

static void message_add(struct reading *reading, const char *role, struct text source, long line)
{
	struct prompt_file *prompt = reading->prompt;
	struct error error;
	if (prompt->count == MESSAGES_LIMIT) {
		reading->good = error_list_at(
			reading->errors, ERROR_CONFIG, reading->file, line, 0, "more than %d messages", MESSAGES_LIMIT);
		return;
	}
	if ((prompt->count & (prompt->count - 1)) == 0)
		prompt->messages = arena_grow(reading->arena, prompt->messages, prompt->count * sizeof *prompt->messages,
			(prompt->count ? 2 * prompt->count : 1) * sizeof *prompt->messages);
	struct prompt_message *message = &prompt->messages[prompt->count++];
	*message = (struct prompt_message){
		role, source, template_parse(reading->arena, source, reading->file, line, &error), reading->place};
	if (!message->template) {
		text_place_apply(&message->place, &error);
		error_list_add(reading->errors, &error);
		reading->good = false;
		return;
	}
	prompt->mentions_examples |= template_mentions(message->template, "examples");
	prompt->mentions_passages |=
		template_mentions(message->template, "passages") || template_mentions(message->template, "context");
}

/* Blank lines at both ends of a section belong to the layout of the file, not to the message. The line moves with the start. */
static struct text section_trim(struct text section, long *line)
{
	struct text trimmed = text_trim(section);
	for (const char *at = section.data; at < trimmed.data; at++)
		*line += *at == '\n';
	return trimmed;
}

static void section_end(struct reading *reading, const char *role, struct text section, long line)
{
	struct text body = section_trim(section, &line);
	if (role)
		message_add(reading, role, body, line);
	else if (body.length)
		message_add(reading, "user", body, line);
}

static void read_markdown(struct reading *reading, struct text source, long first_line)
{
	struct text rest = source, line;
	const char *role = NULL, *start = source.data;
	long number = first_line, section_line = first_line;
	bool headings = false;
	while (text_next_line(&rest, &line)) {
		const char *next = role_heading(line);
		if (next) {
			section_end(reading, role, text_make(start, (size_t)(line.data - start)), section_line);
			role = next;
			start = rest.data;
			section_line = number + 1;
			headings = true;
		}
		number++;
	}
	if (headings || text_trim(source).length)
		section_end(reading, role, text_make(start, (size_t)(source.data + source.length - start)), section_line);
	else
		reading->good = error_list_at(reading->errors, ERROR_CONFIG, reading->file, first_line, 0, "the prompt is empty");
}

static bool is_scalar(const struct yaml *node)
{
	return node && node->kind != YAML_LIST && node->kind != YAML_MAP;
}

static void read_message_node(struct reading *reading, struct text source, const struct yaml *node)
{
	const struct yaml *role = yaml_get(node, "role"), *content = yaml_get(node, "content");
	const char *known = is_scalar(role) ? role_of(role->text) : NULL;
	if (!is_scalar(role) || !is_scalar(content) || content->kind == YAML_NULL || node->count != 2) {
		reading->good = error_list_at(reading->errors, ERROR_CONFIG, reading->file, node->line, node->column,
			"a message is {role: system|user|assistant, content: text}");
		return;
	}
	if (!known) {
		const char *word = text_copy(reading->arena, role->text).data;
		reading->good = error_list_at(reading->errors, ERROR_CONFIG, reading->file, role->line, role->column,
			"there is no role `%.60s`%s: one of system, developer, user, assistant, tool was expected", word,
			nearest_hint(reading->arena, word, roles, COUNT(roles)));
		return;
	}
	reading->place = scalar_place(source, content);
	message_add(reading, known, content->text, reading->place.line);
}

/* YAML and JSON: a list of messages, or {messages: [...]}. JSON is read as YAML, of which it is a part. */
static void read_list(struct reading *reading, struct text source)
{
	const struct yaml *root = yaml_parse(reading->arena, source, reading->file, reading->errors);
	const struct yaml *list = root && root->kind == YAML_MAP ? yaml_get(root, "messages") : root;
	reading->good = root != NULL;
	if (!root)
		return;
	if (!list || list->kind != YAML_LIST || !list->count) {
		reading->good = error_list_at(reading->errors, ERROR_CONFIG, reading->file, root->line, root->column,
			"a list of {role, content} was expected");
		return;
	}
	for (size_t i = 0; i < list->count; i++)
		read_message_node(reading, source, list->items[i]);
}

static bool is_list_file(const char *file)
{
	const char *suffix = path_suffix(file);
	return strcasecmp(suffix, "yaml") == 0 || strcasecmp(suffix, "yml") == 0 || strcasecmp(suffix, "json") == 0;
}

static struct prompt_file *prompt_begin(struct reading *reading, const char *path)
{
	reading->prompt = arena_take(reading->arena, sizeof *reading->prompt);
	reading->prompt->path = arena_string(reading->arena, path);
	return reading->prompt;
}

struct prompt_file *prompt_read_text(
	struct arena *arena, const struct yaml *node, struct text source, const char *file, struct error_list *errors)
{
	struct reading reading = {arena, NULL, errors, file, true, scalar_place(source, node)};
	struct prompt_file *prompt = prompt_begin(&reading, file);
	prompt->hash = hash_of(node->text);
	read_markdown(&reading, node->text, reading.place.line);
	return reading.good ? prompt : NULL;
}

struct prompt_file *prompt_read_file(struct arena *arena, const char *path, const char *file, struct error_list *errors)
{
	struct reading reading = {arena, NULL, errors, file, true, {1, 0, false}};
	CLEANUP(buffer_release) struct buffer source = BUFFER_EMPTY;
	struct error error;
	if (!file_read(file, PROMPT_LIMIT, &source, &error)) {
		error.kind = ERROR_CONFIG;
		error_list_add(errors, &error);
		return NULL;
	}
	struct text text = text_copy(arena, buffer_text(&source));
	struct prompt_file *prompt = prompt_begin(&reading, path);
	prompt->hash = hash_of(text);
	if (text_starts(text, TEXT("\xEF\xBB\xBF"))) /* a byte order mark is no part of the prompt */
		text = text_make(text.data + 3, text.length - 3);
	if (is_list_file(file))
		read_list(&reading, text);
	else
		read_markdown(&reading, text, 1);
	return reading.good ? prompt : NULL;
}

/* ---- rendering --------------------------------------------------------------------------------------------------------------- */

static bool message_render(const struct prompt_message *message, const json_t *vars, json_t *list, struct error *error)
{
	CLEANUP(buffer_release) struct buffer content = BUFFER_EMPTY;
	if (!template_render(message->template, vars, &content, error)) {
		text_place_apply(&message->place, error);
		return false;
	}
	json_t *one = json_object();
	json_object_set_new(one, "role", json_string(message->role));
	json_object_set_new(one, "content", json_from_text(buffer_text(&content)));
	json_array_append_new(list, one);
	return true;
}

/* Each example is asked as the last message would ask it, and answered. Its vars go over the case's, so that the rest stays
 * defined. */
static bool shots_render(
	const struct prompt_message *last, const json_t *vars, const json_t *shots, json_t *list, struct error *error)
{
	size_t i;
	json_t *shot;
	json_array_foreach((json_t *)shots, i, shot)
	{
		JSON_OWNED *own = json_copy((json_t *)vars);
		json_object_update(own, json_object_get(shot, "vars"));
		if (!message_render(last, own, list, error))
			return error_prefix(error, "example %zu", i + 1);
		json_t *answer = json_object();
		json_object_set_new(answer, "role", json_string("assistant"));
		json_object_set(answer, "content", json_object_get(shot, "answer"));
		json_array_append_new(list, answer);
	}
	return true;
}

json_t *prompt_render(
	const struct prompt_file *prompt, const json_t *vars, const json_t *turns, const json_t *shots, struct error *error)
{
	JSON_OWNED *list = json_array();
	for (size_t i = 0; i < prompt->count; i++) {
		if (i + 1 == prompt->count) {
			if (shots && !prompt->mentions_examples && !shots_render(&prompt->messages[i], vars, shots, list, error))
				return NULL;
			if (turns)
				json_array_extend(list, (json_t *)turns);
		}
		if (!message_render(&prompt->messages[i], vars, list, error))
			return NULL;
	}
	return json_incref(list);
}
