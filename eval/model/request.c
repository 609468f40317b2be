#include "eval/model/request.h"
#include <ctype.h>

void body_set(json_t *body, const char *path, json_t *value)
{
	const char *dot = strchr(path, '.');
	if (!dot) {
		json_object_set_new(body, path, value);
		return;
	}
	char key[64];
	snprintf(key, sizeof key, "%.*s", (int)(dot - path), path);
	json_t *inner = json_object_get(body, key);
	if (!json_is_object(inner)) {
		inner = json_object();
		json_object_set_new(body, key, inner);
	}
	body_set(inner, dot + 1, value);
}

json_t *body_take(json_t *object, const char *member)
{
	json_t *value = json_incref(json_object_get(object, member));
	json_object_del(object, member);
	return value;
}

bool param_is_of_tools(const char *name)
{
	return strcmp(name, "tool_choice") == 0 || strcmp(name, "parallel_tool_calls") == 0;
}

void tool_params_drop(json_t *body)
{
	json_object_del(body, "tool_choice");
	json_object_del(body, "parallel_tool_calls");
}

void body_list(json_t *object, const char *member)
{
	json_t *value = json_object_get(object, member);
	if (json_is_string(value))
		json_object_set_new(object, member, json_pack("[O]", value));
}

const char *format_kind(const json_t *format, const json_t **schema)
{
	static const char *const kinds[] = {"text", "json_object", "json_schema"};
	const char *type = json_string_or(format, "type", "");
	const json_t *inner = json_object_get(format, "json_schema");
	*schema = json_object_get(inner ? inner : format, "schema"); /* llama-server's spelling: beside the type */
	if (json_is_object(*schema) && strcmp(type, "json_object") == 0)
		type = "json_schema";
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (strcmp(type, kinds[i]) == 0)
			return i < 2 || json_is_object(*schema) ? kinds[i] : NULL;
	return NULL;
}

const char *choice_name(const json_t *choice)
{
	return strcmp(json_string_or(choice, "type", ""), "function") == 0
		       ? json_string_or(json_object_get(choice, "function"), "name", NULL)
		       : NULL;
}

const char *url_escape(struct arena *arena, struct text text, const char *kept)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (byte && byte < 128 && (isalnum(byte) || strchr("-._~", byte) || strchr(kept, byte)))
			buffer_add_byte(&out, (char)byte);
		else
			buffer_format(&out, "%%%02X", byte);
	}
	return arena_string(arena, buffer_string(&out));
}

static const struct param_name *name_find(const struct param_name *names, const char *common)
{
	for (; names && names->common; names++)
		if (strcmp(names->common, common) == 0)
			return names;
	return NULL;
}

void params_place(const struct model *model, const struct param_name *names, const char *root, json_t *body)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)model->params, name, value)
	{
		const struct param_name *known = name_find(names, name);
		char path[160];
		if ((known && !known->path) || strcmp(name, "n") == 0) /* one answer is what these APIs give */
			continue;
		snprintf(path, sizeof path, "%s%s%s", *root ? root : "", *root ? "." : "", name);
		body_set(body, known ? known->path : path, json_deep_copy(value)); /* parts of it may be added to */
	}
}

bool request_json(const struct model *model, const char *suffix, const json_t *body, struct arena *arena, struct request *ret,
	struct error *error)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	json_compact(body, &text);
	if (text.overflow)
		return error_set(error, ERROR_DATA, "the request is larger than 1 GiB");
	ret->body = text_copy(arena, buffer_text(&text));
	return request_url(model, suffix, arena, ret, error);
}

const char *const *headers_with(const char *const *headers, const char *further, struct arena *arena)
{
	size_t count = 0;
	while (headers[count])
		count++;
	const char **all = arena_take(arena, (count + 2) * sizeof *all);
	memcpy(all, headers, count * sizeof *all);
	all[count] = further;
	return all;
}

bool message_is_system(const json_t *message)
{
	const char *role = json_string_or(message, "role", "");
	return strcmp(role, "system") == 0 || strcmp(role, "developer") == 0;
}

struct text messages_system(const json_t *messages, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer joined = BUFFER_EMPTY;
	size_t i, count = 0;
	json_t *message;
	json_array_foreach((json_t *)messages, i, message)
	{
		if (!message_is_system(message))
			continue;
		if (count++)
			buffer_add_string(&joined, "\n\n");
		buffer_add_text(&joined, json_text(json_object_get(message, "content")));
	}
	return count ? text_copy(arena, buffer_text(&joined)) : text_make(NULL, 0);
}
