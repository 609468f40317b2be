#include "eval/model/request.h"

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
		if (known && !known->path)
			continue;
		snprintf(path, sizeof path, "%s%s%s", *root ? root : "", *root ? "." : "", name);
		body_set(body, known ? known->path : path, json_incref(value));
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
