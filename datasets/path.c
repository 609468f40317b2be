#include "datasets/path.h"
#include <stdlib.h>

bool path_ends(const char *path)
{
	return !path || !*path || strcmp(path, ".") == 0;
}

static long index_of(const char *name)
{
	size_t length = strlen(name);
	if (length == 0 || length > 9 || strspn(name, "0123456789") != length)
		return -1;
	return strtol(name, NULL, 10);
}

static void pointer_next(const char **path, struct path_step *step)
{
	size_t length = 0;
	const char *at = *path + 1;
	for (; *at && *at != '/'; at++) {
		char byte = *at;
		if (byte == '~' && (at[1] == '0' || at[1] == '1'))
			byte = *++at == '0' ? '~' : '/';
		if (length < sizeof step->name - 1)
			step->name[length++] = byte;
	}
	step->name[length] = '\0';
	*path = at;
}

static void dotted_next(const char **path, struct path_step *step, bool *quoted)
{
	const char *at = *path, *name = at, *close = *at == '[' ? strchr(at, ']') : NULL;
	size_t length;
	if (close) {
		*quoted = close - at >= 3 && (at[1] == '"' || at[1] == '\'') && close[-1] == at[1];
		name = at + 1 + *quoted;
		length = (size_t)(close - at - 1) - 2 * *quoted;
		at = close + 1;
	} else {
		length = *at == '[' ? strlen(at) : strcspn(at, ".[");
		at += length;
	}
	*path = *at == '.' ? at + 1 : at;
	if (length >= sizeof step->name)
		length = sizeof step->name - 1;
	memcpy(step->name, name, length);
	step->name[length] = '\0';
}

void path_next(const char **path, struct path_step *step)
{
	bool quoted = false;
	if (**path == '/')
		pointer_next(path, step);
	else
		dotted_next(path, step, &quoted);
	step->every = !quoted && strcmp(step->name, "*") == 0;
	step->index = quoted ? -1 : index_of(step->name);
}

/* Adds what `path` finds in one child. */
static void child_collect(json_t *list, const json_t *child, const char *path)
{
	JSON_OWNED *found = path_value(child, path);
	if (json_is_array(found) && strchr(path, '*'))
		json_array_extend(list, found);
	else if (found)
		json_array_append(list, found);
}

static json_t *every_collect(const json_t *value, const char *path)
{
	json_t *list = json_array(), *child;
	const char *key;
	for (size_t i = 0; i < json_array_size(value); i++)
		child_collect(list, json_array_get(value, i), path);
	json_object_foreach((json_t *)value, key, child)
	{
		child_collect(list, child, path);
	}
	return list;
}

static const json_t *step_into(const json_t *value, const struct path_step *step)
{
	if (json_is_object(value))
		return json_object_get(value, step->name);
	return json_is_array(value) && step->index >= 0 ? json_array_get(value, (size_t)step->index) : NULL;
}

json_t *path_value(const json_t *value, const char *path)
{
	json_t *plain = json_at(value, path);
	if (plain || !strchr(path, '*'))
		return json_incref(plain);
	while (value && !path_ends(path)) {
		struct path_step step;
		path_next(&path, &step);
		if (step.every && (json_is_array(value) || json_is_object(value)))
			return every_collect(value, path);
		value = step_into(value, &step);
	}
	return json_incref((json_t *)value);
}
